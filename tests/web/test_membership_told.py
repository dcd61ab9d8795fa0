"""Whoever something is decided about is told by letter what and why, and where to act on it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from foundation.accounts.models import Person
from foundation.core import clock
from membership.models.cases import Case
from membership.models.mandates import MandateRole
from membership.models.memberships import Membership
from membership.rules.classes import MemberClass
from membership.services import admitting, affiliating, agreeing, appealing, controlling, mandating, privacy
from membership.services.admitting import Measure
from membership.services.agreeing import NewVersion
from tests.factories import As, Letter, letters, make_person
from tests.membership_factories import (
    affiliated,
    make_corporate_member,
    make_member,
    make_organization,
    mandated,
)

DAY = timedelta(days=1)


def last(session: Session, person: Person) -> Letter:
    return letters(session, person.address)[-1]


def measured(session: Session, membership: Membership, officer: Person, kind: str, measure: Measure) -> None:
    act = getattr(admitting, kind)
    act(session, membership.id, measure, version=membership.version, by=officer, now=clock.now())
    session.commit()


@pytest.mark.parametrize("is_company", [False, True])
def test_a_member_reads_every_measure_and_its_reason(
    session: Session, ada: Person, officer: Person, is_company: bool
) -> None:
    if is_company:
        membership, reader = make_corporate_member(session, "Orbit", officer=officer)
    else:
        membership, reader = make_member(session, ada, officer), ada
    name = membership.party.name
    until = (clock.now() + 40 * DAY).date()
    for kind, measure, says in (
        ("suspend", Measure("Unpaid respect.", until=until), f"The membership of {name} is suspended until "),
        ("reinstate", Measure("Respect is paid."), f"The membership of {name} is no longer suspended."),
        ("suspend", Measure("Again."), f"The membership of {name} is suspended until it is reinstated."),
        ("expel", Measure("Enough.", "Motion 7"), f"The membership of {name} ended today by expulsion (Motion 7)."),
    ):
        measured(session, membership, officer, kind, measure)
        letter = last(session, reader)
        assert says in " ".join(letter.text.split())
        assert f"The reason: {measure.reason}" in letter.text
        assert letter.path == "/membership/mine"


def test_somebody_recorded_as_dead_by_mistake_hears_of_it(session: Session, ada: Person, officer: Person) -> None:
    measured(session, make_member(session, ada, officer), officer, "record_end", Measure("An obituary."))
    assert "write to the membership committee at once" in " ".join(last(session, ada).text.split())


def test_who_is_suspended_by_rule_is_told_once_and_led_to_what_ends_it(
    session: Session, ada: Person, officer: Person
) -> None:
    membership = make_member(session, ada, officer)
    new = NewVersion(MemberClass.INDIVIDUAL, "Agreement", "Something else holds from now on.", True)
    version, later = agreeing.publish(session, new, by="operator", now=clock.now()), clock.now() + 31 * DAY
    for _round in range(2):
        agreeing.remind_to_sign(session, now=later)
    session.commit()
    told = [letter for letter in letters(session, ada.address) if "is suspended" in letter.subject]
    assert [letter.path for letter in told] == [f"/membership/parties/{membership.party_id}/agreement"]
    agreeing.sign(session, membership.party, ada.display_name, version=version.number, by=ada, now=later)
    assert admitting.is_in_good_standing(membership, later.date())


def test_both_sides_of_a_dispute_are_told_of_it_and_of_its_end(session: Session, ada: Person, officer: Person) -> None:
    signatory = make_person(session)
    affiliation = affiliated(session, ada, make_organization(session, "Orbit", signatory), 3 * DAY)
    affiliating.dispute(session, affiliation.id, "Never seen here.", by=signatory, now=clock.now())
    session.commit()
    letter = last(session, ada)
    assert "Orbit says that you do not belong to it: Never seen here." in " ".join(letter.text.split())
    assert letter.path == "/membership/affiliations"
    said = {"upheld": False, "resolution": "She showed her contract."}
    affiliating.resolve(session, affiliation.id, **said, by=officer, now=clock.now())
    session.commit()
    for person in (ada, signatory):
        text = " ".join(last(session, person).text.split())
        assert "The affiliation of Ada Lovelace with Orbit stands. The reason: She showed her contract." in text


def test_a_representative_who_is_replaced_or_removed_is_told_and_who_leaves_is_not(session: Session) -> None:
    signatory, first, second = (make_person(session) for _one in range(3))
    orbit = make_organization(session, "Orbit", signatory)
    mandated(session, orbit, MandateRole.REPRESENTATIVE, first, signatory)
    held = mandated(session, orbit, MandateRole.REPRESENTATIVE, second, signatory)
    assert "You no longer act for Orbit: this mandate has ended (replaced)." in " ".join(
        last(session, first).text.split()
    )
    mandating.end(session, held.id, "Too slow.", by=signatory, now=clock.now())
    session.commit()
    assert "this mandate has ended (Too slow.)" in " ".join(last(session, second).text.split())
    own = mandated(session, orbit, MandateRole.ALTERNATE, first, signatory)
    before = len(letters(session, first.address))
    mandating.end(session, own.id, "I leave.", by=first, now=clock.now())
    session.commit()
    assert len(letters(session, first.address)) == before


def test_who_appealed_about_their_standing_reads_the_outcome_by_letter_and_on_their_page(
    session: Session, browse_as: As, ada: Person, officer: Person
) -> None:
    case = appealing.appeal_standing(session, "The compiler is missing.", by=ada, now=clock.now())
    session.commit()
    browser = browse_as(ada)
    assert "an officer has not decided yet" in browser.get("/membership/participation").text
    controlling.close_case(session, case.id, "It is imported now.", version=1, by=officer, now=clock.now())
    session.commit()
    letter = last(session, ada)
    assert "Your appeal about your standing is decided: It is imported now." in " ".join(letter.text.split())
    assert "It is imported now." in browser.get(letter.path).text


def test_nothing_is_sent_to_who_was_erased(session: Session, ada: Person, officer: Person) -> None:
    appealing.appeal_standing(session, "The compiler is missing.", by=ada, now=clock.now())
    privacy.erase(session, ada, now=clock.now())
    session.commit()
    before = len(letters(session))
    case = session.execute(select(Case)).scalar_one()
    controlling.close_case(session, case.id, "Nothing to do.", version=1, by=officer, now=clock.now())
    session.commit()
    assert len(letters(session)) == before
