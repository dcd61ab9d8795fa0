"""A trustee's page: what is asked now, how to make it on one's own machine, and where to bring it."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from flask import flash, render_template
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from elections.forms import FileForm
from elections.models import Election, FileState, Trustee
from elections.pages import overview, public_files, stray_ballots
from elections.routes.blueprint import actor, back_to, bp, election_of
from elections.services import ceremony, handing_in, progress, whole_proofs
from elections.services.progress import Step
from foundation.core import clock, jobs
from foundation.core.access import Permission, current_person, requires
from foundation.core.db import db
from foundation.core.errors import Conflict, Forbidden, Invalid
from foundation.core.incoming import LARGEST_UPLOAD, up_to

ACCEPTING: dict[Step, Callable[..., object]] = {
    Step.KEY: ceremony.accept_trustee_key,
    Step.SHUFFLE: partial(handing_in.hand_in, step=Step.SHUFFLE),
    Step.DECRYPTION: partial(handing_in.hand_in, step=Step.DECRYPTION),
}

PROOF = "proof"
FILES = {
    Step.KEY.value: _l("Your public key (.pubkey file)"),
    Step.SHUFFLE.value: _l("Your shuffle"),
    Step.DECRYPTION.value: _l("Your partial decryption"),
    PROOF: _l("Your decryption with its second proof"),
}


@bp.get("/<uuid>/trustee")
@requires(Permission.TRUSTEES_ACT)
def trustee(uuid: str) -> ResponseReturnValue:
    """Show a trustee what is asked of it now."""
    return _page(election_of(uuid), FileForm())


@bp.post("/<uuid>/trustee")
@requires(Permission.TRUSTEES_ACT)
@up_to(LARGEST_UPLOAD)
def bring(uuid: str) -> ResponseReturnValue:
    """Take the file a trustee made: the public key, the shuffle or the partial decryption, whichever is asked."""
    election, form = election_of(uuid), FileForm()
    seat, step = _seat(election), asked_of(election)
    if not form.validate_on_submit():
        return _page(election, form), 400
    try:
        ACCEPTING[step](db.session, uuid, seat.owner, form.file.data.read(), by=actor(), now=clock.now())
    except Invalid as refusal:
        db.session.rollback()
        form.file.errors = [refusal.message]
        return _page(election_of(uuid), form), refusal.status
    db.session.commit()
    jobs.enqueue("elections.advance", uuid)
    if step is Step.KEY or _newest_is(election, seat, FileState.ACCEPTED):
        flash(_("Your file was checked and accepted. Thank you."), "success")
    elif _newest_is(election, seat, FileState.WAITING):
        flash(
            _("Your file has come. It is verified before it enters the board: see below what comes of it."), "success"
        )
    return back_to("trustee", uuid)


def asked_of(election: Election) -> Step:
    """Return the step whose file the signed-in trustee has to bring now, or can complete, or raise Conflict."""
    waiting, seat = progress.what_waits(db.session, election), _seat(election)
    if waiting is not None and seat.owner in {trustee.owner for trustee in waiting.trustees}:
        return waiting.step
    if whole_proofs.may_prove(db.session, election, seat):
        return Step.DECRYPTION
    raise Conflict(_("Nothing is asked of you now. Come back when it is your turn."), code="not-your-turn")


def _newest_is(election: Election, seat: Trustee, state: FileState) -> bool:
    # Where jobs run at once, the file's fate is known already.
    found = handing_in.newest(db.session, election, seat.owner)
    if found is None:
        return False
    db.session.refresh(found)
    return found.state is state


def _seat(election: Election) -> Trustee:
    seat = overview.reader(db.session, election, current_person()).seat
    if seat is None:
        raise Forbidden(_("You are not a trustee of this election."))
    return seat


def _page(election: Election, form: FileForm) -> str:
    seat, waiting = _seat(election), progress.what_waits(db.session, election)
    # In a demonstration the server holds the key and does the trustee's part by itself.
    own = seat.sealed_private_key is None
    asked = waiting.step.value if own and waiting and seat in waiting.trustees else None
    if asked is None and whole_proofs.may_prove(db.session, election, seat):
        asked = PROOF
    brought = handing_in.newest(db.session, election, seat.owner)
    if brought is not None and brought.state is FileState.WAITING:
        asked = None
    facts = overview.of(db.session, election, clock.now())
    context = {"form": form, "seat": seat, "asked": asked, "facts": facts, "labels": FILES, "brought": brought}
    context |= {"strays": stray_ballots.of(db.session, election), "demanded": whole_proofs.is_demanded(election)}
    context["proof"] = whole_proofs.kept(db.session, election).get(seat.owner)
    return render_template("elections/trustee.html", election=election, **context, **public_files.of(election))
