"""The front page, the public register, and what a monitor asks."""

from __future__ import annotations

import hmac
import json

from flask import Blueprint, Response, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from sqlalchemy import func, or_, select, text

from foundation.core.access import public
from foundation.core.context import settings
from foundation.core.db import db
from foundation.core.errors import NotFound
from foundation.core.register import RegisterEntry

bp = Blueprint("core", __name__)
PAGE = 50


@bp.get("/")
@public
def home() -> ResponseReturnValue:
    """Show what this foundation is and where to go."""
    return render_template("home.html")


@bp.get("/register")
@public
def register() -> ResponseReturnValue:
    """Show the public register, newest first, with search and paging."""
    query = request.args.get("q", "").strip()[:100]
    page = max(1, request.args.get("page", 1, type=int))
    wanted = select(RegisterEntry)
    if query:
        like = f"%{query.replace('%', '').replace('_', chr(92) + '_')}%"
        columns = (RegisterEntry.act, RegisterEntry.by, RegisterEntry.subject, RegisterEntry.facts)
        wanted = wanted.where(or_(*(column.ilike(like) for column in columns)))
    total = db.session.execute(select(func.count()).select_from(wanted.subquery())).scalar_one()
    newest = wanted.order_by(RegisterEntry.seq.desc()).limit(PAGE).offset((page - 1) * PAGE)
    entries = [(entry, json.loads(entry.facts)) for entry in db.session.execute(newest).scalars()]
    pages = max(1, -(-total // PAGE))
    return render_template("register.html", entries=entries, total=total, page=page, pages=pages, query=query)


@bp.get("/health")
@public
def health() -> ResponseReturnValue:
    """Answer that the process lives."""
    return Response("alive\n", mimetype="text/plain")


@bp.get("/ready")
@public
def ready() -> ResponseReturnValue:
    """Answer that the database answers, or 503."""
    db.session.execute(text("SELECT 1"))
    return Response("ready\n", mimetype="text/plain")


@bp.get("/metrics")
@public
def metrics() -> ResponseReturnValue:
    """Show counters to whoever brings METRICS_TOKEN; without one configured there is no such page."""
    token = settings().metrics_token
    given = request.headers.get("Authorization", "").removeprefix("Bearer ")
    if not token or not hmac.compare_digest(given.encode(), token.encode()):
        raise NotFound(_("There is no such page."))
    return Response(generate_latest(), content_type=CONTENT_TYPE_LATEST)
