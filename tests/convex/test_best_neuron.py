"""The best single neuron is attained by its network, and no neuron of a dense search goes below it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, strategies as st

from landscape.convex.best_neuron import _minimisers, best_neuron
from landscape.convex.twin import solve_convex
from landscape.geometry.lambda_max import lambda_max
from landscape.model.network import Network, objective
from landscape.model.problem import Problem


def test_a_neuron_of_outputs_that_are_all_rounding_fits_nothing() -> None:
    """Along (6, 1, 4) all outputs vanish; (2, 0, 1) fits these labels."""
    problem = Problem([[-0.5, 0.0, -3.0], [0.0, -2.0, 0.5], [-0.5, -1.0, 1.0]], [0.0, 0.5, 0.0], second_layer="ones")
    best = best_neuron(problem)
    assert best.value == pytest.approx(0.0, abs=1e-25)
    assert np.abs(best.network.W).max() < 100


FEW = st.sampled_from([-3.0, -2.0, -1.0, -0.5, 0.0, 0.5, 1.0, 2.0])
"""Values that make zero rows, equal rows, opposite rows and points on one side likely."""


@st.composite
def problems(draw: st.DrawFn, features: tuple[int, ...] = (1, 2, 3)) -> Problem:
    """Problems of few points, degenerate ones among them, in any units."""
    n, d = draw(st.integers(1, 6)), draw(st.sampled_from(features))
    numbers = draw(st.sampled_from([FEW, st.floats(-2, 2).map(lambda v: round(v, 2))]))
    X = np.array(draw(st.lists(numbers, min_size=n * d, max_size=n * d))).reshape(n, d)
    if d > 1 and draw(st.booleans()):
        X[:, -1] = 1.0
    y = np.array(draw(st.lists(numbers, min_size=n, max_size=n)))
    if draw(st.booleans()):
        y = -np.abs(y)
    X = X * draw(st.sampled_from([1.0, 1.0, 1e-8, 1e6]))
    y = y * draw(st.sampled_from([1.0, 1.0, 1e-8, 1e6]))
    layer = draw(st.sampled_from(["ones", "trained"]))
    problem = Problem(X, y, 0.0, layer)
    share = 0.0 if layer == "ones" else draw(st.sampled_from([0.0, 1e-4, 0.05, 0.5, 1.0]))
    return replace(problem, lam=share * lambda_max(problem)) if share else problem


def sampled(problem: Problem, directions: np.ndarray) -> float:
    """The lowest objective of neurons along directions (d, K), each at its exact best length and of either sign."""
    u = directions / np.linalg.norm(directions, axis=0)
    h = np.maximum(problem.X @ u, 0.0)
    pull, square = problem.y @ h, (h * h).sum(axis=0)
    pull = pull if problem.second_layer == "ones" else np.abs(pull)
    gained = np.maximum(pull - problem.lam, 0.0) ** 2
    decrease = np.divide(gained, square, out=np.zeros_like(square), where=square > 0)
    return float(problem.y @ problem.y - decrease.max(initial=0.0))


def dense(d: int, count: int = 20_000) -> np.ndarray:
    """Directions (d, K) all around."""
    if d == 1:
        return np.array([[1.0, -1.0]])
    if d == 2:
        angles = np.linspace(0, 2 * np.pi, count, endpoint=False)
        return np.array([np.cos(angles), np.sin(angles)])
    k = np.arange(count) + 0.5  # a Fibonacci sphere
    polar, turn = np.arccos(1 - 2 * k / count), np.pi * (1 + 5**0.5) * k
    return np.array([np.cos(turn) * np.sin(polar), np.sin(turn) * np.sin(polar), np.cos(polar)])


def around(problem: Problem, network: Network) -> np.ndarray:
    """Directions (d, K) around that of a neuron, at every scale."""
    v = network.W[:, 0]
    if not v.any():
        return np.eye(problem.d)
    rng = np.random.default_rng(0)
    spread = rng.standard_normal((problem.d, 4000)) * 10.0 ** rng.uniform(-7, 0, 4000)
    near: np.ndarray = (v / np.linalg.norm(v))[:, None] + spread
    return near


@given(problems())
def test_no_sampled_neuron_goes_below_it_and_its_network_attains_it(problem):
    best = best_neuron(problem)
    unit = problem.y @ problem.y
    assert best.exact
    assert best.network.m == 1
    assert best.value == pytest.approx(objective(problem, best.network), abs=1e-9 * unit)
    brute = sampled(problem, np.concatenate([dense(problem.d), around(problem, best.network)], axis=1))
    assert best.value <= brute + 1e-9 * unit
    # Around itself, the search gets as low as it is.
    assert best.value >= brute - 1e-3 * unit
    assert best.value <= unit


@given(problems(features=(1,)))
def test_for_one_feature_it_fits_the_side_that_gains_most(problem):
    x, y = problem.X[:, 0], problem.y
    gains = [0.0]
    for side in (x > 0, x < 0):
        if side.any():
            size = np.abs(x[side])
            pull = float(size @ y[side])
            pull = max(pull if problem.second_layer == "ones" else abs(pull), 0.0)
            gains.append(max(pull - problem.lam, 0.0) ** 2 / float(size @ size))
    assert best_neuron(problem).value == pytest.approx(y @ y - max(gains), abs=1e-9 * (y @ y))


@given(problems())
def test_no_width_does_better_than_its_bound_and_a_single_optimal_neuron_is_found(problem):
    solution, best = solve_convex(problem), best_neuron(problem)
    unit = problem.y @ problem.y
    assert best.value >= solution.certificate.lower_bound - 1e-9 * unit
    if solution.network.m == 1:
        assert best.value <= solution.certificate.value + 1e-9 * unit


@given(st.integers(0, 10_000))
def test_descent_from_many_starts_never_ends_below_it(seed):
    from scipy.optimize import minimize

    from landscape.model.network import gradient

    rng = np.random.default_rng(seed)
    n, d = int(rng.integers(2, 9)), int(rng.integers(1, 4))
    X, y = rng.normal(size=(n, d)), rng.normal(size=n)
    problem = Problem(X, y)
    problem = replace(problem, lam=float(rng.choice([0.0, 0.01, 0.2])) * lambda_max(problem))

    def loss(theta: np.ndarray) -> tuple[float, np.ndarray]:
        network = Network(theta[:d, None], theta[d:])
        in_W, in_alpha = gradient(problem, network)
        return objective(problem, network), np.append(in_W[:, 0], in_alpha)

    ends = [minimize(loss, 2 * rng.normal(size=d + 1), jac=True, method="L-BFGS-B").fun for _ in range(12)]
    value = best_neuron(problem).value
    assert value <= min(ends) + 1e-9 * (y @ y)
    # A start at the best neuron stays there: it is a minimum of the objective itself.
    end = best_neuron(problem).network
    again = minimize(loss, np.append(end.W[:, 0], end.alpha), jac=True, method="L-BFGS-B").fun
    assert again >= value - 1e-9 * (y @ y)


@pytest.mark.parametrize("d", [4, 5])
def test_in_more_features_no_sampled_neuron_goes_below_it(d):
    rng = np.random.default_rng(d)
    problem = Problem(rng.normal(size=(9, d)), rng.normal(size=9), 0.3)
    best = best_neuron(problem)
    directions = np.concatenate([rng.normal(size=(d, 100_000)), around(problem, best.network)], axis=1)
    assert best.exact
    assert best.value <= sampled(problem, directions) + 1e-9


def test_a_feature_far_from_0_beside_a_bias_loses_no_digits_without_regularisation():
    x, y = np.array([0.0, 1.0, 2.0, 3.0, 4.0]), np.array([0.0, 2.0, 1.0, 4.0, 3.0])
    near = Problem(np.column_stack([x, np.ones(5)]), y)
    for origin in (2000.0, -1e6, 1e9):
        far = Problem(np.column_stack([x + origin, np.ones(5)]), y)
        assert best_neuron(far).value == pytest.approx(best_neuron(near).value, rel=1e-5)


def test_where_patterns_are_too_many_it_is_the_best_found_of_what_is_drawn():
    rng = np.random.default_rng(0)
    for problem in (
        Problem(rng.normal(size=(60, 8)), rng.normal(size=60), 0.5),
        Problem(rng.normal(size=(60, 8)), rng.normal(size=60), second_layer="ones"),
    ):
        found = best_neuron(problem)
        assert not found.exact
        assert found.value == pytest.approx(objective(problem, found.network), rel=1e-12)
        assert found.value < sampled(problem, rng.normal(size=(8, 20_000)))


def test_a_neuron_beyond_the_largest_weights_is_not_called_best():
    found = best_neuron(Problem([[1e-90]], [1e90], second_layer="ones"))
    assert not found.exact
    assert found.network.W.tolist() == [[0.0]]


@given(st.data(), st.floats(-305, 0))
def test_the_length_under_any_penalty_is_that_of_a_stationary_point(data, exponent):
    n, k = data.draw(st.integers(1, 4)), data.draw(st.integers(1, 3))
    entry = st.floats(-2, 2).map(lambda v: round(v, 2))
    M = np.array(data.draw(st.lists(entry, min_size=n * k, max_size=n * k))).reshape(1, n, k)
    y = np.array(data.draw(st.lists(entry, min_size=n, max_size=n)))
    lam = 10.0**exponent * float(np.linalg.norm(M[0].T @ y))
    v = _minimisers(M, y, lam)[0]
    pull = M[0].T @ (y - M[0] @ v)
    size = max(float(np.linalg.norm(M[0]) ** 2 * np.linalg.norm(v)), float(np.linalg.norm(M[0]) * np.linalg.norm(y)))
    if not v.any():
        assert np.linalg.norm(pull) <= lam + 1e-12 * size
    else:
        assert np.allclose(pull, lam * v / np.linalg.norm(v), rtol=0, atol=1e-12 * size)


@pytest.mark.parametrize(
    ("X", "y", "lam", "most"),
    [
        (
            [[-1e14, 1e14, 1], [0.1, 0.2, 1], [-0.1, 0.2, 1], [0.2, -0.2, 1], [-0.2, -0.2, 1], [0.1, -0.1, 1]],
            [0, -2, -1, 1, -1, 1],
            0.21563858652847828,
            7.47616,
        ),
        (
            [[-0.1, 0.2, 1], [1e14, -1e14, 1], [0, 0.1, 1], [-0.2, 0.1, 1], [0.1, 0.2, 1], [0.1, 0.1, 1]],
            [-2, 0, -1, 2, -2, 1],
            0.002109502310972899,
            13.21369,
        ),
    ],
)
def test_cells_of_short_rows_beside_a_far_longer_one_are_searched(X, y, lam, most) -> None:
    """The short rows are nearly parallel once columns are scaled: taken as one they leave losses of 8 and 14."""
    problem = Problem(np.array(X, dtype=float), np.array(y, dtype=float), lam)
    best = best_neuron(problem)
    assert best.exact
    assert objective(problem, best.network) == pytest.approx(best.value)
    assert best.value < most
