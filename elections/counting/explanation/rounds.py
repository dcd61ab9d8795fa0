"""Sentences for methods that count in rounds: eliminations and the staged transferable votes."""

from elections.counting.explanation.facts import Facts, shown
from elections.counting.outcome import Round


def eliminations(facts: Facts, winner: int) -> list[str]:
    """Say, round by round, who was excluded below a winner of the first tier."""
    if facts.place(winner):
        return [f"{facts.name(winner)} follows in the reversed order of exclusion."]
    rounds = (_excluded(facts, number, step) for number, step in enumerate(facts.outcome.rounds, start=1))
    return [sentence for sentence in rounds if sentence]


def transfers(facts: Facts, winner: int) -> list[str]:
    """Say in which round a candidate was elected, with how many votes, against which quota."""
    for number, step in enumerate(facts.outcome.rounds, start=1):
        if winner in step.elected:
            votes = next(votes for index, votes in step.votes if index == winner)
            reached = step.quota is not None and votes >= step.quota
            quota = "" if step.quota is None else f"; the quota is {shown(step.quota)}"
            how = "reached the quota" if reached else "filled a seat for which nobody else was left"
            return [f"{facts.name(winner)} {how} in round {number} with {shown(votes)} votes{quota}."]
    return []


def sets(facts: Facts, winner: int) -> list[str]:
    """Say, once, how the winning set stands against each set that it was compared with and that came nearest."""
    if winner != (facts.outcome.elected or (winner,))[0]:
        return []
    found = []
    nearest = sorted(facts.outcome.comparisons, key=lambda one: one.for_first - one.for_second)[:3]
    for one in nearest:
        found.append(
            f"Compared as wholes: {facts.names(one.first)} with {shown(one.for_first)}, "
            f"{facts.names(one.second)} with {shown(one.for_second)}."
        )
    return found


def _excluded(facts: Facts, number: int, step: Round) -> str:
    votes = dict(step.votes)
    if not step.excluded:
        return f"Round {number}: {step.note}" if step.note else ""
    parts = [f"{facts.name(index)} with {shown(votes[index])}" for index in step.excluded]
    return f"Round {number}: {', '.join(parts)} excluded."
