"""With an output bias: the optimum is that of a plain model which has it as a variable, and the bound is below it."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from math import sqrt

import numpy as np
import pytest
from exact_oracle import exact_objective, exact_optimum, odd_data, odd_labels
from fraction_support import fraction_support

from landscape.convex.best_neuron import best_neuron
from landscape.convex.budget import Budget
from landscape.convex.certificate import certify
from landscape.convex.gated_relu import gated_fit
from landscape.convex.lambda_path import lambda_path
from landscape.convex.one_feature import convex_surface, optimal_position
from landscape.convex.optimal_set import optimal_set
from landscape.convex.sampled import best_over_samples
from landscape.convex.twin import Status, convex_objective, lift, recover, solve_convex
from landscape.experiments.race.run import race
from landscape.geometry.lambda_max import lambda_max
from landscape.geometry.patterns import enumerate_patterns
from landscape.geometry.support import support
from landscape.loss.basins import simulated_basins
from landscape.loss.escape import escape_path
from landscape.loss.few_neurons import lowest_found
from landscape.model.excess import unit
from landscape.model.network import Network, objective, predict, with_best_bias
from landscape.model.output_bias import centred_labels, labels_left, zero_loss
from landscape.model.problem import Problem
from landscape.training.alignment import extremal_directions, optimum_over_current_patterns

BIASED = ("free", "penalised")
PROVEN = (Status.OPTIMAL, Status.ZERO)

ROUNDING = 1e-12
"""A λ_max below this is 0 but for rounding: the labels are a constant, or their mean is all that a neuron feels."""

README = [-0.9, -0.2, 0.3, 1.0]


def with_bias(x: list[float]) -> np.ndarray:
    return np.column_stack([x, np.ones(len(x))])


def reference_optimum(problem: Problem) -> float:
    """The optimal value by the model as it is written in the paper, over all patterns, with b as a variable."""
    import cvxpy as cp

    X, y, lam = problem.X, problem.y, problem.lam
    D = enumerate_patterns(X).D
    U, V, b = cp.Variable((problem.d, len(D))), cp.Variable((problem.d, len(D))), cp.Variable()
    fit = cp.sum(cp.multiply(D.T.astype(float), X @ (U - V)), axis=1) + b
    norm = cp.sum(cp.norm(U, axis=0)) + cp.sum(cp.norm(V, axis=0))
    cost = cp.sum_squares(fit - y) + 2 * lam * norm
    if problem.output_bias == "penalised":
        cost = cost + lam * cp.square(b)
    cones = [cp.multiply(2.0 * D.T - 1, X @ block) >= 0 for block in (U, V)]
    program = cp.Problem(cp.Minimize(cost), cones)
    with contextlib.suppress(cp.SolverError):
        program.solve(solver=cp.CLARABEL, tol_gap_abs=1e-11, tol_gap_rel=1e-11, tol_feas=1e-11)
    return np.nan if program.value is None else float(program.value)


def odd_rows(rng: np.random.Generator, n: int, d: int) -> np.ndarray:
    """Random rows with one oddity: duplicate, opposite or zero rows, small integers, a bias, less than full rank."""
    X = rng.standard_normal((n, d))
    kind = rng.integers(8)
    if kind == 0:
        X[-1] = X[0]
    elif kind == 1:
        X[-1] = -2.0 * X[0]
    elif kind == 2:
        X[rng.integers(n)] = 0.0
    elif kind == 3:
        X = np.round(X)
    elif kind in (4, 5):
        X[:, -1] = 1.0
    elif kind == 6:
        X[:, -1] = X[:, 0]
    return X


def labels(rng: np.random.Generator, n: int) -> np.ndarray:
    y = rng.standard_normal(n)
    return [y, np.full(n, 0.5), np.round(y), y + 3.0, 0.0 * y][rng.integers(5)]


def random_problem(rng: np.random.Generator, kind: str, shares: tuple[float, ...], n: int | None = None) -> Problem:
    d = int(rng.integers(1, 4))
    n = int(rng.integers(1, 9 if d < 3 else 7)) if n is None else n
    problem = Problem(odd_rows(rng, n, d), labels(rng, n), output_bias=kind)
    largest = lambda_max(problem)
    return replace(problem, lam=rng.choice(shares) * (largest if largest > ROUNDING else 0.3))


def test_a_constant_is_cheap_for_a_network_with_an_output_bias():
    values = [
        solve_convex(Problem(with_bias(README), np.full(4, 0.5), 0.1, output_bias=kind)).value
        for kind in ("none", "penalised", "free")
    ]
    assert values[0] == pytest.approx(0.0975, abs=5e-5)
    assert values[1] == pytest.approx(0.0244, abs=5e-5)  # λ n / (n + λ) · .5²
    assert values[2] == 0.0


@pytest.mark.parametrize("kind", BIASED)
@pytest.mark.parametrize("seed", range(40))
def test_the_optimum_is_that_of_a_plain_model_with_the_bias_as_a_variable(seed, kind):
    rng = np.random.default_rng(seed)
    problem = random_problem(rng, kind, (0.999, 0.5, 0.1, 0.01, 1e-3))
    solution = solve_convex(problem)
    reference = reference_optimum(problem)
    accuracy = 2e-6 * unit(problem, reference) + 1e-11  # of the model's solver, 1e-11 at an optimum of 0
    assert solution.status in PROVEN
    assert solution.value == pytest.approx(reference, abs=accuracy)
    assert solution.certificate.lower_bound <= reference + accuracy
    assert objective(problem, solution.network) == pytest.approx(solution.value, rel=1e-7, abs=1e-12)


@pytest.mark.parametrize("kind", BIASED)
@pytest.mark.parametrize("seed", range(20))
def test_given_patterns_have_the_bias_too(seed, kind):
    rng = np.random.default_rng([1, seed])
    problem = random_problem(rng, kind, (0.3, 0.05))
    whole, patterns = solve_convex(problem), enumerate_patterns(problem.X)
    over_all = solve_convex(problem, patterns)
    assert over_all.value == pytest.approx(whole.value, rel=1e-6, abs=1e-7 * unit(problem, 0.0))
    assert convex_objective(problem, over_all.U, over_all.V, over_all.patterns) == pytest.approx(over_all.value)
    few = type(patterns)(patterns.D[: max(1, len(patterns) // 2)], complete=False)
    restricted = solve_convex(problem, few)
    assert restricted.value >= whole.certificate.lower_bound * (1 - 1e-9)


UNITS = [(1e6, 1.0), (1e-6, 1.0), (1.0, 1e6), (1.0, 1e-6), (1e-6, 1e6)]


@pytest.mark.parametrize(("of_X", "of_y"), UNITS)
def test_units_of_features_and_labels_change_nothing_else(of_X, of_y):
    rng = np.random.default_rng(3)
    for _ in range(8):
        problem = random_problem(rng, "free", (0.5, 0.05, 1e-3))
        scaled = Problem(of_X * problem.X, of_y * problem.y, of_X * of_y * problem.lam, output_bias="free")
        one, other = solve_convex(problem), solve_convex(scaled)
        assert other.status in PROVEN
        assert other.value == pytest.approx(of_y**2 * one.value, rel=1e-6, abs=1e-7 * unit(scaled, 0.0))


@pytest.mark.parametrize(("of_X", "of_y"), UNITS)
def test_a_penalised_bias_is_solved_in_any_units(of_X, of_y):
    """λ is the factor of b² and of the neurons' norms: in other units it is another problem."""
    rng = np.random.default_rng(13)
    for _ in range(8):
        problem = random_problem(rng, "penalised", (1.0,))
        scaled = replace(problem, X=of_X * problem.X, y=of_y * problem.y)
        scaled = replace(scaled, lam=rng.choice([0.5, 0.05, 1e-3]) * max(lambda_max(scaled), 1e-3 * of_X * of_y))
        solution = solve_convex(scaled)
        assert solution.status in PROVEN
        assert solution.value <= zero_loss(scaled) * (1 + 1e-12)


