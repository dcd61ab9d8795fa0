"""The defeat graph of a contest, laid out for an SVG: who beat whom, along the final order and against it.

Candidates stand below each other as in the final order. A defeat that agrees with the order bows to the right, one that
was set aside (or is inside a tie) bows to the left and is dashed; the wider the line, the larger the margin. All of it
stands in the pairwise table, which is its text alternative. Of many candidates only the first in the order are drawn:
the lines of thirty would be a blot.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from elections.pages.bidi import isolated
from elections.pages.language import translated as _

WIDTH = 320
MIDDLE = WIDTH // 2
ROW = 46
TOP = 30
BOX_WIDTH, BOX_HEIGHT = 136, 30
LONGEST_LABEL = 18
NEAREST_BOW, FARTHEST_BOW = 18, 82
THINNEST, THICKEST = 1.0, 6.0
ARROW = 6
MOST_DRAWN = 12


@dataclass(frozen=True, slots=True)
class Node:
    """One candidate: a box with a short label at (x, y), its place in the order, and the whole name."""

    x: int
    y: int
    place: int
    label: str
    name: str


@dataclass(frozen=True, slots=True)
class Edge:
    """One defeat: the path of its line, the points of its arrow's head, how wide it is, and what it says."""

    path: str
    head: str
    width: str
    agrees: bool
    sentence: str


@dataclass(frozen=True, slots=True)
class Graph:
    """The picture: its size, its boxes, its lines, of which the thin ones are drawn first, and who is not drawn."""

    height: int
    nodes: Sequence[Node]
    edges: Sequence[Edge]
    left_out: int = 0
    width: int = WIDTH
    box_width: int = BOX_WIDTH
    box_height: int = BOX_HEIGHT

    @property
    def set_aside(self) -> int:
        """How many defeats do not agree with the order."""
        return sum(not edge.agrees for edge in self.edges)


@dataclass(frozen=True, slots=True)
class _Defeat:
    winner: int
    loser: int
    margin: int
    agrees: bool


def graph_of(rungs: Sequence[Sequence[str]], counts: Sequence[Sequence[int]]) -> Graph:
    """Lay out the defeats of a pairwise table; `counts` follows the names of the rungs, best first."""
    everybody = [name for rung in rungs for name in rung]
    names = everybody[:MOST_DRAWN]
    places = [place for place, rung in enumerate(rungs, start=1) for _name in rung]
    nodes = [
        Node(MIDDLE, TOP + row * ROW, places[row], _short(f"{places[row]}. {name}"), name)
        for row, name in enumerate(names)
    ]
    drawn = [row[: len(names)] for row in counts[: len(names)]]
    defeats = sorted(_defeats(places, drawn), key=lambda one: one.margin)
    largest = max((one.margin for one in defeats), default=1)
    # Asked for once: there are hundreds of defeats.
    sentence = _("%(winner)s beat %(loser)s %(votes)s–%(against)s")
    edges = [_edge(nodes, one, largest, isolated(sentence % _words(nodes, one, counts))) for one in defeats]
    height = 2 * TOP + ROW * max(len(names) - 1, 0)
    return Graph(height, nodes, edges, left_out=len(everybody) - len(names))


def _defeats(places: Sequence[int], counts: Sequence[Sequence[int]]) -> Iterator[_Defeat]:
    for one, row in enumerate(counts):
        for other, votes in enumerate(row):
            if votes > counts[other][one]:
                yield _Defeat(one, other, votes - counts[other][one], places[one] < places[other])


def _words(nodes: Sequence[Node], defeat: _Defeat, counts: Sequence[Sequence[int]]) -> dict[str, object]:
    return {
        "winner": nodes[defeat.winner].name,
        "loser": nodes[defeat.loser].name,
        "votes": counts[defeat.winner][defeat.loser],
        "against": counts[defeat.loser][defeat.winner],
    }


def _edge(nodes: Sequence[Node], defeat: _Defeat, largest: int, sentence: str) -> Edge:
    winner, loser = nodes[defeat.winner], nodes[defeat.loser]
    side = 1 if defeat.agrees else -1
    span = abs(defeat.loser - defeat.winner) / max(len(nodes) - 1, 1)
    x = MIDDLE + side * BOX_WIDTH // 2
    bow = x + side * round(NEAREST_BOW + (FARTHEST_BOW - NEAREST_BOW) * span)
    # Lines leave in the lower half of a box and arrive in the upper one, or the other way round, so that they part.
    lean = BOX_HEIGHT // 4 if defeat.loser > defeat.winner else -BOX_HEIGHT // 4
    start, end = winner.y + lean, loser.y - lean
    tip = x + side * ARROW
    width = THINNEST + (THICKEST - THINNEST) * defeat.margin / largest
    return Edge(
        path=f"M {x} {start} C {bow} {start}, {bow} {end}, {tip} {end}",
        head=f"{x},{end} {tip},{end - ARROW // 2} {tip},{end + ARROW // 2}",
        width=f"{width:.1f}",
        agrees=defeat.agrees,
        sentence=sentence,
    )


def _short(label: str) -> str:
    return label if len(label) <= LONGEST_LABEL else f"{label[: LONGEST_LABEL - 1].rstrip()}…"
