"""Credentials: public ones are put on the roll; secrets are kept by the server only where the election says so."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from elections.models import Election
from foundation.accounts.models import Person


def issue_by_server(session: Session, election: Election, *, by: str, now: datetime) -> int:
    """Make a credential for each voter that has none, seal the secret until it is picked up; return how many."""
    raise NotImplementedError


def accept_from_registrar(session: Session, election: Election, mapping: bytes, *, by: str, now: datetime) -> int:
    """Put the registrar's public credentials on the roll; all voters once each, or Invalid with a sentence.

    `mapping` is the JSON object {"uuid": …, "credentials": {address: public credential, …}} that
    `python -m elections.registrar` writes.
    """
    raise NotImplementedError


def missing(session: Session, election: Election) -> int:
    """Return how many voters have no credential yet."""
    raise NotImplementedError


def pick_up(session: Session, election: Election, person: Person, *, now: datetime) -> str:
    """Return the voter's secret credential and forget it (a demonstration keeps it), or raise Conflict if it is gone."""
    raise NotImplementedError
