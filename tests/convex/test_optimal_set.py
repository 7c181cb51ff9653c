"""The polytope of optima: against plain CVXPY, linear programs, and every support tried one by one."""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations

import numpy as np
import pytest
from scipy.optimize import linprog

import landscape.convex.optimal_set as module
from landscape.convex.optimal_set import OptimalSet, Stair, optimal_set
from landscape.convex.solver.cvxpy_model import solve_by_facets
from landscape.convex.twin import convex_objective, solve_convex
from landscape.geometry.lambda_max import lambda_max
from landscape.geometry.patterns import enumerate_patterns, sample_patterns
from landscape.model.network import objective, predict
from landscape.model.problem import Problem

FIVE = Problem(
    np.c_[np.sort(np.random.default_rng(0).uniform(-1, 1, 5)), np.ones(5)], [0.8, -0.3, 0.6, 0.1, -0.7], lam=0.05
)


def random_problem(rng: np.random.Generator, share: float | None = None) -> Problem:
    """One to three features; half of the time small whole numbers, with ties, repeated, opposite and zero rows."""
    n, d = int(rng.integers(1, 7)), int(rng.integers(1, 4))
    X = rng.integers(-2, 3, (n, d)).astype(float) if rng.random() < 0.5 else rng.standard_normal((n, d))
    if d > 1 and rng.random() < 0.5:
        X[:, -1] = 1.0
    y = rng.integers(-2, 3, n).astype(float) if rng.random() < 0.5 else rng.standard_normal(n)
    share = float(rng.choice([0.5, 0.1, 0.02, 0.004])) if share is None else share
    return Problem(X, y, max(share * lambda_max(Problem(X, y)), 1e-3))


def wave(n: int, share: float) -> Problem:
    """A noisy wave of one feature with a bias, whose optimum is not unique at small λ."""
    rng = np.random.default_rng(0)
    x = rng.uniform(-1, 1, n)
    X, y = np.c_[x, np.ones(n)], np.sin(6 * x) + 0.3 * rng.standard_normal(n)
    return Problem(X, y, share * lambda_max(Problem(X, y)))


def plain_outputs(found: OptimalSet) -> np.ndarray:
    return np.maximum(found.problem.X @ found.directions, 0.0) * found.sign


@pytest.mark.parametrize("seed", range(15))
def test_every_vertex_and_every_mixture_of_them_has_the_value_and_the_fit_of_plain_cvxpy(seed: int) -> None:
    rng = np.random.default_rng(seed)
    problem = random_problem(rng)
    found = optimal_set(problem)
    patterns = enumerate_patterns(problem.X)
    U, V = solve_by_facets(problem.X, problem.y, problem.lam, patterns.D)
    value = convex_objective(problem, U, V, patterns)
    fit = np.sum(patterns.D.T * (problem.X @ (U - V)), axis=1)
    height = float(problem.y @ problem.y)
    mixtures = rng.dirichlet(np.ones(len(found.vertices)), 3) @ found.vertices
    for magnitudes in (*found.vertices, *mixtures):
        network = found.network(magnitudes)
        assert objective(problem, network) <= value + 1e-9 * height
        assert objective(problem, network) >= value - 1e-6 * height  # what the model is accurate to
        assert np.allclose(predict(problem.X, network), fit, atol=1e-3 * np.sqrt(height))


@pytest.mark.parametrize("seed", range(15))
def test_each_block_is_tight_and_every_tight_neuron_is_a_block(seed: int) -> None:
    rng = np.random.default_rng(100 + seed)
    problem = random_problem(rng)
    found = optimal_set(problem)
    z = problem.y - predict(problem.X, found.network(found.vertices[0]))
    assert np.allclose(z @ plain_outputs(found), problem.lam, rtol=1e-7)
    assert np.allclose(np.linalg.norm(found.directions, axis=0), 1.0)
    tight = 0
    # the best neuron of each cone: project g on {u : C u >= 0} by non-negative least squares
    for D in enumerate_patterns(problem.X).D:
        C = np.where(D, 1.0, -1.0)[:, None] * problem.X
        g = (D * z) @ problem.X
        for sign in (1.0, -1.0):
            u = sign * g + C.T @ _nonnegative_fit(C.T, -sign * g)
            if np.linalg.norm(u) < problem.lam * (1.0 - 1e-9):
                continue
            u = u / np.linalg.norm(u)
            same = found.sign == sign
            assert np.any(u @ found.directions[:, same] > 1.0 - 1e-8)
            tight += 1
    assert tight >= len(found.sign)
    assert bool(tight) == problem.y.any()


