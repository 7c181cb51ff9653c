"""What networks reach without regularisation, against dense random neurons and optimality conditions."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings, strategies as st

from landscape.convex.unregularised import fit_with_corners, fit_with_ones, out_of_reach
from landscape.geometry.fan import fan


def random_data(rng: np.random.Generator, n: int, d: int) -> tuple[np.ndarray, np.ndarray]:
    """Random rows, every other time small integers, so that rows repeat, oppose each other and vanish."""
    X = rng.integers(-1, 2, (n, d)).astype(float) if rng.random() < 0.5 else rng.standard_normal((n, d))
    return X, rng.standard_normal(n)


@given(st.integers(0, 2**32 - 1), st.integers(1, 7), st.integers(1, 4))
@settings(max_examples=150, deadline=None)
def test_out_of_reach_is_what_dense_random_neurons_leave(seed: int, n: int, d: int) -> None:
    rng = np.random.default_rng(seed)
    X, y = random_data(rng, n, d)
    z = out_of_reach(X, y)
    assert z is not None
    A = np.maximum(X @ rng.standard_normal((d, 3000)), 0)
    left = y - A @ np.linalg.lstsq(A, y, rcond=1e-9)[0]
    assert np.linalg.norm(z - left) <= 1e-5 * (1 + np.linalg.norm(y))
    assert np.max(np.abs(z @ A)) <= 1e-10 * max(np.max(A), 1) * (1 + np.linalg.norm(y)) * n


@given(st.integers(0, 2**32 - 1), st.integers(1, 8), st.integers(1, 2))
@settings(max_examples=150, deadline=None)
def test_the_fit_with_ones_satisfies_its_optimality_conditions(seed: int, n: int, d: int) -> None:
    rng = np.random.default_rng(seed)
    X, y = random_data(rng, n, d)
    cones = fan(X)
    magnitudes, z = fit_with_ones(X, y, cones)
    W = cones.edges.T * magnitudes
    assert np.all(magnitudes >= 0)
    assert np.allclose(y - np.maximum(X @ W, 0).sum(axis=1), z, atol=1e-10)
    U = rng.standard_normal((d, 2000))
    assert np.max(z @ np.maximum(X @ U, 0)) <= 1e-9
    assert abs(z @ (y - z)) <= 1e-9


def test_a_thousand_points_with_ones_satisfy_the_optimality_conditions() -> None:
    rng = np.random.default_rng(0)
    X = np.c_[rng.uniform(-1, 1, 1000), np.ones(1000)]
    y = 3 * X[:, 0] ** 2 - 0.5 + 0.3 * rng.standard_normal(1000)
    cones = fan(X)
    magnitudes, z = fit_with_ones(X, y, cones)
    asked = np.einsum("sd,sd->s", cones.sums(X, z), cones.edges)
    assert np.all(magnitudes >= 0)
    assert np.max(asked) <= 1e-8
    assert z @ (y - z) == pytest.approx(0, abs=1e-8)


def test_corners_that_no_sample_sees_get_nothing() -> None:
    magnitudes, left = fit_with_corners(np.array([[1.0, 0.0], [1.0, 0.0]]), np.array([1.0, 3.0]))
    assert magnitudes.tolist() == pytest.approx([2.0, 0.0])
    assert left.tolist() == pytest.approx([-1.0, 1.0])
