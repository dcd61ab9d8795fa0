"""What the key ceremony freezes, the keys it takes, and when voting opens."""

from __future__ import annotations

import json

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from elections.crypto.group import IDENTITY, Element, power_of_generator
from elections.crypto.trustees import Trustees, generate_key
from elections.lifecycle import Phase
from elections.services import ceremony, credentials, roll, setup, voting
from elections.services.setup import NewTrustee
from elections.verifier.manifest import Manifest, named_in
from foundation.core import clock, register
from foundation.core.access import Office
from foundation.core.errors import Conflict, Invalid
from tests.election_factories import OFFICIAL, SERVER, draft, keyed, new_election, opened
from tests.factories import appoint, letters, make_person


def test_the_ceremony_begins_only_when_everybody_on_the_roll_has_a_credential(session: Session) -> None:
    election, _ = draft(session, voters=2)
    with pytest.raises(Conflict, match="2 voters on the roll have no credential"):
        ceremony.begin(session, election.uuid, by=OFFICIAL, now=clock.now())


def test_the_manifest_says_what_the_election_is_and_its_hash_stands_in_the_description(session: Session) -> None:
    ready = opened(session, voters=2)
    assert ready.election.manifest is not None
    manifest = Manifest.from_json(ready.election.manifest)
    assert named_in(ready.protocol.description) == manifest.sha256 == ready.election.manifest_sha256
    assert manifest.roll.count == 2
    assert manifest.mixers == (1, 2, 3)
    assert manifest.trustees == ("The server", "Tess Trustee", "Tom Trustee")
    assert manifest.contests[0].seats == 2
    assert [question.answers for question in ready.protocol.questions] == [
        tuple(candidate.name for candidate in manifest.contests[0].candidates)
    ]


def test_once_frozen_the_roll_takes_nobody_and_loses_nobody(session: Session) -> None:
    ready = keyed(session, voters=1)
    with pytest.raises(Conflict, match="frozen"):
        roll.import_roll(session, ready.election, "address\nlate@example.org\n", by=OFFICIAL, now=clock.now())
    with pytest.raises(Conflict, match="before the key ceremony"):
        credentials.issue_by_server(session, ready.election, by=OFFICIAL, now=clock.now())


FROZEN = [
    "UPDATE voter SET public_credential = 'x'",
    "UPDATE voter SET address = 'x@example.org'",
    "DELETE FROM voter",
    "TRUNCATE voter CASCADE",
    "INSERT INTO voter (election_uuid, address, name) SELECT uuid, 'x@example.org', 'X' FROM election",
    "UPDATE candidate SET name = name || ' II'",
    "DELETE FROM candidate",
    "UPDATE contest SET seats = 1, method = 'borda'",
    "UPDATE trustee SET public_key = '\\x00'",
    "UPDATE trustee SET name = 'Mallory'",
    "DELETE FROM trustee",
    "UPDATE election SET title = 'Another'",
    "UPDATE election SET manifest = '\\x00'",
    "UPDATE election SET election_json = '\\x00'",
    "UPDATE election SET demonstration = NOT demonstration",
    "UPDATE election SET closes_at = now()",
    "DELETE FROM election",
    "UPDATE board_head SET height = height - 1",
    "UPDATE board_head SET hash = 'x'",
    "DELETE FROM board_head",
    "UPDATE board_record SET content = '\\x00'",
    "DELETE FROM board_record",
    "TRUNCATE board_record",
    "UPDATE cast_ballot SET tracker = 'x'",
    "DELETE FROM cast_ballot",
]


def test_the_database_itself_refuses_to_change_what_is_frozen(session: Session) -> None:
    ready = opened(session, voters=1)
    ready.cast(session, 0)
    for statement in FROZEN:
        with pytest.raises(IntegrityError, match=r"frozen|grows|deleted"):
            session.execute(text(statement))
        session.rollback()


def test_a_draft_may_still_change(session: Session) -> None:
    draft(session, voters=1)
    session.execute(text("UPDATE candidate SET name = name || ' II'"))
    session.execute(text("DELETE FROM voter"))
    session.execute(text("UPDATE election SET title = 'Another'"))


def test_trustees_bring_their_own_keys_and_none_is_taken_twice(session: Session) -> None:
    new = new_election(demonstration=False)
    election, _ = draft(session, voters=1, new=new)
    credentials.issue_by_server(session, election, by=OFFICIAL, now=clock.now())
    ceremony.begin(session, election.uuid, by=OFFICIAL, now=clock.now())
    assert [trustee.owner for trustee in ceremony.missing_keys(session, election)] == [2, 3]
    _, key = generate_key()
    ceremony.accept_trustee_key(session, election.uuid, 2, key.to_json() + b"\n", by="Tess", now=clock.now())
    ceremony.accept_trustee_key(session, election.uuid, 2, key.to_json(), by="Tess", now=clock.now())
    other = generate_key()[1]
    with pytest.raises(Conflict, match="another key"):
        ceremony.accept_trustee_key(session, election.uuid, 2, other.to_json(), by="Tess", now=clock.now())
    with pytest.raises(Invalid, match="Tess Trustee"):
        ceremony.accept_trustee_key(session, election.uuid, 3, key.to_json(), by="Tom", now=clock.now())
    with pytest.raises(Conflict, match="every trustee"):
        ceremony.finish(session, election.uuid, by=OFFICIAL, now=clock.now())


