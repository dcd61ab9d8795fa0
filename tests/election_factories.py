"""Elections for tests, made through the services: drafted, with a roll, keyed, open, and with ballots cast."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import text
from sqlalchemy.orm import Session

from elections.crypto import ballot as protocol
from elections.crypto.election import Election as ProtocolElection
from elections.crypto.trustees import PrivateKey, generate_key
from elections.models import CredentialSource, Election, TrusteeKind
from elections.services import casting, ceremony, credentials, roll, setup, voting
from elections.services.setup import NewCandidate, NewContest, NewElection, NewTrustee
from foundation.accounts.models import Person
from foundation.accounts.services import joining
from foundation.core import clock
from tests.factories import make_person

OFFICIAL = "Olga Official"
SERVER = NewTrustee("The server", kind=TrusteeKind.SERVER)
NAMES = ("Ada Lovelace", "Grace Hopper", "Betty Holberton", "Konrad Zuse", "Hedy Lamarr")


@dataclass(frozen=True)
class TestVoter:
    """A person on the roll, and their secret credential."""

    __test__ = False

    person: Person
    credential: str


@dataclass(frozen=True)
class Ready:
    """An election that is open, its voters, and the private keys of trustees who are persons, by owner."""

    election: Election
    voters: Sequence[TestVoter]
    private_keys: dict[int, PrivateKey]

    @property
    def uuid(self) -> str:
        return self.election.uuid

    @property
    def protocol(self) -> ProtocolElection:
        assert self.election.election_json is not None
        return ProtocolElection.from_json(self.election.election_json)

    def ballot(self, voter: int, *rankings: Sequence[int]) -> bytes:
        """A sealed ballot of the voter with this index; ranks everybody in order unless told."""
        questions = self.protocol.questions
        chosen = rankings or [list(range(1, len(question.answers) + 1)) for question in questions]
        return protocol.seal(self.protocol, self.voters[voter].credential, chosen).to_json()

    def cast(self, session: Session, voter: int, *rankings: Sequence[int]) -> casting.Receipt:
        """Cast a fresh ballot through the service and commit."""
        receipt = casting.cast(session, self.uuid, self.ballot(voter, *rankings), person=self.voters[voter].person)
        session.commit()
        return receipt


def new_election(
    *,
    contests: Sequence[NewContest] | None = None,
    trustees: Sequence[NewTrustee] | None = None,
    demonstration: bool = True,
    source: CredentialSource = CredentialSource.SERVER,
) -> NewElection:
    """An election of one contest and three trustees, the server the first, unless told otherwise."""
    return NewElection(
        title="Board election",
        foundation="Footing",
        contests=contests or [NewContest("Seats on the board", [NewCandidate(name) for name in NAMES], seats=2)],
        trustees=trustees or [SERVER, NewTrustee("Tess Trustee"), NewTrustee("Tom Trustee")],
        credential_source=source,
        demonstration=demonstration,
    )


def draft(session: Session, voters: int = 3, new: NewElection | None = None) -> tuple[Election, list[Person]]:
    """A committed draft with people on its roll."""
    election = setup.create(session, new or new_election(), by=OFFICIAL, now=clock.now())
    people = [make_person(session, _address(session, index), password=None) for index in range(voters)]
    rows = "".join(f"{person.address},{person.display_name}\n" for person in people)
    roll.import_roll(session, election, "address,name\n" + rows, by=OFFICIAL, now=clock.now())
    session.commit()
    return election, people


def _address(session: Session, index: int) -> str | None:
    """The address by which tests know a voter, unless an earlier election has it: then any."""
    wanted = f"voter{index}@example.org"
    return None if joining.person_or_none(session, wanted) else wanted


def keyed(session: Session, voters: int = 3, new: NewElection | None = None) -> Ready:
    """A committed election whose key ceremony is finished and whose voting is not open."""
    now = clock.now()
    election, people = draft(session, voters, new)
    credentials.issue_by_server(session, election, by=OFFICIAL, now=now)
    ceremony.begin(session, election.uuid, by=OFFICIAL, now=now)
    private_keys = {}
    for trustee in ceremony.missing_keys(session, election):
        private, public = generate_key()
        ceremony.accept_trustee_key(session, election.uuid, trustee.owner, public.to_json(), by=trustee.name, now=now)
        private_keys[trustee.owner] = private
    ceremony.finish(session, election.uuid, by=OFFICIAL, now=now)
    picked = [TestVoter(person, credentials.pick_up(session, election, person, now=now)) for person in people]
    session.commit()
    return Ready(election, picked, private_keys)


def opened(
    session: Session, voters: int = 3, new: NewElection | None = None, closes_at: datetime | None = None
) -> Ready:
    """A committed election in which voting is open."""
    ready = keyed(session, voters, new)
    voting.open_voting(session, ready.uuid, by=OFFICIAL, now=clock.now(), closes_at=closes_at)
    session.commit()
    return ready


def close_in(session: Session, ready: Ready, left: timedelta) -> None:
    """Let voting close so long from now, by the database's clock and behind its back: a busy machine needs no hurry."""
    session.execute(text("SET LOCAL session_replication_role = replica"))
    query = "UPDATE election SET opens_at = clock_timestamp() - interval '1 day', closes_at = clock_timestamp() + :left"
    session.execute(text(f"{query} WHERE uuid = :uuid"), {"left": left, "uuid": ready.uuid})
    session.commit()
    session.expire_all()
