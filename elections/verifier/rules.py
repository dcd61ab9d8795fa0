"""The one thing that a verifier reads in the election rules: how many signatures a certificate needs (SPEC 11.1)."""

import tomllib

from .errors import Broken

LIMIT_BYTES = 400_000
FORMAT = "footing-rules/1"


def signatures_needed(data: bytes) -> int:
    """Return how many certifiers the rules file asks to sign; raise Broken where it does not say."""
    if len(data) > LIMIT_BYTES:
        raise Broken(f"A rules file has at most {LIMIT_BYTES} bytes.")
    try:
        rules = tomllib.loads(data.decode())
    except (UnicodeDecodeError, tomllib.TOMLDecodeError, RecursionError) as error:
        raise Broken(f"The rules cannot be read: {error}") from error
    section = rules.get("certification")
    asked = section.get("signatures") if isinstance(section, dict) else None
    if rules.get("format") != FORMAT or type(asked) is not int:
        raise Broken(f"This is no rules file of the format {FORMAT} that says how many certifiers sign.")
    return asked
