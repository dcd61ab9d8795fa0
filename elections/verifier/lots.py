"""Where a lot's seed comes from: secrets that officials commit to before the vote and reveal after it (SPEC 8.3).

Nobody who keeps one of the secrets to themselves until the close knows the seed, and nobody can choose it: it is a hash
over all of them. `frame(x)` is the length of x in eight bytes, most significant first, and then x.
"""

from collections.abc import Sequence
from hashlib import sha256

COMMITMENT = b"footing commitment 1"
SEED = b"footing seed 1"
SECRET_BYTES = 32
LENGTH_BYTES = 8
CONTEST_BYTES = 4
HEXADECIMAL = frozenset("0123456789abcdef")


class BadSecret(ValueError):
    """A lot's secret has another form, or is not the one committed to; `str()` says which."""


def commitment(uuid: str, name: str, secret: bytes) -> str:
    """Return the SHA-256, in hexadecimal, by which `name` commits to a secret of 32 bytes; raise BadSecret."""
    return sha256(b"".join(map(_frame, (COMMITMENT, uuid.encode(), name.encode(), _checked(secret))))).hexdigest()


def seed(uuid: str, contest: int, reveals: Sequence[tuple[str, bytes]]) -> bytes:
    """Return the seed of a contest's lot, contests counted from 0; `reveals` are names and secrets, manifest's order.

    Raises BadSecret where there is none: a seed that anyone could have known before is no lot.
    """
    if not reveals:
        raise BadSecret("Nobody committed to a secret: there is nothing to draw a lot from.")
    parts = [SEED, uuid.encode(), contest.to_bytes(CONTEST_BYTES, "big")]
    for name, secret in reveals:
        parts += [name.encode(), _checked(secret)]
    return sha256(b"".join(map(_frame, parts))).digest()


def read_secret(text: str) -> bytes:
    """Return the secret written as 64 hexadecimal digits in lower case, or raise BadSecret."""
    if len(text) != 2 * SECRET_BYTES or not HEXADECIMAL.issuperset(text):
        raise BadSecret(f"A lot's secret is {2 * SECRET_BYTES} hexadecimal digits in lower case.")
    return bytes.fromhex(text)


def _checked(secret: bytes) -> bytes:
    if len(secret) != SECRET_BYTES:
        raise BadSecret(f"A lot's secret is {SECRET_BYTES} bytes long, not {len(secret)}.")
    return secret


def _frame(part: bytes) -> bytes:
    return len(part).to_bytes(LENGTH_BYTES, "big") + part
