"""Endpoints about one election: how it stands, and each step an official or the registrar takes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import select

from elections.control.blueprint import bearer, bp, election_of
from elections.control.schemas import Count, ElectionFacts, ElectionLine, File, Opening, Reason
from elections.models import Election
from elections.nominations import interests
from elections.services import acts, catalogue, credentials, progress, roll
from elections.services.acts import Act, Asked
from foundation.core import clock
from foundation.core.access import Permission, may, requires, signed_in
from foundation.core.db import db
from foundation.core.errors import NotFound
from foundation.core.incoming import LARGEST_UPLOAD, up_to

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


def known_election_of(uuid: str) -> Election:
    """Return the election an address names; drafts are for officials, and a poll's for who makes its credentials."""
    election = election_of(uuid)
    drafts = may(Permission.ELECTIONS_RUN) or (may(Permission.CREDENTIALS_ISSUE) and election.cycle_id is None)
    if not drafts and not catalogue.is_public(db.session, election):
        raise NotFound(_("There is no election with this identifier."), code="no-such-election")
    return election


def done(uuid: str) -> Facts:
    """Commit what was done, let the server go on with its own part, and return how the election stands."""
    db.session.commit()
    acts.go_on(uuid)
    election = election_of(uuid)
    db.session.refresh(election)
    return facts_of(election)


def perform(uuid: str, act: Act, **more: Any) -> Facts:
    """Do an official's act, commit it, and return how the election stands."""
    acts.perform(db.session, election_of(uuid).uuid, act, Asked(bearer(), clock.now(), **more))
    return done(uuid)


@bp.get("/elections")
@signed_in
@bp.response(200, ElectionLine(many=True))
def list_elections() -> list[Election]:
    """List the elections, the newest first."""
    wanted = select(Election).order_by(Election.created_at.desc(), Election.uuid).limit(MOST_LISTED)
    if not may(Permission.ELECTIONS_RUN):
        wanted = wanted.where(catalogue.public())
    return list(db.session.execute(wanted).scalars())


@bp.get("/elections/<uuid>")
@signed_in
@bp.response(200, ElectionFacts)
def show_election(uuid: str) -> Facts:
    """Say how an election stands and what it waits for."""
    return facts_of(known_election_of(uuid))


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
@up_to(LARGEST_UPLOAD)
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
    return perform(uuid, Act.BEGIN)


@bp.post("/elections/<uuid>/keys")
@requires(Permission.ELECTIONS_RUN)
@bp.response(200, ElectionFacts)
def finish_ceremony(uuid: str) -> Facts:
    """Combine the trustees' keys: the board begins."""
    return perform(uuid, Act.FINISH)


@bp.post("/elections/<uuid>/opening")
@requires(Permission.ELECTIONS_RUN)
@bp.arguments(Opening)
@bp.response(200, ElectionFacts)
def open_voting(given: dict[str, datetime | None], uuid: str) -> Facts:
    """Open the vote of a poll; an election under rules opens at its date."""
    return perform(uuid, Act.OPEN, closes_at=given["closes_at"])


@bp.post("/elections/<uuid>/closing")
@requires(Permission.ELECTIONS_RUN)
@bp.response(200, ElectionFacts)
def close_voting(uuid: str) -> Facts:
    """Close the vote of a poll; an election under rules closes at its date and never before."""
    return perform(uuid, Act.CLOSE)


@bp.post("/elections/<uuid>/annulment")
@requires(Permission.ELECTIONS_RUN)
@bp.arguments(Reason)
@bp.response(200, ElectionFacts)
def annul_election(given: dict[str, str], uuid: str) -> Facts:
    """Annul an election that is not certified, for a public reason."""
    return perform(uuid, Act.ANNUL, reason=given["reason"])
