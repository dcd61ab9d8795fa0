"""What the committee looks at before it decides: who the party is, what it did, and whether the reader may decide."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from foundation.accounts.models import Person
from membership.models.affiliations import Affiliation
from membership.models.agreements import Signature
from membership.models.applications import Application
from membership.models.memberships import Membership
from membership.models.parties import Party
from membership.pages import committee_lists
from membership.rules.admission import ApplicationState
from membership.rules.standing import Contribution
from membership.rules.standing_status import Status
from membership.services import admitting, agreeing, controlling, deciding, listing, participating, ties
from membership.services.standing_now import status_of

NEWEST = 10


@dataclass(frozen=True, slots=True)
class Evidence:
    """The facts about an application."""

    affiliations: Sequence[Affiliation]
    contributions: Sequence[Contribution]
    group: Sequence[str]
    namesakes: Sequence[Party]
    earlier: Membership | None
    conflict: str
    gone: str


@dataclass(frozen=True, slots=True)
class MembershipFacts:
    """The facts about a membership."""

    status: Status
    signatures: Sequence[Signature]
    affiliations: Sequence[Affiliation]
    group: Sequence[str]
    namesakes: Sequence[Party]
    conflict: str


def about(session: Session, application: Application, reader: Person, now: datetime) -> Evidence:
    """Return the facts about an application, and the sentence why this reader must not decide, if there is one."""
    party = application.party
    conflict = ties.conflict_of(session, reader, party, now)
    if not conflict and application.applicant_id == reader.id:
        conflict = str(_("Nobody decides about an application they made themselves."))
    if not conflict and application.state is ApplicationState.APPEALED and application.decider_id == reader.id:
        conflict = str(_("You declined this application. Somebody else must decide the appeal."))
    return Evidence(
        _affiliations(session, party, now),
        participating.contributions_of(session, party.person_id, limit=NEWEST) if party.person_id else [],
        _group(session, party, now),
        committee_lists.namesakes(session, party),
        admitting.membership_of(session, party),
        conflict,
        deciding.gone_in_words() if deciding.is_gone(party) else "",
    )


def about_membership(session: Session, membership: Membership, reader: Person, now: datetime) -> MembershipFacts:
    """Return the facts about a membership."""
    party = membership.party
    return MembershipFacts(
        status_of(membership, now.date()),
        agreeing.signatures_of(session, party),
        _affiliations(session, party, now),
        _group(session, party, now),
        committee_lists.namesakes(session, party),
        ties.conflict_of(session, reader, party, now),
    )


def _affiliations(session: Session, party: Party, now: datetime) -> Sequence[Affiliation]:
    return listing.affiliations_on(session, party.person_id, now.date()) if party.person_id else []


def _group(session: Session, party: Party, now: datetime) -> Sequence[str]:
    return controlling.group_names(session, party.organization_id, now.date()) if party.organization_id else []
