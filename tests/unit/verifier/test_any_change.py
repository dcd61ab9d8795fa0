"""Whatever stands in the place of any part of an archive, properly chained: a check fails, and nothing crashes."""

import copy
import json
from collections.abc import Iterator
from concurrent.futures import Executor, ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from elections.crypto.archive import sha256_hex
from elections.verifier.case import Materials
from elections.verifier.catalogue import CATALOGUE
from elections.verifier.verification import verify
from tests.unit.verifier.forged_proofs import proved
from tests.unit.verifier.forgeries import certified, honest, of, signed_papers

WITHOUT_BALLOTS = [check for check in CATALOGUE if check.id in {"V8", "V15", "V35", "V36", "R3"}]
"""What looks at what lies beside an archive; the rest is tried above, and would take most of the time."""

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


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
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


def beside(materials: Materials, name: str) -> bytes:
    """Return what is published beside an archive under this name."""
    found = materials.certificate.certificate if name == "certificate" and materials.certificate else None
    return found if found is not None else getattr(materials, name)


def with_beside(materials: Materials, name: str, content: bytes) -> Materials:
    """Return the materials with other content under this name; a certificate is signed anew."""
    if name != "certificate":
        return replace(materials, **{name: content})
    assert materials.certificate is not None
    return replace(materials, certificate=signed_papers(content))


@settings(max_examples=200)
@given(draw=st.data())
def test_a_change_of_what_lies_beside_fails_a_check_and_nothing_crashes(draw: st.DataObject) -> None:
    name = draw.draw(st.sampled_from(["outcome", "outcome", "certificate", "certificate", "manifest"]))
    materials = certified()
    old = json.loads(beside(materials, name))
    new = changed(copy.deepcopy(old), draw)
    assume(json.dumps(new) != json.dumps(old))
    indent, separators = (1, None) if name == "certificate" else (None, (",", ":"))
    content = json.dumps(new, ensure_ascii=False, indent=indent, separators=separators).encode()
    report = verify(
        with_beside(materials, name, content + b"\n" * (name == "certificate")), catalogue=[*WITHOUT_BALLOTS]
    )
    assert report.first_broken in {"V35", "R3"} or _is_wording(old, new, name), report.to_text()


@settings(max_examples=100)
@given(draw=st.data())
def test_a_change_of_the_second_proofs_fails_and_nothing_crashes(draw: st.DataObject) -> None:
    materials = proved(honest())
    old = json.loads(beside(materials, "decryptions"))
    new = changed(copy.deepcopy(old), draw)
    assume(json.dumps(new) != json.dumps(old))
    content = json.dumps(new, ensure_ascii=False, separators=(",", ":")).encode()
    report = verify(replace(materials, decryptions=content), catalogue=WITHOUT_BALLOTS)
    # A trustee may give no second proof: an entry that is left out is no contradiction.
    left_out = isinstance(new, list) and all(entry in old for entry in new) and len(new) < len(old)
    assert report.first_broken == (None if left_out else "V36"), report.to_text()


def _is_wording(old: Any, new: Any, name: str) -> bool:
    """Tell whether only that was changed which nothing published contradicts."""
    if not isinstance(new, dict):
        return False
    if name == "certificate":
        free = ("complaints", "second_counts", "made_at", "roll")
        return all(old[key] == new.get(key) for key in old if key not in free) and len(old) == len(new)
    if name == "outcome":
        for value in (old, new):
            for report in value.get("contests", []):
                for result in report.get("results", []) if isinstance(report, dict) else []:
                    if isinstance(result, dict):
                        result.pop("title", None), result.pop("explanation", None)
    return bool(old == new)
