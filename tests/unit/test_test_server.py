"""The server of the tests: a browser that goes away in the middle of an answer leaves nothing open."""

from __future__ import annotations

import socket
import struct
from collections.abc import Iterator
from io import BytesIO
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from tests.server import served

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment


def hang_up(url: str) -> None:
    """Ask for a page, read the beginning of the answer, and reset the connection."""
    address = urlsplit(url)
    with socket.create_connection((address.hostname, address.port or 80)) as connection:
        connection.sendall(b"GET / HTTP/1.1\r\nHost: test\r\n\r\n")
        connection.recv(10)
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


def test_what_an_answer_reads_from_is_closed_when_the_browser_has_gone() -> None:
    opened: list[BytesIO] = []

    class Answer:
        def __init__(self) -> None:
            self.file = BytesIO(b"the content of a file")
            opened.append(self.file)

        def __iter__(self) -> Iterator[bytes]:
            return iter(self.file)

        def close(self) -> None:
            self.file.close()

    def app(environ: WSGIEnvironment, start_response: StartResponse) -> Answer:
        start_response("200 OK", [("Content-Type", "text/plain")])
        return Answer()

    with served(app) as url:
        for _ in range(50):
            hang_up(url)
    assert len(opened) == 50
    assert all(file.closed for file in opened)
