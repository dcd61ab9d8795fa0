"""Complaints, the second count, the certificate and its signatures, through the services over a real database."""

from __future__ import annotations

import json
from datetime import date, timedelta
from hashlib import sha256

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from elections.certification.models import Disposition, SeatTerm, SecondCount
from elections.certification.services import certificate, complaints, keys, seats, second
from elections.lifecycle import Phase
from elections.services import outcome
from elections.verifier import sshsig
from elections.verifier.certificate import namespace_of, verify_certificate
from foundation.core import clock
from foundation.core.access import Office
from foundation.core.errors import Conflict, Forbidden, Invalid
from foundation.core.register import RegisterEntry
from tests.certification_factories import Counted, complained, counted, let_complaints_end
from tests.cycle_factories import TRIAL
from tests.factories import appoint, letters, make_person, official
from tests.membership_factories import affiliated, make_organization

TURNOUT = 'quorum = "1/10"\nmissed = "extend"\nextend_days = 7\n'
HIGH_QUORUM = TRIAL.replace(TURNOUT, 'quorum = "9/10"\nmissed = "void"\n')


@pytest.fixture
def case(session: Session) -> Counted:
    """An election whose result is there and whose time for complaints is over."""
    return counted(session)


@pytest.fixture
def disputable(session: Session) -> Counted:
    """An election about which complaints can be made."""
    return counted(session, complaint_days=7)


def acts(session: Session, case: Counted) -> list[str]:
    wanted = session.query(RegisterEntry).filter(RegisterEntry.subject == f"election {case.uuid}")
    return [entry.act for entry in wanted.order_by(RegisterEntry.seq)]


def test_two_signatures_certify_and_fill_the_seats_from_the_next_day(session: Session, case: Counted) -> None:
    made = case.certified(session)
    session.refresh(case.election)
    assert case.election.phase is Phase.CERTIFIED
    content = certificate.content_of(made)
    terms = session.query(SeatTerm).order_by(SeatTerm.id).all()
    assert [term.person.display_name for term in terms] == list(content.contests[0].elected)
    assert len(terms) == 2
    tomorrow = clock.now().date() + timedelta(days=1)
    assert {(term.from_on, term.until_on, term.body) for term in terms} == {
        (tomorrow, seats.months_later(tomorrow, 24), "Board of directors")
    }
    assert acts(session, case)[-4:] == [
        "certificate.prepared",
        "certificate.signed",
        "certificate.signed",
        "election.certified",
    ]


def test_the_certificate_says_what_the_archive_says_and_verifies(session: Session, case: Counted) -> None:
    from elections import board
    from elections.certification.pages.reading import allowed_signers

    made = case.certified(session)
    archive = sha256(board.archive_bytes(session, case.uuid)).hexdigest()
    signatures = [one.signature for one in made.signatures]
    signed = verify_certificate(
        made.body, signatures, allowed_signers(made), archive, namespace=certificate.namespace()
    )
    assert signed.principals == tuple(keys.principal_of(one.person) for one in made.signatures)
    value = json.loads(made.body)
    assert list(value) == [
        *("format", "uuid", "title", "foundation", "archive_sha256", "manifest_sha256", "roll", "turnout"),
        *("result_sha256", "contests", "lots", "withdrawn", "rules", "complaints", "second_counts", "made_at"),
    ]
    assert value["format"] == "footing-certificate/1"
    assert value["turnout"] == {"voters": 3, "roll": 3, "quorum": "1/10", "reached": True}
    assert value["manifest_sha256"] == case.election.manifest_sha256


def test_one_signature_is_not_enough(session: Session, case: Counted) -> None:
    made = case.prepared(session)
    case.signed(session, case.certifier(session), made)
    session.refresh(case.election)
    assert (case.election.phase, session.query(SeatTerm).count()) == (Phase.COMPLAINTS, 0)


def test_preparing_again_finds_the_same_certificate(session: Session, case: Counted) -> None:
    made = case.prepared(session)
    assert case.prepared(session).id == made.id


def test_a_quorum_that_was_missed_leaves_every_seat_empty(session: Session) -> None:
    case = counted(session, voters=4, ballots=3, rules=HIGH_QUORUM)
    made = case.certified(session)
    session.refresh(case.election)
    assert certificate.content_of(made).is_void
    assert (case.election.phase, session.query(SeatTerm).count()) == (Phase.CERTIFIED, 0)


def test_seats_beyond_the_cap_of_two_elections_together_are_entered_in_the_register(session: Session) -> None:
    first, second_one = counted(session), counted(session)
    acme = make_organization(session, "Acme Ltd", make_person(session))
    for person in (*first.candidates[:2], *second_one.candidates[:2]):
        affiliated(session, person, acme, timedelta(days=30))
    for case, breached in ((first, 0), (second_one, 1)):
        case.certified(session)
        assert acts(session, case).count("cap.breached") == breached
    (breach,) = seats.breaches(session, second_one.election, clock.now().date() + timedelta(days=1))
    assert (breach.body, breach.held, breach.most) == ("Board of directors", 4, 2)