def _nonnegative_fit(A: np.ndarray, b: np.ndarray) -> np.ndarray:
    from scipy.optimize import nnls

    return nnls(A, b)[0]


def assert_ranges_and_vertices(found: OptimalSet) -> None:
    """Linear programs bound each magnitude; trying every support finds the same vertices."""
    A, T = plain_outputs(found), len(found.sign)
    f = predict(found.problem.X, found.network(found.vertices[0]))
    if T == 0:
        return
    scale = max(1.0, float(found.vertices.max()))
    size, length = np.linalg.norm(A, axis=0), max(float(np.linalg.norm(f)), 1e-300)
    for j in range(T):
        for sign, bound in ((1.0, found.lowest), (-1.0, found.highest)):
            least = linprog(sign * np.eye(T)[j], A_eq=A / size, b_eq=f / length, method="highs")
            assert least.status == 0
            assert least.x[j] * length / size[j] == pytest.approx(bound[j], abs=1e-5 * scale)
    unique = bool(np.all(found.highest - found.lowest <= 1e-7 * scale))
    assert found.unique == unique
    assert found.complete
    vertices = []
    for count in range(T + 1):
        for held in map(list, combinations(range(T), count)):
            if np.linalg.matrix_rank(A[:, held] / size[held], tol=1e-8) < count:
                continue
            c = np.linalg.lstsq(A[:, held] / size[held], f, rcond=None)[0] / size[held] if held else np.zeros(0)
            if np.all(c > 1e-7 * scale) and np.allclose(A[:, held] @ c, f, atol=1e-8 * length):
                vertices.append(tuple(held))
    assert sorted(vertices) == sorted(tuple(np.flatnonzero(vertex)) for vertex in found.vertices)
    assert found.fewest == min(map(len, vertices))
    assert found.most == max(map(len, vertices))


def test_ranges_uniqueness_and_vertices_agree_with_linear_programs_and_with_every_support_tried() -> None:
    rng = np.random.default_rng(5)
    sets = [optimal_set(random_problem(rng, share)) for share in 6 * [0.3, 0.05, 0.01, 0.002]]
    sets += [optimal_set(wave(20, share)) for share in (0.05, 0.01, 0.003, 0.001)]
    for found in sets:
        assert_ranges_and_vertices(found)
    assert sum(not found.unique for found in sets) >= 3
    assert sum(found.unique for found in sets) >= 10


def test_dimension_is_that_of_the_vertices() -> None:
    for share in (0.05, 0.01, 0.003, 0.001):
        found = optimal_set(wave(20, share))
        assert found.dimension == np.linalg.matrix_rank(found.vertices[1:] - found.vertices[0], tol=1e-6)
    assert found.dimension == 4


def test_five_points_have_one_optimum_of_three_neurons_and_its_staircase() -> None:
    for given in (FIVE, solve_convex(FIVE)):
        found = optimal_set(given)
        assert found.unique
        assert found.fewest == found.most == 3
        (vertex,) = found.vertices
        assert objective(FIVE, found.network(vertex)) == pytest.approx(2 * 0.4528345, abs=2e-7)
        stairs = [found.stair(m) for m in range(1, 9)]
        assert stairs[:4] == [Stair.UNREACHABLE, Stair.UNREACHABLE, Stair.FINITE, Stair.NONE_ISOLATED]
        assert stairs[4:] == [Stair.NONE_ISOLATED, Stair.CONNECTED, Stair.CONNECTED, Stair.CONNECTED]


def test_the_interior_solution_of_four_blocks_belongs_to_the_same_three_directions() -> None:
    patterns = enumerate_patterns(FIVE.X)
    U, V = solve_by_facets(FIVE.X, FIVE.y, FIVE.lam, patterns.D)
    norms = np.concatenate([np.linalg.norm(U, axis=0), np.linalg.norm(V, axis=0)])
    assert np.sum(norms > 1e-4 * norms.max()) == 4
    found = optimal_set(FIVE)
    for blocks, sign in ((U, 1.0), (V, -1.0)):
        for u in blocks[:, np.linalg.norm(blocks, axis=0) > 1e-4 * norms.max()].T:
            assert np.max(u @ found.directions[:, found.sign == sign]) > np.linalg.norm(u) * (1.0 - 1e-6)


