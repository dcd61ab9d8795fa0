"""Trustees' second proofs of their decryptions, each about a share that is on the board, and ballots that need them."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)

ABOUT_THE_BOARD = """
CREATE FUNCTION refuse_proof_of_nothing() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NOT EXISTS (
    SELECT FROM board_record
    WHERE election_uuid = NEW.election_uuid AND sha256 = NEW.decryption AND kind = 'data'
  ) THEN
    RAISE EXCEPTION 'Election % has no decryption % on its board.', NEW.election_uuid, NEW.decryption
      USING ERRCODE = 'restrict_violation';
  END IF;
  RETURN NEW;
END
$$
"""
ONLY_GROW = ("decryption_proof", "stray_plaintexts")


def upgrade() -> None:
    op.create_table(
        "decryption_proof",
        sa.Column("election_uuid", sa.Text(), nullable=False),
        sa.Column("owner", sa.Integer(), nullable=False),
        sa.Column("decryption", sa.Text(), nullable=False),
        sa.Column("challenge", sa.Text(), nullable=False),
        sa.Column("response", sa.Text(), nullable=False),
        sa.Column("brought_by", sa.Text(), nullable=False),
        sa.Column("accepted_at", MOMENT, nullable=False),
        sa.CheckConstraint("decryption ~ '^[0-9a-f]{64}$'", name="decryption_is_hex"),
        sa.CheckConstraint("challenge ~ '^[0-9]+$' AND response ~ '^[0-9]+$'", name="numbers_are_decimal"),
        sa.ForeignKeyConstraint(
            ["election_uuid", "owner"], ["trustee.election_uuid", "trustee.owner"], name="fk_decryption_proof_trustee"
        ),
        sa.PrimaryKeyConstraint("election_uuid", "owner", name="pk_decryption_proof"),
    )
    op.create_table(
        "stray_plaintexts",
        sa.Column("contest_id", sa.Integer(), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("found_at", MOMENT, nullable=False),
        sa.CheckConstraint("count >= 1", name="strays_there_are"),
        sa.ForeignKeyConstraint(["contest_id"], ["contest.id"], name="fk_stray_plaintexts_contest_id_contest"),
        sa.PrimaryKeyConstraint("contest_id", name="pk_stray_plaintexts"),
    )
    op.execute(ABOUT_THE_BOARD)
    op.execute(
        "CREATE TRIGGER decryption_proof_about_the_board BEFORE INSERT ON decryption_proof "
        "FOR EACH ROW EXECUTE FUNCTION refuse_proof_of_nothing()"
    )
    for table in ONLY_GROW:
        op.execute(
            f"CREATE TRIGGER {table}_only_grows BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
        )


def downgrade() -> None:
    raise NotImplementedError("History is not undone: restore a backup instead.")
