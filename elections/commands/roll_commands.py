"""Commands about the roll, appeals and credentials."""

from __future__ import annotations

from pathlib import Path

import click
from sqlalchemy import select

from elections.commands.acting import acting, as_person, because, official
from elections.commands.groups import appeal, credentials, roll
from elections.electorate.models import AppealKind
from elections.electorate.services import appealing, building, explaining, freezing
from elections.models import Voter
from elections.pages import listing
from elections.registrar.roll import COLUMNS, table
from elections.services import catalogue, twins
from elections.services import credentials as issuing
from elections.services import roll as rolls
from foundation.accounts.services import joining
from foundation.core.access import Permission
from foundation.core.commands import Unusable, plainly
from foundation.core.db import db

uuid_argument = click.argument("uuid")


@roll.command("build")
@uuid_argument
@as_person
def build(uuid: str, address: str) -> None:
    """Build the roll of election UUID from the directory; again, as often as wanted, until it is frozen."""
    with official(address) as act:
        count = building.build(act.session, catalogue.find(act.session, uuid), by=act.by, now=act.now)
    click.echo(f"{count} voters are on the roll.")


@roll.command("show")
@uuid_argument
@click.option("--person", metavar="ADDRESS", help="Say only why this person is, or is not, on it.")
def show(uuid: str, person: str | None) -> None:
    """Print the roll with each voter's reason, and what keeps it from being frozen."""
    with plainly():
        found = catalogue.find(db.session, uuid)
        if person:
            click.echo(explaining.why(db.session, found, joining.person_of(db.session, person)))
            return
        voters = db.session.execute(select(Voter).where(Voter.election_uuid == uuid).order_by(Voter.address)).scalars()
        for voter in voters:
            click.echo(f"{voter.address}  {voter.name}  {voter.reason}")
        click.echo(f"{rolls.size(db.session, found)} voters; SHA-256 {found.roll_sha256 or 'not frozen yet'}")
        if found.roll_sha256 is None and found.cycle_id is not None:
            for sentence in freezing.what_waits(db.session, found):
                click.echo(sentence)


@roll.command("freeze")
@uuid_argument
@as_person
def freeze(uuid: str, address: str) -> None:
    """Freeze the roll of election UUID; nothing changes it afterwards."""
    with official(address) as act:
        digest = freezing.freeze(act.session, uuid, by=act.by, now=act.now).roll_sha256
    click.echo(f"The roll is frozen; its SHA-256 is {digest}.")


@roll.command("merged")
@uuid_argument
def merged(uuid: str) -> None:
    """List the voters of election UUID who turned out to be one since its roll was frozen; it is not public."""
    with plainly():
        for one in twins.of(db.session, catalogue.find(db.session, uuid)):
            said = "voted" if one.voted else "has not voted"
            other = "voted" if one.other_voted else "has not voted"
            click.echo(f"{one.address}  {one.name}  {said}  =  {one.other_address}  {one.other_name}  {other}")


@appeal.command("make")
@uuid_argument
@click.argument("kind", type=click.Choice([kind.value for kind in AppealKind]))
@click.argument("text")
@click.option("--nomination", type=int, help="Of which nomination, for an appeal about eligibility.")
@as_person
def make(uuid: str, *, kind: str, text: str, nomination: int | None, address: str) -> None:
    """Enter a person's appeal in election UUID."""
    with acting(address) as act:
        made = appealing.appeal(
            act.session, uuid, AppealKind(kind), text, person=act.by, now=act.now, nomination_id=nomination
        )
        number = made.id
    click.echo(f"Appeal {number} waits for two officials.")


@appeal.command("list")
@uuid_argument
def list_appeals(uuid: str) -> None:
    """List the appeals in election UUID."""
    with plainly():
        for one in appealing.appeals(db.session, catalogue.find(db.session, uuid)):
            state = "waits" if one.decided_at is None else "upheld" if one.upheld else "dismissed"
            click.echo(f"{one.id}  {one.kind}  {one.person.display_name}  {state}  {' '.join(one.text.split())}")


@appeal.command("decide")
@click.argument("number", type=int)
@click.option("--uphold/--dismiss", required=True)
@because
@as_person
def decide(number: int, *, uphold: bool, reason: str, address: str) -> None:
    """Give an official's verdict on appeal NUMBER; two of the same kind decide it."""
    with official(address) as act:
        verdict = appealing.decide(act.session, number, uphold, reason, by=act.by, now=act.now)
        decided = verdict.appeal.decided_at is not None
    click.echo(f"Appeal {number} is decided." if decided else "The verdict is kept; another official's is needed.")


@credentials.command("issue")
@uuid_argument
@as_person
def issue(uuid: str, address: str) -> None:
    """Let the server make the missing credentials, where the election says that it does."""
    with official(address) as act:
        count = issuing.issue_by_server(act.session, act.official(uuid), by=act.by.display_name, now=act.now)
    click.echo(f"{count} credentials are made.")


@credentials.command("roll")
@uuid_argument
@click.argument("file", type=click.Path(path_type=Path, exists=False))
@as_person
def take_roll(uuid: str, *, file: Path, address: str) -> None:
    """Write the roll of election UUID into the new FILE, as the registrar's own tool reads it."""
    with acting(address, Permission.CREDENTIALS_ISSUE) as act:
        rows = [(voter.address, voter.name) for voter in listing.voters(act.session, act.official(uuid))]
        try:
            with file.open("x", encoding="utf-8", newline="") as out:
                out.write(table(COLUMNS[-1], rows))
        except OSError as error:
            raise Unusable(f"{file}: {error.strerror}") from None
    click.echo(f"{len(rows)} voters are in {file}.")


@credentials.command("bring")
@uuid_argument
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@as_person
def bring(uuid: str, *, file: Path, address: str) -> None:
    """Put the registrar's public credentials in FILE on the roll, all of them or none."""
    with acting(address, Permission.CREDENTIALS_ISSUE) as act:
        election, data = act.official(uuid), _bytes_of(file)
        count = issuing.accept_from_registrar(act.session, election, data, by=act.by.display_name, now=act.now)
    click.echo(f"{count} public credentials are on the roll.")


def _bytes_of(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as error:
        raise Unusable(f"{file}: {error.strerror}") from None
