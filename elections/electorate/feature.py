"""What the electorate adds to the application."""

from __future__ import annotations

from flask import Flask
from flask_wtf import CSRFProtect

from elections.electorate.routes import appeals, member, official, public
from elections.electorate.routes.blueprint import bp

# Importing these is what registers their endpoints; naming them keeps that from looking like a mistake.
REGISTERED = (appeals, member, official, public)


def init_app(app: Flask, csrf: CSRFProtect) -> None:
    """Add the pages of the electorate; all are forms of people, so nothing is taken out of forgery protection."""
    del csrf
    app.register_blueprint(bp, url_prefix="/elections")
