"""The convex twin of the logistic loss, its certificate and λ_max: against plain CVXPY, closed forms and training."""

from __future__ import annotations

import inspect
from dataclasses import replace
from decimal import Decimal, localcontext
from fractions import Fraction
from math import log

import cvxpy as cp
import numpy as np
import pytest
from hypothesis import given, settings, strategies as st
from scipy.optimize import minimize

import landscape
from landscape import (
    Network,
    Problem,
    Status,
    certify,
    convex_objective,
    enumerate_patterns,
    lambda_max,
    lift,
    objective,
    recover,
    sample_patterns,
    solve_convex,
)
from landscape.model.output_bias import zero_loss

BIASES = ("none", "free", "penalised")

ROWS = {
    "duplicated rows": [[1.0, 0.5], [1.0, 0.5], [1.0, 0.5], [-0.4, 1.0], [-0.4, 1.0], [0.3, -1.0]],
    "parallel and opposite rows": [[1.0, 2.0], [2.0, 4.0], [-1.0, -2.0], [0.5, 1.0], [-3.0, 1.0], [3.0, -1.0]],
    "rows of zeros": [[0.0, 0.0], [0.0, 0.0], [1.0, 0.2], [-0.5, 0.7], [0.1, -0.9], [0.0, 0.0]],
    "rows on a line through zero": [[1.0, 1.0], [2.0, 2.0], [-1.0, -1.0], [-3.0, -3.0], [0.5, 0.5], [4.0, 4.0]],
    "a feature and a bias": [[-2.0, 1.0], [-1.0, 1.0], [-0.5, 1.0], [0.25, 1.0], [1.0, 1.0], [3.0, 1.0]],
    "a column of zeros": [[-2.0, 0.0], [-1.0, 0.0], [-0.5, 0.0], [0.25, 0.0], [1.0, 0.0], [3.0, 0.0]],
    "three features of rank two": [
        [1.0, 0.0, 1.0],
        [0.0, 1.0, 1.0],
        [1.0, 1.0, 2.0],
        [-1.0, 2.0, 1.0],
        [2.0, -1, 1],
        [1, 3, 4],
    ],
}


def with_classes(rng: np.random.Generator, n: int) -> np.ndarray:
    y = np.where(rng.random(n) < 0.5, 1.0, -1.0)
    y[:2] = [1.0, -1.0][: min(n, 2)]
    return y


def plain_value(problem: Problem) -> float:
    """The optimum of (2) over all patterns, written as in the paper, by an interior-point solver."""
    D = enumerate_patterns(problem.X).D
    longest = max(float(np.linalg.norm(problem.X, axis=1).max()), 1e-300)
    X, lam = problem.X / longest, problem.lam / longest  # a change of units of the weights
    U, V = cp.Variable((problem.d, len(D))), cp.Variable((problem.d, len(D)))
    f = cp.sum(cp.multiply(D.T.astype(float), X @ U - X @ V), axis=1)
    cost = 2 * lam * (cp.sum(cp.norm2(U, axis=0)) + cp.sum(cp.norm2(V, axis=0)))
    if problem.output_bias != "none":
        b = cp.Variable()
        f = f + b
        cost = cost + (problem.lam * b**2 if problem.output_bias == "penalised" else 0)
    inside = [cp.multiply(2.0 * D.T - 1.0, X @ block) >= 0 for block in (U, V)]
    program = cp.Problem(cp.Minimize(cp.sum(cp.logistic(cp.multiply(-problem.y, f))) + cost), inside)
    program.solve(solver=cp.CLARABEL)
    return float(program.value)


