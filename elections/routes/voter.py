"""The voter's pages: being on the roll, the credential, the booth and the receipts."""

from __future__ import annotations

from flask import flash, jsonify, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from elections.api import commit_ballot
from elections.forms import ConfirmForm, FileForm
from elections.models import CastBallot, Election, Voter
from elections.pages import ballot_paper, public_files, wording
from elections.routes.blueprint import attachment, back_to, bp, election_of
from elections.services import casting, credentials, outcome, twins
from elections.services.roll import voter_of
from foundation.core import clock
from foundation.core.access import current_person, signed_in
from foundation.core.context import settings
from foundation.core.db import db
from foundation.core.errors import Conflict, Forbidden, Invalid, NotFound, Refusal
from foundation.core.limits import limiter
from foundation.core.turns import in_turn

HANDED_IN = "30 per minute"
LARGEST_FILE = casting.BALLOT_LIMIT + 2


@bp.get("/<uuid>/vote")
@signed_in
def vote(uuid: str) -> ResponseReturnValue:
    """Show a voter what to do now, and what is recorded; whoever is not on a roll under rules is led to why not."""
    try:
        return _vote_page(uuid, FileForm())
    except Forbidden:
        if election_of(uuid).cycle_id is None:
            raise
        return redirect(url_for("electorate.mine", uuid=uuid), code=303)


@bp.post("/<uuid>/ballots")
@in_turn(casting.busy)
@limiter.limit(HANDED_IN, key_func=lambda: f"cast {current_person().id}")
@signed_in
def hand_in(uuid: str) -> ResponseReturnValue:
    """Cast a ballot that was made elsewhere, such as with belenios-tool, from its file."""
    form, person = FileForm(), current_person()
    if not form.validate_on_submit():
        return _vote_page(uuid, form), 400
    try:
        # A program that writes a line ends it; the end of the line is no part of the ballot.
        casting.cast(db.session, uuid, form.file.data.read(LARGEST_FILE).rstrip(b"\r\n"), person=person)
        commit_ballot()
    except Refusal as refusal:
        db.session.rollback()
        form.file.errors = [refusal.message]
        return _vote_page(uuid, form), refusal.status
    flash(_("Your ballot is on the board."), "success")
    return back_to("vote", uuid)


def _vote_page(uuid: str, form: FileForm) -> str:
    election = election_of(uuid)
    voter = voter_of(db.session, election, current_person())
    receipts, now = casting.receipts_of(db.session, election, voter), clock.now()
    yields = voter.twin_of_id is not None
    context = {"voter": voter, "receipts": receipts, "form": form, "twin": twins.sentence() if yields else ""}
    context["open"] = wording.is_open(election, now) and not yields
    context["withdrawn"] = [name for contest in election.contests for name in outcome.withdrawn(contest)]
    next_sentence = wording.what_next(election, None, now)
    return render_template(
        "elections/vote.html", election=election, next=next_sentence, **context, site_url=public_files.site_url()
    )


@bp.post("/<uuid>/credential")
@signed_in
def pick_up(uuid: str) -> ResponseReturnValue:
    """Hand the voter the credential that the server made, once; a demonstration's booth fills it in by itself.

    The answer is a page and not a redirect: a secret belongs in no address and in no session.
    """
    if not ConfirmForm().validate_on_submit():
        raise Invalid(_("The form had expired. Go back and try again."))
    election = election_of(uuid)
    secret = credentials.pick_up(db.session, election, current_person(), now=clock.now())
    db.session.commit()
    if election.demonstration:
        return back_to("booth", uuid)
    return render_template("elections/credential.html", election=election, secret=secret)


@bp.get("/<uuid>/booth")
@signed_in
def booth(uuid: str) -> ResponseReturnValue:
    """Open the booth, in which the browser seals a ballot."""
    election = election_of(uuid)
    if voter_of(db.session, election, current_person()).twin_of_id is not None:
        raise Conflict(twins.sentence(), code="voted-as-another")
    if not wording.is_open(election, clock.now()):
        raise Conflict(_("Voting is not open in this election."), code="not-open")
    booth_url = url_for("elections.booth_data", uuid=uuid)
    officials = settings().officials_email
    return render_template("elections/booth.html", election=election, booth_url=booth_url, officials_email=officials)


@bp.get("/<uuid>/booth-data")
@signed_in
def booth_data(uuid: str) -> ResponseReturnValue:
    """Give the booth all it needs before it goes offline."""
    election = election_of(uuid)
    voter = voter_of(db.session, election, current_person())
    return jsonify(ballot_paper.of(db.session, election, voter, credential=_kept_credential(election, voter)))


def _kept_credential(election: Election, voter: Voter) -> str | None:
    """Return the credential that a demonstration keeps for a voter who has picked it up; no other election has any."""
    if not election.demonstration or voter.picked_up_at is None or voter.sealed_credential is None:
        return None
    return credentials.pick_up(db.session, election, current_person(), now=clock.now())


@bp.get("/<uuid>/receipts/<int:height>")
@signed_in
def receipt(uuid: str, height: int) -> ResponseReturnValue:
    """Download one of one's own receipts, as the server signed it."""
    election = election_of(uuid)
    voter = voter_of(db.session, election, current_person())
    own = [cast for cast in casting.receipts_of(db.session, election, voter) if cast.height == height]
    if not own:
        raise NotFound(_("You have no receipt for this place on the board."))
    return _receipt_file(election.uuid, own[0])


def _receipt_file(uuid: str, cast: CastBallot) -> ResponseReturnValue:
    return attachment(cast.receipt.encode(), f"receipt-{uuid}-{cast.height}.txt", "text/plain")
