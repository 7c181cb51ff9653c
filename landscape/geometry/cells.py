"""The cells that the data cut the neurons of three features (or more) into, through the circles between them."""

from __future__ import annotations

from dataclasses import dataclass
from math import comb

import numpy as np

from landscape.geometry.fan import Fan, fan
from landscape.geometry.lines import rows_by_line
from landscape.geometry.scaling import unit_rows

UNCERTAIN = 16 * np.finfo(float).eps
"""Rounding of a projected row, relative to the row: rows that meet in one point of a circle are within it."""


@dataclass(frozen=True, eq=False)
class Circle:
    """The unit neurons of one plane x·u = 0 in three features, cut by all other rows.

    Arguments
        basis: (3, 2) orthonormal coordinates of the plane.
        normal: (3,) unit normal, the direction of the rows that vanish on the plane.
        side: (n,) +1.0 for a row along the normal, -1.0 for one against it, 0.0 for the others.
        projected: (n, 2) the rows in the plane, exactly zero where side is not.
        cut: the fan of the projected rows.
    """

    basis: np.ndarray
    normal: np.ndarray
    side: np.ndarray
    projected: np.ndarray
    cut: Fan


def circles(X: np.ndarray, *, widest: float = np.inf) -> list[Circle]:
    """Return the circle of every line of rows of X (n, 3): every edge and corner of every cell lies on one.

    Rows meet in one point of a circle where they do up to their rounding, an angle that is large for a row nearly
    along its normal; ``widest`` is the largest allowed.
    """
    line, length, directions = rows_by_line(X)
    return [
        _circle(X, np.where(line == k, np.sign(length), 0.0), normal, widest) for k, normal in enumerate(directions)
    ]


def _circle(X: np.ndarray, side: np.ndarray, normal: np.ndarray, widest: float) -> Circle:
    basis = complement(normal)
    projected = X @ basis
    projected[side != 0] = 0.0
    size, left = np.linalg.norm(X, axis=1), np.linalg.norm(projected, axis=1)
    projected[left <= UNCERTAIN * size] = 0.0
    rounding = np.divide(UNCERTAIN * size, left, out=np.zeros_like(size), where=left > UNCERTAIN * size)
    return Circle(basis, normal, side, projected, fan(projected, np.minimum(rounding, widest)))


def complement(normal: np.ndarray) -> np.ndarray:
    """Return an orthonormal basis (d, d−1) of the vectors orthogonal to a unit vector (d,), by one reflection."""
    d = len(normal)
    axis = int(np.argmax(np.abs(normal)))
    mirror = normal.copy()
    mirror[axis] += np.copysign(1.0, normal[axis])
    reflection = np.eye(d) - np.outer(mirror, mirror) * (2.0 / (mirror @ mirror))
    return np.delete(reflection, axis, axis=1)


def row_space(X: np.ndarray) -> np.ndarray:
    """Return an orthonormal basis (d, r) of the span of the rows of X, r its rank, however short some of them are."""
    _, values, right = np.linalg.svd(unit_rows(X)[0], full_matrices=False)
    rank = int(np.sum(values > 1e-14 * values[0])) if values[0] > 0 else 0
    return right[:rank].T


def most_cells(n: int, rank: int) -> int:
    """Return Cover's number 2 Σ_{k<r} C(n−1, k): how many cells n rows of a rank cut, at most."""
    return 2 * sum(comb(n - 1, k) for k in range(rank)) if rank else 1


def all_patterns(X: np.ndarray) -> np.ndarray:
    """Return the pattern (P, n) of every full-dimensional cell of X (n, d), each once.

    Every cell touches the plane of some row in a cell of that plane's own arrangement, one dimension lower; there the
    patterns are known by recursion down to two features, and the row itself is active on one side of its plane and
    inactive on the other. Columns are scaled first, which changes no pattern.
    """
    X = np.asarray(X, dtype=np.float64)
    largest = np.max(np.abs(X), axis=0)
    X = X[:, largest > 0] * np.exp2(-np.round(np.log2(largest[largest > 0])))
    if X.shape[1] == 0:
        return np.ones((1, len(X)), dtype=bool)
    if X.shape[1] > 2:
        basis = row_space(X)
        X = X @ basis if basis.shape[1] < X.shape[1] else X
    return _unique(_patterns(X))


def _patterns(X: np.ndarray) -> np.ndarray:
    n, d = X.shape
    if d <= 2:
        cut = fan(X, np.zeros(n))
        return cut.active(cut.first_sector())
    if d == 3:
        lower = [(circle.side, circle.cut.active(circle.cut.first_sector())) for circle in circles(X)]
    else:
        line, length, directions = rows_by_line(X)
        lower = []
        for k, normal in enumerate(directions):
            side = np.where(line == k, np.sign(length), 0.0)
            projected = X @ complement(normal)
            projected[side != 0] = 0.0
            lower.append((side, all_patterns(projected)))
    found = []
    for side, below in lower:
        for here in (1.0, -1.0):
            D = below.copy()
            D[:, side != 0] = side[side != 0] == here
            found.append(D)
        if len(found) > 64:
            found = [_unique(np.concatenate(found))]
    return np.concatenate(found) if found else np.ones((1, n), dtype=bool)


def _unique(D: np.ndarray) -> np.ndarray:
    """Return the distinct rows of a boolean matrix, compared eight columns a byte."""
    packed = np.ascontiguousarray(np.packbits(D, axis=1))
    _, first = np.unique(packed.view(np.dtype((np.void, packed.shape[1]))).ravel(), return_index=True)
    return D[np.sort(first)]
