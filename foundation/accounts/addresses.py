"""Mail addresses: one canonical form, so that two spellings of an address never make two people."""

from __future__ import annotations

import re
import unicodedata

from flask_babel import gettext as _

from foundation.core.errors import Invalid

LONGEST_ADDRESS = 254  # RFC 5321 4.5.3.1.3: a path of 256 octets less its angle brackets
LONGEST_LOCAL_PART = 64  # RFC 5321 4.5.3.1.1
LONGEST_DOMAIN = 253

# RFC 5322 3.2.3. Quoted local parts, and those outside ASCII that hardly a server takes (RFC 6531), are refused.
ATOM = re.compile(r"[a-z0-9!#$%&'*+/=?^_`{|}~-]+")
LABEL = re.compile(r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?")


def canonical_address(typed: str) -> str:
    """Return the one form in which an address is compared, confirmed and written to, or raise Invalid.

    The local part is NFKC and case-folded, the domain is in its ASCII form (RFC 3490). Mail that proves an address is
    sent to this form, so that a look-alike spelling cannot be confirmed in place of the address it looks like.
    """
    text = unicodedata.normalize("NFKC", typed.strip(" \t"))
    local, at, domain = text.rpartition("@")
    if not at or not local or not domain or len(typed) > LONGEST_ADDRESS or not _printable(text):
        raise _unusable()
    address = f"{_canonical_local_part(local)}@{_canonical_domain(domain)}"
    if len(address) > LONGEST_ADDRESS:
        raise _unusable()
    return address


def _canonical_local_part(local: str) -> str:
    folded = local.casefold()
    if len(folded) > LONGEST_LOCAL_PART or not all(ATOM.fullmatch(atom) for atom in folded.split(".")):
        raise _unusable()
    return folded


def _canonical_domain(domain: str) -> str:
    try:
        ascii_form = domain.casefold().removesuffix(".").encode("idna").decode("ascii").lower()
    except UnicodeError:
        raise _unusable() from None
    labels = ascii_form.split(".")
    plausible = len(labels) > 1 and all(LABEL.fullmatch(label) for label in labels) and not labels[-1].isdigit()
    if not plausible or len(ascii_form) > LONGEST_DOMAIN:
        raise _unusable()
    return ascii_form


def _printable(text: str) -> bool:
    """Tell whether no character is a control, a separator, invisible or unassigned: those only serve to deceive."""
    return not any(unicodedata.category(character)[0] in "CZ" for character in text)


def _unusable() -> Invalid:
    return Invalid(_("Enter an e-mail address in the usual form, like ada@example.org."), code="bad-address")
