"""The election rules as a page shows them, and the difference between two versions."""

from __future__ import annotations

import difflib
from dataclasses import dataclass
from fractions import Fraction

from elections.cycles.dates import days_spoken
from elections.cycles.models import RulesVersion
from elections.cycles.pages.wording import PERIODS
from elections.cycles.rules import ContestRule, ElectionRules, Missed, PeriodRule, Published
from elections.pages.language import translated as _
from elections.pages.language import translated_number as ngettext
from elections.pages.wording import METHODS, listed

Row = tuple[str, str]
CONTEXT_LINES = 3


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a comparison: `change` is "added", "removed", "same", or "gap" where equal lines are left out."""

    change: str
    text: str


def rows(rules: ElectionRules) -> list[Row]:
    """Return what the rules say in words, each with its clause."""
    found = [(f"{PERIODS[period]} ({rule.clause})", _length(rule)) for period, rule in rules.periods.items()]
    found += [
        (_("Record date (%(clause)s)", clause=rules.record.clause), _record(rules)),
        (_("Who can stand (%(clause)s)", clause=rules.candidates.clause), _candidates(rules)),
        (_("Endorsements (%(clause)s)", clause=rules.endorsements.clause), _endorsements(rules)),
    ]
    if rules.cap is not None:
        text = _("at most %(seats)s seats for one control group", seats=rules.cap.seats)
        found.append((_("Cap (%(clause)s)", clause=rules.cap.clause), text))
    if rules.turnout is not None:
        found.append((_("Turnout (%(clause)s)", clause=rules.turnout.clause), _turnout(rules)))
    found += [
        (_("Extensions (%(clause)s)", clause=rules.extension.clause), _extension(rules)),
        (_("Roll (%(clause)s)", clause=rules.roll.clause), _roll(rules)),
        (
            _("Lots (%(clause)s)", clause=rules.lots.clause),
            _("%(number)s officials commit to a secret before voting opens", number=rules.lots.officials),
        ),
        (
            _("Certification (%(clause)s)", clause=rules.certification.clause),
            _("%(number)s certifiers sign", number=rules.certification.signatures),
        ),
    ]
    return found


def contest_rows(rules: ElectionRules) -> list[Row]:
    """Return the contests that the rules know, each with what fills its seats."""
    return [(f"{contest.title} ({contest.clause})", _contest(contest)) for contest in rules.contests]


def _contest(rule: ContestRule) -> str:
    words = {
        "seats": ngettext("%(num)d seat", "%(num)d seats", rule.seats),
        "method": METHODS.get(rule.method, rule.method),
        "body": rule.body,
        "months": rule.term_months,
        "who": electorate(rule),
    }
    return _("%(seats)s on: %(body)s; for %(months)s months; elected by %(who)s; counted by %(method)s", **words)


def electorate(rule: ContestRule) -> str:
    """Say who votes in a contest."""
    if rule.project is None:
        return _("individual members") if rule.electorate == "individual" else _("corporate members")
    return _("members who contribute to the project %(project)s", project=rule.project)


def _length(rule: PeriodRule) -> str:
    least = {"least": days_spoken(rule.days_min)}
    if rule.days_max is None:
        return _("at least %(least)s", **least)
    return _("at least %(least)s, at most %(most)s", most=days_spoken(rule.days_max), **least)


def _record(rules: ElectionRules) -> str:
    words = {"days": days_spoken(rules.record.days_before_voting), "member": days_spoken(rules.record.membership_days)}
    return _("%(days)s before voting opens; voters have been members for %(member)s by then", **words)


def _candidates(rules: ElectionRules) -> str:
    return _("who has been a member for %(days)s", days=days_spoken(rules.candidates.membership_days))


def _endorsements(rules: ElectionRules) -> str:
    words = {"needed": rules.endorsements.needed, "share": share(rules.endorsements.group_share)}
    return _("%(needed)s needed, at most %(share)s of them from one control group", **words)


def _turnout(rules: ElectionRules) -> str:
    rule = rules.turnout
    if rule is None:
        return ""
    words = {"quorum": share(rule.quorum), "days": days_spoken(rule.extend_days)}
    if rule.missed is Missed.EXTEND:
        return _("%(quorum)s of the roll; where fewer vote, voting goes on once for %(days)s", **words)
    return _("%(quorum)s of the roll; where fewer vote, no seat is filled", **words)


def _extension(rules: ElectionRules) -> str:
    rule = rules.extension
    if not rule.periods or not rule.times:
        return _("none")
    names = [str(PERIODS[period]) for period in PERIODS if period in rule.periods]
    words = {"periods": listed(names), "days": days_spoken(rule.days_max)}
    often = ngettext("%(num)d time", "%(num)d times", rule.times)
    return _("%(periods)s: by at most %(days)s each time, %(often)s in all", often=often, **words)


def _roll(rules: ElectionRules) -> str:
    if rules.roll.published is Published.NAMES:
        return _("published with its names, its count and its hash")
    return _("published as its count and its hash")


def share(value: Fraction) -> str:
    """Say a share as the rules write it."""
    return f"{value.numerator}/{value.denominator}"


def difference(old: RulesVersion, new: RulesVersion) -> list[Line]:
    """Return the lines that changed between two versions, with a few around them."""
    before, after = old.text.splitlines(), new.text.splitlines()
    found: list[Line] = []
    for group in difflib.SequenceMatcher(None, before, after, autojunk=False).get_grouped_opcodes(CONTEXT_LINES):
        if found or group[0][1] > 0:
            found.append(Line("gap", ""))
        for tag, a, b, c, d in group:
            if tag == "equal":
                found += [Line("same", line) for line in before[a:b]]
            else:
                found += [Line("removed", line) for line in before[a:b]] + [Line("added", line) for line in after[c:d]]
    return found
