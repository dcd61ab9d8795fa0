"""The certificate's exact bytes, and every way in which one or its signatures can be wrong (SPEC 10)."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from elections.verifier import signers, sshsig
from elections.verifier.certificate import namespace_of, verify_certificate
from elections.verifier.certificate_form import (
    Certificate,
    CertifiedContest,
    Counted,
    Disposed,
    FrozenRoll,
    Lot,
    Rules,
    Skipped,
    Turnout,
)
from elections.verifier.errors import Broken
from elections.verifier.signers import Signer

SPACE = namespace_of("example.org")
SEEDS = {f"certifier-{number}@example.org": bytes([number]) * 32 for number in (1, 2, 3)}
KEYS = {name: sshsig.Signature.parse(sshsig.sign(b"", SPACE, seed)).key for name, seed in SEEDS.items()}
ALLOWED = signers.written(Signer(name, (SPACE,), key) for name, key in KEYS.items())
ONE, TWO, THREE = SEEDS
HASHES = {name: letter * 64 for name, letter in zip(("archive", "manifest", "result"), "abc", strict=True)}

CERTIFICATE = Certificate(
    uuid="3Z5dQUDJNVPTQYMj9Z6ofS",
    title="Board election “2026”",
    foundation="Footing",
    archive_sha256=HASHES["archive"],
    manifest_sha256=HASHES["manifest"],
    roll=FrozenRoll(30, "d" * 64),
    turnout=Turnout(20, 30, "1/2", True),
    result_sha256=HASHES["result"],
    contests=(
        CertifiedContest(
            title="Directors",
            method="schulze",
            seats=2,
            elected=("Ada", "Grace"),
            order=(("Ada",), ("Hedy", "Grace")),
            unresolved=(),
            skipped_by_cap=(Skipped("Hedy", "Her employer holds two seats."),),
            reasons=("Ada beats everybody.",),
        ),
    ),
    lots=(Lot("Olga", "e" * 64, "f" * 64), Lot("the election server", "e" * 64, None)),
    withdrawn=(("Konrad",),),
    rules=Rules("3.1", "a" * 64, 2),
    complaints=(Disposed(1, "2026-11-22T10:00:00Z", "dismissed", "The clock was right."),),
    second_counts=(Counted(0, "belenios-tool 3.0", True),),
    made_at="2026-11-22T12:00:00Z",
)
BODY = CERTIFICATE.to_bytes()


def signed(*names: str, body: bytes = BODY, space: str = SPACE) -> list[str]:
    return [sshsig.sign(body, space, SEEDS[name]) for name in names]


def check(body: bytes = BODY, signatures: list[str] | None = None, allowed: str = ALLOWED, **about: Any) -> Any:
    given = signed(ONE, TWO, body=body) if signatures is None else signatures
    return verify_certificate(body, given, allowed, about.pop("archive", HASHES["archive"]), **about)


def test_a_certificate_is_read_as_it_was_written() -> None:
    assert Certificate.from_bytes(BODY) == CERTIFICATE
    assert BODY.endswith(b"\n}\n")
    assert BODY.startswith(b'{\n "format": "footing-certificate/1",\n "uuid": ')


def test_enough_signatures_over_this_archive_hold() -> None:
    found = check(namespace=SPACE, manifest_sha256=HASHES["manifest"], result_sha256=HASHES["result"])
    assert (found.principals, found.certificate) == ((ONE, TWO), CERTIFICATE)
    assert check().principals == (ONE, TWO)


@pytest.mark.parametrize("what", ["archive", "manifest_sha256", "result_sha256"])
def test_a_certificate_of_another_election_is_refused(what: str) -> None:
    with pytest.raises(Broken, match="about another"):
        check(**{what: "0" * 64})


def test_too_few_signatures_are_refused() -> None:
    for few in ([], signed(ONE)):
        with pytest.raises(Broken, match="for 2 signatures"):
            check(signatures=few)


def test_one_certifier_counts_once() -> None:
    with pytest.raises(Broken, match="signed twice"):
        check(signatures=signed(ONE, ONE))
    twice = signers.written([Signer(ONE, (), KEYS[ONE]), Signer(ONE, (), KEYS[TWO])])
    with pytest.raises(Broken, match="signed twice"):
        check(allowed=twice)
    two_names = signers.written([Signer(TWO, (), KEYS[ONE]), Signer(ONE, (), KEYS[ONE])])
    with pytest.raises(Broken, match="signed twice"):
        check(signatures=signed(ONE, ONE), allowed=two_names)


def test_a_key_that_is_not_allowed_is_refused() -> None:
    for allowed in ("", signers.written([Signer(ONE, (SPACE,), KEYS[ONE])]), ALLOWED.replace('example.org"', 'x"')):
        with pytest.raises(Broken, match="No allowed signer"):
            check(allowed=allowed)


def test_a_signature_for_something_else_is_refused() -> None:
    with pytest.raises(Broken, match="certifies no election"):
        check(signatures=signed(ONE, TWO, space="git"))
    elsewhere = namespace_of("elsewhere.example")
    anything = signers.written(Signer(name, (), key) for name, key in KEYS.items())
    with pytest.raises(Broken, match="is for"):
        check(signatures=signed(ONE, TWO, space=elsewhere), allowed=anything, namespace=SPACE)
    with pytest.raises(Broken, match="is for"):
        check(signatures=signed(ONE) + signed(TWO, space=elsewhere), allowed=anything)


def test_no_byte_of_a_signed_certificate_is_free() -> None:
    signatures = signed(ONE, TWO)
    for place in range(len(BODY)):
        changed = bytearray(BODY)
        changed[place] ^= 1
        with pytest.raises(Broken):
            check(bytes(changed), signatures)


@pytest.mark.parametrize("name", ["*", "certifier-1@example.org,certifier-2@example.org", "!certifier-1@example.org"])
def test_a_line_of_allowed_signers_that_names_more_than_one_is_refused(name: str) -> None:
    with pytest.raises(Broken, match="cannot be read"):
        check(allowed=ALLOWED.replace(ONE, name, 1))


def test_what_is_no_signature_is_refused() -> None:
    with pytest.raises(Broken, match="begins with"):
        check(signatures=["nonsense"])
    with pytest.raises(Broken, match="cannot be read"):
        check(allowed="nonsense")


def rewritten(change: Callable[[dict[str, Any]], object]) -> bytes:
    value = json.loads(BODY)
    change(value)
    return (json.dumps(value, ensure_ascii=False, indent=1) + "\n").encode()


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{}",
        b"[]\n",
        BODY[:-1],
        BODY + b"\n",
        b"\xef\xbb\xbf" + BODY,
        json.dumps(json.loads(BODY), ensure_ascii=False).encode(),
        json.dumps(json.loads(BODY), indent=1).encode() + b"\n",
        BODY.replace(b'"footing-certificate/1"', b'"footing-certificate/2"'),
        BODY.replace(b' "uuid"', b' "uuid": "x",\n "uuid"'),
        rewritten(lambda value: value.update(extra=1)),
        rewritten(lambda value: value.pop("rules")),
        rewritten(lambda value: value.update(uuid=value.pop("uuid"))),
        rewritten(lambda value: value.update(archive_sha256="A" * 64)),
        rewritten(lambda value: value.update(made_at="yesterday")),
        rewritten(lambda value: value["complaints"][0].update(at="2026-11-22")),
        rewritten(lambda value: value["complaints"][0].update(disposition="ignored")),
        rewritten(lambda value: value["complaints"][0].update(number="1")),
        rewritten(lambda value: value["contests"][0].update(seats=True)),
        rewritten(lambda value: value["contests"][0].update(elected="Ada")),
        rewritten(lambda value: value["turnout"].update(reached=False)),
        rewritten(lambda value: value["turnout"].update(voters=14)),
        rewritten(lambda value: value["turnout"].update(voters=31)),
        rewritten(lambda value: value["turnout"].update(quorum="0.5")),
        rewritten(lambda value: value["turnout"].update(quorum=None)),
        rewritten(lambda value: value["roll"].update(count=31)),
        rewritten(lambda value: value["rules"].update(signatures=0)),
        rewritten(lambda value: value["second_counts"][0].update(agrees=False)),
        rewritten(lambda value: value.update(second_counts=[])),
        rewritten(lambda value: value.update(second_counts=[], contests=[], withdrawn=[])),
        rewritten(lambda value: value.update(withdrawn=[])),
        rewritten(lambda value: value.update(made_at="2026-13-01T12:00:00Z")),
        rewritten(lambda value: value["second_counts"][0].update(contest=1)),
        b'{\n "format": ' + b"[" * 100_000,
    ],
)
def test_a_certificate_of_another_form_or_that_contradicts_itself_is_refused(body: bytes) -> None:
    with pytest.raises(Broken):
        check(body)


def test_a_missed_quorum_makes_it_void_and_no_quorum_does_not() -> None:
    missed = replace(CERTIFICATE, turnout=Turnout(14, 30, "1/2", False))
    none = replace(CERTIFICATE, turnout=Turnout(1, 30, None, None))
    assert Certificate.from_bytes(missed.to_bytes()).is_void
    assert not Certificate.from_bytes(none.to_bytes()).is_void
    assert not CERTIFICATE.is_void
