"""How membership grows: pages, search, queue and electorate at 1,000, 10,000 and 100,000 members.

Run it with `make bench-membership`, or with other sizes: python tests/bench/bench_membership.py 1000 10000
"""

from __future__ import annotations

import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path

from sqlalchemy import event
from sqlalchemy.engine import Engine

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from foundation.app import create_app
from foundation.config import load_settings
from foundation.core import clock, migrate, postgres
from foundation.core.access import Office
from foundation.core.db import db
from membership import directory, seeding
from tests.factories import appoint, make_person, sign_in, visitor

SIZES = (1_000, 10_000, 100_000)
TIMES = 9
LIMIT_MS = 100
PAGES = {
    "directory": "/membership/",
    "directory, last page": "/membership/?page=1000000",
    "directory as a member": "/membership/?page=2",
    "search, one word": "/membership/?q=ada",
    "search, two words": "/membership/?q=ada+quellbach",
    "search, corporate": "/membership/?q=quell&class=corporate",
    "committee queue": "/membership/committee",
    "queue, search": "/membership/committee?q=ada",
    "all memberships": "/membership/committee/members",
}
AS_OFFICER = ("directory as a member", "committee queue", "queue, search", "all memberships")


def median_ms(work: Callable[[], object]) -> float:
    """Return the median time in milliseconds after one run to warm up."""
    work()
    taken = []
    for _round in range(TIMES):
        begun = time.perf_counter()
        work()
        taken.append(1000 * (time.perf_counter() - begun))
    return statistics.median(taken)


def measure(members: int) -> dict[str, tuple[float, int]]:
    """Seed a fresh database and return, for each page, its time and the number of its queries."""
    home = Path(tempfile.mkdtemp(prefix="footing-bench-"))
    home.chmod(0o755)
    url = postgres.start(home / "data", "bench")
    try:
        migrate.upgrade(url)
        app = create_app(replace(load_settings({"FOOTING_ENV": "test"}, home / "instance"), database_url=url))
        with app.app_context():
            return _measured(app, members)
    finally:
        postgres.stop(home / "data")
        shutil.rmtree(home)


def _measured(app: object, members: int) -> dict[str, tuple[float, int]]:
    begun = time.perf_counter()
    seeding.seed(db.session, seeding.Size(members, members // 20), now=clock.now())
    db.session.commit()
    seeding.analyse(db.engine)
    found = {"seeding, in all": (1000 * (time.perf_counter() - begun), 0)}
    officer = make_person(db.session, "officer@example.org")
    appoint(db.session, officer, Office.MEMBERSHIP_COMMITTEE)
    stranger, signed_in = visitor(app), visitor(app)  # type: ignore[arg-type]
    sign_in(signed_in, "officer@example.org")
    for name, path in PAGES.items():
        client = signed_in if name in AS_OFFICER else stranger
        found[name] = _page(client, path)
    today = clock.now().date()
    for name, days in (("electorate()", 0), ("electorate(), members for 90 days", 90)):
        found[name] = _electorate(today, days)
    for engine in db.engines.values():
        engine.dispose()
    return found


def _electorate(today: date, days: int) -> tuple[float, int]:
    def ask() -> None:
        directory.electorate(db.session, today, membership_days=days)

    return median_ms(ask), _queries_of(ask)


def _page(client: object, path: str) -> tuple[float, int]:
    def get() -> None:
        assert client.get(path).status_code == 200  # type: ignore[attr-defined]

    get()
    return median_ms(get), _queries_of(get)


def _queries_of(work: Callable[[], object]) -> int:
    """Return how often something asks the database."""
    queries: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_more: object) -> None:
        queries.append(statement)

    event.listen(Engine, "before_cursor_execute", note)
    work()
    event.remove(Engine, "before_cursor_execute", note)
    return len(queries)


def main() -> int:
    """Print the growth table; exit with 1 when something takes longer than it may."""
    sizes = [int(size) for size in sys.argv[1:]] or SIZES
    tables = {size: measure(size) for size in sizes}
    names = list(tables[sizes[0]])
    width = max(len(name) for name in names)
    print(" " * width + "".join(f"{size:>12,} ms  queries" for size in sizes))
    for name in names:
        cells = (tables[size][name] for size in sizes)
        print(f"{name:{width}}" + "".join(f"{taken:>12.1f}     {queries or '':>7}" for taken, queries in cells))
    slow = [(size, name) for size in sizes for name in names[1:] if tables[size][name][0] > LIMIT_MS]
    for size, name in slow:
        print(f"Too slow: {name} at {size:,} members takes more than {LIMIT_MS} ms.")
    return 1 if slow else 0


if __name__ == "__main__":
    sys.exit(main())
