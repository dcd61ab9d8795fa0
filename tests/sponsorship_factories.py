"""What the tests of sponsoring begin with: companies with their people, packages, and sponsorships at every stage."""

from __future__ import annotations

import io
import itertools
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from PIL import Image
from sqlalchemy.orm import Session

from foundation.accounts.models import Person
from foundation.core import clock
from foundation.core.access import Office
from membership.models.mandates import Mandate, MandateRole
from membership.models.parties import Organization, Party, PartyKind, Visibility
from membership.sponsorship.models.invoices import Invoice
from membership.sponsorship.models.packages import BenefitKind, Package
from membership.sponsorship.models.sponsorships import Sponsorship
from membership.sponsorship.rules.lifecycle import PackageState
from membership.sponsorship.rules.money import Money
from membership.sponsorship.services import applying, catalogue, contracts, packages, payments, steps
from membership.sponsorship.services.applying import Asked
from membership.sponsorship.services.packages import NewBenefit, PackageTerms
from membership.sponsorship.services.payments import Transfer
from tests.factories import make_person, official

DAY = timedelta(days=1)
BENEFITS = (
    NewBenefit("Logo on the sponsors' page", BenefitKind.LOGO),
    NewBenefit("Text in the newsletter", BenefitKind.TEXT),
    NewBenefit("Booth at the assembly", BenefitKind.PLAIN),
)
_numbers = itertools.count(1)


@dataclass(frozen=True)
class Company:
    """An organization, its signatory and its billing contact."""

    organization: Organization
    signatory: Person
    billing: Person

    @property
    def id(self) -> int:
        return self.organization.id


def make_organization(session: Session, name: str, by: Person) -> Organization:
    number = next(_numbers)
    organization = Organization(
        legal_name=name,
        name_key=name.casefold(),
        jurisdiction="DE",
        registry_number=f"HRB {number}",
        registry_key=f"HRB{number}",
        registered_by_id=by.id,
        created_at=clock.now(),
    )
    party = Party(
        kind=PartyKind.ORGANIZATION,
        organization=organization,
        name_visibility=Visibility.EVERYONE,
        created_at=organization.created_at,
    )
    session.add(party)
    session.commit()
    return organization


def give_mandate(session: Session, organization: Organization, person: Person, role: MandateRole) -> Mandate:
    now = clock.now() - DAY
    mandate = Mandate(
        organization_id=organization.id,
        person_id=person.id,
        role=role,
        invited_by_id=person.id,
        invited_at=now,
        accepted_at=now,
    )
    session.add(mandate)
    session.commit()
    return mandate


def make_company(session: Session, name: str = "Analytical Engines GmbH") -> Company:
    signatory, billing = make_person(session), make_person(session)
    organization = make_organization(session, name, signatory)
    give_mandate(session, organization, signatory, MandateRole.SIGNATORY)
    give_mandate(session, organization, billing, MandateRole.BILLING)
    return Company(organization, signatory, billing)


@dataclass(frozen=True)
class Officers:
    """The secretary and the treasurer."""

    secretary: Person
    treasurer: Person


def make_officers(session: Session) -> Officers:
    return Officers(official(session, Office.SECRETARY), official(session, Office.TREASURER))


def terms(**changes: object) -> PackageTerms:
    said: dict[str, object] = {
        "year": 2027,
        "name": "Gold",
        "tier": 1,
        "price": Money(1_000_000, "EUR"),
        "places": None,
        "description": "For those who want to be seen.",
        "benefits": BENEFITS,
    }
    return PackageTerms(**(said | changes))  # type: ignore[arg-type]


def offer(session: Session, by: Person, **changes: object) -> Package:
    actor, now = steps.officer(by), clock.now()
    package = packages.add_package(session, terms(**changes), by=actor, now=now)
    packages.move_package(session, package.id, PackageState.OFFERED, version=1, by=actor, now=now)
    session.commit()
    return package


@dataclass
class Deal:
    """A company, a package and the officers, and the sponsorship as far as it has come."""

    session: Session
    company: Company
    officers: Officers
    package: Package
    now: datetime

    number: int = 0

    @property
    def sponsored(self) -> Sponsorship:
        return catalogue.sponsorship(self.session, self.number)

    @property
    def invoice(self) -> Invoice:
        found = catalogue.invoice_of(self.session, self.sponsored)
        assert found is not None
        return found

    def apply(self) -> Deal:
        asked = Asked(self.company.id, self.package.id, "https://www.example.com", "1 Engine Street\nLondon", "PO-7")
        self.number = applying.apply(self.session, asked, by=self.company.signatory, now=self.now).id
        self.session.commit()
        return self

    def approve(self, starts_on: date | None = None) -> Deal:
        day, version = starts_on or self.now.date(), self.sponsored.version
        applying.approve(self.session, self.number, day, version=version, by=self.officers.secretary, now=self.now)
        self.session.commit()
        return self

    def send(self) -> Deal:
        version = self.sponsored.version
        contracts.send_contract(self.session, self.number, version=version, by=self.officers.secretary, now=self.now)
        self.session.commit()
        return self

    def sign(self) -> Deal:
        contract = self.sponsored.contract
        assert contract is not None
        signatory = self.company.signatory
        contracts.sign(
            self.session, self.number, signatory.display_name, sha256=contract.text_sha256, by=signatory, now=self.now
        )
        self.session.commit()
        return self

    def pay(self, minor: int | None = None, reference: str = "BANK-1") -> Deal:
        amount = Money(self.invoice.balance.minor if minor is None else minor, self.invoice.currency)
        transfer = Transfer(amount, self.now.date(), reference)
        payments.record_payment(self.session, self.invoice.id, transfer, by=self.officers.treasurer, now=self.now)
        self.session.commit()
        return self

    def signed(self) -> Deal:
        return self.apply().approve().send().sign()

    def active(self) -> Deal:
        return self.signed().pay()


def make_deal(session: Session, name: str = "Analytical Engines GmbH", now: datetime | None = None) -> Deal:
    officers = make_officers(session)
    package = offer(session, officers.secretary, name=f"Gold {next(_numbers)}")
    return Deal(session, make_company(session, name), officers, package, now or clock.now())


def another(deal: Deal, name: str) -> Deal:
    """A second company that wants the same package."""
    return Deal(deal.session, make_company(deal.session, name), deal.officers, deal.package, deal.now)


def picture(size: tuple[int, int] = (300, 200), kind: str = "PNG", **options: object) -> bytes:
    """A picture of a plain colour."""
    out = io.BytesIO()
    mode = "RGB" if kind == "JPEG" else "RGBA"
    Image.new(mode, size, (18, 75, 69) if mode == "RGB" else (18, 75, 69, 255)).save(out, format=kind, **options)  # type: ignore[arg-type]
    return out.getvalue()
