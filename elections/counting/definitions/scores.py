"""Methods that give every candidate a score, and Kemeny–Young, which gives one to every order."""

from collections.abc import Callable, Mapping

from elections.counting.definitions.election import Election, Tiers, in_tiers
from elections.counting.errors import TooLarge

MOST_FOR_KEMENY = 18


def by_score(scores: Mapping[int, int]) -> Tiers:
    """Order candidates by their scores, the highest first."""
    return in_tiers(scores, lambda left: {one for one in left if scores[one] == max(scores[each] for each in left)})


def copeland(election: Election) -> Tiers:
    """Two points for a victory, one for a tie (Copeland 1951, doubled)."""

    def points(one: int, other: int) -> int:
        return 2 if election.beats(one, other) else 0 if election.beats(other, one) else 1

    return by_score({one: sum(points(one, other) for other in _others(election, one)) for one in election.everybody})


def minimax(election: Election, result: Callable[[int, int], int]) -> Tiers:
    """Whose worst result is the smallest (Simpson 1969, Kramer 1977); `result` is that of the first over the second."""
    worst = {
        one: max((result(other, one) for other in _others(election, one)), default=0) for one in election.everybody
    }
    return by_score({one: -value for one, value in worst.items()})


def borda_points(election: Election) -> dict[int, int]:
    """Two points for each candidate ranked below, one for each ranked equally, on each ballot (Black 1958, doubled).

    Two whom a ballot does not compare have one point from each other, as if they were ranked equally.
    """
    points = dict.fromkeys(election.everybody, 0)
    for ballot in election.ballots:
        left = election.compared(ballot)
        strangers = len(election.names) - len(left)
        for tier in ballot.tiers:
            left.difference_update(tier)
            for one in tier:
                points[one] += ballot.voters * (2 * len(left) + len(tier) - 1 + strangers)
        for one in set(election.everybody) - {ranked for tier in ballot.tiers for ranked in tier}:
            points[one] += ballot.voters * ((len(left) if left else len(election.names)) - 1)
    return points


def borda(election: Election) -> Tiers:
    """By Borda's points."""
    return by_score(borda_points(election))


def black(election: Election) -> Tiers:
    """Whoever beats everybody, then the rest by Borda's points."""
    points = borda_points(election)
    for one in election.everybody:
        if all(election.beats(one, other) for other in _others(election, one)):
            points[one] = max(points.values()) + 1
    return by_score(points)


def kemeny_young(election: Election) -> Tiers:
    """By the orders that agree with the most pairwise votes: on top is whoever is first in one of the best orders.

    The best order of a set, written as bits, begins with somebody and goes on with a best order of the others.
    """
    count = len(election.names)
    if count > MOST_FOR_KEMENY:
        raise TooLarge(f"Kemeny–Young is counted a second time for at most {MOST_FOR_KEMENY} candidates.")
    over = [_sums(election.votes[one]) for one in election.everybody]
    best = [0] * (1 << count)
    for members in range(1, 1 << count):
        rests = ((one, members ^ 1 << one) for one in election.everybody if members >> one & 1)
        best[members] = max(over[one][rest] + best[rest] for one, rest in rests)
    firsts: dict[int, set[int]] = {}
    waiting = [(1 << count) - 1]
    while waiting:
        members = waiting.pop()
        if members and members not in firsts:
            rests = ((one, members ^ 1 << one) for one in election.everybody if members >> one & 1)
            firsts[members] = {one for one, rest in rests if over[one][rest] + best[rest] == best[members]}
            waiting += [members ^ 1 << one for one in firsts[members]]
    return in_tiers(election.everybody, lambda left: _first_of(left, firsts))


def _first_of(left: frozenset[int], firsts: Mapping[int, set[int]]) -> set[int]:
    """Return who comes first of those left in some best order: at some time, all of them are still to be placed."""
    bits = sum(1 << one for one in left)
    return set().union(*(chosen for members, chosen in firsts.items() if members & bits == bits)) & left


def _sums(votes: tuple[int, ...]) -> list[int]:
    """Return for each set of candidates how many votes there are over all of them."""
    sums = [0]
    for number in votes:
        sums += [known + number for known in sums]
    return sums


def _others(election: Election, one: int) -> list[int]:
    return [other for other in election.everybody if other != one]
