"""The place of a network in the two coordinates of one feature, and the optimum there."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from landscape.convex.one_feature import free_coordinates, optimal_position, position
from landscape.model.network import Network, predict
from landscape.model.problem import Problem


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
    with pytest.raises(ValueError, match="X must have one column"):
        optimal_position(Problem(np.ones((1, 2)), np.ones(1)))
