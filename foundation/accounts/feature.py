"""What accounts add to the application: pages, recognition of who is signed in, and commands."""

from __future__ import annotations

from flask import Flask, request, url_for
from flask_babel import gettext as _
from flask_wtf import CSRFProtect

from foundation.accounts import address_routes, cli, name_routes, recognition
from foundation.accounts.routes import bp
from foundation.accounts.token_routes import bp as programs
from foundation.core.access import current_person_or_none

# Importing these is what registers their endpoints; naming them keeps that from looking like a mistake.
REGISTERED = (address_routes, name_routes)


def init_app(app: Flask, csrf: CSRFProtect) -> None:
    """Add the pages under /account and recognise people; every form keeps its forgery protection."""
    del csrf
    recognition.init_app(app)
    app.register_blueprint(bp, url_prefix="/account")
    app.register_blueprint(programs, url_prefix="/account/programs")
    app.context_processor(_account_navigation)
    cli.register_commands(app)


def _account_navigation() -> dict[str, object]:
    """Offer the way in, or who one is and the way out."""
    person = current_person_or_none()
    if person is None:
        wanted = [("accounts.sign_in", _("Sign in")), ("accounts.sign_up", _("Create an account"))]
        links = [_link(endpoint, text) for endpoint, text in wanted]
        return {"account_navigation": links}
    leave = {"text": _("Sign out"), "href": url_for("accounts.sign_out"), "method": "post"}
    return {"account_navigation": [_link("accounts.security", person.display_name), leave]}


def _link(endpoint: str, text: str) -> dict[str, object]:
    return {"text": text, "href": url_for(endpoint), "current": request.endpoint == endpoint}
