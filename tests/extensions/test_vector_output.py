"""Several outputs: value = recovered network = dual bound for d ≤ 2; the plain nuclear norm bounds from below."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings, strategies as st
from tiny_data import DEGENERATE, random_features

from landscape.convex.twin import solve_convex
from landscape.extensions import vector_output as vo
from landscape.extensions.shared.checks import Exactness, units
from landscape.geometry.patterns import enumerate_patterns
from landscape.model.problem import Problem

rng_of_figure = np.random.default_rng(3)
FIGURE_X = np.c_[np.sort(rng_of_figure.uniform(-1, 1, 4)), np.ones(4)]
FIGURE_Y = rng_of_figure.uniform(-1, 1, (4, 2))


def assert_exact(X: np.ndarray, Y: np.ndarray, lam: float) -> vo.VectorSolution:
    """The convex value, the recovered network's objective and the proven bound are one number."""
    found = vo.solve(X, Y, lam)
    scale = max(found.value, 1e-3 * float(np.sum(Y**2)), 1e-300)
    assert found.exactness is Exactness.EXACT
    assert abs(vo.objective(X, Y, lam, found.network) - found.value) <= 1e-9 * scale
    assert -1e-9 * scale <= found.value - found.lower_bound <= 1e-5 * scale
    assert found.nuclear <= found.value + 1e-9 * scale
    return found


def facet_program(X: np.ndarray, Y: np.ndarray, lam: float) -> float:
    """The semidefinite program as THEORY.md writes it, in plain CVXPY: U_i ⪰ 0, (2D − I) X U Xᵀ (2D − I) ≥ 0."""
    import cvxpy as cp

    D = enumerate_patterns(X).D
    U = [cp.Variable((X.shape[1],) * 2, PSD=True) for _ in D]
    gated = [g[:, None] * X for g in D]
    signed = [(2.0 * g - 1.0)[:, None] * X for g in D]
    M = sum(B @ u @ B.T for B, u in zip(gated, U, strict=True))
    goal = cp.matrix_frac(Y, np.eye(len(X)) + M) + lam**2 * sum(cp.trace(u) for u in U)
    program = cp.Problem(cp.Minimize(goal), [S @ u @ S.T >= 0 for S, u in zip(signed, U, strict=True)])
    program.solve(solver=cp.CLARABEL)
    return float(program.value)


def test_the_figures_of_the_theory() -> None:
    found = assert_exact(FIGURE_X, FIGURE_Y, 0.05)
    assert abs(found.value / 2 - 0.286395) < 1e-6
    assert abs(found.nuclear / 2 - 0.0994) < 1e-4
    assert (found.groups, found.order) == (8, 6)
    trained = vo.train(FIGURE_X, FIGURE_Y, 0.05, np.random.default_rng(0), 20)
    assert 0.0 <= trained.values.min() - found.lower_bound < 1e-8  # on these data training gets there


@given(
    st.integers(0, 2**32 - 1),
    st.integers(1, 6),
    st.integers(1, 2),
    st.integers(1, 3),
    st.sampled_from([1e-3, 0.03, 0.3]),
)
@settings(max_examples=25, deadline=None)
def test_value_is_the_networks_objective_is_the_dual_bound(seed: int, n: int, d: int, c: int, share: float) -> None:
    rng = np.random.default_rng(seed)
    X, Y = random_features(rng, n, d), rng.standard_normal((n, c))
    length, height = units(X, Y)
    assert_exact(X, Y, share * length * height)


@pytest.mark.parametrize("seed", range(6))
def test_no_trained_network_is_below_the_value_and_the_plain_program_agrees(seed: int) -> None:
    rng = np.random.default_rng(seed)
    n, c = int(rng.integers(2, 5)), int(rng.integers(1, 4))
    X, Y = np.c_[rng.uniform(-1, 1, n), np.ones(n)], rng.uniform(-1, 1, (n, c))
    found = assert_exact(X, Y, 0.05)
    trained = vo.train(X, Y, 0.05, rng, 20)
    assert len(trained.values) == 20
    assert trained.complete
    assert found.value <= trained.values.min() + 1e-6
    assert abs(trained.values.min() - vo.objective(X, Y, 0.05, trained.network)) < 1e-12
    assert abs(facet_program(X, Y, 0.05) - found.value) < 1e-5


@pytest.mark.parametrize("seed", range(4))
def test_with_one_output_it_is_the_two_layer_twin(seed: int) -> None:
    rng = np.random.default_rng(seed)
    X, y = random_features(rng, 4, 2), rng.standard_normal(4)
    length, height = units(X, y)
    lam = 0.02 * length * height
    assert abs(assert_exact(X, y[:, None], lam).value - solve_convex(Problem(X, y, lam)).value) < 1e-7 * height**2


