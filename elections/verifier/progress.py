"""Telling a person how far a long verification has come."""

import sys
from typing import Protocol, TextIO

WIDTH = 40
FEW = 8
"""Below this number of tasks the end comes before anybody would read a bar."""


class Progress(Protocol):
    """What a verification tells while it works."""

    def expect(self, tasks: int) -> None:
        """Learn of that many more tasks."""

    def advance(self) -> None:
        """Learn that a task is done."""

    def close(self) -> None:
        """Learn that the verification has ended."""


class Silent:
    """Tells nobody."""

    def expect(self, tasks: int) -> None:
        """Say nothing."""

    def advance(self) -> None:
        """Say nothing."""

    def close(self) -> None:
        """Say nothing."""


class Bar:
    """One line on a terminal that is overwritten as the work goes on and wiped at the end."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._expected = 0
        self._done = 0

    def expect(self, tasks: int) -> None:
        """Lengthen the work by that many tasks."""
        self._expected += tasks

    def advance(self) -> None:
        """Draw the bar one task further."""
        self._done += 1
        if self._expected < FEW:
            return
        filled = WIDTH * self._done // max(self._expected, 1)
        self._stream.write(f"\r[{'█' * filled}{'·' * (WIDTH - filled)}] {100 * self._done // self._expected:3} %")
        self._stream.flush()

    def close(self) -> None:
        """Wipe the line."""
        if self._expected >= FEW:
            self._stream.write("\r" + " " * (WIDTH + 8) + "\r")
            self._stream.flush()


def on_terminal() -> Progress:
    """Return a bar on standard error when a person sees it there, else silence."""
    return Bar(sys.stderr) if sys.stderr.isatty() else Silent()
