"""Who may what: the roll, appeals and lots of an election in its campaign. A member is on its roll and appeals."""

from __future__ import annotations

from sqlalchemy.orm import Session

from elections.electorate.models import AppealKind
from elections.electorate.services import appealing
from foundation.accounts.models import Person
from foundation.core import clock
from tests.electorate_factories import built, in_campaign, individual, on_roll
from tests.factories import make_person
from tests.membership_factories import make_member
from tests.web.matrix import Row, everyone, only, signed_in


def arrange(session: Session, people: dict[str, Person]) -> dict[str, dict[str, object]]:
    """Make an election with a roll and an appeal that waits."""
    member = make_person(session)
    make_member(session, member)
    election = individual(in_campaign(session, people["official"], ["individual-director"]))
    built(session, election, people["official"])
    appeal = appealing.appeal(session, election.uuid, AppealKind.LEAVE_ROLL, "Not me.", person=member, now=clock.now())
    session.commit()
    voter = on_roll(session, election)[member.id]
    return {
        "ruled": {"uuid": election.uuid},
        "ruled voter": {"uuid": election.uuid, "number": voter.id},
        "appeal": {"uuid": election.uuid, "number": appeal.id},
    }


ROWS = (
    # Everyone.
    Row("electorate.show", "GET", "ruled", everyone(200)),
    Row("lots.show", "GET", "ruled", everyone(200)),
    # Whoever is signed in, about themselves.
    Row("electorate.mine", "GET", "ruled", signed_in(200)),
    Row("electorate.appeal_page", "GET", "ruled", signed_in(200)),
    Row("electorate.appeal", "POST", "ruled", signed_in(400)),
    Row("electorate.reissue", "POST", "ruled", signed_in(404)),
    Row("lots.reveal_page", "GET", "ruled", signed_in(404, official=200)),
    Row("lots.reveal", "POST", "ruled", signed_in(404, official=400)),
    # The official.
    Row("electorate.manage", "GET", "ruled", only(official=200)),
    Row("electorate.build", "POST", "ruled", only(official=303)),
    Row("electorate.differences", "GET", "ruled", only(official=200)),
    Row("electorate.roll_csv", "GET", "ruled", only(official=200)),
    Row("electorate.roll_lines", "GET", "ruled", only(official=200)),
    Row("electorate.freeze_page", "GET", "ruled", only(official=200)),
    Row("electorate.freeze", "POST", "ruled", only(official=409)),
    Row("electorate.reissue_for", "POST", "ruled voter", only(official=409)),
    Row("electorate.queue", "GET", "ruled", only(official=200)),
    Row("electorate.show_appeal", "GET", "appeal", only(official=200)),
    Row("electorate.decide", "POST", "appeal", only(official=400)),
    Row("lots.commit_page", "GET", "ruled", only(official=200)),
    Row("lots.commit", "POST", "ruled", only(official=400)),
)
