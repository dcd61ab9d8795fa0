"""The proportional methods: published elections, definitions, Droop proportionality, caps and limits."""

from fractions import Fraction
from itertools import combinations, product
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from elections.counting.approval import Approval
from elections.counting.caps import Cap
from elections.counting.errors import TooLarge
from elections.counting.methods import cpo_stv, schulze_stv
from elections.counting.methods.papers import papers_of
from elections.counting.methods.registry import METHODS, Method
from elections.counting.methods.settings import Settings
from elections.counting.profile import profile_of
from elections.counting.rankings import Rankings, Unranked, rankings_of
from elections.counting.report import report
from tests.unit.counting.strategies import electorates
from tests.unit.counting.test_published_elections import CASES, counted

UNRANKED = 99
PROPORTIONAL = [method for method in METHODS if method.proportional]
EACH = pytest.mark.parametrize("method", PROPORTIONAL, ids=lambda method: method.name)


def case_of(name: str) -> dict[str, Any]:
    return next(case for case in CASES if case["file"] == name)


def test_the_govan_ward_elects_the_published_four() -> None:
    case = case_of("govan-2007.blt")
    found = counted(case, "scottish-stv", seats=4)["results"][0]
    assert sorted(found["seats"]) == case["expected"]["stv_seat_set"]
    assert found["rounds"][0]["quota"] == 9560 // 5 + 1


def test_cpo_stv_elects_the_published_three_and_plain_transfers_another() -> None:
    case = case_of("cpo-stv.cvotes")
    lists = case["expected"]["seat_lists"]
    found = counted(case, "cpo-stv,scottish-stv", seats=3)["results"]
    assert sorted(found[0]["seats"]) == sorted(name for tier in lists["cpo_stv"] for name in tier)
    assert sorted(found[1]["seats"]) == sorted(name for tier in lists["stv_hagenbach_bischoff"] for name in tier)


def test_schulze_stv_elects_the_published_pair() -> None:
    found = counted(case_of("schulze-stv.cvotes"), "schulze-stv", seats=2)["results"][0]
    assert found["seats"] == ["Andrea", "Brad"]
    assert found["order"][0] == ["Andrea", "Brad"]


