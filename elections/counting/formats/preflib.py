"""PrefLib's orders: `.soc` `.soi` `.toc` `.toi` (read and write).

Source: https://preflib.github.io/PrefLib-Jekyll/format. A file begins with `# KEY: value` lines, among them NUMBER
ALTERNATIVES, NUMBER VOTERS, NUMBER UNIQUE ORDERS and ALTERNATIVE NAME k; then `count: 1,2,{3,4}`, best first. Complete
kinds (…c) rank everybody, strict ones (so…) have no `{…}`. The older form (a number of alternatives, `k,name`, the
sums, then `count,1,2,…`) is read too. The numbers in the header must agree with what follows.
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
from elections.counting.rankings import LARGEST_INT16, Rankings, Ranks, Weights, tiers_of

KINDS = ("soc", "soi", "toc", "toi")
METADATA = re.compile(r"^#\s*([A-Z ]+?)\s*(\d*)\s*:\s*(.*?)\s*$")
ORDER = re.compile(r"^\s*(\d+)\s*[:,]\s*(.*?)\s*$")
FIRST = re.compile(r"^ *(\d+) *[:,]", re.MULTILINE)
TIED = re.compile(r"\{( *\d[\d, ]*)\}")
PART = re.compile(r"\s*(?:\{([^{}]*)\}|(\d+))\s*(?:,|$)")
OLD_SUMS = 3
LONG = 10
"""Numbers with fewer digits are read without a closer look."""


@dataclass
class _File:
    kind: str | None = None
    title: str | None = None
    names: dict[int, str] = field(default_factory=dict)
    stated: dict[str, int] = field(default_factory=dict)
    collected: Collected | None = None

    def metadata(self, line: str) -> None:
        found = METADATA.match(line)
        if found is None:
            return
        key, number, value = found.groups()
        if key == "ALTERNATIVE NAME":
            self.name(whole_number(number, "The number of an alternative"), value)
        elif key in ("NUMBER ALTERNATIVES", "NUMBER VOTERS", "NUMBER UNIQUE ORDERS"):
            self.stated[key] = whole_number(value, key.capitalize())
        elif key == "TITLE":
            self.title = value
        elif key == "DATA TYPE":
            self.kind = value.lower()

    def name(self, number: int, name: str) -> None:
        if number != len(self.names) + 1:
            raise BadInput(f"Alternative {len(self.names) + 1} should come here, found {number}.")
        if not name or name in self.names.values():
            raise BadInput(f"The name {name!r} is empty or stands twice.")
        self.names[number] = name


def read(data: bytes, *, lenient: bool = False, kind: str | None = None) -> BallotFile:
    """Read orders of the kind given, or stated in the file; raises BadInput with the line of what does not fit."""
    reader, file = Reader(lenient), _File(kind)
    every = [line for _, line in numbered(decode(data))]
    lines = [(number, line) for number, line in enumerate(every, start=1) if line.strip()]
    start = _modern(lines, file, reader) if lines[0][1].startswith("#") else _old(lines, file)
    if file.kind not in (None, *KINDS):
        raise BadInput(f"The data type {file.kind!r} is not one of {', '.join(KINDS)}.")
    stated = file.stated.get("NUMBER ALTERNATIVES", len(file.names))
    if stated != len(file.names) or not file.names:
        raise BadInput(f"The header states {stated} alternatives and names {len(file.names)}.")
    file.collected = Collected({name: place for place, name in enumerate(file.names.values())})
    first = lines[start][0] if start < len(lines) else len(every) + 1
    quick = Quick("", lambda plain: _together(plain, len(file.names), file.kind))
    take = partial(_order, file=file)
    each_distinct_line(every[first - 1 :], first, take, reader, quick=(quick, file.collected))
    rankings = file.collected.rankings()
    if not lenient:
        _check_sums(file, rankings, file.collected.lines)
    return BallotFile(rankings, title=file.title, skipped=tuple(reader.skipped))


def write(file: BallotFile, *, kind: str = "toi") -> bytes:
    """Write each distinct order once; raises BadInput where a ballot is not of this kind or ranks nobody."""
    if file.rankings is None:
        raise BadInput("A pairwise table cannot be written as ballots.")
    check_names((*file.candidates, file.title or kind), f".{kind}")
    whole = file.rankings.orders()
    head = [f"# DATA TYPE: {kind}", f"# TITLE: {file.title or ''}", f"# NUMBER ALTERNATIVES: {len(whole.candidates)}"]
    head += [f"# NUMBER VOTERS: {whole.ballots}", f"# NUMBER UNIQUE ORDERS: {len(whole.ranks)}"]
    head += [f"# ALTERNATIVE NAME {number}: {name}" for number, name in enumerate(whole.candidates, start=1)]
    rows = zip(whole.ranks.tolist(), whole.weights.tolist(), strict=True)
    return ("\n".join(head + [_written(ranks, count, kind) for ranks, count in rows]) + "\n").encode()


def _written(ranks: list[int], count: int, kind: str) -> str:
    tiers = tiers_of(ranks)
    _check_kind(tiers, len(ranks), kind)
    parts = [str(tier[0] + 1) if len(tier) == 1 else "{" + ",".join(str(i + 1) for i in tier) + "}" for tier in tiers]
    return f"{count}: {','.join(parts)}"


def _modern(lines: list[tuple[int, str]], file: _File, reader: Reader) -> int:
    start = next((index for index, (_, line) in enumerate(lines) if not line.startswith("#")), len(lines))
    reader.each(lines[:start], file.metadata)
    return start


def _old(lines: list[tuple[int, str]], file: _File) -> int:
    """Read the older header: how many alternatives, their names, and the sums."""
    number, line = lines[0]
    try:
        count = whole_number(line.strip(), "The number of alternatives", largest=LARGEST_INT16)
        for number, line in lines[1 : count + 1]:  # noqa: B007
            place, _, name = line.partition(",")
            file.name(whole_number(place.strip(), "The number of an alternative"), name.strip())
        number, line = lines[min(count + 1, len(lines) - 1)]
        sums = [whole_number(part.strip(), "A sum") for part in line.split(",")]
        if len(sums) != OLD_SUMS:
            raise BadInput("Three sums should come here: voters, sum of counts, unique orders.")
    except BadInput as fault:
        raise BadInput(fault.sentence, line=number) from None
    file.stated = {"NUMBER ALTERNATIVES": count, "NUMBER VOTERS": sums[0], "NUMBER UNIQUE ORDERS": sums[2]}
    return count + 2


def _order(line: str, times: int, file: _File) -> None:
    if not line.strip():
        return
    found = ORDER.match(line)
    if found is None or file.collected is None:
        raise BadInput(f"This is not an order with its count: {line.strip()[:60]!r}.")
    count, tiers = weight(found.group(1)), _tiers(found.group(2))
    ranks = [0] * len(file.names)
    for rank, tier in enumerate(tiers, start=1):
        for number in tier:
            if not 1 <= number <= len(ranks):
                raise BadInput(f"There is no alternative {number}.")
            if ranks[number - 1]:
                raise BadInput(f"Alternative {number} stands twice in one order.")
            ranks[number - 1] = rank
    if file.kind is not None:
        _check_kind(tiers, len(ranks), file.kind)
    file.collected.add(tuple(ranks), times * count)
    file.collected.lines += times


def _together(plain: Sequence[str], count: int, kind: str | None) -> tuple[Ranks, Weights]:
    """Read many orders at once: `27: 1,2,{3,4}` is `27:1>2>3=4` in the way of others."""
    text, counts = FIRST.subn(r"\1:", "\n".join(plain) + "\n")
    if counts != len(plain) or text.count(":") != counts:
        raise Irregular
    text = TIED.sub(lambda tied: f" {tied.group(1).replace(',', '=')} ", text).replace(",", ">")
    ranks, weights = parse(text, {str(number): number - 1 for number in range(1, count + 1)}, ":")
    if kind is not None and ((kind.startswith("s") and "=" in text) or (kind.endswith("c") and not ranks.all())):
        raise Irregular
    return ranks, weights


def _tiers(text: str) -> list[list[int]]:
    parts = text.split(",")
    if all(part.isdigit() for part in parts) and text.isascii() and len(max(parts, key=len)) < LONG:
        return [[int(part)] for part in parts]
    tiers, place = [], 0
    while place < len(text):
        part = PART.match(text, place)
        if part is None:
            raise BadInput(f"This order cannot be read from {text[place : place + 40]!r}.")
        inside = part.group(2) if part.group(1) is None else part.group(1)
        tiers.append([whole_number(number.strip(), "An alternative") for number in inside.split(",")])
        place = part.end()
    if text.endswith(","):
        raise BadInput("The order ends with a comma.")
    return tiers


def _check_kind(tiers: Sequence[Sequence[int]], count: int, kind: str) -> None:
    if kind.startswith("s") and any(len(tier) > 1 for tier in tiers):
        raise BadInput(f"A strict order (.{kind}) has no ties.")
    if kind.endswith("c") and sum(len(tier) for tier in tiers) != count:
        raise BadInput(f"A complete order (.{kind}) ranks every alternative.")


def _check_sums(file: _File, rankings: Rankings, orders: int) -> None:
    voters, unique = file.stated.get("NUMBER VOTERS"), file.stated.get("NUMBER UNIQUE ORDERS")
    if voters is not None and voters != rankings.ballots:
        raise BadInput(f"The header states {voters} voters, the counts add up to {rankings.ballots}.")
    if unique is not None and unique != orders:
        raise BadInput(f"The header states {unique} unique orders, there are {orders}.")
