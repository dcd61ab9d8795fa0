"""Signatures of SSH: what stock ssh-keygen makes is in tests/interop; here is what is refused."""

from base64 import b64decode, b64encode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from elections.verifier import signers
from elections.verifier.signers import Signer
from elections.verifier.sshsig import BEGIN, END, BadSignature, PublicKey, Signature, frame, sign

SEED, OTHER = bytes(range(32)), bytes(32)
SPACE = "election-certificate@example.org"
MESSAGE = b"who is elected\n"

KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIMecQUUQPH+OAv9zaH/cdg5STj2xwhGKb/hN+W2VS4dh"
FINGERPRINT = "SHA256:lKAOBz7yurNeICWO5Q2nx8dXJDsQnMd8KrFjuf8cTlg"
SIGNED = """-----BEGIN SSH SIGNATURE-----
U1NIU0lHAAAAAQAAADMAAAALc3NoLWVkMjU1MTkAAAAgx5xBRRA8f44C/3Nof9x2DlJOPb
HCEYpv+E35bZVLh2EAAAADeEB5AAAAAAAAAAZzaGE1MTIAAABTAAAAC3NzaC1lZDI1NTE5
AAAAQKiAwfB7AjDUXWO0ITNIEX5SeTSR6lRAeUWwseevmfJi2BvpGEHdas+OqfZFLDKkNz
5BMVZzCf7ha87vvpV/9A0=
-----END SSH SIGNATURE-----
"""
"""What ssh-keygen of OpenSSH 9.2p1 wrote for `ssh-keygen -Y sign -n x@y` over the line "hello"."""


def key_of(seed: bytes) -> PublicKey:
    return Signature.parse(sign(b"", SPACE, seed)).key


def altered(text: str, place: int) -> str:
    body = bytearray(b64decode("".join(text.splitlines()[1:-1])))
    body[place % len(body)] ^= 1
    return f"{BEGIN}\n{b64encode(bytes(body)).decode()}\n{END}\n"


@given(st.binary(max_size=200), st.sampled_from([SPACE, "file", "ä b"]), st.binary(min_size=32, max_size=32))
def test_what_is_signed_verifies_and_is_written_as_it_was_read(message: bytes, space: str, seed: bytes) -> None:
    text = sign(message, space, seed)
    signature = Signature.parse(text)
    signature.verify(message, space)
    assert signature.armored() == text
    assert signature.key == key_of(seed)


def test_an_altered_byte_of_the_message_is_refused() -> None:
    with pytest.raises(BadSignature, match="does not hold"):
        Signature.parse(sign(MESSAGE, SPACE, SEED)).verify(MESSAGE + b" ", SPACE)


def test_a_signature_for_something_else_is_refused() -> None:
    for space in ("git", SPACE + ".evil", SPACE.upper()):
        with pytest.raises(BadSignature, match="is for"):
            Signature.parse(sign(MESSAGE, space, SEED)).verify(MESSAGE, SPACE)


def test_no_byte_of_a_signature_is_free() -> None:
    text = sign(MESSAGE, SPACE, SEED)
    for place in range(len(b64decode("".join(text.splitlines()[1:-1])))):
        with pytest.raises(BadSignature):
            Signature.parse(altered(text, place)).verify(MESSAGE, SPACE)


def test_another_key_in_the_signature_does_not_verify() -> None:
    mine, theirs = (Signature.parse(sign(MESSAGE, SPACE, seed)) for seed in (SEED, OTHER))
    forged = Signature(theirs.key, SPACE, mine.hash, mine.raw)
    with pytest.raises(BadSignature, match="does not hold"):
        forged.verify(MESSAGE, SPACE)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "nonsense",
        BEGIN,
        f"{BEGIN}\n{END}",
        f"{BEGIN}\n!!!!\n{END}",
        f"{BEGIN}\nU1NIU0lH\n{END}",
        f"{BEGIN}\n{'A' * 9000}\n{END}",
        sign(MESSAGE, SPACE, SEED) + "more",
        sign(MESSAGE, SPACE, SEED).replace("SIGNATURE", "SIGNATUR"),
        sign(MESSAGE, SPACE, SEED).encode().decode("utf-16", "replace"),
    ],
)
def test_what_has_another_form_is_refused(text: str) -> None:
    with pytest.raises(BadSignature):
        Signature.parse(text)


def test_line_ends_of_other_systems_are_read() -> None:
    text = sign(MESSAGE, SPACE, SEED)
    Signature.parse(text.replace("\n", "\r\n")).verify(MESSAGE, SPACE)


@pytest.mark.parametrize(
    "line",
    [
        "",
        "ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAABAQ",
        "sk-ssh-ed25519@openssh.com AAAA",
        "ssh-ed25519",
        "ssh-ed25519 !!!",
        "ssh-ed25519 " + b64encode(frame(b"ssh-rsa") + frame(bytes(32))).decode(),
        "ssh-ed25519 " + b64encode(frame(b"ssh-ed25519") + frame(bytes(31))).decode(),
        "ssh-ed25519 " + b64encode(frame(b"ssh-ed25519") + frame(bytes(32)) + b"x").decode(),
        "ssh-ed25519 " + b64encode(frame(b"ssh-ed25519") + frame(bytes(32))[:-1]).decode(),
    ],
)
def test_what_is_no_plain_ed25519_key_is_refused(line: str) -> None:
    with pytest.raises(BadSignature):
        PublicKey.parse(line)


def test_a_signature_of_ssh_keygen_is_read_verified_and_written_as_it_was() -> None:
    signature = Signature.parse(SIGNED)
    signature.verify(b"hello\n", "x@y")
    assert signature.armored() == SIGNED
    assert signature.key == PublicKey.parse(KEY)


def test_a_key_is_named_as_ssh_keygen_names_it() -> None:
    key = PublicKey.parse(f"  {KEY} somebody@somewhere\n")
    assert (key.line, key.fingerprint) == (KEY, FINGERPRINT)


def test_allowed_signers_are_written_as_they_are_read() -> None:
    both = (Signer("certifier-1@x", (SPACE,), key_of(SEED)), Signer("certifier-2@x", (), key_of(OTHER)))
    text = "# who may certify\n\n" + signers.written(both)
    assert signers.parse(text) == both
    assert both[0].may_sign(SPACE)
    assert not both[0].may_sign("git")
    assert both[1].may_sign("git")


@pytest.mark.parametrize("line", [f"a@x cert-authority {KEY}", f'a@x namespaces="a",valid-before="2020" {KEY}', KEY])
def test_an_option_that_is_not_understood_is_refused(line: str) -> None:
    with pytest.raises(BadSignature, match="cannot be read"):
        signers.parse(line)
