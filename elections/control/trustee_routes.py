"""Endpoints for trustees' programs: what is asked of them, and bringing it."""

from __future__ import annotations

from collections.abc import Callable

from flask_babel import gettext as _

from elections.control.blueprint import bearer, bp
from elections.control.election_routes import Facts, done, run_by_bearer
from elections.control.schemas import ElectionFacts, Step
from elections.models import Election, Trustee
from elections.services import ceremony, decrypting, mixing
from foundation.core import clock
from foundation.core.access import Permission, requires
from foundation.core.db import db
from foundation.core.errors import Forbidden
from foundation.core.incoming import LARGEST_UPLOAD, up_to

ACCEPTING: dict[str, Callable[..., object]] = {
    "key": ceremony.accept_trustee_key,
    "shuffle": mixing.accept_shuffle,
    "decryption": decrypting.accept_partial_decryption,
}


@bp.post("/elections/<uuid>/trustee")
@requires(Permission.TRUSTEES_ACT)
@bp.arguments(Step)
@bp.response(200, ElectionFacts)
@up_to(LARGEST_UPLOAD)
def bring_contribution(given: dict[str, str], uuid: str) -> Facts:
    """Bring a public key, a shuffle or a partial decryption, as our command line or belenios-tool wrote it."""
    person, accept = bearer(), ACCEPTING[given["step"]]
    seat, data = _seat(run_by_bearer(uuid)), given["content"].encode()
    accept(db.session, uuid, seat.owner, data, by=person.display_name, now=clock.now())
    return done(uuid)


def _seat(election: Election) -> Trustee:
    for trustee in election.trustees:
        if trustee.person_id == bearer().id:
            return trustee
    raise Forbidden(_("You are not a trustee of this election."), code="not-a-trustee")
