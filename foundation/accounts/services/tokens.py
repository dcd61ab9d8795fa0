"""Tokens of programs: each acts for a person in one office, while that appointment lasts and the token is not over."""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session, contains_eager

from foundation.accounts.lifetimes import SEEN_EVERY
from foundation.accounts.models import ApiToken, Appointment, Person
from foundation.accounts.services.sessions import sha256_of
from foundation.core import register
from foundation.core.errors import Conflict, Forbidden, Invalid, NotFound

# Whoever finds a token in a file or a log, and programs that search for lost secrets, can tell what it is.
PREFIX = "footing_"
TOKEN_BYTES = 32
LONGEST_LABEL = 100
LONGEST_LIFE = timedelta(days=365)
MOST_TOKENS = 20
FINGERPRINT = 16


@dataclass(frozen=True, slots=True)
class Issued:
    """A new token: what is kept of it, and the secret itself, which is shown once and known nowhere else."""

    token: ApiToken
    secret: str = field(repr=False)


def issue(
    session: Session, person: Person, appointment_id: int, *, label: str, lasts: timedelta, now: datetime
) -> Issued:
    """Make a token for one of the person's offices and enter it in the register; raise Forbidden or Invalid."""
    appointment = session.get(Appointment, appointment_id)
    if appointment is None or appointment.person_id != person.id or not appointment.is_in_force(now):
        raise Forbidden(_("You do not hold this office now."), code="not-your-office")
    if not timedelta(0) < lasts <= LONGEST_LIFE:
        raise Invalid(_("A token lasts at most a year."), code="bad-expiry")
    if len(living(session, person, now=now)) >= MOST_TOKENS:
        raise Conflict(_("You have %(most)s tokens. Revoke one you no longer use.", most=MOST_TOKENS))
    secret = PREFIX + secrets.token_urlsafe(TOKEN_BYTES)
    token = ApiToken(
        appointment=appointment,
        label=_label(label),
        token_sha256=sha256_of(secret),
        created_at=now,
        # An appointment that ends sooner takes its tokens with it; saying the later date would mislead.
        expires_at=min(now + lasts, appointment.until_at or now + lasts),
    )
    session.add(token)
    session.flush()
    _enter(session, "token.made", token, now=now)
    return Issued(token, secret)


def find(session: Session, secret: str, *, now: datetime) -> ApiToken | None:
    """Return the token that the secret is, with its appointment and person, if it may still be used."""
    digest = sha256_of(secret)
    wanted = select(ApiToken).join(ApiToken.appointment).join(Appointment.person)
    wanted = wanted.options(contains_eager(ApiToken.appointment).contains_eager(Appointment.person))
    found = session.execute(wanted.where(ApiToken.token_sha256 == digest)).scalar_one_or_none()
    if found is None or not hmac.compare_digest(found.token_sha256, digest):
        return None
    return found if is_living(found, now) else None


def is_living(token: ApiToken, now: datetime) -> bool:
    """Tell whether a program that brings the token is let in at `now`."""
    return token.revoked_at is None and now < token.expires_at and token.appointment.is_in_force(now)


def is_used_long_ago(token: ApiToken, now: datetime) -> bool:
    """Tell whether the token's last use should be written down again."""
    return token.last_used_at is None or now - token.last_used_at >= SEEN_EVERY


def living(session: Session, person: Person, *, now: datetime) -> Sequence[ApiToken]:
    """Return the person's tokens that are let in, the newest first."""
    wanted = select(ApiToken).join(ApiToken.appointment).options(contains_eager(ApiToken.appointment))
    theirs = session.execute(wanted.where(Appointment.person_id == person.id).order_by(ApiToken.id.desc())).scalars()
    return [token for token in theirs if is_living(token, now)]


def revoke(session: Session, token_id: int, person: Person, *, now: datetime) -> ApiToken:
    """End a token of the person's at once, or raise NotFound; one that is over already stays as it is."""
    token = session.get(ApiToken, token_id, with_for_update=True)
    if token is None or token.appointment.person_id != person.id:
        raise NotFound(_("You have no such token."), code="no-such-token")
    if token.revoked_at is None:
        token.revoked_at = now
        session.flush()
        _enter(session, "token.revoked", token, now=now)
    return token


def revoke_all(session: Session, person: Person, *, now: datetime) -> None:
    """End every token of a person who chose a new password: a stranger who had the old one may have made it."""
    for token in living(session, person, now=now):
        revoke(session, token.id, person, now=now)


def _label(text: str) -> str:
    label = " ".join(text.split())
    if not label or len(label) > LONGEST_LABEL or not label.isprintable():
        raise Invalid(_("Say in at most 100 characters which program the token is for."), code="bad-label")
    return label


def _enter(session: Session, act: str, token: ApiToken, *, now: datetime) -> None:
    """Tell the public that a program may act in an office; what it is called is its owner's affair."""
    facts = {
        "office": token.appointment.office.value,
        "token": token.token_sha256.hex()[:FINGERPRINT],
        "expires": token.expires_at.isoformat(),
    }
    person = token.appointment.person
    register.enter(session, act=act, by=person.display_name, now=now, subject=f"person:{person.id}", facts=facts)
