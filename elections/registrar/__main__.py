"""`python -m elections.registrar`: see the package's own words, or `--help`."""

import argparse
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from elections.crypto.election import check_uuid
from elections.crypto.errors import Refusal
from elections.new_files import CannotWrite
from elections.registrar.check import Differs, check_archive
from elections.registrar.folder import Wanted, write_folder
from elections.registrar.issue import issue
from elections.registrar.letters import Heading
from elections.registrar.roll import BadRoll, read_roll

EPILOG = """\
The folder of `issue` then holds
  mapping.json              for the server: upload it as the registrar. Not secret, but not for publication.
  public_creds.json         the public credentials, sorted, as they will stand in the archive
  private_credentials.csv   SECRET: one row a voter. Hand them out, then destroy the file
  letters.html              SECRET: with --print, one page a voter
  private/                  SECRET: with --each, one text file a voter
Nothing that exists is overwritten. Nothing is sent anywhere.

When voting is open, `check` compares public_creds.json with the election's public archive.
Exit status: 0 done, 1 the archive differs, 2 unusable input."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line; return its exit status."""
    options = parser().parse_args(arguments)
    command: Callable[[argparse.Namespace], int] = options.command
    try:
        return command(options)
    except Differs as error:
        print(error, file=sys.stderr)
        return 1
    except (BadRoll, CannotWrite, Refusal, OSError, ValueError) as error:
        print(error, file=sys.stderr)
        return 2


def parser() -> argparse.ArgumentParser:
    """Return the description of the arguments."""
    top = argparse.ArgumentParser(
        prog="python -m elections.registrar",
        description="Issue the voting credentials of an election, away from its server.",
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    commands = top.add_subparsers(required=True, metavar="issue|check")
    issuing = commands.add_parser("issue", help="make one credential for each voter of a roll")
    issuing.add_argument("roll", type=Path, metavar="ROLL", help="CSV file with the columns address or address,name")
    issuing.add_argument("--uuid", required=True, help="the election's identifier, as its page shows it")
    issuing.add_argument("--out", required=True, type=Path, metavar="FOLDER", help="a folder that does not exist yet")
    issuing.add_argument("--print", action="store_true", dest="letters", help="also write letters to print")
    issuing.add_argument("--each", action="store_true", help="also write one text file a voter")
    issuing.add_argument("--title", default="", help="the election's title, for the letters")
    issuing.add_argument("--site", default="", help="the address where voters sign in, for the letters")
    issuing.set_defaults(command=run_issue)
    checking = commands.add_parser("check", help="compare the issued public credentials with the election's archive")
    checking.add_argument("folder", type=Path, metavar="FOLDER", help="the folder that `issue` wrote")
    checking.add_argument("--archive", required=True, metavar="FILE", type=Path, help="the election's .bel file")
    checking.set_defaults(command=run_check)
    return top


def run_issue(options: argparse.Namespace) -> int:
    """Issue and write the folder, then say what lies where and what is secret."""
    check_uuid(options.uuid)
    voters = read_roll(options.roll.read_bytes())
    issued = issue(voters, options.uuid)
    heading = Heading(options.uuid, options.title, options.site)
    wanted = Wanted(letters=options.letters, each=options.each)
    for line in write_folder(options.out, issued, heading, wanted):
        print(line)
    return 0


def run_check(options: argparse.Namespace) -> int:
    """Compare, and say how many credentials agree."""
    count = check_archive(options.folder, options.archive)
    print(f"The archive lists exactly the {count} public credentials that were issued.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
