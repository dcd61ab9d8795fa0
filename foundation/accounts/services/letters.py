"""The letters of accounts: what a mailed link leads to, and news of what happened to an account."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from datetime import datetime, timedelta

from flask_babel import gettext as _
from sqlalchemy import delete, exists, func, or_, select, update
from sqlalchemy.orm import Session

from foundation.accounts.lifetimes import CONFIRM, INVITATION, KEPT_AFTER_END, LETTERS_AN_HOUR, RESET
from foundation.accounts.models import EmailAddress, Person, Token, TokenPurpose
from foundation.accounts.services.sessions import TOKEN_BYTES, sha256_of
from foundation.core import mail
from foundation.core.context import external_url, render_letter, settings
from foundation.core.errors import Refusal
from foundation.core.mail import OutboxMessage

HOUR = timedelta(hours=1)
# The first number of PostgreSQL's two-number advisory locks, so that ours meet nobody else's.
LOCK_OF_LETTERS = 0x1E77
FORGOTTEN = ("account:", "membership:", "sponsorship:")
# Of a domain that no mail reaches (RFC 2606).
NOBODY, ERASED = "nobody@erased.invalid", "(erased)"


class DeadLink(Refusal):
    """The link was used, is too old, or never was."""

    code, status = "dead-link", 410


def send_confirmation(session: Session, canonical: str, *, asked: str, now: datetime) -> None:
    """Send a link that lets whoever reads this address make an account; `asked` is "sign_up" or "reset"."""
    token = _make(session, canonical, person=None, lives=CONFIRM, now=now)
    if token:
        link = external_url("accounts.confirm", token=token)
        template = "account_confirm" if asked == "sign_up" else "account_none"
        _send(session, template, to=canonical, subject=_("Confirm your e-mail address"), link=link, now=now)


def send_reset(session: Session, person: Person, canonical: str, *, asked: str, now: datetime) -> None:
    """Send a link that lets the person choose a password; `asked` is "sign_up", "reset" or "operator"."""
    lives = INVITATION if asked == "operator" else RESET
    token = _make(session, canonical, person=person, lives=lives, now=now)
    if token:
        template = {"sign_up": "account_exists", "reset": "account_reset", "operator": "account_made"}[asked]
        subject = {
            "sign_up": _("You already have an account"),
            "reset": _("Choose a new password"),
            "operator": _("Your account is ready"),
        }[asked]
        link = external_url("accounts.choose_password", token=token)
        _send(session, template, to=canonical, subject=subject, link=link, now=now, name=person.display_name)


def send_addition(session: Session, person: Person, canonical: str, *, taken: bool, now: datetime) -> None:
    """Send a link by which the person, and nobody else, adds this address to their account, or word that it has one."""
    token = _make(session, canonical, person=None, lives=CONFIRM, now=now)
    if token and taken:
        link = external_url("accounts.sign_in")
        _send(session, "account_taken", to=canonical, subject=_("This address has an account"), link=link, now=now)
    elif token:
        link = external_url("accounts.confirm_addition", token=f"{token}.{_mark(token, person)}")
        _send(session, "account_add", to=canonical, subject=_("Confirm your e-mail address"), link=link, now=now)


def secret_of(link: str) -> str:
    """Return the secret part of a link to add an address, whoever asked for it."""
    return link.partition(".")[0]


def check_asked_by(link: str, person: Person) -> None:
    """Raise DeadLink unless this person asked for the link.

    Or else somebody could send a link of theirs to another, who follows it and so gives their account away: whoever
    reads an address that is on an account can choose its password.
    """
    secret, _dot, mark = link.partition(".")
    if not hmac.compare_digest(mark.encode(errors="replace"), _mark(secret, person).encode()):
        raise DeadLink(_("This link was asked for from another account. Only that one can add the address with it."))


def _mark(secret: str, person: Person) -> str:
    about = f"footing further address\n{secret}\n{person.id}".encode(errors="replace")
    return hmac.new(settings().secret_key.encode(), about, hashlib.sha256).hexdigest()[:32]


def tell_addresses_changed(session: Session, person: Person, *, now: datetime) -> None:
    """Tell the person, where letters went until now, that their addresses change."""
    link, subject = external_url("accounts.addresses"), _("Your e-mail addresses were changed")
    _send(
        session, "account_addresses", to=person.address, subject=subject, link=link, now=now, name=person.display_name
    )


def tell_password_changed(session: Session, person: Person, *, now: datetime) -> None:
    """Tell the person that the password changed, so that a change by somebody else does not go unseen."""
    link = external_url("accounts.reset")
    subject = _("Your password was changed")
    _send(session, "account_changed", to=person.address, subject=subject, link=link, now=now, name=person.display_name)


def tell_renamed(session: Session, person: Person, former: str, *, now: datetime) -> None:
    """Tell the person, at every address of theirs, that their name changed: a change by somebody else is seen."""
    link, name = external_url("accounts.change_name"), person.display_name
    for each in person.addresses:
        words = {"to": each.canonical, "subject": _("Your name was changed"), "link": link}
        _send(session, "account_renamed", **words, now=now, name=name, former=former)


def _make(session: Session, canonical: str, *, person: Person | None, lives: timedelta, now: datetime) -> str:
    """Keep the hash of a new token and return the token, or "" where the address had its letters of this hour."""
    number = int.from_bytes(hashlib.sha256(canonical.encode()).digest()[:4], "big", signed=True)
    session.execute(select(func.pg_advisory_xact_lock(LOCK_OF_LETTERS, number)))
    recent = select(func.count(Token.id)).where(Token.canonical == canonical, Token.created_at > now - HOUR)
    if session.execute(recent).scalar_one() >= LETTERS_AN_HOUR:
        return ""
    token = secrets.token_urlsafe(TOKEN_BYTES)
    row = Token(
        purpose=TokenPurpose.RESET if person else TokenPurpose.CONFIRM,
        sha256=sha256_of(token),
        canonical=canonical,
        person_id=person.id if person else None,
        created_at=now,
        expires_at=now + lives,
    )
    session.add(row)
    session.flush()
    return token


def _send(
    session: Session, template: str, *, to: str, subject: str, link: str, now: datetime, name: str = "", **more: str
) -> None:
    """Put a letter into the outbox; its key is that of its link, or of its moment where the link is no secret."""
    foundation = settings().foundation_name
    text = render_letter(template, link=link, name=name, foundation=foundation, **more)
    told = hashlib.sha256(f"{template}\n{to}\n{link}\n{now.isoformat()}".encode()).hexdigest()
    mail.enqueue(session, to=to, subject=f"{foundation}: {subject}", text=text, key=f"account:{told}", now=now)


def living(session: Session, token: str, purpose: TokenPurpose, *, now: datetime) -> Token:
    """Return the token's row without using it up, or raise DeadLink."""
    wanted = select(Token).where(Token.sha256 == sha256_of(token), Token.purpose == purpose)
    row = session.execute(wanted.where(Token.used_at.is_(None), Token.expires_at > now)).scalar_one_or_none()
    if row is None:
        raise _dead()
    return row


