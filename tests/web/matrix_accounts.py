"""Who may what: accounts. Everybody's own, and nobody else's, for no address names a person."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy.orm import Session

from foundation.accounts.models import Person
from foundation.accounts.services import tokens
from foundation.core import clock
from tests.web.matrix import STRANGER, Row, everyone, signed_in


def arrange(session: Session, people: dict[str, Person]) -> dict[str, dict[str, object]]:
    """Name a link that nobody was sent, and make the treasurer's token, which is nobody else's."""
    treasurer = people["treasurer"]
    (held,) = treasurer.appointments
    lasts, now = timedelta(days=1), clock.now()
    made = tokens.issue(session, treasurer, held.id, label="Matrix", lasts=lasts, now=now).token
    session.commit()
    return {
        "link": {"token": "A" * 43},
        "token": {"token_id": made.id},
        "address": {"number": treasurer.addresses[0].id, "act": "first"},
    }


ROWS = (
    Row("accounts.sign_up", "GET", "", everyone(200)),
    Row("accounts.sign_up", "POST", "", everyone(400)),
    Row("accounts.check_your_mail", "GET", "", everyone(200)),
    Row("accounts.confirm", "GET", "link", everyone(410)),
    Row("accounts.confirm", "POST", "link", everyone(410)),
    Row("accounts.sign_in", "GET", "", everyone(303, **{STRANGER: 200})),
    Row("accounts.sign_in", "POST", "", everyone(400)),
    Row("accounts.reset", "GET", "", everyone(200)),
    Row("accounts.reset", "POST", "", everyone(400)),
    Row("accounts.choose_password", "GET", "link", everyone(410)),
    Row("accounts.choose_password", "POST", "link", everyone(410)),
    Row("accounts.show", "GET", "", signed_in(200)),
    Row("accounts.security", "GET", "", signed_in(200)),
    Row("accounts.change_name", "GET", "", signed_in(200)),
    Row("accounts.change_name", "POST", "", signed_in(400)),
    Row("accounts.addresses", "GET", "", signed_in(200)),
    Row("accounts.addresses", "POST", "", signed_in(400)),
    Row("accounts.confirm_addition", "GET", "link", everyone(410)),
    Row("accounts.add_address", "POST", "link", signed_in(410)),
    Row("accounts.change_addresses", "POST", "address", signed_in(404, treasurer=303)),
    Row("accounts.change_password", "GET", "", signed_in(200)),
    Row("accounts.change_password", "POST", "", signed_in(400)),
    Row("accounts.sign_out_elsewhere", "POST", "", signed_in(303)),
    Row("programs.show", "GET", "", signed_in(200)),
    Row("programs.make", "POST", "", signed_in(400)),
    Row("programs.revoke", "POST", "token", signed_in(404, treasurer=303)),
    Row("accounts.sign_out", "POST", "", everyone(303)),
)
