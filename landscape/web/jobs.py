"""Long work beside the pages: one queue for the whole process, with progress and a way to stop.

One worker takes the jobs in their order: however many visitors ask for long work, one core stays free for pages.
"""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Hashable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

Report = Callable[[float, str], None]
Work = Callable[[Report, threading.Event], Any]

KEPT = 64
"""Finished jobs that are remembered, so that who asks again gets the answer at once."""

WAITING = 32
"""Jobs that may wait; more would wait longer than anyone stays."""


class Job:
    """One piece of work: its progress while it runs, its result when it is done.

    Attributes
        progress: share done, 0 to 1; text: what it is doing, in words.
        done: whether it has ended; result: what it returned; error: why it failed, as a sentence, or None.
        stopped: whether it was told to stop.
        partial: what the work has shown so far, for a page to draw meanwhile.
    """

    def __init__(self) -> None:
        self.progress, self.text = 0.0, "Waiting for its turn."
        self.done = False
        self.result: Any = None
        self.partial: Any = None
        self.error: str | None = None
        self._halt = threading.Event()

    @property
    def stopped(self) -> bool:
        """Whether it was told to stop."""
        return self._halt.is_set()

    def stop(self) -> None:
        """Tell the work to end at its next step; what it has found so far is kept."""
        self._halt.set()

    def report(self, progress: float, text: str, partial: Any = None) -> None:
        """Take note of how far the work has come, and of what it can already show."""
        self.progress, self.text = min(max(progress, 0.0), 1.0), text
        if partial is not None:
            self.partial = partial

    def _run(self, work: Work) -> None:
        if not self.stopped:
            try:
                self.result = work(self.report, self._halt)
            except ValueError as refused:
                self.error = str(refused)
            except MemoryError:
                self.error = "This is more than the memory of this machine holds."
            except Exception as broken:  # the visitor reads a sentence, the log holds the trace
                self.error = "The computation failed; the cause is in the server's log."
                _log(broken)
        self.progress, self.done = 1.0, True


_lock = threading.Lock()
_worker = ThreadPoolExecutor(max_workers=1, thread_name_prefix="long work")
_jobs: OrderedDict[Hashable, Job] = OrderedDict()


def start(key: Hashable, work: Work) -> Job:
    """Return the job of a key, queueing it if there is none; a job that was stopped or failed is begun anew.

    Arguments
        key: what determines the result, as flat hashable records: two visitors with one key share one job.
        work: called as ``work(report, halt)``; it should look at ``halt.is_set()`` often and then return what it has.
    """
    with _lock:
        job = _jobs.get(key)
        if job is not None and not (job.done and (job.error or job.stopped)):
            _jobs.move_to_end(key)
            return job
        job = Job()
        if sum(not other.done for other in _jobs.values()) >= WAITING:
            job.error, job.done = "Many computations are waiting already: please try again in a minute.", True
            return job
        _jobs[key] = job
        for old in [k for k, other in _jobs.items() if other.done][: max(0, len(_jobs) - KEPT)]:
            del _jobs[old]
    _worker.submit(job._run, work)
    return job


def found(key: Hashable) -> Job | None:
    """Return the job of a key if there is one, without starting it."""
    with _lock:
        return _jobs.get(key)


def wait(job: Job, seconds: float) -> bool:
    """Wait a moment for a job, so that quick work is drawn at once; return whether it is done."""
    end = time.monotonic() + seconds
    while not job.done and time.monotonic() < end:
        time.sleep(0.02)
    return job.done


def _log(broken: Exception) -> None:
    import logging

    logging.getLogger(__name__).error("A long computation failed.", exc_info=broken)
