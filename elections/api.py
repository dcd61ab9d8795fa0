"""The public interface of an election (protocol, "Public interface"): the paths belenios-tool asks for, and casting.

Reading needs no account and sets no cookie. What is named by its hash, or frozen, may be kept for ever; the rest is
named by the hash of the board's last event, so that whoever polls is answered with 304 and a single small query.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from hashlib import sha256

from flask import Blueprint, Response, jsonify, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session, sessionmaker

from elections import board
from elections.models import BoardHead
from elections.services import audit, casting, catalogue, checkpoints, heads, result_files, trackers, whole_proofs
from foundation.core.access import current_person, public, signed_in
from foundation.core.db import db
from foundation.core.errors import Invalid, NotFound, Unavailable
from foundation.core.incoming import up_to
from foundation.core.limits import limiter
from foundation.core.turns import in_turn

bp = Blueprint("elections_api", __name__)

JSON = "application/json"
TEXT = "text/plain"
FOR_EVER = "public, max-age=31536000, immutable"
ASK_AGAIN = "public, no-cache"
LIST_LIMIT = 1000
MOST_LISTED = 5000
LARGEST_NUMBER = 2**63 - 1
CASTS = "60 per minute"
HASH = re.compile("[0-9a-f]{64}")
RANGE = re.compile(r"bytes=(\d{1,15})-")
UNSUPPORTED_MEDIA_TYPE = 415


@bp.after_request
def allow_everyone(response: Response) -> Response:
    """Let pages of other sites read what is public; casting is not, and answers only pages of our own."""
    if request.method in {"GET", "HEAD"}:
        response.headers["Access-Control-Allow-Origin"] = "*"
        response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    return response


@bp.get("/<uuid>/archive")
@public
def archive(uuid: str) -> ResponseReturnValue:
    """Send the whole archive file, or from a byte on: it only grows, so what somebody has stays valid."""
    if (unchanged := _unchanged(heads.head(db.session, uuid).hash)) is not None:
        return unchanged
    head = board.head_of(db.session, uuid)
    start = _wanted_from(head)
    pieces = _pieces(db.sessionmaker, head, start)
    response = Response(pieces, mimetype="application/x-tar")
    response.content_length = head.position - start
    response.headers["Accept-Ranges"] = "bytes"
    response.headers["Content-Disposition"] = f'attachment; filename="{uuid}.bel"'
    if start:
        response.status_code = 206
        response.headers["Content-Range"] = f"bytes {start}-{head.position - 1}/{head.position}"
    return _kept(response, head.hash, ASK_AGAIN)


@bp.get("/<uuid>/archive-header")
@public
def archive_header(uuid: str) -> ResponseReturnValue:
    """Send the content of the archive's first file."""
    return _frozen(board.archive_header(db.session, uuid))


@bp.get("/<uuid>/last-event")
@public
def last_event(uuid: str) -> ResponseReturnValue:
    """Say where the board ends: the last event's height and hash, and the archive's length in bytes."""
    head = heads.head(db.session, uuid)
    return _kept(jsonify(height=head.height, hash=head.hash, pos=head.position), head.hash, ASK_AGAIN)


@bp.get("/<uuid>/objects/<digest>")
@public
def board_object(uuid: str, digest: str) -> ResponseReturnValue:
    """Send a data or event file of the board by the SHA-256 of its content."""
    if not HASH.fullmatch(digest):
        raise NotFound(_("An object is named by 64 hexadecimal digits in lower case."), code="no-such-object")
    return _kept(Response(board.content(db.session, uuid, digest), mimetype=JSON), digest, FOR_EVER)


@bp.get("/<uuid>/election")
@public
def election(uuid: str) -> ResponseReturnValue:
    """Send election.json, exactly as ballots are bound to it."""
    data = catalogue.find(db.session, uuid).election_json
    if data is None:
        raise NotFound(_("The key ceremony of this election is not finished."), code="keys-missing")
    return _frozen(data)


@bp.get("/<uuid>/manifest")
@public
def manifest(uuid: str) -> ResponseReturnValue:
    """Send the election manifest, whose SHA-256 stands in the election's description."""
    data = catalogue.find(db.session, uuid).manifest
    if data is None:
        raise NotFound(_("The roll of this election is not frozen yet."), code="no-manifest-yet")
    return _named(_frozen(data), f"{uuid}.manifest.json")


@bp.get("/<uuid>/outcome")
@public
def outcome_document(uuid: str) -> ResponseReturnValue:
    """Send outcome.json: the counting report of every contest, bound to the archive's hash."""
    found = result_files.published(db.session, catalogue.find(db.session, uuid))
    return _named(_kept(Response(found.content, mimetype=JSON), found.sha256, ASK_AGAIN), f"{uuid}.outcome.json")


@bp.get("/<uuid>/decryptions")
@public
def second_proofs(uuid: str) -> ResponseReturnValue:
    """Send the trustees' second proofs of their decryptions, as far as they have come."""
    data = whole_proofs.published(db.session, catalogue.find(db.session, uuid))
    found = _kept(Response(data, mimetype=JSON), sha256(data).hexdigest(), ASK_AGAIN)
    return _named(found, f"{uuid}.decryptions.json")


@bp.get("/<uuid>/files/<name>")
@public
def result_file(uuid: str, name: str) -> ResponseReturnValue:
    """Send a file made from the result: the ballots in another format, a table, the list of checksums."""
    found = result_files.find(db.session, catalogue.find(db.session, uuid).uuid, name)
    kind = JSON if name.endswith(".json") else TEXT
    return _named(_kept(Response(found.content, mimetype=kind), found.sha256, ASK_AGAIN), name)


