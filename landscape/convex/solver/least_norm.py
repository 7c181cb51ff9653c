"""Without regularisation: networks that fit the labels as well as any can, of least norm where that is affordable."""

from __future__ import annotations

import numpy as np

from landscape.convex.solver.atoms import Atoms, basic
from landscape.convex.solver.interior_point import solve_directly
from landscape.geometry.corners import corners
from landscape.geometry.fan import Fan
from landscape.model.exact import matrix_product
from landscape.model.network import Network
from landscape.model.problem import LARGEST

CLOSE = 1e-7
"""A fit whose residual is below this share of ‖y‖ counts as exact."""

DEPENDENT = 1e-14
"""Outputs that add less than this share to the span of the others are left out."""

MANY = 100
"""Up to this many samples random neurons are plentiful, so that they meet small cells too."""


def least_norm(X: np.ndarray, y: np.ndarray, cones: Fan) -> Atoms | None:
    """Return the atoms of least norm Σ ‖u‖ that fit y, if any do: the limit λ → 0. None where the solver fails."""
    found = solve_directly(X, y, 0.0, cones)
    fit = basic(X, y, found) if found is not None and found.count else None
    return fit[0] if fit is not None and fit[1] <= CLOSE else None


def fit_in_turn(X: np.ndarray, y: np.ndarray, cones: Fan) -> Atoms | None:
    """Return atoms that fit y, if any do, one line of data after the other, in O(n); None where rows are opposite.

    The edge after a line's own is the first on which its rows are active, and the rows of the lines before are not
    active on the later ones: a triangular system. It is not of least norm.
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
        output = X[i] @ direction
        if not output > 0:  # its line and the next are one in float64
            return None
        magnitudes[edge] = (y[i] - X[i] @ computed) / output
        computed = computed + magnitudes[edge] * direction
    return Atoms(cones.edges.T * np.abs(magnitudes), np.where(magnitudes < 0, -1.0, 1.0)).nonzero()


def fit_by_corners(X: np.ndarray, y: np.ndarray) -> Network | None:
    """Return a network with independent neurons at corners of the cells that fits y as well as any does.

    relu(X u) is linear on each cell. None where the corners are not listed, or weights would be too large.
    """
    cells = corners(X)
    return None if cells is None else _independent_fit(cells.outputs, y, cells.neurons)


def fit_at_random(X: np.ndarray, y: np.ndarray) -> Network | None:
    """Return a network with independent seeded Gaussian neurons that fits y.

    Fewer than n in general position span what all neurons do; the certificate shows whether these did.
    """
    n, d = X.shape
    neurons = np.random.default_rng(0).standard_normal((d, 30 * n if n <= MANY else 4 * n))
    return _independent_fit(np.maximum(X @ neurons, 0.0), y, neurons)


def refitted(X: np.ndarray, y: np.ndarray, W: np.ndarray) -> Network | None:
    """Return the best network with neurons in given directions W (d, m), whose outputs are computed accurately."""
    high, _ = matrix_product(X, W)
    return _independent_fit(np.maximum(high, 0.0), y, W)


def as_network(W: np.ndarray, alpha: np.ndarray) -> Network | None:
    """Return neurons w_k (d, m) with weights alpha (m,), balanced by powers of two so that no digit changes.

    None where a weight would be too large.
    """
    used = np.any(W != 0, axis=0) & (alpha != 0)
    if not used.any():
        return Network(np.zeros((len(W), 1)), np.zeros(1))
    W, alpha = W[:, used], alpha[used]
    largest = np.abs(W).max(axis=0)
    scale = np.exp2(np.rint((np.log2(np.abs(alpha)) - np.log2(largest)) / 2))
    W, alpha = W * scale, alpha / scale
    fits = np.all(np.abs(W) <= LARGEST) and np.all(np.abs(alpha) <= LARGEST)
    return Network(W, alpha) if fits else None


def _independent_fit(A: np.ndarray, y: np.ndarray, neurons: np.ndarray) -> Network | None:
    """Return the least squares fit of y by independent columns of A (n, E), the outputs of neurons (d, E).

    Rows of the data may differ in size by many orders: where that leaves a residual, they are weighed alike.
    """
    best: tuple[float, np.ndarray] | None = None
    length = np.linalg.norm(A, axis=1)
    for weight in (np.ones(len(y)), 1.0 / np.where(length > 0, length, 1.0)):
        weighed = A * weight[:, None]
        size = np.linalg.norm(weighed, axis=0)
        if not np.any(size > 0) or not np.all(np.isfinite(weighed)):
            continue
        unit = np.divide(weighed, size, out=np.zeros_like(A), where=size > 0)
        magnitudes = _least_squares(unit, y * weight)
        magnitudes = np.divide(magnitudes, size, out=np.zeros_like(size), where=size > 0)
        left = float(np.linalg.norm(y - A @ magnitudes))
        if best is None or left < best[0]:
            best = left, magnitudes
        if left <= CLOSE * float(np.linalg.norm(y)):
            break
    return as_network(neurons, np.zeros(A.shape[1]) if best is None else best[1])


def _least_squares(A: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Return coefficients (E,) of the least squares fit of y by independent columns of A (n, E), refined once."""
    from scipy.linalg import qr, solve_triangular

    Q, triangle, order = qr(A, mode="economic", pivoting=True)
    height = np.abs(np.diag(triangle))
    rank = int(np.sum(height > DEPENDENT * height[0]))
    chosen, triangle = order[:rank], triangle[:rank, :rank]
    found = np.zeros(A.shape[1])
    for _ in range(2):
        found[chosen] += solve_triangular(triangle, Q[:, :rank].T @ (y - A[:, chosen] @ found[chosen]))
    return found
