"""Logos, lists and searches of sponsors, and what never stands in them."""

from __future__ import annotations

import codecs
import csv
import io
import re
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import event, select
from sqlalchemy.orm import Session

from foundation.core.db import db
from membership.sponsorship.models.invoices import LedgerEntry
from membership.sponsorship.models.packages import Package
from membership.sponsorship.models.sponsorships import Sponsorship
from membership.sponsorship.rules.dues import is_due
from membership.sponsorship.rules.lifecycle import PackageState
from membership.sponsorship.rules.money import Money
from membership.sponsorship.services import applying, course, payments, showing
from tests.factories import Visitor, letters, visitor
from tests.sponsorship_factories import (
    Deal,
    another,
    make_deal,
    picture,
)
from tests.web.test_sponsorship_pages import as_, some_logo, today


@pytest.fixture
def deal(session: Session) -> Deal:
    return make_deal(session)


def test_a_logo_is_seen_only_while_it_is_due(app: Flask, session: Session, deal: Deal) -> None:
    deal.signed()
    asset = some_logo(deal)
    public, path = visitor(app), f"/sponsors/logos/{asset}.png"
    assert public.get(path).status_code == 404
    assert as_(app, deal.company.billing.address).get(f"/sponsors/assets/{asset}.png").status_code == 200
    deal.pay()
    assert public.get(path).status_code == 200
    entry = session.execute(select(LedgerEntry.id).where(LedgerEntry.kind == "payment")).scalar_one()
    treasurer = as_(app, deal.officers.treasurer.address)
    assert treasurer.post(f"/sponsors/ledger/{entry}/reverse", data={"reason": "It bounced."}).status_code == 303
    assert public.get(path).status_code == 404
    assert "Analytical" not in public.get("/sponsors/").text
    assert public.get(path.replace(asset[-10:], "0" * 10)).status_code == 404


def test_a_logo_that_was_replaced_or_taken_down_is_gone(app: Flask, session: Session, deal: Deal) -> None:
    deal.active()
    old, new = some_logo(deal), some_logo(deal)
    public, secretary = visitor(app), as_(app, deal.officers.secretary.address)
    assert public.get(f"/sponsors/logos/{old}.png").status_code == 404
    assert public.get(f"/sponsors/logos/{new}.png").status_code == 200
    path = f"/sponsors/office/assets/{new.split('-')[0]}/take-down"
    assert secretary.get(path).status_code == 200
    assert secretary.post(path, data={"reason": "It shows somebody else's mark."}).status_code == 303
    assert public.get(f"/sponsors/logos/{new}.png").status_code == 404
    assert "Analytical" in public.get("/sponsors/").text
    assert "It shows somebody else" in letters(session, deal.company.billing.address)[-1].text


@pytest.mark.parametrize(
    ("data", "says"),
    [(b"<svg/>", "SVG"), (b"not an image", "not a PNG"), (picture((10, 10)), "too small"), (b"", "Choose a file")],
)
def test_an_upload_that_lies_about_its_type_is_refused(
    app: Flask, session: Session, deal: Deal, data: bytes, says: str
) -> None:
    deal.active()
    client = as_(app, deal.company.billing.address)
    upload = {"file": (io.BytesIO(data), "logo.png", "image/png")}
    answer = client.post(f"/sponsors/benefits/{deal.sponsored.benefits[0].id}", data=upload)
    assert answer.status_code == 400
    assert says in answer.text


def test_names_are_shown_as_text_whatever_they_hold(app: Flask, session: Session) -> None:
    deal = make_deal(session, "<script>alert(1)</script> & Sons").active()
    for client, path in (
        (visitor(app), "/sponsors/"),
        (as_(app, deal.officers.secretary.address), f"/sponsors/office/{deal.number}"),
        (as_(app, deal.officers.treasurer.address), f"/sponsors/invoices/{deal.invoice.id}"),
        (as_(app, deal.company.signatory.address), f"/sponsors/{deal.number}/contract"),
    ):
        page = client.get(path).text
        assert "<script>alert" not in page
        assert "&lt;script&gt;alert(1)&lt;/script&gt; &amp; Sons" in page


