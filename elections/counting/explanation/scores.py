"""Sentences for methods that give every candidate a score."""

from elections.counting.explanation.facts import Facts, shown
from elections.counting.outcome import Number
from elections.counting.profile import Measure, victories

NAMES = {
    "copeland": "{name} has {score} points: one for each victory, half for each tie.",
    "borda": "{name} has {score} Borda points.",
    "black": "{name} has {score} Borda points.",
    "approval-of-ranked": "{score} ballots rank {name}.",
}


def sentences(facts: Facts, winner: int) -> list[str]:
    """Say a winner's score and, where there is one, the best score in the next tier."""
    template = NAMES[facts.method.name]
    found = [template.format(name=facts.name(winner), score=shown(_score(facts, winner)))]
    place = facts.place(winner)
    if place + 1 < len(facts.outcome.order):
        following = facts.outcome.order[place + 1]
        found.append(f"Next: {facts.names(following)} with {shown(_score(facts, following[0]))}.")
    return found


def minimax(facts: Facts, winner: int) -> list[str]:
    """Say a winner's worst result and against whom, and the next tier's worst result."""
    place, score = facts.place(winner), _score(facts, winner)
    measure = facts.method.measure or Measure.WINNING_VOTES
    against = victories(facts.profile.pairwise, measure)[:, winner].tolist()
    by = [index for index, value in enumerate(against) if value == score and index != winner]
    if measure is Measure.WINNING_VOTES and score == 0:
        found = [f"Nobody beat {facts.name(winner)}."]
    else:
        found = [
            f"The worst result of {facts.name(winner)} is {shown(score)} ({measure}), against {facts.names(tuple(by))}."
        ]
    if place + 1 < len(facts.outcome.order):
        following = facts.outcome.order[place + 1]
        found.append(f"The worst result of {facts.names(following)} is {shown(_score(facts, following[0]))}.")
    return found


def kemeny(facts: Facts, _winner: int) -> list[str]:
    """Say how many pairwise votes the optimal orders agree with."""
    return [f"The best orders agree with {shown(_score(facts, 0))} pairwise votes, and no order agrees with more."]


def _score(facts: Facts, index: int) -> Number:
    scores = facts.outcome.strengths or ()
    score = scores[index]
    return 0 if isinstance(score, tuple) else score
