"""What trustees bring after the close waits here until it is verified; only then does it enter the board."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)


def choice(name: str, *values: str) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=40)


def upgrade() -> None:
    op.create_table(
        "trustee_file",
        sa.Column("id", sa.Integer(), sa.Identity(always=True), nullable=False),
        sa.Column("election_uuid", sa.Text(), nullable=False),
        sa.Column("owner", sa.Integer(), nullable=False),
        sa.Column("step", choice("step", "key", "shuffle", "decryption"), nullable=False),
        sa.Column("state", choice("file_state", "waiting", "accepted", "refused"), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("content", sa.LargeBinary()),
        sa.Column("brought_by", sa.Text(), nullable=False),
        sa.Column("brought_at", MOMENT, nullable=False),
        sa.Column("decided_at", MOMENT),
        sa.Column("reason", sa.Text()),
        sa.CheckConstraint("(state = 'waiting') = (decided_at IS NULL)", name="decided_at_a_time"),
        sa.CheckConstraint("(state = 'waiting') = (content IS NOT NULL)", name="kept_while_it_waits"),
        sa.CheckConstraint("(state = 'refused') = (reason IS NOT NULL)", name="refused_for_a_reason"),
        sa.CheckConstraint("sha256 ~ '^[0-9a-f]{64}$'", name="sha256_is_hex"),
        sa.ForeignKeyConstraint(["election_uuid"], ["election.uuid"], name="fk_trustee_file_election_uuid_election"),
        sa.PrimaryKeyConstraint("id", name="pk_trustee_file"),
    )
    op.create_index(
        "uq_trustee_file_waiting",
        "trustee_file",
        ["election_uuid", "owner"],
        unique=True,
        postgresql_where="state = 'waiting'",
    )
    op.create_index("ix_trustee_file_election_uuid", "trustee_file", ["election_uuid"], unique=False)


def downgrade() -> None:
    raise NotImplementedError("History is not undone: restore a backup instead.")
