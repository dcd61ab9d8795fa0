"""The composition root: settings, database, features, and the refusal to start half-guarded."""

from __future__ import annotations

import os
import time
from pathlib import Path

from flask import Flask, Response, g, request, url_for
from flask_babel import Babel, get_locale
from flask_babel import lazy_gettext as _l
from flask_wtf import CSRFProtect
from jinja2 import ChainableUndefined, ChoiceLoader, FileSystemLoader, PackageLoader, PrefixLoader
from prometheus_client import Counter, Histogram
from werkzeug.middleware.proxy_fix import ProxyFix

from elections import feature as elections
from foundation import cli
from foundation.accounts import feature as accounts
from foundation.config import Environment, Settings, load_settings
from foundation.core import access, errors, headers, incoming, jobs, limits, logs, pages, postgres, turns
from foundation.core import db as database
from foundation.core.context import Footing
from membership import feature as membership
from membership.sponsorship import feature as sponsorship

ROOT = Path(__file__).resolve().parent.parent
FEATURES = (accounts, membership, sponsorship, elections)
NAVIGATION = (
    ("elections.index", _l("Elections")),
    ("membership.directory", _l("Members")),
    ("sponsorship.index", _l("Sponsors")),
    ("core.register", _l("Register")),
    ("accounts.show", _l("Account")),
)

csrf = CSRFProtect()
babel = Babel()
REQUESTS = Counter("footing_requests", "Answers by endpoint and status", ["endpoint", "status"])
SECONDS = Histogram("footing_request_seconds", "Time to answer by endpoint", ["endpoint"])


def create_app(settings: Settings | None = None) -> Flask:
    """Return the application, or raise BadConfiguration or RuntimeError with the reason it will not start."""
    settings = settings or load_settings(os.environ, Path(os.environ.get("FOOTING_INSTANCE", ROOT / "instance")))
    logs.configure(json_lines=settings.environment is Environment.PRODUCTION)
    app = Flask(
        "foundation",
        root_path=str(ROOT / "foundation"),
        template_folder=str(ROOT / "templates"),
        instance_path=str(settings.instance.resolve()),
    )
    app.extensions["footing"] = Footing(settings, create_app)
    database_url = settings.database_url or postgres.start(settings.instance / "postgres")
    _configure(app, settings, database_url)
    _template_loaders(app)
    database.init_app(app)
    incoming.init_app(app)
    csrf.init_app(app)
    babel.init_app(app)
    turns.init_app(app, settings)
    limits.init_app(app, settings)
    headers.init_app(app)
    errors.init_app(app)
    _measure(app)
    _pages(app)
    _features(app)
    jobs.init_app(app, settings, database_url)
    access.init_app(app)
    access.refuse_undeclared(app)
    if settings.proxies:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=settings.proxies, x_proto=settings.proxies)  # type: ignore[method-assign]
    return app


def _configure(app: Flask, settings: Settings, database_url: str) -> None:
    own = settings.host
    app.config.update(
        SECRET_KEY=settings.secret_key,
        SQLALCHEMY_ENGINES={"default": database_url},
        MAX_FORM_MEMORY_SIZE=incoming.ORDINARY,
        FOUNDATION_NAME=settings.foundation_name,
        TRUSTED_HOSTS=[own] if settings.environment is Environment.PRODUCTION else [own, "localhost", "127.0.0.1"],
        SESSION_COOKIE_SECURE=settings.https,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_NAME="__Host-form" if settings.https else "form",
        WTF_CSRF_TIME_LIMIT=12 * 3600,
        BABEL_DEFAULT_LOCALE="en",
        BABEL_DEFAULT_TIMEZONE="UTC",
        TESTING=settings.environment is Environment.TEST,
        PROPAGATE_EXCEPTIONS=False,
    )


def _template_loaders(app: Flask) -> None:
    """Set before anything makes the template environment: it reads its options once."""
    loaders = {"govuk_frontend_jinja": PackageLoader("govuk_frontend_jinja")}
    own = FileSystemLoader(ROOT / "templates")
    app.jinja_options = {"loader": ChoiceLoader([own, PrefixLoader(loaders)]), "undefined": ChainableUndefined}


def _pages(app: Flask) -> None:
    app.register_blueprint(pages.bp)

    @app.context_processor
    def layout() -> dict[str, object]:
        return {"navigation": _navigation(app), "person": access.current_person_or_none(), "locale": get_locale()}


def _navigation(app: Flask) -> list[dict[str, object]]:
    items = []
    for endpoint, title in NAVIGATION:
        if endpoint in app.view_functions and (endpoint != "accounts.show" or access.current_person_or_none()):
            here = request.endpoint or ""
            # The core's pages stand alone; a feature's entry covers all its pages, and all below its address.
            href = url_for(endpoint)
            below = href.endswith("/") and request.path.startswith(href)
            current = here == endpoint or below or (here.split(".")[0] == endpoint.split(".")[0] != "core")
            items.append({"text": str(title), "href": href, "current": current})
    return items


def _features(app: Flask) -> None:
    """Let each feature register its blueprints and commands; each has an `init_app` in its `feature` module."""
    cli.register_commands(app)
    for feature in FEATURES:
        feature.init_app(app, csrf)


def _measure(app: Flask) -> None:
    @app.before_request
    def start() -> None:
        g.started = time.perf_counter()

    @app.after_request
    def count(response: Response) -> Response:
        endpoint = request.endpoint or "none"
        REQUESTS.labels(endpoint, response.status_code).inc()
        SECONDS.labels(endpoint).observe(time.perf_counter() - g.get("started", time.perf_counter()))
        return response