def test_every_stair_is_reached_in_its_order() -> None:
    vertices = np.array([[1.0, 1, 0, 0, 0, 0], [0, 0, 1, 1, 1, 1]])
    nothing = np.zeros(6)
    problem = Problem(np.ones((9, 1)), np.ones(9), 0.1)
    found = OptimalSet(
        problem, np.ones((1, 6)), nothing + 1, np.ones((9, 6)), vertices, nothing, nothing + 1, 1, complete=True
    )
    assert (found.fewest, found.most) == (2, 4)
    expected = [Stair.UNREACHABLE, Stair.FINITE, Stair.SOME_CONTINUUM, Stair.ISOLATED, Stair.NONE_ISOLATED]
    assert [found.stair(m) for m in range(1, 7)] == [*expected, Stair.CONNECTED]
    narrow = replace(found, problem=Problem(np.ones((4, 1)), np.ones(4), 0.1))
    assert narrow.stair(5) is Stair.CONNECTED  # n + 1 comes before m* + M*
    assert all(stair.sentence.endswith(".") for stair in Stair)


def test_where_nothing_is_worth_a_neuron_zero_is_the_only_optimum() -> None:
    X, y = FIVE.X, FIVE.y
    largest = lambda_max(FIVE)
    for problem in (
        Problem(X, y, largest),
        Problem(X, y, 2 * largest),
        Problem(X, np.zeros(5), 0.1),
        Problem([[0.0, 0.0]], [1.0], 0.1),
    ):
        found = optimal_set(problem)
        assert found.unique
        assert found.fewest == found.most == 0
        assert found.stair(1) is Stair.ZERO
        assert objective(problem, found.network(found.vertices[0])) == problem.y @ problem.y


def test_one_point_has_one_neuron_whatever_its_sign_and_its_repeats() -> None:
    for X, y in (([[2.0]], [1.0]), ([[-1.0, 3.0]], [-2.0]), ([[1.0, 1.0], [1.0, 1.0], [0.0, 0.0]], [1.0, 2.0, 5.0])):
        found = optimal_set(Problem(X, y, 0.1))
        assert found.fewest == found.most == 1
        assert found.sign[0] == np.sign(y[0])
        assert np.allclose(found.directions[:, 0], np.array(X[0]) / np.linalg.norm(X[0]))


def test_too_many_choices_leave_ranges_and_dimension_known_and_say_so(monkeypatch: pytest.MonkeyPatch) -> None:
    problem = wave(20, 0.001)
    whole = optimal_set(problem)
    monkeypatch.setattr(module, "MOST_CHOICES", 10)
    capped = optimal_set(problem)
    assert whole.complete
    assert not capped.complete
    assert capped.fewest is None
    assert capped.most is None
    assert capped.dimension == whole.dimension
    assert np.allclose(capped.lowest, whole.lowest, atol=1e-6)
    assert np.allclose(capped.highest, whole.highest, atol=1e-6)
    every = {tuple(vertex > 0) for vertex in whole.vertices}
    assert {tuple(vertex > 0) for vertex in capped.vertices} <= every
    assert capped.stair(21) is Stair.CONNECTED
    assert capped.stair(10) is Stair.UNKNOWN
    # blocks that every optimum has are needed, whatever else is not known
    needed = replace(capped, lowest=np.where(np.arange(len(capped.sign)) < 3, 1.0, 0.0))
    assert [needed.stair(m) for m in (2, 3)] == [Stair.UNREACHABLE, Stair.UNKNOWN]


def test_what_has_no_such_polytope_is_refused() -> None:
    X, y = FIVE.X, FIVE.y
    with pytest.raises(ValueError, match="lam must be above 0"):
        optimal_set(Problem(X, y))
    with pytest.raises(ValueError, match="lam must be above 0"):
        optimal_set(Problem(X, y, second_layer="ones"))
    some = solve_convex(FIVE, sample_patterns(X, 3, np.random.default_rng(1)))
    with pytest.raises(ValueError, match="solution must be proven optimal"):
        optimal_set(some)
    wide = np.random.default_rng(0).standard_normal((40, 8))
    with pytest.raises(ValueError, match="few enough patterns"):
        optimal_set(Problem(wide, wide[:, 0], 0.1))
    for m in (0, -1, 1.5, True):
        with pytest.raises(ValueError, match="m must be a whole number"):
            optimal_set(FIVE).stair(m)  # type: ignore[arg-type]
