"""Lots: commitments before the keys, reveals after the close, and a seed that nobody chose."""

from __future__ import annotations

import json
from hashlib import sha256

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DatabaseError
from sqlalchemy.orm import Session

from elections.counting import lots as drawing
from elections.cycles.models import Cycle
from elections.lifecycle import Phase
from elections.lots import services as lots
from elections.models import Candidate, Election
from elections.verifier import lots as protocol
from foundation.accounts.models import Person
from foundation.core import clock
from foundation.core.access import Office
from foundation.core.errors import Conflict, Forbidden, Invalid
from foundation.core.register import RegisterEntry
from tests.election_factories import draft
from tests.electorate_factories import closed, in_campaign, individual
from tests.factories import make_person, official
from tests.web.register_acts import acts

SECRET, OTHER = bytes(range(32)), bytes(range(32, 64))


@pytest.fixture
def officials(session: Session) -> list[Person]:
    return [official(session, Office.ELECTION_OFFICIAL) for _number in range(2)]


@pytest.fixture
def cycle(session: Session, officials: list[Person]) -> Cycle:
    return in_campaign(session, officials[0], ["individual-director"])


def committed(session: Session, election: Election, person: Person, secret: bytes) -> None:
    digest = protocol.commitment(election.uuid, lots.name_for(session, election, person), secret)
    lots.commit(session, election.uuid, digest, by=person, now=clock.now())
    session.commit()


def test_the_seed_is_the_hash_of_all_secrets_once_all_are_revealed(
    session: Session, cycle: Cycle, officials: list[Person]
) -> None:
    election = individual(cycle)
    for person, secret in zip(officials, (SECRET, OTHER), strict=True):
        committed(session, election, person, secret)
    lots.commit_server(session, election, now=clock.now())
    lots.require_enough(session, election)
    election.contests[0].candidates = [
        Candidate(position=place, name=f"C{place}", affiliations=[], statement="", groups=[]) for place in range(4)
    ]
    closed(session, election)
    lots.reveal(session, election.uuid, SECRET.hex(), by=officials[0], now=clock.now())
    assert lots.seed_of(session, election, 0) is None
    assert lots.waits_for(session, election) == [officials[1].display_name, lots.SERVER_NAME]
    lots.reveal(session, election.uuid, OTHER.hex(), by=officials[1], now=clock.now())
    lots.reveal_server(session, election, now=clock.now())
    session.commit()
    server = lots.commitments(session, election)[-1]
    assert (server.sealed_secret, server.person_id) == (None, None)
    frame = lambda part: len(part).to_bytes(8, "big") + part  # noqa: E731
    parts = [b"footing seed 1", election.uuid.encode(), bytes(4)]
    for made in lots.commitments(session, election):
        parts += [made.name.encode(), bytes.fromhex(made.secret or "")]
    seed = lots.seed_of(session, election, 0)
    assert seed == sha256(b"".join(map(frame, parts))).digest()
    order = drawing.permutation(4, seed)
    assert lots.drawn(election.contests[0], seed) == [f"C{place}" for place in order]
    assert acts(session, f"election {election.uuid}").count("lot.revealed") == 3


def test_officials_are_missed_until_enough_have_committed(
    session: Session, cycle: Cycle, officials: list[Person]
) -> None:
    election = individual(cycle)
    committed(session, election, officials[0], SECRET)
    lots.commit_server(session, election, now=clock.now())
    with pytest.raises(Conflict, match=r"4\.8 asks for 2 officials' commitments to the lot; 1 are missing"):
        lots.require_enough(session, election)


def test_the_commitment_of_an_official_who_came_to_stand_does_not_count(
    session: Session, cycle: Cycle, officials: list[Person]
) -> None:
    election = individual(cycle)
    for person, secret in zip(officials, (SECRET, OTHER), strict=True):
        committed(session, election, person, secret)
    nominated = (
        "INSERT INTO nomination (contest_id, person_id, by_id, state, statement, proposed_at, answered_at)"
        " VALUES (:of, :who, :who, 'accepted', '', now(), now())"
    )
    session.execute(text(nominated), {"of": election.contests[0].id, "who": officials[0].id})
    session.commit()
    assert lots.missing(session, election) == 1


