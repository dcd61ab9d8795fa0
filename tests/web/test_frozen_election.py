"""After the first ballot no request and no command changes roll, manifest, candidates, keys or lots of an election."""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import click
import pytest
from flask import Flask
from sqlalchemy import text
from sqlalchemy.orm import Session
from werkzeug.routing import Rule

from elections.commands import groups
from elections.crypto import ballot as protocol
from elections.crypto.trustees import generate_key
from elections.lifecycle import Phase
from elections.models import Candidate, Contest, Election
from elections.services import casting, credentials
from elections.services.frozen import protocol_election
from foundation.accounts.models import Person
from foundation.core import clock, programs
from foundation.core.access import Office, is_for_programs
from foundation.core.limits import limiter
from tests import cycle_factories
from tests.factories import Visitor, appoint, official, sign_in, visitor
from tests.program import Program, token_of

OF_ELECTIONS = (
    "elections.",
    "elections_api.",
    "cycles.",
    "nominations.",
    "electorate.",
    "lots.",
    "certification.",
    "control.",
)
# What ends the vote is tried last, and in this order: before it there is more that could be changed.
LAST = ("close", "annul")
FROZEN = (
    "SELECT md5(manifest), manifest_sha256, md5(election_json), roll_sha256, roll_frozen_at FROM election",
    "SELECT id, position, title, seats, method, display_order::text, kind, cap, sitting::text FROM contest ORDER BY id",
    "SELECT position, name, affiliations::text, statement, groups::text, person_id FROM candidate ORDER BY id",
    "SELECT owner, name, kind, person_id, md5(public_key) FROM trustee ORDER BY id",
    "SELECT address, name, public_credential, member_class, reason, membership_id, organization FROM voter ORDER BY id",
    "SELECT person_id, name, commitment FROM lot_commitment ORDER BY id",
)


@dataclass(frozen=True)
class World:
    """An election under rules in which somebody has voted, and everybody who might want to change it."""

    app: Flask
    session: Session
    cycle: int
    uuid: str
    people: dict[str, Person]
    tokens: dict[str, str]
    plausible: dict[str, Any] = field(default_factory=dict)

    def frozen(self) -> list[Any]:
        """What must not change, as the database has it."""
        self.session.rollback()
        return [[tuple(row) for row in self.session.execute(text(query))] for query in FROZEN]


@pytest.fixture
def world(app: Flask, session: Session) -> Iterator[World]:
    limiter.enabled = False
    offices = (Office.ELECTION_OFFICIAL, Office.REGISTRAR, Office.TRUSTEE, Office.CERTIFIER)
    people = {office.value: official(session, office) for office in offices}
    voters = cycle_factories.people(session, 3)
    cycle = cycle_factories.opened(session, people["election_official"], voters)
    election = cycle.elections[0]
    _vote(session, election, voters[0])
    tokens = {name: token_of(session, person, Office(name)) for name, person in people.items()}
    people["voter"] = voters[0]
    people["candidate"] = session.get_one(Person, election.contests[0].candidates[0].person_id)
    yield World(app, session, cycle.id, election.uuid, people, tokens, _plausible(election, voters[1]))
    limiter.enabled = True


def _vote(session: Session, election: Election, voter: Person) -> None:
    secret = credentials.pick_up(session, election, voter, now=clock.now())
    ballot = protocol.seal(protocol_election(election), secret, [[1, 2, 3, 4]])
    casting.cast(session, election.uuid, ballot.to_json(), person=voter)
    session.commit()


