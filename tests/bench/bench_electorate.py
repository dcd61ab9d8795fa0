"""How long a foundation's rolls take to build, to compare, to build anew and to freeze, at 100,000 members.

Run it with `python tests/bench/bench_electorate.py`, or with another size.
"""

from __future__ import annotations

import shutil
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from flask import Flask
from sqlalchemy import text

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from elections.electorate.services import building, explaining, freezing
from foundation.app import create_app
from foundation.config import load_settings
from foundation.core import clock, migrate, postgres
from foundation.core.access import Office
from foundation.core.db import db
from membership import seeding
from tests.electorate_factories import corporate, in_campaign, individual
from tests.factories import Visitor, make_person, official, sign_in, visitor

MEMBERS = 100_000
LIMIT_SECONDS = 20


def main() -> int:
    """Print how long each step takes; exit with 1 when one takes longer than it may."""
    members = int(sys.argv[1]) if len(sys.argv) > 1 else MEMBERS
    home = Path(tempfile.mkdtemp(prefix="footing-bench-"))
    home.chmod(0o755)
    url = postgres.start(home / "data", "bench")
    try:
        migrate.upgrade(url)
        app = create_app(replace(load_settings({"FOOTING_ENV": "test"}, home / "instance"), database_url=url))
        with app.app_context():
            slow = _measured(app, members)
            for engine in db.engines.values():
                engine.dispose()
    finally:
        postgres.stop(home / "data")
        shutil.rmtree(home)
    return 1 if slow else 0


def _get(client: Visitor, address: str) -> None:
    answer = client.get(address)
    assert answer.status_code == 200, address


def _measured(app: Flask, members: int) -> bool:
    session = db.session
    seeding.seed(session, seeding.Size(members, members // 20), now=clock.now())
    session.commit()
    seeding.analyse(db.engine)
    olga, ada = official(session, Office.ELECTION_OFFICIAL), make_person(session)
    cycle = in_campaign(session, olga)
    everyone, companies = individual(cycle), corporate(cycle)
    taken = [
        _timed("build both rolls", lambda: building.build(session, everyone, by=olga, now=clock.now())),
        _timed("compare", lambda: building.differences(session, everyone)),
        _timed("build anew, nothing changed", lambda: building.build(session, everyone, by=olga, now=clock.now())),
    ]
    client, pages = visitor(app), f"/elections/{everyone.uuid}/electorate"
    sign_in(client, olga.address)
    for what in ("/manage", "/manage?page=100000", "/manage?q=abendrot", "/differences", "/roll.csv", "/mine"):
        taken.append(_timed(what, lambda address=pages + what: _get(client, address)))
    session.execute(text("UPDATE person SET display_name = display_name || ' X'"))
    taken += [
        _timed("build anew, every name changed", lambda: building.build(session, everyone, by=olga, now=clock.now())),
        _timed("why somebody is not on it", lambda: explaining.why(session, companies, ada)),
        _timed("freeze", lambda: freezing.freeze(session, everyone.uuid, by=olga, now=clock.now())),
    ]
    return max(taken) > LIMIT_SECONDS


def _timed(what: str, work: Callable[[], object]) -> float:
    begun = time.perf_counter()
    found = work()
    db.session.commit()
    seconds = time.perf_counter() - begun
    print(f"{what:32}{seconds:8.2f} s   {found if isinstance(found, int) else ''}")
    return seconds


if __name__ == "__main__":
    sys.exit(main())
