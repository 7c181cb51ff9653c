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
