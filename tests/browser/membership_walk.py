"""What walks through the pages of membership share: one server for a module, a window, and what is looked at.

Import the fixtures where they are wanted: `from tests.browser.membership_walk import server, walk`. What one test puts
into the database stays for the next, so that each makes its own people and organizations.
"""

from __future__ import annotations

import itertools
import secrets
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from typing import TypeVar

import pytest
from playwright.sync_api import BrowserContext, Locator, Page, expect
from sqlalchemy.engine import make_url
from sqlalchemy.orm import Session

from foundation.accounts.models import Person
from foundation.config import load_settings
from foundation.core import jobs, postgres
from foundation.core.access import Office
from foundation.core.db import db
from foundation.core.limits import limiter
from membership.models.parties import Organization
from tests.browser.conftest import Barriers
from tests.conftest import TEMPLATE
from tests.factories import appoint, in_context, letters, make_person
from tests.live import LiveServer, serving
from tests.membership_factories import make_organization, publish_agreements

T = TypeVar("T")
_numbers = itertools.count(1)


@dataclass(frozen=True, slots=True)
class Who:
    """A person as the pages know them."""

    number: int
    name: str
    address: str


@dataclass(frozen=True, slots=True)
class Company:
    """An organization as the pages know it, with the number of its party."""

    number: int
    name: str
    party: int


def who(person: Person) -> Who:
    return Who(person.id, person.display_name, person.address)


def someone(session: Session, *offices: Office) -> Who:
    """A new person with a name of their own, who holds these offices."""
    person = make_person(session)
    appoint(session, person, *offices)
    return who(person)


def day(on: date) -> str:
    """Return a date as the pages write it."""
    return f"{on.day} {on:%B %Y}"


def company(organization: Organization) -> Company:
    return Company(organization.id, organization.legal_name, organization.party.id)


def some_company(session: Session, signatory: Who, name: str = "Orbit") -> Company:
    """A new organization with a proved domain and a name of its own."""
    person = session.get_one(Person, signatory.number)
    return company(make_organization(session, f"{name} {next(_numbers)} GmbH", person))


@dataclass(frozen=True)
class Walk:
    """One window in which each of those concerned acts in turn."""

    server: LiveServer
    context: BrowserContext
    page: Page
    barriers: Barriers
    complaints: list[str]

    def make(self, work: Callable[[Session], T]) -> T:
        """Put something into the database."""
        return self.server.run(work)

    def seat(self, person: Who) -> None:
        """Let somebody else sit down before the window."""
        self.context.clear_cookies()
        self.server.sign_in(self.context, person.address)

    def acting(self, person: Who, path: str) -> Page:
        """Let somebody else sit down before the window, and open a page."""
        self.seat(person)
        return self.open(path)

    def public(self, path: str) -> Page:
        """Let a stranger open a page."""
        self.context.clear_cookies()
        return self.open(path)

    def open(self, path: str) -> Page:
        self.page.goto(self.server.url + path)
        return self.page

    def letter(self, address: str) -> str:
        """Return what the newest letter to an address says."""
        return self.server.run(lambda session: letters(session, address)[-1].text)

    def follow(self, letter: str) -> Page:
        """Open the one link of a letter."""
        (link,) = [word for word in letter.split() if word.startswith("http")]
        return self.open(link.removeprefix(self.server.url))

    def run(self, job: str) -> None:
        """Do what the server does by itself, and send the letters."""
        in_context(self.server.app, lambda: (jobs.run(job), jobs.run("mail.deliver"), db.session.commit()))

    def press(self, name: str) -> None:
        self.page.get_by_role("main").get_by_role("button", name=name, exact=True).click()

    def says(self, text: str) -> None:
        """Expect the page to say what was done."""
        expect(self.page.get_by_role("alert")).to_contain_text(text)

    def refuses(self, text: str) -> None:
        """Expect the form to be shown again, with a link to the field that is wrong, and nothing else amiss."""
        summary = self.page.get_by_role("alert")
        expect(summary).to_contain_text("There is a problem")
        expect(summary).to_contain_text(text)
        self.look()

    def look(self) -> None:
        """Look at the page: nothing for axe-core, nothing wider than the window, one heading."""
        assert self.barriers(self.page) == [], self.page.url
        assert self.page.locator("h1").count() == 1, self.page.url
        # A form that is refused answers 400, 404 or 409, which the console notes; any other complaint counts.
        self.complaints[:] = [each for each in self.complaints if "status of 4" not in each]

    def row(self, text: str) -> Locator:
        """Return the row of a table or list that holds a text."""
        return self.page.locator("tr, .govuk-summary-list__row").filter(has_text=text)

    def main(self) -> Locator:
        return self.page.get_by_role("main")


@pytest.fixture(scope="module")
def server(postgres_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveServer]:
    """The application over a migrated database with agreements to sign, for all tests of a module."""
    maintenance, name = make_url(postgres_url).set(database="postgres"), f"walk_{secrets.token_hex(6)}"
    postgres.create_database(maintenance, name, template=TEMPLATE)
    url = maintenance.set(database=name).render_as_string(hide_password=False)
    settings = load_settings({"FOOTING_ENV": "test"}, tmp_path_factory.mktemp("walk"))
    limiter.enabled = False
    with serving(replace(settings, database_url=url)) as found:
        found.run(publish_agreements)
        yield found
    limiter.enabled = True
    postgres.drop_database(maintenance, name)


@pytest.fixture
def walk(server: LiveServer, context: BrowserContext, page: Page, barriers: Barriers, complaints: list[str]) -> Walk:
    return Walk(server, context, page, barriers, complaints)
