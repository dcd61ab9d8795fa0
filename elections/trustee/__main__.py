"""`python -m elections.trustee`: see the package's own words, or `--help`."""

import argparse
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from elections.crypto.errors import Refusal
from elections.new_files import CannotWrite, write_new
from elections.trustee import acts
from elections.trustee.board import Board, NotNow
from elections.trustee.keys import UnusableKey, make_key, read_key
from elections.trustee.source import BoardFails, verified_board
from elections.verifier.errors import Unusable

EPILOG = """\
SOURCE is the election's archive (a .bel file) or the address of the running election, such as
https://vote.example.org/api/elections/UUID/. It is verified, every check, before anything is done with it.

The private key never leaves this machine. Without it the election cannot be decrypted: keep a copy on paper or on a
second medium, in another place. Files that exist are never overwritten.
Exit status: 0 done, 1 the board fails its verification, 2 unusable input or nothing to do."""

VOUCH = "prove as a whole a decryption that you made with another program, or before"
WHEN_TO_VOUCH = """\
What `decrypt` writes holds this proof already. You need `vouch` when you decrypted with belenios-tool, whose proofs
leave open whether a factor was replaced: always where a contest has more than 20 candidates, and where the election's
page asks you to. Your decryption itself stays as it is, also when it is on the board."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line; return its exit status."""
    options = parser().parse_args(arguments)
    command: Callable[[argparse.Namespace], int] = options.command
    try:
        return command(options)
    except BoardFails as error:
        print(error, file=sys.stderr)
        return 1
    except (NotNow, UnusableKey, CannotWrite, Refusal, Unusable, OSError, ValueError) as error:
        print(error, file=sys.stderr)
        return 2


def parser() -> argparse.ArgumentParser:
    """Return the description of the arguments."""
    top = argparse.ArgumentParser(
        prog="python -m elections.trustee",
        description="Do a trustee's part of an election: make a key, mix, decrypt, vouch for a decryption.",
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    commands = top.add_subparsers(required=True, metavar="keygen|shuffle|decrypt|vouch")
    keygen = commands.add_parser("keygen", help="make NAME.privkey, which you keep, and NAME.pubkey, which you upload")
    keygen.add_argument("--out", type=Path, default=Path(), metavar="FOLDER", help="where to write (default: here)")
    keygen.set_defaults(command=run_keygen)
    mixing = commands.add_parser("shuffle", help="mix the ballots once more, and prove that nothing else was done")
    _board_arguments(mixing, "shuffle")
    mixing.set_defaults(command=run_shuffle)
    decrypting = commands.add_parser("decrypt", help="decrypt the mixed ballots partially, and prove it")
    _board_arguments(decrypting, "decryption")
    decrypting.add_argument(
        "--my-shuffle", type=Path, metavar="FILE", help="refuse unless the shuffle you made is on the board"
    )
    decrypting.set_defaults(command=run_decrypt)
    _vouch_parser(commands.add_parser("vouch", help=VOUCH, description=VOUCH, epilog=WHEN_TO_VOUCH))
    return top


def _vouch_parser(vouching: argparse.ArgumentParser) -> None:
    _board_arguments(vouching, "vouched")
    vouching.add_argument(
        "--decryption", type=Path, metavar="FILE", help="your decryption (default: the one of yours on the board)"
    )
    vouching.set_defaults(command=run_vouch)


def _board_arguments(command: argparse.ArgumentParser, made: str) -> None:
    command.add_argument("source", nargs="?", metavar="SOURCE", help="the archive file, or the election's address")
    command.add_argument("--url", help="the election's address, in place of SOURCE")
    command.add_argument("--key", required=True, type=Path, metavar="FILE", help="your .privkey file")
    command.add_argument("--out", type=Path, metavar="FILE", help=f"where to write (default: UUID.{made}-NUMBER.json)")
    command.add_argument("--jobs", type=int, metavar="N", help="processes for the verification (default: all cores)")


def run_keygen(options: argparse.Namespace) -> int:
    """Make a key, and say which file goes where."""
    files = make_key(options.out)
    print(f"SECRET  {files.private}: keep it, and a copy of it. Without it the election cannot be decrypted.")
    print(f"public  {files.public}: upload it on the election's trustee page.")
    return 0


def run_shuffle(options: argparse.Namespace) -> int:
    """Verify the board, mix, and write the file to upload."""
    key, board = read_key(options.key), _board(options)
    owner = board.owner_of(key.public_key)
    return _write(options, board, f"shuffle-{owner}", acts.mix(board, owner))


def run_decrypt(options: argparse.Namespace) -> int:
    """Verify the board, decrypt partially, and write the file to upload."""
    key, board = read_key(options.key), _board(options)
    if options.my_shuffle:
        acts.require_shuffle(board, options.my_shuffle.read_bytes())
    made = acts.decrypt(board, key)
    return _write(options, board, f"decryption-{board.owner_of(key.public_key)}", made)


def run_vouch(options: argparse.Namespace) -> int:
    """Verify the board, compute one's own decryption anew, and write it with its second proof."""
    key, board = read_key(options.key), _board(options)
    made = acts.vouch(board, key, options.decryption.read_bytes() if options.decryption else None)
    return _write(options, board, f"vouched-{board.owner_of(key.public_key)}", made)


def _board(options: argparse.Namespace) -> Board:
    if (options.source is None) == (options.url is None):
        raise ValueError("Name the board once: as SOURCE, or with --url.")
    return verified_board(options.source or options.url, jobs=options.jobs, say=print)


def _write(options: argparse.Namespace, board: Board, kind: str, made: bytes) -> int:
    path = options.out or Path(f"{board.election.uuid}.{kind}.json")
    write_new(path, made)
    print(f"public  {path}: upload it on the election's trustee page.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
