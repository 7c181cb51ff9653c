"""Three layers: the convex value over all groups is the recovered network's objective and the dual bound."""

from __future__ import annotations

from itertools import combinations_with_replacement, product

import numpy as np
import pytest
from hypothesis import given, settings, strategies as st
from tiny_data import DEGENERATE, random_features

from landscape.convex.twin import solve_convex
from landscape.extensions import three_layer as tl
from landscape.extensions.shared.checks import Exactness, units
from landscape.extensions.shared.cones import sectors
from landscape.extensions.three_layer.groups import all_groups, generated_groups
from landscape.extensions.three_layer.program import strongest_group
from landscape.geometry.patterns import enumerate_patterns
from landscape.model.problem import Problem

FIGURE_X, FIGURE_Y = np.c_[[-0.9, -0.2, 0.3, 1.0], np.ones(4)], np.array([0.9, -0.5, 0.7, -0.2])


def assert_exact(X: np.ndarray, y: np.ndarray, lam: float, width: int = 2) -> tl.PathSolution:
    """The convex value, the recovered network's objective and the proven bound are one number."""
    found = tl.solve(X, y, lam, width)
    scale = max(found.value, 1e-3 * float(y @ y), 1e-300)
    assert found.exactness is Exactness.EXACT
    assert abs(tl.objective(X, y, lam, found.network) - found.value) <= 1e-7 * scale
    assert -1e-9 * scale <= found.value - found.lower_bound <= 1e-5 * scale
    return found


def every_group_program(X: np.ndarray, y: np.ndarray, lam: float, width: int) -> float:
    """The program as THEORY.md writes it, over all 2ⁿ second-layer patterns, in plain CVXPY with facets."""
    import cvxpy as cp

    (n, d), D = X.shape, enumerate_patterns(X).D
    fit, norm, cones = -y, 0.0, []
    for chosen in combinations_with_replacement(product(range(len(D)), (1.0, -1.0)), width):
        for second in product((False, True), repeat=n):
            for out in (1.0, -1.0):
                z = cp.Variable((width, d))
                h = sum(s * cp.multiply(D[i].astype(float), X @ z[j]) for j, (i, s) in enumerate(chosen))
                cones += [cp.multiply(2.0 * D[i] - 1.0, X @ z[j]) >= 0 for j, (i, _) in enumerate(chosen)]
                cones.append(cp.multiply(2.0 * np.array(second) - 1.0, h) >= 0)
                fit = fit + out * cp.multiply(np.array(second, dtype=float), h)
                norm = norm + cp.norm(z, "fro")
    program = cp.Problem(cp.Minimize(cp.sum_squares(fit) + 2 * lam * norm), cones)
    program.solve(solver=cp.CLARABEL)
    return float(program.value)


def test_the_figures_of_the_theory() -> None:
    found = assert_exact(FIGURE_X, FIGURE_Y, 0.05)
    assert abs(found.value / 2 - 0.22315) < 1e-5
    assert abs(solve_convex(Problem(FIGURE_X, FIGURE_Y, 0.05)).value / 2 - 0.33287) < 1e-5
    assert found.groups == 2 * 169
    trained = tl.train(FIGURE_X, FIGURE_Y, 0.05, np.random.default_rng(0), 20)
    assert found.value <= trained.values.min()


@given(
    st.integers(0, 2**32 - 1),
    st.integers(1, 5),
    st.integers(1, 2),
    st.integers(1, 2),
    st.sampled_from([0.01, 0.1, 0.4]),
)
@settings(max_examples=25, deadline=None)
def test_value_is_the_networks_objective_is_the_dual_bound(seed: int, n: int, d: int, width: int, share: float) -> None:
    rng = np.random.default_rng(seed)
    X, y = random_features(rng, n, d), rng.standard_normal(n)
    length, height = units(X, y)
    assert_exact(X, y, share * length * height, width)


