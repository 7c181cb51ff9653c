"""Sweeps behind a page: one at a time in a process beside it, in the order they were asked for."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable
from concurrent.futures import BrokenExecutor, Executor
from contextlib import closing

from landscape.experiments.sweep.cell import Result
from landscape.experiments.sweep.executors import Processes
from landscape.experiments.sweep.run import Failed, Finished, run
from landscape.experiments.sweep.settings import Key, Sweep

MAX_WAITING = 50
"""Most sweeps that may wait: beyond it a visitor is told to come back."""


class Job:
    """A sweep that waits, runs, or is over; read from any thread.

    Arguments
        sweep: what is swept.
    """

    def __init__(self, sweep: Sweep) -> None:
        self.sweep = sweep
        self._lock = threading.Lock()
        self._results: dict[Key, Result] = {}
        self._failures: dict[Key, str] = {}
        self._stopped, self._over = threading.Event(), threading.Event()

    @property
    def results(self) -> dict[Key, Result]:
        """What has finished so far."""
        with self._lock:
            return dict(self._results)

    @property
    def failures(self) -> dict[Key, str]:
        """The cells that failed, with the reason."""
        with self._lock:
            return dict(self._failures)

    @property
    def done(self) -> float:
        """The share of the cells that are over, from 0 to 1."""
        with self._lock:
            return (len(self._results) + len(self._failures)) / len(self.sweep)

    @property
    def over(self) -> bool:
        """Whether nothing more will come: finished, or stopped."""
        return self._over.is_set()

    @property
    def stopped(self) -> bool:
        """Whether somebody stopped it."""
        return self._stopped.is_set()

    def stop(self) -> None:
        """End it after the cell that is running; what has finished stays."""
        self._stopped.set()

    def wait(self, seconds: float | None = None) -> bool:
        """Wait until it is over, or for so long; return whether it is."""
        return self._over.wait(seconds)


class Queue:
    """Runs jobs one after the other, in a process that starts with the first and serves all.

    Arguments
        begin: gives the executor on which cells run.
    """

    def __init__(self, begin: Callable[[], Executor] = lambda: Processes(1)) -> None:
        self._begin = begin
        self._executor: Executor | None = None
        self._waiting: deque[Job] = deque()
        self._change = threading.Condition()
        self._thread: threading.Thread | None = None

    def submit(self, sweep: Sweep) -> Job:
        """Ask for a sweep; returns at once. Raises ValueError where MAX_WAITING already wait."""
        job = Job(sweep)
        with self._change:
            if len(self._waiting) >= MAX_WAITING:
                raise ValueError(f"at most {MAX_WAITING} sweeps may wait, and so many do: try again later.")
            self._waiting.append(job)
            if self._thread is None:
                self._thread = threading.Thread(target=self._work, name="sweeps", daemon=True)
                self._thread.start()
            self._change.notify()
        return job

    def ahead_of(self, job: Job) -> int:
        """Return how many sweeps will begin before a job that waits; 0 when it is next, runs, or is over."""
        with self._change:
            return self._waiting.index(job) if job in self._waiting else 0

    def _work(self) -> None:
        while True:
            with self._change:
                self._change.wait_for(lambda: self._waiting)
                job = self._waiting.popleft()
            try:
                self._run(job)
            finally:
                job._over.set()

    def _run(self, job: Job) -> None:
        if job.stopped:
            return
        try:
            with closing(run(job.sweep, self._executor or self._renewed(), window=2, renew=self._renewed)) as events:
                for event in events:
                    with job._lock:
                        if isinstance(event, Finished):
                            job._results[event.cell.key] = event.result
                        elif isinstance(event, Failed):
                            job._failures[event.cell.key] = event.reason
                    if job.stopped:
                        return
        except (BrokenExecutor, OSError) as error:  # no process could be started: the job ends, the queue does not
            with job._lock:
                for cell in job.sweep.cells():
                    if cell.key not in job._results:
                        job._failures.setdefault(cell.key, f"No process could run it: {error}")
            self._executor = None

    def _renewed(self) -> Executor:
        if self._executor is not None:
            self._executor.shutdown(wait=False)
        self._executor = self._begin()
        return self._executor


QUEUE = Queue()
"""The one queue of this process."""
