"""What elections add to the application: pages, the public interface, commands, tasks and jobs."""

from __future__ import annotations

from flask import Flask
from flask_wtf import CSRFProtect

from elections import cli, decrypted, jobs
from elections.api import bp as api
from elections.certification import feature as certification
from elections.certification import models as certification_models
from elections.control import feature as control
from elections.cycles import feature as cycles
from elections.cycles import models as cycle_models
from elections.electorate import feature as electorate
from elections.electorate import models as electorate_models
from elections.lots import feature as lots
from elections.lots import models as lot_models
from elections.nominations import feature as nominations
from elections.nominations import models as nomination_models
from elections.pages.tasks import election_tasks
from elections.pages.timed import timed
from elections.routes import official, phases, public, registrar, result, trustee, voter
from elections.routes.blueprint import bp
from elections.services import renamed, twins
from foundation.core.context import Footing

PARTS = (cycles, nominations, electorate, lots, certification, control)
MODELS = (certification_models, cycle_models, decrypted, electorate_models, lot_models, nomination_models)
# Importing these is what registers their endpoints and tasks; naming them keeps that from looking like a mistake.
REGISTERED = (official, phases, public, registrar, result, trustee, voter, jobs)


def init_app(app: Flask, csrf: CSRFProtect) -> None:
    """Add the pages under /elections, the public interface under /api/elections, and the commands."""
    app.add_template_filter(timed, "timed")
    app.register_blueprint(bp, url_prefix="/elections")
    app.register_blueprint(api, url_prefix="/api/elections")
    for part in PARTS:
        part.init_app(app, csrf)
    cli.register_commands(app)
    footing: Footing = app.extensions["footing"]
    footing.task_providers.append(election_tasks)
    footing.merge_listeners.append(twins.merged)
    footing.rename_listeners.append(renamed.renamed)
