"""A demonstration's members: agreements to sign, officers who decide, and a directory that is not empty."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from foundation.accounts.services import appointments, joining
from foundation.accounts.services.appointments import Term
from foundation.config import Environment
from foundation.core.access import Office
from foundation.core.context import settings
from foundation.core.errors import Forbidden
from membership import demo_members, seeding
from membership.rules.classes import MemberClass
from membership.services import agreeing
from membership.services.agreeing import NewVersion

PASSWORD = "equal footing for all"  # noqa: S105 — printed for everyone to use; production refuses to seed
BY = "the demonstration"
SIZE = seeding.Size(members=60, organizations=8)
AGREEMENT = """We stand on equal footing: a person and a company go through the same admission and have one vote each.

I share in the foundation's purpose, keep its code of conduct, and say truthfully whom I work for.

I may leave at any time. What I signed stays on record."""


@dataclass(frozen=True, slots=True)
class Account:
    """Somebody one can sign in as, and what for."""

    address: str
    password: str
    what: str
    name: str
    office: Office | None = None


ACCOUNTS = (
    Account(
        "committee@footing.example",
        PASSWORD,
        "the membership committee, which decides on applications",
        "Carl Committee",
        Office.MEMBERSHIP_COMMITTEE,
    ),
    Account("secretary@footing.example", PASSWORD, "the secretary", "Sybil Secretary", Office.SECRETARY),
    Account("treasurer@footing.example", PASSWORD, "the treasurer", "Theo Treasurer", Office.TREASURER),
)


def seed(session: Session, *, now: datetime) -> list[Account]:
    """Make the demonstration's members unless they are there, and return the officers to sign in as."""
    if settings().environment is Environment.PRODUCTION:
        raise Forbidden("Demonstration accounts have a public password: they are never made in production.")
    if joining.person_or_none(session, ACCOUNTS[0].address) is None:
        for account in ACCOUNTS:
            _officer(session, account, now)
        for kind in MemberClass:
            title = f"Agreement of {kind.value} members"
            agreeing.publish(session, NewVersion(kind, title, AGREEMENT, True), by=BY, now=now)
        seeding.seed(session, SIZE, now=now)
        officer = joining.person_of(session, ACCOUNTS[0].address)
        demo_members.seed(session, officer, PASSWORD, now=now)
    return [*ACCOUNTS, *_members()]


def _members() -> list[Account]:
    """Return the members who have no account from elsewhere in the demonstration."""
    people = [Account(one.address, PASSWORD, "a member who may stand", one.name) for one in demo_members.PEOPLE[2:]]
    companies = [
        Account(one.speaker.address, PASSWORD, f"who speaks for {one.name}", one.speaker.name)
        for one in demo_members.COMPANIES
    ]
    return people + companies


def _officer(session: Session, account: Account, now: datetime) -> None:
    person = joining.make_person(session, account.address, account.name, password=account.password, now=now)
    if account.office is None:
        return
    reason = "To show how the office works."
    appointments.appoint(session, person, account.office, term=Term(now), reason=reason, by=BY, now=now)
