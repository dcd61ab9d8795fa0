"""The course of an election under rules: cycles, nominations, appeals, lots, certification; and tokens of programs."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)

PHASES = (
    "draft",
    "announced",
    "nominations",
    "campaign",
    "roll_frozen",
    "key_ceremony",
    "voting",
    "closed",
    "mixing",
    "decryption",
    "provisional_result",
    "complaints",
    "certified",
    "annulled",
)
BEFORE_KEYS = "('draft', 'announced', 'nominations', 'campaign', 'roll_frozen')"
BEFORE_VOTING = "('draft', 'announced', 'nominations', 'campaign', 'roll_frozen', 'key_ceremony', 'annulled')"
ROLL_OPEN = "('draft', 'announced', 'nominations', 'campaign')"

# Voting can be made longer while it runs, never shorter; nothing else of what voters were told changes.
ELECTION_FROZEN = f"""
CREATE OR REPLACE FUNCTION refuse_frozen_election() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'DELETE' THEN
    IF OLD.phase <> 'draft' THEN
      RAISE EXCEPTION 'Election % is no draft any more and cannot be deleted.', OLD.uuid
        USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN OLD;
  END IF;
  IF NEW.uuid <> OLD.uuid
    OR (OLD.phase <> 'draft' AND (NEW.cycle_id, NEW.electorate, NEW.project)
        IS DISTINCT FROM (OLD.cycle_id, OLD.electorate, OLD.project))
    OR (OLD.phase NOT IN {BEFORE_KEYS}
        AND (NEW.title, NEW.foundation, NEW.credential_source, NEW.demonstration, NEW.manifest, NEW.manifest_sha256)
        IS DISTINCT FROM (OLD.title, OLD.foundation, OLD.credential_source, OLD.demonstration, OLD.manifest,
        OLD.manifest_sha256))
    OR (OLD.roll_sha256 IS NOT NULL AND (NEW.roll_frozen_at, NEW.roll_sha256)
        IS DISTINCT FROM (OLD.roll_frozen_at, OLD.roll_sha256))
    OR (OLD.election_json IS NOT NULL AND NEW.election_json IS DISTINCT FROM OLD.election_json)
    OR (OLD.phase NOT IN {BEFORE_KEYS} AND OLD.phase <> 'key_ceremony' AND NEW.opens_at IS DISTINCT FROM OLD.opens_at)
    OR (OLD.phase = 'voting' AND OLD.closes_at IS NOT NULL AND NEW.closes_at IS NOT NULL
        AND NEW.closes_at < OLD.closes_at)
    OR (OLD.phase = 'voting' AND NEW.closes_at IS DISTINCT FROM OLD.closes_at AND NEW.closes_at IS NULL)
    OR (OLD.phase = 'voting' AND OLD.closes_at IS NULL AND NEW.closes_at IS NOT NULL)
    OR (OLD.phase NOT IN {BEFORE_VOTING} AND OLD.phase <> 'voting' AND NEW.closes_at IS DISTINCT FROM OLD.closes_at)
    OR (OLD.phase IN ('annulled', 'certified') AND NEW.phase <> OLD.phase)
    OR (OLD.phase = 'provisional_result' AND OLD.cycle_id IS NULL AND NEW.phase <> OLD.phase)
  THEN
    RAISE EXCEPTION 'What is frozen of election % does not change.', OLD.uuid USING ERRCODE = 'restrict_violation';
  END IF;
  RETURN NEW;
END
$$
"""

# The roll freezes before the contests, the candidates and the trustees do.
BY_PHASE = f"""
CREATE OR REPLACE FUNCTION refuse_unless_draft() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  touched text;
  phase text;
BEGIN
  IF TG_TABLE_NAME = 'candidate' THEN
    SELECT election_uuid INTO touched FROM contest
      WHERE id = CASE WHEN TG_OP = 'DELETE' THEN OLD.contest_id ELSE NEW.contest_id END;
  ELSE
    touched := CASE WHEN TG_OP = 'DELETE' THEN OLD.election_uuid ELSE NEW.election_uuid END;
  END IF;
  phase := phase_of_election(touched);
  IF (TG_TABLE_NAME = 'voter' AND phase NOT IN {ROLL_OPEN}) OR phase NOT IN {BEFORE_KEYS} THEN
    RAISE EXCEPTION 'The % of election % is frozen.', TG_TABLE_NAME, touched USING ERRCODE = 'restrict_violation';
  END IF;
  RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
