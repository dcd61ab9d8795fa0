"""How long each stage of a rehearsal took, in all and for each ballot."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Stage:
    """One stage: its name and its seconds by the wall clock and by the processor."""

    name: str
    seconds: float
    cpu_seconds: float


@dataclass(slots=True)
class Stages:
    """The stages of one rehearsal of so many ballots, in order."""

    ballots: int
    done: list[Stage] = field(default_factory=list)

    @contextmanager
    def measure(self, name: str) -> Iterator[None]:
        """Measure what happens within as one stage."""
        wall, cpu = time.perf_counter(), time.process_time()
        yield
        self.done.append(Stage(name, time.perf_counter() - wall, time.process_time() - cpu))

    @property
    def total(self) -> float:
        """All stages' seconds together."""
        return sum(stage.seconds for stage in self.done)

    def each_ballot(self, seconds: float) -> float:
        """Return milliseconds a ballot."""
        return 1000 * seconds / self.ballots

    def to_json(self) -> list[dict[str, Any]]:
        """Return the stages as the list that timings.json holds."""
        return [
            {
                "stage": stage.name,
                "seconds": round(stage.seconds, 4),
                "cpu_seconds": round(stage.cpu_seconds, 4),
                "ms_per_ballot": round(self.each_ballot(stage.seconds), 4),
            }
            for stage in self.done
        ]

    def table(self) -> str:
        """Return the stages as a table to read, the whole in its last line."""
        rows = [(stage.name, stage.seconds) for stage in self.done] + [("together", self.total)]
        width = max(len(name) for name, _seconds in rows)
        lines = [f"{'stage':{width}}    seconds  ms a ballot"]
        lines += [f"{name:{width}} {seconds:10.2f} {self.each_ballot(seconds):12.2f}" for name, seconds in rows]
        return "\n".join(lines)
