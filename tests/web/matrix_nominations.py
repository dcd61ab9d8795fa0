"""Who may what: nominations, in an election that is open for them. One member is nominated by another.

No form here carries anything, so that whoever is let through is told what is missing and nothing changes.
"""

from __future__ import annotations

from sqlalchemy.orm import Session

from elections.nominations.services import nominating, questions
from foundation.accounts.models import Person
from foundation.core import clock
from membership import directory
from tests.membership_factories import committee, make_member
from tests.nomination_factories import open_nominations, standing
from tests.web.matrix import Row, everyone, only, signed_in


def arrange(session: Session, people: dict[str, Person]) -> dict[str, dict[str, object]]:
    """Make an election in which the member stands, the voter is asked to, and a question waits."""
    for role in ("member", "voter"):
        if not directory.backings(session, people[role], clock.now().date()):
            make_member(session, people[role], committee(session))
    made = open_nominations(session)
    nominated = standing(session, made, people["member"])
    asked = nominating.propose(session, made.contest.id, people["voter"], by=people["member"], now=clock.now())
    question = questions.ask(session, made.contest.id, "Why you?", by=people["voter"], now=clock.now())
    session.commit()
    return {
        "nominating": {"uuid": made.uuid},
        "nominated": {"uuid": made.uuid, "number": nominated.id},
        "proposed": {"uuid": made.uuid, "number": asked.id},
        "question": {"uuid": made.uuid, "number": question.id},
    }


def hidden(**granted: int) -> dict[str, int]:
    """These get something, and nobody else learns that there is such a thing."""
    return signed_in(404, **granted)


ROWS = (
    Row("nominations.index", "GET", "nominating", everyone(200)),
    Row("nominations.table", "GET", "nominating", everyone(200)),
    Row("nominations.show", "GET", "nominated", everyone(200)),
    Row("nominations.show", "GET", "proposed", everyone(404, voter=200)),
    Row("nominations.questions", "GET", "nominating", everyone(200)),
    # The member.
    Row("nominations.mine", "GET", "", signed_in(200)),
    Row("nominations.stand", "GET", "nominating", signed_in(200)),
    Row("nominations.stand", "POST", "nominating", signed_in(400)),
    Row("nominations.new", "GET", "nominating", signed_in(200)),
    Row("nominations.nominate", "POST", "nominating", signed_in(400)),
    Row("nominations.nominate_by_address", "POST", "nominating", signed_in(400)),
    Row("nominations.endorse", "POST", "proposed", signed_in(404, voter=409)),
    Row("nominations.take_back", "POST", "nominated", signed_in(409)),
    Row("nominations.ask", "POST", "nominating", signed_in(400)),
    # The nominee.
    Row("nominations.accept", "GET", "proposed", hidden(voter=200)),
    Row("nominations.accept", "POST", "proposed", hidden(voter=400)),
    Row("nominations.decline", "POST", "nominated", hidden(member=409)),
    Row("nominations.statement", "GET", "nominated", hidden(member=200)),
    Row("nominations.statement", "POST", "proposed", hidden(voter=409)),
    Row("nominations.withdraw", "GET", "nominated", hidden(member=200)),
    Row("nominations.withdraw", "POST", "proposed", hidden(voter=409)),
    Row("nominations.answer", "GET", "question", hidden(member=200)),
    Row("nominations.answer", "POST", "question", hidden(member=400)),
    # The official.
    Row("nominations.queue", "GET", "nominating", only(official=200)),
    Row("nominations.decide", "GET", "nominated", only(official=200)),
    Row("nominations.decide", "POST", "nominated", only(official=400)),
    Row("nominations.hide", "GET", "question", only(official=200)),
    Row("nominations.hide", "POST", "question", only(official=400)),
)
