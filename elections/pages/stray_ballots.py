"""Ballots that hold what no ballot program encrypts (SPEC 9.1), in words: how many, and whose doing they can be."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from elections.models import Election
from elections.pages import wording
from elections.pages.language import translated as _
from elections.pages.language import translated_number as ngettext
from elections.pages.official_tasks import DONE, WAITING, OfficialTask
from elections.services import whole_proofs


@dataclass(frozen=True, slots=True)
class StrayBallots:
    """What is said of such ballots: how many in which contest, and the trustees who have not proved anything yet."""

    counted: Sequence[str]
    unproved: Sequence[str]

    @property
    def whose(self) -> str:
        """The sentence that says whose doing they can be."""
        if not self.unproved:
            return _(
                "Every trustee has proved that this is not their doing: whoever cast these ballots made them so. They "
                "are counted as the numbers in them say."
            )
        return _(
            "Voters can make such ballots themselves, with a program of their own. So can a trustee who decrypts, and "
            "%(names)s: no proof has come yet that this is not their doing.",
            names=wording.listed(self.unproved),
        )


def of(session: Session, election: Election) -> StrayBallots | None:
    """Gather what is to be said; None where no such ballot came out, as nearly always."""
    found = whole_proofs.strays(session, election)
    if not found:
        return None
    counted = [_("“%(title)s”: %(what)s.", title=contest.title, what=_holding(count)) for contest, count in found]
    return StrayBallots(counted, [one.name for one in whole_proofs.unproved(session, election)])


def _holding(count: int) -> str:
    return ngettext(
        "%(num)d ballot holds something that no ballot program encrypts",
        "%(num)d ballots hold something that no ballot program encrypts",
        count,
    )


def official_tasks(session: Session, election: Election) -> Iterator[OfficialTask]:
    """Return the step that such ballots add: every trustee proves its decryption a second time."""
    found = of(session, election)
    if found is None:
        return
    missing = _("Still to come: %(names)s", names=wording.listed(found.unproved)) if found.unproved else _("All came")
    hint = f"{' '.join(found.counted)} {missing}"
    state = WAITING if found.unproved else DONE
    yield OfficialTask(_("Trustees prove that strange ballots are not theirs"), hint, state, "outcome")
