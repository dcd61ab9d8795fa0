"""The programs of others that count a second time, as the service asks them: belenios-tool and pref_voting."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from elections.certification import programs
from elections.certification.ballot_box import BallotBox, CannotCount, FirstCount, difference
from elections.counting.report import report

pytestmark = pytest.mark.interop
NAMES = ("Ada", "Betty", "Grace", "Hedy", "Konrad")


def boxes(method: str, number: int) -> list[BallotBox]:
    generator = random.Random(f"{method} {number}")  # noqa: S311
    return [
        BallotBox(
            NAMES,
            [[generator.randint(0, len(NAMES)) for _name in NAMES] for _ballot in range(generator.randint(1, 30))],
            method,
            seats=2,
        )
        for _profile in range(number)
    ]


def first_count(box: BallotBox) -> FirstCount:
    result = report(box.candidates, box.rankings, method=box.method, seats=box.seats).to_json()["results"][0]
    return FirstCount(tuple(map(tuple, result["order"])), tuple(result["seats"]))


def test_belenios_tool_agrees_and_is_named_with_its_version(belenios: Path) -> None:
    for box in boxes("schulze", 20):
        found = programs.belenios(str(belenios), box)
        assert found.program.startswith("belenios-tool 3.")
        assert difference(first_count(box), found) == ""


def test_pref_voting_agrees_by_every_method_it_is_asked_about(peer: Path) -> None:
    for method in sorted(programs.PREF_VOTING_METHODS):
        (box,) = boxes(method, 1)
        found = programs.pref_voting(str(peer), box)
        assert found.program.startswith("pref_voting 1.")
        assert difference(first_count(box), found) == ""


def test_a_program_has_no_opinion_about_a_method_it_does_not_know(belenios: Path, peer: Path) -> None:
    (box,) = boxes("meek-stv", 1)
    for count in (lambda: programs.belenios(str(belenios), box), lambda: programs.pref_voting(str(peer), box)):
        with pytest.raises(CannotCount):
            count()
