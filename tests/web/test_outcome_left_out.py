"""Outcomes under rules without those who withdrew or are capped, without a quorum, or void."""

from __future__ import annotations

import json
from hashlib import sha256

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from elections import jobs
from elections.lifecycle import Phase
from elections.services import ceremony, outcome
from foundation.accounts.models import Person
from foundation.core import clock
from tests.certification_factories import Counted
from tests.factories import Visitor, visitor
from tests.web.register_acts import acts
from tests.web.test_outcome_under_rules import (
    CLEAR,
    NAMES,
    closed,
    let_open,
    opened,
    prepared,
    verified,
    voted,
    withdraw,
)


def test_who_withdraws_while_votes_are_cast_is_left_out_of_the_count(session: Session, app: Flask) -> None:
    case = opened(session)
    voted(session, case, CLEAR)
    withdraw(session, case, "Barbara")
    closed(session, case)
    (one,) = outcome.outcomes_of(session, case.election)
    assert one.report["results"][0]["seats"] == ["Ada", "Donald", "Edsger"]
    assert "without Barbara, who withdrew" in verified(session, case)
    assert "Barbara withdrew after the ballots were made" in case.page(app)


def test_who_withdraws_after_the_count_is_left_out_of_another_and_both_are_kept(session: Session, app: Flask) -> None:
    case = opened(session)
    voted(session, case, CLEAR)
    closed(session, case)
    withdraw(session, case, "Ada")
    assert not outcome.is_complete(session, case.election)
    jobs.watch()
    session.expire_all()
    (one,) = outcome.outcomes_of(session, case.election)
    assert one.report["results"][0]["seats"] == ["Barbara", "Donald", "Edsger"]
    assert "without Ada, who withdrew" in verified(session, case)
    assert acts(session, f"election {case.uuid}").count("result.counted") == 2
    document = json.loads(visitor(app).get(f"/api/elections/{case.uuid}/outcome").text)
    assert document["withdrawn"] == [["Ada"]]


def test_when_everybody_withdraws_the_page_says_why_there_is_no_count(session: Session, app: Flask) -> None:
    case = opened(session)
    voted(session, case, CLEAR)
    for name in NAMES:
        withdraw(session, case, name)
    closed(session, case)
    assert outcome.outcomes_of(session, case.election) == []
    assert "refuses to count these ballots" in case.page(app)


def test_a_quorum_that_is_missed_is_said_before_and_the_result_fills_no_seat(session: Session, app: Flask) -> None:
    case = opened(session, voters=11)
    voted(session, case, CLEAR[:1])
    closed(session, case)
    page = case.page(app)
    assert "Only 1 of 11 voted, and the rules ask for 10 %" in page
    assert "no seat is filled" in page
    assert "not reached" in verified(session, case)


@pytest.mark.parametrize(("voters", "word"), [(3, "Certified"), (11, "Void")])
def test_the_page_says_certified_or_void_and_offers_what_was_signed(
    session: Session, app: Flask, voters: int, word: str
) -> None:
    case = opened(session, voters)
    voted(session, case, CLEAR[:1])
    closed(session, case)
    Counted(case.election, case.officials[0], case.voters, []).certified(session)
    page = case.page(app)
    assert case.election.phase is Phase.CERTIFIED
    assert f">{word}</strong>" in " ".join(page.split()).replace(" </strong>", "</strong>").replace("> ", ">")
    assert ("the seats are filled." in page) is (word == "Certified")
    assert ("No seat is filled." in page) is (word == "Void")
    about = visitor(app).get(f"/elections/{case.uuid}").text
    assert ("and the seats are filled" in about, "and no seat is filled" in about) == (
        word == "Certified",
        word == "Void",
    )
    for path in ("certificate.json", "1.sig", "2.sig", "allowed_signers"):
        assert f"/elections/{case.uuid}/certificate/{path}" in page
    assert "ssh-keygen, and our verifier" in page


def test_the_cap_of_the_rules_passes_over_a_third_of_one_group(session: Session, app: Flask) -> None:
    case = prepared(session)
    from elections.nominations import groups

    engines = {"Ada", "Barbara", "Donald"}

    def labels(_session: Session, person: Person, _on: object) -> list[str]:
        return ["Engines (no. 1)"] if person.display_name in engines else []

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(groups, "labels", labels)
        ceremony.begin(session, case.uuid, by=case.officials[0], now=clock.now())
    let_open(session, case)
    voted(session, case, CLEAR)
    closed(session, case)
    (one,) = outcome.outcomes_of(session, case.election)
    assert one.report["results"][0]["seats"] == ["Ada", "Barbara", "Edsger"]
    verified(session, case)
    page = case.page(app)
    assert "Donald was passed over, because one control group may hold only so many seats" in page
    assert "Engines (no. 1) may hold at most 2 seats" in page


def test_a_stranger_compares_methods_and_fetches_every_file_by_its_checksum(session: Session, app: Flask) -> None:
    case = opened(session)
    voted(session, case, CLEAR)
    closed(session, case)
    reader: Visitor = visitor(app)
    compared = " ".join(reader.get(f"/elections/{case.uuid}/outcome/methods").text.split())
    assert "Schulze (winning votes) <strong" in compared
    assert "For comparison only: no election here can be held by it." in compared
    assert "Kemeny–Young" in compared
    sums = reader.get(f"/api/elections/{case.uuid}/files/SHA256SUMS").text
    listed = dict(reversed(line.split("  ")) for line in sums.splitlines())
    base = f"/api/elections/{case.uuid}/"
    addresses = {f"{case.uuid}.bel": "archive", f"{case.uuid}.manifest.json": "manifest"}
    addresses |= {f"{case.uuid}.{what}.json": what for what in ("outcome", "decryptions")}
    assert {"contest-1-ballots.csv", "contest-1-ballots.blt", "contest-1-pairwise.csv"} <= listed.keys()
    for name, digest in listed.items():
        answer = reader.get(base + addresses.get(name, f"files/{name}"))
        assert sha256(answer.data).hexdigest() == digest, name
    assert reader.get(base + "files/nothing").status_code == 404
