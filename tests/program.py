"""A program that acts with a token: it brings no cookies, and each of its requests stands alone."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from flask import Flask
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from foundation.accounts.models import Person
from foundation.accounts.services import tokens
from foundation.core import clock
from foundation.core.access import Office
from tests.factories import Visitor

A_DAY = timedelta(days=1)


def token_of(session: Session, person: Person, office: Office, lasts: timedelta = A_DAY) -> str:
    """Make a token for an office the person holds, and commit."""
    held = next(one for one in person.appointments if one.office is office)
    secret = tokens.issue(session, person, held.id, label="A test", lasts=lasts, now=clock.now()).secret
    session.commit()
    return secret


@dataclass(frozen=True)
class Program:
    """Sends requests to the interface with one token."""

    app: Flask
    token: str

    def send(self, method: str, path: str, **body: Any) -> TestResponse:
        """Send a request below /api/v1 with a JSON body and return the answer."""
        client = Visitor(self.app, self.app.response_class, use_cookies=False)
        headers = {"Authorization": f"Bearer {self.token}"}
        return client.open(f"/api/v1{path}", method=method, headers=headers, json=body if body else None)

    def get(self, path: str) -> Any:
        """Read, and return what was sent; anything but success fails the test."""
        return self._good(self.send("GET", path))

    def post(self, path: str, **body: Any) -> Any:
        """Act, and return what was sent; anything but success fails the test."""
        return self._good(self.send("POST", path, **body))

    def put(self, path: str, **body: Any) -> Any:
        """Bring, and return what was sent; anything but success fails the test."""
        return self._good(self.send("PUT", path, **body))

    def _good(self, answer: TestResponse) -> Any:
        assert answer.status_code in {200, 201}, answer.text
        return answer.json
