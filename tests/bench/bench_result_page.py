"""How long the result page of a large election takes: `make bench-result`.

30 candidates, 10,000 random ballots, a PostgreSQL of its own. Counting and making the files happen once, in the job;
each request after that is measured on the wall clock, the application's own work and the database's together.
"""

from __future__ import annotations

import shutil
import statistics
import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))


from elections import jobs  # noqa: E402
from elections.services import outcome, result_files  # noqa: E402
from elections.services.setup import NewCandidate, NewContest  # noqa: E402
from foundation.app import create_app  # noqa: E402
from foundation.config import load_settings  # noqa: E402
from foundation.core import clock, migrate, postgres  # noqa: E402
from foundation.core.db import db  # noqa: E402
from tests import result_factories  # noqa: E402
from tests.factories import visitor  # noqa: E402
from tests.web.test_result_page import crowd  # noqa: E402

CANDIDATES, BALLOTS, REQUESTS = 30, 10_000, 50


def measure(home: Path) -> None:
    """Make the election, count it, and ask for its pages."""
    postgres.initialise(home / "postgres", "")
    url = postgres.start(home / "postgres", "bench")
    try:
        migrate.upgrade(url)
        settings = replace(load_settings({"FOOTING_ENV": "test"}, home / "instance"), database_url=url)
        app = create_app(settings)
        with app.app_context():
            _measure(app)
            db.session.close()
            db.engine.dispose()
    finally:
        postgres.stop(home / "postgres")


def _measure(app: object) -> None:
    names = [NewCandidate(f"Candidate Number {number}") for number in range(CANDIDATES)]
    advance, jobs.advance = jobs.advance, lambda _uuid: None  # type: ignore[assignment]
    election = result_factories.decided(db.session, [NewContest("Board", names, seats=3)], [crowd(CANDIDATES, BALLOTS)])
    jobs.advance = advance
    for what, work in (("counting", outcome.settle), ("files and other methods", result_files.publish)):
        began = time.perf_counter()
        work(db.session, election, now=clock.now())
        db.session.commit()
        print(f"{what:28} {1000 * (time.perf_counter() - began):9.0f} ms, once")
    reader = visitor(app)  # type: ignore[arg-type]
    for path in ("outcome", "outcome/methods"):
        took, worked = [], []
        for _request in range(REQUESTS):
            began, at_work = time.perf_counter(), time.process_time()
            answer = reader.get(f"/elections/{election.uuid}/{path}")
            took.append(1000 * (time.perf_counter() - began))
            worked.append(1000 * (time.process_time() - at_work))
            assert answer.status_code == 200
        rest = sorted(took[1:])
        print(
            f"{path:28} first {took[0]:6.0f} ms, then median {statistics.median(rest):6.0f} ms,"
            f" 95 of 100 within {rest[int(0.95 * len(rest))]:6.0f} ms"
            f" (processor {statistics.median(worked[1:]):.0f} ms), {len(answer.data) / 1000:.0f} kB"
        )


def main() -> None:
    """Run the benchmark in a folder of its own."""
    home = Path(tempfile.mkdtemp(prefix="footing-bench-"))
    home.chmod(0o755)
    try:
        measure(home)
    finally:
        shutil.rmtree(home, ignore_errors=True)


if __name__ == "__main__":
    main()
