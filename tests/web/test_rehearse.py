"""`flask rehearse`: real ballots through the services of a real vote, and what the rehearsal leaves behind."""

from __future__ import annotations

import json
import os
import stat
from pathlib import Path

import pytest
from click.testing import Result
from flask import Flask
from sqlalchemy import text

from elections.cli import rehearse_command
from elections.rehearsal import run
from elections.verifier.__main__ import main as verify
from foundation.core.db import db

ROOT = Path(__file__).resolve().parents[2]
FACTS = ROOT / "elections" / "counting" / "examples" / "debian-2003-leader.cvotes"
SHARED = Path(os.environ.get("FOOTING_SHARED", ROOT.parent / "shared"))
TALLY = SHARED / "data" / "debian-2003-leader_tally.txt"
PAIRWISE = [
    [0, 34, 66, 38, 228],
    [428, 0, 238, 224, 449],
    [385, 221, 0, 226, 405],
    [397, 228, 237, 0, 424],
    [202, 29, 65, 39, 0],
]


@pytest.fixture
def tally() -> Path:
    """The tally sheet of Debian's leader election of 2003, which is read where it lies and not copied."""
    if not TALLY.exists():
        message = f"{TALLY} was not found: the rehearsal of a real election was NOT run."
        if os.environ.get("CI") == "true":
            pytest.fail(message)
        pytest.skip(message)
    return TALLY


def rehearse(app: Flask, *arguments: object) -> Result:
    runner = app.test_cli_runner()
    return runner.invoke(rehearse_command, [str(argument) for argument in arguments])


def databases() -> set[str]:
    return set(db.session.execute(text("SELECT datname FROM pg_database WHERE datname LIKE 'rehearsal_%'")).scalars())


def test_a_rehearsal_leaves_a_folder_that_verifies_and_no_database(app: Flask, tally: Path, tmp_path: Path) -> None:
    before = databases()
    done = rehearse(app, tally, "--limit", 12, "--out", tmp_path / "out")
    assert done.exit_code == 0, done.output
    assert databases() == before
    names = {
        path.name.partition(".")[2] if path.suffix == ".bel" else path.name for path in (tmp_path / "out").iterdir()
    }
    assert names == {"bel", "manifest.json", "outcome.json", "decryptions.json", "timings.json"}
    assert verify([str(tmp_path / "out"), "--jobs", "1"]) == 0
    assert "12 ballots, 12 voters on the roll: all checks passed" in done.output


def test_the_outcome_is_the_counting_report_and_the_timings_tell_every_stage(app: Flask, tmp_path: Path) -> None:
    done = rehearse(app, FACTS, "--limit", 8, "--trustees", 2, "--seats", 2, "--out", tmp_path)
    assert done.exit_code == 0, done.output
    outcome, timings = (json.loads((tmp_path / f"{name}.json").read_text()) for name in ("outcome", "timings"))
    assert outcome["ballots"] == 8
    assert len(outcome["results"][0]["winners"]) >= 2
    assert {"pairwise", "condorcet_winner", "smith", "results"} <= outcome.keys()
    assert [stage["stage"] for stage in timings["stages"]] == [
        "set-up",
        "credentials",
        "key ceremony",
        "sealing",
        "casting",
        "closing",
        "mixing",
        "decryption",
        "counting",
        "verification",
    ]
    assert all(stage["seconds"] >= 0 and stage["ms_per_ballot"] >= 0 for stage in timings["stages"])
    for stage in timings["stages"]:
        assert stage["stage"] in done.output


def test_repeating_casts_the_ballots_again_with_other_voters(app: Flask, tmp_path: Path) -> None:
    done = rehearse(app, FACTS, "--limit", 3, "--repeat", 3, "--trustees", 1, "--out", tmp_path)
    assert done.exit_code == 0, done.output
    assert "9 ballots, 9 voters on the roll" in done.output
    counts = json.loads((tmp_path / "outcome.json").read_text())["pairwise"]
    assert all(number % 3 == 0 for row in counts for number in row)


def test_the_archive_is_public_and_holds_no_private_key(app: Flask, tmp_path: Path) -> None:
    rehearse(app, FACTS, "--limit", 2, "--trustees", 1, "--out", tmp_path)
    assert all(stat.S_IMODE(path.stat().st_mode) & 0o400 for path in tmp_path.iterdir())
    assert not list(tmp_path.glob("*priv*"))


def test_a_rehearsal_that_fails_drops_its_database_too(
    app: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_arguments: object) -> None:
        raise RuntimeError("the disk is full")

    monkeypatch.setattr(run, "cast_all", fail)
    before = databases()
    done = rehearse(app, FACTS, "--limit", 2, "--out", tmp_path)
    assert isinstance(done.exception, RuntimeError)
    assert databases() == before


@pytest.mark.parametrize(
    ("content", "options", "sentence"),
    [
        (None, [], "cannot be read"),
        ("", [], "The file is empty."),
        ("V: 12 \t\t2a823466070fcff1415869231eba014e\n", [], "option"),
        (FACTS.read_text(), ["--method", "dictatorship"], "no counting method called dictatorship"),
        (FACTS.read_text(), ["--seats", "9"], "more seats than candidates"),
    ],
)
def test_what_cannot_be_rehearsed_is_one_line_and_status_2(
    app: Flask, tmp_path: Path, content: str | None, options: list[str], sentence: str
) -> None:
    name = "x_tally.txt" if content and content.startswith("V:") else "x.cvotes"
    if content is not None:
        (tmp_path / name).write_text(content)
    before = databases()
    done = rehearse(app, tmp_path / name, *options, "--out", tmp_path / "out")
    assert done.exit_code == 2
    assert sentence in done.output
    assert len(done.output.strip().splitlines()) == 1
    assert "Traceback" not in done.output
    assert databases() == before


def test_an_unknown_candidate_is_told_with_file_and_line(app: Flask, tmp_path: Path) -> None:
    (tmp_path / "x.cvotes").write_text("#/Candidates: Ada ; Grace\nAda > Grace\nAda > Hedy\n")
    done = rehearse(app, tmp_path / "x.cvotes", "--out", tmp_path / "out")
    assert done.exit_code == 2
    assert "line 3" in done.output
    assert "Hedy" in done.output


def test_a_folder_that_holds_an_archive_is_left_alone(app: Flask, tmp_path: Path) -> None:
    (tmp_path / "earlier.bel").write_bytes(b"an earlier rehearsal")
    done = rehearse(app, FACTS, "--limit", 2, "--out", tmp_path)
    assert done.exit_code == 2
    assert "holds earlier.bel already" in done.output
    assert (tmp_path / "earlier.bel").read_bytes() == b"an earlier rehearsal"


@pytest.mark.slow
def test_debians_leader_election_of_2003_has_its_published_winner_and_counts(
    app: Flask, tally: Path, tmp_path: Path
) -> None:
    done = rehearse(app, tally, "--trustees", 3, "--method", "schulze", "--out", tmp_path)
    assert done.exit_code == 0, done.output
    outcome = json.loads((tmp_path / "outcome.json").read_text())
    assert outcome["pairwise"] == PAIRWISE
    assert outcome["condorcet_winner"] == "Martin Michlmayr"
    assert outcome["results"][0]["seats"] == ["Martin Michlmayr"]
    assert "488 ballots, 488 voters on the roll: all checks passed" in done.output
