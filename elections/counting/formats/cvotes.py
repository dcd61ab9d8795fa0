"""CondorcetPHP's `.cvotes`, the Condorcet Election Format, version 1 (read and write).

Source: https://github.com/CondorcetVote/CondorcetElectionFormat. Parameters stand before the first vote in lines that
begin `#/Name: value`; a vote is `(tags ||) A > B = C (^weight) (* quantifier)`; `#` begins a comment; `/EMPTY_RANKING/`
(or `/EMPTY/`) is a blank ballot. `Implicit Ranking` (default true) says that not ranked means last; a weight counts
only where `Weight Allowed` is true. Where the format lets a reader ignore unknown candidates, ours refuses the line.
"""

import re
from dataclasses import dataclass, field
from functools import partial

from elections.counting.ballot_file import BallotFile
from elections.counting.errors import BadInput
from elections.counting.formats.lines import Reader, check_names, decode, numbered, weight, whole_number
from elections.counting.formats.named_orders import Collected, Quick, each_distinct_line, ranking_of
from elections.counting.formats.order_table import parse
from elections.counting.rankings import Unranked, tiers_of

PARAMETER = re.compile(r"^#/\s*([^:]+?)\s*:\s*(.*?)\s*$")
VOTE = re.compile(
    r"^(?:(?P<tags>[^#]*?)\|\|)?(?P<ranking>[^#^*|]*)(?:\^(?P<weight>[^#*^]*))?(?:\*(?P<times>[^#*^]*))?$"
)
EMPTY = ("/EMPTY_RANKING/", "/EMPTY/")
SPECIAL = "#/^|"
"""Comments, blank ballots, weights and tags: lines to look at one by one."""
RESERVED = re.compile(r"[>=;,#/*^|\n\r]")
TRUTH = {"true": True, "false": False}


@dataclass
class _Election:
    candidates: dict[str, int] = field(default_factory=dict)
    listed: bool = False
    seats: int | None = None
    implicit: bool = True
    weight_allowed: bool = False
    said: set[str] = field(default_factory=set)

    def parameter(self, name: str, value: str) -> None:
        key = name.lower()
        if key in self.said:
            raise BadInput(f"The parameter {name!r} is given twice.")
        self.said.add(key)
        if key == "candidates":
            self.listed = True
            self.candidates = _candidates(value)
        elif key in ("number of seats", "number of seat"):
            self.seats = whole_number(value, "The number of seats")
        elif key == "implicit ranking":
            self.implicit = _truth(value, name)
        elif key in ("weight allowed", "vote weight"):
            self.weight_allowed = _truth(value, name)


def read(data: bytes, *, lenient: bool = False) -> BallotFile:
    """Read a `.cvotes` file; raises BadInput with the line for anything the format or the candidate list does not
    allow.
    """
    reader, election, text = Reader(lenient), _Election(), decode(data)
    lines = [line for _, line in numbered(text)]
    start = _first_vote(lines)
    reader.each(enumerate(lines[:start], start=1), lambda line: _parameter(line, election))
    if not election.listed:
        _collect_names(lines[start:], election)
    collected = Collected(election.candidates)
    take = partial(_vote, election=election, collected=collected)
    quick = Quick(SPECIAL, lambda plain: parse("\n".join(plain) + "\n", collected.places, "*"))
    each_distinct_line(lines[start:], start + 1, take, reader, quick=(quick, collected))
    if not election.candidates:
        raise BadInput("This file names no candidates.")
    return BallotFile(
        collected.rankings(),
        seats=election.seats,
        unranked=Unranked.LAST if election.implicit else Unranked.NO_OPINION,
        skipped=tuple(reader.skipped),
    )


def write(file: BallotFile) -> bytes:
    """Write ballots as `.cvotes`, each distinct ranking once; raises BadInput for a name that the format cannot
    carry.
    """
    rankings = file.rankings
    if rankings is None:
        raise BadInput("A pairwise table cannot be written as ballots.")
    check_names(rankings.candidates, ".cvotes", ">=;,#/*^|")
    implicit = "false" if file.unranked is Unranked.NO_OPINION else "true"
    lines = [f"#/Candidates: {' ; '.join(rankings.candidates)}"]
    lines += [f"#/Number of Seats: {file.seats}"] if file.seats is not None else []
    lines += [f"#/Implicit Ranking: {implicit}", ""]
    whole = rankings.orders()
    for ranks, count in zip(whole.ranks.tolist(), whole.weights.tolist(), strict=True):
        tiers = tiers_of(ranks)
        ranking = " > ".join(" = ".join(rankings.candidates[place] for place in tier) for tier in tiers)
        lines.append(f"{ranking or EMPTY[0]} * {count}")
    return ("\n".join(lines) + "\n").encode()


def _first_vote(lines: list[str]) -> int:
    return next((index for index, line in enumerate(lines) if line.strip() and not line.startswith("#")), len(lines))


def _parameter(line: str, election: _Election) -> None:
    if not line.startswith("#/"):
        return
    found = PARAMETER.match(line)
    if found is None:
        raise BadInput(f"A parameter must read '#/Name: value', found {line[:60]!r}.")
    election.parameter(found.group(1), found.group(2))


def _candidates(value: str) -> dict[str, int]:
    names = [name.strip() for name in value.split(";")]
    for name in names:
        if not name or RESERVED.search(name):
            raise BadInput(f"{name!r} cannot be a candidate's name.")
        if names.count(name) > 1:
            raise BadInput(f"The candidate {name!r} is listed twice.")
    return {name: place for place, name in enumerate(names)}


def _truth(value: str, name: str) -> bool:
    if value.lower() not in TRUTH:
        raise BadInput(f"The parameter {name!r} must be true or false, found {value[:40]!r}.")
    return TRUTH[value.lower()]


def _vote(line: str, times: int, election: _Election, collected: Collected) -> None:
    if line.lstrip().startswith("#/"):
        raise BadInput("A parameter must stand at the beginning of a line, before the first vote.")
    vote = line.partition("#")[0].strip()
    if not vote:
        return
    found = VOTE.match(vote)
    if found is None:
        raise BadInput(f"This is not a vote: {vote[:60]!r}.")
    factor = times * (1 if found["times"] is None else weight(found["times"].strip()))
    value = 1 if found["weight"] is None else weight(found["weight"].strip())
    ranking = ranking_of(_tiers(found["ranking"].strip()), election.candidates)
    collected.add(ranking, factor * (value if election.weight_allowed else 1))


def _tiers(ranking: str) -> list[list[str]]:
    if ranking.upper() in EMPTY:
        return []
    return [[name.strip() for name in tier.split("=")] for tier in ranking.split(">")]


def _collect_names(lines: list[str], election: _Election) -> None:
    """Take the candidates from the votes, in order of appearance, where the file does not list them."""
    for line in lines:
        found = VOTE.match(line.partition("#")[0].strip())
        ranking = found["ranking"].strip() if found else ""
        if not ranking:
            continue
        for name in (name for tier in _tiers(ranking) for name in tier):
            if name and not RESERVED.search(name):
                election.candidates.setdefault(name, len(election.candidates))
