"""The voters and trustees of a rehearsal: as many as there are ballots and keys, and nobody real."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from elections.crypto import trustees as protocol
from elections.crypto.trustees import PrivateKey
from elections.models import Election, TrusteeKind
from elections.registrar.issue import Issued, issue, mapping
from elections.registrar.roll import read_roll
from elections.services import ceremony, credentials, roll
from elections.services.setup import NewTrustee
from foundation.accounts.models import EmailAddress, Person

DOMAIN = "rehearsal.invalid"  # RFC 2606: no mail can ever go there
BY = "the rehearsal"


@dataclass(frozen=True, slots=True, repr=False)
class RehearsalVoter:
    """One voter: the account that casts, and the private credential that signs."""

    person: Person
    credential: str


def trustees(count: int) -> list[NewTrustee]:
    """Return the server and as many others as make `count` trustees."""
    others = [NewTrustee(f"Trustee {number}") for number in range(2, count + 1)]
    return [NewTrustee("The election server", kind=TrusteeKind.SERVER), *others]


def enrol(session: Session, election: Election, count: int, *, now: datetime) -> bytes:
    """Make `count` accounts, put them on the roll through a CSV file, and return that file."""
    width = len(str(count))
    session.add_all(
        _person(f"Voter {number:0{width}}", f"voter{number:0{width}}@{DOMAIN}", now) for number in range(count)
    )
    session.flush()
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(["address", "name"])
    writer.writerows([f"voter{number:0{width}}@{DOMAIN}", f"Voter {number:0{width}}"] for number in range(count))
    roll.import_roll(session, election, out.getvalue(), by=BY, now=now)
    return out.getvalue().encode()


def _person(name: str, address: str, now: datetime) -> Person:
    email = EmailAddress(address=address, canonical=address, confirmed_at=now)
    return Person(display_name=name, created_at=now, addresses=[email])


def issue_credentials(session: Session, election: Election, roll_file: bytes, *, now: datetime) -> list[RehearsalVoter]:
    """Issue credentials as the registrar's command line does, and bring their public parts to the roll."""
    issued = issue(read_roll(roll_file), election.uuid)
    credentials.accept_from_registrar(session, election, mapping(issued, election.uuid), by=BY, now=now)
    return _voters(session, issued)


def _voters(session: Session, issued: tuple[Issued, ...]) -> list[RehearsalVoter]:
    wanted = select(EmailAddress.canonical, Person).join(EmailAddress.person)
    people = dict(session.execute(wanted).all())
    return [RehearsalVoter(people[one.voter.canonical], one.private) for one in issued]


def bring_keys(session: Session, election: Election, *, now: datetime) -> dict[int, PrivateKey]:
    """Make the keys of all trustees but the server, bring their public parts, and return the private ones by owner."""
    private: dict[int, PrivateKey] = {}
    for trustee in ceremony.missing_keys(session, election):
        key, public = protocol.generate_key()
        ceremony.accept_trustee_key(session, election.uuid, trustee.owner, public.to_json(), by=BY, now=now)
        private[trustee.owner] = key
    return private
