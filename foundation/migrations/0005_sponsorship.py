"""Packages, sponsorships, contracts, benefits, invoices and the ledger."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
HOLDS_A_PLACE = "state IN ('approved', 'contract_sent', 'executed', 'active')"
SHA256 = "^[0-9a-f]{64}$"

# After sending, the signature alone is added, once.
CONTRACT_STANDS = """
CREATE FUNCTION sponsorship_contract_stands() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF (NEW.id, NEW.sponsorship_id, NEW.text, NEW.text_sha256, NEW.pdf, NEW.sent_at, NEW.sent_by)
     IS DISTINCT FROM (OLD.id, OLD.sponsorship_id, OLD.text, OLD.text_sha256, OLD.pdf, OLD.sent_at, OLD.sent_by)
     OR OLD.signed_at IS NOT NULL THEN
    RAISE EXCEPTION 'A contract that was sent can be signed, once, and nothing else about it changes.'
      USING ERRCODE = 'restrict_violation';
  END IF;
  RETURN NEW;
END
$$
"""

# A number follows the one before it; once it is given only the state of an invoice changes.
INVOICE_STANDS = """
CREATE FUNCTION sponsor_invoice_stands() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'UPDATE' AND OLD.serial IS NOT NULL THEN
    IF (NEW.id, NEW.sponsorship_id, NEW.year, NEW.serial, NEW.bill_to, NEW.order_reference, NEW.description, NEW.total,
        NEW.currency, NEW.issued_on, NEW.due_on, NEW.pdf)
       IS DISTINCT FROM (OLD.id, OLD.sponsorship_id, OLD.year, OLD.serial, OLD.bill_to, OLD.order_reference,
        OLD.description, OLD.total, OLD.currency, OLD.issued_on, OLD.due_on, OLD.pdf) THEN
      RAISE EXCEPTION 'An invoice that was issued does not change; void or credit it.'
        USING ERRCODE = 'restrict_violation';
    END IF;
  ELSIF NEW.serial IS NOT NULL AND NEW.serial <>
        1 + coalesce((SELECT max(serial) FROM sponsor_invoice WHERE year = NEW.year), 0) THEN
    RAISE EXCEPTION 'Invoices are numbered without gaps: % is not the next number of %.', NEW.serial, NEW.year
      USING ERRCODE = 'restrict_violation';
  END IF;
  RETURN NEW;
END
$$
"""

# A reversal takes one entry of the same invoice back, to the unit.
REVERSAL_FITS = """
CREATE FUNCTION ledger_reversal_fits() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.reverses_id IS NOT NULL AND NOT EXISTS (
      SELECT 1 FROM ledger_entry taken WHERE taken.id = NEW.reverses_id AND taken.invoice_id = NEW.invoice_id
      AND taken.amount = -NEW.amount AND taken.kind <> 'reversal') THEN
    RAISE EXCEPTION 'A reversal takes back one whole entry of the same invoice.' USING ERRCODE = 'restrict_violation';
  END IF;
  RETURN NEW;
END
$$
"""

# What was promised stays as it was promised; only whether it was provided is written down.
BENEFIT_STANDS = """
CREATE FUNCTION sponsorship_benefit_stands() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF (NEW.id, NEW.sponsorship_id, NEW.position, NEW.name, NEW.kind)
     IS DISTINCT FROM (OLD.id, OLD.sponsorship_id, OLD.position, OLD.name, OLD.kind) THEN
    RAISE EXCEPTION 'A benefit that was promised does not change.' USING ERRCODE = 'restrict_violation';
  END IF;
  RETURN NEW;
