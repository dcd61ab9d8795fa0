"""A company's people in Chromium: the mail domain, representatives, false affiliations, control, and duplicates."""

from __future__ import annotations

from datetime import timedelta

import pytest
from playwright.sync_api import expect
from sqlalchemy.orm import Session

from foundation.accounts.models import Person
from foundation.core import clock
from foundation.core.access import Office
from membership import directory
from membership.models.mandates import MandateRole
from membership.models.parties import Organization
from membership.rules.classes import MemberClass
from tests.browser.membership_walk import (  # noqa: F401 — fixtures among them
    Company,
    Walk,
    Who,
    company,
    server,
    some_company,
    someone,
    walk,
    who,
)
from tests.factories import PASSWORD, make_person
from tests.membership_factories import admitted, affiliated, code_in, committee, make_organization, mandated

DAY = timedelta(days=1)
pytestmark = [pytest.mark.browser, pytest.mark.slow]


def test_a_mail_domain_is_proved_by_the_mailed_code_alone(walk: Walk) -> None:  # noqa: F811
    def arrange(session: Session) -> tuple[Who, Company]:
        signatory = make_person(session)
        organization = make_organization(session, f"Signal {signatory.id}", signatory, domain="")
        return who(signatory), company(organization)

    signatory, signal = walk.make(arrange)
    page = walk.acting(signatory, "/membership/mine")
    page.get_by_role("link", name=signal.name, exact=True).click()
    expect(walk.main()).to_contain_text("not proved yet")
    walk.look()
    walk.press("Send a code")
    walk.refuses("Enter an e-mail address at the domain")
    page.get_by_label("An e-mail address at the organization's domain").fill(f"post@signal{signatory.number}.example")
    walk.press("Send a code")
    walk.says("The code is on its way.")
    walk.look()
    page.get_by_label("The code from the letter").fill("0000 0000")
    walk.press("Prove the domain")
    walk.refuses("code")
    code = code_in(walk.letter(f"post@signal{signatory.number}.example"))
    page.get_by_label("The code from the letter").fill(code)
    walk.press("Prove the domain")
    walk.says("The mail domain is proved.")
    expect(walk.main()).to_contain_text(f"signal{signatory.number}.example")
    walk.look()


def test_a_new_representative_takes_the_place_of_the_one_before(walk: Walk) -> None:  # noqa: F811
    def arrange(session: Session) -> tuple[Who, Company, Who, Who, int]:
        signatory, first, second = make_person(session), make_person(session), make_person(session)
        organization = make_organization(session, f"Relay {signatory.id}", signatory)
        member = admitted(session, organization.party, signatory, committee(session))
        mandated(session, organization, MandateRole.REPRESENTATIVE, first, signatory)
        return who(signatory), company(organization), who(first), who(second), member.id

    signatory, relay, first, second, member = walk.make(arrange)
    page = walk.acting(signatory, f"/membership/organizations/{relay.number}")
    expect(walk.row(first.name)).to_contain_text("Voting representative")
    walk.press("Invite")
    walk.refuses("Enter the e-mail address of their account")
    page.get_by_label("E-mail address of their account").fill(second.address)
    page.get_by_label("What for").select_option(label="Voting representative")
    walk.press("Invite")
    walk.says("The invitation is sent.")
    expect(walk.row(second.name)).to_contain_text("invited, not answered yet")
    walk.look()
    assert walk.make(lambda session: voter_of(session, member)) == first.number
    walk.seat(second)
    walk.follow(walk.letter(second.address))
    expect(walk.main()).to_contain_text(f"{relay.name} asks you to be its: Voting representative")
    walk.look()
    walk.press("Accept")
    walk.says("You have accepted.")
    expect(walk.main()).to_contain_text(f"You act for {relay.name}: Voting representative")
    walk.look()
    page = walk.acting(signatory, f"/membership/organizations/{relay.number}")
    expect(walk.row(second.name)).to_contain_text("Voting representative")
    page.get_by_text("Former mandates").click()
    expect(page.get_by_role("listitem").filter(has_text=first.name)).to_contain_text("replaced")
    walk.look()
    assert walk.make(lambda session: voter_of(session, member)) == second.number


