"""Whose computation begins next, and in about how many seconds: visitors take turns."""

from __future__ import annotations

import heapq
import time
from collections import deque
from collections.abc import Hashable, Sequence

from landscape.formatting import counted
from landscape.web.jobs.computation import Computation

PATIENCE = 120.0
"""Seconds after which a waiting computation goes before all others."""

QUICK = 3.0
"""Work expected to take no more seconds is quick: where there are several workers, one takes only quick work."""

UNKNOWN = 15.0
"""Seconds that work is expected to take as long as none of its kind has ended."""


class Turns:
    """When visitors were served and how long work of each kind took; read and changed under the queue's lock alone."""

    def __init__(self) -> None:
        self._served: dict[Hashable, float] = {}
        self._took: dict[Hashable, deque[float]] = {}

    def serve(self, at: Computation) -> None:
        """Note that a computation begins: those who want it have had their turn."""
        for job in at.wanted:
            self._served[job.visitor] = time.monotonic()

    def note(self, at: Computation, seconds: float) -> None:
        """Note how long a computation took, for what is expected of the next of its kind."""
        self._took.setdefault(at.kind, deque(maxlen=5)).append(seconds)

    def forget(self, visitor: Hashable) -> None:
        """Drop what is held of a visitor."""
        self._served.pop(visitor, None)

    def next(self, waiting: Sequence[Computation], running: Sequence[Computation], capacity: int) -> Computation | None:
        """Return the computation that a free worker takes, or None where none is free for any."""
        if len(running) >= capacity:
            return None
        long = sum(self._expected(at) > QUICK for at in running)
        order = self._order(waiting, room_for_long=long < max(1, capacity - 1))
        return order[0] if order else None

    def place(
        self, at: Computation, waiting: Sequence[Computation], running: Sequence[Computation], capacity: int
    ) -> tuple[int, float]:
        """Return how many computations begin before one that waits, and in about how many seconds it begins."""
        now = time.monotonic()
        lanes = max(1, capacity - 1) if self._expected(at) > QUICK else capacity
        free = [0.0] * max(0, lanes - len(running)) + [self._left(other, now) for other in running]
        free = sorted(free)[-lanes:] if len(free) > lanes else free
        heapq.heapify(free)
        order = self._order(waiting)
        place = order.index(at)
        for other in order[:place]:
            heapq.heappush(free, heapq.heappop(free) + self._expected(other))
        return place, free[0]

    def _order(self, waiting: Sequence[Computation], *, room_for_long: bool = True) -> list[Computation]:
        """Return computations in the order in which they begin: the visitor served longest ago comes first."""
        left = [at for at in waiting if room_for_long or self._expected(at) <= QUICK]
        served, turn, order = dict(self._served), time.monotonic(), []
        now = turn
        while left:
            patient = [at for at in left if now - at.asked > PATIENCE]
            if patient:
                at = min(patient, key=lambda at: at.asked)
            else:
                at = min(left, key=lambda at: (min(served.get(job.visitor, 0.0) for job in at.wanted), at.asked))
            left.remove(at)
            order.append(at)
            turn += 1.0
            for job in at.wanted:
                served[job.visitor] = turn
        return order

    def _expected(self, at: Computation) -> float:
        took = self._took.get(at.kind)
        if at.seconds is not None:
            return at.seconds
        return sum(took) / len(took) if took else UNKNOWN

    def _left(self, at: Computation, now: float) -> float:
        passed = now - (at.began or now)
        by_progress = passed * (1.0 - at.progress) / at.progress if at.progress > 0.05 else None
        return max(0.5, self._expected(at) - passed if by_progress is None else by_progress)


def place_said(ahead: int, wait: float) -> str:
    """Return a place in the queue as a sentence, for the computations ahead and the seconds to wait."""
    before = f"{counted(ahead, 'computation')} before this one" if ahead else "the next to begin"
    about = f"about {max(1, round(wait)):,} s" if wait < 120 else f"about {round(wait / 60):,} minutes"
    return f"Waiting: {before}, in {about}."