def test_a_number_added_to_all_labels_is_added_to_a_free_bias_alone():
    rng = np.random.default_rng(4)
    for _ in range(20):
        problem = random_problem(rng, "free", (0.5, 0.05, 1e-3))
        one, other = solve_convex(problem), solve_convex(replace(problem, y=problem.y + 2.0**20))
        assert other.status in PROVEN
        assert other.value == pytest.approx(one.value, rel=1e-6, abs=1e-7 * unit(problem, 0.0))
        assert other.certificate.lower_bound <= one.value * (1 + 1e-9) + 1e-9 * unit(problem, 0.0)


@pytest.mark.parametrize("kind", BIASED)
@pytest.mark.parametrize("seed", range(30))
def test_without_regularisation_the_optimum_is_exact(seed, kind):
    rng = np.random.default_rng([5, seed])
    n, d = int(rng.integers(1, 9)), int(rng.integers(1, 4))
    X = odd_data(rng, n, d) if seed % 2 else odd_rows(rng, n, d)
    y = odd_labels(rng, n) if seed % 2 else labels(rng, n)
    problem = Problem(X, y, output_bias=kind)
    least = exact_optimum(problem)
    solution = solve_convex(problem)
    assert Fraction(solution.certificate.lower_bound) <= least
    reached = exact_objective(problem, solution.network)
    assert reached >= least
    if solution.certificate.closed:
        assert float(reached - least) <= 1e-6 * max(zero_loss(problem), float(least), 1e-300)
    if seed % 2 == 0:
        assert solution.certificate.closed


