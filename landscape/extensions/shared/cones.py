"""The activation cones of one or two features, each between two edges."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from landscape.geometry.fan import fan
from landscape.model.readable import readable


@dataclass(frozen=True, eq=False)
class Sectors:
    """The cones of one or two features, each as the vectors a·here + b·there with a, b ≥ 0.

    Two edges are exact also where rows of X coincide or nearly do. Sectors on which no sample is active are left out.

    Arguments
        here, there: (d, S) unit edges; ``there`` is zero for d = 1.
        at_here, at_there: (n, S) the output of a neuron on the edge, relu(X e).
        active: (n, S) bool, the activation pattern; a zero row, whose output is 0, is not active.
        cones: number of activation patterns, which is less where a wide cone was cut into several sectors.
    """

    here: np.ndarray
    there: np.ndarray
    at_here: np.ndarray
    at_there: np.ndarray
    active: np.ndarray
    cones: int

    __repr__ = readable

    @property
    def count(self) -> int:
        """Number S of sectors."""
        return int(self.here.shape[1])

    def vector(self, s: int, q: np.ndarray) -> np.ndarray:
        """Return the neuron (d,) with coordinates q = (a, b) in a sector."""
        vector: np.ndarray = self.here[:, s] * q[0] + self.there[:, s] * q[1]
        return vector

    def vectors(self, sector: np.ndarray, q: np.ndarray) -> np.ndarray:
        """Return neurons (d, m) with coordinates q (2, m) in their sectors (m,)."""
        vectors: np.ndarray = self.here[:, sector] * q[0] + self.there[:, sector] * q[1]
        return vectors


def sectors(X: np.ndarray, *, computed: bool = False) -> Sectors:
    """Return the sectors of data X (n, d), d ≤ 2; of ``computed`` rows, those parallel up to rounding are one line."""
    cones = fan(X, np.zeros(len(X)) if computed else None)
    ends = np.zeros_like(cones.edges) if X.shape[1] == 1 else cones.ends
    active_rows = np.any(X != 0, axis=1)[:, None]
    active = cones.active(np.arange(cones.sectors)).T & active_rows
    kept = np.flatnonzero(np.any(active, axis=0))
    active = active[:, kept]
    here, there = cones.edges[kept].T, ends[kept].T
    at_here, at_there = active, active
    if X.shape[1] == 2:  # what vanishes on an edge is 0 there, and not the rounding of x·e
        on_edge = np.array([cones.active_on_edge(edge) for edge in range(cones.sectors)]).T & active_rows
        at_here, at_there = on_edge[:, kept], on_edge[:, (kept + 1) % cones.sectors]
    return Sectors(
        here,
        there,
        np.maximum(at_here * (X @ here), 0.0),
        np.maximum(at_there * (X @ there), 0.0),
        active,
        cones.cones,
    )
