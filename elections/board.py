"""The public board of an election: an append-only archive kept as rows, published as the bytes of a Belenios archive.

Whoever appends holds the lock on the head's row, so events form one chain whatever happens at once (specification 4.4).
The rows are the archive's files in order; the bytes between them (tar headers, padding) are made when they are read.

A board that ends before what this service has already published (`elections.witness`) takes nothing: its database was
restored from an older backup, and what would follow is another board than the one that receipts were given for.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, cast

from flask_babel import gettext as _
from sqlalchemy import Table, bindparam, func, insert, select, true, tuple_, update
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import set_committed_value

from elections.crypto import archive
from elections.crypto.archive import Event, EventType
from elections.models import BoardHead, BoardRecord, RecordKind
from elections.witness import Seen, Witness, after_commit
from foundation.core.context import settings
from foundation.core.errors import NotFound, Unavailable
from foundation.core.logs import get_logger

log = get_logger()
STREAM_ROWS = 500
# At most 30 trustees (setup.py) each shuffle and decrypt once, and four events stand between and around them.
EVENTS_AFTER_CLOSE = 100
HEADS, RECORDS = cast(Table, BoardHead.__table__), cast(Table, BoardRecord.__table__)
# Statements that every ballot sends are put together once. The time to wait for the lock is a source of the query, so
# that it is set before any row is locked, without a journey of its own; the same goes for what was seen of the board.
HAS_EVENT = (
    select(BoardRecord.id)
    .where(BoardRecord.election_uuid == bindparam("of"), BoardRecord.sha256 == bindparam("seen"))
    .where(BoardRecord.kind == RecordKind.EVENT)
    .exists()
)
LOCK_HEAD = (
    select(BoardHead, HAS_EVENT)
    .join(func.set_config("lock_timeout", bindparam("wait"), true()).table_valued("set", name="waiting"), true())
    .where(BoardHead.election_uuid == bindparam("of"))
    .with_for_update(of=BoardHead)
    .execution_options(populate_existing=True)
)
MOVE_HEAD = (
    update(HEADS)
    .where(HEADS.c.election_uuid == bindparam("of"))
    .values(height=bindparam("height"), hash=bindparam("hash"), position=bindparam("position"))
)
ADD_RECORDS = insert(RECORDS)
SUFFIXES = {RecordKind.DATA: archive.DATA_SUFFIX, RecordKind.EVENT: archive.EVENT_SUFFIX}


class OlderBoard(Unavailable):
    """The database holds an older board than the one that was published: nothing may be added to it."""

    code = "older-board"

    def __init__(self) -> None:
        sentence = _(
            "The records of this election are older than what was already published, so nothing can be added to them "
            "and nothing was stored. Ballots with a receipt are not given up: try again once the officials have "
            "brought the newer records back."
        )
        super().__init__(sentence)


def witness() -> Witness:
    """Return the running application's witness."""
    return Witness(settings().witness)


def begin(session: Session, uuid: str, timestamp: int, payloads: Sequence[bytes]) -> BoardHead:
    """Begin the board of an election with its header and the Setup event, whose payload is the last of `payloads`.

    Raises OlderBoard where this election has had a board before.
    """
    if seen_of(uuid) is not None:
        raise OlderBoard
    content = archive.Header(timestamp).to_json()
    row = {"election_uuid": uuid, "position": 0, "kind": RecordKind.HEADER, "content": content}
    session.execute(insert(BoardRecord).values(sha256=archive.sha256_hex(content), **row))
    start = len(archive.record(archive.HEADER_NAME, content, timestamp))
    head = BoardHead(election_uuid=uuid, height=-1, hash="", position=start, timestamp=timestamp)
    session.add(head)
    session.flush()
    append(session, head, EventType.SETUP, payloads)
    return head