def trained(problem: Problem, rng: np.random.Generator, m: int) -> Network:
    """A network of m neurons trained by L-BFGS on problem (1), by code of its own."""
    X, y, lam, d = problem.X, problem.y, problem.lam, problem.d
    free, penalty = problem.output_bias != "none", lam if problem.output_bias == "penalised" else 0.0

    def cost(p: np.ndarray) -> tuple[float, np.ndarray]:
        W, a, b = p[: d * m].reshape(d, m), p[d * m : -1], p[-1] if free else 0.0
        hidden = np.maximum(X @ W, 0.0)
        t = y * (hidden @ a + b)
        pull = -y * np.exp(-np.logaddexp(0.0, t))
        to_W = X.T @ ((hidden > 0) * pull[:, None] * a) + 2 * lam * W
        to_b = pull.sum() + 2 * penalty * b if free else 0.0
        value = np.logaddexp(0.0, -t).sum() + lam * ((W**2).sum() + a @ a) + penalty * b * b
        return float(value), np.concatenate([to_W.ravel(), hidden.T @ pull + 2 * lam * a, [to_b]])

    size = 1.0 / np.sqrt(np.linalg.norm(X, axis=1).max())
    found = minimize(cost, size * rng.standard_normal(d * m + m + 1), jac=True, method="L-BFGS-B").x
    return Network(found[: d * m].reshape(d, m), found[d * m : -1], float(found[-1]) if free else 0.0)


@pytest.mark.parametrize("bias", BIASES)
@pytest.mark.parametrize("shape", [(2, 1), (5, 1), (3, 2), (7, 2), (5, 3), (6, 4)], ids=str)
def test_the_value_is_that_of_plain_cvxpy_over_all_patterns_and_is_certified(shape: tuple[int, int], bias: str) -> None:
    rng = np.random.default_rng(sum(shape))
    for share in (0.6, 0.1, 0.01):
        X, y = rng.standard_normal(shape), with_classes(rng, shape[0])
        most = lambda_max(Problem(X, y, output_bias=bias, loss="logistic"))
        problem = Problem(X, y, share * most, output_bias=bias, loss="logistic")
        found = solve_convex(problem)
        assert found.status is Status.OPTIMAL
        assert found.value == pytest.approx(plain_value(problem), rel=2e-6, abs=2e-6)
        assert 0 <= found.certificate.gap <= 1e-7 * found.value


@pytest.mark.parametrize("bias", BIASES)
@pytest.mark.parametrize("rows", ROWS.values(), ids=list(ROWS))
def test_degenerate_data_are_solved_as_plain_cvxpy_solves_them(rows: list[list[float]], bias: str) -> None:
    X = np.array(rows)
    for y in ([1, -1, 1, -1, 1, -1], [1, 1, -1, -1, -1, 1], [1, 1, 1, 1, 1, -1]):
        for lam in (0.3, 0.02):
            problem = Problem(X, y, lam, output_bias=bias, loss="logistic")
            found = solve_convex(problem)
            assert found.status in (Status.OPTIMAL, Status.ZERO)
            assert found.value == pytest.approx(plain_value(problem), rel=2e-6, abs=2e-6)


@pytest.mark.parametrize("bias", ["none", "penalised"])
@pytest.mark.parametrize("sign", [1.0, -1.0])
def test_one_class_alone_is_solved_as_plain_cvxpy_solves_it(sign: float, bias: str) -> None:
    rng = np.random.default_rng(5)
    for d in (1, 2, 3):
        X = rng.standard_normal((5, d))
        problem = Problem(X, np.full(5, sign), 0.05, output_bias=bias, loss="logistic")
        found = solve_convex(problem)
        assert found.status is Status.OPTIMAL
        assert found.value == pytest.approx(plain_value(problem), rel=2e-6)


