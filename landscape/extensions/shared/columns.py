"""The lengths of columns, of any magnitude."""

from __future__ import annotations

import numpy as np


def column_lengths(X: np.ndarray) -> np.ndarray:
    """Return the Euclidean length (d,) of each column of X (n, d); no square overflows or vanishes."""
    size = np.max(np.abs(X), axis=0)
    length: np.ndarray = size * np.linalg.norm(X / np.where(size > 0, size, 1.0), axis=0)
    return length
