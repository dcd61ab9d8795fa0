"""V1 to V7: the archive by itself."""

from itertools import pairwise

from elections.crypto.archive import DATA_SUFFIX, EVENT_SUFFIX, HEADER_NAME, WITHOUT_PAYLOAD, Event, EventType, Header
from elections.crypto.archive import records as exact_records
from elections.crypto.errors import Refusal
from elections.crypto.exact_json import loads
from elections.verifier.board import Link
from elections.verifier.case import Case
from elections.verifier.errors import Broken, NotReached
from elections.verifier.wording import counted

REFERENCES = {
    EventType.SETUP: ("election", "trustees", "credentials"),
    EventType.ENCRYPTED_TALLY: ("encrypted_tally",),
    EventType.SHUFFLE: ("payload",),
    EventType.PARTIAL_DECRYPTION: ("payload",),
}
"""The keys under which an event's payload names further objects (specification 4.4)."""

TAR_TIME = slice(136, 147)
"""Where a tar header has the time of modification, in octal digits."""

FOLLOWED_BY = {
    EventType.SETUP: {EventType.BALLOT, EventType.END_BALLOTS},
    EventType.BALLOT: {EventType.BALLOT, EventType.END_BALLOTS},
    EventType.END_BALLOTS: {EventType.ENCRYPTED_TALLY},
    EventType.ENCRYPTED_TALLY: {EventType.SHUFFLE},
    EventType.SHUFFLE: {EventType.SHUFFLE, EventType.END_SHUFFLES},
    EventType.END_SHUFFLES: {EventType.PARTIAL_DECRYPTION},
    EventType.PARTIAL_DECRYPTION: {EventType.PARTIAL_DECRYPTION, EventType.RESULT},
    # A second Result is for V34 to report; anything else after a Result is out of place.
    EventType.RESULT: {EventType.RESULT},
}


def header(case: Case) -> str:
    """V1: the header is of version 1, in exact form, and carries its own record's time (specification 4.4)."""
    if not case.board.entries:
        raise Broken("The first record, the header's, makes no sense.")
    timestamp = Header.from_json(case.board.entries[0].content).timestamp
    if case.board.data[TAR_TIME] != b"%011o" % timestamp:
        raise Broken("The header's timestamp is not that of its tar record.")
    return f"version 1, timestamp {timestamp}"


def tar_bytes(case: Case) -> str:
    """V2: every byte around the contents is the one that writing the same contents gives."""
    return counted(sum(1 for _ in exact_records(case.board.data)), "member")


def names_are_hashes(case: Case) -> str:
    """V3: members are named after the SHA-256 of their contents."""
    for entry in case.board.entries[1:]:
        if entry.name not in (entry.digest + DATA_SUFFIX, entry.digest + EVENT_SUFFIX):
            raise Broken(f"The member at byte {entry.offset} is named {entry.name[:80]!r}, but its hash is another.")
    return counted(len(case.board.entries) - 1, "name")


def chain(case: Case) -> str:
    """V4: each event names its predecessor and is one higher, in exact form (specification 4.4)."""
    for entry, refusal in case.board.unreadable:
        raise Broken(f"The event at byte {entry.offset} cannot be read: {refusal}")
    parent = None
    for height, link in enumerate(case.board.links):
        event = link.event
        if (event.height, event.parent) != (height, parent):
            raise Broken(f"The event at byte {link.entry.offset} does not continue the chain at height {height}.")
        if Event.to_json(event) != link.entry.content:
            raise Broken(f"Event {height} is not in exact form: keys out of order, or extra ones.")
        parent = link.entry.digest
    return f"{counted(len(case.board.links), 'event')}, head {case.board.head[:16]}…"


def payloads(case: Case) -> str:
    """V5: events have a payload exactly where their type demands one, what is named is there, and nothing else is."""
    stored: set[str] = set()
    loose: set[str] = set()
    events = {link.entry.offset: link for link in case.board.links}
    for entry in case.board.entries:
        if entry.name == HEADER_NAME:
            continue
        if entry.offset not in events:
            if entry.digest in loose:
                raise Broken(f"The object {entry.digest} is stored twice for one event.")
            loose.add(entry.digest)
            continue
        named = _named_by(case, events[entry.offset])
        stored |= loose
        _check_references(events[entry.offset], named, stored, loose)
        loose = set()
    if loose:
        raise Broken(f"{counted(len(loose), 'object')} at the end belong to no event, {min(loose)} among them.")
    return counted(len(stored), "object")


def grammar(case: Case) -> str:
    """V6: Setup Ballot* EndBallots EncryptedTally Shuffle+ EndShuffles PartialDecryption+ Result, in this order.

    An archive may stop anywhere in it. That only one Result ends it is V34's to say.
    """
    kinds = [link.event.type for link in case.board.links]
    if kinds[:1] != [EventType.SETUP]:
        raise Broken("The first event is not Setup.")
    for height, (former, latter) in enumerate(pairwise(kinds), start=1):
        if latter not in FOLLOWED_BY[former]:
            raise Broken(f"Event {height}, {latter}, is out of place after {former}.")
    return f"stage {case.board.stage}"


def older_head_is_ancestor(case: Case) -> str:
    """V7: the last event of an older archive is still part of this one."""
    older = case.materials.older
    if older is None:
        raise NotReached("no older archive given")
    if older.head not in {link.entry.digest for link in case.board.links}:
        raise Broken(f"The older archive's head, {older.head}, is not in this one: history was rewritten.")
    return f"the older head at height {len(older.links) - 1} is an ancestor"


def _named_by(case: Case, link: Link) -> set[str]:
    """Return the hashes of the objects that an event names, itself or through its payload."""
    event = link.event
    if (event.payload is None) != (event.type in WITHOUT_PAYLOAD):
        wrong = "lacks a payload" if event.payload is None else "has a payload"
        raise Broken(f"Event {event.height}, {event.type}, {wrong}.")
    if event.payload is None:
        return set()
    inner = _named_in(case.board.payload(link), REFERENCES.get(event.type, ()))
    return {event.payload, *inner}


def _named_in(payload: bytes, keys: tuple[str, ...]) -> set[str]:
    """Return the hashes under these keys; what the payload must look like is demanded elsewhere."""
    if not keys:
        return set()
    try:
        value = loads(payload)
    except Refusal as refusal:
        raise Broken(f"A payload that names objects cannot be read: {refusal}") from refusal
    if not isinstance(value, dict):
        raise Broken("A payload that names objects is not a JSON object.")
    return {name for key in keys if isinstance(name := value.get(key), str)}


def _check_references(link: Link, named: set[str], stored: set[str], loose: set[str]) -> None:
    event = link.event
    if missing := named - stored:
        raise Broken(f"Event {event.height}, {event.type}, refers to {min(missing)}, which does not precede it.")
    if stray := loose - named:
        raise Broken(f"The object {min(stray)} before event {event.height} is referred to by nothing.")
