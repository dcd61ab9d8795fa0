"""What a WSGI server and the flask command load."""

import gc

from elections.jobs import look_at_boards
from foundation.app import create_app

app = create_app()
look_at_boards(app)
# What the application itself consists of stays for ever: a full collection need not look through it in every request.
gc.freeze()
