"""From nominations to the ballot."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from elections.nominations.lifecycle import NominationState
from elections.nominations.models import Nomination
from elections.nominations.services import ballot, eligibility, nominating
from elections.pages import ballot_paper
from foundation.core import clock
from foundation.core.errors import Conflict
from tests.factories import make_person
from tests.membership_factories import (
    affiliated,
    make_organization,
)
from tests.nomination_factories import (
    EASY,
    REASON,
    Nominating,
    close_nominations,
    decided,
    member,
    members,
    open_nominations,
    standing,
)

S = NominationState
DAY = timedelta(days=1)


@pytest.fixture
def made(session: Session) -> Nominating:
    """An election that is open for nominations."""
    return open_nominations(session)


# The ballot


def ready(session: Session, count: int, seats: int) -> tuple[Nominating, list[Nomination]]:
    made = open_nominations(session, rules=EASY.replace("seats = 1", f"seats = {seats}", 1))
    nominations = [standing(session, made, each) for each in members(session, count)]
    close_nominations(session, made)
    return made, nominations


def test_those_found_eligible_are_on_the_ballot_with_their_affiliations_and_groups(session: Session) -> None:
    made = open_nominations(session, rules=EASY)
    ada, grace, hedy, betty = members(session, 4)
    acme = make_organization(session, "Acme", make_person(session))
    affiliated(session, ada, acme, timedelta(days=30))
    nominations = [standing(session, made, each) for each in (ada, grace, hedy, betty)]
    nominating.write_statement(session, nominations[0].id, "I *care*.", by=ada, now=clock.now())
    close_nominations(session, made)
    decided(session, made, nominations[:2])
    decided(session, made, [nominations[2]], eligible=False)
    assert ballot.undecided(session, made.election) == [nominations[3]]
    with pytest.raises(Conflict, match=betty.display_name):
        ballot.put_on(session, made.election, now=clock.now())
    nominating.withdraw(session, nominations[3].id, "", by=betty, now=clock.now())
    ballot.put_on(session, made.election, now=clock.now())
    session.commit()
    on_it = made.contest.candidates
    assert [each.person_id for each in on_it] == [ada.id, grace.id]
    assert (on_it[0].affiliations, on_it[0].groups) == (["Acme"], [f"Acme (no. {acme.id})"])
    assert on_it[0].statement == "I *care*."
    assert "<em>care</em>" in ballot_paper.statement_of(made.contest, on_it[0].statement)
    assert sorted(made.contest.display_order) == [0, 1]


@pytest.mark.parametrize(("count", "seats"), [(0, 1), (1, 1), (2, 3)])
def test_a_contest_with_nothing_to_choose_is_refused_with_what_to_do(session: Session, count: int, seats: int) -> None:
    made, nominations = ready(session, count, seats)
    decided(session, made, nominations)
    with pytest.raises(Conflict, match="Annul this election"):
        ballot.put_on(session, made.election, now=clock.now())


def test_namesakes_can_be_told_apart_on_the_ballot(session: Session) -> None:
    made = open_nominations(session, rules=EASY)
    nominations = [standing(session, made, member(session, name)) for name in ("Ada", "ADA", "Grace")]
    close_nominations(session, made)
    decided(session, made, nominations)
    ballot.put_on(session, made.election, now=clock.now())
    names = [each.name for each in made.contest.candidates]
    assert names == [f"Ada (no. {nominations[0].id})", f"ADA (no. {nominations[1].id})", "Grace"]


def test_a_ballot_holds_thirty_so_that_the_thirty_first_cannot_accept_until_one_withdraws(session: Session) -> None:
    made, late, now = open_nominations(session, rules=EASY), member(session), clock.now()
    thirty = [make_person(session, password=None) for _number in range(30)]
    known = {"contest": made.contest, "state": S.ACCEPTED, "statement": "", "proposed_at": now, "answered_at": now}
    nominations = [Nomination(person=each, by=each, **known) for each in thirty]
    session.add_all(nominations)
    session.commit()
    with pytest.raises(Conflict, match="30 candidates"):
        nominating.propose(session, made.contest.id, late, by=late, now=clock.now())
    session.rollback()
    nominating.withdraw(session, nominations[0].id, "", by=thirty[0], now=clock.now())
    nominations.append(standing(session, made, late))
    close_nominations(session, made)
    for each in nominations[1:]:
        eligibility.record(session, each, True, REASON, by=made.official, now=clock.now())
    ballot.put_on(session, made.election, now=clock.now())
    assert len(made.contest.candidates) == 30
    # An appeal that is upheld can bring back one too many.
    nominations[0].state = S.ACCEPTED
    nominations[0].withdrawn_at = None
    session.flush()
    eligibility.record(session, nominations[0], True, REASON, by=made.official, now=clock.now())
    with pytest.raises(Conflict, match="some have to withdraw"):
        ballot.put_on(session, made.election, now=clock.now())
