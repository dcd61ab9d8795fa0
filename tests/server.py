"""An application behind a real socket of the loopback: the one way in which tests serve anything to a browser.

Each answer is finished before it is sent. Werkzeug's server reads what is left in the connection before it closes the
answer, so that a browser which goes away at that moment would leave a static file open.
"""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import closing, contextmanager
from threading import Thread
from typing import TYPE_CHECKING

from werkzeug.serving import make_server
from werkzeug.wsgi import ClosingIterator

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

LOOPBACK = "127.0.0.1"


def whole(app: WSGIApplication) -> WSGIApplication:
    """Return the application with each answer read to its end and closed before any of it is sent."""

    def answer(environ: WSGIEnvironment, start_response: StartResponse) -> list[bytes]:
        with closing(ClosingIterator(app(environ, start_response))) as parts:
            return [b"".join(parts)]

    return answer


@contextmanager
def free_port() -> Iterator[tuple[socket.socket, str]]:
    """Listen at a free port; yield the socket, and the address by which a browser names it (no slash at its end)."""
    with socket.create_server((LOOPBACK, 0)) as listening:
        yield listening, f"http://{LOOPBACK}:{listening.getsockname()[1]}"


@contextmanager
def answering(app: WSGIApplication, listening: socket.socket) -> Iterator[None]:
    """Let the application answer at this socket for as long as the block lasts."""
    server = make_server(LOOPBACK, listening.getsockname()[1], whole(app), threaded=True, fd=listening.fileno())
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@contextmanager
def served(app: WSGIApplication) -> Iterator[str]:
    """Serve the application at a free port; yield its address."""
    with free_port() as (listening, url), answering(app, listening):
        yield url
