"""A search with few neurons finds what is known of small problems, and never claims less than its network attains."""

from __future__ import annotations

import numpy as np
import pytest

from landscape.convex.best_neuron import best_neuron
from landscape.convex.twin import solve_convex
from landscape.loss.few_neurons import lowest_found
from landscape.model.network import Network, objective
from landscape.model.problem import Problem

X5 = np.sort(np.random.default_rng(0).uniform(-1, 1, 5))
FIVE = Problem(np.column_stack([X5, np.ones(5)]), [0.8, -0.3, 0.6, 0.1, -0.7], 0.05)
"""The five points of the theory's table, with ½‖·‖² + λ/2(·) there, half of ours."""


@pytest.mark.parametrize(("m", "half"), [(1, 0.6286), (2, 0.45457), (3, 0.4528345)])
def test_the_best_of_each_width_of_five_points_is_that_of_sixty_descents(m, half):
    found = lowest_found(FIVE, m)
    assert found.m == m
    assert objective(FIVE, found) / 2 == pytest.approx(half, rel=1e-3)


@pytest.mark.parametrize("layer", ["ones", "trained"])
@pytest.mark.parametrize("unit", [1.0, 1e-8, 1e8])
def test_one_neuron_of_a_search_is_never_below_the_best_and_often_it(layer, unit):
    rng = np.random.default_rng(3)
    reached = 0
    for _ in range(6):
        problem = Problem(unit * rng.normal(size=(6, 2)), rng.normal(size=6), 0.0, layer)
        best, size = best_neuron(problem).value, float(problem.y @ problem.y)
        found = objective(problem, lowest_found(problem, 1))
        assert found >= best - 1e-9 * size
        reached += found <= best + 1e-5 * size
    assert reached >= 4


def test_no_width_is_below_the_optimum_and_what_is_known_counts():
    optimum = solve_convex(FIVE)
    for m in (2, 3, 5):
        found = lowest_found(FIVE, m, [optimum.network])
        assert objective(FIVE, found) >= optimum.certificate.lower_bound
        if m >= optimum.network.m:
            assert objective(FIVE, found) <= optimum.certificate.value * (1 + 1e-6)


def test_a_search_that_is_halted_returns_what_it_has():
    nothing = lowest_found(FIVE, 2, halted=lambda: True)
    assert objective(FIVE, nothing) == pytest.approx(FIVE.y @ FIVE.y)


def test_a_width_that_is_none_is_refused():
    with pytest.raises(ValueError, match="m must be a whole number of at least 1, but was 0"):
        lowest_found(FIVE, 0)
    assert lowest_found(FIVE, 2, [Network(np.zeros((2, 1)), np.zeros(1))], halted=lambda: True).m == 2
