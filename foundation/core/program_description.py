"""What the OpenAPI document says beyond the shapes: an operation's name, whose token it takes, how it can be refused,
and an example of all that is sent and answered.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _

from foundation.core.access import PERMISSIONS_OF, Access
from foundation.core.program_rate import RATE

Described = dict[str, Any]
JSON = "application/json"
BY_FORMAT = {"date-time": "2027-03-01T12:00:00+00:00", "date": "2027-02-01"}
BY_TYPE: dict[str, Any] = {"integer": 1, "boolean": True, "number": 1, "object": {}}


@dataclass(frozen=True, slots=True)
class Error:
    """A way in which a request can be refused: its name in the document, what it means, and a code as an example."""

    name: str
    means: str
    code: str
    message: str


ERRORS = {
    "400": Error(
        "CannotBeUsed",
        "What was sent has the right form, and its content cannot be used.",
        "bad-dates",
        "4.4 asks for at least 7 days of voting; these are 6 days.",
    ),
    "401": Error(
        "NoToken", "No token was sent, or one that is not valid any more.", "no-token", "Send a token of an office."
    ),
    "403": Error(
        "NotAllowed",
        "The office of the token does not allow this, or its owner may not decide about this matter.",
        "official-stands",
        "You stand in this election, and so you hold no office in it. Another official must do this.",
    ),
    "404": Error(
        "NotThere", "There is no such thing.", "no-such-election", "There is no election with this identifier."
    ),
    "409": Error(
        "NotNow",
        "The state of things does not allow it, or somebody else was first. Nothing was changed.",
        "wrong-phase",
        "An election that is closed cannot become one that is open for voting.",
    ),
    "429": Error(
        "TooMany",
        f"The token asks more often than {RATE}. Nothing was done; the header Retry-After says when to ask again.",
        "too-many",
        "This program asks too often. Nothing was done; ask again in 12 seconds.",
    ),
}
RETRY_AFTER = {
    "Retry-After": {"description": "In how many seconds to ask again.", "schema": {"type": "integer", "minimum": 1}}
}


def describe_errors(described: Described) -> None:
    """Add the answers that operations refer to."""
    responses = described["components"].setdefault("responses", {})
    for status, error in ERRORS.items():
        body = {"error": {"code": error.code, "message": error.message}}
        content = {JSON: {"schema": {"$ref": "#/components/schemas/Refused"}, "example": body}}
        headers = {"headers": RETRY_AFTER} if status == "429" else {}
        responses[error.name] = {"description": error.means, "content": content, **headers}


def describe(described: Described, path: str, method: str, *, endpoint: str, access: Access) -> None:
    """Complete one operation: its name, whose token it takes, its refusals and its examples."""
    operation = described["paths"][path][method]
    operation["operationId"] = endpoint.rpartition(".")[2]
    operation["description"] = scope(access)
    if access.permission is not None:
        operation["x-permission"] = access.permission.value
    elif access.anyone:
        operation["security"] = []
    for status in _refusals(path, method, operation, access):
        operation["responses"].setdefault(status, {"$ref": f"#/components/responses/{ERRORS[status].name}"})
    for content in _contents(operation):
        content["example"] = example_of(described, content["schema"])


def scope(access: Access) -> str:
    """Say whose token an operation takes."""
    if access.anyone:
        return str(_("It takes no token."))
    if access.permission is None:
        return str(_("It takes a token of any office."))
    offices = (office for office, allowed in PERMISSIONS_OF.items() if access.permission in allowed)
    words = {"permission": access.permission.value, "office": ", ".join(office.replace("_", " ") for office in offices)}
    return str(_("It takes a token with the permission %(permission)s, of the office: %(office)s.", **words))


def _refusals(path: str, method: str, operation: Described, access: Access) -> Iterator[str]:
    yield "429"
    if "requestBody" in operation:
        yield "400"
    if not access.anyone:
        yield from ("401", "403")
    if "{" in path or (method == "get" and access.anyone):
        yield "404"
    if method != "get":
        yield "409"


def _contents(operation: Described) -> Iterator[Described]:
    if "requestBody" in operation:
        yield operation["requestBody"]["content"][JSON]
    for status, answer in operation["responses"].items():
        if status.startswith("2") and JSON in answer.get("content", {}):
            yield answer["content"][JSON]


def example_of(described: Described, schema: Described) -> Any:
    """Compose an example from those of the schema's parts; a part that has none is of a kind that explains itself."""
    if "$ref" in schema or "allOf" in schema:
        name = (schema.get("$ref") or schema["allOf"][0]["$ref"]).rpartition("/")[2]
        return example_of(described, described["components"]["schemas"][name])
    if "example" in schema or "enum" in schema:
        return schema["example"] if "example" in schema else schema["enum"][0]
    if schema.get("type") == "array":
        return [example_of(described, schema["items"])]
    if "properties" in schema:
        return {name: example_of(described, part) for name, part in schema["properties"].items()}
    return BY_FORMAT.get(schema.get("format", "")) or BY_TYPE.get(schema.get("type", ""))
