"""Many invented members and organizations at once, to try a foundation of some size on; written set by set in SQL.

The rows are what the services would have written; a test compares them with what the services make of them.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Engine, text
from sqlalchemy.orm import Session

from membership.rules.classes import MemberClass
from membership.rules.defaults import RULES
from membership.services import agreeing
from membership.services.agreeing import NewVersion

GIVEN = (
    "Ada Alba Anselm Basil Beata Bruna Cajus Celia Corin Dagny Delia Edda Egon Elvin Fabia Falk Gerda Gunnar Hedda "
    "Henrik Ida Ilja Ingrid Jarle Jolan Kajsa Karla Knut Lea Linus Lova Magnus Mira Nele Nils Odile Orla Paula Quirin "
    "Ragna Rufus Selma Sigrid Tilda Torben Ulla Urban Vera Wanda Yngve"
)
FAMILY = (
    "Abendrot Bachwald Birkental Brandmoor Dornfeld Eichgrund Espental Falkenried Feldspat Fichtenau Forstbach Glanzer "
    "Grauweide Hagedorn Haselgrund Heidekrug Hollerbusch Immergrund Kaltbach Kiefernau Kornblum Lerchenau Lichtmoor "
    "Lindental Maienfels Moosgrund Morgenau Nebelhorst Nordwasser Ostermoor Quellbach Rabenstein Rotbuche Sandgrube "
    "Schilfrohr Seegras Silberbirk Sommerau Steinfurt Tannhorst Ulmental Waldmeisel Weidenbach Wiesengrund Windheim "
    "Winterau Wolkenburg Ziegelau Zirbelkamp Zwetschgen"
)
AGREEMENT = "We stand on equal footing.\n\nWe keep the bylaws, and nobody has more than one vote."
EXTRA_APPLICANTS = 20

# Who is new: a number n, the numbers under which the rows will be kept, and a day of joining. `k` says what they are:
# m a member, s a signatory and representative, a an alternate, q an applicant in the queue.
NEWCOMERS = """
CREATE TEMPORARY TABLE newcomer ON COMMIT DROP AS
SELECT k, n, nextval(pg_get_serial_sequence('person', 'id')) AS person,
  nextval(pg_get_serial_sequence('party', 'id')) AS party,
  CASE WHEN k = 'm' THEN nextval(pg_get_serial_sequence('membership', 'id')) END AS membership,
  (CAST(:given AS text[]))[1 + (n * 31 + ascii(k)) % 50] || ' ' || (CAST(:family AS text[]))[1 + (n * 17 / 50 + n) % 50]
    AS name,
  CAST(:today AS date) - CAST((n * 7919) % 900 AS int) AS joined,
  CASE WHEN n % 50 = 0 THEN 'nobody' WHEN n % 31 = 0 THEN 'members' ELSE 'everyone' END AS seen
FROM (
  SELECT 'm' AS k, generate_series(1, :members) AS n UNION ALL SELECT 's', generate_series(1, :organizations)
  UNION ALL SELECT 'a', generate_series(1, :organizations) UNION ALL SELECT 'q', generate_series(1, :applicants)
) AS wanted
"""
COMPANIES = """
CREATE TEMPORARY TABLE newcompany ON COMMIT DROP AS
SELECT n, nextval(pg_get_serial_sequence('organization', 'id')) AS organization,
  nextval(pg_get_serial_sequence('party', 'id')) AS party,
  nextval(pg_get_serial_sequence('membership', 'id')) AS membership,
  (CAST(:family AS text[]))[1 + n % 50] || ' Works ' || :batch || n AS name,
  CAST(:today AS date) - CAST((n * 7919) % 300 AS int) AS joined,
  (SELECT person FROM newcomer WHERE k = 's' AND newcomer.n = wanted.n) AS signatory,
  (SELECT person FROM newcomer WHERE k = 'a' AND newcomer.n = wanted.n) AS alternate
FROM generate_series(1, :organizations) AS wanted (n)
"""
TERMS = """
CREATE TEMPORARY TABLE newterm ON COMMIT DROP AS
SELECT membership, person, CAST(joined + make_interval(years => year) AS date) AS from_on,
  CAST(joined + make_interval(years => year + 1) AS date) AS until_on, year
FROM (SELECT membership, person, joined, n FROM newcomer WHERE k = 'm'
  UNION ALL SELECT membership, NULL, joined, n FROM newcompany) AS joining, generate_series(0, 2) AS year