def test_an_alternate_accepts_and_a_billing_contact_declines(walk: Walk) -> None:  # noqa: F811
    signatory, grace = walk.make(someone), walk.make(someone)
    beacon = walk.make(lambda session: some_company(session, signatory, "Beacon"))
    page = walk.acting(signatory, f"/membership/organizations/{beacon.number}")
    for role in ("Alternate", "Billing contact"):
        page.get_by_label("E-mail address of their account").fill(grace.address)
        page.get_by_label("What for").select_option(label=role)
        walk.press("Invite")
        walk.says("The invitation is sent.")
    page = walk.acting(grace, "/membership/mine")
    expect(walk.main()).to_contain_text(f"{beacon.name} asks you to be its: Alternate")
    expect(walk.main()).to_contain_text(f"{beacon.name} asks you to be its: Billing contact")
    walk.look()
    walk.main().get_by_role("button", name="Accept").first.click()
    walk.says("You have accepted.")
    walk.main().get_by_role("button", name="Decline").click()
    walk.says("You have declined.")
    expect(walk.main()).to_contain_text(f"You act for {beacon.name}: Alternate")
    page = walk.acting(signatory, f"/membership/organizations/{beacon.number}")
    expect(walk.row(grace.name)).to_contain_text("Alternate, since")
    page.get_by_text("Former mandates").click()
    expect(page.get_by_role("listitem").filter(has_text=grace.name)).to_contain_text("declined")
    walk.look()


def voter_of(session: Session, membership: int) -> int:
    """Who votes for the organization tomorrow, when what was accepted today holds."""
    roll = directory.electorate(session, clock.now().date(), frozenset({MemberClass.CORPORATE}))
    return next(elector.person for elector in roll if elector.membership == membership)


@pytest.mark.parametrize("upheld", [True, False], ids=["false", "true"])
def test_a_company_disputes_an_affiliation_and_an_officer_decides(walk: Walk, upheld: bool) -> None:  # noqa: F811
    signatory, ada = walk.make(someone), walk.make(someone)
    orbit = walk.make(lambda session: some_company(session, signatory))
    officer = walk.make(lambda session: someone(session, Office.MEMBERSHIP_COMMITTEE))
    page = walk.acting(ada, f"/membership/affiliations?q={orbit.name.replace(' ', '+')}")
    expect(walk.row(orbit.name)).to_contain_text(str(orbit.number))
    page.get_by_label("Number of the organization").fill(str(orbit.number))
    walk.press("Declare it")
    walk.refuses("Enter a day like 2026-01-31")
    page.get_by_label("Since").fill("2026-01-01")
    walk.press("Declare it")
    walk.says("The affiliation is declared.")
    walk.look()
    page = walk.acting(signatory, f"/membership/organizations/{orbit.number}")
    row = walk.row(ada.name)
    row.get_by_role("button", name="Dispute").click()
    walk.refuses("Enter the reason")
    row.get_by_label("Reason").fill("We have never employed anybody of this name.")
    row.get_by_role("button", name="Dispute").click()
    walk.says("The affiliation is disputed. An officer will decide.")
    expect(row).to_contain_text("Disputed")
    walk.look()
    page = walk.acting(officer, "/membership/committee/affiliations")
    expect(page.get_by_role("heading", name=f"{ada.name} at {orbit.name}")).to_be_visible()
    expect(walk.main()).to_contain_text("We have never employed anybody of this name.")
    walk.look()
    walk.press("Decide")
    walk.refuses("Choose a decision")
    page.get_by_label("The organization is right: it counts no more" if upheld else "It stands").check()
    page.get_by_label("Reason").fill("We have asked both.")
    walk.press("Decide")
    walk.says("The dispute is decided.")
    walk.look()
    page = walk.acting(signatory, f"/membership/organizations/{orbit.number}")
    expect(walk.row(ada.name)).to_contain_text("Found false" if upheld else "Dispute rejected")
    walk.acting(ada, "/membership/affiliations")
    expect(walk.main()).to_contain_text("You have declared none." if upheld else orbit.name)
    walk.look()
    found = walk.make(lambda session: standing_with(session, ada, orbit))
    assert found is not upheld


