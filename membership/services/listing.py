"""The directory's copy of a membership: made again after every change, from what its party lets be seen."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from foundation.accounts.models import Person
from membership.models.affiliations import Affiliation, DisputeState
from membership.models.memberships import DirectoryEntry, Membership
from membership.models.parties import Party, Visibility
from membership.rules.names import name_key, search_words
from membership.rules.standing_status import FINAL, TURNS, EventKind, block
from membership.services.standing_now import events_of, terms_of

LONGEST_NAME = 200
SEEN_BY = {
    "public_words": frozenset({Visibility.EVERYONE}),
    "member_words": frozenset({Visibility.EVERYONE, Visibility.MEMBERS}),
}


def list_party(session: Session, party: Party, *, now: datetime) -> None:
    """Make the party's entry again, if it has a membership."""
    membership = session.execute(select(Membership).where(Membership.party_id == party.id)).scalar_one_or_none()
    if membership is not None:
        list_membership(session, membership, now=now)


def list_anew(session: Session, person: Person, now: datetime) -> bool:
    """Make a person's entry again under their new name; the directory says no more in public than they let it."""
    party = session.execute(select(Party).where(Party.person_id == person.id)).scalar_one_or_none()
    if party is not None:
        list_party(session, party, now=now)
    return False


def list_membership(session: Session, membership: Membership, *, now: datetime) -> None:
    """Make the entry of a membership again."""
    session.flush()
    session.refresh(membership, ["terms", "events"])
    values = entry_of(session, membership, now.date())
    session.execute(
        insert(DirectoryEntry)
        .values(membership_id=membership.id, **values)
        .on_conflict_do_update(index_elements=["membership_id"], set_=values),
        execution_options={"synchronize_session": False},
    )


def entry_of(session: Session, membership: Membership, on: date) -> dict[str, Any]:
    """Return what the directory holds of a membership as seen on the day."""
    party = membership.party
    good_from, good_until = _good_standing(membership, on)
    words = {column: _words(session, party, seen, on) for column, seen in SEEN_BY.items()}
    return {
        "member_class": membership.member_class,
        "name": party.name[:LONGEST_NAME],
        "sort_key": name_key(party.name)[:400],
        "visibility": party.name_visibility,
        "good_from": good_from,
        "good_until": good_until,
        **words,
    }


def _words(session: Session, party: Party, seen: frozenset[Visibility], on: date) -> str:
    """Return the words by which somebody who may see fields of these visibilities finds the party."""
    if party.name_visibility not in seen:
        return ""
    texts = [party.name]
    session.refresh(party, ["profile"])
    texts += [entry.value for entry in party.profile if entry.visibility in seen]
    if party.person_id is not None:
        texts += [
            each.organization_name for each in affiliations_on(session, party.person_id, on) if each.visibility in seen
        ]
    return search_words(" ".join(texts))


def affiliations_on(session: Session, person_id: int, on: date) -> list[Affiliation]:
    """Return the person's affiliations that hold on the day, but those an officer found false."""
    wanted = select(Affiliation).where(
        Affiliation.person_id == person_id,
        Affiliation.from_on <= on,
        or_(Affiliation.until_on.is_(None), on < Affiliation.until_on),
        or_(Affiliation.dispute.is_(None), Affiliation.dispute != DisputeState.UPHELD),
    )
    return list(session.execute(wanted.order_by(Affiliation.id)).scalars())


def _good_standing(membership: Membership, on: date) -> tuple[date | None, date | None]:
    """Return the days between which the membership is in good standing, as far as is known today."""
    turning = [each for each in events_of(membership) if each.kind in TURNS]
    last = turning[-1] if turning else None
    terms = terms_of(membership)
    if last is not None and last.kind is EventKind.READMITTED:
        terms = [term for term in terms if term.from_on >= last.on]
    ends_late = last is not None and last.kind is EventKind.SUSPENDED and last.until is not None
    ended = any(event.kind in FINAL for event in turning)
    if not terms or ended or (block(turning, on) is not None and not ends_late):
        return None, None
    begins, ends = min(term.from_on for term in terms), max(term.grace_until for term in terms)
    if last is not None and last.until is not None:
        begins = max(begins, last.until)
    return (begins, ends) if begins < ends else (None, None)