def test_nothing_is_prepared_while_complaints_can_be_made(session: Session, disputable: Counted) -> None:
    with pytest.raises(Conflict, match="can still be made"):
        disputable.prepared(session)


def test_nothing_is_prepared_before_every_complaint_is_decided(session: Session, disputable: Counted) -> None:
    number = complained(session, disputable, disputable.voters[0])
    let_complaints_end(session, disputable)
    with pytest.raises(Conflict, match="wait for a decision: 1"):
        disputable.prepared(session)
    session.rollback()
    complaints.dispose(
        session, number, Disposition.DISMISSED, "The clock was right.", by=disputable.official, now=clock.now()
    )
    content = certificate.content_of(disputable.prepared(session))
    assert [(one.number, one.disposition, one.reason) for one in content.complaints] == [
        (1, "dismissed", "The clock was right.")
    ]


def test_a_candidate_who_withdraws_is_left_out_of_both_counts_and_of_the_seats(session: Session, case: Counted) -> None:
    made, first = case.prepared(session), case.election.contests[0].candidates[0]
    session.execute(text("UPDATE candidate SET withdrawn_at = now() WHERE id = :first"), {"first": first.id})
    session.commit()
    session.expire_all()
    with pytest.raises(Conflict, match="not every contest is counted"):
        case.prepared(session)
    session.rollback()
    outcome.settle(session, case.election, now=clock.now())
    with pytest.raises(Conflict, match="second program"):
        certificate.prepare(session, case.uuid, by=case.official, now=clock.now())
    session.rollback()
    case.count(session)
    with pytest.raises(Conflict, match="must prepare it anew"):
        case.signed(session, case.certifier(session), made)
    session.rollback()
    content = certificate.content_of(case.certified(session))
    assert content.withdrawn == ((first.name,),)
    assert first.person_id not in {term.person_id for term in session.query(SeatTerm)}
    assert session.query(SeatTerm).count() == 2


def test_a_second_count_that_disagrees_blocks_and_is_named(session: Session, case: Counted) -> None:
    kept = session.query(SecondCount).first()
    assert kept is not None
    other = SecondCount(
        contest_id=kept.contest_id,
        inputs_sha256=kept.inputs_sha256,
        program="another 1.0",
        agrees=False,
        difference="Place 1 is Ada in the first count.",
        at=clock.now(),
    )
    session.add(other)
    session.commit()
    with pytest.raises(Conflict, match="does not agree: Place 1 is Ada"):
        case.prepared(session)


def test_the_servers_job_has_our_second_program_count_as_soon_as_there_is_an_outcome(
    session: Session, case: Counted
) -> None:
    (verdict,) = second.verdicts(session, case.election)
    assert {one.agrees for one in verdict.counts} == {True}
    assert "elections.counting.second" in {one.program for one in verdict.counts}
    assert second.recount_if_due(session, case.election, now=clock.now()) is False


def test_a_signature_of_another_key_is_refused(session: Session, case: Counted) -> None:
    made, person = case.prepared(session), case.certifier(session)
    stranger = sshsig.sign(made.body, certificate.namespace(), bytes(32))
    with pytest.raises(Invalid, match="you registered"):
        certificate.sign(session, made.id, stranger, by=person, now=clock.now())


def test_a_signature_for_something_else_is_refused(session: Session, case: Counted) -> None:
    made, person = case.prepared(session), case.certifier(session)
    for space in ("git", "file", namespace_of("elsewhere.example")):
        other = sshsig.sign(made.body, space, case.seeds[person.id])
        with pytest.raises(Invalid, match="is for"):
            certificate.sign(session, made.id, other, by=person, now=clock.now())


def test_a_signature_of_other_bytes_is_refused(session: Session, case: Counted) -> None:
    made, person = case.prepared(session), case.certifier(session)
    altered = sshsig.sign(made.body.replace(b"Ada", b"Eve"), certificate.namespace(), case.seeds[person.id])
    for wrong in (altered, "", "nonsense", altered[:100]):
        with pytest.raises(Invalid):
            certificate.sign(session, made.id, wrong, by=person, now=clock.now())


def test_nobody_signs_twice(session: Session, case: Counted) -> None:
    made, person = case.prepared(session), case.certifier(session)
    case.signed(session, person, made)
    with pytest.raises(Conflict, match="already"):
        case.signed(session, person, made)


