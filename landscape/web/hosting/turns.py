"""The scripts of all visitors take turns.

Python runs one script at a time whatever their number: a hundred threads that compute at once take twice the CPU time
that they need one after the other, and every visitor waits for all. In turn, each waits for those before her alone.
"""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from functools import wraps

from streamlit.runtime.scriptrunner.script_runner import ScriptRunner
from streamlit.runtime.scriptrunner_utils.script_requests import RerunData

from landscape.web.hosting.first_run import after_the_first

PATIENCE = 1.0
"""Seconds after which a script that has not ended holds up nobody any more."""


class Turns:
    """One place, taken in the order in which it was asked for.

    Who holds it longer than the others have patience (``seconds``) keeps running, and the next comes in beside it.
    """

    def __init__(self, patience: float = PATIENCE) -> None:
        self.patience = patience
        self._lock = threading.Lock()
        self._waiting: deque[threading.Event] = deque()
        self._since: dict[int, float] = {}
        """By their threads, since when those who hold the place have held it."""

    @contextmanager
    def turn(self) -> Iterator[None]:
        """Wait for the place and hold it."""
        self._take()
        try:
            yield
        finally:
            self._give()

    @contextmanager
    def aside(self) -> Iterator[None]:
        """Let others have the place while this thread only waits; it has none, or waits for it again afterwards."""
        held = threading.get_ident() in self._since
        if held:
            self._give()
        try:
            yield
        finally:
            if held:
                self._take()

    def _take(self) -> None:
        called = threading.Event()
        with self._lock:
            self._waiting.append(called)
        while True:
            with self._lock:
                first = self._waiting[0] is called
                wait = self._until_free() if first else None
                if wait is not None and wait <= 0:
                    self._waiting.popleft()
                    self._since[threading.get_ident()] = time.monotonic()
                    self._call_next()  # who then waits for this one's patience to end
                    return
                called.clear()
            called.wait(wait)

    def _give(self) -> None:
        with self._lock:
            del self._since[threading.get_ident()]
            self._call_next()

    def _call_next(self) -> None:
        if self._waiting:
            self._waiting[0].set()

    def _until_free(self) -> float:
        """Seconds until nobody holds the place who is still waited for."""
        latest = max(self._since.values(), default=None)
        return 0.0 if latest is None else latest + self.patience - time.monotonic()


SCRIPTS = Turns()
"""The turns of this process's scripts."""


def take_turns() -> None:
    """Make Streamlit run its scripts in turn, callbacks included, and each session's first to its end.

    A second call changes nothing.
    """
    run = ScriptRunner._run_script
    if hasattr(run, "__wrapped__"):
        return

    @wraps(run)
    def in_turn(runner: ScriptRunner, rerun_data: RerunData) -> None:
        with after_the_first(runner), SCRIPTS.turn():
            run(runner, rerun_data)

    ScriptRunner._run_script = in_turn  # type: ignore[method-assign,assignment]
