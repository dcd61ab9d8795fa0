"""The trustee's command line: keys that are kept, boards that are verified first, files that either program accepts."""

from __future__ import annotations

import json
import os
import shutil
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from elections.crypto import decryption, shuffle
from elections.crypto.archive import EventType
from elections.crypto.decryption import PartialDecryption
from elections.crypto.shuffle import OwnedShuffle, Shuffle
from elections.crypto.trustees import PrivateKey, TrusteePublicKey, generate_key
from elections.trustee.__main__ import main
from tests.unit.crypto.small_election import UUID, SmallElection

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture(autouse=True)
def own_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def small() -> SmallElection:
    """An election that is closed, with two trustees and nothing mixed."""
    election = SmallElection((3,), trustees=2, voters=3)
    for voter in range(3):
        election.cast(voter, [[1, 2, 0]])
    election.close()
    return election


def key_file(key: PrivateKey, name: str = "mine.privkey", mode: int = 0o600) -> Path:
    path = Path(name)
    path.write_bytes(key.to_json() + b"\n")
    path.chmod(mode)
    return path


def board_file(small: SmallElection) -> str:
    Path(f"{UUID}.bel").write_bytes(small.board)
    return f"{UUID}.bel"


def run(*arguments: object) -> int:
    return main([str(argument) for argument in arguments])


def test_keygen_writes_a_pair_that_fits_with_the_private_key_for_its_owner_alone() -> None:
    assert run("keygen", "--out", "keys") == 0
    private, public = sorted(Path("keys").iterdir())
    assert (private.suffix, public.suffix) == (".privkey", ".pubkey")
    assert private.stem == public.stem
    assert stat.S_IMODE(private.stat().st_mode) == 0o600
    published = TrusteePublicKey.from_json(public.read_bytes().strip())
    published.verify()
    assert PrivateKey.from_json(private.read_bytes().strip()).public_key == published.public_key


def test_keygen_does_not_print_the_private_key(capsys: pytest.CaptureFixture[str]) -> None:
    run("keygen")
    (private,) = Path().glob("*.privkey")
    secret = json.loads(private.read_text())
    said = capsys.readouterr()
    assert str(private) in said.out
    assert secret not in said.out + said.err


def test_a_shuffle_is_verified_by_whoever_gets_it_and_names_its_owner(small: SmallElection) -> None:
    assert run("shuffle", board_file(small), "--key", key_file(small.keys[1])) == 0
    made, owned, rest = Path(f"{UUID}.shuffle-2.json").read_bytes().split(b"\n")
    assert rest == b""
    assert owned == OwnedShuffle.of(2, made).to_json()
    shuffle.verify(Shuffle.from_json(made), small.ciphertexts, small.election.public_key, small.election.fingerprint)


def test_the_second_mixer_shuffles_what_the_first_left(small: SmallElection) -> None:
    small.mix(1)
    assert run("shuffle", board_file(small), "--key", key_file(small.keys[1])) == 0
    made = Path(f"{UUID}.shuffle-2.json").read_bytes().split(b"\n")[0]
    shuffle.verify(Shuffle.from_json(made), small.ciphertexts, small.election.public_key, small.election.fingerprint)


def test_a_decryption_is_verified_by_whoever_gets_it(small: SmallElection) -> None:
    mixed(small)
    assert run("decrypt", board_file(small), "--key", key_file(small.keys[0])) == 0
    made, owned, _rest = Path(f"{UUID}.decryption-1.json").read_bytes().split(b"\n")
    assert json.loads(owned)["owner"] == 1
    decryption.verify(
        PartialDecryption.from_json(made),
        small.ciphertexts,
        small.trustees.owners[0].public_key,
        small.election.fingerprint,
    )


def mixed(small: SmallElection) -> None:
    small.mix(1)
    small.mix(2)
    small.end_mixing()


def test_nothing_is_decrypted_before_the_mixing_is_over(
    small: SmallElection, capsys: pytest.CaptureFixture[str]
) -> None:
    small.mix(1)
    assert run("decrypt", board_file(small), "--key", key_file(small.keys[0])) == 2
    assert "whose ballot is whose" in capsys.readouterr().err
    assert not list(Path().glob("*decryption*"))


def test_a_board_that_fails_its_verification_is_neither_mixed_nor_decrypted(
    small: SmallElection, capsys: pytest.CaptureFixture[str]
) -> None:
    forged = small.seal(0, [[2, 1, 0]])
    small.add(EventType.BALLOT, forged.to_json())
    for act in ("shuffle", "decrypt"):
        assert run(act, board_file(small), "--key", key_file(small.keys[0])) == 1
        assert "fails its verification. V6" in capsys.readouterr().err
    assert not list(Path().glob("*.json"))


def test_a_trustee_who_mixed_already_is_told_so(small: SmallElection, capsys: pytest.CaptureFixture[str]) -> None:
    small.mix(1)
    assert run("shuffle", board_file(small), "--key", key_file(small.keys[0])) == 2
    assert "has mixed these ballots already" in capsys.readouterr().err


