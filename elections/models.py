"""The tables of an election. What must hold is a named constraint here; what must never change is a trigger (0003)."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    CheckConstraint,
    ForeignKey,
    Identity,
    Index,
    Integer,
    LargeBinary,
    Text,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from elections.lifecycle import Phase
from foundation.accounts.models import Person
from foundation.core.db import Base, UtcDateTime, text_enum

UUID_PATTERN = "^[1-9A-HJ-NP-Za-km-z]{22}$"
BEFORE_KEYS_SQL = "('draft', 'announced', 'nominations', 'campaign', 'roll_frozen')"
BEFORE_VOTING_SQL = "('draft', 'announced', 'nominations', 'campaign', 'roll_frozen', 'key_ceremony', 'annulled')"


class CredentialSource(StrEnum):
    """Who made the voters' credentials; said openly on the election's page."""

    REGISTRAR = "registrar"
    SERVER = "server"


class TrusteeKind(StrEnum):
    """The server's own mandatory trustee, or a person who holds the key elsewhere."""

    SERVER = "server"
    PERSON = "person"


class ElectorateKind(StrEnum):
    """Who votes in an election under rules: the members of a class, or those with standing in a project."""

    INDIVIDUAL = "individual"
    CORPORATE = "corporate"
    PROJECT = "project"


class RecordKind(StrEnum):
    """The three kinds of files in a board archive (specification 4.4)."""

    HEADER = "header"
    DATA = "data"
    EVENT = "event"


class Election(Base):
    """One election: its words, dates and phase, and the bytes that froze when the key ceremony began and ended."""

    __tablename__ = "election"
    __table_args__ = (
        CheckConstraint(f"uuid ~ '{UUID_PATTERN}'", name="uuid_is_base58"),
        CheckConstraint(
            f"phase = 'annulled' OR (phase IN {BEFORE_KEYS_SQL}) = (manifest_sha256 IS NULL)",
            name="manifest_frozen_before_keys",
        ),
        CheckConstraint("(manifest IS NULL) = (manifest_sha256 IS NULL)", name="manifest_with_its_hash"),
        CheckConstraint(f"phase IN {BEFORE_VOTING_SQL} OR election_json IS NOT NULL", name="keys_before_voting"),
        CheckConstraint(f"phase IN {BEFORE_VOTING_SQL} OR opens_at IS NOT NULL", name="voting_has_opened"),
        CheckConstraint("closes_at IS NULL OR closes_at > opens_at", name="closes_after_it_opens"),
        CheckConstraint(
            "cycle_id IS NOT NULL OR phase NOT IN"
            " ('announced', 'nominations', 'campaign', 'roll_frozen', 'complaints', 'certified')",
            name="polls_have_no_course",
        ),
        CheckConstraint("(cycle_id IS NULL) = (electorate IS NULL)", name="electorate_under_rules"),
        CheckConstraint("(electorate = 'project') = (project IS NOT NULL)", name="project_of_its_electorate"),
        CheckConstraint("(roll_frozen_at IS NULL) = (roll_sha256 IS NULL)", name="roll_frozen_with_its_hash"),
    )

    uuid: Mapped[str] = mapped_column(Text, primary_key=True)
    title: Mapped[str] = mapped_column(Text)
    foundation: Mapped[str] = mapped_column(Text)
    phase: Mapped[Phase] = mapped_column(text_enum(Phase))
    credential_source: Mapped[CredentialSource] = mapped_column(text_enum(CredentialSource))
    demonstration: Mapped[bool]
    opens_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    closes_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    manifest: Mapped[bytes | None] = mapped_column(LargeBinary)
    manifest_sha256: Mapped[str | None] = mapped_column(Text)
    election_json: Mapped[bytes | None] = mapped_column(LargeBinary)
    created_by: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    phase_since: Mapped[datetime] = mapped_column(UtcDateTime)
    cycle_id: Mapped[int | None] = mapped_column(ForeignKey("election_cycle.id"), index=True)
    electorate: Mapped[ElectorateKind | None] = mapped_column(text_enum(ElectorateKind))
    project: Mapped[str | None] = mapped_column(Text)
    roll_frozen_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    roll_sha256: Mapped[str | None] = mapped_column(Text)
    complaints_until: Mapped[datetime | None] = mapped_column(UtcDateTime)

    contests: Mapped[list[Contest]] = relationship(order_by="Contest.position", back_populates="election")
    trustees: Mapped[list[Trustee]] = relationship(order_by="Trustee.owner", back_populates="election")


