"""What a sponsorship is at the day it applies: its price and benefits, its terms, and who may apply and withdraw."""

from __future__ import annotations

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from foundation.core.errors import Conflict, Forbidden
from foundation.core.register import RegisterEntry
from membership.sponsorship.rules.lifecycle import InvoiceState, SponsorshipState
from membership.sponsorship.services import applying
from tests.sponsorship_factories import Deal, another, make_deal
from tests.web.test_sponsorship_ledger import FULL


@pytest.fixture
def deal(session: Session) -> Deal:
    return make_deal(session)


def test_a_sponsorship_that_ends_early_owes_nothing_unless_it_was_paid(session: Session, deal: Deal) -> None:
    deal.signed()
    paid = another(deal, "Paid Ltd").active()
    for one in (deal, paid):
        version = one.sponsored.version
        applying.nullify(session, one.number, "Broken off.", version=version, by=one.officers.secretary, now=one.now)
    session.commit()
    assert deal.invoice.state is InvoiceState.VOID
    assert paid.invoice.state is InvoiceState.PAID
    assert {deal.sponsored.place, paid.sponsored.place} == {None}


def test_the_price_and_benefits_are_those_of_the_day_it_applied(session: Session, deal: Deal) -> None:
    deal.apply()
    session.execute(text("UPDATE sponsor_package SET price = 1, name = 'Cheap'"))
    session.execute(text("UPDATE sponsor_package_benefit SET name = 'Nothing'"))
    session.commit()
    session.expire_all()
    deal.approve().send()
    contract = deal.sponsored.contract
    assert contract is not None
    assert "EUR 10,000.00" in contract.text
    assert "Logo on the sponsors' page" in contract.text
    assert "Cheap" not in contract.text
    assert deal.invoice.total == FULL


def test_terms_of_one_company_do_not_overlap_and_it_arranges_one_at_a_time(session: Session, deal: Deal) -> None:
    deal.apply()
    again = Deal(session, deal.company, deal.officers, deal.package, deal.now)
    with pytest.raises(Conflict, match="an application that is not finished"):
        again.apply()
    session.rollback()
    deal.approve().send().sign()
    again.apply()
    assert again.sponsored.renews_id == deal.number
    with pytest.raises(Conflict, match="is not over by then"):
        again.approve()
    session.rollback()
    assert deal.sponsored.ends_on is not None
    assert applying.first_day(again.sponsored, deal.now.date()) == deal.sponsored.ends_on
    again.approve(deal.sponsored.ends_on)
    assert again.sponsored.starts_on == deal.sponsored.ends_on


def test_the_database_itself_refuses_overlapping_terms(session: Session, deal: Deal) -> None:
    deal.active()
    again = Deal(session, deal.company, deal.officers, deal.package, deal.now).apply()
    assert deal.sponsored.ends_on is not None
    again.approve(deal.sponsored.ends_on)
    with pytest.raises(IntegrityError, match="ex_sponsorship_terms_do_not_overlap"):
        session.execute(text("UPDATE sponsorship SET starts_on = starts_on - 1 WHERE id = :id"), {"id": again.number})


def test_only_the_signatory_applies_and_withdraws(session: Session, deal: Deal) -> None:
    stranger = another(deal, "Stranger Ltd").company
    own = deal.company
    for other in (own.billing, stranger.signatory, deal.officers.secretary):
        deal.company = type(own)(own.organization, other, own.billing)
        with pytest.raises(Forbidden, match="signatory"):
            deal.apply()
        session.rollback()
    deal.company = own
    deal.apply().approve()
    with pytest.raises(Forbidden):
        applying.withdraw(session, deal.number, "No.", by=own.billing, now=deal.now)
    applying.withdraw(session, deal.number, "No budget.", by=own.signatory, now=deal.now)
    assert deal.sponsored.state is SponsorshipState.NULLIFIED


def test_a_signed_contract_is_not_withdrawn_by_the_company_alone(session: Session, deal: Deal) -> None:
    deal.signed()
    with pytest.raises(Conflict, match="is signed"):
        applying.withdraw(session, deal.number, "No budget.", by=deal.company.signatory, now=deal.now)


def test_the_register_names_no_company_before_it_has_signed(session: Session, deal: Deal) -> None:
    deal.apply()
    secretary, version = deal.officers.secretary, deal.sponsored.version
    applying.reject(session, deal.number, "Their business is tobacco.", version=version, by=secretary, now=deal.now)
    session.commit()
    facts = [f"{entry.by} {entry.facts}" for entry in session.execute(select(RegisterEntry)).scalars()]
    said = " ".join(facts)
    assert "Analytical" not in said
    assert "tobacco" not in said
    assert deal.company.signatory.display_name not in said
    signed = another(deal, "Signed Ltd").signed()
    entry = session.execute(select(RegisterEntry.facts).where(RegisterEntry.act == "sponsorship.executed")).scalar_one()
    assert "Signed Ltd" in entry
    assert signed.sponsored.contract is not None
    assert signed.sponsored.contract.text_sha256 in entry
    assert "10,000" not in entry
