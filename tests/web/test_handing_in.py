"""What a trustee brings waits until a job has verified it: nothing enters the board before, and its fate is told."""

from __future__ import annotations

import io
from dataclasses import replace

import pytest
from flask import Flask
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from elections import board, jobs
from elections.crypto import shuffle as protocol
from elections.crypto.archive import EventType, sha256_hex
from elections.crypto.shuffle import Shuffle
from elections.lifecycle import Phase
from elections.models import FileState, Step
from elections.services import contributions, handing_in, voting
from elections.services.setup import NewTrustee
from foundation.core import clock
from foundation.core.access import Office
from foundation.core.errors import Conflict, Invalid
from foundation.core.register import RegisterEntry
from tests.election_factories import OFFICIAL, SERVER, Ready, new_election, opened
from tests.factories import appoint, letters, make_person, sign_in, visitor
from tests.program import Program, token_of


@pytest.fixture
def mixed(session: Session) -> Ready:
    """A closed election of two ballots that waits for its second trustee's shuffle."""
    tess = make_person(session, "tess@example.org")
    appoint(session, tess, Office.TRUSTEE)
    new = new_election(demonstration=False, trustees=[SERVER, NewTrustee("Tess", tess)])
    ready = opened(session, voters=2, new=new)
    for voter in range(2):
        ready.cast(session, voter)
    voting.close_voting(session, ready.uuid, by=OFFICIAL, now=clock.now())
    session.commit()
    jobs.advance(ready.uuid)
    return ready


def shuffled(session: Session, ready: Ready) -> Shuffle:
    before = contributions.ciphertexts(session, ready.uuid)
    return protocol.shuffle(before, ready.protocol.public_key, ready.protocol.fingerprint)


def broken(session: Session, ready: Ready) -> bytes:
    """A shuffle of the right form whose proof does not hold: two ciphertexts changed places after it was made."""
    made = shuffled(session, ready)
    return replace(made, ciphertexts=(made.ciphertexts[0][::-1],)).to_json()


def bring(session: Session, ready: Ready, data: bytes, step: Step = Step.SHUFFLE) -> handing_in.TrusteeFile:
    file = handing_in.hand_in(session, ready.uuid, 2, data, step=step, by="Tess", now=clock.now())
    session.commit()
    return file


def shuffles(session: Session, ready: Ready) -> int:
    return len(contributions.of(session, ready.uuid).shuffles)


def test_a_shuffle_enters_the_board_only_after_the_job_has_verified_it(session: Session, mixed: Ready) -> None:
    data, before = shuffled(session, mixed).to_json(), board.archive_bytes(session, mixed.uuid)
    file = bring(session, mixed, data)
    assert (file.state, file.sha256) == (FileState.WAITING, sha256_hex(data))
    assert board.archive_bytes(session, mixed.uuid) == before
    assert bring(session, mixed, data).id == file.id
    with pytest.raises(Conflict, match="being verified"):
        bring(session, mixed, shuffled(session, mixed).to_json())
    session.rollback()
    jobs.advance(mixed.uuid)
    session.refresh(file)
    assert (file.state, file.content, file.reason) == (FileState.ACCEPTED, None, None)
    assert shuffles(session, mixed) == 2
    assert mixed.election.phase is Phase.DECRYPTION


def test_a_shuffle_that_does_not_hold_is_refused_by_name_and_another_may_come(session: Session, mixed: Ready) -> None:
    file = bring(session, mixed, broken(session, mixed))
    jobs.advance(mixed.uuid)
    session.refresh(file)
    assert file.state is FileState.REFUSED
    assert "proof of the shuffle does not hold" in (file.reason or "")
    assert file.content is None
    assert shuffles(session, mixed) == 1
    entry = session.execute(select(RegisterEntry).where(RegisterEntry.act == "trustee_file.refused")).scalar_one()
    assert '"trustee":"Tess"' in entry.facts
    assert letters(session, "tess@example.org")[-1].subject.startswith("Your file was refused")
    bring(session, mixed, shuffled(session, mixed).to_json())
    jobs.watch()
    assert shuffles(session, mixed) == 2


def test_what_is_no_shuffle_is_refused_at_once_and_not_kept(session: Session, mixed: Ready) -> None:
    for data in (b"{}", b'{"ciphertexts":[],"proofs":[]}\n{}\n{}', b"\xff", shuffled(session, mixed).to_json() + b"x"):
        with pytest.raises(Invalid):
            bring(session, mixed, data)
        session.rollback()
    with pytest.raises(Conflict, match="not being decrypted"):
        bring(session, mixed, b"{}", Step.DECRYPTION)
    session.rollback()
    assert handing_in.newest(session, mixed.election, 2) is None


def test_a_worker_that_dies_while_it_verifies_leaves_the_file_for_the_next(
    session: Session, mixed: Ready, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = bring(session, mixed, shuffled(session, mixed).to_json())

    def die(*_arguments: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(protocol, "verify", die)
    with pytest.raises(KeyboardInterrupt):
        jobs.advance(mixed.uuid)
    session.rollback()
    monkeypatch.undo()
    assert (file.state, shuffles(session, mixed)) == (FileState.WAITING, 1)
    jobs.watch()
    session.refresh(file)
    assert (file.state, shuffles(session, mixed)) == (FileState.ACCEPTED, 2)


def test_the_database_keeps_one_file_of_a_trustee_waiting_and_no_content_longer(session: Session, mixed: Ready) -> None:
    bring(session, mixed, shuffled(session, mixed).to_json())
    for statement in (
        "INSERT INTO trustee_file (election_uuid, owner, step, state, sha256, content, brought_by, brought_at) "
        "SELECT election_uuid, owner, step, state, sha256, content, brought_by, brought_at FROM trustee_file",
        "UPDATE trustee_file SET state = 'accepted', decided_at = now()",
        "UPDATE trustee_file SET state = 'refused', decided_at = now(), content = NULL",
    ):
        with pytest.raises(IntegrityError):
            session.execute(text(statement))
        session.rollback()
    assert EventType.END_SHUFFLES not in {event.type for event in board.after_close(session, mixed.uuid)}


def test_the_page_and_the_interface_tell_what_becomes_of_the_file(session: Session, app: Flask, mixed: Ready) -> None:
    tess = mixed.election.trustees[1].person
    assert tess is not None
    browser, path = visitor(app), f"/elections/{mixed.uuid}/trustee"
    sign_in(browser, tess.address)
    program = Program(app, token_of(session, tess, Office.TRUSTEE))
    assert program.send("GET", path).status_code == 404
    bring(session, mixed, broken(session, mixed))
    page = browser.get(path).text
    assert "Being verified" in page
    assert "Bring the file" not in page
    assert program.get(path)["state"] == "waiting"
    jobs.advance(mixed.uuid)
    page = browser.get(path).text
    assert "Refused, and not on the board: The proof of the shuffle does not hold" in page
    assert "Bring the file" in page
    told = program.get(path)
    assert (told["state"], told["step"]) == ("refused", "shuffle")
    assert told["reason"].startswith("The proof of the shuffle")
    brought = {"file": (io.BytesIO(shuffled(session, mixed).to_json()), "shuffle.json")}
    assert "Verified, and on the board" in browser.post(path, data=brought, follow_redirects=True).text
