"""The pages of sponsorships: the whole way, and who may do what on it."""

from __future__ import annotations

import io
import re
from dataclasses import dataclass
from datetime import date

import pytest
from flask import Flask
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from foundation.core import clock
from membership.models.mandates import MandateRole
from membership.sponsorship.models.invoices import LedgerEntry
from membership.sponsorship.models.packages import Package
from membership.sponsorship.rules.lifecycle import SponsorshipState
from membership.sponsorship.services import benefits
from tests.factories import Visitor, letters, make_person, sign_in, visitor
from tests.sponsorship_factories import (
    Company,
    Deal,
    another,
    give_mandate,
    make_company,
    make_deal,
    make_officers,
    picture,
)
from tests.sponsorship_ties import tie


@pytest.fixture
def deal(session: Session) -> Deal:
    return make_deal(session)


def today() -> date:
    """The day as it is now: the tests may have begun before midnight."""
    return clock.now().date()


def as_(app: Flask, address: str) -> Visitor:
    client = visitor(app)
    sign_in(client, address)
    return client


def hidden(page: str, name: str) -> str:
    found = re.search(rf'name="{name}"[^>]*value="([^"]*)"', page)
    assert found, f"no hidden {name}"
    return found[1]


def fresh(session: Session, deal: Deal) -> Deal:
    session.rollback()
    session.expire_all()
    return deal


@dataclass
class Way:
    """What is walked through: the browsers of those who walk, and the addresses they come to."""

    app: Flask
    session: Session
    firm: Company
    secretary: Visitor
    treasurer: Visitor
    company: Visitor
    number: int = 0

    @property
    def home(self) -> str:
        return f"/sponsors/{self.number}"

    @property
    def office(self) -> str:
        return f"/sponsors/office/{self.number}"

    def public(self, path: str = "/sponsors/") -> str:
        return visitor(self.app).get(path).text

    def offer(self) -> Package:
        sent = {"year": "2027", "name": "Silver", "tier": "2", "amount": "5,000.00", "currency": "EUR", "places": "3"}
        sent |= {"description": "", "benefits": "logo: Logo on the page\r\ntext: A few words\r\nBooth"}
        assert self.secretary.post("/sponsors/office/packages/new", data=sent).status_code == 303
        assert "Silver" not in self.public("/sponsors/packages")
        package = self.session.execute(select(Package)).scalar_one()
        offering = self.secretary.post(f"/sponsors/office/packages/{package.id}/offer", data={"version": "1"})
        assert offering.status_code == 303
        return package

    def apply(self, package: Package) -> None:
        path = f"/sponsors/packages/{package.id}/apply"
        assert "Difference Engine SE" in self.company.get(path).text
        asked = {"organization": str(self.firm.id), "website": "https://engine.example"}
        answer = self.company.post(path, data=asked | {"billing_address": "1 Mill\r\nLondon"})
        assert answer.status_code == 303
        self.number = int(answer.location.rsplit("/", 1)[1])

    def approve(self) -> None:
        version = hidden(self.secretary.get(self.office).text, "version")
        approving = {"version": version, "starts_on": today().isoformat()}
        assert self.secretary.post(f"{self.office}/approve", data=approving).status_code == 303
        version = hidden(self.secretary.get(self.office).text, "version")
        assert self.secretary.post(f"{self.office}/contract", data={"version": version}).status_code == 303

    def sign(self) -> None:
        page = self.company.get(f"{self.home}/contract").text
        assert "no membership, no vote, no seat" in page
        signing = {"sha256": hidden(page, "sha256"), "name": "Charles Babbage", "agree": "y"}
        assert self.company.post(f"{self.home}/contract", data=signing).status_code == 303
        assert self.company.get(f"{self.home}/contract.pdf").data.startswith(b"%PDF")

    def pay(self) -> None:
        page = self.company.get(self.home).text
        assert f"{today().year}-0001: Issued, EUR 5,000.00 open of EUR 5,000.00" in page
        invoice = found(r"/sponsors/invoices/(\d+)\.pdf", page)
        assert self.company.get(f"/sponsors/invoices/{invoice}.pdf").data.startswith(b"%PDF")
        for amount, reference in (("2,000", "TRF-1"), ("3000.00", "TRF-2")):
            assert "Difference Engine SE" not in self.public()
            paying = {"amount": amount, "on": today().isoformat(), "reference": reference}
            assert self.treasurer.post(f"/sponsors/invoices/{invoice}/payments", data=paying).status_code == 303

    def give_logo(self) -> str:
        benefit = found(r"/sponsors/benefits/(\d+)", self.company.get(self.home).text)
        upload = {"file": (io.BytesIO(picture()), "logo.png")}
        assert self.company.post(f"/sponsors/benefits/{benefit}", data=upload).status_code == 303
        return benefit


