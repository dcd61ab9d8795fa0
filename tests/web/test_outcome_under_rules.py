"""The outcome of an election under rules: lots, caps, sitting members, withdrawals, quorums, and what waits."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from elections import board, jobs
from elections.crypto import ballot as paper
from elections.cycles.dates import Dates
from elections.cycles.models import Cycle
from elections.cycles.services import closing, rules_in_force
from elections.lifecycle import Phase
from elections.lots import services as lots
from elections.models import Checkpoint, Election, Trustee, TrusteeKind
from elections.services import ceremony, credentials, outcome, result_files
from elections.services.casting import cast
from elections.services.frozen import protocol_election
from elections.services.voting import move
from elections.verifier.board import Board
from elections.verifier.case import Materials
from elections.verifier.manifest import Manifest
from elections.verifier.verification import verify
from foundation.accounts.models import Person
from foundation.core import clock
from foundation.core.access import Office
from foundation.core.errors import Conflict, Forbidden
from tests.cycle_factories import (
    HOUR,
    TRIAL,
    adopted,
    announced,
    committed,
    let_pass,
    nominated,
    now_dates,
    on_roll,
    people,
)
from tests.factories import make_person, official, visitor
from tests.web.register_acts import acts

SEATS = 3
NAMES = ("Ada", "Barbara", "Donald", "Edsger", "Frances")


@dataclass
class Case:
    """An election under the trial rules (3 seats, a cap of 2, a quorum of a tenth), its officials and their secrets."""

    election: Election
    cycle: Cycle
    officials: Sequence[Person]
    secrets: Sequence[bytes]
    voters: Sequence[Person]

    @property
    def uuid(self) -> str:
        return self.election.uuid

    @property
    def manifest(self) -> Manifest:
        return Manifest.from_json(self.election.manifest or b"")

    def page(self, app: Flask) -> str:
        answer = visitor(app).get(f"/elections/{self.uuid}/outcome")
        assert answer.status_code == 200
        return " ".join(answer.text.split())


def soon() -> Dates:
    """Dates of which all but those of voting pass within three hours."""
    return now_dates(announcement=HOUR, nominations=HOUR, campaign=12 * HOUR)


def prepared(session: Session, voters: int = 3, officials_who_commit: int = 2) -> Case:
    """A committed election whose roll is frozen, with five nominees and officials' commitments."""
    if not rules_in_force.all_versions(session):
        adopted(session, TRIAL)
    by = official(session, Office.ELECTION_OFFICIAL)
    cycle = announced(session, by, dates=soon())
    let_pass(session, cycle, 3 * HOUR)
    jobs.watch()
    session.expire_all()
    election = cycle.elections[0]
    voting_people = people(session, voters)
    on_roll(session, election, voting_people)
    for name in NAMES:
        nominated(session, election.contests[0], make_person(session, name=name, password=None), by)
    officials = [official(session, Office.ELECTION_OFFICIAL) for _number in range(2)]
    secrets = [committed(session, election, one) for one in officials[:officials_who_commit]]
    assert election.phase is Phase.CAMPAIGN
    move(election, Phase.ROLL_FROZEN, clock.now())
    election.roll_frozen_at, election.roll_sha256 = clock.now(), "0" * 64
    session.flush()
    credentials.issue_by_server(session, election, by="Olga", now=clock.now())
    session.commit()
    return Case(election, cycle, officials, secrets, voting_people)


def opened(session: Session, voters: int = 3) -> Case:
    """The same with its keys made and its vote open."""
    case = prepared(session, voters)
    ceremony.begin(session, case.uuid, by=case.officials[0], now=clock.now())
    return let_open(session, case)


def let_open(session: Session, case: Case) -> Case:
    """Combine the keys, and let the date come at which voting opens."""
    ceremony.finish(session, case.uuid, by="Olga", now=clock.now())
    let_pass(session, case.cycle, 12 * HOUR)
    jobs.watch()
    session.expire_all()
    assert case.election.phase is Phase.VOTING
    return case


def voted(session: Session, case: Case, ballots: Sequence[dict[str, int]]) -> None:
    """Cast a ballot for each voter in turn: ranks by name, 0 for who is not named."""
    published = protocol_election(case.election)
    order = published.questions[0].answers
    for person, ranks in zip(case.voters, ballots, strict=False):
        secret = credentials.pick_up(session, case.election, person, now=clock.now())
        data = paper.seal(published, secret, [[ranks.get(name, 0) for name in order]]).to_json()
        cast(session, case.uuid, data, person=person)
        session.commit()


