"""Every sentence of an explanation is checked against the facts that it names."""

import re
from fractions import Fraction
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given, settings

from elections.counting.approval import Approval
from elections.counting.caps import Cap
from elections.counting.methods.registry import METHODS
from elections.counting.numerals import counted as counted_as
from elections.counting.numerals import written
from elections.counting.profile import Measure, profile_of, victories
from elections.counting.rankings import Rankings
from elections.counting.report import report
from tests.unit.counting.strategies import electorates
from tests.unit.counting.test_published_elections import CASES, counted

RANKED = re.compile(
    r"^(\d+) ranked (\w) above (\w) and (\d+) the other way round\.(?: The strongest chain is (.*): its)?"
)
CHAIN = re.compile(
    r"^(\w) beat (\w) (\d+)–(\d+), but the chain (.*?) is (.*?): its weakest link is (\d+)(?: against \d+)?, (.*)\.$"
)
NO_CHAIN = re.compile(r"^(\w) beat (\w) (\d+)–(\d+), and no chain")
SET_ASIDE = re.compile(r"^(\w) beat (\w) (\d+)–(\d+), but that pair .* chain (.*)\.$")


def check_pair(table: Any, names: str, above: tuple[str, str], counts: tuple[str, str]) -> None:
    one, two = (names.index(name) for name in above)
    assert (int(counts[0]), int(counts[1])) == (table[one, two], table[two, one])


def weakest(links: Any, names: str, chain: str) -> int:
    members = [names.index(name) for name in chain.split(" → ")]
    return min(int(links[one, two]) for one, two in pairwise(members))


@pytest.mark.parametrize("method", ["schulze", "schulze-margins", "split-cycle"])
@settings(max_examples=80)
@given(rankings=electorates(3, 6))
def test_every_number_and_chain_of_a_beatpath_sentence_is_in_the_table(method: str, rankings: Rankings) -> None:
    found = report(rankings.candidates, rankings, method=method, seats=2, seed=b"lot").to_json()
    profile, names = profile_of(rankings), "".join(rankings.candidates)
    measure = Measure.WINNING_VOTES if method == "schulze" else Measure.MARGINS
    links = victories(profile.pairwise, measure)
    for sentence in found["results"][0]["explanation"]:
        if ranked := RANKED.match(sentence):
            check_pair(profile.pairwise, names, (ranked[2], ranked[3]), (ranked[1], ranked[4]))
            if ranked[5]:
                assert str(weakest(links, names, ranked[5])) in sentence
        elif chain := CHAIN.match(sentence):
            check_pair(profile.pairwise, names, (chain[1], chain[2]), (chain[3], chain[4]))
            assert (chain[5][0], chain[5][-1]) == (chain[2], chain[1])
            assert weakest(links, names, chain[5]) == int(chain[7])
            if "stronger" in chain[6]:
                back = chain[8].removesuffix(".").partition(" against ")
                assert (int(chain[7]), back[2] != "") >= (int(back[0].split()[-1]), True)
        elif lonely := NO_CHAIN.match(sentence):
            check_pair(profile.pairwise, names, (lonely[1], lonely[2]), (lonely[3], lonely[4]))
        else:
            assert re.match(r"^(Seat \d|A lot|. is the Condorcet winner|.* tied for)", sentence), sentence


@pytest.mark.parametrize("method", ["ranked-pairs", "ranked-pairs-margins"])
@settings(max_examples=80)
@given(rankings=electorates(3, 6))
def test_a_pair_is_said_to_be_set_aside_only_with_a_locked_chain_against_it(method: str, rankings: Rankings) -> None:
    found = report(rankings.candidates, rankings, method=method, seats=2, seed=b"lot").to_json()
    profile, names, result = profile_of(rankings), "".join(rankings.candidates), found["results"][0]
    locked = {(pair["winner"], pair["loser"]): pair["strength"] for pair in result.get("locked", [])}
    for sentence in result["explanation"]:
        if aside := SET_ASIDE.match(sentence):
            check_pair(profile.pairwise, names, (aside[1], aside[2]), (aside[3], aside[4]))
            chain = aside[5].split(" → ")
            assert (chain[0], chain[-1]) == (aside[2], aside[1])
            assert all(pair in locked for pair in pairwise(chain))


