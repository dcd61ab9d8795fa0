"""Checkpoints: where a board ended at a moment, as a note signed by the server (SPEC 5.4).

The server publishes one each minute while voting runs. Whoever keeps one can later show that the archive does not
contain what stood on the board then; two of one moment that differ show that two boards were shown.
"""

import re
from dataclasses import dataclass
from datetime import UTC, datetime

from . import note
from .note import BadNote, NoteKey

FORMAT = "footing checkpoint v1"

_HASH = re.compile("[0-9a-f]{64}")
_NUMBER = re.compile("0|[1-9][0-9]{0,18}")
_TIME = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d{1,6})?Z", re.ASCII)


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """The head of a board: `event` is the SHA-256 of its last event, `position` the archive's length in bytes."""

    uuid: str
    height: int
    event: str
    position: int
    time: datetime

    def body(self) -> str:
        """Return the text that is signed; the time is in UTC, RFC 3339."""
        time = self.time.astimezone(UTC).isoformat().replace("+00:00", "Z")
        lines = (FORMAT, self.uuid, self.height, self.event, self.position, time)
        return "".join(f"{line}\n" for line in lines)

    def sign(self, name: str, seed: bytes) -> str:
        """Return the signed note; `seed` is the service's Ed25519 seed and `name` the name of its key."""
        return note.sign(self.body(), name, seed)


def read(text: str, key: NoteKey | None) -> Checkpoint:
    """Return the checkpoint in a signed note; raise BadNote unless it has that form and a given key signed it."""
    body = note.verify(text, key) if key else text.rpartition("\n\n")[0] + "\n"
    try:
        form, uuid, height, event, position, time, end = body.split("\n")
    except ValueError as error:
        raise BadNote("The note is not a checkpoint: it has another number of lines.") from error
    if form != FORMAT or end:
        raise BadNote("The note is not a checkpoint.")
    fitting = [_NUMBER.fullmatch(height), _HASH.fullmatch(event), _NUMBER.fullmatch(position), _TIME.fullmatch(time)]
    if not all(fitting):
        raise BadNote("A line of the checkpoint is malformed.")
    try:
        return Checkpoint(uuid, int(height), event, int(position), datetime.fromisoformat(time))
    except ValueError as error:
        raise BadNote("The checkpoint's time is not a time.") from error
