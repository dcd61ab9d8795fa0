"""Voters' credentials (specification 4.8): 22 secret characters, from which an exponent and a public key follow."""

import re
import secrets
from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256
from itertools import pairwise

from .errors import BadCredential, NotCanonical, UnknownCredential, Unsupported
from .exact_json import dumps, loads_exact, strings
from .group import Element, Q, power_of_generator

BASE58 = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
GROUPS = (5, 6, 5, 6)

_CREDENTIAL = re.compile("-".join(f"[{BASE58}]{{{size}}}" for size in GROUPS))


def generate() -> str:
    """Return a fresh secret credential, XXXXX-XXXXXX-XXXXX-XXXXXX, of 22 random Base58 characters."""
    return "-".join("".join(secrets.choice(BASE58) for _ in range(size)) for size in GROUPS)


def parse(text: str) -> str:
    """Return the credential that a voter typed, without surrounding white space; raise BadCredential if it is none."""
    credential = text.strip()
    if not _CREDENTIAL.fullmatch(credential):
        raise BadCredential("A credential has the form XXXXX-XXXXXX-XXXXX-XXXXXX, and no 0, O, I or l.")
    return credential


def secret_exponent(credential: str, uuid: str) -> int:
    """Return x = secret(c) for the election `uuid`; raise BadCredential if the credential is mistyped."""
    secret = parse(credential)
    digests = (sha256(f"derive_credential|{uuid}|{index}|{secret}".encode()).digest() for index in range(2))
    return int.from_bytes(b"".join(digests), "big") % Q


def public_credential(credential: str, uuid: str) -> Element:
    """Return public(c) = g^secret(c); raise BadCredential if the credential is mistyped."""
    return power_of_generator(secret_exponent(credential, uuid))


@dataclass(frozen=True)
class PublicCredentials:
    """The list `public_credentials` of an election, without weights: one member, one vote."""

    credentials: tuple[Element, ...]

    @classmethod
    def of(cls, credentials: list[Element]) -> "PublicCredentials":
        """Return the list in the order in which it is published: sorted by text."""
        return cls(tuple(sorted(credentials, key=lambda credential: credential.text)))

    def to_json(self) -> bytes:
        """Return the published bytes."""
        return dumps([credential.text for credential in self.credentials])

    @classmethod
    def from_json(cls, data: bytes, *, member: bool = True) -> "PublicCredentials":
        """Read the published bytes; with `member=False` only the entries' shape is checked, and the identity passes."""
        return cls(tuple(_entry(text, member) for text in strings(loads_exact(data))))

    def check(self) -> None:
        """Raise NotCanonical unless the list is sorted and free of repetitions."""
        texts = [credential.text for credential in self.credentials]
        if any(former >= latter for former, latter in pairwise(texts)):
            raise NotCanonical("The public credentials are not sorted, or one occurs twice.")

    def check_contains(self, credential: Element) -> None:
        """Raise UnknownCredential unless the list holds the credential."""
        if credential not in self._listed:
            raise UnknownCredential("The ballot's credential is not one of this election's.")

    @cached_property
    def _listed(self) -> frozenset[Element]:
        return frozenset(self.credentials)


def _entry(text: str, member: bool) -> Element:
    if "," in text:
        raise Unsupported("Weighted credentials are not used here: one member, one vote.")
    return Element.parse(text, member=member, identity=not member)
