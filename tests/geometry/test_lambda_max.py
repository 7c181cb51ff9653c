"""The λ from which on the zero network is optimal where it is 0, or small beside the numbers that it is made of."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from fraction_support import fraction_support
from hypothesis import given, settings, strategies as st

from landscape import (
    Network,
    Problem,
    Status,
    certify,
    lambda_max,
    solve_convex,
)
from landscape.geometry.lambda_max import without_rounding
from landscape.model.output_bias import zero_dual, zero_loss

EPS = float(np.finfo(float).eps)

SCALES = [(1.0, 1.0), (1e-90, 1e-90), (1e90, 1e90), (1e-90, 1e90), (1e90, 1e-90)]


def equal_rows(n: int, d: int, seed: int, *, ordered: bool = False) -> tuple[np.ndarray, np.ndarray]:
    """Return n times one row, and labels: those above the mean first where they are to be ``ordered``."""
    rng = np.random.default_rng(seed)
    y = rng.standard_normal(n) + rng.choice([0.0, 1e3])
    return np.tile(rng.standard_normal((1, d)), (n, 1)), np.sort(y)[::-1] if ordered else y


@pytest.mark.parametrize(("of_X", "of_y"), SCALES)
@pytest.mark.parametrize(("n", "d"), [(2, 1), (12, 1), (12, 2), (12, 3), (12, 9), (3000, 2)])
@pytest.mark.parametrize("ordered", [False, True])
def test_it_is_zero_where_every_network_has_one_output(n: int, d: int, of_X: float, of_y: float, ordered: bool) -> None:
    X, y = equal_rows(n, d, n + d, ordered=ordered)
    assert lambda_max(Problem(of_X * X, of_y * y, output_bias="free")) == 0.0
    classes = np.where(y > np.median(y), 1.0, -1.0)
    assert lambda_max(Problem(of_X * X, classes, output_bias="free", loss="logistic")) == 0.0


@pytest.mark.parametrize("units", [1e-90, 1e-45, 1.0, 1e45, 1e90])
@pytest.mark.parametrize("of_lam", [1e-30, 1e-12, 1.0])
@pytest.mark.parametrize("loss", ["squared", "logistic"])
def test_the_zero_network_is_then_proven_optimal_at_any_lam(units: float, of_lam: float, loss: str) -> None:
    """Its loss is that of the labels about their mean, in exact arithmetic, and the dual vector proves it."""
    X, y = equal_rows(12, 3, 0)
    of_y = units if loss == "squared" else 1.0
    labels = units * y if loss == "squared" else np.where(y > np.sort(y)[4], 1.0, -1.0)
    lam = of_lam * min(of_y * units, 1e99)
    problem = Problem(units * X, labels, lam, output_bias="free", loss=loss)  # type: ignore[arg-type]
    found = solve_convex(problem)
    assert found.status is Status.ZERO
    assert found.value == pytest.approx(zero_loss(problem), rel=1e-12)
    assert found.certificate.lower_bound == pytest.approx(found.value, rel=1e-7)
    if loss == "squared":
        exact = [Fraction(v) for v in problem.y.tolist()]
        mean = sum(exact) / 12
        assert Fraction(found.certificate.lower_bound) <= sum((v - mean) ** 2 for v in exact)
        assert found.certificate.dual is not None
        dual = [Fraction(v) for v in found.certificate.dual.tolist()]
        less = [v - sum(dual) / 12 for v in dual]
        proven = sum(2 * z * v - z * z for z, v in zip(less, exact, strict=True))
        assert Fraction(found.certificate.lower_bound) <= proven
    other = certify(problem, Network(np.ones((3, 1)) / np.sqrt(units), np.ones(1) * np.sqrt(units), 0.0))
    assert other.lower_bound == pytest.approx(found.certificate.lower_bound, rel=1e-9)
    assert not other.closed


@given(
    exponent=st.integers(1, 40),
    base=st.sampled_from([0.0, 1.0, 5.0, -3.0]),
    n=st.integers(2, 7),
    of_X=st.sampled_from([2.0**-250, 1.0, 2.0**250]),
    of_y=st.sampled_from([2.0**-250, 1.0, 2.0**250]),
    seed=st.integers(0, 2**32 - 1),
)
@settings(max_examples=60)
def test_what_is_small_and_positive_stays_so(
    exponent: int, base: float, n: int, of_X: float, of_y: float, seed: int
) -> None:
    """Nearly constant columns, against exact arithmetic; labels about their mean are whole numbers."""
    rng = np.random.default_rng(seed)
    X = of_X * np.c_[base + rng.integers(-8, 9, n) * 2.0**-exponent, np.ones(n)]
    y = rng.integers(-9, 10, n).astype(float)
    exact = fraction_support(X, of_y * (n * y - y.sum())) / n
    found = lambda_max(Problem(X, of_y * y, output_bias="free"))
    size = float(np.abs(of_y * (y - y.mean())) @ np.linalg.norm(X, axis=1))
    assert abs(Fraction(found) - exact) <= Fraction(4 * EPS * size)
    assert (found > 0) == (exact > 0)


@given(
    d=st.integers(2, 3),
    n=st.integers(1, 6),
    bias=st.sampled_from(["none", "free"]),
    loss=st.sampled_from(["squared", "logistic"]),
    seed=st.integers(0, 2**32 - 1),
)
@settings(max_examples=150)
def test_it_is_zero_exactly_where_exact_arithmetic_says_so(d: int, n: int, bias: str, loss: str, seed: int) -> None:
    """Of small whole numbers, among which rows on one line, opposite rows and labels that cancel are common."""
    rng = np.random.default_rng(seed)
    X = rng.integers(-1, 2, (n, d)).astype(float)
    y = rng.integers(-1, 2, n).astype(float) if loss == "squared" else rng.choice([-1.0, 1.0], n)
    left = n * y - y.sum() if bias == "free" else y
    problem = Problem(X, y, output_bias=bias, loss=loss)  # type: ignore[arg-type]
    assert (lambda_max(problem) == 0.0) == (fraction_support(X, left) == 0)


@given(n=st.integers(2, 9), bias=st.sampled_from(["none", "free", "penalised"]), seed=st.integers(0, 2**32 - 1))
@settings(max_examples=60)
def test_between_rounding_and_more_than_its_error_exact_arithmetic_decides(n: int, bias: str, seed: int) -> None:
    """A support of the size of rounding is kept where the exact one is not 0, and dropped where it is."""
    rng = np.random.default_rng(seed)
    row, y = rng.standard_normal(3), rng.integers(-9, 10, n).astype(float)
    if bias == "none":
        y[-1] -= y.sum()
    equal = Problem(np.tile(row, (n, 1)), y, 0.0 if bias != "penalised" else 1e-9, output_bias=bias)  # type: ignore[arg-type]
    other = Problem(equal.X * (1.0 + rng.integers(1, 4, n)[:, None] * 2.0**-20), y, equal.lam, output_bias=bias)  # type: ignore[arg-type]
    z = zero_dual(equal)
    rounding = 10 * EPS * float(np.abs(z) @ np.linalg.norm(equal.X, axis=1))
    if bias != "penalised":
        assert without_rounding(equal, z, rounding) == 0.0
    if np.ptp(y) > 0 and bias != "none":
        assert without_rounding(other, zero_dual(other), rounding) == (0.0 if fraction_zero(other) else rounding)


def fraction_zero(problem: Problem) -> bool:
    """Return whether equal lines have labels that cancel, by fitting them: all rows are multiples of one here."""
    y = [Fraction(v) for v in problem.y.tolist()]
    penalty = Fraction(problem.lam) if problem.output_bias == "penalised" else Fraction(0)
    b = sum(y) / (len(y) + penalty)
    return sum((v - b) * Fraction(x) for v, x in zip(y, problem.X[:, 0].tolist(), strict=True)) == 0