@given(
    st.lists(st.floats(-3.0, 3.0).filter(lambda x: x == 0 or abs(x) > 1e-3), min_size=1, max_size=4),
    st.sampled_from([-1.0, 1.0]),
    st.floats(1e-6, 1.5),
)
@settings(deadline=None)
def test_one_sample_has_a_closed_form(x: list[float], y: float, share: float) -> None:
    size = float(np.linalg.norm(x))
    lam = share * (size / 4.0 if size else 1.0)
    found = solve_convex(Problem([x], [y], lam, loss="logistic"))
    # One neuron along x of outputs t costs 2λ t/‖x‖ + log(1 + e^−t), least where 1/(1 + e^t) = 2λ/‖x‖.
    p = 2.0 * lam / size if size else 1.0
    expected = -p * log(p) - (1 - p) * log(1 - p) if p < 0.5 else log(2.0)
    assert found.value == pytest.approx(expected, rel=1e-10)
    assert found.certificate.closed
    assert (found.status is Status.ZERO) == (not np.any(found.network.alpha))


def test_lambda_max_without_bias_is_a_quarter_of_the_support_of_the_labels() -> None:
    rng = np.random.default_rng(0)
    for _ in range(20):
        X, y = rng.standard_normal((6, 2)), with_classes(rng, 6)
        kinks = np.arctan2(X[:, 0], -X[:, 1])  # between them the support is smooth
        angles = np.concatenate([np.linspace(0.0, 2 * np.pi, 200_001), kinks, kinks + np.pi])
        hidden = np.maximum(X @ np.stack([np.cos(angles), np.sin(angles)]), 0.0)
        plain, free = Problem(X, y, loss="logistic"), Problem(X, y, output_bias="free", loss="logistic")
        assert lambda_max(plain) == pytest.approx(np.abs(y @ hidden).max() / 4, rel=1e-8)
        assert lambda_max(free) == pytest.approx(np.abs((y - y.mean()) @ hidden).max() / 4, rel=1e-8)


@pytest.mark.parametrize("bias", BIASES)
@pytest.mark.parametrize("d", [1, 2, 3])
def test_from_lambda_max_on_the_zero_network_is_optimal_and_below_it_is_not(d: int, bias: str) -> None:
    rng = np.random.default_rng(d)
    for _ in range(5):
        X, y = rng.standard_normal((6, d)), with_classes(rng, 6)
        most = lambda_max(Problem(X, y, output_bias=bias, loss="logistic"))
        for share in (1.0, 1.0 + 1e-9, 1.3, 20.0):
            problem = Problem(X, y, share * most, output_bias=bias, loss="logistic")
            found = solve_convex(problem)
            assert found.status is Status.ZERO
            assert not found.network.alpha.any()
            assert found.value == pytest.approx(zero_loss(problem), rel=1e-12)
            assert bias != "none" or found.value == pytest.approx(6 * log(2.0), rel=1e-12)
        below = Problem(X, y, 0.99 * most, output_bias=bias, loss="logistic")
        found = solve_convex(below)
        assert found.status is Status.OPTIMAL
        assert found.value < zero_loss(below)


@pytest.mark.parametrize("bias", BIASES)
@pytest.mark.parametrize("shape", [(6, 1), (8, 2), (12, 3), (12, 4), (15, 6), (30, 12), (40, 20)], ids=str)
def test_no_bound_is_above_what_training_reaches(shape: tuple[int, int], bias: str) -> None:
    rng = np.random.default_rng(shape[1])
    for share in (0.8, 0.2, 0.03):
        X, y = rng.standard_normal(shape), with_classes(rng, shape[0])
        most = lambda_max(Problem(X, y, output_bias="none", loss="logistic"))
        problem = Problem(X, y, share * most, output_bias=bias, loss="logistic")
        networks = [trained(problem, rng, 12) for _ in range(3)]
        networks += [solve_convex(problem).network] if shape[1] <= 4 else []
        reached = min(objective(problem, network) for network in networks)
        bounds = [certify(problem, networks[0]), certify(problem, networks[1], budget=landscape.Budget(nodes=0))]
        bounds += [certify(problem, networks[2], rng.standard_normal(shape[0]), budget=landscape.Budget(nodes=100))]
        bounds += [certify(problem, Network(np.zeros((shape[1], 1)), [0.0]), problem.y)]
        for bound in bounds:
            assert 0 < bound.lower_bound <= reached