def test_a_commitment_is_made_once_in_time_and_has_one_form(
    session: Session, cycle: Cycle, officials: list[Person]
) -> None:
    election = individual(cycle)
    for bad in ("", "0" * 63, "G" * 64, "A" * 64, "0" * 65):
        with pytest.raises(Invalid, match="64 hexadecimal digits"):
            lots.commit(session, election.uuid, bad, by=officials[0], now=clock.now())
    committed(session, election, officials[0], SECRET)
    with pytest.raises(Conflict, match="committed to a secret already"):
        committed(session, election, officials[0], OTHER)
    session.rollback()
    closed(session, election)
    with pytest.raises(Conflict, match="before the key ceremony"):
        committed(session, election, officials[1], OTHER)
    session.rollback()
    poll, _voters = draft(session)
    with pytest.raises(Conflict):
        committed(session, poll, officials[0], SECRET)


def test_only_the_secret_committed_to_is_revealed_and_only_after_the_close(
    session: Session, cycle: Cycle, officials: list[Person]
) -> None:
    election = individual(cycle)
    committed(session, election, officials[0], SECRET)
    with pytest.raises(Conflict, match="after voting has closed"):
        lots.reveal(session, election.uuid, SECRET.hex(), by=officials[0], now=clock.now())
    session.rollback()
    closed(session, election)
    with pytest.raises(Invalid, match="Nobody committed to this secret"):
        lots.reveal(session, election.uuid, OTHER.hex(), by=officials[0], now=clock.now())
    with pytest.raises(Forbidden):
        lots.reveal(session, election.uuid, SECRET.hex(), by=make_person(session), now=clock.now())
    for bad in ("", "0" * 62, "Z" * 64):
        with pytest.raises(Invalid, match="64 hexadecimal digits"):
            lots.reveal(session, election.uuid, bad, by=officials[0], now=clock.now())
    first = lots.reveal(session, election.uuid, f"  {SECRET.hex()}\n", by=officials[0], now=clock.now())
    session.commit()
    assert lots.reveal(session, election.uuid, SECRET.hex(), by=officials[0], now=clock.now()) is first


def test_an_official_brings_the_secret_of_another_who_left_a_copy_and_the_register_says_so(
    session: Session, cycle: Cycle, officials: list[Person]
) -> None:
    election = individual(cycle)
    for person, secret in zip(officials, (SECRET, OTHER), strict=True):
        committed(session, election, person, secret)
    closed(session, election)
    for secret in (SECRET, OTHER):
        lots.reveal(session, election.uuid, secret.hex(), by=officials[1], now=clock.now())
    assert lots.waits_for(session, election) == []
    assert [made.secret for made in lots.commitments(session, election)] == [SECRET.hex(), OTHER.hex()]
    entries = session.execute(select(RegisterEntry).where(RegisterEntry.act == "lot.revealed")).scalars().all()
    assert [entry.by for entry in entries] == [officials[1].display_name] * 2
    assert [json.loads(entry.facts)["name"] for entry in entries] == [one.display_name for one in officials]


def test_two_officials_of_one_name_are_told_apart(session: Session, cycle: Cycle, officials: list[Person]) -> None:
    officials[1].display_name = officials[0].display_name
    session.commit()
    for person, secret in zip(officials, (SECRET, OTHER), strict=True):
        committed(session, individual(cycle), person, secret)
    names = [made.name for made in lots.commitments(session, individual(cycle))]
    assert names == [officials[0].display_name, f"{officials[0].display_name} (2)"]


def test_the_servers_secret_is_sealed_until_the_close_and_committed_to_once(session: Session, cycle: Cycle) -> None:
    election = individual(cycle)
    made = lots.commit_server(session, election, now=clock.now())
    assert lots.commit_server(session, election, now=clock.now()) is made
    lots.reveal_server(session, election, now=clock.now())
    assert (made.secret, made.sealed_secret is None) == (None, False)


def test_what_was_committed_and_revealed_stays(session: Session, cycle: Cycle, officials: list[Person]) -> None:
    election = individual(cycle)
    committed(session, election, officials[0], SECRET)
    closed(session, election)
    lots.reveal(session, election.uuid, SECRET.hex(), by=officials[0], now=clock.now())
    session.commit()
    for attack in (
        "UPDATE lot_commitment SET commitment = repeat('0', 64)",
        "UPDATE lot_commitment SET secret = repeat('0', 64)",
        "UPDATE lot_commitment SET name = 'Somebody else'",
        "DELETE FROM lot_commitment",
    ):
        with pytest.raises(DatabaseError):
            session.execute(text(attack))
        session.rollback()
    assert election.phase is Phase.CLOSED
