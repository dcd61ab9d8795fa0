"""Stock ssh-keygen and we take each other's keys, signatures and files of allowed signers."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path

import pytest

from elections.verifier import signers, sshsig
from elections.verifier.certificate import namespace_of
from elections.verifier.signers import Signer
from elections.verifier.sshsig import BadSignature, PublicKey, Signature
from tests.interop.conftest import ROOT

pytestmark = pytest.mark.interop

SEED = bytes(range(32))
SPACE = namespace_of("example.org")
WHO = "certifier-7@example.org"
MESSAGE = '{\n "who": "Ada Lovelace – “elected”"\n}\n'.encode()
SCRIPTS = ROOT / "foundation/static/js/certify"


def run(*command: object, given: bytes = b"", check: bool = True) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run([str(word) for word in command], input=given, capture_output=True, check=check, timeout=60)


def verified(ssh_keygen: Path, folder: Path, signature: str, message: bytes = MESSAGE, who: str = WHO) -> bool:
    """Whether `ssh-keygen -Y verify` takes the signature, with the command line that our pages print."""
    key = Signature.parse(sshsig.sign(b"", SPACE, SEED)).key
    (folder / "allowed_signers").write_text(signers.written([Signer(WHO, (SPACE,), key)]))
    (folder / "1.sig").write_text(signature)
    line = (
        ssh_keygen,
        "-Y",
        "verify",
        "-f",
        folder / "allowed_signers",
        "-I",
        who,
        "-n",
        SPACE,
        "-s",
        folder / "1.sig",
    )
    return run(*line, given=message, check=False).returncode == 0


def test_ssh_keygen_takes_what_we_sign_and_nothing_else(ssh_keygen: Path, tmp_path: Path) -> None:
    signature = sshsig.sign(MESSAGE, SPACE, SEED)
    assert verified(ssh_keygen, tmp_path, signature)
    assert not verified(ssh_keygen, tmp_path, signature, MESSAGE + b" ")
    assert not verified(ssh_keygen, tmp_path, signature, who="certifier-8@example.org")
    assert not verified(ssh_keygen, tmp_path, sshsig.sign(MESSAGE, "git", SEED))
    assert not verified(ssh_keygen, tmp_path, sshsig.sign(MESSAGE, SPACE, bytes(32)))


@pytest.mark.parametrize("passphrase", ["", "four unrelated garden gnomes"])
def test_we_take_what_ssh_keygen_signs_and_nothing_else(ssh_keygen: Path, tmp_path: Path, passphrase: str) -> None:
    key, file = tmp_path / "key", tmp_path / "certificate.json"
    run(ssh_keygen, "-q", "-t", "ed25519", "-N", passphrase, "-f", key, "-C", "a certifier")
    file.write_bytes(MESSAGE)
    askpass = tmp_path / "askpass"
    askpass.write_text(f"#!/bin/sh\necho '{passphrase}'\n")
    askpass.chmod(0o700)
    env = ("env", f"SSH_ASKPASS={askpass}", "SSH_ASKPASS_REQUIRE=force")
    run(*env, ssh_keygen, "-Y", "sign", "-f", key, "-n", SPACE, file)
    signature = Signature.parse(Path(f"{file}.sig").read_text())
    assert signature.key == PublicKey.parse(Path(f"{key}.pub").read_text())
    signature.verify(MESSAGE, SPACE)
    for message, space in ((MESSAGE[:-1], SPACE), (MESSAGE, "git")):
        with pytest.raises(BadSignature):
            signature.verify(message, space)


def test_fingerprints_are_those_of_ssh_keygen(ssh_keygen: Path, tmp_path: Path) -> None:
    key = tmp_path / "key"
    run(ssh_keygen, "-q", "-t", "ed25519", "-N", "", "-f", key)
    shown = run(ssh_keygen, "-l", "-f", key).stdout.decode().split()
    assert PublicKey.parse(Path(f"{key}.pub").read_text()).fingerprint == shown[1]


def test_other_kinds_of_keys_are_refused(ssh_keygen: Path, tmp_path: Path) -> None:
    for kind in ("ecdsa", "rsa"):
        key, file = tmp_path / kind, tmp_path / f"{kind}.json"
        run(ssh_keygen, "-q", "-t", kind, "-N", "", "-f", key)
        file.write_bytes(MESSAGE)
        run(ssh_keygen, "-Y", "sign", "-f", key, "-n", SPACE, file)
        with pytest.raises(BadSignature):
            PublicKey.parse(Path(f"{key}.pub").read_text())
        with pytest.raises(BadSignature):
            Signature.parse(Path(f"{file}.sig").read_text())


def in_node(script: str) -> dict[str, str]:
    """Run our browser modules in Node and return what the script hands to `give`."""
    node = shutil.which("node") or str(ROOT / ".venv/bin/node")
    imports = f"""
      import {{ makeKey, writePrivateKey, readPrivateKey, lineOf }} from '{SCRIPTS}/private-key.js';
      import {{ sign }} from '{SCRIPTS}/sshsig.js';
      const give = (found) => console.log(JSON.stringify(found));
    """
    done = subprocess.run(
        [node, "--input-type=module", "-e", imports + script], capture_output=True, check=True, timeout=60, cwd=ROOT
    )
    found: dict[str, str] = json.loads(done.stdout)
    return found


def test_ssh_keygen_reads_a_key_made_in_the_browser_and_takes_its_signature(ssh_keygen: Path, tmp_path: Path) -> None:
    text = json.dumps(MESSAGE.decode())
    made = in_node(
        "const key = makeKey();"
        f"give({{file: writePrivateKey(key.seed, 'who'), line: lineOf(key.publicKey),"
        f" signature: sign(new TextEncoder().encode({text}), '{SPACE}', key)}});"
    )
    file = tmp_path / "certifier_ed25519"
    file.write_text(made["file"])
    file.chmod(0o600)
    assert run(ssh_keygen, "-y", "-f", file).stdout.decode().split() == [*made["line"].split(), "who"]
    (tmp_path / "allowed").write_text(signers.written([Signer(WHO, (SPACE,), PublicKey.parse(made["line"]))]))
    (tmp_path / "sig").write_text(made["signature"])
    line = (ssh_keygen, "-Y", "verify", "-f", tmp_path / "allowed", "-I", WHO, "-n", SPACE, "-s", tmp_path / "sig")
    assert run(*line, given=MESSAGE).returncode == 0
    Signature.parse(made["signature"]).verify(MESSAGE, SPACE)


def test_the_browser_reads_a_key_of_ssh_keygen(ssh_keygen: Path, tmp_path: Path) -> None:
    key = tmp_path / "key"
    run(ssh_keygen, "-q", "-t", "ed25519", "-N", "", "-f", key, "-C", "a certifier – with “words”")
    read = in_node(f"give({{line: lineOf(readPrivateKey({json.dumps(key.read_text())}).publicKey)}});")
    assert Path(f"{key}.pub").read_text().startswith(read["line"])