def test_a_copied_or_meaningless_key_is_refused(session: Session) -> None:
    election, _ = draft(session, voters=1, new=new_election(demonstration=False))
    credentials.issue_by_server(session, election, by=OFFICIAL, now=clock.now())
    ceremony.begin(session, election.uuid, by=OFFICIAL, now=clock.now())
    good = json.loads(generate_key()[1].to_json())
    servers = json.loads(election.trustees[0].public_key or b"")
    bad = [
        {**good, "public_key": IDENTITY.text},
        {**good, "public_key": power_of_generator(5).text},
        {**good, "public_key": servers["public_key"]},
        {**good, "pok": servers["pok"]},
        servers,
        {"public_key": good["public_key"]},
    ]
    for value in bad:
        data = json.dumps(value, separators=(",", ":")).encode()
        with pytest.raises(Invalid):
            ceremony.accept_trustee_key(session, election.uuid, 2, data, by="Tess", now=clock.now())
    with pytest.raises(Invalid):
        ceremony.accept_trustee_key(session, election.uuid, 2, b"x" * 5000, by="Tess", now=clock.now())


def test_the_server_holds_no_private_key_but_its_own_unless_it_is_a_demonstration(session: Session) -> None:
    real = keyed(session, voters=1, new=new_election(demonstration=False))
    assert [trustee.sealed_private_key is not None for trustee in real.election.trustees] == [True, False, False]


def test_a_demonstrations_trustees_are_all_the_server(session: Session) -> None:
    shown = keyed(session, voters=1)
    assert all(trustee.sealed_private_key is not None for trustee in shown.election.trustees)


def test_the_trustees_structure_on_the_board_is_made_of_the_accepted_keys(session: Session) -> None:
    from elections import board

    ready = keyed(session, voters=1, new=new_election(demonstration=False))
    setup_data = board.setup_data(session, ready.uuid)
    trustees = Trustees.from_json(board.content(session, ready.uuid, setup_data.trustees))
    assert [owner.to_json() for owner in trustees.owners] == [one.public_key for one in ready.election.trustees]
    assert Element.parse(ready.protocol.public_key.text) == ready.protocol.public_key


def test_a_trustee_whose_key_is_awaited_is_told_once(session: Session) -> None:
    tess = make_person(session, "tess@example.org")
    appoint(session, tess, Office.TRUSTEE)
    trustees = [SERVER, NewTrustee("Tess", tess), NewTrustee("Tom")]
    keyed(session, voters=1, new=new_election(trustees=trustees, demonstration=False))
    told = letters(session, "tess@example.org")
    assert len(told) == 1
    assert "Your key is needed" in told[0].subject


def test_voting_opens_only_with_keys_and_closes_only_after_it_opens(session: Session) -> None:
    election, _ = draft(session, voters=1)
    with pytest.raises(Conflict):
        voting.open_voting(session, election.uuid, by=OFFICIAL, now=clock.now(), closes_at=None)
    ready = _keyed_from(session, election)
    with pytest.raises(Invalid, match="after it opens"):
        voting.open_voting(session, ready.uuid, by=OFFICIAL, now=clock.now(), closes_at=clock.now())
    voting.open_voting(session, ready.uuid, by=OFFICIAL, now=clock.now(), closes_at=None)
    with pytest.raises(Conflict):
        voting.open_voting(session, ready.uuid, by=OFFICIAL, now=clock.now(), closes_at=None)


def _keyed_from(session: Session, election: setup.Election) -> setup.Election:
    credentials.issue_by_server(session, election, by=OFFICIAL, now=clock.now())
    ceremony.begin(session, election.uuid, by=OFFICIAL, now=clock.now())
    return ceremony.finish(session, election.uuid, by=OFFICIAL, now=clock.now())


def test_an_election_is_annulled_with_a_public_reason(session: Session) -> None:
    ready = opened(session, voters=1)
    ready.cast(session, 0)
    with pytest.raises(Invalid, match="reason is missing"):
        voting.annul(session, ready.uuid, by=OFFICIAL, now=clock.now(), reason=" ")
    annulled = voting.annul(session, ready.uuid, by=OFFICIAL, now=clock.now(), reason="A candidate was left out.")
    assert annulled.phase is Phase.ANNULLED
    with pytest.raises(Conflict, match="annulled"):
        voting.close_voting(session, ready.uuid, by=OFFICIAL, now=clock.now())


def test_every_act_of_weight_is_in_the_register(session: Session) -> None:
    ready = opened(session, voters=2)
    acts = [
        row.act
        for row in session.execute(select(register.RegisterEntry).order_by(register.RegisterEntry.seq)).scalars()
    ]
    assert acts == [
        "election.drafted",
        "roll.imported",
        "credentials.issued",
        "roll.frozen",
        "election.keyed",
        "election.opened",
    ]
    subjects = {row.subject for row in session.execute(select(register.RegisterEntry)).scalars()}
    assert subjects == {f"election {ready.uuid}"}
    assert register.verify_chain(session) == 6
