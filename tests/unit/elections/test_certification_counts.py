"""Comparing a first and a second count, and asking programs that are not there."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from elections.certification import programs
from elections.certification.ballot_box import BallotBox, CannotCount, Finding, FirstCount, difference, digest
from elections.counting.caps import Cap

FIRST = FirstCount((("Ada",), ("Betty", "Grace")), ("Ada", "Betty"))
BOX = BallotBox(("Ada", "Betty", "Grace"), [[1, 2, 2]], "schulze", 2)


def found(*order: tuple[str, ...], seats: tuple[str, ...] | None = None, whole: bool = True) -> Finding:
    return Finding("another", order, whole, seats)


@pytest.mark.parametrize(
    "second",
    [
        found(("Ada",), ("Grace", "Betty")),
        found(("Ada",), ("Grace", "Betty"), seats=("Betty", "Ada")),
        found(("Ada",), whole=False),
    ],
)
def test_counts_that_say_the_same_do_not_differ(second: Finding) -> None:
    assert difference(FIRST, second) == ""


@pytest.mark.parametrize(
    ("second", "words"),
    [
        (found(("Betty",), ("Ada", "Grace")), "Place 1 is Ada in the first count and Betty in the second."),
        (
            found(("Ada",), ("Betty",), ("Grace",)),
            "Place 2 is Betty, Grace in the first count and Betty in the second.",
        ),
        (found(("Ada",)), "The first count has 2 places and the second 1."),
        (found(), "The first count has 2 places and the second 0."),
        (found(("Grace",), whole=False), "Place 1 is Ada in the first count and Grace in the second."),
        (found(whole=False), "The first count has 1 places and the second 0."),
        (
            found(("Ada",), ("Betty", "Grace"), seats=("Ada",)),
            "The seats go to Ada, Betty in the first count and to Ada in the second.",
        ),
    ],
)
def test_counts_that_differ_say_where(second: Finding, words: str) -> None:
    assert difference(FIRST, second) == words


def test_whatever_is_counted_or_compared_changes_what_a_second_count_is_of() -> None:
    known = digest(BOX, FIRST, "a" * 64)
    others = [
        digest(BOX, FIRST, "b" * 64),
        digest(BOX, replace(FIRST, seats=("Ada", "Grace")), "a" * 64),
        digest(BOX, replace(FIRST, order=FIRST.order[:1]), "a" * 64),
        digest(replace(BOX, candidates=("Ada", "Betty")), FIRST, "a" * 64),
        digest(replace(BOX, method="copeland"), FIRST, "a" * 64),
        digest(replace(BOX, seats=1), FIRST, "a" * 64),
        digest(replace(BOX, seed=b"x"), FIRST, "a" * 64),
        digest(replace(BOX, hat=("Ada", "Betty", "Grace", "Hedy")), FIRST, "a" * 64),
        digest(replace(BOX, cap=Cap(1, {})), FIRST, "a" * 64),
        digest(replace(BOX, cap=Cap(1, {"Ada": frozenset("x")})), FIRST, "a" * 64),
        digest(replace(BOX, cap=Cap(1, {}, {"x": 1})), FIRST, "a" * 64),
    ]
    assert len({known, *others}) == len(others) + 1


def script(folder: Path, says: str) -> str:
    path = folder / "program"
    path.write_text(f"#!/bin/sh\n{says}\n")
    path.chmod(0o755)
    return str(path)


@pytest.mark.parametrize("says", ["exit 1", "echo nonsense", "echo 3.0; echo '[1]'", "kill -9 $$"])
def test_a_program_that_fails_has_no_opinion(tmp_path: Path, says: str) -> None:
    for count in (programs.belenios, programs.pref_voting):
        with pytest.raises(CannotCount):
            count(script(tmp_path, says), BOX)


def test_a_program_that_is_not_there_has_no_opinion() -> None:
    with pytest.raises(CannotCount, match="did not answer"):
        programs.belenios("/nowhere/belenios-tool", BOX)


def test_our_second_program_fills_the_seats_within_the_cap() -> None:
    ballots = [[1, 2, 3]] * 3
    capped = replace(BOX, rankings=ballots, cap=Cap(1, {"Ada": frozenset("x"), "Betty": frozenset("x")}))
    assert programs.ours(capped).seats == ("Ada", "Grace")
    assert programs.ours(replace(BOX, rankings=ballots)).seats == ("Ada", "Betty")


def test_our_second_program_says_what_it_cannot_count() -> None:
    with pytest.raises(CannotCount, match="no second count"):
        programs.ours(replace(BOX, method="something"))
