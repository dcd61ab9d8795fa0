"""Who may what: membership. A company A with its signatory and representative, a company B, an applicant, officers.

What is sent carries nothing that counts, so that whoever is let through is told what is missing and nothing changes.
"""

from __future__ import annotations

from sqlalchemy.orm import Session

from foundation.accounts.models import Person
from foundation.core import clock
from membership.models.affiliations import AffiliationKind
from membership.models.mandates import MandateRole
from membership.services import affiliating, participating
from membership.services.affiliating import Declared
from tests.factories import make_person
from tests.membership_factories import (
    committee,
    make_corporate_member,
    make_member,
    make_organization,
    mandated,
    person_party,
    publish_agreements,
    submitted,
)
from tests.web.matrix import Row, everyone, only, signed_in

COMMITTEE = {"committee": 200}


def arrange(session: Session, people: dict[str, Person]) -> dict[str, dict[str, object]]:
    """Make a member, an applicant, two companies with representatives, a project with a lead."""
    publish_agreements(session)
    officer = committee(session)
    member = make_member(session, people["member"], officer)
    application = submitted(session, person_party(session, people["applicant"]), people["applicant"])
    company, signatory = make_corporate_member(session, "Company A", officer=officer)
    organization = company.party.organization
    assert organization is not None
    mandated(session, organization, MandateRole.SIGNATORY, people["rep_a"], signatory)
    owner = make_person(session)
    other = make_organization(session, "Company B", owner)
    mandated(session, other, MandateRole.SIGNATORY, people["rep_b"], owner)
    today = clock.now().date()
    declared = Declared(AffiliationKind.EMPLOYEE, today, organization.id)
    affiliation = affiliating.declare(session, declared, by=people["member"], now=clock.now())
    project = participating.make_project(session, "handbook", "Handbook", by="operator", now=clock.now())
    participating.name_lead(session, project, people["member"], by=officer, now=clock.now())
    session.commit()
    return {
        "member_number": {"number": member.id},
        "own_party": {"number": member.party_id},
        "applicant_party": {"number": application.party_id},
        "application": {"number": application.id},
        "submit": {"number": application.party_id, "act": "submit"},
        "company_a": {"number": organization.id},
        "company_party": {"number": company.party_id},
        "affiliation": {"number": affiliation.id},
        "company_affiliation": {"number": organization.id, "affiliation": affiliation.id},
        "mandate": {"number": 10**6, "act": "accept"},
        "nothing": {"number": 10**6},
        "project": {"key": "handbook"},
        "record": {"key": "handbook", "number": 10**6},
        "agreement": {"member_class": "individual", "number": 1},
    }


