"""Networks that fit all that can be fitted."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given, settings, strategies as st

from landscape.convex.solver.fan_columns import solve_by_columns
from landscape.convex.solver.least_norm import fit_at_random, fit_by_corners, fit_in_turn, least_norm
from landscape.convex.unregularised import out_of_reach
from landscape.geometry.fan import fan
from landscape.geometry.support import support
from landscape.model.network import Network, predict


@given(st.integers(0, 2**32 - 1), st.integers(1, 8), st.integers(1, 3))
@settings(max_examples=80, deadline=None)
def test_a_fit_by_corners_leaves_exactly_what_is_out_of_reach(seed: int, n: int, d: int) -> None:
    rng = np.random.default_rng(seed)
    X, y = rng.integers(-1, 2, (n, d)).astype(float), rng.standard_normal(n)
    z = out_of_reach(X, y)
    assert z is not None
    network = fit_by_corners(X, y - z)
    assert network is not None
    assert network.m <= n
    assert np.allclose(predict(X, network), y - z, atol=1e-9)


def test_a_fit_in_turn_passes_through_every_point_and_declines_opposite_rows() -> None:
    rng = np.random.default_rng(1)
    X, y = np.c_[rng.uniform(-1, 1, 400), np.ones(400)], rng.standard_normal(400)
    for rows in (X, -X):
        atoms = fit_in_turn(rows, y, fan(rows))
        assert atoms is not None
        assert atoms.count <= 400
        assert np.allclose(atoms.outputs(rows).sum(axis=1), y, atol=1e-7)
    assert fit_in_turn(np.r_[X, -X], np.r_[y, y], fan(np.r_[X, -X])) is None


def test_the_least_norm_is_the_limit_of_the_regularised_optimum() -> None:
    rng = np.random.default_rng(2)
    for n in (2, 4, 7):
        X, y = np.c_[rng.uniform(-1, 1, n), np.ones(n)], rng.uniform(-1, 1, n)
        X, y = X / 2, y / np.linalg.norm(y)
        atoms = least_norm(X, y, fan(X))
        assert atoms is not None
        assert np.allclose(atoms.outputs(X).sum(axis=1), y, atol=1e-7)
        other = fit_by_corners(X, y)
        assert other is not None
        assert atoms.norms.sum() <= np.sum(np.linalg.norm(other.W * other.alpha, axis=0)) + 1e-7
        lam = 1e-7 * support(X, y).value
        nearly = solve_by_columns(X, y, lam, fan(X)).norms.sum()  # falls short of the limit by a multiple of λ
        assert nearly * (1 - 1e-9) <= atoms.norms.sum() <= nearly * (1 + 1e-4)


@pytest.mark.parametrize("fit", [fit_by_corners, fit_at_random])
def test_three_features_fit_every_label(fit: Callable[[np.ndarray, np.ndarray], Network | None]) -> None:
    rng = np.random.default_rng(3)
    X, y = rng.standard_normal((9, 3)), rng.standard_normal(9)
    network = fit(X, y)
    assert network is not None
    assert network.m <= 9
    assert np.allclose(predict(X, network), y, atol=1e-8)
