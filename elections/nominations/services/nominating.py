"""Proposing, accepting, declining, endorsing, withdrawing: in time by the database's clock, in the election's lock."""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime
from hashlib import sha256
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from elections.crypto.group import MAX_INTS
from elections.cycles.services import mailing
from elections.lifecycle import BEFORE_KEYS, FINAL, Phase
from elections.models import Candidate, Contest
from elections.nominations.lifecycle import IllegalTransition, NominationState, advance
from elections.nominations.models import Endorsement, Nomination
from elections.nominations.services import endorsements, letters, members, records
from elections.nominations.texts import paragraphs
from elections.services.setup import LONGEST_STATEMENT, subject
from elections.services.wording import one_line
from foundation.accounts.addresses import canonical_address
from foundation.accounts.models import Person
from foundation.accounts.services import joining
from foundation.core import register
from foundation.core.errors import Conflict, Forbidden, Invalid
from membership import directory

LONGEST_REASON = 500
MOST_PROPOSED = 10
STATEMENTS_OPEN = frozenset({Phase.NOMINATIONS, Phase.CAMPAIGN})
S = NominationState


def propose(session: Session, contest_id: int, nominee: Person, *, by: Person, now: datetime) -> Nomination:
    """Nominate oneself, which is accepted at once, or another, who is asked by mail and stands only on accepting."""
    contest = records.locked_contest(session, contest_id)
    records.require_open(session, contest.election)
    members.require_member(session, contest.election, by, now.date())
    _require_new(session, contest, nominee, by)
    nomination = Nomination(
        contest=contest, person=nominee, by=by, state=S.PROPOSED, statement="", proposed_at=now, endorsements=[]
    )
    session.add(nomination)
    session.flush()
    if nominee.id == by.id:
        return _accept(session, nomination, now=now)
    # Until they accept, the register names nobody who was only proposed.
    _enter(session, "nomination.proposed", nomination, by=by.display_name, now=now)
    letters.tell_proposed(session, nomination, now=now)
    return nomination


def propose_by_address(session: Session, contest_id: int, address: str, *, by: Person, now: datetime) -> None:
    """Nominate whoever confirmed this address, if somebody did; the caller does not learn whether, or raise Invalid."""
    canonical = canonical_address(address)
    contest = records.locked_contest(session, contest_id)
    records.require_open(session, contest.election)
    members.require_member(session, contest.election, by, now.date())
    nominee = joining.person_or_none(session, canonical)
    if nominee is not None and nominee.id == by.id:
        raise Invalid(_("This is your own address. To stand yourself, say so on its own page."), code="own-address")
    if nominee is not None:
        # Being nominated already, or having declined, is nothing that an address may give away.
        with suppress(Conflict):
            propose(session, contest_id, nominee, by=by, now=now)


def _require_new(session: Session, contest: Contest, nominee: Person, by: Person) -> None:
    if records.active(session, contest, nominee) is not None:
        raise Conflict(_("This person is nominated for “%(title)s” already.", title=contest.title), code="nominated")
    if nominee.id == by.id:
        return
    of_contest = Nomination.contest_id == contest.id
    declined = select(Nomination.id).where(
        of_contest, Nomination.person_id == nominee.id, Nomination.state.in_((S.DECLINED, S.WITHDRAWN))
    )
    if session.execute(declined.limit(1)).first() is not None:
        sentence = _("This person does not want to stand for “%(title)s”.", title=contest.title)
        raise Conflict(sentence, code="declined-before")
    waiting = select(func.count()).select_from(Nomination)
    waiting = waiting.where(of_contest, Nomination.by_id == by.id, Nomination.state == S.PROPOSED)
    if session.execute(waiting).scalar_one() >= MOST_PROPOSED:
        sentence = _("%(most)s people you nominated have not answered yet: wait for them.", most=MOST_PROPOSED)
        raise Conflict(sentence, code="too-many-proposed")


def accept(session: Session, nomination_id: int, *, by: Person, now: datetime) -> Nomination:
    """Accept a nomination of oneself, which makes it public; accepting again finds it done."""
    nomination = records.locked_nomination(session, nomination_id)
    records.require_own(nomination, by)
    if nomination.state is S.ACCEPTED:
        return nomination
    _require_state(nomination, S.PROPOSED)
    records.require_open(session, nomination.contest.election)
    return _accept(session, nomination, now=now)


def _accept(session: Session, nomination: Nomination, *, now: datetime) -> Nomination:
    contest, nominee = nomination.contest, nomination.person
    unconfirmed = directory.unconfirmed_affiliations(session, nominee, now.date())
    if unconfirmed:
        words = {"names": ", ".join(unconfirmed)}
        sentence = _("Confirm your affiliations first: whether you still belong to %(names)s.", **words)
        raise Conflict(sentence, code="affiliations-unconfirmed")
    standing = [each for each in records.accepted(session, contest) if records.is_standing(each)]
    if len(standing) >= MAX_INTS:
        words = {"title": contest.title, "most": str(MAX_INTS)}
        sentence = _("“%(title)s” has %(most)s candidates, and a ballot holds no more.", **words)
        raise Conflict(sentence, code="ballot-full")
    _move(nomination, S.ACCEPTED)
    nomination.answered_at = now
    affiliations = [each.name for each in directory.affiliations(session, nominee, now.date())]
    facts = {"nominee": nominee.display_name, "proposed_by": nomination.by.display_name, "affiliations": affiliations}
    _enter(session, "nomination.accepted", nomination, by=nominee.display_name, now=now, **facts)
    return nomination


