"""An archive that stops early is at a stage, not broken; and elections of hardly any ballots are right."""

import io
from collections.abc import Iterator
from concurrent.futures import Executor, ThreadPoolExecutor

import pytest

from elections.crypto.archive import EventType
from elections.verifier import verification
from elections.verifier.board import Board
from elections.verifier.case import Materials
from elections.verifier.progress import Bar
from elections.verifier.verification import verify
from tests.unit.verifier.forged_ballots import forged_signature
from tests.unit.verifier.forged_tallies import response_of_a_shuffle_changed
from tests.unit.verifier.forgeries import honest, whole
from tests.unit.verifier.workshop import Workshop, write

STAGE_AFTER = {
    EventType.SETUP: "open",
    EventType.BALLOT: "open",
    EventType.END_BALLOTS: "closed",
    EventType.ENCRYPTED_TALLY: "tallied",
    EventType.SHUFFLE: "tallied",
    EventType.END_SHUFFLES: "mixed",
    EventType.PARTIAL_DECRYPTION: "decrypting",
    EventType.RESULT: "complete",
}


def test_an_archive_may_stop_after_any_event() -> None:
    pieces = honest().pieces
    for count in range(1, len(pieces) + 1):
        report = verify(Materials(Board.read(write(pieces[:count]))))
        assert report.ok, report.to_text()
        assert str(report.stage) == STAGE_AFTER[pieces[count - 1][0]]


def test_checks_of_later_stages_are_neither_passed_nor_failed() -> None:
    pieces = honest().pieces
    report = verify(Materials(Board.read(write(pieces[:3]))))
    later = {row.id for row in report.checks if row.detail == "not reached: the election is open"}
    assert later == {"V26", "V27", "V28", "V29", "V30", "V31", "V32", "V33", "V34", "V36"}
    assert all(row.ok is None for row in report.checks if row.id in later)


def test_a_tally_that_nobody_has_mixed_yet_has_no_shuffles_to_check() -> None:
    pieces = honest().pieces
    last = [kind for kind, _ in pieces].index(EventType.ENCRYPTED_TALLY)
    rows = {row.id: row for row in verify(Materials(Board.read(write(pieces[: last + 1])))).checks}
    assert (rows["V26"].ok, rows["V28"].ok, rows["V29"].ok) == (True, None, None)


@pytest.mark.parametrize("voters", [0, 1, 2])
@pytest.mark.parametrize("trustees", [1, 2])
def test_elections_of_no_one_or_two_ballots_are_right(voters: int, trustees: int) -> None:
    workshop = Workshop(voters=3, trustee_count=trustees).set_up()
    for voter in range(voters):
        workshop.cast(workshop.seal(voter, (1, 2, 0)))
    report = verify(whole(workshop.finish()))
    assert report.ok, report.to_text()
    assert report.ballots == voters


def test_an_election_may_have_several_contests() -> None:
    workshop = Workshop(contests=(("A", "B"), ("C", "D", "E"), ("F", "G"))).set_up().cast_all()
    report = verify(whole(workshop.finish()))
    assert report.ok, report.to_text()


def test_plaintexts_that_make_no_sense_are_counted_by_the_rule() -> None:
    workshop = Workshop().set_up()
    workshop.cast(workshop.seal(0, (255, 0, 255)), workshop.seal(1, (0, 0, 0)), workshop.seal(2, (9, 7, 200)))
    report = verify(whole(workshop.finish()))
    assert report.ok, report.to_text()


@pytest.fixture
def elsewhere() -> Iterator[Executor]:
    with ThreadPoolExecutor(2) as executor:
        yield executor


@pytest.mark.parametrize("jobs", [1, 2, 3])
def test_processes_do_not_change_the_verdict(jobs: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(verification, "SMALL", 0)
    for materials in (whole(honest()), forged_signature(), response_of_a_shuffle_changed()):
        assert verify(materials, jobs=jobs) == verify(materials)


def test_any_executor_will_do(elsewhere: Executor) -> None:
    for materials in (whole(honest()), forged_signature()):
        assert verify(materials, executor=elsewhere, jobs=2) == verify(materials)


class Counting:
    """A progress that is counted instead of shown."""

    def __init__(self) -> None:
        self.expected = 0
        self.done = 0
        self.closed = False

    def expect(self, tasks: int) -> None:
        self.expected += tasks

    def advance(self) -> None:
        self.done += 1

    def close(self) -> None:
        self.closed = True


@pytest.mark.parametrize("jobs", [1, 2])
def test_progress_is_told_from_beginning_to_end(jobs: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(verification, "SMALL", 0)
    progress = Counting()
    verify(whole(honest()), jobs=jobs, progress=progress)
    assert progress.expected == progress.done > 0
    assert progress.closed


def test_the_bar_fills_and_is_wiped_at_the_end() -> None:
    stream = io.StringIO()
    bar = Bar(stream)
    bar.expect(10)
    for _ in range(10):
        bar.advance()
    assert "50 %" in stream.getvalue()
    assert "100 %" in stream.getvalue()
    bar.close()
    assert stream.getvalue().endswith("\r")


def test_there_is_no_bar_for_a_few_tasks() -> None:
    stream = io.StringIO()
    bar = Bar(stream)
    bar.expect(3)
    bar.advance()
    bar.close()
    assert stream.getvalue() == ""
