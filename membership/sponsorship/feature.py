"""What sponsoring adds to the application: pages under /sponsors, tasks, and what the server does each hour."""

from __future__ import annotations

import os

from flask import Flask
from flask_wtf import CSRFProtect

from foundation.core.context import Footing
from membership.services import exporting
from membership.sponsorship import configuration, jobs
from membership.sponsorship.models import invoices
from membership.sponsorship.pages.tasks import sponsorship_tasks
from membership.sponsorship.routes import cards, company, office, packages, public, treasurer
from membership.sponsorship.routes.blueprint import bp
from membership.sponsorship.services import telling

# Importing these is what registers their endpoints, tables and tasks.
REGISTERED = (company, invoices, jobs, office, packages, public, treasurer)


def init_app(app: Flask, csrf: CSRFProtect) -> None:
    """Add the pages; every form keeps its forgery protection, and the card provider signs its events instead."""
    terms = configuration.load(os.environ)
    app.extensions[configuration.EXTENSION] = terms
    app.register_blueprint(bp, url_prefix="/sponsors")
    if terms.cards is not None:
        app.register_blueprint(cards.bp, url_prefix="/sponsors")
        csrf.exempt(cards.hear)
    footing: Footing = app.extensions["footing"]
    footing.task_providers.append(sponsorship_tasks)
    exporting.add_chapter("sponsoring", telling.CHAPTER)
