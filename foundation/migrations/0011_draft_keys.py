"""What a form or a program called a draft that it sent: sent again, it makes no second one."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "draft_key",
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("cycle_id", sa.Integer()),
        sa.Column("election_uuid", sa.Text()),
        sa.Column("at", MOMENT, nullable=False),
        sa.CheckConstraint("num_nonnulls(cycle_id, election_uuid) = 1", name="of_one_draft"),
        sa.CheckConstraint("sha256 ~ '^[0-9a-f]{64}$'", name="sha256_is_hex"),
        sa.ForeignKeyConstraint(["by_id"], ["person.id"], name="fk_draft_key_by_id_person"),
        sa.ForeignKeyConstraint(["cycle_id"], ["election_cycle.id"], name="fk_draft_key_cycle_id_election_cycle"),
        sa.ForeignKeyConstraint(["election_uuid"], ["election.uuid"], name="fk_draft_key_election_uuid_election"),
        sa.PrimaryKeyConstraint("by_id", "key", name="pk_draft_key"),
    )
    op.execute(
        "CREATE TRIGGER draft_key_only_grows BEFORE UPDATE OR DELETE OR TRUNCATE ON draft_key "
        "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
    )


def downgrade() -> None:
    raise NotImplementedError("History is not undone: restore a backup instead.")
