"""The programs' way in: JSON under /api/v1 with tokens of offices, described by one OpenAPI document.

A feature brings its endpoints as a `Blueprint` from here and registers it with `join`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from copy import deepcopy
from dataclasses import dataclass
from typing import Any, TypeVar

import flask_smorest  # type: ignore[import-untyped]
from flask import Blueprint as PlainBlueprint
from flask import Flask, Request, Response, current_app, jsonify, render_template
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_smorest import Blueprint as DescribedBlueprint
from flask_wtf import CSRFProtect
from marshmallow import Schema, ValidationError, fields
from webargs import missing
from webargs.flaskparser import FlaskParser, is_json_request
from werkzeug.exceptions import UnprocessableEntity

from foundation.core import program_description, program_rate
from foundation.core.access import NOBODY, PROGRAMS, Access, public
from foundation.core.incoming import read_json
from foundation.core.logs import get_logger

log = get_logger()
KEY = "programs"
View = TypeVar("View", bound=Callable[..., Any])
METHODS = ("get", "put", "post", "delete")
# What a column of the database can number: a larger one in an address names nothing.
LARGEST_ID = 2**31 - 1
ID = f"<int(min=1, max={LARGEST_ID}):{{}}>"
PARAMETER = re.compile(r"<(?:[^<>]*:)?(\w+)>")
bp = PlainBlueprint("programs_interface", __name__)
page = PlainBlueprint("programs_page", __name__)


class Text(fields.String):
    """A text that can be stored: no NUL, which the database has no place for, and no halves of characters."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> str:
        text = super()._deserialize(value, attr, data, **kwargs)
        if "\0" in text or any("\ud800" <= character <= "\udfff" for character in text):
            raise ValidationError(_("This text holds characters that cannot be stored."))
        return str(text)


class ErrorFacts(Schema):
    """Why a request was refused."""

    code = fields.String(required=True, metadata={"description": "Stable, for programs.", "example": "wrong-phase"})
    message = fields.String(
        required=True, metadata={"description": "A sentence, for people.", "example": "Voting is not open."}
    )
    fields_ = fields.Dict(data_key="fields", metadata={"description": "What is wrong with which part."})
    reference = fields.String(
        metadata={"description": "A fault's number, to be told to the operators.", "example": "9f2c01ab"}
    )


class Refused(Schema):
    """The body of every answer that is not a success."""

    error = fields.Nested(ErrorFacts, required=True)


class Interface(flask_smorest.Api):  # type: ignore[misc]
    """The one description of the interface; errors are answered by the house, not by the library."""

    ERROR_SCHEMA = Refused

    def _register_error_handlers(self) -> None:
        """Leave every error to `foundation.core.errors`, but for a body or query that is not as described."""
        self._app.register_error_handler(UnprocessableEntity, _on_wrong_shape)


class Reader(FlaskParser):
    """Reads bodies as the rest of the house does: measured before they are parsed."""

    def _raw_load_json(self, req: Request) -> Any:
        data = req.get_data(cache=True) if is_json_request(req) else b""
        return read_json(data) if data.strip() else missing


class Blueprint(DescribedBlueprint):  # type: ignore[misc]
    """A feature's endpoints for programs: the library's, with types."""

    ARGUMENTS_PARSER = Reader()

    def __init__(self, *names: Any, **options: Any) -> None:
        super().__init__(*names, **options)
        self.before_request(program_rate.limit)

    def get(self, rule: str, **options: Any) -> Callable[[View], View]:
        """Declare an endpoint that reads."""
        return self._typed(super().get(rule, **options))

    def post(self, rule: str, **options: Any) -> Callable[[View], View]:
        """Declare an endpoint that acts."""
        return self._typed(super().post(rule, **options))

    def put(self, rule: str, **options: Any) -> Callable[[View], View]:
        """Declare an endpoint that brings something whole."""
        return self._typed(super().put(rule, **options))

    def arguments(self, schema: Any, **options: Any) -> Callable[[View], View]:
        """Say what is sent; it is given to the view first."""
        return self._typed(super().arguments(schema, **options))

    def response(self, status_code: int, schema: Any = None, **options: Any) -> Callable[[View], View]:
        """Say what is answered."""
        return self._typed(super().response(status_code, schema, **options))

    @staticmethod
    def _typed(decorator: Any) -> Callable[[View], View]:
        typed: Callable[[View], View] = decorator
        return typed


def join(app: Flask, blueprint: Blueprint, csrf: CSRFProtect) -> None:
    """Add a feature's endpoints; a token is no cookie that a browser sends unasked, so no form token is needed."""
    interface = app.extensions.get(KEY) or _begin(app)
    interface.register_blueprint(blueprint, url_prefix=PROGRAMS.rstrip("/"))
    csrf.exempt(blueprint)


