"""Second proofs of decryptions: when one is demanded, and who can still bring one (SPEC 9.2). Pure."""

from __future__ import annotations

from collections.abc import Iterable

from elections.crypto.whole_decryption import SHOWS_WITHOUT
from elections.lifecycle import FINAL, Phase


def is_demanded(candidates: Iterable[int]) -> bool:
    """Answer whether a decryption is taken with its second proof only, by how many candidates each contest has.

    Of more than SHOWS_WITHOUT a replaced factor would not show in what its ballot decrypts to.
    """
    return any(count > SHOWS_WITHOUT for count in candidates)


def may_come(phase: Phase, *, by_server: bool) -> bool:
    """Answer whether a trustee whose share has no second proof can still bring one: until the election is over.

    The server proves at once what it decrypts: for its own trustee and, in a demonstration, for all.
    """
    return not by_server and phase not in FINAL


def is_asked(strays: int) -> bool:
    """Answer whether trustees are asked for their second proofs: a ballot came out that no ballot program encrypts."""
    return strays > 0
