"""The pages of certification without script, two who act at once, and what each role has to do."""

from __future__ import annotations

import io
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextvars import Context

from flask import Flask
from sqlalchemy.orm import Session

from elections.certification.models import Certificate, CertificateSignature, Complaint, SeatTerm
from elections.certification.services import certificate
from elections.certification.tasks import official_tasks, person_tasks
from elections.lifecycle import Phase
from elections.models import Election
from foundation.accounts.models import Person
from foundation.core import clock
from foundation.core.access import Office
from foundation.core.register import RegisterEntry
from tests.certification_factories import Counted, complained, counted, voted
from tests.factories import Visitor, official, sign_in, visitor


def browser(app: Flask, person: Person | None = None) -> Visitor:
    client = visitor(app)
    if person is not None:
        sign_in(client, person.address)
    return client


def pages_of(case: Counted) -> str:
    return f"/elections/{case.uuid}"


def test_a_signature_is_pasted_or_uploaded_and_the_files_are_served_as_signed(app: Flask, session: Session) -> None:
    case = counted(session)
    made, one, other = case.prepared(session), case.certifier(session), case.certifier(session)
    address = f"{pages_of(case)}/certificate/sign"
    pasted = case.signature(one, made).replace("\n", "\r\n")
    assert browser(app, one).post(address, data={"signature": pasted, "reviewed": "y"}).status_code == 303
    file = (io.BytesIO(case.signature(other, made).encode()), "certificate.json.sig")
    assert browser(app, other).post(address, data={"file": file, "reviewed": "y"}).status_code == 303

    stranger, base = browser(app), f"{pages_of(case)}/certificate"
    assert stranger.get(f"{base}/certificate.json").data == made.body
    assert stranger.get(f"{base}/1.sig").text == case.signature(one, made)
    assert stranger.get(f"{base}/2.sig").text == case.signature(other, made)
    assert stranger.get(f"{base}/3.sig").status_code == stranger.get(f"{base}/0.sig").status_code == 404
    principals = [line.split()[0] for line in stranger.get(f"{base}/allowed_signers").text.splitlines()]
    assert principals == [f"certifier-{one.id}@127.0.0.1", f"certifier-{other.id}@127.0.0.1"]
    page = stranger.get(f"{base}/").text
    assert "Certified" in page
    assert "Ada Lovelace: Seats on the board, from" in page
    assert stranger.get("/elections/rules/versions/trial-1").status_code == 200
    assert 'href="/elections/rules/versions/trial-1"' in page
    session.refresh(case.election)
    assert case.election.phase is Phase.CERTIFIED


def test_what_is_refused_is_said_beside_the_field_and_stores_nothing(app: Flask, session: Session) -> None:
    case = counted(session)
    made, person = case.prepared(session), case.certifier(session)
    client, address = browser(app, person), f"{pages_of(case)}/certificate/sign"
    good = case.signature(person, made)
    image = (io.BytesIO(b"\x89PNG\r\n\x1a\n\x00\xff"), "x.sig")
    for sent, words in (
        ({"reviewed": "y"}, "Sign in the browser, paste a signature"),
        ({"signature": good}, "Confirm that you have read"),
        ({"signature": good[:-40], "reviewed": "y"}, "An SSH signature begins with"),
        ({"signature": "x" * 9000, "reviewed": "y"}, "too long"),
        ({"file": image, "reviewed": "y"}, "An SSH signature begins with"),
    ):
        answer = client.post(address, data=sent)
        assert (answer.status_code, words in answer.text) == (400, True), words
    assert session.query(CertificateSignature).count() == 0


def test_polls_and_drafts_have_no_certificate(app: Flask, session: Session) -> None:
    from tests.election_factories import draft, opened

    poll, (drafted, _people) = opened(session, voters=1), draft(session, voters=1)
    for uuid in (poll.uuid, drafted.uuid):
        for page in ("certificate/", "complaints/", "certificate/certificate.json"):
            assert browser(app).get(f"/elections/{uuid}/{page}").status_code == 404


def test_before_the_result_the_pages_say_what_is_missing(app: Flask, session: Session) -> None:
    case = voted(session)
    client = browser(app)
    assert "after its result is there" in client.get(f"{pages_of(case)}/certificate/").text
    assert "Members can complain when the result is there" in client.get(f"{pages_of(case)}/complaints/").text
    assert client.get(f"{pages_of(case)}/certificate/certificate.json").status_code == 404
    runs = browser(app, case.official)
    assert runs.post(f"{pages_of(case)}/certificate/").status_code == 409
    assert runs.post(f"{pages_of(case)}/certificate/recount").status_code == 409


def test_a_complaint_is_shown_as_it_was_written_and_as_nothing_else(app: Flask, session: Session) -> None:
    case = counted(session, complaint_days=7)
    text = "<script>alert(1)</script>\n=cmd()\n\nمرحبا"
    answer = browser(app, case.voters[0]).post(f"{pages_of(case)}/complaints/", data={"text": text})
    assert answer.status_code == 303
    page = browser(app).get(f"{pages_of(case)}/complaints/").text
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    assert "<script>alert" not in page
    hidden = browser(app, case.voters[1]).post(f"{pages_of(case)}/complaints/", data={"text": "a\u202eb"})
    assert (hidden.status_code, "invisible characters" in hidden.text) == (400, True)
    assert session.query(Complaint).count() == 1


