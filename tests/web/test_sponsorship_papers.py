from __future__ import annotations

import hashlib
import io
import warnings
from datetime import UTC, datetime
from pathlib import Path

import pytest
from pypdf import PdfReader
from sqlalchemy.orm import Session

from foundation.core import clock
from membership.sponsorship.models.sponsorships import Contract
from membership.sponsorship.pdf import fonts, papers
from membership.sponsorship.rules.money import Money
from membership.sponsorship.services import payments
from tests.sponsorship_factories import Deal, make_deal

MOMENT = datetime(2027, 3, 1, tzinfo=UTC)


def words(pdf: bytes) -> str:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        return " ".join(" ".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages).split())


def contract_of(deal: Deal) -> Contract:
    contract = deal.sponsored.contract
    assert contract is not None
    return contract


@pytest.fixture
def deal(session: Session) -> Deal:
    return make_deal(session)


def test_the_contract_says_in_its_pdf_what_its_hash_stands_for(session: Session, deal: Deal) -> None:
    deal.apply().approve().send()
    contract = contract_of(deal)
    assert contract.text_sha256 == hashlib.sha256(contract.text.encode()).hexdigest()
    said = words(contract.pdf)
    for part in contract.text.split("\n"):
        assert " ".join(part.split()) in said
    assert f"SHA-256 {contract.text_sha256}" in said
    assert "Analytical Engines GmbH, registered in DE under HRB" in said
    assert "EUR 10,000.00, due 30 days after the date of the invoice" in said
    assert "- Booth at the assembly" in said


def test_the_invoice_says_who_owes_what_until_when(session: Session, deal: Deal) -> None:
    deal.signed()
    invoice = deal.invoice
    assert invoice.pdf is not None
    said = words(invoice.pdf)
    expected = [f"Invoice {invoice.number}", "Analytical Engines GmbH 1 Engine Street London", "EUR 10,000.00"]
    expected += [f"Please pay EUR 10,000.00 by {papers.day(invoice.due_on or clock.now().date())}", "Your order PO-7"]
    for part in expected:
        assert part in said, part
    assert said.count("EUR 10,000.00") == 3


def test_a_credit_note_names_its_invoice_and_is_the_same_each_time(session: Session, deal: Deal) -> None:
    deal.signed()
    number, treasurer = deal.invoice.id, deal.officers.treasurer
    entry = payments.credit(session, number, Money(150_050, "EUR"), "The booth fell.", by=treasurer, now=deal.now)
    session.commit()
    _invoice, first, name = payments.credit_note(session, entry.id)
    assert payments.credit_note(session, entry.id)[1] == first
    said = words(first)
    for part in (f"Credit note {name}", f"For invoice {deal.invoice.number}", "The booth fell.", "EUR 1,500.50"):
        assert part in said, part


def test_names_in_any_script_are_written_where_the_machine_has_letters(session: Session) -> None:
    if fonts.installed() is None:
        pytest.skip("This machine has none of the fonts, so other scripts are written with what comes nearest.")
    deal = make_deal(session, "Ελληνική Εταιρεία Πληροφορικής Α.Ε.").apply().approve().send()
    assert "Ελληνική Εταιρεία Πληροφορικής" in words(contract_of(deal).pdf)


def test_a_letter_that_no_font_of_the_machine_has_is_seen_to_be_missing(session: Session) -> None:
    if fonts.installed() is None:
        pytest.skip("This machine has none of the fonts.")
    deal = make_deal(session, "Ωmega \U0001f680 GmbH").signed()
    said = words(deal.invoice.pdf)
    assert "Ωmega ? GmbH" in said
    assert f"Registered as DE {deal.company.organization.registry_number}" in said


def test_a_further_font_of_the_machine_is_asked_for_what_the_first_one_lacks() -> None:
    family = fonts.installed()
    if family is None:
        pytest.skip("This machine has none of the fonts.")
    assert fonts.others_for("Ωmega\nGmbH", family) == []
    narrow = fonts.Family(Path("/nonexistent.ttf"), family.bold)
    assert fonts.others_for("Ω", narrow) != []
    assert fonts.lacking("Ω", narrow.regular) == {ord("Ω")}


def test_without_letters_for_a_script_the_paper_is_still_made(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fonts, "installed", lambda: None)
    said = words(papers.contract("Vertrag\n\nŁódź “Štěpán” — 日本 €", "a" * 64, made_at=MOMENT))
    assert '?ódz "Stepán" - ?? EUR' in said


def test_a_long_contract_runs_over_pages_and_each_is_numbered() -> None:
    pdf = papers.contract("Title\n\n" + "A paragraph of some length that is repeated. " * 400, "b" * 64, made_at=MOMENT)
    pages = PdfReader(io.BytesIO(pdf)).pages
    assert len(pages) > 2
    for number, page in enumerate(pages, 1):
        assert f"{number} / {len(pages)}" in page.extract_text()
        assert "b" * 64 in page.extract_text()


def test_a_paper_fetches_nothing_and_runs_nothing(session: Session) -> None:
    deal = make_deal(session, "<img src=http://evil.example/x> (a) Tj /JS").signed()
    assert deal.invoice.pdf is not None
    for pdf in (deal.invoice.pdf, contract_of(deal).pdf):
        assert "<img src=http://evil.example/x> (a) Tj /JS" in words(pdf)
        reader = PdfReader(io.BytesIO(pdf))
        assert not reader.get_fields()
        kept = str(reader.trailer["/Root"].get_object()) + "".join(str(page.get_object()) for page in reader.pages)
        for trigger in ("/JavaScript", "/URI", "/Launch", "/AA", "/EmbeddedFiles", "/Annots"):
            assert trigger not in kept, trigger
