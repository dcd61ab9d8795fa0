"""Passwords: what may be one (NIST SP 800-63B 5.1.1.2: length and a block list, no composition) and how it is kept."""

from __future__ import annotations

import re
import unicodedata
from functools import cache
from itertools import pairwise

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from flask_babel import gettext as _

from foundation.core.errors import Invalid

SHORTEST = 12
LONGEST = 256
FEWEST_DIFFERENT = 5
IGNORED_PIECE = 2
LONGEST_PADDING = 8

# What people begin a password with and then lengthen with digits, marks or the same again. Chosen for this project.
STEMS = frozenset(
    {
        *("password", "passwort", "passphrase", "secret", "letmein", "welcome", "admin", "administrator", "changeme"),
        *("login", "default", "guest", "master", "opensesame", "trustno", "please", "hello", "iloveyou", "sunshine"),
        *("princess", "dragon", "monkey", "shadow", "superman", "batman", "football", "baseball", "summer", "winter"),
        *("spring", "autumn", "correcthorsebatterystaple", "thisismy", "mypass", "democracy", "vote", "voting"),
        *("election", "ballot", "foundation", "opensource", "freesoftware", "footing", "linux"),
        *("qwerty", "qwertz", "azerty", "qwertyuiop", "asdf", "asdfgh", "asdfghjkl", "zxcvbn", "zxcvbnm", "1q2w3e4r"),
        *("1qaz2wsx", "3edc4rfv", "zaq12wsx", "qazwsx", "qazwsxedc", "abc", "abcd", "a1b2c3d4", "q1w2e3r4"),
        *("1234567890", "0123456789", "0987654321", "987654321", "123456", "12345", "1234", "123", "112233", "445566"),
    }
)

RECOMMENDED = PasswordHasher()  # Argon2id with the parameters of RFC 9106 4, second recommended option
hasher = RECOMMENDED


def normal_password(typed: str) -> str:
    """Return the password in NFKC, as NIST SP 800-63B 5.1.1.2 advises, so that keyboards do not make it different."""
    return unicodedata.normalize("NFKC", typed)


def check_password(typed: str, *, about: tuple[str, ...] = ()) -> str:
    """Return the password to keep, or raise Invalid with the reason; `about` are words that name its owner or us."""
    password = normal_password(typed)
    if len(password) < SHORTEST:
        raise _weak(_("Use at least 12 characters. A few unrelated words are easy to remember."))
    if len(password) > LONGEST:
        raise _weak(_("Use at most 256 characters."))
    if _is_guessable(password.casefold(), about):
        raise _weak(_("This password is among the first that somebody would try. Choose another one."))
    return password


def _is_guessable(folded: str, about: tuple[str, ...]) -> bool:
    named = {piece for words in about for piece in re.split(r"[^\w]+", words.casefold()) if len(piece) > IGNORED_PIECE}
    stems = sorted(STEMS | named, key=len, reverse=True)
    rest = re.sub("|".join(map(re.escape, stems)), "", folded)
    # What is left beside the stems is all that somebody who guesses has to guess.
    padded = rest != folded and len(rest) <= LONGEST_PADDING and not any(c.isalpha() for c in rest)
    return padded or len(set(folded)) < FEWEST_DIFFERENT or _is_run(folded)


def _is_run(folded: str) -> bool:
    """Tell whether each character follows the one before it in the alphabet, or in reverse."""
    steps = {ord(b) - ord(a) for a, b in pairwise(folded)}
    return steps in ({1}, {-1})


def _weak(sentence: str) -> Invalid:
    return Invalid(sentence, code="weak-password")


def hash_password(password: str) -> str:
    """Return the Argon2id hash to keep, with its salt and parameters (RFC 9106)."""
    return hasher.hash(_octets(password))


def is_password(kept: str | None, typed: str) -> bool:
    """Tell whether `typed` is the password kept; with nothing kept it takes the same time and is never so."""
    try:
        # The comparison is made also where there is no account, so that time does not tell who has one.
        return hasher.verify(kept or _nobodys_hash(hasher), _octets(normal_password(typed))) and kept is not None
    except (VerificationError, InvalidHashError):
        return False


def _octets(password: str) -> bytes:
    """Return the octets that are hashed; what is half a character is hashed as it is, not a fault."""
    return password.encode(errors="surrogatepass")


def is_outdated(kept: str) -> bool:
    """Tell whether a hash was made with other parameters than those in use now."""
    return hasher.check_needs_rehash(kept)


@cache
def _nobodys_hash(made_by: PasswordHasher) -> str:
    return made_by.hash("the password of nobody")
