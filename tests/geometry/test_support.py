"""The support function against brute force over unit neurons."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from fraction_support import fraction_support
from hypothesis import given, settings, strategies as st

from landscape.geometry.fan import fan
from landscape.geometry.lambda_max import lambda_max
from landscape.geometry.support import sampled_support, support
from landscape.model.problem import Problem


def degenerate(rng: np.random.Generator, n: int, d: int) -> np.ndarray:
    """Rows with duplicates, opposites, near-duplicates and zeros among them."""
    X = rng.standard_normal((n, d))
    X[rng.integers(n)] = 0.0
    X[rng.integers(n)] = X[0] * rng.choice([-3.0, 0.5, 1.0])
    X[rng.integers(n)] = X[0] + 1e-9 * rng.standard_normal(d)
    return X * 10.0 ** rng.integers(-6, 7)


@given(st.integers(0, 2**32 - 1), st.integers(1, 8), st.integers(1, 2))
@settings(max_examples=200, deadline=None)
def test_support_is_attained_by_its_neuron_and_never_exceeded(seed: int, n: int, d: int) -> None:
    rng = np.random.default_rng(seed)
    X, z = degenerate(rng, n, d), rng.standard_normal(n)
    found = support(X, z)
    scale = np.linalg.norm(X, axis=1) @ np.abs(z)
    assert abs(found.sign * (z @ np.maximum(X @ found.u, 0)) - found.value) <= 1e-12 * scale
    assert found.value == 0 or abs(np.linalg.norm(found.u) - 1) <= 1e-12
    U = rng.standard_normal((d, 3000))
    U /= np.linalg.norm(U, axis=0)
    assert np.max(np.abs(z @ np.maximum(X @ U, 0))) <= found.value + 1e-12 * scale


def test_support_meets_a_fine_grid_of_directions() -> None:
    rng = np.random.default_rng(5)
    angle = np.linspace(0, 2 * np.pi, 200_001)
    U = np.stack([np.cos(angle), np.sin(angle)])
    for _ in range(20):
        X, z = rng.standard_normal((7, 2)), rng.standard_normal(7)
        asked = z @ np.maximum(X @ U, 0)
        scale = np.linalg.norm(X, axis=1) @ np.abs(z)
        assert 0 <= support(X, z).value - np.max(np.abs(asked)) <= 3e-5 * scale
        assert 0 <= support(X, z, signed=True).value - max(np.max(asked), 0) <= 3e-5 * scale


def test_five_thousand_points_agree_with_their_own_dense_formula() -> None:
    rng = np.random.default_rng(1)
    X, z = np.c_[rng.standard_normal(5000), np.ones(5000)], rng.standard_normal(5000)
    cones = fan(X)
    sums = cones.sums(X, z)
    for sector in (0, 17, 4999, 5000, 9999):
        on = cones.active(np.array([sector]))[0]
        assert np.allclose(sums[sector], (X * on[:, None]).T @ z, rtol=0, atol=1e-9)


def test_signed_support_of_a_residual_no_neuron_helps_is_zero() -> None:
    found = support(np.array([[1.0], [2.0]]), np.array([-1.0, -1.0]), signed=True)
    assert found.value == 0
    assert np.all(found.u == 0)


def test_a_sampled_support_is_at_most_the_exact_one() -> None:
    rng = np.random.default_rng(2)
    for _ in range(20):
        X, z = rng.standard_normal((6, 2)), rng.standard_normal(6)
        assert sampled_support(X, z).value <= support(X, z).value + 1e-12


def test_lambda_max_of_the_posters_points() -> None:
    assert lambda_max(Problem(np.array([[-1.0], [1.0]]), np.array([1.0, 2.0]))) == pytest.approx(2.0)


def test_residuals_of_another_length_are_refused() -> None:
    with pytest.raises(ValueError, match="z must have one entry"):
        support(np.ones((2, 2)), np.ones(3))


ULP = 2.0**-52


def nearly_degenerate(rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Rows one to a hundred units of the last digit apart, coplanar, opposite, zero, of mixed and extreme scales."""
    n, d = int(rng.integers(2, 7)), int(rng.integers(2, 4))
    X = rng.standard_normal((n, d)) if rng.random() < 0.6 else rng.integers(-2, 3, (n, d)).astype(float)
    if rng.random() < 0.4:
        X[:, -1] = 1.0
    for _ in range(int(rng.integers(0, 4))):
        i, j = rng.integers(n, size=2)
        reach = int(rng.choice([4, 100]))
        X[j] = X[i] * (1.0 + rng.integers(-reach, reach + 1, d) * ULP) * rng.choice([-1.0, 1.0, 0.5, 3.0, 1e-3])
    if n >= 3 and rng.random() < 0.4:
        i, j, k = rng.choice(n, 3, replace=False)
        X[k] = rng.standard_normal() * X[i] + rng.standard_normal() * X[j]
    if rng.random() < 0.15:
        X[rng.integers(n)] = 0.0
    if rng.random() < 0.3:
        X *= 10.0 ** rng.integers(-12, 13, (n, 1)).astype(float)
    if rng.random() < 0.3:
        X *= 10.0 ** rng.integers(-12, 13, d).astype(float)
    z = rng.standard_normal(n) if rng.random() < 0.7 else rng.choice([-1.0, 1.0], n)
    if rng.random() < 0.2:
        z *= 10.0 ** rng.integers(-12, 13, n).astype(float)
    return X * 10.0 ** rng.choice([-70, 0, 0, 0, 70]), z * 10.0 ** rng.choice([-70, 0, 0, 0, 70])


