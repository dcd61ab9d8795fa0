"""Commands about the rules and about cycles."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import click

from elections.commands.acting import Acting, Command, as_person, because, moment, official
from elections.commands.groups import cycle, election, rules
from elections.cycles import dates as calendar
from elections.cycles.dates import ANYWHERE_ON_EARTH, BadDate, Dates
from elections.cycles.models import Cycle
from elections.cycles.rules import Period
from elections.cycles.services import catalogue, course, drafting, extending, redating, rules_in_force
from elections.cycles.services.drafting import NewCycle
from elections.models import CredentialSource, TrusteeKind
from elections.services.setup import NewTrustee
from foundation.accounts.services import joining
from foundation.core.commands import Unusable, plainly
from foundation.core.db import db

SERVER = "The election server"
SOURCES = click.Choice([source.value for source in CredentialSource])
WALL = click.DateTime(["%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M", "%Y-%m-%dT%H:%M:%S"])
DATES = (
    click.option("--nominations-open", type=WALL, required=True),
    click.option("--nominations-close", type=WALL, required=True),
    click.option("--voting-opens", type=WALL, required=True),
    click.option("--voting-closes", type=WALL, required=True),
    click.option("--complaint-days", type=click.IntRange(0), help="Default: as few as the rules allow."),
    click.option("--zone", default="UTC", show_default=True, help="The zone of these times."),
    click.option("--anywhere-on-earth", is_flag=True, help="They are in the last zone on earth, UTC-12."),
)


def dated(command: Command) -> Command:
    """Add the options that say the dates of a cycle."""
    for add in reversed(DATES):
        command = add(command)
    return command


@rules.command("adopt")
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@as_person
def adopt(file: Path, address: str) -> None:
    """Put the rules in FILE in force for the cycles that begin from now on."""
    with official(address) as act:
        text = _text_of(file)
        adopted = rules_in_force.adopt_rules(act.session, text, by=act.by, now=act.now)
        version = adopted.version
    click.echo(f"Version {version} of the election rules is in force.")


@rules.command("show")
@click.option("--version", help="Which; default: the one in force.")
def show_rules(version: str | None) -> None:
    """Print a version of the rules as it was adopted."""
    with plainly():
        found = rules_in_force.version_of(db.session, version) if version else rules_in_force.rules_in_force(db.session)
        click.echo(found.text, nl=False)


@cycle.command("draft")
@click.argument("title")
@click.option("--contest", "contests", multiple=True, required=True, metavar="KEY", help="A contest of the rules.")
@dated
@click.option("--trustee", "trustees", multiple=True, metavar="ADDRESS", help="A trustee besides the server.")
@click.option(
    "--credentials",
    type=SOURCES,
    default="registrar",
    show_default=True,
)
@click.option("--demonstration", is_flag=True, help="The server keeps all keys, and every page says so.")
@as_person
def draft(title: str, *, contests: tuple[str, ...], address: str, **given: object) -> None:
    """Begin a cycle called TITLE under the rules in force; print its number and its elections."""
    with official(address) as act:
        new = NewCycle(
            title=title,
            contests=contests,
            dates=_dates(given),
            trustees=_trustees(act, given["trustees"]),
            credential_source=CredentialSource(str(given["credentials"])),
            anywhere_on_earth=bool(given["anywhere_on_earth"]),
            demonstration=bool(given["demonstration"]),
        )
        made = drafting.draft(act.session, new, by=act.by, now=act.now)
        lines = _lines(made)
    click.echo("\n".join(lines))


def _dates(given: dict[str, object]) -> Dates:
    zone = ANYWHERE_ON_EARTH if given["anywhere_on_earth"] else str(given["zone"])
    names = ("nominations_open", "nominations_close", "voting_opens", "voting_closes")
    try:
        begin, end, opens, closes = (calendar.instant(given[name], zone) for name in names)  # type: ignore[arg-type]
    except BadDate as error:
        raise Unusable(str(error)) from None
    days = given["complaint_days"]
    return Dates(begin, end, opens, closes, zone=zone, complaint_days=days if isinstance(days, int) else None)


def _trustees(act: Acting, addresses: object) -> list[NewTrustee]:
    people = [joining.person_of(act.session, str(one)) for one in addresses]  # type: ignore[attr-defined]
    server = NewTrustee(SERVER, kind=TrusteeKind.SERVER)
    return [server, *(NewTrustee(person.display_name, person) for person in people)]


@cycle.command("redate")
@click.argument("number", type=int)
@dated
@as_person
def redate(number: int, *, address: str, **given: object) -> None:
    """Give drafted cycle NUMBER other dates; once it is announced, its dates can only be extended."""
    with official(address) as act:
        lines = _lines(redating.redate(act.session, number, _dates(given), by=act.by, now=act.now))
    click.echo("\n".join(lines))


@cycle.command("announce")
@click.argument("number", type=int)
@as_person
def announce(number: int, address: str) -> None:
    """Announce cycle NUMBER to the members concerned."""
    with official(address) as act:
        made = course.announce(act.session, number, by=act.by, now=act.now)
        title = made.title
    click.echo(f"{title} is announced.")


@cycle.command("show")
@click.argument("number", type=int)
def show(number: int) -> None:
    """Print the dates and elections of cycle NUMBER."""
    with plainly():
        click.echo("\n".join(_lines(catalogue.find(db.session, number))))


def _lines(found: Cycle) -> list[str]:
    dates = {
        "Announced": moment(found.announced_at),
        "Nominations": f"{moment(found.nominations_open_at)} to {moment(found.nominations_close_at)}",
        "Record date": f"{found.record_on}",
        "Voting": f"{moment(found.voting_opens_at)} to {moment(found.voting_closes_at)}",
        "Complaints": f"{found.complaint_days} days",
        "Days are counted in": found.zone,
    }
    db.session.refresh(found)
    elections = [f"{one.uuid}  {one.phase}  {one.title}" for one in found.elections]
    return [f"Cycle {found.id}: {found.title}", *(f"{name}: {what}" for name, what in dates.items()), *elections]


@cycle.command("extend")
@click.argument("number", type=int)
@click.argument("period", type=click.Choice([period.value for period in Period]))
@click.argument("until", type=WALL)
@click.option("--zone", default="UTC", show_default=True, help="The zone of UNTIL.")
@because
@as_person
def extend(number: int, *, period: str, until: datetime, zone: str, reason: str, address: str) -> None:
    """Extend a PERIOD of cycle NUMBER until a later time, as far as the rules allow."""
    with official(address) as act:
        try:
            end = calendar.instant(until, zone)
        except BadDate as error:
            raise Unusable(str(error)) from None
        extending.extend(act.session, number, Period(period), end, reason=reason, by=act.by, now=act.now)
    click.echo(f"The period of {period} is extended until {moment(end)}.")


@cycle.command("annul")
@click.argument("number", type=int)
@because
@as_person
def annul(number: int, *, reason: str, address: str) -> None:
    """Annul all elections of cycle NUMBER that are not over."""
    with official(address) as act:
        course.annul(act.session, number, reason, by=act.by, now=act.now)
    click.echo("The elections are annulled.")


@election.command("tick")
def tick() -> None:
    """Do now what the worker does each minute: take elections on by their dates, close, mix, decrypt and count."""
    from elections import jobs

    jobs.watch()
    click.echo("Done.")


def _text_of(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise Unusable(f"{file}: {error}") from None
