"""Standing: whether a person has contributed as a rule asks, explained line by line. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class ContributionKind(StrEnum):
    """What somebody did for a project."""

    CODE = "code"
    REVIEW = "review"
    DOCUMENTATION = "documentation"
    TRANSLATION = "translation"
    BUG_REPORT = "bug_report"
    EVENT = "event"
    USER_SUPPORT = "user_support"
    OTHER = "other"


ANY_KIND = frozenset(ContributionKind)


@dataclass(frozen=True, slots=True)
class StandingRule:
    """At least `minimum` contributions of these kinds within so many months before the record date.

    `project` is a project's key; without one, contributions to any project count.
    """

    minimum: int = 1
    months: int = 12
    kinds: frozenset[ContributionKind] = ANY_KIND
    project: str | None = None


@dataclass(frozen=True, slots=True)
class Contribution:
    """One record of participation as the rule sees it."""

    on: date
    kind: ContributionKind
    project: str
    source: str
    verifier: str
    withdrawn: bool = False


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the explanation: a contribution, whether it counts, and why not."""

    contribution: Contribution
    counts: bool
    why: str


@dataclass(frozen=True, slots=True)
class Finding:
    """Whether the rule is met, how many contributions count, from which day on they were looked at, and each line."""

    met: bool
    counted: int
    needed: int
    since: date
    until: date
    lines: tuple[Line, ...]


def months_before(day: date, months: int) -> date:
    """Return the same day so many months earlier, or the last day of that month where there is no such day."""
    year, month = divmod(day.year * 12 + day.month - 1 - months, 12)
    for last in (day.day, 30, 29, 28):
        try:
            return date(year, month + 1, min(day.day, last))
        except ValueError:
            continue
    raise AssertionError("Every month has a 28th day.")


def find(rule: StandingRule, contributions: Sequence[Contribution], on: date) -> Finding:
    """Apply the rule on a record date; the record date itself is not part of the window, its first day is."""
    since = months_before(on, rule.months)
    lines = tuple(Line(each, not (why := _why_not(rule, each, since, on)), why) for each in contributions)
    counted = sum(line.counts for line in lines)
    return Finding(counted >= rule.minimum, counted, rule.minimum, since, on, lines)


def _why_not(rule: StandingRule, contribution: Contribution, since: date, until: date) -> str:
    if contribution.withdrawn:
        return "withdrawn"
    if contribution.on < since:
        return "too early"
    if contribution.on >= until:
        return "too late"
    if contribution.kind not in rule.kinds:
        return "another kind"
    if rule.project is not None and contribution.project != rule.project:
        return "another project"
    return ""
