"""`python -m elections.counting`: what it prints, and how it refuses."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from elections.counting.command_line import main
from elections.counting.methods.registry import METHODS

ROOT = Path(__file__).resolve().parents[3]
EXAMPLE = str(ROOT / "elections/counting/examples/debian-2003-leader.cvotes")
CONTRACT = [
    "schulze",
    "schulze-margins",
    "ranked-pairs",
    "ranked-pairs-margins",
    "minimax",
    "minimax-margins",
    "minimax-opposition",
    "copeland",
    "kemeny-young",
    "split-cycle",
    "nanson",
    "baldwin",
    "black",
    "irv",
    "borda",
    "schulze-stv",
    "cpo-stv",
    "meek-stv",
    "scottish-stv",
]
RESULT = {"method", "order", "winners", "seats", "unresolved", "lots", "skipped_by_cap", "explanation"}
REPORT = {"candidates", "ballots", "blank", "pairwise", "condorcet_winner", "condorcet_loser", "smith", "schwartz"}


def run(*arguments: str, stdin: bytes = b"") -> "subprocess.CompletedProcess[bytes]":
    return subprocess.run(
        [sys.executable, "-m", "elections.counting", *arguments],
        cwd=ROOT,
        input=stdin,
        capture_output=True,
        check=False,
        timeout=60,
        env={**os.environ, "PYTHONUTF8": "1"},
    )


def printed(capsys: pytest.CaptureFixture[str], *arguments: str) -> dict[str, Any]:
    assert main([*arguments, "--json"]) == 0
    found: dict[str, Any] = json.loads(capsys.readouterr().out)
    return found


def test_the_methods_are_those_of_the_contract() -> None:
    assert [method.name for method in METHODS] == CONTRACT


def test_json_has_every_field_of_the_contract_for_all_methods(capsys: pytest.CaptureFixture[str]) -> None:
    found = printed(capsys, EXAMPLE, "--method", "all", "--seats", "2", "--seed", "00ff")
    assert set(found) >= REPORT | {"results"}
    assert [result["method"] for result in found["results"]] == CONTRACT
    assert all(set(result) >= RESULT for result in found["results"])
    assert all(len(result["seats"]) == 2 for result in found["results"])
    assert found["condorcet_winner"] == "Martin Michlmayr"
    assert (found["ballots"], found["blank"], found["condorcet_loser"]) == (488, 0, "None Of The Above")


def test_several_methods_come_in_the_order_asked_for(capsys: pytest.CaptureFixture[str]) -> None:
    found = printed(capsys, EXAMPLE, "--method", "copeland,schulze")
    assert [result["method"] for result in found["results"]] == ["copeland", "schulze"]


def test_standard_input_is_read_and_the_module_can_be_run() -> None:
    done = run("-", "--format", "cvotes", "--json", stdin=Path(EXAMPLE).read_bytes())
    assert (done.returncode, done.stderr) == (0, b"")
    assert json.loads(done.stdout)["results"][0]["seats"] == ["Martin Michlmayr"]
    text = run(EXAMPLE)
    assert "Martin Michlmayr is the Condorcet winner" in text.stdout.decode()


def test_the_file_says_how_many_seats_and_what_not_ranked_means_unless_told(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    path = tmp_path / "x.cvotes"
    path.write_text("#/Candidates: A ; B ; C\n#/Number of Seats: 2\n#/Implicit Ranking: false\nA\n")
    assert printed(capsys, str(path))["options"] | {"seed": None} == {
        "seats": 2,
        "unranked": "no-opinion",
        "equal_ranks": "allowed",
        "seed": None,
        "cap": None,
        "approval": None,
    }
    told = printed(capsys, str(path), "--unranked", "last", "--seats", "1")
    assert (told["options"]["unranked"], told["condorcet_winner"]) == ("last", "A")


def test_affiliations_sitting_members_and_majorities_come_from_the_command_line(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    ballots, groups, sitting = tmp_path / "x.csv", tmp_path / "groups.csv", tmp_path / "sitting.csv"
    ballots.write_text("A,B,N\n1,2,3\n1,3,2\n1,2,3\n")
    groups.write_text("A,Acme\n")
    sitting.write_text("Zoe,Acme\n")
    capped = printed(capsys, str(ballots), "--cap", "1", "--affiliations", str(groups), "--sitting", str(sitting))
    assert (capped["results"][0]["seats"], capped["results"][0]["winners"]) == (["B"], ["A"])
    ruled = printed(
        capsys, str(ballots), "--default-option", "N", "--quorum", "2.5", "--majority", "B=3:1", "--seats", "2"
    )
    assert [one["name"] for one in ruled["dropped"]] == ["B"]
    assert ruled["results"][0]["seats"] == ["A"]


def test_a_withdrawn_candidate_is_left_out(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    path = tmp_path / "x.blt"
    path.write_text('3 1\n-1\n3 1 2 3 0\n0\n"A"\n"B"\n"C"\n"T"\n')
    found = printed(capsys, str(path))
    assert (found["candidates"], found["results"][0]["seats"]) == (["B", "C"], ["B"])


def test_the_affiliation_of_somebody_who_withdrew_is_no_fault(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    ballots, groups = tmp_path / "x.blt", tmp_path / "groups.csv"
    ballots.write_text('3 1\n-1\n3 1 2 3 0\n0\n"A"\n"B"\n"C"\n"T"\n')
    groups.write_text("A,Acme\nB,Acme\n")
    found = printed(capsys, str(ballots), "--cap", "0", "--affiliations", str(groups))
    assert (found["results"][0]["seats"], found["options"]["cap"]["affiliations"]) == (["C"], {"B": ["Acme"]})


def test_the_text_says_how_the_ballots_were_counted(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    ballots, groups, sitting = tmp_path / "x.csv", tmp_path / "groups.csv", tmp_path / "sitting.csv"
    ballots.write_text("A,B,N\n1,2,3\n1,3,2\n1,2,3\n")
    groups.write_text("A,Acme\n")
    sitting.write_text("Zoe,Acme\n")
    assert main([str(ballots), "--unranked", "no-opinion"]) == 0
    plain = capsys.readouterr().out
    assert "Seats: 1. Equal ranks are allowed. Not ranked means: no opinion." in plain
    assert "There is no lot: a tie that decides something stays open." in plain
    assert "A blank ballot counts as cast and prefers nobody; a ballot of weight n counts as n ballots." in plain
    options = ["--cap", "1", "--affiliations", str(groups), "--sitting", str(sitting), "--seed", "00FF"]
    options += ["--default-option", "N", "--quorum", "1.5", "--majority", "B=3:2"]
    assert main([str(ballots), *options]) == 0
    told = capsys.readouterr().out
    assert "Ties are decided by the lot drawn from the seed 00ff." in told
    assert "At most 1 of one control group (A: Acme); sitting: 1 of Acme." in told
    assert "Every option must beat N, B by 3:2; the quorum is 1.5." in told


def test_a_pairwise_table_is_counted_by_methods_that_need_no_ballots(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    path = tmp_path / "x.csv"
    path.write_text("pairwise,A,B\nA,0,3\nB,2,0\n")
    found = printed(capsys, str(path), "--method", "all")
    refused = [result["method"] for result in found["results"] if "refused" in result]
    assert refused == ["irv", "schulze-stv", "cpo-stv", "meek-stv", "scottish-stv"]
    assert (found["ballots"], found["results"][0]["order"]) == (None, [["A"], ["B"]])
    assert main([str(path), "--method", "irv"]) == 2


def test_a_lenient_reading_lists_what_it_skipped(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_text("A,B\n1,2\n1,7\n")
    assert main([str(path), "--lenient", "--json"]) == 0
    both = capsys.readouterr()
    assert json.loads(both.out)["skipped_lines"] == [{"line": 3, "reason": "The rank 7 is not between 1 and 2."}]
    assert "line 3 left out" in both.err


REFUSED = [
    [EXAMPLE, "--seats", "6"],
    [EXAMPLE, "--seats", "0"],
    [EXAMPLE, "--seats", "x"],
    [EXAMPLE, "--method", "plurality"],
    [EXAMPLE, "--seed", "xyz"],
    [EXAMPLE, "--seed", ""],
    [EXAMPLE, "--cap", "1"],
    [EXAMPLE, "--cap", "1", "--affiliations", "nowhere.csv"],
    [EXAMPLE, "--affiliations", "nowhere.csv"],
    [EXAMPLE, "--default-option", "Nobody"],
    [EXAMPLE, "--quorum", "3"],
    [EXAMPLE, "--default-option", "None Of The Above", "--quorum", "-3"],
    [EXAMPLE, "--default-option", "None Of The Above", "--majority", "Bdale Garbee=3"],
    [EXAMPLE, "--default-option", "None Of The Above", "--majority", "Bdale Garbee=3:0"],
    [EXAMPLE, "--default-option", "None Of The Above", "--majority", "None Of The Above=3:1"],
    [
        EXAMPLE,
        "--default-option",
        "None Of The Above",
        "--majority",
        "Moshe Zadka=3:1",
        "--majority",
        "Moshe Zadka=2:1",
    ],
    [EXAMPLE, "--default-option", "None Of The Above", "--quorum", "9" * 5000],
    [EXAMPLE, "--seat", "2"],
    [EXAMPLE, "--format", "xml"],
    [EXAMPLE, "--unranked", "first"],
    ["nowhere.cvotes"],
    [str(ROOT)],
    [],
]


@pytest.mark.parametrize("arguments", REFUSED, ids=lambda arguments: " ".join(arguments)[-50:])
def test_bad_input_is_one_line_and_status_2(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main([*arguments, "--json"]) == 2
    both = capsys.readouterr()
    assert both.out == ""
    assert len(both.err.strip().splitlines()) == 1
    assert "Traceback" not in both.err


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--seats", "1.5"], "--seats must be a whole number, found '1.5'."),
        (["--seats", "1_0"], "--seats must be a whole number, found '1_0'."),
        (["--cap", "-1", "--affiliations", "x.csv"], "--cap must be a whole number, found '-1'."),
        (["--method", "all,schulze"], "All methods include every other one; give 'all' by itself."),
        (["--method", "Schulze"], "There is no method 'Schulze'; the methods are schulze, "),
        (
            ["--default-option", "NOTA"],
            "'NOTA' is to be the default option but is no candidate; the candidates are 'Moshe Zadka', ",
        ),
        (
            ["--default-option", "None Of The Above", "--majority", "Bdale=3:1"],
            "'Bdale' has a majority of its own but is no candidate; the candidates are 'Moshe Zadka', ",
        ),
    ],
)
def test_the_one_line_says_what_was_found_and_what_would_do(
    options: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([EXAMPLE, *options]) == 2
    assert capsys.readouterr().err.startswith(said)


def test_one_method_above_its_limit_is_refused_and_among_several_says_so(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    path = tmp_path / "x.csv"
    path.write_text(",".join(f"C{n}" for n in range(19)) + "\n" + ",".join(str(n + 1) for n in range(19)) + "\n")
    assert main([str(path), "--method", "kemeny-young"]) == 2
    assert "at most 18" in capsys.readouterr().err
    found = printed(capsys, str(path), "--method", "kemeny-young,schulze")
    assert "at most 18" in found["results"][0]["refused"]
    assert found["results"][1]["seats"] == ["C0"]


def test_the_report_is_utf_8_whatever_the_terminal_says(tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_text("Zoë,B\n1,2\n", encoding="utf-8")
    for options in ([], ["--json"]):
        done = subprocess.run(
            [sys.executable, "-m", "elections.counting", str(path), *options],
            cwd=ROOT,
            capture_output=True,
            check=True,
            env={**os.environ, "PYTHONIOENCODING": "ascii", "PYTHONUTF8": "0"},
        )
        assert "Zoë" in done.stdout.decode()


def test_a_reader_who_leaves_early_is_no_fault(tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_text(",".join(f"C{n}" for n in range(200)) + "\n" + ",".join(str(n + 1) for n in range(200)) + "\n")
    command = f"{sys.executable} -m elections.counting {path} --json | head -c 5"
    done = subprocess.run(command, shell=True, cwd=ROOT, capture_output=True, check=True)  # noqa: S602
    assert (done.stdout, done.stderr) == (b'{"can', b"")
