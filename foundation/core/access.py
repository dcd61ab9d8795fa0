"""Who may do what: denied unless an endpoint declares otherwise, and permissions follow from offices alone."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, TypeVar
from urllib.parse import urlsplit

from flask import Flask, current_app, g, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from foundation.core import clock
from foundation.core.errors import Forbidden, NotSignedIn, wants_json

View = TypeVar("View", bound=Callable[..., Any])


class Office(StrEnum):
    """The offices of the foundation, each held by a dated appointment."""

    ELECTION_OFFICIAL = "election_official"
    REGISTRAR = "registrar"
    TRUSTEE = "trustee"
    CERTIFIER = "certifier"
    MEMBERSHIP_COMMITTEE = "membership_committee"
    TREASURER = "treasurer"
    SECRETARY = "secretary"


class Permission(StrEnum):
    """What an office allows, as `<resource>:<action>`."""

    ELECTIONS_RUN = "elections:run"
    CREDENTIALS_ISSUE = "credentials:issue"
    TRUSTEES_ACT = "trustees:act"
    ELECTIONS_CERTIFY = "elections:certify"
    MEMBERS_REVIEW = "members:review"
    LEDGER_KEEP = "ledger:keep"
    RECORDS_KEEP = "records:keep"


PERMISSIONS_OF: dict[Office, frozenset[Permission]] = {
    Office.ELECTION_OFFICIAL: frozenset({Permission.ELECTIONS_RUN}),
    Office.REGISTRAR: frozenset({Permission.CREDENTIALS_ISSUE}),
    Office.TRUSTEE: frozenset({Permission.TRUSTEES_ACT}),
    Office.CERTIFIER: frozenset({Permission.ELECTIONS_CERTIFY}),
    Office.MEMBERSHIP_COMMITTEE: frozenset({Permission.MEMBERS_REVIEW}),
    Office.TREASURER: frozenset({Permission.LEDGER_KEEP}),
    Office.SECRETARY: frozenset({Permission.RECORDS_KEEP}),
}


@dataclass(frozen=True, slots=True)
class Access:
    """The declared access of an endpoint."""

    anyone: bool = False
    permission: Permission | None = None
    nobody: bool = False


NOBODY = Access(nobody=True)
# Where programs act with tokens of offices. A browser's cookies count for nothing here, and a token nowhere else.
PROGRAMS = "/api/v1/"


def public(view: View) -> View:
    """Declare that anyone may call this endpoint."""
    return _declare(view, Access(anyone=True))


def signed_in(view: View) -> View:
    """Declare that every signed-in person may call this endpoint; the service decides about the object."""
    return _declare(view, Access())


def requires(permission: Permission) -> Callable[[View], View]:
    """Declare that only holders of an office that gives `permission` may call this endpoint."""
    return lambda view: _declare(view, Access(permission=permission))


def _declare(view: View, access: Access) -> View:
    view.access = access  # type: ignore[attr-defined]
    return view


def current_person_or_none() -> Any:
    """Return the signed-in person, or None for a stranger."""
    return current_user._get_current_object() if current_user.is_authenticated else None


def current_person() -> Any:
    """Return the signed-in person, or raise NotSignedIn."""
    person = current_person_or_none()
    if person is None:
        raise NotSignedIn(_("Sign in first."))
    return person


def may(permission: Permission) -> bool:
    """Tell whether who asks may: a person by the offices held now, a program by the one office of its token."""
    person = current_person_or_none()
    if person is None:
        return False
    granted: frozenset[Permission] | None = g.get("granted")
    return permission in (person.permissions(clock.now()) if granted is None else granted)


def is_for_programs(path: str) -> bool:
    """Tell whether an address is one at which only a token's bearer is recognised."""
    return path.startswith(PROGRAMS)


def safe_next(target: str | None) -> str | None:
    """Return `target` if it is a path on this site, else None: nobody is sent elsewhere after signing in."""
    if not target or not target.startswith("/") or target.startswith("//") or "\\" in target:
        return None
    parts = urlsplit(target)
    if parts.scheme or parts.netloc or not target.isprintable():
        return None
    return target


def _enforce() -> ResponseReturnValue | None:
    if request.endpoint is None:
        return None
    # An endpoint without a declaration never gets here (refuse_undeclared), but were it to, it is closed.
    access: Access = getattr(current_app.view_functions[request.endpoint], "access", NOBODY)
    if access.nobody:
        raise Forbidden(_("This address is closed."))
    if access.anyone:
        return None
    if current_person_or_none() is None:
        if is_for_programs(request.path):
            raise NotSignedIn(_("Send a token of one of your offices: “Authorization: Bearer …”."), code="no-token")
        if wants_json() or request.method not in {"GET", "HEAD"}:
            raise NotSignedIn(_("Sign in first."))
        return redirect(url_for("accounts.sign_in", next=request.full_path.rstrip("?")), code=303)
    if access.permission is not None and not may(access.permission):
        raise Forbidden(_("Your offices do not include this. Ask the foundation's officials if you think they should."))
    return None


def refuse_undeclared(app: Flask) -> None:
    """Raise RuntimeError naming every endpoint that declares no access, so that such an app never starts."""
    public(app.view_functions["static"])
    missing = sorted(name for name, view in app.view_functions.items() if not hasattr(view, "access"))
    if missing:
        raise RuntimeError(f"These endpoints declare no access: {', '.join(missing)}.")


def init_app(app: Flask) -> None:
    """Enforce declared access before every request."""
    app.before_request(_enforce)
