"""Elections whose counts and outcomes were published, as the shared folder and our own copies tell them."""

import json
import os
from pathlib import Path
from typing import Any

import pytest

from elections.counting.formats.registry import read
from elections.counting.report import report

ROOT = Path(__file__).resolve().parents[3]
VECTORS = ROOT / "tests" / "vectors" / "counting"
SHARED = Path(os.environ.get("FOOTING_SHARED", ROOT.parent / "shared")) / "data"
METHODS = {
    "schulze_wv": "schulze",
    "ranked_pairs_wv": "ranked-pairs",
    "ranked_pairs_margin": "ranked-pairs-margins",
    "minimax_wv": "minimax",
    "minimax_margin": "minimax-margins",
    "minimax_opposition": "minimax-opposition",
    "copeland": "copeland",
}
CASES = json.loads((VECTORS / "expected.json").read_text())


def source(name: str) -> Path:
    if (VECTORS / name).exists():
        return VECTORS / name
    if not (SHARED / name).exists():
        if os.environ.get("CI") == "true":
            pytest.fail(f"{SHARED / name} is needed in CI and is not there.")
        pytest.skip(f"NOT RUN: {SHARED / name} is not there; set FOOTING_SHARED to the folder that has data/.")
    return SHARED / name


def counted(case: dict[str, Any], method: str, **options: Any) -> dict[str, Any]:
    rankings = read(source(case["file"])).rankings
    assert rankings is not None
    unranked = "last" if case["not_ranked"] == "tied last" else "no-opinion"
    return report(rankings.candidates, rankings, method=method, unranked=unranked, **options).to_json()


def cases(*keys: str) -> list[Any]:
    return [
        pytest.param(case, key, id=f"{case['file']}-{key}") for case in CASES for key in keys if key in case["expected"]
    ]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["file"])
def test_the_file_has_the_published_number_of_ballots_and_candidates(case: dict[str, Any]) -> None:
    found = counted(case, "schulze")
    assert (found["ballots"], len(found["candidates"])) == (case["ballots"], case["candidates"])


@pytest.mark.parametrize(("case", "key"), cases(*METHODS))
def test_the_order_is_the_published_one(case: dict[str, Any], key: str) -> None:
    assert counted(case, METHODS[key])["results"][0]["order"] == case["expected"][key]


@pytest.mark.parametrize(("case", "key"), cases("pairwise"))
def test_the_pairwise_table_is_the_published_one(case: dict[str, Any], key: str) -> None:
    found = counted(case, "schulze")
    names = case["expected"]["pairwise_order"]
    places = [found["candidates"].index(name) for name in names]
    assert [[found["pairwise"][one][two] for two in places] for one in places] == case["expected"]["pairwise"]


@pytest.mark.parametrize(("case", "key"), cases("condorcet_winner", "smith", "schwartz"))
def test_the_sets_are_the_published_ones(case: dict[str, Any], key: str) -> None:
    assert counted(case, "schulze")[key] == case["expected"][key]


@pytest.mark.parametrize(("case", "key"), cases("strengths_wv"))
def test_the_strongest_paths_are_the_published_ones(case: dict[str, Any], key: str) -> None:
    assert counted(case, "schulze")["results"][0]["strengths"] == case["expected"][key]


@pytest.mark.parametrize(("case", "key"), cases("minimax_wv_winners"))
def test_the_minimax_winners_are_the_published_ones(case: dict[str, Any], key: str) -> None:
    assert counted(case, "minimax")["results"][0]["winners"] == case["expected"][key]
