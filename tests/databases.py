"""Databases for tests: each is a copy of the template, and is emptied for the next test instead of copied again.

To copy takes PostgreSQL a tenth of a second of work, to empty a hundredth. A test that changed more than rows (a
definition, a trigger, a right) is noticed by the catalogue, and what it leaves behind is dropped.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass

import psycopg
from psycopg import sql
from sqlalchemy import URL

from foundation.core import postgres

# Rows that were deleted still take their place: after so many tests, or so many bytes, a copy is quicker.
MOST_TESTS, MOST_BYTES = 40, 8_000_000

# The only table in which migrations leave a row.
MIGRATED = "alembic_version"
# Each change of a definition, and its change back, is written by a transaction that is newer than the template's.
DEFINITIONS = " UNION ALL ".join(
    f"SELECT '{name}' AS name, count(*) AS rows, max(xmin::text::bigint) AS newest FROM {name}"  # noqa: S608
    for name in (
        *("pg_attrdef", "pg_attribute", "pg_class", "pg_constraint", "pg_default_acl", "pg_depend", "pg_extension"),
        *("pg_index", "pg_namespace", "pg_policy", "pg_proc", "pg_rewrite", "pg_trigger", "pg_type"),
    )
)
OWN = "relkind = 'r' AND relnamespace = 'public'::regnamespace"
TABLES = f"SELECT relname, pg_relation_size(oid) FROM pg_class WHERE {OWN} AND pg_relation_size(oid) > 0"  # noqa: S608
SEQUENCES = "SELECT schemaname, sequencename, start_value FROM pg_sequences WHERE last_value IS NOT NULL"
OTHERS = "FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
SETTINGS = (
    "SELECT count(*) FROM pg_db_role_setting WHERE setdatabase = (SELECT oid FROM pg_database WHERE datname ="
    " current_database())"
)


class Unlike(Exception):
    """The database cannot be made like the template by deleting rows."""


@dataclass
class Databases:
    """One database at a time, made from the template, as every test finds it: migrated and without a row of its own."""

    maintenance: URL
    template: str
    name: str = ""
    definitions: object = None
    tests: int = 0

    def take(self) -> URL:
        """Return the address of a database that is like the template."""
        try:
            if not self.name or self.tests >= MOST_TESTS:
                raise Unlike
            self._empty()
        except (Unlike, psycopg.Error):
            self._renew()
        self.tests += 1
        return self.maintenance.set(database=self.name)

    def give_up(self) -> None:
        """Drop what is left."""
        if self.name:
            postgres.drop_database(self.maintenance, self.name)

    def _renew(self) -> None:
        self.give_up()
        self.name, self.tests = f"test_{secrets.token_hex(6)}", 0
        postgres.create_database(self.maintenance, self.name, template=self.template)
        with self._connect() as connection:
            self.definitions = self._defined(connection)
            assert set(dict(connection.execute(TABLES).fetchall())) == {MIGRATED}, "The template has rows to put back."

    def _empty(self) -> None:
        with self._connect() as connection:
            connection.execute(f"SELECT pg_terminate_backend(pid, 5000) {OTHERS}")  # type: ignore[arg-type]  # constants
            if self._defined(connection) != self.definitions:
                raise Unlike
            sizes = dict(connection.execute(TABLES).fetchall())
            if sum(sizes.values()) > MOST_BYTES:
                raise Unlike
            connection.execute("SET session_replication_role = replica")
            for table in sizes.keys() - {MIGRATED}:
                connection.execute(sql.SQL("DELETE FROM {}").format(sql.Identifier(table)))
            for schema, sequence, start in connection.execute(SEQUENCES).fetchall():
                name = sql.Identifier(schema, sequence).as_string()
                connection.execute("SELECT setval(%s::regclass, %s, false)", (name, start))

    def _defined(self, connection: psycopg.Connection[tuple[object, ...]]) -> object:
        return [connection.execute(asked).fetchall() for asked in (DEFINITIONS, SETTINGS, f"TABLE {MIGRATED}")]  # type: ignore[call-overload]

    def _connect(self) -> psycopg.Connection[tuple[object, ...]]:
        where = self.maintenance.set(drivername="postgresql", database=self.name)
        return psycopg.connect(where.render_as_string(hide_password=False))
