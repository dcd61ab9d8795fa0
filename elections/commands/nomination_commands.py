"""Commands about who stands: nominating, accepting, endorsing, withdrawing, and deciding on eligibility.

Members do this themselves on their pages; an operator enters here what they asked for by letter.
"""

from __future__ import annotations

import click

from elections.commands.acting import acting, as_person, because, official
from elections.commands.groups import election
from elections.models import Contest, Election
from elections.nominations.services import eligibility, nominating, records
from elections.services import catalogue
from foundation.accounts.services import joining
from foundation.core.commands import plainly
from foundation.core.db import db
from foundation.core.errors import NotFound

number = click.argument("number", type=int)


@election.command("nominate")
@click.argument("uuid")
@click.option("--contest", "position", type=click.IntRange(1), default=1, show_default=True, help="Counted from 1.")
@click.option("--nominee", metavar="ADDRESS", help="Who is to stand; default: who nominates.")
@as_person
def nominate(uuid: str, *, position: int, nominee: str | None, address: str) -> None:
    """Nominate somebody in election UUID; a nomination of oneself is accepted at once."""
    with acting(address) as act:
        contest = _contest(catalogue.find(act.session, uuid), position)
        person = joining.person_of(act.session, nominee) if nominee else act.by
        made = nominating.propose(act.session, contest.id, person, by=act.by, now=act.now)
        line = f"Nomination {made.id}: {person.display_name} for {contest.title}, {made.state}."
    click.echo(line)


def _contest(found: Election, position: int) -> Contest:
    if position > len(found.contests):
        raise NotFound(f"This election has no contest {position}.", code="no-such-contest")
    return found.contests[position - 1]


@election.command("accept")
@number
@as_person
def accept(number: int, address: str) -> None:
    """Accept nomination NUMBER, as the nominee."""
    with acting(address) as act:
        nominating.accept(act.session, number, by=act.by, now=act.now)
    click.echo(f"Nomination {number} is accepted.")


@election.command("decline")
@number
@as_person
def decline(number: int, address: str) -> None:
    """Decline nomination NUMBER, as the nominee."""
    with acting(address) as act:
        nominating.decline(act.session, number, by=act.by, now=act.now)
    click.echo(f"Nomination {number} is declined.")


@election.command("withdraw")
@number
@click.option("--why", default="", help="It is public.")
@as_person
def withdraw(number: int, *, why: str, address: str) -> None:
    """Withdraw nomination NUMBER, as the nominee, at any time before the certificate."""
    with acting(address) as act:
        nominating.withdraw(act.session, number, why, by=act.by, now=act.now)
    click.echo(f"Nomination {number} is withdrawn.")


@election.command("endorse")
@number
@as_person
def endorse(number: int, address: str) -> None:
    """Endorse nomination NUMBER, as a member."""
    with acting(address) as act:
        nominating.endorse(act.session, number, by=act.by, now=act.now)
    click.echo(f"Nomination {number} is endorsed.")


@election.command("nominations")
@click.argument("uuid")
def nominations(uuid: str) -> None:
    """List the accepted nominations of election UUID, with what was decided about each."""
    with plainly():
        for contest in catalogue.find(db.session, uuid).contests:
            click.echo(contest.title)
            for one in records.accepted(db.session, contest):
                decided = records.decision(one)
                verdict = "undecided" if decided is None else "eligible" if decided.eligible else "not eligible"
                click.echo(f"  {one.id}  {one.person.display_name}  {verdict}")


@election.command("decide")
@number
@click.option("--eligible/--not-eligible", required=True, help="Whether the nominee can be elected.")
@because
@as_person
def decide(number: int, *, eligible: bool, reason: str, address: str) -> None:
    """Decide whether the nominee of nomination NUMBER can be elected; print what the rules ask and what was found."""
    with official(address) as act:
        nomination = records.nomination(act.session, number)
        on = eligibility.judged_on(act.session, nomination.contest.election, act.now)
        for line in eligibility.finding(act.session, nomination, on).lines:
            click.echo(f"{line.clause}  {'met' if line.met else 'NOT MET'}  {line.asks}: {line.found}")
        eligibility.decide(act.session, number, eligible, reason, by=act.by, now=act.now)
    click.echo(f"Nomination {number} is found {'eligible' if eligible else 'not eligible'}.")
