"""Debian's tally sheets (read only): `V: -1234 <hash>` after a drawing that numbers the options.

Source: the tally sheets that the Debian project's `devotee` publishes under https://www.debian.org/vote/. Each
character after `V:` is the rank of one option: 1–9, then A–Z for 10–35; `-` is not ranked.
"""

import re

from elections.counting.ballot_file import BallotFile
from elections.counting.errors import BadInput
from elections.counting.formats.lines import Reader, decode, numbered
from elections.counting.rankings import rankings_of

OPTION = re.compile(r"^[\s|/]*Option\s+([0-9A-Z]+)\s*-*>?:\s*(\S.*?)\s*$")
VOTE = re.compile(r"^\s*V:\s*(\S+)(\s.*)?$")
FORMAT_HINT = '"V: vote'
RANKS = "-123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"


def read(data: bytes, *, lenient: bool = False) -> BallotFile:
    """Read a tally sheet; raises BadInput for an option out of sequence, a vote of another length or a strange rank."""
    reader = Reader(lenient)
    options: list[str] = []
    votes: dict[str, int] = {}

    def take(line: str) -> None:
        if option := OPTION.match(line):
            _add_option(option, options, votes)
        elif vote := VOTE.match(line):
            ranks = vote.group(1)
            if ranks not in votes:
                _check(ranks, len(options))
            votes[ranks] = votes.get(ranks, 0) + 1
        elif votes and line.strip():
            raise BadInput(f"After the first vote only votes may follow, found {line.strip()[:40]!r}.")

    reader.each(numbered(decode(data)), take)
    if not options:
        raise BadInput("This tally sheet names no options.")
    rows = [[RANKS.index(rank) for rank in vote] for vote in votes]
    return BallotFile(rankings_of(options, rows, list(votes.values())), skipped=tuple(reader.skipped))


def _add_option(option: re.Match[str], options: list[str], votes: dict[str, int]) -> None:
    number, name = option.groups()
    if votes:
        raise BadInput("An option is named after the first vote.")
    if number not in (str(len(options) + 1), RANKS[min(len(options) + 1, len(RANKS) - 1)]):
        raise BadInput(f"Option {len(options) + 1} should come here, found option {number}.")
    if name in options:
        raise BadInput(f"The option {name!r} is named twice.")
    if len(options) == len(RANKS) - 1:
        raise BadInput(f"A tally sheet can number at most {len(RANKS) - 1} options.")
    options.append(name)


def _check(vote: str, options: int) -> None:
    if not options:
        raise BadInput("A vote comes before any option.")
    if len(vote) != options:
        raise BadInput(f"The vote {vote[:40]!r} has {len(vote)} ranks, there are {options} options.")
    strange = next((rank for rank in vote if rank not in RANKS[: options + 1]), None)
    if strange is not None:
        raise BadInput(f"The rank {strange!r} in {vote!r} is not between 1 and {RANKS[options]} nor '-'.")
