"""Letters of membership: short, with what, until when, and one link to our own domain; each is sent once."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from foundation.accounts.models import Person
from foundation.core import mail
from foundation.core.context import external_url, render_letter, settings
from membership.models.mandates import Mandate, MandateRole
from membership.models.parties import Party

NOWHERE = ".invalid"  # RFC 2606, section 2


@dataclass(frozen=True, slots=True)
class Letter:
    """What a letter says, and the page it leads to; `key` names the news, so that nothing is told twice."""

    subject: str
    says: str
    key: str
    endpoint: str = "membership.mine"
    values: dict[str, Any] = field(default_factory=dict)


def tell(session: Session, person: Person, letter: Letter, *, now: datetime) -> None:
    """Put a letter to the person into the outbox; who was erased or merged has an address that no mail reaches."""
    if person.address.endswith(NOWHERE):
        return
    post(session, person.address, letter, name=person.display_name, now=now)


def post(session: Session, to: str, letter: Letter, *, name: str, now: datetime) -> None:
    """Put a letter to an address into the outbox."""
    foundation = settings().foundation_name
    link = external_url(letter.endpoint, **letter.values)
    text = render_letter("membership_letter", name=name, says=letter.says, link=link, foundation=foundation)
    key = f"membership:{letter.key}"
    mail.enqueue(session, to=to, subject=f"{foundation}: {letter.subject}"[:200], text=text, key=key, now=now)


def tell_party(session: Session, party: Party, letter: Letter, *, now: datetime) -> None:
    """Tell the person, or each signatory of the organization."""
    for person in people_of(session, party, now=now):
        told = Letter(letter.subject, letter.says, f"{letter.key}:{person.id}", letter.endpoint, letter.values)
        tell(session, person, told, now=now)


def people_of(session: Session, party: Party, *, now: datetime) -> list[Person]:
    """Return who reads letters to the party; nobody reads those to a party that was erased or merged."""
    if party.erased_at is not None or party.merged_into_id is not None:
        return []
    if party.person is not None:
        return [party.person]
    wanted = select(Mandate).where(
        Mandate.organization_id == party.organization_id, Mandate.role == MandateRole.SIGNATORY
    )
    return [mandate.person for mandate in session.execute(wanted).scalars() if mandate.is_in_force(now)]