@pytest.mark.parametrize("bias", BIASES)
def test_beyond_the_cells_the_value_is_at_most_what_training_reaches_and_the_bound_is_finite(bias: str) -> None:
    rng = np.random.default_rng(7)
    X, y = rng.standard_normal((25, 7)), with_classes(rng, 25)
    most = lambda_max(Problem(X, y, loss="logistic"))
    problem = Problem(X, y, 0.2 * most, output_bias=bias, loss="logistic")
    found = solve_convex(problem, budget=4.0)
    reached = min(objective(problem, trained(problem, rng, 25)) for _ in range(5))
    assert found.status in (Status.OPTIMAL, Status.BOUNDED)
    assert found.certificate.lower_bound > 0.5 * found.value
    assert found.certificate.lower_bound <= min(reached, found.value)
    assert found.value <= reached * (1.0 + 1e-6)


def test_the_bound_of_a_search_rises_until_the_gap_is_closed() -> None:
    rng = np.random.default_rng(3)
    X, y = rng.standard_normal((14, 6)), with_classes(rng, 14)
    problem = Problem(X, y, 0.4 * lambda_max(Problem(X, y, loss="logistic")), loss="logistic")
    found = solve_convex(problem, budget=20.0)
    assert found.status is Status.OPTIMAL
    few = certify(problem, found.network, budget=landscape.Budget(nodes=0))
    assert 0 < few.lower_bound <= found.certificate.lower_bound


@pytest.mark.parametrize("bias", BIASES)
@pytest.mark.parametrize("scale", [1e-6, 1e-3, 1e3, 1e6])
def test_a_change_of_the_features_units_changes_nothing_but_the_weights(scale: float, bias: str) -> None:
    rng = np.random.default_rng(11)
    for d in (1, 2, 3):
        X, y, lam = rng.standard_normal((7, d)), with_classes(rng, 7), 0.05
        there = Problem(X, y, lam, loss="logistic", output_bias="none" if bias == "penalised" else bias)
        scaled = Problem(X * scale, y, lam * scale, loss="logistic", output_bias=there.output_bias)
        one, other = solve_convex(there), solve_convex(scaled)
        assert one.status is other.status is Status.OPTIMAL
        assert other.value == pytest.approx(one.value, rel=1e-10)
        assert lambda_max(scaled) == pytest.approx(scale * lambda_max(there), rel=1e-12)
        if bias == "penalised":  # its penalty has the units of λ alone: only a proof is asked for
            assert solve_convex(Problem(X * scale, y, lam * scale, "trained", bias, "logistic")).certificate.closed


@pytest.mark.parametrize("exponent", [-2, -4, -6, -8])
def test_small_regularisation_is_solved_to_a_proof(exponent: int) -> None:
    rng = np.random.default_rng(-exponent)
    for d in (1, 2, 3):
        X, y = rng.standard_normal((9, d)), with_classes(rng, 9)
        for bias in BIASES:
            most = lambda_max(Problem(X, y, output_bias=bias, loss="logistic"))
            found = solve_convex(Problem(X, y, most * 10.0**exponent, output_bias=bias, loss="logistic"))
            assert found.status is Status.OPTIMAL