def standing_with(session: Session, person: Who, organization: Company) -> bool:
    """Tell whether the affiliation counts, which is what caps are computed from."""
    found = directory.affiliations(session, session.get_one(Person, person.number), clock.now().date())
    return any(each.organization == organization.number for each in found)


def two_companies_with_three_certifiers(session: Session) -> tuple[Company, Company, list[Who]]:
    signatory = who(make_person(session))
    parent, child = some_company(session, signatory, "Aster"), some_company(session, signatory, "Comet")
    holders = [someone(session, Office.CERTIFIER) for _seat in range(3)]
    for holder, employer in zip(holders, (parent, parent, child), strict=True):
        person, organization = (
            session.get_one(Person, holder.number),
            session.get_one(Organization, employer.number),
        )
        affiliated(session, person, organization, 30 * DAY)
    return parent, child, holders


def test_an_acquisition_shows_the_cap_it_breaches_and_opens_a_case(walk: Walk) -> None:  # noqa: F811
    parent, child, holders = walk.make(two_companies_with_three_certifiers)
    officer = walk.make(lambda session: someone(session, Office.MEMBERSHIP_COMMITTEE))
    page = walk.acting(officer, f"/membership/committee/control?q={parent.name.replace(' ', '+')}")
    expect(walk.row(parent.name)).to_contain_text(str(parent.number))
    expect(walk.main()).to_contain_text("None.")
    walk.look()
    since = (clock.now() - 7 * DAY).date().isoformat()
    for controlled in (parent, child):
        page.get_by_label("Number of the controlling organization").fill(str(parent.number))
        page.get_by_label("Number of the controlled organization").fill(str(controlled.number))
        page.get_by_label("How").select_option(label="Acquired")
        page.get_by_label("Since").fill(since)
        page.get_by_label("Where this is known from").fill("The commercial register of last week.")
        walk.press("Record it")
        if controlled is parent:
            walk.refuses("An organization does not control itself.")
    walk.says("This is recorded. The caps are computed anew below.")
    expect(walk.main()).to_contain_text("3 of one control group, at most 2 may be.")
    for holder in holders:
        expect(walk.main()).to_contain_text(holder.name)
    walk.look()
    page.get_by_role("link", name="Cases", exact=True).click()
    expect(walk.main()).to_contain_text(f"A cap is breached: Certifier, {parent.name}; {child.name}")
    expect(walk.main()).to_contain_text("3 holders belong to one control group; the cap is 2.")
    walk.look()
    walk.press("Close the case")
    walk.refuses("Enter the outcome")
    page.get_by_label("Outcome").fill("One of them steps down before the next count.")
    walk.press("Close the case")
    walk.says("The case is closed.")
    page = walk.acting(officer, "/membership/committee/control")
    row = walk.row(child.name)
    row.get_by_role("button", name="Record the end").click()
    walk.refuses("Enter a day like 2026-01-31")
    row.get_by_label("Ended on").fill(clock.now().date().isoformat())
    row.get_by_role("button", name="Record the end").click()
    walk.says("The end is recorded.")
    expect(walk.main()).to_contain_text("None.")
    walk.look()


