"""Rows and weights in units in which no square overflows or vanishes: powers of two, which round nothing."""

from __future__ import annotations

import numpy as np


def power_of_two(sizes: np.ndarray) -> np.ndarray:
    """Return the power of two at or below each size > 0, and 1 for 0, in the shape of ``sizes``."""
    powers: np.ndarray = np.ldexp(1.0, np.where(sizes > 0, np.frexp(sizes)[1] - 1, 0))
    return powers


def unit_rows(X: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the rows of X (n, d) times powers of two, 2^-k, each with its largest entry in [½, 1), and k (n,).

    Rows of zeros stay. No row changes its direction, so none its pattern.
    """
    _, exponent = np.frexp(np.abs(X).max(axis=1))
    rows: np.ndarray = np.ldexp(X, -exponent[:, None])
    return rows, exponent


def unit_weights(z: np.ndarray, exponent: np.ndarray) -> tuple[np.ndarray, int]:
    """Return z_i 2^k_i (n,) times a power of two, 2^-K, its largest entry in [½, 1), and K; exponents k (n,)."""
    mantissa, own = np.frexp(z)
    total = np.where(mantissa != 0, own + exponent, np.iinfo(np.int32).min // 2)
    largest = int(total.max()) if (mantissa != 0).any() else 0
    return np.ldexp(mantissa, np.maximum(total - largest, -2000)), largest