def closed(session: Session, case: Case) -> None:
    """Let the time for voting pass, twice where the rules make it longer, and the server do what it can."""
    for days in (1, 30):
        if case.election.phase is Phase.VOTING:
            let_pass(session, case.cycle, timedelta(days=days, minutes=1))
            closing.close_due(session, case.uuid, now=clock.now())
            session.commit()
            jobs.advance(case.uuid)
            session.expire_all()


def reveal(session: Session, case: Case, number: int) -> None:
    """Let one official reveal, and the server go on."""
    by, secret = case.officials[number], case.secrets[number]
    lots.reveal(session, case.uuid, secret.hex(), by=by, now=clock.now())
    session.commit()
    jobs.watch()
    session.expire_all()


def verified(session: Session, case: Case) -> str:
    """What the verifier says of the outcome as it is published."""
    published = result_files.published(session, case.election).content
    report = verify(Materials(Board.read(board.archive_bytes(session, case.uuid)), case.election.manifest, published))
    assert report.ok, report.to_text()
    return {row.id: row.detail for row in report.checks}["V35"]


CLEAR = [{"Ada": 1, "Barbara": 2, "Donald": 3, "Edsger": 4}] * 3
"""Everybody agrees: Ada, Barbara, Donald."""


def withdraw(session: Session, case: Case, name: str) -> None:
    (candidate,) = [one for one in case.election.contests[0].candidates if one.name == name]
    candidate.withdrawn_at = clock.now()
    session.commit()


def test_the_manifest_promises_rules_caps_quorum_and_lots(session: Session) -> None:
    case = opened(session)
    manifest = case.manifest
    assert manifest.rules is not None
    assert (manifest.rules.version, manifest.rules.sha256) == (case.cycle.rules.version, case.cycle.rules.sha256)
    assert str(manifest.turnout.quorum if manifest.turnout else "") == "1/10"
    assert (manifest.contests[0].cap, manifest.contests[0].seats) == (2, SEATS)
    assert sorted(manifest.contests[0].names) == sorted(NAMES)
    made = lots.commitments(session, case.election)
    assert [(share.name, share.commitment) for share in manifest.lots] == [(one.name, one.commitment) for one in made]
    assert len(made) == 3
    assert "manifest.frozen" in acts(session, f"election {case.uuid}")


def test_the_ceremony_waits_for_the_roll_the_lots_and_an_official_who_does_not_stand(session: Session) -> None:
    case = prepared(session)
    nominee = session.execute(select(Person).where(Person.display_name == "Ada")).scalar_one()
    with pytest.raises(Forbidden):
        ceremony.begin(session, case.uuid, by=nominee, now=clock.now())
    session.rollback()
    another = announced(session, case.officials[0], dates=soon(), title="Another cycle")
    with pytest.raises(Conflict, match="roll is frozen before"):
        ceremony.begin(session, another.elections[0].uuid, by=case.officials[0], now=clock.now())


def test_a_trustee_who_stands_has_lost_the_office_before_any_key_is_made(session: Session) -> None:
    case = prepared(session)
    nominee = session.execute(select(Person).where(Person.display_name == "Ada")).scalar_one()
    first = case.election.trustees[0].name
    for owner, (name, who) in enumerate({"Ada": nominee.id, "Tess Trustee": None}.items(), start=2):
        kind = TrusteeKind.PERSON
        session.add(Trustee(election_uuid=case.uuid, owner=owner, name=name, kind=kind, person_id=who))
    session.commit()
    session.expire_all()
    ceremony.begin(session, case.uuid, by=case.officials[0], now=clock.now())
    session.commit()
    session.expire_all()
    assert [(trustee.owner, trustee.name) for trustee in case.election.trustees] == [(1, first), (2, "Tess Trustee")]
    assert case.manifest.trustees == (first, "Tess Trustee")
    assert "trustee.dismissed" in acts(session, f"election {case.uuid}")