def document(app: Flask) -> dict[str, Any]:
    """Return the OpenAPI document; `x-permission` says what an office must allow, where not anyone may ask."""
    described: dict[str, Any] = deepcopy(app.extensions[KEY].spec.to_dict())
    program_description.describe_errors(described)
    for rule in app.url_map.iter_rules():
        path = PARAMETER.sub(r"{\1}", rule.rule)
        access: Access = getattr(app.view_functions[rule.endpoint], "access", NOBODY)
        for method in {name.lower() for name in rule.methods or ()} & described["paths"].get(path, {}).keys():
            program_description.describe(described, path, method, endpoint=rule.endpoint, access=access)
    return described


@dataclass(frozen=True, slots=True)
class Sent:
    """One part of what is sent: its name, what it is, and whether it can be left out."""

    name: str
    kind: str
    needed: bool


@dataclass(frozen=True, slots=True)
class Operation:
    """What a program can ask: how, what it does, which permission it takes, and what is sent."""

    method: str
    path: str
    summary: str
    scope: str
    permission: str | None
    sent: tuple[Sent, ...]
    example: str | None


def operations(described: dict[str, Any]) -> list[Operation]:
    """Return the document's operations for a page, by their paths."""
    return [
        Operation(
            method.upper(),
            path,
            content[method].get("summary", ""),
            content[method].get("description", ""),
            content[method].get("x-permission"),
            tuple(_sent(described, content[method])),
            _example(content[method]),
        )
        for path, content in sorted(described["paths"].items())
        for method in METHODS
        if method in content
    ]


def _example(operation: dict[str, Any]) -> str | None:
    body = operation.get("requestBody")
    example = body["content"]["application/json"].get("example") if body else None
    return None if example is None else json.dumps(example, indent=2, ensure_ascii=False)


def _sent(described: dict[str, Any], operation: dict[str, Any]) -> Iterator[Sent]:
    body = operation.get("requestBody")
    if body is None:
        return
    name = body["content"]["application/json"]["schema"]["$ref"].rpartition("/")[2]
    schema = described["components"]["schemas"][name]
    for part, what in schema["properties"].items():
        kind = what.get("format") or what.get("type") or what.get("$ref", "").rpartition("/")[2]
        choices = ", ".join(str(choice) for choice in what.get("enum", ()) if choice is not None)
        yield Sent(part, choices or str(kind if isinstance(kind, str) else kind[0]), part in schema.get("required", ()))


def _begin(app: Flask) -> Interface:
    app.config.update(API_TITLE="Footing", API_VERSION="1", OPENAPI_VERSION="3.0.3")
    about = (
        "Each request carries a token that belongs to one appointment: “Authorization: Bearer …”. "
        "It may do what that office may, while the appointment lasts, and nothing else. "
        f"Each token may ask {program_rate.RATE}; beyond that the answer is 429 with a Retry-After. "
        "Of two who act at once the second is told 409, and nothing of it is done. Times carry their zone (RFC 3339)."
    )
    interface = Interface(app, spec_kwargs={"info": {"description": about}, "security": [{"token": []}]})
    interface.spec.components.security_scheme("token", {"type": "http", "scheme": "bearer"})
    app.extensions[KEY] = interface
    app.register_blueprint(bp, url_prefix=PROGRAMS.rstrip("/"))
    app.register_blueprint(page)
    return interface


@bp.get("/openapi.json")
@public
def openapi() -> ResponseReturnValue:
    """Send the OpenAPI document."""
    return jsonify(document(current_app))


@page.get("/programs")
@public
def describe() -> ResponseReturnValue:
    """Show the interface as a page; it stands apart from the interface, where browsers are not recognised."""
    return render_template("programs.html", operations=operations(document(current_app)), rate=program_rate.RATE)


@bp.after_app_request
def name_the_scheme(response: Response) -> Response:
    """Say how to authenticate, as RFC 6750 asks, wherever a token was missing."""
    if response.status_code == 401:  # noqa: PLR2004
        response.headers.setdefault("WWW-Authenticate", 'Bearer realm="Footing"')
    return response


def _on_wrong_shape(error: UnprocessableEntity) -> ResponseReturnValue:
    log.info("refused", code="wrong-shape", status=422)
    message = _("What was sent does not have the form that this address asks for.")
    wrong = (getattr(error, "data", None) or {}).get("messages", {})
    return jsonify(error={"code": "wrong-shape", "message": message, "fields": wrong}), 422
