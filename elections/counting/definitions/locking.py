"""Ranked pairs: victories are locked from the strongest down, unless they would close a cycle.

Tideman 1987: whoever is on top under some order of the equally strong pairs is tied. A course is what locking in one
order has led to: who stands above whom over locked pairs. If one strength leads to more than MOST_COURSES different
ones, or more than MOST_DOUBTFUL pairs depend on the order, the lot gives one order of the pairs (Zavist and Tideman
1989): the pair whose winner was drawn earlier goes first, with the same winner the one whose loser was drawn later.
"""

from collections.abc import Callable, Iterable, Iterator
from itertools import groupby
from typing import TypeAlias

from elections.counting.definitions.chains import Link
from elections.counting.definitions.election import Election, Tiers, in_tiers

MOST_COURSES = 2000
MOST_DOUBTFUL = 100

Course: TypeAlias = frozenset[Link]


def ranked_pairs(election: Election, strength: Callable[[int, int], int]) -> Tiers:
    """Order by the pairs locked; with too many orders of equal pairs and no lot, by what is certain in all of them."""
    pairs = sorted(election.victories(), key=lambda pair: -strength(*pair))
    equals = [tuple(group) for _, group in groupby(pairs, key=lambda pair: strength(*pair))]
    certain, doubtful = _certain(equals)
    courses = _every_course(equals) if doubtful <= MOST_DOUBTFUL else None
    if courses is None:
        courses = {certain if election.drawn is None else _by_lot(election.drawn, equals)}
    return in_tiers(election.everybody, lambda left: _on_top(courses, left))


def _on_top(courses: Iterable[Course], left: frozenset[int]) -> set[int]:
    """Return whom nobody of those left stands above, in some course."""
    top: set[int] = set()
    for course in courses:
        top |= left - {other for one, other in course if one in left}
    return top


def _lock(course: Course, pair: Link) -> Course:
    """Return the course after locking a pair: whoever is above its winner stands above whoever is below its loser."""
    winner, loser = pair
    above = {winner, *(one for one, other in course if other == winner)}
    below = {loser, *(other for one, other in course if one == loser)}
    return course | {(one, other) for one in above for other in below}


def _lock_all(course: Course, pairs: Iterable[Link]) -> Course:
    for pair in pairs:
        if pair not in course:
            course = _lock(course, pair)
    return course


def _every_course(equals: list[tuple[Link, ...]]) -> set[Course] | None:
    """Return the courses of all orders of equal pairs, or None if they are too many."""
    courses: set[Course] = {frozenset()}
    for pairs in equals:
        ends: set[Course] = set()
        seen: set[Course] = set()
        waiting = list(courses)
        while waiting:
            course = waiting.pop()
            if course in seen:
                continue
            seen.add(course)
            if len(seen) > MOST_COURSES:
                return None
            following = list(_steps(course, pairs))
            waiting += following
            if not following:
                ends.add(course)
        courses = ends
    return courses


def _steps(course: Course, pairs: tuple[Link, ...]) -> Iterator[Course]:
    """Yield what may follow: pairs that close no cycle even with all the others are locked in every order, then one
    of the rest.
    """
    free = [(one, other) for one, other in pairs if (one, other) not in course and (other, one) not in course]
    everything = _lock_all(course, free)
    rest = [(one, other) for one, other in free if (other, one) in everything]
    certain = _lock_all(course, (pair for pair in free if pair not in rest))
    if rest:
        yield from (_lock_all(certain, [pair]) for pair in rest)
    elif free:
        yield certain


def _certain(equals: list[tuple[Link, ...]]) -> tuple[Course, int]:
    """Return what every order locks, and how many pairs are neither locked nor set aside in every order.

    `possible` has all chains that some order could have.
    """
    certain: Course = frozenset()
    possible: Course = frozenset()
    doubtful = 0
    for pairs in equals:
        hopeful = [(one, other) for one, other in pairs if (other, one) not in certain]
        possible = _lock_all(possible, hopeful)
        unopposed = [(one, other) for one, other in hopeful if (one, other) in certain or (other, one) not in possible]
        certain = _lock_all(certain, unopposed)
        doubtful += len(hopeful) - len(unopposed)
        if not doubtful:
            possible = certain
    return certain, doubtful


def _by_lot(drawn: tuple[int, ...], equals: list[tuple[Link, ...]]) -> Course:
    place = {candidate: turn for turn, candidate in enumerate(drawn)}
    course: Course = frozenset()
    for pairs in equals:
        for one, other in sorted(pairs, key=lambda pair: (place[pair[0]], -place[pair[1]])):
            if (other, one) not in course:
                course = _lock_all(course, [(one, other)])
    return course
