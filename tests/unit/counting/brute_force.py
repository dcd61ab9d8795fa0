"""The methods by their definitions and nothing else: every order, every path, every set is tried."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import combinations, groupby, pairwise, permutations, product

Table = Sequence[Sequence[int]]
Tiers = tuple[tuple[int, ...], ...]


def peel(count: int, first_of: Callable[[frozenset[int]], Iterable[int]]) -> Tiers:
    rest, tiers = frozenset(range(count)), []
    while rest:
        tier = first_of(rest)
        tiers.append(tuple(sorted(tier)))
        rest -= set(tier)
    return tuple(tiers)


def paths(count: int, start: int, end: int) -> Iterator[tuple[int, ...]]:
    others = [index for index in range(count) if index not in (start, end)]
    for length in range(len(others) + 1):
        for middle in permutations(others, length):
            yield (start, *middle, end)


def strongest(links: Table, start: int, end: int) -> int:
    widths = (min(links[a][b] for a, b in pairwise(path)) for path in paths(len(links), start, end))
    return max(widths)


def winning_links(table: Table) -> list[list[tuple[int, int]]]:
    """Schulze's ≻win: votes for, then fewer votes against; (0, 0) where there is no victory."""
    return [
        [(for_, -table[b][a]) if for_ > table[b][a] else (0, 0) for b, for_ in enumerate(row)]
        for a, row in enumerate(table)
    ]


def schulze(links: Table) -> Tiers:
    """By comparing the best of all paths; links are numbers, or pairs that are compared as Python compares them."""
    count = len(links)
    width = {(a, b): strongest(links, a, b) for a, b in permutations(range(count), 2)}
    return peel(count, lambda rest: [a for a in rest if all(width[a, b] >= width[b, a] for b in rest - {a})])


def split_cycle_winners(margins: Table) -> list[int]:
    """A victory stands unless it is among the weakest of some cycle (the definition, not lemma 3.11)."""
    count = len(margins)

    def stands(a: int, b: int) -> bool:
        back = (path for path in paths(count, b, a))
        weakest = (min(margins[x][y] for x, y in pairwise(path)) for path in back)
        return margins[a][b] > 0 and not any(width > 0 and width >= margins[a][b] for width in weakest)

    return [b for b in range(count) if not any(stands(a, b) for a in range(count) if a != b)]


def kemeny(table: Table) -> tuple[int, Tiers]:
    count = len(table)
    scores = {order: sum(table[a][b] for a, b in combinations(order, 2)) for order in permutations(range(count))}
    best = max(scores.values())
    optimal = [order for order, score in scores.items() if score == best]
    first = lambda rest: {next(index for index in order if index in rest) for order in optimal}  # noqa: E731
    return best, peel(count, first)


def ranked_pairs(table: Table, strength: Table) -> Tiers:
    """Every order of equal pairs, one by one; the tiers are whoever is on top of the rest under some order."""
    count = len(table)
    pairs = [(a, b) for a, b in permutations(range(count), 2) if table[a][b] > table[b][a]]
    pairs.sort(key=lambda pair: -strength[pair[0]][pair[1]])
    classes = [list(group) for _, group in groupby(pairs, key=lambda pair: strength[pair[0]][pair[1]])]
    every = {lock(count, [pair for part in order for pair in part]) for order in product(*map(permutations, classes))}

    def on_top(rest: frozenset[int]) -> set[int]:
        return {b for locked in every for b in rest if not any((a, b) in locked for a in rest)}

    return peel(count, on_top)


def lock(count: int, pairs: list[tuple[int, int]]) -> frozenset[tuple[int, int]]:
    locked: set[tuple[int, int]] = set()
    for a, b in pairs:
        if not reaches(locked, b, a):
            locked.add((a, b))
    return frozenset((a, b) for a, b in permutations(range(count), 2) if reaches(locked, a, b))


def reaches(locked: set[tuple[int, int]], start: int, end: int) -> bool:
    seen, waiting = {start}, [start]
    while waiting:
        here = waiting.pop()
        for a, b in locked:
            if a == here and b not in seen:
                seen.add(b)
                waiting.append(b)
    return end in seen


def smith(table: Table) -> list[int]:
    everybody = range(len(table))
    for size in range(1, len(table) + 1):
        for chosen in combinations(everybody, size):
            if all(table[a][b] > table[b][a] for a in chosen for b in everybody if b not in chosen):
                return list(chosen)
    raise AssertionError("Everybody together is always such a set.")


def schwartz(table: Table) -> list[int]:
    """The union of the sets that nobody outside beats and that have no smaller such set inside."""
    everybody, found = range(len(table)), []
    for size in range(1, len(table) + 1):
        for chosen in map(set, combinations(everybody, size)):
            outside = [b for b in everybody if b not in chosen]
            unbeaten = not any(table[b][a] > table[a][b] for a in chosen for b in outside)
            if unbeaten and not any(smaller <= chosen for smaller in found):
                found.append(chosen)
    return sorted(set().union(*found))
