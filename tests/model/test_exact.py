"""Whole numbers and pairs against rational arithmetic."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
from exact_oracle import wide_data, wide_labels
from hypothesis import given, strategies as st

from landscape.model.exact import added, as_float, as_floats, as_integers, matrix_product, product
from landscape.model.network import Network, residual
from landscape.model.problem import Problem

numbers = st.floats(-1e100, 1e100).filter(lambda v: v == 0 or abs(v) >= 1e-100)


@given(st.lists(numbers, min_size=1, max_size=6))
def test_whole_numbers_are_the_floats_themselves_and_as_small_as_can_be(values: list[float]) -> None:
    found, exponent = as_integers(np.array(values))
    assert [Fraction(k) * Fraction(2) ** exponent for k in found] == [Fraction(v) for v in values]
    assert as_floats(found, exponent).tolist() == values
    assert not any(values) or any(k % 2 for k in found)


def test_what_is_too_large_for_a_float_is_infinite() -> None:
    assert as_float(1, 2000) == float("inf")
    assert as_float(-1, 2000) == float("-inf")
    assert as_float(Fraction(1, 3)) == 1 / 3


@given(numbers, numbers, numbers, numbers)
def test_a_product_has_its_rounding_error_beside_it_and_a_sum_twice_the_digits(
    a: float, b: float, c: float, d: float
) -> None:
    p, q = product(np.array([a]), np.array([b])), product(np.array([c]), np.array([d]))
    assert Fraction(p[0][0]) + Fraction(p[1][0]) == Fraction(a) * Fraction(b)
    total = added(p, q)
    exact = Fraction(a) * Fraction(b) + Fraction(c) * Fraction(d)
    size = abs(Fraction(a) * Fraction(b)) + abs(Fraction(c) * Fraction(d))
    assert abs(Fraction(total[0][0]) + Fraction(total[1][0]) - exact) <= size * Fraction(2) ** -103


@given(st.integers(0, 2**32 - 1), st.integers(1, 4), st.integers(1, 3), st.integers(1, 4))
def test_residuals_are_right_whatever_the_sizes_of_data_and_weights(seed: int, n: int, d: int, m: int) -> None:
    rng = np.random.default_rng(seed)
    problem = Problem(wide_data(rng, n, d), wide_labels(rng, n))
    weights = rng.integers(-3, 4, (d, m)) * 10.0 ** rng.integers(-99, 100, rng.choice([1, d]))[:, None]
    network = Network(np.where(rng.random((d, m)) < 0.3, -weights[:, :1], weights), rng.integers(-2, 3, m))
    found = residual(problem, network)
    visible = Fraction(1, 10**8) * Fraction(float(np.linalg.norm(problem.y)))
    for row, label, left in zip(problem.X, problem.y, found, strict=True):
        outputs = [sum(Fraction(a) * Fraction(b) for a, b in zip(row, w, strict=True)) for w in network.W.T]
        exact = Fraction(label) - sum(
            Fraction(a) * max(Fraction(0), f) for a, f in zip(network.alpha, outputs, strict=True)
        )
        assert abs(Fraction(left) - exact) <= visible + abs(exact) * Fraction(1, 10**12)


def test_a_residual_is_exact_where_twice_the_digits_are_not_enough() -> None:
    problem = Problem([[-1e100, 1e80, 1e100]], [2.0])
    found = residual(problem, Network([[-(2.0**-133)], [2.0**-250], [-(2.0**-133)]], [1.0]))
    assert found[0] == float(2 - Fraction(1e80) * Fraction(2) ** -250)


@given(st.integers(0, 2**32 - 1))
def test_residuals_keep_twice_the_digits_where_large_weights_cancel(seed: int) -> None:
    rng = np.random.default_rng(seed)
    X, W = rng.standard_normal((3, 2)), rng.standard_normal((2, 4)) * 1e12
    W[:, 1], alpha = W[:, 0], np.array([1.0, -1.0, 1e-12, 1e-12])
    problem = Problem(X, rng.standard_normal(3))
    found = residual(problem, Network(W, alpha))
    high, low = matrix_product(X, W)
    for i in range(3):
        exact = Fraction(problem.y[i])
        for j in range(4):
            pre = sum(Fraction(a) * Fraction(b) for a, b in zip(X[i], W[:, j], strict=True))
            exact -= Fraction(alpha[j]) * max(pre, Fraction(0))
            assert abs(Fraction(high[i, j]) + Fraction(low[i, j]) - pre) <= Fraction(1, 10**17)
        assert abs(Fraction(found[i]) - exact) <= Fraction(1, 10**12)
