"""A test finds its database as the migrations leave it, whatever the test before did to it."""

from __future__ import annotations

from collections.abc import Iterator

import psycopg
import pytest
from sqlalchemy import URL, create_engine
from sqlalchemy.engine import make_url
from sqlalchemy.orm import Session

from foundation.accounts.services import joining
from foundation.core import clock
from tests.conftest import TEMPLATE
from tests.databases import Databases


@pytest.fixture
def databases(postgres_url: str) -> Iterator[Databases]:
    made = Databases(make_url(postgres_url).set(database="postgres"), TEMPLATE)
    yield made
    made.give_up()


def number_of_a_new_person(where: URL) -> int:
    engine = create_engine(where)
    with Session(engine) as session:
        number = joining.make_person(session, "ada@example.org", "Ada", password=None, now=clock.now()).id
        session.commit()
    engine.dispose()
    return number


def do(where: URL, statement: str) -> None:
    address = where.set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(address) as connection:
        connection.execute(statement)  # type: ignore[call-overload]


def test_rows_are_gone_and_numbers_begin_again(databases: Databases) -> None:
    first, one = databases.take(), number_of_a_new_person(databases.take())
    again = databases.take()
    assert again == first, "The database was copied, not emptied."
    assert number_of_a_new_person(again) == one


@pytest.mark.parametrize(
    "change",
    [
        "ALTER TABLE register_entry DISABLE TRIGGER register_only_grows",
        "DROP TRIGGER register_only_grows ON register_entry",
        "ALTER TABLE person ADD COLUMN nickname text",
        "ALTER TABLE person RENAME TO mislaid",
        "GRANT SELECT ON person TO PUBLIC",
        "CREATE TABLE extra (number integer)",
        "CREATE OR REPLACE FUNCTION refuse_unless_draft() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'",
        "UPDATE alembic_version SET version_num = 'another'",
    ],
)
def test_a_database_whose_definitions_changed_is_not_used_again(databases: Databases, change: str) -> None:
    first = databases.take()
    do(first, change)
    again = databases.take()
    assert again != first
    assert number_of_a_new_person(again) > 0


def test_whoever_is_still_connected_is_cut_off(databases: Databases) -> None:
    first = databases.take()
    address = first.set(drivername="postgresql").render_as_string(hide_password=False)
    left = psycopg.connect(address)
    left.execute("LOCK TABLE person")
    assert databases.take() == first
    with pytest.raises(psycopg.OperationalError):
        left.execute("SELECT 1")
    left.close()
