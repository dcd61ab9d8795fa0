"""Endpoints about one election: how it stands, and each step an official or the registrar takes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select

from elections.control.blueprint import bearer, bp, election_of
from elections.control.schemas import Count, ElectionFacts, ElectionLine, File, Opening, Reason
from elections.cycles.services import course
from elections.models import Election
from elections.nominations import interests
from elections.services import ceremony, credentials, progress, roll, voting
from foundation.core import clock, jobs
from foundation.core.access import Permission, requires, signed_in
from foundation.core.db import db

MOST_LISTED = 500


@dataclass(frozen=True, slots=True)
class Facts:
    """An election, with what is counted for whoever asks how it stands."""

    election: Election
    voters: int
    without_credential: int
    waits_for: list[str]

    def __getattr__(self, name: str) -> Any:
        """Tell of the election itself what is not told here."""
        return getattr(self.election, name)


def facts_of(election: Election) -> Facts:
    """Return what the interface tells of an election."""
    waiting = progress.what_waits(db.session, election)
    names = [trustee.name for trustee in waiting.trustees] if waiting else []
    voters, missing = roll.size(db.session, election), credentials.missing(db.session, election)
    return Facts(election, voters, missing, names)


def run_by_bearer(uuid: str) -> Election:
    """Return the election an address names, or raise Forbidden when the token's owner stands in it."""
    election = election_of(uuid)
    interests.require_office(db.session, election, bearer())
    return election


def done(uuid: str) -> Facts:
    """Commit what was done, let the server go on with its own part, and return how the election stands."""
    db.session.commit()
    jobs.enqueue("elections.advance", uuid)
    election = election_of(uuid)
    db.session.refresh(election)
    return facts_of(election)


@bp.get("/elections")
@signed_in
@bp.response(200, ElectionLine(many=True))
def list_elections() -> list[Election]:
    """List the elections, the newest first."""
    wanted = select(Election).order_by(Election.created_at.desc(), Election.uuid).limit(MOST_LISTED)
    return list(db.session.execute(wanted).scalars())


@bp.get("/elections/<uuid>")
@signed_in
@bp.response(200, ElectionFacts)
def show_election(uuid: str) -> Facts:
    """Say how an election stands and what it waits for."""
    return facts_of(election_of(uuid))


@bp.post("/elections/<uuid>/credentials")
@requires(Permission.ELECTIONS_RUN)
@bp.response(200, Count)
def issue_credentials(uuid: str) -> dict[str, int]:
    """Let the server make the missing credentials, where the election says that it does."""
    election = run_by_bearer(uuid)
    issued = credentials.issue_by_server(db.session, election, by=bearer().display_name, now=clock.now())
    db.session.commit()
    return {"count": issued}


@bp.put("/elections/<uuid>/credentials")
@requires(Permission.CREDENTIALS_ISSUE)
@bp.arguments(File)
@bp.response(200, Count)
def bring_credentials(given: dict[str, str], uuid: str) -> dict[str, int]:
    """Bring the registrar's public credentials, for all voters once each."""
    election, data = run_by_bearer(uuid), given["content"].encode()
    brought = credentials.accept_from_registrar(db.session, election, data, by=bearer().display_name, now=clock.now())
    db.session.commit()
    return {"count": brought}


@bp.post("/elections/<uuid>/ceremony")
@requires(Permission.ELECTIONS_RUN)
@bp.response(200, ElectionFacts)
def begin_ceremony(uuid: str) -> Facts:
    """Begin the key ceremony, which freezes the manifest."""
    ceremony.begin(db.session, run_by_bearer(uuid).uuid, by=bearer().display_name, now=clock.now())
    return done(uuid)


@bp.post("/elections/<uuid>/keys")
@requires(Permission.ELECTIONS_RUN)
@bp.response(200, ElectionFacts)
def finish_ceremony(uuid: str) -> Facts:
    """Combine the trustees' keys: the board begins."""
    ceremony.finish(db.session, run_by_bearer(uuid).uuid, by=bearer().display_name, now=clock.now())
    return done(uuid)


@bp.post("/elections/<uuid>/opening")
@requires(Permission.ELECTIONS_RUN)
@bp.arguments(Opening)
@bp.response(200, ElectionFacts)
def open_voting(given: dict[str, datetime | None], uuid: str) -> Facts:
    """Open the vote of a poll; an election under rules opens at its date."""
    until = given["closes_at"]
    voting.open_voting(db.session, run_by_bearer(uuid).uuid, by=bearer().display_name, now=clock.now(), closes_at=until)
    return done(uuid)


@bp.post("/elections/<uuid>/closing")
@requires(Permission.ELECTIONS_RUN)
@bp.response(200, ElectionFacts)
def close_voting(uuid: str) -> Facts:
    """Close the vote of a poll; an election under rules closes at its date and never before."""
    voting.close_voting(db.session, run_by_bearer(uuid).uuid, by=bearer().display_name, now=clock.now())
    return done(uuid)


@bp.post("/elections/<uuid>/annulment")
@requires(Permission.ELECTIONS_RUN)
@bp.arguments(Reason)
@bp.response(200, ElectionFacts)
def annul_election(given: dict[str, str], uuid: str) -> Facts:
    """Annul an election that is not certified, for a public reason."""
    election = run_by_bearer(uuid)
    course.annul_one(db.session, election.uuid, given["reason"], by=bearer().display_name, now=clock.now())
    return done(uuid)
