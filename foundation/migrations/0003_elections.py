"""Elections: contests, trustees, the roll, the board, cast ballots and outcomes; what is frozen stays frozen."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)

# Which part of an election may still change is decided by its phase, whoever asks and by whatever program.
ELECTION_FROZEN = """
CREATE FUNCTION refuse_frozen_election() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'DELETE' THEN
    IF OLD.phase <> 'draft' THEN
      RAISE EXCEPTION 'Election % is no draft any more and cannot be deleted.', OLD.uuid
        USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN OLD;
  END IF;
  IF NEW.uuid <> OLD.uuid
    OR (OLD.phase <> 'draft' AND (NEW.title, NEW.foundation, NEW.credential_source, NEW.demonstration)
        IS DISTINCT FROM (OLD.title, OLD.foundation, OLD.credential_source, OLD.demonstration))
    OR (OLD.phase <> 'draft' AND (NEW.manifest, NEW.manifest_sha256)
        IS DISTINCT FROM (OLD.manifest, OLD.manifest_sha256))
    OR (OLD.election_json IS NOT NULL AND NEW.election_json IS DISTINCT FROM OLD.election_json)
    OR (OLD.phase NOT IN ('draft', 'key_ceremony')
        AND (NEW.opens_at, NEW.closes_at) IS DISTINCT FROM (OLD.opens_at, OLD.closes_at))
    OR (OLD.phase IN ('annulled', 'provisional_result') AND NEW.phase <> OLD.phase)
  THEN
    RAISE EXCEPTION 'What is frozen of election % does not change.', OLD.uuid USING ERRCODE = 'restrict_violation';
  END IF;
  RETURN NEW;
END
$$
"""

PHASE_OF = """
CREATE FUNCTION phase_of_election(wanted text) RETURNS text LANGUAGE sql STABLE AS $$
  SELECT phase FROM election WHERE uuid = wanted
$$
"""

DRAFT_ONLY = """
CREATE FUNCTION refuse_unless_draft() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  touched text;
BEGIN
  IF TG_TABLE_NAME = 'candidate' THEN
    SELECT election_uuid INTO touched FROM contest
      WHERE id = CASE WHEN TG_OP = 'DELETE' THEN OLD.contest_id ELSE NEW.contest_id END;
  ELSE
    touched := CASE WHEN TG_OP = 'DELETE' THEN OLD.election_uuid ELSE NEW.election_uuid END;
  END IF;
  IF phase_of_election(touched) <> 'draft' THEN
    RAISE EXCEPTION 'The % of election % is frozen.', TG_TABLE_NAME, touched USING ERRCODE = 'restrict_violation';
  END IF;
  RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
END
$$
"""

VOTER_FROZEN = """
CREATE FUNCTION refuse_frozen_voter() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF phase_of_election(OLD.election_uuid) = 'draft' THEN
    RETURN NEW;
  END IF;
  IF (NEW.election_uuid, NEW.address, NEW.name, NEW.public_credential)
       IS DISTINCT FROM (OLD.election_uuid, OLD.address, OLD.name, OLD.public_credential)
    OR (OLD.person_id IS NOT NULL AND NEW.person_id IS DISTINCT FROM OLD.person_id)
    OR (NEW.sealed_credential IS NOT NULL AND NEW.sealed_credential IS DISTINCT FROM OLD.sealed_credential)
  THEN
    RAISE EXCEPTION 'The roll of election % is frozen.', OLD.election_uuid USING ERRCODE = 'restrict_violation';
  END IF;
  RETURN NEW;
END
$$
"""

TRUSTEE_FROZEN = """
CREATE FUNCTION refuse_frozen_trustee() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF phase_of_election(OLD.election_uuid) = 'draft' THEN
    RETURN NEW;
  END IF;
  IF (NEW.election_uuid, NEW.owner, NEW.name, NEW.kind)
       IS DISTINCT FROM (OLD.election_uuid, OLD.owner, OLD.name, OLD.kind)
    OR (OLD.public_key IS NOT NULL AND NEW.public_key IS DISTINCT FROM OLD.public_key)
    OR (NEW.public_key IS DISTINCT FROM OLD.public_key AND phase_of_election(OLD.election_uuid) <> 'key_ceremony')
  THEN
    RAISE EXCEPTION 'The trustees of election % are frozen.', OLD.election_uuid USING ERRCODE = 'restrict_violation';
  END IF;
  RETURN NEW;
