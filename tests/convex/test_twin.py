"""The triangle: convex value = objective of the recovered network = proven bound; and plain CVXPY agrees."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings, strategies as st

from landscape.convex import twin
from landscape.convex.certificate import certify
from landscape.convex.solver.atoms import Atoms
from landscape.convex.solver.cvxpy_model import solve_by_facets
from landscape.convex.twin import ConvexSolution, Status, convex_objective, lift, recover, solution_of, solve_convex
from landscape.geometry.lambda_max import lambda_max
from landscape.geometry.patterns import Patterns, enumerate_patterns, sample_patterns
from landscape.geometry.support import Geometry
from landscape.model.network import Network, objective, predict
from landscape.model.problem import Loss, Problem

POSTER = np.array([[-1.0], [1.0]]), np.array([1.0, 2.0])
FIVE = np.sort(np.random.default_rng(0).uniform(-1, 1, 5)), np.array([0.8, -0.3, 0.6, 0.1, -0.7])


def random_data(rng: np.random.Generator, n: int, d: int) -> tuple[np.ndarray, np.ndarray]:
    """Random rows with repeated, opposite, zero rows and both layers' units anywhere from 1e-6 to 1e6.

    Multiples are exact: what float64 cannot fit is judged in tests/convex/test_without_penalty.py.
    """
    X = rng.integers(-1, 2, (n, d)).astype(float) if rng.random() < 0.5 else rng.standard_normal((n, d))
    if rng.random() < 0.3:
        X[:, -1] = 1.0
    if rng.random() < 0.3:
        X[rng.integers(n)] = X[0] * rng.choice([-4.0, 0.25, 1.0, 8.0])
    return X * 10.0 ** rng.integers(-6, 7), rng.standard_normal(n) * 10.0 ** rng.integers(-6, 7)


def assert_triangle(problem: Problem, found: ConvexSolution) -> None:
    """The convex value, the recovered network's objective and the proven bound are one number."""
    scale = max(found.value, 1e-4 * float(problem.y @ problem.y))
    assert abs(objective(problem, found.network) - found.value) <= 1e-8 * scale
    assert found.value - certify(problem, found.network).lower_bound <= 1e-7 * scale
    assert abs(convex_objective(problem, found.U, found.V, found.patterns) - found.value) <= 1e-12 * scale
    assert found.network.m <= problem.n + 1
    assert found.status in (Status.OPTIMAL, Status.ZERO)
    signs = 2.0 * found.patterns.D.T - 1.0
    for blocks in (found.U, found.V):
        reach = np.linalg.norm(problem.X, axis=1)[:, None] * np.linalg.norm(blocks, axis=0)
        assert np.all(signs * (problem.X @ blocks) >= -1e-9 * reach)


@given(
    st.integers(0, 2**32 - 1),
    st.integers(1, 9),
    st.integers(1, 2),
    st.sampled_from([0.0, 1e-3, 0.05, 0.3, 0.9, 1.0, 2.0]),
)
@settings(max_examples=300, deadline=None)
def test_convex_value_is_the_recovered_objective_is_the_dual_bound(seed: int, n: int, d: int, share: float) -> None:
    X, y = random_data(np.random.default_rng(seed), n, d)
    problem = Problem(X, y, share * lambda_max(Problem(X, y)))
    found = solve_convex(problem)
    assert_triangle(problem, found)
    assert abs(objective(problem, recover(found)) - found.value) <= 1e-8 * max(found.value, 1e-4 * float(y @ y))


@given(st.integers(0, 2**32 - 1), st.integers(1, 9), st.integers(1, 2))
@settings(max_examples=150, deadline=None)
def test_a_second_layer_of_ones_closes_the_triangle_too(seed: int, n: int, d: int) -> None:
    X, y = random_data(np.random.default_rng(seed), n, d)
    problem = Problem(X, y, second_layer="ones")
    found = solve_convex(problem)
    assert_triangle(problem, found)
    assert np.all(found.V == 0)
    assert np.all(found.network.alpha == 1)


