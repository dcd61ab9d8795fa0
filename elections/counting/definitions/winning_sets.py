"""CPO-STV and Schulze STV: whole sets of winners are compared, and the best one is elected."""

from collections import Counter
from collections.abc import Iterable, Mapping
from fractions import Fraction
from itertools import combinations
from math import comb
from typing import TypeAlias

from elections.counting.definitions.chains import Link, by_strongest_chains
from elections.counting.definitions.election import Ballot, Election, Tier, Tiers
from elections.counting.errors import TooLarge

MOST_FOR_CPO = 126
MOST_FOR_SCHULZE = 330
ABOVE, LEVEL, BELOW = "above", "level", "below"

Number: TypeAlias = int | Fraction
Elected: TypeAlias = tuple[Tiers, tuple[int, ...]]
Views: TypeAlias = Mapping[tuple[str, ...], Fraction]


def cpo_stv(election: Election) -> Elected:
    """Tideman 1995: the set that has more votes than each other one, when only these two stand for election."""
    sets, seats = _sets(election, MOST_FOR_CPO)
    quota = Fraction(sum(ballot.voters for ballot in election.ballots if ballot.tiers), seats + 1)
    known: dict[tuple[Tier, Tier], dict[int, Number]] = {}
    links: dict[Link, Fraction] = {}
    for one, other in combinations(range(len(sets)), 2):
        both = tuple(sorted({*sets[one]} & {*sets[other]}))
        either = tuple(sorted({*sets[one]} | {*sets[other]}))
        if (both, either) not in known:
            known[both, either] = _votes(election.ballots, both, either, quota)
        votes = known[both, either]
        margin = Fraction(sum(votes[c] for c in sets[one]) - sum(votes[c] for c in sets[other]))
        if margin:
            links[(one, other) if margin > 0 else (other, one)] = abs(margin)
    return _elected(election, sets, links)


def schulze_stv(election: Election) -> Elected:
    """Schulze 2011: a set is as strong against a candidate as each of its members can have voters of its own."""
    sets, _ = _sets(election, MOST_FOR_SCHULZE)
    place = {members: number for number, members in enumerate(sets)}
    links: dict[Link, Fraction] = {}
    for members in sets:
        for rival in set(election.everybody) - set(members):
            strength = _strength(_completed(_views(election, members, rival)), len(members))
            for out in members:
                neighbour = tuple(sorted({*members, rival} - {out}))
                if strength and neighbour in place:
                    links[place[members], place[neighbour]] = strength
    return _elected(election, sets, links)


def _sets(election: Election, most: int) -> tuple[list[Tier], int]:
    """Return the sets of winners that the cap allows, and their size: as many seats as can be filled at all."""
    for seats in range(election.seats, 0, -1):
        if comb(len(election.names), seats) > most:
            raise TooLarge(f"This method is counted exactly for at most {most} possible sets of winners.")
        found = [chosen for chosen in combinations(election.everybody, seats) if election.fit_together(chosen)]
        if found:
            return found, seats
    return [], 0


def _elected(election: Election, sets: list[Tier], links: Mapping[Link, Fraction]) -> Elected:
    """Order the sets by their strongest chains; of the best, the lot chooses that whose members were drawn earliest.

    Without a lot, those in all of the best sets are elected. They stand in the order of their first preferences.
    """
    if not sets:
        return (), ()
    best = [set(sets[number]) for number in by_strongest_chains(range(len(sets)), links)[0]]
    drawn = election.drawn
    if drawn is not None:
        best = [min(best, key=lambda members: sorted(drawn.index(one) for one in members))]
    firsts = _votes(election.ballots, (), tuple(election.everybody), Fraction(0))
    certain = sorted(set.intersection(*best), key=lambda one: (-firsts[one], one))
    tied = sorted(set.union(*best) - set(certain))
    rest = sorted(set(election.everybody) - set(certain) - set(tied))
    return tuple(tuple(tier) for tier in (certain, tied, rest) if tier), tuple(certain)


