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

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from elections.counting.methods.schulze import shortest_chain
from elections.counting.methods.settings import Settings
from elections.counting.outcome import Drawn, Outcome, Pair
from elections.counting.profile import Measure, Profile, victories
from elections.counting.tiers import Relation, Tiers, closure, peel

LARGEST = 2000
"""How many different sets of chains are followed before the ties are declared too many."""

MOST_UNSURE = 100
"""With more unsure pairs than this, the orders are not even tried: they would be too many."""


@dataclass(frozen=True, eq=False)
class Pairs:
    """Pairs as arrays: the winner, the loser and the strength of each."""

    winners: NDArray[np.intp]
    losers: NDArray[np.intp]
    strengths: NDArray[np.int64]

    def only(self, chosen: NDArray[np.bool_] | slice) -> "Pairs":
        """Return some of the pairs."""
        return Pairs(self.winners[chosen], self.losers[chosen], self.strengths[chosen])

    def equal(self) -> Iterator["Pairs"]:
        """Yield the pairs of each strength together; they must be sorted by strength."""
        bounds = np.flatnonzero(np.diff(self.strengths)) + 1
        for start, end in zip([0, *bounds], [*bounds, len(self.strengths)], strict=True):
            if start < end:
                yield self.only(slice(start, end))

    def objects(self) -> list[Pair]:
        """Return the pairs as value objects."""
        rows = zip(self.winners.tolist(), self.losers.tolist(), self.strengths.tolist(), strict=True)
        return [Pair(winner, loser, strength) for winner, loser, strength in rows]


@dataclass
class _Course:
    """What locking in one order, or what is certain in every order, has led to; `chains` says who stands above whom."""

    chains: Relation
    locked: list[Pair] = field(default_factory=list)
    set_aside: list[Pair] = field(default_factory=list)
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


def pairs_of(profile: Profile, measure: Measure) -> Pairs:
    """Return every victory, strongest first, equal ones in candidates' order."""
    strengths = victories(profile.pairwise, measure)
    winners, losers = np.nonzero(profile.pairwise > profile.pairwise.T)
    order = np.argsort(-strengths[winners, losers], kind="stable")
    return Pairs(winners[order], losers[order], strengths[winners, losers][order])


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


def _lock(chains: Relation, pairs: Pairs) -> None:
    """Lock pairs whatever they close: put each winner, and everybody above, over the loser and everybody below."""
    for winner, loser in zip(pairs.winners.tolist(), pairs.losers.tolist(), strict=True):
        if not chains[winner, loser]:
            lower, upper = chains[loser].copy(), chains[:, winner].copy()
            lower[loser] = upper[winner] = True
            chains[upper] |= lower


def _without_cycles(profile: Profile, pairs: Pairs) -> _Course | None:
    """Return the course in which every pair is locked, if victories make no cycle at all, as in most elections."""
    chains = closure(profile.pairwise > profile.pairwise.T)
    return None if chains.diagonal().any() else _Course(chains, locked=pairs.objects())


def _certain(pairs: Pairs, count: int) -> _Course:
    """Lock what every order of equal pairs locks, set aside what every order does, and count the rest as unsure.

    `possible` has every chain that some order might make; a pair that no possible chain opposes is locked in all
    orders.
    """
    course, possible = _Course(np.zeros((count, count), dtype=np.bool_)), np.zeros((count, count), dtype=np.bool_)
    for equal in pairs.equal():
        if len(equal.winners) == 1 and not course.unsure:
            _lock_alone(course, possible, equal)
            continue
        opposed = course.chains[equal.losers, equal.winners]
        hopeful = equal.only(~opposed)
        _lock(possible, hopeful)
        doubtful = possible[hopeful.losers, hopeful.winners]
        locked = hopeful.only(~doubtful)
        _lock(course.chains, locked)
        course.locked += locked.objects()
        course.set_aside += equal.only(opposed).objects()
        course.unsure += int(doubtful.sum())
    return course


def _lock_alone(course: _Course, possible: Relation, pair: Pairs) -> None:
    """Lock or set aside a pair that no other equals, as long as every order has led to the same chains."""
    (one,) = pair.objects()
    if course.chains[one.loser, one.winner]:
        course.set_aside.append(one)
        return
    course.locked.append(one)
    if not course.chains[one.winner, one.loser]:
        _lock(course.chains, pair)
        np.copyto(possible, course.chains)


def _every_order(pairs: Pairs, count: int) -> list[Relation] | None:
    """Return all sets of chains that orders of equal pairs lead to, or None if they are more than LARGEST."""
    empty = np.zeros((count, count), dtype=np.bool_)
    states = {empty.tobytes(): empty}
    for equal in pairs.equal():
        following: dict[bytes, Relation] = {}
        seen: set[bytes] = set()
        waiting = list(states.values())
        while waiting:
            state = waiting.pop()
            key = state.tobytes()
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
    return list(states.values())


def _grown(state: Relation, equal: Pairs) -> list[Relation]:
    """Return what follows when one more of the equal pairs is locked, or nothing when none can be.

    Those that oppose nobody are locked at once, in every order; of the others each may be the next.
    """
    free = equal.only(~state[equal.losers, equal.winners] & ~state[equal.winners, equal.losers])
    if not len(free.winners):
        return []
    together = state.copy()
    _lock(together, free)
    opposed = together[free.losers, free.winners]
    base = state.copy()
    _lock(base, free.only(~opposed))
    if not opposed.any():
        return [base]
    found = []
    for place in np.flatnonzero(opposed).tolist():
        one = base.copy()
        _lock(one, free.only(slice(place, place + 1)))
        found.append(one)
    return found


def _by_lot(pairs: Pairs, drawn: Sequence[int]) -> Outcome:
    """Lock in one order: by strength, then by the lot as the tie-breaking ranking of the candidates."""
    count, place = len(drawn), np.array(drawn)
    order = np.lexsort((-place[pairs.losers], place[pairs.winners], -pairs.strengths))
    course = _Course(np.zeros((count, count), dtype=np.bool_))
    for pair in Pairs(pairs.winners[order], pairs.losers[order], pairs.strengths[order]).objects():
        if course.chains[pair.loser, pair.winner]:
            course.set_aside.append(pair)
        else:
            course.locked.append(pair)
            _lock(course.chains, Pairs(*(np.array([value]) for value in (pair.winner, pair.loser, pair.strength))))
    tied = tuple(range(count))
    tie = Drawn(tied, tuple(sorted(tied, key=lambda index: drawn[index])), "the order of pairs that are equally strong")
    return _outcome(course, peel(course.chains), (), (tie,))


def _outcome(course: _Course, order: Tiers, notes: tuple[str, ...] = (), drawn: tuple[Drawn, ...] = ()) -> Outcome:
    return Outcome(
        order=order, locked=tuple(course.locked), set_aside=tuple(course.set_aside), notes=notes, drawn=drawn
    )