def lock_head(session: Session, uuid: str, *, wait: str = "0", older_too: bool = False) -> BoardHead:
    """Lock and return the head of the board until the transaction ends; raise NotFound before the board begins.

    `wait` is how long to wait for whoever holds the lock, as PostgreSQL writes durations, "0" for ever; after that the
    database's OperationalError. Raises OlderBoard, unless `older_too`, where the board lacks what was seen of it.
    """
    # The file is read before the statement begins: what it says is committed, and so is seen by the statement.
    seen = None if older_too else seen_of(uuid)
    facts = {"of": uuid, "wait": wait, "seen": seen.event if seen else None}
    found = session.execute(LOCK_HEAD, facts).one_or_none()
    if found is None:
        raise _no_board() if seen is None else OlderBoard
    head, has_seen = found
    if seen is not None and not has_seen:
        raise OlderBoard
    return head


def seen_of(uuid: str) -> Seen | None:
    """Return the newest end of the board that the witness knows, or raise Unavailable where it cannot be asked."""
    try:
        return witness().seen(uuid)
    except OSError as error:
        raise _without_witness(error) from error


def has_event(session: Session, uuid: str, event: str) -> bool:
    """Tell whether the board has the event with this SHA-256."""
    return session.execute(select(HAS_EVENT), {"of": uuid, "seen": event}).scalar_one()


def boards_with(session: Session, events: Mapping[str, str]) -> set[str]:
    """Return which of these elections' boards have the event with the SHA-256 given for each, by one query."""
    wanted = select(BoardRecord.election_uuid).where(
        tuple_(BoardRecord.election_uuid, BoardRecord.sha256).in_(events.items()), BoardRecord.kind == RecordKind.EVENT
    )
    return set(session.execute(wanted).scalars())


def append(session: Session, head: BoardHead, kind: EventType, payloads: Sequence[bytes] = ()) -> str:
    """Append the payloads and an event for the last of them under the head's lock; return the event's SHA-256.

    Payloads are written again even where the board has them already, as when two trustees had nothing to decrypt:
    belenios-tool writes archives so, and refuses one that it would have written otherwise.
    """
    entries = [(RecordKind.DATA, archive.sha256_hex(payload), payload) for payload in payloads]
    event = Event(head.hash or None, head.height + 1, kind, entries[-1][1] if entries else None)
    content = event.to_json()
    digest = archive.sha256_hex(content)
    position = _insert(session, head, [*entries, (RecordKind.EVENT, digest, content)])
    _witness(session, head.election_uuid, Seen(event.height, digest), forced=kind is not EventType.BALLOT)
    _move(session, head, {"height": event.height, "hash": digest, "position": position})
    return digest


def _witness(session: Session, uuid: str, end: Seen, *, forced: bool) -> None:
    """Let the witness know before the commit and after it; without room for it nothing is added to the board."""
    try:
        after_commit(session, witness().mean(uuid, end, forced=forced))
    except OSError as error:
        raise _without_witness(error) from error


def _without_witness(error: OSError) -> Unavailable:
    log.error("witness unusable", error=str(error))
    return Unavailable(_("The service cannot keep its records right now. Nothing was stored; try again in a minute."))


def _move(session: Session, head: BoardHead, ends: Mapping[str, Any]) -> None:
    """Set the head, in the database and in memory, without the unit of work: casting is counted in milliseconds."""
    session.connection().execute(MOVE_HEAD, {"of": head.election_uuid, **ends})
    for name, value in ends.items():
        set_committed_value(head, name, value)


def _insert(session: Session, head: BoardHead, entries: Sequence[tuple[RecordKind, str, bytes]]) -> int:
    rows: list[dict[str, Any]] = []
    position = head.position
    for kind, digest, content in entries:
        row = {"election_uuid": head.election_uuid, "position": position, "kind": kind}
        rows.append({**row, "sha256": digest, "content": content})
        position += archive.BLOCK + len(content) + -len(content) % archive.BLOCK
    session.connection().execute(ADD_RECORDS, rows)
    return position


def head_of(session: Session, uuid: str) -> BoardHead:
    """Return the head without a lock, or raise NotFound before the board begins."""
    wanted = select(BoardHead).where(BoardHead.election_uuid == uuid).execution_options(populate_existing=True)
    head = session.execute(wanted).scalar_one_or_none()
    if head is None:
        raise _no_board()
    return head


