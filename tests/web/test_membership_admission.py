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
from membership.models.mandates import MandateRole
from membership.models.memberships import Membership
from membership.rules.admission import ApplicationState
from membership.rules.standing_status import Status
from membership.services import admitting, affiliating, agreeing, applying, deciding, parties
from membership.services.affiliating import Declared
from membership.services.standing_now import status_of
from membership.services.ties import SelfDealing
from tests.factories import letters, make_person
from tests.membership_factories import (
    STATEMENT,
    committee,
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
