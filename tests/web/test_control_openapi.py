"""The interface for programs keeps to its own description, whatever is sent to it."""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import jsonschema_rs
import pytest
import schemathesis
from flask import Flask
from hypothesis import HealthCheck, Phase, given
from hypothesis import settings as hypothesis_settings
from schemathesis import Case, GenerationMode
from schemathesis.checks import (
    content_type_conformance,
    not_a_server_error,
    response_schema_conformance,
    status_code_conformance,
)
from schemathesis.specs.openapi.checks import ignored_auth, negative_data_rejection, unsupported_method

from elections import demo
from elections.cycles.dates import Dates
from elections.cycles.services import course, drafting, rules_in_force
from elections.cycles.services.drafting import NewCycle
from elections.models import CredentialSource
from elections.services.setup import NewTrustee
from foundation.config import Settings
from foundation.core import clock, programs
from foundation.core.access import PERMISSIONS_OF, Office, Permission
from foundation.core.db import db
from foundation.core.limits import limiter
from tests.election_factories import SERVER, opened
from tests.factories import another_app, in_context, official, visitor
from tests.journey import hours
from tests.program import token_of

CHECKED = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]
STRICT = [*CHECKED, negative_data_rejection, unsupported_method, ignored_auth]
EXAMPLES = 4
# What is given is the same in each run: a description that is broken is found by whoever broke it.
BOUNDED = hypothesis_settings(
    max_examples=EXAMPLES,
    deadline=None,
    derandomize=True,
    database=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)


@dataclass(frozen=True)
class World:
    """An application, and a program of each office."""

    app: Flask
    tokens: dict[Office, str]

    def token_for(self, case: Case) -> str:
        """Return the token of an office that may do what the case asks, so that more than the door is tried."""
        path = case.path.replace("{", "").replace("}", "")
        for value in case.path_parameters or {}:
            path = path.replace(value, "1")
        endpoint, _ = self.app.url_map.bind("127.0.0.1").match(path, method=case.method)
        wanted: Permission | None = self.app.view_functions[endpoint].access.permission  # type: ignore[attr-defined]
        offices = (office for office, allowed in PERMISSIONS_OF.items() if wanted is None or wanted in allowed)
        return self.tokens[next(offices)]


@pytest.fixture
def world(settings: Settings) -> Iterator[World]:
    with another_app(settings) as app:
        limiter.enabled = False
        visitor(app)
        yield in_context(app, lambda: _inhabited(app))
        limiter.enabled = True


def _inhabited(app: Flask) -> World:
    tokens = {office: token_of(db.session, official(db.session, office), office) for office in Office}
    return World(app, tokens)


def operations(app: Flask) -> list[Any]:
    schema = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", app)
    return [found.ok() for found in schema.get_all_operations()]


def in_a_cycle() -> str:
    """Make the first cycle, announce it, and return its election."""
    session, now = db.session, clock.now()
    by, trustee = official(session, Office.ELECTION_OFFICIAL), NewTrustee("Tess Trustee")
    rules_in_force.adopt_rules(session, demo.RULES.read_text(), by=by, now=now)
    new = NewCycle(
        title="Board elections",
        contests=["individual-director"],
        dates=Dates(**hours()),
        trustees=[SERVER, trustee],
        credential_source=CredentialSource.SERVER,
    )
    made = drafting.draft(session, new, by=by, now=now)
    course.announce(session, made.id, by=by, now=now)
    session.commit()
    return made.elections[0].uuid


def described(app: Flask) -> Iterator[tuple[str, dict[str, Any]]]:
    """Each operation of the document, with a name for whoever reads that it is not complete."""
    for path, methods in in_context(app, lambda: programs.document(app))["paths"].items():
        for method in programs.METHODS:
            if method in methods:
                yield f"{method} {path}", methods[method]


def test_every_operation_says_what_it_does_whose_token_it_takes_and_how_it_is_refused(app: Flask) -> None:
    found = dict(described(app))
    assert len(found) > 35
    assert len({one["operationId"] for one in found.values()}) == len(found)
    for name, one in found.items():
        assert one["summary"].endswith("."), name
        assert "429" in one["responses"], name
        if one.get("security") == []:
            assert one["description"] == "It takes no token."
        else:
            assert one.get("x-permission", "any office") in one["description"], name
            assert {"401", "403"} <= one["responses"].keys(), name
        if not name.startswith("get"):
            assert "409" in one["responses"], name
        if "requestBody" in one:
            assert {"400", "422"} <= one["responses"].keys(), name


def test_every_body_has_an_example_of_its_own_shape(app: Flask) -> None:
    document = in_context(app, lambda: programs.document(app))
    # OpenAPI 3.0 writes «may be null» in a way of its own; otherwise its schemas are those of JSON Schema.
    schemas = json.loads(json.dumps(document["components"]), object_hook=_nullable)
    checked = 0
    for name, one in described(app):
        for content in _bodies(one):
            schema = {**json.loads(json.dumps(content["schema"]), object_hook=_nullable), "components": schemas}
            jsonschema_rs.validate(schema, content["example"])
            assert None not in _texts(content["example"], document, content["schema"]), name
            checked += 1
    assert checked > 50


def _bodies(operation: dict[str, Any]) -> Iterator[dict[str, Any]]:
    answers = [answer for status, answer in operation["responses"].items() if status.startswith("2")]
    for holder in (operation.get("requestBody", {}), *answers):
        yield from holder.get("content", {}).values()


def _nullable(schema: dict[str, Any]) -> dict[str, Any]:
    if schema.pop("nullable", False) and isinstance(schema.get("type"), str):
        schema["type"] = [schema["type"], "null"]
    return schema


def _texts(example: Any, document: dict[str, Any], schema: dict[str, Any]) -> Iterator[object]:
    """The example's parts that cannot be null."""
    if "$ref" in schema:
        schema = document["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
    if schema.get("type") == "array":
        yield from _texts(example[0], document, schema["items"])
    for name, part in schema.get("properties", {}).items():
        if not part.get("nullable"):
            yield from _texts(example[name], document, part)
    if not schema.get("properties"):
        yield example


@pytest.mark.slow
@pytest.mark.parametrize("mode", GenerationMode, ids=str)
def test_whatever_is_sent_is_answered_as_described(world: World, mode: GenerationMode) -> None:
    for operation in operations(world.app):
        if mode is GenerationMode.NEGATIVE and not operation.body:
            continue

        @BOUNDED
        @given(case=operation.as_strategy(generation_mode=mode))
        def try_it(case: Case) -> None:
            headers = {"Authorization": f"Bearer {world.token_for(case)}"}
            case.call_and_validate(headers=headers, checks=STRICT)

        try_it()


@pytest.mark.slow
def test_whatever_is_done_to_what_exists_is_answered_as_described(world: World) -> None:
    uuids = in_context(world.app, lambda: [opened(db.session).uuid, in_a_cycle()])
    turns = itertools.cycle(uuids)
    # Annulling comes last, or there would be little left to try.
    for operation in sorted(operations(world.app), key=lambda one: "annul" in one.path):

        @BOUNDED
        @given(case=operation.as_strategy())
        def try_it(case: Case) -> None:
            for name in case.path_parameters or {}:
                case.path_parameters[name] = next(turns) if name == "uuid" else 1
            headers = {"Authorization": f"Bearer {world.token_for(case)}"}
            case.call_and_validate(headers=headers, checks=CHECKED)

        try_it()
