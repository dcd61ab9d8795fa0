"""The file of everything about a person tells what they did for a sponsor or about one, and no company's affairs."""

from __future__ import annotations

import json
from typing import Any

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from foundation.accounts.models import Person
from foundation.core import clock
from membership.sponsorship.services import benefits
from tests.factories import sign_in, visitor
from tests.sponsorship_factories import Deal, make_deal, picture

COMPANY = "Analytical Engines GmbH"


@pytest.fixture
def deal(session: Session) -> Deal:
    return make_deal(session, COMPANY).active()


def everything(app: Flask, person: Person) -> Any:
    client = visitor(app)
    sign_in(client, person.address)
    answer = client.get("/membership/export.json")
    assert answer.status_code == 200
    return answer.json


def test_a_signatory_finds_what_they_applied_for_signed_and_gave(app: Flask, session: Session, deal: Deal) -> None:
    signatory, benefit = deal.company.signatory, deal.sponsored.benefits[0].id
    benefits.give_logo(session, benefit, picture(), by=signatory, now=clock.now())
    session.commit()
    told = everything(app, signatory)["sponsoring"]
    (contact,), (applied,), (signed,), (given,) = (
        told[name] for name in ("contact_of", "applied_for", "signed", "given_for_benefits")
    )
    assert (contact["company"], contact["role"], contact["until"]) == (COMPANY, "signatory", None)
    assert (applied["company"], applied["sponsorship"], applied["state"]) == (COMPANY, deal.number, "active")
    assert (signed["signed_name"], signed["text_sha256"]) == (
        signatory.display_name,
        deal.sponsored.contract.text_sha256,  # type: ignore[union-attr]
    )
    assert given["name"] == "Logo on the sponsors' page"
    assert [step["to_state"] for step in told["steps_taken"]] == ["applied", "executed"]


def test_a_billing_contact_finds_for_which_sponsor_they_are_asked_and_the_letters_they_got(
    app: Flask, deal: Deal
) -> None:
    found = everything(app, deal.company.billing)
    assert [each["company"] for each in found["sponsoring"]["contact_of"]] == [COMPANY]
    assert any("Your invoice" in letter["subject"] for letter in found["letters"])
    assert {letter["recipient"] for letter in found["letters"]} == {deal.company.billing.address}


def test_an_officer_finds_the_payments_they_recorded_and_not_whose_they_were(app: Flask, deal: Deal) -> None:
    by_treasurer = everything(app, deal.officers.treasurer)
    (entry,) = by_treasurer["sponsoring"]["ledger_entries_written"]
    assert (entry["kind"], entry["amount"], entry["currency"]) == ("payment", -1_000_000, "EUR")
    by_secretary = everything(app, deal.officers.secretary)
    assert [each["sponsorship"] for each in by_secretary["sponsoring"]["contracts_sent_in_office"]] == [deal.number]
    for found in (by_treasurer, by_secretary):
        assert "Engine" not in json.dumps(found)
        assert "BANK-1" not in json.dumps(found)


def test_whoever_has_nothing_to_do_with_sponsors_reads_nothing_of_them(
    app: Flask, session: Session, deal: Deal
) -> None:
    stranger = make_deal(session, "Another Company").company.billing
    assert everything(app, stranger)["sponsoring"] == {}
