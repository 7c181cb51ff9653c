"""λ = 0 on data of every kind against rational arithmetic: no bound too high, no optimum claimed that is not one."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from exact_oracle import exact_objective, exact_optimum, odd_data, odd_labels, wide_data, wide_labels
from hypothesis import assume, given, settings, strategies as st

from landscape.convex.certificate import certify
from landscape.convex.solver.without_penalty import centred
from landscape.convex.twin import Status, solve_convex
from landscape.convex.unregularised import bound_with_ones, least_loss, out_of_reach
from landscape.geometry import corners
from landscape.model.excess import PROVEN
from landscape.model.network import Network
from landscape.model.problem import Problem

LAST_DIGIT = float(np.nextafter(0.3, 1.0))

WITNESSES = {
    "x far from 0": (
        [[2000, 1], [2001, 1], [2002, 1], [2003, 1], [2004, 1]],
        [0, 2, 4, 1, 3],
        Network([[1, 1, 1], [-2000, -2002, -2003]], [2, -5, 5]),
    ),
    "rows that a scaling of columns merges": (
        [[1e-4, 0], [1e-4, 6e-10], [0, 1e6]],
        [0, 1, 0],
        Network([[0, -1e20], [1666666666.6666667, 1666666666.6666667]], [1, -1]),
    ),
    "opposite rows of mixed length": (
        [[1e6, 0], [-1e6, 0], [0, 1e-12], [0, -1e-12]],
        [1, 2, 3, 5],
        Network([[1e-6, -1e-6, 0, 0], [0, 0, 1e12, -1e12]], [1, 2, 3, 5]),
    ),
    "rows equal but for the last digit": (
        [[0.3, 1], [LAST_DIGIT, 1]],
        [0, 1],
        Network([[1.8014398509481984e16], [-5404319552844595.0]], [1]),
    ),
    "second layer of ones, three features, two close rows": (
        [[1, 0, 0], [1, 0, 5e-14], [0, 1, 0], [0, 0, -1]],
        [0, 1, 0, 0],
        Network([[0], [0], [2e13]], [1]),
    ),
}
"""Problems by what is wrong with them, and a network that reaches 0, or all but."""


def size(problem: Problem) -> Fraction:
    return sum((Fraction(v) ** 2 for v in problem.y), Fraction(0))


@pytest.mark.parametrize("name", WITNESSES)
def test_what_a_witness_reaches_is_reached_and_proven(name: str) -> None:
    X, y, witness = WITNESSES[name]
    problem = Problem(X, y, second_layer="ones" if "ones" in name else "trained")  # type: ignore[arg-type]
    best = exact_objective(problem, witness)
    found = solve_convex(problem)
    assert Fraction(found.certificate.lower_bound) <= best
    assert found.status is Status.OPTIMAL
    assert exact_objective(problem, found.network) <= best + Fraction(1, 10**12) * size(problem)
    assert certify(problem, witness).closed


@given(st.integers(0, 2**32 - 1), st.integers(1, 9), st.integers(1, 6))
@settings(max_examples=300, deadline=None)
def test_the_bound_of_a_trained_layer_is_the_exact_optimum_rounded_down(seed: int, n: int, d: int) -> None:
    rng = np.random.default_rng(seed)
    problem = Problem(odd_data(rng, n, d), odd_labels(rng, n))
    z = out_of_reach(problem.X, problem.y)
    assert z is not None
    bound, best = Fraction(least_loss(problem.y, z, d)), exact_optimum(problem)
    assert bound <= best
    assert best - bound <= Fraction(1, 10**11) * size(problem)


@given(st.integers(0, 2**32 - 1), st.integers(1, 7), st.integers(1, 5), st.booleans())
@settings(max_examples=200, deadline=None)
def test_no_optimum_is_claimed_that_exact_arithmetic_does_not_confirm(seed: int, n: int, d: int, ones: bool) -> None:
    rng = np.random.default_rng(seed)
    X = odd_data(rng, n, d)
    assume(np.abs(X).max() < 1e50)
    problem = Problem(X, odd_labels(rng, n), second_layer="ones" if ones and d <= 3 else "trained")
    found = solve_convex(problem)
    assert found.certificate.complete
    bound, value = Fraction(found.certificate.lower_bound), exact_objective(problem, found.network)
    assert bound <= value
    if problem.second_layer == "trained":
        assert bound <= exact_optimum(problem)
    assert abs(value - Fraction(found.value)) <= Fraction(1, 10**8) * max(value, Fraction(1, 10**3) * size(problem))
    if found.status is Status.OPTIMAL:
        assert value - bound <= Fraction(1.001 * PROVEN) * max(bound, Fraction(1, 10**4) * size(problem))


@given(st.integers(0, 2**32 - 1), st.integers(1, 6), st.integers(1, 3), st.integers(1, 4))
@settings(max_examples=200, deadline=None)
def test_no_network_with_ones_is_below_its_bound(seed: int, n: int, d: int, m: int) -> None:
    rng = np.random.default_rng(seed)
    problem = Problem(odd_data(rng, n, d), np.abs(odd_labels(rng, n)), second_layer="ones")
    i, j = rng.integers(n, size=2)
    narrow = problem.X[i] - problem.X[j]  # active on what two close rows differ by
    W = np.column_stack([narrow / max(float(narrow @ narrow), 1e-99), *rng.standard_normal((m, d))])
    assume(np.abs(W).max() < 1e99)
    witness = Network(W, np.ones(m + 1))
    bound = bound_with_ones(problem.X, problem.y, [problem.y - np.maximum(problem.X @ W, 0.0).sum(axis=1)])
    assert bound is not None
    assert Fraction(bound) <= exact_objective(problem, witness)


@given(st.integers(0, 2**32 - 1), st.integers(1, 6), st.integers(1, 4), st.sampled_from(["trained", "ones"]))
@settings(max_examples=150, deadline=None)
def test_nothing_false_is_said_of_data_of_any_size(seed: int, n: int, d: int, layer: str) -> None:
    rng = np.random.default_rng(seed)
    problem = Problem(wide_data(rng, n, d), wide_labels(rng, n), second_layer=layer)  # type: ignore[arg-type]
    solution = solve_convex(problem)
    certificate, reached = solution.certificate, exact_objective(problem, solution.network)
    least = exact_optimum(problem) if layer == "trained" else min(reached, size(problem))
    tiny = Fraction(1, 10**9) * size(problem)
    assert Fraction(max(certificate.lower_bound, 0.0)) <= least + tiny
    assert certificate.closed is (solution.status is Status.OPTIMAL)
    assert not certificate.closed or reached <= Fraction(certificate.lower_bound) + Fraction(1, 10**6) * size(problem)
    if np.isfinite(certificate.value):
        assert abs(reached - Fraction(certificate.value)) <= tiny + reached * Fraction(1, 10**9)


def test_an_optimum_whose_weights_no_network_may_have_is_not_called_reached() -> None:
    for layer in ("trained", "ones"):
        solution = solve_convex(Problem([[1e-95]], [1e60], second_layer=layer))  # type: ignore[arg-type]
        attainable = layer == "trained"  # two weights of 1e77 multiply
        assert (solution.status is Status.OPTIMAL) is attainable
        assert solution.certificate.lower_bound == 0.0
        assert solution.value <= 1e120


@given(st.integers(0, 2**32 - 1), st.integers(2, 12), st.booleans())
@settings(max_examples=100, deadline=None)
def test_many_edges_prove_what_few_do_and_never_more(seed: int, n: int, odd: bool) -> None:
    rng = np.random.default_rng(seed)
    X, y = odd_data(rng, n, 2) if odd else rng.standard_normal((n, 2)), rng.standard_normal(n)
    few = bound_with_ones(X, y, [y])
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(corners, "MOST_EDGES", 0)
        patch.setattr(corners, "MOST_CORNERS", 0)
        many = bound_with_ones(X, y, [y])
    assume(many is not None)  # rows all on one line are listed however many they are
    assert few is not None
    assert many <= few * (1 + 1e-9) + 1e-12
    assert odd or many == pytest.approx(few, rel=1e-9, abs=1e-12)


@pytest.mark.parametrize("n", [15, 200, 1000])
@pytest.mark.parametrize("layer", ["trained", "ones"])
def test_years_are_fitted_as_well_as_small_numbers(n: int, layer: str) -> None:
    y = np.random.default_rng(n).standard_normal(n)
    years, small = (
        solve_convex(Problem(np.c_[x, np.ones(n)], y, second_layer=layer))  # type: ignore[arg-type]
        for x in (np.arange(2020.0 - n, 2020.0), np.linspace(-1, 1, n))
    )
    assert years.status is small.status is Status.OPTIMAL
    assert years.value == pytest.approx(small.value, rel=1e-6, abs=1e-9)
    assert layer == "ones" or years.certificate.lower_bound == 0.0


@pytest.mark.parametrize("offset", [1e4, 1e6, 1e9])
@pytest.mark.parametrize("step", [1.0, 1e-3])
@pytest.mark.parametrize("d", [2, 3])
def test_small_differences_far_from_0_are_fitted(offset: float, step: float, d: int) -> None:
    rng = np.random.default_rng(d)
    x = offset + step * np.arange(8.0)
    X = np.column_stack([x, *rng.standard_normal((d - 2, 8)), np.ones(8)])
    found = solve_convex(Problem(X, rng.standard_normal(8)))
    assert found.status is Status.OPTIMAL
    assert found.certificate.lower_bound == 0.0


@given(st.integers(0, 2**32 - 1), st.integers(1, 8), st.integers(1, 4))
@settings(max_examples=100, deadline=None)
def test_centred_features_are_the_same_up_to_an_invertible_matrix(seed: int, n: int, d: int) -> None:
    rng = np.random.default_rng(seed)
    X = np.c_[rng.choice([0.0, 2000.0]) + rng.standard_normal((n, d)), np.ones(n)]
    features, M = centred(X)
    assert features.shape[1] == np.linalg.matrix_rank(X)
    assert np.allclose(X @ M, features, atol=1e-6)
    assert np.allclose(features.T @ features, n * np.eye(features.shape[1]), atol=1e-9 * n)


def test_rows_that_differ_by_sixteen_orders_are_fitted() -> None:
    """Atoms of an earlier λ are so short beside the longest row that they vanish all at once."""
    X = [
        [
            6.209407806542143e-09,
            -2.173641283429162e-08,
            5.8010279400125224e-05,
            -0.0012640219678634098,
            -129258383.10872261,
        ],
        [
            0.003407281395735275,
            3.81067212883745e-06,
            -0.007346671402615098,
            3.1532693206284146e-09,
            -0.016486248337071126,
        ],
        [1.2844768199494344e-08, 2.5570852352841817, 5.374436363300315e-05, -682604.445702573, -27293820.64601979],
        [
            -6.209407806542143e-09,
            2.173641283429162e-08,
            -5.8010279400125224e-05,
            0.0012640219678634098,
            129258383.10872261,
        ],
    ]
    solution = solve_convex(
        Problem(X, [-9.999999999999999e-06, 9.999999999999999e-06, 1.9999999999999998e-05, -2.9999999999999997e-05])
    )
    assert solution.status is Status.OPTIMAL
    assert solution.value <= 1e-20


def test_neurons_whose_sum_no_network_may_have_stay_apart() -> None:
    X = [
        [1.2784621733506763e-100, 5.9264634059197415e-93],
        [-1.4658790077396693e-100, 3.372893278069809e-93],
        [1.3970734204530392e-100, -9.825815440926226e-94],
        [-1.7018078546094304e-100, -5.74622218203087e-93],
        [1.0567846399164108e-100, -2.8157167528165963e-93],
    ]
    problem = Problem(X, [3.0, -1.0, 3.0, -3.0, 0.0], second_layer="ones")
    solution = solve_convex(problem)
    reached = exact_objective(problem, solution.network)
    assert Fraction(solution.certificate.lower_bound) <= reached
    assert solution.certificate.closed == (solution.status is Status.OPTIMAL)
    assert solution.value == pytest.approx(float(reached), rel=1e-9)
