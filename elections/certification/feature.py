"""What certification adds to the application."""

from __future__ import annotations

from flask import Flask
from flask_wtf import CSRFProtect

from elections.certification.routes import certificate, complaints, files, keys
from elections.certification.routes.blueprint import bp

# Importing these is what registers their endpoints; naming them keeps that from looking like a mistake.
REGISTERED = (certificate, complaints, files, keys)


def init_app(app: Flask, csrf: CSRFProtect) -> None:
    """Add the pages of certification under /elections."""
    del csrf
    app.register_blueprint(bp, url_prefix="/elections")
