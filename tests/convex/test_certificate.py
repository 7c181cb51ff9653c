"""The certificate: a bound that is never above the optimum, and tight where the optimum is reached."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest
from exact_oracle import exact_objective, odd_data, odd_labels
from hypothesis import assume, given, settings, strategies as st
from scipy.optimize import nnls

from landscape.convex.budget import Budget
from landscape.convex.certificate import certify
from landscape.convex.dual import dual_value
from landscape.convex.solver.cvxpy_model import solve_by_facets
from landscape.convex.twin import Status, solve_convex
from landscape.geometry.lambda_max import lambda_max
from landscape.geometry.patterns import enumerate_patterns
from landscape.model.network import Network, objective
from landscape.model.problem import Problem

POSTER = np.array([[-1.0], [1.0]]), np.array([1.0, 2.0])


def random_data(rng: np.random.Generator, n: int, d: int) -> tuple[np.ndarray, np.ndarray]:
    """Random rows, every other time small integers, so that rows repeat, oppose each other and vanish."""
    X = rng.integers(-1, 2, (n, d)).astype(float) if rng.random() < 0.5 else rng.standard_normal((n, d))
    return X, rng.standard_normal(n)


def random_network(rng: np.random.Generator, d: int, ones: bool) -> Network:
    m = rng.integers(1, 6)
    W = rng.standard_normal((d, m)) * 10.0 ** rng.integers(-2, 2)
    return Network(W, np.ones(m) if ones else rng.standard_normal(m))


def reference_optimum(problem: Problem) -> float:
    """The optimal value by an independent route: the facet model for λ > 0, dense neurons for λ = 0."""
    X, y = problem.X, problem.y
    if problem.lam > 0:
        D = enumerate_patterns(X).D
        U, V = solve_by_facets(X, y, problem.lam, D)
        fit = np.sum(D.T * (X @ (U - V)), axis=1)
        norms = np.linalg.norm(U, axis=0).sum() + np.linalg.norm(V, axis=0).sum()
        return float(np.sum((fit - y) ** 2) + 2 * problem.lam * norms)
    angle = np.linspace(0, 2 * np.pi, 721)
    U = np.stack([np.cos(angle), np.sin(angle)]) if problem.d == 2 else np.array([[1.0, -1.0]])
    A = np.maximum(X @ U, 0)
    if problem.second_layer == "ones":
        return float(nnls(A, y)[1] ** 2)
    return float(np.sum((y - A @ np.linalg.lstsq(A, y, rcond=1e-12)[0]) ** 2))


@given(st.integers(0, 2**32 - 1), st.integers(1, 6), st.integers(1, 2), st.sampled_from(["lam", "zero", "ones"]))
@settings(max_examples=150, deadline=None)
def test_no_random_network_or_dual_proves_a_bound_above_the_optimum(seed: int, n: int, d: int, case: str) -> None:
    rng = np.random.default_rng(seed)
    X, y = random_data(rng, n, d)
    lam = lambda_max(Problem(X, y)) * rng.uniform(0.01, 1.2) if case == "lam" else 0.0
    problem = Problem(X, y, lam, "ones" if case == "ones" else "trained")
    optimum = reference_optimum(problem)
    for _ in range(5):
        network = random_network(rng, d, case == "ones")
        dual = rng.standard_normal(n) * 10.0 ** rng.integers(-8, 8)
        for candidate in (None, dual, y, -y, y + 1e-3 * dual, np.zeros(n)):
            found = certify(problem, network, candidate)
            assert found.complete
            assert found.lower_bound <= optimum + 1e-7 * (y @ y)
            assert found.value == objective(problem, network)
            assert found.gap == found.value - found.lower_bound >= 0


def test_the_posters_stuck_network_is_one_above_the_optimum_and_misses_the_left_neuron() -> None:
    problem = Problem(*POSTER, second_layer="ones")
    stuck = certify(problem, Network(np.array([[1.5, 0.5]]), np.ones(2)))
    assert stuck.value == pytest.approx(1)
    assert stuck.lower_bound == pytest.approx(0, abs=1e-12)
    assert stuck.missing is not None
    assert stuck.missing.tolist() == [-1.0]
    assert stuck.missing_sign == 1
    assert stuck.missing_pattern is not None
    assert stuck.missing_pattern.tolist() == [True, False]
    reached = certify(problem, Network(np.array([[2.0, -1.0]]), np.ones(2)))
    assert reached.gap == pytest.approx(0, abs=1e-12)
    assert reached.missing is None
    assert reached.missing_pattern is None


def test_labels_out_of_reach_of_ones_are_proven_so() -> None:
    X, y = POSTER
    proven = certify(Problem(X, -y, second_layer="ones"), Network(np.zeros((1, 1)), np.ones(1)))
    assert proven.gap == pytest.approx(0, abs=1e-12)
    assert proven.lower_bound == pytest.approx(5)
    one_side = Problem(np.array([[1.0], [2.0]]), np.array([1.0, 1.0]), second_layer="ones")
    assert certify(one_side, Network(np.array([[0.6]]), np.ones(1))).gap == pytest.approx(0, abs=1e-12)


def test_duplicates_with_different_labels_are_proven_unreachable_without_regularisation() -> None:
    X = np.array([[1.0, 1.0], [1.0, 1.0], [0.0, 0.0], [-1.0, 1.0]])
    y = np.array([1.0, 3.0, 2.0, 1.0])
    assert certify(Problem(X, y), Network(np.zeros((2, 1)), np.zeros(1))).lower_bound == pytest.approx(6)


def test_a_good_dual_tightens_the_bound_of_a_stuck_network() -> None:
    problem = Problem(*POSTER, lam=0.1)
    stuck = Network(np.array([[1.2]]), np.array([1.2]))
    alone = certify(problem, stuck)
    optimal = np.array([0.1, 0.1])
    helped = certify(problem, stuck, 1e6 * optimal)
    assert helped.lower_bound == pytest.approx(0.58)
    assert alone.lower_bound < helped.lower_bound


def test_more_features_than_can_be_enumerated_have_a_bound_and_an_estimate_above_it() -> None:
    rng = np.random.default_rng(0)
    X, y = rng.standard_normal((40, 8)), rng.standard_normal(40)
    problem = Problem(X, y, lam=0.1 * lambda_max_sampled(X, y))
    found = certify(problem, Network(np.zeros((8, 1)), np.zeros(1)))
    assert not found.complete
    assert 0 < found.lower_bound <= found.estimate <= found.value
    assert found.gap == found.value - found.lower_bound
    network = solve_convex(problem, budget=2.0).network
    assert found.lower_bound <= objective(problem, network)
    known = certify(problem, network, known=found)
    assert known.lower_bound >= found.lower_bound
    assert known.value == objective(problem, network)


def lambda_max_sampled(X: np.ndarray, y: np.ndarray) -> float:
    return float(np.max(np.abs(y @ np.maximum(X @ np.random.default_rng(1).standard_normal((X.shape[1], 50)), 0))))


def test_what_is_no_dual_is_refused() -> None:
    problem = Problem(*POSTER, lam=0.1)
    network = Network(np.zeros((1, 1)), np.zeros(1))
    with pytest.raises(ValueError, match="dual must have one entry"):
        certify(problem, network, np.ones(3))
    with pytest.raises(ValueError, match="dual must hold finite"):
        certify(problem, network, np.array([np.nan, 1.0]))
    with pytest.raises(ValueError, match="W must have one row"):
        certify(problem, Network(np.zeros((2, 1)), np.zeros(1)))


def test_rounding_left_over_from_a_shift_proves_nothing():
    problem = Problem([[0.25], [1.0]], [0.001, 0.001], second_layer="ones")
    dead = certify(problem, Network([[-3.0]], [1.0]))
    best = 2e-6 - (0.00125**2) / 1.0625
    assert dead.lower_bound == pytest.approx(best, rel=1e-9)
    assert dead.gap == pytest.approx(2e-6 - best, rel=1e-6)


@pytest.mark.parametrize("seed", range(200))
def test_equal_labels_on_one_side_are_never_proven_too_high(seed):
    rng = np.random.default_rng(seed)
    x, label = rng.uniform(0.05, 2, rng.integers(1, 4)), rng.choice([0.001, 0.1, 1.0, 3.0])
    problem = Problem(x[:, None], np.full(len(x), label), second_layer="ones")
    y = problem.y
    best = float(y @ y - (x @ y) ** 2 / (x @ x))
    bound = certify(problem, Network([[-3.0]], [1.0])).lower_bound
    assert bound <= best + 1e-12 * (y @ y)
    assert bound == pytest.approx(best, abs=1e-9 * (y @ y))


@given(
    st.integers(0, 2**32 - 1),
    st.sampled_from([(4,), (3, 2)]),
    st.sampled_from([-1.0, 0.0, 0.05, 0.5, 2.0]),
    st.floats(0, 2),
)
def test_no_other_feasible_multiple_of_a_dual_vector_proves_more(
    seed: int, shape: tuple[int, ...], support: float, lam: float
) -> None:
    rng = np.random.default_rng(seed)
    y, z = rng.standard_normal(shape), rng.standard_normal(shape)
    value = dual_value(y, z, lam, support)
    c = np.linspace(0, 50, 5001)
    c = np.append(c[c * support <= lam], lam / support if support > 0 else [])
    others = np.array([np.sum(y**2) - np.sum((y - scale * z) ** 2) for scale in c])
    assert others.max() <= value + 1e-9 * (1 + np.sum(y**2))
    assert value <= others.max() + 1e-2 * np.sum(z**2)
    assert dual_value(y, 0 * z, lam, support) == 0.0


@given(st.integers(0, 2**32 - 1), st.integers(1, 6), st.integers(1, 2), st.sampled_from([1e-9, 1e-6, 1e-3, 0.1, 0.5]))
@settings(max_examples=100, deadline=None)
def test_with_a_penalty_no_bound_exceeds_a_network_in_exact_arithmetic(seed: int, n: int, d: int, share: float) -> None:
    rng = np.random.default_rng(seed)
    X = odd_data(rng, n, d)
    assume(np.all(np.abs(np.log10(np.abs(X[X != 0]))) < 40))
    unpenalised = Problem(X, odd_labels(rng, n))
    problem = Problem(X, unpenalised.y, share * lambda_max(unpenalised))
    found = solve_convex(problem)
    assert Fraction(found.certificate.lower_bound) <= exact_objective(problem, found.network)


def nearly_degenerate(rng: np.random.Generator) -> Problem:
    """Pairs and triples of rows within a few units of the last digit, mixed scales, λ from almost none to λ_max."""
    n, d = int(rng.integers(2, 7)), int(rng.integers(1, 4))
    X = rng.standard_normal((n, d)) if rng.random() < 0.6 else rng.integers(-2, 3, (n, d)).astype(float)
    if d > 1 and rng.random() < 0.5:
        X[:, -1] = 1.0
    for _ in range(int(rng.integers(0, 4))):
        i, j = rng.integers(n, size=2)
        X[j] = X[i] * (1.0 + rng.integers(-16, 17, d) * 2.0**-52) * rng.choice([-1.0, 1.0, 0.5])
    if rng.random() < 0.2:
        X *= 10.0 ** rng.integers(-6, 7, d).astype(float)
    of_X, of_y = rng.choice([(0, 0), (0, 0), (-90, -90), (80, 0), (0, 80), (80, -90), (-90, 80)])
    bare = Problem(X * 10.0**of_X, rng.standard_normal(n) * 10.0**of_y)
    return replace(bare, lam=lambda_max(bare) * 10.0 ** rng.uniform(-6, 0.1))


@given(st.integers(0, 2**32 - 1))
@settings(max_examples=60, deadline=None)
def test_no_network_is_below_what_is_proven_in_exact_arithmetic(seed: int) -> None:
    rng = np.random.default_rng(seed)
    problem = nearly_degenerate(rng)
    assume(problem.lam > 0)
    solution = solve_convex(problem)
    proofs = [solution.certificate, certify(problem, solution.network, rng.standard_normal(problem.n))]
    proofs.append(certify(problem, Network(np.zeros((problem.d, 1)), np.zeros(1)), problem.y))
    reached = exact_objective(problem, solution.network)
    labels = sum(Fraction(label) ** 2 for label in problem.y.tolist())
    for proof in proofs:
        assert proof.complete
        assert Fraction(proof.lower_bound) <= reached
        assert Fraction(proof.lower_bound) <= labels
    assert solution.certificate.closed == (solution.status in (Status.OPTIMAL, Status.ZERO))
    assert reached <= labels * (1 + Fraction(1e-12))


@given(st.integers(0, 2**32 - 1), st.integers(1, 4), st.integers(-200, 200), st.integers(-100, 100))
@settings(max_examples=60, deadline=None)
def test_whether_the_gap_is_closed_depends_on_no_unit(seed: int, d: int, of_y: int, of_X: int) -> None:
    rng = np.random.default_rng(seed)
    X, y = random_data(rng, 5, d)
    lam = 0.1 * lambda_max(Problem(X, y))
    network = random_network(rng, d, False) if seed % 2 else solve_convex(Problem(X, y, lam)).network
    here = certify(Problem(X, y, lam), network)
    # f(X) = relu(X W) α is of size 2^of_y where W and α are of size 2^½(of_y − of_X): even powers round nothing.
    of_y, of_X = 2 * (of_y // 2), 2 * (of_X // 2)
    weights = 2.0 ** ((of_y - of_X) // 2)
    scaled = Problem(np.ldexp(X, of_X), np.ldexp(y, of_y), float(np.ldexp(lam, of_X + of_y)))
    there = certify(scaled, Network(network.W * weights, network.alpha * weights))
    assert there.closed == here.closed
    assert there.lower_bound == np.ldexp(here.lower_bound, 2 * of_y)
    assert there.gap == np.ldexp(here.gap, 2 * of_y)
    assert (there.missing is None) == (here.missing is None)


def test_without_visiting_every_pattern_a_bound_is_below_the_optimum_and_a_negligible_loss_is_proven() -> None:
    rng = np.random.default_rng(0)
    X = rng.standard_normal((40, 8))
    narrow = X[7] / np.linalg.norm(X[7])
    y = np.maximum(X @ narrow - 0.0, 0.0)
    problem = Problem(X, y, 1e-3)
    close = certify(problem, Network(narrow[:, None] * 1.001, np.ones(1)))
    assert not close.complete
    assert 0 < close.lower_bound <= objective(problem, Network(narrow[:, None], np.ones(1)))
    exact_fit = certify(replace(problem, lam=1e-14), Network(narrow[:, None], np.ones(1)))
    assert 0 <= exact_fit.lower_bound <= exact_fit.value
    assert exact_fit.closed
    assert not exact_fit.complete


@pytest.mark.parametrize("d", [1, 2, 3, 5])
@pytest.mark.parametrize("bias", ["none", "free", "penalised"])
@pytest.mark.parametrize("loss", ["squared", "logistic"])
def test_a_solution_lends_its_bound_to_every_network_of_its_problem_and_of_no_other(d: int, bias, loss) -> None:
    rng = np.random.default_rng(d)
    X = rng.standard_normal((12, d))
    y = rng.standard_normal(12)
    problem = Problem(X, np.sign(y) if loss == "logistic" else y, 0.05, output_bias=bias, loss=loss)
    best = solve_convex(problem, budget=Budget(nodes=200))
    network = Network(rng.standard_normal((d, 3)), rng.standard_normal(3))
    judged = certify(problem, network, known=best)
    assert judged.value == objective(problem, network)
    assert judged.lower_bound >= best.certificate.lower_bound * (1 - 1e-9)
    assert judged.lower_bound <= best.value * (1 + 1e-9)
    same = certify(problem, network, known=best.certificate)
    assert same.lower_bound == judged.lower_bound
    own = certify(replace(problem), network, known=best)
    assert own.lower_bound == judged.lower_bound
    others = [replace(problem, lam=0.06), replace(problem, y=-problem.y), replace(problem, X=2 * X)]
    if bias != "none":
        others.append(replace(problem, output_bias="none"))
    for other in others:
        with pytest.raises(ValueError, match="known must be the solution of this problem, but is that of another"):
            certify(other, network, known=best)
    with pytest.raises(ValueError, match=r"known must be what solve_convex returns for this problem, .* was a Network"):
        certify(problem, network, known=network)
