"""The application's own role in the database: it uses the tables, and can change neither them nor their triggers.

What must never be changed is refused by triggers, and whoever owns a table could drop its triggers. So in production
one role owns the tables and migrates, and another, which owns nothing, serves.
"""

from __future__ import annotations

import psycopg
from psycopg import sql
from sqlalchemy.engine import URL

from foundation.core.errors import Conflict, NotFound

# What the application writes but for the migrations' own table, which it never needs to write.
MIGRATIONS = "alembic_version"
GRANTS = (
    "GRANT CONNECT, TEMPORARY ON DATABASE {database} TO {role}",
    "GRANT USAGE ON SCHEMA public TO {role}",
    "GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {role}",
    "REVOKE INSERT, UPDATE, DELETE ON {migrations} FROM {role}",
    "GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO {role}",
)
OWNS_OR_RULES = """
    SELECT rolsuper OR EXISTS (
        SELECT 1 FROM pg_class
        WHERE relnamespace = 'public'::regnamespace AND pg_has_role(pg_roles.oid, relowner, 'MEMBER')
    ) FROM pg_roles WHERE rolname = %s
"""


def grant(owner: URL, role: str) -> None:
    """Let the role use every table there is now; raise NotFound, or Conflict where it could change tables already."""
    dsn = owner.set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(dsn) as connection:
        found = connection.execute(OWNS_OR_RULES, [role]).fetchone()
        if found is None:
            raise NotFound(f"The database has no role called {role}. Make it first: CREATE ROLE … LOGIN.")
        if found[0]:
            raise Conflict(f"{role} owns tables or rules the database, so that nothing could be kept from it.")
        names = {"database": owner.database or "", "role": role, "migrations": MIGRATIONS}
        quoted = {name: sql.Identifier(value) for name, value in names.items()}
        for statement in GRANTS:
            connection.execute(sql.SQL(statement).format(**quoted))