@pytest.mark.parametrize("share", [0.5, 0.05, 1e-3])
def test_value_and_fit_agree_with_the_plain_facet_model(share: float) -> None:
    rng = np.random.default_rng(7)
    for n in (1, 2, 4, 8):
        X, y = np.c_[rng.uniform(-1, 1, n), np.ones(n)], rng.uniform(-1, 1, n)
        problem = Problem(X, y, share * lambda_max(Problem(X, y)))
        found = solve_convex(problem)
        patterns = enumerate_patterns(X)
        U, V = solve_by_facets(X, y, problem.lam, patterns.D)
        assert found.value == pytest.approx(convex_objective(problem, U, V, patterns), rel=1e-7)
        assert np.allclose(predict(X, found.network), np.sum(patterns.D.T * (X @ (U - V)), axis=1), atol=1e-4)


def test_the_factor_is_two_lambda() -> None:
    found = solve_convex(Problem(*POSTER, lam=0.1))
    assert found.value == pytest.approx(0.58)
    assert found.U.shape == found.V.shape == (1, 2)


def test_five_points_give_the_value_and_the_three_neurons_of_the_notes() -> None:
    x, y = FIVE
    found = solve_convex(Problem(np.c_[x, np.ones(5)], y, lam=0.05))
    assert found.value == pytest.approx(2 * 0.4528345, abs=2e-7)
    assert found.network.m == 3
    assert found.status is Status.OPTIMAL


def test_near_duplicates_at_one_billionth_are_solved_to_the_same_certainty() -> None:
    x = np.array([-0.5, -0.5 + 1e-9, 0.2, 0.2 + 1e-9, 0.9])
    y = np.array([1.0, -1.0, 0.5, 0.6, -0.3])
    for scale in (1e-6, 1.0, 1e6):
        X = np.c_[x, np.ones(5)] * scale
        problem = Problem(X, y, 0.1 * lambda_max(Problem(X, y)))
        assert_triangle(problem, solve_convex(problem))


def test_five_thousand_points_are_solved_and_proven_without_listing_their_patterns() -> None:
    rng = np.random.default_rng(0)
    x = rng.uniform(-1, 1, 5000)
    X, y = np.c_[x, np.ones(5000)], np.sin(6 * x) + 0.3 * rng.standard_normal(5000)
    problem = Problem(X, y, 0.05 * lambda_max(Problem(X, y)))
    found = solve_convex(problem)
    assert_triangle(problem, found)
    assert not found.patterns.complete
    assert len(found.patterns) < 50


def test_from_lambda_max_on_the_zero_network_is_optimal_and_is_one_neuron() -> None:
    X, y = POSTER
    found = solve_convex(Problem(X, y, lam=lambda_max(Problem(X, y))))
    assert found.status is Status.ZERO
    assert found.value == pytest.approx(5)
    assert found.network.W.tolist() == [[0.0]]
    assert found.network.alpha.tolist() == [0.0]
    assert recover(found).m == 1
    dead = solve_convex(Problem(X, -y, second_layer="ones"))
    assert dead.network.W.tolist() == [[0.0]]
    assert dead.network.alpha.tolist() == [1.0]


@pytest.mark.parametrize("loss", ["squared", "logistic"])
def test_once_the_zero_network_is_proven_no_other_strategy_is_tried(
    loss: Loss, monkeypatch: pytest.MonkeyPatch
) -> None:
    X = np.column_stack([np.random.default_rng(0).standard_normal((12, 2)), np.ones(12)])
    y = np.where(np.arange(12) % 2, 1.0, -1.0)
    tried: list[object] = []

    def counted(problem: Problem, space: Geometry, found: Atoms | Network, *others: Any) -> ConvexSolution:
        tried.append(found)
        return solution_of(problem, space, found, *others)

    monkeypatch.setattr(twin, "solution_of", counted)
    found = solve_convex(Problem(X, y, 1.001 * lambda_max(Problem(X, y, loss=loss)), loss=loss))
    assert found.status is Status.ZERO
    assert len(tried) == 1


