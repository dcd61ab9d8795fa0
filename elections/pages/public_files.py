"""The files of an election that anyone may fetch, and the five lines that check them."""

from __future__ import annotations

from typing import Any

from elections.lifecycle import AFTER_RESULT
from elections.models import Election
from elections.pages.language import translated as _
from elections.pages.wording import METHODS
from foundation.core.context import settings


def of(election: Election) -> dict[str, Any]:
    """Return what the templates need to show an election's public files."""
    return {
        "has_board": election.election_json is not None,
        "has_outcome": election.phase in AFTER_RESULT,
        "check_lines": check_lines(election),
        "files": files(election),
        "methods": METHODS,
        "officials_email": settings().officials_email,
        "api_url": api_url(election),
        "site_url": site_url(),
    }


def site_url() -> str:
    """Return the address that belenios-tool is given as `--url`."""
    return f"{settings().base_url}/"


def api_url(election: Election) -> str:
    """Return the address of an election's public interface."""
    return f"{settings().base_url}/api/elections/{election.uuid}/"


def check_lines(election: Election) -> str:
    """Return the commands with which a stranger verifies the election, five lines."""
    name, base = f"{election.uuid}.bel", api_url(election)
    lines = (
        "pip install pynacl numpy",
        f"curl -o {name} {base}archive",
        f"python -m elections.verifier {name}",
        f"python -m elections.verifier {base}",
        f"belenios-tool election verify --url {site_url()} --uuid {election.uuid}",
    )
    return "\n".join(lines)


def files(election: Election) -> list[dict[str, str]]:
    """List the public files, as far as the election has come."""
    base = f"/api/elections/{election.uuid}/"
    found = []
    if election.election_json is not None:
        found.append({"text": _("The archive: everything, in one file (.bel)"), "href": base + "archive"})
        found.append({"text": _("The election's key and questions (JSON)"), "href": base + "election"})
    if election.manifest is not None:
        found.append({"text": _("The manifest: contests, seats, methods, roll hash (JSON)"), "href": base + "manifest"})
    if election.phase in AFTER_RESULT:
        found.append({"text": _("The outcome: each contest's counting report (JSON)"), "href": base + "outcome"})
    return found