@pytest.mark.parametrize("name", DEGENERATE)
@pytest.mark.parametrize("share", [0.01, 0.2])
def test_degenerate_data(name: str, share: float) -> None:
    X = DEGENERATE[name]
    Y = np.random.default_rng(1).standard_normal((len(X), 2)) - 1.0
    length, height = units(X, Y)
    found = assert_exact(X, Y, share * length * height)
    trained = vo.train(X, Y, share * length * height, np.random.default_rng(2), 10)
    assert found.value <= trained.values.min() + 1e-6 * height**2


def test_from_lambda_max_on_the_zero_network_is_optimal() -> None:
    edge = vo.support(FIGURE_X, FIGURE_Y)
    for lam in (edge, 3.0 * edge):
        found = assert_exact(FIGURE_X, FIGURE_Y, lam)
        assert found.value == pytest.approx(np.sum(FIGURE_Y**2))
        assert not np.any(found.network.W)
    assert assert_exact(FIGURE_X, FIGURE_Y, 0.98 * edge).value < np.sum(FIGURE_Y**2)
    assert assert_exact(FIGURE_X, np.zeros((4, 2)), 0.1).value == 0.0


@given(st.integers(0, 2**32 - 1), st.integers(1, 6), st.integers(1, 3))
@settings(max_examples=25, deadline=None)
def test_support_is_the_best_of_all_directions(seed: int, n: int, c: int) -> None:
    rng = np.random.default_rng(seed)
    X, Z = random_features(rng, n, 2), rng.standard_normal((n, c))
    angle = np.linspace(0, 2 * np.pi, 20_001)
    brute = np.linalg.norm(Z.T @ np.maximum(X @ np.stack([np.cos(angle), np.sin(angle)]), 0.0), axis=0).max()
    scale = max(brute, 1e-9)
    assert -1e-9 * scale <= vo.support(X, Z) - brute <= 1e-3 * scale


@pytest.mark.parametrize("seed", range(2))
def test_beyond_two_features_only_the_nuclear_norm_bounds_from_below(seed: int) -> None:
    rng = np.random.default_rng(seed)
    X, Y = rng.standard_normal((4, 3)), rng.standard_normal((4, 2))
    found = vo.solve(X, Y, 0.1)
    assert found.exactness is Exactness.BOUND
    assert found.value == found.lower_bound == found.nuclear
    candidate = vo.objective(X, Y, 0.1, found.network)
    best = min(candidate, vo.train(X, Y, 0.1, rng, 30).values.min())
    assert 0.0 < found.value <= best + 1e-9


def test_training_repeats_by_seed_reports_and_stops() -> None:
    seen: list[tuple[int, int]] = []
    first, second = (
        vo.train(FIGURE_X, FIGURE_Y, 0.05, np.random.default_rng(7), 5, progress=lambda a, b: seen.append((a, b)))
        for _ in range(2)
    )
    assert np.array_equal(first.values, second.values)
    assert seen[-1][0] == seen[-1][1]
    assert [a for a, _ in seen[: len(seen) // 2]] == sorted(a for a, _ in seen[: len(seen) // 2])
    stopped = vo.train(FIGURE_X, FIGURE_Y, 0.05, np.random.default_rng(7), 5, stop=lambda: True)
    assert not stopped.complete
    assert np.all(stopped.values > first.values)


@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        (([[np.nan, 1.0]], [[1.0]], 0.1), "X"),
        (([[1.0, 1.0]], [[1.0], [2.0]], 0.1), "Y"),
        (([[1.0, 1.0]], [1.0], 0.1), "Y"),
        (([[1.0, 1.0]], [[1.0]], 0.0), "lam"),
        (([[1.0, 1.0]], [[1.0]], -1.0), "lam"),
        (([[1.0, 1.0]], [[1.0]], "much"), "lam"),
        ((np.ones((200, 2)), np.ones((200, 1)), 0.1), "X"),
        ((np.random.default_rng(0).standard_normal((30, 3)), np.ones((30, 1)), 0.1), "X"),
    ],
)
def test_bad_input_is_named(arguments: tuple[object, object, object], named: str) -> None:
    with pytest.raises(ValueError, match=f"^{named} must"):
        vo.solve(*arguments)  # type: ignore[arg-type]


def test_networks_are_checked() -> None:
    with pytest.raises(ValueError, match=r"^A must"):
        vo.VectorNetwork(np.ones((2, 3)), np.ones((2, 2)))
    with pytest.raises(ValueError, match=r"^W must"):
        vo.objective(FIGURE_X, FIGURE_Y, 0.1, vo.VectorNetwork(np.ones((3, 1)), np.ones((1, 2))))
    with pytest.raises(ValueError, match=r"^A must"):
        vo.objective(FIGURE_X, FIGURE_Y, 0.1, vo.VectorNetwork(np.ones((2, 1)), np.ones((1, 3))))
    with pytest.raises(ValueError, match=r"^starts must"):
        vo.train(FIGURE_X, FIGURE_Y, 0.1, np.random.default_rng(0), 0)
    network = vo.solve(FIGURE_X, FIGURE_Y, 0.1).network
    with pytest.raises(ValueError, match="read-only"):
        network.W[0, 0] = 1.0
