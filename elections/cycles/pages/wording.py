"""How pages say the dates of a cycle, and what happens next in it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from flask_babel import format_datetime
from flask_babel import lazy_gettext as _l

from elections.cycles.dates import ANYWHERE_ON_EARTH
from elections.cycles.models import Cycle
from elections.cycles.rules import Period
from elections.cycles.services import course
from elections.lifecycle import FINAL, ORDER, Phase
from elections.models import Election
from elections.pages.language import translated as _
from elections.pages.wording import moment

PERIODS = {
    Period.ANNOUNCEMENT: _l("Announcement"),
    Period.NOMINATIONS: _l("Nominations"),
    Period.CAMPAIGN: _l("Campaign"),
    Period.VOTING: _l("Voting"),
    Period.COMPLAINTS: _l("Complaints"),
}


def in_zone(when: datetime, zone: str) -> str:
    """Say a moment in the zone in which the dates were chosen."""
    local = format_datetime(when.astimezone(ZoneInfo(zone)).replace(tzinfo=None), "d MMMM y, HH:mm", rebase=False)
    return f"{local} {zone_in_words(zone)}"


def zone_in_words(zone: str) -> str:
    """Say the name of a zone."""
    return _("Anywhere on Earth") if zone == ANYWHERE_ON_EARTH else zone.replace("_", " ")


def next_of_election(cycle: Cycle, election: Election, now: datetime) -> str | None:
    """Say what an election under rules waits for, where a date decides; None where its own state says more."""
    if cycle.announced_at is None:
        return _("An official is preparing these elections. Nothing is public yet.") if _drafted(election) else None
    if election.phase in {Phase.CAMPAIGN, Phase.ROLL_FROZEN} and cycle.voting_opens_at <= now:
        return opening(cycle, now)
    dates = {
        Phase.ANNOUNCED: _("Nominations open on %(when)s.", when=moment(cycle.nominations_open_at)),
        Phase.NOMINATIONS: _(
            "Members can nominate themselves and others until %(when)s.", when=moment(cycle.nominations_close_at)
        ),
        Phase.CAMPAIGN: _(
            "Nominations are closed. Ask the candidates questions; voting opens on %(when)s.",
            when=moment(cycle.voting_opens_at),
        ),
        Phase.ROLL_FROZEN: _(
            "The roll is final. The trustees bring their keys before voting opens on %(when)s.",
            when=moment(cycle.voting_opens_at),
        ),
    }
    if election.phase is Phase.KEY_CEREMONY and election.election_json is not None:
        return opening(cycle, now) if cycle.voting_opens_at <= now else _before_voting(cycle)
    if election.phase is Phase.VOTING and election.closes_at is not None and now < election.closes_at:
        until = moment(election.closes_at)
        return _("Voting is open until %(when)s. Whoever votes again replaces the earlier ballot.", when=until)
    return dates.get(election.phase)


def _drafted(election: Election) -> bool:
    return election.phase is Phase.DRAFT


def opening(cycle: Cycle, now: datetime) -> str:
    """Say when voting opens or, when its date has come without it, that it should have and what follows."""
    when = moment(cycle.voting_opens_at)
    if now < cycle.voting_opens_at:
        return _("Voting opens on %(when)s.", when=when)
    if course.is_too_late(cycle, now):
        return _(
            "Voting should have opened on %(when)s, and too little time is left for it. An official must move the "
            "date, or annul.",
            when=when,
        )
    return _("Voting should have opened on %(when)s. It opens as soon as everything is ready.", when=when)


def _before_voting(cycle: Cycle) -> str:
    return _("Every key is there. Voting opens by itself on %(when)s.", when=moment(cycle.voting_opens_at))


def next_of_cycle(cycle: Cycle, elections: Sequence[Election], now: datetime) -> str:
    """Say in a sentence where a cycle stands."""
    if cycle.announced_at is None:
        return _("This is a draft: only officials see it.")
    alive = [election for election in elections if election.phase not in FINAL]
    if not alive:
        certified = any(election.phase is Phase.CERTIFIED for election in elections)
        return _("These elections are over.") if certified else _("These elections were annulled.")
    telling = _telling(alive, now)
    said = next_of_election(cycle, telling, now)
    if said is not None:
        return said
    if telling.phase is Phase.KEY_CEREMONY:
        return f"{_('The trustees are bringing their keys.')} {opening(cycle, now)}"
    return _("Voting has ended. The result of each election is on its own page.")


def _telling(alive: Sequence[Election], now: datetime) -> Election:
    """Return the election that tells where its cycle stands: the open vote that closes first, else the one behind."""
    closes = {one: one.closes_at for one in alive if one.phase is Phase.VOTING and one.closes_at is not None}
    still_open = {one: when for one, when in closes.items() if now < when}
    if still_open:
        return min(still_open, key=still_open.__getitem__)
    return min(alive, key=lambda one: (ORDER.index(one.phase), one.election_json is not None))
