"""Every method by the name that bylaws, the command line and the reports use."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from elections.counting.errors import BadInput
from elections.counting.methods.approval_of_ranked import approval_of_ranked
from elections.counting.methods.black import black
from elections.counting.methods.borda import borda
from elections.counting.methods.copeland import copeland
from elections.counting.methods.cpo_stv import cpo_stv
from elections.counting.methods.eliminations import baldwin, instant_runoff, nanson
from elections.counting.methods.kemeny import kemeny_young
from elections.counting.methods.meek_stv import meek_stv
from elections.counting.methods.minimax import minimax
from elections.counting.methods.ranked_pairs import ranked_pairs
from elections.counting.methods.schulze import schulze
from elections.counting.methods.schulze_stv import schulze_stv
from elections.counting.methods.scottish_stv import scottish_stv
from elections.counting.methods.settings import Settings
from elections.counting.methods.split_cycle import split_cycle
from elections.counting.outcome import Outcome
from elections.counting.profile import Measure, Profile

Run = Callable[[Profile, Settings], Outcome]


@dataclass(frozen=True)
class Method:
    """A counting method: its name, its title for people, and the function that counts."""

    name: str
    title: str
    run: Run
    measure: Measure | None = None
    proportional: bool = False
    comparison_only: bool = False


def _order(count: Callable[[Profile], Outcome]) -> Run:
    """Make a method of a function that needs no settings."""
    return lambda profile, _settings: count(profile)


WINNING_VOTES, MARGINS, OPPOSITION = Measure.WINNING_VOTES, Measure.MARGINS, Measure.OPPOSITION

METHODS = (
    Method("schulze", "Schulze (winning votes)", _order(schulze), WINNING_VOTES),
    Method("schulze-margins", "Schulze (margins)", _order(partial(schulze, measure=MARGINS)), MARGINS),
    Method("ranked-pairs", "Ranked pairs (winning votes)", ranked_pairs, WINNING_VOTES),
    Method("ranked-pairs-margins", "Ranked pairs (margins)", partial(ranked_pairs, measure=MARGINS), MARGINS),
    Method("minimax", "Minimax (winning votes)", _order(minimax), WINNING_VOTES),
    Method("minimax-margins", "Minimax (margins)", _order(partial(minimax, measure=MARGINS)), MARGINS),
    Method("minimax-opposition", "Minimax (opposition)", _order(partial(minimax, measure=OPPOSITION)), OPPOSITION),
    Method("copeland", "Copeland", _order(copeland)),
    Method("kemeny-young", "Kemeny–Young", _order(kemeny_young)),
    Method("split-cycle", "Split Cycle", _order(split_cycle), MARGINS),
    Method("nanson", "Nanson", _order(nanson)),
    Method("baldwin", "Baldwin", baldwin),
    Method("black", "Black", _order(black)),
    Method("irv", "Instant-runoff", instant_runoff, comparison_only=True),
    Method("borda", "Borda", _order(borda), comparison_only=True),
    Method("schulze-stv", "Schulze STV", schulze_stv, proportional=True),
    Method("cpo-stv", "CPO-STV", cpo_stv, proportional=True),
    Method("meek-stv", "Meek STV", meek_stv, proportional=True, comparison_only=True),
    Method("scottish-stv", "Scottish STV", scottish_stv, proportional=True, comparison_only=True),
)
"""The methods of `all`, in this order."""

APPROVAL = Method("approval-of-ranked", "Approval of the ranked", _order(approval_of_ranked), comparison_only=True)


def named(names: str) -> tuple[Method, ...]:
    """Return the methods of a list separated by commas, or with `all` every one; raises BadInput for an unknown
    name.
    """
    if names.strip() == "all":
        return METHODS
    known = {method.name: method for method in (*METHODS, APPROVAL)}
    chosen = []
    for name in (part.strip() for part in names.split(",")):
        if name not in known:
            if name == "all":
                raise BadInput("All methods include every other one; give 'all' by itself.")
            raise BadInput(f"There is no method {name!r}; the methods are {', '.join(known)}, or all.")
        chosen.append(known[name])
    return tuple(chosen)
