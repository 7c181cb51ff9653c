"""Newton's method on a few atoms: optimal on their cones, as a plain CVXPY model of the same atoms says."""

from __future__ import annotations

import cvxpy as cp
import numpy as np
import pytest

from landscape.convex.solver.newton import HALF_LINE, FaceAtom, as_atoms, newton


def atom_of(X: np.ndarray, u: np.ndarray, sign: float) -> FaceAtom:
    """u, free in the cell that it lies in."""
    on = X @ u > 0
    facets = np.where(on, 1.0, -1.0)[:, None] * X
    facets = facets / np.linalg.norm(facets, axis=1, keepdims=True)
    return FaceAtom(np.eye(len(u)), sign * on[:, None] * X, facets, u, sign, -1)


@pytest.mark.parametrize("d", [2, 3])
@pytest.mark.parametrize("lam", [0.3, 0.01])
def test_newton_reaches_the_optimum_over_the_cones_of_its_atoms(d: int, lam: float) -> None:
    for seed in range(8):
        rng = np.random.default_rng(seed)
        X, y = rng.standard_normal((6, d)), rng.standard_normal(6)
        held = [atom_of(X, 0.1 * rng.standard_normal(d), sign) for sign in (1.0, -1.0, 1.0)]
        blocks = [cp.Variable(d) for _ in held]
        fit = sum(atom.outputs @ block for atom, block in zip(held, blocks, strict=True))
        cost = cp.sum_squares(fit - y) + 2 * lam * sum(cp.norm(block) for block in blocks)
        cones = [atom.facets @ block >= 0 for atom, block in zip(held, blocks, strict=True)]
        best = cp.Problem(cp.Minimize(cost), cones).solve(solver=cp.CLARABEL)
        found = as_atoms(newton(held, y, lam), d)
        misfit = found.outputs(X).sum(axis=1) - y
        reached = misfit @ misfit + 2 * lam * found.norms.sum()
        # an atom that leaves at zero stays away until it is asked for: never below the optimum, often on it
        assert reached >= best * (1 - 1e-6)
        assert reached <= y @ y + 1e-9


def test_an_atom_that_only_costs_leaves() -> None:
    X = np.array([[1.0, 0.2], [0.1, 1.0]])
    held = [atom_of(X, np.array([0.5, 0.5]), -1.0)]
    assert newton(held, np.array([1.0, 1.0]), 0.1) == []
    assert as_atoms([], 2).count == 0


def test_one_free_atom_settles_where_its_slope_vanishes() -> None:
    X = np.array([[1.0, 0.2], [0.1, 1.0], [-1.0, -1.0]])
    y = np.array([1.0, 2.0, 0.0])
    (atom,) = newton([atom_of(X, np.array([0.5, 0.5]), 1.0)], y, 0.1)
    z = y - atom.outputs @ atom.p
    assert np.allclose(atom.outputs.T @ z, 0.1 * atom.p / np.linalg.norm(atom.p), atol=1e-12)


def test_neurons_that_only_cost_all_leave_in_one_step() -> None:
    X = np.eye(4)[:, :2] + 0.1
    held = [atom_of(X, np.array([0.5, 0.2 + 0.1 * k]), -1.0) for k in range(4)]
    y = np.array([1.0, 1.0, 1.0, 1.0])
    assert newton(held, y, 0.1) == []


def test_a_ray_that_computes_nothing_leaves() -> None:
    ray = FaceAtom(np.array([[1.0], [0.0]]), np.zeros((3, 1)), HALF_LINE, np.array([0.3]), 1.0, 0)
    X = np.array([[1.0, 0.2], [0.1, 1.0], [-1.0, -1.0]])
    kept = newton([atom_of(X, np.array([0.5, 0.5]), 1.0), ray], np.array([1.0, 2.0, 0.0]), 0.1)
    assert [atom.rank for atom in kept] == [2]
