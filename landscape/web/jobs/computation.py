"""One piece of long work, for all who want it."""

from __future__ import annotations

import time
from collections.abc import Hashable
from typing import Any

from landscape.web.jobs.runners import Running
from landscape.web.jobs.status import Work


class Computation:
    """One piece of work, for all who want it; read and changed under the queue's lock alone."""

    def __init__(self, key: Hashable, work: Work[Any], seconds: float | None, limit: float) -> None:
        self.key, self.work, self.seconds, self.limit = key, work, seconds, limit
        self.kind = key[0] if isinstance(key, tuple) and key else key
        self.asked = time.monotonic()
        # The jobs of those who want it, and of the last who did; a job knows its computation.
        self.wanted: list[Any] = []
        self.last: list[Any] = []
        self.progress, self.text, self.partial = 0.0, "It begins.", None
        self.began: float | None = None
        self.taken: float | None = None
        self.running: Running | None = None
        self.halted: float | None = None
        self.killed = self.expired = self.ended = False
        self.result: Any = None
        self.error: str | None = None
        self.size = 0
        self.tries = 0
