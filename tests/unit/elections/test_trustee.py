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

from elections.crypto import decryption, shuffle, whole_decryption
from elections.crypto.archive import EventType, sha256_hex
from elections.crypto.decryption import OwnedPartialDecryption, PartialDecryption
from elections.crypto.shuffle import OwnedShuffle, Shuffle
from elections.crypto.trustees import PrivateKey, TrusteePublicKey, generate_key
from elections.crypto.whole_decryption import WholeProof
from elections.trustee.__main__ import main
from elections.trustee.board import read_board
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
    made, owned, proof, rest = Path(f"{UUID}.decryption-1.json").read_bytes().split(b"\n")
    assert json.loads(owned)["owner"] == json.loads(proof)["owner"] == 1
    assert rest == b""
    decryption.verify(
        PartialDecryption.from_json(made),
        small.ciphertexts,
        small.trustees.owners[0].public_key,
        small.election.fingerprint,
    )


def second_proof(small: SmallElection, file: Path, owner: int) -> None:
    """Verify the third line of a trustee's file, as whoever gets it does."""
    made, owned, proof, rest = file.read_bytes().split(b"\n")
    assert rest == b""
    assert owned == OwnedPartialDecryption.of(owner, made).to_json()
    hashes = read_board(small.board).shuffles[-1].payload, sha256_hex(made)
    key = small.trustees.owners[owner - 1].public_key
    statement = whole_decryption.Statement(small.election.fingerprint, owner, key, *hashes)
    factors = PartialDecryption.from_json(made).factors
    whole_decryption.verify(WholeProof.from_json(proof), statement, small.ciphertexts, factors)


def test_a_decryption_brings_its_second_proof(small: SmallElection) -> None:
    mixed(small)
    assert run("decrypt", board_file(small), "--key", key_file(small.keys[1])) == 0
    second_proof(small, Path(f"{UUID}.decryption-2.json"), 2)


@pytest.mark.parametrize("lines", [1, 2])
def test_whoever_decrypted_with_another_program_vouches_for_that_file(small: SmallElection, lines: int) -> None:
    """belenios-tool writes one line or, since 3.0, two."""
    mixed(small)
    made = decryption.decrypt(small.keys[0], small.ciphertexts, small.election.fingerprint).to_json()
    file = [made, OwnedPartialDecryption.of(1, made).to_json()][:lines]
    Path("theirs.json").write_bytes(b"\n".join(file) + b"\n")
    arguments = ("vouch", board_file(small), "--key", key_file(small.keys[0]), "--decryption", "theirs.json")
    assert run(*arguments) == 0
    second_proof(small, Path(f"{UUID}.vouched-1.json"), 1)
    assert Path(f"{UUID}.vouched-1.json").read_bytes().startswith(made + b"\n")


def test_a_decryption_on_the_board_is_vouched_for_without_its_file(
    small: SmallElection, capsys: pytest.CaptureFixture[str]
) -> None:
    mixed(small)
    key = key_file(small.keys[0])
    assert run("vouch", board_file(small), "--key", key) == 2
    assert "not on the board yet" in capsys.readouterr().err
    small.decrypt(1)
    assert run("vouch", board_file(small), "--key", key) == 0
    second_proof(small, Path(f"{UUID}.vouched-1.json"), 1)
    other = decryption.decrypt(small.keys[0], small.ciphertexts, small.election.fingerprint).to_json()
    Path("other.json").write_bytes(other)
    arguments = (board_file(small), "--key", key, "--out", "x.json")
    assert run("vouch", *arguments, "--decryption", "other.json") == 2
    assert "another decryption of yours" in capsys.readouterr().err
    assert run("decrypt", *arguments) == 2
    assert "use the command vouch" in capsys.readouterr().err


def test_what_is_not_made_with_the_key_at_hand_is_not_vouched_for(
    small: SmallElection, capsys: pytest.CaptureFixture[str]
) -> None:
    mixed(small)
    Path("theirs.json").write_bytes(
        decryption.decrypt(small.keys[1], small.ciphertexts, small.election.fingerprint).to_json()
    )
    arguments = ("vouch", board_file(small), "--key", key_file(small.keys[0]), "--decryption", "theirs.json")
    assert run(*arguments) == 2
    said = capsys.readouterr().err
    assert said == "A factor of this decryption is not what your key gives. It is not vouched for.\n"
    assert not list(Path().glob("*vouched*"))


def test_nothing_is_vouched_for_before_the_mixing_is_over(
    small: SmallElection, capsys: pytest.CaptureFixture[str]
) -> None:
    made = decryption.decrypt(small.keys[0], small.ciphertexts, small.election.fingerprint).to_json()
    Path("early.json").write_bytes(made)
    small.mix(1)
    arguments = ("vouch", board_file(small), "--key", key_file(small.keys[0]), "--decryption", "early.json")
    assert run(*arguments) == 2
    assert "whose ballot is whose" in capsys.readouterr().err


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
