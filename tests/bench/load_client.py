"""A client that sends requests at a fixed pace, whether or not answers come: what a crowd does, and a loop does not.

Each request has the moment at which it was due, and its time is counted from then, so that waiting in any queue shows.
It speaks to this machine only.
"""

from __future__ import annotations

import asyncio
import time
from collections import Counter, defaultdict
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field

HOST = "127.0.0.1"
PATIENCE_SECONDS = 60
MOST_ATTEMPTS = 12
RECORDED = 201
TRY_AGAIN = frozenset({429, 503})


@dataclass(frozen=True)
class Answer:
    """What came back; status 0 where nothing did."""

    status: int
    headers: dict[str, str]
    body: bytes


@dataclass
class Record:
    """What was seen of one stage; times are seconds.

    `answered` holds those of each single request by its status, `recorded` those from a cast's moment to its receipt.
    """

    sent: int = 0
    answered: dict[int, list[float]] = field(default_factory=lambda: defaultdict(list))
    recorded: list[float] = field(default_factory=list)
    ends: Counter[int] = field(default_factory=Counter)
    bodies: list[bytes] = field(default_factory=list)
    most_tries: int = 0
    last_recorded: float = 0.0

    def count(self, *statuses: int) -> int:
        """Return how many requests had one of these answers."""
        return sum(len(self.answered[status]) for status in statuses)


async def ask(port: int, head: str, body: bytes = b"") -> Answer:
    """Send one request on a connection of its own, as a browser that has just come does, which would keep it open."""
    try:
        async with asyncio.timeout(PATIENCE_SECONDS):
            reader, writer = await asyncio.open_connection(HOST, port)
            try:
                writer.write(head.encode() + b"Content-Length: %d\r\n\r\n" % len(body) + body)
                return await _read(reader)
            finally:
                writer.close()
    except (OSError, TimeoutError, asyncio.IncompleteReadError):
        return Answer(0, {}, b"")


async def _read(reader: asyncio.StreamReader) -> Answer:
    lines = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
    headers = dict(line.lower().split(": ", 1) for line in lines[1:] if ": " in line)
    body = await reader.readexactly(int(headers.get("content-length", "0")))
    return Answer(int(lines[0].split()[1]), headers, body)


def post_head(path: str, port: int, cookies: str, token: str) -> str:
    """The head of a request that casts a ballot, without its last lines."""
    return (
        f"POST {path} HTTP/1.1\r\nHost: {HOST}:{port}\r\nCookie: {cookies}\r\nX-CSRFToken: {token}\r\n"
        "Content-Type: application/json\r\nAccept: application/json\r\n"
    )


async def until_settled(send: Callable[[], Awaitable[Answer]], due: float, record: Record) -> None:
    """Send until the answer is neither "too busy" nor none, waiting as long as is asked for."""
    answer, begun = Answer(0, {}, b""), due
    for attempt in range(1, MOST_ATTEMPTS + 1):
        answer = await send()
        now = time.monotonic()
        record.answered[answer.status].append(now - begun)
        record.most_tries = max(record.most_tries, attempt)
        if answer.status and answer.status not in TRY_AGAIN:
            break
        await asyncio.sleep(int(answer.headers.get("retry-after", "2")))
        begun = time.monotonic()
    record.ends[answer.status] += 1
    if answer.status == RECORDED:
        record.bodies.append(answer.body)
        record.recorded.append(now - due)
        record.last_recorded = now


async def at_pace(work: Sequence[Callable[[], Awaitable[Answer]]], rate: float, record: Record) -> None:
    """Begin so many requests a second, each at its moment; return when all are settled."""
    start, running = time.monotonic() + 0.1, set()
    for number, send in enumerate(work):
        due = start + number / rate
        await asyncio.sleep(max(0.0, due - time.monotonic()))
        running.add(asyncio.create_task(until_settled(send, due, record)))
        record.sent += 1
    await asyncio.gather(*running)


async def poll(
    port: int, path: str, *, rate: float, until: asyncio.Event, record: Record, connections: int = 16
) -> None:
    """Ask for one address again and again, over connections that stay open, as followers of the board do."""
    await asyncio.gather(*(_follow(port, path, connections / rate, until, record) for _ in range(connections)))


async def _follow(port: int, path: str, pause: float, until: asyncio.Event, record: Record) -> None:
    tag, due = "", time.monotonic()
    reader: asyncio.StreamReader | None = None
    writer: asyncio.StreamWriter | None = None
    while not until.is_set():
        due += pause
        await asyncio.sleep(max(0.0, due - time.monotonic()))
        record.sent += 1
        try:
            async with asyncio.timeout(PATIENCE_SECONDS):
                if reader is None or writer is None:
                    reader, writer = await asyncio.open_connection(HOST, port)
                known = f"If-None-Match: {tag}\r\n" if tag else ""
                writer.write(f"GET {path} HTTP/1.1\r\nHost: {HOST}:{port}\r\n{known}\r\n".encode())
                answer = await _read(reader)
        except (OSError, TimeoutError, asyncio.IncompleteReadError):
            # The server ends a connection after a while; the follower opens another and asks again.
            record.answered[0].append(time.monotonic() - due)
            reader = writer = None
            continue
        tag = answer.headers.get("etag", tag)
        record.answered[answer.status].append(time.monotonic() - due)
        if answer.headers.get("connection") == "close":
            writer.close()
            reader = writer = None
    if writer is not None:
        writer.close()