WHERE joined + make_interval(years => year) <= :today AND (year = 0 OR n % 17 > 0)
"""
STANDING = """
CREATE TEMPORARY TABLE newstanding ON COMMIT DROP AS
SELECT membership, min(from_on) AS first, max(until_on) + :grace AS last FROM newterm GROUP BY membership
"""
EMPLOYERS = """
CREATE TEMPORARY TABLE newemployer ON COMMIT DROP AS
SELECT person, string_agg(' ' || legal_name, '' ORDER BY affiliation.id) AS known,
  string_agg(' ' || legal_name, '' ORDER BY affiliation.id) FILTER (WHERE visibility = 'everyone') AS public
FROM newcomer JOIN affiliation ON affiliation.person_id = person
JOIN organization ON organization.id = affiliation.organization_id GROUP BY person
"""
ENTRIES = """
INSERT INTO directory_entry (membership_id, member_class, name, sort_key, visibility, good_from, good_until,
  public_words, member_words)
SELECT membership, 'individual', name, lower(name), seen, first, last,
  CASE WHEN seen = 'everyone' THEN lower(name || coalesce(public, '')) ELSE '' END,
  CASE WHEN seen <> 'nobody' THEN lower(name || coalesce(known, '')) ELSE '' END
FROM newcomer JOIN newstanding USING (membership) LEFT JOIN newemployer USING (person)
UNION ALL SELECT membership, 'corporate', name, lower(name), 'everyone', first, last, lower(name), lower(name)
FROM newcompany JOIN newstanding USING (membership)
"""
STEPS = (
    NEWCOMERS,
    "CREATE UNIQUE INDEX ON newcomer (k, n)",
    "CREATE UNIQUE INDEX ON newcomer (person)",
    "ANALYZE newcomer",
    COMPANIES,
    "CREATE UNIQUE INDEX ON newcompany (n)",
    "ANALYZE newcompany",
    TERMS,
    "CREATE INDEX ON newterm (membership)",
    "ANALYZE newterm",
    "INSERT INTO person (id, display_name, created_at) OVERRIDING SYSTEM VALUE SELECT person, name, :now FROM newcomer",
    "INSERT INTO email_address (person_id, address, canonical, confirmed_at) "
    "SELECT person, address, address, :now FROM (SELECT person, 'p' || person || '@members.example' AS address "
    "FROM newcomer) AS addressed",
    "INSERT INTO organization (id, legal_name, name_key, jurisdiction, registry_number, registry_key, "
    "registered_by_id, created_at) OVERRIDING SYSTEM VALUE SELECT organization, name, lower(name), 'DE', "
    "'HRB ' || organization || 'S', 'HRB' || organization || 'S', signatory, :now FROM newcompany",
    "INSERT INTO organization_domain (organization_id, domain, code_sha256, attempts, sent_at, expires_at, "
    "verified_at, verified_by_id) SELECT organization, 'o' || organization || '.example', "
    "sha256(convert_to(name, 'UTF8')), 1, :now, :now, :now, signatory FROM newcompany",
    "INSERT INTO party (id, kind, person_id, organization_id, name_visibility, created_at) OVERRIDING SYSTEM VALUE "
    "SELECT party, 'person', person, NULL, seen, :now FROM newcomer "
    "UNION ALL SELECT party, 'organization', NULL, organization, 'everyone', :now FROM newcompany",
    "INSERT INTO membership (id, party_id, member_class, admitted_on, version) OVERRIDING SYSTEM VALUE "
    "SELECT membership, party, 'individual', joined, 1 FROM newcomer WHERE k = 'm' "
    "UNION ALL SELECT membership, party, 'corporate', joined, 1 FROM newcompany",
    "INSERT INTO membership_term (membership_id, person_id, from_on, until_on, grace_until, made_at) "
    "SELECT membership, person, from_on, until_on, CASE WHEN year < max(year) OVER (PARTITION BY membership) "
    "THEN until_on ELSE until_on + :grace END, :now FROM newterm",
    "INSERT INTO membership_event (membership_id, kind, on_date, reason, reference, at) "
    "SELECT membership, kind, on_date, '', '', :now FROM ("
    "SELECT membership, 'admitted' AS kind, from_on AS on_date, 0 AS place FROM newterm WHERE year = 0 "
    "UNION ALL SELECT membership, CASE WHEN year = 0 THEN 'signed' ELSE 'renewed' END, from_on, 1 + year FROM newterm"
    ") AS happened ORDER BY membership, on_date, place",
    "INSERT INTO membership_event (membership_id, kind, on_date, reason, reference, at) "
    "SELECT membership, 'suspended', :today, 'It is looked into.', '', :now FROM newcomer "
    "JOIN newterm USING (membership) WHERE n % 997 = 0 AND year = 0 AND until_on > :today",
    "INSERT INTO signature (party_id, version_id, signatory_id, signed_name, signed_at) "
    "SELECT party, :individual, person, name, :now FROM newcomer WHERE k = 'm' "
    "UNION ALL SELECT newcompany.party, :corporate, signatory, newcomer.name, :now FROM newcompany "
    "JOIN newcomer ON newcomer.person = signatory",
    "INSERT INTO mandate (organization_id, person_id, role, invited_by_id, invited_at, accepted_at) "
    "SELECT organization, CASE WHEN role = 'alternate' THEN alternate ELSE signatory END, role, signatory, :now, :now "
    "FROM newcompany, unnest(ARRAY['signatory', 'representative', 'alternate']) AS role",
    "INSERT INTO control_edge (parent_id, child_id, kind, from_on, source, recorded_by_id, recorded_at) "
    "SELECT above.organization, below.organization, 'subsidiary', :today, 'Annual report', above.signatory, :now "
    "FROM newcompany AS below JOIN newcompany AS above ON above.n = below.n - 1 WHERE below.n % 10 = 0",
    "INSERT INTO affiliation (person_id, organization_id, typed_name, kind, from_on, visibility, declared_at, "
    "confirmed_on) SELECT person, organization, '', 'employee', newcomer.joined, "
    "CASE WHEN newcomer.n % 4 = 0 THEN 'members' ELSE 'everyone' END, :now, :today FROM newcomer "
    "JOIN newcompany ON newcompany.n = 1 + newcomer.n % :organizations WHERE k = 'm' AND newcomer.n % 5 < 3",
    "INSERT INTO participation (person_id, project_id, kind, on_date, source, reference, verifier, note, recorded_at) "
    "SELECT person, :project, 'code', CAST(:today AS date) - CAST((n * 37) % 500 AS int), 'csv', "
    "'seed ' || person, 'operator', '', :now FROM newcomer WHERE k = 'm' AND n % 3 > 0",
    "INSERT INTO application (party_id, member_class, state, statement, applicant_id, created_at, submitted_at, "
    "version) SELECT party, 'individual', CASE WHEN n % 3 = 0 THEN 'under_review' ELSE 'submitted' END, "
    "'I test releases and answer newcomers.', person, :now, CAST(:now AS timestamptz) - make_interval(hours => n), 2 "
    "FROM newcomer WHERE k = 'q'",
    STANDING,
    EMPLOYERS,
    "ANALYZE newstanding",
    "ANALYZE newemployer",
    ENTRIES,
    "UPDATE directory_entry SET good_from = NULL, good_until = NULL FROM membership_event AS event JOIN newcomer "
    "ON newcomer.membership = event.membership_id "
    "WHERE event.membership_id = directory_entry.membership_id AND event.kind = 'suspended'",
)


@dataclass(frozen=True, slots=True)
class Size:
    """How many members and organizations to add."""

    members: int
    organizations: int


def seed(session: Session, size: Size, *, now: datetime) -> None:
    """Add invented members and organizations, and applications that wait for the committee."""
    values = {
        "given": GIVEN.split(),
        "family": FAMILY.split(),
        "members": size.members,
        "organizations": size.organizations,
        "applicants": EXTRA_APPLICANTS + size.members // 100,
        "batch": hashlib.sha256(now.isoformat().encode()).hexdigest()[:4],
        "now": now,
        "today": now.date(),
        "grace": RULES.grace.days,
        "individual": _version(session, MemberClass.INDIVIDUAL, now),
        "corporate": _version(session, MemberClass.CORPORATE, now),
        "project": _project(session, now),
    }
    for step in STEPS:
        if size.organizations or ":organizations" not in step or "generate_series" in step:
            session.execute(text(step), values)
    # What was made for this transaction alone, so that a second seed in it begins anew.
    for table in ("newemployer", "newstanding", "newterm", "newcompany", "newcomer"):
        session.execute(text(f"DROP TABLE {table}"))


def _version(session: Session, member_class: MemberClass, now: datetime) -> int:
    newest = agreeing.last_material(session, member_class)
    if newest is None:
        new = NewVersion(member_class, f"Agreement of {member_class.value} members", AGREEMENT, True)
        newest = agreeing.publish(session, new, by="operator", now=now)
    return newest.id


def _project(session: Session, now: datetime) -> int:
    statement = (
        "INSERT INTO project (key, name, created_at) VALUES ('handbook', 'Handbook', :now) "
        "ON CONFLICT (key) DO UPDATE SET name = project.name RETURNING id"
    )
    number: int = session.execute(text(statement), {"now": now}).scalar_one()
    return number


def analyse(engine: Engine) -> None:
    """Let the database learn how large its tables have become, as it would by itself after a while."""
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("VACUUM ANALYZE"))
