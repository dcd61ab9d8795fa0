"""JSON that is exact about bytes, as specification 4.1 demands: compact form, given order of fields.

Hashes are taken over bytes as published, so a text that can be written in two ways is a danger. Reading therefore
refuses everything Belenios would not write itself, and `loads_exact` compares the bytes with their re-serialisation.
"""

import json
from collections.abc import Sequence
from typing import NoReturn, TypeAlias

from .errors import Malformed, NotCanonical, TooLarge

Json: TypeAlias = "bool | int | str | list[Json] | dict[str, Json] | None"

LIMIT_BYTES = 256 * 1024 * 1024
LIMIT_DEPTH = 32
LIMIT_DIGITS = 15

_QUOTE = ord('"')
_NEITHER = bytes(set(range(256)) - set(b'[]{}"'))
_STEP = {ord("["): 1, ord("{"): 1, ord("]"): -1, ord("}"): -1}


def dumps(value: Json) -> bytes:
    """Serialise compactly, keys in the order given, as belenios-tool writes: UTF-8, and DEL escaped like a control."""
    text = json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    try:
        return text.replace("\x7f", "\\u007f").encode()
    except UnicodeEncodeError as error:
        raise Malformed("A string holds half of a surrogate pair, which is not a character.") from error


def loads(data: bytes, *, limit_bytes: int = LIMIT_BYTES, limit_depth: int = LIMIT_DEPTH) -> Json:
    """Parse `data`; raise TooLarge or Malformed for all that the protocol never writes (floats, duplicate keys, …)."""
    if len(data) > limit_bytes:
        raise TooLarge(f"The text has {len(data)} bytes; at most {limit_bytes} are accepted.")
    if _depth(data) > limit_depth:
        raise TooLarge(f"The text is nested deeper than {limit_depth} levels.")
    try:
        text = str(data, "utf-8")
    except UnicodeDecodeError as error:
        raise Malformed("The text is not UTF-8.") from error
    if text.startswith("\ufeff"):
        raise Malformed("The text begins with a byte order mark.")
    try:
        value: Json = _DECODER.decode(text)
    except json.JSONDecodeError as error:
        raise Malformed(f"The text is not JSON: {error.msg} at character {error.pos}.") from error
    return value


def loads_exact(data: bytes, *, limit_bytes: int = LIMIT_BYTES, limit_depth: int = LIMIT_DEPTH) -> Json:
    """Parse `data` and raise NotCanonical unless serialising the value again gives the same bytes."""
    value = loads(data, limit_bytes=limit_bytes, limit_depth=limit_depth)
    if dumps(value) != data:
        raise NotCanonical("The text is not in compact form: serialising it again gives other bytes.")
    return value


def fields(value: Json, *names: str) -> dict[str, Json]:
    """Return the object `value` if its keys are exactly `names` in that order; a leading "?" marks an optional one."""
    if not isinstance(value, dict):
        raise Malformed(f"Expected an object with the keys {', '.join(names)}.")
    if tuple(value) == names:
        return value
    known = [name.removeprefix("?") for name in names]
    unknown = [key for key in value if key not in known]
    missing = [name for name in names if not name.startswith("?") and name not in value]
    if unknown or missing:
        raise Malformed(_keys_sentence(unknown, missing))
    if list(value) != [name for name in known if name in value]:
        raise NotCanonical(f"The keys must stand in the order {', '.join(known)}.")
    return value


def array(value: Json, length: int | None = None) -> list[Json]:
    """Return `value` if it is an array, of exactly `length` entries when a length is given."""
    if not isinstance(value, list):
        raise Malformed("Expected an array.")
    if length is not None and len(value) != length:
        raise Malformed(f"Expected an array of {length} entries, found {len(value)}.")
    return value


def string(value: Json) -> str:
    """Return `value` if it is a string."""
    if not isinstance(value, str):
        raise Malformed("Expected a string.")
    return value


def strings(value: Json) -> tuple[str, ...]:
    """Return `value` as a tuple if it is an array of strings."""
    return tuple(string(entry) for entry in array(value))


def natural(value: Json) -> int:
    """Return `value` if it is an integer of at least zero (true and false are no integers)."""
    if isinstance(value, bool) or not isinstance(value, int) or value < 0:
        raise Malformed("Expected a whole number of at least zero.")
    return value


def _depth(data: bytes) -> int:
    """Return how deep the brackets outside strings are nested, in the time and memory of a few copies of the text."""
    plain = data.replace(rb"\\", b"").replace(rb"\"", b"") if b"\\" in data else data
    # Where two quotation marks meet once all but brackets is gone, nothing stands between: without them it is the same.
    skeleton = plain.translate(None, _NEITHER).replace(b'""', b"")
    depth, deepest, outside = 0, 0, True
    for byte in skeleton:
        if byte == _QUOTE:
            outside = not outside
        elif outside:
            depth += _STEP[byte]
            deepest = max(depth, deepest)
    return deepest


def _keys_sentence(unknown: Sequence[str], missing: Sequence[str]) -> str:
    parts = [f"unknown key {key[:40]!r}" for key in unknown[:3]] + [f"missing key {key!r}" for key in missing[:3]]
    return f"The object has the wrong keys: {', '.join(parts)}."


def _object(pairs: list[tuple[str, Json]]) -> dict[str, Json]:
    value = dict(pairs)
    if len(value) != len(pairs):
        raise Malformed("An object has the same key twice.")
    return value


def _integer(digits: str) -> int:
    if len(digits.removeprefix("-")) > LIMIT_DIGITS:
        raise Malformed(f"A number has more than {LIMIT_DIGITS} digits.")
    return int(digits)


def _no_float(digits: str) -> NoReturn:
    raise Malformed(f"Only whole numbers are accepted, not {digits[:20]}.")


_DECODER = json.JSONDecoder(
    object_pairs_hook=_object, parse_int=_integer, parse_float=_no_float, parse_constant=_no_float
)
