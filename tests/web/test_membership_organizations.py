"""Organizations: one entry each, a proved domain, mandates accepted by the person named, affiliations, control."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from foundation.accounts.models import Person
from foundation.core import clock
from foundation.core.errors import Conflict, Forbidden, Invalid, NotFound, TooMany
from membership.models.affiliations import AffiliationKind
from membership.models.mandates import Mandate, MandateRole
from membership.models.parties import ControlKind, Organization
from membership.services import affiliating, controlling, mandating, merging, organizing
from membership.services.affiliating import Declared
from membership.services.controlling import NewEdge
from membership.services.organizing import NewOrganization
from membership.services.ties import SelfDealing
from tests.factories import letters, make_person, sign_in, visitor
from tests.membership_factories import (
    affiliated,
    code_in,
    committee,
    make_organization,
    mandated,
)
from tests.web.register_acts import acts

DAY = timedelta(days=1)


@pytest.fixture
def signatory(session: Session) -> Person:
    return make_person(session, "signs@orbit.example", name="Signe Signatory")


@pytest.fixture
def orbit(session: Session, signatory: Person) -> Organization:
    return make_organization(session, "Orbit Research", signatory, "HRB 12 345/b")


@pytest.mark.parametrize("number", ["HRB 12 345/b", "hrb12345B", "ＨＲＢ-12345-B"])
def test_a_registry_number_is_taken_once_in_a_jurisdiction(session: Session, orbit: Organization, number: str) -> None:
    other = make_person(session)
    new = NewOrganization("Orbit", "de", number)
    with pytest.raises(Conflict, match="registered here already"):
        organizing.register_organization(session, new, by=other, now=clock.now())
    new = NewOrganization("Orbit", "fr", number)
    assert organizing.register_organization(session, new, by=other, now=clock.now()).jurisdiction == "FR"


@pytest.mark.parametrize("new", [NewOrganization("", "DE", "1"), NewOrganization("A", "D", "1"),
                                 NewOrganization("A", "DE", "--"), NewOrganization("A\nB", "DE", "1")])  # fmt: skip
def test_an_organization_without_a_name_place_or_number_is_refused(session: Session, new: NewOrganization) -> None:
    with pytest.raises(Invalid):
        organizing.register_organization(session, new, by=make_person(session), now=clock.now())


def test_a_domain_is_proved_by_the_code_alone_and_by_one_organization(session: Session, orbit: Organization) -> None:
    rival = make_person(session)
    other = make_organization(session, "Rival", rival, domain="")
    with pytest.raises(Conflict, match="Another organization has proved"):
        organizing.send_code(session, other, "me@orbitresearch.example", by=rival, now=clock.now())
    with pytest.raises(Invalid, match="gives addresses to everyone"):
        organizing.send_code(session, other, "rival@gmail.com", by=rival, now=clock.now())
    organizing.send_code(session, other, "me@rival.example", by=rival, now=clock.now())
    session.commit()
    right = code_in(letters(session, "me@rival.example")[0].text)
    wrong = "0000 0000" if right != "0000 0000" else "1111 1111"
    for _attempt in range(organizing.MOST_ATTEMPTS):
        with pytest.raises(Invalid):
            organizing.prove_domain(session, other, wrong, by=rival, now=clock.now())
    with pytest.raises(Conflict):
        organizing.prove_domain(session, other, right, by=rival, now=clock.now())
    assert other.domain is None


def test_a_code_dies_with_time_and_only_so_many_are_sent(session: Session, signatory: Person) -> None:
    organization = make_organization(session, "Late", signatory, domain="")
    now = clock.now()
    for _letter in range(3):
        organizing.send_code(session, organization, "me@late.example", by=signatory, now=now)
    session.commit()
    code = code_in(letters(session, "me@late.example")[-1].text)
    with pytest.raises(TooMany):
        organizing.send_code(session, organization, "me@late.example", by=signatory, now=now)
    with pytest.raises(Conflict):
        organizing.prove_domain(session, organization, code, by=signatory, now=now + timedelta(hours=3))


def test_only_the_person_named_accepts_a_mandate(session: Session, orbit: Organization, signatory: Person) -> None:
    named, other = make_person(session), make_person(session)
    role = MandateRole.REPRESENTATIVE
    mandate = mandating.invite(session, orbit, role, named.address, by=signatory, now=clock.now())
    session.commit()
    for person in (other, signatory):
        with pytest.raises(mandating.NotYours):
            mandating.accept(session, mandate.id, by=person, now=clock.now())
    mandating.accept(session, mandate.id, by=named, now=clock.now())
    session.commit()
    with pytest.raises(Conflict):
        mandating.decline(session, mandate.id, by=named, now=clock.now())


def test_nobody_gives_a_mandate_of_somebody_else_s_company(session: Session, orbit: Organization) -> None:
    rival = make_person(session)
    make_organization(session, "Rival", rival)
    with pytest.raises(Forbidden):
        mandating.invite(session, orbit, MandateRole.SIGNATORY, rival.address, by=rival, now=clock.now())
    signer = session.get_one(Person, orbit.registered_by_id)
    with pytest.raises(NotFound, match="Nobody has an account"):
        mandating.invite(session, orbit, MandateRole.BILLING, "no@one.example", by=signer, now=clock.now())


def test_a_new_representative_takes_the_place_of_the_old_one_whose_time_stays(
    session: Session, orbit: Organization, signatory: Person
) -> None:
    first, second = make_person(session), make_person(session)
    old = mandated(session, orbit, MandateRole.REPRESENTATIVE, first, signatory)
    new = mandated(session, orbit, MandateRole.REPRESENTATIVE, second, signatory)
    session.refresh(old)
    assert (old.ended_why, old.ended_at) == ("replaced", new.accepted_at)
    with pytest.raises(IntegrityError, match="ex_mandate_one_representative"):
        session.execute(text("UPDATE mandate SET ended_at = NULL, ended_why = NULL WHERE ended_why = 'replaced'"))


def test_an_organization_keeps_a_signatory(session: Session, orbit: Organization, signatory: Person) -> None:
    wanted = select(Mandate).where(Mandate.organization_id == orbit.id, Mandate.role == MandateRole.SIGNATORY)
    mandate = session.execute(wanted).scalar_one()
    with pytest.raises(Conflict, match="at least one signatory"):
        mandating.end(session, mandate.id, "Leaving.", by=signatory, now=clock.now())
    mandated(session, orbit, MandateRole.SIGNATORY, make_person(session), signatory)
    mandating.end(session, mandate.id, "Leaving.", by=signatory, now=clock.now())


def test_nobody_is_invited_before_the_domain_is_proved_and_no_answer_tells_of_accounts(
    session: Session, signatory: Person
) -> None:
    unproved = make_organization(session, "Anybody", signatory, domain="")
    known = make_person(session)
    for address in (known.address, "no@one.example"):
        with pytest.raises(Conflict, match="Prove the organization's mail domain first"):
            mandating.invite(session, unproved, MandateRole.BILLING, address, by=signatory, now=clock.now())


def test_a_company_is_told_when_its_representative_says_they_left(
    session: Session, orbit: Organization, signatory: Person
) -> None:
    grace, clerk = make_person(session, name="Grace Hopper"), make_person(session)
    mandated(session, orbit, MandateRole.REPRESENTATIVE, grace, signatory)
    for person in (grace, clerk):
        affiliation = affiliated(session, person, orbit, DAY)
        affiliating.end(session, affiliation.id, clock.now().date(), by=person, now=clock.now())
    session.commit()
    told = [letter.text for letter in letters(session, signatory.address) if "has left" in letter.subject]
    assert len(told) == 1
    assert "Grace Hopper no longer belongs to Orbit Research" in told[0]


def test_an_officer_neither_joins_nor_parts_nor_links_what_is_their_own(session: Session, orbit: Organization) -> None:
    officer, now = committee(session), clock.now()
    other, third = (make_organization(session, name, make_person(session)) for name in ("Other", "Third"))
    affiliated(session, officer, orbit, DAY)
    edge = NewEdge(other.id, orbit.id, ControlKind.ACQUIRED, now.date() - DAY, "Press")
    with pytest.raises(SelfDealing):
        controlling.record_control(session, edge, by=officer, now=now)
    controlling.record_control(session, edge, by=committee(session), now=now)
    number = session.execute(text("SELECT id FROM control_edge")).scalar_one()
    with pytest.raises(SelfDealing):
        controlling.end_control(session, number, now.date(), by=officer, now=now)
    colleague, stranger = make_person(session), make_person(session)
    affiliated(session, colleague, other, DAY)
    for person, organization in ((colleague, third), (stranger, orbit)):
        declared = Declared(AffiliationKind.EMPLOYEE, now.date(), typed_name="Something")
        claim = affiliating.declare(session, declared, by=person, now=now)
        with pytest.raises(SelfDealing):
            affiliating.link_claim(session, claim.id, organization, by=officer, now=now)


def test_an_entry_that_was_merged_is_named_no_more(app: Flask, session: Session, orbit: Organization) -> None:
    officer, ada = committee(session), make_person(session)
    twice = make_organization(session, "Orbit Research Inc", make_person(session))
    merging.merge(session, orbit.party, twice.party, "Entered twice.", by=officer, now=clock.now())
    session.commit()
    browser = visitor(app)
    sign_in(browser, ada.address)
    form = {"organization": twice.id, "kind": "employee", "from_on": "2026-01-01", "visibility": "everyone"}
    answer = browser.post("/membership/affiliations", data=form)
    assert answer.status_code == 404
    assert f'href="#organization">This entry was merged into number {orbit.id}. Use that one.' in answer.text
    assert session.execute(text("SELECT count(*) FROM affiliation")).scalar_one() == 0


def test_the_committee_invites_a_signatory_where_nobody_can_act_any_more(
    app: Flask, session: Session, orbit: Organization, signatory: Person
) -> None:
    officer, grace = committee(session), make_person(session)
    browser = visitor(app)
    sign_in(browser, officer.address)
    form = {"organization": orbit.id, "address": grace.address, "reason": "The only signatory has left the company."}
    assert browser.post("/membership/committee/signatories", data=form).status_code == 303
    session.rollback()
    assert any("invited a signatory" in letter.text for letter in letters(session, signatory.address))
    mandate = session.execute(select(Mandate).where(Mandate.person_id == grace.id)).scalar_one()
    assert (mandate.role, mandate.accepted_at) == (MandateRole.SIGNATORY, None)
    mandating.accept(session, mandate.id, by=grace, now=clock.now())
    session.commit()
    assert acts(session, f"organization:{orbit.id}")[-2:] == ["mandate.offered_by_committee", "mandate.accepted"]
    for changes, field in (
        ({"address": officer.address}, "organization"),
        ({"address": grace.address}, "address"),
        ({"organization": 10**6}, "organization"),
        ({"reason": ""}, "reason"),
    ):
        refused = browser.post("/membership/committee/signatories", data=form | changes)
        assert refused.status_code >= 400, changes
        assert f'href="#{field}"' in refused.text, changes


def test_an_officer_of_the_company_invites_no_signatory_for_it(session: Session, orbit: Organization) -> None:
    officer = committee(session)
    affiliated(session, officer, orbit, DAY)
    grace = make_person(session)
    with pytest.raises(SelfDealing):
        mandating.name_signatory(session, orbit, grace.address, "Because.", by=officer, now=clock.now())
