"""Our counts against two independent programs, on random profiles with ties, truncation, weights and cycles.

pref_voting runs in an environment of its own, because it needs another version of numpy than we do: FOOTING_PEERS names
its Python, else .tools/peers has it. belenios-tool counts Schulze with winning votes.
"""

import json
import random
import subprocess
from pathlib import Path
from typing import Any

import pytest

from elections.counting.rankings import rankings_of
from elections.counting.report import report
from elections.counting.second import second_count

ROOT = Path(__file__).resolve().parents[2]
pytestmark = [pytest.mark.interop]
Case = dict[str, Any]

LARGEST_FOR_ALL_ORDERS = 6
"""pref_voting tries all orders for some methods, which takes too long with more candidates."""


def profiles(number: int, seed: int, largest: int) -> list[Case]:
    """Half of them strict and complete, half with equal ranks and candidates who are not ranked; all with weights."""
    generator = random.Random(seed)  # noqa: S311
    cases = []
    for place in range(number):
        count, linear = generator.randint(3, largest), place % 2 == 0
        rows = [
            generator.sample(range(1, count + 1), count)
            if linear
            else [generator.randint(0, count) for _ in range(count)]
            for _ in range(generator.randint(1, 11))
        ]
        weights = [generator.randint(1, 4) for _ in rows]
        cases.append({"rows": rows, "weights": weights, "linear": linear and count <= LARGEST_FOR_ALL_ORDERS})
    return cases


def ours(case: Case, methods: list[str]) -> dict[str, list[int]]:
    names = [str(index) for index in range(len(case["rows"][0]))]
    found = report(names, rankings_of(names, case["rows"], case["weights"]), method=",".join(methods)).to_json()
    winners = {one["method"]: sorted(map(int, one["order"][0])) for one in found["results"]}
    return winners | {key: sorted(map(int, found[key])) for key in ("smith", "schwartz")}


def compare_with_pref_voting(peer: Path, cases: list[Case]) -> None:
    done = subprocess.run(
        [str(peer), str(ROOT / "tests/interop/counting_peer.py")],
        input=json.dumps(cases).encode(),
        capture_output=True,
        check=True,
        timeout=900,
    )
    compared = 0
    for case, theirs in zip(cases, json.loads(done.stdout), strict=True):
        methods = [name for name in theirs if name not in ("smith", "schwartz")]
        found = ours(case, methods)
        assert {name: found[name] for name in theirs} == theirs, case
        compared += len(theirs)
    assert compared > 9 * len(cases)


@pytest.mark.timeout(900)
def test_winners_are_those_of_pref_voting(peer: Path) -> None:
    compare_with_pref_voting(peer, profiles(300, 1, 6))


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_winners_are_those_of_pref_voting_on_thousands_of_profiles(peer: Path) -> None:
    compare_with_pref_voting(peer, profiles(1700, 2, 8))


def compare_with_belenios(belenios: Path, cases: list[Case]) -> None:
    for case in cases:
        ballots = [row for row, weight in zip(case["rows"], case["weights"], strict=True) for _ in range(weight)]
        count = str(len(case["rows"][0]))
        done = subprocess.run(
            [str(belenios), "method", "schulze", "--blank-allowed=true", f"--nchoices={count}"],
            input=json.dumps(ballots).encode(),
            capture_output=True,
            check=True,
            timeout=60,
        )
        theirs = json.loads(done.stdout)
        names = [str(index) for index in range(len(case["rows"][0]))]
        found = report(names, rankings_of(names, case["rows"], case["weights"])).to_json()
        assert found["pairwise"] == theirs["raw"], case
        order = [sorted(map(int, tier)) for tier in found["results"][0]["order"]]
        assert order == [sorted(tier) for tier in theirs["winners"]], case
        second = second_count(names, ballots, method="schulze", seats=1)
        assert [sorted(map(int, tier)) for tier in second.order] == order, case
        assert found["blank"] == theirs["blank"]


def test_the_order_is_that_of_belenios_tool(belenios: Path) -> None:
    compare_with_belenios(belenios, profiles(200, 3, 8))


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_the_order_is_that_of_belenios_tool_on_thousands_of_profiles(belenios: Path) -> None:
    compare_with_belenios(belenios, profiles(1800, 4, 8))


def test_parts_of_an_electorate_add_up_on_a_dask_cluster() -> None:
    """The seam for several machines: dask's executor, here with a local cluster of one worker."""
    distributed = pytest.importorskip("distributed")
    from elections.counting.pairwise import pairwise_of, pairwise_table

    rankings = rankings_of("ABC", [[1, 2, 3], [3, 1, 0], [2, 2, 1]], [5, 4, 3])
    parts = [rankings_of("ABC", [row], [weight]) for row, weight in (([1, 2, 3], 5), ([3, 1, 0], 4), ([2, 2, 1], 3))]
    with (
        distributed.LocalCluster(n_workers=1, threads_per_worker=1, processes=True, dashboard_address=None) as cluster,
        distributed.Client(cluster) as client,
    ):
        total = pairwise_of(parts, client.get_executor())
    assert (total == pairwise_table(rankings)).all()