def test_a_key_of_no_trustee_is_refused(small: SmallElection, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("shuffle", board_file(small), "--key", key_file(generate_key()[0])) == 2
    assert "none of the election's trustees" in capsys.readouterr().err


def test_a_trustee_whose_shuffle_is_not_on_the_board_does_not_decrypt(
    small: SmallElection, capsys: pytest.CaptureFixture[str]
) -> None:
    run("shuffle", board_file(small), "--key", key_file(small.keys[0]))
    own = Path(f"{UUID}.shuffle-1.json")
    mixed(small)
    arguments = ("decrypt", board_file(small), "--key", key_file(small.keys[0]), "--my-shuffle", own)
    assert run(*arguments) == 2
    assert "Your shuffle is not on the board" in capsys.readouterr().err


def test_a_trustee_whose_shuffle_is_on_the_board_decrypts(small: SmallElection) -> None:
    made = small.mix(1)
    Path("own.json").write_bytes(made.to_json() + b"\n")
    small.mix(2)
    small.end_mixing()
    arguments = ("decrypt", board_file(small), "--key", key_file(small.keys[0]), "--my-shuffle", "own.json")
    assert run(*arguments) == 0


@pytest.mark.skipif(os.name != "posix", reason="modes are POSIX")
def test_a_private_key_that_others_can_read_is_not_used(
    small: SmallElection, capsys: pytest.CaptureFixture[str]
) -> None:
    path = key_file(small.keys[0], mode=0o644)
    assert run("shuffle", board_file(small), "--key", path) == 2
    assert "Others can read" in capsys.readouterr().err


def test_a_file_that_exists_is_not_overwritten(small: SmallElection, capsys: pytest.CaptureFixture[str]) -> None:
    Path("made.json").write_text("something of mine")
    arguments = ("shuffle", board_file(small), "--key", key_file(small.keys[0]), "--out", "made.json")
    assert run(*arguments) == 2
    assert "exists already" in capsys.readouterr().err
    assert Path("made.json").read_text() == "something of mine"


@pytest.mark.parametrize(("content", "status"), [(b"no archive", 2), (b"", 2)])
def test_what_is_no_archive_is_one_line_and_status_2(
    content: bytes, status: int, capsys: pytest.CaptureFixture[str]
) -> None:
    Path("x.bel").write_bytes(content)
    assert run("shuffle", "x.bel", "--key", key_file(generate_key()[0])) == status
    assert len(capsys.readouterr().err.strip().splitlines()) == 1


@pytest.mark.parametrize("content", [b"", b"12", b'"0x12"', b'"-1"', b"[]", b"\xff"])
def test_a_key_file_that_holds_no_key_is_one_line_and_status_2(
    content: bytes, small: SmallElection, capsys: pytest.CaptureFixture[str]
) -> None:
    Path("bad.privkey").write_bytes(content)
    Path("bad.privkey").chmod(0o600)
    assert run("shuffle", board_file(small), "--key", "bad.privkey") == 2
    assert len(capsys.readouterr().err.strip().splitlines()) == 1


def test_the_board_is_named_once(small: SmallElection, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("shuffle", "--key", key_file(small.keys[0])) == 2
    assert run("shuffle", board_file(small), "--url", "http://x.invalid/", "--key", key_file(small.keys[0])) == 2
    assert capsys.readouterr().err.count("Name the board once") == 2


def test_a_trustee_needs_only_the_pure_packages(small: SmallElection, tmp_path: Path) -> None:
    """Copied to a machine without Flask or SQLAlchemy, the command line makes a key, mixes and decrypts."""
    home = tmp_path / "elsewhere"
    for name in ("counting", "crypto", "trustee", "verifier"):
        shutil.copytree(ROOT / "elections" / name, home / "elections" / name)
    shutil.copy(ROOT / "elections" / "new_files.py", home / "elections")
    (home / "elections" / "__init__.py").write_text('"""Copied."""')
    (home / "sitecustomize.py").write_text(
        "import sys\n"
        "class Hidden:\n"
        "    def find_spec(self, name, path=None, target=None):\n"
        "        if name.split('.')[0] in {'flask', 'sqlalchemy', 'wtforms', 'click', 'foundation', 'membership'}:\n"
        "            raise ModuleNotFoundError(name)\n"
        "sys.meta_path.insert(0, Hidden())\n"
    )
    archive, key = Path(board_file(small)).resolve(), key_file(small.keys[0]).resolve()
    environ = {"PYTHONPATH": str(home), "PATH": os.environ["PATH"]}
    for arguments in (["keygen"], ["shuffle", str(archive), "--key", str(key), "--jobs", "1"]):
        command = [sys.executable, "-m", "elections.trustee", *arguments]
        done = subprocess.run(command, cwd=home, env=environ, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
    assert (home / f"{UUID}.shuffle-1.json").exists()
