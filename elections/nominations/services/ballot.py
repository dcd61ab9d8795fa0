"""From nominations to the ballot: who is still to be decided on, and the candidates in an order drawn by lot."""

from __future__ import annotations

import secrets
import unicodedata
from collections import Counter
from collections.abc import Sequence
from datetime import date, datetime

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from elections.counting.errors import BadInput, TooLarge
from elections.counting.report import report
from elections.crypto.group import MAX_INTS
from elections.models import Candidate, Contest, Election
from elections.nominations import groups
from elections.nominations.lifecycle import NominationState
from elections.nominations.models import Nomination
from elections.nominations.services import members, records
from elections.services.setup import FEWEST_CANDIDATES
from foundation.core.errors import Conflict
from membership import directory


def undecided(session: Session, election: Election) -> list[Nomination]:
    """Return the accepted nominations of an election on whose eligibility nobody has decided."""
    wanted = (
        select(Nomination)
        .join(Contest)
        .where(Contest.election_uuid == election.uuid, Nomination.state == NominationState.ACCEPTED)
        .where(~Nomination.decisions.any())
        .order_by(Contest.position, Nomination.id)
    )
    return list(session.execute(wanted).scalars())


def shortages(session: Session, election: Election) -> list[str]:
    """Say of which contests, as things stand, the ballot could not be made: too few stand in them, or too many."""
    found = []
    for contest in election.contests:
        standing = [each for each in records.accepted(session, contest) if records.is_standing(each)]
        try:
            _require_enough(contest, len(standing))
        except Conflict as refusal:
            found.append(refusal.message)
    return found


def put_on(session: Session, election: Election, *, now: datetime) -> None:
    """Put whoever stands and was found eligible on the ballot, with their affiliations and control groups of today.

    Called in the election's lock when the key ceremony begins; raises Conflict when a contest cannot be held so.
    """
    waiting = undecided(session, election)
    if waiting:
        names = ", ".join(nomination.person.display_name for nomination in waiting)
        raise Conflict(_("It is not decided whether these can be elected: %(names)s.", names=names), code="undecided")
    for contest in election.contests:
        standing = [each for each in records.accepted(session, contest) if records.is_standing(each)]
        _require_enough(contest, len(standing))
        _put_on(session, contest, standing, now.date())
    session.flush()


def _require_enough(contest: Contest, count: int) -> None:
    words = {"title": contest.title, "count": count, "seats": contest.seats, "most": MAX_INTS}
    if count > MAX_INTS:
        sentence = _(
            "“%(title)s” has %(count)s candidates, and a ballot holds %(most)s: some have to withdraw.", **words
        )
        raise Conflict(sentence, code="too-many-candidates")
    if count < max(FEWEST_CANDIDATES, contest.seats):
        sentence = _(
            "There is nothing to choose in “%(title)s”: seats to fill: %(seats)s, candidates who can be elected: "
            "%(count)s. Annul this election, and announce it anew with time for more nominations.",
            **words,
        )
        raise Conflict(sentence, code="too-few-candidates")


def _put_on(session: Session, contest: Contest, standing: Sequence[Nomination], on: date) -> None:
    names = _told_apart(standing)
    try:
        # One ballot without ties: what the method refuses for its size is said now and not after the vote.
        report(names, [range(1, len(names) + 1)], method=contest.method, seats=contest.seats)
    except (BadInput, TooLarge) as error:
        raise Conflict(str(error), code="bad-method") from error
    contest.candidates = [
        Candidate(
            position=position,
            name=name,
            affiliations=printed_affiliations(session, nomination, on),
            statement=nomination.statement,
            groups=groups.labels(session, nomination.person, on),
            person_id=nomination.person_id,
        )
        for position, (name, nomination) in enumerate(zip(names, standing, strict=True))
    ]
    # The order in which candidates are shown favours the first: so chance decides it, and it is then the same for all.
    contest.display_order = secrets.SystemRandom().sample(range(len(standing)), len(standing))


def printed_affiliations(session: Session, nomination: Nomination, on: date) -> list[str]:
    """Return the organizations printed beside a nominee's name: where they belong, and for whom they speak."""
    held = [each.name for each in directory.affiliations(session, nomination.person, on)]
    election = nomination.contest.election
    spoken_for = [
        each.name
        for each in members.backings(session, election, nomination.person, on)
        if each.member_class == "corporate" and each.is_good
    ]
    return list(dict.fromkeys(held + spoken_for))


def _told_apart(standing: Sequence[Nomination]) -> list[str]:
    """Return the names as they are printed: namesakes get the number of their nomination, as its page shows it."""
    forms = [unicodedata.normalize("NFKC", each.person.display_name).casefold() for each in standing]
    count = Counter(forms)
    return [
        each.person.display_name if count[form] == 1 else f"{each.person.display_name} (no. {each.id})"
        for form, each in zip(forms, standing, strict=True)
    ]
