"""Without regularisation: the labels that networks of any width can fit, and the part that none can."""

from __future__ import annotations

import numpy as np

from landscape.geometry.fan import Fan
from landscape.geometry.lines import rows_by_line

FEW_EDGES = 800
"""Up to this many edges are fitted all at once."""

FEW_HELD = 300
"""Of more edges, at most this many are held."""

PEAKS = 20
"""Most edges added in a round."""


def out_of_reach(X: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Return the part z (n,) of the labels that no network with a trained second layer can fit, for any d.

    It is the projection of y onto {z : zᵀ relu(X u) = 0 for all u}. That function of u has kinks only at
    the hyperplanes of the rows. Let S(e) = Σ ‖x_i‖ z_i over the rows in direction e: no kink means S(e) + S(−e) = 0;
    the function is then linear, Σ S(e) e over one direction of each line, and must vanish too. Hence only duplicates
    (positive multiples), zero rows and opposite rows can stop a network from fitting everything.
    """
    line, length, directions = rows_by_line(X)
    z = np.array(y, dtype=np.float64)
    on = line >= 0
    if not on.any():
        return z
    lines = len(directions)
    side = 2 * line[on] + (length[on] < 0)
    t, label = np.abs(length[on]), z[on]
    weight = np.bincount(side, t * t, minlength=2 * lines).reshape(lines, 2)
    correlation = np.bincount(side, t * label, minlength=2 * lines).reshape(lines, 2)
    S = np.zeros((lines, 2))
    both = np.flatnonzero(np.all(weight > 0, axis=1))
    if len(both):
        stiffness = np.sqrt(np.sum(1.0 / weight[both], axis=1))
        free = (correlation[both, 0] / weight[both, 0] - correlation[both, 1] / weight[both, 1]) / stiffness
        bound = directions[both] / stiffness[:, None]
        kept = free - bound @ np.linalg.lstsq(bound, free, rcond=None)[0]
        S[both, 0], S[both, 1] = kept / stiffness, -kept / stiffness
    fitted = np.divide(correlation - S, weight, out=np.zeros_like(S), where=weight > 0)
    z[on] = label - t * fitted.reshape(-1)[side]
    return z


def fit_with_ones(X: np.ndarray, y: np.ndarray, cones: Fan) -> tuple[np.ndarray, np.ndarray]:
    """Return the magnitudes c (S,) of the edges and the residual z (n,) of the best network with alpha = 1, d ≤ 2.

    relu(X u) is linear on each sector, so what such networks compute is the cone spanned by A = relu(X R), R the
    edges: min ‖A c − y‖², c ≥ 0, is the whole problem (non-negative least squares, Lawson & Hanson 1974). Where edges
    are many, those at which zᵀ relu(X u) > 0 peaks are added in rounds, up to a number at which the last fit is kept.
    """
    from scipy.optimize import nnls

    every = np.arange(cones.sectors)
    held = every if cones.sectors <= FEW_EDGES else _edges_to_add(X, y, cones)
    while True:
        A, size = edge_outputs(X, cones, held)
        found, _ = nnls(A, y, maxiter=30 * max(len(held), 1)) if len(held) else (np.zeros(0), 0.0)
        z = y - A @ found
        magnitudes = np.zeros(cones.sectors)
        magnitudes[held] = np.divide(found, size, out=np.zeros_like(size), where=size > 0)
        if len(held) == cones.sectors:
            return magnitudes, z
        held = held[found > 0]
        added = np.setdiff1d(_edges_to_add(X, z, cones), held)
        if not len(added) or len(held) + len(added) > FEW_HELD:
            return magnitudes, z
        held = np.concatenate([held, added])


def corner_outputs(X: np.ndarray, corners: np.ndarray) -> np.ndarray:
    """Return relu(X R) (n, E) of corners R (d, E), exactly zero where a row vanishes up to rounding."""
    pre, rounding = X @ corners, 1e-13 * np.linalg.norm(X, axis=1)[:, None]
    return np.where(pre > rounding, pre, 0.0)


def fit_with_corners(A: np.ndarray, y: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the magnitudes c ≥ 0 (E,) of the best fit by the outputs A (n, E) of all corners, and its residual."""
    from scipy.optimize import nnls

    size = np.linalg.norm(A, axis=0)
    active = np.flatnonzero(size > 0)
    magnitudes = np.zeros(A.shape[1])
    if len(active):
        magnitudes[active] = nnls(A[:, active] / size[active], y, maxiter=30 * len(active))[0] / size[active]
    return magnitudes, y - A @ magnitudes


def _edges_to_add(X: np.ndarray, z: np.ndarray, cones: Fan) -> np.ndarray:
    """Return the edges at which zᵀ relu(X u) is positive and not below that at their neighbours: the highest ones."""
    correlations = np.einsum("sd,sd->s", cones.sums(X, z), cones.edges)
    rounding = 1e-12 * float(np.linalg.norm(X, axis=1) @ np.abs(z))
    peak = (
        (correlations >= np.roll(correlations, 1))
        & (correlations >= np.roll(correlations, -1))
        & (correlations > rounding)
    )
    peaks = np.flatnonzero(peak)
    return peaks[np.argsort(-correlations[peaks])[:PEAKS]]


def edge_outputs(X: np.ndarray, cones: Fan, edges: np.ndarray | None = None) -> tuple[np.ndarray, np.ndarray]:
    """Return relu(X R) of some or all of the fan's edges, columns scaled to length 1 (n, E), and those lengths (E,)."""
    edges = np.arange(cones.sectors) if edges is None else edges
    on = cones.active(edges) if X.shape[1] == 1 else cones.active(edges) & cones.active(edges - 1)
    A = np.where(on.T, np.maximum(X @ cones.edges[edges].T, 0.0), 0.0)
    size = np.linalg.norm(A, axis=0)
    return np.divide(A, size, out=np.zeros_like(A), where=size > 0), size
