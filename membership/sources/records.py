"""A record of participation as a source gives it: an address, never a name to be guessed from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from membership.rules.standing import ContributionKind

LONGEST_REFERENCE = 200


@dataclass(frozen=True, slots=True)
class SourceRecord:
    """Somebody with this address did something on a day; `reference` names it at its source."""

    address: str
    kind: ContributionKind
    on: date
    reference: str
    note: str = ""


class BadSource(ValueError):
    """The source cannot be used; `problems` holds a sentence for each thing that is wrong, naming its row."""

    def __init__(self, problems: Sequence[str]) -> None:
        super().__init__(" ".join(problems))
        self.problems = tuple(problems)
