"""Our verifier beside belenios-tool on the same archives, in the same run: time, processor time, memory.

`make bench-verifier`, or `python tests/bench/bench_verifier.py [BALLOTS …]`. Archives are made once and kept below
.tools/bench; both programs take turns, and the quickest of three runs of each is printed (one, of the largest).
"""

import os
import resource
import shutil
import subprocess
import sys
import threading
import time
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

KEPT = ROOT / ".tools" / "bench"
BELENIOS = Path(os.environ.get("FOOTING_BELENIOS", ROOT / ".tools/belenios/bin/belenios-tool"))
SIZES = (500, 2000, 8000)
CANDIDATES = tuple(f"Candidate {number}" for number in range(1, 11))
TRUSTEES = 3
ROUNDS = 3
LARGE = 4000
"""From this number of ballots on one round is enough."""
PAGE = resource.getpagesize()


@dataclass(frozen=True)
class Cost:
    """What a run took: seconds on the clock and of the processors, and bytes of memory, all processes together."""

    wall: float
    cpu: float
    memory: int


def archive_of(ballots: int) -> Path:
    """Return the folder with an archive of that many ballots, made now unless it is there."""
    folder = KEPT / f"verifier-{ballots}-proved"
    if not (folder / "done").exists():
        from elections.crypto.whole_decryption import published
        from tests.unit.verifier.workshop import Workshop

        print(f"making an archive of {ballots} ballots …", file=sys.stderr)
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        workshop = Workshop(contests=(CANDIDATES,), voters=ballots, trustee_count=TRUSTEES).set_up()
        for voter in range(ballots):
            workshop.cast(workshop.seal(voter, [1 + (voter * 7 + place * 3) % 10 for place in range(10)]))
        (folder / f"{workshop.uuid}.bel").write_bytes(workshop.finish().archive())
        (folder / "decryptions.json").write_bytes(published(workshop.second_proofs()))
        (folder / "done").touch()
    return folder


def run(command: list[str], folder: Path) -> Cost:
    """Run a command to its end and return what it took; stop with its output where it fails."""
    started = time.perf_counter()
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    watch = _Memory(process.pid)
    watch.start()
    _, status, used = os.wait4(process.pid, 0)
    wall = time.perf_counter() - started
    watch.stopped.set()
    watch.join()
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(f"{' '.join(command)} failed on {folder}")
    return Cost(wall, used.ru_utime + used.ru_stime, watch.most)


class _Memory(threading.Thread):
    """Watches the resident memory of a process and all that descend from it."""

    def __init__(self, pid: int) -> None:
        super().__init__(daemon=True)
        self.most = 0
        self.stopped = threading.Event()
        self._pid = pid

    def run(self) -> None:
        while not self.stopped.wait(0.02):
            self.most = max(self.most, sum(map(_resident, _family(self._pid))))


def _family(pid: int) -> list[int]:
    try:
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    except OSError:
        return []
    return [pid, *(each for child in children for each in _family(int(child)))]


def _resident(pid: int) -> int:
    try:
        return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * PAGE
    except OSError:
        return 0


def quickest(costs: list[Cost]) -> Cost:
    """Return the run that the rest of the machine disturbed least."""
    return Cost(min(c.wall for c in costs), min(c.cpu for c in costs), max(c.memory for c in costs))


def main() -> None:
    """Print a row for each size."""
    sizes = [int(text) for text in sys.argv[1:]] or list(SIZES)
    theirs_too = BELENIOS.exists()
    if not theirs_too:
        print("belenios-tool was not found: its columns are missing.", file=sys.stderr)
    print(f"{len(CANDIDATES)} candidates, {TRUSTEES} mixers and trustees, {len(os.sched_getaffinity(0))} cores")
    print(" ballots │   ours: wall    CPU     RSS  ms/ballot │ belenios: wall    CPU     RSS │ wall ×  CPU ×")
    for size in sizes:
        folder = archive_of(size)
        ours, theirs = [], []
        for _ in range(ROUNDS if size < LARGE else 1):
            ours.append(run([sys.executable, "-m", "elections.verifier", str(folder), "--json"], folder))
            if theirs_too:
                theirs.append(run([str(BELENIOS), "election", "verify", "--dir", str(folder)], folder))
        mine = quickest(ours)
        row = f"{size:8} │ {mine.wall:8.2f} s {mine.cpu:6.2f} s {mine.memory / 2**20:4.0f} MB"
        row += f" {1000 * mine.cpu / size:9.2f} │"
        if theirs:
            other = quickest(theirs)
            row += f" {other.wall:10.2f} s {other.cpu:6.2f} s {other.memory / 2**20:4.0f} MB │"
            row += f" {other.wall / mine.wall:6.2f} {other.cpu / mine.cpu:6.2f}"
        print(row, flush=True)


if __name__ == "__main__":
    main()
