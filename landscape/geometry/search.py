"""The support of unit neurons in any dimension: searches where the cells are too many to be visited."""

from __future__ import annotations

from typing import Protocol

import numpy as np

from landscape.geometry.cone_search import ConeSearch
from landscape.geometry.sign_search import SignSearch
from landscape.geometry.support import Geometry, Support, exact_support

BY_CONES = 5
"""Up to this rank cones close the gap sooner; beyond it, they are too many to begin with."""

CLOSED = 1e-10
"""A bound above the best neuron by no more than this share of it is the support."""

AT_ONCE, ROWS_AT_ONCE = 1500, 300_000
"""Cones that are split before anything is asked, and rows of all of them: that takes a few hundredths of a second."""

NARROWED, ROWS_NARROWED = 20_000, 5_000_000
"""Cones that are split for the largest support, and rows of all of them: that takes some tenths of a second."""

MOST_CONES = 400_000
"""Cones that are kept; a search with more ends with the bound that it has."""


class Search(Protocol):
    """A search for the largest |zᵀ relu(X u)| among unit neurons u, with a proven bound on it at any time."""

    nodes: int

    @property
    def best(self) -> Support:
        """The best neuron found so far; it never becomes worse."""

    @property
    def upper(self) -> float:
        """No unit neuron has more; it never rises."""

    @property
    def done(self) -> bool:
        """Whether nothing is left that would lower the bound, or there is no memory for it."""

    def narrow(self, nodes: int, *, level: float = 0.0) -> None:
        """Bound about so many more nodes; the bound is wanted no lower than ``level``."""


def support_search(space: Geometry, z: np.ndarray) -> Search:
    """Return the search of the neurons of a geometry for a dual vector z (n,)."""
    if space.X.shape[1] <= BY_CONES:
        return _ByCones(space, z)
    return SignSearch(space.X, z, moved=space.moved)


def largest_support(space: Geometry, z: np.ndarray) -> Support:
    """Return the largest |zᵀ relu(X u)| over unit neurons u that is found, for a geometry of X and a vector z (n,).

    Where the cells are few it is exact; up to five features a search closes the gap to ``CLOSED`` within a moment, for
    most data. ``error`` is proven in any dimension: no neuron has more than ``value + error``.
    """
    found = exact_support(space, z)
    if found is not None:
        return found
    search = support_search(space, z)
    if space.X.shape[1] <= BY_CONES:
        search.narrow(min(NARROWED, ROWS_NARROWED // len(space.X)))
    best = search.best
    return Support(best.value, space.basis @ best.u, best.sign, max(search.upper - best.value, 0.0))


class _ByCones:
    """A ``ConeSearch`` of rows that may have been moved into the span of their coordinates."""

    def __init__(self, space: Geometry, z: np.ndarray) -> None:
        self._search = ConeSearch(space.X, z)
        self._search.narrow(min(AT_ONCE, ROWS_AT_ONCE // len(space.X) + 1))
        self._moved = 1.01 * float(np.abs(z) * np.linalg.norm(space.X, axis=1) @ space.moved)
        self._idle = False
        self.nodes = self._search.count

    @property
    def best(self) -> Support:
        return self._search.best

    @property
    def upper(self) -> float:
        return self._search.upper + self._moved

    @property
    def done(self) -> bool:
        return self._idle or self._search.closed(CLOSED) or self._search.exhausted or self.nodes > MOST_CONES

    def narrow(self, nodes: int, *, level: float = 0.0) -> None:
        self._search.narrow(max(nodes, 1), level=level)
        # What is left may be below the level, and the level below what is rounding.
        self._idle = self._search.count == self.nodes and self.upper > level
        self.nodes = self._search.count
