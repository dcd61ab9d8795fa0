"""Members for tests, made through the services: applications, admissions, organizations with their mandates."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

from sqlalchemy import text
from sqlalchemy.orm import Session

from foundation.accounts.models import Person
from foundation.core import clock
from foundation.core.access import Office
from membership.models.affiliations import Affiliation, AffiliationKind
from membership.models.applications import Application
from membership.models.mandates import Mandate, MandateRole
from membership.models.memberships import Membership
from membership.models.parties import Organization, Party
from membership.rules.classes import MemberClass
from membership.services import (
    admitting,
    affiliating,
    agreeing,
    applying,
    deciding,
    mandating,
    organizing,
    parties,
)
from membership.services.affiliating import Declared
from membership.services.agreeing import NewVersion
from membership.services.organizing import NewOrganization
from tests.factories import letters, make_person, official

STATEMENT = "I translate the handbook and answer questions of newcomers."
TEXT = "We stand on equal footing.\n\nNo member has more than one vote."


def publish_agreements(session: Session, *, now: datetime | None = None) -> None:
    """Publish the first version of each class's agreement, unless there is one."""
    if session.execute(text("SELECT count(*) FROM agreement")).scalar_one():
        return
    for kind in MemberClass:
        new = NewVersion(kind, f"Agreement of {kind.value} members", TEXT, True)
        agreeing.publish(session, new, by="operator", now=now or clock.now())
    session.commit()


def committee(session: Session) -> Person:
    """A member of the membership committee, who belongs to nobody."""
    return official(session, Office.MEMBERSHIP_COMMITTEE)


def person_party(session: Session, person: Person) -> Party:
    party = parties.party_of(session, person, now=clock.now())
    session.commit()
    return party


def make_organization(
    session: Session, name: str, signatory: Person, number: str | None = None, domain: str | None = None
) -> Organization:
    """An organization with a proved domain unless `domain` is empty."""
    now = clock.now()
    slug = re.sub(r"[^a-z0-9]", "", name.lower())
    new = NewOrganization(name, "DE", number or f"HRB {slug}")
    organization = organizing.register_organization(session, new, by=signatory, now=now)
    session.commit()
    if domain != "":
        prove(session, organization, signatory, domain or f"{slug}.example")
    return organization


def prove(session: Session, organization: Organization, signatory: Person, domain: str) -> None:
    """Prove a mail domain with the code from the letter."""
    organizing.send_code(session, organization, f"post@{domain}", by=signatory, now=clock.now())
    session.commit()
    code = code_in(letters(session, f"post@{domain}")[-1].text)
    organizing.prove_domain(session, organization, code, by=signatory, now=clock.now())
    session.commit()


def code_in(letter: str) -> str:
    found = re.search(r"\b\d{4} \d{4}\b", letter)
    assert found is not None
    return found.group()


def submitted(session: Session, party: Party, by: Person) -> Application:
    """An application that waits for the committee."""
    application = applying.begin(session, party, STATEMENT, by=by, now=clock.now())
    applying.submit(session, application.id, version=application.version, by=by, now=clock.now())
    session.commit()
    return application


def under_review(session: Session, party: Party, by: Person, officer: Person) -> Application:
    application = submitted(session, party, by)
    deciding.begin_review(session, application.id, version=application.version, by=officer, now=clock.now())
    session.commit()
    return application


def approved(session: Session, party: Party, by: Person, officer: Person) -> Membership:
    """A membership that waits for the signature."""
    publish_agreements(session)
    application = under_review(session, party, by, officer)
    deciding.approve(session, application.id, "Well known.", version=application.version, by=officer, now=clock.now())
    session.commit()
    membership = admitting.membership_of(session, party)
    assert membership is not None
    return membership


def admitted(session: Session, party: Party, by: Person, officer: Person) -> Membership:
    """An active membership."""
    membership = approved(session, party, by, officer)
    newest = agreeing.current(session, membership.member_class)
    agreeing.sign(session, party, by.display_name, version=newest.number, by=by, now=clock.now())
    session.commit()
    return membership


def make_member(session: Session, person: Person | None = None, officer: Person | None = None) -> Membership:
    """A person who is a member."""
    person = person or make_person(session)
    return admitted(session, person_party(session, person), person, officer or committee(session))


def make_corporate_member(
    session: Session, name: str, representative: Person | None = None, officer: Person | None = None
) -> tuple[Membership, Person]:
    """An organization that is a member, with its signatory, and a representative unless none is given."""
    signatory = make_person(session)
    organization = make_organization(session, name, signatory)
    membership = admitted(session, organization.party, signatory, officer or committee(session))
    if representative is not None:
        mandated(session, organization, MandateRole.REPRESENTATIVE, representative, signatory)
    return membership, signatory


def mandated(
    session: Session, organization: Organization, role: MandateRole, person: Person, signatory: Person
) -> Mandate:
    """A mandate that was accepted."""
    mandate = mandating.invite(session, organization, role, person.address, by=signatory, now=clock.now())
    mandating.accept(session, mandate.id, by=person, now=clock.now())
    session.commit()
    return mandate


def let_membership_age(session: Session, membership: Membership, time: timedelta) -> None:
    """Make a membership older by so many days, as if they had passed."""
    days = {"days": time.days, "number": membership.id}
    session.execute(text("ALTER TABLE membership_term DISABLE TRIGGER membership_term_stays"))
    session.execute(text("ALTER TABLE membership_event DISABLE TRIGGER membership_event_only_grows"))
    session.execute(
        text(
            "UPDATE membership_term SET from_on = from_on - :days, until_on = until_on - :days, "
            "grace_until = grace_until - :days WHERE membership_id = :number"
        ),
        days,
    )
    session.execute(text("UPDATE membership_event SET on_date = on_date - :days WHERE membership_id = :number"), days)
    session.execute(
        text(
            "UPDATE directory_entry SET good_from = good_from - :days, good_until = good_until - :days "
            "WHERE membership_id = :number"
        ),
        days,
    )
    session.execute(text("ALTER TABLE membership_term ENABLE TRIGGER membership_term_stays"))
    session.execute(text("ALTER TABLE membership_event ENABLE TRIGGER membership_event_only_grows"))
    session.commit()
    session.expire_all()


def affiliated(session: Session, person: Person, organization: Organization, since: timedelta) -> Affiliation:
    """An affiliation that the person declared, which holds since so long."""
    now = clock.now()
    declared = Declared(AffiliationKind.EMPLOYEE, (now - since).date(), organization.id)
    affiliation = affiliating.declare(session, declared, by=person, now=now)
    session.commit()
    return affiliation
