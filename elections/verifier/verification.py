"""Verifying an archive: all checks of the catalogue, in order, up to the first that fails."""

from collections.abc import Sequence
from concurrent.futures import Executor

from elections.crypto.errors import Refusal

from .case import Case, Materials
from .catalogue import CATALOGUE, BallotCheck, Check
from .errors import Broken, NotGiven, NotReached, Remark
from .progress import Progress
from .report import Report, Row
from .wording import counted, printable
from .work import Work, processes

SMALL = 256 * 1024
"""An archive below this size is verified sooner than other processes start."""


def verify(
    materials: Materials,
    *,
    jobs: int = 1,
    executor: Executor | None = None,
    progress: Progress | None = None,
    catalogue: Sequence[Check | BallotCheck] = CATALOGUE,
) -> Report:
    """Verify an archive in up to `jobs` processes, or on `executor`, which then has that many workers.

    The checks after the first that fails are not performed, for they rely on the earlier ones.
    """
    own = None if executor or len(materials.board.data) < SMALL else processes(jobs)
    work = Work(executor or own, parts=jobs, progress=progress)
    rules = [(check.id, check.rule) for check in catalogue if isinstance(check, BallotCheck)]
    case = Case(materials, work, rules)
    try:
        if work.is_parallel:
            case.begin()
        rows = _rows(case, catalogue)
    finally:
        work.close()
        if own:
            own.shutdown(cancel_futures=True)
    return Report(materials.board.stage, len(case.ballots), _voters(case), tuple(rows))


def _rows(case: Case, catalogue: Sequence[Check | BallotCheck]) -> list[Row]:
    rows: list[Row] = []
    broken = ""
    for check in catalogue:
        row = Row(check.id, check.name, None, f"not reached, because {broken} failed") if broken else _row(case, check)
        broken = broken or (check.id if row.ok is False else "")
        rows.append(row)
    return rows


def _row(case: Case, check: Check | BallotCheck) -> Row:
    if isinstance(check, Check) and case.board.stage < check.since:
        return Row(check.id, check.name, None, f"not reached: the election is {case.board.stage}")
    try:
        detail = _every_ballot(case, check) if isinstance(check, BallotCheck) else check.verify(case)
    except NotReached as reason:
        return Row(check.id, check.name, None, printable(str(reason)), isinstance(reason, NotGiven))
    except (Broken, Refusal) as reason:
        return Row(check.id, check.name, False, printable(str(reason)))
    return Row(check.id, check.name, True, printable(detail), isinstance(detail, Remark))


def _every_ballot(case: Case, check: BallotCheck) -> str:
    """Look up whether any ballot broke the rule; all rules are applied to a ballot in one go, wherever that is."""
    for finding in case.findings:
        if finding.rule == check.id:
            height = case.ballots[finding.index].event.height
            raise Broken(f"The ballot at height {height}: {finding.sentence}")
    return counted(len(case.ballots), "ballot")


def _voters(case: Case) -> int:
    try:
        return len(case.credentials.credentials)
    except (Broken, Refusal):
        return 0
