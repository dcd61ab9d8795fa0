"""What is made once from a result and served ever after: outcome.json, the ballots in other formats, the comparison.

Each file is kept with the hash of what it was made from; the newest of a name stands (SPEC 8.1).
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from hashlib import sha256
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session, undefer

from elections import board
from elections.crypto.archive import EventType, sha256_hex
from elections.crypto.result import Result
from elections.lots import services as lots
from elections.models import Election, Outcome, ResultFile
from elections.services import ballot_files, outcome, what_if, whole_proofs
from elections.verifier.checks.outcome import FORMAT
from elections.verifier.manifest import Manifest
from foundation.core.errors import NotFound

OUTCOME = "outcome.json"
SUMS = "SHA256SUMS"
METHODS = "methods.json"


def publish(session: Session, election: Election, *, now: datetime) -> bool:
    """Make the files that are missing once every contest is counted; answer whether there were any."""
    outcomes = outcome.outcomes_of(session, election)
    if not outcomes or len(outcomes) != len(election.contests):
        return False
    reveals = [(made.name, made.secret) for made in lots.commitments(session, election) if made.secret is not None]
    inputs = sha256_hex(json.dumps([[one.inputs_sha256 for one in outcomes], reveals]).encode())
    kept = {file.name: file for file in listed(session, election)}
    proofs = _proofs_sha256(session, election)
    all_inputs = sha256_hex(f"{inputs} {proofs}".encode()) if proofs else inputs
    if SUMS in kept and kept[SUMS].inputs_sha256 == all_inputs:
        return False
    shelf = _Shelf(session, election, now, kept)
    _put_contests(shelf, outcomes)
    archive = _archive_sha256(session, election)
    shelf.put(OUTCOME, inputs, _document(election, outcomes, archive, dict(reveals)))
    shelf.put(SUMS, all_inputs, _sums(shelf, archive, proofs))
    return True


def listed(session: Session, election: Election) -> list[ResultFile]:
    """Return the newest file of each name, without its content, in the order in which they were first made."""
    newest = select(func.max(ResultFile.id)).where(ResultFile.election_uuid == election.uuid).group_by(ResultFile.name)
    wanted = select(ResultFile).where(ResultFile.id.in_(newest)).order_by(ResultFile.id)
    return list(session.execute(wanted).scalars())


def find(session: Session, uuid: str, name: str) -> ResultFile:
    """Return the newest file of this name with its content, or raise NotFound."""
    wanted = select(ResultFile).where(ResultFile.election_uuid == uuid, ResultFile.name == name)
    wanted = wanted.order_by(ResultFile.id.desc()).limit(1).options(undefer(ResultFile.content))
    found = session.execute(wanted).scalar_one_or_none()
    if found is None:
        raise NotFound(_("This election has no such file yet."), code="no-such-file")
    return found


def published(session: Session, election: Election) -> ResultFile:
    """Return outcome.json with its exact bytes, or raise NotFound."""
    try:
        return find(session, election.uuid, OUTCOME)
    except NotFound as error:
        raise NotFound(_("This election has no outcome yet."), code="no-outcome-yet") from error


def is_published(session: Session, election: Election) -> bool:
    """Answer whether there is an outcome.json: where a count waits for a lot, there is a result and none of it yet."""
    wanted = select(ResultFile.id).where(ResultFile.election_uuid == election.uuid, ResultFile.name == OUTCOME)
    return session.execute(wanted.limit(1)).first() is not None


def document(session: Session, election: Election) -> dict[str, Any]:
    """Return outcome.json as it is published, or raise NotFound."""
    found: dict[str, Any] = json.loads(published(session, election).content)
    return found


def comparison(session: Session, election: Election, position: int) -> list[dict[str, Any]]:
    """Return what every method makes of a contest's ballots, or raise NotFound before that was counted."""
    found: list[dict[str, Any]] = json.loads(find(session, election.uuid, comparison_name(position)).content)
    return found


