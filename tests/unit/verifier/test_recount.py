"""Recounting as the manifest says: caps, withdrawals and lots; the second program agrees on all of them."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from elections.counting.errors import BadInput
from elections.counting.second import second_count
from elections.verifier.contests import ManifestCandidate, ManifestContest, Sitting
from elections.verifier.plaintext import read_plaintexts
from elections.verifier.recount import cap_of, open_ties, recount, standing

NAMES = ("Ada", "Barbara", "Donald", "Edsger", "Frances")
GROUPS = {"Ada": ("Engines",), "Barbara": ("Engines", "Looms"), "Donald": ("Looms",)}


def contest(seats: int = 2, method: str = "schulze", cap: int | None = None, sitting: int = 0) -> ManifestContest:
    candidates = tuple(ManifestCandidate(name, (), GROUPS.get(name, ())) for name in NAMES)
    held = (Sitting("Engines", sitting),) if sitting else ()
    return ManifestContest("Board", seats, method, candidates, (4, 3, 2, 1, 0), cap, held)


PLAINTEXTS = st.lists(st.lists(st.integers(0, 5), min_size=5, max_size=5), min_size=1, max_size=8)


@settings(max_examples=150)
@given(
    plaintexts=PLAINTEXTS,
    withdrawn=st.sets(st.sampled_from(NAMES), max_size=3),
    method=st.sampled_from(["schulze", "ranked-pairs", "minimax", "copeland"]),
    numbers=st.tuples(st.integers(1, 3), st.sampled_from([None, 1, 2]), st.integers(0, 1)),
    seed=st.binary(min_size=32, max_size=32),
)
def test_the_second_program_seats_the_same_with_caps_withdrawals_and_lots(
    plaintexts: list[list[int]],
    withdrawn: set[str],
    method: str,
    numbers: tuple[int, int | None, int],
    seed: bytes,
) -> None:
    seats, cap, sitting = numbers
    about = contest(seats, method, cap, sitting if cap else 0)
    ours = recount(about, plaintexts, withdrawn, seed)
    rankings = standing(about, plaintexts, withdrawn)
    remaining = rankings.candidates
    second = second_count(
        remaining,
        rankings.ranks.tolist(),
        method=method,
        seats=min(seats, len(remaining)),
        cap=cap_of(about, remaining),
        seed=seed if open_ties(recount(about, plaintexts, withdrawn)) else None,
        hat=NAMES,
    )
    assert ours["results"][0]["seats"] == list(second.seats)
    assert open_ties(ours) == []


@settings(max_examples=150)
@given(plaintexts=PLAINTEXTS, seed=st.binary(min_size=32, max_size=32), seats=st.integers(1, 4))
def test_a_lot_is_used_only_where_a_seat_would_stay_open(plaintexts: list[list[int]], seed: bytes, seats: int) -> None:
    bare = recount(contest(seats), plaintexts)
    drawn = recount(contest(seats), plaintexts, (), seed)
    if open_ties(bare):
        assert len(drawn["results"][0]["seats"]) == seats
    else:
        assert drawn == bare


def test_a_tie_below_somebody_whom_the_cap_passes_over_leaves_the_seat_open() -> None:
    about = contest(1, cap=1, sitting=1)
    report = recount(about, [[1, 5, 2, 2, 5]])
    assert [entry["name"] for entry in report["results"][0]["skipped_by_cap"]] == ["Ada"]
    assert open_ties(report) == [["Donald", "Edsger"]]


def test_a_seat_that_the_cap_leaves_empty_waits_for_no_lot() -> None:
    candidates = tuple(ManifestCandidate(name, (), ("Engines",)) for name in ("Ada", "Barbara"))
    about = ManifestContest("Board", 1, "schulze", candidates, (0, 1), 1, (Sitting("Engines", 1),))
    report = recount(about, [[1, 1]])
    assert report["results"][0]["seats"] == []
    assert open_ties(report) == []


def test_where_fewer_are_left_than_seats_the_others_stay_empty() -> None:
    report = recount(contest(3), [[1, 2, 3, 4, 5]], NAMES[:3])
    assert report["results"][0]["seats"] == ["Edsger", "Frances"]
    assert report["candidates"] == ["Edsger", "Frances"]
    assert report["ballots"] == 1


def test_withdrawing_moves_nobody_else_in_the_lot() -> None:
    tied = [[1, 1, 1, 1, 1]]
    seed = bytes(32)
    order = recount(contest(4), tied, (), seed)["results"][0]["seats"]
    without = recount(contest(3), tied, order[:1], seed)["results"][0]["seats"]
    assert without == order[1:]


@pytest.mark.parametrize("withdrawn", [("Nobody",), NAMES])
def test_whoever_is_no_candidate_cannot_withdraw_and_somebody_has_to_stay(withdrawn: tuple[str, ...]) -> None:
    with pytest.raises(BadInput):
        recount(contest(), [[1, 2, 3, 4, 5]], withdrawn)


def test_what_a_plaintext_means_is_decided_before_anybody_is_left_out() -> None:
    plaintexts = [[200, 7, 0, 7, 9]]
    assert read_plaintexts(plaintexts) == [(3, 1, 0, 1, 2)]
    report = recount(contest(), plaintexts, ("Barbara", "Edsger"))
    assert report["pairwise"] == [[0, 1, 0], [0, 0, 0], [1, 1, 0]]
