"""Scottish STV: the Scottish Local Government Elections Order 2007, Schedule 1, rules 45 to 52.

A paper's value is counted in hundred-thousandths of a vote, because the Order cuts values to five decimal places. Equal
ranks, which the Order does not know, share a paper's value.
"""

from collections.abc import Iterable
from typing import TypeAlias

from elections.counting.definitions.election import Ballot, Election, Tiers
from elections.counting.definitions.transfers import Stages, StoppedByTie

VOTE = 100_000

Papers: TypeAlias = list[tuple[Ballot, int]]


def scottish_stv(election: Election) -> tuple[Tiers, tuple[int, ...]]:
    """Return the order and the elected, in order of election."""
    stages = Stages(election)
    valid = [ballot for ballot in election.ballots if ballot.tiers]
    quota = (sum(ballot.voters for ballot in valid) // (election.seats + 1) + 1) * VOTE
    held: dict[int, Papers] = {one: [] for one in election.everybody}
    surpluses: list[int] = []
    stopped = False
    try:
        papers: Papers = [(ballot, VOTE) for ballot in valid]
        while True:
            _hand_out(papers, held, stages.hopeful)
            _close(stages, held, (quota, surpluses))
            if not stages.vacancies or not stages.hopeful:
                break
            if len(stages.hopeful) <= stages.vacancies:
                stages.elect(stages.hopeful, _votes(held, quota, stages))
                break
            papers = _surplus(stages, held, (quota, surpluses)) if surpluses else _exclusion(stages, held, quota)
    except StoppedByTie:
        stopped = True
    return stages.order(_votes(held, quota, stages), stopped=stopped), tuple(stages.elected)


def _hand_out(papers: Papers, held: dict[int, Papers], hopeful: Iterable[int]) -> None:
    """Give papers to the next candidate on each who is still in the count (rules 45, 48 and 50)."""
    hopeful = set(hopeful)
    for ballot, value in papers:
        following = ballot.first(hopeful)
        for one in following:
            held[one].append((ballot, value // len(following)))


def _votes(held: dict[int, Papers], quota: int, stages: Stages) -> dict[int, int]:
    """Return everybody's votes; whose surplus has been passed on keeps the quota."""
    votes = {one: sum(ballot.voters * value for ballot, value in papers) for one, papers in held.items()}
    return votes | {one: quota for one in stages.elected if not held[one]}


def _close(stages: Stages, held: dict[int, Papers], quota_and_surpluses: tuple[int, list[int]]) -> None:
    """Close a stage: elect whoever has reached the quota (rule 47) and remember the votes."""
    quota, surpluses = quota_and_surpluses
    votes, before = _votes(held, quota, stages), len(stages.elected)
    stages.elect([one for one in stages.hopeful if votes[one] >= quota], votes)
    surpluses += [one for one in stages.elected[before:] if votes[one] > quota]
    stages.earlier.append(votes)


def _surplus(stages: Stages, held: dict[int, Papers], quota_and_surpluses: tuple[int, list[int]]) -> Papers:
    """Pass on the largest surplus: every paper at the surplus times its value over the candidate's votes (rule 48)."""
    quota, surpluses = quota_and_surpluses
    votes = _votes(held, quota, stages)
    giver = stages.highest([one for one in surpluses if votes[one] == max(votes[each] for each in surpluses)])
    surpluses.remove(giver)
    papers, held[giver] = held[giver], []
    return [(ballot, (votes[giver] - quota) * value // votes[giver]) for ballot, value in papers]


def _exclusion(stages: Stages, held: dict[int, Papers], quota: int) -> Papers:
    """Exclude whoever the cap has barred, else the lowest (rule 50), and return what they held."""
    out = [one for one in stages.barred if held[one]]
    if not out:
        out = _lowest(stages, _votes(held, quota, stages))
        stages.exclude(out)
    papers = [paper for one in out for paper in held[one]]
    for one in out:
        held[one] = []
    return papers


def _lowest(stages: Stages, votes: dict[int, int]) -> list[int]:
    """Return all who have no vote, if enough others are left: it cannot matter who of them goes first.

    Else return one of the lowest: of the tied, who had fewer when they last differed, else by lot (rule 51).
    """
    fewest = min(votes[one] for one in stages.hopeful)
    tied = [one for one in sorted(stages.hopeful) if votes[one] == fewest]
    if fewest == 0 and len(stages.hopeful) - len(tied) >= stages.vacancies:
        return tied
    return [stages.lowest(tied)]
