"""The verifier's command line: `python -m elections.verifier SOURCE`.

Ends with status 0 when all checks passed, 1 when one failed, and 2 for input that cannot be verified at all. With
`--lots` it shows how lots were drawn instead, and with `--commit` what an official commits to.
"""

import io
import os
import secrets
import sys
from argparse import ArgumentParser, ArgumentTypeError, Namespace
from collections.abc import Sequence
from pathlib import Path

from elections.crypto.errors import Refusal

from . import lots
from .board import Board
from .case import Case, CertificatePapers, Materials
from .drawing import drawing_of
from .errors import Broken, Unusable
from .manifest import named_in
from .progress import on_terminal
from .source import load
from .verification import verify
from .wording import printable
from .work import Work

NAMED, WITH_SECRET = 2, 3


def main(arguments: Sequence[str] | None = None) -> int:
    """Verify what the command line names, print the report, and return the exit status."""
    options = _parser().parse_args(arguments)
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="replace")
    try:
        if options.commit:
            return _commit(options.commit)
        if options.lots:
            return _show_lots(options.lots)
        materials = _materials(options)
    except Unusable as reason:
        print(f"elections.verifier: {printable(str(reason))}", file=sys.stderr)
        return 2
    report = verify(materials, jobs=options.jobs, progress=on_terminal())
    print(report.to_json() if options.json else report.to_text())
    return 0 if report.ok else 1


def _parser() -> ArgumentParser:
    parser = ArgumentParser(prog="python -m elections.verifier", description="Verify an election archive.")
    what = parser.add_mutually_exclusive_group(required=True)
    what.add_argument("source", metavar="SOURCE", nargs="?", help="a .bel file, a directory that holds one, an address")
    what.add_argument("--lots", metavar="SOURCE", help="show what was committed to for lots, and what they draw")
    what.add_argument(
        "--commit",
        metavar=("UUID NAME", "SECRET"),
        nargs="+",
        help="print the commitment of NAME to SECRET, or to a new secret, in the election UUID",
    )
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.add_argument("--since", metavar="OLD", help="an older archive, whose history this one must continue")
    parser.add_argument("--receipt", metavar="FILE", help="a receipt, whose ballot this archive must hold")
    parser.add_argument("--checkpoint", metavar="FILE", help="a checkpoint, which this archive must continue")
    parser.add_argument("--certificate", metavar="FILE", help="the officials' certificate of this election")
    parser.add_argument(
        "--signature",
        metavar="FILE",
        action="append",
        default=[],
        help="a signature of the certificate; several may be given",
    )
    parser.add_argument("--allowed-signers", metavar="FILE", help="who may sign, as ssh-keygen reads it")
    parser.add_argument("--rules", metavar="FILE", help="the election rules: how many must have signed the certificate")
    parser.add_argument(
        "--jobs", metavar="N", type=_jobs, default=_cores(), help="processes to use (default: all cores)"
    )
    return parser


def _jobs(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise ArgumentTypeError("the number of processes is at least 1")
    return int(text)


def _cores() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _materials(options: Namespace) -> Materials:
    found = load(options.source)
    return Materials(
        _board(options.source, found.archive),
        found.manifest,
        found.outcome,
        _older(options.since) if options.since else None,
        _text(options.receipt) if options.receipt else None,
        _text(options.checkpoint) if options.checkpoint else None,
        _papers(options),
        found.decryptions,
    )


def _papers(options: Namespace) -> CertificatePapers | None:
    if not (options.certificate or options.signature or options.allowed_signers or options.rules):
        return None
    if not (options.certificate and options.signature and options.allowed_signers):
        raise Unusable("A certificate is checked with --certificate, --signature and --allowed-signers together.")
    signatures = tuple(_text(path) for path in options.signature)
    rules = _bytes(options.rules) if options.rules else None
    return CertificatePapers(_bytes(options.certificate), signatures, _text(options.allowed_signers), rules)


def _commit(words: Sequence[str]) -> int:
    """Print a commitment; a secret that is made here is shown once and kept nowhere."""
    if len(words) not in {NAMED, WITH_SECRET}:
        raise Unusable("A commitment is of an election's UUID and a NAME, to a SECRET or to a new one.")
    uuid, name, *given = words
    try:
        secret = lots.read_secret(given[0]) if given else secrets.token_bytes(lots.SECRET_BYTES)
    except lots.BadSecret as reason:
        raise Unusable(str(reason)) from reason
    if not given:
        print(f"secret     {secret.hex()}  (keep it to yourself until the vote has closed)")
    print(f"commitment {lots.commitment(uuid, name, secret)}")
    return 0


def _show_lots(source: str) -> int:
    """Print the lots of an election, once its manifest is seen to be the one that its archive names."""
    found = load(source)
    if found.manifest is None:
        raise Unusable(f"{source}: without a manifest nobody can tell what was committed to.")
    case = Case(Materials(_board(source, found.archive)), Work(None, parts=1), [])
    try:
        drawing = drawing_of(found.manifest, found.outcome)
        if named_in(case.election.description) != drawing.manifest.sha256:
            raise Broken("The manifest is not the one that the election's description names.")
    except (Broken, Refusal) as reason:
        print(f"✗ {printable(str(reason))}")
        return 1
    print(drawing.to_text())
    return 0


def _board(source: str, archive: bytes) -> Board:
    try:
        return Board.read(archive)
    except Unusable as reason:
        raise Unusable(f"{source}: {reason}") from reason


def _older(source: str) -> Board:
    board = _board(source, load(source).archive)
    if not board.head:
        raise Unusable(f"{source}: this archive has no events yet.")
    return board


def _bytes(path: str) -> bytes:
    try:
        return Path(path).read_bytes()
    except OSError as error:
        raise Unusable(f"{path}: {error.strerror or error}.") from error


def _text(path: str) -> str:
    try:
        return _bytes(path).decode()
    except UnicodeDecodeError as error:
        raise Unusable(f"{path}: this is not text.") from error


if __name__ == "__main__":
    sys.exit(main())
