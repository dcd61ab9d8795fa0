"""A demonstration foundation: members, officials, an election that is open, and one that is decided.

The people are from the history of computing and long gone; nobody living is said to stand for anything. Everything goes
through the services, so that what a newcomer sees is what the program does.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy.orm import Session

from elections import jobs
from elections.crypto import ballot as paper
from elections.cycles.services import rules_in_force
from elections.models import CredentialSource, Election, TrusteeKind
from elections.services import casting, ceremony, credentials, roll, setup, voting
from elections.services.frozen import protocol_election
from elections.services.setup import NewCandidate, NewContest, NewElection, NewTrustee
from foundation.accounts.models import Person
from foundation.accounts.services import appointments, joining
from foundation.accounts.services.appointments import Term
from foundation.config import Environment
from foundation.core.access import Office
from foundation.core.context import settings
from foundation.core.errors import Forbidden

PASSWORD = "equal footing for all"  # noqa: S105 — printed for everyone to use; production refuses to seed
DOMAIN = "footing.example"
BY = "the demonstration"
VOTING_DAYS = 14
MEMBERS = 40
VOTED = 27

OPEN_ELECTION = "Board election"
OFFICIAL = f"official@{DOMAIN}"
RULES = Path(__file__).parent / "cycles" / "trial_rules.toml"
DECIDED_ELECTION = "Programme committee election"


@dataclass(frozen=True, slots=True)
class Account:
    """Somebody one can sign in as, and what for."""

    address: str
    password: str
    what: str
    name: str
    office: Office | None = None


@dataclass(frozen=True, slots=True)
class People:
    """Who votes in an election and who its trustees are."""

    voters: Sequence[Person]
    trustees: Sequence[Person]


ACCOUNTS = (
    Account(f"member@{DOMAIN}", PASSWORD, "a member who has not voted yet", "Mary Member"),
    Account(f"second@{DOMAIN}", PASSWORD, "another member who has not voted yet", "Sam Second"),
    Account(
        f"official@{DOMAIN}",
        PASSWORD,
        "the election official, who closes the vote",
        "Olga Official",
        Office.ELECTION_OFFICIAL,
    ),
    Account(f"official2@{DOMAIN}", PASSWORD, "another election official", "Otto Official", Office.ELECTION_OFFICIAL),
    Account(f"registrar@{DOMAIN}", PASSWORD, "the registrar", "Ruth Registrar", Office.REGISTRAR),
    Account(f"trustee@{DOMAIN}", PASSWORD, "a trustee", "Tom Trustee", Office.TRUSTEE),
    Account(f"trustee2@{DOMAIN}", PASSWORD, "another trustee", "Tess Trustee", Office.TRUSTEE),
    Account(f"certifier@{DOMAIN}", PASSWORD, "a certifier", "Cleo Certifier", Office.CERTIFIER),
    Account(f"certifier2@{DOMAIN}", PASSWORD, "another certifier", "Cyril Certifier", Office.CERTIFIER),
)

BOARD = (
    NewCandidate(
        "Ada Lovelace", ("Analytical Engines",), "I will publish every budget before it is spent.\n\nNotes follow."
    ),
    NewCandidate("Grace Hopper", ("Compiler Works",), "It is easier to ask the members than to apologise to them."),
    NewCandidate("Alan Turing", ("National Bureau",), "I will ask whether a committee can think, and report back."),
    NewCandidate("Hedy Lamarr", (), "No single frequency should carry a community."),
    NewCandidate("Edsger Dijkstra", ("Structured Methods",), "Simplicity is a condition of reliable governance."),
    NewCandidate("Katherine Johnson", ("Orbit Research",), "I check the numbers by hand before anybody is launched."),
    NewCandidate("John Backus", ("Compiler Works",), "Less ceremony, better notation."),
    NewCandidate("Jean Bartik", (), "Credit belongs to those who did the work."),
    NewCandidate("Kristen Nygaard", ("Participation Lab",), "Those who use a system take part in designing it."),
)
COMMITTEE = (
    NewCandidate("Frances Allen", ("Compiler Works",)),
    NewCandidate("Christopher Strachey", ("Structured Methods",)),
    NewCandidate("Betty Holberton", ()),
    NewCandidate("Peter Naur", ("Participation Lab",)),
)


def seed(session: Session, *, now: datetime) -> list[Account]:
    """Make the demonstration unless it is there, and return the accounts to sign in with; production is refused."""
    if settings().environment is Environment.PRODUCTION:
        raise Forbidden("Demonstration accounts have a public password: they are never made in production.")
    if joining.person_or_none(session, ACCOUNTS[0].address) is None:
        people = {account.address: _account(session, account, now) for account in ACCOUNTS}
        trustees = [people[account.address] for account in ACCOUNTS if account.office is Office.TRUSTEE]
        _adopt_rules(session, people[OFFICIAL], now)
        members = _members(session, now)
        _decided(session, members, trustees, now)
        _open(session, [people[ACCOUNTS[0].address], people[ACCOUNTS[1].address], *members], trustees, now)
    return list(ACCOUNTS)


def _adopt_rules(session: Session, by: Person, now: datetime) -> None:
    """Put rules in force whose periods may be as short as somebody who tries them out wants."""
    rules_in_force.adopt_rules(session, RULES.read_text(encoding="utf-8"), by=by, now=now)


def _account(session: Session, account: Account, now: datetime) -> Person:
    person = joining.make_person(session, account.address, account.name, password=account.password, now=now)
    if account.office is not None:
        term, reason = Term(now), "To show how the office works."
        appointments.appoint(session, person, account.office, term=term, reason=reason, by=BY, now=now)
    return person


def _members(session: Session, now: datetime) -> list[Person]:
    """Make members nobody signs in as: they fill the roll, and some of them have voted."""
    return [
        joining.make_person(session, f"member{number:02}@{DOMAIN}", f"Member {number:02}", password=None, now=now)
        for number in range(1, MEMBERS + 1)
    ]


def _open(session: Session, voters: Sequence[Person], trustees: Sequence[Person], now: datetime) -> Election:
    contest = NewContest("Board of directors", BOARD, seats=3)
    election = _opened(session, OPEN_ELECTION, contest, People(voters, trustees), now=now)
    _vote(session, election, voters[-VOTED:], now)
    return election


def _decided(session: Session, voters: Sequence[Person], trustees: Sequence[Person], now: datetime) -> Election:
    contest = NewContest("Chair of the programme committee", COMMITTEE)
    election = _opened(session, DECIDED_ELECTION, contest, People(voters, trustees), now=now)
    _vote(session, election, voters[-VOTED:], now)
    voting.close_voting(session, election.uuid, by=BY, now=now)
    session.flush()
    while jobs.step(session, election.uuid, now=now):
        session.flush()
    return election


def _opened(session: Session, title: str, contest: NewContest, people: People, *, now: datetime) -> Election:
    server = NewTrustee("The election server", kind=TrusteeKind.SERVER)
    new = NewElection(
        title=f"{title} {now.year}",
        foundation=settings().foundation_name,
        contests=(contest,),
        trustees=[server, *(NewTrustee(person.display_name, person) for person in people.trustees)],
        credential_source=CredentialSource.SERVER,
        demonstration=True,
    )
    election = setup.create(session, new, by=BY, now=now)
    lines = ["address,name", *(f"{person.address},{person.display_name}" for person in people.voters)]
    roll.import_roll(session, election, "\n".join(lines), by=BY, now=now)
    credentials.issue_by_server(session, election, by=BY, now=now)
    ceremony.begin(session, election.uuid, by=BY, now=now)
    ceremony.finish(session, election.uuid, by=BY, now=now)
    closes = now + timedelta(days=VOTING_DAYS)
    return voting.open_voting(session, election.uuid, by=BY, now=now, closes_at=closes)


def _vote(session: Session, election: Election, voters: Sequence[Person], now: datetime) -> None:
    published = protocol_election(election)
    candidates = len(published.questions[0].answers)
    for voter in voters:
        secret = credentials.pick_up(session, election, voter, now=now)
        data = paper.seal(published, secret, [_ranking(candidates)]).to_json()
        casting.cast(session, election.uuid, data, person=voter)


def _ranking(candidates: int) -> list[int]:
    """Return a made-up ranking: chance, with a leaning to the earlier ones so that the count has something to tell."""
    system = secrets.SystemRandom()
    order = sorted(range(candidates), key=lambda index: index + system.uniform(0, 2 * candidates))
    ranked = system.randint(2, candidates)
    return [order.index(index) + 1 if order.index(index) < ranked else 0 for index in range(candidates)]
