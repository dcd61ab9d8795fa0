"""The pure rules: status from dated events, standing line by line, control groups, caps, the roll, names."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from membership.rules import admission
from membership.rules.admission import ApplicationState
from membership.rules.caps import breaches
from membership.rules.classes import MemberClass
from membership.rules.conflicts import GROUP, SELF, Ties, conflict
from membership.rules.control import control_groups, group_of
from membership.rules.names import name_key, registry_key, search_words
from membership.rules.roll import ALL_VOTE_ALREADY, NOBODY_NAMED, SHARED, CorporateMember, corporate_seats
from membership.rules.standing import Contribution, ContributionKind, StandingRule, find, months_before
from membership.rules.standing_status import (
    BLOCKS,
    FINAL,
    POSSIBLE,
    Event,
    EventKind,
    IllegalAct,
    Status,
    Term,
    require_possible,
    status_on,
)

DAY = timedelta(days=1)
START = date(2026, 1, 1)
TERM = Term(START, date(2027, 1, 1), date(2027, 3, 2))
K = EventKind


def test_an_application_takes_no_step_outside_the_table() -> None:
    for current in ApplicationState:
        for to in ApplicationState:
            if to in admission.NEXT[current]:
                assert admission.advance(current, to) is to
            else:
                with pytest.raises(admission.IllegalTransition):
                    admission.advance(current, to)


def test_every_state_is_reached_and_only_finished_ones_are_left_by_nothing() -> None:
    reached = {ApplicationState.DRAFT}.union(*admission.NEXT.values())
    assert reached == set(ApplicationState)
    finished = {state for state in ApplicationState if not admission.NEXT[state]}
    assert finished == {ApplicationState.APPROVED, ApplicationState.DECLINE_UPHELD, ApplicationState.WITHDRAWN}


@pytest.mark.parametrize(
    ("on", "status"),
    [
        (START - DAY, Status.PENDING_AGREEMENT),
        (START, Status.ACTIVE),
        (date(2026, 12, 31), Status.ACTIVE),
        (date(2027, 1, 1), Status.GRACE),
        (date(2027, 3, 1), Status.GRACE),
        (date(2027, 3, 2), Status.LAPSED),
    ],
)
def test_a_term_runs_through_grace_to_lapse(on: date, status: Status) -> None:
    assert status_on([TERM], [], on) is status


def test_a_suspension_holds_until_its_day_or_until_reinstated() -> None:
    dated = [Event(K.SUSPENDED, START + DAY, START + 5 * DAY)]
    statuses = [status_on([TERM], dated, START + days * DAY) for days in (0, 1, 4, 5)]
    assert statuses == [Status.ACTIVE, Status.SUSPENDED, Status.SUSPENDED, Status.ACTIVE]
    lifted = [Event(K.SUSPENDED, START), Event(K.REINSTATED, START + 3 * DAY)]
    assert status_on([TERM], lifted, START + 2 * DAY) is Status.SUSPENDED
    assert status_on([TERM], lifted, START + 3 * DAY) is Status.ACTIVE


@given(st.lists(st.tuples(st.sampled_from(EventKind), st.integers(0, 400)), max_size=8), st.integers(0, 500))
def test_what_ends_a_membership_for_good_ends_it_whatever_comes_later(
    happened: list[tuple[EventKind, int]], after: int
) -> None:
    events = [Event(kind, START + days * DAY) for kind, days in happened]
    on = START + after * DAY
    known = (event for event in events if event.kind in FINAL and (event.on <= on or event.kind is K.MERGED))
    final = sorted(known, key=lambda event: event.on)
    if final:
        assert status_on([TERM], events, on) is BLOCKS[final[0].kind]
    else:
        assert status_on([TERM], events, on) not in {BLOCKS[kind] for kind in FINAL}


def test_a_duplicate_has_no_vote_of_its_own_for_a_record_date_before_it_was_found_out() -> None:
    assert status_on([TERM], [Event(K.MERGED, START + 20 * DAY)], START + DAY) is Status.MERGED


@given(
    st.lists(st.tuples(st.sampled_from([k for k in EventKind if k is not K.MERGED]), st.integers(0, 400)), max_size=8),
    st.integers(0, 500),
)
def test_what_happens_later_changes_no_day_before_it(happened: list[tuple[EventKind, int]], after: int) -> None:
    on = START + after * DAY
    events = [Event(kind, START + days * DAY) for kind, days in happened]
    until_then = [event for event in events if event.on <= on]
    assert status_on([TERM], events, on) is status_on([TERM], until_then, on)


def test_somebody_who_comes_back_waits_for_the_signature_until_a_term_begins() -> None:
    cut = Term(START, START + 10 * DAY, START + 10 * DAY)
    events = [Event(K.RESIGNED, START + 10 * DAY), Event(K.READMITTED, START + 20 * DAY)]
    assert status_on([cut], events, START + 15 * DAY) is Status.RESIGNED
    assert status_on([cut], events, START + 20 * DAY) is Status.PENDING_AGREEMENT
    again = Term(START + 30 * DAY, START + 90 * DAY, START + 100 * DAY)
    assert status_on([cut, again], events, START + 30 * DAY) is Status.ACTIVE


def test_an_act_is_possible_only_from_the_statuses_of_the_table() -> None:
    for kind in EventKind:
        for status in Status:
            if status in POSSIBLE[kind]:
                require_possible(status, kind)
            else:
                with pytest.raises(IllegalAct):
                    require_possible(status, kind)
    assert not POSSIBLE[K.RESIGNED] & {Status.EXPELLED, Status.RESIGNED}


@pytest.mark.parametrize(
    ("day", "months", "before"),
    [
        (date(2026, 11, 22), 12, date(2025, 11, 22)),
        (date(2024, 2, 29), 12, date(2023, 2, 28)),
        (date(2026, 3, 31), 1, date(2026, 2, 28)),
        (date(2026, 1, 15), 2, date(2025, 11, 15)),
        (date(2024, 2, 29), -12, date(2025, 2, 28)),
    ],
)
def test_months_are_counted_on_the_calendar(day: date, months: int, before: date) -> None:
    assert months_before(day, months) == before


def contribution(on: date, **more: object) -> Contribution:
    values = {"kind": ContributionKind.CODE, "project": "handbook", "source": "git", "verifier": "operator"} | more
    return Contribution(on, **values)  # type: ignore[arg-type]


def test_standing_is_explained_line_by_line() -> None:
    rule = StandingRule(2, 12, frozenset({ContributionKind.CODE}), "handbook")
    on = date(2026, 11, 22)
    given_ = [
        contribution(on),
        contribution(on - DAY),
        contribution(date(2025, 11, 22)),
        contribution(date(2025, 11, 21)),
        contribution(on - DAY, kind=ContributionKind.EVENT),
        contribution(on - DAY, project="other"),
        contribution(on - DAY, withdrawn=True),
    ]
    finding = find(rule, given_, on)
    assert [line.why for line in finding.lines] == [
        "too late",
        "",
        "",
        "too early",
        "another kind",
        "another project",
        "withdrawn",
    ]
    assert (finding.met, finding.counted) == (True, 2)
    assert not find(rule, given_[1:2], on).met


@given(st.lists(st.tuples(st.integers(1, 12), st.integers(1, 12)), max_size=12))
def test_control_groups_are_the_connected_parts(edges: list[tuple[int, int]]) -> None:
    groups = control_groups(edges)
    for parent, child in edges:
        assert groups[parent] == groups[child]
    for one, leader in groups.items():
        assert leader == min(group_of(groups, one))
        # Whoever is in the group is reached over edges: leaving out all of its edges, it is alone.
        inside = [edge for edge in edges if edge[0] in group_of(groups, one)]
        assert group_of(control_groups(inside), one) == group_of(groups, one)
        assert group_of(control_groups([edge for edge in edges if edge not in inside]), one) == {one}


@given(st.lists(st.tuples(st.integers(1, 9), st.integers(1, 9)), max_size=9))
def test_control_groups_do_not_depend_on_the_order_or_direction_of_edges(edges: list[tuple[int, int]]) -> None:
    turned = [(child, parent) for parent, child in reversed(edges)]
    assert control_groups(edges) == control_groups(turned)


def test_a_cap_counts_every_affiliation_and_whole_control_groups() -> None:
    bodies = {"committee": [1, 2, 3, 4], "officials": [1, 2]}
    affiliations = [(1, 10), (2, 11), (3, 12), (3, 99), (4, 99)]
    alone = breaches(bodies, affiliations, {}, cap=2)
    joined = breaches(bodies, affiliations, {10: 10, 11: 10, 12: 10}, cap=2)
    assert alone == []
    assert [(breach.body, breach.group, breach.people) for breach in joined] == [("committee", 10, (1, 2, 3))]


def test_a_control_group_has_one_vote_and_a_person_has_one_vote() -> None:
    members = [
        CorporateMember(1, 10, [100, 101]),
        CorporateMember(2, 11, [102]),
        CorporateMember(3, 12, [100]),
        CorporateMember(4, 13, []),
        CorporateMember(5, 14, [103, 104]),
    ]
    seats, left_out = corporate_seats(members, {10: 10, 11: 10}, taken=[103])
    assert [(seat.person, seat.membership) for seat in seats] == [(100, 1), (104, 5)]
    assert all(seat.member_class is MemberClass.CORPORATE for seat in seats)
    assert {each.membership: each.why for each in left_out} == {2: SHARED, 3: ALL_VOTE_ALREADY, 4: NOBODY_NAMED}


def test_a_group_whose_oldest_member_named_nobody_votes_through_the_next() -> None:
    members = [CorporateMember(1, 10, []), CorporateMember(2, 11, [102])]
    seats, left_out = corporate_seats(members, {10: 10, 11: 10}, taken=[])
    assert [seat.membership for seat in seats] == [2]
    assert [each.why for each in left_out] == [NOBODY_NAMED]


@given(
    st.lists(st.tuples(st.integers(1, 8), st.lists(st.integers(1, 6), max_size=3)), max_size=10),
    st.lists(st.tuples(st.integers(1, 8), st.integers(1, 8)), max_size=5),
    st.sets(st.integers(1, 6)),
)
def test_no_person_and_no_group_ever_votes_twice(
    given_: list[tuple[int, list[int]]], edges: list[tuple[int, int]], taken: set[int]
) -> None:
    groups = control_groups(edges)
    members = [CorporateMember(number, one, voters) for number, (one, voters) in enumerate(given_)]
    seats, left_out = corporate_seats(members, groups, taken)
    people = [seat.person for seat in seats]
    voting = [
        groups.get(members[seat.membership].organization, members[seat.membership].organization) for seat in seats
    ]
    assert len(people) == len(set(people))
    assert not set(people) & taken
    assert len(voting) == len(set(voting))
    assert len(seats) + len(left_out) == len(members)


def test_nobody_decides_about_themselves_or_their_group() -> None:
    assert conflict(Ties(1, frozenset()), Ties(1, frozenset())) == SELF
    assert conflict(Ties(1, frozenset({5})), Ties(None, frozenset({5}))) == GROUP
    assert conflict(Ties(1, frozenset({5})), Ties(2, frozenset({5, 6}))) == GROUP
    assert conflict(Ties(1, frozenset({5})), Ties(2, frozenset({6}))) is None


@pytest.mark.parametrize(
    ("one", "other"), [("ADA  Lovelace", "ada lovelace"), ("Ａｄａ", "ada"), ("Straße", "STRASSE"), ("é", "e\u0301")]
)
def test_names_are_compared_without_case_and_normalised(one: str, other: str) -> None:
    assert name_key(one) == name_key(other)


@given(st.text(max_size=40))
def test_comparing_a_compared_name_changes_nothing(name: str) -> None:
    assert name_key(name_key(name)) == name_key(name)


def test_a_search_does_not_ask_for_marks_and_signs() -> None:
    assert search_words("Zoë O'Brien-Müller") == "zoe o brien muller"


@pytest.mark.parametrize("typed", ["HRB 12 345/b", "hrb-12345 B", "ＨＲＢ１２３４５Ｂ", "H.R.B. 12345 b"])
def test_a_registry_number_is_one_number_however_it_is_written(typed: str) -> None:
    assert registry_key(typed) == "HRB12345B"
