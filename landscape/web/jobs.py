"""Long work beside the pages: one queue for the process, with progress and stopping.

One worker takes the jobs in their order: however many visitors want long work, one core stays free for pages. The
worker publishes frozen snapshots (``JobStatus``); a page reads one and draws from it, whatever the worker does next.
"""

from __future__ import annotations

import logging
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Hashable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import cache
from typing import Any, Generic, Protocol, TypeVar

KEPT = 64
"""Finished jobs that are kept, so that the same request has its result at once."""

WAITING = 32
"""Jobs that may wait; more would wait longer than a visit lasts."""

T = TypeVar("T")
P_contra = TypeVar("P_contra", contravariant=True)


class Report(Protocol[P_contra]):
    """The function that work calls to report its progress."""

    def __call__(self, progress: float, text: str, partial: P_contra | None = None) -> None:
        """Publish the share done (0 to 1), the present task, and the result so far; ``partial`` is immutable."""


Work = Callable[[Report[T], threading.Event], T]


@dataclass(frozen=True)
class JobStatus(Generic[T]):
    """The status of a job at one moment.

    Arguments
        progress: share done, 0 to 1; text: what it is doing, as a sentence.
        began: when the worker took it, in seconds of ``time.monotonic``; None while it waits.
        partial: the result so far.
        stopped: whether it has been stopped; its work ends at its next step.
        done: whether it has ended; result: what it returned; error: why it failed, as a sentence, or None.
    """

    progress: float = 0.0
    text: str = "Waiting for its turn."
    began: float | None = None
    partial: T | None = None
    stopped: bool = False
    done: bool = False
    result: T | None = None
    error: str | None = None

    @property
    def found(self) -> T | None:
        """The result or, where there is none, the last partial one."""
        return self.partial if self.result is None else self.result


class Job(Generic[T]):
    """One piece of work, run by a queue: pages read its ``status``, stop it and wait for it."""

    def __init__(self) -> None:
        # Only the thread that runs the job replaces it, never in part.
        self._status: JobStatus[T] = JobStatus()
        self._halt = threading.Event()
        self._ended = threading.Event()

    @property
    def status(self) -> JobStatus[T]:
        """The status now."""
        status = self._status
        return replace(status, stopped=True) if self._halt.is_set() else status

    def stop(self) -> None:
        """Make the work end at its next step; its result so far is kept."""
        self._halt.set()

    def wait(self, seconds: float) -> bool:
        """Wait a moment, so that quick work is drawn at once; return whether the job is done."""
        return self._ended.wait(seconds)

    def run(self, work: Work[T]) -> None:
        """Do the work in this thread, unless the job was stopped before its turn; a failure becomes a sentence."""
        self._status = replace(self._status, began=time.monotonic())
        result, error = None, None
        if not self._halt.is_set():
            try:
                result = work(self._report, self._halt)
            except ValueError as refused:
                error = str(refused)
            except MemoryError:
                error = "This is more than the memory of this machine holds."
            except Exception:  # the visitor reads a sentence, the log holds the trace
                error = "The computation failed; the cause is in the server's log."
                logging.getLogger(__name__).exception("A long computation failed.")
        self._end(result, error)

    def refuse(self, error: str) -> None:
        """End the job before it begins, with the reason as a sentence."""
        self._end(None, error)

    def _report(self, progress: float, text: str, partial: T | None = None) -> None:
        found = self._status.partial if partial is None else partial
        self._status = replace(self._status, progress=min(max(progress, 0.0), 1.0), text=text, partial=found)

    def _end(self, result: T | None, error: str | None) -> None:
        self._status = replace(self._status, progress=1.0, done=True, result=result, error=error)
        self._ended.set()


class JobQueue:
    """Jobs by what determines their result, run one after the other by one worker thread."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._worker = ThreadPoolExecutor(max_workers=1, thread_name_prefix="long work")
        self._jobs: OrderedDict[Hashable, Job[Any]] = OrderedDict()

    def start(self, key: Hashable, work: Work[T]) -> Job[T]:
        """Return the job of a key, queueing it if there is none; one that was stopped or failed begins anew.

        Arguments
            key: what determines the result, as flat hashable records: two visitors with one key share one job.
            work: called as ``work(report, halt)``; it should check ``halt.is_set()`` often and then return the
                result so far.
        """
        with self._lock:
            known = self._jobs.get(key)
            if known is not None and not _is_to_begin_anew(known.status):
                self._jobs.move_to_end(key)
                return known
            job: Job[T] = Job()
            if sum(not other.status.done for other in self._jobs.values()) >= WAITING:
                job.refuse("Many computations are waiting already: please try again in a minute.")
                return job
            self._jobs[key] = job
            for old in [k for k, other in self._jobs.items() if other.status.done][: max(0, len(self._jobs) - KEPT)]:
                del self._jobs[old]
        self._worker.submit(job.run, work)
        return job

    def found(self, key: Hashable) -> Job[Any] | None:
        """Return the job of a key if there is one, without starting it."""
        with self._lock:
            return self._jobs.get(key)

    def close(self) -> None:
        """Stop every job and take no more: the one that runs ends at its next step, those that wait at their turn."""
        with self._lock:
            for job in self._jobs.values():
                job.stop()
        self._worker.shutdown(wait=False)


@cache
def queue() -> JobQueue:
    """Return the process's queue, made when it is first needed: all visitors share it."""
    return JobQueue()


def ended_empty(status: JobStatus[Any]) -> bool:
    """Return whether a job has ended without a result, so that a page offers to begin it."""
    return status.done and status.result is None


def _is_to_begin_anew(status: JobStatus[Any]) -> bool:
    return status.done and (status.error is not None or status.stopped)