def stream(session: Session, head: BoardHead, *, start: int = 0) -> Iterator[bytes]:
    """Yield the archive file (`.bel`) up to the given head in pieces, from the record that begins at byte `start`."""
    while start < head.position:
        found = piece(session, head, start)
        start += len(found)
        yield found


def piece(session: Session, head: BoardHead, start: int) -> bytes:
    """Return some whole records of the archive before the given head, from the one that begins at byte `start`."""
    wanted = (
        select(BoardRecord.kind, BoardRecord.sha256, BoardRecord.content)
        .where(BoardRecord.election_uuid == head.election_uuid)
        .where(BoardRecord.position >= start, BoardRecord.position < head.position)
        .order_by(BoardRecord.position)
        .limit(STREAM_ROWS)
    )
    found = b"".join(_record(*row, head.timestamp) for row in session.execute(wanted))
    if not found:
        raise Unavailable(_("The archive cannot be read from there."))
    return found


def _record(kind: RecordKind, digest: str, content: bytes, timestamp: int) -> bytes:
    name = archive.HEADER_NAME if kind is RecordKind.HEADER else digest + SUFFIXES[kind]
    return archive.record(name, content, timestamp)


def archive_bytes(session: Session, uuid: str) -> bytes:
    """Return the whole archive file; `python -m elections.verifier` and belenios-tool read it."""
    return b"".join(stream(session, head_of(session, uuid)))


def archive_header(session: Session, uuid: str) -> bytes:
    """Return the exact bytes of the archive's first file."""
    return archive.Header(head_of(session, uuid).timestamp).to_json()


def content(session: Session, uuid: str, sha256: str) -> bytes:
    """Return the content of the data or event file with this hash, or raise NotFound."""
    wanted = select(BoardRecord.content).where(
        BoardRecord.election_uuid == uuid, BoardRecord.sha256 == sha256, BoardRecord.kind != RecordKind.HEADER
    )
    found = session.execute(wanted.limit(1)).scalar_one_or_none()
    if found is None:
        raise NotFound(_("There is no such object on this board."), code="no-such-object")
    return found


def record_before(session: Session, uuid: str, offset: int) -> int:
    """Return where the record begins that holds the archive's byte `offset`."""
    wanted = select(func.max(BoardRecord.position)).where(
        BoardRecord.election_uuid == uuid, BoardRecord.position <= offset
    )
    return session.execute(wanted).scalar_one() or 0


def setup_data(session: Session, uuid: str) -> archive.SetupData:
    """Return the payload of the board's first event, or raise NotFound before the board begins."""
    wanted = select(BoardRecord.content).where(BoardRecord.election_uuid == uuid, BoardRecord.kind == RecordKind.EVENT)
    first = session.execute(wanted.order_by(BoardRecord.position).limit(1)).scalar_one_or_none()
    if first is None:
        raise _no_board()
    return archive.SetupData.from_json(content(session, uuid, Event.from_json(first).payload or ""))


def payload_of(session: Session, uuid: str, kind: EventType) -> bytes:
    """Return the payload of the newest event of this type among those after the vote, or raise NotFound."""
    for event in after_close(session, uuid):
        if event.type is kind and event.payload:
            return content(session, uuid, event.payload)
    raise NotFound(_("There is no %(kind)s event on this board yet.", kind=kind), code="no-such-object")


def after_close(session: Session, uuid: str) -> list[Event]:
    """Return the events from EndBallots on, newest first; empty while ballots may still come."""
    wanted = (
        select(BoardRecord.content)
        .where(BoardRecord.election_uuid == uuid, BoardRecord.kind == RecordKind.EVENT)
        .order_by(BoardRecord.position.desc())
        .limit(EVENTS_AFTER_CLOSE)
    )
    events: list[Event] = []
    for row in session.execute(wanted).scalars():
        events.append(Event.from_json(row))
        if events[-1].type is EventType.END_BALLOTS:
            return events
        if events[-1].type in {EventType.SETUP, EventType.BALLOT}:
            return []
    return []


def _no_board() -> NotFound:
    return NotFound("This election has no board yet: it begins when the key ceremony ends.", code="no-board-yet")