def use_up(session: Session, token: str, purpose: TokenPurpose, *, now: datetime) -> Token:
    """Use the token up and return its row, or raise DeadLink; of two that try at once, one succeeds."""
    unused = (Token.sha256 == sha256_of(token)) & (Token.purpose == purpose) & Token.used_at.is_(None)
    used = update(Token).where(unused, Token.expires_at > now).values(used_at=now).returning(Token)
    row = session.execute(used, execution_options={"populate_existing": True}).scalar_one_or_none()
    if row is None:
        raise _dead()
    return row


def void(session: Session, canonical_or_person: str | Person, *, now: datetime) -> None:
    """Let no other link of the address or person work any more."""
    if isinstance(canonical_or_person, Person):
        which = Token.person_id == canonical_or_person.id
    else:
        which = Token.canonical == canonical_or_person
    session.execute(update(Token).where(which, Token.used_at.is_(None)).values(used_at=now))


def forget(session: Session, *, now: datetime) -> None:
    """Remove links that were over long ago, and to whom letters went that nobody's account remembers any more.

    That a letter went stays, so that nothing is told twice; elections keep to whom theirs went.
    """
    session.execute(delete(Token).where(Token.expires_at < now - KEPT_AFTER_END))
    letter = OutboxMessage
    ours = or_(*(letter.key.startswith(kind, autoescape=True) for kind in FORGOTTEN))
    over = letter.created_at < now - KEPT_AFTER_END, letter.recipient != NOBODY
    known = exists().where(EmailAddress.canonical == letter.recipient)
    gone = {"recipient": NOBODY, "subject": ERASED, "text": "", "next_attempt_at": None}
    session.execute(update(letter).where(ours, *over, ~known).values(**gone))


def _dead() -> DeadLink:
    return DeadLink(_("This link has been used, is too old or is incomplete. Ask for a new one."))
