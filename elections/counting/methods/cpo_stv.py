"""CPO-STV: comparison of pairs of outcomes by the single transferable vote.

Source: T. N. Tideman, "The single transferable vote", Journal of Economic Perspectives 9 (1995), pages 33–36; Tideman
and D. Richardson, "Better voting methods through technology", Public Choice 103 (2000).

Every two possible sets of winners are compared: candidates in neither are left out; the surplus over the quota of those
in both passes on; then the set whose members have more votes together wins. Quota: votes ÷ (seats + 1), exactly
(Hagenbach-Bischoff). Surpluses pass on by weighted inclusive Gregory transfers, all of a step at once, in exact
fractions, to candidates of the two sets who have not passed theirs on; equal ranks share a vote equally. Margins
between sets are completed by the Schulze method where no set beats every other.

Ties between sets: see `outcomes`. Exact for at most LARGEST possible sets; above that the method refuses.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from fractions import Fraction

import numpy as np

from elections.counting.methods.outcomes import Contest, Winners, choose, possible_sets, within_cap
from elections.counting.methods.papers import Paper, papers_of
from elections.counting.methods.settings import Settings
from elections.counting.outcome import Outcome
from elections.counting.pairwise import Pairwise
from elections.counting.profile import Profile
from elections.counting.rankings import Rankings

LARGEST = 126

Scores = dict[int, Fraction]


@dataclass
class _Comparing:
    """Votes of both sets in each comparison; they depend only on who is in both and who is in either."""

    rankings: Rankings
    quota: Fraction
    about: dict[Winners, Rankings] = field(default_factory=dict)
    known: dict[tuple[Winners, Winners], Scores] = field(default_factory=dict)

    def totals(self, first: Winners, second: Winners) -> tuple[Fraction, Fraction]:
        """Return the votes that the members of each set have together."""
        both, either = tuple(sorted({*first} & {*second})), tuple(sorted({*first} | {*second}))
        key = both, either
        if key not in self.known:
            self.known[key] = transferred(self._papers(both, either), both, either, self.quota)
        scores = self.known[key]
        return sum((scores[index] for index in first), Fraction()), sum((scores[index] for index in second), Fraction())

    def _papers(self, both: Winners, either: Winners) -> tuple[Paper, ...]:
        """Return the papers as far as this comparison reads them: never below a candidate who passes nothing on."""
        if either not in self.about:
            self.about[either] = _only(self.rankings, either).distinct()
        about = self.about[either]
        outside = about.ranks[:, [index for index in either if index not in both]]
        last = np.where(outside > 0, outside, np.iinfo(outside.dtype).max).min(axis=1)
        ranks = np.where(about.ranks <= last[:, None], about.ranks, 0)
        return papers_of(Rankings(about.candidates, ranks, about.weights))


def cpo_stv(profile: Profile, settings: Settings) -> Outcome:
    """Return the winning set; `comparisons` has its votes against each other one. Raises TooLarge above the limit."""
    settings = within_cap(profile, settings, LARGEST, "CPO-STV")
    if not settings.seats:
        return Outcome(order=(), elected=())
    sets = possible_sets(profile, settings.seats)
    rankings = profile.ballots.distinct()
    everybody = tuple(range(len(profile.candidates)))
    voting = sum(paper.weight for paper in papers_of(rankings))
    comparing = _Comparing(rankings, Fraction(voting, settings.seats + 1))
    margins = _margins(sets, comparing)
    first_votes = transferred(papers_of(rankings), (), everybody, comparing.quota)

    def strength(first: int, second: int) -> Fraction:
        return comparing.totals(sets[first], sets[second])[0]

    contest = Contest(sets, strength, margins, lambda _first, _second: True)
    return choose(contest, profile, settings, [first_votes[index] for index in everybody])


def transferred(papers: Sequence[Paper], both: Winners, either: Winners, quota: Fraction) -> Scores:
    """Return the votes of every candidate in `either` once those in `both` have passed their surpluses on.

    `held` follows each part of a paper: whose it is and what a single ballot of it is worth.
    """
    held = _shares([(paper, Fraction(1)) for paper in papers], set(either))
    done: set[int] = set()
    while True:
        votes: Scores = dict.fromkeys(either, Fraction())
        for index, paper, value in held:
            votes[index] += value * paper.weight
        over = {index for index in both if index not in done and votes[index] > quota}
        if not over:
            return votes
        done |= over
        factor = {index: (votes[index] - quota) / votes[index] for index in over}
        passing = [(paper, value * factor[index]) for index, paper, value in held if index in over]
        kept = [(i, paper, value * (1 - factor[i]) if i in over else value) for i, paper, value in held]
        held = kept + _shares(passing, set(either) - done)


def _shares(papers: Sequence[tuple[Paper, Fraction]], continuing: set[int]) -> list[tuple[int, Paper, Fraction]]:
    found = []
    for paper, value in papers:
        following = paper.next(continuing)
        found += [(index, paper, value / len(following)) for index in following]
    return found


def _margins(sets: tuple[Winners, ...], comparing: _Comparing) -> Pairwise:
    """Return by how many votes each set beats each other one, as whole numbers in the same proportions."""
    pairs = [(one, two) for one in range(len(sets)) for two in range(one)]
    totals = [comparing.totals(sets[one], sets[two]) for one, two in pairs]
    differences = [first - second for first, second in totals]
    levels = {value: place for place, value in enumerate(sorted({abs(value) for value in differences} | {Fraction()}))}
    links = np.zeros((len(sets),) * 2, dtype=np.int64)
    for (one, two), value in zip(pairs, differences, strict=True):
        winner, loser = (one, two) if value > 0 else (two, one)
        links[winner, loser] = levels[abs(value)]
    return links


def _only(rankings: Rankings, either: Winners) -> Rankings:
    """Return what the ballots say about these candidates, by how many of them each is preceded: few ways are left."""
    own = rankings.ranks[:, either]
    ranked = own > 0
    preceded = ((own[:, :, None] > own[:, None, :]) & ranked[:, None, :]).sum(axis=2)
    ranks = np.zeros_like(rankings.ranks)
    ranks[:, either] = np.where(ranked, preceded + 1, 0)
    return Rankings(rankings.candidates, ranks, rankings.weights)
