"""Endpoints about nominations and eligibility, and about appeals."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from flask import Response

from elections.control.blueprint import bearer, bp, election_of
from elections.control.candidacy_schemas import (
    AppealFacts,
    FindingFacts,
    NewDecision,
    NewVerdict,
    NominationFacts,
    Nominee,
)
from elections.control.election_routes import run_by_bearer
from elections.electorate.models import Appeal
from elections.electorate.services import appealing
from elections.nominations import interests
from elections.nominations.models import Nomination
from elections.nominations.services import eligibility, nominating, records
from elections.nominations.services.eligibility import EligibilityFinding
from foundation.accounts.addresses import canonical_address
from foundation.accounts.services import joining
from foundation.core import clock
from foundation.core.access import Permission, requires, signed_in
from foundation.core.db import db
from foundation.core.programs import ID

CONTEST = f"/contests/{ID.format('number')}"
NOMINATION = f"/nominations/{ID.format('number')}"
APPEAL = f"/appeals/{ID.format('number')}"
View = TypeVar("View", bound=Callable[..., Any])
ASKED: Callable[[View], View] = bp.alt_response(202, description="Whoever has this address, if anybody, is asked.")


@bp.get("/elections/<uuid>/nominations")
@requires(Permission.ELECTIONS_RUN)
@bp.response(200, NominationFacts(many=True))
def list_nominations(uuid: str) -> list[Nomination]:
    """List the accepted nominations of an election."""
    contests = election_of(uuid).contests
    return [one for contest in contests for one in records.accepted(db.session, contest)]


@bp.post(f"{CONTEST}/nominations")
@signed_in
@bp.arguments(Nominee)
@bp.response(201, NominationFacts)
@ASKED
def nominate(given: dict[str, str], number: int) -> Nomination | Response:
    """Nominate somebody for a contest, as the member that the token's owner is: oneself, or another by an address.

    Another is asked by mail and stands only on accepting. Whether anybody has an account with the address is not told.
    """
    by, made = bearer(), None
    if joining.person_or_none(db.session, canonical_address(given["address"])) is by:
        made = nominating.propose(db.session, number, by, by=by, now=clock.now())
    else:
        nominating.propose_by_address(db.session, number, given["address"], by=by, now=clock.now())
    db.session.commit()
    return made or Response(status=202)


@bp.get(f"{NOMINATION}/finding")
@requires(Permission.ELECTIONS_RUN)
@bp.response(200, FindingFacts)
def find_eligibility(number: int) -> EligibilityFinding:
    """Say line by line what the rules ask of a nominee and what was found."""
    nomination, now = records.nomination(db.session, number), clock.now()
    interests.require_office(db.session, nomination.contest.election, bearer())
    on = eligibility.judged_on(db.session, nomination.contest.election, now)
    return eligibility.finding(db.session, nomination, on)


@bp.post(f"{NOMINATION}/decisions")
@requires(Permission.ELECTIONS_RUN)
@bp.arguments(NewDecision)
@bp.response(201, NominationFacts)
def decide_eligibility(given: dict[str, Any], number: int) -> Nomination:
    """Decide whether a nominee can be elected."""
    eligibility.decide(db.session, number, given["eligible"], given["reason"], by=bearer(), now=clock.now())
    db.session.commit()
    return records.nomination(db.session, number)


@bp.get("/elections/<uuid>/appeals")
@requires(Permission.ELECTIONS_RUN)
@bp.response(200, AppealFacts(many=True))
def list_appeals(uuid: str) -> list[Appeal]:
    """List an election's appeals, those that wait first."""
    return list(appealing.appeals(db.session, run_by_bearer(uuid)))


@bp.post(f"{APPEAL}/verdicts")
@requires(Permission.ELECTIONS_RUN)
@bp.arguments(NewVerdict)
@bp.response(201, AppealFacts)
def decide_appeal(given: dict[str, Any], number: int) -> Appeal:
    """Give one official's verdict on an appeal; two of the same kind decide it."""
    verdict = appealing.decide(db.session, number, given["upheld"], given["reason"], by=bearer(), now=clock.now())
    db.session.commit()
    return verdict.appeal
