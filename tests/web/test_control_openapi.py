"""The interface for programs keeps to its own description, whatever is sent to it."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

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
from foundation.core import clock
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
