"""Refusals carry a sentence fit to show; faults show nothing but a reference number."""

from __future__ import annotations

import secrets

from flask import Flask, Response, jsonify, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import DataError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolExhausted
from werkzeug.exceptions import HTTPException, MethodNotAllowed, SecurityError

from foundation.core.limits import seconds_left
from foundation.core.logs import get_logger

log = get_logger()
# A program that is told to come back waits about so long; the others must not all come in the same second.
SOONEST_SECONDS, SPREAD_SECONDS = 2, 6


Answer = tuple[Response | str, int, dict[str, str]]


class Refusal(Exception):
    """What was asked is refused: `message` is shown to the person, `code` is stable for programs."""

    code = "refused"
    status = 409

    def __init__(self, message: str, *, code: str | None = None, status: int | None = None) -> None:
        super().__init__(message)
        self.message = str(message)
        self.code = code or self.code
        self.status = status or self.status


class Invalid(Refusal):
    """The input cannot be used as it is."""

    code, status = "invalid", 400


class NotSignedIn(Refusal):
    """The person must sign in first."""

    code, status = "not-signed-in", 401


class Forbidden(Refusal):
    """The person may not do this."""

    code, status = "forbidden", 403


class NotFound(Refusal):
    """There is no such thing, or none this person may know of."""

    code, status = "not-found", 404


class Conflict(Refusal):
    """The state of things does not allow it, or somebody else was first."""

    code, status = "conflict", 409


class TooMany(Refusal):
    """Asked too often; later it will be answered."""

    code, status = "too-many", 429


class Unavailable(Refusal):
    """Not possible right now; nothing was stored and trying again is safe."""

    code, status = "unavailable", 503


class Busy(Unavailable):
    """Too many ask for the same at once and nothing was stored; `again_in` seconds there may be room."""

    code = "busy"

    def __init__(self, message: str, again_in: int | None = None) -> None:
        super().__init__(message)
        self.again_in = again_in


def wants_json() -> bool:
    """Tell whether the client is a program rather than a page."""
    if request.path.startswith("/api/"):
        return True
    return request.accept_mimetypes.best_match(["text/html", "application/json"]) == "application/json"


def _route() -> str:
    """Return the address's pattern for the log: the address itself may hold a mailed token."""
    return str(request.url_rule or "none")


def _answer(
    message: str, code: str, status: int, reference: str | None = None, *, again_in: int | None = None
) -> Answer:
    headers = {"Retry-After": str(again_in)} if again_in else _come_back(status)
    if wants_json():
        error = {"code": code, "message": message} | ({"reference": reference} if reference else {})
        return jsonify(error=error), status, headers
    page = render_template("errors/refusal.html", message=message, status=status, reference=reference)
    return page, status, headers


def _come_back(status: int) -> dict[str, str]:
    """Say when to try again, where trying again helps (RFC 9110, section 10.2.3)."""
    if status == TooMany.status:
        return {"Retry-After": str(seconds_left())}
    if status == Unavailable.status:
        return {"Retry-After": str(SOONEST_SECONDS + secrets.randbelow(SPREAD_SECONDS))}
    return {}


def _on_refusal(refusal: Refusal) -> ResponseReturnValue:
    log.info("refused", code=refusal.code, status=refusal.status, route=_route())
    again_in = refusal.again_in if isinstance(refusal, Busy) else None
    return _answer(refusal.message, refusal.code, refusal.status, again_in=again_in)


def _on_http(error: HTTPException) -> ResponseReturnValue:
    status = error.code or 500
    sentences = {
        400: _("The request could not be understood."),
        403: _("You may not do this."),
        404: _("There is no such page. If you typed the address, check that it is right."),
        405: _("This address does not accept that kind of request."),
        413: _("What was sent is too large."),
        429: _("Too many attempts. Wait a few minutes and try again."),
    }
    if isinstance(error, SecurityError):
        # For a host that is not ours no page with links can be made.
        return Response(_("This service does not answer for the host that was asked for."), 400, mimetype="text/plain")
    if isinstance(error, CSRFError):
        message = _(
            "The form had expired or did not come from this site. Go back, copy what you typed, reload the page and "
            "try again."
        )
        return _answer(message, "form-expired", 400)
    log.info("refused", code=f"http-{status}", status=status, route=_route())
    page, status, headers = _answer(sentences.get(status, error.description or ""), f"http-{status}", status)
    allowed = error.valid_methods if isinstance(error, MethodNotAllowed) else None
    # RFC 9110, section 15.5.6: whoever asked in the wrong way is told the right ones.
    return page, status, headers | ({"Allow": ", ".join(sorted(allowed))} if allowed else {})


def _on_database_away(error: OperationalError | InterfaceError | PoolExhausted) -> ResponseReturnValue:
    log.error("database away", kind=type(getattr(error, "orig", error)).__name__, route=_route())
    message = _("The service cannot reach its records right now. Nothing was stored; try again in a minute.")
    return _answer(message, "unavailable", 503)


def _on_unstorable(error: DataError) -> ResponseReturnValue:
    """A NUL in an address or a number no column holds is the sender's mistake; it was found only by asking."""
    log.info("refused", code="unstorable", status=400, kind=type(error.orig).__name__, route=_route())
    return _answer(_("What was sent holds a character or a number that cannot be stored."), "unstorable", 400)


def _on_fault(error: Exception) -> ResponseReturnValue:
    reference = secrets.token_hex(4)
    log.error("fault", reference=reference, route=_route(), exc_info=error)
    message = _("Something went wrong on our side and nothing was stored.")
    return _answer(message, "fault", 500, reference)


def init_app(app: Flask) -> None:
    """Answer refusals with their sentence and faults with a reference number."""
    app.register_error_handler(Refusal, _on_refusal)
    app.register_error_handler(HTTPException, _on_http)
    for away in (OperationalError, InterfaceError, PoolExhausted):
        app.register_error_handler(away, _on_database_away)
    app.register_error_handler(DataError, _on_unstorable)
    app.register_error_handler(Exception, _on_fault)
