"""Reading a rules file (TOML, format "footing-rules/1", SPEC 11): strict, naming the section that is wrong. Pure."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable
from enum import StrEnum
from fractions import Fraction
from typing import Any, NoReturn, TypeVar

from elections.counting.methods.registry import METHODS
from elections.cycles.rules import (
    CandidateRule,
    CapRule,
    CertificationRule,
    ContestRule,
    ElectionRules,
    EndorsementRule,
    ExtensionRule,
    LotRule,
    Missed,
    Period,
    PeriodRule,
    Published,
    RecordRule,
    RollRule,
    Standing,
    TurnoutRule,
)

FORMAT = "footing-rules/1"
LONGEST_FILE = 100_000
LONGEST_TEXT = 150
LARGEST = 100_000
MOST_SEATS = 30
MOST_CONTESTS = 20
ELECTORATES = ("individual", "corporate", "project")
KEY = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*\Z")
SHARE = re.compile(r"([0-9]{1,6})/([1-9][0-9]{0,5})\Z")
Choice = TypeVar("Choice", bound=StrEnum)


class BadRules(ValueError):
    """The file is no usable version of the rules; the sentence names the section and what is wrong."""


class _Section:
    """One table of the file, from which every key must be taken."""

    def __init__(self, name: str, table: object) -> None:
        self.name = name
        if not isinstance(table, dict):
            self.refuse("is missing")
        self.left: dict[str, Any] = dict(table)

    def refuse(self, what: str) -> NoReturn:
        """Raise BadRules about this section."""
        raise BadRules(f"The section [{self.name}] of the rules {what}.")

    def has(self, key: str) -> bool:
        return key in self.left

    def take(self, key: str) -> Any:
        if key not in self.left:
            self.refuse(f"does not say “{key}”")
        return self.left.pop(key)

    def text(self, key: str) -> str:
        value = self.take(key)
        if not isinstance(value, str) or not value.isprintable() or not 0 < len(value.strip()) <= LONGEST_TEXT:
            self.refuse(f"needs one line of at most {LONGEST_TEXT} characters for “{key}”")
        return value.strip()

    def key(self, key: str) -> str:
        value = self.text(key)
        if not KEY.match(value):
            self.refuse(f"needs small letters, digits and hyphens for “{key}”, not “{value}”")
        return value

    def number(self, key: str, least: int = 0, most: int = LARGEST) -> int:
        value = self.take(key)
        if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= most:
            self.refuse(f"needs a whole number from {least} to {most} for “{key}”, not {value!r}")
        return value

    def share(self, key: str) -> Fraction:
        value = self.take(key)
        match = SHARE.match(value) if isinstance(value, str) else None
        if match is None or not 0 < Fraction(int(match[1]), int(match[2])) <= 1:
            self.refuse(f'needs a share such as "1/2", above 0 and at most 1, for “{key}”, not {value!r}')
        return Fraction(int(match[1]), int(match[2]))

    def choice(self, key: str, kind: type[Choice]) -> Choice:
        return kind(self.one_of(key, [member.value for member in kind]))

    def one_of(self, key: str, allowed: Iterable[str]) -> str:
        value, known = self.take(key), list(allowed)
        if value not in known:
            self.refuse(f"needs one of {', '.join(known)} for “{key}”, not {value!r}")
        return str(value)

    def words(self, key: str, allowed: Iterable[str] | None = None) -> frozenset[str]:
        value, known = self.take(key), None if allowed is None else list(allowed)
        if not isinstance(value, list) or not all(isinstance(word, str) for word in value):
            self.refuse(f"needs a list of words for “{key}”")
        for word in value:
            if known is not None and word not in known:
                self.refuse(f"does not know {word!r} in “{key}”; it can be {', '.join(known)}")
        return frozenset(value)

    def end(self) -> None:
        """Refuse what nobody asked for: a misspelt key would otherwise be a rule that does not hold."""
        if self.left:
            self.refuse(f"has “{sorted(self.left)[0]}”, which is no rule")


def read_rules(text: str) -> ElectionRules:
    """Return the rules of a file's text, or raise BadRules naming the section and what is wrong with it."""
    if len(text) > LONGEST_FILE:
        raise BadRules(f"A rules file has at most {LONGEST_FILE} characters.")
    try:
        document = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise BadRules(f"The rules are not a TOML file: {error}.") from error
    except (RecursionError, ValueError):
        raise BadRules("The rules are not a TOML file: nested too deeply, or with a number too long.") from None
    file = _Section("the file itself", document)
    if file.take("format") != FORMAT:
        raise BadRules(f'The rules do not begin with format = "{FORMAT}".')
    rules = ElectionRules(
        version=file.text("version"),
        title=file.text("title"),
        **{period.value: _period(_section(file, period.value)) for period in Period},
        record=_record(_section(file, "record")),
        candidates=_candidates(_section(file, "candidates")),
        endorsements=_endorsements(_section(file, "endorsements")),
        cap=_cap(_section(file, "cap")) if file.has("cap") else None,
        certification=_certification(_section(file, "certification")),
        turnout=_turnout(_section(file, "turnout")) if file.has("turnout") else None,
        extension=_extension(_section(file, "extension")),
        roll=_roll(_section(file, "roll")),
        lots=_lots(_section(file, "lots")),
        contests=_contests(file),
    )
    file.end()
    return rules


