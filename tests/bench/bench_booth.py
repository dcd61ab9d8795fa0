"""How long Chromium takes to seal a ballot: `make bench-booth`. The aim is under 100 ms.

Measured is what a voter waits for: the message to the booth's worker, encryption, proofs, signature, the booth's own
check of what it sealed, and the answer.
"""

import shutil
import statistics
import sys
from pathlib import Path

from playwright.sync_api import sync_playwright

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from tests.browser.stub import Stub, make_stub, stub_app
from tests.server import served

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
ROUNDS = 20
AIM_MS = 100
SEAL = """async ({ election, credential, rankings, rounds }) => {
  const worker = new Worker('/static/dist/booth-worker.js', { type: 'module' });
  const ask = (name, values) => new Promise((resolve, reject) => {
    worker.onmessage = ({ data }) => (data.fault ? reject(new Error(data.fault.message)) : resolve(data.value));
    worker.postMessage({ id: 1, name, values });
  });
  await ask('open', { electionText: election });
  const times = [];
  for (let round = 0; round < rounds; round += 1) {
    const start = performance.now();
    await ask('seal', { credential, rankings });
    times.push(performance.now() - start);
  }
  worker.terminate();
  return times;
}"""


def measure(stub: Stub, candidates: list[int]) -> list[float]:
    """Return milliseconds a seal, the first one included."""
    rankings = [list(range(1, count + 1)) for count in candidates]
    values = {"election": stub.data["election"], "credential": stub.credential, "rankings": rankings, "rounds": ROUNDS}
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=FLAGS)
        page = browser.new_page()
        page.goto(stub.booth_url)
        times: list[float] = page.evaluate(SEAL, values)
        browser.close()
    return times


def main() -> None:
    """Print one line for each shape of ballot."""
    print(f"Sealing in Chromium, {ROUNDS} ballots each, milliseconds (aim: under {AIM_MS}).")
    print(f"{'contests × candidates':<24}{'first':>8}{'median':>8}{'slowest':>9}")
    for candidates in ([10], [30], [10, 10, 10]):
        stub = make_stub([[f"Candidate {number}" for number in range(count)] for count in candidates])
        with served(stub_app(stub)) as stub.url:
            times = measure(stub, candidates)
        shape = f"{len(candidates)} × {candidates[0]}"
        print(f"{shape:<24}{times[0]:>8.1f}{statistics.median(times):>8.1f}{max(times):>9.1f}")


if __name__ == "__main__":
    main()