def test_one_point_zero_rows_and_zero_labels_are_problems_like_any_other() -> None:
    for X, y in (
        ([[0.0]], [0.0]),
        ([[0.0]], [3.0]),
        ([[2.0]], [0.0]),
        ([[-1e6]], [1e-6]),
        ([[0.0, 0.0]], [1.0]),
        ([[1.0, 1.0], [0.0, 0.0]], [1.0, 2.0]),
    ):
        for lam, layer in ((0.0, "ones"), (0.0, "trained"), (0.1, "trained")):
            problem = Problem(np.array(X), np.array(y), lam, layer)  # type: ignore[arg-type]
            assert_triangle(problem, solve_convex(problem))


@given(st.integers(0, 2**32 - 1), st.integers(1, 7), st.integers(1, 2), st.booleans())
@settings(max_examples=150, deadline=None)
def test_lift_keeps_the_predictions_and_never_raises_the_objective(seed: int, n: int, d: int, ones: bool) -> None:
    rng = np.random.default_rng(seed)
    X = rng.integers(-1, 2, (n, d)).astype(float)
    m = rng.integers(1, 6)
    W = rng.integers(-1, 2, (d, m)).astype(float)  # ties with the integer rows, zero neurons
    network = Network(W, np.ones(m) if ones else rng.standard_normal(m))
    problem = Problem(X, rng.standard_normal(n), 0.0 if ones else 0.3, "ones" if ones else "trained")
    patterns = enumerate_patterns(X)
    U, V = lift(network, problem, patterns)
    assert np.allclose(np.sum(patterns.D.T * (X @ (U - V)), axis=1), predict(X, network), atol=1e-12)
    assert convex_objective(problem, U, V, patterns) <= objective(problem, network) + 1e-12


@given(
    st.integers(0, 2**32 - 1),
    st.integers(1, 7),
    st.integers(1, 3),
    st.sampled_from([0.0, 1e-3, 0.1, 0.6]),
    st.booleans(),
)
@settings(max_examples=150, deadline=None)
def test_no_dual_near_the_optimal_one_proves_more_than_a_network_reaches(
    seed: int, n: int, d: int, share: float, ones: bool
) -> None:
    rng = np.random.default_rng(seed)
    X, y = random_data(rng, n, d)
    lam = 0.0 if ones else share * lambda_max(Problem(X, y))
    problem = Problem(X, y, lam, "ones" if ones else "trained")
    best = solve_convex(problem).network
    optimal = y - predict(X, best)
    far = Network(np.zeros((d, 1)), np.ones(1) if ones else np.zeros(1))
    for size in (1e-12, 1e-9, 1e-6, 1e-3):
        for scale in (1e-6, 1.0, 1.0 + size, 1.0 - size, 1e6):
            dual = scale * (optimal + size * np.linalg.norm(y) * rng.standard_normal(n))
            proven = certify(problem, far, dual).lower_bound
            assert proven <= objective(problem, best) + 1e-12 * float(y @ y)


def test_over_some_patterns_the_value_is_no_lower_and_the_status_says_so() -> None:
    x, y = FIVE
    problem = Problem(np.c_[x, np.ones(5)], y, lam=0.05)
    some = sample_patterns(problem.X, 3, np.random.default_rng(1))
    found = solve_convex(problem, some)
    assert found.status is Status.RESTRICTED
    assert found.patterns is some
    assert found.value > solve_convex(problem).value + 1e-3
    assert objective(problem, found.network) == pytest.approx(found.value, rel=1e-6)


def test_what_does_not_fit_is_refused() -> None:
    problem = Problem(*POSTER, lam=0.1)
    with pytest.raises(ValueError, match="patterns must have one column"):
        solve_convex(problem, Patterns(np.ones((1, 3), dtype=bool), complete=False))
    left = Patterns(np.array([[True, False]]), complete=False)
    with pytest.raises(ValueError, match="hold none of neuron 0"):
        lift(Network(np.array([[1.0]]), np.array([1.0])), problem, left)


@given(
    st.integers(0, 2**32 - 1),
    st.integers(1, 7),
    st.integers(3, 5),
    st.sampled_from([0.0, 1e-3, 0.1, 0.5]),
    st.booleans(),
)
@settings(max_examples=60, deadline=None)
def test_three_features_and_more_close_the_triangle(seed: int, n: int, d: int, share: float, ones: bool) -> None:
    X, y = random_data(np.random.default_rng(seed), n, d)
    rank_three = np.linalg.matrix_rank(X) <= 3
    layer = "ones" if ones and rank_three else "trained"
    problem = Problem(X, y, share * lambda_max(Problem(X, y)) if layer == "trained" else 0.0, layer)  # type: ignore[arg-type]
    assert_triangle(problem, solve_convex(problem))


