"""The tables of an election cycle: the rules in force, the dates, and every change of a date."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Identity, Index, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from elections.cycles.rules import Period
from elections.models import Election
from foundation.accounts.models import Person
from foundation.core.db import Base, UtcDateTime, text_enum


class RulesVersion(Base):
    """One adopted version of the election rules: its exact text, which is published. Only ever added (trigger)."""

    __tablename__ = "election_rules"
    __table_args__ = (CheckConstraint("sha256 ~ '^[0-9a-f]{64}$'", name="sha256_is_hex"),)

    id: Mapped[int] = mapped_column(Identity(always=True), primary_key=True)
    version: Mapped[str] = mapped_column(Text, unique=True)
    title: Mapped[str] = mapped_column(Text)
    text: Mapped[str] = mapped_column(Text)
    sha256: Mapped[str] = mapped_column(Text, unique=True)
    adopted_at: Mapped[datetime] = mapped_column(UtcDateTime)
    adopted_by: Mapped[str] = mapped_column(Text)


class Cycle(Base):
    """Elections that share rules, dates and officials: for a voter one event.

    Each period ends where the next begins; `record_on` is the day whose end decides who is on the roll. Days are
    counted in `zone`, in which the dates were chosen; Anywhere-on-Earth is Etc/GMT+12.
    """

    __tablename__ = "election_cycle"
    __table_args__ = (
        CheckConstraint("nominations_open_at <= nominations_close_at", name="nominations_end_after_they_begin"),
        CheckConstraint("nominations_close_at <= voting_opens_at", name="campaign_ends_after_it_begins"),
        CheckConstraint("voting_opens_at < voting_closes_at", name="voting_ends_after_it_begins"),
        CheckConstraint("complaint_days >= 0", name="complaint_days_counted"),
    )

    id: Mapped[int] = mapped_column(Identity(always=True), primary_key=True)
    title: Mapped[str] = mapped_column(Text)
    foundation: Mapped[str] = mapped_column(Text)
    rules_id: Mapped[int] = mapped_column(ForeignKey("election_rules.id"), index=True)
    anywhere_on_earth: Mapped[bool]
    zone: Mapped[str] = mapped_column(Text, default="UTC")
    announced_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    nominations_open_at: Mapped[datetime] = mapped_column(UtcDateTime)
    nominations_close_at: Mapped[datetime] = mapped_column(UtcDateTime)
    voting_opens_at: Mapped[datetime] = mapped_column(UtcDateTime)
    voting_closes_at: Mapped[datetime] = mapped_column(UtcDateTime)
    complaint_days: Mapped[int]
    record_on: Mapped[date]
    created_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)

    rules: Mapped[RulesVersion] = relationship()
    created_by: Mapped[Person] = relationship()
    elections: Mapped[list[Election]] = relationship(order_by="Election.created_at, Election.uuid", viewonly=True)
    extensions: Mapped[list[Extension]] = relationship(order_by="Extension.id", back_populates="cycle")


class Extension(Base):
    """That a period was extended, as the rules allow, from when until when, by whom and why; only ever added.

    The rules themselves extend the vote of one election whose turnout missed its quorum: by nobody, once.
    """

    __tablename__ = "election_extension"
    __table_args__ = (
        CheckConstraint("until_at > from_at", name="only_longer"),
        CheckConstraint("(by_id IS NULL) = (election_uuid IS NOT NULL)", name="by_the_rules_for_one_election"),
        Index("uq_election_extension_by_the_rules", "election_uuid", unique=True),
    )

    id: Mapped[int] = mapped_column(Identity(always=True), primary_key=True)
    cycle_id: Mapped[int] = mapped_column(ForeignKey("election_cycle.id"), index=True)
    period: Mapped[Period] = mapped_column(text_enum(Period))
    from_at: Mapped[datetime] = mapped_column(UtcDateTime)
    until_at: Mapped[datetime] = mapped_column(UtcDateTime)
    reason: Mapped[str] = mapped_column(Text)
    election_uuid: Mapped[str | None] = mapped_column(ForeignKey("election.uuid"))
    by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    at: Mapped[datetime] = mapped_column(UtcDateTime)

    cycle: Mapped[Cycle] = relationship(back_populates="extensions")
    by: Mapped[Person | None] = relationship()


class DraftKey(Base):
    """That something was drafted under a key which its sender gave it, and the hash of what was sent."""

    __tablename__ = "draft_key"
    __table_args__ = (
        CheckConstraint("num_nonnulls(cycle_id, election_uuid) = 1", name="of_one_draft"),
        CheckConstraint("sha256 ~ '^[0-9a-f]{64}$'", name="sha256_is_hex"),
    )

    by_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True, autoincrement=False)
    key: Mapped[str] = mapped_column(Text, primary_key=True)
    sha256: Mapped[str] = mapped_column(Text)
    cycle_id: Mapped[int | None] = mapped_column(ForeignKey("election_cycle.id"))
    election_uuid: Mapped[str | None] = mapped_column(ForeignKey("election.uuid"))
    at: Mapped[datetime] = mapped_column(UtcDateTime)

    cycle: Mapped[Cycle | None] = relationship()
    election: Mapped[Election | None] = relationship()
