"""Receipts: what the service signs when it has accepted a ballot (SPEC 5).

A receipt is a signed note with six lines: its format, the election, the ballot's tracker, the height and the hash of
the board's event, and the time of acceptance. Whoever keeps one can later show that a ballot was accepted.
"""

import re
from dataclasses import dataclass
from datetime import UTC, datetime

from . import note
from .note import BadNote, NoteKey

FORMAT = "footing receipt v1"

_TRACKER = re.compile("[A-Za-z0-9+/]{43}")
_HASH = re.compile("[0-9a-f]{64}")
_HEIGHT = re.compile("0|[1-9][0-9]{0,8}")
_TIME = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d{1,6})?Z", re.ASCII)


@dataclass(frozen=True, slots=True)
class Receipt:
    """The facts of a receipt; `event` is the SHA-256 in hexadecimal of the Ballot event, `time` is aware."""

    uuid: str
    tracker: str
    height: int
    event: str
    time: datetime

    def body(self) -> str:
        """Return the text that is signed; the time is in UTC, RFC 3339."""
        time = self.time.astimezone(UTC).isoformat().replace("+00:00", "Z")
        return "".join(f"{line}\n" for line in (FORMAT, self.uuid, self.tracker, self.height, self.event, time))

    def sign(self, name: str, seed: bytes) -> str:
        """Return the signed note; `seed` is the service's Ed25519 seed and `name` the name of its key."""
        return note.sign(self.body(), name, seed)


def read(text: str, key: NoteKey | None) -> Receipt:
    """Return the receipt in a signed note; raise BadNote unless it has that form and, given a key, is signed by it."""
    body = note.verify(text, key) if key else text.rpartition("\n\n")[0] + "\n"
    try:
        form, uuid, tracker, height, event, time, end = body.split("\n")
    except ValueError as error:
        raise BadNote("The note is not a receipt: it has another number of lines.") from error
    if form != FORMAT or end:
        raise BadNote("The note is not a receipt.")
    fitting = [_TRACKER.fullmatch(tracker), _HEIGHT.fullmatch(height), _HASH.fullmatch(event), _TIME.fullmatch(time)]
    if not all(fitting):
        raise BadNote("A line of the receipt is malformed.")
    try:
        return Receipt(uuid, tracker, int(height), event, datetime.fromisoformat(time))
    except ValueError as error:
        raise BadNote("The receipt's time is not a time.") from error
