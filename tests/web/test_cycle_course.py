"""A cycle through its services: drafted under the rules, announced, taken on by its dates, extended, annulled."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import text
from sqlalchemy.orm import Session

from elections.cycles.dates import Dates
from elections.cycles.models import Cycle
from elections.cycles.rules import Period
from elections.cycles.services import course, drafting, extending, rules_in_force
from elections.cycles.services.drafting import BadDates
from elections.lifecycle import Phase
from elections.models import ElectorateKind
from foundation.accounts.models import Person
from foundation.core import clock
from foundation.core.db import db
from foundation.core.errors import Conflict, Forbidden, Invalid, NotFound
from tests.cycle_factories import (
    DAY,
    DEMONSTRATION,
    TRIAL,
    adopted,
    advance,
    announced,
    drafted,
    let_pass,
    new_cycle,
)
from tests.factories import in_context, letters
from tests.membership_factories import make_corporate_member, make_member
from tests.web.register_acts import acts


def phases(session: Session, cycle: Cycle) -> list[Phase]:
    session.expire_all()
    return [election.phase for election in cycle.elections]


# Rules.


def test_without_adopted_rules_no_cycle_begins(session: Session, olga: Person) -> None:
    with pytest.raises(NotFound, match="No election rules"):
        rules_in_force.rules_in_force(session)


def test_a_version_of_the_rules_is_adopted_once_and_the_newest_is_in_force(session: Session, olga: Person) -> None:
    adopted(session, DEMONSTRATION, olga)
    with pytest.raises(Conflict, match="2026-1"):
        rules_in_force.adopt_rules(session, DEMONSTRATION + "\n# changed", by=olga, now=clock.now())
    session.rollback()
    adopted(session, TRIAL, olga)
    assert rules_in_force.rules_in_force(session).version == "trial-1"
    assert acts(session, "election rules") == ["rules.adopted", "rules.adopted"]


def test_a_cycle_keeps_the_rules_under_which_it_began(session: Session, olga: Person) -> None:
    adopted(session, DEMONSTRATION, olga)
    cycle = drafted(session, olga)
    adopted(session, TRIAL, olga)
    assert rules_in_force.rules_of(cycle).version == "2026-1"


def test_bad_rules_are_refused_with_their_section(session: Session, olga: Person) -> None:
    bad = DEMONSTRATION.replace("days_min = 7\ndays_max = 30", "")
    with pytest.raises(Invalid, match=r"\[voting\].*days_min"):
        rules_in_force.adopt_rules(session, bad, by=olga, now=clock.now())


# Drafting.


def test_a_cycle_makes_one_election_for_each_electorate_with_seats_method_and_cap_of_the_rules(
    session: Session, olga: Person
) -> None:
    adopted(session)
    cycle = drafted(session, olga, contests=["lead-example", "corporate-director", "individual-director"])
    found = {election.electorate: election for election in cycle.elections}
    assert set(found) == set(ElectorateKind)
    directors = found[ElectorateKind.INDIVIDUAL].contests[0]
    assert (directors.seats, directors.method, directors.cap, directors.kind) == (
        3,
        "schulze",
        2,
        "individual-director",
    )
    assert found[ElectorateKind.PROJECT].project == "example"
    assert {election.phase for election in cycle.elections} == {Phase.DRAFT}
    assert cycle.record_on == cycle.voting_opens_at.date() - timedelta(days=30)


def test_a_cycle_of_one_election_gives_it_its_own_title(session: Session, olga: Person) -> None:
    adopted(session)
    assert [election.title for election in drafted(session, olga).elections] == ["Board elections"]


def dates(session: Session, **moved: timedelta) -> Dates:
    found = new_cycle(session).dates
    return replace(found, **{name: getattr(found, name) + by for name, by in moved.items()})


REFUSED: list[tuple[dict[str, timedelta], str]] = [
    (
        {"nominations_close_at": -5 * DAY},
        "4.2 asks for at least 14 days of nominations; these are 9 days.",
    ),
    ({"voting_closes_at": -DAY}, "4.4 asks for at least 7 days of voting; these are 6 days."),
    ({"voting_closes_at": 24 * DAY}, "4.4 allows at most 30 days of voting; these are 31 days."),
    ({"voting_closes_at": -9 * DAY}, "Voting would close before it opens."),
    ({"nominations_open_at": 15 * DAY}, "Nominations would close before they open."),
    ({"voting_opens_at": -20 * DAY}, "Voting would open before nominations close."),
    ({"nominations_open_at": -99 * DAY}, "Nominations would open before the election is announced."),
    ({"voting_closes_at": timedelta(hours=-1)}, "these are 6 days and 23 hours."),
]


def test_dates_that_are_impossible_or_too_short_are_refused_with_the_clause(session: Session, olga: Person) -> None:
    adopted(session)
    for moved, sentence in REFUSED:
        with pytest.raises(BadDates) as refused:
            drafting.draft(session, new_cycle(session, dates=dates(session, **moved)), by=olga, now=clock.now())
        assert sentence in refused.value.message


def test_complaints_shorter_than_the_rules_ask_are_refused(session: Session, olga: Person) -> None:
    adopted(session)
    short = replace(new_cycle(session).dates, complaint_days=3)
    with pytest.raises(BadDates, match=r"4\.9 asks for at least 7 days of complaints; these are 3 days"):
        drafting.draft(session, new_cycle(session, dates=short), by=olga, now=clock.now())


def test_only_contests_of_the_rules_can_be_up(session: Session, olga: Person) -> None:
    adopted(session)
    for contests in ([], ["no-such-contest"]):
        with pytest.raises(Invalid):
            drafting.draft(session, new_cycle(session, contests=contests), by=olga, now=clock.now())


def test_the_server_alone_is_no_set_of_trustees(session: Session, olga: Person) -> None:
    adopted(session)
    with pytest.raises(Invalid, match="besides the server"):
        drafting.draft(session, new_cycle(session, demonstration=False), by=olga, now=clock.now())


# Announcing, and the dates.


def test_announcing_tells_the_members_once_and_moves_every_election(session: Session, olga: Person) -> None:
    adopted(session)
    member = make_member(session).party.person
    signer = make_corporate_member(session, "Acme", make_member(session).party.person)
    cycle = drafted(session, olga, contests=["individual-director", "corporate-director"])
    course.announce(session, cycle.id, by=olga, now=clock.now())
    session.commit()
    assert phases(session, cycle) == [Phase.ANNOUNCED, Phase.ANNOUNCED]
    (letter,) = [one for one in letters(session, member.address) if "announced" in one.subject]
    assert letter.path == f"/elections/cycles/{cycle.id}"
    assert signer
    with pytest.raises(Conflict, match="already"):
        course.announce(session, cycle.id, by=olga, now=clock.now())


def test_a_draft_whose_dates_have_come_too_near_is_not_announced(session: Session, olga: Person) -> None:
    adopted(session)
    cycle = drafted(session, olga)
    let_pass(session, cycle, 3 * DAY)
    with pytest.raises(BadDates, match=r"4\.1 asks for at least 14 days"):
        course.announce(session, cycle.id, by=olga, now=clock.now())


def test_dates_take_a_cycle_to_its_campaign_and_a_clock_that_goes_back_takes_nothing_back(
    session: Session, olga: Person
) -> None:
    adopted(session)
    cycle = announced(session, olga)
    assert advance(session) == 0
    let_pass(session, cycle, 16 * DAY)
    assert advance(session) == 1
    assert phases(session, cycle) == [Phase.NOMINATIONS]
    let_pass(session, cycle, -16 * DAY)
    assert advance(session) == 0
    assert phases(session, cycle) == [Phase.NOMINATIONS]
    let_pass(session, cycle, 60 * DAY)
    assert advance(session) == 1
    assert phases(session, cycle) == [Phase.CAMPAIGN]
    assert advance(session) == 0


def test_after_a_long_silence_all_steps_that_were_due_are_taken_at_once(session: Session, olga: Person) -> None:
    adopted(session)
    cycle = announced(session, olga)
    let_pass(session, cycle, 40 * DAY)
    assert advance(session) == 2
    assert phases(session, cycle) == [Phase.CAMPAIGN]


def test_somebody_who_stands_cannot_announce_extend_or_annul(session: Session, olga: Person) -> None:
    adopted(session)
    cycle = drafted(session, olga)
    contest = cycle.elections[0].contests[0]
    session.execute(
        text(
            "INSERT INTO nomination (contest_id, person_id, by_id, state, statement, proposed_at, answered_at) "
            "VALUES (:contest, :olga, :olga, 'accepted', '', now(), now())"
        ),
        {"contest": contest.id, "olga": olga.id},
    )
    session.commit()
    with pytest.raises(Forbidden, match="You stand in this election"):
        course.announce(session, cycle.id, by=olga, now=clock.now())
    with pytest.raises(Forbidden):
        course.annul(session, cycle.id, "The dates were wrong.", by=olga, now=clock.now())


# Extending.


def extend(session: Session, cycle: Cycle, period: Period, by: timedelta, who: Person, **more: Any) -> None:
    until = extending.end_of(cycle, period, cycle.elections) + by
    reason = "Too few have come."
    extending.extend(session, cycle.id, period, until, reason=reason, by=who, now=clock.now(), **more)
    session.commit()


def test_extending_nominations_moves_the_later_dates_along_and_tells_the_members(
    session: Session, olga: Person
) -> None:
    adopted(session)
    member = make_member(session).party.person
    cycle = announced(session, olga)
    before = (cycle.nominations_open_at, cycle.nominations_close_at, cycle.voting_opens_at, cycle.voting_closes_at)
    extend(session, cycle, Period.NOMINATIONS, 3 * DAY, olga)
    after = (cycle.nominations_open_at, cycle.nominations_close_at, cycle.voting_opens_at, cycle.voting_closes_at)
    assert after == (before[0], *(moment + 3 * DAY for moment in before[1:]))
    assert "Too few have come." in letters(session, member.address)[-1].text
    assert acts(session, f"cycle {cycle.id}")[-1] == "cycle.extended"


def test_an_extension_is_only_as_long_and_as_often_as_the_rules_allow(session: Session, olga: Person) -> None:
    adopted(session)
    cycle = announced(session, olga)
    with pytest.raises(Invalid, match=r"4\.6 allows an extension by at most 14 days"):
        extend(session, cycle, Period.NOMINATIONS, 15 * DAY, olga)
    session.rollback()
    with pytest.raises(Invalid, match="later"):
        extend(session, cycle, Period.VOTING, -DAY, olga)
    session.rollback()
    with pytest.raises(Conflict, match=r"4\.6 does not allow"):
        extend(session, cycle, Period.ANNOUNCEMENT, DAY, olga)
    session.rollback()
    extend(session, cycle, Period.NOMINATIONS, DAY, olga)
    with pytest.raises(Conflict, match=r"4\.6 allows to extend a period 1 time,"):
        extend(session, cycle, Period.NOMINATIONS, DAY, olga)


def test_a_period_that_is_over_is_not_extended(session: Session, olga: Person) -> None:
    adopted(session)
    cycle = announced(session, olga)
    let_pass(session, cycle, 30 * DAY)
    with pytest.raises(Conflict, match="over"):
        extend(session, cycle, Period.NOMINATIONS, 14 * DAY, olga)


def test_of_two_officials_who_extend_at_once_the_second_is_told_and_nothing_changes(
    app: Flask, session: Session, olga: Person
) -> None:
    adopted(session, DEMONSTRATION.replace("times = 1", "times = 9"))
    cycle = announced(session, olga)
    seen = cycle.nominations_close_at
    number, official_id = cycle.id, olga.id

    def act() -> str:
        def do() -> str:
            by = db.session.get(Person, official_id)
            assert by is not None
            args: dict[str, Any] = {"reason": "More time.", "by": by, "now": clock.now(), "expecting": seen}
            try:
                extending.extend(db.session, number, Period.NOMINATIONS, seen + DAY, **args)
            except Conflict as refusal:
                return refusal.code
            db.session.commit()
            return "done"

        return in_context(app, do)

    with ThreadPoolExecutor(2) as threads:
        results = sorted(future.result() for future in [threads.submit(act), threads.submit(act)])
    assert results == ["date-changed", "done"]
    session.expire_all()
    assert cycle.nominations_close_at == seen + DAY
    assert len(cycle.extensions) == 1


# Annulling.


def test_annulling_a_cycle_ends_all_its_elections_for_a_public_reason(session: Session, olga: Person) -> None:
    adopted(session)
    cycle = announced(session, olga, contests=["individual-director", "corporate-director"])
    course.annul(session, cycle.id, "The roll was wrong.", by=olga, now=clock.now())
    session.commit()
    assert phases(session, cycle) == [Phase.ANNULLED, Phase.ANNULLED]
    with pytest.raises(Conflict, match="over"):
        course.annul(session, cycle.id, "The dates were wrong.", by=olga, now=clock.now())


# The zone in which days are counted.


def test_a_fortnight_across_the_change_of_the_clocks_is_a_fortnight(session: Session, olga: Person) -> None:
    """From noon to noon in Berlin, but an hour less than 14 days in UTC."""
    adopted(session, TRIAL.replace('clause = "4.2"\ndays_min = 0', 'clause = "4.2"\ndays_min = 14'))
    year = clock.now().year + 1
    opens, closes = datetime(year, 3, 20, 11, tzinfo=UTC), datetime(year, 4, 3, 10, tzinfo=UTC)
    in_berlin = Dates(opens, closes, closes, closes + DAY, "Europe/Berlin")
    assert drafted(session, olga, dates=in_berlin).zone == "Europe/Berlin"
    with pytest.raises(BadDates, match="13 days and 23 hours"):
        drafting.draft(session, new_cycle(session, dates=replace(in_berlin, zone="UTC")), by=olga, now=clock.now())


def test_anywhere_on_earth_is_kept_as_such(session: Session, olga: Person) -> None:
    adopted(session)
    cycle = drafted(session, olga, anywhere_on_earth=True)
    assert (cycle.anywhere_on_earth, cycle.zone) == (True, "Etc/GMT+12")


def test_an_unknown_zone_is_refused(session: Session, olga: Person) -> None:
    adopted(session)
    odd = replace(new_cycle(session).dates, zone="../../etc/passwd")
    with pytest.raises(Invalid, match="no time zone"):
        drafting.draft(session, new_cycle(session, dates=odd), by=olga, now=clock.now())
