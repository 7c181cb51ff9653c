"""The long work of the page Beyond, as it crosses into another process: solving and training a state of a setting."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

from landscape.extensions.shared.quasi_newton import Progress, Stop
from landscape.web.jobs import Report


def solve(program: Callable[[Any], Any], state: Any, report: Report[Any], halt: threading.Event) -> Any:
    """Solve the convex program of a state."""
    report(0.0, "It has begun.")
    return program(state)


def train(
    training: Callable[[Any, Progress, Stop], Any], state: Any, report: Report[Any], halt: threading.Event
) -> Any:
    """Train the networks of a state, reporting as they go; stopping keeps those that have ended."""

    def progress(done: int, all_: int) -> None:
        report(done / max(all_, 1), f"{100 * done / max(all_, 1):.0f} % at most.")

    return training(state, progress, halt.is_set)
