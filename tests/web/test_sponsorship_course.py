from __future__ import annotations

from datetime import date, datetime

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from foundation.core import clock, jobs, register
from foundation.core.errors import Conflict
from foundation.core.register import RegisterEntry
from membership.models.parties import Party
from membership.sponsorship.models.sponsorships import Sponsorship
from membership.sponsorship.rules.lifecycle import InvoiceState, SponsorshipState
from membership.sponsorship.services import benefits, course
from tests.factories import letters, sign_in, visitor
from tests.sponsorship_factories import DAY, Deal, another, make_deal, picture

S = SponsorshipState


@pytest.fixture
def deal(session: Session) -> Deal:
    return make_deal(session)


def follow(session: Session, now: datetime) -> None:
    """What the hourly task does, at another time."""
    for number in course.waiting(session, now=now):
        course.follow(session, number, now=now)
        session.commit()


def subjects(session: Session, deal: Deal) -> list[str]:
    return [each.subject.split(": ")[1] for each in letters(session, deal.company.billing.address)]


def ends(deal: Deal) -> date:
    found = deal.sponsored.ends_on
    assert found is not None
    return found


def at(on: date) -> datetime:
    return datetime(on.year, on.month, on.day, 3, tzinfo=clock.now().tzinfo)


def test_what_happened_is_kept_step_by_step(session: Session, deal: Deal) -> None:
    deal.active()
    events = deal.sponsored.events
    assert [each.to_state for each in events] == ["applied", "approved", "contract_sent", "executed", "active"]
    assert [each.from_state for each in events] == [None, "applied", "approved", "contract_sent", "executed"]
    assert events[1].who == deal.officers.secretary.display_name
    assert events[3].person_id == deal.company.signatory.id
    acts = [each for each in session.execute(select(RegisterEntry.act)).scalars() if each.startswith("sponsorship.")]
    assert acts == [f"sponsorship.{each.to_state}" for each in events]
    assert register.verify_chain(session) > 0


def test_a_sponsorship_that_was_paid_early_begins_with_its_term(session: Session, deal: Deal) -> None:
    begins = deal.now.date() + 10 * DAY
    deal.apply().approve(begins).send().sign().pay()
    assert deal.sponsored.state is S.EXECUTED
    follow(session, at(begins - DAY))
    assert deal.sponsored.state is S.EXECUTED
    follow(session, at(begins))
    assert deal.sponsored.state is S.ACTIVE


def test_an_invoice_is_overdue_once_its_day_is_over_and_told_once(session: Session, deal: Deal) -> None:
    deal.signed()
    due = deal.invoice.due_on
    assert due is not None
    follow(session, at(due))
    assert deal.invoice.state is InvoiceState.ISSUED
    for days in (1, 2, 20):
        follow(session, at(due + days * DAY))
        assert deal.invoice.state is InvoiceState.OVERDUE
    assert subjects(session, deal).count("Your invoice is overdue") == 1
    deal.now = at(due + 21 * DAY)
    deal.pay()
    assert deal.sponsored.state is S.ACTIVE


def test_renewal_letters_come_once_in_each_window_and_one_after_the_end(session: Session, deal: Deal) -> None:
    deal.active()
    last = ends(deal)
    seen: list[int] = []
    for days in (90, 61, 60, 59, 31, 30, 12, 7, 1, 0, -1, -20, -29, -31, -400):
        before = len(subjects(session, deal))
        follow(session, at(last - days * DAY))
        if len(subjects(session, deal)) > before:
            seen.append(days)
    assert seen == [60, 30, 7, 0]
    assert subjects(session, deal)[-4:] == ["Your sponsorship ends soon"] * 3 + ["Your sponsorship has lapsed"]


def test_a_server_that_slept_over_the_day_still_reminds(session: Session, deal: Deal) -> None:
    deal.active()
    last = ends(deal)
    for days in (70, 43, 22, -3):
        follow(session, at(last - days * DAY))
    assert subjects(session, deal)[-3:] == ["Your sponsorship ends soon"] * 2 + ["Your sponsorship has lapsed"]