class Contest(Base):
    """One question of an election: what is to be filled, how many seats, counted how, in which displayed order.

    `kind` is the key of the contest in the rules; `cap` the most seats of one control group, `sitting` how many it has.
    """

    __tablename__ = "contest"
    __table_args__ = (
        UniqueConstraint("election_uuid", "position", name="uq_contest_position"),
        CheckConstraint("position >= 0", name="position_from_zero"),
        CheckConstraint("seats >= 1", name="at_least_one_seat"),
        CheckConstraint("cap >= 1", name="cap_leaves_room"),
    )

    id: Mapped[int] = mapped_column(Identity(always=True), primary_key=True)
    election_uuid: Mapped[str] = mapped_column(ForeignKey("election.uuid"))
    position: Mapped[int]
    title: Mapped[str] = mapped_column(Text)
    seats: Mapped[int]
    method: Mapped[str] = mapped_column(Text)
    display_order: Mapped[list[int]] = mapped_column(JSON)
    kind: Mapped[str | None] = mapped_column(Text)
    cap: Mapped[int | None]
    sitting: Mapped[dict[str, int]] = mapped_column(JSON, default=dict)

    election: Mapped[Election] = relationship(back_populates="contests")
    candidates: Mapped[list[Candidate]] = relationship(order_by="Candidate.position", back_populates="contest")


class Candidate(Base):
    """Who stands in a contest; `position` is the index in the ballot's plaintext, not the displayed order.

    `groups` are the control groups that a cap counts. Who withdraws after the manifest froze is left out of the count.
    """

    __tablename__ = "candidate"
    __table_args__ = (
        UniqueConstraint("contest_id", "position", name="uq_candidate_position"),
        UniqueConstraint("contest_id", "name", name="uq_candidate_name"),
        CheckConstraint("position BETWEEN 0 AND 29", name="at_most_thirty_candidates"),
    )

    id: Mapped[int] = mapped_column(Identity(always=True), primary_key=True)
    contest_id: Mapped[int] = mapped_column(ForeignKey("contest.id"))
    position: Mapped[int]
    name: Mapped[str] = mapped_column(Text)
    affiliations: Mapped[list[str]] = mapped_column(JSON)
    statement: Mapped[str] = mapped_column(Text)
    groups: Mapped[list[str]] = mapped_column(JSON, default=list)
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    withdrawn_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    contest: Mapped[Contest] = relationship(back_populates="candidates")


class Step(StrEnum):
    """What a trustee may be asked for."""

    KEY = "key"
    SHUFFLE = "shuffle"
    DECRYPTION = "decryption"


class FileState(StrEnum):
    """What became of a file that a trustee brought."""

    WAITING = "waiting"
    ACCEPTED = "accepted"
    REFUSED = "refused"


class Trustee(Base):
    """One holder of a share of the election key. `owner` counts from 1 as in trustees.json (specification 4.19)."""

    __tablename__ = "trustee"
    __table_args__ = (
        UniqueConstraint("election_uuid", "owner", name="uq_trustee_owner"),
        CheckConstraint("owner >= 1", name="owner_from_one"),
        CheckConstraint("sealed_private_key IS NULL OR public_key IS NOT NULL", name="no_private_key_alone"),
    )

    id: Mapped[int] = mapped_column(Identity(always=True), primary_key=True)
    election_uuid: Mapped[str] = mapped_column(ForeignKey("election.uuid"))
    owner: Mapped[int]
    name: Mapped[str] = mapped_column(Text)
    kind: Mapped[TrusteeKind] = mapped_column(text_enum(TrusteeKind))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    public_key: Mapped[bytes | None] = mapped_column(LargeBinary)
    key_accepted_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    sealed_private_key: Mapped[bytes | None] = mapped_column(LargeBinary)

    election: Mapped[Election] = relationship(back_populates="trustees")
    person: Mapped[Person | None] = relationship()


