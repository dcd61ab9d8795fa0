"""A whole election made by belenios-tool alone, for tests of our reading.

`python -m tests.vectors.record_belenios PATH-OF-BELENIOS-TOOL` records one in tests/vectors/belenios: the archive, and
the secrets that were used. The interoperability tests make a fresh one each time.
"""

import json
import subprocess
import sys
import tempfile
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path

FOLDER = Path(__file__).parent / "belenios"

Run = Callable[..., bytes]

TEMPLATE = {
    "description": 'Recorded / "éa" \\ tab\t del\x7f 😀',
    "name": "Recorded",
    "questions": [
        {"type": "NonHomomorphic", "value": {"answers": ["A", "B", "C"], "question": "First?"}},
        {
            "type": "NonHomomorphic",
            "value": {"answers": ["D", "E"], "question": "Second?"},
            "extra": {"type": "CondorcetSchulze", "checkbox": False},
        },
    ],
    "administrator": "An official",
    "credential_authority": "A registrar",
}
# The voter's place in the list of credentials, and the rankings; the last ballot of each counts.
CAST = [(0, [[1, 2, 3], [1, 2]]), (1, [[0, 0, 0], [0, 0]]), (2, [[2, 1, 1], [0, 1]]), (0, [[3, 1, 2], [2, 1]])]


@dataclass(frozen=True)
class Secrets:
    """What the archive does not show: the credentials by voter, and the trustees' private keys by owner."""

    uuid: str
    credentials: list[str]
    private_keys: list[str]


def run_in(folder: Path, tool: Path) -> Run:
    """Return a function that runs belenios-tool in the folder and returns its output, raising when it fails."""

    def run(*arguments: str, stdin: bytes = b"") -> bytes:
        command = [str(tool.absolute()), *arguments]
        return subprocess.run(command, cwd=folder, input=stdin, capture_output=True, check=True, timeout=120).stdout

    return run


def set_up(run: Run, folder: Path) -> Secrets:
    """Make keys, credentials, the election and an archive that is open for voting."""
    uuid = run("setup", "generate-token", "--length=14").decode().strip()
    for _ in range(2):
        run("setup", "generate-trustee-key", "--group=Ed25519")
    keys = sorted(folder.glob("*.pubkey"))
    (folder / "public_keys.jsons").write_bytes(b"".join(key.read_bytes().strip() + b"\n" for key in keys))
    run("setup", "make-trustees")
    (folder / "template.json").write_text(json.dumps(TEMPLATE))
    run("setup", "make-election", "--group=Ed25519", f"--uuid={uuid}", "--template=template.json")
    run("setup", "generate-credentials", "--group=Ed25519", f"--uuid={uuid}", "--count=4")
    public = json.loads(next(folder.glob("*.pubcreds")).read_bytes())
    listed = sorted(entry.partition(",")[0] for entry in public)
    (folder / "public_creds.json").write_text(json.dumps(listed, separators=(",", ":")))
    run("archive", "init")
    private = json.loads(next(folder.glob("*.privcreds")).read_bytes())
    return Secrets(uuid, list(private.values()), [json.loads(key.with_suffix(".privkey").read_bytes()) for key in keys])


def vote(run: Run, folder: Path, secrets: Secrets) -> None:
    """Cast the ballots of CAST."""
    for voter, rankings in CAST:
        (folder / "credential").write_text(secrets.credentials[voter])
        (folder / "choice.json").write_text(json.dumps(rankings))
        ballot = run("election", "generate-ballot", "--privcred=credential", "--choice=choice.json")
        run("archive", "add-event", "--type=Ballot", stdin=ballot)


def tally(run: Run, folder: Path, secrets: Secrets) -> None:
    """Close, mix and decrypt as both trustees, and publish the result."""
    run("archive", "add-event", "--type=EndBallots")
    run("archive", "add-event", "--type=EncryptedTally", stdin=run("election", "compute-encrypted-tally"))
    for owner in range(1, 3):
        run("archive", "add-event", "--type=Shuffle", stdin=run("election", "shuffle", f"--trustee-id={owner}"))
    run("archive", "add-event", "--type=EndShuffles")
    for owner, key in enumerate(secrets.private_keys, 1):
        (folder / "private_key").write_text(json.dumps(key))
        partial = run("election", "decrypt", "--privkey=private_key", f"--trustee-id={owner}")
        run("archive", "add-event", "--type=PartialDecryption", stdin=partial)
    run("archive", "add-event", "--type=Result", stdin=run("election", "compute-result"))


def make(tool: Path, folder: Path) -> tuple[bytes, Secrets]:
    """Make an election in the empty folder; return its archive and its secrets."""
    run = run_in(folder, tool)
    secrets = set_up(run, folder)
    vote(run, folder, secrets)
    tally(run, folder, secrets)
    return (folder / f"{secrets.uuid}.bel").read_bytes(), secrets


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as scratch:
        archive, secrets = make(Path(sys.argv[1]), Path(scratch))
    FOLDER.mkdir(exist_ok=True)
    (FOLDER / "election.bel").write_bytes(archive)
    (FOLDER / "secrets.json").write_text(json.dumps(asdict(secrets), indent=1) + "\n")