END
$$
"""


def upgrade() -> None:
    _packages()
    _sponsorships()
    _contracts()
    _benefits()
    _invoices()
    _ledger()
    _what_stays()


def _identity() -> sa.Column[int]:
    return sa.Column("id", sa.Integer, sa.Identity(always=True), nullable=False)


def _packages() -> None:
    op.create_table(
        "sponsor_package",
        _identity(),
        sa.Column("year", sa.Integer, nullable=False),
        sa.Column("name", sa.String(100), nullable=False),
        sa.Column("tier", sa.Integer, nullable=False),
        sa.Column("price", sa.BigInteger, nullable=False),
        sa.Column("currency", sa.String(3), nullable=False),
        sa.Column("places", sa.Integer),
        sa.Column("description", sa.Text, nullable=False),
        sa.Column("state", sa.String(40), nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("made_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_sponsor_package"),
        sa.UniqueConstraint("year", "name", name="uq_sponsor_package_year_name"),
        sa.CheckConstraint("price > 0", name="ck_sponsor_package_price_above_zero"),
        sa.CheckConstraint("currency ~ '^[A-Z]{3}$'", name="ck_sponsor_package_currency_is_a_code"),
        sa.CheckConstraint("places > 0", name="ck_sponsor_package_places_above_zero"),
        sa.CheckConstraint("year BETWEEN 2000 AND 2200", name="ck_sponsor_package_year_plausible"),
        sa.CheckConstraint("tier >= 1", name="ck_sponsor_package_tier_from_one"),
        sa.CheckConstraint(_one_of("state", "draft", "offered", "closed"), name="ck_sponsor_package_package_state"),
    )
    op.create_table(
        "sponsor_package_benefit",
        _identity(),
        sa.Column("package_id", sa.Integer, nullable=False),
        sa.Column("position", sa.Integer, nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_sponsor_package_benefit"),
        _fk("sponsor_package_benefit", "package_id", "sponsor_package"),
        sa.UniqueConstraint("package_id", "position", name="uq_sponsor_package_benefit_package_id_position"),
        sa.CheckConstraint("name <> ''", name="ck_sponsor_package_benefit_name_given"),
        sa.CheckConstraint(_one_of("kind", "logo", "text", "plain"), name="ck_sponsor_package_benefit_benefit_kind"),
    )


def _sponsorships() -> None:
    states = ("applied", "approved", "contract_sent", "executed", "active", "expired", "rejected", "nullified")
    op.create_table(
        "sponsorship",
        _identity(),
        sa.Column("organization_id", sa.Integer, nullable=False),
        sa.Column("package_id", sa.Integer, nullable=False),
        sa.Column("package_name", sa.String(100), nullable=False),
        sa.Column("package_year", sa.Integer, nullable=False),
        sa.Column("tier", sa.Integer, nullable=False),
        sa.Column("price", sa.BigInteger, nullable=False),
        sa.Column("currency", sa.String(3), nullable=False),
        sa.Column("website", sa.String(500), nullable=False),
        sa.Column("billing_address", sa.Text, nullable=False),
        sa.Column("order_reference", sa.String(100), nullable=False),
        sa.Column("state", sa.String(40), nullable=False),
        sa.Column("place", sa.Integer),
        sa.Column("starts_on", sa.Date),
        sa.Column("ends_on", sa.Date),
        sa.Column("renews_id", sa.Integer),
        sa.Column("applied_at", MOMENT, nullable=False),
        sa.Column("applied_by", sa.Integer, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_sponsorship"),
        _fk("sponsorship", "organization_id", "organization"),
        _fk("sponsorship", "package_id", "sponsor_package"),
        _fk("sponsorship", "renews_id", "sponsorship"),
        _fk("sponsorship", "applied_by", "person"),
        sa.CheckConstraint("price > 0", name="ck_sponsorship_price_above_zero"),
        sa.CheckConstraint("(starts_on IS NULL) = (ends_on IS NULL)", name="ck_sponsorship_term_whole"),
        sa.CheckConstraint("ends_on > starts_on", name="ck_sponsorship_ends_after_it_begins"),
        sa.CheckConstraint(
            f"({HOLDS_A_PLACE}) = (place IS NOT NULL)", name="ck_sponsorship_place_while_arranged_or_in_force"
        ),
        sa.CheckConstraint(f"NOT ({HOLDS_A_PLACE}) OR starts_on IS NOT NULL", name="ck_sponsorship_term_once_approved"),
        sa.CheckConstraint("place >= 1", name="ck_sponsorship_place_from_one"),
        sa.CheckConstraint(_one_of("state", *states), name="ck_sponsorship_sponsorship_state"),
    )
    op.create_index("ix_sponsorship_organization_id", "sponsorship", ["organization_id"])
    op.create_index("ix_sponsorship_renews_id", "sponsorship", ["renews_id"])
    op.create_index("uq_sponsorship_package_id_place", "sponsorship", ["package_id", "place"], unique=True)
    op.create_index("ix_sponsorship_state_ends_on", "sponsorship", ["state", "ends_on"])
    op.create_index(
        "uq_sponsorship_one_being_arranged",
        "sponsorship",
        ["organization_id"],
        unique=True,
        postgresql_where=sa.text("state IN ('applied', 'approved', 'contract_sent')"),
    )
    op.execute(
        "ALTER TABLE sponsorship ADD CONSTRAINT ex_sponsorship_terms_do_not_overlap EXCLUDE USING gist ("
        "int4range(organization_id, organization_id, '[]') WITH &&, daterange(starts_on, ends_on) WITH &&) "
        f"WHERE ({HOLDS_A_PLACE})"
    )
    op.create_table(
        "sponsorship_event",
        _identity(),
        sa.Column("sponsorship_id", sa.Integer, nullable=False),
        sa.Column("from_state", sa.String(40)),
        sa.Column("to_state", sa.String(40), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("by", sa.String(200), nullable=False),
        sa.Column("person_id", sa.Integer),
        sa.Column("reason", sa.String(500), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_sponsorship_event"),
        _fk("sponsorship_event", "sponsorship_id", "sponsorship"),
        _fk("sponsorship_event", "person_id", "person"),
    )
    op.create_index("ix_sponsorship_event_sponsorship_id", "sponsorship_event", ["sponsorship_id"])


def _contracts() -> None:
    op.create_table(
        "sponsorship_contract",
        _identity(),
        sa.Column("sponsorship_id", sa.Integer, nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("text_sha256", sa.String(64), nullable=False),
        sa.Column("pdf", sa.LargeBinary, nullable=False),
        sa.Column("sent_at", MOMENT, nullable=False),
        sa.Column("sent_by", sa.Integer, nullable=False),
        sa.Column("signed_at", MOMENT),
        sa.Column("signed_by", sa.Integer),
        sa.Column("signed_name", sa.String(200)),
        sa.PrimaryKeyConstraint("id", name="pk_sponsorship_contract"),
        _fk("sponsorship_contract", "sponsorship_id", "sponsorship"),
        _fk("sponsorship_contract", "sent_by", "person"),
        _fk("sponsorship_contract", "signed_by", "person"),
        sa.CheckConstraint(f"text_sha256 ~ '{SHA256}'", name="ck_sponsorship_contract_text_hashed"),
        sa.CheckConstraint(
            "(signed_at IS NULL) = (signed_by IS NULL) AND (signed_at IS NULL) = (signed_name IS NULL)",
            name="ck_sponsorship_contract_signed_by_somebody",
        ),
    )
    op.create_index("uq_sponsorship_contract_sponsorship_id", "sponsorship_contract", ["sponsorship_id"], unique=True)


def _benefits() -> None:
    op.create_table(
        "sponsorship_benefit",
        _identity(),
        sa.Column("sponsorship_id", sa.Integer, nullable=False),
        sa.Column("position", sa.Integer, nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("provided_at", MOMENT),
        sa.Column("provided_by", sa.Integer),
        sa.Column("provided_note", sa.String(500), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_sponsorship_benefit"),
        _fk("sponsorship_benefit", "sponsorship_id", "sponsorship"),
        _fk("sponsorship_benefit", "provided_by", "person"),
        sa.UniqueConstraint("sponsorship_id", "position", name="uq_sponsorship_benefit_sponsorship_id_position"),
        sa.CheckConstraint(
            "(provided_at IS NULL) = (provided_by IS NULL)", name="ck_sponsorship_benefit_provided_by_somebody"
        ),
        sa.CheckConstraint(_one_of("kind", "logo", "text", "plain"), name="ck_sponsorship_benefit_benefit_kind"),
    )
    op.create_table(
        "sponsorship_asset",
        _identity(),
        sa.Column("benefit_id", sa.Integer, nullable=False),
        sa.Column("png", sa.LargeBinary),
        sa.Column("sha256", sa.String(64)),
        sa.Column("width", sa.Integer),
        sa.Column("height", sa.Integer),
        sa.Column("wording", sa.Text),
        sa.Column("given_at", MOMENT, nullable=False),
        sa.Column("given_by", sa.Integer, nullable=False),
        sa.Column("taken_down_at", MOMENT),
        sa.Column("taken_down_why", sa.String(500)),
        sa.PrimaryKeyConstraint("id", name="pk_sponsorship_asset"),
        _fk("sponsorship_asset", "benefit_id", "sponsorship_benefit"),
        _fk("sponsorship_asset", "given_by", "person"),
        sa.CheckConstraint("(png IS NULL) <> (wording IS NULL)", name="ck_sponsorship_asset_image_or_text"),
        sa.CheckConstraint("(png IS NULL) = (sha256 IS NULL)", name="ck_sponsorship_asset_image_hashed"),
        sa.CheckConstraint(f"sha256 ~ '{SHA256}'", name="ck_sponsorship_asset_hash_is_sha256"),
        sa.CheckConstraint(
            "(taken_down_at IS NULL) = (taken_down_why IS NULL)", name="ck_sponsorship_asset_taken_down_for_a_reason"
        ),
    )
    op.create_index("ix_sponsorship_asset_benefit_id", "sponsorship_asset", ["benefit_id"])


def _invoices() -> None:
    op.create_table(
        "number_series",
        sa.Column("series", sa.String(40), nullable=False),
        sa.Column("year", sa.SmallInteger, nullable=False, autoincrement=False),
        sa.Column("last", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("series", "year", name="pk_number_series"),
        sa.CheckConstraint("last >= 0", name="ck_number_series_last_not_negative"),
        sa.CheckConstraint(_one_of("series", "invoice", "credit_note"), name="ck_number_series_series"),
    )
    op.create_table(
        "sponsor_invoice",
        _identity(),
        sa.Column("sponsorship_id", sa.Integer, nullable=False),
        sa.Column("state", sa.String(40), nullable=False),
        sa.Column("year", sa.SmallInteger),
        sa.Column("serial", sa.Integer),
        sa.Column("bill_to", sa.Text, nullable=False),
        sa.Column("order_reference", sa.String(100), nullable=False),
        sa.Column("description", sa.Text, nullable=False),
        sa.Column("total", sa.BigInteger, nullable=False),
        sa.Column("currency", sa.String(3), nullable=False),
        sa.Column("issued_on", sa.Date),
        sa.Column("due_on", sa.Date),
        sa.Column("pdf", sa.LargeBinary),
        sa.Column("drafted_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_sponsor_invoice"),
        _fk("sponsor_invoice", "sponsorship_id", "sponsorship"),
        sa.UniqueConstraint("year", "serial", name="uq_sponsor_invoice_year_serial"),
        sa.CheckConstraint("total > 0", name="ck_sponsor_invoice_total_above_zero"),
        sa.CheckConstraint(
            "(year IS NULL) = (serial IS NULL) AND (year IS NULL) = (issued_on IS NULL) "
            "AND (year IS NULL) = (due_on IS NULL) AND (year IS NULL) = (pdf IS NULL)",
            name="ck_sponsor_invoice_numbered_when_issued",
        ),
        sa.CheckConstraint("state NOT IN ('draft') OR serial IS NULL", name="ck_sponsor_invoice_draft_has_no_number"),
        sa.CheckConstraint(
            "state IN ('draft', 'void') OR serial IS NOT NULL", name="ck_sponsor_invoice_number_unless_draft"
        ),
        sa.CheckConstraint("due_on >= issued_on", name="ck_sponsor_invoice_due_after_issue"),
        sa.CheckConstraint(
            _one_of("state", "draft", "issued", "overdue", "paid", "void", "credited"),
            name="ck_sponsor_invoice_invoice_state",
        ),
    )
    op.create_index("ix_sponsor_invoice_sponsorship_id", "sponsor_invoice", ["sponsorship_id"])
    op.create_index("ix_sponsor_invoice_state_due_on", "sponsor_invoice", ["state", "due_on"])
    op.create_index(
        "uq_sponsor_invoice_one_for_a_sponsorship",
        "sponsor_invoice",
        ["sponsorship_id"],
        unique=True,
        postgresql_where=sa.text("state <> 'void'"),
    )


def _ledger() -> None:
    op.create_table(
        "ledger_entry",
        _identity(),
        sa.Column("invoice_id", sa.Integer, nullable=False),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("amount", sa.BigInteger, nullable=False),
        sa.Column("on", sa.Date, nullable=False),
        sa.Column("source", sa.String(40)),
        sa.Column("reference", sa.String(200), nullable=False),
        sa.Column("reason", sa.String(500), nullable=False),
        sa.Column("reverses_id", sa.Integer),
        sa.Column("credit_year", sa.SmallInteger),
        sa.Column("credit_serial", sa.Integer),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("by", sa.String(200), nullable=False),
        sa.Column("person_id", sa.Integer),
        sa.PrimaryKeyConstraint("id", name="pk_ledger_entry"),
        _fk("ledger_entry", "invoice_id", "sponsor_invoice"),
        _fk("ledger_entry", "reverses_id", "ledger_entry"),
        _fk("ledger_entry", "person_id", "person"),
        sa.CheckConstraint(
            "CASE WHEN kind IN ('charge', 'refund') THEN amount > 0 "
            "WHEN kind IN ('payment', 'credit', 'void') THEN amount < 0 ELSE amount <> 0 END",
            name="ck_ledger_entry_signed_as_its_kind",
        ),
        sa.CheckConstraint(
            "(kind = 'reversal') = (reverses_id IS NOT NULL)", name="ck_ledger_entry_reversal_of_something"
        ),
        sa.CheckConstraint(
            "(kind IN ('payment', 'refund')) = (source IS NOT NULL)", name="ck_ledger_entry_money_has_a_source"
        ),
        sa.CheckConstraint(
            "(kind = 'credit') = (credit_serial IS NOT NULL)", name="ck_ledger_entry_credit_note_numbered"
        ),
        sa.CheckConstraint(
            "(credit_year IS NULL) = (credit_serial IS NULL)", name="ck_ledger_entry_credit_number_whole"
        ),
        sa.CheckConstraint(
            _one_of("kind", "charge", "payment", "refund", "credit", "void", "reversal"),
            name="ck_ledger_entry_entry_kind",
        ),
        sa.CheckConstraint(_one_of("source", "bank_transfer", "card"), name="ck_ledger_entry_payment_source"),
        sa.UniqueConstraint("reverses_id", name="uq_ledger_entry_reverses_id"),
        sa.UniqueConstraint("credit_year", "credit_serial", name="uq_ledger_entry_credit_year_credit_serial"),
    )
    op.create_index("ix_ledger_entry_invoice_id", "ledger_entry", ["invoice_id"])
    op.create_index(
        "uq_ledger_entry_card_reference",
        "ledger_entry",
        ["kind", "reference"],
        unique=True,
        postgresql_where=sa.text("source = 'card'"),
    )
    op.create_table(
        "card_event",
        sa.Column("id", sa.String(255), nullable=False),
        sa.Column("kind", sa.String(100), nullable=False),
        sa.Column("received_at", MOMENT, nullable=False),
        sa.Column("outcome", sa.String(200), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_card_event"),
    )


def _what_stays() -> None:
    for table in ("ledger_entry", "sponsorship_event", "card_event"):
        op.execute(
            f"CREATE TRIGGER {table}_only_grows BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
        )
    for table in ("sponsorship", "sponsorship_contract", "sponsorship_benefit", "sponsorship_asset", "sponsor_invoice"):
        op.execute(
            f"CREATE TRIGGER {table}_is_kept BEFORE DELETE OR TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION refuse_removal()"
        )
    for function in (CONTRACT_STANDS, INVOICE_STANDS, REVERSAL_FITS, BENEFIT_STANDS):
        op.execute(function)
    for moment, table, function in (
        ("UPDATE", "sponsorship_contract", "sponsorship_contract_stands"),
        ("UPDATE", "sponsorship_benefit", "sponsorship_benefit_stands"),
        ("INSERT OR UPDATE", "sponsor_invoice", "sponsor_invoice_stands"),
        ("INSERT", "ledger_entry", "ledger_reversal_fits"),
    ):
        op.execute(f"CREATE TRIGGER {function} BEFORE {moment} ON {table} FOR EACH ROW EXECUTE FUNCTION {function}()")


def _fk(table: str, column: str, other: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{other}.id"], name=f"fk_{table}_{column}_{other}")


def _one_of(column: str, *values: str) -> str:
    return f"{column} IN ({', '.join(repr(value) for value in values)})"


def downgrade() -> None:
    raise NotImplementedError("History is not undone: restore a backup instead.")
