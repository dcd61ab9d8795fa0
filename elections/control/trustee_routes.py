"""Endpoints for trustees' programs: what is asked of them, and bringing it; and replacing one who falls away."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from flask_babel import gettext as _

from elections.control.blueprint import bearer, bp
from elections.control.election_routes import Facts, done, perform, run_by_bearer
from elections.control.schemas import BroughtFile, ElectionFacts, NewTrustee, Step
from elections.models import Election, Trustee, TrusteeFile
from elections.models import Step as Asked
from elections.services import ceremony, handing_in
from elections.services.acts import Act
from elections.services.replacing import Swap
from foundation.accounts.services import joining
from foundation.core import clock
from foundation.core.access import Permission, requires
from foundation.core.db import db
from foundation.core.errors import Forbidden, NotFound
from foundation.core.incoming import LARGEST_UPLOAD, up_to
from foundation.core.programs import ID

ACCEPTING: dict[str, Callable[..., object]] = {
    "key": ceremony.accept_trustee_key,
    "shuffle": partial(handing_in.hand_in, step=Asked.SHUFFLE),
    "decryption": partial(handing_in.hand_in, step=Asked.DECRYPTION),
}


@bp.post("/elections/<uuid>/trustee")
@requires(Permission.TRUSTEES_ACT)
@bp.arguments(Step)
@bp.response(200, ElectionFacts)
@up_to(LARGEST_UPLOAD)
def bring_contribution(given: dict[str, str], uuid: str) -> Facts:
    """Bring a public key, a shuffle or a partial decryption, as our command line or belenios-tool wrote it.

    A key is checked at once. The others are verified by a job before they enter the board: ask what came of yours.
    The second proof of a decryption, its file's third line, may come later: bring the same file again, with it.
    """
    person, accept = bearer(), ACCEPTING[given["step"]]
    seat, data = _seat(run_by_bearer(uuid)), given["content"].encode()
    accept(db.session, uuid, seat.owner, data, by=person.display_name, now=clock.now())
    return done(uuid)


@bp.get("/elections/<uuid>/trustee")
@requires(Permission.TRUSTEES_ACT)
@bp.response(200, BroughtFile)
def show_contribution(uuid: str) -> TrusteeFile:
    """Tell what became of the shuffle or partial decryption that you brought last."""
    election = run_by_bearer(uuid)
    found = handing_in.newest(db.session, election, _seat(election).owner)
    if found is None:
        raise NotFound(_("You have brought no shuffle and no partial decryption."), code="nothing-brought")
    return found


@bp.put(f"/elections/<uuid>/trustees/{ID.format('owner')}")
@requires(Permission.ELECTIONS_RUN)
@bp.arguments(NewTrustee)
@bp.response(200, ElectionFacts)
def replace_trustee(given: dict[str, str], uuid: str, owner: int) -> Facts:
    """Replace a trustee before the key ceremony begins, in all elections of the cycle that have not come to it."""
    swap = Swap(owner, joining.person_of(db.session, given["successor"]), given["reason"])
    return perform(uuid, Act.REPLACE, swap=swap)


def _seat(election: Election) -> Trustee:
    for trustee in election.trustees:
        if trustee.person_id == bearer().id:
            return trustee
    raise Forbidden(_("You are not a trustee of this election."), code="not-a-trustee")