def solid_seats(rankings: Rankings, seats: int, method: str) -> list[tuple[set[int], int]]:
    """For each coalition, how many of its members the quota guarantees: Droop's exact one, the Order's in whole votes.

    Transfers in five places may lose a little, so there a coalition needs more than so many quotas.
    """
    voters = rankings.ballots
    found = []
    for size in range(1, len(rankings.candidates)):
        for members in combinations(range(len(rankings.candidates)), size):
            rest = [index for index in range(len(rankings.candidates)) if index not in members]
            ranks = np.where(rankings.ranks > 0, rankings.ranks, UNRANKED).tolist()
            rows = zip(ranks, rankings.weights.tolist(), strict=True)
            solid = sum(w for row, w in rows if max(row[m] for m in members) < min(row[r] for r in rest))
            quotas = -(-solid * (seats + 1) // voters) - 1
            if method == "scottish-stv":
                quotas = (solid - 1) // (voters // (seats + 1) + 1)
            guaranteed = min(size, quotas)
            found.append((set(members), max(0, guaranteed)))
    return found


@EACH
@settings(max_examples=60)
@given(rankings=electorates(3, 5, linear=True) | electorates(3, 5, linear=False), seats=st.integers(1, 3))
def test_a_solid_coalition_gets_the_seats_that_droop_guarantees(method: Method, rankings: Rankings, seats: int) -> None:
    seats = min(seats, len(rankings.candidates) - 1)
    found = report(rankings.candidates, rankings, method=method.name, seats=seats, seed=b"lot").to_json()["results"][0]
    elected = {rankings.candidates.index(name) for name in found["seats"]}
    assert len(elected) == seats
    for members, guaranteed in solid_seats(rankings, seats, method.name):
        assert len(members & elected) >= guaranteed, (members, guaranteed, elected)


@EACH
@settings(max_examples=20)
@given(rankings=electorates(3, 5), data=st.data())
def test_with_one_candidate_for_each_seat_everybody_is_elected(
    method: Method, rankings: Rankings, data: st.DataObject
) -> None:
    seats = len(rankings.candidates)
    found = method.run(profile_of(rankings), Settings(seats))
    assert sorted(found.elected or ()) == list(range(seats))


@settings(max_examples=60)
@given(rankings=electorates(3, 4), data=st.data())
def test_the_strength_of_schulze_stv_is_the_best_division_of_the_voters(
    rankings: Rankings, data: st.DataObject
) -> None:
    """For two members, trying all divisions on a grid never does better, and some division comes as close as the
    grid.
    """
    members, rival = (0, 1), 2
    found = schulze_stv.completed(schulze_stv.patterns(rankings, members, rival, Unranked.LAST))
    assert sum(found.values()) == rankings.ballots
    size = schulze_stv.strength(found)
    only_first = sum((w for code, w in found.items() if code[0] == 1 and code[1] != 1), Fraction())
    only_second = sum((w for code, w in found.items() if code[1] == 1 and code[0] != 1), Fraction())
    both = sum((w for code, w in found.items() if code == (1, 1)), Fraction())
    grid = [min(only_first + both * Fraction(k, 200), only_second + both * Fraction(200 - k, 200)) for k in range(201)]
    assert max(grid) <= size <= max(grid) + both / 200


def test_completion_divides_the_indifferent_in_proportion_to_the_others() -> None:
    found = schulze_stv.completed({(1, 3): Fraction(3), (3, 3): Fraction(1), (2, 3): Fraction(8)})
    assert found == {(1, 3): Fraction(9), (3, 3): Fraction(3)}


@settings(max_examples=60)
@given(rankings=electorates(3, 5), seats=st.integers(1, 2))
def test_cpo_stv_agrees_with_comparing_every_two_sets_ballot_by_ballot(rankings: Rankings, seats: int) -> None:
    """The set that wins every comparison, if there is one, is elected; votes are moved ballot by ballot here."""
    sets = list(combinations(range(len(rankings.candidates)), seats))
    quota = Fraction(sum(paper.weight for paper in papers_of(rankings)), seats + 1)

    def beats(first: tuple[int, ...], second: tuple[int, ...]) -> bool:
        votes = moved(rankings, set(first) & set(second), set(first) | set(second), quota)
        return sum(votes[index] for index in first) > sum(votes[index] for index in second)

    best = [one for one in sets if all(beats(one, two) for two in sets if two != one)]
    outcome = cpo_stv.cpo_stv(profile_of(rankings), Settings(seats))
    if best:
        assert sorted(outcome.elected or ()) == sorted(best[0])


def moved(rankings: Rankings, both: set[int], either: set[int], quota: Fraction) -> dict[int, Fraction]:
    """Weighted inclusive Gregory transfers with a list of single ballots, each a list of (holder, worth)."""
    rows = [row for row, w in zip(rankings.ranks.tolist(), rankings.weights.tolist(), strict=True) for _ in range(w)]
    ballots = [
        [(holder, Fraction(1, len(top))) for holder in top] for row in rows if (top := best_of(row, either)) or 1
    ]
    done: set[int] = set()
    while True:
        votes = {
            c: sum((worth for parts in ballots for holder, worth in parts if holder == c), Fraction()) for c in either
        }
        over = {c for c in both - done if votes[c] > quota}
        if not over:
            return votes
        done |= over
        for row, parts in zip(rows, ballots, strict=True):
            for place, (holder, worth) in enumerate(list(parts)):
                if holder in over:
                    surplus = (votes[holder] - quota) / votes[holder]
                    parts[place] = (holder, worth * (1 - surplus))
                    heirs = best_of(row, either - done)
                    parts.extend((heir, worth * surplus / len(heirs)) for heir in heirs)


def best_of(row: list[int], standing: set[int]) -> list[int]:
    ranked = [row[index] for index in standing if row[index]]
    return [index for index in sorted(standing) if ranked and row[index] == min(ranked)]


@EACH
def test_the_cap_holds_for_every_method_and_names_who_was_passed_over(method: Method) -> None:
    rows = [[1, 2, 3, 4]] * 5 + [[2, 1, 3, 4]] * 4 + [[4, 3, 2, 1]] * 2
    cap = Cap(1, {"A": frozenset({"Acme"}), "B": frozenset({"Acme"})})
    found = report("ABCD", rows, method=method.name, seats=2, cap=cap, seed=b"lot").to_json()["results"][0]
    assert len(found["seats"]) == 2
    assert len({"A", "B"} & set(found["seats"])) == 1
    skipped = found["skipped_by_cap"]
    assert len(skipped) == 1
    assert {skipped[0]["name"], *found["seats"]} >= {"A", "B"}
    assert "Acme may hold at most 1" in skipped[0]["reason"]
    assert sorted(found["winners"]) == ["A", "B"]


@EACH
def test_a_cap_that_leaves_a_seat_empty_is_said(method: Method) -> None:
    cap = Cap(1, {name: frozenset({"Acme"}) for name in "ABC"})
    found = report("ABC", [[1, 2, 3]] * 3, method=method.name, seats=2, cap=cap, seed=b"lot").to_json()["results"][0]
    assert found["seats"] == ["A"]
    assert any("1 seat stays empty" in sentence for sentence in found["explanation"])


@EACH
def test_a_tie_is_left_open_without_a_lot_and_drawn_with_one(method: Method) -> None:
    rows = [[1, 2, 3], [3, 1, 2], [2, 3, 1]]
    without = report("ABC", rows, method=method.name).to_json()["results"][0]
    assert (without["seats"], without["unresolved"]) == ([], [["A", "B", "C"]])
    drawn = {
        tuple(report("ABC", rows, method=method.name, seed=bytes([number])).to_json()["results"][0]["seats"])
        for number in range(40)
    }
    assert drawn == {("A",), ("B",), ("C",)}


def test_the_exact_methods_refuse_above_their_limits_before_they_start() -> None:
    names = [str(number) for number in range(20)]
    profile = profile_of(rankings_of(names, [range(1, 21)]))
    for run, largest in ((cpo_stv.cpo_stv, cpo_stv.LARGEST), (schulze_stv.schulze_stv, schulze_stv.LARGEST)):
        with pytest.raises(TooLarge, match=f"at most {largest} possible sets"):
            run(profile, Settings(5))


def test_scottish_transfers_are_cut_to_five_places() -> None:
    """Quota 4 of 10; A's surplus of 3 moves at 3/7, cut to 0.42857 a paper."""
    rows = [[1, 2, 0]] * 7 + [[0, 0, 1]] * 2 + [[0, 1, 0]]
    found = report("ABC", rows, method="scottish-stv", seats=2).to_json()["results"][0]
    first, second = found["rounds"][:2]
    assert (first["quota"], first["elected"]) == (4, ["A"])
    assert second["transfers"] == [{"from": "A", "to": "B", "votes": "299999/100000"}]


def test_meek_keeps_every_vote_in_use_or_exhausted() -> None:
    rows = [list(row) for row in product(range(4), repeat=3)]
    found = report("ABC", rows, method="meek-stv", seats=2, seed=b"lot").to_json()["results"][0]
    for step in found["rounds"]:
        assert sum(Fraction(votes) for votes in step["votes"].values()) <= len(rows)


@EACH
def test_a_required_option_takes_no_seat_however_many_rank_it_first(method: Method) -> None:
    rows = [[1, 2, 4, 3]] * 4 + [[2, 3, 4, 1]] * 3 + [[1, 2, 4, 3]] * 2
    approval = Approval("N")
    found = report("ABCN", rows, method=method.name, seats=2, approval=approval, seed=b"lot").to_json()
    assert [one["name"] for one in found["dropped"]] == ["C"]
    assert sorted(found["results"][0]["seats"]) == ["A", "B"]
    assert any(sentence.startswith("N takes no part") for sentence in found["results"][0]["explanation"])
    alone = report("ABCN", [[2, 3, 4, 1]], method=method.name, seats=2, approval=approval).to_json()["results"][0]
    assert (alone["seats"], alone["winners"], alone["order"]) == ([], [], [])
    assert "2 seats stay empty: there is nobody else to fill them." in alone["explanation"]
