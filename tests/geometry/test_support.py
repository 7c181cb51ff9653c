"""The support function against brute force over unit neurons."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings, strategies as st

from landscape.geometry.fan import fan
from landscape.geometry.support import lambda_max, sampled_support, support
from landscape.model.problem import Problem


def degenerate(rng: np.random.Generator, n: int, d: int) -> np.ndarray:
    """Rows with duplicates, opposites, near-duplicates and zeros among them."""
    X = rng.standard_normal((n, d))
    X[rng.integers(n)] = 0.0
    X[rng.integers(n)] = X[0] * rng.choice([-3.0, 0.5, 1.0])
    X[rng.integers(n)] = X[0] + 1e-9 * rng.standard_normal(d)
    return X * 10.0 ** rng.integers(-6, 7)


@given(st.integers(0, 2**32 - 1), st.integers(1, 8), st.integers(1, 2))
@settings(max_examples=200, deadline=None)
def test_support_is_attained_by_its_neuron_and_never_exceeded(seed: int, n: int, d: int) -> None:
    rng = np.random.default_rng(seed)
    X, z = degenerate(rng, n, d), rng.standard_normal(n)
    found = support(X, z)
    scale = np.linalg.norm(X, axis=1) @ np.abs(z)
    assert abs(found.sign * (z @ np.maximum(X @ found.u, 0)) - found.value) <= 1e-12 * scale
    assert found.value == 0 or abs(np.linalg.norm(found.u) - 1) <= 1e-12
    U = rng.standard_normal((d, 3000))
    U /= np.linalg.norm(U, axis=0)
    assert np.max(np.abs(z @ np.maximum(X @ U, 0))) <= found.value + 1e-12 * scale


def test_support_meets_a_fine_grid_of_directions() -> None:
    rng = np.random.default_rng(5)
    angle = np.linspace(0, 2 * np.pi, 200_001)
    U = np.stack([np.cos(angle), np.sin(angle)])
    for _ in range(20):
        X, z = rng.standard_normal((7, 2)), rng.standard_normal(7)
        asked = z @ np.maximum(X @ U, 0)
        scale = np.linalg.norm(X, axis=1) @ np.abs(z)
        assert 0 <= support(X, z).value - np.max(np.abs(asked)) <= 3e-5 * scale
        assert 0 <= support(X, z, signed=True).value - max(np.max(asked), 0) <= 3e-5 * scale


def test_five_thousand_points_agree_with_their_own_dense_formula() -> None:
    rng = np.random.default_rng(1)
    X, z = np.c_[rng.standard_normal(5000), np.ones(5000)], rng.standard_normal(5000)
    cones = fan(X)
    sums = cones.sums(X, z)
    for sector in (0, 17, 4999, 5000, 9999):
        on = cones.active(np.array([sector]))[0]
        assert np.allclose(sums[sector], (X * on[:, None]).T @ z, rtol=0, atol=1e-9)


def test_signed_support_of_a_residual_no_neuron_helps_is_zero() -> None:
    found = support(np.array([[1.0], [2.0]]), np.array([-1.0, -1.0]), signed=True)
    assert found.value == 0
    assert np.all(found.u == 0)


def test_a_sampled_support_is_at_most_the_exact_one() -> None:
    rng = np.random.default_rng(2)
    for _ in range(20):
        X, z = rng.standard_normal((6, 2)), rng.standard_normal(6)
        assert sampled_support(X, z).value <= support(X, z).value + 1e-12


def test_lambda_max_of_the_posters_points() -> None:
    assert lambda_max(Problem(np.array([[-1.0], [1.0]]), np.array([1.0, 2.0]))) == pytest.approx(2.0)


def test_residuals_of_another_length_are_refused() -> None:
    with pytest.raises(ValueError, match="z must have one entry"):
        support(np.ones((2, 2)), np.ones(3))
