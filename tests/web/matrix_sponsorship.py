"""Who may what: sponsors, contracts, invoices. Company A's signatory is a party to the one that is arranged."""

from __future__ import annotations

from sqlalchemy.orm import Session

from foundation.accounts.models import Person
from foundation.core import clock
from membership.models.mandates import MandateRole
from membership.sponsorship.rules.money import Money
from membership.sponsorship.services import benefits, payments
from tests.sponsorship_factories import (
    Company,
    Deal,
    Officers,
    give_mandate,
    make_company,
    make_organization,
    offer,
    picture,
)
from tests.web.matrix import Row, everyone, only, signed_in


def arrange(session: Session, people: dict[str, Person]) -> dict[str, dict[str, object]]:
    """Let company A be an active sponsor with a logo and a credit note, and company C have applied."""
    officers = Officers(people["secretary"], people["treasurer"])
    package = offer(session, officers.secretary)
    companies = {}
    for role in ("rep_a", "rep_b"):
        organization = make_organization(session, f"Sponsor {role[-1].upper()} Ltd", people[role])
        give_mandate(session, organization, people[role], MandateRole.SIGNATORY)
        companies[role] = Company(organization, people[role], people[role])
    now = clock.now()
    deal = Deal(session, companies["rep_a"], officers, package, now).active()
    waiting = Deal(session, make_company(session, "Sponsor C Ltd"), officers, package, now).apply()
    benefit = deal.sponsored.benefits[0].id
    logo = benefits.give_logo(session, benefit, picture(), by=people["rep_a"], now=now)
    payment = deal.invoice.entries[-1].id
    note = payments.credit(session, deal.invoice.id, Money(1, "EUR"), "A cent.", by=people["treasurer"], now=now)
    session.commit()
    return {
        "sponsor_package": {"number": package.id},
        "sponsor_package_move": {"number": package.id, "move": "offer"},
        "sponsor": {"number": deal.number},
        "sponsor_waiting": {"number": waiting.number},
        "sponsor_benefit": {"benefit_id": benefit},
        "sponsor_benefit_undue": {"benefit_id": waiting.sponsored.benefits[0].id},
        "sponsor_logo": {"asset_id": logo.id, "sha256": logo.sha256},
        "sponsor_asset": {"asset_id": logo.id},
        "sponsor_invoice": {"number": deal.invoice.id},
        "sponsor_payment": {"entry_id": payment},
        "sponsor_credit": {"entry_id": note.id},
    }


SEES = signed_in(404, rep_a=200, treasurer=200, secretary=200)
ASKED = signed_in(404, rep_a=200, treasurer=403, secretary=403)
SENT = signed_in(404, rep_a=400, treasurer=403, secretary=403)
RECORDS, LEDGER = only(secretary=200), only(treasurer=200)
RECORDS_SENT, LEDGER_SENT = only(secretary=400), only(treasurer=400)

ROWS = (
    Row("sponsorship.index", "GET", "", everyone(200)),
    Row("sponsorship.package_list", "GET", "", everyone(200)),
    Row("sponsorship.logo", "GET", "sponsor_logo", everyone(200)),
    Row("sponsorship.mine", "GET", "", signed_in(200)),
    Row("sponsorship.apply", "GET", "sponsor_package", only(rep_a=200, rep_b=200)),
    Row("sponsorship.apply", "POST", "sponsor_package", only(rep_a=400, rep_b=400)),
    Row("sponsorship.show", "GET", "sponsor", SEES),
    Row("sponsorship.contract", "GET", "sponsor", SEES),
    # A signature that is not filled in is told so before anything else; whoever sends one whole is refused (403).
    Row("sponsorship.sign", "POST", "sponsor", signed_in(404, rep_a=400, treasurer=400, secretary=400)),
    Row("sponsorship.contract_pdf", "GET", "sponsor", SEES),
    Row("sponsorship.withdraw", "GET", "sponsor", ASKED),
    Row("sponsorship.withdraw", "POST", "sponsor", SENT),
    Row("sponsorship.change_billing", "GET", "sponsor", ASKED),
    Row("sponsorship.change_billing", "POST", "sponsor", SENT),
    Row("sponsorship.give", "GET", "sponsor_benefit", ASKED),
    Row("sponsorship.give", "POST", "sponsor_benefit", SENT),
    Row("sponsorship.preview", "GET", "sponsor_logo", SEES),
    Row("sponsorship.invoice_pdf", "GET", "sponsor_invoice", SEES),
    Row("sponsorship.credit_note", "GET", "sponsor_credit", SEES),
    Row("sponsorship.office", "GET", "", RECORDS),
    Row("sponsorship.office_csv", "GET", "", RECORDS),
    Row("sponsorship.decide", "GET", "sponsor", RECORDS),
    Row("sponsorship.approve", "POST", "sponsor_waiting", RECORDS_SENT),
    Row("sponsorship.reject", "GET", "sponsor_waiting", RECORDS),
    Row("sponsorship.reject", "POST", "sponsor_waiting", RECORDS_SENT),
    Row("sponsorship.send_contract", "POST", "sponsor_waiting", only(secretary=409)),
    Row("sponsorship.nullify", "GET", "sponsor_waiting", RECORDS),
    Row("sponsorship.nullify", "POST", "sponsor_waiting", RECORDS_SENT),
    Row("sponsorship.provide", "POST", "sponsor_benefit_undue", only(secretary=409)),
    Row("sponsorship.take_down", "GET", "sponsor_asset", RECORDS),
    Row("sponsorship.take_down", "POST", "sponsor_asset", RECORDS_SENT),
    Row("sponsorship.manage_packages", "GET", "", RECORDS),
    Row("sponsorship.new_package", "GET", "", RECORDS),
    Row("sponsorship.new_package", "POST", "", RECORDS_SENT),
    Row("sponsorship.change_package", "GET", "sponsor_package", RECORDS),
    Row("sponsorship.change_package", "POST", "sponsor_package", RECORDS_SENT),
    Row("sponsorship.move_package", "POST", "sponsor_package_move", only(secretary=409)),
    Row("sponsorship.invoices", "GET", "", LEDGER),
    Row("sponsorship.invoices_csv", "GET", "", LEDGER),
    Row("sponsorship.ledger_csv", "GET", "", LEDGER),
    Row("sponsorship.invoice", "GET", "sponsor_invoice", LEDGER),
    Row("sponsorship.record_payment", "GET", "sponsor_invoice", LEDGER),
    Row("sponsorship.record_payment", "POST", "sponsor_invoice", LEDGER_SENT),
    Row("sponsorship.record_refund", "GET", "sponsor_invoice", LEDGER),
    Row("sponsorship.record_refund", "POST", "sponsor_invoice", LEDGER_SENT),
    Row("sponsorship.credit", "GET", "sponsor_invoice", LEDGER),
    Row("sponsorship.credit", "POST", "sponsor_invoice", LEDGER_SENT),
    Row("sponsorship.void", "GET", "sponsor_invoice", LEDGER),
    Row("sponsorship.void", "POST", "sponsor_invoice", LEDGER_SENT),
    Row("sponsorship.issue", "POST", "sponsor_invoice", only(treasurer=409)),
    Row("sponsorship.reverse", "GET", "sponsor_payment", LEDGER),
    Row("sponsorship.reverse", "POST", "sponsor_payment", LEDGER_SENT),
)
