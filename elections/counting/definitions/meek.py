"""Meek's STV by the Reference Meek Rule of the Proportional Representation Foundation; its steps are named here.

Votes and the parts that candidates keep of them are counted in billionths. Equal ranks share what reaches them.
"""

from elections.counting.definitions.election import Election, Tiers
from elections.counting.definitions.transfers import Stages, StoppedByTie

VOTE = 10**9
OMEGA = VOTE // 10**6


def meek_stv(election: Election) -> tuple[Tiers, tuple[int, ...]]:
    """Return the order and the elected, in order of election."""
    stages, keep = Stages(election), dict.fromkeys(election.everybody, VOTE)
    votes = dict.fromkeys(election.everybody, 0)
    stopped = False
    try:
        while stages.vacancies and stages.hopeful:
            keep |= dict.fromkeys(stages.barred, 0)
            votes = _distribute(election, keep)
            if len(stages.hopeful) <= stages.vacancies:
                stages.elect(stages.hopeful, votes)
                break
            votes, surplus = _iterate(stages, keep)
            if surplus is not None:
                _exclude(stages, keep, (votes, surplus))
    except StoppedByTie:
        stopped = True
    return stages.order(votes, stopped=stopped), tuple(stages.elected)


def _iterate(stages: Stages, keep: dict[int, int]) -> tuple[dict[int, int], int | None]:
    """Step B.2: until somebody is elected (no surplus is returned) or the surplus is tiny or no longer shrinks."""
    before = None
    while True:
        votes = _distribute(stages.election, keep)
        quota = sum(votes.values()) // (stages.election.seats + 1) + 1
        reached = [one for one in stages.hopeful if votes[one] >= quota]
        if reached:
            stages.elect(reached, votes)
            return votes, None
        surplus = sum(votes[one] - quota for one in stages.elected if votes[one] > quota)
        if surplus < OMEGA or (before is not None and surplus >= before):
            return votes, surplus
        before = surplus
        for one in stages.elected:
            keep[one] = min(VOTE, _rounded_up(_rounded_up(keep[one] * quota, VOTE) * VOTE, votes[one]))


def _exclude(stages: Stages, keep: dict[int, int], votes_and_surplus: tuple[dict[int, int], int]) -> None:
    """Step B.3: exclude the lowest; whoever could have passed it with all of the surplus is tied with it."""
    votes, surplus = votes_and_surplus
    out = stages.out_together(votes, surplus)
    if not out:
        fewest = min(votes[one] for one in stages.hopeful)
        out = stages.drawn([one for one in sorted(stages.hopeful) if votes[one] - surplus <= fewest])[-1:]
    stages.exclude(out)
    keep |= dict.fromkeys(out, 0)


def _distribute(election: Election, keep: dict[int, int]) -> dict[int, int]:
    """Step B.2.a: every vote goes down its ranking; each candidate keeps a part, rounded up, of what arrives."""
    votes = dict.fromkeys(election.everybody, 0)
    for ballot in election.ballots:
        left = VOTE
        for tier in ballot.tiers:
            sharing = [one for one in tier if keep[one] > 0]
            arriving = left // max(1, len(sharing))
            for one in sharing:
                part = min(left, _rounded_up(arriving * keep[one], VOTE))
                votes[one] += part * ballot.voters
                left -= part
    return votes


def _rounded_up(number: int, divisor: int) -> int:
    return -(-number // divisor)
