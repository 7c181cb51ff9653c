"""The queue of long work: equal requests share a computation, and visitors take turns.

A visitor holds a ``Job`` for each request; what is computed for one or several of them is a ``Computation``. Stopping
or leaving withdraws one visitor, and a computation that nobody wants any more is ended. Only what was computed whole is
kept for others.
"""

from __future__ import annotations

import logging
import threading
import time
import traceback
from collections import OrderedDict
from collections.abc import Callable, Hashable
from contextlib import AbstractContextManager, nullcontext, suppress
from typing import Any, Generic, TypeVar

from landscape.web.jobs.computation import Computation
from landscape.web.jobs.runners import FAILED, Ending, Runner, Threads
from landscape.web.jobs.shared_results import SharedResults
from landscape.web.jobs.status import JobStatus, Work, ended_empty
from landscape.web.jobs.turns import Turns, place_said

QUOTA = 4
"""Computations that one visitor may have under way, waiting ones included."""

WAITING = 200
"""Computations that may wait in all; more would wait longer than a visit lasts."""

KEPT, KEPT_BYTES = 64, 200_000_000
"""Results that are kept, so that the same request is answered at once, and most bytes of them."""

KEPT_JOBS = 12
"""Ended jobs that are kept of one visitor."""

GRACE = 10.0
"""Seconds after which a visitor who is no longer connected has left; reloading a page takes less."""

UNSEEN = 90.0
"""Seconds after which a job that no page looks at is withdrawn; a tab in the background looks once a minute."""

LONGEST = 600.0
"""Seconds that any computation may take."""

TO_HALT = 3.0
"""Seconds that work may take to end by itself after it is told to; then its process is ended."""

TICK = 0.5
"""Seconds between two looks at who is still there."""

T = TypeVar("T")


class Job(Generic[T]):
    """One visitor's request: a page reads its ``status``, stops it and waits for it."""

    def __init__(self, queue: JobQueue, computation: Computation, visitor: Hashable, slot: str | None) -> None:
        self._queue, self._computation = queue, computation
        self.visitor, self.slot = visitor, slot
        self._seen = time.monotonic()
        self._end: JobStatus[T] | None = None
        self._stopped = self._left = False
        self._ended = threading.Event()

    @property
    def status(self) -> JobStatus[T]:
        """The status now; reading it says that somebody is there."""
        with self._queue._lock:
            self._seen = time.monotonic()
            return self._end or self._queue._status(self)

    def stop(self) -> None:
        """Withdraw this visitor; the result so far is hers. The computation goes on where others want it."""
        self._queue._withdraw(self, left=False)

    def wait(self, seconds: float) -> bool:
        """Wait a moment, so that quick work is drawn at once; return whether the job is done."""
        with self._queue.aside():
            return self._ended.wait(seconds)


