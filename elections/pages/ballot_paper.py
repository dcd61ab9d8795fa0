"""The booth's data: everything a browser needs to seal a ballot, in one answer, before it goes offline."""

from __future__ import annotations

from typing import Any

from flask import url_for
from flask_wtf.csrf import generate_csrf
from markupsafe import escape
from sqlalchemy.orm import Session

from elections.crypto import election as paper
from elections.models import CastBallot, Contest, Election, Voter
from elections.nominations.texts import rendered
from elections.pages.language import translated as _
from elections.pages.wording import METHODS
from elections.services import casting
from foundation.core.context import settings
from foundation.core.errors import Conflict


def of(session: Session, election: Election, voter: Voter, *, credential: str | None) -> dict[str, Any]:
    """Return the data of the booth for this voter; the election's key and questions are the exact published bytes."""
    if election.election_json is None:
        raise Conflict(_("Voting is not open in this election."), code="not-open")
    published = election.election_json
    return {
        "uuid": election.uuid,
        "title": election.title,
        "foundation": election.foundation,
        "election": published.decode(),
        "fingerprint": paper.Election.from_json(published).fingerprint,
        "closes_at": election.closes_at.strftime("%Y-%m-%dT%H:%M:%SZ") if election.closes_at else None,
        "time_zone": "UTC",
        "cast_url": url_for("elections_api.cast", uuid=election.uuid),
        "csrf": generate_csrf(),
        "board_url": url_for("elections.board", uuid=election.uuid),
        "credential_source": election.credential_source.value,
        "officials_email": settings().officials_email,
        "contests": [_contest(contest) for contest in election.contests],
        "receipts": [_receipt(cast) for cast in casting.receipts_of(session, election, voter)],
        "credential": credential,
        "public_credential": voter.public_credential,
        "sign_in_url": url_for("accounts.sign_in"),
    }


def _contest(contest: Contest) -> dict[str, Any]:
    return {
        "title": contest.title,
        "seats": contest.seats,
        "method": contest.method,
        "method_title": METHODS.get(contest.method, contest.method),
        "order": contest.display_order,
        "candidates": [
            {
                "name": candidate.name,
                "affiliations": candidate.affiliations,
                "withdrawn": candidate.withdrawn_at is not None,
                "statement_html": statement_of(contest, candidate.statement),
            }
            for candidate in contest.candidates
        ],
    }


def statement_of(contest: Contest, text: str) -> str:
    """Return a statement as HTML: a nominee's is Markdown, what an official entered for a poll is plain text."""
    return statement_html(text) if contest.kind is None else rendered(text)


def _receipt(cast: CastBallot) -> dict[str, Any]:
    return {"tracker": cast.tracker, "height": cast.height, "time": cast.accepted_at.strftime("%Y-%m-%dT%H:%M:%SZ")}


def statement_html(text: str) -> str:
    """Return a candidate's statement as paragraphs in which nothing but the text itself can be."""
    paragraphs = [part.strip() for part in text.replace("\r\n", "\n").split("\n\n") if part.strip()]
    return "".join(f"<p>{escape(part)}</p>" for part in paragraphs)
