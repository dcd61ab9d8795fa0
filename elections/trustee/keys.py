"""A trustee's key files: made once, the private one for its owner's eyes, never written over another."""

from __future__ import annotations

import os
import stat
from dataclasses import dataclass
from pathlib import Path

from elections.crypto.archive import sha256_hex
from elections.crypto.trustees import PrivateKey, generate_key
from elections.new_files import write_new

LONGEST_KEY_FILE = 1024


class UnusableKey(ValueError):
    """A private key file cannot be used; the sentence says why."""


@dataclass(frozen=True, slots=True)
class KeyFiles:
    """Where a pair of keys was written, and the short name both files begin with."""

    name: str
    private: Path
    public: Path


def make_key(folder: Path) -> KeyFiles:
    """Make a pair of keys and write NAME.privkey and NAME.pubkey; NAME comes from the public key's hash.

    The same naming as belenios-tool's, so that either program's files lie beside each other.
    """
    private, public = generate_key()
    name = sha256_hex(public.public_key.text.encode())[:8].upper()
    folder.mkdir(parents=True, exist_ok=True)
    files = KeyFiles(name, folder / f"{name}.privkey", folder / f"{name}.pubkey")
    write_new(files.private, private.to_json() + b"\n", secret=True)
    write_new(files.public, public.to_json() + b"\n")
    return files


def read_key(path: Path) -> PrivateKey:
    """Read a private key that only its owner may read, or raise UnusableKey; a Refusal says that it is no key."""
    with path.open("rb") as file:
        if os.name == "posix" and stat.S_IMODE(os.fstat(file.fileno()).st_mode) & 0o077:
            raise UnusableKey(f"Others can read {path}. Run `chmod 600 {path}` and ask whether the key is still yours.")
        return PrivateKey.from_json(file.read(LONGEST_KEY_FILE).strip())