@given(st.integers(0, 2**32 - 1), st.booleans())
@settings(max_examples=60, deadline=None)
def test_no_neuron_exceeds_the_support_by_more_than_its_error_in_exact_arithmetic(seed: int, signed: bool) -> None:
    X, z = nearly_degenerate(np.random.default_rng(seed))
    found, exact = support(X, z, signed=signed), fraction_support(X, z, signed=signed)
    assert Fraction(found.value) + Fraction(found.error) >= exact
    total = sum(
        abs(Fraction(w)) * sum(abs(Fraction(x)) for x in row) for w, row in zip(z.tolist(), X.tolist(), strict=True)
    )
    assert Fraction(found.value) <= exact + total * Fraction(1e-14)


@pytest.mark.parametrize("seed", range(20))
def test_pairs_of_rows_that_nearly_coincide_lose_nothing(seed: int) -> None:
    rng = np.random.default_rng(seed)
    rows = rng.standard_normal((3, 3))
    X = np.concatenate([rows, rows * (1.0 + rng.integers(-16, 17, (3, 3)) * ULP)])
    z = rng.standard_normal(6)
    found, exact = support(X, z), float(fraction_support(X, z))
    assert abs(found.value - exact) <= 1e-12 * exact
    assert found.error <= 1e-9 * exact


@given(st.integers(0, 2**32 - 1), st.integers(1, 5), st.integers(-300, 300), st.integers(-300, 300))
@settings(max_examples=60, deadline=None)
def test_support_follows_the_units_exactly_however_large_or_small(seed: int, d: int, of_X: int, of_z: int) -> None:
    rng = np.random.default_rng(seed)
    X, z = rng.standard_normal((6, d)), rng.standard_normal(6)
    here, there = support(X, z), support(np.ldexp(X, of_X), np.ldexp(z, of_z))
    assert there.value == np.ldexp(here.value, of_X + of_z)
    assert there.error == np.ldexp(here.error, of_X + of_z)
    assert sampled_support(np.ldexp(X, of_X), np.ldexp(z, of_z)).value == np.ldexp(
        sampled_support(X, z).value, of_X + of_z
    )


def test_short_rows_beside_long_ones_count() -> None:
    X = np.diag([1e6, 1e-12, 1e-12])
    assert support(X, np.array([0.0, 3.0, 4.0])).value == pytest.approx(5e-12, rel=1e-12)


def test_what_was_only_sampled_has_no_finite_error() -> None:
    X, z = np.random.default_rng(0).standard_normal((40, 8)), np.ones(40)
    assert sampled_support(X, z).error == np.inf


def test_a_sampled_support_is_the_same_however_many_neurons_are_looked_at_at_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    rng = np.random.default_rng(0)
    X, z = rng.standard_normal((50, 6)), rng.standard_normal(50)
    whole = sampled_support(X, z)
    monkeypatch.setattr("landscape.geometry.support.ENTRIES", 50 * 7)
    few = sampled_support(X, z)
    assert few.value == pytest.approx(whole.value, rel=1e-13)
    assert few.u == pytest.approx(whole.u, abs=1e-13)
    assert few.sign == whole.sign
