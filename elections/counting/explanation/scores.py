"""Sentences for methods that give every candidate a score."""

from elections.counting.explanation.facts import Facts
from elections.counting.numerals import counted, listed, written
from elections.counting.outcome import Number
from elections.counting.profile import Measure, victories

UNITS = {
    "copeland": "point",
    "borda": "Borda point",
    "black": "Borda point",
    "approval-of-ranked": "vote",
}


def sentences(facts: Facts, winner: int) -> list[str]:
    """Say a winner's score and, where there is one, the best score in the next tier."""
    how = ": one for each victory, half of one for each tie" if facts.method.name == "copeland" else ""
    found = [f"{facts.name(winner)} has {counted(_score(facts, winner), UNITS[facts.method.name])}{how}."]
    if following := _following(facts, winner):
        found.append(f"Next: {facts.names(following)} with {written(_score(facts, following[0]))}.")
    return found


def black(facts: Facts, winner: int) -> list[str]:
    """Say whether somebody beats everybody, who then comes first, and the Borda points of everybody else."""
    others = [index for index in range(len(facts.profile.candidates)) if index != winner]
    if all(facts.votes(winner, one) > facts.votes(one, winner) for one in others):
        return [f"{facts.name(winner)} beats everybody and so comes first; Borda points only order the others."]
    return sentences(facts, winner)


def minimax(facts: Facts, winner: int) -> list[str]:
    """Say a winner's worst result and against whom, and the next tier's worst result."""
    found = [_worst(facts, winner)]
    if following := _following(facts, winner):
        found += [_worst(facts, index) for index in following]
    return found


def kemeny(facts: Facts, winner: int) -> list[str]:
    """Say, once, how many pairwise votes the best orders agree with; then the votes against the next in the order."""
    found = []
    if facts.name(winner) == facts.seating.seats[0]:
        found = [f"The best orders agree with {counted(_score(facts, 0), 'pairwise vote')}, and no order with more."]
    return found + [
        f"{facts.votes(winner, other)} ranked {facts.name(winner)} above {facts.name(other)} "
        f"and {facts.votes(other, winner)} the other way round."
        for other in _following(facts, winner)
    ]


def _worst(facts: Facts, candidate: int) -> str:
    """Say which victory over a candidate is the largest, or that there is none."""
    name, score, measure = facts.name(candidate), _score(facts, candidate), facts.method.measure
    against = victories(facts.profile.pairwise, measure or Measure.WINNING_VOTES)[:, candidate].tolist()
    by = listed([facts.name(index) for index, value in enumerate(against) if value == score and index != candidate])
    if measure is Measure.OPPOSITION:
        return f"The most who ranked one other candidate above {name} were {written(score)}, for {by}."
    if score < 0:
        return f"{name} beat everybody: {by} by {counted(-score, 'vote')}, the others by no less."
    if score == 0:
        return f"Nobody beat {name}."
    size = f"is by {counted(score, 'vote')}" if measure is Measure.MARGINS else f"has {counted(score, 'winning vote')}"
    return f"The heaviest defeat of {name} {size}, against {by}."


def _following(facts: Facts, winner: int) -> tuple[int, ...]:
    place = facts.place(winner) + 1
    return facts.outcome.order[place] if place < len(facts.outcome.order) else ()


def _score(facts: Facts, index: int) -> Number:
    scores = facts.outcome.strengths or ()
    score = scores[index]
    return 0 if isinstance(score, tuple) else score
