"""Sentences for ranked pairs: which victories over a winner were set aside, and by which chain."""

from elections.counting.explanation.facts import Facts
from elections.counting.methods.ranked_pairs import opposing_chain


def sentences(facts: Facts, winner: int) -> list[str]:
    """Say which defeats of `winner` by somebody in a later tier were not locked, and how the next tier is reached."""
    place = facts.place(winner)
    lower = {index for tier in facts.outcome.order[place + 1 :] for index in tier}
    found = []
    for pair in facts.outcome.set_aside:
        if pair.loser == winner and pair.winner in lower:
            chain = opposing_chain(facts.outcome, pair, len(facts.profile.candidates))
            found.append(
                f"{facts.name(pair.winner)} beat {facts.name(winner)} "
                f"{facts.votes(pair.winner, winner)}–{facts.votes(winner, pair.winner)}, but that pair was set aside: "
                f"it would close a cycle with the locked chain {' → '.join(facts.name(index) for index in chain)}."
            )
    beaten = [pair for pair in facts.outcome.locked if pair.winner == winner]
    if beaten:
        names = ", ".join(f"{facts.name(pair.loser)} ({pair.strength})" for pair in beaten)
        found.append(f"Locked victories of {facts.name(winner)}: {names}.")
    return found
