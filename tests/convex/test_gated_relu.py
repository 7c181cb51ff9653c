"""Gated ReLUs without regularisation: the same value as the best network, and a network that attains it."""

from contextlib import suppress

import cvxpy as cp
import numpy as np
import pytest

from landscape.convex.gated_relu import decomposed, gated_fit
from landscape.convex.twin import solve_convex
from landscape.convex.unregularised import out_of_reach
from landscape.model.network import objective
from landscape.model.problem import Problem


@pytest.mark.parametrize("seed", range(30))
def test_the_decomposed_gates_attain_the_optimum(seed):
    rng = np.random.default_rng(seed)
    n = int(rng.integers(1, 8))
    x = rng.integers(-2, 3, n).astype(float) if seed % 2 else rng.normal(size=n)
    problem = Problem(np.column_stack([x, np.ones(n)]), rng.normal(size=n))
    fit = gated_fit(problem)
    scale = float(problem.y @ problem.y)
    assert fit.value == pytest.approx(solve_convex(problem).value, abs=1e-9 * scale)
    assert objective(problem, fit.network) == pytest.approx(fit.value, abs=1e-7 * scale)


@pytest.mark.parametrize("seed", range(20))
def test_the_decomposition_has_the_least_norm(seed):
    rng = np.random.default_rng(seed)
    angle, width = rng.uniform(0, 2 * np.pi), rng.uniform(0.1, 3.0)
    start, end = (np.array([np.cos(t), np.sin(t)]) for t in (angle, angle + width))
    g = rng.normal(size=2)
    parts = decomposed(g, start, end)
    assert np.allclose(sum(sign * vector for vector, sign in parts), g)
    a, b = cp.Variable((2, 2), nonneg=True), np.column_stack([start, end])
    least = cp.Problem(cp.Minimize(cp.norm(b @ a[0]) + cp.norm(b @ a[1])), [b @ a[0] - b @ a[1] == g])
    least.solve(solver="CLARABEL")
    assert sum(np.linalg.norm(vector) for vector, _ in parts) == pytest.approx(least.value, rel=1e-6)


@pytest.mark.parametrize("seed", range(40))
def test_far_from_zero_a_fit_is_right_or_refused(seed):
    rng = np.random.default_rng(seed)
    n = int(rng.integers(2, 8))
    problem = Problem(rng.integers(-2, 3, (n, 2)) + rng.choice([2015.0, 1.7e12]), rng.normal(size=n))
    with suppress(ValueError):
        right(problem, gated_fit(problem))


def right(problem, fit):
    beyond = out_of_reach(problem.X, problem.y)
    assert beyond is not None
    best, size = float(beyond @ beyond), float(problem.y @ problem.y)
    assert fit.value == pytest.approx(best, abs=2e-6 * size)
    assert objective(problem, fit.network) == pytest.approx(best, abs=2e-6 * size)


def test_labels_of_zero_take_no_neuron_however_narrow_the_cones_are():
    X = [[1700000000003, 1700000000000.8], [1700000000001.3, 1699999999999.1], *[[1.7e12, 1.7e12]] * 2]
    fit = gated_fit(Problem(X, [0.0] * 4))
    assert fit.value == 0
    assert not fit.network.W.any()


def test_other_problems_are_refused():
    with pytest.raises(ValueError, match="d = 1"):
        gated_fit(Problem([[1.0]], [1.0]))
    with pytest.raises(ValueError, match=r"lam = 0"):
        gated_fit(Problem([[1.0, 1.0]], [1.0], lam=0.1))