def decline(session: Session, nomination_id: int, *, by: Person, now: datetime) -> Nomination:
    """Decline a nomination of oneself; nobody but the nominee, the proposer and the officials learns of it."""
    nomination = records.locked_nomination(session, nomination_id)
    records.require_own(nomination, by)
    _move(nomination, S.DECLINED)
    nomination.answered_at = now
    _enter(session, "nomination.declined", nomination, by="the nominee", now=now)
    return nomination


def withdraw(session: Session, nomination_id: int, why: str, *, by: Person, now: datetime) -> Nomination:
    """Withdraw one's candidacy in any phase before the certificate; `why` is public and may be empty.

    Once the ballots are made the name stays on them, and the count leaves it out; while voting runs, voters are told.
    """
    nomination = records.locked_nomination(session, nomination_id)
    records.require_own(nomination, by)
    election = nomination.contest.election
    if election.phase in FINAL:
        raise Conflict(_("This election is over: nobody can withdraw from it any more."), code="wrong-phase")
    _move(nomination, S.WITHDRAWN)
    nomination.withdrawn_at = now
    nomination.withdrawn_why = one_line(why, _("The reason"), LONGEST_REASON) if why.strip() else None
    candidate = candidate_of(session, nomination)
    if candidate is not None and election.phase not in BEFORE_KEYS:
        candidate.withdrawn_at = now
    facts = {"nominee": by.display_name, "why": nomination.withdrawn_why, "on_ballot": candidate is not None}
    _enter(session, "nomination.withdrawn", nomination, by=by.display_name, now=now, **facts)
    if candidate is not None and election.phase is Phase.VOTING:
        words = {"candidate": candidate.name, "contest": nomination.contest.title, "why": nomination.withdrawn_why}
        cycle = records.cycle_of(session, election)
        mailing.tell_withdrawn(session, cycle, election, words, now=now, number=nomination.id)
    return nomination


def candidate_of(session: Session, nomination: Nomination) -> Candidate | None:
    """Return the nominee's place on the ballot, if the ballots are made and they are on them."""
    wanted = select(Candidate).where(
        Candidate.contest_id == nomination.contest_id, Candidate.person_id == nomination.person_id
    )
    return session.execute(wanted).scalar_one_or_none()


def write_statement(session: Session, nomination_id: int, text: str, *, by: Person, now: datetime) -> Nomination:
    """Write one's statement in Markdown, until the campaign ends; it goes on the ballot as it then stands."""
    nomination = records.locked_nomination(session, nomination_id)
    records.require_own(nomination, by)
    _require_state(nomination, S.ACCEPTED)
    if nomination.contest.election.phase not in STATEMENTS_OPEN:
        raise Conflict(_("Statements can be changed only until the campaign ends."), code="wrong-phase")
    nomination.statement = paragraphs(text, _("The statement"), LONGEST_STATEMENT, optional=True)
    facts = {"nominee": by.display_name, "sha256": sha256(nomination.statement.encode()).hexdigest()}
    _enter(session, "statement.written", nomination, by=by.display_name, now=now, **facts)
    return nomination


def endorse(session: Session, nomination_id: int, *, by: Person, now: datetime) -> Endorsement:
    """Endorse a nomination, in public; one's own cannot be endorsed, nor one twice."""
    nomination = records.locked_nomination(session, nomination_id)
    _require_state(nomination, S.ACCEPTED)
    records.require_open(session, nomination.contest.election)
    members.require_member(session, nomination.contest.election, by, now.date())
    if nomination.person_id == by.id:
        raise Forbidden(_("Nobody endorses themselves."), code="own-nomination")
    if endorsements.endorsement_of(session, nomination, by) is not None:
        raise Conflict(_("You endorse this nomination already."), code="endorsed")
    endorsement = Endorsement(nomination=nomination, person=by, at=now)
    session.add(endorsement)
    facts = {"nominee": nomination.person.display_name}
    _enter(session, "nomination.endorsed", nomination, by=by.display_name, now=now, **facts)
    return endorsement


def take_back(session: Session, nomination_id: int, *, by: Person, now: datetime) -> Endorsement:
    """Take back one's endorsement while nominations are open."""
    nomination = records.locked_nomination(session, nomination_id)
    records.require_open(session, nomination.contest.election)
    endorsement = endorsements.endorsement_of(session, nomination, by)
    if endorsement is None:
        raise Conflict(_("You do not endorse this nomination."), code="not-endorsed")
    endorsement.taken_back_at = now
    facts = {"nominee": nomination.person.display_name}
    _enter(session, "nomination.endorsement_taken_back", nomination, by=by.display_name, now=now, **facts)
    return endorsement


def _move(nomination: Nomination, to: NominationState) -> None:
    """Change the state by the one door; raise Conflict, which says where the nomination stands, if there is no step."""
    try:
        nomination.state = advance(nomination.state, to)
    except IllegalTransition as error:
        raise _elsewhere(nomination) from error


def _require_state(nomination: Nomination, state: NominationState) -> None:
    if nomination.state is not state:
        raise _elsewhere(nomination)


def _elsewhere(nomination: Nomination) -> Conflict:
    return Conflict(
        {
            S.PROPOSED: _("This nomination has not been accepted."),
            S.ACCEPTED: _("This nomination is accepted already."),
            S.DECLINED: _("This nomination was declined."),
            S.WITHDRAWN: _("This nomination was withdrawn."),
        }[nomination.state],
        code=f"nomination-{nomination.state}",
    )


def _enter(session: Session, act: str, nomination: Nomination, *, by: str, now: datetime, **facts: Any) -> None:
    """Enter an act about a nomination into the public register; this flushes what was changed."""
    about = {"nomination": nomination.id, "contest": nomination.contest.title, **facts}
    about_election = subject(nomination.contest.election)
    register.enter(session, act=act, by=by, now=now, subject=about_election, facts=about)
