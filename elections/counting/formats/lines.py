"""Reading text files line by line, with strictness and leniency in one place."""

import json
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from elections.counting.ballot_file import Skipped
from elections.counting.errors import BadInput

LARGEST_WEIGHT = 10**12
STRANGE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufeff]")
"""No text has these; they come from another encoding, or from files that were put together."""


@dataclass
class Reader:
    """Where a lenient reading notes what it left out; a strict one stops at the first fault."""

    lenient: bool = False
    skipped: list[Skipped] = field(default_factory=list)

    def each(self, lines: Iterable[tuple[int, str]], take: Callable[[str], None]) -> None:
        """Give each numbered line to `take`; a BadInput from it gains the line's number, or is noted and passed
        over.
        """
        for number, line in lines:
            try:
                take(line)
            except BadInput as fault:
                self.fault(fault, number)

    def fault(self, fault: BadInput, line: int) -> None:
        """Note a faulty line, or when strict raise the fault with its line."""
        if not self.lenient:
            raise BadInput(fault.sentence, line=fault.line or line) from fault
        self.skipped.append(Skipped(fault.line or line, fault.sentence))


def decode(data: bytes) -> str:
    """Decode UTF-8 (a byte order mark at the start is allowed); raise BadInput with the line of the first wrong byte
    or control character.
    """
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as fault:
        line = data.count(b"\n", 0, fault.start) + 1
        raise BadInput(f"Byte {data[fault.start]:#04x} is not valid UTF-8.", line=line) from fault
    if strange := STRANGE.search(text):
        line = text.count("\n", 0, strange.start()) + 1
        raise BadInput(f"The character U+{ord(strange.group()):04X} does not belong in a text.", line=line)
    return text


def parsed_json(text: str, **options: Any) -> Any:
    """Read JSON; raises BadInput for what is none, is nested too deeply or has a number too long to be read."""
    try:
        return json.loads(text, **options)
    except json.JSONDecodeError as fault:
        raise BadInput(f"This is not JSON: {fault.msg}.", line=fault.lineno) from fault
    except RecursionError:
        raise BadInput("This JSON is nested too deeply.") from None
    except BadInput:
        raise
    except ValueError:
        raise BadInput("This JSON has a number with too many digits.") from None


def check_names(names: Iterable[str], form: str, reserved: str = "") -> None:
    """Raise BadInput for a name that would not come back as it is from a file of this form."""
    for name in names:
        if not name or name != name.strip() or STRANGE.search(name) or any(c in name for c in f"\n\r{reserved}"):
            raise BadInput(f"The name {name!r} cannot be written as {form}.")


def numbered(text: str) -> Iterator[tuple[int, str]]:
    """Number the lines from 1; only line feeds (with or without a carriage return) end a line."""
    return enumerate((line.rstrip("\r") for line in text.split("\n")), start=1)


def whole_number(text: str, what: str, *, largest: int = LARGEST_WEIGHT) -> int:
    """Read ASCII decimal digits: no sign, no blank, not more than `largest`; `what` names it in the refusal."""
    shown = text if len(text) <= 40 else text[:40] + "…"  # noqa: PLR2004
    if not (text.isascii() and text.isdigit()):
        raise BadInput(f"{what} must be a whole number, found {shown!r}.")
    if len(text) > len(str(largest)) + 6 or int(text) > largest:
        raise BadInput(f"{what} must be at most {largest}, found {shown}.")
    return int(text)


def weight(text: str) -> int:
    """Read how many ballots a line stands for, at least 1."""
    number = whole_number(text, "The weight of a ballot")
    if number == 0:
        raise BadInput("The weight of a ballot must be at least 1, found 0.")
    return number
