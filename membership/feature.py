"""What membership adds to the application: its tables; pages and commands follow."""

from __future__ import annotations

from flask import Flask
from flask_wtf import CSRFProtect

from membership.models import (
    affiliations,
    agreements,
    applications,
    cases,
    mandates,
    memberships,
    participation,
    parties,
)

TABLES = (affiliations, agreements, applications, cases, mandates, memberships, participation, parties)


def init_app(app: Flask, csrf: CSRFProtect) -> None:
    """Make the tables known; a feature is registered even where it has no page yet."""
    del app, csrf
