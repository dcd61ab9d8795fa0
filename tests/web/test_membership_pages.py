"""What the pages add to the services: stale forms, counted codes, files without formulas, tasks, open refusals."""

from __future__ import annotations

import codecs
import re

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from foundation.accounts.models import Person
from foundation.core import clock
from membership.models.affiliations import AffiliationKind
from membership.models.applications import Application
from membership.models.mandates import MandateRole
from membership.models.parties import OrganizationDomain
from membership.rules.admission import ApplicationState
from membership.services import affiliating, appealing, organizing
from membership.services.affiliating import Declared
from membership.services.organizing import MOST_ATTEMPTS
from tests.factories import As, letters, make_person
from tests.membership_factories import (
    STATEMENT,
    committee,
    make_member,
    make_organization,
    mandated,
    person_party,
    publish_agreements,
    submitted,
    under_review,
)


def fresh(session: Session, application: Application) -> Application:
    session.rollback()
    session.refresh(application)
    return application


def test_the_second_of_two_officers_who_decide_from_the_same_page_is_refused(
    browse_as: As, session: Session, officer: Person
) -> None:
    publish_agreements(session)
    ada = make_person(session)
    application = under_review(session, person_party(session, ada), ada, officer)
    path = f"/membership/committee/applications/{application.id}/decide"
    form = {"version": application.version, "text": "As discussed."}
    first = browse_as(officer).post(path, data=form | {"decision": "approve"})
    second = browse_as(committee(session)).post(path, data=form | {"decision": "decline"})
    assert (first.status_code, second.status_code) == (303, 409)
    assert "Somebody else has acted on this" in second.text
    assert fresh(session, application).state is ApplicationState.APPROVED


@pytest.mark.parametrize("form", [{}, {"decision": "approve"}, {"decision": "crown", "text": "Yes."}, {"text": "Yes."}])
def test_an_incomplete_decision_is_shown_again_and_changes_nothing(
    browse_as: As, session: Session, officer: Person, form: dict[str, str]
) -> None:
    ada = make_person(session)
    application = under_review(session, person_party(session, ada), ada, officer)
    path = f"/membership/committee/applications/{application.id}/decide"
    answer = browse_as(officer).post(path, data=form | {"version": str(application.version)})
    assert (answer.status_code, "There is a problem" in answer.text) == (400, True)
    assert fresh(session, application).state is ApplicationState.UNDER_REVIEW


def test_an_officer_in_conflict_sees_why_and_no_form(browse_as: As, session: Session, officer: Person) -> None:
    application = submitted(session, person_party(session, officer), officer)
    page = browse_as(officer).get(f"/membership/committee/applications/{application.id}").text
    assert "Nobody decides about themselves" in page
    assert "Take up the review" not in page


def test_wrong_codes_are_counted_until_none_is_taken(browse_as: As, session: Session) -> None:
    signatory = make_person(session)
    organization = make_organization(session, "Orbit", signatory, domain="")
    client = browse_as(signatory)
    path = f"/membership/organizations/{organization.id}"
    assert client.post(f"{path}/code", data={"address": "me@orbit.example"}).status_code == 303
    for _attempt in range(MOST_ATTEMPTS):
        assert client.post(f"{path}/domain", data={"code": "wrong"}).status_code == 400
    worn = client.post(f"{path}/domain", data={"code": "wrong"})
    assert (worn.status_code, "Ask for a new one." in worn.text, 'name="code"' in worn.text) == (409, True, True)
    session.rollback()
    claim = session.execute(select(OrganizationDomain)).scalar_one()
    assert (claim.attempts, claim.verified_at) == (MOST_ATTEMPTS, None)


def test_no_name_is_a_formula_in_a_file(browse_as: As, session: Session, officer: Person) -> None:
    publish_agreements(session)
    for name in ("=HYPERLINK evil", "+Plus One", "@Ada"):
        make_member(session, make_person(session, name=name), officer)
    waiting = make_person(session, name="-Minus Two")
    submitted(session, person_party(session, waiting), waiting)
    client = browse_as(officer)
    paths = ("/membership/directory.csv", "/membership/committee/queue.csv", "/membership/committee/members.csv")
    answers = [client.get(path).data for path in paths]
    assert all(answer.startswith(codecs.BOM_UTF8) for answer in answers), "a spreadsheet would not read UTF-8"
    files = "".join(answer.decode("utf-8-sig") for answer in answers)
    for name in ("=HYPERLINK evil", "+Plus One", "@Ada", "-Minus Two"):
        assert f",'{name}," in files
        assert f",{name}," not in files


