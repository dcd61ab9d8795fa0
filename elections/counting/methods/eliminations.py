"""Instant-runoff and Baldwin: the candidate with the fewest votes is excluded, round after round.

Ties for exclusion are followed in every way in which they could be broken: the first tier holds whoever is left last in
one of them; without these, the next tier whoever of the rest is left last in one of them, and so on. If the ties can be
broken in more than LARGEST ways, then with a lot whoever was drawn last of the tied is excluded; without a lot the
method refuses.
"""

from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction

from elections.counting.errors import TooLarge
from elections.counting.methods.borda import balances
from elections.counting.methods.settings import Settings
from elections.counting.outcome import Drawn, Number, Outcome, Round
from elections.counting.profile import Profile
from elections.counting.rankings import Rankings, tiers_of
from elections.counting.tiers import Tiers

LARGEST = 5000

Votes = Callable[[frozenset[int]], Mapping[int, Number]]


def instant_runoff(profile: Profile, settings: Settings) -> Outcome:
    """Exclude whoever is first on the fewest ballots (Ware 1871; for comparison only).

    A ballot counts for its highest ranked remaining candidate, in equal parts for equal ranks; a ballot that ranks
    nobody who remains counts for nobody. Ties: see the module.
    """
    ballots = _ballots(profile.ballots.distinct())
    return _eliminate(profile, settings, lambda remaining: first_votes(ballots, remaining))


def baldwin(profile: Profile, settings: Settings) -> Outcome:
    """Exclude whoever has the lowest Borda count among the remaining (J. M. Baldwin, Royal Society of Victoria, 1926).

    The count is that of `borda`, about its mean, anew in each round. Ties: see the module.
    """

    def votes(remaining: frozenset[int]) -> Mapping[int, Number]:
        kept = sorted(remaining)
        return dict(zip(kept, balances(profile.pairwise[kept][:, kept]).tolist(), strict=True))

    return _eliminate(profile, settings, votes)


def nanson(profile: Profile) -> Outcome:
    """Exclude everybody whose Borda count among the remaining is below the average (after E. J. Nanson, "Methods of
    election", Transactions of the Royal Society of Victoria 19, 1882, who also excludes those who are exactly average;
    in this form T. Schwartz, "The Logic of Collective Choice", 1986).

    Ties: whoever is excluded in one round shares a tier, by Borda counts of that round; when nobody is below the
    average, all who remain are tied.
    """
    remaining = list(range(len(profile.candidates)))
    tiers: list[tuple[int, ...]] = []
    rounds = []
    while remaining:
        counts = dict(zip(remaining, balances(profile.pairwise[remaining][:, remaining]).tolist(), strict=True))
        below = [index for index in remaining if counts[index] < 0]
        out = below or remaining
        rounds.append(Round(tuple(counts.items()), excluded=tuple(below)))
        for value in sorted({counts[index] for index in out}):
            tiers.append(tuple(index for index in out if counts[index] == value))
        remaining = [index for index in remaining if index not in out]
    return Outcome(order=tuple(reversed(tiers)), rounds=tuple(rounds))


def first_votes(
    ballots: Sequence[tuple[tuple[tuple[int, ...], ...], int]], remaining: frozenset[int]
) -> Mapping[int, Fraction]:
    """Return how many ballots each remaining candidate is first on, equal ranks in equal parts."""
    votes = dict.fromkeys(sorted(remaining), Fraction(0))
    for tiers, weight in ballots:
        for tier in tiers:
            standing = [index for index in tier if index in remaining]
            if standing:
                for index in standing:
                    votes[index] += Fraction(weight, len(standing))
                break
    return votes


def _ballots(rankings: Rankings) -> list[tuple[tuple[tuple[int, ...], ...], int]]:
    rows = zip(rankings.ranks.tolist(), rankings.weights.tolist(), strict=True)
    return [(tiers_of(ranks), weight) for ranks, weight in rows]


