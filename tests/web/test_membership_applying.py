"""The applicant's page: whoever can apply, appeal or answer finds the form for it, and nothing typed is lost."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from sqlalchemy.orm import Session

from foundation.accounts.models import Person
from foundation.core import clock
from membership.models.applications import Application
from membership.models.parties import Party
from membership.rules.admission import ApplicationState
from membership.services import admitting, applying, deciding, merging, privacy
from tests.factories import As, make_person
from tests.membership_factories import (
    STATEMENT,
    admitted,
    approved,
    committee,
    let_membership_age,
    person_party,
    publish_agreements,
    submitted,
    under_review,
)
from tests.web.register_acts import acts

DAY = timedelta(days=1)
S = ApplicationState
AGAIN = "I still translate the handbook, and mend its examples."


@pytest.fixture
def party(session: Session, ada: Person) -> Party:
    return person_party(session, ada)


def declined(session: Session, party: Party, officer: Person, now: datetime | None = None) -> Application:
    ada = party.person
    assert ada is not None
    application = under_review(session, party, ada, officer)
    version = application.version
    deciding.decline(session, application.id, "Too early.", version=version, by=officer, now=now or clock.now())
    session.commit()
    return application


def appealed(session: Session, party: Party, officer: Person) -> Application:
    application = declined(session, party, officer)
    ada = application.applicant
    applying.appeal(session, application.id, "It is not.", version=application.version, by=ada, now=clock.now())
    session.commit()
    return application


def after_resigning(session: Session, party: Party, officer: Person) -> None:
    assert party.person is not None
    admitting.resign(session, admitted(session, party, party.person, officer), by=party.person, now=clock.now())


def after_lapsing(session: Session, party: Party, officer: Person) -> None:
    assert party.person is not None
    let_membership_age(session, admitted(session, party, party.person, officer), 500 * DAY)


def after_withdrawing(session: Session, party: Party, _officer: Person) -> None:
    assert party.person is not None
    application = submitted(session, party, party.person)
    applying.withdraw(session, application.id, version=application.version, by=party.person, now=clock.now())


def after_a_decline_long_ago(session: Session, party: Party, officer: Person) -> None:
    declined(session, party, officer, clock.now() - 31 * DAY)


def after_an_appeal_in_vain(session: Session, party: Party, officer: Person) -> None:
    application = appealed(session, party, officer)
    other, version = committee(session), application.version
    deciding.decline(session, application.id, "Still not.", version=version, by=other, now=clock.now())


@pytest.mark.parametrize(
    "happened",
    [after_resigning, after_lapsing, after_withdrawing, after_a_decline_long_ago, after_an_appeal_in_vain],
)
def test_whoever_can_apply_again_finds_where_and_does_it(
    session: Session, browse_as: As, party: Party, officer: Person, happened: Callable[[Session, Party, Person], None]
) -> None:
    happened(session, party, officer)
    session.commit()
    assert party.person is not None
    browser, path = browse_as(party.person), f"/membership/parties/{party.id}/application"
    assert f'href="{path}">Apply for membership' in browser.get("/membership/mine").text
    page = browser.get(path).text
    assert "Apply again" in page
    assert 'name="statement"' in page
    assert browser.post(path, data={"statement": AGAIN}).status_code == 303
    session.rollback()
    draft = applying.open_application(session, party)
    assert draft is not None
    assert (draft.state, draft.statement) == (S.DRAFT, AGAIN)


def test_until_when_a_decline_can_be_appealed_is_said_with_its_zone(
    session: Session, browse_as: As, party: Party, officer: Person, ada: Person
) -> None:
    application = declined(session, party, officer)
    assert application.decided_at is not None
    until = application.decided_at + 30 * DAY
    page = browse_as(ada).get(f"/membership/parties/{party.id}/application").text
    assert f'datetime="{until:%Y-%m-%dT%H:%M:%SZ}"' in page
    assert "UTC</time>. After that you can apply again." in page
    assert "Apply for membership" not in browse_as(ada).get("/membership/mine").text


def test_an_appeal_that_comes_too_late_keeps_what_was_typed(
    session: Session, browse_as: As, party: Party, officer: Person, ada: Person
) -> None:
    application = declined(session, party, officer, clock.now() - 31 * DAY)
    form = {"version": str(application.version), "text": AGAIN}
    answer = browse_as(ada).post(f"/membership/parties/{party.id}/application/appeal", data=form)
    assert answer.status_code == 409
    assert "The 30 days to appeal are over. You can apply again." in answer.text
    assert AGAIN in answer.text.partition('name="statement"')[2].partition("</textarea>")[0]


def test_what_stands_in_the_form_is_what_is_submitted(
    session: Session, browse_as: As, party: Party, ada: Person
) -> None:
    application = applying.begin(session, party, STATEMENT, by=ada, now=clock.now())
    session.commit()
    browser, path = browse_as(ada), f"/membership/parties/{party.id}/application/submit"
    assert f'formaction="{path}"' in browser.get(path.removesuffix("/submit")).text
    short = browser.post(path, data={"version": "1", "statement": "Too short"})
    assert (short.status_code, "Too short</textarea>" in short.text) == (400, True)
    assert browser.post(path, data={"version": "1", "statement": AGAIN}).status_code == 303
    session.expire_all()
    assert (application.state, application.statement) == (S.SUBMITTED, AGAIN)


@pytest.mark.parametrize("gone", ["erased", "merged"])
def test_the_appeal_of_an_entry_that_is_gone_can_only_be_closed(
    session: Session, browse_as: As, party: Party, officer: Person, ada: Person, gone: str
) -> None:
    publish_agreements(session)
    application = appealed(session, party, officer)
    other, now = committee(session), clock.now()
    if gone == "erased":
        privacy.erase(session, ada, now=now)
    else:
        kept = person_party(session, make_person(session))
        merging.merge(session, kept, party, "Same human.", by=officer, now=now)
    session.commit()
    browser, path = browse_as(other), f"/membership/committee/applications/{application.id}"
    says = "This entry was erased or merged into another. Close the appeal by declining it."
    assert says in browser.get(path).text
    form = {"version": str(application.version), "text": "Nobody is left to admit."}
    answer = browser.post(f"{path}/decide", data=form | {"decision": "approve"})
    assert (answer.status_code, says in answer.text) == (409, True)
    assert browser.post(f"{path}/decide", data=form | {"decision": "decline"}).status_code == 303
    session.expire_all()
    assert (application.state, admitting.membership_of(session, party)) == (S.DECLINE_UPHELD, None)


def test_on_appeal_the_committee_decides_and_asks_nothing(
    session: Session, browse_as: As, party: Party, officer: Person
) -> None:
    application = appealed(session, party, officer)
    browser, path = browse_as(committee(session)), f"/membership/committee/applications/{application.id}"
    assert 'value="ask"' not in browser.get(path).text
    form = {"version": str(application.version), "text": "Which one?", "decision": "ask"}
    assert browser.post(f"{path}/decide", data=form).status_code == 400


def test_the_register_says_that_a_submitted_application_was_withdrawn_and_knows_no_draft(
    session: Session, party: Party, ada: Person, officer: Person
) -> None:
    draft = applying.begin(session, party, STATEMENT, by=ada, now=clock.now())
    applying.withdraw(session, draft.id, version=1, by=ada, now=clock.now())
    after_withdrawing(session, party, officer)
    erased = make_person(session)
    left = submitted(session, person_party(session, erased), erased)
    privacy.erase(session, erased, now=clock.now())
    session.commit()
    assert acts(session, f"application:{draft.id}") == []
    for number in (draft.id + 1, left.id):
        assert acts(session, f"application:{number}") == ["application.submitted", "application.withdrawn"]


def test_an_approved_party_is_led_to_the_agreement_and_applies_no_more(
    session: Session, browse_as: As, party: Party, ada: Person, officer: Person
) -> None:
    approved(session, party, ada, officer)
    page = browse_as(ada).get(f"/membership/parties/{party.id}/application").text
    assert ("Read and sign the agreement" in page, 'name="statement"' in page) == (True, False)


def test_before_they_sign_a_person_reads_who_will_find_them_in_the_directory(
    session: Session, browse_as: As, party: Party, ada: Person, officer: Person
) -> None:
    approved(session, party, ada, officer)
    browser, path = browse_as(ada), f"/membership/parties/{party.id}"
    page = browser.get(f"{path}/agreement").text
    assert "Who finds it there: Everyone." in page
    assert f'href="{path}/profile"' in page
    assert browser.post(f"{path}/profile", data={"name_visibility": "nobody"}).status_code == 303
    assert "Who finds it there: Nobody." in browser.get(f"{path}/agreement").text
