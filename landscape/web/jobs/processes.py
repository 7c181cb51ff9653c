"""Worker processes of this machine, started when they are needed, replaced when they die, ended when they idle.

A worker is a fresh interpreter (``worker.py``) and not a fork, which a process with threads must not make, nor one of
``multiprocessing``, which would run the page's script: Streamlit puts that in the place of ``__main__``.
"""

from __future__ import annotations

import atexit
import os
import queue
import subprocess
import sys
import threading
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import Any

from landscape.experiments.sweep.executors import ONE_THREAD
from landscape.web.jobs import wire
from landscape.web.jobs.runners import Ending, Events, Runner, Running, Threads
from landscape.web.jobs.status import Work

DIED = "The process that computed this ended, killed or out of memory. It can be begun again, perhaps with less."

IDLE = 300.0
"""Seconds after which an idle worker is ended, all but one."""


_HOME = str(Path(__file__).resolve().parents[3])
"""The folder of the package, which is not on the path where the app was started from elsewhere."""


class Worker:
    """One process, seen from the app.

    Arguments
        pool: whose worker it is.
    """

    def __init__(self, pool: Processes) -> None:
        self._pool = pool
        self.ready = self.retiring = False
        self.events: Events | None = None
        self.process = subprocess.Popen(
            [sys.executable, "-m", "landscape.web.jobs.worker"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env={**os.environ, **ONE_THREAD, "PYTHONPATH": os.pathsep.join([_HOME, *filter(None, sys.path)])},
            # An interrupt at the terminal is for the app, which then ends its workers.
            process_group=0 if os.name == "posix" else None,
        )
        self._to_send: queue.SimpleQueue[wire.Frame | None] = queue.SimpleQueue()
        for target in (self._send, self._receive):
            threading.Thread(target=target, name="worker", daemon=True).start()

    def send(self, frame: wire.Frame) -> None:
        """Send a frame from another thread; one without chunks tells the work to halt."""
        self._to_send.put(frame)

    def _send(self) -> None:
        assert self.process.stdin is not None
        with suppress(OSError), self.process.stdin as stream:
            while True:
                try:
                    frame = self._to_send.get(timeout=IDLE)
                except queue.Empty:
                    if self._pool.spares(self):
                        return
                    continue
                if frame is None:
                    return
                wire.write(stream, frame)

    def _receive(self) -> None:
        assert self.process.stdout is not None
        with self.process.stdout as stream:
            while (frame := wire.read(stream)) is not None:
                message = wire.unpacked(frame)
                if message[0] == "ready":
                    self.ready = True
                elif message[0] in ("begun", "report"):
                    if self.events is not None:
                        getattr(self.events, message[0])(*message[1:])
                else:
                    self.retiring = self.retiring or message[1]
                    answer = wire.read(stream)
                    if answer is None:
                        break
                    ending = wire.unpacked(answer)
                    size = sum(map(len, answer))
                    self._pool.ended(self, Ending(ending.result, ending.error, ending.trace, size))
        self._to_send.put(None)
        self.process.wait()
        self._pool.died(self)


class _Remote:
    """Work in a worker."""

    def __init__(self, worker: Worker, events: Events) -> None:
        self._worker, self._events = worker, events

    def halt(self) -> None:
        """Tell it to end at its next step."""
        if self._worker.events is self._events:
            self._worker.send([])

    def kill(self) -> None:
        """End the process; another takes its place when there is work."""
        if self._worker.events is self._events:
            self._worker.process.kill()


class Processes:
    """Up to ``capacity`` worker processes."""

    def __init__(self, capacity: int) -> None:
        self.capacity = capacity
        self._lock = threading.Lock()
        self._workers: list[Worker] = []
        atexit.register(self.close)

    def warm(self) -> None:
        """Start one worker before there is work for it; where none can be started, work will say so."""
        with suppress(OSError, RuntimeError, NotImplementedError), self._lock:
            if not self._workers:
                self._workers.append(Worker(self))

    def begin(self, work: Work[Any], events: Events) -> Running:
        """Give work to an idle worker, or to a new one."""
        frame = wire.packed(work)
        with self._lock:
            idle = [worker for worker in self._workers if worker.events is None and not worker.retiring]
            worker = max(idle, key=lambda worker: worker.ready, default=None)
            if worker is None:
                worker = Worker(self)
                self._workers.append(worker)
            worker.events = events
        worker.send(frame)
        return _Remote(worker, events)

    def fallback(self) -> Runner | None:
        """Return threads: no process can be had."""
        return Threads(1)

    def ended(self, worker: Worker, ending: Ending) -> None:
        """Take the end of a worker's work; the worker is free for other work before the queue hears of it."""
        with self._lock:
            events, worker.events = worker.events, None
        if events is not None:
            events.ended(ending)

    def died(self, worker: Worker) -> None:
        """Take note that a worker has ended, and tell who waits for its work."""
        with self._lock:
            if worker in self._workers:
                self._workers.remove(worker)
            events, worker.events = worker.events, None
        if events is not None and worker.ready:
            events.ended(Ending(error=DIED))
        elif events is not None:
            events.not_begun()

    def pids(self) -> list[int]:
        """Return the process numbers of the workers that live."""
        with self._lock:
            return [worker.process.pid for worker in self._workers]

    def close(self) -> None:
        """End all workers."""
        with self._lock:
            workers, self._workers = self._workers, []
        for worker in workers:
            worker.process.kill()

    def spares(self, worker: Worker) -> bool:
        """Return whether an idle worker may end: one is kept."""
        with self._lock:
            spare = worker.events is None and len(self._workers) > 1
            if spare and worker in self._workers:
                self._workers.remove(worker)
            return spare


def default_workers() -> int:
    """Return a worker for each core but one, at least two: the second is for quick work."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return max(2, cores - 1)


@cache
def processes(capacity: int) -> Processes:
    """Return the workers of this process, which outlive a queue."""
    return Processes(capacity)
