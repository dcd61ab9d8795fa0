"""Ranked pairs (Tideman).

Sources: T. N. Tideman, "Independence of clones as a criterion for voting rules", Social Choice and Welfare 4 (1987);
T. M. Zavist and T. N. Tideman, "Complete independence of clones in the ranked pairs rule", same journal 6 (1989).

Every victory of one candidate over another is a pair; its strength is its winning votes, or its margin. Pairs are taken
from the strongest to the weakest, and each is locked unless it would close a cycle with pairs locked before. a stands
above b if a chain of locked pairs leads from a to b. Two candidates with equal votes against each other make no pair.

Ties, between pairs of equal strength: Tideman's rule is that whoever wins under *some* order of the equal pairs is
tied. Every such order is followed here (most give the same locked pairs, so only different sets of chains are). The
first tier holds the candidates to whom nobody stands above in some order; without them, the next tier is found
likewise. If the equal pairs allow more than LARGEST orders, then with a lot the tie-breaking ranking of Zavist and
Tideman is the lot: of equal pairs, the one whose winner was drawn earlier goes first, and with the same winner the
one whose loser was drawn later. Without a lot, only what is certain in every order counts, so that ties may be larger
than they had to be; the result says so.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import groupby

import numpy as np

from elections.counting.methods.schulze import shortest_chain
from elections.counting.methods.settings import Settings
from elections.counting.outcome import Drawn, Outcome, Pair
from elections.counting.profile import Measure, Profile, victories
from elections.counting.tiers import Relation, Tiers, peel

LARGEST = 2000
"""How many different sets of chains are followed before the ties are declared too many."""

Chains = tuple[int, ...]
"""For each candidate the set of those below, as the bits of an integer."""


@dataclass
class Locking:
    """Chains of locked pairs as they grow; both directions are kept so that a pair is judged by looking at one bit."""

    below: list[int]
    above: list[int]

    @classmethod
    def empty(cls, candidates: int) -> "Locking":
        """Return the state before any pair."""
        return cls([0] * candidates, [0] * candidates)

    def closes_cycle(self, pair: Pair) -> bool:
        """Tell whether the loser of the pair already stands above its winner."""
        return bool(self.below[pair.loser] >> pair.winner & 1)

    def lock(self, pair: Pair) -> None:
        """Put the winner, and everybody above, over the loser and everybody below."""
        if self.below[pair.winner] >> pair.loser & 1:
            return
        lower = self.below[pair.loser] | 1 << pair.loser
        upper = self.above[pair.winner] | 1 << pair.winner
        for candidate in _bits(upper):
            self.below[candidate] |= lower
        for candidate in _bits(lower):
            self.above[candidate] |= upper

    def copy(self) -> "Locking":
        """Return a state that can grow on its own."""
        return Locking(list(self.below), list(self.above))


@dataclass
class _Course:
    """What locking in one order, or what is certain in every order, has led to."""

    chains: Locking
    locked: list[Pair] = field(default_factory=list)
    set_aside: list[Pair] = field(default_factory=list)
    unsure: list[Pair] = field(default_factory=list)


def ranked_pairs(profile: Profile, settings: Settings, measure: Measure = Measure.WINNING_VOTES) -> Outcome:
    """Order the candidates by locking pairs from the strongest down; see the module for the two ways of ties."""
    pairs = pairs_of(profile, measure)
    count = len(profile.candidates)
    course = _certain(pairs, count)
    if not course.unsure:
        return _outcome(course, peel(relation(course.chains.below)))
    every = _every_order(pairs, count)
    if every is not None:
        return _outcome(course, tiers_over(every), _unsure(course))
    if settings.lot is not None:
        return _by_lot(pairs, profile, settings.lot.places(profile.candidates))
    note = "Its ties are too many to follow every order of the equal pairs: only what is certain in all of them counts."
    return _outcome(course, peel(relation(course.chains.below)), (*_unsure(course), note))


def pairs_of(profile: Profile, measure: Measure) -> list[Pair]:
    """Return every victory, strongest first, equal ones in candidates' order."""
    strengths = victories(profile.pairwise, measure)
    won = profile.pairwise > profile.pairwise.T
    winners, losers = np.nonzero(won)
    order = np.argsort(-strengths[winners, losers], kind="stable")
    found = zip(
        winners[order].tolist(), losers[order].tolist(), strengths[winners, losers][order].tolist(), strict=True
    )
    return [Pair(winner, loser, strength) for winner, loser, strength in found]


def relation(below: Sequence[int]) -> Relation:
    """Return chains as a matrix: who stands above whom."""
    return np.array([[bool(lower >> index & 1) for index in range(len(below))] for lower in below], dtype=np.bool_)


