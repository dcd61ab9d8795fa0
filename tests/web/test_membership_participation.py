"""Agreements, reminders and renewal, and participation however it is brought."""

from __future__ import annotations

import subprocess
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.orm import Session

from foundation.accounts.models import Person
from foundation.core import clock
from foundation.core.errors import Conflict, Forbidden, NotFound
from membership import directory, jobs
from membership.models.affiliations import AffiliationKind
from membership.rules.classes import MemberClass
from membership.rules.standing import ContributionKind, StandingRule
from membership.rules.standing_status import Status
from membership.services import (
    affiliating,
    agreeing,
    appealing,
    participating,
    renewing,
)
from membership.services.affiliating import Declared
from membership.services.agreeing import NewVersion
from membership.services.participating import Attested
from membership.services.standing_now import status_of
from membership.services.ties import SelfDealing
from tests.factories import letters, make_person, sign_in, visitor
from tests.membership_factories import (
    committee,
    let_membership_age,
    make_member,
    make_organization,
)
from tests.web.register_acts import acts

DAY = timedelta(days=1)


def test_a_material_version_asks_everyone_again_and_a_typo_nobody(app: Flask, session: Session, ada: Person) -> None:
    membership = make_member(session, ada)
    now = clock.now()
    agreeing.publish(
        session, NewVersion(MemberClass.INDIVIDUAL, "Agreement", "Corrected.", False), by="operator", now=now
    )
    session.commit()
    assert agreeing.must_sign_by(session, membership.party) is None
    agreeing.publish(
        session, NewVersion(MemberClass.INDIVIDUAL, "Agreement", "New duty.", True), by="operator", now=now
    )
    session.commit()
    assert agreeing.must_sign_by(session, membership.party) == now.date() + 30 * DAY
    for _run in range(2):
        jobs.daily()
    assert len([letter for letter in letters(session, ada.address) if "new agreement" in letter.subject]) == 1
    agreeing.remind_to_sign(session, now=now + 30 * DAY)
    session.commit()
    assert status_of(membership, now.date() + 30 * DAY) is Status.SUSPENDED
    agreeing.sign(session, membership.party, "Ada Lovelace", version=3, by=ada, now=now + 31 * DAY)
    session.commit()
    assert status_of(membership, now.date() + 31 * DAY) is Status.ACTIVE


def test_a_version_cannot_be_changed_and_its_hash_is_that_of_its_text(session: Session, ada: Person) -> None:
    make_member(session, ada)
    with pytest.raises(DBAPIError, match="only grows"):
        session.execute(text("UPDATE agreement_version SET text = 'x'"))
    session.rollback()
    forged = (
        "INSERT INTO agreement_version (agreement_id, number, text, sha256, material, published_on, sign_by) "
        "SELECT agreement_id, 9, 'x', sha256, true, sign_by, sign_by FROM agreement_version"
    )
    with pytest.raises(IntegrityError, match="hash_is_of_the_text"):
        session.execute(text(forged))


@pytest.mark.parametrize(("days", "told"), [(300, 0), (306, 1), (320, 1), (336, 1), (360, 1), (366, 1), (430, 0)])
def test_a_member_is_reminded_within_a_window_and_once(session: Session, ada: Person, days: int, told: int) -> None:
    membership = make_member(session, ada)
    let_membership_age(session, membership, days * DAY)
    for _run in range(3):
        jobs.daily()
    found = [letter for letter in letters(session, ada.address) if "membership" in letter.subject.lower()]
    assert len([letter for letter in found if "Renew" in letter.subject or "ended" in letter.subject]) == told


def test_renewal_opens_before_the_end_asks_for_confirmation_and_adds_a_year(session: Session, ada: Person) -> None:
    membership = make_member(session, ada)
    with pytest.raises(Conflict, match="nothing to renew"):
        renewing.renew(session, membership.party, by=ada, now=clock.now())
    let_membership_age(session, membership, 350 * DAY)
    organization = make_organization(session, "Orbit", make_person(session))
    declared = Declared(AffiliationKind.EMPLOYEE, clock.now().date() - 500 * DAY, organization.id)
    affiliating.declare(session, declared, by=ada, now=clock.now())
    session.execute(text("UPDATE affiliation SET confirmed_on = confirmed_on - 400"))
    session.expire_all()
    with pytest.raises(Conflict, match="Confirm your affiliations first"):
        renewing.renew(session, membership.party, by=ada, now=clock.now())
    affiliating.confirm_all(session, by=ada, now=clock.now())
    renewing.renew(session, membership.party, by=ada, now=clock.now())
    session.commit()
    first, second = membership.terms
    assert second.from_on == first.until_on
    with pytest.raises(Conflict, match="nothing to renew"):
        renewing.renew(session, membership.party, by=ada, now=clock.now())


@pytest.fixture
def history(tmp_path: Path) -> Path:
    """A git history: Ada and Grace by confirmed addresses, a namesake of Ada's by another one."""
    folder = tmp_path / "project"

    def git(*arguments: str, author: str = "Ada Lovelace <ada@example.org>") -> None:
        identity = ["-c", "user.name=Committer", "-c", "user.email=committer@nowhere.example"]
        command = ["git", "-C", str(folder), *identity, *arguments]
        if arguments[0] == "commit":
            command += ["--author", author]
        subprocess.run(command, check=True, capture_output=True)

    folder.mkdir()
    git("init", "-q")
    git("commit", "-q", "--allow-empty", "-m", "First")
    git("commit", "-q", "--allow-empty", "-m", "Second\n\nCo-authored-by: Grace Hopper <Grace@example.org>")
    git("commit", "-q", "--allow-empty", "-m", "Third", author="Ada Lovelace <other@example.org>")
    return folder