def test_csv_cells_never_become_formulas(app: Flask, session: Session) -> None:
    deal = make_deal(session, '=HYPERLINK("http://evil.example")').signed()
    deal.pay(100, reference="@SUM(A1)")
    treasurer, secretary = as_(app, deal.officers.treasurer.address), as_(app, deal.officers.secretary.address)
    for table in (
        treasurer.get("/sponsors/invoices.csv").text,
        treasurer.get("/sponsors/ledger.csv").text,
        secretary.get("/sponsors/office.csv").text,
    ):
        assert "'=HYPERLINK" in table
        assert not re.search(r'(^|,)"?[=@]', table, re.MULTILINE)
    ledger = treasurer.get("/sponsors/ledger.csv").text
    assert "'@SUM(A1)" in ledger
    assert ",-1.00,EUR," in ledger


def test_officers_files_open_as_utf_8_in_a_spreadsheet_and_the_ledger_names_each_credit_note(
    app: Flask, session: Session
) -> None:
    deal = make_deal(session, "Gewürzmühle ÆØÅ").signed()
    deal.pay(100)
    payments.credit(session, deal.invoice.id, Money(50, "EUR"), "Late.", by=deal.officers.treasurer, now=deal.now)
    session.commit()
    treasurer, secretary = as_(app, deal.officers.treasurer.address), as_(app, deal.officers.secretary.address)
    for client, name in ((treasurer, "invoices"), (treasurer, "ledger"), (secretary, "office")):
        answer = client.get(f"/sponsors/{name}.csv")
        assert answer.data.startswith(codecs.BOM_UTF8), name
        (first, *_others) = rows = list(csv.DictReader(io.StringIO(answer.data.decode("utf-8-sig"))))
        assert first["company"] == "Gewürzmühle ÆØÅ"
        if name == "ledger":
            assert [row["credit note"] for row in rows] == ["", "", f"C{today().year}-0001"]


def test_lists_are_searched_filtered_and_paged(app: Flask, session: Session, deal: Deal) -> None:
    deal.signed()
    for number in range(30):
        another(deal, f"Loom {number:02} Ltd").apply()
    client = as_(app, deal.officers.secretary.address)
    page = client.get("/sponsors/office").text
    assert "31 sponsorships" in page
    assert "page=2" in page
    assert "1 sponsorship<" in client.get("/sponsors/office?q=loom+07").text
    assert "1 sponsorship<" in client.get("/sponsors/office?state=executed").text
    assert "No sponsorship fits" in client.get("/sponsors/office?q=%25%25").text
    for odd in ("page=-1", "page=999999999999", "page=x", "state=%27", "q=%00", "q=" + "x" * 5000):
        assert client.get(f"/sponsors/office?{odd}").status_code == 200, odd
    treasurer = as_(app, deal.officers.treasurer.address)
    assert "1 invoice<" in treasurer.get(f"/sponsors/invoices?q={today().year}-0001").text
    assert "1 invoice<" in treasurer.get("/sponsors/invoices?q=analytical&state=issued").text
    assert "No invoice fits" in treasurer.get("/sponsors/invoices?state=paid").text
    for typed, count in (
        (f"{today().year}", "1 invoice<"),
        (f"{today().year}-", "1 invoice<"),
        ("1999-", "No invoice"),
    ):
        assert count in treasurer.get(f"/sponsors/invoices?q={typed}").text, typed


