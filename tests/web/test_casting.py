"""Casting through the service: what is accepted, what is refused, and that a refusal leaves nothing behind."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from elections import board
from elections.crypto import ballot as protocol
from elections.crypto.archive import Event, EventType
from elections.crypto.credentials import secret_exponent
from elections.crypto.group import IDENTITY, Element, Q, multiply, power, power_of_generator
from elections.crypto.proofs import prove, signature_challenge
from elections.models import BoardRecord, CastBallot, Voter
from elections.services import casting, roll, voting
from elections.verifier import receipt as receipts
from elections.verifier.manifest import Manifest
from foundation.accounts.models import Person
from foundation.core import clock
from foundation.core.db import db
from foundation.core.errors import Conflict, Forbidden, Invalid, Refusal, Unavailable
from tests.election_factories import OFFICIAL, Ready, close_in, keyed, opened
from tests.factories import make_person

SMALL_ORDER = "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a"


def stored(session: Session) -> tuple[int, int, int]:
    """How many ballots and files there are, and where the board ends."""
    session.rollback()
    ballots = session.execute(select(func.count()).select_from(CastBallot)).scalar_one()
    files = session.execute(select(func.count()).select_from(BoardRecord)).scalar_one()
    height = session.execute(text("SELECT max(height) FROM board_head")).scalar_one()
    return ballots, files, height


def refused(session: Session, ready: Ready, data: bytes, person: Person | None = None) -> Refusal:
    """Cast bytes that must be refused; nothing may be stored. Return the refusal."""
    before = stored(session)
    with pytest.raises(Refusal) as refusal:
        casting.cast(session, ready.uuid, data, person=person or ready.voters[0].person)
    assert stored(session) == before
    return refusal.value


def rewritten(data: bytes, change: Callable[[dict[str, Any]], Any]) -> bytes:
    """The ballot with something changed, in compact form."""
    value = json.loads(data)
    change(value)
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False).encode()


def test_a_ballot_stands_on_the_board_with_its_event_and_the_receipt_is_signed_by_the_published_key(
    session: Session,
) -> None:
    ready = opened(session)
    data = ready.ballot(0)
    receipt = casting.cast(session, ready.uuid, data, person=ready.voters[0].person)
    session.commit()
    event = Event.from_json(board.content(session, ready.uuid, receipt.event))
    assert (event.type, event.height) == (EventType.BALLOT, receipt.height)
    assert board.content(session, ready.uuid, event.payload or "") == data
    assert receipt.tracker == protocol.tracker(data)
    assert receipt.replaces is None
    key = Manifest.from_json(ready.election.manifest or b"").receipt_key
    said = receipts.read(receipt.note, key)
    assert said == receipts.Receipt(ready.uuid, receipt.tracker, receipt.height, receipt.event, receipt.time)


def test_a_voter_may_vote_again_and_the_receipt_says_which_ballot_it_replaces(session: Session) -> None:
    ready = opened(session)
    first = ready.cast(session, 0)
    second = ready.cast(session, 0)
    assert second.replaces == first.tracker
    assert second.height == first.height + 1
    voter = roll.voter_of(session, ready.election, ready.voters[0].person)
    mine = casting.receipts_of(session, ready.election, voter)
    assert [cast.tracker for cast in mine] == [second.tracker, first.tracker]


def test_the_same_newest_ballot_sent_again_gets_the_same_receipt_and_no_second_event(session: Session) -> None:
    ready = opened(session)
    ready.cast(session, 0)
    data = ready.ballot(0)
    once = casting.cast(session, ready.uuid, data, person=ready.voters[0].person)
    session.commit()
    before = stored(session)
    assert casting.cast(session, ready.uuid, data, person=ready.voters[0].person) == once
    session.commit()
    assert stored(session) == before


def test_the_same_ballot_sent_again_after_the_close_still_gets_its_receipt(session: Session) -> None:
    ready = opened(session)
    data = ready.ballot(0)
    once = casting.cast(session, ready.uuid, data, person=ready.voters[0].person)
    voting.close_voting(session, ready.uuid, by=OFFICIAL, now=clock.now())
    session.commit()
    assert casting.cast(session, ready.uuid, data, person=ready.voters[0].person) == once


def test_an_old_ballot_replayed_after_a_re_vote_is_refused_and_the_newest_stands(session: Session) -> None:
    ready = opened(session)
    old = ready.ballot(0)
    casting.cast(session, ready.uuid, old, person=ready.voters[0].person)
    session.commit()
    newest = ready.cast(session, 0)
    assert refused(session, ready, old).code == "ballot-seen-before"
    voter = roll.voter_of(session, ready.election, ready.voters[0].person)
    assert casting.receipts_of(session, ready.election, voter)[0].tracker == newest.tracker


def test_somebody_elses_ballot_is_refused_whether_it_is_on_the_board_or_not(session: Session) -> None:
    ready = opened(session)
    theirs = ready.ballot(1)
    assert refused(session, ready, theirs).code == "not-your-credential"
    casting.cast(session, ready.uuid, theirs, person=ready.voters[1].person)
    session.commit()
    assert refused(session, ready, theirs).code == "not-your-credential"


def test_who_is_not_on_the_roll_cannot_vote(session: Session) -> None:
    ready = opened(session)
    stranger = make_person(session)
    refusal = refused(session, ready, ready.ballot(0), stranger)
    assert isinstance(refusal, Forbidden)
    assert refusal.code == "not-on-the-roll"


def test_a_second_address_gives_no_second_vote(session: Session) -> None:
    ready = opened(session, voters=2)
    ready.cast(session, 0)
    # Later the second voter's address turns out to be the first voter's as well.
    second = session.execute(select(Voter).where(Voter.address == "voter1@example.org")).scalar_one()
    session.execute(
        text("UPDATE email_address SET person_id = :one WHERE canonical = 'voter1@example.org'"),
        {"one": ready.voters[0].person.id},
    )
    session.commit()
    assert second.person_id is not None
    assert roll.voter_of(session, ready.election, ready.voters[0].person).address == "voter0@example.org"
    assert refused(session, ready, ready.ballot(1)).code == "not-your-credential"


def _swap(value: dict[str, Any]) -> None:
    answer, signature = value["answers"][0], value["signature"]
    answer["proof"], signature["proof"] = signature["proof"], answer["proof"]


MUTATIONS: dict[str, Callable[[dict[str, Any]], Any]] = {
    "another uuid": lambda b: b.update(election_uuid="1" * 22),
    "another election's hash": lambda b: b.update(election_hash="A" * 43),
    "another credential": lambda b: b.update(credential=power_of_generator(5).text),
    "the identity as credential": lambda b: b.update(credential=IDENTITY.text),
    "a credential of small order": lambda b: b.update(credential=SMALL_ORDER),
    "no answer": lambda b: b.update(answers=[]),
    "an answer twice": lambda b: b["answers"].append(b["answers"][0]),
    "another alpha": lambda b: b["answers"][0]["choices"].update(alpha=power_of_generator(7).text),
    "another beta": lambda b: b["answers"][0]["choices"].update(beta=power_of_generator(7).text),
    "alpha in upper case": lambda b: b["answers"][0]["choices"].update(
        alpha=b["answers"][0]["choices"]["alpha"].upper()
    ),
    "alpha too short": lambda b: b["answers"][0]["choices"].update(alpha="00"),
    "alpha off the curve": lambda b: b["answers"][0]["choices"].update(alpha="0" * 63 + "2"),
    "alpha of small order": lambda b: b["answers"][0]["choices"].update(alpha=SMALL_ORDER),
    "beta of small order": lambda b: b["answers"][0]["choices"].update(beta=SMALL_ORDER),
    "alpha not canonical": lambda b: b["answers"][0]["choices"].update(alpha="f" * 64),
    "the proof's challenge": lambda b: b["answers"][0]["proof"].update(challenge="1"),
    "the proof's response": lambda b: b["answers"][0]["proof"].update(response="1"),
    "a response of q": lambda b: b["answers"][0]["proof"].update(response=str(Q)),
    "a response with a sign": lambda b: b["answers"][0]["proof"].update(response="+5"),
    "a response with a zero before": lambda b: b["answers"][0]["proof"].update(response="007"),
    "a response with an underscore": lambda b: b["answers"][0]["proof"].update(response="1_0"),
    "a response in Arabic digits": lambda b: b["answers"][0]["proof"].update(response="١"),
    "a negative response": lambda b: b["answers"][0]["proof"].update(response="-1"),
    "another signed hash": lambda b: b["signature"].update(hash="A" * 43),
    "the signature's challenge": lambda b: b["signature"]["proof"].update(challenge="1"),
    "the signature's response": lambda b: b["signature"]["proof"].update(response="1"),
    "proof and signature swapped": _swap,
    "an extra key": lambda b: b.update(extra=1),
    "a missing key": lambda b: b.pop("signature"),
}


def test_a_ballot_with_anything_changed_is_refused_and_nothing_is_stored(session: Session) -> None:
    ready = opened(session)
    data = ready.ballot(0)
    for what, change in MUTATIONS.items():
        refusal = refused(session, ready, rewritten(data, change))
        assert 400 <= refusal.status < 500, what
        assert refusal.message, what
    casting.cast(session, ready.uuid, data, person=ready.voters[0].person)


def test_a_ballot_in_any_other_writing_is_refused(session: Session) -> None:
    ready = opened(session)
    data = ready.ballot(0)
    value = json.loads(data)
    others = {
        "a space": data.replace(b":", b": ", 1),
        "a line break at the end": data + b"\n",
        "a byte order mark": b"\xef\xbb\xbf" + data,
        "an escape": data.replace(
            ready.uuid.encode(), b"\\u00" + b"%02x" % ord(ready.uuid[0]) + ready.uuid[1:].encode(), 1
        ),
        "another order of keys": json.dumps(dict(reversed(value.items())), separators=(",", ":")).encode(),
        "a key twice": b'{"election_uuid":"x",' + data[1:],
        "not UTF-8": data + b"\xff",
        "no JSON": b"ballot",
        "nothing": b"",
        "deep nesting": b"[" * 30_000,
        "a number of thirty thousand digits": b"1" * 30_000,
        "an endless string": b'"' + b"a" * 30_000,
    }
    for what, other in others.items():
        refusal = refused(session, ready, other)
        assert isinstance(refusal, Invalid), what
    too_large = refused(session, ready, b" " * (casting.BALLOT_LIMIT + 1))
    assert too_large.status == 413


def test_a_ciphertext_signed_by_another_voter_is_refused(session: Session) -> None:
    ready = opened(session)
    theirs, mine = json.loads(ready.ballot(1)), json.loads(ready.ballot(0))
    stolen = json.dumps({**mine, "answers": theirs["answers"]}, separators=(",", ":")).encode()
    assert refused(session, ready, stolen).code == "bad-signature"
    signed_anew = resigned(ready, 0, theirs["answers"])
    assert refused(session, ready, signed_anew).code == "bad-proof"


def test_a_re_randomised_copy_is_refused(session: Session) -> None:
    ready = opened(session)
    theirs = json.loads(ready.ballot(1))["answers"]
    choices = theirs[0]["choices"]
    choices["alpha"] = multiply(Element.parse(choices["alpha"]), power_of_generator(9)).text
    key = ready.protocol.public_key
    choices["beta"] = multiply(Element.parse(choices["beta"]), power(key, 9)).text
    assert refused(session, ready, resigned(ready, 0, theirs)).code == "bad-proof"


def resigned(ready: Ready, voter: int, answers: list[Any]) -> bytes:
    """A ballot with these answers, properly signed by the voter."""
    mine = json.loads(ready.ballot(voter))
    unsigned = {key: mine[key] for key in ("election_uuid", "election_hash", "credential")} | {"answers": answers}
    digest = protocol.tracker(json.dumps(unsigned, separators=(",", ":")).encode())
    secret = secret_exponent(ready.voters[voter].credential, ready.uuid)
    proof = prove(secret, lambda a: signature_challenge(digest, a))
    return json.dumps(
        {**unsigned, "signature": {"hash": digest, "proof": proof.to_value()}}, separators=(",", ":")
    ).encode()


def test_a_ballot_of_another_election_is_refused(session: Session) -> None:
    ready = opened(session)
    foreign = rewritten(ready.ballot(0), lambda b: b.update(election_hash="B" * 43))
    assert refused(session, ready, foreign).code == "wrong-election"


def test_an_election_that_does_not_exist_takes_no_ballot(session: Session) -> None:
    ready = opened(session)
    with pytest.raises(Refusal) as refusal:
        casting.cast(session, "x" * 22, ready.ballot(0), person=ready.voters[0].person)
    assert refusal.value.status == 404


def test_nothing_is_cast_before_voting_opens(session: Session) -> None:
    ready = keyed(session)
    assert refused(session, ready, ready.ballot(0)).code == "not-open-yet"
    tomorrow = clock.now() + timedelta(days=1)
    voting.open_voting(session, ready.uuid, by=OFFICIAL, now=clock.now(), opens_at=tomorrow, closes_at=None)
    session.commit()
    assert refused(session, ready, ready.ballot(0)).code == "not-open-yet"


def test_nothing_is_cast_after_an_official_closed_the_vote_or_annulled_it(session: Session) -> None:
    ready = opened(session)
    ready.cast(session, 1)
    voting.close_voting(session, ready.uuid, by=OFFICIAL, now=clock.now())
    session.commit()
    refusal = refused(session, ready, ready.ballot(0))
    assert isinstance(refusal, Conflict)
    assert refusal.code == "voting-closed"
    voting.annul(session, ready.uuid, by=OFFICIAL, now=clock.now(), reason="For a test.")
    session.commit()
    assert refused(session, ready, ready.ballot(0)).code == "annulled"


def test_the_databases_clock_decides_who_is_in_time_whatever_this_machine_thinks(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    ready = opened(session, closes_at=clock.now() + timedelta(hours=1))
    # This machine's clock is an hour late: by it, voting goes on for long.
    real = clock.now
    monkeypatch.setattr(clock, "now", lambda: real() - timedelta(hours=1))
    ready.cast(session, 0)
    data = ready.ballot(1)
    close_in(session, ready, timedelta(microseconds=-1))
    assert refused(session, ready, data, ready.voters[1].person).code == "voting-closed"


def test_a_clock_that_is_ahead_turns_nobody_away(session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    ready = opened(session, closes_at=clock.now() + timedelta(minutes=1))
    real = clock.now
    monkeypatch.setattr(clock, "now", lambda: real() + timedelta(hours=1))
    assert ready.cast(session, 0).time < real() + timedelta(minutes=1)


def test_whoever_waits_too_long_for_the_board_is_told_to_send_the_same_ballot_again(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(casting, "LOCK_WAIT", "100ms")
    ready = opened(session)
    data = ready.ballot(0)
    with db.engine.connect() as other, other.begin():
        other.execute(text("SELECT 1 FROM board_head FOR UPDATE"))
        with pytest.raises(Unavailable) as refusal:
            casting.cast(session, ready.uuid, data, person=ready.voters[0].person)
    assert (refusal.value.status, refusal.value.code) == (503, "busy")
    assert casting.cast(session, ready.uuid, data, person=ready.voters[0].person).height == 1


def test_a_server_whose_key_is_not_the_published_one_gives_no_receipt_and_stores_nothing(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    ready = opened(session)
    # The process that opened the vote knows the right key; another one, with another database's, asks for it anew.
    monkeypatch.setattr(casting, "_SEEDS", {})
    monkeypatch.setattr(casting, "server_key", lambda _: bytes(32))
    with pytest.raises(RuntimeError, match="signing key"):
        casting.cast(session, ready.uuid, ready.ballot(0), person=ready.voters[0].person)
    assert stored(session)[0] == 0