def test_both_contacts_are_told_and_each_once(session: Session, deal: Deal) -> None:
    deal.active()
    for _run in range(3):
        follow(session, at(ends(deal) - 5 * DAY))
    for person in (deal.company.signatory, deal.company.billing):
        told = [each for each in letters(session, person.address) if "ends soon" in each.subject]
        assert len(told) == 1
        assert "in 5 days" in told[0].text
        assert told[0].path == f"/sponsors/{deal.number}"


def test_who_has_applied_again_is_not_reminded(session: Session, deal: Deal) -> None:
    deal.active()
    last = ends(deal)
    again = Deal(session, deal.company, deal.officers, deal.package, deal.now).apply()
    told = len(subjects(session, deal))
    follow(session, at(last - 20 * DAY))
    assert len(subjects(session, deal)) == told
    assert again.sponsored.renews_id == deal.number


def test_a_sponsorship_lapses_by_itself_and_leaves_the_page(app: Flask, session: Session, deal: Deal) -> None:
    deal.active()
    last = ends(deal)
    follow(session, at(last - DAY))
    assert deal.sponsored.state is S.ACTIVE
    follow(session, at(last))
    assert deal.sponsored.state is S.EXPIRED
    assert deal.sponsored.place is None
    assert "Analytical" not in visitor(app).get("/sponsors/").text
    client = visitor(app)
    sign_in(client, deal.company.signatory.address)
    page = client.get(f"/sponsors/{deal.number}").text
    assert "The term is over. Thank you." in page
    assert "Renew: choose a package for the next year" in page


def test_renewal_without_a_gap(session: Session, deal: Deal) -> None:
    deal.active()
    last = ends(deal)
    deal_again = Deal(session, deal.company, deal.officers, deal.package, deal.now).apply().approve(last).send()
    deal_again.sign().pay(reference="BANK-2")
    follow(session, at(last))
    assert (deal.sponsored.state, deal_again.sponsored.state) == (S.EXPIRED, S.ACTIVE)


def test_a_sponsorship_that_is_never_paid_ends_with_its_term(session: Session, deal: Deal) -> None:
    deal.signed()
    follow(session, at(ends(deal)))
    assert deal.sponsored.state is S.NULLIFIED
    assert deal.invoice.state is InvoiceState.VOID
    assert deal.sponsored.events[-1].reason == "The term ended and the invoice had not been paid."
    assert "Your sponsorship has lapsed" not in subjects(session, deal)


def test_following_twice_changes_nothing_more(session: Session, deal: Deal) -> None:
    deal.active()
    now = at(ends(deal))
    follow(session, now)
    count = len(deal.sponsored.events), len(letters(session))
    for _run in range(2):
        follow(session, now)
    session.expire_all()
    assert (len(deal.sponsored.events), len(letters(session))) == count


def test_one_sponsorship_that_cannot_go_on_keeps_no_other_waiting(
    session: Session, deal: Deal, monkeypatch: pytest.MonkeyPatch
) -> None:
    deal.active()
    other = another(deal, "Other Ltd").active()
    session.execute(
        Sponsorship.__table__.update().values(starts_on=deal.now.date() - 400 * DAY, ends_on=deal.now.date() - DAY)
    )
    session.commit()
    plain = course.follow

    def failing(own: Session, number: int, *, now: datetime) -> None:
        if number == deal.number:
            raise RuntimeError("stuck")
        plain(own, number, now=now)

    monkeypatch.setattr(course, "follow", failing)
    jobs.run("sponsorship.follow")
    session.rollback()
    session.expire_all()
    assert deal.sponsored.state is S.ACTIVE
    assert other.sponsored.state is S.EXPIRED


def test_only_a_benefit_that_is_due_and_has_what_it_needs_is_checked_off(session: Session, deal: Deal) -> None:
    deal.signed()
    logo, text, booth = (each.id for each in deal.sponsored.benefits)
    secretary, now = deal.officers.secretary, deal.now
    with pytest.raises(Conflict, match="not been paid in full"):
        benefits.provide(session, booth, "", by=secretary, now=now)
    session.rollback()
    deal.pay()
    with pytest.raises(Conflict, match="has not given"):
        benefits.provide(session, logo, "", by=secretary, now=now)
    session.rollback()
    benefits.give_logo(session, logo, picture(), by=deal.company.billing, now=now)
    benefits.give_text(session, text, "We build\r\nengines.", by=deal.company.signatory, now=now)
    session.commit()
    for benefit in (logo, text, booth):
        benefits.provide(session, benefit, "Here.", by=secretary, now=now)
    session.commit()
    with pytest.raises(Conflict, match="already"):
        benefits.provide(session, booth, "", by=secretary, now=now)
    session.rollback()
    assert deal.sponsored.benefits[1].asset is not None
    assert deal.sponsored.benefits[1].asset.wording == "We build\nengines."


