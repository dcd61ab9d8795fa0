"""Second proofs of decryptions: taken with the file or late, verified first, published, asked for where it matters."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from dataclasses import replace

import pytest
from flask import Flask
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from elections import board, jobs
from elections.crypto import ballot, decryption, shuffle
from elections.crypto.archive import sha256_hex
from elections.crypto.decryption import OwnedPartialDecryption, PartialDecryption
from elections.crypto.errors import BadProof
from elections.crypto.group import GENERATOR, Q
from elections.crypto.whole_decryption import WholeProof, prove, read_published
from elections.lifecycle import Phase
from elections.models import FileState, Step, TrusteeFile
from elections.pages import steps
from elections.services import contributions, decrypting, handing_in, mixing, result_files, voting, whole_proofs
from elections.services.setup import NewCandidate, NewContest, NewTrustee
from elections.trustee import acts
from elections.trustee.board import Board, read_board
from elections.verifier.board import Board as Unverified
from elections.verifier.case import Materials
from elections.verifier.report import Report
from elections.verifier.verification import verify
from foundation.core import clock
from foundation.core.access import Office
from foundation.core.errors import Conflict, Invalid
from tests.election_factories import OFFICIAL, SERVER, Ready, new_election, opened
from tests.factories import Visitor, appoint, letters, make_person, sign_in, visitor
from tests.unit.verifier.forged_proofs import forged_factor
from tests.web.register_acts import acts as register_acts

TESS = 2


def before_mixing(session: Session, candidates: int = 5, voters: int = 2) -> Ready:
    """An open election of one contest; the server and Tess are its trustees."""
    tess = make_person(session, "tess@example.org")
    appoint(session, tess, Office.TRUSTEE)
    contest = NewContest("Seats on the board", [NewCandidate(f"Candidate {number}") for number in range(candidates)])
    new = new_election(demonstration=False, trustees=[SERVER, NewTrustee("Tess", tess)], contests=[contest])
    return opened(session, voters=voters, new=new)


def mix(session: Session, ready: Ready) -> Ready:
    """Close and mix the election; the server has decrypted, and Tess is waited for."""
    voting.close_voting(session, ready.uuid, by=OFFICIAL, now=clock.now())
    session.commit()
    jobs.advance(ready.uuid)
    last, election = contributions.ciphertexts(session, ready.uuid), ready.protocol
    made = shuffle.shuffle(last, election.public_key, election.fingerprint).to_json()
    mixing.accept_shuffle(session, ready.uuid, TESS, made, by="Tess", now=clock.now())
    session.commit()
    jobs.advance(ready.uuid)
    session.expire_all()
    assert ready.election.phase is Phase.DECRYPTION
    return ready


@pytest.fixture
def waiting(session: Session) -> Ready:
    """An election of two ballots that waits for Tess to decrypt."""
    ready = before_mixing(session)
    for voter in range(2):
        ready.cast(session, voter)
    return mix(session, ready)


@pytest.fixture
def strange(session: Session, monkeypatch: pytest.MonkeyPatch) -> Ready:
    """The same, but its one voter has encrypted what no ballot program does."""
    ready = before_mixing(session, voters=1)
    with monkeypatch.context() as patched:
        patched.setattr(ballot, "encode_ints", lambda _ranks: GENERATOR)
        ready.cast(session, 0)
    return mix(session, ready)


def public_board(session: Session, ready: Ready) -> Board:
    return read_board(board.archive_bytes(session, ready.uuid))


def made(session: Session, ready: Ready) -> list[bytes]:
    """The three lines of the file that Tess makes with our program."""
    return acts.decrypt(public_board(session, ready), ready.private_keys[TESS]).splitlines()


def bring(session: Session, ready: Ready, lines: list[bytes]) -> TrusteeFile:
    """Bring a file and let the job decide about it."""
    data = b"\n".join(lines) + b"\n"
    file = handing_in.hand_in(session, ready.uuid, TESS, data, step=Step.DECRYPTION, by="Tess", now=clock.now())
    session.commit()
    jobs.advance(ready.uuid)
    session.expire_all()
    return file


def owners(session: Session, ready: Ready) -> list[int]:
    return [proof.owner for proof in read_published(whole_proofs.published(session, ready.election))]


def report_of(session: Session, ready: Ready) -> Report:
    """What the verifier says of all that is published."""
    outcome = result_files.published(session, ready.election).content
    proofs = whole_proofs.published(session, ready.election)
    archive = Unverified.read(board.archive_bytes(session, ready.uuid))
    return verify(Materials(archive, ready.election.manifest, outcome, decryptions=proofs))


def test_a_decryption_with_its_second_proof_is_published_with_it(session: Session, app: Flask, waiting: Ready) -> None:
    reader, base = visitor(app), f"/api/elections/{waiting.uuid}"
    servers = reader.get(f"{base}/decryptions")
    assert [entry["owner"] for entry in servers.get_json()] == [1]
    lines = made(session, waiting)
    assert bring(session, waiting, lines).state is FileState.ACCEPTED
    answer = reader.get(f"{base}/decryptions")
    assert answer.data.endswith(b"," + lines[2] + b"]")
    assert answer.headers["Content-Disposition"] == f'inline; filename="{waiting.uuid}.decryptions.json"'
    assert answer.headers["Cache-Control"] == servers.headers["Cache-Control"] == "public, no-cache"
    tag = {"If-None-Match": answer.headers["ETag"]}
    assert reader.get(f"{base}/decryptions", headers=tag).status_code == 304
    report = report_of(session, waiting)
    assert (report.ok, report.remarks) == (True, ()), report.to_text()
    assert {row.id: row.detail for row in report.checks}["V36"] == "trustees 1, 2"
    assert register_acts(session, f"election {waiting.uuid}").count("decryption.proved") == 2
    sums = reader.get(f"{base}/files/SHA256SUMS").text
    assert f"{sha256_hex(answer.data)}  {waiting.uuid}.decryptions.json\n" in sums
    page = reader.get(f"/elections/{waiting.uuid}/outcome").text
    assert "second proofs" in page
    assert sha256_hex(answer.data) in page
    assert "Strange ballots" not in page
    assert "Prove your decryption" not in [one.subject[:21] for one in letters(session, "tess@example.org")]


def test_before_the_first_there_are_no_second_proofs(session: Session, app: Flask) -> None:
    ready = before_mixing(session)
    answer = visitor(app).get(f"/api/elections/{ready.uuid}/decryptions")
    assert (answer.status_code, answer.get_json()["error"]["code"]) == (404, "no-proofs-yet")
    assert f"{ready.uuid}/decryptions" not in visitor(app).get(f"/elections/{ready.uuid}").text


@pytest.mark.parametrize("lines", [1, 2])
def test_what_belenios_tool_wrote_is_taken_and_proved_later(session: Session, waiting: Ready, lines: int) -> None:
    """Late means in any phase until the election is over; it changes no phase, and coming again changes nothing."""
    theirs = decryption.decrypt(waiting.private_keys[TESS], public_board(session, waiting).ciphertexts(), _phi(waiting))
    content = theirs.to_json()
    file = [content, OwnedPartialDecryption.of(TESS, content).to_json()][:lines]
    assert bring(session, waiting, file).state is FileState.ACCEPTED
    assert owners(session, waiting) == [1]
    phase, before = waiting.election.phase, board.archive_bytes(session, waiting.uuid)
    sums = result_files.find(session, waiting.uuid, "SHA256SUMS").content
    outcome = result_files.published(session, waiting.election).id
    vouched = acts.vouch(public_board(session, waiting), waiting.private_keys[TESS], None).splitlines()
    assert vouched[0] == content
    for _again in range(2):
        assert bring(session, waiting, vouched).state is FileState.ACCEPTED
        assert owners(session, waiting) == [1, 2]
    assert (waiting.election.phase, board.archive_bytes(session, waiting.uuid)) == (phase, before)
    renewed = result_files.find(session, waiting.uuid, "SHA256SUMS").content
    assert sha256_hex(whole_proofs.published(session, waiting.election)).encode() in renewed
    assert renewed != sums
    assert result_files.published(session, waiting.election).id == outcome
    assert register_acts(session, f"election {waiting.uuid}").count("decryption.proved") == 2
    assert report_of(session, waiting).remarks == ()
    with pytest.raises(Conflict, match="has decrypted already"):
        bring(session, waiting, file)


def _phi(ready: Ready) -> str:
    return ready.protocol.fingerprint


def test_a_late_proof_that_waits_is_found_though_its_task_was_lost(session: Session, waiting: Ready) -> None:
    lines = made(session, waiting)
    bring(session, waiting, lines[:2])
    handing_in.hand_in(session, waiting.uuid, TESS, b"\n".join(lines), step=Step.DECRYPTION, by="Tess", now=clock.now())
    session.commit()
    jobs.watch()
    session.expire_all()
    assert owners(session, waiting) == [1, 2]


def test_the_checksums_are_renewed_in_the_transaction_that_takes_a_late_proof(session: Session, waiting: Ready) -> None:
    """A worker that is killed afterwards leaves no list that lacks it, and nobody looks at a poll that is counted."""
    lines = made(session, waiting)
    bring(session, waiting, lines[:2])
    file = b"\n".join(lines)
    decrypting.accept_partial_decryption(session, waiting.uuid, TESS, file, by="Tess", now=clock.now())
    session.commit()
    sums = result_files.find(session, waiting.uuid, "SHA256SUMS").content
    assert sha256_hex(whole_proofs.published(session, waiting.election)).encode() in sums


def test_a_second_proof_that_does_not_hold_refuses_the_whole_file(session: Session, waiting: Ready) -> None:
    lines = made(session, waiting)
    proof = WholeProof.from_json(lines[2])
    wrong = replace(proof, proof=replace(proof.proof, response=(proof.proof.response + 1) % Q)).to_json()
    file, before = [*lines[:2], wrong], board.archive_bytes(session, waiting.uuid)
    brought = bring(session, waiting, file)
    assert brought.state is FileState.REFUSED
    assert brought.reason == "The second proof of the decryption does not hold."
    assert (board.archive_bytes(session, waiting.uuid), owners(session, waiting)) == (before, [1])
    bring(session, waiting, lines[:2])
    assert bring(session, waiting, file).state is FileState.REFUSED
    assert owners(session, waiting) == [1]
    assert bring(session, waiting, lines).state is FileState.ACCEPTED


@pytest.mark.parametrize(
    "change",
    [
        lambda proof: replace(proof, owner=1),
        lambda proof: replace(proof, decryption="0" * 64),
        lambda proof: replace(proof, proof=replace(proof.proof, response=Q)),
    ],
    ids=["another trustee's", "of another share", "out of range"],
)
def test_a_third_line_that_is_not_about_the_first_is_refused_at_once(
    session: Session, waiting: Ready, change: Callable[[WholeProof], WholeProof]
) -> None:
    lines = made(session, waiting)
    with pytest.raises(Invalid):
        bring(session, waiting, [*lines[:2], change(WholeProof.from_json(lines[2])).to_json()])
    session.rollback()
    with pytest.raises(Invalid, match="what a trustee's tool writes"):
        bring(session, waiting, [*lines, lines[2]])


def test_a_second_proof_of_another_decryption_of_the_same_ballots_is_not_taken_late(
    session: Session, waiting: Ready
) -> None:
    first, second = made(session, waiting), made(session, waiting)
    bring(session, waiting, first[:2])
    assert first[0] != second[0]
    with pytest.raises(Conflict, match="has decrypted already"):
        bring(session, waiting, second)


def rigged(session: Session, ready: Ready) -> list[bytes]:
    """The file of a Tess who replaces what the first ballot decrypts to, with proofs that hold, and the proof she can
    make of the whole."""
    seen, key = public_board(session, ready), ready.private_keys[TESS]
    ((first, *others),) = seen.ciphertexts()
    honest = decryption.decrypt(key, seen.ciphertexts(), _phi(ready))
    factor, proof = forged_factor(key, first, _phi(ready))
    factors, proofs = ((factor, *honest.factors[0][1:]),), ((proof, *honest.proofs[0][1:]),)
    content = PartialDecryption(factors, proofs).to_json()
    about = whole_proofs.statement(session, ready.election, TESS, sha256_hex(content))
    lines = content, OwnedPartialDecryption.of(TESS, content).to_json(), prove(key, about, seen.ciphertexts()).to_json()
    assert others
    return list(lines)


def test_a_trustee_who_replaces_a_ballot_cannot_prove_it_and_is_named(
    session: Session, app: Flask, waiting: Ready
) -> None:
    """The attack of SPEC 9.1, for real: nothing before the second proof notices."""
    lines = rigged(session, waiting)
    assert bring(session, waiting, lines).state is FileState.REFUSED
    assert bring(session, waiting, lines[:2]).state is FileState.ACCEPTED
    assert bring(session, waiting, lines).state is FileState.REFUSED
    with pytest.raises(BadProof, match="not what your key gives"):
        acts.vouch(public_board(session, waiting), waiting.private_keys[TESS], None)
    report = report_of(session, waiting)
    assert (report.ok, report.remarks) == (True, ("V33",))
    assert "or that of trustee 2, without a second proof" in report.to_text()
    page = visitor(app).get(f"/elections/{waiting.uuid}/outcome").text
    assert "“Seats on the board”: 1 ballot holds something that no ballot program encrypts." in page
    assert "So can a trustee who decrypts, and Tess: no proof has come yet" in page
    (task,) = [one for one in steps.of(session, waiting.election, clock.now()) if "strange ballots" in one.text]
    assert (task.state, "Still to come: Tess" in task.hint) == ("waiting", True)


def test_a_voters_own_doing_is_called_that_once_every_trustee_has_proved(
    session: Session, app: Flask, strange: Ready
) -> None:
    lines, path = made(session, strange), f"/elections/{strange.uuid}"
    bring(session, strange, lines[:2])
    (letter,) = [one for one in letters(session, "tess@example.org") if one.subject.startswith("Prove your decryption")]
    assert f"/elections/{strange.uuid}/trustee" in letter.text
    tess = trustees_browser(app)
    assert "No trustee has replaced" not in tess.get(f"{path}/outcome").text
    assert "Prove that strange ballots are not your doing" in tess.get("/account/").text
    page = tess.get(f"{path}/trustee").text
    assert "1 ballot holds something that no ballot program encrypts" in page
    assert "python -m elections.trustee vouch" in page
    sent = {"file": (io.BytesIO(b"\n".join(lines)), "vouched.json")}
    page = tess.post(f"{path}/trustee", data=sent, follow_redirects=True).text
    assert "Your second proof" in page
    assert "Bring the file" not in page
    assert "Prove that strange ballots" not in tess.get("/account/").text
    page = tess.get(f"{path}/outcome").text
    assert "Every trustee has proved that this is not their doing" in page
    assert "No trustee has replaced what a ballot decrypts to" in page
    session.expire_all()
    (task,) = [one for one in steps.of(session, strange.election, clock.now()) if "strange ballots" in one.text]
    assert task.state == "done"
    report = report_of(session, strange)
    assert report.remarks == ()
    assert "a voter's own doing, for every trustee has proved" in report.to_text()


def test_a_result_page_asks_the_board_of_no_share(
    session: Session, app: Flask, waiting: Ready, monkeypatch: pytest.MonkeyPatch
) -> None:
    bring(session, waiting, made(session, waiting)[:1])
    session.expire_all()

    def asked(*_: object) -> None:
        raise AssertionError("a page that everybody reads looked for each share on the board")

    monkeypatch.setattr(contributions, "of", asked)
    assert [one.name for one in whole_proofs.unproved(session, waiting.election)] == ["Tess"]
    assert visitor(app).get(f"/elections/{waiting.uuid}/outcome").status_code == 200


def trustees_browser(app: Flask) -> Visitor:
    browser = visitor(app)
    sign_in(browser, "tess@example.org")
    return browser


def test_the_trustees_page_tells_of_the_second_proof_while_it_can_come(
    session: Session, app: Flask, waiting: Ready
) -> None:
    tess, path = trustees_browser(app), f"/elections/{waiting.uuid}/trustee"
    page = tess.get(path).text
    assert "adds the second proof to it" in page
    assert "--decryption decryption.json" in page
    lines = made(session, waiting)
    bring(session, waiting, lines[:2])
    page = tess.get(path).text
    assert "You can still bring it" in page
    assert "Prove that" not in tess.get("/account/").text
    wrong = {"file": (io.BytesIO(b"\n".join(lines[:2])), "decryption.json")}
    assert tess.post(path, data=wrong).status_code == 409
    bring(session, waiting, lines)
    page = tess.get(path).text
    assert "Nothing is asked of you now" in page
    assert tess.post(path, data={"file": (io.BytesIO(b"\n".join(lines)), "x.json")}).status_code == 409


def test_with_more_than_twenty_candidates_a_decryption_comes_with_its_second_proof(
    session: Session, app: Flask
) -> None:
    ready = before_mixing(session, candidates=21, voters=1)
    ready.cast(session, 0)
    mix(session, ready)
    lines = made(session, ready)
    with pytest.raises(Invalid, match="trustee vouch"):
        bring(session, ready, lines[:2])
    session.rollback()
    assert "accepted only with the second proof" in trustees_browser(app).get(f"/elections/{ready.uuid}/trustee").text
    assert bring(session, ready, lines).state is FileState.ACCEPTED
    assert report_of(session, ready).remarks == ()


def test_an_election_that_is_over_takes_no_second_proof(session: Session, waiting: Ready) -> None:
    lines = made(session, waiting)
    bring(session, waiting, lines[:2])
    waiting.election.complaints_until = None
    session.execute(text("SET LOCAL session_replication_role = replica"))
    session.execute(text("UPDATE election SET phase = 'annulled' WHERE uuid = :uuid"), {"uuid": waiting.uuid})
    session.commit()
    session.expire_all()
    with pytest.raises(Conflict, match="This election is over"):
        bring(session, waiting, lines)


def test_the_database_keeps_second_proofs_of_shares_on_the_board_and_for_good(session: Session, waiting: Ready) -> None:
    insert = (
        "INSERT INTO decryption_proof (election_uuid, owner, decryption, challenge, response, brought_by, accepted_at) "
        "SELECT election_uuid, {owner}, {decryption}, '1', '1', brought_by, accepted_at FROM decryption_proof"
    )
    for statement in (
        insert.format(owner=1, decryption="decryption"),
        insert.format(owner=9, decryption="decryption"),
        insert.format(owner=2, decryption=f"'{'0' * 64}'"),
        "UPDATE decryption_proof SET response = '1'",
        "DELETE FROM decryption_proof",
        "TRUNCATE decryption_proof",
        "TRUNCATE stray_plaintexts",
    ):
        with pytest.raises(IntegrityError):
            session.execute(text(statement))
        session.rollback()
    session.execute(text(insert.format(owner=2, decryption="decryption")))
    session.rollback()


def test_the_server_proves_its_own_share_and_where_it_holds_all_keys_every_share(session: Session) -> None:
    ready = opened(session, voters=1)
    ready.cast(session, 0)
    voting.close_voting(session, ready.uuid, by=OFFICIAL, now=clock.now())
    session.commit()
    jobs.advance(ready.uuid)
    session.expire_all()
    assert owners(session, ready) == [1, 2, 3]
    assert report_of(session, ready).remarks == ()
    assert json.loads(whole_proofs.published(session, ready.election))[0]["owner"] == 1