@given(st.integers(0, 10**6), st.integers(1, 8), st.integers(1, 3), st.sampled_from(BIASES), st.floats(-3.0, 0.2))
@settings(deadline=None, max_examples=40)
def test_the_stored_dual_vector_is_feasible_and_proves_the_bound(
    seed: int, n: int, d: int, bias: str, log_share: float
) -> None:
    """Checked without the package: in whole numbers at any neurons, and with logarithms of forty digits."""
    rng = np.random.default_rng(seed)
    X, y = np.round(rng.standard_normal((n, d)), 2), with_classes(rng, n)
    most = lambda_max(Problem(X, y, loss="logistic"))
    problem = Problem(X, y, 10.0**log_share * (most or 1.0), output_bias=bias, loss="logistic")
    proven = certify(problem, Network(rng.standard_normal((d, 4)), rng.standard_normal(4)), rng.standard_normal(n))
    assert proven.dual is not None
    z, lam = [Fraction(v) for v in proven.dual.tolist()], Fraction(problem.lam)
    p = [2 * v * int(label) for v, label in zip(z, y, strict=True)]
    assert all(0 <= share <= 1 for share in p)
    if bias == "free":  # feasible once the heavier class is made lighter by what is rounding
        up, down = (sum(s for s, label in zip(p, y, strict=True) if label == side) for side in (1.0, -1.0))
        assert abs(up - down) <= Fraction(1, 10**14) * max(up, down)
    rows = [[Fraction(v) for v in row] for row in X.tolist()]
    for u in [*rng.standard_normal((12, d)), *X, *-X, *np.linalg.svd(X)[2]]:
        w = [Fraction(v) for v in u.tolist()]
        reached = sum(
            a * max(sum(x * v for x, v in zip(row, w, strict=True)), 0) for a, row in zip(z, rows, strict=True)
        )
        assert reached * reached <= lam * lam * sum(v * v for v in w)
    with localcontext(prec=60):
        q = [Decimal(s.numerator) / Decimal(s.denominator) for s in p]
        entropies = sum((-s * s.ln() - (1 - s) * (1 - s).ln() for s in q if 0 < s < 1), Decimal(0))
        if bias == "penalised":
            total = sum(z)
            cost = total * total / lam
            entropies -= Decimal(cost.numerator) / Decimal(cost.denominator)
        assert Decimal(proven.lower_bound) <= entropies


@pytest.mark.parametrize("bias", BIASES)
def test_the_recovered_network_attains_the_value_and_lifts_back_to_it(bias: str) -> None:
    rng = np.random.default_rng(2)
    for d in (1, 2, 3):
        problem = Problem(rng.standard_normal((8, d)), with_classes(rng, 8), 0.05, output_bias=bias, loss="logistic")
        found = solve_convex(problem)
        assert objective(problem, recover(found)) == pytest.approx(found.value, rel=1e-9)
        assert objective(problem, found.network) == pytest.approx(found.value, rel=1e-9)
        patterns = enumerate_patterns(problem.X)
        U, V = lift(found.network, problem, patterns)
        assert convex_objective(problem, U, V, patterns) == pytest.approx(found.value, rel=1e-9)


def test_over_some_patterns_the_value_is_no_lower_and_is_said_to_be_restricted() -> None:
    rng = np.random.default_rng(4)
    problem = Problem(rng.standard_normal((8, 3)), with_classes(rng, 8), 0.05, loss="logistic")
    best = solve_convex(problem)
    every = solve_convex(problem, enumerate_patterns(problem.X))
    some = solve_convex(problem, sample_patterns(problem.X, 3, rng))
    assert every.value == pytest.approx(best.value, rel=1e-6)
    assert some.status is Status.RESTRICTED
    assert some.value > best.value


def test_a_solution_nearby_is_a_place_to_start_from() -> None:
    rng = np.random.default_rng(6)
    X, y = rng.standard_normal((9, 3)), with_classes(rng, 9)
    near = solve_convex(Problem(X, y, 0.06, loss="logistic"))
    moved = Problem(X + 0.01, y, 0.05, loss="logistic")
    assert solve_convex(moved, near=near).value == pytest.approx(solve_convex(moved).value, rel=1e-9)


