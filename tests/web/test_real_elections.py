"""Real elections, and those of the literature, through our services: their outcomes are the published ones."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from elections.cli import rehearse_command
from elections.counting.caps import Cap
from elections.rehearsal.ballots import Ballots, read_ballots
from elections.services import outcome, result_files
from elections.services.setup import NewCandidate, NewContest
from tests.result_factories import decided

ROOT = Path(__file__).resolve().parents[2]
SHARED = Path(os.environ.get("FOOTING_SHARED", ROOT.parent / "shared")) / "data"
STEERING_2017 = "kubernetes-steering-2017.csv"
PASSED_OVER = "Michael Rubin"
EMPLOYER = "the employer of the fourth"
"""Published: he came fourth, and his employer was at its limit of seats already."""


@dataclass(frozen=True)
class Published:
    """A file, how it was counted, and who has the seats; where a tie stays open, who is tied."""

    file: str
    method: str
    seats: tuple[str, ...]
    count: int = 1
    tied: tuple[str, ...] = ()


# Left out: minimax-three-measures and schwartz-vs-smith, whose published readings take "not ranked" for "no opinion".
PUBLISHED = (
    Published("debian-2003-leader_tally.txt", "schulze", ("Martin Michlmayr",)),
    Published("debian-2006-gr007_tally.txt", "schulze", ("Release Etch even with kernel firmware issues",)),
    Published(
        STEERING_2017,
        "schulze",
        (
            *("Derek Carr", "Michelle Noorali", "Phillip Whitrock"),
            *("Timothy St. Clair", "Quinton Hoole", "Aaron Crickenberger"),
        ),
        6,
    ),
    Published(
        "kubernetes-steering-2018.csv",
        "schulze",
        ("Aaron Crickenberger", "Timothy St. Clair", "Davanum Srinivas"),
        3,
    ),
    Published("schulze-45-voters.cvotes", "schulze", ("E",)),
    Published("schulze-45-voters.cvotes", "ranked-pairs", ("A",)),
    Published("schulze-tie.cvotes", "schulze", (), tied=("B", "D")),
    Published("tideman-1987.cvotes", "ranked-pairs", ("v",)),
    Published("rbvote.cvotes", "schulze", ("Abby",)),
    Published("rbvote.cvotes", "ranked-pairs", ("Brad",)),
    Published("rbvote.cvotes", "minimax", ("Cora",)),
    Published("rbvote.cvotes", "copeland", ("Abby", "Brad"), 2),
    Published("tennessee.cvotes", "ranked-pairs", ("Nashville",)),
    Published("cpo-stv.cvotes", "cpo-stv", ("Andrea", "Carter", "Delilah"), 3),
    Published("schulze-stv.cvotes", "schulze-stv", ("Andrea", "Brad"), 2),
)


def ballots_of(name: str) -> Ballots:
    """The ballots of a file of the shared folder, which is read where it lies."""
    if not (SHARED / name).exists():
        message = f"{SHARED / name} was not found: the rehearsal of a real election was NOT run."
        if os.environ.get("CI") == "true":
            pytest.fail(message)
        pytest.skip(message)
    return read_ballots(SHARED / name)


def contest_of(ballots: Ballots, method: str, seats: int) -> NewContest:
    return NewContest(ballots.name, [NewCandidate(name) for name in ballots.candidates], seats=seats, method=method)


def test_published_elections_have_their_published_outcomes(session: Session) -> None:
    files = {one.file: ballots_of(one.file) for one in PUBLISHED}
    contests = [contest_of(files[one.file], one.method, one.count) for one in PUBLISHED]
    cap = Cap(1, {PASSED_OVER: frozenset({EMPLOYER})}, {EMPLOYER: 1})
    caps = {place: cap for place, one in enumerate(PUBLISHED) if one.file == STEERING_2017}
    election = decided(session, contests, [files[one.file].rankings for one in PUBLISHED], caps)
    for one, kept in zip(PUBLISHED, outcome.outcomes_of(session, election), strict=True):
        result = kept.report["results"][0]
        assert set(result["seats"]) == set(one.seats), one
        assert {name for tie in result["unresolved"] for name in tie} >= set(one.tied), one
    steering = next(
        kept.report for kept in outcome.outcomes_of(session, election) if kept.contest_id == election.contests[2].id
    )
    assert [each["name"] for each in steering["results"][0]["skipped_by_cap"]] == [PASSED_OVER]


def test_the_ward_of_govan_elects_by_scottish_rules_whom_it_elected_in_2007(session: Session) -> None:
    ballots = ballots_of("govan-2007.blt")
    election = decided(session, [contest_of(ballots, "schulze", 4)], [ballots.rankings])
    (kept,) = outcome.outcomes_of(session, election)
    published = {"Allison Hunter", "John Flanagan", "Shaukat Butt", "Stephen Dornan"}
    assert set(kept.report["results"][0]["seats"]) == published
    compared = {one["method"]: one for one in result_files.comparison(session, election, 0)}
    assert set(compared["scottish-stv"]["seats"]) == published


@pytest.mark.slow
def test_the_2017_kubernetes_steering_file_with_6_seats_gives_the_published_six(app: Flask, tmp_path: Path) -> None:
    ballots_of(STEERING_2017)
    affiliations, sitting = tmp_path / "affiliations.csv", tmp_path / "sitting.csv"
    affiliations.write_text(f"{PASSED_OVER},{EMPLOYER}\n")
    sitting.write_text(f"Somebody who sits,{EMPLOYER}\n")
    options = ["--seats", "6", "--cap", "1", "--affiliations", str(affiliations), "--sitting", str(sitting)]
    arguments = [str(SHARED / STEERING_2017), *options, "--out", str(tmp_path / "out")]
    done = app.test_cli_runner().invoke(rehearse_command, arguments)
    assert done.exit_code == 0, done.output
    report = json.loads((tmp_path / "out" / "outcome.json").read_text())
    six = next(one.seats for one in PUBLISHED if one.file == STEERING_2017)
    assert tuple(report["results"][0]["seats"]) == six
    assert [each["name"] for each in report["results"][0]["skipped_by_cap"]] == [PASSED_OVER]
    assert "309 ballots, 309 voters on the roll: all checks passed" in done.output


@pytest.mark.parametrize("options", [["--cap", "1"], ["--affiliations", "x.csv"], ["--sitting", "x.csv"]])
def test_a_cap_without_affiliations_is_one_line_and_status_2(app: Flask, tmp_path: Path, options: list[str]) -> None:
    facts = ROOT / "elections" / "counting" / "examples" / "debian-2003-leader.cvotes"
    done = app.test_cli_runner().invoke(rehearse_command, [str(facts), *options, "--out", str(tmp_path / "out")])
    assert done.exit_code == 2
    assert "A cap needs both --cap and --affiliations." in done.output
