"""Every sentence of an explanation is checked against the facts that it names."""

import re
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given, settings

from elections.counting.methods.registry import METHODS
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
@settings(max_examples=80, deadline=None)
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
@settings(max_examples=80, deadline=None)
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


@settings(max_examples=60, deadline=None)
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