@pytest.mark.parametrize("seed", [1186, 1264, 1860, 2104, 3025])
def test_samples_that_are_parallel_up_to_rounding_are_solved_exactly(seed: int) -> None:
    """Between them lies a sector without width: a ray, and not a line, or the bound is half of the value."""
    rng = np.random.default_rng(seed)
    n, d, width, share = int(rng.integers(1, 6)), int(rng.integers(1, 3)), int(rng.integers(1, 3)), 0.01
    rng.choice([0.01, 0.1, 0.4])
    X, y = random_features(rng, n, d), rng.standard_normal(n)
    length, height = units(X, y)
    found = assert_exact(X, y, share * length * height, width)
    trained = tl.train(X, y, share * length * height, np.random.default_rng(0), 10, width=width)
    assert found.value <= trained.values.min() * (1 + 1e-9)


def test_nearly_opposite_samples_are_solved_exactly() -> None:
    """Their directions differ from opposite ones by .4 %: what is left in the residual counts for the bound."""
    X = np.array([[-132.10486329, 640.42265044], [104.90011715, -535.66937316]])
    y = np.array([-0.70373524, -1.26542147])
    length, height = units(X, y)
    lam = 0.01 * length * height
    found = assert_exact(X, y, lam, 1)
    assert abs(found.value - solve_convex(Problem(X, y, lam)).value) < 1e-9
    assert found.value - found.lower_bound < 1e-9


@pytest.mark.parametrize("seed", range(5))
def test_no_trained_network_is_below_the_value(seed: int) -> None:
    rng = np.random.default_rng(seed)
    n = int(rng.integers(2, 6))
    X, y = np.c_[rng.uniform(-1, 1, n), np.ones(n)], rng.uniform(-1, 1, n)
    found = assert_exact(X, y, 0.03)
    trained = tl.train(X, y, 0.03, rng, 20)
    assert len(trained.values) == 20
    assert found.value <= trained.values.min() + 1e-6
    assert abs(trained.values.min() - tl.objective(X, y, 0.03, trained.network)) < 1e-12


def test_leaving_out_contained_groups_loses_nothing() -> None:
    X, y = np.array([[0.8, 1.0], [-0.5, 1.0]]), np.array([0.7, -0.9])
    assert abs(every_group_program(X, y, 0.05, 2) - assert_exact(X, y, 0.05).value) < 1e-6


@pytest.mark.parametrize("seed", range(4))
def test_one_hidden_neuron_is_the_two_layer_network_and_two_do_no_worse(seed: int) -> None:
    rng = np.random.default_rng(seed)
    X, y = random_features(rng, 4, 2), rng.standard_normal(4)
    length, height = units(X, y)
    lam = 0.03 * length * height
    two_layers = solve_convex(Problem(X, y, lam)).value
    assert abs(assert_exact(X, y, lam, 1).value - two_layers) < 1e-6 * height**2
    assert assert_exact(X, y, lam, 2).value <= two_layers + 1e-6 * height**2


@pytest.mark.parametrize("name", DEGENERATE)
def test_degenerate_data(name: str) -> None:
    X = DEGENERATE[name]
    y = np.random.default_rng(1).standard_normal(len(X)) - 1.0
    length, height = units(X, y)
    for lam in (0.01 * length * height, 0.2 * length * height):
        found = assert_exact(X, y, lam)
        trained = tl.train(X, y, lam, np.random.default_rng(2), 10)
        assert found.value <= trained.values.min() + 1e-6 * height**2


@pytest.mark.parametrize("seed", range(3))
def test_the_strongest_group_is_above_every_random_sub_network(seed: int) -> None:
    rng = np.random.default_rng(seed)
    X, z = np.c_[rng.uniform(-1, 1, 4), np.ones(4)], rng.standard_normal(4)
    cut = sectors(X)
    groups = all_groups(cut, 2, 10_000)
    assert groups is not None
    strongest = strongest_group(X, cut, groups, z)
    W = rng.standard_normal((200_000, 2, 2))
    W /= np.linalg.norm(W, axis=(1, 2))[:, None, None]
    signs = rng.choice([1.0, -1.0], (200_000, 2))
    passed = np.maximum(np.einsum("bjn,bj->bn", np.maximum(W @ X.T, 0.0), signs), 0.0)
    best = np.abs(passed @ z).max()
    assert -1e-9 <= strongest - best <= 0.03 * strongest