@pytest.mark.parametrize("share", [0.3, 0.02])
def test_three_features_agree_with_the_plain_facet_model(share: float) -> None:
    rng = np.random.default_rng(9)
    X, y = np.c_[rng.uniform(-1, 1, (7, 2)), np.ones(7)], rng.uniform(-1, 1, 7)
    problem = Problem(X, y, share * lambda_max(Problem(X, y)))
    patterns = enumerate_patterns(X)
    U, V = solve_by_facets(X, y, problem.lam, patterns.D)
    assert solve_convex(problem).value == pytest.approx(convex_objective(problem, U, V, patterns), rel=1e-6)


def test_thirty_points_of_two_features_are_proven_optimal() -> None:
    rng = np.random.default_rng(2)
    X, y = np.c_[rng.uniform(-1, 1, (30, 2)), np.ones(30)], rng.uniform(-1, 1, 30)
    for share in (0.3, 0.01):
        problem = Problem(X, y, share * lambda_max(Problem(X, y)))
        assert_triangle(problem, solve_convex(problem))


def test_a_solution_nearby_starts_the_next_one_and_changes_nothing_about_it() -> None:
    rng = np.random.default_rng(6)
    for d in (2, 3):
        X, y = np.c_[rng.uniform(-1, 1, (10, d - 1)), np.ones(10)], rng.uniform(-1, 1, 10)
        before = solve_convex(Problem(X, y, 0.05))
        for _ in range(5):
            X = X.copy()
            X[3, 0] += 0.05 * rng.standard_normal()
            moved = Problem(X, y, 0.05)
            after = solve_convex(moved, near=before)
            assert_triangle(moved, after)
            assert after.value == pytest.approx(solve_convex(moved).value, rel=1e-8)
            before = after


def test_a_solution_over_too_many_patterns_for_a_proof_says_so() -> None:
    rng = np.random.default_rng(0)
    X, y = rng.standard_normal((14, 6)), rng.standard_normal(14)
    problem = Problem(X, y, lam=0.3)
    found = solve_convex(problem, sample_patterns(X, 40, rng))
    assert found.status is Status.RESTRICTED
    assert not found.certificate.complete
    assert 0 < found.certificate.lower_bound < found.value
    whole = solve_convex(problem)
    assert found.certificate.lower_bound <= whole.value <= found.value
    bounded = solve_convex(Problem(rng.standard_normal((60, 20)), rng.standard_normal(60), lam=0.1), budget=0.5)
    assert bounded.status is Status.BOUNDED
    assert 0 < bounded.certificate.lower_bound < bounded.value
    with pytest.raises(ValueError, match="sample_patterns"):
        solve_convex(Problem(rng.standard_normal((60, 20)), rng.standard_normal(60), second_layer="ones"))


def test_a_feature_far_smaller_than_the_bias_is_fitted_at_a_tiny_lambda() -> None:
    X = np.c_[np.linspace(-1e-6, 1e-6, 5), np.ones(5)]
    y = np.array([1.0, -1.0, 1.0, -1.0, 1.0])
    solution = solve_convex(Problem(X, y, 1e-9 * lambda_max(Problem(X, y))))
    assert solution.value == pytest.approx(0.047856, rel=1e-7)
    assert solution.status is Status.OPTIMAL


@pytest.mark.parametrize("size", [1e-3, 1e-5, 1e-6, 1e-7])
@pytest.mark.parametrize("share", [1e-3, 1e-6, 1e-9])
def test_features_of_any_size_beside_a_bias_are_solved_to_their_bound(size: float, share: float) -> None:
    rng = np.random.default_rng(1)
    X, y = np.c_[rng.uniform(-size, size, 7), np.ones(7)], rng.standard_normal(7)
    solution = solve_convex(Problem(X, y, share * lambda_max(Problem(X, y))))
    assert solution.value - solution.certificate.lower_bound <= 1e-3 * solution.value
    assert solution.value <= y @ y
