"""Commands about the keys, the lot, the vote, and how an election stands."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click
from sqlalchemy import select

from elections.commands.acting import Acting, acting, as_person, because, moment, official
from elections.commands.groups import ceremony, election, lots
from elections.cycles.services import catalogue as cycles
from elections.lots import services as drawing
from elections.models import Election, Trustee
from elections.pages import steps
from elections.services import acts, catalogue, credentials, decrypting, mixing, outcome, progress, roll
from elections.services import ceremony as keys
from elections.services.acts import Act, Asked
from elections.services.replacing import Swap
from elections.verifier import lots as protocol
from foundation.accounts.services import joining
from foundation.core import clock
from foundation.core.access import Permission
from foundation.core.commands import Unusable, plainly
from foundation.core.db import db
from foundation.core.errors import Forbidden

ACCEPTING: dict[str, Callable[..., object]] = {
    "key": keys.accept_trustee_key,
    "shuffle": mixing.accept_shuffle,
    "decryption": decrypting.accept_partial_decryption,
}
uuid_argument = click.argument("uuid")
existing = click.Path(path_type=Path, exists=True, dir_okay=False)


@election.command("list")
def list_elections() -> None:
    """List the elections, the newest first."""
    with plainly():
        for one in db.session.execute(select(Election).order_by(Election.created_at.desc(), Election.uuid)).scalars():
            click.echo(f"{one.uuid}  {one.phase}  {one.title}")


@election.command("status")
@uuid_argument
def status(uuid: str) -> None:
    """Say how election UUID stands, and whom it waits for."""
    with plainly():
        found = catalogue.find(db.session, uuid)
        on_roll, missing = roll.size(db.session, found), credentials.missing(db.session, found)
        click.echo(f"{found.title}\nPhase: {found.phase}, since {moment(found.phase_since)}")
        click.echo("Trustees: " + ", ".join(f"{trustee.owner} {trustee.name}" for trustee in found.trustees))
        click.echo(f"Roll: {on_roll} voters, {missing} without a credential")
        cycle = cycles.cycle_of(db.session, found)
        opens, closes = (cycle.voting_opens_at, cycle.voting_closes_at) if cycle else (None, None)
        click.echo(f"Voting: {moment(found.opens_at or opens)} to {moment(found.closes_at or closes)}")
        click.echo(steps.said(db.session, found, steps.of(db.session, found, clock.now()), clock.now()))
        waiting = progress.what_waits(db.session, found)
        if waiting:
            names = ", ".join(trustee.name for trustee in waiting.trustees)
            click.echo(f"Waits for the {waiting.step} of {names} ({waiting.done} of {waiting.total} done)")
        for contest, kept in zip(found.contests, outcome.outcomes_of(db.session, found), strict=False):
            click.echo(f"{contest.title}: {', '.join(kept.report['results'][0]['seats']) or 'nobody'}")


@ceremony.command("begin")
@uuid_argument
@as_person
def begin(uuid: str, address: str) -> None:
    """Begin the key ceremony of election UUID: contests, candidates and roll are fixed from then on."""
    _perform(uuid, Act.BEGIN, address)
    click.echo("The key ceremony has begun.")


@ceremony.command("bring")
@uuid_argument
@click.argument("step", type=click.Choice(list(ACCEPTING)))
@click.argument("file", type=existing)
@as_person
def bring(uuid: str, *, step: str, file: Path, address: str) -> None:
    """Bring a trustee's public key, shuffle or partial decryption in FILE."""
    with acting(address, Permission.TRUSTEES_ACT) as act:
        owner, data = _seat(act, uuid).owner, file.read_bytes()
        ACCEPTING[step](act.session, uuid, owner, data, by=act.by.display_name, now=act.now)
    acts.go_on(uuid)
    click.echo(f"The {step} was checked and accepted.")


def _seat(act: Acting, uuid: str) -> Trustee:
    for trustee in act.official(uuid).trustees:
        if trustee.person_id == act.by.id:
            return trustee
    raise Forbidden(f"{act.by.display_name} is not a trustee of this election.", code="not-a-trustee")


