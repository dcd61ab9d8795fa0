"""Mails to appellants: what was decided and why, once."""

from __future__ import annotations

from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from elections.electorate.models import Appeal
from foundation.core import mail
from foundation.core.context import settings

LONGEST_SUBJECT = 200


def tell_decided(session: Session, appeal: Appeal, *, now: datetime) -> None:
    """Tell the appellant what two officials decided, with each official's reason."""
    says = (
        _("Two officials have granted your appeal.") if appeal.upheld else _("Two officials have refused your appeal.")
    )
    reasons = "\n\n".join(f"{each.by.display_name}: {each.reason}" for each in appeal.verdicts)
    link = f"{settings().base_url}/elections/{appeal.election_uuid}/electorate/mine"
    words = {"name": appeal.person.display_name, "says": says, "reasons": reasons, "link": link}
    text = _("Hello %(name)s,\n\n%(says)s\n\n%(reasons)s\n\n%(link)s\n", **words)
    subject = _("Your appeal was decided: %(title)s", title=appeal.election.title)[:LONGEST_SUBJECT]
    mail.enqueue(session, to=appeal.person.address, subject=subject, text=text, key=f"appeal {appeal.id}", now=now)
