"""The result page: what it says of ties, graphs and downloads, and that nothing is counted while somebody reads."""

from __future__ import annotations

import random
import re
import time
from unittest.mock import patch

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from elections import jobs
from elections.models import Election
from elections.pages.defeat_graph import graph_of
from elections.services import outcome, result_files, what_if
from elections.services.setup import NewCandidate, NewContest
from elections.verifier import recount as counting
from elections.verifier.contests import ManifestContest
from foundation.core import clock
from tests.factories import Visitor, visitor
from tests.result_factories import Rows, decided
from tests.web.register_acts import acts

CYCLE = [[1, 2, 3]] * 4 + [[3, 1, 2]] * 3 + [[2, 3, 1]] * 2
"""Ada beats Barbara 6–3, Barbara beats Donald 7–2, and Donald beats Ada 5–4: the weakest is set aside."""
SERVED_WITHIN = 0.2


@pytest.fixture
def reader(app: Flask) -> Visitor:
    """A stranger without an account."""
    return visitor(app)


def contest(*names: str, seats: int = 1, method: str = "schulze", title: str = "Board") -> NewContest:
    return NewContest(title, [NewCandidate(name) for name in names], seats=seats, method=method)


def page_of(reader: Visitor, election: Election, more: str = "") -> str:
    answer = reader.get(f"/elections/{election.uuid}/outcome{more}")
    assert answer.status_code == 200
    return " ".join(answer.text.split())


def crowd(candidates: int, ballots: int) -> Rows:
    """So many random rankings: some whole, some short, some with equal ranks."""
    chance = random.Random(5)  # noqa: S311 — the same ballots in each run
    rows = []
    for _ballot in range(ballots):
        ranked = chance.sample(range(candidates), chance.randint(0, candidates))
        row = [0] * candidates
        for index in ranked:
            row[index] = chance.randint(1, len(ranked))
        rows.append(row)
    return rows


def test_each_seat_has_its_sentences_and_a_cycle_is_told_by_its_chain(session: Session, reader: Visitor) -> None:
    page = page_of(reader, decided(session, [contest("Ada", "Barbara", "Donald")], [CYCLE]))
    assert "<strong>Ada</strong>" in page
    assert "Donald beat Ada 5–4, but the chain Ada → Barbara → Donald is stronger: its weakest link is 6" in page
    assert "nobody: there is no Condorcet winner" in page
    assert "1 of them are not followed by the final order" in page


def test_the_graph_has_a_line_for_each_defeat_dashed_where_the_order_does_not_follow(
    session: Session, reader: Visitor
) -> None:
    page = page_of(reader, decided(session, [contest("Ada", "Barbara", "Donald")], [CYCLE]))
    svg = re.search(r"<svg class=\"footing-graph\".*?</svg>", page)
    assert svg is not None
    assert svg[0].count("<path") == 3
    assert svg[0].count("stroke-dasharray") == 1
    assert "<title>Donald beat Ada 5–4</title>" in svg[0]
    assert "style=" not in svg[0]
    assert 'role="img"' in svg[0]
    assert "<desc" in svg[0]


def test_the_graph_is_laid_out_from_the_top_with_wider_lines_for_larger_margins() -> None:
    graph = graph_of([["Ada"], ["Barbara", "Donald"]], [[0, 9, 6], [1, 0, 5], [4, 5, 0]])
    assert [node.place for node in graph.nodes] == [1, 2, 2]
    assert [node.y for node in graph.nodes] == sorted(node.y for node in graph.nodes)
    widths = {edge.sentence: float(edge.width) for edge in graph.edges}
    assert widths["Ada beat Barbara 9–1"] > widths["Ada beat Donald 6–4"]
    assert len(graph.edges) == 2, "a tie is no defeat"
    assert all(edge.agrees for edge in graph.edges)


def test_of_many_candidates_the_first_are_drawn_and_the_page_says_so(session: Session, reader: Visitor) -> None:
    names = [f"Candidate {number}" for number in range(30)]
    rungs, beaten = [[name] for name in names], [[int(row < column) for column in range(30)] for row in range(30)]
    graph = graph_of(rungs, beaten)
    assert [node.name for node in graph.nodes] == names[:12]
    assert (len(graph.edges), graph.left_out) == (66, 18)
    page = page_of(reader, decided(session, [contest(*names)], [crowd(30, 9)]))
    assert "With so many candidates, only the first 12 are drawn." in page


def test_numbers_after_a_name_that_runs_from_right_to_left_keep_their_order(session: Session, reader: Visitor) -> None:
    name = "שרה כהן־לוי"
    page = page_of(reader, decided(session, [contest("Ada", name, "Donald")], [CYCLE]))
    sentences = re.findall(r"(?:beat|above) [^<]*", page)
    assert any(name in sentence for sentence in sentences)
    assert all(f"\u2068{name}\u2069" in sentence for sentence in sentences if name in sentence)


