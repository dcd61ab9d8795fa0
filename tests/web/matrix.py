"""The words in which the access matrix is written: who asks, for what, and the status they get.

Each package keeps its rows in `tests/web/matrix_<package>.py` as `ROWS`, and may have `arrange(session, people)`, which
makes what the rows are about and returns the values of their addresses under the names that the rows use.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from foundation.core.access import Office

STRANGER = "stranger"
# Whoever may ask. The second of two who hold the same office is a party to nothing.
OFFICES: dict[str, Office | None] = {
    "member": None,
    "voter": None,
    "official": Office.ELECTION_OFFICIAL,
    "registrar": Office.REGISTRAR,
    "trustee": Office.TRUSTEE,
    "other_trustee": Office.TRUSTEE,
    "treasurer": Office.TREASURER,
    "secretary": Office.SECRETARY,
    "committee": Office.MEMBERSHIP_COMMITTEE,
    "certifier": Office.CERTIFIER,
    # Whoever has applied, and the signatories of a company A and of a company B.
    "applicant": None,
    "rep_a": None,
    "rep_b": None,
}
ROLES = (STRANGER, *OFFICES)
READING = {"GET", "HEAD"}


@dataclass(frozen=True)
class Row:
    """One request and the status it has for each role; `of` names the object whose values stand in the address."""

    endpoint: str
    method: str
    of: str
    statuses: Mapping[str, int]
    send: Mapping[str, Any] = field(default_factory=dict)

    def status(self, role: str) -> int:
        """Return the status expected; a stranger is led to sign in where a page is read, and else refused."""
        asked = self.statuses.get(role, self.statuses["*"])
        return asked or (303 if self.method in READING else 401)


def everyone(status: int, **exceptions: int) -> dict[str, int]:
    """Whoever asks gets the same, but for these."""
    return {"*": status, **exceptions}


def signed_in(status: int, **exceptions: int) -> dict[str, int]:
    """Whoever is signed in gets the same, but for these."""
    return {"*": status, STRANGER: 0, **exceptions}


def only(**granted: int) -> dict[str, int]:
    """These get something, the rest are refused."""
    return signed_in(403, **granted)