def test_a_bias_that_needs_many_digits_is_no_reason_for_a_false_bound():
    close = Problem([[1.0], [1.0 + 2.0**-40]], [0.0, 1.0], output_bias="free")  # fits with b = −2⁴⁰
    assert exact_optimum(close) == 0
    assert solve_convex(close).certificate.lower_bound == 0.0
    apart = replace(close, X=np.array([[1.0], [1.0]]))
    assert solve_convex(apart).certificate.lower_bound == pytest.approx(0.5)


@pytest.mark.parametrize("kind", BIASED)
def test_no_network_is_below_the_bound(kind):
    rng = np.random.default_rng(6)
    for _ in range(25):
        problem = random_problem(rng, kind, (0.7, 0.1, 1e-2))
        bound = solve_convex(problem).certificate.lower_bound
        for _ in range(100):
            m, size = int(rng.integers(1, 4)), 10.0 ** rng.uniform(-2, 1)
            network = Network(size * rng.standard_normal((problem.d, m)), size * rng.standard_normal(m))
            network = with_best_bias(problem, network)
            found = certify(problem, network, dual=rng.standard_normal(problem.n))
            assert found.value >= bound * (1 - 1e-12)
            assert found.lower_bound <= found.value
            assert found.lower_bound <= bound * (1 + 1e-6) + 1e-7 * unit(problem, 0.0)


@pytest.mark.parametrize("kind", BIASED)
def test_a_dual_vector_proves_its_bound_in_exact_arithmetic(kind):
    rng = np.random.default_rng(7)
    for turn in range(25):
        problem = random_problem(rng, kind, (0.5, 0.1), n=int(rng.integers(2, 6)))
        if problem.d == 1:
            continue
        if turn % 3 == 0:
            problem = replace(problem, y=problem.y + 1e6) if kind == "free" else replace(problem, lam=1e-9)
        found = solve_convex(problem).certificate
        assert found.dual is not None
        z = [Fraction(float(v)) for v in found.dual]
        total = sum(z, Fraction(0))
        penalty = Fraction(0)
        if kind == "free" or abs(float(total)) <= 1e-15 * problem.n * float(np.max(np.abs(found.dual))):
            z = [v - total / len(z) for v in z]
        else:
            penalty = total * total / Fraction(problem.lam)
        value = (
            sum((v * (2 * Fraction(float(y)) - v) for v, y in zip(z, problem.y, strict=True)), Fraction(0)) - penalty
        )
        assert float(value) >= found.lower_bound * (1 - 1e-9) - 1e-9 * unit(problem, 0.0)
        most = fraction_support(problem.X, np.array([float(v) for v in z]))
        assert float(most) <= problem.lam * (1 + 1e-12) + 1e-15 * float(np.linalg.norm(problem.X, axis=1).sum())


def crossings(problem: Problem, top: float) -> Callable[[float], float]:
    return lambda lam: support(problem.X, labels_left(replace(problem, lam=lam))).value - lam


@pytest.mark.parametrize("seed", range(40))
def test_from_lambda_max_on_the_zero_network_is_optimal_and_not_before(seed):
    rng = np.random.default_rng([8, seed])
    problem = random_problem(rng, "penalised", (1.0,))
    if seed % 4 == 0:
        problem = replace(problem, X=problem.X * 10.0 ** rng.integers(-4, 4))
    largest = lambda_max(problem)
    beyond = crossings(problem, largest)
    assert all(beyond(lam) <= 1e-12 * lam for lam in np.geomspace(max(largest, 1e-9), 1e3 * max(largest, 1.0), 50))
    if largest > ROUNDING:
        assert beyond(largest * (1 - 1e-9)) > 0
        assert solve_convex(replace(problem, lam=largest * (1 + 1e-7))).status is Status.ZERO
    free = replace(problem, output_bias="free")
    alike = bool((problem.X[0] == problem.X).all())  # all samples have one output, whatever the network
    assert lambda_max(free) == (0.0 if alike else support(problem.X, centred_labels(free)).value)


