"""What the journeys through a whole election share: who they are by, when things are, and casting as the booth does."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from elections.crypto import ballot as protocol
from elections.demo import DOMAIN
from elections.models import Election, Voter
from elections.services import credentials
from elections.services.frozen import protocol_election
from foundation.accounts.services import joining
from foundation.core import clock
from tests.factories import sign_in, visitor

OFFICIAL, SECOND, TRUSTEE = (f"{name}@{DOMAIN}" for name in ("official", "official2", "trustee"))
CERTIFIERS = (f"certifier@{DOMAIN}", f"certifier2@{DOMAIN}")
ADA, GRACE, HEDY, ALAN = (f"{name}@{DOMAIN}" for name in ("ada", "grace", "hedy", "alan"))
MARY, SAM = f"member@{DOMAIN}", f"second@{DOMAIN}"
CHARLES, JOHN, JOSEPH = (f"{name}@{DOMAIN}" for name in ("charles", "john", "joseph"))
DATES = ("nominations_open_at", "nominations_close_at", "voting_opens_at", "voting_closes_at")


def hours() -> dict[str, datetime]:
    """Return dates of a cycle whose periods are hours, to whole minutes."""
    now = clock.now().replace(second=0, microsecond=0)
    return {name: now + timedelta(hours=hour) for hour, name in enumerate(DATES, 1)}


@dataclass(frozen=True)
class PollingBooth:
    """Votes as the booth does: with the credential that was picked up once, through the casting endpoint."""

    app: Flask
    session: Session
    uuid: str
    secrets: dict[str, str] = field(default_factory=dict)

    def cast(self, voter: str, *ranking: int) -> None:
        """Cast the voter's ballot."""
        election = self.session.get_one(Election, self.uuid, populate_existing=True)
        secret = self.secrets.get(voter) or self._pick_up(election, voter)
        ballot = protocol.seal(protocol_election(election), secret, [ranking]).to_json()
        browser = visitor(self.app)
        sign_in(browser, voter)
        answer = browser.post(f"/api/elections/{self.uuid}/ballots", data=ballot, content_type="application/json")
        assert answer.status_code == 201, answer.text

    def _pick_up(self, election: Election, voter: str) -> str:
        person = joining.person_of(self.session, voter)
        secret = self.secrets[voter] = credentials.pick_up(self.session, election, person, now=clock.now())
        self.session.commit()
        return secret


def voters_of(session: Session, uuid: str, count: int) -> list[str]:
    """Return the addresses of the first voters on the roll."""
    wanted = select(Voter.address).where(Voter.election_uuid == uuid).order_by(Voter.address).limit(count)
    return list(session.execute(wanted).scalars())