class JobQueue:
    """Jobs by what determines their result.

    Arguments
        runner: what runs the work; by default one thread.
        visitor: who asks just now, or None where it is the process itself, which never leaves.
        is_here: whether a visitor's browser is connected; None where that is not known.
        shared: the results of all replicas, None where there is one alone.
        aside: within its block a page only waits, and holds up no other.
    """

    def __init__(
        self,
        runner: Runner | None = None,
        *,
        visitor: Callable[[], Hashable] = lambda: None,
        is_here: Callable[[Any], bool | None] = lambda visitor: None,
        shared: SharedResults | None = None,
        aside: Callable[[], AbstractContextManager[object]] = nullcontext,
    ) -> None:
        self._runner: Runner = Threads(1) if runner is None else runner
        self._visitor, self._is_here, self._shared, self.aside = visitor, is_here, shared, aside
        self._lock = threading.RLock()
        self._settled = threading.Condition(self._lock)
        self._jobs: dict[Hashable, OrderedDict[Hashable, Job[Any]]] = {}
        self._under_way: dict[Hashable, Computation] = {}
        self._waiting: list[Computation] = []
        self._running: list[Computation] = []
        self._results: OrderedDict[Hashable, Computation] = OrderedDict()
        self._turns = Turns()
        self._watch: threading.Thread | None = None
        self._closed = False

    def start(
        self,
        key: Hashable,
        work: Work[T],
        *,
        seconds: float | None = None,
        limit: float = LONGEST,
        slot: str | None = None,
    ) -> Job[T]:
        """Return this visitor's job of a key, begun anew where it was stopped or failed.

        Arguments
            key: what determines the result, as flat hashable records: equal keys share one computation.
            work: see ``Work``.
            seconds: about how long it takes, where that is known.
            limit: seconds after which it is ended; its last partial result is then its result.
            slot: what the visitor looks at; an unfinished job of hers in the same slot is withdrawn.
        """
        self._take_over(key)
        with self._lock:
            who = self._visitor()
            mine = self._jobs.setdefault(who, OrderedDict())
            for at_key, other in list(mine.items()):
                if slot is not None and other.slot == slot and at_key != key and other._end is None:
                    self._withdraw(other, left=True)
            known = mine.get(key)
            if known is not None and not known._stopped and not (known._end and ended_empty(known._end)):
                mine.move_to_end(key)
                return known
            computation = self._under_way.get(key) or self._results.get(key)
            refusal = None
            if computation is None:
                computation = Computation(key, work, seconds, limit)
                if self._closed:
                    refusal = "The server is about to stop."
                elif who is not None and sum(job._end is None for job in mine.values()) >= QUOTA:
                    refusal = f"{QUOTA} computations of yours are under way: stop one, or wait until one has ended."
                elif len(self._waiting) >= WAITING:
                    refusal = "Many computations are waiting already: please try again in a minute."
            job: Job[T] = Job(self, computation, who, slot)
            if refusal is not None:
                self._finish(job, JobStatus(progress=1.0, text="", done=True, error=refusal))
                return job
            mine[key] = job
            mine.move_to_end(key)
            self._forget(mine)
            if computation.ended:
                self._results.move_to_end(key)
                self._finish(job, self._status(job))
                return job
            computation.wanted.append(job)
            if key not in self._under_way:
                self._under_way[key] = computation
                self._waiting.append(computation)
            self._advance()
        self._keep_watch()
        return job

    def found(self, key: Hashable) -> Job[Any] | None:
        """Return this visitor's job of a key, or one that has its result already; None if there is neither."""
        self._take_over(key)
        with self._lock:
            who = self._visitor()
            job = self._jobs.setdefault(who, OrderedDict()).get(key)
            if job is None and (computation := self._results.get(key)) is not None:
                job = self._jobs[who][key] = Job(self, computation, who, None)
                self._finish(job, self._status(job))
            return job

    def _take_over(self, key: Hashable) -> None:
        """Take what another replica has computed for a key, unless it is known or under way here."""
        if self._shared is None:
            return
        with self._lock:
            # Of a job of hers that was stopped, or failed, she sees that, and begins it anew.
            mine = key in self._jobs.get(self._visitor(), ())
            if mine or key in self._under_way or key in self._results:
                return
        found = self._shared.get(key)
        if found is None:
            return
        result, size = found
        with self._lock:
            if key not in self._under_way and key not in self._results:
                at = Computation(key, lambda report, halt: result, None, LONGEST)
                at.progress, at.result, at.size, at.ended = 1.0, result, size, True
                self._keep(at)

    def leave(self, slot: str) -> None:
        """Withdraw this visitor's unfinished jobs of a slot."""
        with self._lock:
            for job in list(self._jobs.get(self._visitor(), {}).values()):
                if job.slot == slot and job._end is None:
                    self._withdraw(job, left=True)

    def wait(self, seconds: float) -> bool:
        """Wait until nothing waits or runs; return whether that is so."""
        with self._settled:
            return self._settled.wait_for(lambda: not (self._waiting or self._running), seconds)

    def warm(self) -> None:
        """Prepare for the first work, so that it need not wait."""
        self._runner.warm()

    def close(self) -> None:
        """Stop every job and take no more: what runs ends at its next step."""
        with self._lock:
            self._closed = True
            for jobs in list(self._jobs.values()):
                for job in list(jobs.values()):
                    if job._end is None:
                        self._withdraw(job, left=True)

    def _status(self, job: Job[T]) -> JobStatus[T]:
        """Return what a visitor sees of a computation."""
        at = job._computation
        if at.ended:
            return JobStatus(
                progress=1.0,
                text=at.text,
                began=at.began,
                partial=at.partial,
                expired=at.expired,
                done=True,
                result=at.result,
                error=at.error,
            )
        if at.began is None and not job._stopped:
            ahead, wait = self._turns.place(at, self._waiting, self._running, self._runner.capacity)
            return JobStatus(text=place_said(ahead, wait), ahead=ahead, wait=wait)
        return JobStatus(
            progress=at.progress,
            text=at.text,
            began=at.began,
            partial=at.partial,
            stopped=job._stopped,
            left=job._left,
        )

    def _withdraw(self, job: Job[Any], *, left: bool) -> None:
        with self._lock:
            if job._end is not None or job._stopped:
                return
            job._stopped, job._left = True, left
            at = job._computation
            at.wanted.remove(job)
            if at.wanted:
                self._end_withdrawn(job, at.partial)
                return
            # Nobody wants it any more: whoever asks from now on begins it anew.
            if self._under_way.get(at.key) is at:
                del self._under_way[at.key]
            if at.began is None:
                self._waiting.remove(at)
                at.ended = True
                self._end_withdrawn(job, None)
                return
            at.last.append(job)
            self._halt(at)

    def _halt(self, at: Computation) -> None:
        if at.halted is None:
            at.halted = time.monotonic()
            if at.running is not None:
                at.running.halt()

    def _end_withdrawn(self, job: Job[Any], found: Any) -> None:
        at = job._computation
        status = JobStatus[Any](
            progress=at.progress,
            text=at.text,
            began=at.began,
            partial=found,
            stopped=True,
            left=job._left,
            done=True,
        )
        self._finish(job, status)

    def _finish(self, job: Job[Any], status: JobStatus[Any]) -> None:
        job._end = status
        job._ended.set()

    def _advance(self) -> None:
        """Give free workers the computations whose turn it is."""
        while (at := self._turns.next(self._waiting, self._running, self._runner.capacity)) is not None:
            self._waiting.remove(at)
            self._running.append(at)
            at.began = time.monotonic()
            self._turns.serve(at)
            try:
                running = self._runner.begin(at.work, _Events(self, at))
            except (OSError, RuntimeError, NotImplementedError) as error:
                self._cannot_run(at, error)
                continue
            except Exception:  # work that cannot leave this process is a fault of ours: it must not stop the queue
                self._ended(at, Ending(error=FAILED, trace=traceback.format_exc()))
                continue
            if not at.ended:
                at.running = running

    def _cannot_run(self, at: Computation, error: BaseException | None) -> None:
        """Run work here from now on, in a thread or, where there are none, in the caller."""
        with self._lock:
            at.tries += 1
            at.began, at.taken, at.running = None, None, None
            if at in self._running:
                self._running.remove(at)
            if at.tries >= 2 or error is not None:
                fallback = self._runner.fallback()
                if fallback is None:
                    self._ended(at, Ending(error="No computation can be begun on this server."))
                    return
                logging.getLogger(__name__).warning("Long work runs in the app's own process: %s", error or "no worker")
                self._runner = fallback
            if at.halted is not None:
                self._ended(at, Ending())
                return
            self._waiting.insert(0, at)
            self._advance()

    def _reported(self, at: Computation, progress: float, text: str, partial: Any) -> None:
        with self._lock:
            at.progress, at.text = min(max(progress, 0.0), 1.0), text
            if partial is not None:
                at.partial = partial

    def _ended(self, at: Computation, ending: Ending) -> None:
        with self._lock:
            if at in self._running:
                self._running.remove(at)
            if not at.ended:
                self._settle(at, ending)
            self._advance()
            self._settled.notify_all()

    def _settle(self, at: Computation, ending: Ending) -> None:
        """End a computation for all who want it, and keep its result if it is whole."""
        at.ended = True
        if ending.trace:
            logging.getLogger(__name__).error("A long computation failed.\n%s", ending.trace)
        if self._under_way.get(at.key) is at:
            del self._under_way[at.key]
        so_far = at.partial if ending.result is None else ending.result
        for job in at.last:
            self._end_withdrawn(job, so_far)
        at.result, at.error, at.size = ending.result, ending.error, ending.size
        if at.expired:
            at.result = so_far
            at.error = f"It was ended after {at.limit:g} s." if so_far is None else None
        for job in at.wanted:
            self._finish(job, self._status(job))
        if at.result is not None and (at.halted is None or at.expired):
            if at.began is not None and not at.expired:
                self._turns.note(at, time.monotonic() - at.began)
            self._keep(at)
            if self._shared is not None and not at.expired:
                self._shared.put(at.key, at.result)

    def _keep(self, at: Computation) -> None:
        """Keep a result for others, in place of those that were not asked for the longest."""
        self._results[at.key] = at
        while len(self._results) > KEPT or sum(kept.size for kept in self._results.values()) > KEPT_BYTES:
            self._results.popitem(last=False)

    def _forget(self, mine: OrderedDict[Hashable, Job[Any]]) -> None:
        """Drop a visitor's oldest ended jobs, and what is held of visitors who have left."""
        ended = [key for key, job in mine.items() if job._end is not None]
        for key in ended[: max(0, len(mine) - KEPT_JOBS)]:
            del mine[key]
        for who, jobs in list(self._jobs.items()):
            if jobs is not mine and all(job._end is not None for job in jobs.values()) and self._is_here(who) is False:
                del self._jobs[who]
                self._turns.forget(who)

    def _keep_watch(self) -> None:
        with self._lock:
            if self._watch is not None or not (self._waiting or self._running):
                return
            self._watch = threading.Thread(target=self._look_after, name="long work", daemon=True)
            with suppress(RuntimeError):  # no threads here: who leaves is not noticed, and nothing else is lost
                self._watch.start()

    def _look_after(self) -> None:
        """Withdraw those who left and end what takes too long, as long as there is work."""
        while True:
            time.sleep(TICK)
            with self._lock:
                if not (self._waiting or self._running):
                    self._watch = None
                    return
                self.look()

    def look(self, now: float | None = None) -> None:
        """Withdraw visitors who left, and end what takes too long; called twice a second."""
        with self._lock:
            now = time.monotonic() if now is None else now
            for who, jobs in list(self._jobs.items()):
                going = [job for job in jobs.values() if job._end is None and not job._stopped]
                if who is None or not going:
                    continue
                last = max(job._seen for job in going)
                gone = self._is_here(who) is False and now - last > GRACE
                for job in going:
                    if gone or now - job._seen > UNSEEN:
                        self._withdraw(job, left=True)
            for at in list(self._running):
                if at.taken is not None and now - at.taken > at.limit and at.halted is None:
                    at.expired = True
                    self._halt(at)
                if at.halted is not None and now - at.halted > TO_HALT and not at.killed:
                    at.killed = True
                    if at.running is not None:
                        at.running.kill()
                    if not at.ended:
                        self._settle(at, Ending())
            self._advance()


class _Events:
    """What a runner tells the queue of one computation."""

    def __init__(self, queue: JobQueue, at: Computation) -> None:
        self._queue, self._at = queue, at

    def begun(self) -> None:
        """Say that the work begins now, its worker being ready: its time counts from here."""
        with self._queue._lock:
            self._at.began = self._at.taken = time.monotonic()

    def report(self, progress: float, text: str, partial: Any = None) -> None:
        """Publish the share done, the present task, and the result so far."""
        self._queue._reported(self._at, progress, text, partial)

    def ended(self, ending: Ending) -> None:
        """Publish how the work ended."""
        self._queue._ended(self._at, ending)

    def not_begun(self) -> None:
        """Say that the work could not be begun here."""
        self._queue._cannot_run(self._at, None)
