"""A trustee with nothing but the command line and the election's address, against the running server."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from elections.crypto.trustees import PrivateKey
from elections.lifecycle import Phase
from elections.services import catalogue, ceremony, credentials, decrypting, mixing, roll, setup, voting
from elections.services.setup import NewTrustee
from elections.trustee.__main__ import main
from elections.verifier.__main__ import main as verify
from foundation.core import clock
from tests.election_factories import OFFICIAL, SERVER, new_election
from tests.live import LiveServer, live_server  # noqa: F401 — the fixture of that name

TRUSTEE = NewTrustee("Tess Trustee")


@pytest.fixture(autouse=True)
def own_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def key_ceremony(session: Session) -> str:
    """An election that waits for the trustee's key; return its identifier."""
    election = setup.create(
        session, new_election(demonstration=False, trustees=[SERVER, TRUSTEE]), by=OFFICIAL, now=clock.now()
    )
    roll.import_roll(session, election, "address\nada@example.org\n", by=OFFICIAL, now=clock.now())
    credentials.issue_by_server(session, election, by=OFFICIAL, now=clock.now())
    ceremony.begin(session, election.uuid, by=OFFICIAL, now=clock.now())
    session.commit()
    return election.uuid


def hold_the_vote(session: Session, uuid: str, key: bytes) -> None:
    ceremony.accept_trustee_key(session, uuid, 2, key, by=TRUSTEE.name, now=clock.now())
    ceremony.finish(session, uuid, by=OFFICIAL, now=clock.now())
    voting.open_voting(session, uuid, by=OFFICIAL, now=clock.now(), closes_at=None)
    voting.close_voting(session, uuid, by=OFFICIAL, now=clock.now())
    mixing.server_mix(session, uuid, now=clock.now())
    session.commit()


def bring_shuffle(session: Session, uuid: str, data: bytes) -> None:
    mixing.accept_shuffle(session, uuid, 2, data, by=TRUSTEE.name, now=clock.now())
    decrypting.server_decrypt(session, uuid, now=clock.now())
    session.commit()


def bring_decryption(session: Session, uuid: str, data: bytes) -> Phase:
    decrypting.accept_partial_decryption(session, uuid, 2, data, by=TRUSTEE.name, now=clock.now())
    session.commit()
    return catalogue.find(session, uuid).phase


def test_from_the_key_to_the_result_over_the_network(
    live_server: LiveServer,  # noqa: F811
    capsys: pytest.CaptureFixture[str],
) -> None:
    uuid = live_server.run(key_ceremony)
    address = f"{live_server.url}/api/elections/{uuid}/"
    assert main(["keygen", "--out", "keys"]) == 0
    private, public = sorted(Path("keys").iterdir())
    live_server.run(lambda session: hold_the_vote(session, uuid, public.read_bytes()))
    with_key = ["--url", address, "--key", str(private), "--jobs", "1"]
    assert main(["shuffle", *with_key]) == 0
    shuffled = Path(f"{uuid}.shuffle-2.json")
    live_server.run(lambda session: bring_shuffle(session, uuid, shuffled.read_bytes()))
    assert main(["decrypt", *with_key, "--my-shuffle", str(shuffled)]) == 0
    decrypted = Path(f"{uuid}.decryption-2.json").read_bytes()
    assert live_server.run(lambda session: bring_decryption(session, uuid, decrypted)) is Phase.PROVISIONAL_RESULT
    assert verify([address, "--jobs", "1"]) == 0
    assert "all checks passed" in capsys.readouterr().out


def test_an_address_where_there_is_no_election_is_one_line_and_status_2(
    live_server: LiveServer,  # noqa: F811
    capsys: pytest.CaptureFixture[str],
) -> None:
    Path("x.privkey").write_bytes(PrivateKey(5).to_json())
    Path("x.privkey").chmod(0o600)
    address = f"{live_server.url}/api/elections/nosuchelection/"
    assert main(["shuffle", "--url", address, "--key", "x.privkey"]) == 2
    said = [line for line in capsys.readouterr().err.splitlines() if "refused" not in line]  # the server's own log
    assert said == [f"{address}archive: there is no such archive."]
