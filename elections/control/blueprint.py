"""The blueprint that every endpoint for programs belongs to, and what each of them begins with."""

from __future__ import annotations

import re

from flask_babel import gettext as _

from elections.models import UUID_PATTERN, Election
from elections.services import catalogue
from foundation.accounts.models import Person
from foundation.core.access import current_person
from foundation.core.db import db
from foundation.core.errors import NotFound
from foundation.core.programs import Blueprint

bp = Blueprint("control", __name__, description="Running elections")
UUID = re.compile(UUID_PATTERN)


def election_of(uuid: str) -> Election:
    """Return the election an address names, or raise NotFound."""
    if not UUID.fullmatch(uuid):
        raise NotFound(_("There is no election with this identifier."), code="no-such-election")
    return catalogue.find(db.session, uuid)


def bearer() -> Person:
    """Return whom the request's token acts for."""
    person: Person = current_person()
    return person
