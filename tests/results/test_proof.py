"""Every line of a proof is true, by exact rational arithmetic: no network costs less than the bound it gives."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest
from any_scenario import data as any_data
from exact_oracle import exact_objective, exact_optimum
from fraction_support import fraction_support
from hypothesis import assume, example, given, settings, strategies as st

from landscape.convex.certificate import certify
from landscape.geometry.support import sampled_support
from landscape.model.network import Network
from landscape.model.problem import Problem
from landscape.results.proof import LISTED, Proof, Reason, as_written, proof_of
from landscape.results.solved_scenario import SolvedScenario, solve_scenario
from landscape.scenario import Data, Training

BARE = Training(m=1, runs=(), steps=1)
ONES = BARE
TRAINED = replace(BARE, layer="trained")

PENALTIES = (0.0, 1e-3, 0.1, 0.7, 1.5)


def solved(data: Data, training: Training) -> SolvedScenario:
    try:
        return solve_scenario(data, training)
    except ValueError:  # numbers that no problem has
        assume(False)
        raise


def value_of(z: tuple[Fraction, ...], y: list[Fraction]) -> Fraction:
    return sum((2 * a * b - a * a for a, b in zip(z, y, strict=True)), Fraction(0))


def written_problem(problem: Problem) -> tuple[list[Fraction], list[Fraction], Fraction]:
    x, y = ([as_written(v) for v in values.tolist()] for values in (problem.X[:, 0], problem.y))
    return x, y, as_written(problem.lam)


def least_of_one_feature(x: list[Fraction], y: list[Fraction], lam: Fraction, *, ones: bool) -> Fraction:
    """The optimum of (2) for one feature, side by side, as the least of a parabola on either side of 0."""
    total = sum((b * b for a, b in zip(x, y, strict=True) if a == 0), Fraction(0))
    for sign in (1, -1):
        side = [(a, b) for a, b in zip(x, y, strict=True) if sign * a > 0]

        def loss(s: Fraction, side: list[tuple[Fraction, Fraction]] = side) -> Fraction:
            return sum(((a * s - b) ** 2 for a, b in side), Fraction(0)) + 2 * lam * abs(s)

        square = sum((a * a for a, _ in side), Fraction(0))
        tries = [Fraction(0)]
        for shift in (lam, -lam) if square else ():
            tries.append((sum((a * b for a, b in side), Fraction(0)) - shift) / square)
        total += min(loss(s) for s in tries if not ones or sign * s >= 0)
    return total


@settings(max_examples=150)
@given(any_data(features=st.just(1), bias=st.just(False), most=6), st.booleans(), st.sampled_from(PENALTIES))
@example(Data(), True, 0.0)
@example(Data((-1.0, 1.0), (1.0, -2.0)), True, 0.0)
@example(Data((1.0, 2.0), (1.0, 2.5)), True, 0.0)
@example(Data((0.0, 0.0), (1.0, 2.5)), False, 0.1)
@example(Data((-1.0, 1.0), (0.1, 0.7)), False, 0.1)
def test_the_proof_of_one_feature_is_exact_line_by_line(data: Data, ones: bool, lam: float) -> None:
    found = solved(data, ONES if ones else replace(TRAINED, lam=lam))
    proof, (x, y, penalty) = proof_of(found), written_problem(found.problem)
    optimum = least_of_one_feature(x, y, penalty, ones=ones)
    assert proof.bound == optimum
    if not ones and penalty == 0:
        exact = [[float(v)] for v in x]
        if all(Fraction(v[0]) == w for v, w in zip(exact, x, strict=True)) and all(Fraction(float(v)) == v for v in y):
            assert proof.bound == exact_optimum(found.problem)
    if proof.reason is Reason.SQUARES:
        assert optimum == 0
        return
    assert proof.exact
    assert proof.bound == value_of(proof.z, y) > 0
    assert proof.allowed == penalty
    for sign, bound in zip((1, -1), proof.patterns, strict=False):
        gained = sum((b * abs(a) for a, b in zip(x, proof.z, strict=True) if sign * a > 0), Fraction(0))
        assert bound.active.tolist() == [sign * a >= 0 for a in x]
        assert bound.most == (gained if ones else abs(gained)) <= proof.allowed
        assert bound.tight == (bound.most == proof.allowed)
    assert len(proof.patterns) == (2 if any(x) else 1)
    assert (proof.others, proof.counted) == (0, True)


def neurons_of(pattern: np.ndarray, X: np.ndarray, rng: np.random.Generator) -> list[np.ndarray]:
    """Neurons that have a pattern, found by chance."""
    tried = rng.standard_normal((X.shape[1], 4000))
    has = ((X @ tried > 0) == pattern[:, None]).all(axis=0)
    return list(tried[:, has].T[:20])


def correlation(X: np.ndarray, z: tuple[Fraction, ...], u: np.ndarray) -> Fraction:
    """zᵀ max(0, X u), without any rounding."""
    exact = [Fraction(float(v)) for v in u]
    total = Fraction(0)
    for row, weight in zip(X.tolist(), z, strict=True):
        total += weight * max(Fraction(0), sum((Fraction(a) * b for a, b in zip(row, exact, strict=True)), Fraction(0)))
    return total


@settings(max_examples=60)
@given(
    any_data(features=st.integers(1, 3), bias=st.booleans(), most=6),
    st.sampled_from(PENALTIES[1:]),
    st.integers(0, 2**20),
)
@example(Data((-1.0, 0.0, 1.0), (1.0, -1.0, 1.0), bias=True), 0.1, 0)
@example(Data((2000.0, 2001.0, 2002.0), (1.0, -1.0, 1.0), bias=True), 0.01, 0)
@example(Data((-1e15,) * 6 + (0.0, 0.1, 0.1, 0.0), (0.0, 0.0, 0.0, 0.0, 1.0), features=2, bias=True), 0.001, 0)
@example(Data((-1e15,) * 6 + (0.1, 0.1, 0.1, 0.0), (0.0, 0.0, 0.0, 0.0, 1.0), features=2, bias=True), 0.001, 0)
def test_a_dual_vector_of_several_features_is_feasible_as_it_stands(data: Data, lam: float, seed: int) -> None:
    assume(2 <= data.d <= 3)
    found = solved(data, replace(TRAINED, lam=lam))
    problem, proof = found.problem, proof_of(found)
    assume(proof.reason is Reason.PENALTY)
    z = np.array([float(v) for v in proof.z])
    assert fraction_support(problem.X, z) <= Fraction(problem.lam)
    assert proof.bound == value_of(proof.z, [Fraction(v) for v in problem.y.tolist()])
    assert proof.bound <= exact_objective(problem, found.solution.network)
    rng = np.random.default_rng(seed)
    for bound in proof.patterns:
        assert bound.most <= proof.allowed == Fraction(problem.lam)
        for u in neurons_of(bound.active, problem.X, rng):
            size = sum((Fraction(float(v)) ** 2 for v in u), Fraction(0))
            assert correlation(problem.X, proof.z, u) ** 2 <= bound.most**2 * size
    listed = {bound.active.tobytes() for bound in proof.patterns}
    for u in rng.standard_normal((100, problem.d)):
        if (problem.X @ u > 0).tobytes() in listed or np.any(problem.X @ u == 0):
            continue
        size = sum((Fraction(float(v)) ** 2 for v in u), Fraction(0))
        assert correlation(problem.X, proof.z, u) ** 2 <= proof.most_of_others**2 * size
        assert proof.others > 0
    for _ in range(5):
        network = Network(rng.standard_normal((problem.d, 3)), rng.standard_normal(3))
        assert exact_objective(problem, network) >= proof.bound


@settings(max_examples=60)
@given(any_data(features=st.integers(1, 2), bias=st.booleans(), most=6))
@example(Data((0.0, 0.0, 1.0), (1.0, 2.0, 1.0), bias=True))
@example(Data((1.0, 1.0, 1.0, -1.0), (1.0, 2.0, 3.0, 4.0), bias=True))
def test_without_a_penalty_the_bound_is_at_most_the_exact_optimum(data: Data) -> None:
    found = solved(data, TRAINED)
    proof = proof_of(found)
    if data.d == 1:
        assert proof.bound == least_of_one_feature(*written_problem(found.problem), ones=False)
        return
    exact = exact_optimum(found.problem)
    assert proof.bound <= exact
    if found.proof.closed:
        assert float(exact - proof.bound) <= 1e-6 * float(found.problem.y @ found.problem.y)
    assert proof.reason is (Reason.OUT_OF_REACH if proof.bound > 0 else Reason.SQUARES)


def test_more_patterns_than_can_be_visited_have_a_dual_vector_that_a_search_has_bounded() -> None:
    rng = np.random.default_rng(0)
    data = Data(tuple(rng.standard_normal(40 * 8)), tuple(rng.standard_normal(40)), features=8)
    found = solve_scenario(data, replace(TRAINED, lam=0.3))
    proof, problem = proof_of(found), found.problem
    z = np.array([float(v) for v in proof.z])
    assert (proof.reason, proof.searched, proof.counted) == (Reason.PENALTY, True, False)
    assert 0 < proof.bound <= found.solution.value
    assert proof.others > 1e6
    assert proof.most_of_others == proof.allowed
    assert sampled_support(problem.X, z).value <= problem.lam


def test_many_patterns_are_listed_tight_ones_first_and_the_rest_counted() -> None:
    x = np.linspace(-1, 1, 30)
    found = solve_scenario(Data(tuple(x), tuple(np.sin(7 * x)), bias=True), replace(TRAINED, lam=0.05))
    proof: Proof = proof_of(found)
    assert len(proof.patterns) == LISTED
    assert len(proof.patterns) + proof.others == 60
    most = [bound.most for bound in proof.patterns]
    assert most == sorted(most, reverse=True)
    assert proof.patterns[0].tight
    assert proof.most_of_others <= most[-1]


@pytest.mark.parametrize(
    ("number", "fraction"), [(0.1, "1/10"), (0.1 * 3, "3/10"), (-2.5, "-5/2"), (1e-15, "1/10**15")]
)
def test_a_number_is_taken_for_the_decimal_that_it_is_written_as(number: float, fraction: str) -> None:
    top, _, bottom = fraction.partition("/")
    assert as_written(number) == Fraction(int(top), 10**15 if "**" in bottom else int(bottom))
    assert as_written(1 / 3) == Fraction(1 / 3)


def test_the_dual_vector_of_a_certificate_proves_its_bound() -> None:
    rng = np.random.default_rng(3)
    for _ in range(20):
        n = int(rng.integers(2, 7))
        problem = Problem(np.c_[rng.standard_normal(n), np.ones(n)], rng.standard_normal(n), lam=0.1)
        found = certify(problem, Network(rng.standard_normal((2, 3)), rng.standard_normal(3)))
        assert found.dual is not None
        exact = value_of(tuple(Fraction(float(v)) for v in found.dual), [Fraction(float(v)) for v in problem.y])
        assert fraction_support(problem.X, found.dual) <= Fraction(0.1)
        assert float(exact) == pytest.approx(found.lower_bound, abs=1e-12)
