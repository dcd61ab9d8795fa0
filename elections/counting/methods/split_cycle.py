"""Split Cycle.

Source: W. H. Holliday and E. Pacuit, "Split Cycle: a new Condorcet-consistent voting method independent of clones and
immune to spoilers", Public Choice 197 (2023); lemma 3.11 gives the form used here.

a defeats b if a beats b by a positive margin that is larger than the strength (by margins) of the strongest path back
from b to a: in every cycle the victories with the smallest margin are left out.

Ties: the undefeated candidates are the first tier, several if need be; without them the next tier is found among the
rest by the same defeats, which are not counted anew. Defeats are without cycles, so there is always somebody
undefeated.
"""

import numpy as np

from elections.counting.methods.schulze import matrix, strongest_paths
from elections.counting.outcome import Outcome, Pair
from elections.counting.pairwise import Pairwise
from elections.counting.profile import Measure, Profile, victories
from elections.counting.tiers import Relation, peel


def split_cycle(profile: Profile) -> Outcome:
    """Order the candidates by defeats; `strengths` are the strongest paths by margins, `locked` the defeats that
    stand.
    """
    margins = victories(profile.pairwise, Measure.MARGINS)
    paths = strongest_paths(margins)
    defeats = (margins > 0) & (margins > paths.T)
    return Outcome(
        order=peel(defeats),
        strengths=matrix(paths),
        levels=matrix(paths),
        locked=_pairs(defeats, margins),
        set_aside=_pairs((margins > 0) & ~defeats, margins),
    )


def _pairs(chosen: Relation, margins: Pairwise) -> tuple[Pair, ...]:
    found = (Pair(int(one), int(two), int(margins[one, two])) for one, two in np.argwhere(chosen))
    return tuple(sorted(found, key=lambda pair: (-pair.strength, pair.winner, pair.loser)))
