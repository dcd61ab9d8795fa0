"""Two rows of a frozen roll that turn out to be one human: one yields to the other, and for good."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

ROLL_OPEN = "('draft', 'announced', 'nominations', 'campaign')"

# Whose row it is may follow a merge of the directory (see FOLLOWS_MERGE); a row that yields does so from then on.
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
    OR (OLD.person_id IS NOT NULL AND NEW.person_id IS NULL)
    OR (OLD.twin_of_id IS NOT NULL AND NEW.twin_of_id IS NULL)
    OR (phase IN ('certified', 'annulled') AND NEW.twin_of_id IS DISTINCT FROM OLD.twin_of_id)
    OR (phase <> 'roll_frozen' AND (NEW.public_credential IS DISTINCT FROM OLD.public_credential
        OR (NEW.sealed_credential IS NOT NULL AND NEW.sealed_credential IS DISTINCT FROM OLD.sealed_credential)))
  THEN
    RAISE EXCEPTION 'The roll of election % is frozen.', OLD.election_uuid USING ERRCODE = 'restrict_violation';
  END IF;
  RETURN NEW;
END
$$
"""

# Looked at when the transaction ends, since a merge moves the votes before it is entered itself.
FOLLOWS_MERGE = f"""
CREATE FUNCTION refuse_other_voter() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF phase_of_election(OLD.election_uuid) NOT IN {ROLL_OPEN} AND NOT EXISTS (
    WITH RECURSIVE entry AS (
      SELECT id, person_id, merged_into_id FROM party WHERE person_id = OLD.person_id
      UNION SELECT party.id, party.person_id, party.merged_into_id
        FROM party JOIN entry ON party.id = entry.merged_into_id
    ) SELECT FROM entry WHERE person_id = NEW.person_id
  ) THEN
    RAISE EXCEPTION 'The roll of election % is frozen.', OLD.election_uuid USING ERRCODE = 'restrict_violation';
  END IF;
  RETURN NULL;
END
$$
"""


def upgrade() -> None:
    op.add_column("voter", sa.Column("twin_of_id", sa.Integer()))
    op.create_foreign_key("fk_voter_twin_of_id_voter", "voter", "voter", ["twin_of_id"], ["id"])
    op.create_check_constraint(op.f("ck_voter_no_twin_of_itself"), "voter", "twin_of_id <> id")
    op.create_index("ix_voter_twin_of_id", "voter", ["twin_of_id"], postgresql_where="twin_of_id IS NOT NULL")
    op.execute(VOTER_FROZEN)
    op.execute(FOLLOWS_MERGE)
    op.execute(
        "CREATE CONSTRAINT TRIGGER voter_follows_merge AFTER UPDATE OF person_id ON voter "
        "DEFERRABLE INITIALLY DEFERRED FOR EACH ROW "
        "WHEN (OLD.person_id IS NOT NULL AND NEW.person_id IS DISTINCT FROM OLD.person_id) "
        "EXECUTE FUNCTION refuse_other_voter()"
    )


def downgrade() -> None:
    raise NotImplementedError("History is not undone: restore a backup instead.")
