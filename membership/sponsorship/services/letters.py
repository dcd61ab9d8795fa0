"""Letters to a company's contacts: plain text, short, each with a key so that nothing is told twice."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy.orm import Session

from foundation.accounts.models import Person
from foundation.core import mail
from foundation.core.context import external_url, render_letter, settings
from membership.sponsorship import company
from membership.sponsorship.language import translated as _
from membership.sponsorship.models.sponsorships import Sponsorship


def _subject_of(letter: str) -> str:
    return {
        "approved": _("Your sponsorship is approved"),
        "rejected": _("Your application to sponsor us"),
        "nullified": _("Your sponsorship has ended"),
        "contract": _("A contract waits for your signature"),
        "invoice": _("Your invoice"),
        "overdue": _("Your invoice is overdue"),
        "paid": _("Your payment has arrived, thank you"),
        "renewal": _("Your sponsorship ends soon"),
        "lapsed": _("Your sponsorship has lapsed"),
        "taken_down": _("Something you gave us for a benefit was taken down"),
    }[letter]


def tell_company(
    session: Session, sponsored: Sponsorship, letter: str, *, now: datetime, key: str = "", **values: object
) -> None:
    """Write to the company's signatories and billing contacts; `key` tells apart letters of one kind."""
    people = company.contacts_of(session, sponsored.organization_id, now=now)
    _tell(session, sponsored, people, letter, now=now, key=key, **values)


def tell_signatories(session: Session, sponsored: Sponsorship, letter: str, *, now: datetime) -> None:
    """Write to those who may sign for the company."""
    roles = (company.MandateRole.SIGNATORY,)
    people = company.contacts_of(session, sponsored.organization_id, now=now, roles=roles)
    _tell(session, sponsored, people, letter, now=now, key="")


def _tell(
    session: Session,
    sponsored: Sponsorship,
    people: Iterable[Person],
    letter: str,
    *,
    now: datetime,
    key: str,
    **values: object,
) -> None:
    foundation = settings().foundation_name
    link = external_url("sponsorship.show", number=sponsored.id)
    given = {"foundation": foundation, "sponsored": sponsored, "link": link, **values}
    for person in people:
        text = render_letter(f"sponsorship_{letter}", name=person.display_name, **given)
        mail.enqueue(
            session,
            to=person.address,
            subject=f"{foundation}: {_subject_of(letter)}",
            text=text,
            key=f"sponsorship:{sponsored.id}:{letter}:{key}:{person.id}",
            now=now,
        )
