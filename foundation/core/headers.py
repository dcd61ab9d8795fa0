"""Security headers on every answer; the policy allows nothing inline and nothing from elsewhere."""

from __future__ import annotations

from flask import Flask, Response

from foundation.core.context import settings

POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self'",
        "font-src 'self'",
        "connect-src 'self'",
        "worker-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)
FIXED = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(), payment=(), usb=()",
}


def _add(response: Response) -> Response:
    for name, value in FIXED.items():
        response.headers.setdefault(name, value)
    if settings().https:
        response.headers.setdefault("Strict-Transport-Security", "max-age=63072000; includeSubDomains")
    # Pages differ by who is signed in: a shared machine or proxy must not show one person's to another. What is the
    # same for everybody says so itself; an error there does not, and is asked for anew.
    response.headers.setdefault("Cache-Control", "no-store")
    return response


def init_app(app: Flask) -> None:
    """Add the headers to every answer, errors included."""
    app.after_request(_add)