class TrusteeFile(Base):
    """A shuffle or a partial decryption that a trustee brought; its content is kept only while it waits."""

    __tablename__ = "trustee_file"
    __table_args__ = (
        CheckConstraint("(state = 'waiting') = (decided_at IS NULL)", name="decided_at_a_time"),
        CheckConstraint("(state = 'waiting') = (content IS NOT NULL)", name="kept_while_it_waits"),
        CheckConstraint("(state = 'refused') = (reason IS NOT NULL)", name="refused_for_a_reason"),
        CheckConstraint("sha256 ~ '^[0-9a-f]{64}$'", name="sha256_is_hex"),
        Index("uq_trustee_file_waiting", "election_uuid", "owner", unique=True, postgresql_where="state = 'waiting'"),
    )

    id: Mapped[int] = mapped_column(Identity(always=True), primary_key=True)
    election_uuid: Mapped[str] = mapped_column(ForeignKey("election.uuid"), index=True)
    owner: Mapped[int]
    step: Mapped[Step] = mapped_column(text_enum(Step))
    state: Mapped[FileState] = mapped_column(text_enum(FileState), default=FileState.WAITING)
    sha256: Mapped[str] = mapped_column(Text)
    content: Mapped[bytes | None] = mapped_column(LargeBinary, deferred=True)
    brought_by: Mapped[str] = mapped_column(Text)
    brought_at: Mapped[datetime] = mapped_column(UtcDateTime)
    decided_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    reason: Mapped[str | None] = mapped_column(Text)


class Voter(Base):
    """One row of the roll: whose vote it is, why, and the public credential it is cast with.

    A row with a `twin_of_id` is of a human who turned out to have that other row as well: with this one nobody votes.
    """

    __tablename__ = "voter"
    __table_args__ = (
        UniqueConstraint("election_uuid", "address", name="uq_voter_address"),
        UniqueConstraint("election_uuid", "public_credential", name="uq_voter_public_credential"),
        UniqueConstraint("election_uuid", "person_id", name="uq_voter_person"),
        UniqueConstraint("election_uuid", "membership_id", name="uq_voter_membership"),
        CheckConstraint("sealed_credential IS NULL OR public_credential IS NOT NULL", name="no_secret_alone"),
        CheckConstraint("twin_of_id <> id", name="no_twin_of_itself"),
        Index("ix_voter_twin_of_id", "twin_of_id", postgresql_where="twin_of_id IS NOT NULL"),
    )

    id: Mapped[int] = mapped_column(Identity(always=True), primary_key=True)
    election_uuid: Mapped[str] = mapped_column(ForeignKey("election.uuid"))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    address: Mapped[str] = mapped_column(Text, index=True)
    name: Mapped[str] = mapped_column(Text)
    public_credential: Mapped[str | None] = mapped_column(Text)
    sealed_credential: Mapped[bytes | None] = mapped_column(LargeBinary)
    picked_up_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    member_class: Mapped[str | None] = mapped_column(Text)
    reason: Mapped[str] = mapped_column(Text, default="")
    membership_id: Mapped[int | None] = mapped_column(ForeignKey("membership.id"), index=True)
    organization: Mapped[str | None] = mapped_column(Text)
    twin_of_id: Mapped[int | None] = mapped_column(ForeignKey("voter.id"))


class BoardHead(Base):
    """The end of one election's board; whoever appends locks this row first.

    `position` is the archive's length in bytes, `timestamp` the seconds that every tar record of it carries.
    """

    __tablename__ = "board_head"

    election_uuid: Mapped[str] = mapped_column(ForeignKey("election.uuid"), primary_key=True)
    height: Mapped[int]
    hash: Mapped[str] = mapped_column(Text)
    position: Mapped[int] = mapped_column(BigInteger)
    timestamp: Mapped[int] = mapped_column(BigInteger)