def _section(file: _Section, name: str) -> _Section:
    return _Section(name, file.left.pop(name, None))


def _period(section: _Section) -> PeriodRule:
    clause, least = section.text("clause"), section.number("days_min")
    most = section.number("days_max", max(1, least)) if section.has("days_max") else None
    section.end()
    return PeriodRule(clause, least, most)


def _record(section: _Section) -> RecordRule:
    rule = RecordRule(section.text("clause"), section.number("days_before_voting"), section.number("membership_days"))
    section.end()
    return rule


def _candidates(section: _Section) -> CandidateRule:
    rule = CandidateRule(section.text("clause"), section.number("membership_days"))
    section.end()
    return rule


def _endorsements(section: _Section) -> EndorsementRule:
    rule = EndorsementRule(section.text("clause"), section.number("needed"), section.share("group_share"))
    section.end()
    return rule


def _cap(section: _Section) -> CapRule:
    rule = CapRule(section.text("clause"), section.number("seats", 1, MOST_SEATS))
    section.end()
    return rule


def _certification(section: _Section) -> CertificationRule:
    rule = CertificationRule(section.text("clause"), section.number("signatures", 1))
    section.end()
    return rule


def _turnout(section: _Section) -> TurnoutRule:
    clause, quorum, missed = section.text("clause"), section.share("quorum"), section.choice("missed", Missed)
    days = section.number("extend_days", 1) if missed is Missed.EXTEND else 0
    section.end()
    return TurnoutRule(clause, quorum, missed, days)


def _extension(section: _Section) -> ExtensionRule:
    clause = section.text("clause")
    periods = frozenset(Period(word) for word in section.words("periods", [period.value for period in Period]))
    rule = ExtensionRule(clause, periods, section.number("days_max"), section.number("times"))
    section.end()
    return rule


def _roll(section: _Section) -> RollRule:
    rule = RollRule(section.text("clause"), section.choice("published", Published))
    section.end()
    return rule


def _lots(section: _Section) -> LotRule:
    rule = LotRule(section.text("clause"), section.number("officials"))
    section.end()
    return rule


def _contests(file: _Section) -> tuple[ContestRule, ...]:
    tables = file.take("contests")
    if not isinstance(tables, list) or not 1 <= len(tables) <= MOST_CONTESTS:
        file.refuse(f"needs between 1 and {MOST_CONTESTS} [[contests]]")
    contests = tuple(_contest(_Section(f"contests {number}", table)) for number, table in enumerate(tables, start=1))
    keys = [contest.key for contest in contests]
    for key in keys:
        if keys.count(key) > 1:
            file.refuse(f"has two contests with the key {key}")
    return contests


def _contest(section: _Section) -> ContestRule:
    electorate = section.one_of("electorate", ELECTORATES)
    of_project = electorate == "project"
    rule = ContestRule(
        key=section.key("key"),
        clause=section.text("clause"),
        title=section.text("title"),
        body=section.text("body"),
        seats=section.number("seats", 1, MOST_SEATS),
        method=section.one_of("method", [method.name for method in METHODS if not method.comparison_only]),
        electorate=electorate,
        project=section.text("project") if of_project else None,
        term_months=section.number("term_months", 1, 1200),
        standing=_standing(_Section(f"{section.name}.standing", section.take("standing"))) if of_project else None,
    )
    section.end()
    return rule


def _standing(section: _Section) -> Standing:
    minimum, months = section.number("minimum", 1), section.number("months", 1, 1200)
    kinds = section.words("kinds") if section.has("kinds") else frozenset[str]()
    section.end()
    return Standing(minimum, months, kinds)
