"""The directory and privacy: no hidden field is shown or found; export, erasure, letters, agreements, participation."""

from __future__ import annotations

import json
import re
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import event, text
from sqlalchemy.engine import Engine
from sqlalchemy.orm import Session

from foundation.accounts.models import Person
from foundation.core import clock
from foundation.core.access import Office
from foundation.core.errors import Conflict
from membership.models.participation import Source
from membership.models.parties import ProfileField, Visibility
from membership.rules.standing import ContributionKind
from membership.rules.standing_status import Status
from membership.services import (
    appealing,
    exporting,
    merging,
    participating,
    privacy,
    profiling,
)
from membership.services.participating import Attested
from membership.services.standing_now import status_of
from membership.sources.records import SourceRecord
from tests.factories import PASSWORD, appoint, make_person, sign_in, visitor
from tests.membership_factories import (
    admitted,
    committee,
    make_member,
    make_organization,
    person_party,
)


def show(session: Session, person: Person, name: Visibility, **fields: tuple[str, Visibility]) -> None:
    chosen = {ProfileField(field): shown for field, shown in fields.items()}
    profiling.change(session, person_party(session, person), name, chosen, by=person, now=clock.now())
    session.commit()


def test_a_hidden_field_is_neither_shown_nor_found(app: Flask, session: Session, ada: Person) -> None:
    officer = committee(session)
    membership = make_member(session, ada, officer)
    reader = make_person(session, "reader@example.org")
    make_member(session, reader, officer)
    show(
        session,
        ada,
        Visibility.EVERYONE,
        about=("Turns cogwheels", Visibility.EVERYONE),
        location=("Marylebone", Visibility.MEMBERS),
        contact=("secretpigeon", Visibility.NOBODY),
    )
    stranger, member = visitor(app), visitor(app)
    sign_in(member, reader.address)
    page = f"/membership/members/{membership.id}"
    for client, sees in ((stranger, {"cogwheels"}), (member, {"cogwheels", "Marylebone"})):
        shown = client.get(page).text
        for word in ("cogwheels", "Marylebone", "secretpigeon"):
            assert (word in shown) == (word in sees)
            found = client.get(f"/membership/?q={word}").text
            assert ("Ada Lovelace" in found) == (word in sees)
    assert "secretpigeon" not in stranger.get("/membership/directory.csv").text


def test_whoever_hides_their_name_is_counted_and_nowhere_to_be_found(app: Flask, session: Session, ada: Person) -> None:
    membership = make_member(session, ada)
    show(session, ada, Visibility.NOBODY, about=("Turns cogwheels", Visibility.EVERYONE))
    stranger = visitor(app)
    page = stranger.get("/membership/").text
    assert "Ada" not in page
    assert "1 of them not listed" in page
    assert "Ada" not in stranger.get("/membership/?q=cogwheels").text
    assert stranger.get(f"/membership/members/{membership.id}").status_code == 404
    own = visitor(app)
    sign_in(own, ada.address)
    assert "Ada" in own.get(f"/membership/members/{membership.id}").text


def test_what_a_member_writes_is_shown_as_text(app: Flask, session: Session, ada: Person) -> None:
    membership = make_member(session, ada)
    attack = "<script>alert(1)</script>"
    show(session, ada, Visibility.EVERYONE, about=(attack, Visibility.EVERYONE))
    assert attack not in visitor(app).get(f"/membership/members/{membership.id}").text
    client = visitor(app)
    sign_in(client, ada.address)
    form = {"name_visibility": "everyone", "website": "javascript:alert(1)"}
    answer = client.post(f"/membership/parties/{membership.party_id}/profile", data=form)
    assert (answer.status_code, "beginning with https" in answer.text) == (400, True)


def test_a_form_cannot_set_what_it_does_not_show(app: Flask, session: Session, ada: Person) -> None:
    party = person_party(session, ada)
    client = visitor(app)
    sign_in(client, ada.address)
    form = {
        "statement": "I translate the handbook.",
        "state": "approved",
        "member_class": "corporate",
        "decider_id": ada.id,
    }
    assert client.post(f"/membership/parties/{party.id}/application", data=form).status_code == 303
    session.rollback()
    row = session.execute(text("SELECT state, member_class, decider_id FROM application")).one()
    assert tuple(row) == ("draft", "individual", None)


