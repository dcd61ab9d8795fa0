"""Choosing among sets of winners: what CPO-STV and Schulze STV share."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations
from math import comb

import numpy as np
from numpy.typing import NDArray

from elections.counting.errors import TooLarge
from elections.counting.methods.schulze import strongest_paths
from elections.counting.methods.settings import Settings
from elections.counting.outcome import Comparison, Drawn, Outcome
from elections.counting.profile import Profile
from elections.counting.tiers import peel

Winners = tuple[int, ...]
SHOWN = 200
"""At most so many comparisons are kept in an outcome: those of the winning set come first."""


@dataclass(frozen=True, eq=False)
class Contest:
    """All possible sets of winners, and for each ordered pair the strength of the first against the second, if any."""

    sets: tuple[Winners, ...]
    strength: Callable[[int, int], Fraction]
    links: NDArray[np.int64]
    compared: Callable[[int, int], bool]


def possible_sets(profile: Profile, seats: int) -> tuple[Winners, ...]:
    """Return every set of winners."""
    return tuple(combinations(range(len(profile.candidates)), seats))


def within_cap(profile: Profile, settings: Settings, largest: int, method: str) -> Settings:
    """Return the settings with as many seats as the cap allows to fill at all.

    Raises TooLarge, before the sets are tried, where there are more than `largest` of them.
    """
    seats = settings.seats
    while seats:
        _refuse_above(largest, len(profile.candidates), seats, method)
        if any(_allowed(chosen, profile.candidates, settings) for chosen in possible_sets(profile, seats)):
            break
        seats -= 1
    return Settings(seats, settings.lot, settings.cap)


def choose(contest: Contest, profile: Profile, settings: Settings, first_votes: Sequence[Fraction]) -> Outcome:
    """Return the outcome of the Schulze order among the sets that the cap allows.

    Ties between sets: with a lot, the set whose members were drawn earliest (the first member decides, then the
    second…); without one, those in all of the tied sets are elected and the others in them stay tied. The elected take
    their seats in the order of their first preferences, equal ranks shared, and else as they stand on the ballot.
    """
    names, cap = profile.candidates, settings.cap
    allowed = [place for place, members in enumerate(contest.sets) if _allowed(members, names, settings)]
    if not allowed:
        raise ValueError("The cap allows no set of winners of this size.")
    best = _best(contest, allowed)
    without_cap = _best(contest, list(range(len(contest.sets)))) if len(allowed) < len(contest.sets) else best
    chosen, drawn = _resolve([contest.sets[place] for place in best], profile, settings)
    certain = tuple(sorted(_shared(chosen), key=lambda index: (-first_votes[index], index)))
    tied = tuple(sorted(set().union(*chosen) - set(certain)))
    seated = [names[index] for index in certain]
    missed = sorted(set().union(*(contest.sets[place] for place in without_cap)) - set().union(*chosen))
    rest = tuple(index for index in range(len(names)) if index not in certain and index not in tied)
    return Outcome(
        order=tuple(tier for tier in (certain, tied, rest) if tier),
        elected=certain,
        comparisons=_comparisons(contest, best[0], allowed),
        drawn=drawn,
        open_ties=(tied,) if tied else (),
        skipped=tuple((index, cap.reason(names[index], seated)) for index in missed if cap) if cap else (),
        notes=("Several sets of winners are tied; the seed of a lot decides between them.",) if tied else (),
    )


def _refuse_above(largest: int, count: int, seats: int, method: str) -> None:
    number = comb(count, seats)
    if number > largest:
        sentence = f"{method} is counted exactly for at most {largest} possible sets of winners"
        raise TooLarge(f"{sentence}; {seats} of {count} candidates make {number}.")


def _allowed(members: Winners, names: tuple[str, ...], settings: Settings) -> bool:
    return settings.cap is None or settings.cap.allows([names[index] for index in members])


def _best(contest: Contest, allowed: list[int]) -> list[int]:
    """Return the sets to which no other allowed set is better by strongest paths."""
    paths = strongest_paths(contest.links[np.ix_(allowed, allowed)])
    return [allowed[place] for place in peel(paths > paths.T)[0]]


def _resolve(best: list[Winners], profile: Profile, settings: Settings) -> tuple[list[Winners], tuple[Drawn, ...]]:
    if len(best) == 1 or settings.lot is None:
        return best, ()
    places = settings.lot.places(profile.candidates)
    chosen = min(best, key=lambda members: sorted(places[index] for index in members))
    tied = sorted(set().union(*best) - _shared(best))
    order = tuple(sorted(tied, key=lambda index: places[index]))
    return [chosen], (Drawn(tuple(tied), order, "the set of winners"),)


def _shared(sets: Sequence[Winners]) -> set[int]:
    return {index for index in sets[0] if all(index in members for members in sets)}


def _comparisons(contest: Contest, best: int, allowed: list[int]) -> tuple[Comparison, ...]:
    """Return the winning set against every other set that it is compared with directly and that the cap allows."""
    others = [place for place in allowed if place != best and contest.compared(best, place)]
    return tuple(
        Comparison(
            contest.sets[best], contest.sets[other], contest.strength(best, other), contest.strength(other, best)
        )
        for other in others[:SHOWN]
    )
