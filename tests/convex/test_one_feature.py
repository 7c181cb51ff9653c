"""One feature: the two slopes of a network, the convex loss over them, and the optimum."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, strategies as st
from tiny_data import without_tiny

from landscape.convex.one_feature import (
    convex_loss,
    convex_surface,
    free_coordinates,
    optimal_position,
    position,
    slopes,
)
from landscape.model.network import Network, objective, predict
from landscape.model.problem import Problem

NUMBERS = st.floats(-3, 3).map(without_tiny)
POINTS = st.lists(st.tuples(NUMBERS, NUMBERS), min_size=1, max_size=6)

Points = list[tuple[float, float]]


def one_feature(points: Points, **more: Any) -> Problem:
    x, y = np.array(points, dtype=float).T
    return Problem(x[:, None], y, **more)


@given(st.integers(0, 2**32 - 1), st.integers(1, 9))
def test_a_network_of_any_width_computes_the_two_slopes_of_its_position(seed: int, m: int) -> None:
    rng = np.random.default_rng(seed)
    network = Network(rng.standard_normal((1, m)), rng.standard_normal(m))
    place = position(network)
    x = np.array([-2.0, -0.5, 0.0, 1.0, 3.0])
    expected = np.where(x > 0, place.s_plus, place.s_minus) * x
    assert np.allclose(predict(x[:, None], network), expected, atol=1e-12)


@given(st.integers(0, 2**32 - 1), st.integers(1, 6), st.sampled_from(["ones", "trained"]), st.floats(0, 3))
def test_no_nearby_position_is_better_than_the_optimal_one(seed: int, n: int, layer: str, lam: float) -> None:
    rng = np.random.default_rng(seed)
    x, y = rng.integers(-2, 3, n).astype(float), rng.standard_normal(n)
    problem = Problem(x[:, None], y, lam if layer == "trained" else 0.0, layer)  # type: ignore[arg-type]

    def cost(plus: float, minus: float) -> float:
        if layer == "ones" and not plus >= 0 >= minus:
            return np.inf
        misfit = np.where(x > 0, plus, minus) * x - y
        return float(misfit @ misfit) + 2 * problem.lam * (abs(plus) + abs(minus))

    plus, minus = optimal_position(problem)
    best = cost(plus, minus)
    for step in (1e-3, 0.1, 1.0):
        for a, b in ((step, 0), (-step, 0), (0, step), (0, -step)):
            assert cost(plus + a, minus + b) >= best - 1e-12


def test_a_side_without_data_is_free() -> None:
    right = Problem(np.array([[1.0], [2.0], [0.0]]), np.ones(3), second_layer="ones")
    assert free_coordinates(right) == (False, True)
    assert optimal_position(right) == (pytest.approx(0.6), 0.0)


def test_several_features_have_no_such_position() -> None:
    with pytest.raises(ValueError, match="W must have one row"):
        position(Network(np.ones((2, 1)), np.ones(1)))
    two = Problem(np.ones((1, 2)), np.ones(1))
    with pytest.raises(ValueError, match="X must have one column"):
        optimal_position(two)
    with pytest.raises(ValueError, match="X must have one column"):
        convex_surface(two, np.zeros(2), np.zeros(2))


@given(points=POINTS, seed=st.integers(0, 999), m=st.integers(1, 9))
def test_a_network_of_the_fixed_layer_costs_exactly_the_loss_at_its_slopes(points: Points, seed: int, m: int) -> None:
    problem = one_feature(points, second_layer="ones")
    network = Network(np.random.default_rng(seed).normal(size=(1, m)) * 2, np.ones(m))
    loss = convex_loss(problem, *slopes(network.W, network.alpha))
    assert loss == pytest.approx(objective(problem, network), rel=1e-10, abs=1e-10)


@given(points=POINTS, seed=st.integers(0, 999), m=st.integers(1, 9), lam=st.floats(0, 2))
def test_no_trained_network_costs_less_than_the_loss_at_its_slopes(
    points: Points, seed: int, m: int, lam: float
) -> None:
    problem = one_feature(points, lam=lam)
    rng = np.random.default_rng(seed)
    network = Network(rng.normal(size=(1, m)), rng.normal(size=m))
    loss = convex_loss(problem, *slopes(network.W, network.alpha))
    assert loss <= objective(problem, network) * (1 + 1e-12) + 1e-12


@given(points=POINTS, lam=st.floats(0, 2))
def test_the_closed_form_optimum_is_the_lowest_point_of_the_bowl(points: Points, lam: float) -> None:
    problem = one_feature(points, lam=lam)
    s_plus, s_minus = optimal_position(problem)
    best = float(convex_loss(problem, np.array(s_plus), np.array(s_minus)))
    grid = np.linspace(-4, 4, 41)
    assert best <= convex_surface(problem, grid, grid).loss.min() + 1e-9


def test_the_surface_has_a_row_for_each_slope_on_the_left() -> None:
    problem = Problem([[-1.0], [2.0]], [0.5, 1.0], 0.1)
    s_plus, s_minus = np.array([0.0, 1.0, -1.0]), np.array([2.0, -0.5])
    surface = convex_surface(problem, s_plus, s_minus)
    expected = [
        [(2 * p - 1) ** 2 + (-m - 0.5) ** 2 + 0.2 * (abs(p) + abs(m)) for p in s_plus.tolist()]
        for m in s_minus.tolist()
    ]
    assert np.allclose(surface.loss, expected, rtol=1e-14)


def test_slopes_agree_with_the_position_and_keep_leading_axes() -> None:
    rng = np.random.default_rng(0)
    W, alpha = rng.normal(size=(3, 4, 1, 5)), rng.normal(size=(3, 4, 5))
    s_plus, s_minus = slopes(W, alpha)
    assert s_plus.shape == s_minus.shape == (3, 4)
    for i, j in np.ndindex(3, 4):
        assert (s_plus[i, j], s_minus[i, j]) == pytest.approx(position(Network(W[i, j], alpha[i, j])))


def test_the_loss_is_exactly_zero_at_a_perfect_fit() -> None:
    problem = Problem([[-1.0], [1.0]], [1.0, 2.0], second_layer="ones")
    assert convex_loss(problem, np.array(2.0), np.array(-1.0)) == 0.0
