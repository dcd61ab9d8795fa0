"""The second count: independent of the first, and of one mind with it about every method, tie, cap and lot."""

import ast
import json
import random
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from elections.counting.approval import Approval
from elections.counting.caps import Cap
from elections.counting.definitions import exclusions, locking
from elections.counting.errors import BadInput, TooLarge
from elections.counting.formats.registry import read
from elections.counting.methods import eliminations
from elections.counting.methods import ranked_pairs as first_ranked_pairs
from elections.counting.methods.registry import METHODS
from elections.counting.rankings import Unranked
from elections.counting.report import report
from elections.counting.second import ELECTIONS, ORDERS, Semantics, second_count
from tests.unit.counting.brute_force import schulze, winning_links
from tests.unit.counting.test_published_elections import METHODS as PUBLISHED
from tests.unit.counting.test_published_elections import cases, source

ROOT = Path(__file__).resolve().parents[3]
LOTS = json.loads((ROOT / "tests/vectors/counting/lots.json").read_text())
NAMES = [method.name for method in METHODS]


@dataclass(frozen=True)
class Case:
    names: str
    rows: list[list[int]]
    seats: int
    cap: Cap | None
    seed: bytes | None
    unranked: Unranked = Unranked.LAST
    approval: Approval | None = None


def random_row(generator: random.Random, count: int, style: int) -> list[int]:
    """Strict and complete; any ranks; mostly ties; or a strict ranking of a few."""
    if style == 0:
        return generator.sample(range(1, count + 1), count)
    if style == 1:
        return [generator.randint(0, count) for _ in range(count)]
    if style == 2:
        return [generator.choice([0, 0, 1, 2]) for _ in range(count)]
    row = [0] * count
    for rank, candidate in enumerate(generator.sample(range(count), generator.randint(0, count)), start=1):
        row[candidate] = rank
    return row


def random_cap(generator: random.Random, names: str) -> Cap | None:
    if generator.random() < 0.5:
        return None
    groups = {
        name: frozenset(generator.sample(["Acme", "Bolt", "Core"], generator.choice([1, 1, 2])))
        for name in names
        if generator.random() < 0.6
    }
    sitting = {group: generator.randint(0, 2) for group in ("Acme", "Bolt") if generator.random() < 0.3}
    return Cap(generator.randint(0, 2), groups, sitting)


def random_approval(generator: random.Random, names: str) -> Approval | None:
    if len(names) == 1 or generator.random() < 0.6:
        return None
    default, *others = generator.sample(names, len(names))
    ratios = [Fraction(1, 2), Fraction(3, 2), Fraction(2), Fraction(3)]
    majorities = {name: generator.choice(ratios) for name in others if generator.random() < 0.2}
    return Approval(default, Fraction(generator.choice([0, 0, 1, 3, 7]), generator.choice([1, 2])), majorities)


def random_cases(number: int, seed: int) -> Iterator[Case]:
    generator = random.Random(seed)  # noqa: S311
    for _ in range(number):
        names = "ABCDEFG"[: generator.randint(1, 7)]
        style, rows = generator.randrange(4), []
        for _ in range(generator.choice([1, 2, 3, 5, 9, 15])):
            rows += [random_row(generator, len(names), style)] * generator.choice([1, 1, 2, 3])
        seed_of_lot = generator.choice([None, generator.randbytes(2)])
        approval, unranked = random_approval(generator, names), generator.choice(list(Unranked))
        seats = generator.randint(1, len(names) - (approval is not None))
        yield Case(names, rows, seats, random_cap(generator, names), seed_of_lot, unranked, approval)


def first(case: Case, method: str) -> Any:
    counted = report(
        case.names,
        case.rows,
        method=method,
        seats=case.seats,
        cap=case.cap,
        seed=case.seed,
        unranked=case.unranked,
        approval=case.approval,
    )
    result = counted.results[0]
    assert result.facts is not None
    return result.order, result.facts.seating.seats


def second(case: Case, method: str) -> Any:
    found = second_count(
        case.names,
        case.rows,
        method=method,
        seats=case.seats,
        cap=case.cap,
        seed=case.seed,
        semantics=Semantics(case.unranked, case.approval),
    )
    return found.order, found.seats