def test_two_entries_of_one_organization_become_one(walk: Walk) -> None:  # noqa: F811
    def arrange(session: Session) -> tuple[Company, Company]:
        signatory = make_person(session)
        entries = [
            make_organization(session, f"Twin {signatory.id}", signatory, number, f"{number.lower()}.example")
            for number in (f"HRB{signatory.id}A", f"HRB{signatory.id}B")
        ]
        admitted(session, entries[0].party, signatory, committee(session))
        affiliated(session, make_person(session), entries[1], 30 * DAY)
        return company(entries[0]), company(entries[1])

    kept, duplicate = walk.make(arrange)
    officer = walk.make(lambda session: someone(session, Office.MEMBERSHIP_COMMITTEE))
    page = walk.acting(officer, "/membership/committee/merge")
    walk.look()
    for one, other in ((duplicate, kept), (kept, duplicate)):
        page.get_by_label("Number of the entry to keep").fill(str(one.party))
        page.get_by_label("Number of the duplicate").fill(str(other.party))
        page.get_by_label("Reason").fill("The same company, entered by two of its offices.")
        walk.press("Merge")
        if one is duplicate:
            walk.refuses("Only the duplicate is a member. Merge the other way round.")
    walk.says("The two entries are one.")
    walk.look()
    assert walk.make(lambda session: session.get_one(Organization, duplicate.number).party.merged_into_id) == kept.party
    page = walk.acting(officer, f"/membership/committee/control?q={kept.name.replace(' ', '+')}")
    expect(walk.row(kept.name)).to_have_count(1)


def test_an_orphaned_company_gets_a_signatory_by_the_committee(walk: Walk) -> None:  # noqa: F811
    def arrange(session: Session) -> tuple[Who, Who, Company]:
        gone, newcomer = make_person(session), make_person(session)
        organization = make_organization(session, f"Orphan {gone.id}", gone)
        return someone(session, Office.MEMBERSHIP_COMMITTEE), who(newcomer), company(organization)

    officer, newcomer, orphan = walk.make(arrange)
    page = walk.acting(officer, "/membership/committee/signatories")
    walk.look()
    page.get_by_label("Look up an organization: its name begins with").fill("Orphan")
    walk.press("Show")
    expect(walk.row(orphan.name)).to_contain_text(str(orphan.number))
    walk.press("Invite")
    walk.refuses("Enter the organization's number")
    page.get_by_label("Number of the organization").fill(str(orphan.number))
    page.get_by_label("E-mail address of their account").fill(newcomer.address)
    page.get_by_label("Reason").fill("The only signatory has left the company.")
    walk.press("Invite")
    walk.says("The invitation is sent.")
    page = walk.acting(newcomer, "/membership/mine")
    walk.press("Accept")
    walk.says("You have accepted.")
    expect(page.get_by_role("link", name=orphan.name, exact=True)).to_be_visible()
    walk.look()


def test_a_person_adds_an_address_and_has_letters_sent_there(walk: Walk) -> None:  # noqa: F811
    person = walk.make(lambda session: who(make_person(session)))
    further = f"{person.number}@a-rather-long-name-of-some-company.example"
    page = walk.acting(person, "/account/addresses")
    walk.look()
    walk.press("Send the link")
    walk.refuses("Enter your e-mail address.")
    page.get_by_label("E-mail address").fill(further)
    page.get_by_label("Present password").fill("not the password")
    walk.press("Send the link")
    walk.refuses("This is not your present password.")
    page.get_by_label("Present password").fill(PASSWORD)
    walk.press("Send the link")
    walk.says("A letter is on its way.")
    link = next(word for word in walk.letter(further).split() if word.startswith("http"))
    walk.open(link.removeprefix(walk.server.url))
    expect(walk.main()).to_contain_text(further)
    walk.look()
    walk.press("Add it")
    walk.says(f"{further} is yours now.")
    walk.look()
    walk.press(f"Send letters to {further}")
    walk.says(f"Letters go to {further} now.")
    walk.press(f"Remove {person.address}")
    walk.says(f"{person.address} is taken off your account.")
    expect(walk.main()).not_to_contain_text("Remove ")
    walk.look()
