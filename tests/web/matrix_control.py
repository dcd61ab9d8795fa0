"""Who may what: programs. A browser's session counts for nothing there, whoever it is of."""

from __future__ import annotations

from typing import Any

from tests.web.matrix import Row, everyone

UUID = {"uuid": "1" * 22}
# Tokens have tests of their own (test_control_tokens.py); here nobody brings one.
REFUSED = everyone(401)


def arrange(*_: Any) -> dict[str, dict[str, object]]:
    """Name what the addresses name; it need not exist, for nobody gets so far."""
    numbered = {"number": 10**9}
    return {
        "any election": dict(UUID),
        "anything numbered": numbered,
        "any complaint": UUID | numbered,
        "any trustee": UUID | {"owner": 2},
    }


ROWS = (
    Row("programs_interface.openapi", "GET", "", everyone(200)),
    Row("programs_page.describe", "GET", "", everyone(200)),
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
    Row("control.replace_trustee", "PUT", "any trustee", REFUSED),
    Row("control.show_contribution", "GET", "any election", REFUSED),
    Row("control.show_rules", "GET", "", everyone(200)),
    Row("control.adopt_rules", "POST", "", REFUSED),
    Row("control.draft_cycle", "POST", "", REFUSED),
    Row("control.show_cycle", "GET", "anything numbered", REFUSED),
    Row("control.redate_cycle", "PUT", "anything numbered", REFUSED),
    Row("control.announce_cycle", "POST", "anything numbered", REFUSED),
    Row("control.extend_cycle", "POST", "anything numbered", REFUSED),
    Row("control.annul_cycle", "POST", "anything numbered", REFUSED),
    Row("control.list_nominations", "GET", "any election", REFUSED),
    Row("control.nominate", "POST", "anything numbered", REFUSED),
    Row("control.find_eligibility", "GET", "anything numbered", REFUSED),
    Row("control.decide_eligibility", "POST", "anything numbered", REFUSED),
    Row("control.list_appeals", "GET", "any election", REFUSED),
    Row("control.decide_appeal", "POST", "anything numbered", REFUSED),
    Row("control.take_roll", "GET", "any election", REFUSED),
    Row("control.build_roll", "POST", "any election", REFUSED),
    Row("control.freeze_roll", "POST", "any election", REFUSED),
    Row("control.list_merged_voters", "GET", "any election", REFUSED),
    Row("control.list_lots", "GET", "any election", REFUSED),
    Row("control.name_for_lot", "GET", "any election", REFUSED),
    Row("control.commit_to_lot", "POST", "any election", REFUSED),
    Row("control.reveal_lot", "PUT", "any election", REFUSED),
    Row("control.list_complaints", "GET", "any election", REFUSED),
    Row("control.dispose_of_complaint", "POST", "any complaint", REFUSED),
    Row("control.recount", "POST", "any election", REFUSED),
    Row("control.prepare_certificate", "POST", "any election", REFUSED),
    Row("control.show_certificate", "GET", "any election", REFUSED),
    Row("control.sign_certificate", "POST", "any election", REFUSED),
    Row("control.register_key", "PUT", "", REFUSED),
    Row("control.show_key_challenge", "GET", "", REFUSED),
)
