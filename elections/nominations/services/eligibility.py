"""Eligibility: what the rules ask of a nominee, found line by line, and the officials' decision with its reason."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from elections.cycles.rules import ElectionRules
from elections.lifecycle import Phase
from elections.models import Election, ElectorateKind
from elections.nominations.interests import require_not_own, require_office
from elections.nominations.lifecycle import NominationState
from elections.nominations.models import EligibilityDecision, Nomination
from elections.nominations.services import endorsements, letters, members, records
from elections.nominations.texts import paragraphs
from elections.services.setup import subject
from elections.services.wording import require_sentence
from foundation.accounts.models import Person
from foundation.core import clock, register
from foundation.core.errors import Conflict
from membership import directory
from membership.directory import Backing

LONGEST_REASON = 1000


@dataclass(frozen=True, slots=True)
class FindingLine:
    """One thing that a clause of the rules asks, and what was found."""

    clause: str
    asks: str
    found: str
    met: bool


@dataclass(frozen=True, slots=True)
class EligibilityFinding:
    """Whether a nominee is all that the rules ask on a day, with every line that was looked at."""

    met: bool
    on: date
    lines: tuple[FindingLine, ...]


def judged_on(session: Session, election: Election, now: datetime) -> date:
    """Return the day as of which nominees are judged: the day nominations close, or today if that is earlier."""
    return min(now, records.cycle_of(session, election).nominations_close_at).date()


def finding(session: Session, nomination: Nomination, on: date) -> EligibilityFinding:
    """Ask the rules and the directory whether the nominee can be elected, as of a day."""
    rules = records.rules(session, nomination.contest.election)
    lines = [*_membership(session, nomination, rules, on), *_contributions(session, nomination, rules, on)]
    lines += [_endorsed(session, nomination, on), *_affiliated(session, nomination, rules, on)]
    return EligibilityFinding(all(line.met for line in lines), on, tuple(lines))


def _membership(session: Session, nomination: Nomination, rules: ElectionRules, on: date) -> list[FindingLine]:
    clause, needed = rules.candidates.clause, rules.candidates.membership_days
    election = nomination.contest.election
    held = members.backings(session, election, nomination.person, on)
    good = sorted((each for each in held if each.is_good), key=lambda each: each.since)
    if election.electorate is ElectorateKind.CORPORATE:
        asks = _("Speaks for a corporate member in good standing on %(on)s", on=on.isoformat())
    else:
        asks = _("An individual member in good standing on %(on)s", on=on.isoformat())
    days = (on - good[0].since).days if good else 0
    return [
        FindingLine(clause, asks, _found(held), bool(good)),
        FindingLine(
            clause,
            _("A member for at least %(days)s days by then", days=needed),
            _("Since %(since)s: %(days)s days", since=good[0].since.isoformat(), days=days) if good else _("Not one"),
            bool(good) and days >= needed,
        ),
    ]


def _found(held: list[Backing]) -> str:
    if not held:
        return str(_("No such membership"))
    return "; ".join(f"{each.name}: {each.status.replace('_', ' ')}" for each in held)


def _contributions(session: Session, nomination: Nomination, rules: ElectionRules, on: date) -> list[FindingLine]:
    contest = rules.contest(nomination.contest.kind or "")
    if contest.standing is None:
        return []
    asked = contest.standing
    rule = directory.standing_rule(asked.minimum, asked.months, asked.kinds, contest.project)
    found = directory.standing(session, nomination.person, rule, on).finding
    words = {"project": contest.project or _("any project"), "needed": found.needed, "since": found.since.isoformat()}
    asks = _("At least %(needed)s contributions to %(project)s since %(since)s", **words)
    return [FindingLine(contest.clause, asks, _("%(count)s count", count=found.counted), found.met)]


def _endorsed(session: Session, nomination: Nomination, on: date) -> FindingLine:
    tally = endorsements.tally(session, nomination, on)
    rule = {"needed": tally.needed, "most": tally.most}
    asks = _("Endorsements that count: at least %(needed)s, of one control group at most %(most)s", **rule)
    words = {"counted": tally.counted, "given": len(tally.lines)}
    return FindingLine(tally.clause, asks, _("%(counted)s of %(given)s count", **words), tally.missing == 0)


def _affiliated(session: Session, nomination: Nomination, rules: ElectionRules, on: date) -> list[FindingLine]:
    if rules.cap is None:
        return []
    held = directory.affiliations(session, nomination.person, on)
    claims = [each.name for each in held if each.organization is None]
    asks = _("Every organization named is one of the register, so that seats of a control group can be counted")
    found = _("Not linked yet: %(names)s", names=", ".join(claims)) if claims else _("All are")
    return [FindingLine(rules.cap.clause, asks, found, not claims)]


def decide(
    session: Session, nomination_id: int, eligible: bool, reason: str, *, by: Person, now: datetime
) -> EligibilityDecision:
    """Decide once, between the close of nominations and the freezing of the roll, whether a nominee can be elected.

    What the rules ask and was not found, no official can grant: two do on appeal, where the records are wrong.
    """
    nomination = records.locked_nomination(session, nomination_id)
    election = nomination.contest.election
    require_office(session, election, by)
    require_not_own(session, by, nomination.person, on=now.date())
    _require_decidable(session, nomination)
    require_sentence(reason.strip())
    found = finding(session, nomination, judged_on(session, election, now))
    if eligible and not found.met:
        missing = "; ".join(f"{line.clause}: {line.asks}" for line in found.lines if not line.met)
        raise Conflict(_("The rules are not met (%(missing)s).", missing=missing), code="rules-not-met")
    return record(session, nomination, eligible, reason, by=by, now=now)


def _require_decidable(session: Session, nomination: Nomination) -> None:
    election = nomination.contest.election
    if nomination.state is not NominationState.ACCEPTED:
        raise Conflict(_("Only an accepted nomination is decided on."), code="not-accepted")
    closes = records.cycle_of(session, election).nominations_close_at
    if election.phase is Phase.NOMINATIONS and clock.database_now(session) < closes:
        sentence = _("Eligibility is decided when nominations have closed: until then endorsements come and go.")
        raise Conflict(sentence, code="nominations-open")
    if election.phase not in {Phase.NOMINATIONS, Phase.CAMPAIGN}:
        raise Conflict(_("Eligibility is decided before the roll is frozen."), code="wrong-phase")
    if records.decision(nomination) is not None:
        sentence = _("This was decided already. Only an appeal can change it.")
        raise Conflict(sentence, code="decided-already")


def record(
    session: Session, nomination: Nomination, eligible: bool, reason: str, *, by: Person, now: datetime
) -> EligibilityDecision:
    """Enter a decision that was taken, by an official or on appeal: it stands until a newer one does.

    The caller holds the election's lock and has seen to it that `by` may decide.
    """
    reason = paragraphs(reason, _("The reason"), LONGEST_REASON)
    decision = EligibilityDecision(nomination=nomination, eligible=eligible, reason=reason, by=by, at=now)
    session.add(decision)
    session.flush()
    facts = {
        "nomination": nomination.id,
        "contest": nomination.contest.title,
        "nominee": nomination.person.display_name,
        "eligible": eligible,
        "reason": reason,
    }
    about = subject(nomination.contest.election)
    register.enter(session, act="eligibility.decided", by=by.display_name, now=now, subject=about, facts=facts)
    letters.tell_decided(session, nomination, decision, now=now)
    return decision