@settings(max_examples=60)
@given(rankings=electorates(2, 5))
def test_nobody_is_called_condorcet_winner_who_is_not(rankings: Rankings) -> None:
    found = report(rankings.candidates, rankings, method="all", seed=b"lot").to_json()
    for result in found["results"]:
        for sentence in result.get("explanation", []):
            if "Condorcet winner" in sentence:
                assert sentence.startswith(f"{found['condorcet_winner']} is the Condorcet winner")


def test_the_example_of_the_interface_reads_as_written() -> None:
    case = next(case for case in CASES if case["file"] == "rbvote.cvotes")
    explanation = counted(case, "schulze")["results"][0]["explanation"]
    assert explanation == [
        "Seat 1: Abby.",
        "Brad beat Abby 463–458, but the chain Abby → Erin → Dave → Brad is stronger: its weakest link is 511, "
        "that of the strongest way back is 463.",
    ]


@pytest.mark.parametrize("method", METHODS, ids=lambda method: method.name)
def test_every_method_says_who_has_each_seat_and_why(method: Any) -> None:
    case = next(case for case in CASES if case["file"] == "rbvote.cvotes")
    result = counted(case, method.name, seats=2, seed=b"lot")["results"][0]
    explanation = result["explanation"]
    for number, name in enumerate(result["seats"], start=1):
        assert f"Seat {number}: {name}." in explanation
    assert len(explanation) > len(result["seats"])


def test_the_beatpaths_of_a_result_are_chains_of_victories_with_their_weakest_link() -> None:
    case = next(case for case in CASES if case["file"] == "schulze-45-voters.cvotes")
    found = counted(case, "schulze")
    places = {name: place for place, name in enumerate(found["candidates"])}
    for path in found["results"][0]["beatpaths"]:
        links = [found["pairwise"][places[a]][places[b]] for a, b in zip(path["candidates"], path["candidates"][1:])]  # noqa: B905
        assert min(links) == path["strength"]


HEAVIEST = re.compile(r"^The heaviest defeat of (\w) (?:is by|has) (\d+) (?:winning )?votes?, against (.*)\.$")
MOST = re.compile(r"^The most who ranked one other candidate above (\w) were (\d+), for (.*)\.$")
BEAT_ALL = re.compile(r"^(\w) beat everybody: (.*) by (\d+) votes?, the others by no less\.$")


@pytest.mark.parametrize("method", ["minimax", "minimax-margins", "minimax-opposition"])
@settings(max_examples=80)
@given(rankings=electorates(2, 5))
def test_what_minimax_says_of_somebodys_worst_result_is_in_the_table(method: str, rankings: Rankings) -> None:
    found = report(rankings.candidates, rankings, method=method, seed=b"lot").to_json()
    names, measure = "".join(rankings.candidates), next(one.measure for one in METHODS if one.name == method)
    table = victories(profile_of(rankings).pairwise, measure or Measure.MARGINS).tolist()
    for sentence in found["results"][0]["explanation"]:
        if told := HEAVIEST.match(sentence) or MOST.match(sentence):
            name, worst, by = told.groups()
        elif best := BEAT_ALL.match(sentence):
            name, by, worst = best[1], best[2], f"-{best[3]}"
        elif sentence.startswith("Nobody beat "):
            name, worst, by = sentence[len("Nobody beat ")], "0", ""
        else:
            assert re.match(r"^(Seat \d|A lot|. is the Condorcet winner)", sentence), sentence
            continue
        against = {other: table[names.index(other)][names.index(name)] for other in names if other != name}
        assert max(against.values()) == int(worst)
        if by:
            assert set(re.findall(r"\b[A-Z]\b", by)) == {
                other for other, votes in against.items() if votes == int(worst)
            }


