"""What is known of a piece of long work at one moment, and the functions it is made of."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Generic, Protocol, TypeVar

T = TypeVar("T")
P_contra = TypeVar("P_contra", contravariant=True)


class Report(Protocol[P_contra]):
    """The function that work calls to report its progress."""

    def __call__(self, progress: float, text: str, partial: P_contra | None = None) -> None:
        """Publish the share done (0 to 1), the present task, and the result so far; ``partial`` is immutable."""


Work = Callable[[Report[T], threading.Event], T]
"""Called as ``work(report, halt)``; it checks ``halt.is_set()`` often, and then returns the result so far. It crosses
into another process: a function of a module, or a ``functools.partial`` of one with plain records."""


@dataclass(frozen=True)
class JobStatus(Generic[T]):
    """The status of one visitor's job at one moment.

    Arguments
        progress: share done, 0 to 1; text: what it is doing or waiting for, as a sentence.
        ahead: computations that begin before it, None once it has begun; wait: about how many seconds until then.
        began: when it began, in seconds of ``time.monotonic``; None while it waits.
        partial: the result so far.
        stopped: whether this visitor has stopped it; left: whether it was withdrawn because she was not there.
        expired: whether it was ended because it took longer than it may: its result is then the last partial one.
        done: whether it has ended for this visitor; result: what it returned; error: why it failed, as a sentence.
    """

    progress: float = 0.0
    text: str = "Waiting for its turn."
    ahead: int | None = None
    wait: float | None = None
    began: float | None = None
    partial: T | None = None
    stopped: bool = False
    left: bool = False
    expired: bool = False
    done: bool = False
    result: T | None = None
    error: str | None = None

    @property
    def found(self) -> T | None:
        """The result or, where there is none, the last partial one."""
        return self.partial if self.result is None else self.result


def ended_empty(status: JobStatus[Any]) -> bool:
    """Return whether a job has ended without a result, so that a page offers to begin it."""
    return status.done and status.result is None
