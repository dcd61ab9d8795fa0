"""Lots: one public permutation of the candidates, drawn from a seed, decides every tie of a count (SPEC, "Lots").

Like RFC 3797: the seed is committed to before the vote and revealed after it, and anyone can repeat the drawing. With k
candidates left in the hat, in the order of the ballot file, the next one drawn is number
SHA-256(frame(label) ‖ frame(seed) ‖ frame(i)) mod k (as a big-endian integer), for i = 1, 2, …; frame(x) is x after its
length in eight bytes, and i stands in four. The earlier drawn comes first. Numbering starts at 0.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from hashlib import sha256

from elections.counting.errors import BadInput

LABEL = b"footing lot 1"
FEWEST_SEED_BYTES = 1
LENGTH_BYTES = 8
INDEX_BYTES = 4


@dataclass(frozen=True)
class Lot:
    """The candidates in the order drawn, and the seed that anyone can draw them from again."""

    seed: bytes
    order: tuple[str, ...]

    def sort(self, names: Iterable[str]) -> tuple[str, ...]:
        """Return these candidates in the order in which they were drawn."""
        return tuple(sorted(names, key=self.order.index))

    def places(self, names: Sequence[str]) -> tuple[int, ...]:
        """Return for each of these candidates at which place, from 0, it was drawn."""
        return tuple(self.order.index(name) for name in names)


def draw(candidates: Sequence[str], seed: bytes) -> Lot:
    """Draw the candidates, given in their published order; the same seed always gives the same lot."""
    return Lot(seed, tuple(candidates[place] for place in permutation(len(candidates), seed)))


def permutation(count: int, seed: bytes) -> tuple[int, ...]:
    """Return the numbers 0 … count−1 in the order in which this seed draws them; raises BadInput for an empty seed."""
    if len(seed) < FEWEST_SEED_BYTES:
        raise BadInput("The seed of a lot is empty.")
    hat = list(range(count))
    drawn = []
    for turn in range(1, count + 1):
        digest = sha256(_frame(LABEL) + _frame(seed) + _frame(turn.to_bytes(INDEX_BYTES, "big"))).digest()
        drawn.append(hat.pop(int.from_bytes(digest, "big") % len(hat)))
    return tuple(drawn)


def parse_seed(text: str) -> bytes:
    """Read a seed written in hexadecimal, an even number of digits; raises BadInput for anything else."""
    if not text or len(text) % 2 or not all(digit in "0123456789abcdefABCDEF" for digit in text):
        raise BadInput("The seed must be an even number of hexadecimal digits.")
    return bytes.fromhex(text)


def _frame(part: bytes) -> bytes:
    return len(part).to_bytes(LENGTH_BYTES, "big") + part