@pytest.mark.parametrize("d", [1, 2, 8])
@pytest.mark.parametrize("sign", [1.0, -1.0])
def test_at_a_loss_that_no_network_attains_none_is_called_optimal(d: int, sign: float) -> None:
    """However small it is, and where it underflows: a larger bias, or larger weights, have a smaller one."""
    X = np.random.default_rng(d).standard_normal((14, d))
    one_class = Problem(X, np.full(14, sign), 0.1, output_bias="free", loss="logistic")
    nothing = Network(np.zeros((d, 1)), np.zeros(1))
    for bias in (0.0, 8.0, 40.0, 700.0, 800.0, 1e9):
        found = certify(one_class, replace(nothing, bias=sign * bias))
        assert not found.closed
        assert found.lower_bound == 0.0
        assert "proven optimal" not in repr(found).replace("not proven optimal", "")
    separated = np.where(X[:, 0] > 0, 1.0, -1.0)
    u = np.eye(d)[:, :1]
    for bias_kind in BIASES:
        problem = Problem(X, separated, 0.0, output_bias=bias_kind, loss="logistic")
        for size in (1.0, 1e3, 1e6):
            found = certify(problem, Network(size * np.c_[u, -u], size * np.array([1.0, -1.0])))
            assert not found.closed
            assert found.lower_bound == 0.0


def test_of_a_loss_that_underflows_the_words_say_that_none_attains_it() -> None:
    problem = Problem([[1.0], [2.0]], [1.0, 1.0], 0.1, output_bias="free", loss="logistic")
    said = repr(certify(problem, Network([[0.0]], [0.0], 800.0)))
    assert "at the infimum up to rounding, which no network attains" in said
    attained = Problem([[1.0], [2.0]], [1.0, 1.0], 0.1, output_bias="penalised", loss="logistic")
    assert solve_convex(attained).certificate.closed


def test_what_no_network_attains_is_refused_and_bounded_by_nothing_but_zero() -> None:
    X, network = [[1.0], [2.0]], Network([[1.0]], [1.0])
    plain = Problem(X, [1, -1], loss="logistic")
    with pytest.raises(ValueError, match="lam must be positive when loss is 'logistic', but was 0"):
        solve_convex(plain)
    alone = Problem(X, [1, 1], 0.1, output_bias="free", loss="logistic")
    with pytest.raises(ValueError, match=r"y must hold both classes .* but holds only 1: the loss falls towards 0"):
        solve_convex(alone)
    for problem in (plain, alone):
        proven = certify(problem, network)
        assert proven.lower_bound == 0.0
        assert not proven.closed
    assert lambda_max(alone) == 0.0


COVERED = {
    *("objective", "gradient", "bias_gradient", "widen", "lambda_max", "certify", "solve_convex", "recover", "lift"),
    *("convex_objective", "ConvexSolution"),
}
"""The public functions and records of problems that cover the logistic loss: the tests of both are of them."""


def of_problems() -> list[str]:
    names = []
    for name in landscape.__all__:
        public = getattr(landscape, name)
        if callable(public) and not inspect.isclass(public):
            hints = [str(p.annotation) for p in inspect.signature(public).parameters.values()]
            names += [name] if any("Problem" in hint for hint in hints) else []
    return names


@pytest.mark.parametrize("name", sorted(set(of_problems()) - COVERED))
def test_whatever_does_not_cover_the_logistic_loss_refuses_it_in_one_sentence(name: str) -> None:
    problem = Problem([[-1.0], [1.0]], [1, -1], 0.1, loss="logistic")
    public = getattr(landscape, name)
    given = {
        p.name: problem if "Problem" in str(p.annotation) else None
        for p in inspect.signature(public).parameters.values()
        if p.default is inspect.Parameter.empty
    }
    with pytest.raises(ValueError, match="for the squared loss: loss must be 'squared', but was 'logistic'"):
        public(**given)


def test_every_public_function_of_a_problem_is_asked() -> None:
    assert {"descend", "escape_path", "lambda_path", "optimal_set", "write_proof", "loss_surface"} <= set(of_problems())
    assert COVERED - {"ConvexSolution", "recover"} <= set(of_problems())