class BoardRecord(Base):
    """One file of the archive, at the byte where its tar record begins. Rows are only ever added (trigger)."""

    __tablename__ = "board_record"
    __table_args__ = (
        UniqueConstraint("election_uuid", "position", name="uq_board_record_position"),
        Index("ix_board_record_election_uuid_sha256", "election_uuid", "sha256"),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    election_uuid: Mapped[str] = mapped_column(ForeignKey("election.uuid"))
    position: Mapped[int] = mapped_column(BigInteger)
    kind: Mapped[RecordKind] = mapped_column(text_enum(RecordKind))
    sha256: Mapped[str] = mapped_column(Text)
    content: Mapped[bytes] = mapped_column(LargeBinary)


class CastBallot(Base):
    """That a voter cast the ballot with this tracker, where it stands on the board, and the receipt given for it."""

    __tablename__ = "cast_ballot"
    __table_args__ = (
        UniqueConstraint("election_uuid", "tracker", name="uq_cast_ballot_tracker"),
        UniqueConstraint("election_uuid", "height", name="uq_cast_ballot_height"),
        Index("ix_cast_ballot_voter_id_height", "voter_id", "height"),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    election_uuid: Mapped[str] = mapped_column(ForeignKey("election.uuid"))
    voter_id: Mapped[int] = mapped_column(ForeignKey("voter.id"))
    tracker: Mapped[str] = mapped_column(Text)
    height: Mapped[int] = mapped_column(Integer)
    event_sha256: Mapped[str] = mapped_column(Text)
    ballot_sha256: Mapped[str] = mapped_column(Text)
    accepted_at: Mapped[datetime] = mapped_column(UtcDateTime)
    receipt: Mapped[str] = mapped_column(Text)


class Outcome(Base):
    """What the counting program made of one contest's raw result: its report, and the hash of what it counted.

    The newest stands: where a candidate withdraws after the count, another is added, and none is ever changed.
    """

    __tablename__ = "outcome"
    __table_args__ = (UniqueConstraint("contest_id", "inputs_sha256", name="uq_outcome_contest_inputs"),)

    id: Mapped[int] = mapped_column(Identity(always=True), primary_key=True)
    election_uuid: Mapped[str] = mapped_column(ForeignKey("election.uuid"))
    contest_id: Mapped[int] = mapped_column(ForeignKey("contest.id"))
    report: Mapped[dict[str, Any]] = mapped_column(JSON)
    computed_at: Mapped[datetime] = mapped_column(UtcDateTime)
    inputs_sha256: Mapped[str] = mapped_column(Text)


class CountHold(Base):
    """Why a contest is not counted yet: the lots that have not been revealed, or what its method refuses.

    It is kept with the hash of what was looked at, so that nothing is counted again before that changes.
    """

    __tablename__ = "count_hold"
    __table_args__ = (UniqueConstraint("contest_id", name="uq_count_hold_contest"),)

    id: Mapped[int] = mapped_column(Identity(always=True), primary_key=True)
    contest_id: Mapped[int] = mapped_column(ForeignKey("contest.id"))
    inputs_sha256: Mapped[str] = mapped_column(Text)
    tied: Mapped[list[str]] = mapped_column(JSON)
    waits_for: Mapped[list[str]] = mapped_column(JSON)
    refusal: Mapped[str | None] = mapped_column(Text)
    at: Mapped[datetime] = mapped_column(UtcDateTime)

    contest: Mapped[Contest] = relationship()


class ResultFile(Base):
    """A file made once from a result and served again and again; of one name, the newest stands."""

    __tablename__ = "result_file"
    __table_args__ = (UniqueConstraint("election_uuid", "name", "inputs_sha256", name="uq_result_file_inputs"),)

    id: Mapped[int] = mapped_column(Identity(always=True), primary_key=True)
    election_uuid: Mapped[str] = mapped_column(ForeignKey("election.uuid"))
    name: Mapped[str] = mapped_column(Text)
    inputs_sha256: Mapped[str] = mapped_column(Text)
    sha256: Mapped[str] = mapped_column(Text)
    content: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)


class Checkpoint(Base):
    """The head of a board at a moment, as a note signed by the server (SPEC 5.4); only ever added."""

    __tablename__ = "board_checkpoint"
    __table_args__ = (UniqueConstraint("election_uuid", "at", name="uq_board_checkpoint_at"),)

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    election_uuid: Mapped[str] = mapped_column(ForeignKey("election.uuid"))
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    height: Mapped[int]
    position: Mapped[int] = mapped_column(BigInteger)
    hash: Mapped[str] = mapped_column(Text)
    note: Mapped[str] = mapped_column(Text)
