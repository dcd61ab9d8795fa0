"""Chains of victories: Schulze's strongest chains and the cycles of Split Cycle."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any, TypeAlias

from elections.counting.definitions.election import Election, Tiers, in_tiers, unbeaten

Link: TypeAlias = tuple[int, int]
Strength: TypeAlias = Any  # Whole numbers, fractions, or pairs of them: whatever Python can compare.


def strongest_chains(links: Mapping[Link, Strength]) -> dict[Link, Strength]:
    """Return, for each two candidates with a chain of links from one to the other, how strong the strongest one is.

    A chain is as strong as its weakest link. Links are put down from the strongest to the weakest: the one that first
    completes a chain between two candidates is the weakest of that chain, and no stronger chain existed before.
    """
    found: dict[Link, Strength] = {}
    reached: dict[int, set[int]] = {}
    reaching: dict[int, set[int]] = {}
    for start, end in sorted(links, key=links.__getitem__, reverse=True):
        if end in reached.get(start, ()):
            continue
        for one in {start, *reaching.get(start, ())}:
            for other in {end, *reached.get(end, ())} - reached.setdefault(one, set()):
                found[one, other] = links[start, end]
                reached[one].add(other)
                reaching.setdefault(other, set()).add(one)
    return found


def by_strongest_chains(candidates: Iterable[int], links: Mapping[Link, Strength]) -> Tiers:
    """Order by Schulze: one is better than another if its strongest chain there is stronger than the way back."""
    chains = strongest_chains(links)

    def better(one: int, other: int) -> bool:
        there, back = chains.get((one, other)), chains.get((other, one))
        return there is not None and (back is None or there > back)

    return in_tiers(candidates, unbeaten(better))


def by_winning_votes(election: Election) -> Callable[[int, int], Strength]:
    """The votes for a victory; of equally many, the victory with fewer votes against it is stronger."""
    return lambda one, other: (election.votes[one][other], -election.votes[other][one])


def by_margin(election: Election) -> Callable[[int, int], int]:
    """The votes for a victory less those against it."""
    return lambda one, other: election.votes[one][other] - election.votes[other][one]


def schulze(election: Election, measure: Callable[[Election], Callable[[int, int], Strength]]) -> Tiers:
    """Schulze 2011, sections 2.1 to 2.3."""
    strength = measure(election)
    return by_strongest_chains(election.everybody, {pair: strength(*pair) for pair in election.victories()})


def split_cycle(election: Election) -> Tiers:
    """Holliday and Pacuit 2023: from every cycle of victories, those with the smallest margin are taken out.

    A victory has the smallest margin of some cycle if victories that are none smaller lead from its loser back.
    """
    margin = by_margin(election)
    victories = election.victories()

    def stands(one: int, other: int) -> bool:
        links = [pair for pair in victories if margin(*pair) >= margin(one, other)]
        return one not in _reached(other, links)

    defeats = {pair for pair in victories if stands(*pair)}
    return in_tiers(election.everybody, unbeaten(lambda one, other: (one, other) in defeats))


def _reached(start: int, links: Iterable[Link]) -> set[int]:
    """Return everybody to whom links lead from here."""
    following: dict[int, list[int]] = {}
    for one, other in links:
        following.setdefault(one, []).append(other)
    reached: set[int] = set()
    waiting = [start]
    while waiting:
        for candidate in following.get(waiting.pop(), ()):
            if candidate not in reached:
                reached.add(candidate)
                waiting.append(candidate)
    return reached
