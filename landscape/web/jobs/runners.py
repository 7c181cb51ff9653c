"""Where long work runs: in processes, on a cluster, in a thread, or in the caller, the first of these that can be had.

This file must not import NumPy: a worker process limits itself to one BLAS thread before NumPy is loaded.
"""

from __future__ import annotations

import threading
import traceback
from dataclasses import dataclass
from typing import Any, Protocol

from landscape.web.jobs.status import Report, Work

TOO_LARGE = "This is more than the memory of this machine holds."
FAILED = "The computation failed; the cause is in the server's log."


@dataclass(frozen=True)
class Ending:
    """How work ended: its result, or why there is none, as a sentence; ``trace`` is for the log, ``size`` in bytes."""

    result: Any = None
    error: str | None = None
    trace: str = ""
    size: int = 0


class Events(Protocol):
    """Who is told of a piece of work, from any thread."""

    def begun(self) -> None:
        """Take note that the work begins now, its worker being ready."""

    def report(self, progress: float, text: str, partial: Any = None) -> None:
        """Take the share done, the present task, and the result so far."""

    def ended(self, ending: Ending) -> None:
        """Take the end; nothing follows."""

    def not_begun(self) -> None:
        """Take back the work: it could not be begun."""


class Running(Protocol):
    """A piece of work that runs."""

    def halt(self) -> None:
        """Tell it to end at its next step."""

    def kill(self) -> None:
        """End it at once, where that is possible."""


class Runner(Protocol):
    """Runs up to ``capacity`` pieces of work at a time."""

    @property
    def capacity(self) -> int:
        """How many run at a time."""

    def begin(self, work: Work[Any], events: Events) -> Running:
        """Begin work and return at once; raises OSError or RuntimeError where it cannot be begun."""

    def warm(self) -> None:
        """Prepare for the first work."""

    def fallback(self) -> Runner | None:
        """Return what to use where this one cannot begin work, or None."""


def ending_of(work: Work[Any], report: Report[Any], halt: threading.Event) -> Ending:
    """Do the work, and return how it ended; what it raised becomes a sentence."""
    try:
        return Ending(work(report, halt))
    except ValueError as refused:
        return Ending(error=str(refused))
    except MemoryError:
        return Ending(error=TOO_LARGE)
    except Exception:  # the visitor reads a sentence, the log holds the trace
        return Ending(error=FAILED, trace=traceback.format_exc())


class _Halting:
    """Work in a thread, which can be asked to end but not be ended."""

    def __init__(self) -> None:
        self.event = threading.Event()

    def halt(self) -> None:
        """Tell it to end at its next step."""
        self.event.set()

    def kill(self) -> None:
        """Nothing: a thread ends by itself."""


class Threads:
    """Runs work in threads of this process."""

    def __init__(self, count: int = 1) -> None:
        self.capacity = count

    def begin(self, work: Work[Any], events: Events) -> Running:
        """Begin work in a new thread."""
        running = _Halting()

        def run() -> None:
            events.begun()
            events.ended(ending_of(work, events.report, running.event))

        threading.Thread(target=run, name="computation", daemon=True).start()
        return running

    def warm(self) -> None:
        """Nothing: a thread begins at once."""

    def fallback(self) -> Runner | None:
        """Return the runner that needs no thread."""
        return InCaller()


class InCaller:
    """Runs work at once in the thread that asks for it, where there are neither processes nor threads."""

    capacity = 1

    def begin(self, work: Work[Any], events: Events) -> Running:
        """Do the work."""
        running = _Halting()
        events.begun()
        events.ended(ending_of(work, events.report, running.event))
        return running

    def warm(self) -> None:
        """Nothing: the caller is there."""

    def fallback(self) -> Runner | None:
        """Return None: there is nothing simpler."""
        return None
