"""A worker process: ``python -m landscape.web.jobs.worker`` does the work that comes in through its standard input.

It ends with its parent, even a killed one, because its input then ends. It leaves interrupts to the parent, lets pages
go first, and holds no more memory than its share of the machine.
"""

from __future__ import annotations

import gc
import importlib
import os
import queue
import signal
import sys
import threading
import time
from contextlib import suppress
from pathlib import Path
from typing import IO, Any

from landscape.web.jobs import wire
from landscape.web.jobs.runners import FAILED, Ending, ending_of

EVERY = 0.25
"""Least seconds between two reports that are sent."""

NICENESS = 5
"""How far a worker stands back behind the pages."""

GROWN = 150_000_000
"""A worker that holds this many bytes more than at its start, after its work, makes room for a new one."""

MEMORY = "LANDSCAPE_WORKER_MB"
"""Environment variable: megabytes that the work of one worker may take."""

NEEDED_SOON = (
    "landscape.convex.twin",
    "landscape.convex.lambda_path",
    "landscape.experiments.race.suite",
    "landscape.experiments.sweep.run",
    "landscape.results.filmed_runs",
    "landscape.web.race.live_race",
    "scipy.optimize",
    "cvxpy",
)
"""What is imported before there is work, so that it need not wait for it."""


class _Reports:
    """Sends reports to the app, at most one in EVERY seconds; the last is never lost."""

    def __init__(self, out: IO[bytes]) -> None:
        self._out = out
        self._sent = 0.0
        self._partial: Any = None
        self._held: tuple[float, str] | None = None

    def __call__(self, progress: float, text: str, partial: Any = None) -> None:
        """Publish the share done, the present task, and the result so far."""
        self._held = progress, text
        self._partial = partial if partial is not None else self._partial
        if time.monotonic() - self._sent >= EVERY:
            self.flush()

    def flush(self) -> None:
        """Send what has not been sent."""
        if self._held is not None:
            wire.write(self._out, wire.packed(("report", *self._held, self._partial)))
        self._sent, self._held, self._partial = time.monotonic(), None, None


def main() -> None:
    """Do work after work until the input ends, or the memory has grown."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    # What libraries print goes to the log, not between the messages.
    out = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    work: queue.SimpleQueue[tuple[wire.Frame, threading.Event]] = queue.SimpleQueue()
    threading.Thread(target=_listen, args=(os.fdopen(os.dup(0), "rb"), work), daemon=True).start()
    if hasattr(os, "nice"):
        with suppress(OSError):
            os.nice(NICENESS)
    for name in NEEDED_SOON:
        importlib.import_module(name)
    limit_memory(_share())
    at_start = _held_bytes()
    wire.write(out, wire.packed(("ready",)))
    while True:
        frame, halt = work.get()
        wire.write(out, wire.packed(("begun",)))
        reports = _Reports(out)
        ending = _done(frame, reports, halt)
        reports.flush()
        answer = _answer(ending)
        del ending
        gc.collect()
        grown = _held_bytes() - at_start > GROWN
        wire.write(out, wire.packed(("ended", grown)))
        wire.write(out, answer)
        if grown:
            return


def _listen(source: IO[bytes], work: queue.SimpleQueue[tuple[wire.Frame, threading.Event]]) -> None:
    """Take in work, and the wish to halt the last that came; end the process when the app has ended."""
    halt = threading.Event()
    while (frame := wire.read(source)) is not None:
        if frame:
            halt = threading.Event()
            work.put((frame, halt))
        else:
            halt.set()
    os._exit(0)


def _done(frame: wire.Frame, reports: _Reports, halt: threading.Event) -> Ending:
    def unpacked_and_done(report: Any, halted: threading.Event) -> Any:
        return wire.unpacked(frame)(report, halted)

    return ending_of(unpacked_and_done, reports, halt)


def _answer(ending: Ending) -> wire.Frame:
    try:
        return wire.packed(ending)
    except MemoryError:
        return wire.packed(Ending(error="The result is more than the memory of this machine holds."))
    except Exception as unfit:
        return wire.packed(Ending(error=FAILED, trace=f"The result cannot leave its process: {unfit!r}"))


def limit_memory(more: int) -> None:
    """Let this process take so many bytes more than it has now: an allocation beyond fails, and the machine lives."""
    try:
        import resource

        taken = int(Path("/proc/self/statm").read_text().split()[0]) * os.sysconf("SC_PAGE_SIZE")
        resource.setrlimit(resource.RLIMIT_AS, (taken + more, resource.getrlimit(resource.RLIMIT_AS)[1]))
    except (ImportError, OSError, ValueError):
        return  # no such limit here


def _share() -> int:
    """Return the bytes that work may take: those of the environment, else a third of the machine's, at most 4 GB."""
    named = (os.environ.get(MEMORY) or "").strip()
    if named.isdecimal():
        return int(named) * 1_000_000
    whole = [16_000_000_000]
    with suppress(OSError, ValueError):
        whole.append(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES"))
    for path in ("/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory/memory.limit_in_bytes"):
        with suppress(OSError, ValueError):
            whole.append(int(Path(path).read_text()))
    return min(4_000_000_000, max(300_000_000, min(whole) // 3))


def _held_bytes() -> int:
    """Return the resident bytes of this process, 0 where they are not known."""
    try:
        return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    except (OSError, ValueError):
        return 0


if __name__ == "__main__":
    # Classes of this file are pickled by its name, not as those of __main__.
    sys.modules["landscape.web.jobs.worker"] = sys.modules["__main__"]
    main()
