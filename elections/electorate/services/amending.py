"""What an appeal that was upheld does to a roll that is not frozen: one row is added, or one is taken away."""

from __future__ import annotations

from flask_babel import gettext as _
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from elections.electorate.models import Appeal
from elections.electorate.services import courses, electing
from elections.models import Election, ElectorateKind, Voter
from foundation.core.errors import Conflict
from membership import directory


def add(session: Session, appeal: Appeal) -> None:
    """Put the appellant on the roll, or raise Conflict where somebody would have two votes."""
    election, person = appeal.election, appeal.person
    if _rows(session, election, person.id):
        return
    _refuse_second_vote(session, election, person.id)
    row = electing.added(session, election, person.id, appeal.id)
    _refuse_second_of_group(session, election, row.membership)
    session.add(
        Voter(
            election_uuid=election.uuid,
            person_id=person.id,
            address=person.address,
            name=person.display_name,
            member_class=str(row.member_class),
            reason=row.reason,
            membership_id=row.membership,
            organization=row.organization,
        )
    )
    session.flush()


def leave_out(session: Session, appeal: Appeal) -> None:
    """Take the appellant off the roll."""
    gone = (Voter.election_uuid == appeal.election_uuid, Voter.person_id == appeal.person_id)
    session.execute(delete(Voter).where(*gone).execution_options(synchronize_session="fetch"))


def _refuse_second_vote(session: Session, election: Election, person: int) -> None:
    if election.electorate not in courses.CLASSES:
        return
    for other in courses.siblings(session, election):
        if other.uuid != election.uuid and _rows(session, other, person):
            words = {"title": other.title}
            sentence = _("This person is on the roll of “%(title)s”, and nobody votes in two classes.", **words)
            raise Conflict(sentence, code="votes-elsewhere")


def _refuse_second_of_group(session: Session, election: Election, membership: int | None) -> None:
    """One vote for each control group: whoever casts it already keeps it."""
    if membership is None or election.electorate is not ElectorateKind.CORPORATE:
        return
    on = courses.cycle_of(session, election).record_on
    group = directory.members_of_group(session, membership, on)
    wanted = select(Voter.name).where(Voter.election_uuid == election.uuid, Voter.membership_id.in_(group))
    for name in session.execute(wanted).scalars():
        sentence = _("%(name)s casts the vote of this organization's control group already.", name=name)
        raise Conflict(sentence, code="group-votes-already")


def _rows(session: Session, election: Election, person: int) -> bool:
    wanted = select(Voter.id).where(Voter.election_uuid == election.uuid, Voter.person_id == person)
    return session.execute(wanted).first() is not None