def test_from_lambda_max_on_the_zero_network_is_optimal() -> None:
    cut = sectors(FIGURE_X)
    groups = all_groups(cut, 2, 10_000)
    assert groups is not None
    edge = strongest_group(FIGURE_X, cut, groups, FIGURE_Y)
    found = assert_exact(FIGURE_X, FIGURE_Y, 1.0001 * edge)
    assert found.value == pytest.approx(FIGURE_Y @ FIGURE_Y)
    assert not np.any(found.network.W1)
    assert assert_exact(FIGURE_X, FIGURE_Y, 0.98 * edge).value < FIGURE_Y @ FIGURE_Y
    assert assert_exact(FIGURE_X, np.zeros(4), 0.1).value == 0.0


def test_many_points_are_solved_over_generated_groups_and_say_so() -> None:
    x = np.linspace(-1, 1, 8)
    X, y = np.c_[x, np.ones(8)], np.sin(4 * x)
    found = tl.solve(X, y, 0.05, rng=np.random.default_rng(0))
    assert found.exactness is Exactness.SAMPLED
    assert found.lower_bound == -np.inf
    assert abs(tl.objective(X, y, 0.05, found.network) - found.value) <= 1e-7 * found.value
    assert found.value <= tl.train(X, y, 0.05, np.random.default_rng(0), 20).values.min() + 1e-6
    assert found.value == tl.solve(X, y, 0.05, rng=np.random.default_rng(0)).value


def test_generated_groups_are_among_all_groups_and_bound_the_value_from_above() -> None:
    cut = sectors(FIGURE_X)
    every = all_groups(cut, 2, 10_000)
    some = generated_groups(cut, 2, FIGURE_Y, tries=2000, keep=30, rng=np.random.default_rng(0))
    assert every is not None
    known = {(*h, *s, *g) for h, s, g in zip(every.sector, every.sign, every.gate, strict=True)}
    listed = every.sector * 2 + (every.sign < 0)
    assert np.all(np.diff(listed, axis=1) >= 0)
    for h, s, g in zip(some.sector, some.sign, some.gate, strict=True):
        order = np.lexsort((-s, h))
        assert (*h[order], *s[order], *g) in known


def test_bad_input_is_named() -> None:
    for arguments, named in (
        ((FIGURE_X, np.ones(3), 0.1), "y"),
        ((FIGURE_X * np.nan, FIGURE_Y, 0.1), "X"),
        ((np.ones((2, 3)), np.ones(2), 0.1), "X"),
        ((np.ones((80, 2)), np.ones(80), 0.1), "X"),
        ((FIGURE_X, FIGURE_Y, 0.0), "lam"),
        ((FIGURE_X, FIGURE_Y, 0.1, 0), "width"),
        ((FIGURE_X, FIGURE_Y, 0.1, 1.5), "width"),
    ):
        with pytest.raises(ValueError, match=f"^{named} must"):
            tl.solve(*arguments)  # type: ignore[arg-type]
    with pytest.raises(ValueError, match=r"^W2 must"):
        tl.PathNetwork(np.ones((2, 2, 3)), np.ones((2, 2)), np.ones(2))
    with pytest.raises(ValueError, match=r"^w3 must"):
        tl.PathNetwork(np.ones((2, 2, 3)), np.ones((2, 3)), np.ones(1))
    with pytest.raises(ValueError, match=r"^W1 must"):
        tl.objective(FIGURE_X, FIGURE_Y, 0.1, tl.PathNetwork(np.ones((1, 3, 1)), np.ones((1, 1)), np.ones(1)))
