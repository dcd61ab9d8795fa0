"""Why somebody is on a roll: a code and its facts, kept in the fixed words that are hashed (SPEC 4.4). Pure.

The fixed words are a format, in one language for ever, since the hashes of rolls are published; they are read back
into code and facts, and the pages say these in the reader's language.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class Ground(StrEnum):
    """What puts a voter on a roll."""

    MEMBER = "member"
    ORGANIZATION = "organization"
    CONTRIBUTIONS = "contributions"
    APPEAL = "appeal"
    ORGANIZATION_ON_APPEAL = "organization_on_appeal"
    OTHER = "other"


FORMS = {
    Ground.MEMBER: "individual member in good standing on {on}",
    Ground.ORGANIZATION: "casts the vote of {name}, a corporate member in good standing on {on}",
    Ground.CONTRIBUTIONS: "{counted} contributions to {project} from {since} until {until}; {minimum} are asked",
    Ground.APPEAL: "added on appeal {appeal}",
    Ground.ORGANIZATION_ON_APPEAL: "casts the vote of {name}, added on appeal {appeal}",
}
DAY, NUMBER, ANYTHING = r"\d{4}-\d{2}-\d{2}", r"\d+", r".+"
KINDS = {"on": DAY, "since": DAY, "until": DAY, "counted": NUMBER, "minimum": NUMBER, "appeal": NUMBER}
FACT = re.compile(r"\\\{(\w+)\\\}")


@dataclass(frozen=True, slots=True)
class Reason:
    """A ground and its facts, each as text: days as YYYY-MM-DD, numbers in decimal."""

    ground: Ground
    facts: Mapping[str, str]

    @property
    def text(self) -> str:
        """The fixed words of the reason, as the roll keeps them."""
        return FORMS[self.ground].format(**self.facts) if self.ground in FORMS else self.facts["text"]


def reason(ground: Ground, **facts: object) -> str:
    """Return the fixed words for a ground and its facts."""
    return Reason(ground, {name: str(value) for name, value in facts.items()}).text


def read(text: str) -> Reason:
    """Return what fixed words say; other words, which nothing here wrote, are a ground of their own."""
    for ground, pattern in PATTERNS.items():
        found = pattern.fullmatch(text)
        if found is not None:
            return Reason(ground, found.groupdict())
    return Reason(Ground.OTHER, {"text": text})


def _pattern(form: str) -> re.Pattern[str]:
    return re.compile(
        FACT.sub(lambda fact: f"(?P<{fact[1]}>{KINDS.get(fact[1], ANYTHING)})", re.escape(form)), re.ASCII
    )


PATTERNS = {ground: _pattern(form) for ground, form in FORMS.items()}
