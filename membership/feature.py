"""What membership adds to the application: pages, the programs' interface, tasks, jobs and commands."""

from __future__ import annotations

from flask import Flask
from flask_wtf import CSRFProtect

from foundation.core import programs
from foundation.core.context import Footing
from membership import cli, jobs
from membership.api import bp as api
from membership.pages.own_affairs import membership_tasks
from membership.programs import bp as for_programs
from membership.routes import applicant, committee, member, organizations, project, public, register_work, secretary
from membership.routes.blueprint import bp
from membership.services import listing

# Importing these is what registers their endpoints and tasks; naming them keeps that from looking like a mistake.
REGISTERED = (applicant, committee, member, organizations, project, public, register_work, secretary, jobs)


def init_app(app: Flask, csrf: CSRFProtect) -> None:
    """Add the pages under /membership and the programs' interface under /api/membership."""
    # Every POST of ours carries the token, a signed-in person's program in a header; a bearer's needs none.
    app.register_blueprint(bp, url_prefix="/membership")
    app.register_blueprint(api, url_prefix="/api/membership")
    programs.join(app, for_programs, csrf)
    cli.register_commands(app)
    footing: Footing = app.extensions["footing"]
    footing.task_providers.append(membership_tasks)
    footing.rename_listeners.append(listing.list_anew)