@pytest.fixture
def way(app: Flask, session: Session) -> Way:
    officers, firm = make_officers(session), make_company(session, "Difference Engine SE")
    browsers = (as_(app, each.address) for each in (officers.secretary, officers.treasurer, firm.signatory))
    return Way(app, session, firm, *browsers)


def found(pattern: str, page: str) -> str:
    match = re.search(pattern, page)
    assert match, pattern
    return match[1]


def test_the_whole_way_through_the_pages(way: Way) -> None:
    package = way.offer()
    assert [each.kind.value for each in package.benefits] == ["logo", "text", "plain"]
    page = way.public("/sponsors/packages")
    assert "EUR 5,000.00" in page
    assert "3 of 3 left" in page
    way.apply(package)
    way.approve()
    way.sign()
    way.pay()
    assert "Benefits are due now." in way.company.get(way.home).text
    assert "Difference Engine SE" in way.public()
    benefit = way.give_logo()
    shown = visitor(way.app).get(found(r'src="(/sponsors/logos/[^"]+)"', way.public()))
    assert (shown.status_code, shown.mimetype) == (200, "image/png")
    assert way.secretary.post(f"/sponsors/office/benefits/{benefit}", data={"note": "Done"}).status_code == 303
    assert "provided" in way.company.get(way.home).text
    told = [letter.subject.split(": ")[1] for letter in letters(way.session, way.firm.signatory.address)]
    assert told == [
        "Your sponsorship is approved",
        "A contract waits for your signature",
        "Your invoice",
        "Your payment has arrived, thank you",
    ]


def test_every_page_of_a_sponsorship_opens_for_those_it_is_for(app: Flask, session: Session, deal: Deal) -> None:
    deal.active()
    company, billing = as_(app, deal.company.signatory.address), as_(app, deal.company.billing.address)
    secretary, treasurer = as_(app, deal.officers.secretary.address), as_(app, deal.officers.treasurer.address)
    number, invoice = deal.number, deal.invoice.id
    benefit = deal.sponsored.benefits[1].id
    entry = session.execute(select(LedgerEntry.id).where(LedgerEntry.kind == "payment")).scalar_one()
    wanted = {
        company: (
            "mine",
            str(number),
            f"{number}/contract",
            f"benefits/{benefit}",
            f"packages/{deal.package.id}/apply",
        ),
        billing: ("mine", str(number), f"{number}/contract"),
        secretary: ("office", "office.csv", f"office/{number}", f"office/{number}/end", "office/packages"),
        treasurer: ("invoices", "invoices.csv", "ledger.csv", f"invoices/{invoice}", f"ledger/{entry}/reverse"),
    }
    wanted[secretary] += ("office/packages/new", f"office/packages/{deal.package.id}", f"{number}", "?q=engines")
    wanted[treasurer] += tuple(f"invoices/{invoice}/{act}" for act in ("payments", "refunds", "credit", "void"))
    for client, paths in wanted.items():
        for path in paths:
            assert client.get(f"/sponsors/{path}").status_code == 200, path
    for client in (company, billing, secretary, treasurer):
        assert client.get("/account/").status_code == 200


@pytest.mark.parametrize(
    ("field", "value", "says"),
    [
        ("website", "javascript:alert(1)", "whole address"),
        ("website", "http://example.com", "whole address"),
        ("website", "https://user:pw@example.com", "whole address"),
        ("website", "", "Enter the company"),
        ("billing_address", "Engine\u202e Street", "invisible"),
        ("billing_address", "", "Enter the address"),
        ("organization", "999999", "Not a valid choice"),
    ],
)
def test_an_application_that_cannot_be_used_is_shown_again_with_its_reason(
    app: Flask, deal: Deal, field: str, value: str, says: str
) -> None:
    asked = {"organization": str(deal.company.id), "website": "https://a.example", "billing_address": "1 Mill"}
    client = as_(app, deal.company.signatory.address)
    answer = client.post(f"/sponsors/packages/{deal.package.id}/apply", data=asked | {field: value})
    assert answer.status_code == 400
    assert says in answer.text
    assert "There is a problem" in answer.text


