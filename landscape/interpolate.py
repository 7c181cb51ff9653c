"""Without regularisation: networks of one feature with a bias, or two features, that fit all that can be fitted."""

from __future__ import annotations

import numpy as np

from landscape.atoms import Atoms, basic
from landscape.fan import Fan
from landscape.reach import edge_outputs
from landscape.twin_direct import solve_directly

CLOSE = 1e-7
"""A fit whose residual is below this share of ‖y‖ counts as exact."""


def least_norm(X: np.ndarray, y: np.ndarray, cones: Fan) -> Atoms | None:
    """Return the atoms of least norm Σ ‖u‖ that fit y, which is within reach: the limit λ → 0. None where it fails."""
    found = solve_directly(X, y, 0.0, cones)
    fit = basic(X, y, found) if found is not None and found.count else None
    return fit[0] if fit is not None and fit[1] <= CLOSE else None


def fit_in_turn(X: np.ndarray, y: np.ndarray, cones: Fan) -> Atoms | None:
    """Return atoms that fit y, within reach, one line of data after the other, in O(n); None where lines oppose.

    The edge after a line's own is the first that its rows see, and the rows of the lines before do not see the later
    ones: a triangular system. It is not of least norm.
    """
    half = cones.sectors // 2
    rows = np.flatnonzero(cones.start >= 0)
    if np.any(cones.start[rows] >= half) and np.any(cones.start[rows] < half):
        return None
    _, first = np.unique(cones.start[rows], return_index=True)
    leaders = rows[first[::-1]]
    magnitudes, computed = np.zeros(cones.sectors), np.zeros(2)
    for i in leaders:
        edge = int(cones.start[i] + 1) % cones.sectors
        direction = cones.edges[edge]
        magnitudes[edge] = (y[i] - X[i] @ computed) / (X[i] @ direction)
        computed = computed + magnitudes[edge] * direction
    return _signed(magnitudes, cones)


def fit_by_edges(X: np.ndarray, y: np.ndarray, cones: Fan) -> Atoms:
    """Return independent atoms on edges that fit y as well as any network does: relu(X u) is linear between edges."""
    from scipy.linalg import qr

    A, size = edge_outputs(X, cones)
    triangle, order = qr(A, mode="r", pivoting=True)
    height = np.abs(np.diag(triangle))
    chosen = order[: int(np.sum(height > 1e-12 * height[0]))]
    magnitudes = np.zeros(cones.sectors)
    magnitudes[chosen] = np.linalg.lstsq(A[:, chosen], y, rcond=None)[0] / size[chosen]
    return _signed(magnitudes, cones)


def _signed(magnitudes: np.ndarray, cones: Fan) -> Atoms:
    return Atoms(cones.edges.T * np.abs(magnitudes), np.where(magnitudes < 0, -1.0, 1.0)).nonzero()