def test_only_certifiers_in_office_sign(session: Session, case: Counted) -> None:
    made, person = case.prepared(session), case.certifier(session)
    person.appointments[0].until_at = clock.now()
    person.appointments[0].ended_by, person.appointments[0].ended_reason = "operator", "Over."
    session.commit()
    with pytest.raises(Forbidden, match="Only certifiers"):
        case.signed(session, person, made)


def test_a_certifier_who_stands_has_lost_the_office(session: Session, case: Counted) -> None:
    made, candidate = case.prepared(session), case.candidates[0]
    appoint(session, candidate, Office.CERTIFIER)
    case.seeds[candidate.id] = bytes(range(32))
    proof = case.proof(candidate)
    keys.add_key(session, case.public_key(candidate), proof=proof, by=candidate, now=clock.now())
    with pytest.raises(Forbidden, match="You stand"):
        case.signed(session, candidate, made)


def test_an_official_who_stands_prepares_nothing(session: Session, case: Counted) -> None:
    appoint(session, case.candidates[0], Office.ELECTION_OFFICIAL)
    with pytest.raises(Forbidden, match="You stand"):
        certificate.prepare(session, case.uuid, by=case.candidates[0], now=clock.now())


def test_a_certificate_without_a_registered_key_is_not_signed(session: Session, case: Counted) -> None:
    made, person = case.prepared(session), official(session, Office.CERTIFIER)
    case.seeds[person.id] = bytes(range(32))
    with pytest.raises(Conflict, match="Register"):
        case.signed(session, person, made)


def test_a_certificate_that_is_not_so_any_more_is_prepared_anew(session: Session, case: Counted) -> None:
    made, person = case.prepared(session), case.certifier(session)
    case.signed(session, person, made)
    session.execute(text("ALTER TABLE election DISABLE TRIGGER USER"))
    session.execute(text("UPDATE election SET title = 'Another title'"))
    session.execute(text("ALTER TABLE election ENABLE TRIGGER USER"))
    session.commit()
    session.expire_all()
    with pytest.raises(Conflict, match="must prepare it anew"):
        case.signed(session, case.certifier(session), made)
    session.rollback()
    anew = case.prepared(session)
    assert (anew.id != made.id, anew.signatures) == (True, [])
    session.refresh(made)
    assert made.replaced_at is not None


def test_a_withdrawn_key_takes_an_incomplete_certificate_with_it(session: Session, case: Counted) -> None:
    made, person = case.prepared(session), case.certifier(session)
    case.signed(session, person, made)
    keys.withdraw_key(session, by=person, now=clock.now())
    session.commit()
    with pytest.raises(Conflict, match="must prepare it anew"):
        case.signed(session, case.certifier(session), made)
    session.rollback()
    assert case.prepared(session).id != made.id


def test_a_certified_election_takes_nothing_more(session: Session, case: Counted) -> None:
    made = case.certified(session)
    with pytest.raises(Conflict, match="certified"):
        case.signed(session, case.certifier(session), made)
    session.rollback()
    with pytest.raises(Conflict):
        certificate.prepare(session, case.uuid, by=case.official, now=clock.now())
    session.rollback()
    with pytest.raises(Conflict):
        complained(session, case, case.voters[0])


def test_the_database_itself_keeps_what_was_certified(session: Session, case: Counted) -> None:
    case.certified(session)
    for statement in (
        "UPDATE certificate_signature SET signature = 'x'",
        "DELETE FROM certificate_signature",
        "UPDATE election_certificate SET body = 'x'",
        "DELETE FROM election_certificate",
        "UPDATE second_count SET agrees = true",
        "UPDATE seat_term SET person_id = person_id + 1",
        "UPDATE certifier_key SET public_key = 'x'",
        "UPDATE election SET phase = 'complaints'",
    ):
        with pytest.raises(DBAPIError):
            session.execute(text(statement))
        session.rollback()


def test_certifiers_are_asked_once_for_each_certificate(session: Session, case: Counted) -> None:
    person = case.certifier(session)
    appoint(session, case.candidates[0], Office.CERTIFIER)
    case.prepared(session)
    case.prepared(session)
    assert [letter.path for letter in letters(session, person.address)] == [f"/elections/{case.uuid}/certificate/sign"]
    assert letters(session, case.candidates[0].address) == []


@pytest.mark.parametrize(
    ("day", "months", "later"),
    [
        (date(2026, 11, 23), 24, date(2028, 11, 23)),
        (date(2027, 1, 31), 1, date(2027, 2, 28)),
        (date(2027, 12, 31), 2, date(2028, 2, 29)),
        (date(2026, 12, 1), 1, date(2027, 1, 1)),
    ],
)
def test_terms_are_counted_in_months(day: date, months: int, later: date) -> None:
    assert seats.months_later(day, months) == later
