"""Reading, the pairwise table, Schulze and ranked pairs, beside other programs: same files, same run.

`make bench-counting`. Each program counts in a process of its own, after its start and imports; memory is that
process's peak. Processor time is what to compare where other work shares the machine. Programs that are not
installed, or that do not finish in time, are said to be so. `--limit SECONDS` is that time, `--sizes` takes some sizes.
"""

import argparse
import contextlib
import json
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path
from typing import NamedTuple

import numpy as np

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / ".tools" / "bench-counting"
PEERS = Path(__file__).with_name("bench_counting_peers.py")
SIZES = {
    "10^4 x 10": (10**4, 10, None),
    "10^5 x 20": (10**5, 20, None),
    "10^6 x 20": (10**6, 20, None),
    "10^6 x 20 few": (10**6, 20, 500),
    "10^4 x 100": (10**4, 100, None),
    "10^3 x 300": (10**3, 300, None),
}
BASELINE = "reading and splitting"
PROGRAMS = {
    "footing": ("schulze", "ranked-pairs"),
    BASELINE: ("schulze",),
    "svvamp": ("schulze", "ranked-pairs"),
    "pref_voting": ("schulze", "ranked-pairs"),
    "votelib": ("schulze", "ranked-pairs"),
    "belenios-tool": ("schulze",),
    "votes": ("schulze", "ranked-pairs"),
    "condorcet": ("schulze", "ranked-pairs"),
}
SLOW_ON_LARGE = {"votelib", "pref_voting", "condorcet", "votes"}
"""Programs that take minutes and gigabytes for a million ballots: there they are not started."""

Figures = dict[str, float]


class Run(NamedTuple):
    """One program, one method, one size."""

    program: str
    method: str
    size: str


NODE = """
import { readFileSync } from 'node:fs';
import { performance } from 'node:perf_hooks';
const [program, method, file] = process.argv.slice(2);
const library = await import(program);
const start = performance.now(), used = process.cpuUsage();
const [names, ...rows] = readFileSync(file, 'utf8').trimEnd().split('\\n').map(line => line.split(','));
if (program === 'votes') {
  const ballots = rows.map(row => {
    const ranking = [];
    row.forEach((rank, index) => { (ranking[rank - 1] ??= []).push(names[index]); });
    return { ranking, weight: 1 };
  });
  const Method = method === 'schulze' ? library.Schulze : library.RankedPairs;
  const matrix = library.utils.matrixFromBallots(ballots, names);
  new Method(matrix).ranking();
} else {
  const Method = method === 'schulze' ? library.Schulze : library.RankedPair ?? library.RankedPairs;
  const count = new Method(new Set(names));
  for (const row of rows) count.addBallot(new Map(row.map((rank, index) => [names[index], Number(rank)])), 1);
  count.rank();
}
const seconds = (performance.now() - start) / 1000;
const { user, system } = process.cpuUsage(used);
const megabytes = Number(/VmHWM:\\s+(\\d+)/.exec(readFileSync('/proc/self/status', 'utf8'))[1]) / 1024;
console.log(JSON.stringify({ seconds, cpu: (user + system) / 1e6, megabytes }));
"""


def main() -> None:
    """Make the files, run every program on each, print the table and what it says about the goals."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--limit", type=float, default=60.0)
    parser.add_argument("--sizes", nargs="*", default=list(SIZES), choices=list(SIZES))
    options = parser.parse_args()
    prepare()
    found: dict[Run, Figures] = {}
    print(f"{'':31}" + "".join(f"{size:>22}" for size in options.sizes))
    for program, methods in PROGRAMS.items():
        for method in methods:
            print(f"{program + ', ' + method:31}", end="", flush=True)
            for size in options.sizes:
                text = cell(Run(program, method, size), options.limit, found)
                print(f"{text:>22}", end="", flush=True)
            print()
    print("Seconds of the processor, seconds on the clock (the best of ten where quick, reading included), peak")
    print("megabytes. Failed: the program gave up by itself.\n")
    for title, compare in VERDICTS.items():
        for method in PROGRAMS["footing"]:
            numbers = (compare(found, method, size) for size in options.sizes)
            print(f"{title + ', ' + method:53}" + "".join(f"{number:>22}" for number in numbers))


def against_peers(found: dict[Run, Figures], method: str, size: str) -> str:
    """How many times faster than the fastest peer at the same method, on the clock."""
    ours = found.get(Run("footing", method, size))
    peers = {
        run.program: figures["seconds"]
        for run, figures in found.items()
        if run.size == size and run.method == method and run.program not in ("footing", BASELINE)
    }
    if not ours or not peers:
        return "-"
    fastest = min(peers, key=peers.__getitem__)
    return f"{peers[fastest] / ours['seconds']:.1f} {fastest}"


def against_reading(found: dict[Run, Figures], method: str, size: str) -> str:
    """How many times what reading the bytes and finding the lines takes, on the clock."""
    ours, least = found.get(Run("footing", method, size)), found.get(Run(BASELINE, "schulze", size))
    return f"{ours['seconds'] / least['seconds']:.1f}" if ours and least else "-"


def against_memory(found: dict[Run, Figures], method: str, size: str) -> str:
    """Which part of svvamp's memory."""
    ours, svvamp = found.get(Run("footing", method, size)), found.get(Run("svvamp", method, size))
    return f"{ours['megabytes'] / svvamp['megabytes']:.2f}" if ours and svvamp else "-"


