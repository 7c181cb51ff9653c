"""Every way of solving the convex twin reaches the same optimum; each is checked by its optimality conditions."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import assume, example, given, settings, strategies as st

from landscape.convex.logistic import strategies as logistic
from landscape.convex.solver import strategies as squared
from landscape.convex.solver.atoms import Atoms
from landscape.convex.solver.cell_columns import solve_by_cells
from landscape.convex.solver.cvxpy_model import solve_by_facets, solve_by_rays
from landscape.convex.solver.fan_columns import solve_by_columns
from landscape.convex.solver.interior_point import solve_directly
from landscape.convex.solver.strategies import from_blocks, strategies
from landscape.convex.twin import solve_convex
from landscape.geometry.fan import fan
from landscape.geometry.sphere import peaks, sphere
from landscape.geometry.support import geometry, support
from landscape.model.network import Network, objective
from landscape.model.problem import Loss, Problem


def value(X: np.ndarray, y: np.ndarray, lam: float, atoms: Atoms) -> float:
    """‖f − y‖² + 2λ Σ ‖u‖."""
    misfit = atoms.outputs(X).sum(axis=1) - y
    return float(misfit @ misfit + 2 * lam * atoms.norms.sum())


def scaled_data(seed: int, n: int, d: int) -> tuple[np.ndarray, np.ndarray]:
    """Rows at most 1 long with repeated and opposite ones among them, labels of length 1."""
    rng = np.random.default_rng(seed)
    X = rng.integers(-1, 2, (n, d)).astype(float) if seed % 2 else rng.standard_normal((n, d))
    X[:, -1] = X[:, -1] if seed % 3 else 1.0
    X[rng.integers(n)] = X[0] * rng.choice([-1.0, 0.5, 1.0])
    y = rng.standard_normal(n)
    return X / max(np.linalg.norm(X, axis=1).max(), 1e-9), y / np.linalg.norm(y)


@given(st.integers(0, 2**32 - 1), st.integers(1, 12), st.sampled_from([0.5, 0.1, 0.01, 1e-3]))
@settings(max_examples=150, deadline=None)
def test_column_generation_stops_where_no_neuron_correlates_with_the_residual_by_more_than_lambda(
    seed: int, n: int, share: float
) -> None:
    X, y = scaled_data(seed, n, 2)
    lam = share * support(X, y).value
    assume(lam > 0)
    atoms = solve_by_columns(X, y, lam, fan(X))
    z = y - atoms.outputs(X).sum(axis=1)
    assert support(X, z).value <= lam * (1 + 1e-8)
    correlation = atoms.sign * (z @ np.maximum(X @ (atoms.vectors / atoms.norms), 0))
    assert np.allclose(correlation, lam, rtol=1e-7, atol=0)


@given(st.integers(0, 2**32 - 1), st.integers(3, 9), st.sampled_from([0.5, 0.1, 0.01]))
@example(5, 6, 0.1)  # atoms that compute all but the same, and one that computes nothing
@example(1277, 8, 0.1)
@example(4475215, 6, 0.01)
@settings(max_examples=60, deadline=None)
def test_column_generation_on_cells_stops_there_too(seed: int, n: int, share: float) -> None:
    X, y = scaled_data(seed, n, 3)
    assume(np.linalg.matrix_rank(X) == 3)
    lam = share * support(X, y).value
    ball = sphere(X)
    atoms = solve_by_cells(X, y, lam, lambda z, level: peaks(ball, X, z, level=level))
    z = y - atoms.outputs(X).sum(axis=1)
    assert support(X, z).value <= lam * (1 + 1e-7)
    correlation = atoms.sign * (z @ np.maximum(X @ (atoms.vectors / atoms.norms), 0))
    assert np.allclose(correlation, lam, rtol=1e-6, atol=0)


@pytest.mark.parametrize("share", [0.3, 0.01])
def test_rays_facets_the_sparse_program_and_columns_agree(share: float) -> None:
    for seed in range(6):
        X, y = scaled_data(seed, 6, 2)
        lam = share * support(X, y).value
        cones = fan(X)
        exact = value(X, y, lam, solve_by_columns(X, y, lam, cones))
        D = cones.active(cones.first_sector())
        for found in (
            solve_directly(X, y, lam, cones),
            from_blocks(*solve_by_rays(X, y, lam, cones)),
            from_blocks(*solve_by_facets(X, y, lam, D)),
        ):
            assert found is not None
            assert value(X, y, lam, found) == pytest.approx(exact, rel=2e-4, abs=1e-6)
            assert value(X, y, lam, found) >= exact - 1e-9


def test_a_start_from_anywhere_ends_at_the_same_optimum() -> None:
    X, y = scaled_data(4, 8, 2)
    lam = 0.05 * support(X, y).value
    exact = value(X, y, lam, solve_by_columns(X, y, lam, fan(X)))
    rng = np.random.default_rng(0)
    for _ in range(10):
        start = Atoms(rng.standard_normal((2, 5)), rng.choice([-1.0, 1.0], 5))
        assert value(X, y, lam, solve_by_columns(X, y, lam, fan(X), start=start)) == pytest.approx(exact, rel=1e-10)


@pytest.mark.parametrize("lam", [0.0, 0.05])
@pytest.mark.parametrize("d", [2, 3])
def test_every_way_offered_reaches_the_optimum_or_declines(d: int, lam: float) -> None:
    X, y = scaled_data(8, 5, d)
    problem = Problem(X, y, lam * support(X, y).value)
    reached = [
        objective(problem, found if isinstance(found, Network) else found.network(problem))
        for solve in strategies(problem, geometry(X))
        if (found := solve()) is not None
    ]
    assert len(reached) >= 2 - (lam == 0)
    assert max(reached) - min(reached) <= 2e-4 * max(min(reached), 1e-4)


def test_a_solver_without_numbers_is_no_answer() -> None:
    assert from_blocks(np.full((2, 3), np.nan), np.zeros((2, 3))) is None


@pytest.mark.parametrize("loss", ["squared", "logistic"])
@pytest.mark.parametrize(("n", "budget", "listed"), [(12, 1.0, 1), (60, 1.0, 0), (60, None, 1)])
def test_within_a_budget_only_few_patterns_are_listed_where_columns_fail(
    loss: Loss, n: int, budget: float | None, listed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    home, columns = {"squared": (squared, "solve_by_cells"), "logistic": (logistic, "solve_by_columns")}[loss]
    asked: list[np.ndarray] = []
    monkeypatch.setattr(home, columns, lambda *_, **__: None)
    monkeypatch.setattr(home, "over_patterns", lambda _, D: asked.append(D))
    X = np.column_stack([np.random.default_rng(n).standard_normal((n, 2)), np.ones(n)])
    problem = Problem(X, np.where(np.arange(n) % 2, 1.0, -1.0), 0.1, loss=loss)
    found = solve_convex(problem, budget=budget)
    assert len(asked) == listed
    assert 0.0 < found.certificate.lower_bound < found.certificate.value  # of the zero network
