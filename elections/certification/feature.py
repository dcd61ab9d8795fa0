"""What certification adds to the application."""

from __future__ import annotations

from flask import Flask
from flask_wtf import CSRFProtect


def init_app(app: Flask, csrf: CSRFProtect) -> None:
    """Add the pages of certification."""
    del app, csrf
