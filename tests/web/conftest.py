"""Who sits before the pages: nobody known, whoever signs in, an election official."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from foundation.accounts.models import Person
from foundation.core.access import Office
from tests.factories import As, Visitor, official, sign_in, visitor


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
def olga(session: Session) -> Person:
    """An election official."""
    return official(session, Office.ELECTION_OFFICIAL)


@pytest.fixture
def runner(browse_as: As, olga: Person) -> Visitor:
    """The election official's browser."""
    return browse_as(olga)
