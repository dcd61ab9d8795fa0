"""A required option, which every other one must beat by its majority and with enough voters, or is left out.

The Debian constitution, A.6.2 and A.6.3: with Q voters needed, an option that fewer rank above the default option is
dropped; so is one that does not defeat it, which for a majority of N to 1 means V(A,D) ≥ N·V(D,A) and V(A,D) > V(D,A).
"""

from typing import TYPE_CHECKING

from elections.counting.definitions.election import Election
from elections.counting.errors import BadInput

if TYPE_CHECKING:
    from elections.counting.approval import Approval


def left_out(election: Election, rules: "Approval") -> set[int]:
    """Return who is dropped before the count; raises BadInput for rules about somebody who is no candidate."""
    if rules.default not in election.names or not set(rules.majorities) <= set(election.names) - {rules.default}:
        raise BadInput("The majority rules must name candidates, and the default option cannot have a majority.")
    default = election.names.index(rules.default)
    found = set()
    for one in set(election.everybody) - {default}:
        above, below = election.votes[one][default], election.votes[default][one]
        needed = rules.majorities.get(election.names[one], 1)
        if not (above >= rules.quorum and above > below and above >= needed * below):
            found.add(one)
    return found
