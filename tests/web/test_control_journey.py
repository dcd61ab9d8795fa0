"""The whole course of elections under rules through the interface for programs, with a token for each office.

Members have no offices: what they do for themselves, nominating, endorsing and voting, they do on their pages.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from elections import jobs
from elections.certification.models import SeatTerm
from elections.verifier import lots, sshsig
from foundation.accounts.services import joining
from foundation.core.access import Office
from tests.factories import Visitor, letters, sign_in, visitor
from tests.journey import (
    ADA,
    ALAN,
    CERTIFIERS,
    CHARLES,
    GRACE,
    HEDY,
    JOHN,
    JOSEPH,
    MARY,
    OFFICIAL,
    SAM,
    SECOND,
    TRUSTEE,
    PollingBooth,
    hours,
    voters_of,
)
from tests.program import Program, token_of
from tests.time_machine import let_come, let_complaints_end, let_members_be_old
from tests.trustee_tool import TrusteeTool, trustee_tool

INDIVIDUAL, CORPORATE = "individual-director", "corporate-director"


@dataclass
class House:
    """A seeded foundation with a program for each officer, and a browser for each member."""

    app: Flask
    session: Session
    official: Program
    second: Program
    trustee: Program
    certifiers: list[Program]
    secrets: dict[tuple[str, str], str] = field(default_factory=dict)

    def browser(self, member: str) -> Visitor:
        client = visitor(self.app)
        sign_in(client, member)
        return client

    def send(self, member: str, path: str, **form: Any) -> str:
        """Send a form as a member, and return where they are led."""
        answer = self.browser(member).post(path, data=form)
        assert answer.status_code == 303, (path, answer.status_code, answer.text[-3000:])
        return str(answer.headers["Location"])


@pytest.fixture
def house(app: Flask, session: Session) -> House:
    assert app.test_cli_runner().invoke(args=["seed"]).exit_code == 0
    let_members_be_old(session)

    def program(address: str, office: Office) -> Program:
        return Program(app, token_of(session, joining.person_of(session, address), office))

    return House(
        app,
        session,
        program(OFFICIAL, Office.ELECTION_OFFICIAL),
        program(SECOND, Office.ELECTION_OFFICIAL),
        program(TRUSTEE, Office.TRUSTEE),
        [program(address, Office.CERTIFIER) for address in CERTIFIERS],
    )


def drafted(house: House, *contests: str) -> dict[str, Any]:
    dates = {name: when.isoformat() for name, when in hours().items()}
    body = {"title": "Board elections", "contests": contests, "trustees": [TRUSTEE], "credential_source": "server"}
    made: dict[str, Any] = house.official.post("/cycles", **body, **dates, complaint_days=1)
    return made


def stand(house: House, uuid: str, candidate: str, endorsers: list[str]) -> None:
    """Let somebody stand and be endorsed, on the pages."""
    contest = house.official.get(f"/elections/{uuid}")["contests"][0]["id"]
    house.send(candidate, f"/elections/{uuid}/nominations/stand", contest=contest, complete="y")
    number = max(one["id"] for one in house.official.get(f"/elections/{uuid}/nominations"))
    for endorser in endorsers:
        house.send(endorser, f"/elections/{uuid}/nominations/{number}/endorse")


def commit_lots(house: House, uuid: str) -> None:
    for who, program in (("first", house.official), ("second", house.second)):
        secret = secrets.token_bytes(lots.SECRET_BYTES)
        name = program.get(f"/elections/{uuid}/lots/name")["name"]
        program.post(f"/elections/{uuid}/lots", commitment=lots.commitment(uuid, name, secret))
        house.secrets[uuid, who] = secret.hex()


def reveal_lots(house: House, uuid: str) -> None:
    for who, program in (("first", house.official), ("second", house.second)):
        program.put(f"/elections/{uuid}/lots", secret=house.secrets[uuid, who])


def certify(house: House, uuid: str) -> str:
    """Prepare the certificate and have it signed by both; return the phase that is reached."""
    made = house.official.post(f"/elections/{uuid}/certificate")
    for program, key in zip(house.certifiers, KEYS, strict=True):
        signature = sshsig.sign(made["text"].encode(), made["namespace"], key.private_bytes_raw())
        made = program.post(f"/elections/{uuid}/certificate/signatures", signature=signature)
    return str(made["election"])


KEYS = [Ed25519PrivateKey.generate() for _ in CERTIFIERS]


def register_keys(house: House) -> None:
    for program, key in zip(house.certifiers, KEYS, strict=True):
        line = sshsig.PublicKey(key.public_key().public_bytes_raw()).line
        asked = program.get("/certifier-key/challenge")
        proof = sshsig.sign(asked["text"].encode(), asked["namespace"], key.private_bytes_raw())
        program.put("/certifier-key", public_key=line, proof=proof)


@pytest.mark.slow
def test_two_electorates_of_one_cycle_go_from_the_draft_to_their_certificates(house: House, tmp_path: Path) -> None:
    made = drafted(house, INDIVIDUAL, CORPORATE)
    uuids = {one["electorate"]: one["uuid"] for one in made["elections"]}
    cycle, people, companies = made["id"], uuids["individual"], uuids["corporate"]
    house.official.post(f"/cycles/{cycle}/announcement")
    let_come(house.session, cycle, "nominations_open_at")
    jobs.watch()
    for candidate in (ADA, GRACE, HEDY, ALAN):
        stand(house, people, candidate, [MARY, SAM])
    stand(house, companies, CHARLES, [JOHN, JOSEPH])
    stand(house, companies, JOHN, [CHARLES, JOSEPH])
    let_come(house.session, cycle, "nominations_close_at")
    jobs.watch()
    let_come(house.session, cycle, "voting_opens_at")
    tools = [trustee_tool(house.app, uuid, tmp_path / uuid) for uuid in (people, companies)]
    for tool in tools:
        prepare(house, tool)
    jobs.watch()
    booths = [PollingBooth(house.app, house.session, uuid) for uuid in (people, companies)]
    for number, voter in enumerate(voters_of(house.session, people, 12)):
        booths[0].cast(voter, *((1, 2, 3, 4) if number % 3 else (4, 3, 2, 1)))
    for voter in (CHARLES, JOHN, JOSEPH):
        booths[1].cast(voter, 1, 1)
    let_come(house.session, cycle, "voting_closes_at")
    jobs.watch()
    for tool in tools:
        count(house, tool)
    house.send(SAM, f"/elections/{people}/complaints/", text="The page was slow.")
    hear(house, people, companies)
    register_keys(house)
    assert [certify(house, uuid) for uuid in (people, companies)] == ["certified", "certified"]
    seats = dict(house.session.execute(select(SeatTerm.seat, func.count()).group_by(SeatTerm.seat)).all())
    assert sorted(seats.values()) == [2, 3]


def prepare(house: House, tool: TrusteeTool) -> None:
    """Decide on nominees, build and freeze the roll, commit to the lot, issue credentials, and make the keys."""
    official, uuid = house.official, tool.uuid
    for nomination in official.get(f"/elections/{uuid}/nominations"):
        path = f"/nominations/{nomination['id']}"
        finding = official.get(f"{path}/finding")
        assert finding["met"] is True, finding
        official.post(f"{path}/decisions", eligible=True, reason="All that the rules ask is there.")
    assert official.post(f"/elections/{uuid}/roll")["count"] > 2
    commit_lots(house, uuid)
    assert official.post(f"/elections/{uuid}/roll/freezing")["roll_sha256"]
    official.post(f"/elections/{uuid}/credentials")
    assert official.post(f"/elections/{uuid}/ceremony")["waits_for"] == ["Tom Trustee"]
    house.trustee.post(f"/elections/{uuid}/trustee", step="key", content=tool.key().read_text())
    official.post(f"/elections/{uuid}/keys")


def count(house: House, tool: TrusteeTool) -> None:
    """Mix, decrypt and reveal the lot."""
    for step in ("shuffle", "decryption"):
        house.trustee.post(f"/elections/{tool.uuid}/trustee", step=step, content=tool.make(step).read_text())
    reveal_lots(house, tool.uuid)
    jobs.watch()
    assert house.official.get(f"/elections/{tool.uuid}")["phase"] == "complaints"


def hear(house: House, *uuids: str) -> None:
    """Let the time for complaints end, dispose of the one there is, and count again."""
    for uuid in uuids:
        refused = house.official.send("POST", f"/elections/{uuid}/certificate")
        assert (refused.status_code, refused.json["error"]["code"]) == (409, "not-ready")
    for uuid in uuids:
        let_complaints_end(house.session, uuid)
        assert all(one["agrees"] for one in house.official.post(f"/elections/{uuid}/second-counts"))
    said = {"disposition": "noted", "reason": "It was; nobody was kept from voting."}
    assert house.second.post(f"/elections/{uuids[0]}/complaints/1/disposition", **said)["number"] == 1


def test_two_officials_at_once_the_second_is_told_and_changes_nothing(house: House) -> None:
    made = drafted(house, INDIVIDUAL)
    path = f"/cycles/{made['id']}/announcement"
    assert house.official.post(path)["announced_at"]
    second = house.second.send("POST", path)
    assert (second.status_code, second.json["error"]["code"]) == (409, "announced-already")


def test_members_are_told_that_an_election_was_annulled_whichever_way_it_was(house: House) -> None:
    made = drafted(house, INDIVIDUAL)
    house.official.post(f"/cycles/{made['id']}/announcement")
    (election,) = made["elections"]
    house.official.post(f"/elections/{election['uuid']}/annulment", reason="The dates were wrong.")
    assert any("The dates were wrong" in letter.text for letter in letters(house.session))


def test_the_rules_bind_programs_too(house: House) -> None:
    dates = {name: when.isoformat() for name, when in hours().items()}
    good = {"title": "x", "contests": [INDIVIDUAL], "trustees": [TRUSTEE], "credential_source": "server", **dates}
    for wrong, code in (
        ({"contests": ["president"]}, "bad-contests"),
        ({"voting_closes_at": dates["voting_opens_at"]}, "bad-dates"),
        ({"trustees": []}, "bad-trustees"),
        ({"seats": 9}, "wrong-shape"),
        ({"voting_opens_at": "2027-01-01T12:00:00"}, "wrong-shape"),
    ):
        answer = house.official.send("POST", "/cycles", **(good | wrong))
        assert (answer.status_code // 100, answer.json["error"]["code"]) == (4, code), answer.text
