"""Forgeries in what is published beside an archive that is honest: outcomes, manifests, certificates.

They join the others in `forgeries`. Each was accepted once, or its like would be, by comparing less than is there.
"""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from elections.crypto.archive import data_record, sha256_hex
from elections.verifier.board import Board
from elections.verifier.case import Materials
from elections.verifier.certificate_form import Certificate, Counted, Lot, Skipped, Turnout
from elections.verifier.certificate_form import Rules as CertifiedRules
from elections.verifier.lots import commitment
from elections.verifier.manifest import Rules, description
from tests.unit.verifier.forgeries import (
    NAMESPACE,
    SECRETS,
    certificate_of,
    certified,
    forgery,
    honest,
    outcome_of,
    papers_of,
    under,
    whole,
    with_contest,
    with_outcome,
)
from tests.unit.verifier.workshop import TIMESTAMP, UUID, Workshop

RULES = b'format = "footing-rules/1"\n[certification]\nclause = "12"\nsignatures = 2\n'


@forgery("V5")
def object_stored_twice_for_one_event() -> Materials:
    workshop = honest()
    data, ballot = workshop.archive(), data_record(workshop.ballot_bytes[0], TIMESTAMP)
    return replace(whole(workshop), board=Board.read(data.replace(ballot, ballot * 2)), outcome=None)


@forgery("V35")
def manifest_that_swaps_the_titles_of_two_contests() -> Materials:
    workshop = Workshop(contests=(("Ada", "Barbara"), ("Ada", "Barbara"))).set_up()
    first, second = workshop.manifest.contests
    swapped = replace(first, title=second.title), replace(second, title=first.title)
    workshop.manifest = replace(workshop.manifest, contests=swapped)
    workshop.election = replace(workshop.election, description=description("", workshop.manifest.sha256))
    return whole(workshop.cast_all().finish())


@forgery("V35")
def manifest_that_counts_by_several_methods() -> Materials:
    finished = under(lambda manifest: with_contest(manifest, method="schulze"))
    several = under(lambda manifest: with_contest(manifest, method="schulze,minimax"))
    outcome = json.loads(outcome_of(finished))
    return with_outcome(several, json.dumps(outcome | {"archive": sha256_hex(several.archive())}).encode())


def with_report(change: Callable[[dict[str, Any]], object]) -> Materials:
    """Return an honest election whose outcome was changed."""
    materials = whole(honest())
    outcome = json.loads(materials.outcome or b"")
    change(outcome)
    return replace(materials, outcome=json.dumps(outcome).encode())


@forgery("V35")
def outcome_with_a_key_that_nobody_checks() -> Materials:
    return with_report(lambda outcome: outcome.update(elected=["Nobody"]))


@forgery("V35")
def outcome_whose_report_has_a_key_that_nobody_checks() -> Materials:
    return with_report(lambda outcome: outcome["contests"][0].update(elected=["Nobody"]))


@forgery("V35")
def outcome_that_claims_other_options() -> Materials:
    return with_report(lambda outcome: outcome["contests"][0]["options"].update(seats=2))


@forgery("V35")
def outcome_with_true_where_a_number_stands() -> Materials:
    return with_report(lambda outcome: outcome["contests"][0]["options"].update(seats=True))


@forgery("V35")
def outcome_that_names_no_archive() -> Materials:
    return with_report(lambda outcome: outcome.update(archive=None))


@forgery("V35")
def outcome_whose_archive_is_a_list() -> Materials:
    return with_report(lambda outcome: outcome.update(archive=[]))


def bare(**more: object) -> Materials:
    """Return an honest election beside which lies the bare report of its only contest, with more keys."""
    materials = whole(honest())
    report = json.loads(materials.outcome or b"")["contests"][0]
    return replace(materials, outcome=json.dumps({**report, **more}).encode())


@forgery("V35")
def bare_report_about_another_archive() -> Materials:
    return bare(archive="0" * 64)


@forgery("V35")
def bare_report_with_a_key_that_nobody_checks() -> Materials:
    return bare(elected=["Nobody"])


@forgery("V35")
def outcome_without_the_list_of_secrets() -> Materials:
    return with_report(lambda outcome: outcome.pop("lots"))


def changed(**values: object) -> Materials:
    """Return a certified election whose certificate says something else, and is signed by enough."""
    return certified(lambda certificate: replace(certificate, **values))  # type: ignore[arg-type]


def contest_changed(**values: object) -> Materials:
    """Return a certified election whose certificate says something else of its contest."""
    return certified(
        lambda certificate: replace(certificate, contests=(replace(certificate.contests[0], **values),))  # type: ignore[arg-type]
    )


