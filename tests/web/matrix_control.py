"""Who may what: programs. A browser's session counts for nothing there, whoever it is of."""

from __future__ import annotations

from typing import Any

from tests.web.matrix import Row, everyone

UUID = {"uuid": "1" * 22}
# Tokens have tests of their own (test_control_tokens.py); here nobody brings one.
REFUSED = everyone(401)


def arrange(*_: Any) -> dict[str, dict[str, object]]:
    """Name what the addresses name; it need not exist, for nobody gets so far."""
    return {"any election": dict(UUID)}


ROWS = (
    Row("programs_interface.openapi", "GET", "", everyone(200)),
    Row("programs_interface.describe", "GET", "", everyone(200)),
    Row("membership_programs.record_participation", "POST", "", REFUSED),
    Row("control.list_elections", "GET", "", REFUSED),
    Row("control.show_election", "GET", "any election", REFUSED),
    Row("control.issue_credentials", "POST", "any election", REFUSED),
    Row("control.bring_credentials", "PUT", "any election", REFUSED),
    Row("control.begin_ceremony", "POST", "any election", REFUSED),
    Row("control.finish_ceremony", "POST", "any election", REFUSED),
    Row("control.open_voting", "POST", "any election", REFUSED),
    Row("control.close_voting", "POST", "any election", REFUSED),
    Row("control.annul_election", "POST", "any election", REFUSED),
    Row("control.bring_contribution", "POST", "any election", REFUSED),
)