def _eliminate(profile: Profile, settings: Settings, votes: Votes) -> Outcome:
    everybody = frozenset(range(len(profile.candidates)))
    reached = _every_way(everybody, votes)
    if reached is not None:
        return Outcome(order=_tiers(reached, everybody), rounds=_one_way(everybody, votes, None)[0])
    if settings.lot is None:
        raise TooLarge(f"The ties for exclusion can be broken in more than {LARGEST} ways; give the seed of a lot.")
    rounds, drawn = _one_way(everybody, votes, settings.lot.places(profile.candidates))
    excluded = [index for step in rounds for index in step.excluded]
    last = tuple(everybody - set(excluded))
    return Outcome(order=(last, *((index,) for index in reversed(excluded))), rounds=rounds, drawn=drawn)


def _every_way(everybody: frozenset[int], votes: Votes) -> set[frozenset[int]] | None:
    """Return all sets of candidates that may remain at some time, or None if they are more than LARGEST."""
    reached: set[frozenset[int]] = set()
    waiting = [everybody]
    while waiting:
        remaining = waiting.pop()
        if remaining in reached or not remaining:
            continue
        reached.add(remaining)
        if len(reached) > LARGEST:
            return None
        waiting.extend(remaining - out for out in _exclusions(votes(remaining)))
    return reached


def _exclusions(votes: Mapping[int, Number]) -> list[frozenset[int]]:
    """Return who may be excluded next: each of the lowest, or all together where they have no ballots to pass on.

    Fractions are votes and none is below 0; Baldwin's counts are whole numbers about their mean.
    """
    lowest = _lowest(votes)
    if votes[lowest[0]] == 0 and isinstance(votes[lowest[0]], Fraction) and len(lowest) < len(votes):
        return [frozenset(lowest)]
    return [frozenset({index}) for index in lowest]


def _tiers(reached: set[frozenset[int]], everybody: frozenset[int]) -> Tiers:
    """Return the tiers over all ways: of the rest, whoever is at some time the only one of them to remain.

    Candidates without votes, who are excluded together, could have gone in any order and so share a tier.
    """
    rest, tiers = everybody, []
    while rest:
        last = {index for remaining in reached if len(left := remaining & rest) == 1 for index in left}
        last = last or _fewest(reached, rest)
        tiers.append(tuple(sorted(last)))
        rest -= last
    return tuple(tiers)


def _fewest(reached: set[frozenset[int]], rest: frozenset[int]) -> set[int]:
    left = [remaining & rest for remaining in reached if remaining & rest]
    return set(sorted(left, key=len)[0])


def _one_way(
    everybody: frozenset[int], votes: Votes, drawn: Sequence[int] | None
) -> tuple[tuple[Round, ...], tuple[Drawn, ...]]:
    """Return the rounds of one way to break ties: by the lot, or without one up to the first tie."""
    rounds, lots, remaining = [], [], everybody
    while len(remaining) > 1:
        counted = votes(remaining)
        lowest = _lowest(counted)
        if len(lowest) > 1 and drawn is None and len(_exclusions(counted)) == 1:
            rounds.append(Round(tuple(counted.items()), excluded=tuple(lowest)))
            remaining -= set(lowest)
            continue
        if len(lowest) > 1 and drawn is None:
            rounds.append(Round(tuple(counted.items()), note="They are tied for exclusion; every way is followed."))
            break
        out = max(lowest, key=lambda index: drawn[index]) if drawn is not None else lowest[0]
        if len(lowest) > 1 and drawn is not None:
            order = tuple(sorted(lowest, key=lambda index: drawn[index]))
            lots.append(Drawn(tuple(lowest), order, "the exclusion of the last of these"))
        rounds.append(Round(tuple(counted.items()), excluded=(out,)))
        remaining -= {out}
    return tuple(rounds), tuple(lots)


def _lowest(votes: Mapping[int, Number]) -> list[int]:
    fewest = min(votes.values())
    return [index for index, number in votes.items() if number == fewest]
