"""What one can subscribe to: the acts of elections as a feed, and a cycle's dates as a calendar."""

from __future__ import annotations

import json
import re
from datetime import datetime

from sqlalchemy import not_, or_, select
from sqlalchemy.orm import Session

from elections.cycles.models import Cycle
from elections.cycles.pages import acts
from elections.cycles.pages.atom import Entry, Feed
from elections.cycles.pages.icalendar import Event
from elections.cycles.rules import Period
from elections.cycles.services import drafting, rules_in_force
from elections.lifecycle import Phase
from elections.models import Election
from elections.pages.language import translated as _
from elections.pages.wording import moment
from elections.services import catalogue as elections
from elections.services import setup
from foundation.core.context import external_url, settings
from foundation.core.register import RegisterEntry

MOST_ENTRIES = 50
# As the register writes an instant, always in UTC.
INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?\+00:00", re.ASCII)


def feed(session: Session, now: datetime) -> Feed:
    """Return the newest acts of elections from the register; of drafts nothing is told."""
    about = or_(
        RegisterEntry.subject.startswith("election "),
        RegisterEntry.subject.startswith("cycle "),
    )
    wanted = select(RegisterEntry).where(about, RegisterEntry.act.not_like("cycle.%drafted"))
    wanted = wanted.where(RegisterEntry.subject.not_in(_drafts(session)))
    found = session.execute(wanted.order_by(RegisterEntry.seq.desc()).limit(MOST_ENTRIES)).scalars().all()
    titles = _titles(session, {entry.subject for entry in found})
    return Feed(
        title=_("Elections of %(foundation)s", foundation=settings().foundation_name),
        here=external_url("cycles.feed"),
        page=external_url("elections.index"),
        updated=found[0].at if found else now,
        entries=[_entry(entry, *titles.get(entry.subject, ("", external_url("cycles.rules")))) for entry in found],
    )


def _drafts(session: Session) -> list[str]:
    drafts = session.execute(select(Election.uuid).where(not_(elections.public()))).scalars()
    cycles = session.execute(select(Cycle.id).where(Cycle.announced_at.is_(None))).scalars()
    return [f"election {uuid}" for uuid in drafts] + [f"cycle {number}" for number in cycles]


def _titles(session: Session, subjects: set[str]) -> dict[str, tuple[str, str]]:
    """Return the title and the page of each subject that is an election or a cycle."""
    names = {subject.partition(" ")[2] for subject in subjects}
    named = session.execute(select(Election).where(Election.uuid.in_(names))).scalars()
    numbers = [int(name) for name in names if name.isdecimal()]
    cycles = session.execute(select(Cycle).where(Cycle.id.in_(numbers))).scalars()
    found = {setup.subject(one): (one.title, external_url("elections.show", uuid=one.uuid)) for one in named}
    for cycle in cycles:
        found[drafting.subject(cycle)] = (cycle.title, external_url("cycles.show", cycle_id=cycle.id))
    return found


def _entry(entry: RegisterEntry, title: str, link: str) -> Entry:
    facts = json.loads(entry.facts)
    text = "; ".join(f"{key.replace('_', ' ')}: {_fact(value)}" for key, value in facts.items() if value is not None)
    # A tag IRI (RFC 4151) of the register's entry: it stays whatever becomes of the address.
    identifier = f"tag:{settings().host.partition(':')[0]},2026:register/{entry.seq}"
    return Entry(
        identifier, " – ".join(part for part in (title, acts.called(entry.act)) if part), link, entry.at, entry.by, text
    )


def _fact(value: object) -> str:
    if not isinstance(value, str):
        return json.dumps(value, ensure_ascii=False)
    return moment(datetime.fromisoformat(value)) if INSTANT.fullmatch(value) else value


def _last_close(cycle: Cycle) -> datetime:
    """Return when the last of the votes closes: the rules may have made one longer than the others."""
    longer = [one.closes_at for one in cycle.elections if one.closes_at and one.phase is not Phase.ANNULLED]
    return max([cycle.voting_closes_at, *longer])


def events(cycle: Cycle) -> list[Event]:
    """Return the dates of a cycle for a calendar."""
    rules = rules_in_force.rules_of(cycle)
    cancelled = bool(cycle.elections) and all(election.phase is Phase.ANNULLED for election in cycle.elections)
    spans = {
        Period.NOMINATIONS: (_("Nominations"), cycle.nominations_open_at, cycle.nominations_close_at),
        Period.CAMPAIGN: (_("Campaign"), cycle.nominations_close_at, cycle.voting_opens_at),
        Period.VOTING: (_("Voting"), cycle.voting_opens_at, _last_close(cycle)),
    }
    url, changed, number = external_url("cycles.show", cycle_id=cycle.id), _changed(cycle), len(cycle.extensions)
    found = [
        Event(
            uid=f"cycle-{cycle.id}-{period.value}@{settings().host}",
            summary=f"{cycle.title}: {name}",
            description=_("Clause %(clause)s of the election rules.", clause=rules.periods[period].clause),
            url=url,
            begin=begin,
            end=end,
            changed=changed,
            sequence=number + cancelled,
            cancelled=cancelled,
        )
        for period, (name, begin, end) in spans.items()
    ]
    record = Event(
        uid=f"cycle-{cycle.id}-record@{settings().host}",
        summary=_("%(title)s: record date", title=cycle.title),
        description=_("Who is a member at the end of this day (UTC) is on the roll."),
        url=url,
        begin=cycle.record_on,
        end=None,
        changed=changed,
        sequence=number + cancelled,
        cancelled=cancelled,
    )
    return [record, *found]


def _changed(cycle: Cycle) -> datetime:
    return max([cycle.announced_at or cycle.created_at, *(extension.at for extension in cycle.extensions)])
