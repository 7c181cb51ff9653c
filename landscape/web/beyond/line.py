"""Data of one feature with a bias: what every setting that draws f(x) shares."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

FINE = 241


def with_bias(x: Sequence[float] | np.ndarray) -> np.ndarray:
    """Return x (n,) with a column of ones."""
    return np.column_stack([np.asarray(x, dtype=float), np.ones(len(x))])


def span_of(x: Sequence[float]) -> tuple[float, float]:
    """Return the range of x that is drawn: the data with room on both sides."""
    low, high = min(x), max(x)
    room = 0.15 * (high - low) or 1.0
    return low - room, high + room


def kinked_grid(W: np.ndarray, span: tuple[float, float]) -> np.ndarray:
    """Return the ends of a range and every kink −b/w of neurons W (2, m) inside it, in order."""
    w, b = W
    kinks = -b[w != 0] / w[w != 0]
    return np.unique([span[0], *kinks[(kinks > span[0]) & (kinks < span[1])], span[1]])


def fine_grid(W: np.ndarray, span: tuple[float, float]) -> np.ndarray:
    """Return an even grid with every kink of first-layer neurons W (2, m) on it, for functions that bend elsewhere too."""
    return np.union1d(kinked_grid(W, span), np.linspace(*span, FINE))
