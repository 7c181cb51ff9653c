"""What networks of any width can reach without regularisation, and what of the labels is out of their reach."""

from __future__ import annotations

import numpy as np

from landscape.fan import SAME_LINE, Fan, fan

FEW_EDGES = 800
"""Up to this many edges are fitted all at once."""

FEW_HELD = 300
"""Of more edges, at most this many are held."""


def out_of_reach(X: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Return the part z (n,) of the labels that no network with a trained second layer can fit, for any d.

    It is the projection of y onto {z : zᵀ relu(X u) = 0 for all u}. That function of u bends only at the
    hyperplanes of the rows. Let S(e) = Σ ‖x_i‖ z_i over the rows in direction e: no bend means S(e) + S(−e) = 0, what
    is then left is linear, Σ S(e) e over one direction of each line, and must vanish too. Hence only duplicates
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
    wish = np.bincount(side, t * label, minlength=2 * lines).reshape(lines, 2)
    S = np.zeros((lines, 2))
    both = np.flatnonzero(np.all(weight > 0, axis=1))
    if len(both):
        stiffness = np.sqrt(np.sum(1.0 / weight[both], axis=1))
        free = (wish[both, 0] / weight[both, 0] - wish[both, 1] / weight[both, 1]) / stiffness
        bound = directions[both] / stiffness[:, None]
        kept = free - bound @ np.linalg.lstsq(bound, free, rcond=None)[0]
        S[both, 0], S[both, 1] = kept / stiffness, -kept / stiffness
    fitted = np.divide(wish - S, weight, out=np.zeros_like(S), where=weight > 0)
    z[on] = label - t * fitted.reshape(-1)[side]
    return z


def rows_by_line(X: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Group the rows of X (n, d) by the line through the origin they lie on.

    Returns the line of each row (n,), -1 for a zero row; its signed length (n,) along the line; the unit directions.
    """
    X = np.asarray(X, dtype=np.float64)
    n, d = X.shape
    rows = np.flatnonzero(np.any(X != 0, axis=1))
    line, length = np.full(n, -1), np.zeros(n)
    if not len(rows):
        return line, length, np.zeros((0, d))
    largest = np.max(np.abs(X[rows]), axis=1, keepdims=True)
    unit = X[rows] / largest
    norm = np.linalg.norm(unit, axis=1, keepdims=True)
    unit, size = unit / norm, (largest * norm)[:, 0]
    if d <= 2:
        cones = fan(X)
        line[rows] = cones.start[rows] % (cones.sectors // 2)
    else:
        line[rows] = _group(X[rows])
    _, first, line[rows] = np.unique(line[rows], return_index=True, return_inverse=True)
    directions = unit[first]
    length[rows] = size * np.sign(np.einsum("nd,nd->n", unit, directions[line[rows]]))
    return line, length, directions


def _group(rows: np.ndarray) -> np.ndarray:
    """Number the lines of non-zero rows (k, d): equal up to sign, scale and rounding.

    Sorting by one generic coordinate brings equal lines together; a line is joined to those within its rounding.
    """
    scaled = rows * np.exp2(-np.round(np.log2(np.maximum(np.max(np.abs(rows), axis=0), 1e-300))))
    unit = scaled / np.linalg.norm(scaled, axis=1, keepdims=True)
    generic = np.cos(1.0 + np.arange(rows.shape[1]) * np.sqrt(2.0))
    height = unit @ generic
    unit = unit * np.where(height < 0, -1.0, 1.0)[:, None]
    height = np.abs(height)
    order = np.argsort(height, kind="stable")
    number = np.full(len(rows), -1)
    rounding = SAME_LINE * np.sqrt(rows.shape[1])
    lines = 0
    for place, i in enumerate(order):
        if number[i] >= 0:
            continue
        number[i], lines = lines, lines + 1
        for j in order[place + 1 :]:
            if height[j] - height[i] > 4 * rounding:
                break
            gap = min(np.max(np.abs(unit[j] - unit[i])), np.max(np.abs(unit[j] + unit[i])))
            if number[j] < 0 and gap <= rounding:
                number[j] = number[i]
    return number


def fit_with_ones(X: np.ndarray, y: np.ndarray, cones: Fan) -> tuple[np.ndarray, np.ndarray]:
    """Return the magnitudes c (S,) of the edges and the residual z (n,) of the best network with alpha = 1, d ≤ 2.

    relu(X u) is linear on each sector, so what such networks compute is the cone spanned by A = relu(X R), R the
    edges: min ‖A c − y‖², c ≥ 0, is the whole problem (non-negative least squares, Lawson & Hanson 1974). Where edges
    are many, those that the residual asks for are added in rounds; should too many be held, the best of them remains.
    """
    from scipy.optimize import nnls

    every = np.arange(cones.sectors)
    held = every if cones.sectors <= FEW_EDGES else _wanted_edges(X, y, cones)
    while True:
        A, size = edge_outputs(X, cones, held)
        found, _ = nnls(A, y, maxiter=30 * max(len(held), 1)) if len(held) else (np.zeros(0), 0.0)
        z = y - A @ found
        magnitudes = np.zeros(cones.sectors)
        magnitudes[held] = np.divide(found, size, out=np.zeros_like(size), where=size > 0)
        if len(held) == cones.sectors:
            return magnitudes, z
        held = held[found > 0]
        wanted = np.setdiff1d(_wanted_edges(X, z, cones), held)
        if not len(wanted) or len(held) + len(wanted) > FEW_HELD:
            return magnitudes, z
        held = np.concatenate([held, wanted])


def _wanted_edges(X: np.ndarray, z: np.ndarray, cones: Fan) -> np.ndarray:
    """Return the edges that zᵀ relu(X u) > 0 asks for more than their neighbours, at most twenty of them."""
    asked = np.einsum("sd,sd->s", cones.sums(X, z), cones.edges)
    rounding = 1e-12 * float(np.linalg.norm(X, axis=1) @ np.abs(z))
    peak = (asked >= np.roll(asked, 1)) & (asked >= np.roll(asked, -1)) & (asked > rounding)
    peaks = np.flatnonzero(peak)
    return peaks[np.argsort(-asked[peaks])[:20]]


def edge_outputs(X: np.ndarray, cones: Fan, edges: np.ndarray | None = None) -> tuple[np.ndarray, np.ndarray]:
    """Return relu(X R) of some or all of the fan's edges, columns scaled to length 1 (n, E), and those lengths (E,)."""
    edges = np.arange(cones.sectors) if edges is None else edges
    on = cones.active(edges) if X.shape[1] == 1 else cones.active(edges) & cones.active(edges - 1)
    A = np.where(on.T, np.maximum(X @ cones.edges[edges].T, 0.0), 0.0)
    size = np.linalg.norm(A, axis=0)
    return np.divide(A, size, out=np.zeros_like(A), where=size > 0), size