def _plausible(election: Election, somebody: Person) -> dict[str, Any]:
    """A value for every field that a form or a body of elections may have."""
    later = "2030-01-01T12:00"
    moments = (
        "nominations_open",
        "nominations_close",
        "voting_opens",
        "voting_closes",
        "until",
        "closes_at",
        "opens_at",
    )
    return {
        **dict.fromkeys(moments, later),
        **dict.fromkeys(("reason", "why", "text", "statement", "title"), "Because I want it to be so."),
        **dict.fromkeys(("complete", "reviewed", "confirm", "demonstration"), "y"),
        **dict.fromkeys(("eligible", "upheld"), "no"),
        **dict.fromkeys(("commitment", "secret"), "ab" * 32),
        "contest": election.contests[0].id,
        "person": somebody.id,
        "address": somebody.address,
        "successor": somebody.address,
        "kind": "leave_roll",
        "verdict": "uphold",
        "disposition": "upheld",
        "period": "voting",
        "step": "key",
        "content": generate_key()[1].to_json().decode(),
        "signature": "-----BEGIN SSH SIGNATURE-----",
        "public_key": "ssh-ed25519 AAAA",
    }


def _rules(app: Flask) -> list[tuple[Rule, str]]:
    found = [
        (rule, method)
        for rule in app.url_map.iter_rules()
        for method in sorted((rule.methods or set()) & {"POST", "PUT", "DELETE", "PATCH"})
        if rule.endpoint.startswith(OF_ELECTIONS)
    ]
    return sorted(
        found, key=lambda one: (next((n for n, word in enumerate(LAST, 1) if word in one[0].rule), 0), one[0].rule)
    )


def _address(world: World, rule: Rule) -> str:
    known: dict[str, Any] = {"uuid": world.uuid, "cycle_id": world.cycle, "period": "voting"}
    values = {name: known.get(name, 1) for name in rule.arguments}
    if rule.endpoint.startswith("control.") and "cycles" in rule.rule:
        values["number"] = world.cycle
    return str(world.app.url_map.bind("127.0.0.1").build(rule.endpoint, values, method=None))


def _files() -> list[tuple[str, bytes]]:
    """What somebody might upload: a roll, and a trustee's key."""
    return [("roll.csv", b"address,name\nnew@example.org,New\n"), ("new.pubkey", generate_key()[1].to_json())]


def _send(world: World, client: Visitor, path: str, method: str) -> list[int]:
    statuses = []
    for name, content in _files():
        form = world.plausible | {"file": (io.BytesIO(content), name)}
        statuses.append(client.open(path, method=method, data=form, content_type="multipart/form-data").status_code)
    return statuses


def _body(world: World, rule: Rule, method: str) -> dict[str, Any]:
    """Return a body of the form that the description asks for."""
    described = programs.document(world.app)
    path = programs.PARAMETER.sub(r"{\1}", rule.rule)
    asked = described["paths"][path][method.lower()].get("requestBody")
    if asked is None:
        return {}
    name = asked["content"]["application/json"]["schema"]["$ref"].rpartition("/")[2]
    fields = described["components"]["schemas"][name]["properties"]
    typed = {key: world.plausible[key] for key in fields if key in world.plausible}
    return {key: value == "y" if fields[key].get("type") == "boolean" else value for key, value in typed.items()} | (
        {"until": "2030-01-01T12:00:00Z"} if "until" in fields else {}
    )


@pytest.mark.slow
def test_no_request_changes_what_the_first_ballot_was_cast_for(world: World) -> None:
    before, reached = world.frozen(), dict[tuple[str, str], set[int]]()
    browsers = {name: visitor(world.app) for name in world.people}
    for name, client in browsers.items():
        sign_in(client, world.people[name].address)
    for rule, method in _rules(world.app):
        path = _address(world, rule)
        for name in world.people:
            if not is_for_programs(path):
                statuses = set(_send(world, browsers[name], path, method))
            elif name in world.tokens:
                program = Program(world.app, world.tokens[name])
                statuses = {
                    program.send(method, path.removeprefix("/api/v1"), **_body(world, rule, method)).status_code
                }
            else:
                continue
            assert max(statuses) < 500, (name, method, path)
            assert world.frozen() == before, (name, method, path)
            reached.setdefault((rule.endpoint, name), set()).update(statuses)
    _were_tried(reached)


