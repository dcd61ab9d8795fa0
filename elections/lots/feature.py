"""What lots add to the application."""

from __future__ import annotations

from flask import Flask
from flask_wtf import CSRFProtect

from elections.lots.routes import bp


def init_app(app: Flask, csrf: CSRFProtect) -> None:
    """Add the pages of lots; all are forms of people, so nothing is taken out of forgery protection."""
    del csrf
    app.register_blueprint(bp, url_prefix="/elections")
