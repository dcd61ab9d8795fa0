"""Memberships once they are granted: terms, resignation, suspension, expulsion, lapse."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.orm import Session

from foundation.accounts.models import Person
from foundation.core import clock
from foundation.core.errors import Conflict, Invalid
from membership.days import day
from membership.models.applications import Application
from membership.models.mandates import MandateRole
from membership.models.memberships import MembershipTerm
from membership.pages import committee_lists
from membership.pages.committee_lists import Wanted
from membership.rules.standing_status import Status
from membership.services import admitting, agreeing, applying, renewing
from membership.services.admitting import Measure
from membership.services.standing_now import status_of
from membership.services.ties import SelfDealing
from tests.factories import As, letters, make_person
from tests.membership_factories import (
    STATEMENT,
    admitted,
    approved,
    committee,
    let_membership_age,
    make_corporate_member,
    make_member,
    mandated,
    person_party,
    submitted,
)
from tests.web.test_membership_admission import DAY, S


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


def test_the_day_before_which_to_renew_is_the_one_on_which_it_is_too_late(
    session: Session, browse_as: As, ada: Person, officer: Person
) -> None:
    membership = make_member(session, ada, officer)
    (term,) = membership.terms
    let_membership_age(session, membership, term.grace_until - clock.now().date() - 5 * DAY)
    (term,) = membership.terms
    ends, too_late = day(term.grace_until), datetime.combine(term.grace_until, time(), UTC)
    browser, path = browse_as(ada), f"/membership/parties/{membership.party_id}/renew"
    assert f"Renew before {ends} (UTC), or the membership lapses" in browser.get(path).text
    assert f"It has ended. Renew before {ends} (UTC), or it lapses." in browser.get("/account/").text
    renewing.remind(session, now=clock.now())
    session.commit()
    assert f"Renew it before {ends} (UTC), or it lapses." in " ".join(letters(session, ada.address)[-1].text.split())
    with pytest.raises(Conflict, match="nothing to renew"):
        renewing.renew(session, membership.party, by=ada, now=too_late)
    session.rollback()
    renewing.renew(session, membership.party, by=ada, now=too_late - timedelta(seconds=1))
    assert status_of(membership, term.grace_until) is Status.ACTIVE


@pytest.mark.parametrize("typed", ["ADA LOVELACE", "Ａｄａ Lovelace", "ada lovelace"])
@pytest.mark.parametrize("is_member", [True, False])
def test_the_committee_is_shown_who_has_the_same_name_in_any_case_and_form(
    session: Session, browse_as: As, ada: Person, officer: Person, typed: str, is_member: bool
) -> None:
    party = person_party(session, ada)
    if is_member:
        admitted(session, party, ada, officer)
    else:
        submitted(session, party, ada)
    again = make_person(session, name=typed)
    application = submitted(session, person_party(session, again), again)
    page = browse_as(officer).get(f"/membership/committee/applications/{application.id}").text
    assert f"party {party.id}." in page
