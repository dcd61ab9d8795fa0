"""Handing out the expensive parts of a verification: to processes, to a cluster, or to nobody.

The seam is `concurrent.futures.Executor`. Tasks are module-level functions whose arguments carry all they need, so that
any executor will do. Without one, tasks run in this process, and only when their results are asked for.
"""

import multiprocessing
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Executor, Future, ProcessPoolExecutor
from typing import Any, TypeAlias

from .progress import Progress, Silent

Task: TypeAlias = Callable[..., Any]


class Work:
    """Tasks under way, in named groups; leaving the context cancels what nobody asked for."""

    def __init__(self, executor: Executor | None = None, *, parts: int = 1, progress: Progress | None = None) -> None:
        self._executor = executor
        self._parts = parts if executor else 1
        self._progress = progress or Silent()
        self._groups: dict[str, list[Future[Any] | Callable[[], Any]]] = {}

    @property
    def is_parallel(self) -> bool:
        """Whether tasks run elsewhere, so that it pays to begin them early."""
        return self._executor is not None

    @property
    def parts(self) -> int:
        """The number of tasks that can run at the same time."""
        return self._parts

    def has_begun(self, group: str) -> bool:
        """Whether the tasks of this name were already handed out."""
        return group in self._groups

    def begin(self, group: str, task: Task, arguments: Iterable[Sequence[Any]]) -> None:
        """Hand out one task for each tuple of arguments, under a name."""
        executor = self._executor
        if executor is None:
            self._groups[group] = [_later(task, each) for each in arguments]
        else:
            self._groups[group] = [executor.submit(task, *each) for each in arguments]
        self._progress.expect(len(self._groups[group]))

    def results(self, group: str) -> Iterator[Any]:
        """Yield the results of a group's tasks in the order in which they were handed out."""
        for task in self._groups[group]:
            yield task.result() if isinstance(task, Future) else task()
            self._progress.advance()

    def chunks(self, items: Sequence[Any], *, at_least: int = 16, at_most: int = 256) -> Iterator[Sequence[Any]]:
        """Cut `items` so that all parts are busy to the end: some four chunks for each, within bounds."""
        size = max(at_least, min(at_most, -(-len(items) // (4 * self._parts))))
        for start in range(0, len(items), size):
            yield items[start : start + size]

    def close(self) -> None:
        """Cancel what has not begun to run."""
        for group in self._groups.values():
            for task in group:
                if isinstance(task, Future):
                    task.cancel()
        self._progress.close()


def processes(jobs: int) -> Executor | None:
    """Return an executor with that many processes; None, meaning this process, for one."""
    if jobs < 2:  # noqa: PLR2004 - one job needs no second process
        return None
    # Forking costs nothing and shares what is loaded, but is safe only while there is no other thread.
    forks = "fork" in multiprocessing.get_all_start_methods() and threading.active_count() == 1
    return ProcessPoolExecutor(jobs, mp_context=multiprocessing.get_context("fork" if forks else "spawn"))


def _later(task: Task, arguments: Sequence[Any]) -> Callable[[], Any]:
    return lambda: task(*arguments)