def test_a_defeat_inside_a_tie_is_not_followed_by_the_order() -> None:
    graph = graph_of([["Ada", "Barbara"]], [[0, 2], [1, 0]])
    assert graph.set_aside == 1


@pytest.mark.parametrize("names", [["A"], ["A" * 100, "<script>alert(1)</script>"]])
def test_the_graph_of_one_or_of_strange_names_is_small_and_whole(names: list[str]) -> None:
    counts = [[0] * len(names) for _name in names]
    graph = graph_of([[name] for name in names], counts)
    assert all(len(node.label) <= 18 for node in graph.nodes)
    assert graph.height > 0


def test_a_method_that_leaves_a_tie_open_is_not_said_to_elect_others(session: Session, reader: Visitor) -> None:
    page = page_of(reader, decided(session, [contest("Ada", "Barbara", "Donald")], [CYCLE]), "/methods")
    copeland = re.search(r"Copeland.*?</tr>", page)
    assert copeland is not None
    assert "Ada, Barbara and Donald stay tied." in copeland[0]
    assert "differs" not in copeland[0]


def test_two_workers_that_make_the_files_at_once_make_each_once(session: Session, app: Flask) -> None:
    election = decided(session, [contest("Ada", "Barbara", "Donald")], [CYCLE])
    before = [(file.name, file.sha256) for file in result_files.listed(session, election)]
    unaware = patch.object(result_files, "listed", return_value=[])
    with unaware:
        assert result_files.publish(session, election, now=clock.now()), "it believes that nothing is there"
    session.commit()
    assert [(file.name, file.sha256) for file in result_files.listed(session, election)] == before
    assert not result_files.publish(session, election, now=clock.now())


def test_names_are_never_markup(session: Session, reader: Visitor) -> None:
    names = ("<b>Ada</b>", 'Barbara & "Co"', "'; DROP TABLE")
    election = decided(session, [contest(*names)], [CYCLE])
    for more in ("", "/methods"):
        page = page_of(reader, election, more)
        assert "<b>Ada</b>" not in page
        assert "&lt;b&gt;Ada&lt;/b&gt;" in page


def test_a_method_that_refuses_these_ballots_is_said_once_and_shown(session: Session, reader: Visitor) -> None:
    refused = "The method needs more room than there is."

    def refuse(*_arguments: object, **_named: object) -> None:
        raise counting.BadInput(refused)

    with pytest.MonkeyPatch.context() as changed:
        changed.setattr(outcome, "recount", refuse)
        election = decided(session, [contest("Ada", "Barbara", "Donald")], [CYCLE])
        told = acts(session, f"election {election.uuid}")
        jobs.watch()
        jobs.watch()
    assert told[-1] == "result.held"
    assert acts(session, f"election {election.uuid}") == told
    page = page_of(reader, election)
    assert refused in page
    assert "Elected:" not in page
    assert "still being counted" in page_of(reader, election, "/methods")


def test_one_contest_is_shown_while_another_waits(session: Session, reader: Visitor) -> None:
    contests = [contest("Ada", "Barbara", "Donald"), contest("Edsger", "Frances", title="Committee")]
    own = outcome.recount

    def refuse_one(about: ManifestContest, *arguments: object) -> object:
        if about.title == "Committee":
            raise counting.BadInput("Not these.")
        return own(about, *arguments)  # type: ignore[arg-type]

    with pytest.MonkeyPatch.context() as changed:
        changed.setattr(outcome, "recount", refuse_one)
        election = decided(session, contests, [CYCLE, [[1, 2]] * 9])
    page = page_of(reader, election)
    assert "Elected: Ada" in page
    assert "Not these." in page
    assert reader.get(f"/api/elections/{election.uuid}/outcome").status_code == 404


def test_a_result_for_30_candidates_and_10000_ballots_is_served_quickly_and_counted_by_no_request(
    session: Session, reader: Visitor
) -> None:
    names = [f"Candidate Number {number}" for number in range(30)]
    election = decided(session, [contest(*names, seats=3)], [crowd(30, 10_000)])
    counted: list[object] = []
    own = counting.count

    def note(*arguments: object) -> object:
        counted.append(arguments)
        return own(*arguments)  # type: ignore[arg-type]

    with pytest.MonkeyPatch.context() as changed:
        for module in (counting, what_if):
            changed.setattr(module, "count", note)
        page_of(reader, election)
        took = []
        for _request in range(5):
            began = time.process_time()
            page = page_of(reader, election)
            took.append(time.process_time() - began)
        page_of(reader, election, "/methods")
        assert not outcome.settle(session, election, now=clock.now())
    assert counted == []
    assert min(took) < SERVED_WITHIN
    assert "10000 of 10000 on the roll" in page
    assert page.count("<rect") == 12
