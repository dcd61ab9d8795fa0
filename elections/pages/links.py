"""Where an election under rules has pages besides its own: nominations, questions, the roll, lots, complaints."""

from __future__ import annotations

from dataclasses import dataclass

from flask import url_for

from elections.lifecycle import AFTER_RESULT, Phase
from elections.models import Election
from elections.pages.language import translated as _


@dataclass(frozen=True, slots=True)
class Link:
    """A page and what it is called."""

    text: str
    href: str


def of(election: Election) -> list[Link]:
    """Return the pages that have something to show by now; a poll has none of them."""
    if election.cycle_id is None or election.phase in {Phase.DRAFT, Phase.ANNOUNCED}:
        return []
    found = [("nominations.index", _("Nominations and candidates")), ("nominations.questions", _("Questions to them"))]
    found += [("electorate.show", _("The roll")), ("electorate.mine", _("Are you on the roll, and why"))]
    found.append(("lots.show", _("The lot that decides ties")))
    if election.phase in AFTER_RESULT and election.phase is not Phase.PROVISIONAL_RESULT:
        found.append(("certification.complaints", _("Complaints and what became of them")))
        found.append(("certification.certificate", _("Certificate")))
    return [Link(text, url_for(endpoint, uuid=election.uuid)) for endpoint, text in found]
