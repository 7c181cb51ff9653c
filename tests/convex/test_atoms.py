"""What may be done to atoms freely: merging, pruning, and reading them as neurons."""

from __future__ import annotations

import cvxpy as cp
import numpy as np
import pytest
from hypothesis import given, settings, strategies as st

from landscape.convex.solver.atoms import Atoms, basic, distinct, independent, merged, over_directions
from landscape.model.network import objective, predict
from landscape.model.problem import Problem


@given(st.integers(0, 2**32 - 1), st.integers(1, 6), st.integers(1, 3), st.integers(1, 20))
@settings(max_examples=150, deadline=None)
def test_pruning_keeps_the_predictions_and_never_raises_the_norm(seed: int, n: int, d: int, K: int) -> None:
    rng = np.random.default_rng(seed)
    problem = Problem(rng.standard_normal((n, d)), rng.standard_normal(n), 0.1)
    atoms = Atoms(rng.standard_normal((d, K)), rng.choice([-1.0, 1.0], K))
    kept = independent(problem, atoms)
    assert kept.count <= n
    scale = np.abs(atoms.outputs(problem.X)).sum()
    assert np.allclose(kept.outputs(problem.X).sum(axis=1), atoms.outputs(problem.X).sum(axis=1), atol=1e-9 * scale)
    assert kept.norms.sum() <= atoms.norms.sum() * (1 + 1e-9)


def test_equal_directions_of_equal_sign_become_one_atom_and_no_others() -> None:
    vectors = np.array([[1.0, 2.0, 1.0, -1.0], [1.0, 2.0 + 1e-9, 1.0, -1.0]])
    atoms = Atoms(vectors, np.array([1.0, 1.0, -1.0, 1.0]))
    joined = merged(atoms)
    assert joined.count == 3
    assert np.allclose(joined.vectors[:, 0], [3, 3])
    assert joined.sign.tolist() == [1.0, -1.0, 1.0]


def test_without_regularisation_atoms_merge_only_where_no_prediction_changes() -> None:
    atoms = Atoms(np.array([[1.0, 1.0], [-2000.0, -2000.001]]), np.ones(2))
    years, near_zero = (Problem([[x, 1.0]], [1.0]) for x in (2000.0005, 2.0))
    assert distinct(years, atoms).count == 2
    assert distinct(near_zero, atoms).count == 1


@given(st.integers(0, 2**32 - 1), st.integers(1, 5))
def test_a_network_of_atoms_costs_twice_their_norm(seed: int, K: int) -> None:
    rng = np.random.default_rng(seed)
    atoms = Atoms(rng.standard_normal((2, K)), rng.choice([-1.0, 1.0], K))
    problem = Problem(rng.standard_normal((4, 2)), np.zeros(4), 0.7)
    network = atoms.network(problem)
    outputs = atoms.outputs(problem.X).sum(axis=1)
    assert np.allclose(predict(problem.X, network), outputs)
    assert np.isclose(objective(problem, network), outputs @ outputs + 2 * 0.7 * atoms.norms.sum())


def test_a_vertex_fits_as_well_with_independent_atoms() -> None:
    rng = np.random.default_rng(0)
    X = rng.standard_normal((4, 2))
    atoms = Atoms(rng.standard_normal((2, 30)), rng.choice([-1.0, 1.0], 30))
    y = atoms.outputs(X).sum(axis=1)
    found = basic(X, y, atoms)
    assert found is not None
    vertex, left = found
    assert left <= 1e-10
    assert vertex.count <= 4
    assert np.allclose(vertex.outputs(X).sum(axis=1), y)


@pytest.mark.parametrize("share", [0.5, 0.05, 1e-4])
def test_neurons_along_given_directions_are_those_of_the_plain_program(share: float) -> None:
    for seed in range(5):
        rng = np.random.default_rng(seed)
        outputs, y = np.maximum(rng.standard_normal((6, 10)), 0.0), rng.standard_normal(6)
        lam = share * float(np.abs(outputs.T @ y).max())
        found = over_directions(outputs, y, lam)
        assert found is not None
        assert found.shape == (2, 10)
        assert (found >= 0).all()
        a = cp.Variable((2, 10), nonneg=True)
        best = cp.Problem(cp.Minimize(cp.sum_squares(outputs @ (a[0] - a[1]) - y) + 2 * lam * cp.sum(a)))
        misfit = outputs @ (found[0] - found[1]) - y
        assert misfit @ misfit + 2 * lam * found.sum() == pytest.approx(best.solve(solver=cp.CLARABEL), rel=1e-5)


def test_no_direction_is_used_where_none_is_asked_for() -> None:
    outputs = np.maximum(np.random.default_rng(0).standard_normal((4, 5)), 0.0)
    y = np.ones(4)
    found = over_directions(outputs, y, 1.01 * float((outputs.T @ y).max()))
    assert found is not None
    assert not found.any()
