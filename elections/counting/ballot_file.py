"""What a ballot file says: the rankings, and what else its format can carry."""

from dataclasses import dataclass

from elections.counting.pairwise import Pairwise
from elections.counting.rankings import Rankings, Unranked


@dataclass(frozen=True)
class Skipped:
    """A line that a lenient reader left out, and why."""

    line: int
    sentence: str


@dataclass(frozen=True, eq=False)
class BallotFile:
    """Ballots as a file tells them; what it does not say is None.

    `rankings` is None only for a file that has just the pairwise table. `skipped` lists what a lenient reader left out.
    """

    rankings: Rankings | None
    pairwise: Pairwise | None = None
    names: tuple[str, ...] = ()
    title: str | None = None
    seats: int | None = None
    unranked: Unranked | None = None
    withdrawn: tuple[str, ...] = ()
    skipped: tuple[Skipped, ...] = ()

    @property
    def candidates(self) -> tuple[str, ...]:
        """The candidates' names as the file spells them."""
        return self.rankings.candidates if self.rankings is not None else self.names