@ceremony.command("replace")
@uuid_argument
@click.argument("number", type=int)
@click.argument("successor")
@because
@as_person
def replace(uuid: str, number: int, *, successor: str, reason: str, address: str) -> None:
    """Put SUCCESSOR, an address, in the place of trustee NUMBER of election UUID and of the others of its cycle.

    It is possible until the key ceremony begins. `status` names the trustees who fall away.
    """
    with official(address) as act:
        person = joining.person_of(act.session, successor)
        swap = Swap(number, person, reason)
        acts.perform(act.session, uuid, Act.REPLACE, Asked(act.by, act.now, swap=swap))
        name = person.display_name
    click.echo(f"{name} is trustee {number} now.")


@ceremony.command("finish")
@uuid_argument
@as_person
def finish(uuid: str, address: str) -> None:
    """Combine the trustees' keys of election UUID; the board begins."""
    _perform(uuid, Act.FINISH, address)
    click.echo("The keys are combined.")


@lots.command("commit")
@uuid_argument
@click.argument("secret_file", type=click.Path(path_type=Path, exists=False))
@as_person
def commit(uuid: str, *, secret_file: Path, address: str) -> None:
    """Make a secret, write it to the new SECRET_FILE, and publish the commitment to it; keep the file until the close.

    It is better made on a machine of one's own: what was on the server may have been read there.
    """
    with official(address) as act:
        found, secret = act.official(uuid), secrets.token_bytes(protocol.SECRET_BYTES)
        name = drawing.name_for(act.session, found, act.by)
        committed = protocol.commitment(uuid, name, secret)
        drawing.commit(act.session, uuid, committed, by=act.by, now=act.now)
        _write_new(secret_file, secret.hex() + "\n")
    click.echo(f"{name} has committed to {committed}.")


def _write_new(file: Path, text: str) -> None:
    try:
        with file.open("x", encoding="ascii") as out:
            file.chmod(0o600)
            out.write(text)
    except OSError as error:
        raise Unusable(f"{file}: {error.strerror}") from None


@lots.command("reveal")
@uuid_argument
@click.argument("secret_file", type=existing)
@as_person
def reveal(uuid: str, *, secret_file: Path, address: str) -> None:
    """Publish the secret in SECRET_FILE, after the close."""
    with acting(address) as act:
        made = drawing.reveal(act.session, uuid, secret_file.read_text(errors="replace"), by=act.by, now=act.now)
        name = made.name
    acts.go_on(uuid)
    click.echo(f"The secret of {name} is revealed.")


@lots.command("show")
@uuid_argument
def show_lots(uuid: str) -> None:
    """List the commitments of election UUID and what was revealed."""
    with plainly():
        for made in drawing.commitments(db.session, catalogue.find(db.session, uuid)):
            click.echo(f"{made.name}  {made.commitment}  {made.secret or 'not revealed yet'}")


@election.command("open")
@uuid_argument
@click.option("--until", type=click.DateTime(["%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M"]), help="When it closes, in UTC.")
@as_person
def open_voting(uuid: str, *, until: datetime | None, address: str) -> None:
    """Open the vote of poll UUID; an election under rules opens at its date."""
    _perform(uuid, Act.OPEN, address, closes_at=until.replace(tzinfo=UTC) if until else None)
    click.echo("Voting is open.")


@election.command("close")
@uuid_argument
@as_person
def close_voting(uuid: str, address: str) -> None:
    """Close the vote of poll UUID; an election under rules closes at its date and never before."""
    _perform(uuid, Act.CLOSE, address)
    click.echo("Voting is closed.")


@election.command("annul")
@uuid_argument
@because
@as_person
def annul(uuid: str, *, reason: str, address: str) -> None:
    """Annul election UUID."""
    _perform(uuid, Act.ANNUL, address, reason=reason)
    click.echo("The election is annulled.")


def _perform(uuid: str, what: Act, address: str, **more: Any) -> None:
    """Do an official's act, and let the server go on with its own part."""
    with official(address) as act:
        acts.perform(act.session, uuid, what, Asked(act.by, act.now, **more))
    acts.go_on(uuid)
