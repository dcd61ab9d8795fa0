"""Who a trustee is changes until the key ceremony begins, and never after it: not their account either."""

from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

BEFORE_KEYS = "('draft', 'announced', 'nominations', 'campaign', 'roll_frozen')"

TRUSTEE_FROZEN = f"""
CREATE OR REPLACE FUNCTION refuse_frozen_trustee() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF phase_of_election(OLD.election_uuid) IN {BEFORE_KEYS} THEN
    RETURN NEW;
  END IF;
  IF (NEW.election_uuid, NEW.owner, NEW.name, NEW.kind, NEW.person_id)
       IS DISTINCT FROM (OLD.election_uuid, OLD.owner, OLD.name, OLD.kind, OLD.person_id)
    OR (OLD.public_key IS NOT NULL AND NEW.public_key IS DISTINCT FROM OLD.public_key)
    OR (NEW.public_key IS DISTINCT FROM OLD.public_key AND phase_of_election(OLD.election_uuid) <> 'key_ceremony')
  THEN
    RAISE EXCEPTION 'The trustees of election % are frozen.', OLD.election_uuid USING ERRCODE = 'restrict_violation';
  END IF;
  RETURN NEW;
END
$$
"""


def upgrade() -> None:
    op.execute(TRUSTEE_FROZEN)


def downgrade() -> None:
    raise NotImplementedError("History is not undone: restore a backup instead.")
