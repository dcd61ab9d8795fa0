"""What a method may need besides the ballots."""

from dataclasses import dataclass

from elections.counting.caps import Cap
from elections.counting.lots import Lot


@dataclass(frozen=True)
class Settings:
    """How many seats there are, and the lot and the affiliation cap where the election has them."""

    seats: int = 1
    lot: Lot | None = None
    cap: Cap | None = None
