"""Who sits before the pages: nobody known, whoever signs in, Ada, officials."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from foundation.accounts.models import Person
from foundation.core.access import Office
from tests.factories import As, Visitor, make_person, official, sign_in, visitor
from tests.membership_factories import committee


@pytest.fixture
def anyone(app: Flask) -> Visitor:
    """A browser in which nobody is signed in."""
    return visitor(app)


@pytest.fixture
def browse_as(app: Flask) -> As:
    """Return a function that gives a person a browser of their own, signed in."""

    def browse(person: Person) -> Visitor:
        browser = visitor(app)
        sign_in(browser, person.address)
        return browser

    return browse


@pytest.fixture
def ada(session: Session) -> Person:
    """Somebody with an account and nothing else."""
    return make_person(session, "ada@example.org", name="Ada Lovelace")


@pytest.fixture
def browser(browse_as: As, ada: Person) -> Visitor:
    """Ada's browser."""
    return browse_as(ada)


@pytest.fixture
def officer(session: Session) -> Person:
    """A member of the membership committee, who belongs to nobody."""
    return committee(session)


@pytest.fixture
def olga(session: Session) -> Person:
    """An election official."""
    return official(session, Office.ELECTION_OFFICIAL)


@pytest.fixture
def runner(browse_as: As, olga: Person) -> Visitor:
    """The election official's browser."""
    return browse_as(olga)
