"""The one door through which a sponsorship changes its state, and what the public register says of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from foundation.accounts.models import Person
from foundation.core import register
from membership.sponsorship.models.sponsorships import Sponsorship, SponsorshipEvent
from membership.sponsorship.rules.lifecycle import HOLDS_A_PLACE, SponsorshipState, advance
from membership.sponsorship.services.refusals import in_words

SERVER = "the server"


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts: the name in our own record, the name in the public register, and the person.

    A record that only grows keeps a person's number, not the name: it is shown as the person is named now.
    """

    name: str
    public_name: str
    person: Person | None = None

    @property
    def person_id(self) -> int | None:
        """The person's number, if a person acts."""
        return self.person.id if self.person else None


THE_SERVER = Actor(SERVER, SERVER)


def officer(person: Person) -> Actor:
    """An officer acts under their name, for everyone to see."""
    return Actor(f"person:{person.id}", person.display_name, person)


def for_company(person: Person, organization_id: int) -> Actor:
    """Whoever acts for a company stands in the company's record; the register names the company by its number."""
    return Actor(f"person:{person.id}", f"organization:{organization_id}", person)


def begin(session: Session, sponsored: Sponsorship, *, by: Actor, now: datetime) -> None:
    """Store a new sponsorship with its first event."""
    session.add(sponsored)
    session.flush()
    _record(session, sponsored, came_from=None, by=by, now=now, reason="")
    _enter(session, sponsored, by=by, now=now, facts={})


def step(
    session: Session,
    sponsored: Sponsorship,
    to: SponsorshipState,
    *,
    by: Actor,
    now: datetime,
    reason: str = "",
    facts: Mapping[str, object] | None = None,
) -> None:
    """Take the sponsorship from one state to the next, keep who did it and why, and enter it in the register.

    The caller holds the row's lock. The reason stays with the sponsorship; the register gets `facts` alone.
    """
    came_from = sponsored.state
    with in_words():
        sponsored.state = advance(came_from, to)
    if to not in HOLDS_A_PLACE:
        sponsored.place = None
    sponsored.version += 1
    session.flush()
    _record(session, sponsored, came_from=came_from, by=by, now=now, reason=reason)
    _enter(session, sponsored, by=by, now=now, facts=facts or {})


def _record(
    session: Session,
    sponsored: Sponsorship,
    *,
    came_from: SponsorshipState | None,
    by: Actor,
    now: datetime,
    reason: str,
) -> None:
    session.add(
        SponsorshipEvent(
            sponsorship_id=sponsored.id,
            from_state=came_from.value if came_from else None,
            to_state=sponsored.state.value,
            at=now,
            by=by.name,
            person_id=by.person_id,
            reason=reason,
        )
    )
    session.flush()


def _enter(session: Session, sponsored: Sponsorship, *, by: Actor, now: datetime, facts: Mapping[str, object]) -> None:
    """A company that never became a sponsor is named nowhere: until its contract is signed it is a number."""
    register.enter(
        session,
        act=f"sponsorship.{sponsored.state.value}",
        by=by.public_name,
        now=now,
        subject=f"sponsorship:{sponsored.id}",
        facts=facts,
    )
