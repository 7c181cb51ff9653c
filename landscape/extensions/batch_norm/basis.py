"""A basis of the outputs X w that neurons can have, whatever the units and the origin of the features.

Where w costs nothing, X may be replaced by X M for any invertible M: programs are solved on Q of X = Q R, whose columns
are orthonormal, and their neurons are mapped back by R⁻¹.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from landscape.extensions.shared.checks import readonly
from landscape.extensions.shared.columns import column_lengths
from landscape.model.readable import readable

DEPENDENT = 1e-13
"""A column that the others leave less than this share of its own length depends on them."""

DIGITS = 16 * np.finfo(float).eps
MOST_ROUNDED = 1e-6
"""Or this share of its values before they were centred, whose own digits end there; but at most that of its length."""


@dataclass(frozen=True, eq=False)
class Basis:
    """The range of data X (n, d), of rank r: ``X @ back = Q`` up to rounding.

    Arguments
        Q: (n, r) orthonormal columns; one column of zeros where X is zero. A row of zeros stays one, and rows that are
            equal or opposite stay so.
        back: (d, r) R⁻¹, in the columns' own units.
    """

    Q: np.ndarray
    back: np.ndarray

    __repr__ = readable


def basis_of(X: np.ndarray) -> Basis:
    """Return a basis of the range of data X (n, d).

    With a constant column, as of a bias, the others are centred first: their spread may be tiny beside their values.
    """
    from scipy.linalg import qr, solve_triangular

    Z, change = _centred_beside_a_constant(X)
    length = column_lengths(Z)
    unit = length > 0
    Z, change = Z / np.where(unit, length, 1.0), change / np.where(unit, length, 1.0)
    R, order = qr(Z, mode="r", pivoting=True)
    rounding = DIGITS * np.sqrt(len(X)) * np.max(np.abs(X), axis=0)[order] / np.where(unit, length, np.inf)[order]
    left = np.abs(np.diagonal(R))
    rank = int(np.sum(left > np.clip(rounding, DEPENDENT, MOST_ROUNDED)[: len(left)]))
    if rank == 0:
        return Basis(readonly(np.zeros((len(X), 1))), readonly(np.zeros((X.shape[1], 1))))
    kept, R = order[:rank], R[:rank, :rank]
    # Row by row from X and not the orthogonal factor itself, in which a zero row would be rounding.
    Q = solve_triangular(R, Z[:, kept].T, trans="T").T
    back = solve_triangular(R, change[:, kept].T, trans="T").T
    return Basis(readonly(Q), readonly(back))


def centred(values: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return values (n, ...) less their mean along the first axis, and the mean; equal values become exactly 0.

    In two passes: of values far from 0, whose differences are exact, the mean is not, and the second pass corrects it.
    """
    mean = values.mean(axis=0)
    rest = values - mean
    more = rest.mean(axis=0)
    varies = np.any(values != values[0], axis=0)
    return np.where(varies, rest - more, 0.0), np.where(varies, mean + more, values[0])


def _centred_beside_a_constant(X: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return X @ T and T (d, d), which centres all columns but a constant one where there is one, else changes none."""
    T = np.eye(X.shape[1])
    constant = np.flatnonzero((X[0] == X).all(axis=0) & (X[0] != 0))
    if not len(constant):
        return X, T
    rest, mean = centred(X)
    bias = constant[0]
    Z = rest.copy()
    Z[:, bias] = X[:, bias]
    T[bias] -= mean / X[0, bias]
    T[bias, bias] = 1.0
    return Z, T
