"""Numbers that a problem accepts, and tiny data for the extensions: random, and degenerate in every way."""

from __future__ import annotations

import numpy as np

from landscape.model.problem import SMALLEST


def without_tiny(number: float) -> float:
    """The number, 0 where a problem would refuse it for being too small to be squared."""
    return number if abs(number) >= SMALLEST else 0.0


def random_features(rng: np.random.Generator, n: int, d: int) -> np.ndarray:
    """Random rows with repeated, opposite and zero rows, a bias or not, in units from 1e-3 to 1e3."""
    X = rng.integers(-1, 2, (n, d)).astype(float) if rng.random() < 0.4 else rng.standard_normal((n, d))
    if rng.random() < 0.5:
        X[:, -1] = 1.0
    if rng.random() < 0.3:
        X[rng.integers(n)] = X[0] * rng.choice([-3.0, 0.3, 1.0, 7.0])
    return X * 10.0 ** rng.integers(-3, 4)


DEGENERATE = {
    "one point": np.array([[0.7, 1.0]]),
    "duplicates": np.array([[0.3, 1.0], [0.3, 1.0], [-0.5, 1.0]]),
    "near duplicates": np.array([[0.3, 1.0], [0.3 + 1e-9, 1.0], [-0.5, 1.0]]),
    "a zero row": np.array([[0.0, 0.0], [1.0, 0.5], [-1.0, 0.7]]),
    "only zeros": np.zeros((3, 2)),
    "collinear": np.array([[1.0, 2.0], [2.0, 4.0], [-1.5, -3.0]]),
    "constant feature": np.array([[2.0, 1.0], [2.0, 1.0], [2.0, 1.0]]),
    "one feature": np.array([[-1.0], [2.0], [0.0]]),
    "units 1e6": np.array([[0.3e6, 1.0], [-0.8e6, 1.0], [1.0e6, 1.0]]),
    "units 1e-6": np.array([[0.3e-6, 1e-6], [-0.8e-6, 1e-6], [1.0e-6, 1e-6]]),
}
"""Data sets by what is wrong with them."""
