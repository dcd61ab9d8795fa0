"""The affiliation cap: at most so many seats for one control group, sitting members counted."""

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from elections.counting.errors import BadInput
from elections.counting.formats.lines import decode
from elections.counting.numerals import counted

COLUMNS = 2
HEADER = ({"candidate", "member", "name", "sitting member"}, {"control group", "control_group", "group"})
"""What the first row may say, in one of its cells, if it names the columns."""


@dataclass(frozen=True)
class Cap:
    """At most `limit` seats for each control group; candidates may have several groups, and all of them count.

    `sitting` says how many seats of the body a group already holds.
    """

    limit: int
    groups: Mapping[str, frozenset[str]]
    sitting: Mapping[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Refuse a cap below zero."""
        if self.limit < 0:
            raise BadInput("The cap must not be below 0.")

    def full(self, name: str, seated: Sequence[str]) -> tuple[str, ...]:
        """Return the groups of this candidate that may have no further seat once `seated` are elected."""
        return tuple(group for group in sorted(self.groups.get(name, ())) if self._held(group, seated) >= self.limit)

    def reason(self, name: str, seated: Sequence[str]) -> str:
        """Say why this candidate cannot have a seat: for each group that is full, how it came to be so."""
        return " ".join(self._reason(group, seated) for group in self.full(name, seated))

    def allows(self, names: Sequence[str]) -> bool:
        """Tell whether all of these candidates may be seated together."""
        groups = {group for name in names for group in self.groups.get(name, ())}
        return all(self._held(group, names) <= self.limit for group in groups if self._elected(group, names))

    def _elected(self, group: str, seated: Sequence[str]) -> list[str]:
        return [name for name in seated if group in self.groups.get(name, ())]

    def _held(self, group: str, seated: Sequence[str]) -> int:
        return self.sitting.get(group, 0) + len(self._elected(group, seated))

    def _reason(self, group: str, seated: Sequence[str]) -> str:
        elected = self._elected(group, seated)
        parts = [f"{self.sitting.get(group, 0)} sitting"] if self.sitting.get(group, 0) else []
        parts += [f"{', '.join(elected)} elected now"] if elected else []
        if not parts:
            return f"{group} may hold no seat."
        return f"{group} may hold at most {counted(self.limit, 'seat')} and holds as many ({'; '.join(parts)})."


def read_cap(limit: int, affiliations: Path, sitting: Path | None, candidates: Sequence[str]) -> Cap:
    """Make a cap from CSV files of `name,control group`; raises BadInput for an affiliation of somebody unknown, and
    for a group that is another one but for its capitals, or stands where a sitting member should.

    A first row that names no candidate but the columns (`candidate,control group`) is a header.
    """
    groups: dict[str, frozenset[str]] = {}
    spelled: dict[str, str] = {}
    for line, name, group in _rows(affiliations, candidates):
        if name not in candidates:
            raise BadInput(f"{name!r} has an affiliation but is no candidate.", file=str(affiliations), line=line)
        _check_spelling(group, spelled, (affiliations, line))
        groups[name] = groups.get(name, frozenset()) | {group}
    held: dict[str, int] = {}
    seen: set[tuple[str, str]] = set()
    for line, name, group in _rows(sitting, candidates) if sitting else ():
        if name in spelled.values() and group not in spelled.values():
            sentence = f"A row must be a sitting member and then a control group; {name!r} is a control group."
            raise BadInput(sentence, file=str(sitting), line=line)
        if (name, group) in seen:
            raise BadInput(f"{name!r} sits twice for {group!r}.", file=str(sitting), line=line)
        _check_spelling(group, spelled, (sitting, line))
        seen.add((name, group))
        held[group] = held.get(group, 0) + 1
    return Cap(limit, groups, held)


def _check_spelling(group: str, spelled: dict[str, str], place: tuple[Path | None, int]) -> None:
    known = spelled.setdefault(group.casefold(), group)
    if known != group:
        sentence = f"The control groups {known!r} and {group!r} differ in capitals only."
        raise BadInput(sentence, file=str(place[0]), line=place[1])


def _rows(path: Path, candidates: Sequence[str]) -> list[tuple[int, str, str]]:
    try:
        text = decode(path.read_bytes())
    except OSError as fault:
        raise BadInput(f"The file cannot be read: {fault.strerror or fault}.", file=str(path)) from fault
    except BadInput as fault:
        raise fault.at(str(path)) from None
    reader, rows = csv.reader(io.StringIO(text, newline=""), strict=True), []
    try:
        for row in reader:
            cells = [cell.strip() for cell in row]
            if len(cells) != COLUMNS or not all(cells):
                if any(cells):
                    raise BadInput("A row must be a name and a control group.", file=str(path), line=reader.line_num)
            elif reader.line_num > 1 or cells[0] in candidates or not _names_columns(cells):
                rows.append((reader.line_num, cells[0], cells[1]))
    except csv.Error as fault:
        raise BadInput(f"This is not CSV: {fault}.", file=str(path), line=reader.line_num) from fault
    return rows


def _names_columns(cells: Sequence[str]) -> bool:
    return any(cell.lower() in names for cell, names in zip(cells, HEADER, strict=True))