@forgery("R3")
def certificate_of_no_contest() -> Materials:
    return changed(contests=(), withdrawn=(), second_counts=())


@forgery("R3")
def certificate_of_no_contest_where_nothing_is_published_beside() -> Materials:
    def change(certificate: Certificate) -> Certificate:
        return replace(certificate, contests=(), withdrawn=(), second_counts=())

    return replace(certified(change), manifest=None, outcome=None)


@forgery("R3")
def certificate_of_a_contest_more() -> Materials:
    def change(certificate: Certificate) -> Certificate:
        counts = tuple(Counted(number, "another program", agrees=True) for number in range(2))
        return replace(
            certificate, contests=certificate.contests * 2, withdrawn=certificate.withdrawn * 2, second_counts=counts
        )

    return certified(change)


@forgery("R3")
def certificate_with_another_title() -> Materials:
    return changed(title="Another election")


@forgery("R3")
def certificate_by_another_foundation() -> Materials:
    return changed(foundation="Others")


@forgery("R3")
def certificate_that_asks_no_quorum() -> Materials:
    return changed(turnout=Turnout(3, 3, None, None))


@forgery("R3")
def certificate_with_a_lower_quorum() -> Materials:
    return changed(turnout=Turnout(3, 3, "1/20", reached=True))


@forgery("R3")
def certificate_with_another_turnout_where_nothing_is_published_beside() -> Materials:
    materials = changed(turnout=Turnout(2, 3, "1/10", reached=True))
    return replace(materials, manifest=None, outcome=None)


@forgery("R3")
def certificate_of_a_contest_with_another_title() -> Materials:
    return contest_changed(title="Contest 2")


@forgery("R3")
def certificate_by_another_method() -> Materials:
    return contest_changed(method="minimax")


@forgery("R3")
def certificate_for_more_seats() -> Materials:
    return contest_changed(seats=3)


@forgery("R3")
def certificate_with_another_order() -> Materials:
    return contest_changed(order=(("Frances",), ("Ada",), ("Barbara",)))


@forgery("R3")
def certificate_that_hides_an_open_tie() -> Materials:
    return contest_changed(unresolved=())


@forgery("R3")
def certificate_with_a_cap_that_there_was_not() -> Materials:
    return contest_changed(skipped_by_cap=(Skipped("Ada", "Her employer holds two seats."),))


@forgery("R3")
def certificate_with_other_reasons() -> Materials:
    return contest_changed(reasons=("We like her.",))


@forgery("R3")
def certificate_that_says_somebody_withdrew() -> Materials:
    return changed(withdrawn=(("Frances",),))


@forgery("R3")
def certificate_with_a_lot_that_nobody_committed_to() -> Materials:
    name, secret = SECRETS[0]
    return changed(lots=(Lot(name, commitment(UUID, name, secret), secret.hex()),))


@forgery("R3")
def certificate_that_was_signed_at_another_time_of_no_calendar() -> Materials:
    return changed(made_at="2026-02-30T25:00:00Z")


@forgery("R3")
def certificate_for_another_house() -> Materials:
    space = "election-certificate@elsewhere.example"
    materials = certified()
    assert materials.certificate is not None
    papers = papers_of(Certificate.from_bytes(materials.certificate.certificate), namespace=space)
    allowed = papers.allowed_signers.replace(NAMESPACE, space)
    return replace(materials, certificate=replace(papers, allowed_signers=allowed))


@forgery("R3")
def certificate_that_asks_for_fewer_signatures_than_its_rules() -> Materials:
    return _with_rules(RULES, signatures=1)


@forgery("R3")
def certificate_shown_with_other_rules() -> Materials:
    materials = _with_rules(RULES, signatures=2)
    assert materials.certificate is not None
    return replace(materials, certificate=replace(materials.certificate, rules=RULES + b"# another text\n"))


@forgery("R3")
def certificate_shown_with_rules_that_are_none() -> Materials:
    return _with_rules(b"signatures = 2", signatures=2)


def with_rules() -> Materials:
    """Return a certified election whose rules are shown, and are kept."""
    return _with_rules(RULES, signatures=2)


def _with_rules(rules: bytes, signatures: int) -> Materials:
    digest = sha256_hex(rules)
    workshop = copy.deepcopy(under(lambda manifest: replace(manifest, rules=Rules("2026-1", digest))))
    certificate = replace(
        certificate_of(workshop),
        rules=CertifiedRules("2026-1", digest, signatures),
        turnout=Turnout(3, 3, None, None),
    )
    return replace(whole(workshop), certificate=replace(papers_of(certificate), rules=rules))
