"""The dates and facts of an election, as the rows of a summary list."""

from __future__ import annotations

from flask import get_template_attribute
from flask_babel import format_date

from elections.cycles.models import Cycle
from elections.cycles.services import drafting
from elections.models import CredentialSource, Election
from elections.pages import wording
from elections.pages.language import translated as _
from elections.pages.overview import Overview

Row = tuple[str, object]


def rows(election: Election, facts: Overview, cycle: Cycle | None) -> list[Row]:
    """Return what the election's page says about it, in the order in which a reader asks."""
    found: list[Row] = [(_("Opens"), _opens(election, cycle)), (_("Closes"), _closes(election, cycle))]
    if cycle is not None:
        found = [*_under_rules(election, cycle), *found]
    found += [
        (_("On the roll"), facts.on_roll),
        (_("Ballots on the board"), facts.ballots),
    ]
    if facts.turnout is not None:
        found.append((_("Turnout"), _("%(cast)s of %(all)s", cast=facts.turnout[0], all=facts.turnout[1])))
    found += [
        (_("Voting credentials"), _credentials(election)),
        (_("Identifier"), _code(election.uuid)),
    ]
    if election.manifest_sha256:
        found.append((_("Manifest SHA-256"), _code(election.manifest_sha256)))
    return found


def _under_rules(election: Election, cycle: Cycle) -> list[Row]:
    electorate = drafting.electorate_in_words(election.electorate, election.project)
    return [
        (_("Who votes"), electorate),
        (_("Nominations open"), _moment(cycle.nominations_open_at)),
        (_("Nominations close"), _moment(cycle.nominations_close_at)),
        (_("Record date"), format_date(cycle.record_on, "d MMMM y")),
    ]


def _opens(election: Election, cycle: Cycle | None) -> object:
    when = election.opens_at or (cycle.voting_opens_at if cycle is not None else None)
    return _moment(when) if when else _("not decided yet")


def _closes(election: Election, cycle: Cycle | None) -> object:
    when = election.closes_at or (cycle.voting_closes_at if cycle is not None else None)
    if when:
        return _moment(when)
    return _("when an official closes it") if wording.has_opened(election) else _("not decided yet")


def _credentials(election: Election) -> str:
    if election.credential_source is CredentialSource.SERVER and election.demonstration:
        return _("made by this server, which keeps them: this is a demonstration")
    if election.credential_source is CredentialSource.SERVER:
        return _("made by this server, which forgets each when its voter picks it up")
    return _("made by a registrar, away from this server")


def _moment(when: object) -> object:
    return get_template_attribute("macros/page.html", "moment")(when)


def _code(text: str) -> object:
    return get_template_attribute("macros/page.html", "code")(text)