def comparison_name(position: int) -> str:
    """Return the name of the file that compares methods on a contest."""
    return _named(position, METHODS)


def file_name(election: Election, name: str) -> str:
    """Return the name under which a file is saved beside the archive."""
    return f"{election.uuid}.{name}" if name == OUTCOME else name


class _Shelf:
    """The files of one election, old and new, by name."""

    def __init__(self, session: Session, election: Election, now: datetime, kept: dict[str, ResultFile]) -> None:
        self.session, self.election, self.now, self.kept = session, election, now, kept

    def has(self, name: str, inputs: str) -> bool:
        """Answer whether the newest file of this name was made from these inputs."""
        return name in self.kept and self.kept[name].inputs_sha256 == inputs

    def put(self, name: str, inputs: str, content: bytes) -> None:
        """Keep a file unless it was made from the same inputs before, by us or by another worker at this moment."""
        if self.has(name, inputs):
            return
        key = {"election_uuid": self.election.uuid, "name": name, "inputs_sha256": inputs}
        made = {"content": content, "sha256": sha256_hex(content), "made_at": self.now}
        self.session.execute(insert(ResultFile).values(**key, **made).on_conflict_do_nothing())
        self.kept[name] = self.session.execute(select(ResultFile).filter_by(**key)).scalar_one()


def _put_contests(shelf: _Shelf, outcomes: list[Outcome]) -> None:
    raw = board.payload_of(shelf.session, shelf.election.uuid, EventType.RESULT)
    plaintexts = Result.from_json(raw).contests
    manifest = Manifest.from_json(shelf.election.manifest or b"")
    for contest, counted in zip(shelf.election.contests, outcomes, strict=True):
        position, inputs = contest.position, counted.inputs_sha256
        if shelf.has(_named(position, METHODS), inputs):
            continue
        published, rows, gone = manifest.contests[position], plaintexts[position], outcome.withdrawn(contest)
        for name, data in ballot_files.written(published, rows, gone):
            shelf.put(_named(position, name), inputs, data)
        seed = lots.seed_of(shelf.session, shelf.election, position)
        compared = what_if.compare(published, rows, gone, seed)
        shelf.put(_named(position, METHODS), inputs, _json(compared))


def _named(position: int, name: str) -> str:
    return f"contest-{position + 1}-{name}"


def _document(election: Election, outcomes: list[Outcome], archive: str, secrets: Mapping[str, str]) -> bytes:
    """Return outcome.json; the secrets of lots stand in the manifest's order."""
    shares = Manifest.from_json(election.manifest or b"").lots
    return _json(
        {
            "format": FORMAT,
            "uuid": election.uuid,
            "archive": archive,
            "lots": [{"name": one.name, "secret": secrets[one.name]} for one in shares if one.name in secrets],
            "withdrawn": [outcome.withdrawn(contest) for contest in election.contests],
            "contests": [one.report for one in outcomes],
        }
    )


def _json(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()


def _archive_sha256(session: Session, election: Election) -> str:
    digest = sha256()
    for piece in board.stream(session, board.head_of(session, election.uuid)):
        digest.update(piece)
    return digest.hexdigest()


def _proofs_sha256(session: Session, election: Election) -> str | None:
    """Return the SHA-256 of the second proofs as they are published now; None while there is none."""
    try:
        return sha256_hex(whole_proofs.published(session, election))
    except NotFound:
        return None


def _sums(shelf: _Shelf, archive: str, proofs: str | None) -> bytes:
    """Return the list that `sha256sum -c` checks, of all files under the names in which they are saved."""
    election = shelf.election
    lines = [(archive, f"{election.uuid}.bel"), (election.manifest_sha256 or "", f"{election.uuid}.manifest.json")]
    lines += [(proofs, f"{election.uuid}.decryptions.json")] if proofs else []
    lines += [(file.sha256, file_name(election, name)) for name, file in shelf.kept.items() if name != SUMS]
    return "".join(f"{digest}  {name}\n" for digest, name in lines).encode()