def test_a_git_history_is_matched_by_address_never_by_name_and_counts_once(
    app: Flask, session: Session, ada: Person, history: Path
) -> None:
    grace = make_person(session, "grace@example.org")
    runner = app.test_cli_runner()
    assert runner.invoke(args=["participation", "add-project", "engine", "Engine"]).exit_code == 0
    command = ["participation", "import-git", str(history), "--project", "engine"]
    first, second = runner.invoke(args=command), runner.invoke(args=command)
    assert (first.exit_code, second.exit_code) == (0, 0)
    assert "3 records are new, 0 were known." in first.output
    assert "0 records are new, 3 were known." in second.output
    assert "1  other@example.org" in first.output
    assert acts(session, "project:engine") == ["project.entered", "participation.imported"]
    today = clock.now().date() + DAY
    rule = StandingRule(2, project="engine")
    assert [directory.standing(session, person, rule, today).finding.counted for person in (ada, grace)] == [2, 1]


def test_a_history_that_is_none_and_a_project_unknown_get_a_line_and_status_2(app: Flask, tmp_path: Path) -> None:
    runner = app.test_cli_runner()
    unknown = runner.invoke(args=["participation", "import-git", str(tmp_path), "--project", "none"])
    assert (unknown.exit_code, "There is no such project." in unknown.output) == (2, True)
    runner.invoke(args=["participation", "add-project", "engine", "Engine"])
    nothing = runner.invoke(args=["participation", "import-git", str(tmp_path), "--project", "engine"])
    assert nothing.exit_code == 2
    assert "Traceback" not in nothing.output


def test_a_csv_with_bad_rows_imports_none_unless_told(
    app: Flask, session: Session, ada: Person, tmp_path: Path
) -> None:
    runner = app.test_cli_runner()
    runner.invoke(args=["participation", "add-project", "engine", "Engine"])
    file = tmp_path / "rows.csv"
    rows = "ada@example.org,review,2026-01-31,r1\nada@example.org,magic,2026-01-31,r2\nx,code,never,r3\n"
    file.write_text("address,kind,date,reference\n" + rows)
    command = ["participation", "import-csv", str(file), "--project", "engine"]
    refused = runner.invoke(args=command)
    assert refused.exit_code == 2
    assert "Row 3" in refused.output
    assert "Row 4" in refused.output
    assert session.execute(text("SELECT count(*) FROM participation")).scalar_one() == 0
    taken = runner.invoke(args=[*command, "--skip-bad"])
    assert (taken.exit_code, "1 records are new" in taken.output) == (0, True)
    again = runner.invoke(args=[*command, "--skip-bad"])
    assert "0 records are new, 1 were known." in again.output


def test_a_lead_attests_for_others_never_for_themselves_and_strangers_for_nobody(
    app: Flask, session: Session, ada: Person
) -> None:
    officer, lead = committee(session), make_person(session, "lead@example.org")
    project = participating.make_project(session, "engine", "Engine", by=officer, now=clock.now())
    with pytest.raises(SelfDealing):
        participating.name_lead(session, project, officer, by=officer, now=clock.now())
    participating.name_lead(session, project, lead, by=officer, now=clock.now())
    session.commit()
    now = clock.now()
    said = Attested(ada.address, ContributionKind.EVENT, now.date() - DAY, "Held the workshop")
    row = participating.attest(session, project, said, by=lead, now=now)
    session.commit()
    with pytest.raises(Conflict, match="attested already"):
        participating.attest(session, project, said, by=lead, now=now)
    with pytest.raises(Forbidden):
        participating.attest(session, project, said, by=ada, now=now)
    for address, refusal in ((lead.address, SelfDealing), ("no@one.example", NotFound)):
        with pytest.raises(refusal):
            participating.attest(session, project, Attested(address, said.kind, said.on, "X"), by=lead, now=now)
    rule = StandingRule()
    assert directory.standing(session, ada, rule, now.date()).finding.met
    participating.withdraw(session, row.id, "It was somebody else.", by=lead, now=now)
    finding = directory.standing(session, ada, rule, now.date()).finding
    assert (finding.met, finding.lines[0].why) == (False, "withdrawn")
    appealing.appeal_standing(session, "I did hold it.", by=ada, now=now)
    with pytest.raises(Conflict):
        appealing.appeal_standing(session, "Really.", by=ada, now=now)


def test_a_program_sends_records_twice_with_the_same_effect(app: Flask, session: Session, ada: Person) -> None:
    officer, lead = committee(session), make_person(session, "lead@example.org")
    project = participating.make_project(session, "engine", "Engine", by=officer, now=clock.now())
    participating.name_lead(session, project, lead, by=officer, now=clock.now())
    session.commit()
    client = visitor(app)
    sign_in(client, lead.address)
    record = {"address": "ada@example.org", "kind": "code", "date": "2026-01-31", "reference": "c1"}
    body = {"project": "engine", "records": [record, record | {"address": "x@example.org"}]}
    path = "/api/membership/participation"
    assert client.post(path, json=body).json == {"added": 1, "known": 0, "unmatched": ["x@example.org"]}
    assert client.post(path, json=body).json == {"added": 0, "known": 1, "unmatched": ["x@example.org"]}
    for bad in (record | {"kind": "magic"}, record | {"date": "soon"}, record | {"address": "lead@example.org"}, 7):
        answer = client.post(path, json={"project": "engine", "records": [record | {"reference": "c2"}, bad]})
        assert answer.status_code == 400
    assert session.execute(text("SELECT count(*) FROM participation")).scalar_one() == 1
    sign_in(client, ada.address)
    assert client.post(path, json=body).status_code == 403
