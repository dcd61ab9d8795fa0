"""What certification asks for: of officials, after the result, and of certifiers."""

from __future__ import annotations

from datetime import datetime

from flask import url_for
from sqlalchemy import select
from sqlalchemy.orm import Session

from elections.certification.services import certificate, complaints, keys, second
from elections.lifecycle import AFTER_RESULT, Phase
from elections.models import Election
from elections.nominations import interests
from elections.pages.language import translated as _
from elections.pages.language import translated_number as ngettext
from elections.pages.official_tasks import DONE, LATER, NEXT, WAITING, OfficialTask
from elections.pages.wording import listed, moment
from elections.services import offices, outcome
from foundation.accounts.models import Person
from foundation.core.access import Office, Permission
from foundation.core.context import Task


def official_tasks(session: Session, election: Election, now: datetime) -> list[OfficialTask]:
    """Return the last steps of an election under rules: complaints, the second count, the certificate."""
    reached = election.phase in {Phase.COMPLAINTS, Phase.CERTIFIED}
    return [
        _complaints(session, election, now, reached),
        _second_count(session, election),
        _certificate(session, election, reached),
        _signatures(session, election, now),
    ]


def _complaints(session: Session, election: Election, now: datetime, reached: bool) -> OfficialTask:
    waiting = len(complaints.undisposed(session, election)) if reached else 0
    state = DONE if election.phase is Phase.CERTIFIED else LATER
    hint = _("Members can complain about the provisional result")
    if election.phase is Phase.COMPLAINTS and election.complaints_until:
        hint = _("Until %(when)s", when=moment(election.complaints_until))
        state = NEXT if waiting else WAITING if complaints.is_open(election, now) else DONE
    if waiting:
        hint = ngettext("%(num)d waits for a decision", "%(num)d wait for a decision", waiting) + f". {hint}"
    return OfficialTask(_("Decide the complaints"), hint, state, "certification.complaints" if reached else None)


def _second_count(session: Session, election: Election) -> OfficialTask:
    text, endpoint = _("Count with a second program"), "certification.certificate"
    if election.phase not in AFTER_RESULT or not outcome.is_complete(session, election):
        return OfficialTask(text, _("It must agree before anybody signs"), LATER, None)
    found = [verdict.agrees for verdict in second.verdicts(session, election)]
    if all(found):
        return OfficialTask(text, _("It agrees"), DONE, endpoint)
    disagrees = False in found
    return OfficialTask(text, _("It does NOT agree") if disagrees else _("Not counted yet"), NEXT, endpoint)


def _certificate(session: Session, election: Election, reached: bool) -> OfficialTask:
    text, endpoint = _("Prepare the certificate"), "certification.certificate"
    if election.phase is not Phase.COMPLAINTS:
        return OfficialTask(text, _("What certifiers sign"), DONE if reached else LATER, endpoint if reached else None)
    obstacles = certificate.obstacles(session, election)
    if obstacles:
        return OfficialTask(text, obstacles[0], WAITING, endpoint)
    prepared = certificate.standing_of(session, election) is not None
    return OfficialTask(text, _("What certifiers sign"), DONE if prepared else NEXT, endpoint)


def _signatures(session: Session, election: Election, now: datetime) -> OfficialTask:
    text, found = _("Certifiers sign"), certificate.standing_of(session, election)
    if found is None:
        return OfficialTask(text, _("Enough signatures certify the election, and its seats are filled"), LATER, None)
    counts = {"have": len(found.signatures), "need": certificate.content_of(found).rules.signatures}
    hint = _("%(have)s of %(need)s signatures", **counts)
    if election.phase is Phase.CERTIFIED:
        return OfficialTask(text, hint, DONE, "certification.certificate")
    signed = {one.person_id for one in found.signatures}
    able = [one for one in offices.able(session, election, Office.CERTIFIER, now) if one.id not in signed]
    if able:
        hint += "; " + _("still to come from: %(names)s", names=listed([one.display_name for one in able]))
    if len(able) < counts["need"] - counts["have"]:
        hint += "; " + _("too few can certify: have certifiers appointed")
    return OfficialTask(text, hint, WAITING, "certification.certificate")


def person_tasks(person: Person, session: Session, now: datetime) -> list[Task]:
    """Return what a certifier has to do now: register a key, and sign what waits for them."""
    if Permission.ELECTIONS_CERTIFY not in person.permissions(now):
        return []
    tasks = []
    if keys.standing_key(session, person) is None:
        tasks.append(
            Task(
                _("Register your signing key"),
                url_for("certification.key"),
                hint=_("You need it to certify elections."),
            )
        )
    return tasks + [_to_sign(election) for election in _waiting(session, person)]


def _waiting(session: Session, person: Person) -> list[Election]:
    open_ones = select(Election).where(Election.phase == Phase.COMPLAINTS).order_by(Election.uuid)
    stood_in = interests.cycles_stood_in(session, person)
    return [
        election
        for election in session.execute(open_ones).scalars()
        if (found := certificate.standing_of(session, election)) is not None
        and person.id not in {one.person_id for one in found.signatures}
        and election.cycle_id not in stood_in
    ]


def _to_sign(election: Election) -> Task:
    return Task(
        _("Certify: %(title)s", title=election.title),
        url_for("certification.sign", uuid=election.uuid),
        hint=_("Read the certificate, verify the archive, and sign."),
    )
