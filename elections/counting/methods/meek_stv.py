"""Meek's STV, by the reference rule with nine decimal places (for comparison only).

Sources: I. D. Hill, B. A. Wichmann and D. R. Woodall, "Single transferable vote by Meek's method", Computer Journal 30
(1987); the Reference Meek Rule of the Proportional Representation Foundation, whose steps the code names.

Every candidate keeps a part of each vote and passes on the rest: hopefuls keep all, the excluded nothing, the elected
as much as leaves them with the quota, which is the votes in use ÷ (seats + 1), cut to nine places, plus 10⁻⁹. Parts
kept are rounded up to nine places. Equal ranks share what reaches them equally (Hill, "Equality of preference",
Voting matters 20). Whom an affiliation cap bars keeps nothing from the next round on.

Ties for exclusion: all hopefuls within the total surplus of the lowest are tied (step B.3); they are excluded together
where that cannot matter, else the lot decides, and without one the count stops.
"""

from dataclasses import dataclass
from fractions import Fraction

from elections.counting.methods.papers import Paper, papers_of
from elections.counting.methods.settings import Settings
from elections.counting.methods.staged_count import OpenTie, Standing
from elections.counting.outcome import Outcome, Round
from elections.counting.profile import Profile

ONE = 10**9
OMEGA = 10**3
"""The surplus below which iterating stops: a millionth of a vote."""


@dataclass
class _Count:
    standing: Standing
    papers: tuple[Paper, ...]
    keep: dict[int, int]
    votes: dict[int, int]
    quota: int = 0


def meek_stv(profile: Profile, settings: Settings) -> Outcome:
    """Count by the reference rule; `rounds` has the votes at each election or exclusion."""
    everybody = list(range(len(profile.candidates)))
    standing = Standing(profile.candidates, settings, Fraction(1, ONE), everybody)
    keep = dict.fromkeys(everybody, ONE)
    count = _Count(standing, papers_of(profile.ballots), keep, dict.fromkeys(everybody, 0))
    standing.bar()
    tie = None
    try:
        while standing.vacancies and standing.hopeful:
            _round(count)
    except OpenTie as stopped:
        tie = stopped
    return standing.outcome(count.votes, tie)


def _round(count: _Count) -> None:
    """Steps B.1 to B.3: fill the last seats, or iterate until somebody is elected or has to be excluded."""
    standing = count.standing
    for index in (index for barred in standing.barred for index in barred):
        count.keep[index] = 0
    _distribute(count)
    if len(standing.hopeful) <= standing.vacancies:
        elected = standing.elect(count.votes, list(standing.hopeful))
        standing.rounds.append(Round(standing.votes_shown(count.votes), tuple(elected)))
        return
    surplus = _iterate(count)
    if surplus is not None:
        _exclude(count, surplus)


def _iterate(count: _Count) -> int | None:
    """Step B.2: distribute and update until somebody is elected (None), or the surplus is small or grows (its size)."""
    standing, before = count.standing, None
    while True:
        _distribute(count)
        count.quota = sum(count.votes.values()) // (standing.settings.seats + 1) + 1
        reached = [index for index in standing.hopeful if count.votes[index] >= count.quota]
        if reached:
            shown = standing.votes_shown(count.votes)
            elected = standing.elect(count.votes, reached)
            standing.rounds.append(Round(shown, tuple(elected), quota=_quota(count)))
            return None
        surplus = sum(max(0, count.votes[index] - count.quota) for index in standing.elected)
        if surplus < OMEGA or (before is not None and surplus >= before):
            return surplus
        before = surplus
        for index in standing.elected:
            product = _up(count.keep[index] * count.quota, ONE)
            count.keep[index] = min(ONE, _up(product * ONE, count.votes[index]))


def _exclude(count: _Count, surplus: int) -> None:
    """Step B.3: exclude the lowest hopeful, all within the surplus of whom are tied with it."""
    standing = count.standing
    out = standing.harmless(count.votes, surplus)
    if not out:
        fewest = min(count.votes[index] for index in standing.hopeful)
        tied = [index for index in standing.hopeful if count.votes[index] <= fewest + surplus]
        out = [standing.by_lot(tied, "exclusion", highest=False)]
    standing.rounds.append(Round(standing.votes_shown(count.votes), excluded=tuple(out), quota=_quota(count)))
    standing.exclude(out)
    for index in out:
        count.keep[index] = 0


def _distribute(count: _Count) -> None:
    """Step B.2.a: let every paper pass down its ranking, each candidate keeping a part of what arrives."""
    count.votes = dict.fromkeys(count.keep, 0)
    for paper in count.papers:
        arriving = ONE
        for tier in paper.tiers:
            standing = [index for index in tier if count.keep[index]]
            share = arriving // len(standing) if standing else 0
            for index in standing:
                kept = min(arriving, _up(share * count.keep[index], ONE))
                count.votes[index] += kept * paper.weight
                arriving -= kept
            if not arriving:
                break


def _quota(count: _Count) -> Fraction:
    return count.quota * count.standing.unit


def _up(number: int, divisor: int) -> int:
    return -(-number // divisor)
