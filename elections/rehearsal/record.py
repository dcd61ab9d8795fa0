"""What a rehearsal leaves: archive, manifest, outcome, second proofs and timings, in a folder that verifies."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from sqlalchemy.orm import Session

from elections import board
from elections.models import Election
from elections.rehearsal.stages import Stages
from elections.services import result_files, whole_proofs


class FolderTaken(ValueError):
    """The folder holds another election already."""


def prepare_folder(folder: Path) -> None:
    """Make the folder; raise FolderTaken when an archive lies there, because a folder is verified as one election."""
    folder.mkdir(parents=True, exist_ok=True)
    there = sorted(folder.glob("*.bel"))
    if there:
        raise FolderTaken(f"{folder} holds {there[0].name} already. Name another folder with --out.")


def write_election(session: Session, election: Election, folder: Path) -> Path:
    """Write UUID.bel, manifest.json, outcome.json and decryptions.json; return the archive's path."""
    archive = folder / f"{election.uuid}.bel"
    with archive.open("wb") as file:
        for piece in board.stream(session, board.head_of(session, election.uuid)):
            file.write(piece)
    if election.manifest is None:
        raise ValueError("The election has no manifest.")
    (folder / "manifest.json").write_bytes(election.manifest)
    _write_json(folder / "outcome.json", _only_report(result_files.document(session, election)))
    (folder / "decryptions.json").write_bytes(whole_proofs.published(session, election))
    return archive


def _only_report(document: dict[str, Any]) -> dict[str, Any]:
    """Return the counting report of a rehearsal's one contest, and which archive it is about."""
    report: dict[str, Any] = document["contests"][0]
    return report | {"uuid": document["uuid"], "archive": document["archive"]}


def write_timings(stages: Stages, facts: dict[str, Any], folder: Path) -> None:
    """Write timings.json: what was rehearsed, and each stage's seconds and milliseconds a ballot."""
    _write_json(folder / "timings.json", facts | {"seconds": round(stages.total, 4), "stages": stages.to_json()})


def _write_json(path: Path, value: dict[str, Any]) -> None:
    path.write_text(json.dumps(value, ensure_ascii=False, indent=1) + "\n")
