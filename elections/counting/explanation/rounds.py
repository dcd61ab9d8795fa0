"""Sentences for methods that count in rounds: eliminations and the staged transferable votes."""

from elections.counting.explanation.facts import Facts
from elections.counting.numerals import counted, listed, written
from elections.counting.outcome import Number, Round


def eliminations(facts: Facts, winner: int) -> list[str]:
    """Say, round by round, who was excluded below a winner of the first tier."""
    if facts.place(winner):
        return [f"{facts.name(winner)} follows in the reversed order of exclusion."]
    if facts.name(winner) != facts.seating.seats[0]:
        how = "too" if facts.method.name == "nanson" else "if the ties for exclusion are broken in another way"
        return [f"{facts.name(winner)} remains to the end {how}."]
    rounds = (_excluded(facts, number, step) for number, step in enumerate(facts.outcome.rounds, start=1))
    last = [f"{facts.name(winner)} is the last to remain."] if len(facts.outcome.order[0]) == 1 else []
    return [sentence for sentence in rounds if sentence] + last


def transfers(facts: Facts, winner: int) -> list[str]:
    """Say in which round a candidate was elected, with how many votes, against which quota."""
    for number, step in enumerate(facts.outcome.rounds, start=1):
        if winner in step.elected:
            votes = next(votes for index, votes in step.votes if index == winner)
            reached = step.quota is not None and votes >= step.quota
            quota = "" if step.quota is None else f"; the quota is {written(step.quota)}"
            how = "reached the quota" if reached else "filled a seat for which nobody else was left"
            return [f"{facts.name(winner)} {how} in round {number} with {counted(votes, 'vote')}{quota}."]
    return []


def _excluded(facts: Facts, number: int, step: Round) -> str:
    votes = dict(step.votes)
    if not step.excluded:
        return f"Round {number}: {_tied(facts, votes)}" if step.note else ""
    parts = [_lowest(facts, index, votes[index]) for index in step.excluded]
    return f"Round {number}: {listed(parts)} {'is' if len(parts) == 1 else 'are'} excluded."


def _tied(facts: Facts, votes: dict[int, Number]) -> str:
    tied = [facts.name(index) for index, number in votes.items() if number == min(votes.values())]
    return f"{listed(tied)} are tied for exclusion; every way to break the tie is followed."


def _lowest(facts: Facts, index: int, votes: Number) -> str:
    """Say with what somebody is excluded: first places, or the balance of all comparisons with those who remain."""
    if facts.method.name == "irv":
        return f"{facts.name(index)} (first on {counted(votes, 'ballot')})"
    if votes == 0:
        return f"{facts.name(index)} (as many votes for as against in all comparisons)"
    difference = f"{counted(votes, 'vote')} more" if votes > 0 else f"{counted(-votes, 'vote')} fewer"
    return f"{facts.name(index)} ({difference} for than against)"
