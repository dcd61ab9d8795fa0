"""Schulze STV.

Source: M. Schulze, "Free riding and vote management under proportional representation by the single transferable vote"
(2011) and "Schulze STV", part 3 of "A new monotonic… single-winner election method"; proportional completion is there
too.

A set A of winners is compared with the sets that differ from it in one candidate, b. Its strength is the largest x such
that the voters can be divided among the members of A so that every member has x voters who rank it above b. By max-flow
and min-cut that is the smallest, over all groups S ⊆ A, of the voters who rank some member of S above b, divided by
|S|. Before, voters who are indifferent between members of A and b are completed: from those with the most
indifferences to those with the fewest, each pattern is divided among the patterns that are not indifferent at some of
these places, in proportion to their voters, and takes over their preferences there. Where nobody has a preference at
any of these places, it is divided equally: for each of them a part that prefers the member there, and one part that
prefers b to all of them (so Schulze's own program, schulze3.zip, of 2007). Strengths are exact fractions.
The sets are ordered by strongest paths, as single candidates are by the Schulze method.

Ties between sets: see `outcomes`. Exact for at most LARGEST possible sets; above that the method refuses.
"""

from fractions import Fraction
from itertools import combinations

import numpy as np

from elections.counting.methods.cpo_stv import transferred
from elections.counting.methods.outcomes import Contest, Winners, choose, possible_sets, within_cap
from elections.counting.methods.papers import papers_of
from elections.counting.methods.settings import Settings
from elections.counting.outcome import Outcome
from elections.counting.pairwise import Pairwise
from elections.counting.profile import Profile
from elections.counting.rankings import Rankings, Unranked

LARGEST = 330

PREFERRED, INDIFFERENT, BEATEN = 1, 2, 3
Patterns = dict[tuple[int, ...], Fraction]


def schulze_stv(profile: Profile, settings: Settings) -> Outcome:
    """Return the winning set; `comparisons` has its strength against each neighbour. Raises TooLarge above the
    limit.
    """
    settings = within_cap(profile, settings, LARGEST, "Schulze STV")
    if not settings.seats:
        return Outcome(order=(), elected=())
    sets = possible_sets(profile, settings.seats)
    rankings = profile.ballots.distinct()
    everybody = tuple(range(len(profile.candidates)))
    first_votes = transferred(papers_of(rankings), (), everybody, Fraction(0))
    strengths = {
        (place, rival): strength(patterns(rankings, members, rival, profile.unranked))
        for place, members in enumerate(sets)
        for rival in everybody
        if rival not in members
    }

    def between(first: int, second: int) -> Fraction:
        (rival,) = set(sets[second]) - set(sets[first])
        return strengths[first, rival]

    contest = Contest(sets, between, _links(sets, strengths), lambda one, two: _neighbours(sets[one], sets[two]))
    return choose(contest, profile, settings, [first_votes[index] for index in everybody])


def patterns(rankings: Rankings, members: Winners, rival: int, unranked: Unranked) -> Patterns:
    """Return how many voters rank which members above, level with or below the rival."""
    ranks = rankings.ranks.astype(np.int64)
    last = np.iinfo(np.int16).max + 1
    placed = np.where(ranks == 0, last, ranks)
    own, other = placed[:, members], placed[:, [rival]]
    codes = np.where(own < other, PREFERRED, np.where(own > other, BEATEN, INDIFFERENT))
    if unranked is Unranked.NO_OPINION:
        codes[(own == last) | (other == last)] = INDIFFERENT
    digits = 3 ** np.arange(len(members))
    counts = np.zeros(3 ** len(members), dtype=np.int64)
    np.add.at(counts, (codes - 1) @ digits, rankings.weights)
    present = np.flatnonzero(counts)
    found = (present[:, None] // digits % 3 + 1).tolist()
    return {tuple(code): Fraction(count) for code, count in zip(found, counts[present].tolist(), strict=True)}


def strength(found: Patterns) -> Fraction:
    """Return the largest x that every member can have, from the patterns after completion; 0 without any ballot."""
    if not found:
        return Fraction()
    whole = completed(found)
    size = len(next(iter(whole)))
    groups = (group for length in range(1, size + 1) for group in combinations(range(size), length))
    return min(_supporters(whole, group) / len(group) for group in groups)


def completed(found: Patterns) -> Patterns:
    """Divide the indifferent voters among the preferences of the voters as they are (proportional completion)."""
    current = dict(found)
    for twos in range(len(next(iter(found))), 0, -1):
        for pattern in [pattern for pattern in current if pattern.count(INDIFFERENT) == twos]:
            weight, targets = current.pop(pattern), _targets(pattern, found)
            total = sum(targets.values(), Fraction())
            for target, share in targets.items():
                current[target] = current.get(target, Fraction()) + weight * share / total
    return current


def _targets(pattern: tuple[int, ...], others: Patterns) -> Patterns:
    """Return what a pattern may become, with the shares: its indifferences as others see them, or else equal parts."""
    found: Patterns = {}
    for other, weight in others.items():
        target = tuple(theirs if own == INDIFFERENT else own for own, theirs in zip(pattern, other, strict=True))
        if target != pattern:
            found[target] = found.get(target, Fraction()) + weight
    return found or dict.fromkeys(_one_by_one(pattern), Fraction(1))


def _one_by_one(pattern: tuple[int, ...]) -> list[tuple[int, ...]]:
    """Return the patterns in which one indifference has become a preference, and that in which all have become none."""
    places = [place for place, code in enumerate(pattern) if code == INDIFFERENT]
    preferring = [(*pattern[:place], PREFERRED, *pattern[place + 1 :]) for place in places]
    return [*preferring, tuple(BEATEN if code == INDIFFERENT else code for code in pattern)]


def _supporters(whole: Patterns, group: tuple[int, ...]) -> Fraction:
    return sum((weight for code, weight in whole.items() if any(code[i] == PREFERRED for i in group)), Fraction())


def _neighbours(one: Winners, two: Winners) -> bool:
    return len(set(one) - set(two)) == 1


def _links(sets: tuple[Winners, ...], strengths: dict[tuple[int, int], Fraction]) -> Pairwise:
    """Return the strengths between neighbouring sets as whole numbers in the same order."""
    levels = {value: place for place, value in enumerate(sorted({*strengths.values(), Fraction()}))}
    places = {members: place for place, members in enumerate(sets)}
    links = np.zeros((len(sets),) * 2, dtype=np.int64)
    for (place, rival), value in strengths.items():
        for out in sets[place]:
            neighbour = tuple(sorted({*sets[place], rival} - {out}))
            links[place, places[neighbour]] = levels[value]
    return links