VERDICTS = {
    "times faster than the fastest peer": against_peers,
    "times merely reading and splitting": against_reading,
    "part of svvamp's memory": against_memory,
}


def prepare() -> None:
    """Write the ballot files once, and install the two programs for Node where npm can."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    for size, (ballots, candidates, few) in SIZES.items():
        if not path_of(size, ".csv").exists():
            write(size, ballots, (candidates, few))
    (FOLDER / "count.mjs").write_text(NODE)
    npm = shutil.which("npm")
    if npm and not (FOLDER / "node_modules" / "votes").exists():
        command = [npm, "install", "--ignore-scripts", "--no-audit", "--no-fund", "votes@3.0.0", "condorcet"]
        (FOLDER / "package.json").write_text('{"private": true}')
        with contextlib.suppress(subprocess.SubprocessError):
            subprocess.run(command, cwd=FOLDER, capture_output=True, check=True, timeout=120)


def write(size: str, ballots: int, shape: tuple[int, int | None]) -> None:
    """Write random strict rankings as ranked CSV and as JSON; `few` of them distinct, or all (nearly) distinct."""
    candidates, few = shape
    generator = np.random.default_rng(7)
    ranks = np.argsort(generator.random((few or ballots, candidates)), axis=1) + 1
    rows = ranks if few is None else ranks[generator.integers(0, few, ballots)]
    lines = [",".join(map(str, row)) for row in rows.tolist()]
    header = ",".join(f"C{number}" for number in range(candidates))
    path_of(size, ".csv").write_text("\n".join([header, *lines]) + "\n")
    path_of(size, ".json").write_text("[[" + "],[".join(lines) + "]]")


def path_of(size: str, ending: str) -> Path:
    """Return where a size's file is kept."""
    return FOLDER / (size.replace("^", "").replace(" ", "-") + ending)


def cell(run: Run, limit: float, found: dict[Run, Figures]) -> str:
    """Run one program on one file, keep what it took and return it as text."""
    if run.program in SLOW_ON_LARGE and run.size.startswith("10^6"):
        return "not started"
    try:
        figures = measure(run.program, run.method, run.size, limit)
    except FileNotFoundError:
        return "not installed"
    except subprocess.TimeoutExpired:
        return f"over {limit:.0f} s"
    except (subprocess.CalledProcessError, ValueError, IndexError):
        return "failed"
    found[run] = figures
    return f"{figures['cpu']:.4f} {figures['seconds']:.4f} {figures['megabytes']:.0f}"


def measure(program: str, method: str, size: str, limit: float) -> Figures:
    """Run one program on one file in a process of its own."""
    file = str(path_of(size, ".csv"))
    if program == "belenios-tool":
        return belenios(path_of(size, ".json"), limit)
    if program in ("votes", "condorcet"):
        node = shutil.which("node")
        if node is None or not (FOLDER / "node_modules" / program).exists():
            raise FileNotFoundError(program)
        command = [node, "--max-old-space-size=8192", str(FOLDER / "count.mjs"), program, method, file]
    else:
        command = [python_of(program), str(PEERS), program, method, file]
    done = execute(command, limit)
    found: Figures = json.loads(done.stdout.splitlines()[-1])
    return found


def execute(command: list[str], limit: float, stdin: bytes | None = None) -> "subprocess.CompletedProcess[bytes]":
    """Run a command from the checkout, for at most so long."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "OMP_NUM_THREADS": "1"}
    return subprocess.run(
        command, cwd=ROOT, input=stdin, capture_output=True, check=True, timeout=limit, env=environment
    )


def python_of(program: str) -> str:
    """Return a Python that has the program: this one, FOOTING_PEERS, or the one in .tools/peers."""
    if program in ("footing", BASELINE):
        return sys.executable
    for place in (sys.executable, os.environ.get("FOOTING_PEERS"), str(ROOT / ".tools/peers/bin/python")):
        if place and Path(place).exists():
            with contextlib.suppress(subprocess.SubprocessError):
                module = "pref_voting.profiles" if program == "pref_voting" else program
                execute([place, "-c", f"import {module}"], 60)
                return place
    raise FileNotFoundError(program)


def belenios(file: Path, limit: float) -> Figures:
    """Run belenios-tool; its start, which takes a few milliseconds, is included."""
    places = (os.environ.get("FOOTING_BELENIOS"), str(ROOT / ".tools/belenios/bin/belenios-tool"), "belenios-tool")
    tool = next((found for place in places if place and (found := shutil.which(place))), None)
    if tool is None:
        raise FileNotFoundError("belenios-tool")
    command = ["/usr/bin/env", tool, "method", "schulze", "--blank-allowed=true"]
    script = (
        "import resource,sys,subprocess;subprocess.run(sys.argv[1:],stdin=sys.stdin,capture_output=True,check=True);"
    )
    script += "r=resource.getrusage(resource.RUSAGE_CHILDREN);print(r.ru_utime+r.ru_stime,r.ru_maxrss/1024)"
    with file.open("rb") as ballots:
        start = time.perf_counter()
        done = subprocess.run(
            [sys.executable, "-IS", "-c", script, *command],
            stdin=ballots,
            capture_output=True,
            check=True,
            timeout=limit,
        )
        seconds = time.perf_counter() - start
    cpu, megabytes = map(float, done.stdout.split())
    return {"seconds": seconds, "cpu": cpu, "megabytes": megabytes}


if __name__ == "__main__":
    main()