ROWS = (
    Row("membership.directory", "GET", "", everyone(200)),
    Row("membership.directory_csv", "GET", "", everyone(200)),
    Row("membership.member", "GET", "member_number", everyone(200)),
    Row("membership.agreement", "GET", "agreement", everyone(200)),
    # One's own.
    Row("membership.mine", "GET", "", signed_in(200)),
    Row("membership.begin", "POST", "", signed_in(303)),
    Row("membership.application", "GET", "applicant_party", signed_in(404, applicant=200)),
    Row("membership.apply", "POST", "applicant_party", signed_in(404, applicant=400)),
    Row("membership.application_act", "POST", "submit", signed_in(404, applicant=400)),
    Row("membership.application", "GET", "company_party", signed_in(404, rep_a=200)),
    Row("membership.sign", "GET", "own_party", signed_in(404, member=200)),
    Row("membership.sign", "POST", "own_party", signed_in(404, member=400)),
    Row("membership.sign", "GET", "company_party", signed_in(404, rep_a=200)),
    Row("membership.sign", "POST", "company_party", signed_in(404, rep_a=400)),
    Row("membership.renew", "GET", "own_party", signed_in(404, member=200)),
    Row("membership.renew", "POST", "own_party", signed_in(404, member=409)),
    Row("membership.renew", "POST", "company_party", signed_in(404, rep_a=409)),
    Row("membership.resign", "GET", "own_party", signed_in(404, member=200)),
    Row("membership.resign", "GET", "company_party", signed_in(404, rep_a=200)),
    Row("membership.resign", "POST", "applicant_party", signed_in(404)),
    Row("membership.profile", "GET", "own_party", signed_in(404, member=200)),
    Row("membership.profile", "GET", "company_party", signed_in(404, rep_a=200)),
    Row("membership.profile", "POST", "own_party", signed_in(404, member=303)),
    Row("membership.affiliations", "GET", "", signed_in(200)),
    Row("membership.affiliations", "POST", "", signed_in(400)),
    Row("membership.confirm_affiliations", "POST", "", signed_in(303)),
    Row("membership.end_affiliation", "POST", "nothing", signed_in(404)),
    Row("membership.participation", "GET", "", signed_in(200)),
    Row("membership.participation", "POST", "", signed_in(400)),
    Row("membership.privacy_page", "GET", "", signed_in(200)),
    Row("membership.export", "GET", "", signed_in(200)),
    Row("membership.erase", "POST", "", signed_in(400)),
    # Organizations.
    Row("membership.new_organization", "GET", "", signed_in(200)),
    Row("membership.new_organization", "POST", "", signed_in(400)),
    Row("membership.organization", "GET", "company_a", signed_in(404, rep_a=200)),
    Row("membership.send_code", "POST", "company_a", signed_in(404, rep_a=400)),
    Row("membership.prove_domain", "POST", "company_a", signed_in(404, rep_a=400)),
    Row("membership.invite", "POST", "company_a", signed_in(404, rep_a=400)),
    Row("membership.dispute", "POST", "company_affiliation", signed_in(404, rep_a=400)),
    Row("membership.mandate_act", "POST", "mandate", signed_in(404)),
    # Projects.
    Row("membership.project", "GET", "project", only(member=200)),
    Row("membership.project", "POST", "project", only(member=400)),
    Row("membership.withdraw_record", "POST", "record", only(member=400)),
    Row("membership_api.participation", "POST", "", signed_in(400)),
    # The committee.
    Row("membership.queue", "GET", "", only(**COMMITTEE)),
    Row("membership.queue_csv", "GET", "", only(**COMMITTEE)),
    Row("membership.review", "GET", "application", only(**COMMITTEE)),
    Row("membership.begin_review", "POST", "application", only(committee=400)),
    Row("membership.decide", "POST", "application", only(committee=400)),
    Row("membership.members", "GET", "", only(**COMMITTEE)),
    Row("membership.members_csv", "GET", "", only(**COMMITTEE)),
    Row("membership.membership", "GET", "member_number", only(**COMMITTEE)),
    Row("membership.take_measure", "POST", "member_number", only(committee=400)),
    Row("membership.claims", "GET", "", only(**COMMITTEE)),
    Row("membership.link_claim", "POST", "affiliation", only(committee=400)),
    Row("membership.resolve_dispute", "POST", "affiliation", only(committee=400)),
    Row("membership.merge", "GET", "", only(**COMMITTEE)),
    Row("membership.merge", "POST", "", only(committee=400)),
    Row("membership.signatories", "GET", "", only(**COMMITTEE)),
    Row("membership.signatories", "POST", "", only(committee=400)),
    Row("membership.control", "GET", "", only(**COMMITTEE)),
    Row("membership.control", "POST", "", only(committee=400)),
    Row("membership.end_control", "POST", "nothing", only(committee=400)),
    Row("membership.cases", "GET", "", only(**COMMITTEE)),
    Row("membership.close_case", "POST", "nothing", only(committee=400)),
    Row("membership.projects", "GET", "", only(**COMMITTEE)),
    Row("membership.projects", "POST", "", only(committee=400)),
    Row("membership.name_lead", "POST", "", only(committee=400)),
    Row("membership.end_lead", "POST", "nothing", only(committee=404)),
    # The secretary.
    Row("membership.agreements", "GET", "", only(secretary=200)),
    Row("membership.agreements", "POST", "", only(secretary=400)),
)
