"""Rules files: what they say is read, and what is wrong is named with its section."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import pytest

import elections.cycles
from elections.cycles.rules import Missed, Period, Published
from elections.cycles.rules_file import BadRules, read_rules

HOME = Path(elections.cycles.__file__ or "").parent
DEMONSTRATION = (HOME / "demonstration_rules.toml").read_text()
TRIAL = (HOME / "trial_rules.toml").read_text()


def test_the_demonstration_rules_say_what_they_say() -> None:
    rules = read_rules(DEMONSTRATION)
    assert rules.version == "2026-1"
    assert (rules.nominations.clause, rules.nominations.days_min, rules.nominations.days_max) == ("4.2", 14, None)
    assert rules.voting.days_max == 30
    assert rules.endorsements.group_share == Fraction(1, 2)
    assert rules.turnout is not None
    assert (rules.turnout.quorum, rules.turnout.missed, rules.turnout.extend_days) == (
        Fraction(1, 10),
        Missed.EXTEND,
        7,
    )
    assert Period.ANNOUNCEMENT not in rules.extension.periods
    assert rules.roll.published is Published.COUNT
    assert [contest.key for contest in rules.contests] == ["individual-director", "corporate-director", "lead-example"]
    lead = rules.contest("lead-example")
    assert (lead.project, lead.standing.months if lead.standing else None) == ("example", 12)


def test_trial_rules_ask_for_no_day_at_all() -> None:
    assert {rule.days_min for rule in read_rules(TRIAL).periods.values()} == {0}


def test_a_contest_the_rules_do_not_know_is_none_of_them() -> None:
    with pytest.raises(LookupError, match="treasurer"):
        read_rules(DEMONSTRATION).contest("treasurer")


@pytest.mark.parametrize("section", ["cap", "turnout"])
def test_cap_and_turnout_may_be_left_out(section: str) -> None:
    begin = DEMONSTRATION.index(f"[{section}]")
    end = DEMONSTRATION.index("[", begin + 1 + len(section))
    while DEMONSTRATION[end - 1] != "\n":
        end = DEMONSTRATION.index("[", end + 1)
    assert getattr(read_rules(DEMONSTRATION[:begin] + DEMONSTRATION[end:]), section) is None


@pytest.mark.parametrize(
    ("was", "becomes", "sentence"),
    [
        ('"footing-rules/1"', '"footing-rules/2"', "do not begin with format"),
        ('title = "Election rules of a demonstration foundation"', "", "the file itself.*title"),
        ("[voting]", "[vote]", r"\[voting\] of the rules is missing"),
        ("[lots]", "[lot]", r"\[lots\] of the rules is missing"),
        ("days_min = 7\ndays_max = 30", "days_min = 7\ndays_max = 3", r"\[voting\].*days_max"),
        ("days_min = 7\ndays_max = 30", 'days_min = "7"', r"\[voting\].*days_min.*'7'"),
        ("days_min = 7\ndays_max = 30", "days_min = -1", r"\[voting\].*-1"),
        ("days_min = 7\ndays_max = 30", "days_min = true", r"\[voting\].*True"),
        ("days_min = 7\ndays_max = 30", "days_min = 7\ndays_most = 30", r"\[voting\] of the rules has “days_most”"),
        ('clause = "4.4"\n', "", r"\[voting\] of the rules does not say “clause”"),
        ('clause = "4.4"', 'clause = "4\\n4"', r"\[voting\].*one line"),
        ('group_share = "1/2"', 'group_share = "3/2"', r"\[endorsements\].*3/2"),
        ('group_share = "1/2"', 'group_share = "1/0"', r"\[endorsements\].*1/0"),
        ('group_share = "1/2"', "group_share = 0.5", r"\[endorsements\].*0.5"),
        ('quorum = "1/10"', 'quorum = "0/10"', r"\[turnout\].*0/10"),
        ('missed = "extend"', 'missed = "shrug"', r"\[turnout\].*void, extend.*shrug"),
        ('missed = "extend"\nextend_days = 7', 'missed = "void"\nextend_days = 7', r"\[turnout\].*extend_days"),
        ('"campaign", "voting", "complaints"]', '"certification"]', r"\[extension\] of the rules does not know"),
        ('published = "count"', 'published = "none"', r"\[roll\].*count, names"),
        ('key = "corporate-director"', 'key = "individual-director"', "two contests with the key individual-director"),
        ('key = "corporate-director"', 'key = "Corporate Director"', r"\[contests 2\].*Corporate Director"),
        ("seats = 3", "seats = 0", r"\[contests 1\].*seats"),
        ("seats = 3", "seats = 31", r"\[contests 1\].*seats"),
        ('method = "schulze"', 'method = "borda"', r"\[contests 1\].*borda"),
        ('electorate = "individual"', 'electorate = "sponsors"', r"\[contests 1\].*sponsors"),
        ('electorate = "corporate"', 'electorate = "corporate"\nproject = "x"', r"\[contests 2\].*“project”"),
        ("[contests.standing]\nminimum = 1", "[contests.standing]\nminimum = 0", r"\[contests 3.standing\].*minimum"),
        ('format = "footing-rules/1"', "format = [", "not a TOML file"),
        ('format = "footing-rules/1"', "format = " + "[" * 50_000, "not a TOML file"),
        ('format = "footing-rules/1"', "format = " + "9" * 50_000, "not a TOML file"),
    ],
)
def test_what_is_wrong_is_named_with_its_section(was: str, becomes: str, sentence: str) -> None:
    assert was in DEMONSTRATION
    with pytest.raises(BadRules, match=sentence):
        read_rules(DEMONSTRATION.replace(was, becomes, 1))


def test_a_file_of_more_than_a_hundred_thousand_characters_is_not_read() -> None:
    with pytest.raises(BadRules, match="at most"):
        read_rules(DEMONSTRATION + "#" * 100_000)


def test_money_is_no_rule() -> None:
    """Invariant 2: nothing about price, tier or payment can stand in a rules file."""
    for word in ("price", "tier", "payment", "sponsor"):
        with pytest.raises(BadRules, match=word):
            read_rules(DEMONSTRATION.replace("[candidates]", f"[candidates]\n{word} = 1"))
