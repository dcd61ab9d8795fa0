"""Affiliations, control and merging, and whose votes they make one."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from foundation.accounts.models import Person
from foundation.core import clock
from foundation.core.access import Office
from foundation.core.errors import Conflict, Forbidden, Invalid
from membership import directory
from membership.models.affiliations import Affiliation, AffiliationKind
from membership.models.cases import Case
from membership.models.mandates import MandateRole
from membership.models.parties import ControlKind, Organization
from membership.services import affiliating, controlling, mandating, merging, participating
from membership.services.affiliating import Declared
from membership.services.controlling import NewEdge
from membership.services.ties import SelfDealing
from tests.factories import appoint, make_person, sign_in, visitor
from tests.membership_factories import (
    committee,
    let_membership_age,
    make_corporate_member,
    make_member,
    make_organization,
    mandated,
    person_party,
)
from tests.web.test_membership_organizations import DAY


@pytest.fixture
def signatory(session: Session) -> Person:
    return make_person(session, "signs@orbit.example", name="Signe Signatory")


@pytest.fixture
def orbit(session: Session, signatory: Person) -> Organization:
    return make_organization(session, "Orbit Research", signatory, "HRB 12 345/b")


def test_a_typed_employer_is_a_claim_until_another_officer_links_it(session: Session, orbit: Organization) -> None:
    officer, today = committee(session), clock.now().date()
    declared = Declared(AffiliationKind.EMPLOYEE, today, typed_name="Orbit")
    claim = affiliating.declare(session, declared, by=officer, now=clock.now())
    session.commit()
    assert directory.affiliations(session, officer, today)[0].organization is None
    with pytest.raises(SelfDealing):
        affiliating.link_claim(session, claim.id, orbit, by=officer, now=clock.now())
    affiliating.link_claim(session, claim.id, orbit, by=committee(session), now=clock.now())
    assert directory.affiliations(session, officer, today)[0].group == {orbit.id}
    assert session.query(Organization).count() == 1


@pytest.mark.parametrize(("begins", "ends"), [(0, -1), (-10, -11), (1, None)])
def test_an_affiliation_with_its_dates_reversed_is_refused(session: Session, begins: int, ends: int | None) -> None:
    today, person = clock.now().date(), make_person(session)
    until = None if ends is None else today + ends * DAY
    declared = Declared(AffiliationKind.OWNER, today + begins * DAY, typed_name="X", until_on=until)
    with pytest.raises(Invalid):
        affiliating.declare(session, declared, by=person, now=clock.now())


def test_a_disputed_affiliation_counts_until_an_officer_finds_it_false(
    session: Session, orbit: Organization, signatory: Person
) -> None:
    person, today = make_person(session), clock.now().date()
    declared = Declared(AffiliationKind.EMPLOYEE, today, orbit.id)
    affiliation = affiliating.declare(session, declared, by=person, now=clock.now())
    with pytest.raises(Forbidden):
        affiliating.dispute(session, affiliation.id, "No.", by=make_person(session), now=clock.now())
    affiliating.dispute(session, affiliation.id, "Never worked here.", by=signatory, now=clock.now())
    session.commit()
    assert len(directory.affiliations(session, person, today)) == 1
    officer, now = committee(session), clock.now()
    with pytest.raises(SelfDealing):
        affiliating.resolve(session, affiliation.id, upheld=True, resolution="So.", by=signatory, now=now)
    affiliating.resolve(session, affiliation.id, upheld=True, resolution="No contract.", by=officer, now=now)
    assert directory.affiliations(session, person, today) == []


def test_affiliations_are_confirmed_each_year(session: Session, orbit: Organization) -> None:
    person, today = make_person(session), clock.now().date()
    affiliating.declare(session, Declared(AffiliationKind.EMPLOYEE, today, orbit.id), by=person, now=clock.now())
    assert affiliating.unconfirmed(session, person, today + 364 * DAY) == []
    session.execute(text("UPDATE affiliation SET confirmed_on = confirmed_on - 365"))
    session.expire_all()
    assert len(affiliating.unconfirmed(session, person, today)) == 1
    affiliating.confirm_all(session, by=person, now=clock.now())
    assert affiliating.unconfirmed(session, person, today) == []


def acquire(session: Session, parent: Organization, child: Organization, by: Person) -> list[object]:
    new = NewEdge(parent.id, child.id, ControlKind.ACQUIRED, clock.now().date(), "Press release")
    found = controlling.record_control(session, new, by=by, now=clock.now())
    session.commit()
    return list(found)


def test_an_acquisition_shows_the_caps_it_breaches_and_opens_a_case_once(
    app: Flask, session: Session, signatory: Person
) -> None:
    companies = [make_organization(session, name, signatory) for name in ("One", "Two", "Three")]
    today = clock.now().date()
    for company in companies:
        person = make_person(session, name=f"Committee {company.legal_name}")
        appoint(session, person, Office.MEMBERSHIP_COMMITTEE)
        declared = Declared(AffiliationKind.EMPLOYEE, today, company.id)
        affiliating.declare(session, declared, by=person, now=clock.now())
    session.commit()
    officer = committee(session)
    assert acquire(session, companies[0], companies[1], officer) == []
    assert len(acquire(session, companies[1], companies[2], officer)) == 1
    assert directory.control_group(session, companies[2].id, today) == {each.id for each in companies}
    controlling.open_cases(session, now=clock.now())
    (case,) = session.execute(select(Case)).scalars()
    client = visitor(app)
    sign_in(client, officer.address)
    page = client.get("/membership/committee/control").text
    assert "Membership committee" in page
    assert "Committee One, Committee Two, Committee Three" in page
    insider = session.execute(select(Affiliation)).scalars().first()
    assert insider is not None
    with pytest.raises(SelfDealing):
        controlling.close_case(session, case.id, "Fine.", version=1, by=insider.person, now=clock.now())
    controlling.close_case(session, case.id, "One stepped down.", version=1, by=officer, now=clock.now())


@pytest.mark.parametrize("change", ["same", "future", "twice"])
def test_control_that_cannot_be_is_refused(session: Session, signatory: Person, change: str) -> None:
    parent, child = (make_organization(session, name, signatory) for name in ("Parent", "Child"))
    officer, today = committee(session), clock.now().date()
    acquire(session, parent, child, officer)
    ends = {"same": (parent.id, parent.id, today), "future": (child.id, parent.id, today + DAY)}
    one, other, on = ends.get(change, (parent.id, child.id, today))
    new = NewEdge(one, other, ControlKind.SUBSIDIARY, on, "Report")
    with pytest.raises((Invalid, Conflict)):
        controlling.record_control(session, new, by=officer, now=clock.now())


def test_merged_persons_are_one_and_nothing_is_lost(session: Session, orbit: Organization, signatory: Person) -> None:
    kept, duplicate = make_person(session, "ada@example.org"), make_person(session, "ada@work.example")
    officer, today = committee(session), clock.now().date()
    one = make_member(session, kept, officer)
    two = make_member(session, duplicate, officer)
    declared = Declared(AffiliationKind.EMPLOYEE, today, orbit.id)
    affiliation = affiliating.declare(session, declared, by=duplicate, now=clock.now())
    mandate = mandated(session, orbit, MandateRole.ALTERNATE, duplicate, signatory)
    project = participating.make_project(session, "engine", "Engine", by=officer, now=clock.now())
    participating.name_lead(session, project, duplicate, by=officer, now=clock.now())
    for member in (one, two):
        let_membership_age(session, member, DAY)
    yesterday = today - DAY
    assert len(directory.electorate(session, yesterday)) == len(directory.electorate(session, today)) == 2
    merged = merging.merge(session, one.party, two.party, "Same human.", by=officer, now=clock.now())
    session.commit()
    for record_date in (yesterday, today):
        assert [each.person for each in directory.electorate(session, record_date)] == [kept.id]
    assert participating.leads(session, project, kept)
    assert merged.moved["affiliation"] == [affiliation.id]
    assert merged.moved["mandate"] == [mandate.id]
    session.refresh(kept)
    assert [address.canonical for address in kept.addresses] == ["ada@example.org", "ada@work.example"]
    assert [event.kind.value for event in two.events] == ["admitted", "signed", "merged"]
    assert session.execute(text("SELECT count(*) FROM signature")).scalar_one() == 2
    with pytest.raises(Conflict, match="merged or erased before"):
        merging.merge(session, two.party, one.party, "Again.", by=officer, now=clock.now())


def test_merged_organizations_are_one_and_their_domain_is_free_again(session: Session, signatory: Person) -> None:
    officer = committee(session)
    one, two = (make_organization(session, name, signatory) for name in ("Orbit A", "Orbit B"))
    person, today = make_person(session), clock.now().date()
    affiliating.declare(session, Declared(AffiliationKind.OWNER, today, two.id), by=person, now=clock.now())
    merging.merge(session, one.party, two.party, "Entered twice.", by=officer, now=clock.now())
    session.commit()
    session.expire_all()
    assert directory.affiliations(session, person, today)[0].organization == one.id
    assert two.domain is None
    assert mandating.of_organization(session, two.id)[0].ended_why == "merged"


def test_what_is_not_two_of_a_kind_is_not_merged(session: Session, orbit: Organization) -> None:
    officer = committee(session)
    person, official = make_person(session), committee(session)
    one = person_party(session, person)
    for kept, duplicate in ((one, one), (one, orbit.party), (one, person_party(session, official))):
        with pytest.raises((Invalid, Conflict)):
            merging.merge(session, kept, duplicate, "Because.", by=officer, now=clock.now())
        session.rollback()
    with pytest.raises(SelfDealing):
        merging.merge(session, one, person_party(session, officer), "Mine.", by=officer, now=clock.now())


def test_a_company_and_its_people_have_one_vote_each_and_the_alternate_votes_for_it(session: Session) -> None:
    officer, today = committee(session), clock.now().date()
    ada, grace = make_person(session), make_person(session)
    individual = make_member(session, ada, officer)
    company, signatory = make_corporate_member(session, "Orbit", ada, officer)
    assert company.party.organization is not None
    before = directory.electorate(session, today)
    assert [(each.person, each.membership) for each in before] == [(ada.id, individual.id)]
    assert [each.why for each in before.left_out] == ["its representative and alternate have a vote already"]
    mandated(session, company.party.organization, MandateRole.ALTERNATE, grace, signatory)
    after = directory.electorate(session, today)
    assert {(each.person, each.member_class.value) for each in after} == {
        (ada.id, "individual"),
        (grace.id, "corporate"),
    }
    alone = directory.electorate(session, today, frozenset({company.member_class}))
    assert [each.person for each in alone] == [ada.id]
    row = after.of_person(grace)
    assert row is not None
    assert "votes for a member" in row.reason
    assert len(directory.electorate(session, today - DAY)) == 0
    assert len(directory.electorate(session, today, membership_days=1)) == 0
    elsewhere = directory.electorate(session, today, taken={ada.id})
    assert [(each.person, each.member_class.value) for each in elsewhere] == [(grace.id, "corporate")]
