"""Memberships, their terms and the dated events that their status is derived from."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, Date, ForeignKey, Identity, Index, String, Text, literal_column
from sqlalchemy.dialects.postgresql import TSVECTOR, ExcludeConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from foundation.accounts.models import Person
from foundation.core.db import Base, UtcDateTime, text_enum
from membership.models.parties import Party, Visibility
from membership.rules.classes import MemberClass
from membership.rules.standing_status import EventKind


class Membership(Base):
    """A party's membership, once and for ever: its number stays, what happened to it stands in its events."""

    __tablename__ = "membership"
    __table_args__ = (CheckConstraint("version >= 1", name="version_counted"),)

    id: Mapped[int] = mapped_column(Identity(always=True), primary_key=True)
    party_id: Mapped[int] = mapped_column(ForeignKey("party.id"), unique=True)
    member_class: Mapped[MemberClass] = mapped_column(text_enum(MemberClass), index=True)
    admitted_on: Mapped[date] = mapped_column(Date)
    version: Mapped[int] = mapped_column(default=1)

    party: Mapped[Party] = relationship(lazy="joined", innerjoin=True)
    terms: Mapped[list[MembershipTerm]] = relationship(back_populates="membership", order_by="MembershipTerm.from_on")
    events: Mapped[list[MembershipEvent]] = relationship(
        back_populates="membership", order_by="MembershipEvent.on_date, MembershipEvent.id"
    )


class MembershipTerm(Base):
    """A year of membership; each renewal adds one. `grace_until` is when its good standing ends for certain.

    No two of one membership cover the same day, grace included: renewing ends the grace of the term before. So whoever
    counts terms counts members. `person_id` is that of the party, for the electorate to be found in one index.
    """

    __tablename__ = "membership_term"
    __table_args__ = (
        CheckConstraint("until_on >= from_on", name="ends_after_it_begins"),
        CheckConstraint("grace_until >= until_on", name="grace_follows"),
        ExcludeConstraint(
            (literal_column("int4range(membership_id, membership_id, '[]')"), "&&"),
            (literal_column("daterange(from_on, grace_until)"), "&&"),
            name="ex_membership_term_no_overlap",
            using="gist",
        ),
        Index("ix_membership_term_membership_id_from_on", "membership_id", "from_on"),
        Index("ix_membership_term_electorate", "grace_until", "from_on", "person_id", "membership_id"),
        Index(
            "ix_membership_term_corporate",
            "grace_until",
            "from_on",
            "membership_id",
            postgresql_where="person_id IS NULL",
        ),
    )

    id: Mapped[int] = mapped_column(Identity(always=True), primary_key=True)
    membership_id: Mapped[int] = mapped_column(ForeignKey("membership.id"))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    from_on: Mapped[date] = mapped_column(Date)
    until_on: Mapped[date] = mapped_column(Date)
    grace_until: Mapped[date] = mapped_column(Date)
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)

    membership: Mapped[Membership] = relationship(back_populates="terms")


class MembershipEvent(Base):
    """Something that happened to a membership, with its day, its actor, and its reason. It only grows."""

    __tablename__ = "membership_event"
    __table_args__ = (
        CheckConstraint("kind <> 'expelled' OR reference <> ''", name="expulsion_names_its_motion"),
        CheckConstraint("kind NOT IN ('suspended', 'expelled') OR reason <> ''", name="measure_has_a_reason"),
        CheckConstraint(
            "until_on IS NULL OR (kind = 'suspended' AND until_on > on_date)", name="suspension_ends_later"
        ),
        Index("ix_membership_event_membership_id", "membership_id", "on_date"),
        Index(
            "ix_membership_event_turning",
            "membership_id",
            "on_date",
            "id",
            postgresql_where="kind NOT IN ('admitted', 'signed', 'renewed')",
        ),
    )

    id: Mapped[int] = mapped_column(Identity(always=True), primary_key=True)
    membership_id: Mapped[int] = mapped_column(ForeignKey("membership.id"))
    kind: Mapped[EventKind] = mapped_column(text_enum(EventKind))
    on_date: Mapped[date] = mapped_column(Date)
    until_on: Mapped[date | None] = mapped_column(Date)
    reason: Mapped[str] = mapped_column(Text)
    reference: Mapped[str] = mapped_column(String(200))
    by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    at: Mapped[datetime] = mapped_column(UtcDateTime)

    membership: Mapped[Membership] = relationship(back_populates="events")
    by: Mapped[Person | None] = relationship()


class DirectoryEntry(Base):
    """What the directory lists of a membership, kept by `services.listing` after every change and never edited else.

    `public_words` hold only what everyone may read and `member_words` what members may, so a search finds no hidden
    field. It is a copy: everything in it can be made again from the other tables.
    """

    __tablename__ = "directory_entry"
    __table_args__ = (
        Index("ix_directory_entry_public_words", "public_vector", postgresql_using="gin"),
        Index("ix_directory_entry_member_words", "member_vector", postgresql_using="gin"),
        # With all that a page asks for, so that a page far back is found in the index alone.
        Index(
            "ix_directory_entry_order",
            "sort_key",
            "membership_id",
            "visibility",
            "good_from",
            "good_until",
            "member_class",
        ),
        Index("ix_directory_entry_standing", "good_until", "good_from", "member_class", "visibility"),
    )

    membership_id: Mapped[int] = mapped_column(ForeignKey("membership.id"), primary_key=True, autoincrement=False)
    member_class: Mapped[MemberClass] = mapped_column(text_enum(MemberClass))
    name: Mapped[str] = mapped_column(String(200))
    sort_key: Mapped[str] = mapped_column(String(400, collation="C"))
    visibility: Mapped[Visibility] = mapped_column(text_enum(Visibility))
    good_from: Mapped[date | None] = mapped_column(Date)
    good_until: Mapped[date | None] = mapped_column(Date)
    public_words: Mapped[str] = mapped_column(Text)
    member_words: Mapped[str] = mapped_column(Text)
    public_vector: Mapped[str | None] = mapped_column(TSVECTOR)
    member_vector: Mapped[str | None] = mapped_column(TSVECTOR)

    membership: Mapped[Membership] = relationship()
