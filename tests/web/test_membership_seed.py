"""Seeding: what it writes is what the services would have written."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from flask import Flask
from sqlalchemy import event, func, select
from sqlalchemy.engine import Engine
from sqlalchemy.orm import Session

from foundation.core import clock
from membership import directory
from membership.models.memberships import DirectoryEntry, Membership, MembershipEvent
from membership.pages import committee_lists
from membership.rules.standing_status import GOOD_STANDING, TURNS, EventKind
from membership.services import agreeing, listing
from membership.services.standing_now import status_of

DAY = timedelta(days=1)
COLUMNS = ("member_class", "name", "sort_key", "visibility", "good_from", "good_until", "public_words", "member_words")


@pytest.fixture
def seeded(app: Flask, session: Session) -> Session:
    done = app.test_cli_runner().invoke(args=["membership", "seed", "--members", "1000", "--organizations", "40"])
    assert (done.exit_code, done.output) == (0, "1000 members and 40 organizations are added.\n")
    session.rollback()
    return session


def test_a_seeded_foundation_is_as_the_services_would_have_made_it(app: Flask, seeded: Session) -> None:
    today = clock.now().date()
    memberships = {each.id: each for each in seeded.execute(select(Membership)).scalars()}
    entries = list(seeded.execute(select(DirectoryEntry)).scalars())
    assert len(entries) == len(memberships) == 1040
    for entry in entries[::7] + [each for each in entries if each.good_until is None]:
        made = listing.entry_of(seeded, memberships[entry.membership_id], today)
        assert {name: getattr(entry, name) for name in COLUMNS} == made
    good = sum(status_of(each, today) in GOOD_STANDING for each in memberships.values())
    electorate = directory.electorate(seeded, today)
    assert len(electorate) + len(electorate.left_out) == good
    assert all(each.why == "another member of the same control group votes" for each in electorate.left_out)
    assert len(electorate.left_out) == 4
    kinds = list(agreeing.MemberClass)
    assert [agreeing.unsigned_members(seeded, kind, today) for kind in kinds] == [[], []]
    assert committee_lists.waiting(seeded) == 30


def test_seeding_twice_adds_twice(app: Flask, seeded: Session) -> None:
    done = app.test_cli_runner().invoke(args=["membership", "seed", "--members", "10", "--organizations", "0"])
    assert done.exit_code == 0
    assert seeded.execute(select(func.count(Membership.id))).scalar_one() == 1050


def test_the_electorate_of_any_day_is_what_the_rule_says_of_each_member(app: Flask, session: Session) -> None:
    runner = app.test_cli_runner()
    assert runner.invoke(args=["membership", "seed", "--members", "400", "--organizations", "0"]).exit_code == 0
    session.rollback()
    today = clock.now().date()
    members = list(session.execute(select(Membership)).scalars())
    turns = sorted(TURNS)
    for place, membership in enumerate(members * 2):
        kind = turns[(place * 7) % len(turns)]
        on = today - timedelta(days=(place * 37) % 900)
        until = on + timedelta(days=1 + place % 90) if kind is EventKind.SUSPENDED and place % 3 else None
        turn = MembershipEvent(membership_id=membership.id, kind=kind, on_date=on, until_on=until, at=clock.now())
        turn.reason, turn.reference = "Why.", "Motion 1"
        session.add(turn)
    session.commit()
    session.expire_all()
    seen = set()
    for days in range(-400, 900, 61):
        on = today - timedelta(days=days)
        wanted = {member.party.person_id for member in members if status_of(member, on) in GOOD_STANDING}
        voters = [elector.person for elector in directory.electorate(session, on)]
        assert set(voters) == wanted
        assert len(voters) == len(wanted)
        seen.add(len(wanted))
        long = {member.party.person_id for member in members if since(member, on) <= on - 90 * DAY} & wanted
        assert set(directory.electorate(session, on, membership_days=90).persons) == long
    assert len(seen) > 5


def since(member: Membership, on: date) -> date:
    """Since when somebody has been a member: whoever left and came back, since they came back."""
    back = [each.on_date for each in member.events if each.kind is EventKind.READMITTED and each.on_date <= on]
    return max([member.admitted_on, *back])


def test_the_electorate_asks_the_database_as_often_for_many_members_as_for_few(app: Flask, session: Session) -> None:
    today, asked = clock.now().date(), []

    def note(_connection: object, _cursor: object, statement: str, *_more: object) -> None:
        asked.append(statement)

    for members in ("10", "500"):
        done = app.test_cli_runner().invoke(args=["membership", "seed", "--members", members, "--organizations", "20"])
        assert done.exit_code == 0
        session.rollback()
        asked.clear()
        event.listen(Engine, "before_cursor_execute", note)
        found = directory.electorate(session, today)
        event.remove(Engine, "before_cursor_execute", note)
        assert len(asked) == 3
        assert len(found.corporate) > 10