@bp.get("/<uuid>/audit-cache")
@public
def audit_cache(uuid: str) -> ResponseReturnValue:
    """Send the checksums that an auditor compares with those announced."""
    if (unchanged := _unchanged(heads.head(db.session, uuid).hash)) is not None:
        return unchanged
    head = board.head_of(db.session, uuid)
    return _kept(jsonify(audit.audit_cache(db.session, catalogue.find(db.session, uuid))), head.hash, ASK_AGAIN)


@bp.get("/<uuid>/ballots")
@public
def ballots(uuid: str) -> ResponseReturnValue:
    """List the ballots' trackers in the order of the board, above the height `after`, at most `limit` of them."""
    if (unchanged := _unchanged(heads.head(db.session, uuid).hash)) is not None:
        return unchanged
    head = board.head_of(db.session, uuid)
    found = catalogue.find(db.session, uuid)
    limit = min(max(1, request.args.get("limit", LIST_LIMIT, type=int)), MOST_LISTED)
    rows = trackers.listed(db.session, found, after=request.args.get("after", 0, type=int), limit=limit)
    entries = [{"tracker": row.tracker, "height": row.height, "counts": row.counts} for row in rows]
    following = rows[-1].height if len(rows) == limit else None
    return _kept(
        jsonify(total=trackers.total(db.session, found), ballots=entries, next=following), head.hash, ASK_AGAIN
    )


@bp.get("/<uuid>/checkpoint")
@public
def checkpoint(uuid: str) -> ResponseReturnValue:
    """Send the newest checkpoint: where the board ended, signed; one is published each minute while voting runs."""
    newest = checkpoints.latest(db.session, catalogue.find(db.session, uuid))
    return _kept(Response(newest.note, mimetype="text/plain"), sha256(newest.note.encode()).hexdigest(), ASK_AGAIN)


@bp.get("/<uuid>/checkpoints")
@public
def checkpoint_list(uuid: str) -> ResponseReturnValue:
    """List the checkpoints in the order in which they were published, after the one numbered `after`."""
    limit = min(max(1, request.args.get("limit", LIST_LIMIT, type=int)), MOST_LISTED)
    after = min(max(0, request.args.get("after", 0, type=int)), LARGEST_NUMBER)
    rows = checkpoints.listed(db.session, catalogue.find(db.session, uuid), after=after, limit=limit)
    entries = [
        {"time": row.at.isoformat(), "height": row.height, "hash": row.hash, "pos": row.position, "note": row.note}
        for row in rows
    ]
    return jsonify(checkpoints=entries, next=rows[-1].id if len(rows) == limit else None)


@bp.post("/<uuid>/ballots")
@in_turn(casting.busy)
@up_to(casting.BALLOT_LIMIT + 1)
@limiter.limit(CASTS, key_func=lambda: f"cast {current_person().id}")
@signed_in
def cast(uuid: str) -> ResponseReturnValue:
    """Cast the raw ballot in the body, made by the booth, by belenios-tool or by our command line."""
    if request.mimetype != JSON:
        sentence = _("Send the ballot as application/json.")
        raise Invalid(sentence, code="wrong-media-type", status=UNSUPPORTED_MEDIA_TYPE)
    # A file that a command line wrote ends with the end of its line, which is no part of the ballot.
    data = request.get_data().removesuffix(b"\n")
    receipt = casting.cast(db.session, uuid, data, person=current_person())
    commit_ballot()
    return jsonify(_receipt(receipt)), 201


def commit_ballot() -> None:
    """Commit; where the database goes away meanwhile nobody knows whether it did, and the voter is told so."""
    try:
        db.session.commit()
    except OperationalError as error:
        sentence = _(
            "The service lost sight of its records while your ballot was being stored, so it may be on the board or "
            "not. Send the same ballot again: it is stored once, and you get its receipt."
        )
        raise Unavailable(sentence, code="unsure") from error


def _receipt(receipt: casting.Receipt) -> dict[str, object]:
    return {
        "tracker": receipt.tracker,
        "height": receipt.height,
        "event": receipt.event,
        "time": receipt.time.isoformat().replace("+00:00", "Z"),
        "receipt": receipt.note,
        "replaces": receipt.replaces,
    }


def _pieces(sessions: sessionmaker[Session], head: BoardHead, start: int) -> Iterator[bytes]:
    """Yield the archive from a byte on, each piece read in a session of its own: a slow reader holds none."""
    with sessions() as session:
        begin = board.record_before(session, head.election_uuid, start)
    skip = start - begin
    while begin < head.position:
        with sessions() as session:
            piece = board.piece(session, head, begin)
        begin += len(piece)
        yield piece[skip:]
        skip = 0


def _wanted_from(head: BoardHead) -> int:
    """Return the first byte asked for; a range of any other form is ignored, as RFC 9110 14.2 allows."""
    match = RANGE.fullmatch(request.headers.get("Range", ""))
    start = int(match[1]) if match else 0
    return start if start < head.position else 0


def _named(response: Response, name: str) -> Response:
    """Say under which name a file is saved, so that a list of checksums finds it."""
    response.headers["Content-Disposition"] = f'inline; filename="{name}"'
    return response


def _unchanged(tag: str) -> Response | None:
    """Return the answer for a reader who has what ends with this event already: nothing need be gathered for it."""
    return _kept(Response(), tag, ASK_AGAIN) if request.if_none_match.contains(tag) else None


def _frozen(data: bytes) -> Response:
    response = Response(data, mimetype=JSON)
    return _kept(response, sha256(data).hexdigest(), FOR_EVER)


def _kept(response: Response, tag: str, how_long: str) -> Response:
    response.headers["Cache-Control"] = how_long
    response.set_etag(tag)
    response.make_conditional(request)
    return response