def _votes(ballots: Iterable[Ballot], both: Tier, either: Tier, quota: Fraction) -> dict[int, Number]:
    """Return everybody's votes when only `either` stand and those in `both` have passed their surpluses on.

    All surpluses of a step pass on at once, to whoever has not passed on one; everything a candidate holds passes on
    at the same part of its value.
    """
    held: dict[int, list[tuple[Ballot, Number]]] = {one: [] for one in either}
    receiving = set(either)
    moving: list[tuple[Ballot, Number]] = [(ballot, ballot.voters) for ballot in ballots]
    while True:
        for ballot, worth in moving:
            following = ballot.first(receiving)
            for one in following:
                held[one].append((ballot, worth if len(following) == 1 else Fraction(worth, len(following))))
        votes = {one: sum(worth for _, worth in papers) for one, papers in held.items()}
        over = [one for one in both if one in receiving and votes[one] > quota]
        if not over:
            return votes
        receiving.difference_update(over)
        moving = []
        for one in over:
            part = (votes[one] - quota) / votes[one]
            moving += [(ballot, worth * part) for ballot, worth in held[one]]
            held[one] = [(ballot, worth * (1 - part)) for ballot, worth in held[one]]


def _views(election: Election, members: Tier, rival: int) -> Views:
    """Return how many voters see each member above the rival, level with it, or below it.

    Not ranked is last, or with `no_opinion` level with everybody.
    """
    found: Counter[tuple[str, ...]] = Counter()
    for ballot in election.ballots:
        compared = election.compared(ballot)
        place = {one: number for number, tier in enumerate(ballot.tiers) for one in tier}
        last = len(ballot.tiers)
        there = place.get(rival, last)
        seen = [place.get(one, last) if {one, rival} <= compared else there for one in members]
        found[tuple(ABOVE if at < there else BELOW if at > there else LEVEL for at in seen)] += ballot.voters
    return {view: Fraction(number) for view, number in found.items()}


def _completed(views: Views) -> Views:
    """Divide voters who see somebody level among what the others think there, the most undecided first.

    Whom others are is asked of the ballots, not of voters already divided.
    """
    found = dict(views)
    for undecided in range(max(map(len, views), default=0), 0, -1):
        for view in [view for view in found if view.count(LEVEL) == undecided]:
            number, shares = found.pop(view), _shares(view, views)
            whole = sum(shares.values())
            for filled, share in shares.items():
                found[filled] = found.get(filled, Fraction(0)) + number * share / whole
    return found


def _shares(view: tuple[str, ...], views: Views) -> dict[tuple[str, ...], Fraction]:
    """Return what a view that is level in some places becomes, and in which proportions.

    It is filled in with those of the voters who are not level in all of these places, in proportion to their number;
    with several, each is a share of its own, which may again be level in part. If there are none, one part is above in
    one of the places, for each of them, and one part is below in all.
    """
    level = {place for place, at in enumerate(view) if at == LEVEL}
    shares: dict[tuple[str, ...], Fraction] = {}
    for other, number in views.items():
        if any(other[place] != LEVEL for place in level):
            filled = tuple(other[place] if place in level else at for place, at in enumerate(view))
            shares[filled] = shares.get(filled, Fraction()) + number
    return shares or dict.fromkeys(_equal_parts(view, level), Fraction(1))


def _equal_parts(view: tuple[str, ...], level: set[int]) -> list[tuple[str, ...]]:
    """Return, for each level place, the view that is above there; and the view that is below in all of them."""
    parts = [tuple(ABOVE if place == above else at for place, at in enumerate(view)) for above in level]
    return [*parts, tuple(BELOW if place in level else at for place, at in enumerate(view))]


def _strength(views: Views, size: int) -> Fraction:
    """Return the largest x so that every member can have x voters for itself who see it above the rival.

    By Hall's theorem that is possible if every group of members together has enough: x times as many as they are.
    """
    groups = [group for number in range(1, size + 1) for group in combinations(range(size), number)]
    return min(_behind(views, group) / len(group) for group in groups)


def _behind(views: Views, group: tuple[int, ...]) -> Fraction:
    return sum((n for view, n in views.items() if any(view[one] == ABOVE for one in group)), Fraction(0))
