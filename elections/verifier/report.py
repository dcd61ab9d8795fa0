"""What a verification found, for people and for programs."""

import json
from dataclasses import dataclass

from .board import Stage
from .wording import counted

MARKS = {True: "✓", False: "✗", None: "–"}


@dataclass(frozen=True, slots=True)
class Row:
    """One check's verdict: `ok` is None where there was nothing to check, and `detail` then says why.

    `remark` marks a detail that qualifies a clean verdict: something was withheld, or is not as it should be.
    """

    id: str
    name: str
    ok: bool | None
    detail: str
    remark: bool = False

    def to_value(self) -> dict[str, str | bool | None]:
        """Return the row for programs; `remark` stands in it where there is one."""
        value = {"id": self.id, "name": self.name, "ok": self.ok, "detail": self.detail}
        return value | {"remark": True} if self.remark else value

    def line(self) -> str:
        """Return the row as one line for people."""
        return f"{self.id:<4}{MARKS[self.ok]} {self.name}: {self.detail}"


@dataclass(frozen=True, slots=True)
class Report:
    """The verdict on an archive: its stage, the numbers of ballots cast and of voters on the roll, and every check."""

    stage: Stage
    ballots: int
    voters: int
    checks: tuple[Row, ...]

    @property
    def ok(self) -> bool:
        """Whether no check failed."""
        return all(row.ok is not False for row in self.checks)

    @property
    def first_broken(self) -> str | None:
        """The number of the first check that failed, or None."""
        return next((row.id for row in self.checks if row.ok is False), None)

    @property
    def remarks(self) -> tuple[str, ...]:
        """The numbers of the checks that found nothing broken, and something that matters."""
        return tuple(row.id for row in self.checks if row.remark)

    def to_json(self) -> str:
        """Return the report as one JSON object."""
        checks = [row.to_value() for row in self.checks]
        facts = {"ok": self.ok, "stage": str(self.stage), "ballots": self.ballots, "voters": self.voters}
        return json.dumps(facts | {"checks": checks})

    def to_text(self) -> str:
        """Return the report as lines: one for each check, and the verdict last."""
        counts = f"{counted(self.ballots, 'ballot')}, {counted(self.voters, 'voter')} on the roll"
        verdict = "all checks passed" if self.ok else f"broken at {self.first_broken}"
        if self.ok and self.remarks:
            verdict = f"nothing is broken, but read what is said at {', '.join(self.remarks)}"
        return "\n".join([*(row.line() for row in self.checks), f"Election at stage {self.stage}, {counts}: {verdict}"])
