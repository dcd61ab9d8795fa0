"""Ranked pairs (Tideman).

Sources: T. N. Tideman, "Independence of clones as a criterion for voting rules", Social Choice and Welfare 4 (1987);
T. M. Zavist and T. N. Tideman, "Complete independence of clones in the ranked pairs rule", same journal 6 (1989).

Every victory of one candidate over another is a pair; its strength is its winning votes, or its margin. Pairs are taken
from the strongest to the weakest, and each is locked unless it would close a cycle with pairs locked before. a stands
above b if a chain of locked pairs leads from a to b. Two candidates with equal votes against each other make no pair.

Ties, between pairs of equal strength: Tideman's rule is that whoever wins under *some* order of the equal pairs is
tied. Every such order is followed here (most give the same locked pairs, so only different sets of chains are). The
first tier holds the candidates to whom nobody stands above in some order; without them, the next tier is found
likewise. If the equal pairs lead to more than LARGEST sets of chains, or more than MOST_UNSURE pairs depend on the
order, then with a lot the tie-breaking ranking of Zavist and Tideman is the lot: of equal pairs, the one whose winner
was drawn earlier goes first, and with the same winner the one whose loser was drawn later. Without a lot, only what
is certain in every order counts, so that ties may be larger than they had to be; the result says so.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from elections.counting.methods.pairs import Link, Pairs, pairs_of
from elections.counting.methods.reach import Reach
from elections.counting.methods.schulze import shortest_chain
from elections.counting.methods.settings import Settings
from elections.counting.outcome import Drawn, Outcome, Pair
from elections.counting.profile import Measure, Profile
from elections.counting.tiers import Relation, Tiers, closure, peel

LARGEST = 2000
"""How many different sets of chains are followed before the ties are declared too many."""

MOST_UNSURE = 100
"""With more unsure pairs than this, the orders are not even tried: they would be too many."""


@dataclass(frozen=True, eq=False)
class _Course:
    """What locking in one order, or what is certain in every order, has led to; `chains` says who stands above whom."""

    chains: Relation
    locked: Pairs
    set_aside: Pairs
    unsure: int = 0


def ranked_pairs(profile: Profile, settings: Settings, measure: Measure = Measure.WINNING_VOTES) -> Outcome:
    """Order the candidates by locking pairs from the strongest down; see the module for the two ways of ties."""
    pairs = pairs_of(profile, measure)
    count = len(profile.candidates)
    course = _without_cycles(profile, pairs) or _certain(pairs, count)
    if not course.unsure:
        return _outcome(course, peel(course.chains))
    unsure = (
        f"{course.unsure} pairs of equal strength close cycles with each other: their order decides what is locked."
    )
    every = _every_order(pairs, count) if course.unsure <= MOST_UNSURE else None
    if every is not None:
        return _outcome(course, tiers_over(every), (unsure,))
    if settings.lot is not None:
        return _by_lot(pairs, settings.lot.places(profile.candidates))
    note = "Its ties are too many to follow every order of the equal pairs: only what is certain in all of them counts."
    return _outcome(course, peel(course.chains), (unsure, note))


def opposing_chain(outcome: Outcome, pair: Pair, count: int) -> tuple[int, ...]:
    """Return the shortest chain of locked pairs, none weaker, that leads from the loser of a pair to its winner."""
    linked = np.zeros((count, count), dtype=np.bool_)
    for one in outcome.locked:
        linked[one.winner, one.loser] = one.strength >= pair.strength
    return shortest_chain(linked, pair.loser, pair.winner)


def tiers_over(every: Sequence[Relation]) -> Tiers:
    """Order candidates by several sets of chains: first who is on top under some of them, then the same without
    those.
    """
    remaining = np.arange(len(every[0]))
    tiers = []
    while remaining.size:
        top = np.zeros(len(remaining), dtype=np.bool_)
        for chains in every:
            top |= ~chains[np.ix_(remaining, remaining)].any(axis=0)
        tiers.append(tuple(remaining[top].tolist()))
        remaining = remaining[~top]
    return tuple(tiers)


def _without_cycles(profile: Profile, pairs: Pairs) -> _Course | None:
    """Return the course in which every pair is locked, if victories make no cycle at all, as in most elections."""
    chains = closure(profile.pairwise > profile.pairwise.T)
    return None if chains.diagonal().any() else _Course(chains, pairs, pairs[:0])


def _certain(pairs: Pairs, count: int) -> _Course:
    """Lock what every order of equal pairs locks, set aside what every order does, and count the rest as unsure.

    `possible` has every chain that some order might make; a pair that no possible chain opposes is locked in all
    orders. As long as nothing is unsure, the two are the same.
    """
    certain = possible = Reach.nothing(count)
    aside: list[int] = []
    unsure: list[int] = []
    for place, equal in pairs.equal():
        below = certain.below
        aside += [place + number for number, (one, two) in enumerate(equal) if below[two] >> one & 1]
        fresh = [(one, two) for one, two in equal if not (below[one] >> two | below[two] >> one) & 1]
        if not fresh:
            continue
        possible = possible.after(fresh)
        doubtful = {(one, two) for one, two in fresh if possible.has(two, one)}
        unsure += [place + number for number, pair in enumerate(equal) if pair in doubtful]
        certain = certain.after(pair for pair in fresh if pair not in doubtful) if unsure else possible
    set_aside, locked = np.zeros(len(pairs), dtype=np.bool_), np.ones(len(pairs), dtype=np.bool_)
    set_aside[aside] = True
    locked[aside + unsure] = False
    return _Course(certain.relation(), pairs.only(locked), pairs.only(set_aside), len(unsure))


def _every_order(pairs: Pairs, count: int) -> list[Relation] | None:
    """Return all sets of chains that orders of equal pairs lead to, or None if they are more than LARGEST."""
    nothing = Reach.nothing(count)
    states = {tuple(nothing.below): nothing}
    for _, equal in pairs.equal():
        following: dict[tuple[int, ...], Reach] = {}
        seen: set[tuple[int, ...]] = set()
        waiting = list(states.values())
        while waiting:
            state = waiting.pop()
            key = tuple(state.below)
            if key in seen:
                continue
            seen.add(key)
            if len(seen) > LARGEST:
                return None
            grown = _grown(state, equal)
            if not grown:
                following[key] = state
            waiting.extend(grown)
        states = following
    return [state.relation() for state in states.values()]


def _grown(state: Reach, equal: list[Link]) -> list[Reach]:
    """Return what follows when one more of the equal pairs is locked, or nothing when none can be.

    Those that oppose nobody are locked at once, in every order; of the others each may be the next.
    """
    free = [(one, two) for one, two in equal if not state.has(one, two) and not state.has(two, one)]
    if not free:
        return []
    together = state.after(free)
    opposed = [(one, two) for one, two in free if together.has(two, one)]
    base = state.after(pair for pair in free if pair not in opposed)
    return [base.after([pair]) for pair in opposed] if opposed else [base]


def _by_lot(pairs: Pairs, drawn: Sequence[int]) -> Outcome:
    """Lock in one order: by strength, then by the lot as the tie-breaking ranking of the candidates."""
    count, place = len(drawn), np.array(drawn)
    ordered = pairs.only(np.lexsort((-place[pairs.losers], place[pairs.winners], -pairs.strengths)))
    reach, locked = Reach.nothing(count), np.ones(len(pairs), dtype=np.bool_)
    for number, (winner, loser) in enumerate(ordered.links()):
        if reach.has(loser, winner):
            locked[number] = False
        else:
            reach.lock(winner, loser)
    course = _Course(reach.relation(), ordered.only(locked), ordered.only(~locked))
    tied = tuple(range(count))
    tie = Drawn(tied, tuple(sorted(tied, key=lambda index: drawn[index])), "the order of pairs that are equally strong")
    return _outcome(course, peel(course.chains), (), (tie,))


def _outcome(course: _Course, order: Tiers, notes: tuple[str, ...] = (), drawn: tuple[Drawn, ...] = ()) -> Outcome:
    return Outcome(order=order, locked=course.locked, set_aside=course.set_aside, notes=notes, drawn=drawn)
