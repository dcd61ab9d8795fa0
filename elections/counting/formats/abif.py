"""ABIF, the Aggregated Ballot Information Format (read and write).

Source: https://electowiki.org/wiki/ABIF and github.com/electorama/abif, version 0.03. A vote is `27:A>B=[Full name]`;
`=A:[Full name]` says whom a short name stands for; `{…}` lines are metadata, `#` begins a comment. Ratings after a
slash (`A/5`) are passed over: the ranking is what `>` and `=` say. Votes that have ratings only, separated by commas,
are refused, because they are no ranking.
"""

import json
import re
from dataclasses import dataclass, field

from elections.counting.ballot_file import BallotFile
from elections.counting.errors import BadInput
from elections.counting.formats.lines import Reader, decode, numbered, weight
from elections.counting.formats.named_orders import Collected, each_distinct_line, ranking_of
from elections.counting.rankings import tiers_of

NAMED = re.compile(r"^=\s*(\w+|\[[^\[\]]+\])\s*:\s*\[([^\[\]]+)\]\s*$")
VOTE = re.compile(r"^(\d+)\s*:\s*(.*?)\s*$")
TOKEN = re.compile(r"\s*(\w+|\[[^\[\]]+\])\s*(?:/\s*\d+\s*)?(>|=|,|$)")
PLAIN = re.compile(r"^\w+$")


@dataclass
class _File:
    full_names: dict[str, str] = field(default_factory=dict)
    title: str | None = None
    places: dict[str, int] = field(default_factory=dict)
    listed: bool = False

    def name(self, token: str) -> str:
        bare = token[1:-1] if token.startswith("[") else token
        return self.full_names.get(bare, bare)


def read(data: bytes, *, lenient: bool = False) -> BallotFile:
    """Read ABIF; raises BadInput with the line of what is no vote, or of a candidate that the file does not list.

    Without `=A:[…]` lines the candidates are whoever the votes name, in order of appearance.
    """
    reader, file = Reader(lenient), _File()
    bare = [_without_comment(line) for _, line in numbered(decode(data))]
    reader.each(
        ((n, line) for n, line in enumerate(bare, start=1) if line[:1] in ("=", "{")), lambda x: _about(x, file)
    )
    votes = ["" if line[:1] in ("=", "{") else line for line in bare]
    file.listed = bool(file.places)
    collected = Collected(file.places)
    each_distinct_line(votes, 1, lambda line, times: _vote(line, times, file, collected), reader)
    if not file.places:
        raise BadInput("This file names no candidates.")
    return BallotFile(collected.rankings(), title=file.title, skipped=tuple(reader.skipped))


def write(file: BallotFile) -> bytes:
    """Write each distinct ballot once; raises BadInput for a name with brackets or a blank ballot without
    candidates.
    """
    if file.rankings is None:
        raise BadInput("A pairwise table cannot be written as ballots.")
    names = file.candidates
    if any("[" in name or "]" in name or "\n" in name or "#" in name for name in names):
        raise BadInput("A name with a bracket, a number sign or a line break cannot be written as ABIF.")
    plain = [name if PLAIN.match(name) else f"[{name}]" for name in names]
    lines = ['{"version": "0.03"}'] + [f"={token}:[{name}]" for token, name in zip(plain, names, strict=True)]
    whole = file.rankings.distinct()
    for ranks, count in zip(whole.ranks.tolist(), whole.weights.tolist(), strict=True):
        lines.append(f"{count}:" + ">".join("=".join(plain[index] for index in tier) for tier in tiers_of(ranks)))
    return ("\n".join(lines) + "\n").encode()


def _without_comment(line: str) -> str:
    return line.partition("#")[0].strip()


def _about(line: str, file: _File) -> None:
    """Take a line that names a candidate, or metadata."""
    if line.startswith("{"):
        try:
            found = json.loads(line)
        except (json.JSONDecodeError, RecursionError):
            raise BadInput(f"This metadata is not JSON: {line[:60]!r}.") from None
        file.title = str(found["title"]) if "title" in found else file.title
        return
    named = NAMED.match(line)
    if named is None:
        raise BadInput(f"A candidate must read '=A:[Full name]', found {line[:60]!r}.")
    token, full = named.group(1).strip("[]"), named.group(2).strip()
    if token in file.full_names or full in file.places:
        raise BadInput(f"The candidate {full!r} is listed twice.")
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
        if not file.listed:
            file.places.setdefault(name, len(file.places))
    collected.add(ranking_of(tiers, file.places), times * count)


def _tiers(text: str, file: _File) -> list[list[str]]:
    tiers: list[list[str]] = [[]] if text else []
    place = 0
    while place < len(text):
        part = TOKEN.match(text, place)
        if part is None or (place > 0 and part.end() == place):
            raise BadInput(f"This ranking cannot be read from {text[place : place + 40]!r}.")
        tiers[-1].append(file.name(part.group(1)))
        place = part.end()
        if part.group(2) == ",":
            raise BadInput("Ratings separated by commas are no ranking.")
        if part.group(2) == ">":
            tiers.append([])
    if text.endswith((">", "=")):
        raise BadInput("A place in the ranking is empty.")
    return tiers