END
$$
"""

HEAD_GROWS = """
CREATE FUNCTION refuse_shrinking_board() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'DELETE' OR NEW.election_uuid <> OLD.election_uuid OR NEW.timestamp <> OLD.timestamp
    OR NEW.height <> OLD.height + 1 OR NEW.position <= OLD.position
  THEN
    RAISE EXCEPTION 'The board of election % only grows, one event at a time.', OLD.election_uuid
      USING ERRCODE = 'restrict_violation';
  END IF;
  RETURN NEW;
END
$$
"""

ROW_TRIGGERS = {
    "election": ("UPDATE OR DELETE", "refuse_frozen_election"),
    "contest": ("INSERT OR UPDATE OR DELETE", "refuse_unless_draft"),
    "candidate": ("INSERT OR UPDATE OR DELETE", "refuse_unless_draft"),
    "voter": ("UPDATE", "refuse_frozen_voter"),
    "trustee": ("UPDATE", "refuse_frozen_trustee"),
    "board_head": ("UPDATE OR DELETE", "refuse_shrinking_board"),
}
ONLY_GROW = ("board_record", "cast_ballot", "outcome")


def choice(name: str, *values: str) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=40)


def upgrade() -> None:
    elections()
    boards()
    ballots()
    triggers()


def elections() -> None:
    op.create_table(
        "election",
        sa.Column("uuid", sa.Text, nullable=False),
        sa.Column("title", sa.Text, nullable=False),
        sa.Column("foundation", sa.Text, nullable=False),
        sa.Column(
            "phase",
            choice(
                "phase",
                "draft",
                "key_ceremony",
                "voting",
                "closed",
                "mixing",
                "decryption",
                "provisional_result",
                "annulled",
            ),
            nullable=False,
        ),
        sa.Column("credential_source", choice("credential_source", "registrar", "server"), nullable=False),
        sa.Column("demonstration", sa.Boolean, nullable=False),
        sa.Column("opens_at", MOMENT),
        sa.Column("closes_at", MOMENT),
        sa.Column("manifest", sa.LargeBinary),
        sa.Column("manifest_sha256", sa.Text),
        sa.Column("election_json", sa.LargeBinary),
        sa.Column("created_by", sa.Text, nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("phase_since", MOMENT, nullable=False),
        sa.CheckConstraint(
            "phase = 'annulled' OR (phase = 'draft') = (manifest_sha256 IS NULL)",
            name="ck_election_manifest_frozen_unless_draft",
        ),
        sa.CheckConstraint(
            "phase IN ('draft', 'key_ceremony', 'annulled') OR election_json IS NOT NULL",
            name="ck_election_keys_before_voting",
        ),
        sa.CheckConstraint(
            "phase IN ('draft', 'key_ceremony', 'annulled') OR opens_at IS NOT NULL",
            name="ck_election_voting_has_opened",
        ),
        sa.CheckConstraint("uuid ~ '^[1-9A-HJ-NP-Za-km-z]{22}$'", name="ck_election_uuid_is_base58"),
        sa.CheckConstraint("(manifest IS NULL) = (manifest_sha256 IS NULL)", name="ck_election_manifest_with_its_hash"),
        sa.CheckConstraint("closes_at IS NULL OR closes_at > opens_at", name="ck_election_closes_after_it_opens"),
        sa.PrimaryKeyConstraint("uuid", name="pk_election"),
    )
    op.create_table(
        "contest",
        sa.Column("id", sa.Integer, sa.Identity(always=True), nullable=False),
        sa.Column("election_uuid", sa.Text, nullable=False),
        sa.Column("position", sa.Integer, nullable=False),
        sa.Column("title", sa.Text, nullable=False),
        sa.Column("seats", sa.Integer, nullable=False),
        sa.Column("method", sa.Text, nullable=False),
        sa.Column("display_order", sa.JSON, nullable=False),
        sa.CheckConstraint("position >= 0", name="ck_contest_position_from_zero"),
        sa.CheckConstraint("seats >= 1", name="ck_contest_at_least_one_seat"),
        sa.ForeignKeyConstraint(["election_uuid"], ["election.uuid"], name="fk_contest_election_uuid_election"),
        sa.PrimaryKeyConstraint("id", name="pk_contest"),
        sa.UniqueConstraint("election_uuid", "position", name="uq_contest_position"),
    )
    op.create_table(
        "candidate",
        sa.Column("id", sa.Integer, sa.Identity(always=True), nullable=False),
        sa.Column("contest_id", sa.Integer, nullable=False),
        sa.Column("position", sa.Integer, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("affiliations", sa.JSON, nullable=False),
        sa.Column("statement", sa.Text, nullable=False),
        sa.CheckConstraint("position BETWEEN 0 AND 29", name="ck_candidate_at_most_thirty_candidates"),
        sa.ForeignKeyConstraint(["contest_id"], ["contest.id"], name="fk_candidate_contest_id_contest"),
        sa.PrimaryKeyConstraint("id", name="pk_candidate"),
        sa.UniqueConstraint("contest_id", "name", name="uq_candidate_name"),
        sa.UniqueConstraint("contest_id", "position", name="uq_candidate_position"),
    )
    op.create_table(
        "trustee",
        sa.Column("id", sa.Integer, sa.Identity(always=True), nullable=False),
        sa.Column("election_uuid", sa.Text, nullable=False),
        sa.Column("owner", sa.Integer, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("kind", choice("trustee_kind", "server", "person"), nullable=False),
        sa.Column("person_id", sa.Integer),
        sa.Column("public_key", sa.LargeBinary),
        sa.Column("key_accepted_at", MOMENT),
        sa.Column("sealed_private_key", sa.LargeBinary),
        sa.CheckConstraint("owner >= 1", name="ck_trustee_owner_from_one"),
        sa.CheckConstraint(
            "sealed_private_key IS NULL OR public_key IS NOT NULL", name="ck_trustee_no_private_key_alone"
        ),
        sa.ForeignKeyConstraint(["election_uuid"], ["election.uuid"], name="fk_trustee_election_uuid_election"),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name="fk_trustee_person_id_person"),
        sa.PrimaryKeyConstraint("id", name="pk_trustee"),
        sa.UniqueConstraint("election_uuid", "owner", name="uq_trustee_owner"),
    )
    op.create_index("ix_trustee_person_id", "trustee", ["person_id"])
    op.create_table(
        "voter",
        sa.Column("id", sa.Integer, sa.Identity(always=True), nullable=False),
        sa.Column("election_uuid", sa.Text, nullable=False),
        sa.Column("person_id", sa.Integer),
        sa.Column("address", sa.Text, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("public_credential", sa.Text),
        sa.Column("sealed_credential", sa.LargeBinary),
        sa.Column("picked_up_at", MOMENT),
        sa.CheckConstraint(
            "sealed_credential IS NULL OR public_credential IS NOT NULL", name="ck_voter_no_secret_alone"
        ),
        sa.ForeignKeyConstraint(["election_uuid"], ["election.uuid"], name="fk_voter_election_uuid_election"),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name="fk_voter_person_id_person"),
        sa.PrimaryKeyConstraint("id", name="pk_voter"),
        sa.UniqueConstraint("election_uuid", "address", name="uq_voter_address"),
        sa.UniqueConstraint("election_uuid", "person_id", name="uq_voter_person"),
        sa.UniqueConstraint("election_uuid", "public_credential", name="uq_voter_public_credential"),
    )
    op.create_index("ix_voter_address", "voter", ["address"])
    op.create_index("ix_voter_person_id", "voter", ["person_id"])


def boards() -> None:
    op.create_table(
        "board_head",
        sa.Column("election_uuid", sa.Text, nullable=False),
        sa.Column("height", sa.Integer, nullable=False),
        sa.Column("hash", sa.Text, nullable=False),
        sa.Column("position", sa.BigInteger, nullable=False),
        sa.Column("timestamp", sa.BigInteger, nullable=False),
        sa.ForeignKeyConstraint(["election_uuid"], ["election.uuid"], name="fk_board_head_election_uuid_election"),
        sa.PrimaryKeyConstraint("election_uuid", name="pk_board_head"),
    )
    op.create_table(
        "board_record",
        sa.Column("id", sa.BigInteger, sa.Identity(always=True), nullable=False),
        sa.Column("election_uuid", sa.Text, nullable=False),
        sa.Column("position", sa.BigInteger, nullable=False),
        sa.Column("kind", choice("record_kind", "header", "data", "event"), nullable=False),
        sa.Column("sha256", sa.Text, nullable=False),
        sa.Column("content", sa.LargeBinary, nullable=False),
        sa.ForeignKeyConstraint(["election_uuid"], ["election.uuid"], name="fk_board_record_election_uuid_election"),
        sa.PrimaryKeyConstraint("id", name="pk_board_record"),
        sa.UniqueConstraint("election_uuid", "position", name="uq_board_record_position"),
    )
    op.create_index("ix_board_record_election_uuid_sha256", "board_record", ["election_uuid", "sha256"])


def ballots() -> None:
    op.create_table(
        "cast_ballot",
        sa.Column("id", sa.BigInteger, sa.Identity(always=True), nullable=False),
        sa.Column("election_uuid", sa.Text, nullable=False),
        sa.Column("voter_id", sa.Integer, nullable=False),
        sa.Column("tracker", sa.Text, nullable=False),
        sa.Column("height", sa.Integer, nullable=False),
        sa.Column("event_sha256", sa.Text, nullable=False),
        sa.Column("ballot_sha256", sa.Text, nullable=False),
        sa.Column("accepted_at", MOMENT, nullable=False),
        sa.Column("receipt", sa.Text, nullable=False),
        sa.ForeignKeyConstraint(["election_uuid"], ["election.uuid"], name="fk_cast_ballot_election_uuid_election"),
        sa.ForeignKeyConstraint(["voter_id"], ["voter.id"], name="fk_cast_ballot_voter_id_voter"),
        sa.PrimaryKeyConstraint("id", name="pk_cast_ballot"),
        sa.UniqueConstraint("election_uuid", "height", name="uq_cast_ballot_height"),
        sa.UniqueConstraint("election_uuid", "tracker", name="uq_cast_ballot_tracker"),
    )
    op.create_index("ix_cast_ballot_voter_id_height", "cast_ballot", ["voter_id", "height"])
    op.create_table(
        "outcome",
        sa.Column("id", sa.Integer, sa.Identity(always=True), nullable=False),
        sa.Column("election_uuid", sa.Text, nullable=False),
        sa.Column("contest_id", sa.Integer, nullable=False),
        sa.Column("report", sa.JSON, nullable=False),
        sa.Column("computed_at", MOMENT, nullable=False),
        sa.Column("inputs_sha256", sa.Text, nullable=False),
        sa.ForeignKeyConstraint(["contest_id"], ["contest.id"], name="fk_outcome_contest_id_contest"),
        sa.ForeignKeyConstraint(["election_uuid"], ["election.uuid"], name="fk_outcome_election_uuid_election"),
        sa.PrimaryKeyConstraint("id", name="pk_outcome"),
        sa.UniqueConstraint("contest_id", name="uq_outcome_contest"),
    )


def triggers() -> None:
    for function in (PHASE_OF, ELECTION_FROZEN, DRAFT_ONLY, VOTER_FROZEN, TRUSTEE_FROZEN, HEAD_GROWS):
        op.execute(function)
    for table, (when, function) in ROW_TRIGGERS.items():
        op.execute(f"CREATE TRIGGER {table}_frozen BEFORE {when} ON {table} FOR EACH ROW EXECUTE FUNCTION {function}()")
    for table in ("voter", "trustee"):
        op.execute(
            f"CREATE TRIGGER {table}_draft_only BEFORE INSERT OR DELETE ON {table} "
            "FOR EACH ROW EXECUTE FUNCTION refuse_unless_draft()"
        )
    for table in ONLY_GROW:
        op.execute(
            f"CREATE TRIGGER {table}_only_grows BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
        )
    for table in ROW_TRIGGERS:
        op.execute(
            f"CREATE TRIGGER {table}_not_emptied BEFORE TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
        )


def downgrade() -> None:
    raise NotImplementedError("History is not undone: restore a backup instead.")