def test_what_a_form_does_not_ask_is_not_taken_from_it(app: Flask, session: Session, deal: Deal) -> None:
    asked = {"organization": str(deal.company.id), "website": "https://a.example", "billing_address": "1 Mill"}
    more = {"state": "active", "price": "1", "tier": "1", "place": "1", "starts_on": "2020-01-01"}
    client = as_(app, deal.company.signatory.address)
    location = client.post(f"/sponsors/packages/{deal.package.id}/apply", data=asked | more).location
    deal.number = int(location.rsplit("/", 1)[1])
    fresh(session, deal)
    assert deal.sponsored.state is SponsorshipState.APPLIED
    assert deal.sponsored.price == deal.package.price
    assert deal.sponsored.starts_on is None


def test_a_package_that_says_nothing_usable_is_shown_again(app: Flask, deal: Deal) -> None:
    client = as_(app, deal.officers.secretary.address)
    good = {"year": "2027", "name": "Bronze", "tier": "3", "amount": "100", "currency": "EUR", "benefits": "Booth"}
    for changes in ({"amount": "-5"}, {"amount": "1e9"}, {"places": "0"}, {"year": "20277"}, {"currency": "XXX"}):
        assert client.post("/sponsors/office/packages/new", data=good | changes).status_code == 400, changes
    assert client.post("/sponsors/office/packages/new", data=good | {"name": deal.package.name}).status_code == 409


def test_two_officers_who_decide_at_once_do_not_both_decide(app: Flask, session: Session, deal: Deal) -> None:
    deal.apply()
    client, office = as_(app, deal.officers.secretary.address), f"/sponsors/office/{deal.number}"
    version = hidden(client.get(office).text, "version")
    rejecting = {"version": version, "reason": "Not now."}
    approving = {"version": version, "starts_on": today().isoformat()}
    assert client.post(f"{office}/reject", data=rejecting).status_code == 303
    answer = client.post(f"{office}/approve", data=approving)
    assert answer.status_code == 409
    assert "Somebody else has changed this" in answer.text
    assert fresh(session, deal).sponsored.state is SponsorshipState.REJECTED


@pytest.mark.parametrize("version", ["", "0", "2", "one", "1; DROP TABLE", "9" * 40])
def test_a_tampered_version_fits_no_row(app: Flask, session: Session, deal: Deal, version: str) -> None:
    deal.apply()
    client = as_(app, deal.officers.secretary.address)
    sent = {"version": version, "starts_on": today().isoformat()}
    assert client.post(f"/sponsors/office/{deal.number}/approve", data=sent).status_code == 409
    assert fresh(session, deal).sponsored.state is SponsorshipState.APPLIED


def test_the_contract_is_signed_as_it_was_read_by_the_signatory_alone(app: Flask, session: Session, deal: Deal) -> None:
    deal.apply().approve().send()
    contract = deal.sponsored.contract
    assert contract is not None
    path, sha256 = f"/sponsors/{deal.number}/contract", contract.text_sha256
    signing = {"sha256": sha256, "name": "Ada Lovelace", "agree": "y"}
    stranger = make_company(session, "Stranger Ltd")
    assert as_(app, deal.company.billing.address).post(path, data=signing).status_code == 403
    assert as_(app, stranger.signatory.address).post(path, data=signing).status_code == 404
    assert as_(app, deal.officers.secretary.address).post(path, data=signing).status_code == 403
    client = as_(app, deal.company.signatory.address)
    for changes, status in (({"sha256": "0" * 64}, 409), ({"agree": ""}, 400), ({"name": " "}, 400)):
        assert client.post(path, data=signing | changes).status_code == status, changes
    assert fresh(session, deal).sponsored.state is SponsorshipState.CONTRACT_SENT
    assert client.post(path, data=signing).status_code == 303
    assert client.post(path, data=signing).status_code == 409


def test_a_mandate_that_ended_signs_nothing(app: Flask, session: Session, deal: Deal) -> None:
    deal.apply().approve().send()
    contract = deal.sponsored.contract
    assert contract is not None
    signing = {"sha256": contract.text_sha256, "name": "Ada Lovelace", "agree": "y"}
    session.execute(text("UPDATE mandate SET ended_at = now(), ended_why = 'Left.'"))
    session.commit()
    answer = as_(app, deal.company.signatory.address).post(f"/sponsors/{deal.number}/contract", data=signing)
    assert answer.status_code == 404