END
$$
"""

# After the manifest froze, one thing may be said of a candidate, once: that they withdrew.
CANDIDATE_FROZEN = f"""
CREATE FUNCTION refuse_frozen_candidate() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  phase text;
BEGIN
  SELECT phase_of_election(election_uuid) INTO phase FROM contest WHERE id = OLD.contest_id;
  IF phase IN {BEFORE_KEYS} THEN
    RETURN NEW;
  END IF;
  IF to_jsonb(NEW) - 'withdrawn_at' IS DISTINCT FROM to_jsonb(OLD) - 'withdrawn_at' OR OLD.withdrawn_at IS NOT NULL
    OR phase IN ('certified', 'annulled') THEN
    RAISE EXCEPTION 'The candidates of this election are frozen.' USING ERRCODE = 'restrict_violation';
  END IF;
  RETURN NEW;
END
$$
"""

VOTER_FROZEN = f"""
CREATE OR REPLACE FUNCTION refuse_frozen_voter() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  phase text := phase_of_election(OLD.election_uuid);
BEGIN
  IF phase IN {ROLL_OPEN} THEN
    RETURN NEW;
  END IF;
  IF (NEW.election_uuid, NEW.address, NEW.name, NEW.member_class, NEW.reason, NEW.membership_id, NEW.organization)
       IS DISTINCT FROM (OLD.election_uuid, OLD.address, OLD.name, OLD.member_class, OLD.reason, OLD.membership_id,
       OLD.organization)
    OR (OLD.person_id IS NOT NULL AND NEW.person_id IS DISTINCT FROM OLD.person_id)
    OR (phase <> 'roll_frozen' AND (NEW.public_credential IS DISTINCT FROM OLD.public_credential
        OR (NEW.sealed_credential IS NOT NULL AND NEW.sealed_credential IS DISTINCT FROM OLD.sealed_credential)))
  THEN
    RAISE EXCEPTION 'The roll of election % is frozen.', OLD.election_uuid USING ERRCODE = 'restrict_violation';
  END IF;
  RETURN NEW;
END
$$
"""

TRUSTEE_FROZEN = f"""
CREATE OR REPLACE FUNCTION refuse_frozen_trustee() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF phase_of_election(OLD.election_uuid) IN {BEFORE_KEYS} THEN
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

# Nobody votes as a member and for an organization as well: the two rolls of a cycle share no person. A roll comes all
# at once, before anybody counted its rows: compared row by row, 100,000 of them would take an hour.
ONE_CLASS = """
CREATE FUNCTION refuse_second_class() RETURNS trigger LANGUAGE plpgsql SET enable_nestloop = off AS $$
BEGIN
  IF EXISTS (
    SELECT FROM added JOIN election mine ON mine.uuid = added.election_uuid
    JOIN election other ON other.cycle_id = mine.cycle_id AND other.uuid <> mine.uuid
    JOIN voter ON voter.election_uuid = other.uuid AND voter.person_id = added.person_id
    WHERE mine.electorate IN ('individual', 'corporate') AND other.electorate IN ('individual', 'corporate')
      AND other.phase <> 'annulled'
  ) THEN
    RAISE EXCEPTION 'A person votes once across the classes of a cycle.' USING ERRCODE = 'restrict_violation';
  END IF;
  RETURN NULL;
END
$$
"""

# What was said stays said: these rows may be completed where a column is empty, and nothing else.
COMPLETED_ONCE = """
CREATE FUNCTION refuse_all_but_completion() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  was jsonb := jsonb_strip_nulls(to_jsonb(OLD));
BEGIN
  IF NOT to_jsonb(NEW) @> was - TG_ARGV[0] THEN
    RAISE EXCEPTION 'What the % says stays as it was said.', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
  END IF;
  RETURN NEW;
END
$$
"""
COMPLETED = {
    "election_appeal": "",
    "election_complaint": "",
    "election_certificate": "",
    "certifier_key": "",
    "lot_commitment": "sealed_secret",
    "seat_term": "",
    "candidate_question": "",
    "endorsement": "",
}
ONLY_GROW = (
    "election_rules",
    "election_extension",
    "eligibility_decision",
    "candidate_answer",
    "election_appeal_verdict",
    "second_count",
    "certificate_signature",
    "board_checkpoint",
)


