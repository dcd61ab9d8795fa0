"""A trustee with our command line: files, made from the archive as it is published."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from flask import Flask

from elections.trustee.__main__ import main
from tests.factories import visitor


@dataclass(frozen=True)
class TrusteeTool:
    """One trustee of one election, with a folder of their own, and where the archive comes from."""

    uuid: str
    folder: Path
    fetch: Callable[[], bytes]

    def key(self) -> Path:
        """Make the key pair, and return the file to bring."""
        self.folder.mkdir(parents=True, exist_ok=True)
        assert main(["keygen", "--out", str(self.folder)]) == 0
        (public,) = self.folder.glob("*.pubkey")
        return public

    def make(self, step: str) -> Path:
        """Make the shuffle or the decryption of the board as it stands, and return the file to bring."""
        board, out = self.folder / f"{step}.bel", self.folder / f"{step}.json"
        board.write_bytes(self.fetch())
        (private,) = self.folder.glob("*.privkey")
        command = {"shuffle": "shuffle", "decryption": "decrypt"}[step]
        assert main([command, str(board), "--key", str(private), "--out", str(out), "--jobs", "1"]) == 0
        return out


def trustee_tool(app: Flask, uuid: str, folder: Path) -> TrusteeTool:
    """Return the tool of a trustee who fetches the archive from the application."""
    return TrusteeTool(uuid, folder, lambda: visitor(app).get(f"/api/elections/{uuid}/archive").data)