def answer(count: Any, case: Case, method: str) -> Any:
    try:
        return count(case, method)
    except TooLarge:
        return "too large"


@pytest.mark.parametrize("method", NAMES)
def test_both_counts_agree_on_random_elections(method: str) -> None:
    for case in random_cases(200, 1):
        assert second(case, method) == first(case, method), case


# These try all outcomes, each of which takes as long as a whole count by another method.
MANY = {"cpo-stv": 600, "schulze-stv": 600}


@pytest.mark.slow
@pytest.mark.parametrize("method", NAMES)
def test_both_counts_agree_on_many_random_elections(method: str) -> None:
    for case in random_cases(MANY.get(method, 1800), 2):
        assert second(case, method) == first(case, method), case


@pytest.mark.parametrize("method", ["ranked-pairs", "ranked-pairs-margins"])
@pytest.mark.parametrize("limits", [(3, 100), (2000, 3)], ids=["many courses", "many doubtful pairs"])
def test_both_counts_agree_where_equal_pairs_are_too_many(
    method: str, limits: tuple[int, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    for module, names in (
        (first_ranked_pairs, ("LARGEST", "MOST_UNSURE")),
        (locking, ("MOST_COURSES", "MOST_DOUBTFUL")),
    ):
        for name, value in zip(names, limits, strict=True):
            monkeypatch.setattr(module, name, value)
    changed = 0
    for case in random_cases(400, 3):
        assert second(case, method) == first(case, method), case
        with monkeypatch.context() as usual:
            usual.setattr(locking, "MOST_COURSES", 2000)
            usual.setattr(locking, "MOST_DOUBTFUL", 100)
            changed += second(case, method) != first(case, method)
    assert changed, "The limits were never reached, so that nothing was tested."


@pytest.mark.parametrize("method", ["irv", "baldwin"])
def test_both_counts_agree_where_ties_for_exclusion_are_too_many(method: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(eliminations, "LARGEST", 4)
    monkeypatch.setattr(exclusions, "MOST", 4)
    refused = 0
    for case in random_cases(400, 4):
        found = answer(second, case, method)
        assert found == answer(first, case, method), case
        refused += found == "too large"
    assert refused


@pytest.mark.parametrize(("case", "key"), cases(*PUBLISHED))
def test_the_second_count_gives_the_published_orders(case: dict[str, Any], key: str) -> None:
    rankings = read(source(case["file"])).rankings
    assert rankings is not None
    ballots = zip(rankings.ranks.tolist(), rankings.weights.tolist(), strict=True)
    rows = [row for row, weight in ballots for _ in range(weight)]
    semantics = Semantics("last" if case["not_ranked"] == "tied last" else "no-opinion")
    found = second_count(rankings.candidates, rows, method=PUBLISHED[key], seats=1, semantics=semantics)
    assert [list(tier) for tier in found.order] == case["expected"][key]


def test_the_second_schulze_is_the_brute_force_one() -> None:
    for case in random_cases(100, 5):
        table = report(case.names, case.rows).profile.pairwise.tolist()
        if len(case.names) < 6:
            expected = schulze(winning_links(table)) if len(case.names) > 1 else ((0,),)
            found = second_count(case.names, case.rows, method="schulze", seats=1)
            assert found.order == tuple(tuple(case.names[index] for index in tier) for tier in expected)


@pytest.mark.parametrize("vector", [vector for vector in LOTS if vector["count"]], ids=lambda vector: vector["seed"])
def test_the_second_lot_is_the_published_one(vector: dict[str, Any]) -> None:
    names = [str(number) for number in range(vector["count"])]
    found = second_count(
        names, [[0] * len(names)], method="copeland", seats=len(names), seed=bytes.fromhex(vector["seed"])
    )
    assert [int(name) for name in found.seats] == vector["permutation"]


def test_every_method_of_the_first_count_has_a_second() -> None:
    assert sorted([*ORDERS, *ELECTIONS]) == sorted(NAMES)


def test_no_opinion_and_a_required_option_are_known_to_the_second_count() -> None:
    rows = [[1, 0, 0], [0, 1, 2], [0, 1, 2]]
    assert second_count("ABN", rows, method="borda", seats=1).order == (("B",), ("N",), ("A",))
    unsaid = second_count("ABN", rows, method="copeland", seats=1, semantics=Semantics("no-opinion"))
    assert unsaid.order == (("B",), ("A",), ("N",))
    required = Semantics(approval=Approval("N", majorities={"A": Fraction(2)}))
    for method in NAMES:
        assert second_count("ABN", rows, method=method, seats=2, semantics=required).seats == ("B",), method
    for wrong in (
        Approval("X"),
        Approval("N", majorities={"N": Fraction(2)}),
        Approval("N", majorities={"X": Fraction(2)}),
    ):
        with pytest.raises(BadInput):
            second_count("ABN", rows, method="schulze", seats=1, semantics=Semantics(approval=wrong))
    with pytest.raises(BadInput):
        second_count("ABN", rows, method="schulze", seats=1, semantics=Semantics("first"))


def test_a_tie_that_decides_something_stays_open_without_a_lot() -> None:
    assert second_count("ABC", [[1, 2, 2]], method="schulze", seats=2).seats == ("A",)
    assert second_count("ABC", [[1, 2, 2]], method="schulze", seats=3).seats == ("A", "B", "C")


def test_numbers_on_ballots_only_order_the_candidates() -> None:
    assert second_count("ABCD", [[5, 0, 200, 5]], method="schulze", seats=1).order == (("A", "D"), ("C",), ("B",))


@pytest.mark.parametrize(
    ("names", "rows", "seats", "method"),
    [
        ("AB", [[1, 2]], 1, "plurality"),
        ("AB", [[1, 2]], 3, "schulze"),
        ("AB", [[1, 2]], 0, "schulze"),
        ("AA", [[1, 2]], 1, "schulze"),
        ("", [], 1, "schulze"),
        ("AB", [[1, 2, 3]], 1, "schulze"),
        ("AB", [[1, -2]], 1, "schulze"),
    ],
)
def test_what_cannot_be_counted_is_refused(names: str, rows: list[list[int]], seats: int, method: str) -> None:
    with pytest.raises(BadInput):
        second_count(names, rows, method=method, seats=seats)
    with pytest.raises(BadInput, match="seed"):
        second_count("AB", [[1, 2]], method="schulze", seats=1, seed=b"")


@pytest.mark.parametrize(
    ("method", "candidates", "seats"), [("kemeny-young", 19, 1), ("cpo-stv", 30, 15), ("schulze-stv", 30, 15)]
)
def test_a_method_above_its_limit_is_refused_before_anything_is_tried(method: str, candidates: int, seats: int) -> None:
    names = [f"C{number}" for number in range(candidates)]
    everybody_in_one_group = Cap(1, {name: frozenset({"Acme"}) for name in names})
    for count in (second_count, report):
        with pytest.raises(TooLarge):
            count(names, [list(range(1, candidates + 1))], method=method, seats=seats, cap=everybody_in_one_group)  # type: ignore[operator]


def imports_of(path: Path) -> set[str]:
    """The modules a file imports when it runs, without those only for the types."""
    tree = ast.parse(path.read_text())
    typing_only = {
        id(inner)
        for node in ast.walk(tree)
        if isinstance(node, ast.If) and getattr(node.test, "id", "") == "TYPE_CHECKING"
        for inner in ast.walk(node)
    }
    found: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and id(node) not in typing_only:
            found.add(str(node.module))
        elif isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
    return found


def test_the_second_count_shares_no_code_with_the_first() -> None:
    folder = ROOT / "elections/counting"
    for path in (folder / "second.py", *(folder / "definitions").glob("*.py")):
        own = {name for name in imports_of(path) if name.startswith("elections")}
        allowed = ("elections.counting.definitions", "elections.counting.errors")
        assert all(name.startswith(allowed) for name in own), path
        assert {name.partition(".")[0] for name in imports_of(path)} - {"elections"} <= sys.stdlib_module_names, path


def test_the_second_count_runs_without_numpy() -> None:
    program = (
        "import sys; from elections.counting.second import second_count; "
        "print(second_count('AB', [[2, 1]], method='schulze', seats=1).seats, 'numpy' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout == "('B',) False\n"
