"""`python -m elections.verifier`, as people and programs use it."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from elections.verifier import verification
from elections.verifier.__main__ import main
from tests.unit.verifier.forged_ballots import forged_signature
from tests.unit.verifier.forgeries import certified, checkpoint_of, honest, outcome_of, receipt_of
from tests.unit.verifier.workshop import RECEIPT_SEED, Workshop, write

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A directory with an honest election and all that is published beside it."""
    return lay(tmp_path / "election", honest())


def lay(folder: Path, workshop: Workshop) -> Path:
    folder.mkdir()
    (folder / f"{workshop.uuid}.bel").write_bytes(workshop.archive())
    (folder / "manifest.json").write_bytes(workshop.manifest.to_json())
    (folder / "outcome.json").write_bytes(outcome_of(workshop))
    return folder


def test_an_honest_election_ends_with_status_0_and_a_line_a_check(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([str(folder)]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert "V19 ✓ signatures: 4 ballots" in lines
    assert lines[-1] == "Election at stage complete, 4 ballots, 3 voters on the roll: all checks passed"
    assert len(lines) == 38


def test_a_forged_one_ends_with_status_1_and_the_number_of_the_check(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "e.bel").write_bytes(forged_signature().board.data)
    assert main([str(tmp_path / "e.bel")]) == 1
    out = capsys.readouterr().out
    assert "V19 ✗ signatures: The ballot at height 2: The ballot's signature does not hold." in out
    assert out.endswith("broken at V19\n")


def test_programs_get_one_json_object(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([str(folder), "--json"]) == 0
    captured = capsys.readouterr()
    report = json.loads(captured.out)
    assert list(report) == ["ok", "stage", "ballots", "voters", "checks"]
    assert (report["ok"], report["stage"], report["ballots"], report["voters"]) == (True, "complete", 4, 3)
    assert [list(row) for row in report["checks"]] == [["id", "name", "ok", "detail"]] * 37
    assert {row["id"]: row["ok"] for row in report["checks"]}["V10"] is None
    assert captured.err == ""


def test_a_receipt_and_an_older_archive_are_checked(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    workshop = honest()
    receipt, older = tmp_path / "receipt.txt", tmp_path / "older.bel"
    receipt.write_text(receipt_of(workshop).sign("tests.example", RECEIPT_SEED))
    older.write_bytes(write(workshop.pieces[:3]))
    assert main([str(folder), "--json", "--receipt", str(receipt), "--since", str(older)]) == 0
    rows = {row["id"]: row["ok"] for row in json.loads(capsys.readouterr().out)["checks"]}
    assert (rows["V7"], rows["R1"]) == (True, True)


def test_a_rewritten_history_ends_with_status_1(folder: Path, tmp_path: Path) -> None:
    older = lay(tmp_path / "older", Workshop().set_up().cast_all().finish())
    assert main([str(folder), "--since", str(older)]) == 1


@pytest.mark.parametrize("jobs", ["1", "2"])
def test_long_archives_are_spread_over_processes(folder: Path, jobs: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(verification, "SMALL", 0)
    assert main([str(folder), "--jobs", jobs]) == 0


UNUSABLE = {
    "nothing": lambda folder: [str(folder / "nothing.bel")],
    "no archive": lambda folder: [_written(folder / "x.bel", b"something else")],
    "empty": lambda folder: [_written(folder / "x.bel", b"")],
    "cut off": lambda folder: [_written(folder / "x.bel", honest().archive()[:-700])],
    "a folder without archives": lambda folder: [str(folder)],
    "a server that is not there": lambda folder: ["http://127.0.0.1:1/"],
    "no older archive": lambda folder: [_honest(folder), "--since", str(folder / "old.bel")],
    "an older archive without events": lambda folder: [
        _honest(folder),
        "--since",
        _written(folder / "old.bel", write([])),
    ],
    "no receipt": lambda folder: [_honest(folder), "--receipt", str(folder / "receipt")],
    "a receipt that is no text": lambda folder: [_honest(folder), "--receipt", _written(folder / "r", b"\xff\xfe")],
}


def _written(path: Path, content: bytes) -> str:
    path.write_bytes(content)
    return str(path)


def _honest(folder: Path) -> str:
    return _written(folder / "honest.bel", honest().archive())


@pytest.mark.parametrize("what", UNUSABLE)
def test_unusable_input_ends_with_status_2_and_one_line(
    what: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(UNUSABLE[what](tmp_path)) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert len(captured.err.splitlines()) == 1
    assert captured.err.startswith("elections.verifier: ")


@pytest.mark.parametrize("arguments", [[], ["x", "--jobs", "0"], ["x", "--jobs", "many"], ["x", "--no-such-option"]])
def test_wrong_usage_ends_with_status_2(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as end:
        main(arguments)
    assert end.value.code == 2
    assert "usage" in capsys.readouterr().err


def test_a_malformed_receipt_fails_its_check(folder: Path, tmp_path: Path) -> None:
    assert main([str(folder), "--receipt", _written(tmp_path / "r", b"no receipt")]) == 1


def test_a_stranger_needs_only_the_pure_packages_and_pynacl(folder: Path, tmp_path: Path) -> None:
    """Copied elsewhere, with neither gmpy2 nor numpy nor anything of the web: all but the recount is checked."""
    packages = tmp_path / "elsewhere" / "elections"
    for name in ("crypto", "verifier", "counting"):
        shutil.copytree(ROOT / "elections" / name, packages / name, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "elections" / "__init__.py", packages)
    script = (
        "import sys\n"
        "for name in ('gmpy2', 'numpy', 'flask', 'sqlalchemy', 'cryptography'): sys.modules[name] = None\n"
        "from elections.verifier.__main__ import main\n"
        f"sys.exit(main([{str(folder)!r}]))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=packages.parent, capture_output=True, text=True, check=False, timeout=60
    )
    assert done.returncode == 0, done.stderr
    assert "the outcome was not recounted" in done.stdout
    assert "all checks passed" in done.stdout


def test_the_module_runs_as_a_command(folder: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "elections.verifier", str(folder), "--jobs", "2"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.endswith("all checks passed\n")


def test_the_outcome_may_be_the_bare_report_of_the_only_contest(folder: Path) -> None:
    outcome = json.loads((folder / "outcome.json").read_bytes())
    (folder / "outcome.json").write_text(json.dumps(outcome["contests"][0]))
    assert main([str(folder)]) == 0
    outcome["contests"][0]["ballots"] += 1
    (folder / "outcome.json").write_text(json.dumps(outcome["contests"][0]))
    assert main([str(folder)]) == 1


def test_nothing_in_an_archive_can_steer_the_terminal(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    workshop = honest()
    _, contents = workshop.pieces[0]
    contents[3] = contents[3].replace(b'"election":"', b'"election":"\\u001b[2J')
    (tmp_path / "e.bel").write_bytes(workshop.archive())
    assert main([str(tmp_path / "e.bel")]) == 1
    assert "\x1b" not in capsys.readouterr().out


def test_a_checkpoint_is_checked(folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    note = tmp_path / "checkpoint.txt"
    note.write_text(checkpoint_of(honest()).sign("tests.example", RECEIPT_SEED))
    assert main([str(folder), "--checkpoint", str(note)]) == 0
    assert "R2  ✓ checkpoint: the head of 2026-05-04 12:00:00 UTC, height 2" in capsys.readouterr().out


def test_a_certificate_is_checked_with_its_signatures(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    materials = certified()
    papers = materials.certificate
    assert papers is not None
    assert materials.manifest is not None
    assert materials.outcome is not None
    contents = {
        "e.bel": materials.board.data,
        "e.manifest.json": materials.manifest,
        "e.outcome.json": materials.outcome,
        "certificate.json": papers.certificate,
        "1.sig": papers.signatures[0].encode(),
        "2.sig": papers.signatures[1].encode(),
        "allowed_signers": papers.allowed_signers.encode(),
    }
    for name, content in contents.items():
        (tmp_path / name).write_bytes(content)
    arguments = [str(tmp_path / "e.bel"), "--certificate", str(tmp_path / "certificate.json")]
    signed = ["--signature", str(tmp_path / "1.sig"), "--allowed-signers", str(tmp_path / "allowed_signers")]
    assert main([*arguments, *signed, "--signature", str(tmp_path / "2.sig")]) == 0
    assert "R3  ✓ certificate and its signatures: 2 signatures" in capsys.readouterr().out
    assert main([*arguments, *signed]) == 1
    assert "broken at R3" in capsys.readouterr().out
    assert main(arguments) == 2
    assert "together" in capsys.readouterr().err
