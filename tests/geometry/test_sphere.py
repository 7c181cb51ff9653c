"""zᵀ relu(X u) over the sphere of three features, against a projection on every cone."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import assume, given, settings, strategies as st
from scipy.optimize import nnls

from landscape.geometry.exact_cells import exact_patterns
from landscape.geometry.sphere import peaks, sphere
from landscape.geometry.support import support


def highest_by_projection(X: np.ndarray, z: np.ndarray, *, signed: bool = False) -> float:
    """max over cones and signs of the length of ± Xᵀ D z projected on the cone."""
    best = 0.0
    for on in exact_patterns(X):
        for sign in (1.0,) if signed else (1.0, -1.0):
            g = sign * X.T @ (on * z)
            cone = np.where(on, 1.0, -1.0)[:, None] * X
            best = max(best, float(np.linalg.norm(g + cone.T @ nnls(cone.T, -g)[0])))
    return best


@given(st.integers(0, 2**32 - 1), st.integers(3, 9), st.booleans(), st.booleans())
@settings(max_examples=100, deadline=None)
def test_the_highest_peak_is_the_best_projection_on_a_cone(seed: int, n: int, integer: bool, signed: bool) -> None:
    rng = np.random.default_rng(seed)
    X = rng.integers(-1, 2, (n, 3)).astype(float) if integer else rng.standard_normal((n, 3))
    assume(np.linalg.matrix_rank(X) == 3)
    z = rng.standard_normal(n)
    found = peaks(sphere(X), X, z, signed=signed)
    expected = highest_by_projection(X, z, signed=signed)
    highest = found.value[0] if len(found.value) else 0.0
    assert highest == pytest.approx(expected, rel=1e-9, abs=1e-9)
    assert np.allclose(np.linalg.norm(found.u, axis=0), 1)
    assert np.allclose(found.sign * (z @ np.maximum(X @ found.u, 0)), found.value, atol=1e-9)


@given(st.integers(0, 2**32 - 1), st.integers(1, 6), st.integers(3, 5))
@settings(max_examples=60, deadline=None)
def test_support_is_exact_whatever_the_rank_and_never_exceeded(seed: int, n: int, d: int) -> None:
    rng = np.random.default_rng(seed)
    rank = int(rng.integers(1, d + 1))
    X = rng.standard_normal((n, rank)) @ rng.standard_normal((rank, d)) * 10.0 ** rng.integers(-6, 7)
    X[rng.integers(n)] = X[0]
    z = rng.standard_normal(n)
    found = support(X, z)
    scale = float(np.linalg.norm(X, axis=1) @ np.abs(z))
    assert abs(found.value - highest_by_projection(X, z)) <= 1e-9 * scale
    assert abs(found.sign * (z @ np.maximum(X @ found.u, 0)) - found.value) <= 1e-11 * scale
    U = rng.standard_normal((d, 3000))
    assert np.max(np.abs(z @ np.maximum(X @ (U / np.linalg.norm(U, axis=0)), 0))) <= found.value + 1e-12 * scale


def test_peaks_above_a_level_hold_the_highest_whenever_it_is_above() -> None:
    rng = np.random.default_rng(4)
    for _ in range(20):
        X, z = rng.standard_normal((8, 3)), rng.standard_normal(8)
        ball = sphere(X)
        highest = peaks(ball, X, z).value[0]
        assert peaks(ball, X, z, level=0.9 * highest).value[0] == pytest.approx(highest, rel=1e-12)
        assert len(peaks(ball, X, z, level=1.001 * highest).value) == 0


def test_cells_too_many_to_visit_are_refused_by_name() -> None:
    with pytest.raises(ValueError, match="sampled_support"):
        support(np.random.default_rng(0).standard_normal((40, 8)), np.ones(40))
