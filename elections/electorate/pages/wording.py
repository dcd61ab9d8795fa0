"""The words of the electorate's pages."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from elections.electorate.models import Appeal, AppealKind
from elections.electorate.services.appealing import DECIDING
from elections.pages.language import translated as _

KINDS = {
    AppealKind.ADD_TO_ROLL: _l("To be added to the roll"),
    AppealKind.LEAVE_ROLL: _l("To be left out of the roll"),
    AppealKind.ELIGIBILITY: _l("To be found eligible as a candidate"),
}
CLASSES = {"individual": _l("individual member"), "corporate": _l("corporate member")}
CHANGES = {"added": _l("Added"), "removed": _l("Removed"), "changed": _l("Changed")}
# The directory says why a member has no vote of its own in the register's language.
LEFT_OUT = {
    "another member of the same control group votes": _l("another member of the same control group votes"),
    "no representative or alternate has accepted": _l("no representative or alternate has accepted"),
    "its representative and alternate have a vote already": _l("its representative and alternate have a vote already"),
}


def appeal_tag(appeal: Appeal) -> dict[str, str]:
    """Return the word and the colour for where an appeal stands."""
    if appeal.upheld is None:
        given = _("%(given)s of %(needed)s verdicts", given=len(appeal.verdicts), needed=DECIDING)
        return {"text": _("Waiting") if not appeal.verdicts else given, "colour": "yellow"}
    return {"text": _("Granted"), "colour": "green"} if appeal.upheld else {"text": _("Refused"), "colour": "red"}