def test_everything_about_oneself_is_in_the_export_and_nothing_secret(
    app: Flask, session: Session, ada: Person
) -> None:
    make_member(session, ada)
    show(session, ada, Visibility.NOBODY, contact=("secretpigeon", Visibility.NOBODY))
    client = visitor(app)
    sign_in(client, ada.address)
    answer = client.get("/membership/export.json")
    content = answer.json["about"]
    assert content["profile_entry"][0]["value"] == "secretpigeon"
    for table in (
        "person",
        "email_address",
        "party",
        "application",
        "application_event",
        "membership_term",
        "signature",
    ):
        assert content[table], table
    assert "argon2" not in answer.text
    assert "token_sha256" not in answer.text


def test_an_officer_s_export_names_what_they_decided_and_not_about_whom(session: Session, ada: Person) -> None:
    officer = committee(session)
    make_member(session, ada, officer)
    content = exporting.export(session, officer)
    assert content["acts_in_an_office"]["application.decider_id"]
    assert "Ada" not in json.dumps(content)


def test_erasure_takes_out_what_was_told_and_keeps_what_must_stay(app: Flask, session: Session, ada: Person) -> None:
    membership = make_member(session, ada)
    show(session, ada, Visibility.EVERYONE, about=("Turns cogwheels", Visibility.EVERYONE))
    appealing.appeal_standing(session, "I wrote the handbook.", by=ada, now=clock.now())
    session.commit()
    client = visitor(app)
    sign_in(client, ada.address)
    unsure = client.post("/membership/erase")
    assert (unsure.status_code, "Tick that you are sure" in unsure.text) == (400, True)
    assert client.get("/membership/mine").status_code == 200
    assert client.post("/membership/erase", data={"sure": "y"}).status_code == 303
    assert client.get("/membership/mine").status_code == 303
    session.rollback()
    session.expire_all()
    kept = session.get_one(Person, ada.id)
    assert kept.display_name == f"Erased person {ada.id}"
    assert kept.address.endswith("@erased.invalid")
    assert status_of(membership, clock.now().date()) is Status.RESIGNED
    for table, count in (("signature", 1), ("membership_term", 1), ("profile_entry", 0), ("password", 1)):
        assert session.execute(text(f"SELECT count(*) FROM {table}")).scalar_one() == count  # noqa: S608
    for table, told in (("application", "handbook"), ("membership_case", "handbook"), ("outbox_message", "ada@")):
        everything = session.execute(text(f"SELECT string_agg(a::text, ' ') FROM {table} a")).scalar_one()  # noqa: S608
        assert told not in everything, table
    right = {"address": "ada@example.org", "password": PASSWORD}
    assert visitor(app).post("/account/sign-in", data=right).status_code != 303


def test_what_a_lead_said_goes_with_the_erasure_and_that_something_was_done_stays(
    session: Session, ada: Person
) -> None:
    lead = make_person(session)
    engine = participating.make_project(session, "engine", "Engine", by="operator", now=clock.now())
    participating.name_lead(session, engine, lead, by=committee(session), now=clock.now())
    for days, note in ((2, "Ada drew the cards"), (3, "Ada punched them")):
        said = Attested(ada.address, ContributionKind.CODE, (clock.now() - timedelta(days=days)).date(), note)
        participating.attest(session, engine, said, by=lead, now=clock.now())
    privacy.erase(session, ada, now=clock.now())
    session.commit()
    rows = session.execute(text("SELECT id, reference, note FROM participation ORDER BY id")).all()
    assert [tuple(row) for row in rows] == [(row.id, f"erased {row.id}", "") for row in rows]
    assert len(participating.contributions_of(session, ada.id)) == 2


@pytest.fixture
def merged(session: Session, ada: Person) -> Person:
    """Ada's other account, which was a member as well until the two were found to be one."""
    officer, other = committee(session), make_person(session, "ada@work.example", name="Augusta Ada King")
    one, two = make_member(session, ada, officer), make_member(session, other, officer)
    show(session, other, Visibility.EVERYONE, about=("Turns cogwheels", Visibility.EVERYONE))
    merging.merge(session, one.party, two.party, "Same human.", by=officer, now=clock.now())
    session.commit()
    return other


