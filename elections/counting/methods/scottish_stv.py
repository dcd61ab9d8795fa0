"""Scottish STV: weighted inclusive Gregory transfers with five decimal places (for comparison only).

Source: the Scottish Local Government Elections Order 2007 (SSI 2007/42), Schedule 1, rules 45 to 52.

Quota: ⌊valid papers ÷ (seats + 1)⌋ + 1 (rule 46). Whoever reaches it is elected (47). Surpluses go first, the largest
one of the stage: each paper passes to its next continuing candidate at the value surplus × its value ÷ the candidate's
votes, cut to five places (48). Without a surplus the lowest is excluded and papers pass on at their values (50). When
as many continue as there are vacancies, all are elected (52). Equal ranks, which the Order does not know, share a
paper's value equally, cut to five places. Nor does it know an affiliation cap: whom one bars is excluded, all who are
barred at once, as soon as no surplus is left to transfer.

Ties for the largest surplus or for exclusion: whoever had more at the most recent stage where they differed, else by
lot (49, 51). Without a lot the count stops. Only candidates without any vote are excluded together: they pass nothing
on, so that nothing depends on who goes first. With votes it may matter even where it seems not to: whoever reaches the
quota by the first one's papers receives none of the second one's.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from fractions import Fraction

from elections.counting.methods.papers import Paper, papers_of
from elections.counting.methods.settings import Settings
from elections.counting.methods.staged_count import OpenTie, Standing
from elections.counting.outcome import Outcome, Round
from elections.counting.profile import Profile

PLACES = 10**5
NOBODY = -1

Transfer = tuple[int, int, Fraction]
"""From whom, to whom, how many votes."""


@dataclass
class _Count:
    standing: Standing
    quota: int
    piles: dict[int, list[tuple[Paper, int]]]
    votes: dict[int, int]
    surpluses: list[int] = field(default_factory=list)

    def give(self, papers: Iterable[tuple[Paper, int]], giver: int) -> tuple[Transfer, ...]:
        """Pass papers, each with its value, to their next continuing candidates; return who got how much."""
        got: dict[int, int] = {}
        for paper, value in papers:
            following = paper.next(self.standing.hopeful)
            for index in following:
                share = value // len(following)
                self.piles[index].append((paper, share))
                self.votes[index] += share * paper.weight
                got[index] = got.get(index, 0) + share * paper.weight
            if not following:
                got[NOBODY] = got.get(NOBODY, 0) + value * paper.weight
        return tuple((giver, index, number * self.standing.unit) for index, number in got.items())


def scottish_stv(profile: Profile, settings: Settings) -> Outcome:
    """Count by the Order's stages; `rounds` has every stage with its transfers."""
    papers = papers_of(profile.ballots)
    everybody = list(range(len(profile.candidates)))
    standing = Standing(profile.candidates, settings, Fraction(1, PLACES), everybody)
    quota = (sum(paper.weight for paper in papers) // (settings.seats + 1) + 1) * PLACES
    count = _Count(standing, quota, {index: [] for index in everybody}, dict.fromkeys(everybody, 0))
    standing.bar()
    tie = None
    try:
        first = count.give(((paper, PLACES) for paper in papers), NOBODY)
        _stage(count, (), first)
        while standing.vacancies and standing.hopeful:
            _next(count)
    except OpenTie as stopped:
        tie = stopped
    return standing.outcome(count.votes, tie)


def _next(count: _Count) -> None:
    """Count one stage: fill the last vacancies, or transfer the largest surplus, or exclude the lowest."""
    standing = count.standing
    if len(standing.hopeful) <= standing.vacancies:
        elected = standing.elect(count.votes, standing.hopeful)
        standing.rounds.append(Round(standing.votes_shown(count.votes), elected=tuple(elected)))
    elif count.surpluses:
        _transfer_surplus(count)
    else:
        _exclude(count)


def _transfer_surplus(count: _Count) -> None:
    standing = count.standing
    most = max(count.votes[index] for index in count.surpluses)
    tied = [index for index in count.surpluses if count.votes[index] == most]
    giver = standing.pick(tied, "the surplus to transfer first", highest=True)
    count.surpluses.remove(giver)
    total, surplus = count.votes[giver], count.votes[giver] - count.quota
    papers = [(paper, surplus * value // total) for paper, value in count.piles.pop(giver)]
    count.votes[giver] = count.quota
    _stage(count, (), count.give(papers, giver))


def _exclude(count: _Count) -> None:
    standing = count.standing
    waiting = [index for barred in standing.barred for index in barred if count.piles.get(index)]
    out = waiting or _lowest(count)
    if not waiting:
        standing.exclude(out)
    transfers: list[Transfer] = []
    for index in out:
        papers, count.votes[index] = count.piles.pop(index), 0
        transfers += count.give(papers, index)
    _stage(count, tuple(out), tuple(transfers))


def _lowest(count: _Count) -> list[int]:
    """Return who is excluded next: one candidate, or all without a vote if the seats can be filled without them."""
    standing = count.standing
    tied = standing.lowest(count.votes)
    if not count.votes[tied[0]] and len(standing.hopeful) - len(tied) >= standing.vacancies:
        return tied
    return [standing.pick(tied, "exclusion", highest=False)]


def _stage(count: _Count, excluded: tuple[int, ...], transfers: tuple[Transfer, ...]) -> None:
    """Close a stage: elect whoever reached the quota and note everything."""
    standing = count.standing
    shown = standing.votes_shown(count.votes)
    reached = [index for index in standing.hopeful if count.votes[index] >= count.quota]
    elected = standing.elect(count.votes, reached)
    count.surpluses += [index for index in elected if count.votes[index] > count.quota]
    standing.history.append(dict(count.votes))
    quota = count.quota * standing.unit
    standing.rounds.append(Round(shown, tuple(elected), excluded, transfers, quota))
