"""OpaVote's and OpenSTV's `.blt` (read and write).

Sources: Hill, Wichmann and Woodall, "Algorithm 123" (Computer Journal 30, 1987), section 3.1;
https://www.opavote.com/help/overview#blt-file-format for comments (`#`), ballot identifiers `(…)`, equal ranks `2=3`
and skipped ranks `-`. The first line has the numbers of candidates and of seats; `-2` says that candidate 2 withdrew;
a ballot is its weight, candidates from the first, 0; a lone 0 ends the ballots; then each name and the title in quotes.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import partial

from elections.counting.ballot_file import BallotFile
from elections.counting.errors import BadInput
from elections.counting.formats.lines import Reader, check_names, decode, numbered, weight, whole_number
from elections.counting.formats.named_orders import Collected, Quick, each_distinct_line
from elections.counting.formats.order_table import parse
from elections.counting.formats.rank_table import Irregular
from elections.counting.rankings import LARGEST_INT16, Ranks, Weights, tiers_of

IDENTIFIER = re.compile(r"^\s*\([^()]*\)\s*")
QUOTED = re.compile(r'^\s*"((?:[^"\\]|\\.)*)"\s*(?:#.*)?$')
SPECIAL = "-(\t"
"""Skipped ranks and identifiers: lines to look at one by one."""
FIRST = re.compile(r"^(\d+) ", re.MULTILINE)
TWO = 2


@dataclass
class _Header:
    candidates: int
    seats: int
    withdrawn: list[int] = field(default_factory=list)


def read(data: bytes, *, lenient: bool = False) -> BallotFile:
    """Read a `.blt` file; raises BadInput with the line of a wrong number, ballot, end or name."""
    reader = Reader(lenient)
    lines = [line for _, line in numbered(decode(data))]
    bare = [line.partition("#")[0].strip() for line in lines]
    start = _next(bare, 0)
    header = _header(bare[start], start)
    first = _withdrawals(bare, start + 1, header)
    end = next((index for index in range(first, len(bare)) if bare[index] == "0"), None)
    if end is None:
        raise BadInput("No line with a lone 0 ends the ballots.", line=len(lines))
    names, title = _names(lines, end + 1, header, reader)
    collected = Collected({name: place for place, name in enumerate(names)})
    quick = Quick(SPECIAL, lambda plain: _together(plain, header.candidates))
    take = partial(_ballot, header=header, collected=collected)
    each_distinct_line(bare[first:end], first + 1, take, reader, quick=(quick, collected))
    return BallotFile(
        collected.rankings(),
        title=title,
        seats=header.seats,
        withdrawn=tuple(names[number - 1] for number in header.withdrawn),
        skipped=tuple(reader.skipped),
    )


def write(file: BallotFile) -> bytes:
    """Write each distinct ballot once; raises BadInput for a name with quotes or a line break in it."""
    if file.rankings is None:
        raise BadInput("A pairwise table cannot be written as ballots.")
    check_names(file.candidates, ".blt", '"\\')
    names = [*file.candidates, file.title or ""]
    if any(character in names[-1] for character in '"\\\n\r'):
        raise BadInput("A title with a quote, a backslash or a line break cannot be written as .blt.")
    whole = file.rankings.orders()
    lines = [f"{len(file.candidates)} {file.seats or 1}"]
    if file.withdrawn:
        lines.append(" ".join(f"-{file.candidates.index(name) + 1}" for name in file.withdrawn))
    for ranks, count in zip(whole.ranks.tolist(), whole.weights.tolist(), strict=True):
        tiers = ["=".join(str(index + 1) for index in tier) for tier in tiers_of(ranks)]
        lines.append(" ".join([str(count), *tiers, "0"]))
    return ("\n".join([*lines, "0", *(f'"{name}"' for name in names)]) + "\n").encode()


def _next(bare: list[str], start: int) -> int:
    found = next((index for index in range(start, len(bare)) if bare[index]), None)
    if found is None:
        raise BadInput("The file ends too early.", line=len(bare))
    return found


def _header(line: str, index: int) -> _Header:
    parts = line.split()
    if len(parts) != TWO:
        raise BadInput("The first line must have the numbers of candidates and of seats.", line=index + 1)
    try:
        numbers = [whole_number(part, "A number of the first line", largest=LARGEST_INT16) for part in parts]
    except BadInput as fault:
        raise BadInput(fault.sentence, line=index + 1) from None
    if not all(numbers):
        raise BadInput("There must be a candidate and a seat.", line=index + 1)
    return _Header(candidates=numbers[0], seats=numbers[1])


def _withdrawals(bare: list[str], start: int, header: _Header) -> int:
    index = _next(bare, start)
    while bare[index].startswith("-"):
        for part in bare[index].split():
            try:
                number = whole_number(part.removeprefix("-"), "A withdrawn candidate", largest=LARGEST_INT16)
                if not part.startswith("-") or not 1 <= number <= header.candidates or number in header.withdrawn:
                    raise BadInput(f"{part} does not name a candidate who could withdraw.")
            except BadInput as fault:
                raise BadInput(fault.sentence, line=index + 1) from None
            header.withdrawn.append(number)
        index = _next(bare, index + 1)
    return index


def _ballot(line: str, times: int, header: _Header, collected: Collected) -> None:
    if not line:
        return
    parts = IDENTIFIER.sub("", line).split()
    if not parts or (len(parts) < TWO or parts[-1] != "0"):
        raise BadInput(f"A ballot must be a weight, candidates and 0, found {line[:60]!r}.")
    ranks = [0] * header.candidates
    for rank, part in enumerate(parts[1:-1], start=1):
        for number in () if part == "-" else part.split("="):
            place = whole_number(number, "A candidate on a ballot", largest=LARGEST_INT16)
            if not 1 <= place <= header.candidates:
                raise BadInput(f"There is no candidate {place}.")
            if ranks[place - 1]:
                raise BadInput(f"Candidate {place} stands twice on one ballot.")
            ranks[place - 1] = rank
    collected.add(tuple(ranks), times * weight(parts[0]))


def _together(plain: Sequence[str], candidates: int) -> tuple[Ranks, Weights]:
    """Read many ballots at once: `2 1 2=3 0` is `2:1>2=3` in the way of others."""
    text = FIRST.sub(r"\1:", "\n".join(plain)).replace(" ", ">") + "\n"
    if text.count(">0\n") + text.count(":0\n") != len(plain) or text.count(":") != len(plain):
        raise Irregular
    places = {str(number): number - 1 for number in range(1, candidates + 1)}
    return parse(text.replace(">0\n", "\n").replace(":0\n", ":\n"), places, ":")


def _names(lines: list[str], start: int, header: _Header, reader: Reader) -> tuple[list[str], str | None]:
    """Read the candidates' names and the title, if there is one; nothing but comments may follow it."""
    found: list[str] = []
    for number, line in enumerate(lines[start:], start=start + 1):
        if not line.strip() or line.strip().startswith("#"):
            continue
        quoted = QUOTED.match(line)
        name = (quoted.group(1).replace('\\"', '"') if quoted else line.strip()).strip()
        if not quoted and len(name.split()) > 1:
            raise BadInput(f"A name of several words must stand in quotes, found {line.strip()[:60]!r}.", line=number)
        if len(found) < header.candidates and (not name or name in found):
            raise BadInput(f"The name {name!r} is empty or stands twice.", line=number)
        if len(found) > header.candidates:
            reader.fault(BadInput(f"Nothing may follow the title, found {line.strip()[:60]!r}."), number)
        found.append(name)
    if len(found) < header.candidates:
        raise BadInput(f"There are {header.candidates} candidates and only {len(found)} names.", line=len(lines))
    names, title = found[: header.candidates], found[header.candidates :]
    return names, (title[0] or None) if title else None
