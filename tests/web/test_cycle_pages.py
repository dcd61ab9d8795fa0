"""The pages of cycles in a browser without script: beginning, announcing, extending, mails, rules, feeds, voting."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

from flask import Flask
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from elections.cycles.models import Cycle
from elections.lifecycle import Phase
from elections.models import Voter
from foundation.accounts.models import Person
from foundation.core.access import Office
from foundation.core.mail import OutboxMessage
from tests.cycle_factories import (
    DAY,
    HOUR,
    TRIAL,
    adopted,
    advance,
    announced,
    drafted,
    keyed,
    let_pass,
    now_dates,
    opened,
    people,
    voted,
)
from tests.factories import As, Visitor, appoint, letters, make_person, visitor
from tests.membership_factories import make_member


def text_of(answer: TestResponse) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", answer.text).split())


def values_of(answer: TestResponse) -> dict[str, str]:
    """What the fields of a form hold, as a browser would send them back."""
    found = dict(re.findall(r'name="([a-z_]+)"[^>]*? value="([^"]*)"', answer.text))
    found |= {name: value for value, name in re.findall(r'value="([^"]*)"[^>]*? name="([a-z_]+)"', answer.text)}
    return found


def filled(runner: Visitor, zone: str = "UTC", **changes: object) -> dict[str, object]:
    shown = values_of(runner.get("/elections/cycles/new", query_string={"zone": zone}))
    dates = ("nominations_open", "nominations_close", "voting_opens", "voting_closes", "complaint_days")
    said: dict[str, object] = {name: shown[name] for name in dates}
    said |= {"title": "Elections 2027", "contests": ["individual-director"], "zone": zone}
    return said | {"credential_source": "server", "demonstration": "y"} | changes


def moved(value: object, by: timedelta) -> str:
    return (datetime.fromisoformat(str(value)) + by).isoformat(timespec="minutes")


def test_the_start_page_offers_elections_under_rules_and_a_poll(session: Session, runner: Visitor) -> None:
    assert "No election rules have been adopted yet" in runner.get("/elections/start").text
    assert runner.get("/elections/cycles/new").status_code == 404
    adopted(session)
    page = runner.get("/elections/start").text
    assert "/elections/cycles/new" in page
    assert "/elections/new" in page


def test_an_official_begins_a_cycle_with_the_dates_suggested(session: Session, runner: Visitor) -> None:
    adopted(session)
    answer = runner.post("/elections/cycles/new", data=filled(runner))
    assert answer.status_code == 303, text_of(answer)
    page = text_of(runner.get(answer.location))
    assert "Announce the elections The members are written to Next" in page
    cycle = session.query(Cycle).one()
    assert [election.phase for election in cycle.elections] == [Phase.DRAFT]


def test_a_period_too_short_is_told_at_its_field_with_the_clause(session: Session, runner: Visitor) -> None:
    adopted(session)
    said = filled(runner)
    said["nominations_close"] = moved(said["nominations_close"], -5 * DAY)
    answer = runner.post("/elections/cycles/new", data=said)
    assert answer.status_code == 400
    assert "4.2 asks for at least 14 days of nominations; these are 9 days." in text_of(answer)
    assert 'href="#nominations_close"' in answer.text
    assert session.query(Cycle).count() == 0


BAD: list[tuple[dict[str, object], str]] = [
    ({"title": ""}, "Enter a title"),
    ({"title": "x\u202ey"}, "invisible characters"),
    ({"contests": []}, "Choose what is up for election"),
    ({"contests": ["treasurer"]}, "not a valid choice"),
    ({"zone": "Mars/Olympus"}, "Not a valid choice"),
    ({"voting_opens": "soon"}, "Enter a date and a time"),
    ({"voting_opens": ""}, "Enter when voting opens"),
    ({"complaint_days": "many"}, "Enter a whole number"),
    ({"credential_source": "nobody"}, "Not a valid choice"),
    ({"demonstration": ""}, "besides the server"),
]


def test_bad_input_is_refused_with_a_sentence_and_nothing_is_made(session: Session, runner: Visitor) -> None:
    adopted(session)
    for changes, sentence in BAD:
        said = {name: value for name, value in (filled(runner) | changes).items() if value != ""}
        answer = runner.post("/elections/cycles/new", data=said)
        assert answer.status_code == 400
        assert sentence in text_of(answer), changes
        assert session.query(Cycle).count() == 0


def test_seats_methods_and_caps_sent_along_are_ignored(session: Session, runner: Visitor) -> None:
    adopted(session)
    runner.post("/elections/cycles/new", data=filled(runner, seats="9", method="borda", cap="9", complaint_days="7"))
    contest = session.query(Cycle).one().elections[0].contests[0]
    assert (contest.seats, contest.method, contest.cap) == (3, "schulze", 2)


def test_dates_are_suggested_and_read_in_the_chosen_zone(session: Session, runner: Visitor) -> None:
    adopted(session)
    said = filled(runner, zone="Asia/Tokyo")
    assert str(said["voting_opens"]).endswith("T12:00")
    made = runner.post("/elections/cycles/new", data=said)
    assert made.status_code == 303, text_of(made)
    assert session.query(Cycle).one().voting_opens_at.hour == 3


def test_dates_anywhere_on_earth_are_shown_so(session: Session, runner: Visitor) -> None:
    adopted(session)
    made = runner.post("/elections/cycles/new", data=filled(runner, zone="Etc/GMT+12"))
    assert made.status_code == 303, text_of(made)
    cycle = session.query(Cycle).one()
    assert (cycle.anywhere_on_earth, cycle.voting_opens_at.hour) == (True, 0)
    page = text_of(runner.get(f"/elections/cycles/{cycle.id}"))
    assert "12:00 Anywhere on Earth" in page
    assert "00:00 UTC" in page


def test_the_announcement_is_read_before_it_goes_out(session: Session, runner: Visitor, olga: Person) -> None:
    adopted(session)
    make_member(session)
    cycle = drafted(session, olga)
    page = text_of(runner.get(f"/elections/cycles/{cycle.id}/announce"))
    assert "the members in good standing: 1" in page
    assert "Hello (the reader's name)," in page.replace("&#39;", "'")
    assert runner.post(f"/elections/cycles/{cycle.id}/announce").status_code == 303
    session.expire_all()
    assert cycle.elections[0].phase is Phase.ANNOUNCED
    mails = text_of(runner.get(f"/elections/cycles/{cycle.id}/mails"))
    assert "1 of 1 sent" in mails


def test_dates_that_passed_since_the_draft_are_told_on_the_announcement_page(
    session: Session, runner: Visitor, olga: Person
) -> None:
    adopted(session)
    cycle = drafted(session, olga)
    let_pass(session, cycle, 5 * DAY)
    answer = runner.post(f"/elections/cycles/{cycle.id}/announce")
    assert answer.status_code == 400
    assert "4.1 asks for at least 14 days" in text_of(answer)


def test_a_period_is_extended_on_its_page(session: Session, runner: Visitor, olga: Person) -> None:
    adopted(session)
    cycle = announced(session, olga)
    path = f"/elections/cycles/{cycle.id}/extend/nominations"
    shown = values_of(runner.get(path))
    said = {"until": moved(shown["until"], 2 * DAY), "reason": "Too few nominations so far.", "expecting": ""}
    said["expecting"] = shown["expecting"]
    assert runner.post(path, data=said | {"reason": "no"}).status_code == 400
    assert runner.post(path, data=said | {"until": moved(shown["until"], 90 * DAY)}).status_code == 400
    answer = runner.post(path, data=said)
    assert answer.status_code == 303, text_of(answer)
    again = runner.post(path, data=said)
    assert again.status_code == 409
    assert "Somebody has changed this date meanwhile." in text_of(again)
    page = text_of(runner.get(f"/elections/cycles/{cycle.id}"))
    assert f"Nominations, extended by {olga.display_name}" in page
    assert runner.get(f"/elections/cycles/{cycle.id}/extend/eternity").status_code == 404


def test_a_cycle_is_annulled_for_a_reason(session: Session, runner: Visitor, olga: Person) -> None:
    adopted(session)
    cycle = announced(session, olga)
    path = f"/elections/cycles/{cycle.id}/annul"
    assert runner.post(path, data={"reason": "no"}).status_code == 400
    assert runner.post(path, data={"reason": "The rules were adopted too late."}).status_code == 303
    assert "These elections were annulled." in text_of(runner.get(f"/elections/cycles/{cycle.id}"))
    assert runner.post(path, data={"reason": "The rules were adopted too late."}).status_code == 409


def test_annulling_one_election_tells_its_voters_why(session: Session, runner: Visitor, olga: Person) -> None:
    (ada,) = people(session, 1)
    cycle = opened(session, olga, [ada], contests=["individual-director", "lead-example"])
    uuid, title = cycle.elections[0].uuid, cycle.elections[0].title
    answer = runner.post(f"/elections/{uuid}/annul", data={"reason": "The wrong seats were up."})
    assert answer.status_code == 303, text_of(answer)
    letter = letters(session, ada.address)[-1]
    assert f"“{title}” was annulled and has no result. The reason: The wrong seats were up." in letter.text
    session.expire_all()
    assert sorted(election.phase for election in cycle.elections) == [Phase.ANNULLED, Phase.VOTING]


def test_nobody_but_officials_knows_of_a_draft(session: Session, app: Flask, olga: Person) -> None:
    adopted(session)
    cycle = drafted(session, olga)
    stranger = visitor(app)
    for path in (f"/elections/cycles/{cycle.id}", f"/elections/cycles/{cycle.id}/dates.ics"):
        assert stranger.get(path).status_code == 404
    assert cycle.title not in stranger.get("/elections/").text
    assert cycle.title not in stranger.get("/elections/feed.atom").text


# Voting as one event.


def test_a_voter_in_two_elections_has_one_page_one_task_and_one_mail(
    session: Session, olga: Person, browse_as: As
) -> None:
    ada, bob = people(session, 2)
    cycle = opened(session, olga, [ada, bob], contests=["individual-director", "lead-example"])
    assert [election.phase for election in cycle.elections] == [Phase.VOTING, Phase.VOTING]
    session.expire_all()
    (letter,) = session.query(OutboxMessage).filter_by(recipient=ada.address).all()
    for election in cycle.elections:
        assert f"- {election.title}\n" in letter.text
    browser = browse_as(ada)
    page = text_of(browser.get(f"/elections/cycles/{cycle.id}"))
    assert "Vote in 2 elections" in page
    assert "Vote in 2 elections: Board elections" in browser.get("/account/").text
    vote(session, cycle, ada, 0)
    assert "Vote in 1 election " in text_of(browser.get(f"/elections/cycles/{cycle.id}"))
    vote(session, cycle, ada, 1)
    assert "Your votes are recorded" in text_of(browser.get(f"/elections/cycles/{cycle.id}"))
    let_pass(session, cycle, 5 * DAY)
    assert "Your votes are recorded" in text_of(browser.get(f"/elections/cycles/{cycle.id}"))
    stranger = browse_as(make_person(session))
    assert "Vote in" not in text_of(stranger.get(f"/elections/cycles/{cycle.id}"))


def vote(session: Session, cycle: Cycle, person: Person, election: int) -> None:
    """Note a ballot of the person, as casting does; what is on it is no matter here."""
    uuid = cycle.elections[election].uuid
    voter = session.query(Voter).filter_by(election_uuid=uuid, person_id=person.id).one()
    voted(session, voter)


def test_the_steps_of_an_election_under_rules_lead_from_the_announcement_to_the_signatures(
    session: Session, runner: Visitor, olga: Person
) -> None:
    cycle = opened(session, olga, people(session, 3))
    page = text_of(runner.get(f"/elections/{cycle.elections[0].uuid}/manage"))
    order = [
        "Announce the elections",
        "Members nominate",
        "Decide who can be elected",
        "Build the roll",
        "Freeze the roll",
        "Commit to the lot",
        "Issue voting credentials",
        "Begin the key ceremony",
        "Voting opens by itself",
        "Voting closes by itself",
        "Reveal the lot",
        "Mix and decrypt",
        "Decide the complaints",
        "Certifiers sign",
    ]
    places = [page.index(step) for step in order]
    assert places == sorted(places)
    assert "0 of 3 have voted; 4.5 asks for 1/10" in page


def test_officials_cannot_open_or_close_the_vote_by_hand(session: Session, runner: Visitor, olga: Person) -> None:
    cycle = opened(session, olga, people(session, 3))
    uuid = cycle.elections[0].uuid
    for act in ("open", "close"):
        assert runner.get(f"/elections/{uuid}/{act}").status_code == 409
        assert runner.post(f"/elections/{uuid}/{act}").status_code == 409
    session.expire_all()
    assert cycle.elections[0].phase is Phase.VOTING


def test_a_small_roll_is_warned_of_before_voting_opens(session: Session, runner: Visitor, olga: Person) -> None:
    adopted(session, TRIAL, olga)
    cycle = announced(session, olga, dates=now_dates(nominations=HOUR, campaign=DAY, voting=DAY))
    let_pass(session, cycle, HOUR)
    advance(session)
    keyed(session, cycle, people(session, 3))
    assert "has 3 voters: with fewer than 20 a ranking can tell who voted" in text_of(
        runner.get(f"/elections/cycles/{cycle.id}/manage")
    )


def test_mail_that_could_not_be_delivered_is_shown_to_officials_with_its_error(
    session: Session, runner: Visitor, olga: Person
) -> None:
    (ada,) = people(session, 1)
    cycle = opened(session, olga, [ada])
    mail = session.query(OutboxMessage).filter_by(recipient=ada.address).one()
    mail.sent_at, mail.next_attempt_at, mail.last_error = None, None, "SMTPRecipientsRefused: 550 no such user"
    session.commit()
    for path in (f"/elections/cycles/{cycle.id}/mails", f"/elections/{cycle.elections[0].uuid}/manage"):
        page = text_of(runner.get(path))
        assert ada.address in page
        assert "550 no such user" in page


def test_only_an_official_in_office_sees_the_officials_pages(session: Session, olga: Person, browse_as: As) -> None:
    adopted(session)
    cycle = announced(session, olga)
    trustee = make_person(session)
    appoint(session, trustee, Office.TRUSTEE)
    assert browse_as(trustee).get(f"/elections/cycles/{cycle.id}/manage").status_code == 403
