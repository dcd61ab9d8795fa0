"""How gunicorn serves the house: `gunicorn wsgi:app` reads this file by itself, and its own options override it.

Each process works on so many ballots at once, lets so many more wait, and sends the others away with 503 and a moment
to come back (foundation/core/turns.py). A ballot that waits holds a thread, so threads beyond those must be left: they
send away, and show pages and the board meanwhile. A thread needs a database connection at most, and one to spare.
"""

import os

from foundation.config import BALLOTS_AT_WORK, BadConfiguration, ballots_waiting

FOR_OTHERS = 4

try:
    BALLOTS = BALLOTS_AT_WORK + ballots_waiting(os.environ)
except BadConfiguration as error:
    raise SystemExit(str(error)) from None

workers = int(os.environ.get("WEB_CONCURRENCY", os.cpu_count() or 2))
threads = BALLOTS + FOR_OTHERS
worker_class = "gthread"
# A voter's browser that sends its ballot again after some seconds finds its connection open.
keepalive = 10


def on_starting(server):
    """Refuse to start with so few threads that ballots would wait before anything could send them away."""
    if server.cfg.threads <= BALLOTS:
        raise SystemExit(
            f"gunicorn has {server.cfg.threads} threads, and as many ballots may wait and be worked on "
            f"({BALLOTS}): give it more --threads, or set BALLOTS_WAITING lower."
        )
