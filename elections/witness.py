"""The witness: how far each board had come, kept as files outside the database (SPEC 5.5).

A database that was restored from an older backup knows nothing of the ballots that came after it, and would take
others in their place although receipts were given. So each end of a board is also written to a file of its election,
before the commit as meant and after it as done: what is done stands on the board, or the database was put back.

A record has a fixed width and is added to the end of the file, by whoever holds the lock of the board's head. So a
record that a crash cut short is written over by the next, and a full disk is found before anything is stored.
"""

from __future__ import annotations

import errno
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from sqlalchemy import event
from sqlalchemy.orm import Session

from foundation.core.logs import get_logger

log = get_logger()
MEANT, DONE = b"?", b"!"
RECORD = re.compile(rb"([?!]) (\d{10}) ([0-9a-f]{64})\n")
WIDTH = 78
TAIL = 50 * WIDTH
NAME = re.compile("[1-9A-HJ-NP-Za-km-z]{22}")
PENDING = "witness"


@dataclass(frozen=True, slots=True)
class Seen:
    """The end of a board: its last event's height and SHA-256."""

    height: int
    event: str


class Pending(Protocol):
    """Something to be written once the transaction is committed."""

    def commit(self) -> None:
        """Write it, or raise OSError."""


@dataclass(frozen=True, slots=True)
class Mark:
    """A record that is written as meant; committing makes it done, without needing any more room."""

    path: Path
    offset: int
    forced: bool

    def commit(self) -> None:
        """Say that it is done; `forced` waits until the disk has it."""
        with _opened(self.path) as file:
            os.pwrite(file, DONE, self.offset)
            if self.forced:
                os.fsync(file)


@dataclass(frozen=True, slots=True)
class Note:
    """A signed checkpoint, which replaces the one before it; the records are forced to the disk with it."""

    path: Path
    text: str
    heads: Path

    def commit(self) -> None:
        """Write the note whole or not at all, and wait until the disk has it."""
        partial = self.path.with_suffix(f".{os.getpid()}.partial")
        with partial.open("w") as file:
            file.write(self.text)
            file.flush()
            os.fsync(file.fileno())
        partial.replace(self.path)
        with _opened(self.heads) as heads:
            os.fsync(heads)
        folder = os.open(self.path.parent, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)


@dataclass(frozen=True, slots=True)
class Witness:
    """The folder that holds the files, two an election: its records and its newest signed checkpoint."""

    directory: Path

    def seen(self, uuid: str) -> Seen | None:
        """Return the newest end that is done, None where there is none; raise OSError where the file is unreadable."""
        path = self._heads(uuid)
        if NAME.fullmatch(uuid) is None or not path.exists():
            return None
        with path.open("rb") as file:
            size = os.fstat(file.fileno()).st_size // WIDTH * WIDTH
            for start in (max(0, size - TAIL), 0):
                file.seek(start)
                found = _newest(file.read(size - start))
                if found is not None:
                    return found
        return None

    def mean(self, uuid: str, end: Seen, *, forced: bool) -> Mark:
        """Write the end that a board is about to have, or raise OSError where there is no room for it."""
        self.directory.mkdir(parents=True, exist_ok=True)
        record = b"%s %010d %s\n" % (MEANT, end.height, end.event.encode())
        path = self._heads(uuid)
        with _opened(path) as file:
            offset = os.fstat(file).st_size // WIDTH * WIDTH
            if os.pwrite(file, record, offset) != WIDTH:
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(path))
        return Mark(path, offset, forced)

    def note(self, uuid: str, text: str) -> Note:
        """Return a signed checkpoint to be written when it is published."""
        return Note(self.directory / f"{uuid}.checkpoint", text, self._heads(uuid))

    def known(self) -> list[str]:
        """Return the identifiers of all elections of which there is a file."""
        names = (path.stem for path in self.directory.glob("*.heads"))
        return sorted(name for name in names if NAME.fullmatch(name))

    def _heads(self, uuid: str) -> Path:
        return self.directory / f"{uuid}.heads"


def after_commit(session: Session, pending: Pending) -> None:
    """Write this once the session's transaction is committed, and never if it is rolled back."""
    session.info.setdefault(PENDING, []).append(pending)


def _newest(records: bytes) -> Seen | None:
    for start in range(len(records) - WIDTH, -1, -WIDTH):
        match = RECORD.fullmatch(records[start : start + WIDTH])
        if match and match[1] == DONE:
            return Seen(int(match[2]), match[3].decode())
    return None


@contextmanager
def _opened(path: Path) -> Iterator[int]:
    file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
    try:
        yield file
    finally:
        os.close(file)


@event.listens_for(Session, "after_commit")
def _write_pending(session: Session) -> None:
    """Write what waited for the commit; what is committed stays so, whatever happens to the files."""
    if session.in_nested_transaction():
        return
    for pending in session.info.pop(PENDING, ()):
        try:
            pending.commit()
        except OSError as error:
            log.error("witness not written", error=str(error))


@event.listens_for(Session, "after_soft_rollback")
def _forget_pending(session: Session, previous: object) -> None:
    del previous
    session.info.pop(PENDING, None)