@pytest.mark.parametrize("how", ["mandate", "employer", "group"])
def test_nobody_decides_about_their_own_company(app: Flask, session: Session, deal: Deal, how: str) -> None:
    deal.apply()
    tie(session, deal.officers.secretary, deal.company.organization, how)
    tie(session, deal.officers.treasurer, deal.company.organization, how)
    client, version = as_(app, deal.officers.secretary.address), {"version": "1"}
    office = f"/sponsors/office/{deal.number}"
    for path, data in (
        ("approve", {"starts_on": today().isoformat()}),
        ("reject", {"reason": "Not now."}),
        ("end", {"reason": "Not now."}),
        ("contract", {}),
    ):
        answer = client.post(f"{office}/{path}", data=version | data)
        assert (answer.status_code, "somebody else has to decide" in answer.text) == (403, True), path
    assert fresh(session, deal).sponsored.state is SponsorshipState.APPLIED


def test_a_treasurer_keeps_no_ledger_of_their_own_company(app: Flask, session: Session, deal: Deal) -> None:
    deal.signed()
    tie(session, deal.officers.treasurer, deal.company.organization, "employer")
    client = as_(app, deal.officers.treasurer.address)
    paying = {"amount": "10000", "on": today().isoformat(), "reference": "TRF-1", "reason": "So."}
    for act in ("payments", "credit", "void"):
        answer = client.post(f"/sponsors/invoices/{deal.invoice.id}/{act}", data=paying)
        assert answer.status_code == 403, act
    assert fresh(session, deal).invoice.balance.minor == 1_000_000


def test_too_much_money_is_recorded_once_the_treasurer_says_that_it_came(app: Flask, session: Session) -> None:
    deal = make_deal(session).signed()
    treasurer = visitor(app)
    sign_in(treasurer, deal.officers.treasurer.address)
    path = f"/sponsors/invoices/{deal.invoice.id}/payments"
    paying = {"amount": "20000", "on": clock.now().date().isoformat(), "reference": "TRF-1"}
    assert 'name="beyond"' not in treasurer.get(path).text
    refused = treasurer.post(path, data=paying)
    assert (refused.status_code, 'name="beyond"' in refused.text) == (409, True)
    assert treasurer.post(path, data=paying | {"beyond": "y"}).status_code == 303
    page = treasurer.get(f"/sponsors/invoices/{deal.invoice.id}").text
    assert "EUR 10,000.00 more was paid than is owed" in page
    assert "Nothing is open" in treasurer.get(path).text


def test_another_companys_papers_do_not_exist_for_one(app: Flask, session: Session, deal: Deal) -> None:
    deal.active()
    asset = some_logo(deal)
    other = as_(app, another(deal, "Other Ltd").company.signatory.address)
    paths = [f"/sponsors/{deal.number}", f"/sponsors/{deal.number}/contract", f"/sponsors/{deal.number}/contract.pdf"]
    paths += [f"/sponsors/invoices/{deal.invoice.id}.pdf", f"/sponsors/benefits/{deal.sponsored.benefits[0].id}"]
    paths += [f"/sponsors/{deal.number}/withdraw", f"/sponsors/{deal.number}/billing", "/sponsors/99999"]
    paths += [f"/sponsors/assets/{asset}.png"]
    for path in paths:
        assert other.get(path).status_code == 404, path
    assert other.get("/sponsors/mine").text.count("Gold") == 0


def some_logo(deal: Deal) -> str:
    asset = benefits.give_logo(
        deal.session, deal.sponsored.benefits[0].id, picture(), by=deal.company.billing, now=deal.now
    )
    deal.session.commit()
    return f"{asset.id}-{asset.sha256}"


def test_forms_need_their_token(app: Flask, session: Session, deal: Deal) -> None:
    deal.apply()
    client = visitor(app, forgery_protection=True)
    sign_in(client, deal.officers.secretary.address)
    sent = {"version": "1", "starts_on": today().isoformat()}
    assert client.post(f"/sponsors/office/{deal.number}/approve", data=sent).status_code == 400
    assert fresh(session, deal).sponsored.state is SponsorshipState.APPLIED
    page = client.get(f"/sponsors/office/{deal.number}").text
    token = hidden(page, "csrf_token")
    sent |= {"csrf_token": token}
    assert client.post(f"/sponsors/office/{deal.number}/approve", data=sent).status_code == 303


def test_an_alternate_or_representative_neither_signs_nor_pays(app: Flask, session: Session, deal: Deal) -> None:
    deal.apply().approve().send()
    person = make_person(session)
    give_mandate(session, deal.company.organization, person, MandateRole.REPRESENTATIVE)
    client = as_(app, person.address)
    assert client.get(f"/sponsors/{deal.number}").status_code == 200
    assert client.get(f"/sponsors/{deal.number}/withdraw").status_code == 403
    assert client.get(f"/sponsors/{deal.number}/billing").status_code == 403
    assert client.get(f"/sponsors/packages/{deal.package.id}/apply").status_code == 403