def test_the_export_holds_what_the_other_account_left(session: Session, ada: Person, merged: Person) -> None:
    content = exporting.export(session, ada)["about"]
    assert {row["display_name"] for row in content["person"]} == {"Ada Lovelace", merged.display_name}
    for table, count in (("application", 2), ("signature", 2), ("membership_term", 2), ("profile_entry", 1)):
        assert len(content[table]) == count, table


def test_erasure_reaches_the_other_account(session: Session, ada: Person, merged: Person) -> None:
    privacy.erase(session, ada, now=clock.now())
    session.commit()
    for table in ("person", "application", "profile_entry", "directory_entry", "email_address", "outbox_message"):
        everything = session.execute(text(f"SELECT string_agg(a::text, ' ') FROM {table} a")).scalar_one()  # noqa: S608
        for told in ("Augusta", "cogwheels", "handbook", "work.example"):
            assert told not in (everything or ""), (table, told)


def test_whoever_holds_an_office_or_signs_for_a_company_is_not_erased(session: Session, ada: Person) -> None:
    make_organization(session, "Orbit", ada)
    with pytest.raises(Conflict, match="You sign for Orbit"):
        privacy.erase(session, ada, now=clock.now())
    grace = make_person(session)
    appoint(session, grace, Office.TREASURER)
    with pytest.raises(Conflict, match="You hold an office"):
        privacy.erase(session, grace, now=clock.now())


def queries_of(app: Flask, path: str, reader: Person | None) -> int:
    client, queries = visitor(app), []
    if reader is not None:
        sign_in(client, reader.address)

    def note(_connection: object, _cursor: object, statement: str, *_more: object) -> None:
        queries.append(statement)

    event.listen(Engine, "before_cursor_execute", note)
    assert client.get(path).status_code == 200
    event.remove(Engine, "before_cursor_execute", note)
    return len(queries)


def test_the_queries_of_a_page_do_not_grow_with_its_rows(app: Flask, session: Session, ada: Person) -> None:
    officer = committee(session)
    make_member(session, ada, officer)
    pages = [
        ("/membership/", None),
        ("/membership/?q=a", None),
        ("/membership/committee", officer),
        ("/membership/committee/members", officer),
        ("/membership/committee/affiliations", officer),
        ("/membership/committee/control", officer),
        ("/membership/affiliations?q=", ada),
    ]
    before = [queries_of(app, path, reader) for path, reader in pages]
    runner = app.test_cli_runner()
    assert runner.invoke(args=["membership", "seed", "--members", "60", "--organizations", "40"]).exit_code == 0
    after = [queries_of(app, path, reader) for path, reader in pages]
    # An empty list is not loaded at all; beyond this nothing may be added, however many rows there are.
    assert all(late <= early + 3 for early, late in zip(before, after, strict=True)), (before, after)
    assert runner.invoke(args=["membership", "seed", "--members", "600", "--organizations", "100"]).exit_code == 0
    assert [queries_of(app, path, reader) for path, reader in pages] == after


def test_whoever_acts_for_many_organizations_costs_no_more_queries(app: Flask, session: Session, ada: Person) -> None:
    officer, paths = committee(session), ("/membership/mine", "/account/")

    def sign_for(*names: str) -> list[int]:
        for name in names:
            organization = make_organization(session, name, ada)
            admitted(session, organization.party, ada, officer)
        return [queries_of(app, path, ada) for path in paths]

    before = sign_for("Orbit", "Perigee")
    assert sign_for("Apogee", "Zenith", "Nadir") == before


def test_many_contributions_are_shown_page_by_page(app: Flask, session: Session, ada: Person) -> None:
    engine = participating.make_project(session, "engine", "Engine", by="operator", now=clock.now())
    on = clock.now().date() - timedelta(days=3)
    given = [SourceRecord(ada.address, ContributionKind.CODE, on, f"change {number}") for number in range(60)]
    participating.record(session, engine, Source.GIT, given, verifier="operator", now=clock.now())
    session.commit()
    client = visitor(app)
    sign_in(client, ada.address)
    pages = [client.get(f"/membership/participation?page={number}").text for number in (1, 3)]
    assert [page.count("vouched for by operator") for page in pages] == [25, 10]
    assert all(re.search(r"Contributions that count\s*</dt>\s*<dd[^>]*>\s*60", page) for page in pages)
