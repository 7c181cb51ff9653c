"""How often somebody may do something."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable, Hashable


class Rates:
    """For each of many, a bucket of tokens: one is spent each time, and they come back at an even rate.

    Arguments
        per_second: tokens that come back; burst: how many a bucket holds.
        most: buckets that are remembered; the one not used for longest is forgotten first.
        clock: seconds, which only grow.
    """

    def __init__(
        self, per_second: float, burst: float, most: int = 10_000, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self.per_second = per_second
        self.burst = burst
        self.most = most
        self._clock = clock
        self._buckets: OrderedDict[Hashable, tuple[float, float]] = OrderedDict()

    def spend(self, who: Hashable) -> bool:
        """Spend one token of somebody's; return False where there is none."""
        left = self.left(who)
        spent = left >= 1.0
        self._buckets[who] = (left - 1.0 if spent else left), self._clock()
        self._buckets.move_to_end(who)
        if len(self._buckets) > self.most:
            self._buckets.popitem(last=False)
        return spent

    def left(self, who: Hashable) -> float:
        """Return how many tokens somebody has."""
        tokens, since = self._buckets.get(who, (self.burst, 0.0))
        return min(self.burst, tokens + (self._clock() - since) * self.per_second)