def test_when_every_trustee_stands_the_ceremony_does_not_begin(session: Session) -> None:
    case = prepared(session)
    nominee = session.execute(select(Person).where(Person.display_name == "Ada")).scalar_one()
    for trustee in case.election.trustees:
        trustee.person_id = nominee.id
    session.commit()
    session.expire_all()
    with pytest.raises(Conflict, match="Every trustee"):
        ceremony.begin(session, case.uuid, by=case.officials[0], now=clock.now())


def test_the_ceremony_waits_for_as_many_commitments_as_the_rules_ask(session: Session) -> None:
    case = prepared(session, officials_who_commit=1)
    with pytest.raises(Conflict, match="commitments to the lot; 1 are missing"):
        ceremony.begin(session, case.uuid, by=case.officials[0], now=clock.now())


def test_a_clear_result_waits_for_no_lot(session: Session, app: Flask) -> None:
    case = opened(session)
    voted(session, case, CLEAR)
    closed(session, case)
    (one,) = outcome.outcomes_of(session, case.election)
    assert one.report["results"][0]["seats"] == ["Ada", "Barbara", "Donald"]
    assert one.report["options"]["seed"] is None
    assert "turnout 3 of 3, quorum 1/10 reached" in verified(session, case)
    page = case.page(app)
    assert "Elected: Ada, Barbara and Donald" in page
    assert "1/10" in page or "10 %" in page
    assert "provisional until officials certify it" in page


def test_every_checkpoint_of_the_vote_is_still_true_of_the_archive_with_its_result(session: Session) -> None:
    case = opened(session)
    voted(session, case, CLEAR)
    closed(session, case)
    archive = Board.read(board.archive_bytes(session, case.uuid))
    notes = session.execute(select(Checkpoint.note).where(Checkpoint.election_uuid == case.uuid)).scalars().all()
    assert len(notes) >= 2, "one at the opening and one at the close"
    for note in notes:
        report = verify(Materials(archive, case.election.manifest, checkpoint=note))
        assert {row.id: row.ok for row in report.checks}["R2"] is True, report.to_text()


def test_a_tie_for_a_seat_waits_for_every_secret_and_says_for_whose(session: Session, app: Flask) -> None:
    case = opened(session)
    voted(session, case, [{"Ada": 1, "Barbara": 2, "Donald": 3, "Edsger": 3}] * 3)
    closed(session, case)
    assert outcome.outcomes_of(session, case.election) == []
    assert case.election.phase is Phase.PROVISIONAL_RESULT
    names = [share.name for share in case.manifest.lots][:2]
    page = case.page(app)
    assert "Donald and Edsger are tied for a seat. A lot decides, and waits for the secret of" in page
    assert all(name in page for name in names)
    assert "Donald and Edsger are tied for a seat." in visitor(app).get(f"/elections/{case.uuid}").text
    before = acts(session, f"election {case.uuid}")
    jobs.watch()
    assert before[-1] == "result.held"
    assert acts(session, f"election {case.uuid}") == before, "nothing new, nothing said"
    reveal(session, case, 0)
    assert outcome.outcomes_of(session, case.election) == []
    assert f"waits for the secret of {names[1]}" in case.page(app)
    reveal(session, case, 1)
    (one,) = outcome.outcomes_of(session, case.election)
    seats = one.report["results"][0]["seats"]
    order = lots.drawn(case.election.contests[0], bytes.fromhex(one.report["options"]["seed"]))
    assert seats == ["Ada", "Barbara", min(("Donald", "Edsger"), key=order.index)]
    assert "3 of 3 secrets for lots revealed as committed to" in verified(session, case)
    page = case.page(app)
    assert "Donald and Edsger were tied. A lot, to which officials committed before the vote" in page
    assert f"{seats[2]} was tied with" in page
    assert "The lot was needed." in page
    assert f"in this order: {', '.join(order)}." in page
    assert "python -m elections.verifier --lots" in page


def test_secrets_revealed_later_are_published_and_change_no_outcome(session: Session) -> None:
    case = opened(session)
    voted(session, case, CLEAR)
    closed(session, case)
    before = outcome.outcomes_of(session, case.election)
    assert "1 of 3 secrets" in verified(session, case)
    reveal(session, case, 0)
    reveal(session, case, 1)
    assert outcome.outcomes_of(session, case.election) == before
    assert "3 of 3 secrets" in verified(session, case)
