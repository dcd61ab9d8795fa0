"""What the programming interface adds to the application."""

from __future__ import annotations

from flask import Flask
from flask_wtf import CSRFProtect

from elections.control import (
    candidacy_routes,
    certification_routes,
    cycle_routes,
    election_routes,
    roll_routes,
    trustee_routes,
)
from elections.control.blueprint import bp
from foundation.core import programs

# Importing these is what registers their endpoints; naming them keeps that from looking like a mistake.
REGISTERED = (
    candidacy_routes,
    certification_routes,
    cycle_routes,
    election_routes,
    roll_routes,
    trustee_routes,
)


def init_app(app: Flask, csrf: CSRFProtect) -> None:
    """Add the endpoints for programs under /api/v1."""
    programs.join(app, bp, csrf)