# Earlier scripts gave whole names where the naming convention put the prefix before them once more.
NAMES_MENDED = """
DO $$
DECLARE
  mended record;
BEGIN
  FOR mended IN
    SELECT conrelid::regclass AS "table", conname AS name, 'ck_' || relname || '_' AS prefix
    FROM pg_constraint JOIN pg_class ON pg_class.oid = conrelid
    WHERE contype = 'c' AND starts_with(conname, 'ck_' || relname || '_ck_' || relname || '_')
  LOOP
    EXECUTE format('ALTER TABLE %s RENAME CONSTRAINT %I TO %I', mended."table", mended.name,
      substr(mended.name, length(mended.prefix) + 1));
  END LOOP;
END
$$
"""
# These were so long that they were cut as well.
NAMES_CUT = {
    "membership_case": ("closed_by_somebod_4ae3", "closed_by_somebody_with_an_outcome"),
    "sponsor_package_benefit": ("n_f56e", "name_given"),
    "organization_domain": ("domain_in_3931", "domain_in_lower_case"),
    "sponsorship_benefit": ("provided__2240", "provided_by_somebody"),
    "sponsorship_contract": ("signed__3d21", "signed_by_somebody"),
    "membership_event": ("expulsion_names_f8c1", "expulsion_names_its_motion"),
    "sponsorship_asset": ("taken_down_fo_66cc", "taken_down_for_a_reason"),
}


def choice(name: str, *values: str) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=40)


def upgrade() -> None:
    names()
    cycles()
    columns()
    phases()
    nominations()
    appeals()
    lots_and_checkpoints()
    certification()
    tokens()
    triggers()


def names() -> None:
    op.execute(NAMES_MENDED)
    for table, (cut, whole) in NAMES_CUT.items():
        op.execute(f"ALTER TABLE {table} RENAME CONSTRAINT ck_{table}_{cut} TO ck_{table}_{whole}")
    op.execute(
        "ALTER TABLE sponsor_package_benefit"
        " RENAME CONSTRAINT ck_sponsor_package_benefit_b_f655 TO ck_sponsor_package_benefit_benefit_kind"
    )