@pytest.mark.parametrize(
    ("number", "expected"),
    [
        (0, "0"),
        (12, "12"),
        (Fraction(-7, 2), "−3.5"),
        (Fraction(1, 3), "about 0.33"),
        (Fraction(230250000001, 10**9), "230.250000001"),
        (Fraction("47.4341649025257"), "47.4341649025257"),
        (Fraction(2079, 29), "about 71.69"),
        (Fraction(2999, 3000), "about 1"),
    ],
)
def test_numbers_are_written_as_people_read_them(number: int | Fraction, expected: str) -> None:
    assert written(number) == expected


def test_one_vote_is_no_votes() -> None:
    assert (counted_as(1, "vote"), counted_as(2, "vote"), counted_as(Fraction(1, 2), "vote")) == (
        "1 vote",
        "2 votes",
        "0.5 votes",
    )
    for method in METHODS:
        found = report("AB", [[1, 2]], method=method.name, seats=1).to_json()["results"][0]
        assert not re.search(r"\b1 (votes|ballots|points|seats|candidates|voters)\b", " ".join(found["explanation"]))


def test_whoever_a_required_option_left_in_front_is_not_called_condorcet_winner() -> None:
    """C beats everybody but misses the majority of 3:1 asked of it; A then beats all others who are left."""
    rows = [[2, 3, 1, 4]] * 4 + [[1, 2, 4, 3]] * 3
    approval = Approval("D", majorities={"C": Fraction(3)})
    for method in METHODS:
        found = report("ABCD", rows, method=method.name, approval=approval, seed=b"lot").to_json()
        assert (found["condorcet_winner"], found["dropped"][0]["name"]) == ("C", "C")
        assert found["results"][0]["seats"] == ["A"]
        assert "Condorcet winner" not in " ".join(found["results"][0]["explanation"])


def test_an_only_candidate_is_called_that_and_not_a_condorcet_winner() -> None:
    for method in METHODS:
        explanation = report("A", [[1], [0]], method=method.name).to_json()["results"][0]["explanation"]
        assert explanation[:2] == ["Seat 1: A.", "A is the only candidate."]
    found = report("A", [[1], [0]]).to_json()
    assert (found["condorcet_winner"], found["condorcet_loser"]) == ("A", None)


@pytest.mark.parametrize("method", ["cpo-stv", "schulze-stv"])
@settings(max_examples=40)
@given(rankings=electorates(3, 5))
def test_what_is_said_of_sets_is_in_the_comparisons(method: str, rankings: Rankings) -> None:
    result = report(rankings.candidates, rankings, method=method, seats=2, seed=b"lot").to_json()["results"][0]
    told = [sentence for sentence in result["explanation"] if " with " in sentence or " each " in sentence]
    numbers = {
        written(Fraction(one[key])) for one in result.get("comparisons", []) for key in ("for_first", "for_second")
    }
    for sentence in told:
        assert set(re.findall(r"(?:about )?\d+(?:\.\d+)?", sentence)) <= numbers
    assert all(name in " ".join(result["explanation"]) for name in result["seats"])


def test_a_tie_for_exclusion_names_the_tied_and_is_told_once() -> None:
    explanation = report("ABC", [[1, 2, 3], [2, 1, 3]], method="irv", seats=2).to_json()["results"][0]["explanation"]
    assert explanation == [
        "Seat 1: A.",
        "Round 1: C (first on 0 ballots) is excluded.",
        "Round 2: A and B are tied for exclusion; every way to break the tie is followed.",
        "Seat 2: B.",
        "B remains to the end if the ties for exclusion are broken in another way.",
    ]


@pytest.mark.parametrize("method", ["cpo-stv", "schulze-stv"])
def test_a_set_that_the_cap_does_not_allow_is_not_said_to_have_lost(method: str) -> None:
    rows = [[1, 2, 3, 4]] * 5 + [[2, 1, 3, 4]] * 4 + [[4, 3, 2, 1]] * 2
    cap = Cap(1, {"A": frozenset({"Acme"}), "B": frozenset({"Acme"})})
    result = report("ABCD", rows, method=method, seats=2, cap=cap).to_json()["results"][0]
    assert result["comparisons"]
    assert all({"A", "B"} - set(one[which]) for one in result["comparisons"] for which in ("first", "second"))
