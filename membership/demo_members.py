"""A demonstration's members that one can sign in as: people, companies that speak through somebody, and a project.

The people are from the history of computing and long gone. Each was admitted through the services, by the committee.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from foundation.accounts.models import Person
from foundation.accounts.services import joining
from foundation.core.mail import OutboxMessage
from membership.models.mandates import MandateRole
from membership.models.participation import Project, Source
from membership.models.parties import Organization, Party
from membership.rules.standing import ContributionKind
from membership.services import agreeing, applying, deciding, mandating, organizing, participating, parties
from membership.services.organizing import NewOrganization
from membership.sources.records import SourceRecord

DOMAIN = "footing.example"
CONTRIBUTED = timedelta(days=30)
CONTRIBUTIONS = 3
STATEMENT = "I write code, answer newcomers and read what others propose."
CODE = re.compile(r"\b\d{4} \d{4}\b")
PROJECT = ("example", "Example")


@dataclass(frozen=True, slots=True)
class Newcomer:
    """Somebody who becomes a member, or speaks for a company that does; contributors have standing in the project."""

    address: str
    name: str
    contributes: bool = True


@dataclass(frozen=True, slots=True)
class Company:
    """A company that becomes a member; its signatory is its voting representative too."""

    name: str
    number: str
    domain: str
    speaker: Newcomer


PEOPLE = (
    Newcomer(f"member@{DOMAIN}", "Mary Member"),
    Newcomer(f"second@{DOMAIN}", "Sam Second"),
    Newcomer(f"ada@{DOMAIN}", "Ada Lovelace"),
    Newcomer(f"grace@{DOMAIN}", "Grace Hopper"),
    Newcomer(f"hedy@{DOMAIN}", "Hedy Lamarr"),
    Newcomer(f"alan@{DOMAIN}", "Alan Turing", contributes=False),
)
COMPANIES = (
    Company("Analytical Engines Ltd", "HRB 1837", "engines.example", Newcomer(f"charles@{DOMAIN}", "Charles Babbage")),
    Company("Compiler Works GmbH", "HRB 1957", "compilers.example", Newcomer(f"john@{DOMAIN}", "John Backus")),
    Company("Looms and Cards SA", "HRB 1804", "looms.example", Newcomer(f"joseph@{DOMAIN}", "Joseph Jacquard")),
)


def seed(session: Session, officer: Person, password: str, *, now: datetime) -> None:
    """Make the people and companies members, each decided by the officer, and record what they contributed."""
    for newcomer in PEOPLE:
        person = _person(session, newcomer, password, now)
        _admit(session, parties.party_of(session, person, now=now), person, officer, now=now)
    for company in COMPANIES:
        _company(session, company, officer, password, now=now)
    project = participating.make_project(session, *PROJECT, by=officer, now=now)
    participating.name_lead(session, project, joining.person_of(session, PEOPLE[0].address), by=officer, now=now)
    _contribute(session, project, officer, now)


def _person(session: Session, newcomer: Newcomer, password: str, now: datetime) -> Person:
    known = joining.person_or_none(session, newcomer.address)
    return known or joining.make_person(session, newcomer.address, newcomer.name, password=password, now=now)


def _admit(session: Session, party: Party, by: Person, officer: Person, *, now: datetime) -> None:
    application = applying.begin(session, party, STATEMENT, by=by, now=now)
    number = application.id
    applying.submit(session, number, version=application.version, by=by, now=now)
    deciding.begin_review(session, number, version=application.version, by=officer, now=now)
    deciding.approve(session, number, "To show how it works.", version=application.version, by=officer, now=now)
    newest = agreeing.current(session, application.member_class)
    agreeing.sign(session, party, by.display_name, version=newest.number, by=by, now=now)


def _company(session: Session, company: Company, officer: Person, password: str, *, now: datetime) -> None:
    speaker = _person(session, company.speaker, password, now)
    new = NewOrganization(company.name, "DE", company.number)
    organization = organizing.register_organization(session, new, by=speaker, now=now)
    _prove(session, organization, company.domain, by=speaker, now=now)
    _admit(session, organization.party, speaker, officer, now=now)
    role = MandateRole.REPRESENTATIVE
    mandate = mandating.invite(session, organization, role, speaker.address, by=speaker, now=now)
    mandating.accept(session, mandate.id, by=speaker, now=now)


def _prove(session: Session, organization: Organization, domain: str, *, by: Person, now: datetime) -> None:
    """Enter the code from the letter: in a demonstration it waits in the outbox."""
    address = f"post@{domain}"
    organizing.send_code(session, organization, address, by=by, now=now)
    session.flush()
    wanted = select(OutboxMessage.text).where(OutboxMessage.recipient == address)
    letter = session.execute(wanted.order_by(OutboxMessage.id.desc()).limit(1)).scalar_one()
    found = CODE.search(letter)
    if found is None:
        raise LookupError("The letter holds no code.")
    organizing.prove_domain(session, organization, found.group(), by=by, now=now)


def _contribute(session: Session, project: Project, officer: Person, now: datetime) -> None:
    on: date = (now - CONTRIBUTED).date()
    records = [
        SourceRecord(person.address, ContributionKind.CODE, on, f"change {number} of {person.address}", "")
        for person in PEOPLE
        if person.contributes
        for number in range(CONTRIBUTIONS)
    ]
    participating.record(session, project, Source.CSV, records, verifier=officer.display_name, now=now)
