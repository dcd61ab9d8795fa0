"""Mail leaves through an outbox written in the same transaction as what it tells of."""

from __future__ import annotations

import hashlib
import smtplib
import ssl
from datetime import datetime, timedelta
from email.message import EmailMessage
from pathlib import Path
from typing import Protocol

from flask_babel import gettext as _
from sqlalchemy import CheckConstraint, Identity, Index, String, Text, or_, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Mapped, Session, mapped_column

from foundation.config import Settings, Smtp
from foundation.core.context import settings
from foundation.core.db import Base, UtcDateTime
from foundation.core.errors import Invalid
from foundation.core.logs import get_logger

log = get_logger()
LONGEST_PAUSE = timedelta(hours=6)
LAST_ATTEMPT = 20
SMTP_TIMEOUT_SECONDS = 20


class OutboxMessage(Base):
    """A mail to be sent once; `key` names what it tells, so that nothing is told twice."""

    __tablename__ = "outbox_message"
    __table_args__ = (
        CheckConstraint("attempts >= 0", name="attempts_counted"),
        Index("ix_outbox_message_waiting", "next_attempt_at", postgresql_where="sent_at IS NULL"),
    )

    id: Mapped[int] = mapped_column(Identity(always=True), primary_key=True)
    key: Mapped[str] = mapped_column(String(200), unique=True)
    recipient: Mapped[str] = mapped_column(String(320))
    subject: Mapped[str] = mapped_column(String(200))
    text: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    next_attempt_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    attempts: Mapped[int] = mapped_column(default=0)
    sent_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    last_error: Mapped[str | None] = mapped_column(String(500))


class Transport(Protocol):
    """Something that hands a message over, or raises OSError or SMTPException."""

    def send(self, message: EmailMessage) -> None:
        """Hand the message over."""


class FilesTransport:
    """Writes each mail as a file, for demonstrations and tests; newest last by name."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory

    def send(self, message: EmailMessage) -> None:
        """Write the message under its Message-ID, so that sending again replaces the same file."""
        self.directory.mkdir(parents=True, exist_ok=True)
        name = str(message["Message-ID"]).strip("<>").split("@")[0]
        (self.directory / f"{name}.eml").write_bytes(message.as_bytes())


class SmtpTransport:
    """Hands each mail to the configured SMTP server, over STARTTLS unless it is on this machine."""

    def __init__(self, smtp: Smtp) -> None:
        self.smtp = smtp

    def send(self, message: EmailMessage) -> None:
        """Open a connection, hand the message over, close."""
        with smtplib.SMTP(self.smtp.host, self.smtp.port, timeout=SMTP_TIMEOUT_SECONDS) as connection:
            if self.smtp.starttls:
                connection.starttls(context=ssl.create_default_context())
            if self.smtp.username and self.smtp.password:
                connection.login(self.smtp.username, self.smtp.password)
            connection.send_message(message)


def transport_of(chosen: Settings) -> Transport:
    """Return the transport the settings ask for."""
    return SmtpTransport(chosen.smtp) if chosen.smtp else FilesTransport(chosen.instance / "outbox")


def enqueue(session: Session, *, to: str, subject: str, text: str, key: str, now: datetime) -> None:
    """Put a mail into the outbox unless one with this key is there already; line breaks in a header are refused."""
    if any(c in to + subject for c in "\r\n\0"):
        raise Invalid(_("An address or subject cannot contain a line break."))
    row = {"recipient": to, "subject": subject, "text": text, "key": key}
    session.execute(
        insert(OutboxMessage)
        .values(created_at=now, next_attempt_at=now, attempts=0, **row)
        .on_conflict_do_nothing(index_elements=["key"])
    )


def next_waiting(session: Session, now: datetime) -> OutboxMessage | None:
    """Lock and return one mail that is due, leaving out those another worker holds."""
    due = or_(OutboxMessage.next_attempt_at <= now)
    waiting = select(OutboxMessage).where(OutboxMessage.sent_at.is_(None), due).order_by(OutboxMessage.id).limit(1)
    return session.execute(waiting.with_for_update(skip_locked=True)).scalar_one_or_none()


def deliver(session: Session, transport: Transport, *, now: datetime) -> bool:
    """Try to send one waiting mail and record how it went; return whether there was one."""
    row = next_waiting(session, now)
    if row is None:
        return False
    row.attempts += 1
    try:
        transport.send(_message(row))
    except (OSError, smtplib.SMTPException) as error:
        _postpone(row, error, now)
    else:
        # What was sent is not kept: a letter may hold a link that opens an account.
        row.sent_at, row.last_error, row.text = now, None, ""
    session.flush()
    return True


def _postpone(row: OutboxMessage, error: Exception, now: datetime) -> None:
    row.last_error = f"{type(error).__name__}: {error}"[:500]
    given_up = row.attempts >= LAST_ATTEMPT or isinstance(error, smtplib.SMTPRecipientsRefused)
    pause = min(timedelta(seconds=30) * 2 ** min(row.attempts, 12), LONGEST_PAUSE)
    row.next_attempt_at = None if given_up else now + pause
    log.warning("mail postponed", message=row.id, attempts=row.attempts, given_up=given_up, error=type(error).__name__)


def _message(row: OutboxMessage) -> EmailMessage:
    message = EmailMessage()
    message["From"] = settings().mail_from
    message["To"] = row.recipient
    message["Subject"] = row.subject
    message["Date"] = row.created_at
    # The identifier is a function of the key: a receiver that gets the same mail twice can tell.
    identifier = hashlib.sha256(row.key.encode()).hexdigest()[:24]
    message["Message-ID"] = f"<{row.created_at:%Y%m%dT%H%M%S}-{identifier}@{settings().host}>"
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(row.text)
    return message
