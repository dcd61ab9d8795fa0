"""What cycles adds to the application: the pages of the rules and of cycles, and the feeds."""

from __future__ import annotations

from flask import Flask
from flask_wtf import CSRFProtect

from elections.cycles.routes import official, public
from elections.cycles.routes.blueprint import bp

# Importing these is what registers their endpoints; naming them keeps that from looking like a mistake.
REGISTERED = (official, public)


def init_app(app: Flask, csrf: CSRFProtect) -> None:
    """Add the pages of cycles; they are forms of people, so nothing is taken out of forgery protection."""
    del csrf
    app.register_blueprint(bp, url_prefix="/elections")
