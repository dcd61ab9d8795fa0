"""ABIF, the Aggregated Ballot Information Format (read and write).

Source: https://electowiki.org/wiki/ABIF and github.com/electorama/abif, versions 0.03 and 0.31. A vote is
`27:A>B=[Full name]="Other name"`; `=A:[Full name]` says whom a short name stands for; `{…}` lines are metadata, `#`
begins a comment, but not in a name. Ratings after a slash (`A/5`) are passed over where `>` and `=` make a ranking.
With commas between the candidates (`A/5,B/3`) the ratings make it: the higher comes first, equal ones rank equally.
"""

import re
from dataclasses import dataclass, field
from functools import partial

from elections.counting.ballot_file import BallotFile
from elections.counting.errors import BadInput
from elections.counting.formats.lines import Reader, check_names, decode, numbered, parsed_json, weight, whole_number
from elections.counting.formats.named_orders import Collected, Quick, each_distinct_line, ranking_of
from elections.counting.formats.order_table import parse
from elections.counting.rankings import tiers_of

NAME = r"(\w+|\[[^\[\]]+\]|\"[^\"]+\")"
NAMED = re.compile(rf"^=\s*{NAME}\s*:\s*{NAME}\s*$")
VOTE = re.compile(r"^(\d+)\s*:\s*(.*?)\s*$")
TOKEN = re.compile(rf"\s*{NAME}\s*(?:/\s*(\d+)\s*)?(>|=|,|$)")
BARE_KEY = re.compile(r"^\{\s*(\w+)\s*:")
BEFORE_COMMENT = re.compile(r"(?:\[[^\[\]]*\]|\"[^\"]*\"|[^#])*")
PLAIN = re.compile(r"^\w+$")
SPECIAL = "/,"
"""Ratings: lines to look at one by one."""


@dataclass
class _File:
    full_names: dict[str, str] = field(default_factory=dict)
    title: str | None = None
    places: dict[str, int] = field(default_factory=dict)
    listed: bool = False

    def name(self, token: str) -> str:
        bare = token if PLAIN.match(token) else token[1:-1].strip()
        return self.full_names.get(bare, bare)

    def tokens(self) -> dict[str, int]:
        """Return the place of everything that may stand for a listed candidate in a vote."""
        found: dict[str, int] = {}
        for full, place in self.places.items():
            short = [token for token, name in self.full_names.items() if name == full]
            for bare in (full, *short):
                if self.full_names.get(bare, bare) == full:
                    found |= {f"[{bare}]": place, f'"{bare}"': place} | ({bare: place} if PLAIN.match(bare) else {})
        return found


def read(data: bytes, *, lenient: bool = False) -> BallotFile:
    """Read ABIF; raises BadInput with the line of what is no vote, or of a candidate that the file does not list.

    Without `=A:[…]` lines the candidates are whoever the votes name, in order of appearance.
    """
    reader, file = Reader(lenient), _File()
    bare = [_without_comment(line) for _, line in numbered(decode(data))]
    about = ((n, line) for n, line in enumerate(bare, start=1) if line[:1] in ("=", "{"))
    reader.each(about, lambda line: _about(line, file))
    votes = ["" if line[:1] in ("=", "{") else line for line in bare]
    file.listed = bool(file.places)
    collected = Collected(file.places)
    quick = Quick(SPECIAL, lambda plain: parse("\n".join(plain) + "\n", file.tokens(), ":"))
    take = partial(_vote, file=file, collected=collected)
    each_distinct_line(votes, 1, take, reader, quick=(quick, collected) if file.listed else None)
    if not file.places:
        raise BadInput("This file names no candidates.")
    return BallotFile(collected.rankings(), title=file.title, skipped=tuple(reader.skipped))


def write(file: BallotFile) -> bytes:
    """Write each distinct ballot once; raises BadInput for a name with a bracket, which ABIF cannot carry."""
    if file.rankings is None:
        raise BadInput("A pairwise table cannot be written as ballots.")
    names = file.candidates
    check_names(names, "ABIF", "[]")
    plain = [name if PLAIN.match(name) else f"[{name}]" for name in names]
    lines = ['{"version": "0.03"}'] + [f"={token}:[{name}]" for token, name in zip(plain, names, strict=True)]
    whole = file.rankings.orders()
    for ranks, count in zip(whole.ranks.tolist(), whole.weights.tolist(), strict=True):
        lines.append(f"{count}:" + ">".join("=".join(plain[index] for index in tier) for tier in tiers_of(ranks)))
    return ("\n".join(lines) + "\n").encode()


def _without_comment(line: str) -> str:
    if "#" not in line:
        return line.strip()
    before = BEFORE_COMMENT.match(line)
    return before.group().strip() if before else ""


def _about(line: str, file: _File) -> None:
    """Take a line that names a candidate, or metadata, whose key may stand without quotes."""
    if line.startswith("{"):
        found = parsed_json(BARE_KEY.sub(r'{"\1":', line))
        file.title = str(found["title"]) if "title" in found else file.title
        return
    named = NAMED.match(line)
    if named is None:
        raise BadInput(f"A candidate must read '=A:[Full name]', found {line[:60]!r}.")
    token, full = (part if PLAIN.match(part) else part[1:-1].strip() for part in named.groups())
    if token in file.full_names or full in file.places or not full:
        raise BadInput(f"The candidate {full!r} is listed twice." if full else "A candidate's name is empty.")
    file.full_names[token] = full
    file.places[full] = len(file.places)


def _vote(line: str, times: int, file: _File, collected: Collected) -> None:
    if not line:
        return
    found = VOTE.match(line)
    if found is None:
        raise BadInput(f"This is not a vote: {line[:60]!r}.")
    count, tiers = weight(found.group(1)), _tiers(found.group(2), file)
    for name in (name for tier in tiers for name in tier):
        if not file.listed and name:
            file.places.setdefault(name, len(file.places))
    collected.add(ranking_of(tiers, file.places), times * count)


def _tiers(text: str, file: _File) -> list[list[str]]:
    """Return the names of a vote as tiers, best first."""
    parts = _parts(text)
    marks = {mark for _, _, mark in parts[:-1]}
    if "," in marks:
        return _by_ratings([(file.name(token), rating) for token, rating, _ in parts], alone=marks == {","})
    tiers: list[list[str]] = [[]] if text else []
    for token, _, mark in parts:
        tiers[-1].append(file.name(token))
        if mark == ">":
            tiers.append([])
    return tiers


def _parts(text: str) -> list[tuple[str, str | None, str]]:
    """Return a vote's candidates, each with its rating, if any, and the mark that follows."""
    parts, place = [], 0
    while place < len(text):
        part = TOKEN.match(text, place)
        if part is None or part.end() == place:
            raise BadInput(f"This ranking cannot be read from {text[place : place + 40]!r}.")
        parts.append((part.group(1), part.group(2), part.group(3)))
        place = part.end()
    if parts and parts[-1][2]:
        raise BadInput("A place in the ranking is empty.")
    return parts


def _by_ratings(rated: list[tuple[str, str | None]], *, alone: bool) -> list[list[str]]:
    if not alone or any(rating is None for _, rating in rated):
        raise BadInput("Candidates separated by commas need a rating each, and neither '>' nor '=' beside them.")
    ratings = [(name, whole_number(rating or "", "A rating")) for name, rating in rated]
    values = sorted({value for _, value in ratings}, reverse=True)
    return [[name for name, own in ratings if own == value] for value in values]
