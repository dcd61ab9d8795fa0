"""The election commands say in one line what is wrong, change nothing then, and run polls as well."""

from __future__ import annotations

import re
from pathlib import Path

from flask import Flask
from sqlalchemy.orm import Session

from elections import demo
from elections.lifecycle import Phase
from elections.models import CredentialSource, Election
from elections.registrar.__main__ import main as issue
from foundation.accounts.models import Person
from foundation.core.access import Office
from foundation.core.register import RegisterEntry
from tests import cycle_factories
from tests.election_factories import draft, keyed, new_election
from tests.factories import official
from tests.program import Program, token_of


def run(app: Flask, *words: str, by: Person | None = None) -> str:
    done = app.test_cli_runner().invoke(args=["election", *words, *(["--as", by.address] if by else [])])
    assert done.exit_code == 0, done.output
    return done.output


def refused(app: Flask, *words: str, by: Person | None = None) -> str:
    done = app.test_cli_runner().invoke(args=["election", *words, *(["--as", by.address] if by else [])])
    assert (done.exit_code, done.stderr.count("\n")) == (2, 1), done.output
    return done.stderr


def test_every_refusal_is_one_line_and_nothing_is_on_the_register(app: Flask, session: Session, olga: Person) -> None:
    nobody, entries = "1" * 22, session.query(RegisterEntry).count()
    for words in (
        ("status", nobody),
        ("cycle", "show", "999999999999"),
        ("rules", "show"),
        ("nominations", nobody),
        ("roll", "show", nobody),
        ("appeal", "list", nobody),
        ("lots", "show", nobody),
        ("complaints", nobody),
        ("certificate", "show", nobody),
    ):
        assert refused(app, *words).startswith("Error: "), words
    for words in (
        ("annul", nobody, "--reason", "Because I say so."),
        ("cycle", "announce", "1"),
        ("nominate", nobody),
        ("accept", "1"),
        ("decide", "1", "--eligible", "--reason", "Well known."),
        ("roll", "freeze", nobody),
        ("appeal", "decide", "1", "--uphold", "--reason", "True."),
        ("credentials", "issue", nobody),
        ("ceremony", "begin", nobody),
        ("complain", nobody, "It was slow."),
        ("recount", nobody),
        ("certificate", "prepare", nobody),
    ):
        assert refused(app, *words, by=olga).startswith("Error: "), words
    session.rollback()
    assert session.query(RegisterEntry).count() == entries


def test_nobody_is_acted_for_beyond_their_offices(app: Flask, session: Session) -> None:
    ready, clerk = keyed(session), official(session, Office.REGISTRAR)
    assert "do not include this" in refused(app, "annul", ready.uuid, "--reason", "Because I say so.", by=clerk)
    unknown = app.test_cli_runner().invoke(args=["election", "open", ready.uuid, "--as", "nobody@example.org"])
    assert unknown.exit_code == 2
    session.expire_all()
    assert session.get_one(Election, ready.uuid).phase is Phase.KEY_CEREMONY


def test_a_poll_is_opened_and_closed_and_its_outcome_told(app: Flask, session: Session, olga: Person) -> None:
    ready = keyed(session)
    run(app, "open", ready.uuid, by=olga)
    session.expire_all()
    ready.cast(session, 0)
    run(app, "close", ready.uuid, by=olga)
    assert f"{ready.uuid}  " in run(app, "list")
    assert "Seats on the board: Ada Lovelace, Grace Hopper" in run(app, "status", ready.uuid)


def test_rules_are_adopted_shown_and_bind_what_is_drafted(
    app: Flask, session: Session, olga: Person, tmp_path: Path
) -> None:
    assert "adopted" in refused(app, "rules", "show")
    assert "trial-1" in run(app, "rules", "adopt", str(demo.RULES), by=olga)
    assert run(app, "rules", "show") == demo.RULES.read_text()
    bad = tmp_path / "bad.toml"
    bad.write_text('format = "footing-rules/1"\n')
    assert "Error: " in refused(app, "rules", "adopt", str(bad), by=olga)
    bad.write_bytes(b"\xff")
    assert "utf-8" in refused(app, "rules", "adopt", str(bad), by=olga)


def test_a_cycle_is_extended_and_annulled(app: Flask, session: Session, olga: Person) -> None:
    cycle_factories.adopted(session, cycle_factories.TRIAL, olga)
    cycle = cycle_factories.announced(session, olga)
    number, until = str(cycle.id), cycle.nominations_close_at + cycle_factories.DAY
    because = ("--reason", "A holiday was overlooked.")
    said = run(app, "cycle", "extend", number, "nominations", f"{until:%Y-%m-%dT%H:%M}", *because, by=olga)
    assert f"{until:%Y-%m-%d %H:%M} UTC" in said
    again = refused(app, "cycle", "extend", number, "nominations", "2040-01-01 12:00", *because, by=olga)
    assert re.search(r"4\.6", again), "the rule's clause is named"
    status = run(app, "status", cycle.elections[0].uuid)
    session.expire_all()
    assert f"Voting: {cycle.voting_opens_at:%Y-%m-%d %H:%M} UTC to" in status
    assert "Next: Commit to the lot (2 officials' commitments are missing" in status
    run(app, "cycle", "annul", number, *because, by=olga)
    again = refused(app, "annul", cycle.elections[0].uuid, *because, by=olga)
    assert again == "Error: This election is annulled already.\n"
    assert "annulled" in run(app, "cycle", "show", number)


def test_a_registrar_takes_the_roll_away_and_brings_credentials(app: Flask, session: Session, tmp_path: Path) -> None:
    election, _people = draft(session, new=new_election(source=CredentialSource.REGISTRAR))
    ruth, folder, taken = official(session, Office.REGISTRAR), tmp_path / "credentials", tmp_path / "roll.csv"
    run(app, "credentials", "roll", election.uuid, str(taken), by=ruth)
    assert "exists" in refused(app, "credentials", "roll", election.uuid, str(taken), by=ruth)
    assert issue(["issue", str(taken), "--uuid", election.uuid, "--out", str(folder)]) == 0
    brought = run(app, "credentials", "bring", election.uuid, str(folder / "mapping.json"), by=ruth)
    assert brought == "3 public credentials are on the roll.\n"
    assert "not the registrar's file" in refused(app, "credentials", "bring", election.uuid, str(taken), by=ruth)


def test_a_registrars_program_does_the_same(app: Flask, session: Session, tmp_path: Path) -> None:
    election, _people = draft(session, new=new_election(source=CredentialSource.REGISTRAR))
    program = Program(app, token_of(session, official(session, Office.REGISTRAR), Office.REGISTRAR))
    rows = program.get(f"/elections/{election.uuid}/roll")
    taken, folder = tmp_path / "roll.csv", tmp_path / "credentials"
    taken.write_text("address,name\n" + "".join(f"{one['address']},{one['name']}\n" for one in rows))
    assert issue(["issue", str(taken), "--uuid", election.uuid, "--out", str(folder)]) == 0
    mapping = (folder / "mapping.json").read_text()
    assert program.put(f"/elections/{election.uuid}/credentials", content=mapping) == {"count": 3}
