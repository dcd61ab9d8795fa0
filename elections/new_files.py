"""Writing files that must never replace another one, and secrets that nobody else on the machine may read.

Used by the registrar's and the trustee's command lines; needs nothing but Python.
"""

import os
from pathlib import Path


class CannotWrite(ValueError):
    """A file was not written; the text says which and why."""


def write_new(path: Path, data: bytes, *, secret: bool = False) -> None:
    """Write a file that must not exist yet; with `secret`, only its owner may read it. Raise CannotWrite otherwise."""
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600 if secret else 0o644)
    except FileExistsError as error:
        raise CannotWrite(f"{path} exists already and was left as it is. Nothing was written there.") from error
    except OSError as error:
        raise CannotWrite(f"{path} cannot be written: {error.strerror}.") from error
    with os.fdopen(descriptor, "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


def make_private_folder(path: Path) -> None:
    """Make a folder that only its owner may enter; raise CannotWrite when it exists already."""
    try:
        path.mkdir(mode=0o700, parents=True)
    except FileExistsError as error:
        raise CannotWrite(f"{path} exists already. Name a folder that does not exist yet.") from error
    except OSError as error:
        raise CannotWrite(f"{path} cannot be made: {error.strerror}.") from error
