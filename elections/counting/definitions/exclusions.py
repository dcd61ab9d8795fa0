"""Methods that exclude round after round: Nanson, Baldwin and instant-runoff.

Baldwin and instant-runoff follow every way in which ties for exclusion can be broken: on top of some candidates is
whoever is, in one of the ways, the last of them to be excluded. Candidates without any vote have no ballots to pass on,
so that they go together, and each of them may be the last. If more than MOST different sets of candidates can be left,
then of the tied whoever was drawn last is excluded.
"""

from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import TypeAlias

from elections.counting.definitions.election import Election, Tier, Tiers, in_tiers
from elections.counting.definitions.scores import by_score
from elections.counting.errors import TooLarge

MOST = 5000

Votes: TypeAlias = Callable[[frozenset[int]], Mapping[int, int | Fraction]]


def balances(election: Election, left: frozenset[int]) -> dict[int, int]:
    """Return Borda's count about its mean: the votes over the others who are left, less theirs."""
    votes = election.votes
    return {one: sum(votes[one][other] - votes[other][one] for other in left) for one in left}


def nanson(election: Election) -> Tiers:
    """Exclude all who are below the average, again and again; who goes together is ordered by that round's count."""
    left, order = frozenset(election.everybody), list[Tier]()
    while left:
        counts = balances(election, left)
        out = {one: count for one, count in counts.items() if count < 0} or counts
        order[:0] = by_score(out)
        left -= out.keys()
    return tuple(order)


def baldwin(election: Election) -> Tiers:
    """Exclude whoever has the lowest Borda count."""
    return _excluding(election, lambda left: balances(election, left), together=False)


def instant_runoff(election: Election) -> Tiers:
    """Exclude whoever is first on the fewest ballots; those ranked equally share a ballot."""

    def votes(left: frozenset[int]) -> dict[int, Fraction]:
        found = dict.fromkeys(left, Fraction(0))
        for ballot in election.ballots:
            first = ballot.first(left)
            for one in first:
                found[one] += Fraction(ballot.voters, len(first))
        return found

    return _excluding(election, votes, together=True)


def _excluding(election: Election, votes: Votes, *, together: bool) -> Tiers:
    ways = _every_way(election, votes, together=together)
    if ways is None:
        ways = _by_lot(election, votes)
    following = ways
    return in_tiers(election.everybody, lambda left: _last_of(left, following))


def _last_of(left: frozenset[int], ways: Mapping[frozenset[int], list[frozenset[int]]]) -> set[int]:
    """Return who is among the last of `left` in some way: after the next exclusion, none of them would remain."""
    last: set[int] = set()
    for standing, nexts in ways.items():
        if any(standing & left and not after & left for after in nexts):
            last |= standing & left
    return last


def _every_way(
    election: Election, votes: Votes, *, together: bool
) -> dict[frozenset[int], list[frozenset[int]]] | None:
    """Return, for each set of candidates that can be left at some time, what can be left next; None if too many."""
    ways: dict[frozenset[int], list[frozenset[int]]] = {}
    waiting = [frozenset(election.everybody)]
    while waiting:
        left = waiting.pop()
        if left in ways or not left:
            continue
        counts = votes(left)
        lowest = frozenset(one for one in left if counts[one] == min(counts.values()))
        without_votes = together and not any(counts[one] for one in lowest) and lowest != left
        ways[left] = [left - lowest] if without_votes else [left - {one} for one in sorted(lowest)]
        waiting += ways[left]
        if len(ways) > MOST:
            return None
    return ways


def _by_lot(election: Election, votes: Votes) -> dict[frozenset[int], list[frozenset[int]]]:
    if election.drawn is None:
        raise TooLarge("The ties for exclusion can be broken in too many ways to follow all; give a seed.")
    ways, left = {}, frozenset(election.everybody)
    while left:
        counts = votes(left)
        lowest = [one for one in left if counts[one] == min(counts.values())]
        out = max(lowest, key=election.drawn.index)
        ways[left] = [left - {out}]
        left -= {out}
    return ways
