"""The command line of the counting engine: options in, one report out; status 2 and one line for bad input."""

import argparse
import json
import os
import sys
from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path

from elections.counting.approval import Approval
from elections.counting.ballot_file import BallotFile
from elections.counting.caps import Cap, read_cap
from elections.counting.errors import BadInput, NeedsBallots, TooLarge
from elections.counting.formats import registry
from elections.counting.formats.lines import whole_number
from elections.counting.lots import parse_seed
from elections.counting.profile import Profile, profile_of
from elections.counting.rankings import Unranked
from elections.counting.report import Options, Report, report_of
from elections.counting.report_text import text_of

BAD_INPUT = 2
LONGEST_NUMBER = 40


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> None:  # type: ignore[override]
        """Turn a usage error into the one line that every bad input gets."""
        raise BadInput(message[:1].upper() + message[1:] + ("" if message.endswith(".") else "."))


def main(arguments: Sequence[str]) -> int:
    """Count as the arguments say; print the report and return 0, or print one line of refusal and return 2."""
    try:
        options = _parser().parse_args(arguments)
        file = registry.read(_source(options.file), options.format, lenient=options.lenient)
        counted = _report(file, options)
    except (BadInput, TooLarge, NeedsBallots) as refusal:
        sys.stderr.write(f"{str(refusal).splitlines()[0]}\n")
        return BAD_INPUT
    for skipped in file.skipped:
        sys.stderr.write(f"line {skipped.line} left out: {skipped.sentence}\n")
    _print(_printed(counted, file, as_json=options.json))
    return 0


def _print(text: str) -> None:
    """Write the report as UTF-8 whatever the terminal's encoding is; a reader who leaves early is no fault."""
    try:
        sys.stdout.buffer.write(text.encode())
        sys.stdout.buffer.flush()
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(prog="python -m elections.counting", description=main.__doc__, allow_abbrev=False)
    parser.add_argument("file", help="a ballot file, or - for standard input")
    parser.add_argument("--method", default="schulze", help="one or more methods separated by commas, or all")
    parser.add_argument("--seats", help="how many are elected (default: as the file says, else 1)")
    parser.add_argument("--unranked", choices=[choice.value for choice in Unranked], help="what not ranked means")
    parser.add_argument("--seed", help="the seed of the lot that decides ties, in hexadecimal")
    parser.add_argument("--cap", help="at most so many seats for one control group")
    parser.add_argument("--affiliations", type=Path, help="CSV of candidate,control group")
    parser.add_argument("--sitting", type=Path, help="CSV of sitting member,control group")
    parser.add_argument("--default-option", help="the option that every other one must beat")
    parser.add_argument("--quorum", help="how many must rank an option above the default option")
    parser.add_argument(
        "--majority", action="append", default=[], metavar="NAME=N:M", help="a larger majority for NAME"
    )
    parser.add_argument("--format", help="the file's format, where its name does not tell")
    parser.add_argument(
        "--lenient", action="store_true", help="skip and list faulty lines instead of refusing the file"
    )
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    return parser


def _source(name: str) -> Path | bytes:
    return sys.stdin.buffer.read() if name == "-" else Path(name)


def _report(file: BallotFile, options: argparse.Namespace) -> Report:
    unranked = Unranked(options.unranked) if options.unranked else file.unranked or Unranked.LAST
    profile = _profile(file, unranked)
    chosen = Options(
        seats=file.seats or 1 if options.seats is None else whole_number(options.seats, "--seats"),
        unranked=unranked,
        seed=None if options.seed is None else parse_seed(options.seed),
        cap=_cap(options, file),
        approval=_approval(options),
    )
    return report_of(profile, options.method, chosen)


def _profile(file: BallotFile, unranked: Unranked) -> Profile:
    if file.rankings is not None:
        standing = [file.candidates.index(name) for name in file.withdrawn]
        return profile_of(file.rankings.without(standing) if standing else file.rankings, unranked)
    if file.pairwise is None:
        raise BadInput("The file has neither ballots nor a pairwise table.")
    return Profile(file.names, file.pairwise, None, unranked)


def _cap(options: argparse.Namespace, file: BallotFile) -> Cap | None:
    """Return the cap; the affiliations of those who withdrew are read like all others, and concern nobody."""
    if options.cap is None:
        if options.affiliations or options.sitting:
            raise BadInput("--affiliations and --sitting need --cap.")
        return None
    if options.affiliations is None:
        raise BadInput("--cap needs --affiliations.")
    cap = read_cap(whole_number(options.cap, "--cap"), options.affiliations, options.sitting, file.candidates)
    standing = {name: groups for name, groups in cap.groups.items() if name not in file.withdrawn}
    return Cap(cap.limit, standing, cap.sitting)


def _approval(options: argparse.Namespace) -> Approval | None:
    if options.default_option is None:
        if options.quorum is not None or options.majority:
            raise BadInput("--quorum and --majority need --default-option.")
        return None
    quorum = Fraction(0) if options.quorum is None else _fraction(options.quorum, "The quorum")
    majorities: dict[str, Fraction] = {}
    for name, ratio in map(_majority, options.majority):
        if name in majorities:
            raise BadInput(f"The majority of {name!r} is given twice.")
        majorities[name] = ratio
    return Approval(options.default_option, quorum, majorities)


def _majority(text: str) -> tuple[str, Fraction]:
    name, equals, ratio = text.rpartition("=")
    above, colon, below = ratio.partition(":")
    if not equals or not colon:
        raise BadInput(f"A majority must read NAME=N:M, found {text!r}.")
    divisor = _fraction(below, "A majority")
    if divisor == 0:
        raise BadInput("A majority of so many to 0 cannot be reached.")
    return name, _fraction(above, "A majority") / divisor


def _fraction(text: str, what: str) -> Fraction:
    whole, _, decimals = text.partition(".")
    if not ((whole + decimals).isascii() and (whole + decimals).isdigit()) or len(text) > LONGEST_NUMBER:
        raise BadInput(f"{what} must be a number, found {text[:LONGEST_NUMBER]!r}.")
    return Fraction(text)


def _printed(counted: Report, file: BallotFile, *, as_json: bool) -> str:
    if not as_json:
        return text_of(counted)
    found = counted.to_json()
    found["skipped_lines"] = [{"line": one.line, "reason": one.sentence} for one in file.skipped]
    return json.dumps(found, ensure_ascii=False) + "\n"
