"""The bound where cells are not visited: below the optimum always, rising with work, and equal to it in the end."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings, strategies as st
from scipy.optimize import minimize

from landscape.convex import dual_search
from landscape.convex.budget import Budget
from landscape.convex.certificate import certify
from landscape.convex.dual import as_dual, bound_of, wanted_support
from landscape.convex.dual_search import DualSearch, narrowed
from landscape.convex.relaxation import is_small, relaxed_dual
from landscape.convex.twin import Status, _in_any_dimension, solve_convex, solve_over_cells
from landscape.geometry.lambda_max import lambda_max
from landscape.geometry.search import support_search
from landscape.geometry.support import exact_support, geometry, sampled_support, spanned
from landscape.model.network import Network, residual
from landscape.model.problem import Problem

NUMBERS = st.sampled_from([-2.0, -1.0, -0.5, 0.0, 0.5, 1.0, 3.0])
"""Values that make zero rows, equal, parallel and opposite rows likely."""


@st.composite
def problems(draw: st.DrawFn, features: tuple[int, ...] = (1, 2, 3)) -> Problem:
    """Problems small enough for all cells to be visited, degenerate ones among them, in any units."""
    n, d = draw(st.integers(1, 7)), draw(st.sampled_from(features))
    numbers = draw(st.sampled_from([NUMBERS, st.floats(-3.0, 3.0).map(lambda v: round(v, 3))]))
    X = np.array(draw(st.lists(numbers, min_size=n * d, max_size=n * d))).reshape(n, d)
    if draw(st.booleans()):
        X[:, -1] = 1.0
    y = np.array(draw(st.lists(numbers, min_size=n, max_size=n)))
    X, y = X * draw(st.sampled_from([1.0, 1.0, 1e-7, 1e6])), y * draw(st.sampled_from([1.0, 1.0, 1e-7, 1e6]))
    most = lambda_max(Problem(X, y, 0.0))
    return Problem(X, y, draw(st.sampled_from([0.01, 0.1, 0.5, 0.9])) * most if most > 0 else 1.0)


@st.composite
def wide_problems(draw: st.DrawFn) -> Problem:
    """Problems of up to thirty features, random ones with some rows and columns made degenerate, in any units."""
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    n, d = draw(st.integers(1, 25)), draw(st.integers(2, 30))
    X = rng.standard_normal((n, d)) if draw(st.booleans()) else rng.integers(-2, 3, (n, d)).astype(float)
    if draw(st.booleans()):
        X[:, -1] = 1.0
    for kind in draw(
        st.lists(st.sampled_from(["equal", "opposite", "near", "zero", "long", "column", "gone"]), max_size=4)
    ):
        i, j, a, b = *rng.integers(n, size=2), *rng.integers(d, size=2)
        if kind in ("column", "gone"):
            X[:, a] = X[:, b] if kind == "column" else 0.0
        else:
            near = 1e-9 * rng.standard_normal(d)
            X[i] = {"equal": X[j], "opposite": -X[j], "near": X[j] + near, "zero": 0.0 * X[j], "long": 1e4 * X[j]}[kind]
    y = rng.standard_normal(n) if draw(st.booleans()) else np.maximum(X @ rng.standard_normal((d, 3)), 0.0).sum(axis=1)
    X, y = X * draw(st.sampled_from([1.0, 1e-7, 1e6])), y * draw(st.sampled_from([1.0, 1e-7, 1e6]))
    most = lambda_max(Problem(X, y))
    return Problem(X, y, draw(st.sampled_from([1e-3, 0.03, 0.1, 0.4, 0.99, 1.2])) * most if most > 0 else 1.0)


def network_value(problem: Problem, network: Network) -> float:
    """The objective (1) of a network, on its own."""
    left = np.maximum(problem.X @ network.W, 0.0) @ network.alpha - problem.y
    return float(left @ left + problem.lam * ((network.W**2).sum() + network.alpha @ network.alpha))


def trained_value(problem: Problem, seed: int) -> float:
    """The objective that L-BFGS reaches from a random network of many neurons, in units where data are of size 1."""
    rng = np.random.default_rng(seed)
    length, height = float(np.abs(problem.X).max()) or 1.0, float(np.abs(problem.y).max()) or 1.0
    X, y, lam = problem.X / length, problem.y / height, problem.lam / length / height
    d, m = problem.d, 3 * problem.n + 3

    def objective(p: np.ndarray) -> tuple[float, np.ndarray]:
        W, alpha = p[: d * m].reshape(d, m), p[d * m :]
        pre = X @ W
        left = np.maximum(pre, 0.0) @ alpha - y
        to_W = X.T @ ((pre > 0) * (left[:, None] * alpha))
        slope = np.concatenate([to_W.ravel(), np.maximum(pre, 0.0).T @ left]) + lam * p
        return float(left @ left + lam * (p @ p)), 2.0 * slope

    start = np.concatenate([rng.standard_normal(d * m) / np.sqrt(d), rng.standard_normal(m) / np.sqrt(m)])
    return height**2 * float(minimize(objective, start, jac=True, method="L-BFGS-B", options={"maxiter": 300}).fun)


def zero(problem: Problem) -> Network:
    return Network(np.zeros((problem.d, 1)), np.zeros(1))


@given(problems(features=(1, 2, 3, 4, 5, 6)))
@settings(max_examples=max(1, settings.default.max_examples // 2))
def test_the_bound_is_never_above_the_optimum_and_rises_with_work(problem):
    best = solve_convex(problem)
    space = spanned(problem.X)
    size = float(problem.y @ problem.y)
    for network in (zero(problem), best.network):
        before = 0.0
        for nodes in (0, 40, 400):
            found = certify(problem, network, space=space, budget=Budget(nodes=nodes))
            assert found.lower_bound <= best.certificate.value + 1e-13 * size
            assert found.lower_bound >= before * (1.0 - 1e-12)
            before = found.lower_bound
            z = found.dual
            assert float(2.0 * z @ problem.y - z @ z) >= found.lower_bound - 1e-13 * size
            exact = exact_support(geometry(problem.X), z)
            assert exact.value <= problem.lam * (1.0 + 1e-12)


@given(wide_problems(), st.integers(0, 2**32 - 1))
@settings(max_examples=max(1, settings.default.max_examples // 3))
def test_no_network_that_anyone_finds_is_below_the_bound(problem, seed):
    """Of the solver, of certificates of other networks, and of plain training."""
    found = solve_convex(problem, budget=Budget(seconds=60.0, nodes=100))
    other = certify(problem, zero(problem), budget=Budget(nodes=100))
    bound = max(found.certificate.lower_bound, other.lower_bound)
    assert bound > -np.inf
    best = min(network_value(problem, found.network), trained_value(problem, seed), other.value)
    size = float(problem.y @ problem.y)
    assert bound <= best + 1e-12 * size
    for proof in (found.certificate, other):
        z = proof.dual
        assert float(2.0 * z @ problem.y - z @ z) >= proof.lower_bound - 1e-13 * size
        assert sampled_support(problem.X, z).value <= problem.lam * (1.0 + 1e-12)


@given(problems(features=(3,)))
@settings(max_examples=max(1, settings.default.max_examples // 4))
def test_the_search_ends_at_the_optimum(problem):
    best = solve_convex(problem)
    if not best.certificate.closed:
        return
    found = certify(problem, best.network, space=spanned(problem.X), budget=Budget(nodes=4000))
    assert found.lower_bound == pytest.approx(best.certificate.lower_bound, rel=1e-6, abs=1e-6 * problem.y @ problem.y)


@pytest.mark.parametrize("seed", range(12))
def test_without_visiting_cells_the_optimum_is_found_and_proven(seed):
    rng = np.random.default_rng(seed)
    n = int(rng.integers(4, 30))
    X, y = np.column_stack([rng.standard_normal((n, 2)), np.ones(n)]), rng.standard_normal(n)
    problem = Problem(X, y, float(rng.choice([0.02, 0.1, 0.4])) * lambda_max(Problem(X, y)))
    found = _in_any_dimension(problem, spanned(X), None, Budget(seconds=60.0, nodes=30_000))
    assert found.status is Status.OPTIMAL
    assert found.value == pytest.approx(solve_convex(problem).value, rel=1e-7)


@pytest.mark.parametrize(("n", "d"), [(12, 5), (20, 7), (30, 12), (10, 20)])
@pytest.mark.parametrize("share", [0.05, 0.3])
def test_many_features_have_a_bound_below_all_that_is_found(n, d, share):
    rng = np.random.default_rng(n + d)
    X, y = np.column_stack([rng.standard_normal((n, d - 1)), np.ones(n)]), rng.standard_normal(n)
    problem = Problem(X, y, share * lambda_max(Problem(X, y)))
    told = []
    budget = Budget(seconds=60.0, nodes=300, told=lambda value, lower: told.append((value, lower)))
    found = solve_convex(problem, budget=budget)
    proof = found.certificate
    assert 0.0 < proof.lower_bound <= proof.value == pytest.approx(found.value, rel=1e-9)
    assert [lower for _, lower in told] == sorted(lower for _, lower in told)
    assert all(value >= proof.value * (1.0 - 1e-12) for value, _ in told)
    other = solve_convex(replace(problem, lam=problem.lam), budget=Budget(seconds=60.0, nodes=40))
    assert other.certificate.value >= proof.lower_bound * (1.0 - 1e-12)


def test_the_relaxation_gives_a_dual_vector_that_bounds_better_than_the_zero_network_s():
    rng = np.random.default_rng(0)
    X = np.column_stack([rng.standard_normal((60, 7)), np.ones(60)])
    y = np.maximum(X @ rng.standard_normal((8, 3)), 0.0) @ rng.standard_normal(3) + 0.1 * rng.standard_normal(60)
    problem = Problem(X, y, 0.1 * lambda_max(Problem(X, y)))
    assert is_small(problem)
    z = relaxed_dual(problem)
    assert z.shape == (60,)
    alone = DualSearch(problem, spanned(X), residual(problem, zero(problem)))
    assert alone.lower > 0.5 * float(problem.y @ problem.y) * 0.1
    # In other units it is the same vector, but for the solver's accuracy.
    other = relaxed_dual(Problem(1e5 * X, 1e-3 * y, 1e2 * problem.lam))
    assert other == pytest.approx(1e-3 * z, abs=1e-6 * np.abs(y).max())


def test_without_nodes_a_solution_asks_for_no_relaxation(monkeypatch: pytest.MonkeyPatch) -> None:
    rng = np.random.default_rng(0)
    problem = Problem(rng.standard_normal((30, 8)), rng.standard_normal(30), lam=2.0)
    asked: list[Problem] = []
    monkeypatch.setattr(dual_search, "relaxed_dual", asked.append)
    at_once = solve_convex(problem, budget=Budget(nodes=0)).certificate
    assert not asked
    assert 0.0 < at_once.lower_bound <= at_once.value
    solve_convex(problem, budget=Budget(nodes=1))
    assert asked == [problem]


def test_a_search_is_halted_at_once_and_by_its_nodes():
    rng = np.random.default_rng(1)
    X, y = rng.standard_normal((60, 8)), rng.standard_normal(60)
    problem = Problem(X, y, 0.1 * lambda_max(Problem(X, y)))
    asked = []
    search = DualSearch(problem, spanned(X), y)
    begun = search.nodes
    narrowed(search, float(y @ y), Budget(halted=lambda: bool(asked.append(1)) or len(asked) > 3))
    assert 3 <= len(asked) <= 5
    assert search.nodes > begun
    network = solve_convex(problem, budget=Budget(seconds=60.0, nodes=0)).network
    first, second = (certify(problem, network, budget=Budget(nodes=500)) for _ in range(2))
    at_once = certify(problem, network, budget=Budget(nodes=0))
    assert first.lower_bound == second.lower_bound > at_once.lower_bound > 0
    assert first.lower_bound <= certify(problem, network).lower_bound <= network_value(problem, network)


@pytest.mark.parametrize("values", [{"seconds": -1.0}, {"nodes": np.nan}, {"seconds": np.nan}])
def test_a_budget_is_a_number(values):
    with pytest.raises(ValueError, match="must be at least 0"):
        Budget(**values)


def test_a_search_shows_what_it_has_and_goes_on_from_what_is_proven():
    rng = np.random.default_rng(3)
    X, y = rng.standard_normal((40, 7)), rng.standard_normal(40)
    problem = Problem(X, y, 0.05 * lambda_max(Problem(X, y)))
    told, seen = [], []
    budget = Budget(seconds=60.0, nodes=500, told=lambda value, lower: told.append((value, lower)))
    first = solve_convex(problem, budget=budget, shown=lambda so_far: seen.append(so_far()))
    assert [(at.certificate.value, at.certificate.lower_bound) for at in seen] == told
    assert first.certificate.lower_bound == max(lower for _, lower in told)
    again = solve_convex(problem, near=first, budget=Budget(seconds=60.0, nodes=1))
    assert again.certificate.lower_bound >= first.certificate.lower_bound
    assert again.value <= first.value * (1 + 1e-12)
    other = Problem(X, y, 2 * problem.lam)
    moved = solve_convex(other, near=first, budget=Budget(seconds=60.0, nodes=1))
    assert moved.certificate.lower_bound <= moved.certificate.value
    z = again.certificate.dual
    assert 2 * z @ y - z @ z == pytest.approx(again.certificate.lower_bound)


@pytest.mark.parametrize("seed", range(3))
def test_what_a_search_leaves_open_is_closed_by_visiting_every_pattern(seed):
    rng = np.random.default_rng(seed)
    X, y = rng.standard_normal((125, 3)), rng.standard_normal(125)
    problem = Problem(X, y, 0.1 * lambda_max(Problem(X, y)))
    rough = solve_convex(problem, budget=Budget(nodes=1, seconds=0.2))
    found = solve_over_cells(problem, rough)
    assert found.status is Status.OPTIMAL
    assert found.value <= rough.value * (1 + 1e-12)
    with pytest.raises(ValueError, match="few enough patterns to visit"):
        solve_over_cells(Problem(rng.standard_normal((50, 8)), rng.standard_normal(50), 0.1), rough)


def test_it_ends_where_the_residual_is_feasible_and_the_gap_is_open() -> None:
    """Its support is below λ by a bound that more cones would lower; more than it is then proven of a multiple."""
    rng = np.random.default_rng(0)
    X, z, w = rng.standard_normal((60, 5)), rng.standard_normal(60), rng.standard_normal((5, 1))
    outputs = np.maximum(X @ w[:, 0], 0.0)
    network = Network(w, np.sign([z @ outputs]))
    search = support_search(spanned(X), z)
    assert not search.done
    problem = Problem(X, z + network.alpha[0] * outputs, search.upper)
    certificate = certify(problem, network, budget=Budget(nodes=3000))
    assert certificate.gap > 0.01 * certificate.value
    multiple = certificate.dual / z
    assert multiple == pytest.approx(multiple[0])
    assert multiple[0] > 1.0 + 1e-3
    at_once = certify(problem, network, budget=Budget(nodes=0))
    assert certificate.lower_bound > at_once.lower_bound


@pytest.mark.parametrize("output_bias", ["none", "free", "penalised"])
@pytest.mark.parametrize("seed", range(5))
def test_below_the_wanted_support_the_bound_of_a_dual_vector_rises_no_more(output_bias, seed):
    rng = np.random.default_rng(seed)
    X, y = rng.standard_normal((12, 2)), 3.0 + rng.standard_normal(12)
    problem = Problem(X, y, 10.0 ** rng.integers(-3, 2), output_bias=output_bias)
    z = as_dual(problem, y + rng.standard_normal(12))
    wanted = wanted_support(problem, z)
    most = bound_of(problem, z, wanted)
    assert most > bound_of(problem, z, 1.01 * wanted) > 0
    assert bound_of(problem, z, 0.5 * wanted) == pytest.approx(most, rel=1e-12)
    assert wanted_support(problem, as_dual(problem, -z)) == np.inf
