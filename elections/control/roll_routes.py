"""Endpoints about the roll and the lot."""

from __future__ import annotations

from elections.control.blueprint import bearer, bp, election_of
from elections.control.candidacy_schemas import Commitment, CommitmentFacts, LotName, Secret
from elections.control.election_routes import Facts, done, run_by_bearer
from elections.control.schemas import Count, ElectionFacts, TwinFacts, VoterFacts
from elections.electorate.services import building, freezing
from elections.lots import services as lots
from elections.lots.models import LotCommitment
from elections.models import Voter
from elections.pages import listing
from elections.services import twins
from elections.services.twins import Twin
from foundation.core import clock
from foundation.core.access import Permission, requires
from foundation.core.db import db


@bp.get("/elections/<uuid>/roll")
@requires(Permission.CREDENTIALS_ISSUE)
@bp.response(200, VoterFacts(many=True))
def take_roll(uuid: str) -> list[Voter]:
    """Return the roll, for the registrar to make credentials for."""
    return list(listing.voters(db.session, run_by_bearer(uuid)))


@bp.post("/elections/<uuid>/roll")
@requires(Permission.ELECTIONS_RUN)
@bp.response(200, Count)
def build_roll(uuid: str) -> dict[str, int]:
    """Build the roll from the directory; again, as often as wanted, until it is frozen."""
    count = building.build(db.session, election_of(uuid), by=bearer(), now=clock.now())
    db.session.commit()
    return {"count": count}


@bp.post("/elections/<uuid>/roll/freezing")
@requires(Permission.ELECTIONS_RUN)
@bp.response(200, ElectionFacts)
def freeze_roll(uuid: str) -> Facts:
    """Freeze the roll: nothing changes it afterwards."""
    freezing.freeze(db.session, election_of(uuid).uuid, by=bearer(), now=clock.now())
    return done(uuid)


@bp.get("/elections/<uuid>/merged-voters")
@requires(Permission.ELECTIONS_RUN)
@bp.response(200, TwinFacts(many=True))
def list_merged_voters(uuid: str) -> list[Twin]:
    """List the voters who turned out to be one since the roll was frozen; it is for officials, and not public."""
    return twins.of(db.session, run_by_bearer(uuid))


@bp.get("/elections/<uuid>/lots")
@requires(Permission.ELECTIONS_RUN)
@bp.response(200, CommitmentFacts(many=True))
def list_lots(uuid: str) -> list[LotCommitment]:
    """List the commitments to the lot, and what was revealed."""
    return lots.commitments(db.session, election_of(uuid))


@bp.get("/elections/<uuid>/lots/name")
@requires(Permission.ELECTIONS_RUN)
@bp.response(200, LotName)
def name_for_lot(uuid: str) -> dict[str, str]:
    """Say under which name the token's owner commits; the commitment covers it (SPEC 8.3)."""
    return {"name": lots.name_for(db.session, election_of(uuid), bearer())}


@bp.post("/elections/<uuid>/lots")
@requires(Permission.ELECTIONS_RUN)
@bp.arguments(Commitment)
@bp.response(201, CommitmentFacts)
def commit_to_lot(given: dict[str, str], uuid: str) -> LotCommitment:
    """Publish a commitment to a secret, before the key ceremony."""
    made = lots.commit(db.session, election_of(uuid).uuid, given["commitment"], by=bearer(), now=clock.now())
    db.session.commit()
    return made


@bp.put("/elections/<uuid>/lots")
@requires(Permission.ELECTIONS_RUN)
@bp.arguments(Secret)
@bp.response(200, CommitmentFacts)
def reveal_lot(given: dict[str, str], uuid: str) -> LotCommitment:
    """Reveal the secret that was committed to, after the close."""
    made = lots.reveal(db.session, election_of(uuid).uuid, given["secret"], by=bearer(), now=clock.now())
    done(uuid)
    return made