def _were_tried(reached: dict[tuple[str, str], set[int]]) -> None:
    """The requests came as far as the services, which refused them; and the last one annulled the election."""
    refused = (
        "electorate.build",
        "electorate.freeze",
        "elections.begin",
        "control.build_roll",
        "control.begin_ceremony",
    )
    for endpoint in refused:
        assert reached[endpoint, "election_official"] == {409}, endpoint
    assert 409 in reached["elections.import_roll", "election_official"]
    assert 409 in reached["lots.commit", "election_official"] | reached["control.commit_to_lot", "election_official"]
    assert reached["cycles.annul", "election_official"] & {303, 409}


def _commands(group: click.Group, *path: str) -> Iterator[tuple[tuple[str, ...], click.Command]]:
    """Every command of elections that is run in somebody's name."""
    for name, command in sorted(group.commands.items()):
        if isinstance(command, click.Group):
            yield from _commands(command, *path, name)
        elif any(param.name == "address" for param in command.params):
            yield (*path, name), command


def _words(world: World, path: tuple[str, ...], command: click.Command, by: Person, file: Path) -> list[str]:
    """A command with a value for each of its parameters."""
    values: dict[str, Any] = world.plausible | {"uuid": world.uuid, "address": by.address, "position": 1}
    values |= {"number": world.cycle if "cycle" in path else 2 if "replace" in path else 1, "nominee": by.address}
    values |= {"disposition": "noted", "complaint_days": 1, "zone": "UTC", "contests": "individual-director"}
    found = ["election", *path]
    for param in command.params:
        value = values.get(param.name or "")
        if isinstance(param.type, click.Path):
            value = file if param.type.exists else file.with_name(f"new {len(list(file.parent.iterdir()))}")
        if isinstance(param, click.Option) and param.is_flag:
            found += [param.opts[0]] if param.required else []
        elif isinstance(param, click.Option) and value is not None:
            found += [param.opts[0], str(value)]
        elif isinstance(param, click.Argument):
            found.append(str(value))
    return found


def test_no_command_changes_what_the_first_ballot_was_cast_for(world: World, tmp_path: Path) -> None:
    by, candidate = world.people["election_official"], world.people["candidate"]
    appoint(world.session, by, Office.REGISTRAR, Office.TRUSTEE, Office.CERTIFIER)
    file, before, said = tmp_path / "file", world.frozen(), dict[str, set[str]]()
    file.write_bytes(generate_key()[1].to_json())
    for path, command in sorted(_commands(groups.election), key=lambda one: one[0][-1] == "annul"):
        for person in (candidate, by):
            words = _words(world, path, command, person, file)
            done = world.app.test_cli_runner().invoke(args=words)
            assert done.exit_code in {0, 2}, (words, done.output)
            assert world.frozen() == before, words
            said.setdefault(" ".join(path), set()).add(done.output)
    assert len(said) > 30
    for command_of in ("roll build", "roll freeze", "ceremony begin", "ceremony replace", "credentials issue", "open"):
        # Each came as far as the service, and was refused by it.
        assert not any("Usage" in one or "Invalid value" in one for one in said[command_of]), said[command_of]
    assert "The roll is frozen: nothing changes it any more." in " ".join(said["roll freeze"])
    assert any("annulled." in one for one in said["annul"])


def test_the_database_refuses_what_no_request_asks_for(world: World) -> None:
    """Whoever gets at the tables themselves is refused as well."""
    changes = (
        "UPDATE election SET manifest = 'x'",
        "UPDATE election SET roll_sha256 = repeat('1', 64)",
        "UPDATE candidate SET name = 'Somebody Else'",
        "DELETE FROM candidate",
        "UPDATE trustee SET public_key = 'x'",
        "UPDATE voter SET public_credential = 'x'",
        "DELETE FROM voter",
        "INSERT INTO voter (election_uuid, address, name, reason) SELECT uuid, 'x@example.org', 'X', '' FROM election",
    )
    before = world.frozen()
    for change in changes:
        with pytest.raises(Exception, match=r"frozen|only|draft|never|change|removed|fixed"):
            world.session.execute(text(change))
        world.session.rollback()
    assert world.frozen() == before
    assert world.session.get_one(Election, world.uuid).phase is Phase.VOTING
    assert world.session.query(Candidate).join(Contest).count() == 4