@pytest.mark.parametrize("kind", BIASED)
def test_solutions_are_recovered_and_networks_lifted(kind):
    rng = np.random.default_rng(9)
    for _ in range(20):
        problem = random_problem(rng, kind, (0.3, 0.03))
        solution, patterns = solve_convex(problem), enumerate_patterns(problem.X)
        network = recover(solution)
        assert network.m <= problem.n + 1
        assert objective(problem, network) <= solution.value + 1e-9 * max(zero_loss(problem), 1e-12)
        other = Network(rng.standard_normal((problem.d, 3)), rng.standard_normal(3), rng.standard_normal())
        U, V = lift(other, problem, patterns)
        assert convex_objective(problem, U, V, patterns) <= objective(problem, other) * (1 + 1e-12)


@pytest.mark.parametrize("kind", BIASED)
def test_one_feature_couples_its_two_sides(kind):
    rng = np.random.default_rng(10)
    for turn in range(60):
        n = int(rng.integers(1, 7))
        x = rng.standard_normal(n) if turn % 2 else rng.integers(-2, 3, n).astype(float)
        problem = Problem(x[:, None], labels(rng, n), output_bias=kind)
        problem = replace(problem, lam=rng.choice([0.5, 0.05, 0.0]) * (lambda_max(problem) or 0.1))
        right, left = optimal_position(problem)
        W, alpha = np.array([[sqrt(abs(right)), -sqrt(abs(left))]]), np.sqrt(np.abs([right, left])) * [1, -1]
        network = with_best_bias(problem, Network(W, alpha * np.sign([right or 1.0, left or 1.0])))
        best = objective(problem, network)
        for _ in range(50):
            moved = np.array([right, left]) + 10.0 ** rng.uniform(-6, 0) * rng.standard_normal(2)
            slopes = np.where(x > 0, moved[0] * x, moved[1] * x)
            v = problem.y - slopes
            p = problem.bias_penalty
            b = v.sum() / (n + p)
            loss = ((v - b) ** 2).sum() + p * b * b + 2 * problem.lam * np.abs(moved).sum()
            assert loss >= best * (1 - 1e-12) - 1e-15


@pytest.mark.parametrize("kind", BIASED)
def test_in_any_dimension_a_bound_is_proven_within_a_budget(kind):
    rng = np.random.default_rng(11)
    X = rng.standard_normal((20, 6))
    X[0] = 0.0
    problem = Problem(
        X, np.maximum(X @ rng.standard_normal(6), 0) + 2.0 + 0.3 * rng.standard_normal(20), output_bias=kind
    )
    problem = replace(problem, lam=0.1 * lambda_max(problem))
    solution = solve_convex(problem, budget=Budget(nodes=60_000))
    found = solution.certificate
    assert 0.9 * found.value <= found.lower_bound <= found.value
    for _ in range(200):
        W, alpha = rng.standard_normal((6, 4)), rng.standard_normal(4)
        assert objective(problem, with_best_bias(problem, Network(W, alpha))) >= found.lower_bound
    z = problem.y - predict(problem.X, solution.network)
    assert certify(problem, Network(np.zeros((6, 1)), np.zeros(1)), dual=z, budget=Budget(nodes=60_000)).lower_bound > 0


@pytest.mark.parametrize("kind", BIASED)
def test_samples_find_what_all_cells_find(kind):
    rng = np.random.default_rng(12)
    for lam in (0.1, 0.0):
        problem = Problem(rng.standard_normal((12, 3)), rng.standard_normal(12) + 1.0, output_bias=kind)
        problem = replace(problem, lam=lam * lambda_max(problem))
        found, exact = best_over_samples(problem, seconds=3.0), solve_convex(problem)
        assert exact.status in PROVEN
        assert found.certificate.value <= exact.certificate.value * 1.01 + 1e-3 * zero_loss(problem)


def test_what_does_not_cover_an_output_bias_refuses_it():
    problem = Problem(with_bias(README), [0.9, -0.5, 0.7, -0.2], 0.05, output_bias="free")
    one, network = replace(problem, X=problem.X[:, :1]), Network(np.ones((2, 2)), np.ones(2))
    w = np.linspace(-1, 1, 3)
    for refused in (
        lambda: lambda_path(problem),
        lambda: optimal_set(problem),
        lambda: gated_fit(replace(problem, lam=0.0)),
        lambda: best_neuron(problem),
        lambda: convex_surface(one, w, w),
        lambda: simulated_basins(one, w, w, optimum=0.0, step=0.1),
        lambda: escape_path(problem, network),
        lambda: lowest_found(problem, 2),
        lambda: extremal_directions(problem),
        lambda: optimum_over_current_patterns(problem, network),
        lambda: race(problem, network),
    ):
        with pytest.raises(ValueError, match="is for networks without an output bias: output_bias must be 'none'"):
            refused()
