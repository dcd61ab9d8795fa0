"""Questions to those who stand, and who decides that they can be elected."""

from __future__ import annotations

import html
import re

import pytest
from sqlalchemy.orm import Session

from elections.nominations.models import Nomination, Question
from tests.factories import As, Visitor
from tests.membership_factories import make_member
from tests.nomination_factories import (
    EASY,
    REASON,
    Nominating,
    close_nominations,
    decided,
    member,
    open_nominations,
    standing,
)
from tests.web.test_nominations_pages import path, text_of


@pytest.fixture
def made(session: Session) -> Nominating:
    return open_nominations(session, rules=EASY)


def test_a_member_asks_a_nominee_answers_and_an_official_hides_for_a_public_reason(
    session: Session, made: Nominating, browse_as: As, anyone: Visitor
) -> None:
    ada, grace = member(session, "Ada"), member(session, "Grace")
    standing(session, made, ada)
    here = path(made, "questions", "")
    assert "Nobody has asked anything yet." in text_of(anyone.get(here))
    sent = {"contest": made.contest.id, "text": "Why you?"}
    assert browse_as(grace).post(here, data=sent).status_code == 303
    question = session.query(Question).one()
    answer, hide = path(made, "questions", question.id, "answer"), path(made, "questions", question.id, "hide")
    assert browse_as(grace).get(answer).status_code == 404
    nominee = browse_as(ada)
    assert "Answer question" in text_of(nominee.get(here))
    assert nominee.post(answer, data={"text": "I **listen**."}).status_code == 303
    assert "<strong>listen</strong>" in anyone.get(here).text
    assert nominee.post(answer, data={"text": "Again."}).status_code == 409
    runner = browse_as(made.official)
    assert browse_as(grace).post(hide, data={"reason": "I do not like it."}).status_code == 403
    assert runner.post(hide, data={"reason": "It names a private address."}).status_code == 303
    shown = text_of(anyone.get(here))
    assert "It names a private address." in shown
    assert "Why you?" not in shown
    assert "listen" not in shown
    assert "listen" not in text_of(anyone.get(path(made, "nominations", nomination_number(session))))


def nomination_number(session: Session) -> int:
    return session.query(Nomination).one().id


@pytest.mark.parametrize("text", ["", "   ", "x" * 1001, "a\u202eb", "a\x00b"])
def test_a_question_that_is_empty_too_long_or_deceives_is_refused(
    session: Session, made: Nominating, browse_as: As, text: str
) -> None:
    sent = {"contest": made.contest.id, "text": text}
    assert browse_as(member(session)).post(path(made, "questions", ""), data=sent).status_code == 400


def test_an_official_decides_from_the_queue_with_the_finding_in_view(
    session: Session, made: Nominating, browse_as: As, anyone: Visitor
) -> None:
    ada = member(session, "Ada")
    nomination = standing(session, made, ada)
    runner, queue = browse_as(made.official), path(made, "nominations", "queue")
    decide = path(made, "nominations", nomination.id, "eligibility")
    sent = {"eligible": "yes", "reason": REASON}
    assert runner.post(decide, data=sent).status_code == 409
    close_nominations(session, made)
    assert "Ada" in text_of(runner.get(queue))
    shown = text_of(runner.get(decide))
    assert "3.3" in shown
    assert "An individual member in good standing" in shown
    assert runner.post(decide, data={"eligible": "maybe", "reason": REASON}).status_code == 400
    assert runner.post(decide, data=sent).status_code == 303
    assert "Nobody waits for a decision." in text_of(runner.get(queue))
    assert "Ada" in text_of(runner.get(queue, query_string={"state": "decided"}))
    public = text_of(anyone.get(path(made, "nominations", nomination.id)))
    assert REASON in public
    assert "An individual member in good standing" not in public
    assert "only you and the officials" in text_of(browse_as(ada).get(path(made, "nominations", nomination.id)))


def test_an_official_who_stands_sees_why_another_must_decide(session: Session, made: Nominating, browse_as: As) -> None:
    make_member(session, made.official)
    runner = browse_as(made.official)
    assert "You hold an office" in text_of(runner.get(path(made, "nominations", "stand")))
    own = standing(session, made, made.official)
    close_nominations(session, made)
    decide = path(made, "nominations", own.id, "eligibility")
    assert "Another official must" in text_of(runner.get(decide))
    refused = runner.post(decide, data={"eligible": "yes", "reason": REASON})
    assert refused.status_code == 403
    assert "You stand in this election" in text_of(runner.get(path(made, "nominations", "queue")))


def test_who_cannot_be_elected_finds_the_way_to_appeal(session: Session, made: Nominating, browse_as: As) -> None:
    ada = member(session)
    nomination = standing(session, made, ada)
    close_nominations(session, made)
    decided(session, made, [nomination], eligible=False)
    page = browse_as(ada).get(path(made, "nominations", nomination.id))
    link = re.search(r'href="([^"]+)">Appeal against this decision', page.text)
    assert link is not None
    assert browse_as(ada).get(html.unescape(link.group(1))).status_code == 200
