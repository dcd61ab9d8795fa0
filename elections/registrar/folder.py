"""The folder that `issue` leaves: public files, secret files, and a sentence about each."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from elections.new_files import make_private_folder, write_new
from elections.registrar.issue import Issued, mapping, private_table, public_credentials
from elections.registrar.letters import Heading, letters

PUBLIC_CREDENTIALS = "public_creds.json"
MAPPING = "mapping.json"
PRIVATE_TABLE = "private_credentials.csv"
LETTERS = "letters.html"
PRIVATE_FOLDER = "private"


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which of the optional secret files to write."""

    letters: bool = False
    each: bool = False


def write_folder(folder: Path, issued: Sequence[Issued], heading: Heading, wanted: Wanted) -> list[str]:
    """Write everything into a new folder of the owner's alone; return what was written, a sentence each.

    Secrets are written first: when the disk is full, no public credential leaves without its private one being kept.
    """
    make_private_folder(folder)
    said = [f"{len(issued)} credentials issued for election {heading.uuid}."]
    write_new(folder / PRIVATE_TABLE, private_table(issued), secret=True)
    said.append(f"SECRET  {folder / PRIVATE_TABLE}: hand each voter its own, then destroy the file.")
    if wanted.letters:
        write_new(folder / LETTERS, letters(issued, heading), secret=True)
        said.append(f"SECRET  {folder / LETTERS}: print it, one page a voter, then destroy the file.")
    if wanted.each:
        write_each(folder / PRIVATE_FOLDER, issued)
        said.append(f"SECRET  {folder / PRIVATE_FOLDER}: one file a voter; hand them out, then destroy the folder.")
    write_new(folder / PUBLIC_CREDENTIALS, public_credentials(issued))
    said.append(f"public  {folder / PUBLIC_CREDENTIALS}: keep it, to check the archive when voting is open.")
    write_new(folder / MAPPING, mapping(issued, heading.uuid))
    said.append(f"server  {folder / MAPPING}: upload it as the registrar. It says which credential is whose.")
    return said


def write_each(folder: Path, issued: Sequence[Issued]) -> None:
    """Write one secret text file a voter, numbered as in the roll: an address need not be a safe file name."""
    make_private_folder(folder)
    width = len(str(len(issued)))
    for number, one in enumerate(issued, start=1):
        text = f"{one.voter.address}\n{one.private}\n"
        write_new(folder / f"{number:0{width}}.txt", text.encode(), secret=True)
