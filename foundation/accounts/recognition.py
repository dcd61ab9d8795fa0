"""How a request's person is recognised: Flask-Login over our own sessions, and the two cookies this needs.

Flask-Login keeps nothing itself here: no user in the form cookie, no "remember me". Each request brings the token of a
session, and the database says whether it lives.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
import sys
from datetime import timedelta

from flask import Flask, Request, g, request
from flask import session as form_cookie
from flask_babel import gettext as _
from flask_login import LoginManager
from itsdangerous import BadSignature, URLSafeSerializer
from sqlalchemy import update
from sqlalchemy.exc import DBAPIError
from werkzeug.wrappers import Response

from foundation.accounts.addresses import canonical_address
from foundation.accounts.models import ApiToken, Person, WebSession
from foundation.accounts.services import sessions, tokens
from foundation.accounts.services.sessions import SignedIn
from foundation.core import clock
from foundation.core.access import PERMISSIONS_OF, is_for_programs
from foundation.core.context import settings
from foundation.core.db import db
from foundation.core.errors import Busy, Invalid, NotSignedIn

SESSION_COOKIE, BROWSER_COOKIE = "session", "browser"
BROWSER_KNOWN_FOR = timedelta(days=365)


def cookie_name(name: str) -> str:
    """Return the cookie's name; where there is https its prefix makes browsers refuse it from any other host."""
    return f"__Host-{name}" if settings().https else name


def present_session() -> WebSession:
    """Return the session of this request, or raise NotSignedIn."""
    found: WebSession | None = g.get("web_session")
    if found is None:
        raise NotSignedIn(_("Sign in first."))
    return found


def keep_signed_in(response: Response, signed_in: SignedIn) -> Response:
    """Give the browser its session's token, and let it be known to the address it signed in with."""
    _set(response, SESSION_COOKIE, signed_in.token, samesite="Lax")
    _forget_forms_of_others(signed_in.person)
    return know_browser(response, signed_in.person.address)


def know_browser(response: Response, canonical: str) -> Response:
    """Give the browser a cookie by which failures with this address are counted apart from those of strangers."""
    if known_browser(canonical) is None:
        value = _browser_seal().dumps([_mark(canonical), secrets.token_urlsafe(16)])
        _set(response, BROWSER_COOKIE, str(value), samesite="Strict", max_age=BROWSER_KNOWN_FOR)
    return response


def known_browser(address: str) -> str | None:
    """Return the name of the browser if the address has signed in from it before."""
    try:
        mark, nonce = _browser_seal().loads(request.cookies.get(cookie_name(BROWSER_COOKIE), ""))
        return str(nonce) if hmac.compare_digest(str(mark), _mark(canonical_address(address))) else None
    except (BadSignature, ValueError, TypeError, Invalid):
        return None


def drop_session(response: Response) -> Response:
    """Take the session's token and all forms from the browser."""
    response.delete_cookie(cookie_name(SESSION_COOKIE), secure=settings().https, httponly=True, samesite="Lax")
    form_cookie.clear()
    return response


def _forget_forms_of_others(person: Person) -> None:
    """Void forms opened before, unless this person opened them: a voter whose session ended keeps the open booth."""
    if form_cookie.get("of") != person.id:
        form_cookie.clear()
        form_cookie["of"] = person.id


def _mark(canonical: str) -> str:
    return hashlib.sha256(f"footing known browser\n{canonical}".encode()).hexdigest()


def _browser_seal() -> URLSafeSerializer:
    return URLSafeSerializer(settings().secret_key, salt="footing known browser")


def _set(response: Response, name: str, value: str, *, samesite: str, max_age: timedelta | None = None) -> None:
    """Set a cookie that scripts and other sites do not get; without an age it ends with the browser."""
    https = settings().https
    response.set_cookie(cookie_name(name), value, max_age, secure=https, httponly=True, samesite=samesite, path="/")


def _load_person(incoming: Request) -> Person | None:
    """Return the person whose session, or whose program's token, the request brings, if it brings a living one."""
    if is_for_programs(incoming.path):
        return _load_bearer(incoming)
    token = incoming.cookies.get(cookie_name(SESSION_COOKIE))
    # The page that says the database failed, or is asked for too much, is made without asking it who is looking.
    if not token or isinstance(sys.exception(), DBAPIError | Busy):
        return None
    found = sessions.find(db.session, token, now=clock.now())
    if found is None:
        return None
    g.web_session = found
    _write_down_last_use(found)
    return found.person


def _load_bearer(incoming: Request) -> Person | None:
    """Return whom a program's token acts for; it grants what its one office does, and no other office of theirs."""
    given = incoming.authorization
    if given is None or given.type != "bearer" or not given.token or isinstance(sys.exception(), DBAPIError):
        return None
    found = tokens.find(db.session, given.token, now=clock.now())
    if found is None:
        return None
    g.granted = PERMISSIONS_OF[found.appointment.office]
    if tokens.is_used_long_ago(found, clock.now()):
        with db.engine.begin() as connection:
            connection.execute(update(ApiToken).where(ApiToken.id == found.id).values(last_used_at=clock.now()))
    return found.appointment.person


def _write_down_last_use(web_session: WebSession) -> None:
    """Note that the session is in use, in a transaction of its own: a page that is only read commits nothing."""
    moment = clock.now()
    if sessions.is_seen_long_ago(web_session, moment):
        with db.engine.begin() as connection:
            connection.execute(update(WebSession).where(WebSession.id == web_session.id).values(last_seen_at=moment))


def _begin_request() -> None:
    # An application context may serve more than one request, and a person must be recognised in each anew.
    for remembered in ("_login_user", "web_session", "granted"):
        g.pop(remembered, None)


def init_app(app: Flask) -> None:
    """Recognise the person of each request when somebody asks who it is."""
    manager = LoginManager()
    manager.session_protection = None
    manager.request_loader(_load_person)
    manager.init_app(app, add_context_processor=False)
    app.before_request(_begin_request)
