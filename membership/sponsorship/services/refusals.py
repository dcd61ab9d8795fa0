"""The rules' sentences as refusals: what they do not allow is the sender's to mend, never our fault."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from foundation.core.errors import Conflict, Invalid
from membership.sponsorship.language import translated as _
from membership.sponsorship.rules.billing import NotAllowed
from membership.sponsorship.rules.lifecycle import IllegalTransition
from membership.sponsorship.rules.money import BadAmount
from membership.sponsorship.rules.terms import BadTerm

LONGEST_REASON = 500
# What no honest form sends: controls but for line breaks, and marks that reverse or hide text.
HIDDEN = {"\u202a", "\u202b", "\u202c", "\u202d", "\u202e", "\u2066", "\u2067", "\u2068", "\u2069", "\ufeff"}


@contextmanager
def in_words() -> Iterator[None]:
    """Turn what a rule refuses into a refusal with the same sentence."""
    try:
        yield
    except (BadAmount, BadTerm) as error:
        raise Invalid(_(str(error))) from error
    except (IllegalTransition, NotAllowed) as error:
        raise Conflict(_(str(error))) from error


def reason_of(typed: str) -> str:
    """Return a reason as one paragraph, or raise Invalid: nothing is refused or taken back without one."""
    text = " ".join(typed.split())
    if not text:
        raise Invalid(_("Give a reason."), code="bad-reason")
    if len(text) > LONGEST_REASON or not text.isprintable():
        raise Invalid(_("A reason is one paragraph of at most 500 characters."), code="bad-reason")
    return text


def lines_of(typed: str, longest: int, *, what: str) -> str:
    """Return text of several lines with its line ends made equal, or raise Invalid."""
    text = "\n".join(line.rstrip() for line in typed.replace("\r\n", "\n").replace("\r", "\n").strip().split("\n"))
    if len(text) > longest:
        raise Invalid(_("%(what)s can have at most %(longest)s characters.", what=what, longest=longest))
    if any((not c.isprintable() and c != "\n") or c in HIDDEN for c in text):
        raise Invalid(_("%(what)s cannot contain invisible characters.", what=what))
    return text
