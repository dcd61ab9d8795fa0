"""Making an election: what officials may enter, how roll and credentials come together, and what freezes when."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from elections.crypto import credentials as protocol_credentials
from elections.crypto.group import GENERATOR, IDENTITY, power_of_generator
from elections.models import CredentialSource, Voter
from elections.services import credentials, roll, setup
from elections.services.setup import NewCandidate, NewContest, NewTrustee
from foundation.core import clock
from foundation.core.errors import Conflict, Forbidden, Invalid
from tests.election_factories import OFFICIAL, SERVER, draft, new_election
from tests.factories import make_person


def contest(*names: str, seats: int = 1, method: str = "schulze") -> NewContest:
    return NewContest("Seats", [NewCandidate(name) for name in names], seats=seats, method=method)


def test_an_election_keeps_its_candidates_in_the_order_given_and_shows_them_in_the_order_of_a_lot(
    session: Session,
) -> None:
    names = [f"Candidate {letter}" for letter in "ABCDEFGHIJKLMNOPQRSTUVWXYZ"]
    election = setup.create(session, new_election(contests=[contest(*names)]), by=OFFICIAL, now=clock.now())
    stored = election.contests[0]
    assert [candidate.name for candidate in stored.candidates] == names
    assert sorted(stored.display_order) == list(range(26))
    assert stored.display_order != list(range(26))


IMPOSSIBLE_CONTESTS = [
    ([], "between 1 and 20 contests"),
    ([contest("Ada")], "needs between 2 and 30 candidates, not 1"),
    ([contest(*(f"Candidate {'I' * number}" for number in range(1, 32)))], "not 31"),
    ([contest("Ada", "Ada")], "Two candidates"),
    ([contest("Ada", "ADA")], "Two candidates"),
    ([contest("Ada", "Ａda")], "Two candidates"),
    ([contest("Ada", "")], "name is missing"),
    ([contest("Ada", "Grace\r\nBcc: all@example.org")], "line breaks"),
    ([contest("Ada", "Gra\u202ece")], "invisible"),
    ([contest("Ada", "Grace", seats=0)], "seats"),
    ([contest("Ada", "Grace", seats=3)], "seats"),
    ([contest("Ada", "Grace", method="whim")], "no counting method"),
    ([contest("Ada", "Grace", method="schulze,schulze")], "no counting method"),
    ([contest("Ada", "Grace", method="all")], "no counting method"),
    ([contest("Ada", "Grace", method="borda")], "no counting method"),
    ([contest(*(f"Candidate {'I' * number}" for number in range(1, 24)), method="kemeny-young")], "at most 18"),
    ([NewContest("x" * 151, [NewCandidate("Ada"), NewCandidate("Grace")])], "at most 150"),
]


def test_an_impossible_contest_is_refused_with_a_sentence(session: Session) -> None:
    for contests, said in IMPOSSIBLE_CONTESTS:
        with pytest.raises(Invalid) as refused:
            setup.create(session, replace(new_election(), contests=contests), by=OFFICIAL, now=clock.now())
        assert said in refused.value.message


def test_every_election_has_the_server_as_one_of_its_trustees(session: Session) -> None:
    for trustees in ([NewTrustee("Tess")], [SERVER, SERVER]):
        with pytest.raises(Invalid, match="once"):
            setup.create(session, new_election(trustees=trustees), by=OFFICIAL, now=clock.now())


def test_the_server_alone_is_trusted_in_a_demonstration_only(session: Session) -> None:
    alone = [SERVER]
    setup.create(session, new_election(trustees=alone, demonstration=True), by=OFFICIAL, now=clock.now())
    with pytest.raises(Invalid, match="besides the server"):
        setup.create(session, new_election(trustees=alone, demonstration=False), by=OFFICIAL, now=clock.now())


def test_nobody_is_two_trustees(session: Session) -> None:
    tess = make_person(session)
    twice = [SERVER, NewTrustee("Tess", tess), NewTrustee("Tess again", tess)]
    with pytest.raises(Invalid, match="two trustees"):
        setup.create(session, new_election(trustees=twice), by=OFFICIAL, now=clock.now())


def test_a_roll_is_taken_whole_or_not_at_all_and_each_bad_row_is_named(session: Session) -> None:
    election, _ = draft(session, voters=1)
    bad = "address,name\nnew@example.org,New\nnobody,\nVOTER0@example.org,Again\n"
    with pytest.raises(roll.BadRoll) as refused:
        roll.import_roll(session, election, bad, by=OFFICIAL, now=clock.now())
    assert "nobody" in refused.value.message
    with pytest.raises(roll.BadRoll, match=r"voter0@example\.org is on the roll already"):
        roll.import_roll(session, election, "address\nVOTER0@example.org\n", by=OFFICIAL, now=clock.now())
    with pytest.raises(roll.BadRoll):
        roll.import_roll(session, election, "address\na@example.org\nA@EXAMPLE.ORG\n", by=OFFICIAL, now=clock.now())
    assert roll.size(session, election) == 1


def test_two_addresses_of_one_person_do_not_both_get_a_vote(session: Session) -> None:
    election, people = draft(session, voters=1)
    second = roll.EmailAddress(
        person_id=people[0].id, address="other@example.org", canonical="other@example.org", confirmed_at=clock.now()
    )
    session.add(second)
    session.flush()
    with pytest.raises(roll.BadRoll, match="twice"):
        roll.import_roll(session, election, "address\nother@example.org\n", by=OFFICIAL, now=clock.now())


def test_a_member_who_signs_up_after_the_import_is_found_by_the_confirmed_address(session: Session) -> None:
    election, _ = draft(session, voters=1)
    roll.import_roll(session, election, "address\nlate@example.org\n", by=OFFICIAL, now=clock.now())
    late = make_person(session, "late@example.org")
    voter = roll.voter_of(session, election, late)
    assert voter.address == "late@example.org"
    with pytest.raises(Forbidden, match="not on the roll"):
        roll.voter_of(session, election, make_person(session, "stranger@example.org"))


@pytest.mark.slow
def test_a_roll_longer_than_a_statement_may_have_parameters_is_imported(session: Session) -> None:
    election, _ = draft(session, voters=1)
    rows = "".join(f"member{number}@example.org\n" for number in range(70_000))
    assert roll.import_roll(session, election, "address\n" + rows, by=OFFICIAL, now=clock.now()) == 70_000


def test_the_server_forgets_a_credential_once_it_is_picked_up(session: Session) -> None:
    election, people = draft(session, voters=1, new=new_election(demonstration=False))
    credentials.issue_by_server(session, election, by=OFFICIAL, now=clock.now())
    secret = credentials.pick_up(session, election, people[0], now=clock.now())
    voter = session.execute(select(Voter)).scalar_one()
    assert protocol_credentials.public_credential(secret, election.uuid).text == voter.public_credential
    assert voter.sealed_credential is None
    with pytest.raises(Conflict, match="forgotten"):
        credentials.pick_up(session, election, people[0], now=clock.now())


def test_a_demonstration_shows_the_credential_again(session: Session) -> None:
    election, people = draft(session, voters=1)
    credentials.issue_by_server(session, election, by=OFFICIAL, now=clock.now())
    first = credentials.pick_up(session, election, people[0], now=clock.now())
    assert credentials.pick_up(session, election, people[0], now=clock.now()) == first


def mapping(uuid: str, pairs: dict[str, str]) -> bytes:
    return json.dumps({"uuid": uuid, "credentials": pairs}).encode()


def test_the_registrars_file_puts_every_voters_public_credential_on_the_roll(session: Session) -> None:
    election, people = draft(session, voters=3, new=new_election(source=CredentialSource.REGISTRAR))
    pairs = {person.address: power_of_generator(index + 2).text for index, person in enumerate(people)}
    accepted = credentials.accept_from_registrar(
        session, election, mapping(election.uuid, pairs), by="Registrar", now=clock.now()
    )
    assert accepted == 3
    assert credentials.missing(session, election) == 0
    assert roll.public_credentials(session, election) == sorted(pairs.values())
    with pytest.raises(Conflict, match="server never had it"):
        credentials.pick_up(session, election, people[0], now=clock.now())


WRONG_FILES = [
    (lambda pairs: pairs.popitem(), "not in the file"),
    (lambda pairs: pairs.update({"stranger@example.org": power_of_generator(99).text}), "not on the roll"),
    (lambda pairs: pairs.update({"voter0@example.org": pairs["voter1@example.org"]}), "more than once"),
    (lambda pairs: pairs.update({"VOTER0@example.org": power_of_generator(98).text}), "more than once"),
    (lambda pairs: pairs.update({"voter0@example.org": IDENTITY.text}), "cannot be used"),
    (lambda pairs: pairs.update({"voter0@example.org": power_of_generator(5).text.upper()}), "cannot be used"),
    (lambda pairs: pairs.update({"voter0@example.org": "zz"}), "cannot be used"),
    (lambda pairs: pairs.update({"voter0@example.org": 7}), "cannot be used"),
]


def test_a_wrong_file_of_the_registrar_changes_nothing(session: Session) -> None:
    election, people = draft(session, voters=3, new=new_election(source=CredentialSource.REGISTRAR))
    for change, said in WRONG_FILES:
        pairs = {f"voter{index}@example.org": power_of_generator(index + 2).text for index in range(len(people))}
        change(pairs)
        with pytest.raises(Invalid, match=said):
            credentials.accept_from_registrar(
                session, election, mapping(election.uuid, pairs), by="Registrar", now=clock.now()
            )
    assert credentials.missing(session, election) == 3


def test_what_is_not_the_registrars_file_is_refused(session: Session) -> None:
    election, _ = draft(session, voters=1, new=new_election(source=CredentialSource.REGISTRAR))
    for data in (b"", b"[]", b"{}", b"\xff", b'{"uuid":1,"credentials":[]}', b"[" * 100_000):
        with pytest.raises(Invalid):
            credentials.accept_from_registrar(session, election, data, by="Registrar", now=clock.now())


def test_credentials_of_another_election_are_refused(session: Session) -> None:
    election, people = draft(session, voters=1, new=new_election(source=CredentialSource.REGISTRAR))
    pairs = {people[0].address: GENERATOR.text}
    with pytest.raises(Invalid, match="another election"):
        credentials.accept_from_registrar(session, election, mapping("x" * 22, pairs), by="R", now=clock.now())


def test_the_source_of_credentials_is_what_the_election_says(session: Session) -> None:
    election, _ = draft(session, voters=1)
    with pytest.raises(Conflict, match="from the server"):
        credentials.accept_from_registrar(session, election, b"{}", by="R", now=clock.now())
    election, _ = _second_draft(session)
    with pytest.raises(Conflict, match="from the registrar"):
        credentials.issue_by_server(session, election, by=OFFICIAL, now=clock.now())


def _second_draft(session: Session) -> tuple[setup.Election, None]:
    new = new_election(source=CredentialSource.REGISTRAR)
    return setup.create(session, new, by=OFFICIAL, now=clock.now()), None
