"""The leaves of a cover of all neurons while it is refined, the one with the highest bound first."""

from __future__ import annotations

import heapq
from collections.abc import Iterator
from typing import Generic, TypeVar

N = TypeVar("N")


class Leaves(Generic[N]):
    """Leaves by their bounds; of equal bounds the one that came first is taken first."""

    def __init__(self) -> None:
        self._heap: list[tuple[float, int, N]] = []
        self._count = 0

    def __len__(self) -> int:
        return len(self._heap)

    def __iter__(self) -> Iterator[N]:
        return (leaf for _, _, leaf in self._heap)

    @property
    def highest(self) -> tuple[float, N]:
        """The highest bound, and its leaf."""
        bound, _, leaf = self._heap[0]
        return -bound, leaf

    def push(self, bound: float, leaf: N) -> None:
        """Add a leaf."""
        self._count += 1
        heapq.heappush(self._heap, (-bound, self._count, leaf))

    def pop(self) -> N:
        """Take out the leaf of the highest bound."""
        return heapq.heappop(self._heap)[2]
