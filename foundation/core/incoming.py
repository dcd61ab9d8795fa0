"""What a request may bring: so many bytes and no more, and JSON that is cheap to read.

An address takes 2 MiB unless it declares with `up_to` what it takes. JSON is measured before it is parsed: its depth,
its numbers, and all that stands outside its strings, which is what costs memory; a file within a string costs its
length.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable
from itertools import accumulate
from typing import Any, NoReturn, TypeVar

from flask import Flask, current_app, request
from flask_babel import gettext as _

from foundation.core.errors import Invalid

View = TypeVar("View", bound=Callable[..., Any])
ORDINARY = 2 * 1024 * 1024
LARGEST_UPLOAD = 64 * 1024 * 1024
LARGEST_PICTURE = 8 * 1024 * 1024
MOST_STRUCTURE = 512 * 1024
MOST_STRINGS = 50_000
DEEPEST = 32
LONGEST_NUMBER = 40
HALF = re.compile(rb"\\u[dD][89a-fA-F]")
NOT_BRACKETS = bytes(set(range(256)) - set(b"[]{}"))
STEP = {ord("["): 1, ord("{"): 1, ord("]"): -1, ord("}"): -1}


def up_to(size: int) -> Callable[[View], View]:
    """Declare that an endpoint takes requests of up to so many bytes, where that is not the ordinary."""

    def declare(view: View) -> View:
        view.largest = size  # type: ignore[attr-defined]
        return view

    return declare


def read_json(data: bytes) -> Any:
    """Return the value of a JSON text, or raise Invalid; nothing that somebody sends takes long or much memory."""
    brackets = _outside_strings(data).translate(None, NOT_BRACKETS)
    if max(accumulate(STEP[byte] for byte in brackets), default=0) > DEEPEST:
        raise Invalid(_("What was sent is nested deeper than %(most)s levels.", most=DEEPEST), code="bad-json")
    try:
        value = _DECODER.decode(data.decode())
    except ValueError:
        raise Invalid(_("What was sent is not JSON."), code="bad-json") from None
    if HALF.search(data):
        _refuse_halves(value)
    return value


def _refuse_halves(value: Any) -> None:
    """Raise Invalid where halves of characters make no whole ones: they can be neither stored nor answered."""
    try:
        json.dumps(value, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        raise Invalid(_("What was sent holds half of a character."), code="bad-json", status=422) from None


def _outside_strings(data: bytes) -> bytes:
    """Return what stands outside strings, or raise Invalid where that, or the number of strings, is too large."""
    # Without its escapes each quotation mark that is left begins or ends a string, and every second piece is outside.
    plain = data.replace(rb"\\", b"").replace(rb"\"", b"") if b"\\" in data else data
    if plain.count(b'"') > 2 * MOST_STRINGS:
        raise _too_large()
    structure = b"".join(plain.split(b'"')[::2])
    if len(structure) > MOST_STRUCTURE:
        raise _too_large()
    return structure


def _too_large() -> Invalid:
    return Invalid(_("What was sent is too large."), code="too-large", status=413)


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    value = dict(pairs)
    if len(value) != len(pairs):
        # Two programs may each take another of the two: what was checked might not be what is done.
        raise ValueError
    return value


def _number(kind: Callable[[str], Any]) -> Callable[[str], Any]:
    def read(digits: str) -> Any:
        if len(digits) > LONGEST_NUMBER or not math.isfinite(value := kind(digits)):
            raise ValueError
        return value

    return read


def _no_number(_name: str) -> NoReturn:
    raise ValueError


_DECODER = json.JSONDecoder(
    object_pairs_hook=_object, parse_int=_number(int), parse_float=_number(float), parse_constant=_no_number
)


class CarefulJson:
    """What stands in for the `json` module where a request's body is read."""

    @staticmethod
    def loads(data: bytes) -> Any:
        """Read the body."""
        return read_json(data)


def _measure() -> None:
    view = current_app.view_functions.get(request.endpoint or "")
    request.max_content_length = getattr(view, "largest", ORDINARY)
    request.json_module = CarefulJson


def init_app(app: Flask) -> None:
    """Measure every request; called before anything that reads a body, such as the protection against forgery."""
    app.config["MAX_CONTENT_LENGTH"] = ORDINARY
    app.before_request(_measure)
