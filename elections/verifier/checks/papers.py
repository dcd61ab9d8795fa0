"""R1 and R2: what was handed out besides the board: a voter's receipt, a checkpoint. R3 is in `certified`."""

from elections.crypto.archive import BLOCK, EventType
from elections.crypto.ballot import tracker
from elections.verifier.board import Link
from elections.verifier.case import Case
from elections.verifier.checkpoint import read as read_checkpoint
from elections.verifier.errors import Broken, NotReached, Remark
from elections.verifier.note import BadNote, NoteKey
from elections.verifier.receipt import read as read_receipt


def receipt(case: Case) -> str:
    """R1: the receipt is signed with the manifest's key, and the board has that ballot at that height."""
    if case.materials.receipt is None:
        raise NotReached("no receipt given")
    key = _key(case)
    try:
        claimed = read_receipt(case.materials.receipt, key)
    except BadNote as error:
        raise Broken(str(error)) from error
    if claimed.uuid != case.election.uuid:
        raise Broken(f"The receipt is for the election {claimed.uuid}.")
    at_height = _event_at(case, claimed.height, claimed.event)
    if at_height is None:
        raise Broken(f"The board has no event {claimed.event} at height {claimed.height}: the ballot was dropped.")
    if at_height.event.type is not EventType.BALLOT:
        raise Broken(f"The event at height {claimed.height} is no ballot.")
    if tracker(case.board.payload(at_height)) != claimed.tracker:
        raise Broken(f"The ballot at height {claimed.height} has another tracker than the receipt.")
    return _said(f"ballot {claimed.tracker} at height {claimed.height}", key)


def checkpoint(case: Case) -> str:
    """R2: the checkpoint is signed with the manifest's key, and the board still has what was its head then."""
    if case.materials.checkpoint is None:
        raise NotReached("no checkpoint given")
    key = _key(case)
    try:
        claimed = read_checkpoint(case.materials.checkpoint, key)
    except BadNote as error:
        raise Broken(str(error)) from error
    if claimed.uuid != case.election.uuid:
        raise Broken(f"The checkpoint is for the election {claimed.uuid}.")
    at_height = _event_at(case, claimed.height, claimed.event)
    if at_height is None:
        raise Broken(f"The board has no event {claimed.event} at height {claimed.height}: history was rewritten.")
    if _end_of(at_height) != claimed.position:
        raise Broken(f"Up to height {claimed.height} the archive is not {claimed.position} bytes long.")
    return _said(f"the head of {claimed.time:%Y-%m-%d %H:%M:%S} UTC, height {claimed.height}", key)


def _key(case: Case) -> NoteKey | None:
    return case.manifest.receipt_key if case.manifest else None


def _said(what: str, key: NoteKey | None) -> str:
    return f"{what}, signed by {key.name}" if key else Remark(f"{what}, signature unchecked without a manifest")


def _event_at(case: Case, height: int, digest: str) -> Link | None:
    """Return the event at a height if it has this hash."""
    found = {link.event.height: link for link in case.board.links}.get(height)
    return found if found is not None and found.entry.digest == digest else None


def _end_of(link: Link) -> int:
    """Return how long the archive was when an event was its last: the event's record ends there."""
    end = link.entry.offset + BLOCK + len(link.entry.content)
    return end + -end % BLOCK
