"""Elections under rules whose result is there, for tests of what follows; and certifiers with their keys.

The whole course of an election is walked in the journeys. Here one is voted in and counted as a poll is, and is then
put under rules, so that a test of certification does not hang on nominations, rolls and lots.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from hashlib import sha256

from sqlalchemy import text
from sqlalchemy.orm import Session

from elections import jobs
from elections.certification.models import Certificate
from elections.certification.services import certificate, complaints, keys
from elections.cycles.models import Cycle, RulesVersion
from elections.lifecycle import Phase
from elections.models import Election
from elections.services import voting
from elections.verifier import sshsig
from foundation.accounts.models import Person
from foundation.core import clock
from foundation.core.access import Office
from tests.cycle_factories import TRIAL, adopted
from tests.election_factories import NAMES, OFFICIAL, SERVER, Ready, new_election, opened
from tests.factories import make_person, official

HOUR = timedelta(hours=1)
TABLES = ("election", "candidate", "contest", "election_cycle")


@dataclass(frozen=True)
class Counted:
    """An election under rules in its complaints, one of its officials, its voters and candidates."""

    election: Election
    official: Person
    voters: Sequence[Person]
    candidates: Sequence[Person]
    seeds: dict[int, bytes] = field(default_factory=dict)

    @property
    def uuid(self) -> str:
        return self.election.uuid

    def count(self, session: Session) -> None:
        """Let the server do what it can, and commit."""
        while jobs.step(session, self.uuid, now=clock.now()):
            session.commit()
        session.commit()

    def prepared(self, session: Session) -> Certificate:
        """The committed certificate."""
        made = certificate.prepare(session, self.uuid, by=self.official, now=clock.now())
        session.commit()
        return made

    def certifier(self, session: Session, seed: bytes | None = None) -> Person:
        """A committed certifier who has registered a key."""
        person = official(session, Office.CERTIFIER)
        self.seeds[person.id] = seed or sha256(str(person.id).encode()).digest()
        keys.add_key(session, self.public_key(person), proof=self.proof(person), by=person, now=clock.now())
        session.commit()
        return person

    def public_key(self, person: Person) -> str:
        """The line of a certifier's public key."""
        return sshsig.Signature.parse(sshsig.sign(b"", "x", self.seeds[person.id])).key.line

    def proof(self, person: Person, of: Person | None = None) -> str:
        """The signature of a person's key which shows that they, or somebody else, hold it."""
        return sshsig.sign(keys.challenge(of or person).encode(), keys.challenge_namespace(), self.seeds[person.id])

    def signature(self, person: Person, made: Certificate) -> str:
        """A certifier's signature of a certificate."""
        return sshsig.sign(made.body, certificate.namespace(), self.seeds[person.id])

    def signed(self, session: Session, person: Person, made: Certificate) -> Certificate:
        """The certificate with one more committed signature."""
        certificate.sign(session, made.id, self.signature(person, made), by=person, now=clock.now())
        session.commit()
        return made

    def certified(self, session: Session) -> Certificate:
        """The certificate signed by two certifiers, as the trial rules ask."""
        made = self.prepared(session)
        for _count in range(2):
            self.signed(session, self.certifier(session), made)
        return made


def voted(
    session: Session, *, voters: int = 3, ballots: int | None = None, rules: str = TRIAL, complaint_days: int = 0
) -> Counted:
    """A committed election under rules with its ballots cast, whose vote is open."""
    ready = opened(session, voters=voters, new=new_election(trustees=[SERVER]))
    for number in range(voters if ballots is None else ballots):
        ready.cast(session, number)
    by = official(session, Office.ELECTION_OFFICIAL)
    people = [make_person(session, name=name) for name in NAMES]
    cycle = _cycle(session, by, rules, complaint_days)
    _put_under_rules(session, ready, cycle, people)
    return Counted(ready.election, by, [voter.person for voter in ready.voters], people)


def counted(session: Session, **said: object) -> Counted:
    """A committed election under rules whose result is there, open for complaints."""
    case = voted(session, **said)  # type: ignore[arg-type]
    voting.close_voting(session, case.uuid, by=OFFICIAL, now=clock.now())
    session.commit()
    case.count(session)
    assert case.election.phase is Phase.COMPLAINTS
    return case


def complained(session: Session, case: Counted, person: Person, said: str = "The clock was wrong.") -> int:
    """Make a committed complaint and return its identifier."""
    made = complaints.complain(session, case.uuid, said, by=person, now=clock.now())
    session.commit()
    return made.id


def let_complaints_end(session: Session, case: Counted) -> None:
    """Let the time for complaints be over, and commit."""
    session.execute(text("UPDATE election SET complaints_until = clock_timestamp() - interval '1 second'"))
    session.commit()
    session.expire_all()


def _cycle(session: Session, by: Person, rules: str, complaint_days: int) -> Cycle:
    known = session.query(RulesVersion).filter(RulesVersion.text == rules).first()
    version, now = known or adopted(session, rules, by), clock.now()
    cycle = Cycle(
        title="Board elections",
        foundation="Footing",
        rules_id=version.id,
        anywhere_on_earth=False,
        announced_at=now - 4 * HOUR,
        nominations_open_at=now - 3 * HOUR,
        nominations_close_at=now - 2 * HOUR,
        voting_opens_at=now - HOUR,
        voting_closes_at=now + HOUR,
        complaint_days=complaint_days,
        record_on=now.date(),
        created_by_id=by.id,
        created_at=now,
    )
    session.add(cycle)
    session.commit()
    return cycle


def _put_under_rules(session: Session, ready: Ready, cycle: Cycle, people: Sequence[Person]) -> None:
    for table in TABLES:
        session.execute(text(f"ALTER TABLE {table} DISABLE TRIGGER USER"))
    session.execute(
        text(
            "UPDATE election SET cycle_id = :cycle, electorate = 'individual', roll_frozen_at = now(),"
            " roll_sha256 = :hash WHERE uuid = :uuid"
        ),
        {"cycle": cycle.id, "hash": "ab" * 32, "uuid": ready.uuid},
    )
    session.execute(text("UPDATE contest SET kind = 'individual-director' WHERE election_uuid = :u"), {"u": ready.uuid})
    for candidate, person in zip(ready.election.contests[0].candidates, people, strict=True):
        session.execute(text("UPDATE candidate SET person_id = :p WHERE id = :c"), {"p": person.id, "c": candidate.id})
    for table in TABLES:
        session.execute(text(f"ALTER TABLE {table} ENABLE TRIGGER USER"))
    session.commit()
    session.expire_all()
