"""Parties, applications, memberships, agreements, affiliations, mandates, participation."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)

# Which columns of a row stay as they were written; the others may change.
STAYS = {
    "membership": ("id", "party_id", "member_class"),
    "membership_term": ("id", "membership_id", "person_id", "from_on", "made_at"),
    "signature": ("id", "party_id", "version_id", "signatory_id", "signed_name", "signed_at"),
    # What was said in an application is taken out when its author asks for erasure; that it was said is not.
    "application_event": ("id", "application_id", "from_state", "to_state", "by_id", "at"),
    "mandate": ("id", "organization_id", "role", "invited_by_id", "invited_at"),
}
KEPT = (
    "party",
    "organization",
    "control_edge",
    "party_merge",
    "application",
    "application_event",
    "membership",
    "membership_term",
    "signature",
    "mandate",
    "affiliation",
    "participation",
    "membership_case",
)
ONLY_GROW = ("membership_event", "agreement_version")

EXCLUSIONS = {
    "control_edge": (
        "ex_control_edge_not_twice_at_once",
        "int4range(parent_id, parent_id, '[]') WITH &&, int4range(child_id, child_id, '[]') WITH &&, "
        "daterange(from_on, until_on) WITH &&",
        "",
    ),
    "membership_term": (
        "ex_membership_term_no_overlap",
        "int4range(membership_id, membership_id, '[]') WITH &&, daterange(from_on, grace_until) WITH &&",
        "",
    ),
    "mandate": (
        "ex_mandate_one_representative",
        "int4range(organization_id, organization_id, '[]') WITH &&, tstzrange(accepted_at, ended_at) WITH &&",
        "WHERE (role = 'representative' AND accepted_at IS NOT NULL)",
    ),
}

REFUSE_REWRITING = """
CREATE FUNCTION refuse_rewriting() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  kept text;
BEGIN
  FOREACH kept IN ARRAY TG_ARGV LOOP
    IF to_jsonb(NEW) -> kept IS DISTINCT FROM to_jsonb(OLD) -> kept THEN
      RAISE EXCEPTION 'The % of a % stays as it was written.', kept, TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
    END IF;
  END LOOP;
  RETURN NEW;
