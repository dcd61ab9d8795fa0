"""People, how they are reached and recognised, and the offices they hold."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Identity, Index, LargeBinary, String, Text, literal_column
from sqlalchemy.dialects.postgresql import ExcludeConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from foundation.accounts.lifetimes import IDLE
from foundation.core.access import PERMISSIONS_OF, Office, Permission
from foundation.core.db import Base, UtcDateTime, text_enum

SHA256_BYTES = 32


class TokenPurpose(StrEnum):
    """What a mailed link lets its holder do."""

    CONFIRM = "confirm"
    RESET = "reset"


class SessionEnd(StrEnum):
    """Why a session is over before its time."""

    SIGNED_OUT = "signed_out"
    SIGNED_OUT_ELSEWHERE = "signed_out_elsewhere"
    SIGNED_IN_ANEW = "signed_in_anew"
    PASSWORD_CHANGED = "password_changed"  # noqa: S105 — a reason, not a password
    APPOINTMENT_ENDED = "appointment_ended"


class Person(Base):
    """A human being with an account; never deleted, because what they did stays in the record."""

    __tablename__ = "person"
    __table_args__ = (
        CheckConstraint("display_name = btrim(display_name) AND display_name <> ''", name="display_name_given"),
        CheckConstraint("display_name !~ '[[:cntrl:]]'", name="display_name_without_controls"),
    )

    id: Mapped[int] = mapped_column(Identity(always=True), primary_key=True)
    display_name: Mapped[str] = mapped_column(String(100))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)

    addresses: Mapped[list[EmailAddress]] = relationship(back_populates="person", order_by="EmailAddress.id")
    appointments: Mapped[list[Appointment]] = relationship(back_populates="person", order_by="Appointment.id")

    # What Flask-Login asks of a user; a person who is loaded is one who is signed in.
    is_authenticated = True
    is_active = True
    is_anonymous = False

    def get_id(self) -> str:
        """Return the identifier as Flask-Login wants it."""
        return str(self.id)

    @property
    def address(self) -> str:
        """The address to write to: the first that was confirmed."""
        return self.addresses[0].canonical

    def offices(self, now: datetime) -> list[Office]:
        """Return the offices held at `now`, in the order of their appointment."""
        return [appointment.office for appointment in self.appointments if appointment.is_in_force(now)]

    def permissions(self, now: datetime) -> frozenset[Permission]:
        """Return what the appointments in force at `now` allow; nothing else allows anything."""
        return frozenset[Permission]().union(*(PERMISSIONS_OF[office] for office in self.offices(now)))


class FormerName(Base):
    """A name that somebody had until they changed it; it goes only with their erasure."""

    __tablename__ = "former_name"

    id: Mapped[int] = mapped_column(Identity(always=True), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    name: Mapped[str] = mapped_column(String(100))
    until_at: Mapped[datetime] = mapped_column(UtcDateTime)


class EmailAddress(Base):
    """An address that was confirmed; one that was not stands nowhere but in a token."""

    __tablename__ = "email_address"

    id: Mapped[int] = mapped_column(Identity(always=True), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    address: Mapped[str] = mapped_column(String(254))
    canonical: Mapped[str] = mapped_column(String(254), unique=True)
    confirmed_at: Mapped[datetime] = mapped_column(UtcDateTime)

    person: Mapped[Person] = relationship(back_populates="addresses")


class Password(Base):
    """A person's password, as an Argon2id hash."""

    __tablename__ = "password"

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True, autoincrement=False)
    argon2_hash: Mapped[str] = mapped_column(Text)
    changed_at: Mapped[datetime] = mapped_column(UtcDateTime)

    person: Mapped[Person] = relationship()


