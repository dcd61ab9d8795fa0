"""Admission: the same steps for a person and a company, decided by others, signed, and each step on record."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.orm import Session

from foundation.accounts.models import Person
from foundation.core import clock, register
from foundation.core.db import db
from foundation.core.errors import Conflict, Forbidden, Invalid, Refusal
from foundation.core.register import RegisterEntry
from membership.models.affiliations import AffiliationKind
from membership.models.applications import Application
from membership.models.mandates import MandateRole
from membership.models.memberships import Membership, MembershipTerm
from membership.pages import committee_lists
from membership.pages.committee_lists import Wanted
from membership.rules.admission import ApplicationState
from membership.rules.standing_status import Status
from membership.services import admitting, affiliating, agreeing, applying, deciding, parties
from membership.services.admitting import Measure
from membership.services.affiliating import Declared
from membership.services.standing_now import status_of
from membership.services.ties import SelfDealing
from tests.factories import letters, make_person
from tests.membership_factories import (
    STATEMENT,
    admitted,
    approved,
    committee,
    let_membership_age,
    make_corporate_member,
    make_member,
    make_organization,
    mandated,
    person_party,
    publish_agreements,
    submitted,
    under_review,
)

DAY = timedelta(days=1)
S = ApplicationState


@pytest.fixture
def officer(session: Session) -> Person:
    return committee(session)


@pytest.fixture
def ada(session: Session) -> Person:
    return make_person(session, "ada@example.org", name="Ada Lovelace")


def acts(session: Session, *subjects: str) -> list[str]:
    wanted = select(RegisterEntry).where(RegisterEntry.subject.in_(subjects)).order_by(RegisterEntry.seq)
    return [entry.act for entry in session.execute(wanted).scalars()]


def test_a_person_and_a_company_go_through_the_same_admission(session: Session, ada: Person, officer: Person) -> None:
    publish_agreements(session)
    signatory = make_person(session)
    company = make_organization(session, "Analytical Engines", signatory).party
    walked = []
    for party, actor in ((person_party(session, ada), ada), (company, signatory)):
        application = submitted(session, party, actor)
        now = clock.now()
        deciding.begin_review(session, application.id, version=application.version, by=officer, now=now)
        deciding.request_information(
            session, application.id, "Which project?", version=application.version, by=officer, now=now
        )
        applying.answer(session, application.id, "The handbook.", version=application.version, by=actor, now=now)
        deciding.decline(session, application.id, "Too early.", version=application.version, by=officer, now=now)
        applying.appeal(session, application.id, "It is not.", version=application.version, by=actor, now=now)
        other = committee(session)
        deciding.approve(session, application.id, "Indeed.", version=application.version, by=other, now=clock.now())
        membership = admitting.membership_of(session, party)
        assert membership is not None
        agreeing.sign(session, party, actor.display_name, version=1, by=actor, now=clock.now())
        session.commit()
        steps = [(event.from_state, event.to_state.value) for event in application.events]
        entered = acts(session, f"application:{application.id}", f"membership:{membership.id}")
        (term,) = membership.terms
        deadlines = (term.until_on - term.from_on, term.grace_until - term.until_on)
        walked.append((steps, entered, deadlines, status_of(membership, now.date())))
    assert walked[0] == walked[1]
    assert walked[0][3] is Status.ACTIVE
    assert register.verify_chain(session) > 0


def test_the_register_names_no_applicant(session: Session, ada: Person, officer: Person) -> None:
    application = under_review(session, person_party(session, ada), ada, officer)
    deciding.decline(
        session, application.id, "Ada is unknown.", version=application.version, by=officer, now=clock.now()
    )
    session.commit()
    entries = session.execute(select(RegisterEntry).where(RegisterEntry.act.startswith("application"))).scalars()
    for entry in entries:
        assert "Ada" not in entry.facts + entry.by + entry.subject


def test_a_company_proves_its_domain_before_it_applies(session: Session) -> None:
    signatory = make_person(session)
    party = make_organization(session, "Orbit", signatory, domain="").party
    application = applying.begin(session, party, STATEMENT, by=signatory, now=clock.now())
    with pytest.raises(Conflict, match="mail domain first"):
        applying.submit(session, application.id, version=1, by=signatory, now=clock.now())


def test_nobody_but_the_person_or_a_signatory_acts_for_a_party(session: Session, ada: Person) -> None:
    stranger = make_person(session)
    signatory = make_person(session)
    organization = make_organization(session, "Orbit", signatory)
    mandated(session, organization, MandateRole.REPRESENTATIVE, stranger, signatory)
    for party in (person_party(session, ada), organization.party):
        with pytest.raises(Forbidden):
            applying.begin(session, party, STATEMENT, by=stranger, now=clock.now())


def test_nobody_decides_about_themselves(session: Session, officer: Person) -> None:
    application = submitted(session, person_party(session, officer), officer)
    with pytest.raises(SelfDealing, match="themselves"):
        deciding.begin_review(session, application.id, version=application.version, by=officer, now=clock.now())


def test_nobody_decides_about_their_employer_nor_its_control_group_nor_a_colleague(
    session: Session, ada: Person, officer: Person
) -> None:
    from membership.models.parties import ControlKind
    from membership.services import controlling
    from membership.services.controlling import NewEdge

    signatory = make_person(session)
    parent, child = make_organization(session, "Parent", signatory), make_organization(session, "Child", signatory)
    today = clock.now().date()
    new = NewEdge(parent.id, child.id, ControlKind.SUBSIDIARY, today, "Annual report")
    controlling.record_control(session, new, by=committee(session), now=clock.now())
    declared = Declared(AffiliationKind.EMPLOYEE, today, parent.id)
    affiliating.declare(session, declared, by=officer, now=clock.now())
    colleague = Declared(AffiliationKind.EMPLOYEE, today, child.id)
    affiliating.declare(session, colleague, by=ada, now=clock.now())
    session.commit()
    for party, actor in ((child.party, signatory), (person_party(session, ada), ada)):
        application = submitted(session, party, actor)
        with pytest.raises(SelfDealing):
            deciding.begin_review(session, application.id, version=application.version, by=officer, now=clock.now())
        session.rollback()


def test_an_appeal_is_decided_by_somebody_else_and_is_final(session: Session, ada: Person, officer: Person) -> None:
    application = under_review(session, person_party(session, ada), ada, officer)
    deciding.decline(session, application.id, "Unknown.", version=application.version, by=officer, now=clock.now())
    applying.appeal(session, application.id, "Ask Babbage.", version=application.version, by=ada, now=clock.now())
    session.commit()
    with pytest.raises(SelfDealing, match="Somebody else must decide the appeal"):
        deciding.approve(session, application.id, "Well.", version=application.version, by=officer, now=clock.now())
    session.rollback()
    other = committee(session)
    deciding.decline(session, application.id, "Still not.", version=application.version, by=other, now=clock.now())
    session.commit()
    assert application.state is S.DECLINE_UPHELD
    with pytest.raises(Conflict):
        applying.appeal(session, application.id, "Again.", version=application.version, by=ada, now=clock.now())


def test_an_appeal_after_its_time_is_refused(session: Session, ada: Person, officer: Person) -> None:
    application = under_review(session, person_party(session, ada), ada, officer)
    long_ago = clock.now() - 31 * DAY
    deciding.decline(session, application.id, "Unknown.", version=application.version, by=officer, now=long_ago)
    session.commit()
    with pytest.raises(Conflict, match="days to appeal are over"):
        applying.appeal(session, application.id, "Sorry.", version=application.version, by=ada, now=clock.now())


@pytest.mark.parametrize("reason", ["", "   ", "\n", "x" * 4001, "bell\x07"])
def test_a_decision_needs_a_reason_fit_to_read(session: Session, ada: Person, officer: Person, reason: str) -> None:
    application = under_review(session, person_party(session, ada), ada, officer)
    with pytest.raises(Invalid):
        deciding.decline(session, application.id, reason, version=application.version, by=officer, now=clock.now())
    session.rollback()
    session.refresh(application)
    assert application.state is S.UNDER_REVIEW


def test_every_step_that_the_table_does_not_have_is_refused(session: Session, ada: Person, officer: Person) -> None:
    application = submitted(session, person_party(session, ada), ada)
    number, now = application.id, clock.now()
    for act in (
        lambda version: deciding.approve(session, number, "Yes.", version=version, by=officer, now=now),
        lambda version: deciding.decline(session, number, "No.", version=version, by=officer, now=now),
        lambda version: deciding.request_information(session, number, "What?", version=version, by=officer, now=now),
        lambda version: applying.submit(session, number, version=version, by=ada, now=now),
        lambda version: applying.answer(session, number, "This.", version=version, by=ada, now=now),
        lambda version: applying.appeal(session, number, "Why?", version=version, by=ada, now=now),
        lambda version: applying.edit(session, number, STATEMENT, version=version, by=ada, now=now),
    ):
        with pytest.raises(Conflict):
            act(application.version)
        session.rollback()
        session.refresh(application)
        assert application.state is S.SUBMITTED


def test_a_stale_form_changes_nothing(session: Session, ada: Person, officer: Person) -> None:
    application = under_review(session, person_party(session, ada), ada, officer)
    seen = application.version
    deciding.request_information(session, application.id, "Which?", version=seen, by=officer, now=clock.now())
    session.commit()
    with pytest.raises(parties.Stale, match="Somebody else has acted"):
        deciding.decline(session, application.id, "No.", version=seen, by=committee(session), now=clock.now())
    session.rollback()
    session.refresh(application)
    assert application.state is S.INFORMATION_REQUESTED


def test_of_two_officers_who_decide_at_once_one_is_refused(app: Flask, session: Session, ada: Person) -> None:
    publish_agreements(session)
    officers = [committee(session), committee(session)]
    application = under_review(session, person_party(session, ada), ada, officers[0])
    number, version = application.id, application.version
    ids = [officer.id for officer in officers]
    session.commit()
    results: list[str] = []
    start = threading.Barrier(2)

    def decide(person_id: int) -> None:
        with app.app_context():
            by = db.session.get_one(Person, person_id)
            start.wait()
            try:
                deciding.approve(db.session, number, "Yes.", version=version, by=by, now=clock.now())
                db.session.commit()
                results.append("done")
            except Refusal as refusal:
                db.session.rollback()
                results.append(refusal.code)
            db.session.close()

    threads = [threading.Thread(target=decide, args=(one,)) for one in ids]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(results) == ["done", "stale-form"]


def test_who_resigns_twice_at_once_resigns_once(app: Flask, session: Session, ada: Person) -> None:
    membership = make_member(session, ada)
    number, person = membership.id, ada.id
    session.commit()
    results: list[str] = []
    start = threading.Barrier(2)

    def leave() -> None:
        with app.app_context():
            found, by = db.session.get_one(Membership, number), db.session.get_one(Person, person)
            status_of(found, clock.now().date())
            start.wait()
            try:
                admitting.resign(db.session, found, by=by, now=clock.now())
                db.session.commit()
                results.append("done")
            except Refusal as refusal:
                db.session.rollback()
                results.append(refusal.code)
            db.session.close()

    threads = [threading.Thread(target=leave) for _number in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(results) == ["done", "illegal-transition"]


def test_there_is_one_open_application_for_a_party(session: Session, ada: Person) -> None:
    party = person_party(session, ada)
    submitted(session, party, ada)
    with pytest.raises(Conflict, match="open application already"):
        applying.begin(session, party, STATEMENT, by=ada, now=clock.now())
    session.rollback()
    with pytest.raises(IntegrityError, match="uq_application_one_open"):
        session.execute(
            text(
                "INSERT INTO application (party_id, member_class, state, statement, applicant_id, created_at, version) "
                "SELECT party_id, member_class, 'draft', statement, applicant_id, created_at, 1 FROM application"
            )
        )


def test_the_database_wants_a_decider_and_a_reason(session: Session, ada: Person) -> None:
    submitted(session, person_party(session, ada), ada)
    with pytest.raises(IntegrityError, match="decided_by_somebody"):
        session.execute(text("UPDATE application SET state = 'approved'"))


def test_what_was_said_in_an_application_cannot_be_rewritten_nor_removed(session: Session, ada: Person) -> None:
    submitted(session, person_party(session, ada), ada)
    for statement in (
        "UPDATE application_event SET to_state = 'approved'",
        "DELETE FROM application_event",
        "DELETE FROM application",
    ):
        with pytest.raises(DBAPIError):
            session.execute(text(statement))
        session.rollback()


def test_the_applicant_reads_the_decision_in_a_letter(session: Session, ada: Person, officer: Person) -> None:
    application = under_review(session, person_party(session, ada), ada, officer)
    deciding.decline(session, application.id, "Come back.", version=application.version, by=officer, now=clock.now())
    session.commit()
    (letter,) = letters(session, ada.address)
    assert "Come back." in letter.text
    assert "declined" in letter.subject
    assert letter.path == f"/membership/parties/{application.party_id}/application"


def test_an_approved_party_is_a_member_once_it_has_signed(session: Session, ada: Person, officer: Person) -> None:
    party = person_party(session, ada)
    membership = approved(session, party, ada, officer)
    today = clock.now().date()
    assert status_of(membership, today) is Status.PENDING_AGREEMENT
    with pytest.raises(Invalid, match="type your name"):
        agreeing.sign(session, party, "Somebody Else", version=1, by=ada, now=clock.now())
    agreeing.sign(session, party, "ada  LOVELACE", version=1, by=ada, now=clock.now())
    session.commit()
    assert status_of(membership, today) is Status.ACTIVE
    assert [term.from_on for term in membership.terms] == [today]
    with pytest.raises(Conflict, match="covers the version in force"):
        agreeing.sign(session, party, "Ada Lovelace", version=1, by=ada, now=clock.now())


def test_terms_never_overlap(session: Session, ada: Person, officer: Person) -> None:
    membership = admitted(session, person_party(session, ada), ada, officer)
    (term,) = membership.terms
    with pytest.raises(IntegrityError, match="ex_membership_term_no_overlap"):
        session.execute(
            MembershipTerm.__table__.insert().values(
                membership_id=membership.id,
                from_on=term.until_on - DAY,
                until_on=term.until_on + DAY,
                grace_until=term.until_on + DAY,
                made_at=clock.now(),
            )
        )


@pytest.mark.parametrize(
    ("columns", "constraint"),
    [("until_on = from_on - 1", "ends_after_it_begins"), ("grace_until = until_on - 1", "grace_follows")],
)
def test_a_term_with_its_dates_reversed_is_refused(
    session: Session, ada: Person, officer: Person, columns: str, constraint: str
) -> None:
    admitted(session, person_party(session, ada), ada, officer)
    with pytest.raises(IntegrityError, match=constraint):
        session.execute(text(f"UPDATE membership_term SET {columns}"))  # noqa: S608 — names of our own


def test_a_member_resigns_and_what_they_signed_stays(session: Session, ada: Person, officer: Person) -> None:
    party = person_party(session, ada)
    membership = admitted(session, party, ada, officer)
    admitting.resign(session, membership, by=ada, now=clock.now())
    session.commit()
    assert status_of(membership, clock.now().date()) is Status.RESIGNED
    assert len(agreeing.signatures_of(session, party)) == 1
    for statement in ("DELETE FROM signature", "UPDATE signature SET signed_name = 'x'", "DELETE FROM membership_term"):
        with pytest.raises(DBAPIError):
            session.execute(text(statement))
        session.rollback()


def test_a_former_member_applies_again_keeps_the_number_and_signs_again(
    session: Session, ada: Person, officer: Person
) -> None:
    party = person_party(session, ada)
    membership = admitted(session, party, ada, officer)
    admitting.resign(session, membership, by=ada, now=clock.now())
    session.commit()
    again = approved(session, party, ada, officer)
    session.refresh(again)
    assert again.id == membership.id
    assert status_of(again, clock.now().date()) is Status.PENDING_AGREEMENT
    agreeing.sign(session, party, "Ada Lovelace", version=1, by=ada, now=clock.now())
    session.commit()
    assert status_of(again, clock.now().date()) is Status.ACTIVE


def test_the_committee_suspends_until_a_day_and_reinstates(session: Session, officer: Person) -> None:
    membership = make_member(session, officer=officer)
    today = clock.now().date()
    measure = Measure("Harassment is looked into.", until=today + 30 * DAY)
    admitting.suspend(session, membership.id, measure, version=membership.version, by=officer, now=clock.now())
    session.commit()
    statuses = [status_of(membership, today + days * DAY) for days in (0, 29, 30)]
    assert statuses == [Status.SUSPENDED, Status.SUSPENDED, Status.ACTIVE]
    admitting.reinstate(
        session, membership.id, Measure("It was nothing."), version=membership.version, by=officer, now=clock.now()
    )
    session.commit()
    assert status_of(membership, today) is Status.ACTIVE


def test_an_expulsion_names_its_motion_and_is_for_good(session: Session, ada: Person, officer: Person) -> None:
    membership = make_member(session, ada, officer)
    version = membership.version
    with pytest.raises(Invalid, match="carried motion"):
        admitting.expel(session, membership.id, Measure("Theft."), version=version, by=officer, now=clock.now())
    measure = Measure("Theft.", reference="Motion 2026-17")
    admitting.expel(session, membership.id, measure, version=version, by=officer, now=clock.now())
    session.commit()
    assert status_of(membership, clock.now().date()) is Status.EXPELLED
    with pytest.raises(Conflict, match="expulsion"):
        applying.begin(session, membership.party, STATEMENT, by=ada, now=clock.now())
    with pytest.raises(Conflict):
        admitting.resign(session, membership, by=ada, now=clock.now())


def test_the_committee_takes_no_measure_against_its_own_employer_or_itself(session: Session, officer: Person) -> None:
    own = make_member(session, officer, committee(session))
    company, signatory = make_corporate_member(session, "Orbit")
    assert company.party.organization is not None
    mandated(session, company.party.organization, MandateRole.BILLING, officer, signatory)
    for membership in (own, company):
        measure = Measure("Because.")
        with pytest.raises(SelfDealing):
            admitting.suspend(session, membership.id, measure, version=membership.version, by=officer, now=clock.now())
        session.rollback()


def test_a_membership_runs_through_grace_and_lapses(session: Session, officer: Person) -> None:
    membership = make_member(session, officer=officer)
    (term,) = membership.terms
    days = [term.until_on - DAY, term.until_on, term.grace_until - DAY, term.grace_until]
    assert [status_of(membership, day) for day in days] == [Status.ACTIVE, Status.GRACE, Status.GRACE, Status.LAPSED]


def test_events_only_grow(session: Session, officer: Person) -> None:
    make_member(session, officer=officer)
    for statement in ("UPDATE membership_event SET kind = 'renewed'", "DELETE FROM membership_event"):
        with pytest.raises(DBAPIError):
            session.execute(text(statement))
        session.rollback()


def test_a_death_or_dissolution_is_recorded_with_its_day(session: Session, officer: Person) -> None:
    person = make_member(session, officer=officer)
    company, _signatory = make_corporate_member(session, "Orbit", officer=officer)
    let_membership_age(session, person, 10 * DAY)
    today = clock.now().date()
    for membership, status in ((person, Status.DECEASED), (company, Status.DISSOLVED)):
        measure = Measure("As the family or the register says.", on=today)
        admitting.record_end(session, membership.id, measure, version=membership.version, by=officer, now=clock.now())
        session.commit()
        assert status_of(membership, today) is status
    assert session.execute(select(Application.state)).scalars().all() == [S.APPROVED, S.APPROVED]


def test_the_queue_finds_a_name_as_it_is_typed(session: Session) -> None:
    person = make_person(session, name="Änne Straßer")
    application = submitted(session, person_party(session, person), person)
    for query in ("straßer", "Straßer", "änne  straß"):
        assert [each.id for each in committee_lists.whole_queue(session, Wanted(query))] == [application.id], query
    assert not committee_lists.whole_queue(session, Wanted("%"))
