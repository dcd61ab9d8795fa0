"""The raw result of a Belenios election with ranked answers, as JSON (read and write).

Source: the Belenios specification, section "Election result": `{"result":[[[1,2,0],[2,1,1],…]]}`, for each contest the
list of all votes, each a list with one number for each candidate, 0 to 255. 0 is not ranked; any other numbers only
order the candidates, so that every plaintext counts as something (SPEC, "Reading plaintexts"). The list of one
contest's votes alone, as `belenios-tool method schulze` reads it, is accepted too. Candidates have no names here:
they are "1", "2", ….
"""

import json
from typing import Any

import numpy as np

from elections.counting.ballot_file import BallotFile
from elections.counting.errors import BadInput
from elections.counting.formats.lines import Reader, decode, parsed_json
from elections.counting.formats.rank_table import Allowed, Irregular, parse
from elections.counting.rankings import Rankings, Ranks

LARGEST_RANK = 255
BLANKS = b" \n\r\t"


def read(data: bytes, *, lenient: bool = False) -> BallotFile:
    """Read the votes of the one contest; raises BadInput for several contests or a vote of another form."""
    reader = Reader(lenient)
    try:
        ranks = _fast(data)
    except Irregular:
        ranks = _by_votes(data, reader)
    names = tuple(str(number) for number in range(1, ranks.shape[1] + 1))
    weights = np.ones(len(ranks), dtype=np.int64)
    return BallotFile(Rankings(names, ranks, weights), skipped=tuple(reader.skipped))


def write(file: BallotFile) -> bytes:
    """Write the votes as a raw result, one for each ballot; raises BadInput for a rank above 255."""
    if file.rankings is None:
        raise BadInput("A pairwise table cannot be written as ballots.")
    if file.rankings.ranks.max(initial=0) > LARGEST_RANK:
        raise BadInput(f"A Belenios vote has numbers up to {LARGEST_RANK}.")
    rows = np.repeat(file.rankings.ranks, file.rankings.weights, axis=0).tolist()
    return json.dumps({"result": [rows]}, separators=(",", ":")).encode() + b"\n"


def _fast(data: bytes) -> Ranks:
    """Read compact JSON as a table: what stands between two votes becomes the end of a line."""
    stripped = data.strip(BLANKS)
    body = stripped.removeprefix(b'{"result":[').removesuffix(b"]}") if stripped.startswith(b"{") else stripped
    if not (body.startswith(b"[[") and body.endswith(b"]]")) or (
        body is not stripped and len(body) + 13 != len(stripped)
    ):
        raise Irregular
    first = body[2 : body.index(b"]")]
    columns = first.count(b",") + 1
    table = body[2:-2].replace(b"],[", b"\n")
    largest = 99 if columns < 100 else LARGEST_RANK  # noqa: PLR2004
    if b"\n" in body:
        raise Irregular
    try:
        return parse(table, Allowed(columns, 0, largest))
    except Irregular:
        return parse(table, Allowed(columns, 0, LARGEST_RANK))


def _by_votes(data: bytes, reader: Reader) -> Ranks:
    """Read any JSON of the right form, and say which vote is wrong."""
    votes = _votes(parsed_json(decode(data), parse_constant=_refuse, parse_float=_refuse))
    rows: list[list[int]] = []
    for number, vote in enumerate(votes, start=1):
        try:
            rows.append(_vote(vote, len(rows[0]) if rows else None, number))
        except BadInput as fault:
            reader.fault(fault, 1)
    if not rows:
        raise BadInput("There is no vote.")
    return np.array(rows, dtype=np.int16)


def _refuse(text: str) -> None:
    raise BadInput(f"A vote has whole numbers only, found {text[:40]!r}.")


def _votes(found: Any) -> list[Any]:
    contests = found.get("result") if isinstance(found, dict) else None
    if isinstance(contests, list):
        if len(contests) != 1:
            raise BadInput(f"The result has {len(contests)} contests; give the votes of one of them.")
        found = contests[0]
    if not isinstance(found, list) or not found:
        raise BadInput('This is neither a list of votes nor {"result": [list of votes]}.')
    return found


def _vote(vote: Any, length: int | None, number: int) -> list[int]:
    if not isinstance(vote, list) or not vote or any(type(rank) is not int for rank in vote):
        raise BadInput(f"Vote {number} is not a list of whole numbers.")
    if length is not None and len(vote) != length:
        raise BadInput(f"Vote {number} has {len(vote)} numbers, the others have {length}.")
    strange = next((rank for rank in vote if not 0 <= rank <= LARGEST_RANK), None)
    if strange is not None:
        raise BadInput(f"Vote {number} has {strange}, which is not between 0 and {LARGEST_RANK}.")
    return vote