def test_a_signatory_of_another_company_learns_nothing(browse_as: As, session: Session) -> None:
    signatory, rival = make_person(session), make_person(session)
    organization = make_organization(session, "Orbit", signatory)
    make_organization(session, "Rival", rival)
    mandate = mandated(session, organization, MandateRole.ALTERNATE, make_person(session), signatory)
    client = browse_as(rival)
    statuses = [
        client.get(f"/membership/organizations/{organization.id}").status_code,
        client.get(f"/membership/parties/{organization.party.id}/application").status_code,
        client.post(f"/membership/mandates/{mandate.id}/accept").status_code,
        client.post(f"/membership/mandates/{mandate.id}/end").status_code,
        client.get(f"/membership/organizations/{10**9}").status_code,
        client.get(f"/membership/organizations/{10**30}").status_code,
    ]
    assert statuses == [404, 404, 403, 403, 404, 404]


def test_what_has_to_be_done_is_on_the_task_list(browse_as: As, session: Session, officer: Person) -> None:
    ada = make_person(session)
    client = browse_as(ada)
    assert client.post("/membership/begin").status_code == 303
    party = person_party(session, ada)
    path = f"/membership/parties/{party.id}/application"
    assert client.post(path, data={"statement": STATEMENT}).status_code == 303
    assert "Submit the application" in client.get("/account/").text
    assert client.post(f"{path}/submit", data={"version": "1"}).status_code == 303
    assert "Submit the application" not in client.get("/account/").text
    assert "Applications to decide" in browse_as(officer).get("/account/").text
    assert client.post(f"{path}/submit", data={"version": "1"}).status_code == 409


def test_a_letter_tells_an_invited_person_and_links_to_us_alone(session: Session) -> None:
    signatory, invited = make_person(session), make_person(session)
    organization = make_organization(session, "Orbit", signatory)
    mandated(session, organization, MandateRole.BILLING, invited, signatory)
    (letter,) = letters(session, invited.address)
    assert letter.path == "/membership/mine"
    assert organizing.find(session, organization.id).legal_name in letter.text


def test_an_error_in_a_row_of_a_later_page_stands_in_that_row_and_success_leads_back_there(
    browse_as: As, session: Session, officer: Person
) -> None:
    now = clock.now()
    for _number in range(27):
        person = make_person(session)
        appealing.appeal_standing(session, "Something is missing.", by=person, now=now)
        declared = Declared(AffiliationKind.EMPLOYEE, now.date(), None, "Analytical Engines")
        affiliating.declare(session, declared, by=person, now=now)
    session.commit()
    orbit = make_organization(session, "Orbit", make_person(session))
    client = browse_as(officer)
    for path, act, wrong, right in (
        ("cases", r"cases/(\d+)\?page=2", {"outcome": "x" * 501}, {"outcome": "Looked at.", "version": "1"}),
        ("affiliations", r"affiliations/(\d+)/link\?page=2", {"organization": "0"}, {"organization": str(orbit.id)}),
    ):
        acted = re.search(
            rf'action="(/membership/committee/{act})"', client.get(f"/membership/committee/{path}?page=2").text
        )
        assert acted is not None, path
        refused = client.post(acted[1], data=right | wrong)
        ((name, typed),) = wrong.items()
        assert refused.status_code in {400, 404}
        assert f'id="{name}" name="{name}" value="{typed}"' in refused.text, path
        done = client.post(acted[1], data=right)
        assert (done.status_code, done.location) == (303, f"/membership/committee/{path}?page=2")


def test_a_lookup_says_when_there_are_more_organizations_than_it_shows(
    app: Flask, browse_as: As, session: Session, ada: Person
) -> None:
    seeding = ["membership", "seed", "--members", "0", "--organizations", "30"]
    assert app.test_cli_runner().invoke(args=seeding).exit_code == 0
    client = browse_as(ada)
    assert "These are the first 25 of 30." in client.get("/membership/affiliations").text
    assert "These are the first" not in client.get("/membership/affiliations?q=Abendrot").text
