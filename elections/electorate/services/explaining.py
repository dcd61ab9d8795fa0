"""Why somebody is, or is not, on a roll: in a sentence, from the same records and rules that the roll is built from."""

from __future__ import annotations

from datetime import date, timedelta

from flask_babel import format_date, ngettext
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import select
from sqlalchemy.orm import Session

from elections.electorate import reasons
from elections.electorate.models import AppealKind
from elections.electorate.reasons import Ground
from elections.electorate.services import courses, electing
from elections.models import Election, ElectorateKind, Voter
from foundation.accounts.models import Person
from membership import directory

DAYS = {"on", "since", "until"}


def why(session: Session, election: Election, person: Person) -> str:
    """Say "You are on the roll, because …" or "You are not on the roll, because …"."""
    voter = row_of(session, election, person)
    if voter is not None:
        return str(_("You are on the roll, because: %(reason)s.", reason=said(voter.reason)))
    on = courses.cycle_of(session, election).record_on
    if not courses.was_built(session, election):
        sentence = _("The roll has not been built yet. Who is on it is decided at the end of %(on)s.", on=day(on))
        return str(sentence)
    return str(_("You are not on the roll, because %(reason)s.", reason=_why_not(session, election, person, on)))


def said(text: str) -> str:
    """Say in the reader's language why somebody is on a roll, from the fixed words that the roll keeps."""
    found = reasons.read(text)
    facts = {name: day(date.fromisoformat(fact)) if name in DAYS else fact for name, fact in found.facts.items()}
    if found.ground is Ground.CONTRIBUTIONS:
        return _contributions(facts)
    sentence = {
        Ground.MEMBER: _l("individual member in good standing on %(on)s"),
        Ground.ORGANIZATION: _l("casts the vote of %(name)s, a corporate member in good standing on %(on)s"),
        Ground.APPEAL: _l("added on appeal %(appeal)s"),
        Ground.ORGANIZATION_ON_APPEAL: _l("casts the vote of %(name)s, added on appeal %(appeal)s"),
    }.get(found.ground)
    return str(sentence) % facts if sentence is not None else text


def day(on: date) -> str:
    """Say a day as a sentence does."""
    return str(format_date(on, "d MMMM y"))


def _contributions(facts: dict[str, str]) -> str:
    sentence = ngettext(
        "%(num)s contribution to %(project)s from %(since)s until %(until)s; asked for: %(minimum)s",
        "%(num)s contributions to %(project)s from %(since)s until %(until)s; asked for: %(minimum)s",
        int(facts["counted"]),
        **facts,
    )
    return str(sentence)


def row_of(session: Session, election: Election, person: Person) -> Voter | None:
    """Return the person's row of the roll, if they have one."""
    wanted = select(Voter).where(Voter.election_uuid == election.uuid, Voter.person_id == person.id)
    return session.execute(wanted).scalar_one_or_none()


def _why_not(session: Session, election: Election, person: Person, on: date) -> str:
    number = electing.upheld(session, election, AppealKind.LEAVE_ROLL).get(person.id)
    if number is not None:
        return str(_("appeal %(number)s, by which you were left out, was granted", number=number))
    for other in courses.siblings(session, election):
        voter = row_of(session, other, person) if other.uuid != election.uuid else None
        if voter is not None and election.electorate in courses.CLASSES:
            words = {"title": other.title, "reason": said(voter.reason)}
            return str(_("you vote in “%(title)s” (%(reason)s), and nobody votes in two classes", **words))
    if election.electorate is ElectorateKind.CORPORATE:
        return _no_organization(session, election, person, on)
    return _no_member(session, election, person, on) or _no_standing(session, election, person, on) or _changed()


def _no_member(session: Session, election: Election, person: Person, on: date) -> str:
    """Say what the person's own membership lacked on the record date, or nothing."""
    held = [each for each in directory.backings(session, person, on) if each.member_class in electing.INDIVIDUAL]
    words: dict[str, object] = {"on": day(on)}
    if not held:
        return str(_("you were not an individual member on the record date, %(on)s", **words))
    if not held[0].is_good:
        words["status"] = held[0].status.replace("_", " ")
        return str(_("on the record date, %(on)s, your membership was “%(status)s”", **words))
    record = courses.rules_for(session, election).record
    if held[0].since > on - timedelta(days=record.membership_days):
        words |= {"since": day(held[0].since), "days": record.membership_days, "clause": record.clause}
        sentence = _(
            "%(clause)s asks for %(days)s days of membership by the record date, %(on)s, and yours began on %(since)s",
            **words,
        )
        return str(sentence)
    return ""


def _no_standing(session: Session, election: Election, person: Person, on: date) -> str:
    """Say how many contributions the person lacks for a project's election, or nothing."""
    if election.electorate is not ElectorateKind.PROJECT:
        return ""
    contest = electing.standing_of(courses.rules_for(session, election), election)
    found = directory.standing(session, person, electing.directory_rule(contest, election.project), on).finding
    if found.met:
        return ""
    words = {
        "clause": contest.clause,
        "project": election.project,
        "since": day(found.since),
        "until": day(found.until),
        "counted": found.counted,
    }
    sentence = ngettext(
        "%(clause)s asks for %(num)s contribution to %(project)s from %(since)s until %(until)s; of yours, "
        "%(counted)s count",
        "%(clause)s asks for %(num)s contributions to %(project)s from %(since)s until %(until)s; of yours, "
        "%(counted)s count",
        found.needed,
        **words,
    )
    return str(sentence)


def _no_organization(session: Session, election: Election, person: Person, on: date) -> str:
    """Say why the person casts no organization's vote."""
    held = directory.represented(session, person.id, on)
    words: dict[str, object] = {"on": day(on)}
    if not held:
        sentence = _(
            "on the record date, %(on)s, you were representative or alternate of no corporate member in good standing",
            **words,
        )
        return str(sentence)
    for number, name in held:
        group = directory.members_of_group(session, number, on)
        wanted = select(Voter).where(Voter.election_uuid == election.uuid, Voter.membership_id.in_(group))
        for voter in session.execute(wanted).scalars():
            words = {"name": name, "voter": voter.organization}
            if voter.membership_id == number:
                return str(_("another person, who was named first, casts the vote of %(name)s", **words))
            return str(_("%(voter)s casts the one vote of the control group of %(name)s", **words))
    words |= {"names": ", ".join(name for _number, name in held)}
    record = courses.rules_for(session, election).record
    words |= {"days": record.membership_days, "clause": record.clause}
    sentence = _(
        "%(names)s had not been a member for the %(days)s days that %(clause)s asks for by the record date, %(on)s",
        **words,
    )
    return str(sentence) if record.membership_days else _changed()


def _changed() -> str:
    return str(_("the records were different when it was built: officials build it anew before it is frozen"))
