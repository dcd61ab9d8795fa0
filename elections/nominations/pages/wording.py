"""How the pages say where a nomination stands, and whether an endorsement counts."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from elections.nominations.endorsing import Weight
from elections.nominations.lifecycle import NominationState
from elections.nominations.models import Nomination
from elections.nominations.services import records

WEIGHTS = {
    Weight.COUNTS: _l("Counts"),
    Weight.NO_MEMBER: _l("Does not count: not a member in good standing now"),
    Weight.GROUP_FULL: _l("Does not count: enough others of the same control group"),
}
STATES = {
    NominationState.PROPOSED: (_l("Not answered"), "yellow"),
    NominationState.DECLINED: (_l("Declined"), "grey"),
    NominationState.WITHDRAWN: (_l("Withdrawn"), "grey"),
    NominationState.ACCEPTED: (_l("Nominated"), "yellow"),
}
ELIGIBLE = (_l("Can be elected"), "green")
INELIGIBLE = (_l("Cannot be elected"), "red")


def tag(nomination: Nomination) -> dict[str, str]:
    """Return the word and the colour for where a nomination stands."""
    text, colour = STATES[nomination.state]
    decision = records.decision(nomination)
    if nomination.state is NominationState.ACCEPTED and decision is not None:
        text, colour = ELIGIBLE if decision.eligible else INELIGIBLE
    return {"text": str(text), "colour": colour}
