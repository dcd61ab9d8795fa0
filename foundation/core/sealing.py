"""Secrets at rest: AES-256-GCM under a key derived for each use from SEALING_KEY (HKDF, RFC 5869)."""

from __future__ import annotations

import secrets

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from foundation.core.context import settings

VERSION = b"\x01"
NONCE_BYTES = 12


class Unsealable(Exception):
    """The sealed secret was changed, or belongs to another context or another SEALING_KEY."""


def _cipher(context: str) -> AESGCM:
    derived = HKDF(hashes.SHA256(), length=32, salt=None, info=b"footing sealing v1\n" + context.encode())
    return AESGCM(derived.derive(settings().sealing_key))


def seal(plaintext: bytes, *, context: str) -> bytes:
    """Return `plaintext` encrypted and bound to `context`; the same context is needed to open it."""
    nonce = secrets.token_bytes(NONCE_BYTES)
    return VERSION + nonce + _cipher(context).encrypt(nonce, plaintext, VERSION)


def unseal(sealed: bytes, *, context: str) -> bytes:
    """Return the plaintext, or raise Unsealable."""
    if sealed[:1] != VERSION:
        raise Unsealable("The sealed secret has an unknown version.")
    nonce, body = sealed[1 : 1 + NONCE_BYTES], sealed[1 + NONCE_BYTES :]
    try:
        return _cipher(context).decrypt(nonce, body, VERSION)
    except InvalidTag:
        raise Unsealable("The sealed secret cannot be opened with this SEALING_KEY.") from None
