"""Mails of certification: to certifiers when a certificate waits for them, to whoever complained when it is decided."""

from __future__ import annotations

from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from elections.certification.models import Certificate, Complaint
from elections.models import Election
from elections.services import offices
from foundation.core import mail
from foundation.core.access import Office
from foundation.core.context import external_url


def tell_certifiers(session: Session, certificate: Certificate, *, now: datetime) -> None:
    """Tell every certifier that a certificate waits for their signature, once for each certificate."""
    election = certificate.election
    for person in offices.able(session, election, Office.CERTIFIER, now):
        words = {
            "name": person.display_name,
            "title": election.title,
            "link": external_url("certification.sign", uuid=election.uuid),
        }
        text = _(
            "Hello %(name)s,\n\nthe certificate of the election “%(title)s” waits for your signature.\n"
            "Read it, verify the archive, and sign it here:\n\n%(link)s\n",
            **words,
        )
        heading = _("Certify: %(title)s", title=election.title)
        key = f"certificate {certificate.id} {person.id}"
        mail.enqueue(session, to=person.address, subject=heading, text=str(text), key=key, now=now)


def tell_complainer(session: Session, election: Election, complaint: Complaint, *, now: datetime) -> None:
    """Tell whoever complained that an official has decided, and where the reason stands."""
    words = {
        "name": complaint.person.display_name,
        "title": election.title,
        "link": external_url("certification.complaints", uuid=election.uuid),
    }
    text = _(
        "Hello %(name)s,\n\nyour complaint about the election “%(title)s” was decided.\n"
        "The decision and its reason are public:\n\n%(link)s\n",
        **words,
    )
    heading = _("Your complaint was decided: %(title)s", title=election.title)
    key = f"complaint {complaint.id}"
    mail.enqueue(session, to=complaint.person.address, subject=heading, text=str(text), key=key, now=now)