END
$$
"""


def choice(name: str, *values: str) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=40)


def upgrade() -> None:
    parties()
    applications()
    memberships()
    agreements()
    affiliations()
    participation()
    exclusions()
    what_stays()


def parties() -> None:
    op.create_table(
        "organization",
        sa.Column("id", sa.Integer(), sa.Identity(always=True), nullable=False),
        sa.Column("legal_name", sa.String(length=200), nullable=False),
        sa.Column("name_key", sa.String(length=400), nullable=False),
        sa.Column("jurisdiction", sa.String(length=6), nullable=False),
        sa.Column("registry_number", sa.String(length=60), nullable=False),
        sa.Column("registry_key", sa.String(length=60), nullable=False),
        sa.Column("registered_by_id", sa.Integer(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.CheckConstraint(
            "jurisdiction ~ '^[A-Z]{2}(-[A-Z0-9]{1,3})?$'", name="ck_organization_jurisdiction_is_a_code"
        ),
        sa.CheckConstraint(
            "legal_name = btrim(legal_name) AND legal_name <> ''", name="ck_organization_legal_name_given"
        ),
        sa.CheckConstraint("registry_key ~ '^[A-Z0-9]+$'", name="ck_organization_registry_key_normalised"),
        sa.ForeignKeyConstraint(["registered_by_id"], ["person.id"], name="fk_organization_registered_by_id_person"),
        sa.PrimaryKeyConstraint("id", name="pk_organization"),
    )
    op.create_index("ix_organization_name_key", "organization", ["name_key"], unique=False)
    op.create_index("ix_organization_registered_by_id", "organization", ["registered_by_id"], unique=False)
    op.create_index("uq_organization_registry_key", "organization", ["jurisdiction", "registry_key"], unique=True)
    op.create_table(
        "control_edge",
        sa.Column("id", sa.Integer(), sa.Identity(always=True), nullable=False),
        sa.Column("parent_id", sa.Integer(), nullable=False),
        sa.Column("child_id", sa.Integer(), nullable=False),
        sa.Column("kind", choice("control_kind", "subsidiary", "acquired"), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("until_on", sa.Date()),
        sa.Column("source", sa.String(length=500), nullable=False),
        sa.Column("recorded_by_id", sa.Integer(), nullable=False),
        sa.Column("recorded_at", MOMENT, nullable=False),
        sa.CheckConstraint("parent_id <> child_id", name="ck_control_edge_nobody_controls_itself"),
        sa.CheckConstraint("until_on > from_on", name="ck_control_edge_ends_after_it_begins"),
        sa.ForeignKeyConstraint(["child_id"], ["organization.id"], name="fk_control_edge_child_id_organization"),
        sa.ForeignKeyConstraint(["parent_id"], ["organization.id"], name="fk_control_edge_parent_id_organization"),
        sa.ForeignKeyConstraint(["recorded_by_id"], ["person.id"], name="fk_control_edge_recorded_by_id_person"),
        sa.PrimaryKeyConstraint("id", name="pk_control_edge"),
    )
    op.create_index("ix_control_edge_child_id", "control_edge", ["child_id"], unique=False)
    op.create_index("ix_control_edge_parent_id", "control_edge", ["parent_id"], unique=False)
    op.create_table(
        "organization_domain",
        sa.Column("id", sa.Integer(), sa.Identity(always=True), nullable=False),
        sa.Column("organization_id", sa.Integer(), nullable=False),
        sa.Column("domain", sa.String(length=253), nullable=False),
        sa.Column("code_sha256", sa.LargeBinary(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("sent_at", MOMENT, nullable=False),
        sa.Column("expires_at", MOMENT, nullable=False),
        sa.Column("verified_at", MOMENT),
        sa.Column("verified_by_id", sa.Integer()),
        sa.Column("released_at", MOMENT),
        sa.CheckConstraint(
            "domain = lower(domain) AND domain <> ''", name="ck_organization_domain_domain_in_lower_case"
        ),
        sa.CheckConstraint("attempts >= 0", name="ck_organization_domain_attempts_counted"),
        sa.CheckConstraint("octet_length(code_sha256) = 32", name="ck_organization_domain_code_is_hashed"),
        sa.ForeignKeyConstraint(
            ["organization_id"], ["organization.id"], name="fk_organization_domain_organization_id_organization"
        ),
        sa.ForeignKeyConstraint(["verified_by_id"], ["person.id"], name="fk_organization_domain_verified_by_id_person"),
        sa.PrimaryKeyConstraint("id", name="pk_organization_domain"),
    )
    op.create_index("ix_organization_domain_organization_id", "organization_domain", ["organization_id"], unique=False)
    op.create_index(
        "uq_organization_domain_verified",
        "organization_domain",
        ["domain"],
        unique=True,
        postgresql_where="verified_at IS NOT NULL AND released_at IS NULL",
    )
    op.create_table(
        "party",
        sa.Column("id", sa.Integer(), sa.Identity(always=True), nullable=False),
        sa.Column("kind", choice("party_kind", "person", "organization"), nullable=False),
        sa.Column("person_id", sa.Integer()),
        sa.Column("organization_id", sa.Integer()),
        sa.Column("name_visibility", choice("visibility", "everyone", "members", "nobody"), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("merged_into_id", sa.Integer()),
        sa.Column("erased_at", MOMENT),
        sa.CheckConstraint(
            "(kind = 'person') = (person_id IS NOT NULL) AND (kind = 'organization') = (organization_id IS NOT NULL)",
            name="ck_party_is_one_or_the_other",
        ),
        sa.CheckConstraint("merged_into_id <> id", name="ck_party_not_merged_into_itself"),
        sa.ForeignKeyConstraint(["merged_into_id"], ["party.id"], name="fk_party_merged_into_id_party"),
        sa.ForeignKeyConstraint(["organization_id"], ["organization.id"], name="fk_party_organization_id_organization"),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name="fk_party_person_id_person"),
        sa.PrimaryKeyConstraint("id", name="pk_party"),
        sa.UniqueConstraint("organization_id", name="uq_party_organization_id"),
        sa.UniqueConstraint("person_id", name="uq_party_person_id"),
    )
    op.create_index("ix_party_merged_into_id", "party", ["merged_into_id"], unique=False)
    op.create_table(
        "party_merge",
        sa.Column("id", sa.Integer(), sa.Identity(always=True), nullable=False),
        sa.Column("kept_id", sa.Integer(), nullable=False),
        sa.Column("duplicate_id", sa.Integer(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("moved", sa.JSON(), nullable=False),
        sa.Column("merged_by_id", sa.Integer(), nullable=False),
        sa.Column("merged_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["duplicate_id"], ["party.id"], name="fk_party_merge_duplicate_id_party"),
        sa.ForeignKeyConstraint(["kept_id"], ["party.id"], name="fk_party_merge_kept_id_party"),
        sa.ForeignKeyConstraint(["merged_by_id"], ["person.id"], name="fk_party_merge_merged_by_id_person"),
        sa.PrimaryKeyConstraint("id", name="pk_party_merge"),
        sa.UniqueConstraint("duplicate_id", name="uq_party_merge_duplicate_id"),
    )
    op.create_index("ix_party_merge_kept_id", "party_merge", ["kept_id"], unique=False)
    op.create_table(
        "profile_entry",
        sa.Column("party_id", sa.Integer(), nullable=False),
        sa.Column("field", choice("profile_field", "about", "location", "website", "contact"), nullable=False),
        sa.Column("value", sa.String(length=2000), nullable=False),
        sa.Column("visibility", choice("visibility", "everyone", "members", "nobody"), nullable=False),
        sa.CheckConstraint("value <> ''", name="ck_profile_entry_value_given"),
        sa.ForeignKeyConstraint(["party_id"], ["party.id"], name="fk_profile_entry_party_id_party"),
        sa.PrimaryKeyConstraint("party_id", "field", name="pk_profile_entry"),
    )


def applications() -> None:
    op.create_table(
        "application",
        sa.Column("id", sa.Integer(), sa.Identity(always=True), nullable=False),
        sa.Column("party_id", sa.Integer(), nullable=False),
        sa.Column("member_class", choice("member_class", "individual", "corporate"), nullable=False),
        sa.Column(
            "state",
            choice(
                "application_state",
                "draft",
                "submitted",
                "under_review",
                "information_requested",
                "approved",
                "declined",
                "appealed",
                "decline_upheld",
                "withdrawn",
            ),
            nullable=False,
        ),
        sa.Column("statement", sa.Text(), nullable=False),
        sa.Column("applicant_id", sa.Integer(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("submitted_at", MOMENT),
        sa.Column("decider_id", sa.Integer()),
        sa.Column("decided_at", MOMENT),
        sa.Column("reason", sa.Text()),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(state IN ('approved', 'declined', 'appealed', 'decline_upheld')) = (decider_id IS NOT NULL)",
            name="ck_application_decided_by_somebody",
        ),
        sa.CheckConstraint("reason <> ''", name="ck_application_reason_given"),
        sa.CheckConstraint(
            "state = 'draft' OR state = 'withdrawn' OR submitted_at IS NOT NULL", name="ck_application_was_submitted"
        ),
        sa.CheckConstraint(
            "(decider_id IS NULL) = (reason IS NULL) AND (decider_id IS NULL) = (decided_at IS NULL)",
            name="ck_application_decided_for_a_reason",
        ),
        sa.CheckConstraint("version >= 1", name="ck_application_version_counted"),
        sa.ForeignKeyConstraint(["applicant_id"], ["person.id"], name="fk_application_applicant_id_person"),
        sa.ForeignKeyConstraint(["decider_id"], ["person.id"], name="fk_application_decider_id_person"),
        sa.ForeignKeyConstraint(["party_id"], ["party.id"], name="fk_application_party_id_party"),
        sa.PrimaryKeyConstraint("id", name="pk_application"),
    )
    op.create_index("ix_application_applicant_id", "application", ["applicant_id"], unique=False)
    op.create_index("ix_application_decider_id", "application", ["decider_id"], unique=False)
    op.create_index("ix_application_party_id", "application", ["party_id"], unique=False)
    op.create_index("ix_application_queue", "application", ["state", "submitted_at"], unique=False)
    op.create_index(
        "uq_application_one_open",
        "application",
        ["party_id"],
        unique=True,
        postgresql_where="state IN ('draft', 'submitted', 'under_review', 'information_requested', 'appealed')",
    )
    op.create_table(
        "application_event",
        sa.Column("id", sa.Integer(), sa.Identity(always=True), nullable=False),
        sa.Column("application_id", sa.Integer(), nullable=False),
        sa.Column("from_state", sa.String(40), nullable=False),
        sa.Column(
            "to_state",
            choice(
                "application_state",
                "draft",
                "submitted",
                "under_review",
                "information_requested",
                "approved",
                "declined",
                "appealed",
                "decline_upheld",
                "withdrawn",
            ),
            nullable=False,
        ),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(
            ["application_id"], ["application.id"], name="fk_application_event_application_id_application"
        ),
        sa.ForeignKeyConstraint(["by_id"], ["person.id"], name="fk_application_event_by_id_person"),
        sa.PrimaryKeyConstraint("id", name="pk_application_event"),
    )
    op.create_index("ix_application_event_application_id", "application_event", ["application_id"], unique=False)


def memberships() -> None:
    op.create_table(
        "membership",
        sa.Column("id", sa.Integer(), sa.Identity(always=True), nullable=False),
        sa.Column("party_id", sa.Integer(), nullable=False),
        sa.Column("member_class", choice("member_class", "individual", "corporate"), nullable=False),
        sa.Column("admitted_on", sa.Date(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("version >= 1", name="ck_membership_version_counted"),
        sa.ForeignKeyConstraint(["party_id"], ["party.id"], name="fk_membership_party_id_party"),
        sa.PrimaryKeyConstraint("id", name="pk_membership"),
        sa.UniqueConstraint("party_id", name="uq_membership_party_id"),
    )
    op.create_index("ix_membership_member_class", "membership", ["member_class"], unique=False)
    op.create_table(
        "directory_entry",
        sa.Column("membership_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("member_class", choice("member_class", "individual", "corporate"), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("sort_key", sa.String(length=400, collation="C"), nullable=False),
        sa.Column("visibility", choice("visibility", "everyone", "members", "nobody"), nullable=False),
        sa.Column("good_from", sa.Date()),
        sa.Column("good_until", sa.Date()),
        sa.Column("public_words", sa.Text(), nullable=False),
        sa.Column("member_words", sa.Text(), nullable=False),
        sa.Column("public_vector", postgresql.TSVECTOR()),
        sa.Column("member_vector", postgresql.TSVECTOR()),
        sa.ForeignKeyConstraint(
            ["membership_id"], ["membership.id"], name="fk_directory_entry_membership_id_membership"
        ),
        sa.PrimaryKeyConstraint("membership_id", name="pk_directory_entry"),
    )
    op.create_index(
        "ix_directory_entry_member_words", "directory_entry", ["member_vector"], unique=False, postgresql_using="gin"
    )
    op.create_index(
        "ix_directory_entry_order",
        "directory_entry",
        ["sort_key", "membership_id", "visibility", "good_from", "good_until", "member_class"],
        unique=False,
    )
    op.create_index(
        "ix_directory_entry_public_words", "directory_entry", ["public_vector"], unique=False, postgresql_using="gin"
    )
    op.create_index(
        "ix_directory_entry_standing",
        "directory_entry",
        ["good_until", "good_from", "member_class", "visibility"],
        unique=False,
    )
    op.create_table(
        "membership_event",
        sa.Column("id", sa.Integer(), sa.Identity(always=True), nullable=False),
        sa.Column("membership_id", sa.Integer(), nullable=False),
        sa.Column(
            "kind",
            choice(
                "event_kind",
                "admitted",
                "signed",
                "renewed",
                "suspended",
                "reinstated",
                "resigned",
                "expelled",
                "deceased",
                "dissolved",
                "merged",
                "readmitted",
            ),
            nullable=False,
        ),
        sa.Column("on_date", sa.Date(), nullable=False),
        sa.Column("until_on", sa.Date()),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("reference", sa.String(length=200), nullable=False),
        sa.Column("by_id", sa.Integer()),
        sa.Column("at", MOMENT, nullable=False),
        sa.CheckConstraint(
            "until_on IS NULL OR (kind = 'suspended' AND until_on > on_date)",
            name="ck_membership_event_suspension_ends_later",
        ),
        sa.CheckConstraint(
            "kind <> 'expelled' OR reference <> ''", name="ck_membership_event_expulsion_names_its_motion"
        ),
        sa.CheckConstraint(
            "kind NOT IN ('suspended', 'expelled') OR reason <> ''", name="ck_membership_event_measure_has_a_reason"
        ),
        sa.ForeignKeyConstraint(["by_id"], ["person.id"], name="fk_membership_event_by_id_person"),
        sa.ForeignKeyConstraint(
            ["membership_id"], ["membership.id"], name="fk_membership_event_membership_id_membership"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_membership_event"),
    )
    op.create_index("ix_membership_event_membership_id", "membership_event", ["membership_id", "on_date"], unique=False)
    op.create_index(
        "ix_membership_event_turning",
        "membership_event",
        ["membership_id", "on_date", "id"],
        unique=False,
        postgresql_where="kind NOT IN ('admitted', 'signed', 'renewed')",
    )
    op.create_table(
        "membership_term",
        sa.Column("id", sa.Integer(), sa.Identity(always=True), nullable=False),
        sa.Column("membership_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer()),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("until_on", sa.Date(), nullable=False),
        sa.Column("grace_until", sa.Date(), nullable=False),
        sa.Column("made_at", MOMENT, nullable=False),
        sa.CheckConstraint("grace_until >= until_on", name="ck_membership_term_grace_follows"),
        sa.CheckConstraint("until_on >= from_on", name="ck_membership_term_ends_after_it_begins"),
        sa.ForeignKeyConstraint(
            ["membership_id"], ["membership.id"], name="fk_membership_term_membership_id_membership"
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name="fk_membership_term_person_id_person"),
        sa.PrimaryKeyConstraint("id", name="pk_membership_term"),
    )
    op.create_index(
        "ix_membership_term_electorate", "membership_term", ["grace_until", "from_on", "person_id", "membership_id"]
    )
    op.create_index(
        "ix_membership_term_corporate",
        "membership_term",
        ["grace_until", "from_on", "membership_id"],
        postgresql_where="person_id IS NULL",
    )
    op.create_index(
        "ix_membership_term_membership_id_from_on", "membership_term", ["membership_id", "from_on"], unique=False
    )


def agreements() -> None:
    op.create_table(
        "agreement",
        sa.Column("id", sa.Integer(), sa.Identity(always=True), nullable=False),
        sa.Column("member_class", choice("member_class", "individual", "corporate"), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_agreement"),
        sa.UniqueConstraint("member_class", name="uq_agreement_member_class"),
    )
    op.create_table(
        "agreement_version",
        sa.Column("id", sa.Integer(), sa.Identity(always=True), nullable=False),
        sa.Column("agreement_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("material", sa.Boolean(), nullable=False),
        sa.Column("published_on", sa.Date(), nullable=False),
        sa.Column("sign_by", sa.Date(), nullable=False),
        sa.Column("published_by_id", sa.Integer()),
        sa.CheckConstraint(
            "sha256 = encode(sha256(convert_to(text, 'UTF8')), 'hex')", name="ck_agreement_version_hash_is_of_the_text"
        ),
        sa.CheckConstraint("number >= 1", name="ck_agreement_version_number_counted"),
        sa.CheckConstraint("sign_by >= published_on", name="ck_agreement_version_notice_follows"),
        sa.ForeignKeyConstraint(["agreement_id"], ["agreement.id"], name="fk_agreement_version_agreement_id_agreement"),
        sa.ForeignKeyConstraint(["published_by_id"], ["person.id"], name="fk_agreement_version_published_by_id_person"),
        sa.PrimaryKeyConstraint("id", name="pk_agreement_version"),
    )
    op.create_index("uq_agreement_version_number", "agreement_version", ["agreement_id", "number"], unique=True)
    op.create_table(
        "signature",
        sa.Column("id", sa.Integer(), sa.Identity(always=True), nullable=False),
        sa.Column("party_id", sa.Integer(), nullable=False),
        sa.Column("version_id", sa.Integer(), nullable=False),
        sa.Column("signatory_id", sa.Integer(), nullable=False),
        sa.Column("signed_name", sa.String(length=200), nullable=False),
        sa.Column("signed_at", MOMENT, nullable=False),
        sa.Column("invalidated_at", MOMENT),
        sa.Column("invalidated_why", sa.String(length=500)),
        sa.CheckConstraint(
            "(invalidated_at IS NULL) = (invalidated_why IS NULL)", name="ck_signature_invalidated_for_a_reason"
        ),
        sa.ForeignKeyConstraint(["party_id"], ["party.id"], name="fk_signature_party_id_party"),
        sa.ForeignKeyConstraint(["signatory_id"], ["person.id"], name="fk_signature_signatory_id_person"),
        sa.ForeignKeyConstraint(
            ["version_id"], ["agreement_version.id"], name="fk_signature_version_id_agreement_version"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_signature"),
    )
    op.create_index("ix_signature_party_id", "signature", ["party_id"], unique=False)
    op.create_index("ix_signature_signatory_id", "signature", ["signatory_id"], unique=False)
    op.create_index("ix_signature_version_id", "signature", ["version_id"], unique=False)
    op.create_index(
        "uq_signature_once",
        "signature",
        ["party_id", "version_id"],
        unique=True,
        postgresql_where="invalidated_at IS NULL",
    )


def affiliations() -> None:
    op.create_table(
        "affiliation",
        sa.Column("id", sa.Integer(), sa.Identity(always=True), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("organization_id", sa.Integer()),
        sa.Column("typed_name", sa.String(length=200), nullable=False),
        sa.Column("kind", choice("affiliation_kind", "employee", "contractor", "owner", "other"), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("until_on", sa.Date()),
        sa.Column("visibility", choice("visibility", "everyone", "members", "nobody"), nullable=False),
        sa.Column("declared_at", MOMENT, nullable=False),
        sa.Column("confirmed_on", sa.Date(), nullable=False),
        sa.Column("linked_by_id", sa.Integer()),
        sa.Column("dispute", choice("dispute_state", "raised", "upheld", "rejected")),
        sa.Column("dispute_reason", sa.String(length=500)),
        sa.Column("disputed_by_id", sa.Integer()),
        sa.Column("resolved_by_id", sa.Integer()),
        sa.Column("resolution", sa.String(length=500)),
        sa.CheckConstraint(
            "organization_id IS NOT NULL OR typed_name <> ''", name="ck_affiliation_names_an_organization"
        ),
        sa.CheckConstraint("(dispute IS NULL) = (dispute_reason IS NULL)", name="ck_affiliation_disputed_for_a_reason"),
        sa.CheckConstraint("until_on >= from_on", name="ck_affiliation_ends_after_it_begins"),
        sa.ForeignKeyConstraint(["disputed_by_id"], ["person.id"], name="fk_affiliation_disputed_by_id_person"),
        sa.ForeignKeyConstraint(["linked_by_id"], ["person.id"], name="fk_affiliation_linked_by_id_person"),
        sa.ForeignKeyConstraint(
            ["organization_id"], ["organization.id"], name="fk_affiliation_organization_id_organization"
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name="fk_affiliation_person_id_person"),
        sa.ForeignKeyConstraint(["resolved_by_id"], ["person.id"], name="fk_affiliation_resolved_by_id_person"),
        sa.PrimaryKeyConstraint("id", name="pk_affiliation"),
    )
    op.create_index(
        "ix_affiliation_claims",
        "affiliation",
        ["id"],
        unique=False,
        postgresql_where="organization_id IS NULL AND until_on IS NULL",
    )
    op.create_index(
        "ix_affiliation_disputes", "affiliation", ["id"], unique=False, postgresql_where="dispute = 'raised'"
    )
    op.create_index("ix_affiliation_organization_id", "affiliation", ["organization_id"], unique=False)
    op.create_index("ix_affiliation_person_id", "affiliation", ["person_id"], unique=False)
    op.create_table(
        "mandate",
        sa.Column("id", sa.Integer(), sa.Identity(always=True), nullable=False),
        sa.Column("organization_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column(
            "role", choice("mandate_role", "signatory", "representative", "alternate", "billing"), nullable=False
        ),
        sa.Column("invited_by_id", sa.Integer(), nullable=False),
        sa.Column("invited_at", MOMENT, nullable=False),
        sa.Column("accepted_at", MOMENT),
        sa.Column("ended_at", MOMENT),
        sa.Column("ended_why", sa.String(length=500)),
        sa.CheckConstraint("(ended_at IS NULL) = (ended_why IS NULL)", name="ck_mandate_ended_for_a_reason"),
        sa.CheckConstraint("accepted_at >= invited_at", name="ck_mandate_accepted_after_the_invitation"),
        sa.CheckConstraint("ended_at >= coalesce(accepted_at, invited_at)", name="ck_mandate_ends_after_it_begins"),
        sa.ForeignKeyConstraint(["invited_by_id"], ["person.id"], name="fk_mandate_invited_by_id_person"),
        sa.ForeignKeyConstraint(
            ["organization_id"], ["organization.id"], name="fk_mandate_organization_id_organization"
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name="fk_mandate_person_id_person"),
        sa.PrimaryKeyConstraint("id", name="pk_mandate"),
    )
    op.create_index("ix_mandate_organization_id", "mandate", ["organization_id"], unique=False)
    op.create_index("ix_mandate_person_id", "mandate", ["person_id"], unique=False)
    op.create_index(
        "uq_mandate_open",
        "mandate",
        ["organization_id", "person_id", "role"],
        unique=True,
        postgresql_where="ended_at IS NULL",
    )


def participation() -> None:
    op.create_table(
        "project",
        sa.Column("id", sa.Integer(), sa.Identity(always=True), nullable=False),
        sa.Column("key", sa.String(length=60), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.CheckConstraint("key ~ '^[a-z0-9][a-z0-9-]*$'", name="ck_project_key_is_a_word"),
        sa.PrimaryKeyConstraint("id", name="pk_project"),
        sa.UniqueConstraint("key", name="uq_project_key"),
    )
    op.create_table(
        "membership_case",
        sa.Column("id", sa.Integer(), sa.Identity(always=True), nullable=False),
        sa.Column("kind", choice("case_kind", "cap", "standing"), nullable=False),
        sa.Column("subject", sa.String(length=200), nullable=False),
        sa.Column("person_id", sa.Integer()),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("opened_on", sa.Date(), nullable=False),
        sa.Column("opened_at", MOMENT, nullable=False),
        sa.Column("closed_at", MOMENT),
        sa.Column("closed_by_id", sa.Integer()),
        sa.Column("outcome", sa.Text()),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(kind = 'standing') = (person_id IS NOT NULL)", name="ck_membership_case_standing_is_somebodys"
        ),
        sa.CheckConstraint(
            "(closed_at IS NULL) = (closed_by_id IS NULL) AND (closed_at IS NULL) = (outcome IS NULL)",
            name="ck_membership_case_closed_by_somebody_with_an_outcome",
        ),
        sa.ForeignKeyConstraint(["closed_by_id"], ["person.id"], name="fk_membership_case_closed_by_id_person"),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name="fk_membership_case_person_id_person"),
        sa.PrimaryKeyConstraint("id", name="pk_membership_case"),
    )
    op.create_index("ix_membership_case_person_id", "membership_case", ["person_id"], unique=False)
    op.create_index(
        "uq_membership_case_open",
        "membership_case",
        ["kind", "subject"],
        unique=True,
        postgresql_where="closed_at IS NULL",
    )
    op.create_table(
        "participation",
        sa.Column("id", sa.Integer(), sa.Identity(always=True), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("project_id", sa.Integer(), nullable=False),
        sa.Column(
            "kind",
            choice(
                "contribution_kind",
                "code",
                "review",
                "documentation",
                "translation",
                "bug_report",
                "event",
                "user_support",
                "other",
            ),
            nullable=False,
        ),
        sa.Column("on_date", sa.Date(), nullable=False),
        sa.Column("source", choice("source", "git", "csv", "api", "attested"), nullable=False),
        sa.Column("reference", sa.String(length=200), nullable=False),
        sa.Column("verifier", sa.String(length=200), nullable=False),
        sa.Column("note", sa.String(length=500), nullable=False),
        sa.Column("recorded_at", MOMENT, nullable=False),
        sa.Column("withdrawn_at", MOMENT),
        sa.Column("withdrawn_why", sa.String(length=500)),
        sa.CheckConstraint(
            "(withdrawn_at IS NULL) = (withdrawn_why IS NULL)", name="ck_participation_withdrawn_for_a_reason"
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name="fk_participation_person_id_person"),
        sa.ForeignKeyConstraint(["project_id"], ["project.id"], name="fk_participation_project_id_project"),
        sa.PrimaryKeyConstraint("id", name="pk_participation"),
    )
    op.create_index("ix_participation_person_id_on_date", "participation", ["person_id", "on_date"], unique=False)
    op.create_index("ix_participation_project_id", "participation", ["project_id"], unique=False)
    op.create_index(
        "uq_participation_once",
        "participation",
        ["project_id", "source", "reference", "person_id", "kind"],
        unique=True,
    )
    op.create_table(
        "project_lead",
        sa.Column("id", sa.Integer(), sa.Identity(always=True), nullable=False),
        sa.Column("project_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("made_by_id", sa.Integer(), nullable=False),
        sa.Column("from_at", MOMENT, nullable=False),
        sa.Column("until_at", MOMENT),
        sa.CheckConstraint("until_at >= from_at", name="ck_project_lead_ends_after_it_begins"),
        sa.ForeignKeyConstraint(["made_by_id"], ["person.id"], name="fk_project_lead_made_by_id_person"),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name="fk_project_lead_person_id_person"),
        sa.ForeignKeyConstraint(["project_id"], ["project.id"], name="fk_project_lead_project_id_project"),
        sa.PrimaryKeyConstraint("id", name="pk_project_lead"),
    )
    op.create_index("ix_project_lead_person_id", "project_lead", ["person_id"], unique=False)
    op.create_index("ix_project_lead_project_id", "project_lead", ["project_id"], unique=False)
    op.create_index(
        "uq_project_lead_open",
        "project_lead",
        ["project_id", "person_id"],
        unique=True,
        postgresql_where="until_at IS NULL",
    )


def exclusions() -> None:
    # PostgreSQL's own index for ranges compares numbers as ranges of one, which needs no extension.
    for table, (name, elements, where) in EXCLUSIONS.items():
        op.execute(f"ALTER TABLE {table} ADD CONSTRAINT {name} EXCLUDE USING gist ({elements}) {where}")


def what_stays() -> None:
    op.execute(REFUSE_REWRITING)
    for table, columns in STAYS.items():
        op.execute(
            f"CREATE TRIGGER {table}_stays BEFORE UPDATE ON {table} "
            f"FOR EACH ROW EXECUTE FUNCTION refuse_rewriting({', '.join(columns)})"
        )
    for table in KEPT:
        op.execute(
            f"CREATE TRIGGER {table}_is_kept BEFORE DELETE OR TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION refuse_removal()"
        )
    for table in ONLY_GROW:
        op.execute(
            f"CREATE TRIGGER {table}_only_grows BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
        )
    for vector, words in (("public_vector", "public_words"), ("member_vector", "member_words")):
        op.execute(
            f"CREATE TRIGGER directory_entry_{vector} BEFORE INSERT OR UPDATE ON directory_entry "
            f"FOR EACH ROW EXECUTE FUNCTION tsvector_update_trigger({vector}, 'pg_catalog.simple', {words})"
        )


def downgrade() -> None:
    raise NotImplementedError("History is not undone: restore a backup instead.")