def test_a_benefit_of_a_term_that_is_over_is_not_checked_off(session: Session, deal: Deal) -> None:
    deal.active()
    booth, late = deal.sponsored.benefits[2].id, at(ends(deal))
    with pytest.raises(Conflict, match="The term is over"):
        benefits.provide(session, booth, "", by=deal.officers.secretary, now=late)


def test_nothing_is_given_for_a_sponsorship_that_is_over(session: Session, deal: Deal) -> None:
    deal.active()
    follow(session, at(ends(deal)))
    with pytest.raises(Conflict, match="is over"):
        benefits.give_logo(
            session, deal.sponsored.benefits[0].id, picture(), by=deal.company.billing, now=at(ends(deal))
        )


def test_each_sees_in_their_tasks_what_is_theirs_to_do(app: Flask, session: Session, deal: Deal) -> None:
    def tasks(address: str) -> str:
        client = visitor(app)
        sign_in(client, address)
        return client.get("/account/").text

    signatory, billing = deal.company.signatory.address, deal.company.billing.address
    secretary, treasurer = deal.officers.secretary.address, deal.officers.treasurer.address
    deal.apply()
    assert "Answer applications to sponsor" in tasks(secretary)
    deal.approve()
    assert "Send sponsors their contracts" in tasks(secretary)
    deal.send()
    assert "Sign the sponsorship contract of Analytical Engines GmbH" in tasks(signatory)
    assert "Sign the sponsorship contract" not in tasks(billing)
    deal.sign()
    assert "Pay invoice" in tasks(billing)
    assert "Give your logo or text" in tasks(signatory)
    due = deal.invoice.due_on
    assert due is not None
    follow(session, at(due + DAY))
    assert "1 invoice is overdue" in tasks(treasurer)
    assert "It is overdue." in tasks(billing)
    deal.pay()
    assert "3 benefits are due" in tasks(secretary)
    assert "Pay invoice" not in tasks(billing)
    assert "sponsor" not in tasks(another(deal, "Other Ltd").company.signatory.address).split("<main")[1].lower()


def _merge(session: Session, gone: Deal, kept: Deal) -> None:
    """Mark one entry as merged into the other, as the committee's merger leaves them."""
    parties = {
        each: session.execute(select(Party).where(Party.organization_id == each)).scalar_one()
        for each in (gone.company.id, kept.company.id)
    }
    parties[gone.company.id].merged_into_id = parties[kept.company.id].id
    session.commit()


def test_the_sponsorships_of_a_merged_company_follow_to_the_one_that_is_kept(session: Session, deal: Deal) -> None:
    deal.active()
    kept = another(deal, "Kept SE")
    _merge(session, deal, kept)
    for _run in range(2):
        jobs.run("sponsorship.follow")
    session.rollback()
    session.expire_all()
    assert deal.sponsored.organization_id == kept.company.id
    merged = [each for each in deal.sponsored.events if "merged into one" in each.reason]
    assert len(merged) == 1
    assert deal.invoice.bill_to.startswith("Analytical Engines GmbH")


def test_two_sponsorships_at_once_do_not_become_one_companys_by_a_merger(session: Session, deal: Deal) -> None:
    deal.active()
    kept = another(deal, "Kept SE").active()
    _merge(session, deal, kept)
    jobs.run("sponsorship.follow")
    session.rollback()
    session.expire_all()
    assert deal.sponsored.organization_id == deal.company.id


def test_a_person_who_is_renamed_is_shown_so_in_what_only_grows(app: Flask, session: Session, deal: Deal) -> None:
    deal.active()
    person = deal.officers.treasurer
    before, person.display_name = person.display_name, "Former member"
    session.commit()
    client = visitor(app)
    sign_in(client, person.address)
    page = client.get(f"/sponsors/invoices/{deal.invoice.id}").text
    assert before not in page
    assert "Former member" in page
