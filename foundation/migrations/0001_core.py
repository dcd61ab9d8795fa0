"""The register, the outbox and the server's key."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

APPEND_ONLY = """
CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'The table % only grows: % is refused.', TG_TABLE_NAME, TG_OP USING ERRCODE = 'restrict_violation';
END
$$
"""


def upgrade() -> None:
    op.create_table(
        "register_entry",
        sa.Column("seq", sa.BigInteger, nullable=False, autoincrement=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("act", sa.String(80), nullable=False),
        sa.Column("by", sa.String(200), nullable=False),
        sa.Column("subject", sa.String(200), nullable=False),
        sa.Column("facts", sa.Text, nullable=False),
        sa.Column("previous", sa.String(64), nullable=False),
        sa.Column("hash", sa.String(64), nullable=False),
        sa.PrimaryKeyConstraint("seq", name="pk_register_entry"),
        sa.UniqueConstraint("hash", name="uq_register_entry_hash"),
        sa.CheckConstraint("seq > 0", name="ck_register_entry_seq_positive"),
    )
    op.create_index("ix_register_entry_act", "register_entry", ["act"])
    op.create_index("ix_register_entry_subject", "register_entry", ["subject"])
    op.execute(APPEND_ONLY)
    op.execute(
        "CREATE TRIGGER register_only_grows BEFORE UPDATE OR DELETE OR TRUNCATE ON register_entry "
        "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
    )
    op.create_table(
        "outbox_message",
        sa.Column("id", sa.Integer, sa.Identity(always=True), nullable=False),
        sa.Column("key", sa.String(200), nullable=False),
        sa.Column("recipient", sa.String(320), nullable=False),
        sa.Column("subject", sa.String(200), nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("next_attempt_at", sa.DateTime(timezone=True)),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True)),
        sa.Column("last_error", sa.String(500)),
        sa.PrimaryKeyConstraint("id", name="pk_outbox_message"),
        sa.UniqueConstraint("key", name="uq_outbox_message_key"),
        sa.CheckConstraint("attempts >= 0", name="ck_outbox_message_attempts_counted"),
    )
    op.create_index(
        "ix_outbox_message_waiting", "outbox_message", ["next_attempt_at"], postgresql_where=sa.text("sent_at IS NULL")
    )
    op.create_table(
        "server_key",
        sa.Column("id", sa.SmallInteger, nullable=False, autoincrement=False),
        sa.Column("sealed_seed", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_server_key"),
        sa.CheckConstraint("id = 1", name="ck_server_key_only_one"),
    )


def downgrade() -> None:
    raise NotImplementedError("History is not undone: restore a backup instead.")
