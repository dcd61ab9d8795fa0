"""One program, one method, one file, in a process of its own: `bench_counting_peers.py PROGRAM METHOD FILE`."""

import json
import re
import sys
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

Count = Callable[[str, str], Callable[[], Any]]
QUICK = 2.0


def main() -> None:
    """Import first, then count up to ten times while that is quick, and print the best time and the peak memory."""
    program, method, file = sys.argv[1:]
    count = COUNTS[program](method, file)
    best, best_cpu, began = float("inf"), float("inf"), time.perf_counter()
    for _ in range(10):
        start, cpu = time.perf_counter(), time.process_time()
        count()
        best, best_cpu = min(best, time.perf_counter() - start), min(best_cpu, time.process_time() - cpu)
        if time.perf_counter() - began > QUICK:
            break
    print(json.dumps({"seconds": best, "cpu": best_cpu, "megabytes": peak()}))


def peak() -> float:
    """Return this process's peak memory; what getrusage says would include that of the process that started it."""
    status = Path("/proc/self/status").read_text()
    return int(re.search(r"VmHWM:\s+(\d+)", status)[1]) / 1024  # type: ignore[index]


def footing(method: str, file: str) -> Callable[[], Any]:
    """Ours: read by the registry, count the table, order."""
    from elections.counting.formats.registry import read
    from elections.counting.methods.registry import named
    from elections.counting.methods.settings import Settings
    from elections.counting.profile import profile_of

    (chosen,) = named(method)

    def count() -> Any:
        rankings = read(Path(file)).rankings
        assert rankings is not None
        return chosen.run(profile_of(rankings), Settings())

    return count


def splitting(_method: str, file: str) -> Callable[[], Any]:
    """What nobody can be faster than: the bytes read, and their lines found."""
    return lambda: np.flatnonzero(np.frombuffer(Path(file).read_bytes(), dtype=np.uint8) == ord("\n"))


def table(file: str) -> Any:
    """Read the ranks as numpy reads numbers from text."""
    head, _, body = Path(file).read_bytes().partition(b"\n")
    flat = np.fromstring(body.replace(b"\n", b",").rstrip(b",").decode(), dtype=np.int64, sep=",")
    return flat.reshape(-1, head.count(b",") + 1)


def svvamp(method: str, file: str) -> Callable[[], Any]:
    """Orders of candidates from the ranks, then svvamp's rule."""
    from svvamp import Profile, RuleRankedPairs, RuleSchulze

    rule = RuleSchulze if method == "schulze" else RuleRankedPairs
    return lambda: rule()(Profile(preferences_rk=np.argsort(table(file), axis=1))).w_


def pref_voting(method: str, file: str) -> Callable[[], Any]:
    """Distinct orders with their numbers, then pref_voting's method; once beforehand, because it compiles then."""
    from pref_voting.profiles import Profile
    from pref_voting.voting_methods import beat_path, ranked_pairs

    chosen = beat_path if method == "schulze" else ranked_pairs
    chosen(Profile([[0, 1, 2], [1, 2, 0]]))

    def count() -> Any:
        orders = Counter(map(tuple, np.argsort(table(file), axis=1).tolist()))
        return chosen(Profile(list(orders), list(orders.values())))

    return count


def votelib(method: str, file: str) -> Callable[[], Any]:
    """Distinct orders with their numbers, then votelib's evaluator."""
    from votelib.convert import RankedToCondorcetVotes
    from votelib.evaluate.condorcet import RankedPairs, Schulze

    chosen = Schulze() if method == "schulze" else RankedPairs()

    def count() -> Any:
        orders = Counter(map(tuple, np.argsort(table(file), axis=1).tolist()))
        return chosen.evaluate(RankedToCondorcetVotes().convert(orders), 1)

    return count


COUNTS: dict[str, Count] = {
    "footing": footing,
    "reading and splitting": splitting,
    "svvamp": svvamp,
    "pref_voting": pref_voting,
    "votelib": votelib,
}

if __name__ == "__main__":
    main()
