"""What nominations adds to the application."""

from __future__ import annotations

from flask import Flask
from flask_wtf import CSRFProtect

from elections.nominations.routes import member, official, public
from elections.nominations.routes.blueprint import bp

# Importing these is what registers their endpoints; naming them keeps that from looking like a mistake.
REGISTERED = (member, official, public)


def init_app(app: Flask, csrf: CSRFProtect) -> None:
    """Add the pages of nominations."""
    del csrf
    app.register_blueprint(bp, url_prefix="/elections")