class WebSession(Base):
    """A browser that is signed in; it brings a random token of which only the SHA-256 is kept."""

    __tablename__ = "web_session"
    __table_args__ = (
        CheckConstraint(f"octet_length(token_sha256) = {SHA256_BYTES}", name="token_is_hashed"),
        CheckConstraint("(ended_at IS NULL) = (ended_why IS NULL)", name="ended_for_a_reason"),
        CheckConstraint("expires_at > created_at", name="expires_after_it_began"),
    )

    id: Mapped[int] = mapped_column(Identity(always=True), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    token_sha256: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    user_agent: Mapped[str] = mapped_column(String(200))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    last_seen_at: Mapped[datetime] = mapped_column(UtcDateTime)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    ended_why: Mapped[SessionEnd | None] = mapped_column(text_enum(SessionEnd))

    person: Mapped[Person] = relationship()

    @property
    def idle_at(self) -> datetime:
        """When the session ends if it is not used again."""
        return min(self.last_seen_at + IDLE, self.expires_at)


class Token(Base):
    """A mailed link, used once: to confirm an address nobody has yet, or to choose a new password."""

    __tablename__ = "token"
    __table_args__ = (
        CheckConstraint(f"octet_length(sha256) = {SHA256_BYTES}", name="token_is_hashed"),
        CheckConstraint("(purpose = 'reset') = (person_id IS NOT NULL)", name="reset_is_somebodys"),
        CheckConstraint("expires_at > created_at", name="expires_after_it_began"),
        Index("ix_token_canonical_created_at", "canonical", "created_at"),
    )

    id: Mapped[int] = mapped_column(Identity(always=True), primary_key=True)
    purpose: Mapped[TokenPurpose] = mapped_column(text_enum(TokenPurpose))
    sha256: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    canonical: Mapped[str] = mapped_column(String(254))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)
    used_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    person: Mapped[Person | None] = relationship()


class FailedSignIns(Base):
    """Failures in a row of one bucket (see delays.py); there is a row for addresses without an account as well."""

    __tablename__ = "failed_sign_ins"
    __table_args__ = (
        CheckConstraint(f"octet_length(bucket) = {SHA256_BYTES}", name="bucket_is_hashed"),
        CheckConstraint("failures > 0", name="failures_counted"),
    )

    bucket: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    failures: Mapped[int]
    last_failed_at: Mapped[datetime] = mapped_column(UtcDateTime)


class Appointment(Base):
    """An office held by a person from a moment, until a moment or until dismissed."""

    __tablename__ = "appointment"
    __table_args__ = (
        CheckConstraint("until_at >= from_at", name="ends_after_it_begins"),
        CheckConstraint("(ended_by IS NULL) = (ended_reason IS NULL)", name="ended_by_somebody_for_a_reason"),
        ExcludeConstraint(
            (literal_column("int4range(person_id, person_id, '[]')"), "&&"),
            (literal_column("text_range(office, office, '[]')"), "&&"),
            (literal_column("tstzrange(from_at, until_at)"), "&&"),
            name="ex_appointment_not_twice_at_once",
            using="gist",
        ),
    )

    id: Mapped[int] = mapped_column(Identity(always=True), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    office: Mapped[Office] = mapped_column(text_enum(Office))
    from_at: Mapped[datetime] = mapped_column(UtcDateTime)
    until_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    made_by: Mapped[str] = mapped_column(String(200))
    reason: Mapped[str] = mapped_column(String(500))
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)
    ended_by: Mapped[str | None] = mapped_column(String(200))
    ended_reason: Mapped[str | None] = mapped_column(String(500))

    person: Mapped[Person] = relationship(back_populates="appointments")

    def is_in_force(self, now: datetime) -> bool:
        """Tell whether the office is held at `now`; the end is not part of the term."""
        return self.from_at <= now and (self.until_at is None or now < self.until_at)


class ApiToken(Base):
    """A secret by which a program acts for a person in one office while the appointment lasts; its hash is kept."""

    __tablename__ = "api_token"
    __table_args__ = (
        CheckConstraint(f"octet_length(token_sha256) = {SHA256_BYTES}", name="token_is_hashed"),
        CheckConstraint("expires_at > created_at", name="expires_after_it_began"),
        CheckConstraint("label = btrim(label) AND label <> ''", name="label_given"),
    )

    id: Mapped[int] = mapped_column(Identity(always=True), primary_key=True)
    appointment_id: Mapped[int] = mapped_column(ForeignKey("appointment.id"), index=True)
    label: Mapped[str] = mapped_column(String(100))
    token_sha256: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)
    last_used_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    revoked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    appointment: Mapped[Appointment] = relationship()