def _queries(app: Flask, client: Visitor, path: str) -> int:
    counted: list[str] = []

    def count(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        counted.append(statement)

    engine = db.engine
    event.listen(engine, "before_cursor_execute", count)
    try:
        assert client.get(path).status_code == 200
    finally:
        event.remove(engine, "before_cursor_execute", count)
    return len(counted)


def test_the_queries_of_a_page_do_not_grow_with_its_rows(app: Flask, session: Session, deal: Deal) -> None:
    deal.active()
    some_logo(deal)
    clients = {
        "/sponsors/": visitor(app),
        "/sponsors/office": as_(app, deal.officers.secretary.address),
        "/sponsors/invoices": as_(app, deal.officers.treasurer.address),
        "/sponsors/ledger.csv": as_(app, deal.officers.treasurer.address),
    }
    before = {path: _queries(app, client, path) for path, client in clients.items()}
    for number in range(6):
        one = another(deal, f"Loom {number} Ltd").active()
        some_logo(one)
    assert {path: _queries(app, client, path) for path, client in clients.items()} == before


def test_the_databases_and_the_rules_answer_agree_on_what_is_due(session: Session, deal: Deal) -> None:
    deal.signed()
    later = another(deal, "Later Ltd").apply().approve(today() + timedelta(days=30)).send().sign().pay()
    ended = another(deal, "Ended Ltd").active()
    applying.nullify(
        session, ended.number, "Over.", version=ended.sponsored.version, by=deal.officers.secretary, now=deal.now
    )
    active = another(deal, "Active Ltd").active()
    session.commit()
    for on in (today(), today() + timedelta(days=29), today() + timedelta(days=30), today() + timedelta(days=364)):
        found = set(session.execute(select(Sponsorship.id).where(showing.due(on))).scalars())
        everyone = session.execute(select(Sponsorship)).scalars()
        assert found == {each.id for each in everyone if is_due(course.standing_of(session, each), on=on)}
    assert active.number in found
    assert later.number in found


def test_a_package_that_is_closed_takes_no_application(app: Flask, session: Session, deal: Deal) -> None:
    secretary, company = as_(app, deal.officers.secretary.address), as_(app, deal.company.signatory.address)
    path = f"/sponsors/office/packages/{deal.package.id}"
    assert secretary.post(f"{path}/close", data={"version": "1"}).status_code == 409
    assert secretary.post(f"{path}/close", data={"version": "2"}).status_code == 303
    assert secretary.post(f"{path}/destroy", data={"version": "3"}).status_code == 404
    asked = {"organization": str(deal.company.id), "website": "https://a.example", "billing_address": "1 Mill"}
    answer = company.post(f"/sponsors/packages/{deal.package.id}/apply", data=asked)
    assert (answer.status_code, "not offered" in answer.text) == (409, True)
    session.expire_all()
    assert session.get_one(Package, deal.package.id).state is PackageState.CLOSED


def test_without_a_card_provider_there_is_no_such_address(app: Flask, deal: Deal) -> None:
    deal.signed()
    client = as_(app, deal.company.billing.address)
    assert client.post("/sponsors/cards/events").status_code == 404
    assert client.post(f"/sponsors/invoices/{deal.invoice.id}/pay").status_code == 404
    assert "Pay by card" not in client.get(f"/sponsors/{deal.number}").text


def test_officers_find_their_lists_from_the_sponsors_page_and_others_are_not_led_there(app: Flask, deal: Deal) -> None:
    secretary, treasurer = deal.officers.secretary.address, deal.officers.treasurer.address
    assert 'href="/sponsors/office"' in as_(app, secretary).get("/sponsors/").text
    assert 'href="/sponsors/invoices"' in as_(app, treasurer).get("/sponsors/").text
    page = visitor(app).get("/sponsors/").text
    assert "/sponsors/office" not in page
    assert "/sponsors/invoices" not in page


def test_sponsors_are_searched_and_paged_by_tier(app: Flask, session: Session, deal: Deal) -> None:
    for number in range(26):
        another(deal, f"Loom {number:02} Ltd").active()
    public = visitor(app)
    first, second = public.get("/sponsors/").text, public.get("/sponsors/?page=2").text
    assert "26 sponsors" in first
    assert first.count("sponsors__item") == 25
    assert second.count("sponsors__item") == 1
    assert "Loom 07 Ltd" in public.get("/sponsors/?q=LOOM+07").text
    assert "No sponsor fits" in public.get("/sponsors/?q=%25").text
    for odd in ("page=-1", "page=99999999999999", "page=x", "q=%00", "q=%27%3B--"):
        assert public.get(f"/sponsors/?{odd}").status_code == 200, odd
