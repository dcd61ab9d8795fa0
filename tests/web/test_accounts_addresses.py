"""Further addresses of one person: confirmed by a link, theirs alone, and no answer tells whose an address is."""

from __future__ import annotations

import re

import pytest
from flask import Flask
from sqlalchemy import text
from sqlalchemy.orm import Session

from foundation.accounts.cli import forget
from foundation.accounts.models import Person
from foundation.accounts.services import joining
from foundation.core import clock, mail
from tests.factories import PASSWORD, Visitor, letters, make_person, sign_in, visitor

SENT = "A letter is on its way."


def ask(browser: Visitor, address: str) -> str:
    asked = {"address": address, "password": PASSWORD}
    return browser.post("/account/addresses", data=asked, follow_redirects=True).text


def link_in(session: Session, address: str) -> str:
    """The path of the link in the last letter to this address."""
    session.rollback()
    found = re.search(r"/account/addresses/confirm/[\w.-]+", letters(session, address)[-1].text)
    assert found is not None
    return found.group()


def owner_of(session: Session, address: str) -> int | None:
    session.rollback()
    session.expire_all()
    person = joining.person_or_none(session, address)
    return person.id if person else None


def test_an_address_is_theirs_who_follow_its_link_signed_in(session: Session, ada: Person, browser: Visitor) -> None:
    assert SENT in ask(browser, "Ada@Work.example")
    assert owner_of(session, "ada@work.example") is None
    link = link_in(session, "ada@work.example")
    assert "ada@work.example" in browser.get(link).text
    assert owner_of(session, "ada@work.example") is None
    assert browser.post(link).status_code == 303
    assert owner_of(session, "ada@work.example") == ada.id
    assert browser.post(link).status_code == 410
    assert "were changed" in letters(session, "ada@example.org")[-1].subject
    right = {"address": "ada@work.example", "password": PASSWORD}
    assert visitor(browser.application).post("/account/sign-in", data=right).status_code == 303


def test_a_stranger_who_follows_the_link_is_asked_to_sign_in_and_comes_back(
    app: Flask, session: Session, browser: Visitor
) -> None:
    ask(browser, "ada@work.example")
    link = link_in(session, "ada@work.example")
    page = visitor(app).get(link)
    assert (page.status_code, f"next={link}" in page.text) == (200, True)
    assert visitor(app).post(link).status_code == 401
    assert owner_of(session, "ada@work.example") is None


def test_only_who_asked_for_the_link_adds_the_address_with_it(app: Flask, session: Session, browser: Visitor) -> None:
    """Else a link sent on would put its sender's address on the account of whoever follows it: the account is gone."""
    victim = make_person(session)
    other = visitor(app)
    sign_in(other, victim.address)
    ask(browser, "thief@work.example")
    link = link_in(session, "thief@work.example")
    visitor(app).post("/account/sign-up", data={"address": "thief@other.example"})
    joining_link = letters(session, "thief@other.example")[-1].path.rpartition("/")[2]
    bare = link.partition(".")[0]
    for path in (link, bare, bare + ".", link[:-1] + "x", f"/account/addresses/confirm/{joining_link}"):
        assert (other.get(path).status_code, other.post(path).status_code) == (410, 410), path
    assert owner_of(session, "thief@work.example") is None
    assert owner_of(session, "thief@other.example") is None
    assert browser.post(link).status_code == 303


def test_an_address_that_has_an_account_gets_word_and_the_page_says_the_same(
    session: Session, ada: Person, browser: Visitor
) -> None:
    grace = make_person(session, "grace@example.org")
    assert SENT in ask(browser, grace.address)
    assert "/account/addresses/confirm/" not in letters(session, grace.address)[-1].text
    assert owner_of(session, grace.address) == grace.id


def test_an_address_taken_meanwhile_is_refused(session: Session, browser: Visitor) -> None:
    ask(browser, "late@example.org")
    link = link_in(session, "late@example.org")
    other = make_person(session, "late@example.org")
    answer = browser.post(link)
    assert (answer.status_code, "There is an account with this address" in answer.text) == (409, True)
    assert owner_of(session, "late@example.org") == other.id


@pytest.mark.parametrize(("typed", "says"), [("ADA@example.org", "yours already"), ("nobody", "in the usual form")])
def test_what_cannot_be_added_is_refused_at_the_field(browser: Visitor, typed: str, says: str) -> None:
    answer = browser.post("/account/addresses", data={"address": typed, "password": PASSWORD})
    assert answer.status_code in {400, 409}
    assert says in answer.text


def test_an_address_is_added_by_whoever_knows_the_password_alone(session: Session, browser: Visitor) -> None:
    asked = {"address": "thief@example.org", "password": "not the password"}
    answer = browser.post("/account/addresses", data=asked)
    assert "This is not your present password." in answer.text
    assert not letters(session, "thief@example.org")
    for _guess in range(9):
        answer = browser.post("/account/addresses", data=asked)
    assert "Too many attempts failed." in answer.text


def test_letters_go_to_the_chosen_address_and_the_last_one_stays(
    app: Flask, session: Session, ada: Person, browser: Visitor
) -> None:
    ask(browser, "ada@work.example")
    browser.post(link_in(session, "ada@work.example"))
    session.rollback()
    session.expire_all()
    second = ada.addresses[1]
    other = visitor(app)
    sign_in(other, make_person(session).address)
    for act in ("first", "remove"):
        assert other.post(f"/account/addresses/{second.id}/{act}").status_code == 404
    assert browser.post(f"/account/addresses/{second.id}/first").status_code == 303
    session.rollback()
    session.expire_all()
    assert [each.canonical for each in ada.addresses] == ["ada@work.example", "ada@example.org"]
    assert browser.post(f"/account/addresses/{ada.addresses[1].id}/remove").status_code == 303
    session.rollback()
    session.expire_all()
    assert browser.post(f"/account/addresses/{ada.addresses[0].id}/remove").status_code == 409
    assert owner_of(session, "ada@work.example") == ada.id
    assert owner_of(session, "ada@example.org") is None


def test_to_whom_letters_went_is_forgotten_once_nobody_has_the_address(
    session: Session, ada: Person, browser: Visitor
) -> None:
    ask(browser, "ada@work.example")
    browser.post(link_in(session, "ada@work.example"))
    session.rollback()
    session.expire_all()
    browser.post(f"/account/addresses/{ada.addresses[1].id}/remove")
    mail.enqueue(session, to="voter@example.org", subject="Vote", text="", key="election:1", now=clock.now())
    session.commit()
    forget()
    assert {letter.to for letter in letters(session)} == {"ada@work.example", "ada@example.org", "voter@example.org"}
    session.execute(text("UPDATE outbox_message SET created_at = created_at - interval '31 days'"))
    session.commit()
    forget()
    kept = session.execute(text("SELECT recipient, subject = '(erased)' FROM outbox_message ORDER BY id")).all()
    assert {tuple(row) for row in kept} == {
        ("nobody@erased.invalid", True),
        ("ada@example.org", False),
        ("voter@example.org", False),
    }
