"""Sentences for methods that follow chains of victories: Schulze and Split Cycle."""

from itertools import pairwise

from elections.counting.explanation.facts import Facts
from elections.counting.methods.schulze import base_of, shortest_chain
from elections.counting.outcome import Path
from elections.counting.profile import Measure


def sentences(facts: Facts, winner: int) -> list[str]:
    """Say why `winner` stands above everybody in a later tier who beat it directly, and above the next in the order."""
    place = facts.place(winner)
    below = [index for tier in facts.outcome.order[place + 1 :] for index in tier]
    following = facts.outcome.order[place + 1] if place + 1 < len(facts.outcome.order) else ()
    found = []
    for rival in below:
        lost = facts.votes(rival, winner) > facts.votes(winner, rival)
        if lost or rival in following:
            found.append(_against(facts, winner, rival, lost))
    return found


def beatpaths(facts: Facts) -> tuple[Path, ...]:
    """Return, for each two candidates in neighbouring tiers, a strongest chain from the upper to the lower one."""
    order = facts.outcome.order
    pairs = [(one, two) for upper, lower in pairwise(order) for one in upper for two in lower]
    found = (_path(facts, one, two) for one, two in pairs)
    return tuple(path for path in found if path is not None)


def _against(facts: Facts, winner: int, rival: int, lost: bool) -> str:
    name, other = facts.name(winner), facts.name(rival)
    for_, against = facts.votes(winner, rival), facts.votes(rival, winner)
    path = _path(facts, winner, rival)
    if not lost:
        compared = f"{for_} ranked {name} above {other} and {against} the other way round."
        if path is None or len(path.candidates) == 2:  # noqa: PLR2004
            return compared
        return f"{compared} The strongest chain is {_chain(facts, path)}: its weakest link is {path.strength}."
    if path is None:
        return f"{other} beat {name} {against}–{for_}, and no chain leads from {name} to {other}."
    known = f"{other} beat {name} {against}–{for_}, but the chain {_chain(facts, path)} is"
    weakest = f"its weakest link is {path.strength}"
    if facts.method.name == "split-cycle":
        return (
            f"{known} no weaker than that victory, which is therefore left out: {weakest}, its margin {against - for_}."
        )
    level, back = _level(facts, winner, rival), _level(facts, rival, winner)
    compared = "stronger" if level > back else "as strong as the way back"
    if level != back and _shown(facts, level) == _shown(facts, back):
        base = base_of(facts.profile.pairwise)
        weakest = f"its weakest link is {path.strength} against {_opposed(base, level)}"
        way_back = f"that of the strongest way back {path.strength} against {_opposed(base, back)}"
        return f"{known} {compared}: {weakest}, {way_back}."
    return f"{known} {compared}: {weakest}, that of the strongest way back is {_shown(facts, back)}."


def _chain(facts: Facts, path: Path) -> str:
    return " → ".join(facts.name(index) for index in path.candidates)


def _level(facts: Facts, first: int, second: int) -> int:
    levels = facts.outcome.levels
    return levels[first][second] if levels is not None else 0


def _shown(facts: Facts, level: int) -> int:
    """Return a level as the number that people know: votes or a margin."""
    return level // base_of(facts.profile.pairwise) if facts.method.measure is Measure.WINNING_VOTES else level


def _opposed(base: int, level: int) -> int:
    """Return the votes against the link that has this level of winning votes."""
    return base - 1 - level % base


def _path(facts: Facts, first: int, second: int) -> Path | None:
    level = _level(facts, first, second)
    if level <= 0:
        return None
    return Path(shortest_chain(facts.links >= level, first, second), _shown(facts, level))