def cycles() -> None:
    op.create_table(
        "election_rules",
        sa.Column("id", sa.Integer(), sa.Identity(always=True), nullable=False),
        sa.Column("version", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("adopted_at", MOMENT, nullable=False),
        sa.Column("adopted_by", sa.Text(), nullable=False),
        sa.CheckConstraint("sha256 ~ '^[0-9a-f]{64}$'", name="sha256_is_hex"),
        sa.PrimaryKeyConstraint("id", name="pk_election_rules"),
        sa.UniqueConstraint("sha256", name="uq_election_rules_sha256"),
        sa.UniqueConstraint("version", name="uq_election_rules_version"),
    )
    op.create_table(
        "election_cycle",
        sa.Column("id", sa.Integer(), sa.Identity(always=True), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("foundation", sa.Text(), nullable=False),
        sa.Column("rules_id", sa.Integer(), nullable=False),
        sa.Column("anywhere_on_earth", sa.Boolean(), nullable=False),
        sa.Column("zone", sa.Text(), nullable=False),
        sa.Column("announced_at", MOMENT),
        sa.Column("nominations_open_at", MOMENT, nullable=False),
        sa.Column("nominations_close_at", MOMENT, nullable=False),
        sa.Column("voting_opens_at", MOMENT, nullable=False),
        sa.Column("voting_closes_at", MOMENT, nullable=False),
        sa.Column("complaint_days", sa.Integer(), nullable=False),
        sa.Column("record_on", sa.Date(), nullable=False),
        sa.Column("created_by_id", sa.Integer(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.CheckConstraint("complaint_days >= 0", name="complaint_days_counted"),
        sa.CheckConstraint("nominations_close_at <= voting_opens_at", name="campaign_ends_after_it_begins"),
        sa.CheckConstraint("nominations_open_at <= nominations_close_at", name="nominations_end_after_they_begin"),
        sa.CheckConstraint("voting_opens_at < voting_closes_at", name="voting_ends_after_it_begins"),
        sa.ForeignKeyConstraint(["created_by_id"], ["person.id"], name="fk_election_cycle_created_by_id_person"),
        sa.ForeignKeyConstraint(["rules_id"], ["election_rules.id"], name="fk_election_cycle_rules_id_election_rules"),
        sa.PrimaryKeyConstraint("id", name="pk_election_cycle"),
    )
    op.create_index("ix_election_cycle_rules_id", "election_cycle", ["rules_id"], unique=False)
    op.create_table(
        "election_extension",
        sa.Column("id", sa.Integer(), sa.Identity(always=True), nullable=False),
        sa.Column("cycle_id", sa.Integer(), nullable=False),
        sa.Column(
            "period",
            choice("period", "announcement", "nominations", "campaign", "voting", "complaints"),
            nullable=False,
        ),
        sa.Column("from_at", MOMENT, nullable=False),
        sa.Column("until_at", MOMENT, nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("election_uuid", sa.Text()),
        sa.Column("by_id", sa.Integer()),
        sa.Column("at", MOMENT, nullable=False),
        sa.CheckConstraint("until_at > from_at", name="only_longer"),
        sa.CheckConstraint("(by_id IS NULL) = (election_uuid IS NOT NULL)", name="by_the_rules_for_one_election"),
        sa.ForeignKeyConstraint(
            ["election_uuid"], ["election.uuid"], name="fk_election_extension_election_uuid_election"
        ),
        sa.ForeignKeyConstraint(["by_id"], ["person.id"], name="fk_election_extension_by_id_person"),
        sa.ForeignKeyConstraint(
            ["cycle_id"], ["election_cycle.id"], name="fk_election_extension_cycle_id_election_cycle"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_election_extension"),
    )
    op.create_index("ix_election_extension_cycle_id", "election_extension", ["cycle_id"], unique=False)
    op.create_index("uq_election_extension_by_the_rules", "election_extension", ["election_uuid"], unique=True)


def nominations() -> None:
    op.create_table(
        "nomination",
        sa.Column("id", sa.Integer(), sa.Identity(always=True), nullable=False),
        sa.Column("contest_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("state", choice("nomination_state", "proposed", "accepted", "declined", "withdrawn"), nullable=False),
        sa.Column("statement", sa.Text(), nullable=False),
        sa.Column("proposed_at", MOMENT, nullable=False),
        sa.Column("answered_at", MOMENT),
        sa.Column("withdrawn_at", MOMENT),
        sa.Column("withdrawn_why", sa.Text()),
        sa.CheckConstraint("(state = 'proposed') = (answered_at IS NULL)", name="answered_unless_proposed"),
        sa.CheckConstraint("(state = 'withdrawn') = (withdrawn_at IS NOT NULL)", name="withdrawn_at_a_time"),
        sa.ForeignKeyConstraint(["by_id"], ["person.id"], name="fk_nomination_by_id_person"),
        sa.ForeignKeyConstraint(["contest_id"], ["contest.id"], name="fk_nomination_contest_id_contest"),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name="fk_nomination_person_id_person"),
        sa.PrimaryKeyConstraint("id", name="pk_nomination"),
    )
    op.create_index("ix_nomination_by_id", "nomination", ["by_id"], unique=False)
    op.create_index("ix_nomination_contest_id", "nomination", ["contest_id"], unique=False)
    op.create_index("ix_nomination_person_id", "nomination", ["person_id"], unique=False)
    op.create_index(
        "uq_nomination_active",
        "nomination",
        ["contest_id", "person_id"],
        unique=True,
        postgresql_where="state IN ('proposed', 'accepted')",
    )
    op.create_table(
        "endorsement",
        sa.Column("id", sa.Integer(), sa.Identity(always=True), nullable=False),
        sa.Column("nomination_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("taken_back_at", MOMENT),
        sa.ForeignKeyConstraint(["nomination_id"], ["nomination.id"], name="fk_endorsement_nomination_id_nomination"),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name="fk_endorsement_person_id_person"),
        sa.PrimaryKeyConstraint("id", name="pk_endorsement"),
    )
    op.create_index("ix_endorsement_nomination_id", "endorsement", ["nomination_id"], unique=False)
    op.create_index("ix_endorsement_person_id", "endorsement", ["person_id"], unique=False)
    op.create_index(
        "uq_endorsement_standing",
        "endorsement",
        ["nomination_id", "person_id"],
        unique=True,
        postgresql_where="taken_back_at IS NULL",
    )
    op.create_table(
        "eligibility_decision",
        sa.Column("id", sa.Integer(), sa.Identity(always=True), nullable=False),
        sa.Column("nomination_id", sa.Integer(), nullable=False),
        sa.Column("eligible", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["by_id"], ["person.id"], name="fk_eligibility_decision_by_id_person"),
        sa.ForeignKeyConstraint(
            ["nomination_id"], ["nomination.id"], name="fk_eligibility_decision_nomination_id_nomination"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_eligibility_decision"),
    )
    op.create_index("ix_eligibility_decision_nomination_id", "eligibility_decision", ["nomination_id"], unique=False)
    op.create_table(
        "candidate_question",
        sa.Column("id", sa.Integer(), sa.Identity(always=True), nullable=False),
        sa.Column("contest_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("hidden_by_id", sa.Integer()),
        sa.Column("hidden_why", sa.Text()),
        sa.CheckConstraint("(hidden_by_id IS NULL) = (hidden_why IS NULL)", name="hidden_for_a_reason"),
        sa.ForeignKeyConstraint(["contest_id"], ["contest.id"], name="fk_candidate_question_contest_id_contest"),
        sa.ForeignKeyConstraint(["hidden_by_id"], ["person.id"], name="fk_candidate_question_hidden_by_id_person"),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name="fk_candidate_question_person_id_person"),
        sa.PrimaryKeyConstraint("id", name="pk_candidate_question"),
    )
    op.create_index("ix_candidate_question_contest_id", "candidate_question", ["contest_id"], unique=False)
    op.create_index("ix_candidate_question_person_id", "candidate_question", ["person_id"], unique=False)
    op.create_table(
        "candidate_answer",
        sa.Column("id", sa.Integer(), sa.Identity(always=True), nullable=False),
        sa.Column("question_id", sa.Integer(), nullable=False),
        sa.Column("nomination_id", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(
            ["nomination_id"], ["nomination.id"], name="fk_candidate_answer_nomination_id_nomination"
        ),
        sa.ForeignKeyConstraint(
            ["question_id"], ["candidate_question.id"], name="fk_candidate_answer_question_id_candidate_question"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_candidate_answer"),
    )
    op.create_index("ix_candidate_answer_nomination_id", "candidate_answer", ["nomination_id"], unique=False)
    op.create_index("uq_candidate_answer_one_each", "candidate_answer", ["question_id", "nomination_id"], unique=True)


def appeals() -> None:
    op.create_table(
        "election_appeal",
        sa.Column("id", sa.Integer(), sa.Identity(always=True), nullable=False),
        sa.Column("election_uuid", sa.Text(), nullable=False),
        sa.Column("kind", choice("appeal_kind", "add_to_roll", "leave_roll", "eligibility"), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("nomination_id", sa.Integer()),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("decided_at", MOMENT),
        sa.Column("upheld", sa.Boolean()),
        sa.CheckConstraint(
            "(kind = 'eligibility') = (nomination_id IS NOT NULL)",
            name="eligibility_is_of_a_nomination",
        ),
        sa.CheckConstraint("(decided_at IS NULL) = (upheld IS NULL)", name="decided_one_way"),
        sa.ForeignKeyConstraint(["election_uuid"], ["election.uuid"], name="fk_election_appeal_election_uuid_election"),
        sa.ForeignKeyConstraint(
            ["nomination_id"], ["nomination.id"], name="fk_election_appeal_nomination_id_nomination"
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name="fk_election_appeal_person_id_person"),
        sa.PrimaryKeyConstraint("id", name="pk_election_appeal"),
    )
    op.create_index("ix_election_appeal_election_uuid", "election_appeal", ["election_uuid"], unique=False)
    op.create_index("ix_election_appeal_nomination_id", "election_appeal", ["nomination_id"], unique=False)
    op.create_index("ix_election_appeal_person_id", "election_appeal", ["person_id"], unique=False)
    op.create_index(
        "uq_election_appeal_open",
        "election_appeal",
        ["election_uuid", "person_id", "kind"],
        unique=True,
        postgresql_where="decided_at IS NULL",
    )
    op.create_table(
        "election_appeal_verdict",
        sa.Column("id", sa.Integer(), sa.Identity(always=True), nullable=False),
        sa.Column("appeal_id", sa.Integer(), nullable=False),
        sa.Column("upheld", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(
            ["appeal_id"], ["election_appeal.id"], name="fk_election_appeal_verdict_appeal_id_election_appeal"
        ),
        sa.ForeignKeyConstraint(["by_id"], ["person.id"], name="fk_election_appeal_verdict_by_id_person"),
        sa.PrimaryKeyConstraint("id", name="pk_election_appeal_verdict"),
    )
    op.create_index(
        "uq_election_appeal_verdict_one_each", "election_appeal_verdict", ["appeal_id", "by_id"], unique=True
    )


def lots_and_checkpoints() -> None:
    op.create_table(
        "lot_commitment",
        sa.Column("id", sa.Integer(), sa.Identity(always=True), nullable=False),
        sa.Column("election_uuid", sa.Text(), nullable=False),
        sa.Column("person_id", sa.Integer()),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("commitment", sa.Text(), nullable=False),
        sa.Column("committed_at", MOMENT, nullable=False),
        sa.Column("sealed_secret", sa.LargeBinary()),
        sa.Column("secret", sa.Text()),
        sa.Column("revealed_at", MOMENT),
        sa.CheckConstraint("commitment ~ '^[0-9a-f]{64}$'", name="commitment_is_sha256"),
        sa.CheckConstraint("secret ~ '^[0-9a-f]{64}$'", name="secret_is_32_bytes"),
        sa.CheckConstraint("(secret IS NULL) = (revealed_at IS NULL)", name="revealed_at_a_time"),
        sa.CheckConstraint("sealed_secret IS NULL OR person_id IS NULL", name="only_the_servers_is_sealed"),
        sa.ForeignKeyConstraint(["election_uuid"], ["election.uuid"], name="fk_lot_commitment_election_uuid_election"),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name="fk_lot_commitment_person_id_person"),
        sa.PrimaryKeyConstraint("id", name="pk_lot_commitment"),
    )
    op.create_index("ix_lot_commitment_person_id", "lot_commitment", ["person_id"], unique=False)
    op.create_index("uq_lot_commitment_name", "lot_commitment", ["election_uuid", "name"], unique=True)
    op.create_index("uq_lot_commitment_person", "lot_commitment", ["election_uuid", "person_id"], unique=True)
    op.create_table(
        "board_checkpoint",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("election_uuid", sa.Text(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("height", sa.Integer(), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("hash", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["election_uuid"], ["election.uuid"], name="fk_board_checkpoint_election_uuid_election"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_board_checkpoint"),
        sa.UniqueConstraint("election_uuid", "at", name="uq_board_checkpoint_at"),
    )


def certification() -> None:
    op.create_table(
        "election_complaint",
        sa.Column("id", sa.Integer(), sa.Identity(always=True), nullable=False),
        sa.Column("election_uuid", sa.Text(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("disposition", choice("disposition", "dismissed", "noted", "upheld")),
        sa.Column("reason", sa.Text()),
        sa.Column("disposed_by_id", sa.Integer()),
        sa.Column("disposed_at", MOMENT),
        sa.CheckConstraint(
            "(disposition IS NULL) = (disposed_at IS NULL) AND (disposition IS NULL) = (reason IS NULL)"
            " AND (disposition IS NULL) = (disposed_by_id IS NULL)",
            name="disposed_as_a_whole",
        ),
        sa.ForeignKeyConstraint(["disposed_by_id"], ["person.id"], name="fk_election_complaint_disposed_by_id_person"),
        sa.ForeignKeyConstraint(
            ["election_uuid"], ["election.uuid"], name="fk_election_complaint_election_uuid_election"
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name="fk_election_complaint_person_id_person"),
        sa.PrimaryKeyConstraint("id", name="pk_election_complaint"),
    )
    op.create_index("ix_election_complaint_election_uuid", "election_complaint", ["election_uuid"], unique=False)
    op.create_index("ix_election_complaint_person_id", "election_complaint", ["person_id"], unique=False)
    op.create_table(
        "second_count",
        sa.Column("id", sa.Integer(), sa.Identity(always=True), nullable=False),
        sa.Column("contest_id", sa.Integer(), nullable=False),
        sa.Column("program", sa.Text(), nullable=False),
        sa.Column("inputs_sha256", sa.Text(), nullable=False),
        sa.Column("agrees", sa.Boolean(), nullable=False),
        sa.Column("difference", sa.Text(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["contest_id"], ["contest.id"], name="fk_second_count_contest_id_contest"),
        sa.PrimaryKeyConstraint("id", name="pk_second_count"),
    )
    op.create_index("ix_second_count_contest_id", "second_count", ["contest_id"], unique=False)
    op.create_table(
        "election_certificate",
        sa.Column("id", sa.Integer(), sa.Identity(always=True), nullable=False),
        sa.Column("election_uuid", sa.Text(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("made_at", MOMENT, nullable=False),
        sa.Column("made_by", sa.Text(), nullable=False),
        sa.Column("replaced_at", MOMENT),
        sa.CheckConstraint("sha256 ~ '^[0-9a-f]{64}$'", name="sha256_is_hex"),
        sa.ForeignKeyConstraint(
            ["election_uuid"], ["election.uuid"], name="fk_election_certificate_election_uuid_election"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_election_certificate"),
    )
    op.create_index(
        "uq_election_certificate_standing",
        "election_certificate",
        ["election_uuid"],
        unique=True,
        postgresql_where="replaced_at IS NULL",
    )
    op.create_table(
        "certifier_key",
        sa.Column("id", sa.Integer(), sa.Identity(always=True), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("public_key", sa.Text(), nullable=False),
        sa.Column("fingerprint", sa.Text(), nullable=False),
        sa.Column("added_at", MOMENT, nullable=False),
        sa.Column("withdrawn_at", MOMENT),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name="fk_certifier_key_person_id_person"),
        sa.PrimaryKeyConstraint("id", name="pk_certifier_key"),
        sa.UniqueConstraint("public_key", name="uq_certifier_key_public_key"),
    )
    op.create_index(
        "uq_certifier_key_standing",
        "certifier_key",
        ["person_id"],
        unique=True,
        postgresql_where="withdrawn_at IS NULL",
    )
    op.create_table(
        "certificate_signature",
        sa.Column("id", sa.Integer(), sa.Identity(always=True), nullable=False),
        sa.Column("certificate_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("key_id", sa.Integer(), nullable=False),
        sa.Column("signature", sa.Text(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(
            ["certificate_id"],
            ["election_certificate.id"],
            name="fk_certificate_signature_certificate_id_election_certificate",
        ),
        sa.ForeignKeyConstraint(["key_id"], ["certifier_key.id"], name="fk_certificate_signature_key_id_certifier_key"),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name="fk_certificate_signature_person_id_person"),
        sa.PrimaryKeyConstraint("id", name="pk_certificate_signature"),
        sa.UniqueConstraint("certificate_id", "person_id", name="uq_certificate_signature_one_each"),
    )
    op.create_table(
        "count_hold",
        sa.Column("id", sa.Integer(), sa.Identity(always=True), nullable=False),
        sa.Column("contest_id", sa.Integer(), nullable=False),
        sa.Column("inputs_sha256", sa.Text(), nullable=False),
        sa.Column("tied", sa.JSON(), nullable=False),
        sa.Column("waits_for", sa.JSON(), nullable=False),
        sa.Column("refusal", sa.Text(), nullable=True),
        sa.Column("at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["contest_id"], ["contest.id"], name="fk_count_hold_contest_id_contest"),
        sa.PrimaryKeyConstraint("id", name="pk_count_hold"),
        sa.UniqueConstraint("contest_id", name="uq_count_hold_contest"),
    )
    op.create_table(
        "result_file",
        sa.Column("id", sa.Integer(), sa.Identity(always=True), nullable=False),
        sa.Column("election_uuid", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("inputs_sha256", sa.Text(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("made_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["election_uuid"], ["election.uuid"], name="fk_result_file_election_uuid_election"),
        sa.PrimaryKeyConstraint("id", name="pk_result_file"),
        sa.UniqueConstraint("election_uuid", "name", "inputs_sha256", name="uq_result_file_inputs"),
    )
    op.drop_constraint("uq_outcome_contest", "outcome", type_="unique")
    op.create_unique_constraint("uq_outcome_contest_inputs", "outcome", ["contest_id", "inputs_sha256"])
    op.create_table(
        "seat_term",
        sa.Column("id", sa.Integer(), sa.Identity(always=True), nullable=False),
        sa.Column("contest_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("seat", sa.Text(), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("until_on", sa.Date(), nullable=False),
        sa.Column("ended_on", sa.Date()),
        sa.Column("ended_why", sa.Text()),
        sa.CheckConstraint("(ended_on IS NULL) = (ended_why IS NULL)", name="ended_for_a_reason"),
        sa.CheckConstraint("until_on > from_on", name="ends_after_it_begins"),
        sa.ForeignKeyConstraint(["contest_id"], ["contest.id"], name="fk_seat_term_contest_id_contest"),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name="fk_seat_term_person_id_person"),
        sa.PrimaryKeyConstraint("id", name="pk_seat_term"),
        sa.UniqueConstraint("contest_id", "person_id", name="uq_seat_term_one_each"),
    )
    op.create_index("ix_seat_term_person_id", "seat_term", ["person_id"], unique=False)


def tokens() -> None:
    op.create_table(
        "api_token",
        sa.Column("id", sa.Integer(), sa.Identity(always=True), nullable=False),
        sa.Column("appointment_id", sa.Integer(), nullable=False),
        sa.Column("label", sa.String(length=100), nullable=False),
        sa.Column("token_sha256", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("expires_at", MOMENT, nullable=False),
        sa.Column("last_used_at", MOMENT),
        sa.Column("revoked_at", MOMENT),
        sa.CheckConstraint("label = btrim(label) AND label <> ''", name="label_given"),
        sa.CheckConstraint("expires_at > created_at", name="expires_after_it_began"),
        sa.CheckConstraint("octet_length(token_sha256) = 32", name="token_is_hashed"),
        sa.ForeignKeyConstraint(["appointment_id"], ["appointment.id"], name="fk_api_token_appointment_id_appointment"),
        sa.PrimaryKeyConstraint("id", name="pk_api_token"),
        sa.UniqueConstraint("token_sha256", name="uq_api_token_token_sha256"),
    )
    op.create_index("ix_api_token_appointment_id", "api_token", ["appointment_id"], unique=False)


def columns() -> None:
    op.add_column("candidate", sa.Column("groups", sa.JSON(), nullable=False, server_default="[]"))
    op.add_column("candidate", sa.Column("person_id", sa.Integer()))
    op.add_column("candidate", sa.Column("withdrawn_at", MOMENT))
    op.create_index("ix_candidate_person_id", "candidate", ["person_id"], unique=False)
    op.create_foreign_key("fk_candidate_person_id_person", "candidate", "person", ["person_id"], ["id"])
    op.add_column("contest", sa.Column("kind", sa.Text()))
    op.add_column("contest", sa.Column("cap", sa.Integer()))
    op.add_column("contest", sa.Column("sitting", sa.JSON(), nullable=False, server_default="{}"))
    op.add_column("election", sa.Column("cycle_id", sa.Integer()))
    op.add_column("election", sa.Column("electorate", choice("electorate_kind", "individual", "corporate", "project")))
    op.add_column("election", sa.Column("project", sa.Text()))
    op.add_column("election", sa.Column("roll_frozen_at", MOMENT))
    op.add_column("election", sa.Column("roll_sha256", sa.Text()))
    op.add_column("election", sa.Column("complaints_until", MOMENT))
    op.create_index("ix_election_cycle_id", "election", ["cycle_id"], unique=False)
    op.create_foreign_key("fk_election_cycle_id_election_cycle", "election", "election_cycle", ["cycle_id"], ["id"])
    op.add_column("voter", sa.Column("member_class", sa.Text()))
    op.add_column("voter", sa.Column("reason", sa.Text(), nullable=False, server_default=""))
    op.add_column("voter", sa.Column("membership_id", sa.Integer()))
    op.add_column("voter", sa.Column("organization", sa.Text()))
    op.create_index("ix_voter_membership_id", "voter", ["membership_id"], unique=False)
    op.create_unique_constraint("uq_voter_membership", "voter", ["election_uuid", "membership_id"])
    op.create_foreign_key("fk_voter_membership_id_membership", "voter", "membership", ["membership_id"], ["id"])
    # The rows there are take these values; new ones say theirs.
    for table, column in (("voter", "reason"), ("contest", "sitting"), ("candidate", "groups")):
        op.alter_column(table, column, server_default=None)
    op.create_check_constraint(op.f("ck_contest_cap_leaves_room"), "contest", "cap >= 1")


def phases() -> None:
    checks = {
        "phase": f"phase IN {PHASES}",
        "manifest_frozen_before_keys": f"phase = 'annulled' OR (phase IN {BEFORE_KEYS}) = (manifest_sha256 IS NULL)",
        "keys_before_voting": f"phase IN {BEFORE_VOTING} OR election_json IS NOT NULL",
        "voting_has_opened": f"phase IN {BEFORE_VOTING} OR opens_at IS NOT NULL",
        "polls_have_no_course": "cycle_id IS NOT NULL OR phase NOT IN"
        " ('announced', 'nominations', 'campaign', 'roll_frozen', 'complaints', 'certified')",
        "electorate_under_rules": "(cycle_id IS NULL) = (electorate IS NULL)",
        "project_of_its_electorate": "(electorate = 'project') = (project IS NOT NULL)",
        "roll_frozen_with_its_hash": "(roll_frozen_at IS NULL) = (roll_sha256 IS NULL)",
    }
    for gone in ("phase", "manifest_frozen_unless_draft", "keys_before_voting", "voting_has_opened"):
        op.drop_constraint(op.f(f"ck_election_{gone}"), "election", type_="check")
    for name, condition in checks.items():
        op.create_check_constraint(op.f(f"ck_election_{name}"), "election", condition)


def triggers() -> None:
    for function in (
        ELECTION_FROZEN,
        BY_PHASE,
        CANDIDATE_FROZEN,
        VOTER_FROZEN,
        TRUSTEE_FROZEN,
        ONE_CLASS,
        COMPLETED_ONCE,
    ):
        op.execute(function)
    op.execute(
        "CREATE TRIGGER voter_of_one_class AFTER INSERT ON voter REFERENCING NEW TABLE AS added "
        "FOR EACH STATEMENT EXECUTE FUNCTION refuse_second_class()"
    )
    op.execute("DROP TRIGGER candidate_frozen ON candidate")
    op.execute(
        "CREATE TRIGGER candidate_frozen BEFORE UPDATE ON candidate "
        "FOR EACH ROW EXECUTE FUNCTION refuse_frozen_candidate()"
    )
    op.execute(
        "CREATE TRIGGER candidate_draft_only BEFORE INSERT OR DELETE ON candidate "
        "FOR EACH ROW EXECUTE FUNCTION refuse_unless_draft()"
    )
    for table, emptied in COMPLETED.items():
        op.execute(
            f"CREATE TRIGGER {table}_stays BEFORE UPDATE ON {table} "
            f"FOR EACH ROW EXECUTE FUNCTION refuse_all_but_completion('{emptied}')"
        )
        op.execute(
            f"CREATE TRIGGER {table}_not_removed BEFORE DELETE OR TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
        )
    for table in ONLY_GROW:
        op.execute(
            f"CREATE TRIGGER {table}_only_grows BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
        )


def downgrade() -> None:
    raise NotImplementedError("History is not undone: restore a backup instead.")
