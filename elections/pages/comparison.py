"""The same ballots under every method, arranged for its page: who would be elected, and where that differs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from elections.models import Contest, Election
from elections.pages import wording
from elections.pages.language import translated as _
from elections.services import outcome, result_files


@dataclass(frozen=True, slots=True)
class Row:
    """One method: whom it seats, or why it does not count these ballots, and whether that is what was decided."""

    title: str
    is_own: bool
    seats: str
    note: str
    differs: bool


@dataclass(frozen=True, slots=True)
class Compared:
    """One contest under every method; without rows where the comparison is still being made."""

    contest: Contest
    rows: Sequence[Row]

    @property
    def differing(self) -> int:
        """How many methods seat others than the one that decides."""
        return sum(row.differs for row in self.rows)


def of(session: Session, election: Election) -> list[Compared]:
    """Return the comparison of each contest, as it was made once when the result was counted."""
    kept = {file.name for file in result_files.listed(session, election)}
    counted = {one.contest_id for one in outcome.outcomes_of(session, election)}
    found = []
    for contest in election.contests:
        is_there = contest.id in counted and result_files.comparison_name(contest.position) in kept
        methods = result_files.comparison(session, election, contest.position) if is_there else []
        decided = methods[0]["seats"] if methods else []
        found.append(Compared(contest, [_row(one, decided, is_own=one is methods[0]) for one in methods]))
    return found


def _row(one: dict[str, object], decided: Sequence[str], *, is_own: bool) -> Row:
    seats: list[str] = list(one["seats"])  # type: ignore[call-overload]
    ties: list[list[str]] = list(one["open"])  # type: ignore[call-overload]
    notes = [str(one["refused"])] if one["refused"] else []
    notes += [_("%(names)s stay tied.", names=wording.listed(names)) for names in ties]
    notes += [_("A lot decided.")] if one["by_lot"] else []
    notes += [_("For comparison only: no election here can be held by it.")] if one["comparison_only"] else []
    # A method that leaves a tie open elects nobody else: it would need a lot.
    differs = not one["refused"] and not ties and set(seats) != set(decided)
    return Row(str(one["title"]), is_own, wording.listed(seats), " ".join(notes), differs)
