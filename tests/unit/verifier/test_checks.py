"""Each check catches what it is for, and is the one that catches it."""

from collections.abc import Iterable, Iterator
from concurrent.futures import Executor, ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from elections.crypto import edwards
from elections.crypto.archive import EventType, sha256_hex
from elections.crypto.ballot import tracker
from elections.verifier.case import Materials
from elections.verifier.catalogue import CATALOGUE, BallotCheck, Check
from elections.verifier.receipt import Receipt
from elections.verifier.report import Report
from elections.verifier.verification import verify
from tests.unit.verifier.every_forgery import FORGERIES
from tests.unit.verifier.forged_papers import bare, with_rules
from tests.unit.verifier.forged_proofs import proved
from tests.unit.verifier.forgeries import (
    SECRETS,
    Forgery,
    certified,
    checkpoint_of,
    honest,
    outcome_of,
    receipt_of,
    under,
    with_contest,
    with_lots,
    with_outcome,
)
from tests.unit.verifier.workshop import RECEIPT_SEED, UUID

NOT_APPLICABLE = {"V10", "V11", "V14", "V32"}
"""Checks of threshold trustees, whom this version does not know: their archives fail at V9, unread."""


def without(*ids: str) -> list[Check | BallotCheck]:
    """Return the catalogue with some checks made to pass whatever they see."""
    return [_disabled(check) if check.id in ids else check for check in CATALOGUE]


def _disabled(check: Check | BallotCheck) -> Check | BallotCheck:
    return Check(check.id, check.name, lambda case: "disabled")


def broken(report: Report) -> list[str]:
    """Return the numbers of the checks that failed."""
    return [row.id for row in report.checks if row.ok is False]


def named(forgeries: Iterable[Forgery]) -> list[object]:
    return [pytest.param(each, id=f"{each.check}-{each.name}") for each in forgeries]


def test_an_honest_election_passes_every_check_that_applies() -> None:
    workshop = honest()
    receipt, checkpoint = (make(workshop).sign("tests.example", RECEIPT_SEED) for make in (receipt_of, checkpoint_of))
    materials = proved(workshop)
    report = verify(replace(materials, older=materials.board, receipt=receipt, checkpoint=checkpoint))
    assert report.ok
    assert {row.id for row in report.checks if row.ok is None} == NOT_APPLICABLE | {"R3"}
    assert (str(report.stage), report.ballots, report.voters) == ("complete", 4, 3)


def test_a_certified_election_passes_and_the_report_names_who_signed() -> None:
    report = verify(certified())
    assert report.ok, report.to_text()
    found = {row.id: row.detail for row in report.checks}
    assert found["R3"] == "2 signatures, by certifier-0@tests.example, certifier-1@tests.example"
    assert "turnout 3 of 3, quorum 1/10 reached" in found["V35"]


def test_a_certificate_is_held_against_the_rules_where_they_are_given() -> None:
    report = verify(with_rules())
    assert (report.ok, report.remarks) == (True, ()), report.to_text()


@pytest.mark.parametrize(
    ("without", "where"),
    [(("manifest", "outcome"), ("V35", "R1", "R3")), (("outcome",), ("V35", "R3")), ((), ())],
)
def test_the_verdict_says_what_could_not_be_checked_because_it_was_withheld(
    without: tuple[str, ...], where: tuple[str, ...]
) -> None:
    materials = certified()
    given = dict.fromkeys(without)
    report = verify(replace(materials, **given, receipt=_receipt(materials) if "manifest" in without else None))
    assert report.ok, report.to_text()
    assert report.remarks == where
    assert ("all checks passed" in report.to_text()) is not bool(where)


def test_a_bare_report_may_say_which_election_it_is_about() -> None:
    digest = sha256_hex(honest().archive())
    for more in ({}, {"uuid": UUID}, {"uuid": UUID, "archive": digest}):
        report = verify(bare(**more))
        assert report.ok, report.to_text()


def _receipt(materials: Materials) -> str:
    ballot = materials.board.of_type(EventType.BALLOT)[0]
    facts = tracker(materials.board.payload(ballot)), ballot.event.height, ballot.entry.digest
    return Receipt(UUID, *facts, datetime(2026, 5, 4, tzinfo=UTC)).sign("tests.example", RECEIPT_SEED)


def test_lots_decide_what_is_tied_and_whoever_withdrew_is_left_out() -> None:
    workshop = with_lots()
    for gone in ([], ["Ada"]):
        report = verify(with_outcome(workshop, outcome_of(workshop, SECRETS, [gone])))
        assert report.ok, report.to_text()
        detail = {row.id: row.detail for row in report.checks}["V35"]
        assert "2 of 2 secrets for lots revealed as committed to" in detail
        assert ("without Ada, who withdrew" in detail) is bool(gone)


def test_a_tie_that_leaves_no_seat_open_waits_for_no_secret() -> None:
    workshop = under(lambda manifest: with_contest(replace(manifest, lots=with_lots().manifest.lots), seats=3))
    report = verify(with_outcome(workshop, outcome_of(workshop)))
    assert report.ok, report.to_text()
    assert "0 of 2 secrets" in {row.id: row.detail for row in report.checks}["V35"]


@pytest.mark.parametrize("forgery", named(FORGERIES))
def test_a_forgery_fails_at_its_check_and_nowhere_else(forgery: Forgery) -> None:
    report = verify(forgery.make())
    assert broken(report) == [forgery.check], report.to_text()


@pytest.mark.parametrize("forgery", named(FORGERIES))
def test_only_its_check_stands_between_a_forgery_and_a_clean_verdict(forgery: Forgery) -> None:
    """Where `then` names another check, the two overlap of necessity: the forgery says why."""
    report = verify(forgery.make(), catalogue=without(forgery.check))
    assert report.first_broken == forgery.then, report.to_text()


@pytest.mark.parametrize("forgery", named(FORGERIES))
def test_handing_out_the_work_early_changes_nothing(forgery: Forgery, elsewhere: Executor) -> None:
    assert verify(forgery.make(), executor=elsewhere, jobs=2) == verify(forgery.make())


@pytest.fixture(scope="module")
def elsewhere() -> Iterator[Executor]:
    with ThreadPoolExecutor(2) as executor:
        yield executor


def test_every_check_has_a_forgery_that_it_alone_catches() -> None:
    """All but V24, whose every breach V26 would find as well."""
    alone = {each.check for each in FORGERIES if each.then is None}
    assert {check.id for check in CATALOGUE} - alone == NOT_APPLICABLE | {"V24"}


def test_checks_stand_in_the_order_of_the_protocol() -> None:
    numbers = [int(check.id[1:]) for check in CATALOGUE if check.id.startswith("V")]
    assert numbers == [n for n in range(1, 37) if n not in {22, 25}]


@pytest.mark.parametrize("forgery", named(each for each in FORGERIES if each.check in {"V28", "V30", "V33", "V36"}))
def test_without_gmpy2_the_same_forgeries_are_caught(forgery: Forgery, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(edwards, "FAST", False)
    assert broken(verify(forgery.make())) == [forgery.check]


def test_without_gmpy2_an_honest_election_passes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(edwards, "FAST", False)
    report = verify(proved(honest()))
    assert report.ok
    assert {row.id: row.ok for row in report.checks}["V36"]
