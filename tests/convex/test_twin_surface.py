"""The convex landscape of one feature: where networks are in it, and what they cost there."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from landscape.convex.one_feature import optimal_position, position
from landscape.convex.twin_surface import twin_loss, twin_place, twin_surface
from landscape.model.network import Network, objective
from landscape.model.problem import Problem

POINTS = st.lists(st.tuples(st.floats(-3, 3), st.floats(-3, 3)), min_size=1, max_size=6)


def one_feature(points, **more):
    x, y = np.array(points, dtype=float).T
    return Problem(x[:, None], y, **more)


@given(points=POINTS, seed=st.integers(0, 999), m=st.integers(1, 9))
def test_every_network_of_the_fixed_layer_costs_exactly_its_place(points, seed, m):
    problem = one_feature(points, second_layer="ones")
    network = Network(np.random.default_rng(seed).normal(size=(1, m)) * 2, np.ones(m))
    s_plus, s_minus = twin_place(network.W, network.alpha)
    assert twin_loss(problem, s_plus, s_minus) == pytest.approx(objective(problem, network), rel=1e-10, abs=1e-10)


@given(points=POINTS, seed=st.integers(0, 999), m=st.integers(1, 9), lam=st.floats(0, 2))
def test_no_trained_network_costs_less_than_its_place(points, seed, m, lam):
    problem = one_feature(points, lam=lam)
    rng = np.random.default_rng(seed)
    network = Network(rng.normal(size=(1, m)), rng.normal(size=m))
    there = twin_loss(problem, *twin_place(network.W, network.alpha))
    assert there <= objective(problem, network) * (1 + 1e-12) + 1e-12


@given(points=POINTS, lam=st.floats(0, 2))
def test_the_closed_form_optimum_is_the_lowest_point_of_the_bowl(points, lam):
    problem = one_feature(points, lam=lam)
    best = float(twin_loss(problem, *optimal_position(problem)))
    grid = np.linspace(-4, 4, 41)
    assert best <= twin_surface(problem, grid, grid).loss.min() + 1e-9


def test_places_agree_with_those_of_the_solver_and_keep_leading_axes():
    rng = np.random.default_rng(0)
    W, alpha = rng.normal(size=(3, 4, 1, 5)), rng.normal(size=(3, 4, 5))
    s_plus, s_minus = twin_place(W, alpha)
    assert s_plus.shape == s_minus.shape == (3, 4)
    for i, j in np.ndindex(3, 4):
        assert (s_plus[i, j], s_minus[i, j]) == pytest.approx(position(Network(W[i, j], alpha[i, j])))


def test_the_loss_is_exactly_zero_at_a_perfect_fit():
    problem = Problem([[-1.0], [1.0]], [1.0, 2.0], second_layer="ones")
    assert twin_loss(problem, np.array(2.0), np.array(-1.0)) == 0.0


def test_two_features_have_no_map_of_two_coordinates():
    with pytest.raises(ValueError, match="d = 2"):
        twin_surface(Problem([[1.0, 1.0]], [1.0]), np.zeros(2), np.zeros(2))
