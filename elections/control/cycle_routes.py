"""Endpoints about the rules and about cycles."""

from __future__ import annotations

from typing import Any

from sqlalchemy.orm import Session

from elections.control.blueprint import bearer, bp
from elections.control.cycle_schemas import CycleFacts, NewCycleBody, NewDates, NewExtension, NewRules, Once, RulesFacts
from elections.control.schemas import Reason
from elections.cycles.dates import ANYWHERE_ON_EARTH, Dates
from elections.cycles.models import Cycle, RulesVersion
from elections.cycles.services import catalogue, course, drafting, extending, redating, rules_in_force
from elections.cycles.services.drafting import NewCycle
from elections.models import TrusteeKind
from elections.services import once
from elections.services.once import Sent
from elections.services.setup import NewTrustee
from foundation.accounts.services import joining
from foundation.core import clock
from foundation.core.access import Permission, public, requires
from foundation.core.db import db
from foundation.core.programs import ID

SERVER = "The election server"
CYCLE = f"/cycles/{ID.format('number')}"


@bp.get("/rules")
@public
@bp.response(200, RulesFacts)
def show_rules() -> RulesVersion:
    """Return the election rules in force."""
    return rules_in_force.rules_in_force(db.session)


@bp.post("/rules")
@requires(Permission.ELECTIONS_RUN)
@bp.arguments(NewRules)
@bp.response(201, RulesFacts)
def adopt_rules(given: dict[str, str]) -> RulesVersion:
    """Put a rules file in force for the cycles that begin from now on."""
    adopted = rules_in_force.adopt_rules(db.session, given["text"], by=bearer(), now=clock.now())
    db.session.commit()
    return adopted


@bp.post("/cycles")
@requires(Permission.ELECTIONS_RUN)
@bp.arguments(NewCycleBody)
@bp.arguments(Once, location="headers")
@bp.response(201, CycleFacts)
def draft_cycle(given: dict[str, Any], named: dict[str, str]) -> Cycle:
    """Begin a cycle under the rules in force, with one election for each electorate.

    With an Idempotency-Key the same body sent again is answered with the cycle that was drafted the first time.
    """
    sent = Sent.of(bearer(), named["key"] and f"program {named['key']}", given)
    before = once.earlier(db.session, sent)
    if before is not None and before.cycle is not None:
        return before.cycle
    made = drafting.draft(db.session, _new_cycle(db.session, given), by=bearer(), now=clock.now())
    once.keep(db.session, sent, made, now=clock.now())
    db.session.commit()
    return made


def _new_cycle(session: Session, given: dict[str, Any]) -> NewCycle:
    people = [joining.person_of(session, address) for address in given["trustees"]]
    return NewCycle(
        title=given["title"],
        contests=given["contests"],
        dates=_dates(given),
        trustees=[
            NewTrustee(SERVER, kind=TrusteeKind.SERVER),
            *(NewTrustee(person.display_name, person) for person in people),
        ],
        credential_source=given["credential_source"],
        anywhere_on_earth=given["anywhere_on_earth"],
        demonstration=given["demonstration"],
    )


def _dates(given: dict[str, Any]) -> Dates:
    return Dates(
        given["nominations_open_at"],
        given["nominations_close_at"],
        given["voting_opens_at"],
        given["voting_closes_at"],
        zone=ANYWHERE_ON_EARTH if given["anywhere_on_earth"] else given["zone"],
        complaint_days=given["complaint_days"],
    )


@bp.put(f"{CYCLE}/dates")
@requires(Permission.ELECTIONS_RUN)
@bp.arguments(NewDates)
@bp.response(200, CycleFacts)
def redate_cycle(given: dict[str, Any], number: int) -> Cycle:
    """Give a draft other dates; those of a cycle that is announced can only be extended."""
    return _done(redating.redate(db.session, number, _dates(given), by=bearer(), now=clock.now()))


@bp.get(CYCLE)
@requires(Permission.ELECTIONS_RUN)
@bp.response(200, CycleFacts)
def show_cycle(number: int) -> Cycle:
    """Return a cycle's dates and elections."""
    return catalogue.find(db.session, number)


@bp.post(f"{CYCLE}/announcement")
@requires(Permission.ELECTIONS_RUN)
@bp.response(200, CycleFacts)
def announce_cycle(number: int) -> Cycle:
    """Announce a drafted cycle to the members concerned."""
    announced = course.announce(db.session, number, by=bearer(), now=clock.now())
    return _done(announced)


@bp.post(f"{CYCLE}/extensions")
@requires(Permission.ELECTIONS_RUN)
@bp.arguments(NewExtension)
@bp.response(200, CycleFacts)
def extend_cycle(given: dict[str, Any], number: int) -> Cycle:
    """Extend a period, as far as the rules allow."""
    period, until = given.pop("period"), given.pop("until")
    extending.extend(db.session, number, period, until, by=bearer(), now=clock.now(), **given)
    return _done(catalogue.find(db.session, number))


@bp.post(f"{CYCLE}/annulment")
@requires(Permission.ELECTIONS_RUN)
@bp.arguments(Reason)
@bp.response(200, CycleFacts)
def annul_cycle(given: dict[str, str], number: int) -> Cycle:
    """Annul all of a cycle's elections that are not over."""
    return _done(course.annul(db.session, number, given["reason"], by=bearer(), now=clock.now()))


def _done(cycle: Cycle) -> Cycle:
    db.session.commit()
    db.session.refresh(cycle)
    return cycle
