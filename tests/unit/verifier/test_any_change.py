"""Whatever stands in the place of any part of an archive, properly chained: a check fails, and nothing crashes."""

import json
from collections.abc import Iterator
from concurrent.futures import Executor, ThreadPoolExecutor
from typing import Any

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from elections.crypto.archive import sha256_hex
from elections.verifier.verification import verify
from tests.unit.verifier.forgeries import honest, of

STRANGE = [
    None,
    True,
    0,
    -1,
    10**14,
    10**80,
    1.5,
    "",
    "0",
    "x",
    "0" * 64,
    "f" * 64,
    "1" * 76,
    "é",
    [],
    {},
    [[]],
    "\x00",
]


@pytest.fixture(scope="module")
def elsewhere() -> Iterator[Executor]:
    with ThreadPoolExecutor(2) as executor:
        yield executor


def changed(value: Any, draw: st.DataObject) -> Any:
    """Return the value with one part, at any depth, replaced, dropped or doubled."""
    parts = list(value) if isinstance(value, dict) else list(range(len(value))) if isinstance(value, list) else []
    what = draw.draw(st.sampled_from(["within", "within", "drop", "double", "replace"] if parts else ["replace"]))
    if what == "replace":
        return draw.draw(st.sampled_from(STRANGE))
    key = draw.draw(st.sampled_from(parts))
    if what == "within":
        value[key] = changed(value[key], draw)
    elif what == "drop":
        del value[key]
    elif isinstance(value, list):
        value.append(value[key])
    return value


@settings(deadline=None, max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(draw=st.data())
def test_a_change_anywhere_fails_a_check(draw: st.DataObject, elsewhere: Executor) -> None:
    pieces = honest().pieces
    _, contents = draw.draw(st.sampled_from([piece for piece in pieces if piece[1]]))
    place = draw.draw(st.integers(0, len(contents) - 1))
    old = contents[place]
    contents[place] = json.dumps(changed(json.loads(old), draw), separators=(",", ":")).encode()
    assume(contents[place] != old)
    for later in range(place + 1, len(contents)):
        contents[later] = contents[later].replace(sha256_hex(old).encode(), sha256_hex(contents[place]).encode())
    materials = of(pieces)
    report = verify(materials)
    assert not report.ok
    assert verify(materials, executor=elsewhere, jobs=2) == report
