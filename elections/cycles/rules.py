"""The election rules as the bylaws have them: who may stand and vote, for how long, and what fills a seat. Pure.

Every section carries the number of its clause, so that a refusal can cite it (SPEC 11).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction


class Period(StrEnum):
    """The periods of a cycle whose ends are dates."""

    ANNOUNCEMENT = "announcement"
    NOMINATIONS = "nominations"
    CAMPAIGN = "campaign"
    VOTING = "voting"
    COMPLAINTS = "complaints"


class Missed(StrEnum):
    """What happens when the turnout misses its quorum at the close: one extension, or no seat is filled."""

    VOID = "void"
    EXTEND = "extend"


class Published(StrEnum):
    """How the roll is published: as its count and hash, or with the names as well."""

    COUNT = "count"
    NAMES = "names"


@dataclass(frozen=True, slots=True)
class PeriodRule:
    """How many days a period lasts at least, and at most if that is limited."""

    clause: str
    days_min: int
    days_max: int | None


@dataclass(frozen=True, slots=True)
class RecordRule:
    """The record date, so many days before voting opens, and how long a voter was a member by then."""

    clause: str
    days_before_voting: int
    membership_days: int


@dataclass(frozen=True, slots=True)
class CandidateRule:
    """How long somebody has been a member to stand."""

    clause: str
    membership_days: int


@dataclass(frozen=True, slots=True)
class EndorsementRule:
    """How many endorsements a nomination needs, and which share of them may come from one control group."""

    clause: str
    needed: int
    group_share: Fraction


@dataclass(frozen=True, slots=True)
class CapRule:
    """The most seats of a body that one control group may hold."""

    clause: str
    seats: int


@dataclass(frozen=True, slots=True)
class CertificationRule:
    """How many certifiers must sign."""

    clause: str
    signatures: int


@dataclass(frozen=True, slots=True)
class TurnoutRule:
    """The share of the roll that must vote, and what happens when fewer did."""

    clause: str
    quorum: Fraction
    missed: Missed
    extend_days: int


@dataclass(frozen=True, slots=True)
class ExtensionRule:
    """Which periods officials may extend, by how many days at most each time, and how many times."""

    clause: str
    periods: frozenset[Period]
    days_max: int
    times: int


@dataclass(frozen=True, slots=True)
class RollRule:
    """How the roll is published."""

    clause: str
    published: Published


@dataclass(frozen=True, slots=True)
class LotRule:
    """How many officials must commit to a share of the lot before voting opens."""

    clause: str
    officials: int


@dataclass(frozen=True, slots=True)
class Standing:
    """At least `minimum` contributions of these kinds (any, if empty) in so many months before the record date."""

    minimum: int
    months: int
    kinds: frozenset[str]


@dataclass(frozen=True, slots=True)
class ContestRule:
    """Seats of a body: how many, counted how, chosen by whom (`electorate`), and for how long."""

    key: str
    clause: str
    title: str
    body: str
    seats: int
    method: str
    electorate: str
    project: str | None
    term_months: int
    standing: Standing | None


@dataclass(frozen=True, slots=True)
class ElectionRules:
    """One version of the election rules."""

    version: str
    title: str
    announcement: PeriodRule
    nominations: PeriodRule
    campaign: PeriodRule
    voting: PeriodRule
    complaints: PeriodRule
    record: RecordRule
    candidates: CandidateRule
    endorsements: EndorsementRule
    cap: CapRule | None
    certification: CertificationRule
    turnout: TurnoutRule | None
    extension: ExtensionRule
    roll: RollRule
    lots: LotRule
    contests: tuple[ContestRule, ...]

    @property
    def periods(self) -> Mapping[Period, PeriodRule]:
        """The rule of each period, in the order in which they come."""
        return {
            Period.ANNOUNCEMENT: self.announcement,
            Period.NOMINATIONS: self.nominations,
            Period.CAMPAIGN: self.campaign,
            Period.VOTING: self.voting,
            Period.COMPLAINTS: self.complaints,
        }

    def contest(self, key: str) -> ContestRule:
        """Return the rule of a contest, or raise LookupError with a sentence."""
        for contest in self.contests:
            if contest.key == key:
                return contest
        raise LookupError(f"Version {self.version} of the rules has no contest called {key}.")
