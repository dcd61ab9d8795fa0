"""R1 to R3: what was handed out besides the board: a voter's receipt, a checkpoint, the officials' certificate."""

from hashlib import sha256

from elections.crypto.archive import BLOCK, EventType
from elections.crypto.ballot import tracker
from elections.verifier.board import Link, Stage
from elections.verifier.case import Case
from elections.verifier.certificate import verify_certificate
from elections.verifier.certificate_form import Certificate
from elections.verifier.checkpoint import read as read_checkpoint
from elections.verifier.checks.outcome import seats_of
from elections.verifier.errors import Broken, NotReached
from elections.verifier.note import BadNote, NoteKey
from elections.verifier.receipt import read as read_receipt
from elections.verifier.wording import counted


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
    return f"ballot {claimed.tracker} at height {claimed.height}, {_signed_by(key)}"


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
    return f"the head of {claimed.time:%Y-%m-%d %H:%M:%S} UTC, height {claimed.height}, {_signed_by(key)}"


def certificate(case: Case) -> str:
    """R3: the certificate is about this archive, and as many allowed signers have signed it as the rules ask."""
    papers = case.materials.certificate
    if papers is None:
        raise NotReached("no certificate given")
    if case.board.stage is not Stage.COMPLETE:
        raise Broken("A certificate is given for an election that is not complete.")
    manifest = case.materials.manifest
    signed = verify_certificate(
        papers.certificate,
        papers.signatures,
        papers.allowed_signers,
        sha256(case.board.data).hexdigest(),
        manifest_sha256=None if manifest is None else sha256(manifest).hexdigest(),
        result_sha256=sha256(case.result_payload).hexdigest(),
    )
    _check_agrees(signed.certificate, case)
    return f"{counted(len(signed.principals), 'signature')}, by {', '.join(signed.principals)}"


def _check_agrees(certified: Certificate, case: Case) -> None:
    """Compare what the certificate repeats with what the manifest and the outcome say; V35 has checked those."""
    if certified.uuid != case.election.uuid:
        raise Broken(f"The certificate is for the election {certified.uuid}.")
    manifest = case.manifest
    if manifest is None or case.materials.outcome is None:
        return
    rules = (certified.rules.version, certified.rules.sha256)
    if manifest.rules is None or rules != (manifest.rules.version, manifest.rules.sha256):
        raise Broken("The certificate names other rules than the manifest.")
    if certified.turnout.voters != case.sized_tally.num_tallied or certified.turnout.roll != manifest.roll.count:
        raise Broken("The certificate has another turnout than the archive.")
    seated = [list(contest.elected) for contest in certified.contests]
    if seated != seats_of(case.materials.outcome):
        raise Broken("The certificate elects others than the outcome.")


def _key(case: Case) -> NoteKey | None:
    return case.manifest.receipt_key if case.manifest else None


def _signed_by(key: NoteKey | None) -> str:
    return f"signed by {key.name}" if key else "signature unchecked without a manifest"


def _event_at(case: Case, height: int, digest: str) -> Link | None:
    """Return the event at a height if it has this hash."""
    found = {link.event.height: link for link in case.board.links}.get(height)
    return found if found is not None and found.entry.digest == digest else None


def _end_of(link: Link) -> int:
    """Return how long the archive was when an event was its last: the event's record ends there."""
    end = link.entry.offset + BLOCK + len(link.entry.content)
    return end + -end % BLOCK
