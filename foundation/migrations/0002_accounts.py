"""People, addresses, passwords, sessions, mailed links, sign-in delays and appointments."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)

KEPT = """
CREATE FUNCTION refuse_removal() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'Nothing is removed from %: % is refused.', TG_TABLE_NAME, TG_OP USING ERRCODE = 'restrict_violation';
END
$$
"""

# An appointment may be given an end, once for good reason; who was appointed to what, when and by whom does not change.
APPOINTMENT_STANDS = """
CREATE FUNCTION appointment_stands() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF (NEW.id, NEW.person_id, NEW.office, NEW.from_at, NEW.made_by, NEW.reason, NEW.made_at)
     IS DISTINCT FROM (OLD.id, OLD.person_id, OLD.office, OLD.from_at, OLD.made_by, OLD.reason, OLD.made_at)
     OR OLD.ended_by IS NOT NULL
     OR coalesce(NEW.until_at, 'infinity') > coalesce(OLD.until_at, 'infinity') THEN
    RAISE EXCEPTION 'An appointment can be ended, and nothing else about it changes.'
      USING ERRCODE = 'restrict_violation';
  END IF;
  RETURN NEW;
END
$$
"""


def upgrade() -> None:
    _people()
    _sessions()
    _tokens()
    _appointments()
    _what_stays()


def _identity() -> sa.Column[int]:
    return sa.Column("id", sa.Integer, sa.Identity(always=True), nullable=False)


def _people() -> None:
    op.create_table(
        "person",
        _identity(),
        sa.Column("display_name", sa.String(100), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_person"),
        sa.CheckConstraint(
            "display_name = btrim(display_name) AND display_name <> ''", name="ck_person_display_name_given"
        ),
        sa.CheckConstraint("display_name !~ '[[:cntrl:]]'", name="ck_person_display_name_without_controls"),
    )
    op.create_table(
        "email_address",
        _identity(),
        sa.Column("person_id", sa.Integer, nullable=False),
        sa.Column("address", sa.String(254), nullable=False),
        sa.Column("canonical", sa.String(254), nullable=False),
        sa.Column("confirmed_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_email_address"),
        sa.UniqueConstraint("canonical", name="uq_email_address_canonical"),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name="fk_email_address_person_id_person"),
    )
    op.create_index("ix_email_address_person_id", "email_address", ["person_id"])
    op.create_table(
        "password",
        sa.Column("person_id", sa.Integer, nullable=False, autoincrement=False),
        sa.Column("argon2_hash", sa.Text, nullable=False),
        sa.Column("changed_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("person_id", name="pk_password"),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name="fk_password_person_id_person"),
    )


def _sessions() -> None:
    reasons = ("signed_out", "signed_out_elsewhere", "signed_in_anew", "password_changed", "appointment_ended")
    op.create_table(
        "web_session",
        _identity(),
        sa.Column("person_id", sa.Integer, nullable=False),
        sa.Column("token_sha256", sa.LargeBinary, nullable=False),
        sa.Column("user_agent", sa.String(200), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("last_seen_at", MOMENT, nullable=False),
        sa.Column("expires_at", MOMENT, nullable=False),
        sa.Column("ended_at", MOMENT),
        sa.Column("ended_why", sa.String(40)),
        sa.PrimaryKeyConstraint("id", name="pk_web_session"),
        sa.UniqueConstraint("token_sha256", name="uq_web_session_token_sha256"),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name="fk_web_session_person_id_person"),
        sa.CheckConstraint("octet_length(token_sha256) = 32", name="ck_web_session_token_is_hashed"),
        sa.CheckConstraint("(ended_at IS NULL) = (ended_why IS NULL)", name="ck_web_session_ended_for_a_reason"),
        sa.CheckConstraint("expires_at > created_at", name="ck_web_session_expires_after_it_began"),
        sa.CheckConstraint(_one_of("ended_why", reasons), name="ck_web_session_session_end"),
    )
    op.create_index("ix_web_session_person_id", "web_session", ["person_id"])
    op.create_table(
        "failed_sign_ins",
        sa.Column("bucket", sa.LargeBinary, nullable=False),
        sa.Column("failures", sa.Integer, nullable=False),
        sa.Column("last_failed_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("bucket", name="pk_failed_sign_ins"),
        sa.CheckConstraint("octet_length(bucket) = 32", name="ck_failed_sign_ins_bucket_is_hashed"),
        sa.CheckConstraint("failures > 0", name="ck_failed_sign_ins_failures_counted"),
    )


def _tokens() -> None:
    op.create_table(
        "token",
        _identity(),
        sa.Column("purpose", sa.String(40), nullable=False),
        sa.Column("sha256", sa.LargeBinary, nullable=False),
        sa.Column("canonical", sa.String(254), nullable=False),
        sa.Column("person_id", sa.Integer),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("expires_at", MOMENT, nullable=False),
        sa.Column("used_at", MOMENT),
        sa.PrimaryKeyConstraint("id", name="pk_token"),
        sa.UniqueConstraint("sha256", name="uq_token_sha256"),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name="fk_token_person_id_person"),
        sa.CheckConstraint("octet_length(sha256) = 32", name="ck_token_token_is_hashed"),
        sa.CheckConstraint("(purpose = 'reset') = (person_id IS NOT NULL)", name="ck_token_reset_is_somebodys"),
        sa.CheckConstraint("expires_at > created_at", name="ck_token_expires_after_it_began"),
        sa.CheckConstraint(_one_of("purpose", ("confirm", "reset")), name="ck_token_token_purpose"),
    )
    op.create_index("ix_token_person_id", "token", ["person_id"])
    op.create_index("ix_token_canonical_created_at", "token", ["canonical", "created_at"])


def _appointments() -> None:
    offices = (
        "election_official",
        "registrar",
        "trustee",
        "certifier",
        "membership_committee",
        "treasurer",
        "secretary",
    )
    # PostgreSQL's own index for ranges lets an exclusion constraint compare numbers and words as ranges of one,
    # which needs no extension.
    op.execute("CREATE TYPE text_range AS RANGE (subtype = text)")
    op.create_table(
        "appointment",
        _identity(),
        sa.Column("person_id", sa.Integer, nullable=False),
        sa.Column("office", sa.String(40), nullable=False),
        sa.Column("from_at", MOMENT, nullable=False),
        sa.Column("until_at", MOMENT),
        sa.Column("made_by", sa.String(200), nullable=False),
        sa.Column("reason", sa.String(500), nullable=False),
        sa.Column("made_at", MOMENT, nullable=False),
        sa.Column("ended_by", sa.String(200)),
        sa.Column("ended_reason", sa.String(500)),
        sa.PrimaryKeyConstraint("id", name="pk_appointment"),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name="fk_appointment_person_id_person"),
        sa.CheckConstraint("until_at >= from_at", name="ck_appointment_ends_after_it_begins"),
        sa.CheckConstraint(
            "(ended_by IS NULL) = (ended_reason IS NULL)", name="ck_appointment_ended_by_somebody_for_a_reason"
        ),
        sa.CheckConstraint(_one_of("office", offices), name="ck_appointment_office"),
    )
    op.create_index("ix_appointment_person_id", "appointment", ["person_id"])
    op.execute(
        "ALTER TABLE appointment ADD CONSTRAINT ex_appointment_not_twice_at_once EXCLUDE USING gist ("
        "int4range(person_id, person_id, '[]') WITH &&, text_range(office, office, '[]') WITH &&, "
        "tstzrange(from_at, until_at) WITH &&)"
    )


def _what_stays() -> None:
    op.execute(KEPT)
    for table in ("person", "appointment"):
        op.execute(
            f"CREATE TRIGGER {table}_is_kept BEFORE DELETE OR TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION refuse_removal()"
        )
    op.execute(APPOINTMENT_STANDS)
    op.execute(
        "CREATE TRIGGER appointment_stands BEFORE UPDATE ON appointment "
        "FOR EACH ROW EXECUTE FUNCTION appointment_stands()"
    )


def _one_of(column: str, values: tuple[str, ...]) -> str:
    return f"{column} IN ({', '.join(repr(value) for value in values)})"


def downgrade() -> None:
    raise NotImplementedError("History is not undone: restore a backup instead.")
