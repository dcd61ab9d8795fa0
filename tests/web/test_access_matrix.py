"""Every route for every role. A route without a row in `tests/web/matrix_*.py` fails."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy.engine import make_url
from werkzeug.routing import Rule

from foundation.accounts.models import Person
from foundation.accounts.services import appointments
from foundation.config import load_settings
from foundation.core import clock, postgres
from foundation.core.access import is_for_programs
from foundation.core.db import db
from foundation.core.limits import limiter
from tests.conftest import TEMPLATE
from tests.factories import Visitor, another_app, appoint, make_person, sign_in, visitor
from tests.web.matrix import OFFICES, READING, ROLES, STRANGER, Row

MODULES = [import_module(f"tests.web.{path.stem}") for path in sorted(Path(__file__).parent.glob("matrix_*.py"))]
ROWS: list[Row] = [row for module in MODULES for row in module.ROWS]


def _named(row: Row) -> str:
    return f"{row.method} {row.endpoint} {row.of}".strip()


@dataclass(frozen=True)
class World:
    """One application with somebody in each role, signed in, and the objects that the rows are about."""

    app: Flask
    people: dict[str, Person]
    objects: dict[str, dict[str, Any]]

    def browser(self, role: str, *, forgery_protection: bool = False) -> Visitor:
        """Return a browser of somebody in the role; a new one, because some rows sign out."""
        client = visitor(self.app, forgery_protection=forgery_protection)
        if role != STRANGER:
            sign_in(client, self.people[role].address)
        return client

    def status(self, role: str, path: str, row: Row) -> int:
        """Send the row's request as somebody in the role, and return the status of the answer."""
        with self.browser(role).open(path, method=row.method, **row.send) as answer:
            return int(answer.status_code)

    def path(self, row: Row) -> str:
        """Return the address that the row asks for."""
        return self.address(row.endpoint, self.objects[row.of])

    def address(self, endpoint: str, values: dict[str, Any]) -> str:
        """Return the address of an endpoint with these values in it."""
        return str(self.app.url_map.bind("127.0.0.1").build(endpoint, values))


@pytest.fixture(scope="module")
def world(postgres_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """Made once, for no row changes anything that another row is about."""
    maintenance = make_url(postgres_url).set(database="postgres")
    postgres.create_database(maintenance, "matrix", template=TEMPLATE)
    url = maintenance.set(database="matrix").render_as_string(hide_password=False)
    settings = load_settings({"FOOTING_ENV": "test"}, tmp_path_factory.mktemp("matrix"))
    with another_app(replace(settings, database_url=url)) as app:
        limiter.enabled = False
        with app.app_context():
            yield _inhabited(app)
            db.session.close()
        limiter.enabled = True
    postgres.drop_database(maintenance, "matrix")


def _inhabited(app: Flask) -> World:
    people = {role: make_person(db.session, name=role.replace("_", " ").title()) for role in OFFICES}
    for role, office in OFFICES.items():
        if office is not None:
            appoint(db.session, people[role], office)
    objects: dict[str, dict[str, Any]] = {"": {}}
    for module in MODULES:
        objects |= module.arrange(db.session, people) if hasattr(module, "arrange") else {}
    return World(app, people, objects)


def _methods(rule: Rule) -> set[str]:
    return (rule.methods or set()) - {"HEAD", "OPTIONS"}


def test_every_route_has_a_row_and_every_row_a_route(world: World) -> None:
    routes = {(rule.endpoint, method) for rule in world.app.url_map.iter_rules() for method in _methods(rule)}
    rows = {(row.endpoint, row.method) for row in ROWS}
    assert sorted(routes - rows) == [], "add a row for each to tests/web/matrix_<package>.py"
    assert sorted(rows - routes) == [], "these rows are of no route"


@pytest.mark.parametrize("row", ROWS, ids=_named)
def test_each_role_gets_what_the_matrix_says(world: World, row: Row) -> None:
    path = world.path(row)
    got = {role: world.status(role, path, row) for role in ROLES}
    assert got == {role: row.status(role) for role in ROLES}


@pytest.mark.parametrize("row", [row for row in ROWS if row.of], ids=_named)
def test_what_does_not_exist_is_no_fault_and_gives_nothing_away(world: World, row: Row) -> None:
    for stand_in in ("1" * 22, "x", "..%2f..", "0" * 3_000):
        values = {name: stand_in if isinstance(value, str) else 10**9 for name, value in world.objects[row.of].items()}
        for role in ("stranger", "voter", "official", "registrar", "trustee"):
            allowed = {404, 410} | ({row.status(role)} - {200})
            assert world.status(role, world.address(row.endpoint, values), row) in allowed, (role, stand_in[:30])


def test_every_post_is_refused_without_its_token_whoever_sends_it(world: World) -> None:
    for row in ROWS:
        if row.method in READING:
            continue
        for role in (STRANGER, "official", "voter"):
            client = world.browser(role, forgery_protection=True)
            answer = client.open(world.path(row), method=row.method, headers={"Accept": "application/json"})
            # Where programs act, a browser is nobody: what it cannot do needs no token against forgery.
            refused = (401, "no-token") if is_for_programs(world.path(row)) else (400, "form-expired")
            assert (answer.status_code, answer.json["error"]["code"]) == refused, (role, row.endpoint)


def test_an_office_that_ended_gives_nothing(world: World) -> None:
    person = make_person(db.session)
    (appointment,) = appoint(db.session, person, next(office for office in OFFICES.values() if office))
    appointments.end_appointment(db.session, appointment, reason="Over.", by="operator", now=clock.now())
    db.session.commit()
    client = visitor(world.app)
    sign_in(client, person.address)
    for row in ROWS:
        if row.method in READING and row.status("official") == 200 and row.status("member") == 403:
            assert client.get(world.path(row)).status_code == 403