def tiers_over(every: Iterable[Chains]) -> Tiers:
    """Order candidates by several sets of chains: first who is on top under some of them, then the same without
    those.
    """
    chains = list(every)
    remaining = (1 << len(chains[0])) - 1
    tiers = []
    while remaining:
        top = 0
        for below in chains:
            covered = 0
            for candidate in _bits(remaining):
                covered |= below[candidate]
            top |= remaining & ~covered
        tiers.append(tuple(_bits(top)))
        remaining &= ~top
    return tuple(tiers)


def _certain(pairs: list[Pair], count: int) -> _Course:
    """Lock what every order of equal pairs locks, set aside what every order does, and note the rest as unsure.

    `possible` has every chain that some order might make; a pair that no possible chain opposes is locked in all
    orders.
    """
    course, possible = _Course(Locking.empty(count)), Locking.empty(count)
    for _, group in groupby(pairs, key=lambda pair: pair.strength):
        equal = list(group)
        opposed = [pair for pair in equal if course.chains.closes_cycle(pair)]
        hopeful = [pair for pair in equal if not course.chains.closes_cycle(pair)]
        for pair in hopeful:
            possible.lock(pair)
        locked = [pair for pair in hopeful if not possible.closes_cycle(pair)]
        course.unsure += [pair for pair in hopeful if possible.closes_cycle(pair)]
        course.set_aside += opposed
        for pair in locked:
            course.chains.lock(pair)
        course.locked += locked
    return course


def opposing_chain(outcome: Outcome, pair: Pair, count: int) -> tuple[int, ...]:
    """Return the shortest chain of locked pairs, none weaker, that leads from the loser of a pair to its winner."""
    linked = np.zeros((count, count), dtype=np.bool_)
    for one in outcome.locked:
        linked[one.winner, one.loser] = one.strength >= pair.strength
    return shortest_chain(linked, pair.loser, pair.winner)


def _every_order(pairs: list[Pair], count: int) -> set[Chains] | None:
    """Return all sets of chains that orders of equal pairs lead to, or None if they are more than LARGEST."""
    states: set[Chains] = {tuple([0] * count)}
    for _, group in groupby(pairs, key=lambda pair: pair.strength):
        equal = list(group)
        following: set[Chains] = set()
        seen: set[Chains] = set()
        waiting = list(states)
        while waiting:
            state = waiting.pop()
            if state in seen:
                continue
            seen.add(state)
            if len(seen) > LARGEST:
                return None
            grown = _grown(state, equal)
            if grown == {state}:
                following.add(state)
            else:
                waiting.extend(grown)
        states = following
    return states


def _grown(state: Chains, equal: list[Pair]) -> set[Chains]:
    """Return what follows when one more of the equal pairs is locked; all at once where they do not oppose each
    other.
    """
    locking = Locking(list(state), _transposed(state))
    free = [pair for pair in equal if not locking.closes_cycle(pair) and not state[pair.winner] >> pair.loser & 1]
    if not free:
        return {state}
    together = locking.copy()
    for pair in free:
        together.lock(pair)
    if not any(together.closes_cycle(pair) for pair in free):
        return {tuple(together.below)}
    harmless = [pair for pair in free if not together.closes_cycle(pair)]
    for pair in harmless:
        locking.lock(pair)
    found = set()
    for pair in (pair for pair in free if together.closes_cycle(pair)):
        one = locking.copy()
        one.lock(pair)
        found.add(tuple(one.below))
    return found


def _by_lot(pairs: list[Pair], profile: Profile, drawn: Sequence[int]) -> Outcome:
    """Lock in one order: by strength, then by the lot as the tie-breaking ranking of the candidates."""
    ordered = sorted(pairs, key=lambda pair: (-pair.strength, drawn[pair.winner], -drawn[pair.loser]))
    count = len(profile.candidates)
    course = _Course(Locking.empty(count))
    for pair in ordered:
        if course.chains.closes_cycle(pair):
            course.set_aside.append(pair)
        else:
            course.locked.append(pair)
            course.chains.lock(pair)
    order = tuple(sorted(range(count), key=lambda index: drawn[index]))
    tie = Drawn(order, order, "the order of pairs that are equally strong")
    return _outcome(course, peel(relation(course.chains.below)), (), (tie,))


def _outcome(course: _Course, order: Tiers, notes: tuple[str, ...] = (), drawn: tuple[Drawn, ...] = ()) -> Outcome:
    return Outcome(
        order=order, locked=tuple(course.locked), set_aside=tuple(course.set_aside), notes=notes, drawn=drawn
    )


def _unsure(course: _Course) -> tuple[str, ...]:
    count = len(course.unsure)
    return (f"{count} pairs of equal strength close cycles with each other: which are locked depends on their order.",)


def _transposed(below: Chains) -> list[int]:
    above = [0] * len(below)
    for candidate, lower in enumerate(below):
        for other in _bits(lower):
            above[other] |= 1 << candidate
    return above


def _bits(number: int) -> list[int]:
    found = []
    while number:
        lowest = number & -number
        found.append(lowest.bit_length() - 1)
        number ^= lowest
    return found