def test_mass_assignment_changes_nothing(app: Flask, session: Session) -> None:
    case = counted(session, complaint_days=7)
    sent = {"text": "Something.", "disposition": "upheld", "disposed_by_id": "1", "reason": "x", "person_id": "1"}
    browser(app, case.voters[0]).post(f"{pages_of(case)}/complaints/", data=sent)
    (made,) = session.query(Complaint).all()
    assert (made.disposition, made.reason, made.person_id) == (None, None, case.voters[0].id)


def at_once(*acts: Callable[[], int]) -> list[int]:
    """Do things at the same time, each in a context of its own, and return their statuses, sorted."""
    with ThreadPoolExecutor(len(acts)) as threads:
        return sorted(thread.result() for thread in [threads.submit(Context().run, act) for act in acts])


def test_of_two_who_decide_a_complaint_at_once_one_does(app: Flask, session: Session) -> None:
    case = counted(session, complaint_days=7)
    complained(session, case, case.voters[0])
    other = official(session, Office.ELECTION_OFFICIAL)
    clients = [browser(app, person) for person in (case.official, other)]

    def decide(client: Visitor, choice: str) -> Callable[[], int]:
        sent = {"disposition": choice, "reason": f"It is {choice}."}
        return lambda: client.post(f"{pages_of(case)}/complaints/1", data=sent).status_code

    assert at_once(decide(clients[0], "dismissed"), decide(clients[1], "upheld")) == [303, 409]
    (made,) = session.query(Complaint).all()
    assert made.reason == f"It is {made.disposition}."
    assert session.query(RegisterEntry).filter(RegisterEntry.act == "complaint.disposed").count() == 1


def test_of_two_who_prepare_at_once_both_get_the_same_certificate(app: Flask, session: Session) -> None:
    case = counted(session)
    other = official(session, Office.ELECTION_OFFICIAL)
    clients = [browser(app, person) for person in (case.official, other)]
    acts = [lambda client=client: client.post(f"{pages_of(case)}/certificate/").status_code for client in clients]
    assert at_once(*acts) == [303, 303]
    assert session.query(Certificate).count() == 1


def test_of_three_who_sign_at_once_two_certify_and_the_seats_are_filled_once(app: Flask, session: Session) -> None:
    case = counted(session)
    made = case.prepared(session)
    people = [case.certifier(session) for _number in range(3)]
    sent = [(browser(app, one), {"signature": case.signature(one, made), "reviewed": "y"}) for one in people]
    acts = [
        lambda client=client, data=data: client.post(f"{pages_of(case)}/certificate/sign", data=data).status_code
        for client, data in sent
    ]
    assert at_once(*acts) == [303, 303, 409]
    assert session.query(SeatTerm).count() == 2
    assert session.query(RegisterEntry).filter(RegisterEntry.act == "election.certified").count() == 1


def test_sending_a_signature_twice_certifies_nothing_twice(app: Flask, session: Session) -> None:
    case = counted(session)
    made, person = case.prepared(session), case.certifier(session)
    client, sent = browser(app, person), {"signature": case.signature(person, made), "reviewed": "y"}
    acts = [lambda: client.post(f"{pages_of(case)}/certificate/sign", data=dict(sent)).status_code] * 2
    assert at_once(*acts) == [303, 409]
    assert session.query(CertificateSignature).count() == 1


def states(session: Session, election: Election) -> list[str]:
    return [task.state for task in official_tasks(session, election, clock.now())]


def test_the_officials_steps_say_what_is_next(session: Session) -> None:
    case = voted(session)
    assert states(session, case.election) == ["later"] * 4
    disputed = counted(session, complaint_days=7)
    assert states(session, disputed.election) == ["waiting", "done", "waiting", "later"]
    complained(session, disputed, disputed.voters[0])
    assert states(session, disputed.election)[0] == "next"
    ended = counted(session)
    assert states(session, ended.election) == ["done", "done", "next", "later"]
    ended.prepared(session)
    assert states(session, ended.election) == ["done", "done", "done", "waiting"]
    ended.certified(session)
    assert states(session, ended.election) == ["done"] * 4


def test_the_officials_steps_say_who_has_not_signed_and_when_too_few_can(session: Session) -> None:
    case = counted(session)
    made, cleo = case.prepared(session), case.certifier(session)

    def told() -> str:
        return official_tasks(session, case.election, clock.now())[-1].hint

    too_few = "too few can certify: have certifiers appointed"
    assert told() == f"0 of 2 signatures; still to come from: {cleo.display_name}; {too_few}"
    case.signed(session, cleo, made)
    assert told() == f"1 of 2 signatures; {too_few}"
    cyril = case.certifier(session)
    assert told() == f"1 of 2 signatures; still to come from: {cyril.display_name}"
    case.signed(session, cyril, made)
    assert told() == "2 of 2 signatures"


def test_a_certifier_is_asked_for_a_key_and_then_for_what_waits(app: Flask, session: Session) -> None:
    case = counted(session)
    made = case.prepared(session)
    person, signer = official(session, Office.CERTIFIER), case.certifier(session)

    def asked(who: Person) -> list[str]:
        with app.test_request_context():
            return [task.href for task in person_tasks(who, session, clock.now())]

    waits = f"{pages_of(case)}/certificate/sign"
    assert asked(person) == ["/elections/certifier-key", waits]
    assert asked(signer) == [waits]
    case.signed(session, signer, made)
    assert asked(signer) == asked(case.voters[0]) == []
    assert certificate.standing_of(session, case.election) is not None
