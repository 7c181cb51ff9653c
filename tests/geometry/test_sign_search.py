"""The bound of a support by signs is above every neuron that anyone finds, falls with work, and ends at the support."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, strategies as st

from landscape.geometry.sign_search import SignSearch
from landscape.geometry.support import Support, exact_support, geometry

NUMBERS = st.sampled_from([-2.0, -1.0, -0.5, 0.0, 0.5, 1.0, 3.0])
"""Values that make zero rows, equal, parallel and opposite rows likely."""

UNITS = st.sampled_from([1.0, 1.0, 1.0, 1e-9, 1e7, 1e-99, 1e99])


@st.composite
def rows_and_weights(draw: st.DrawFn, features: tuple[int, ...]) -> tuple[np.ndarray, np.ndarray]:
    """Rows X (n, d) and a dual vector z (n,), degenerate ones among them, in any units."""
    n, d = draw(st.integers(1, 8)), draw(st.sampled_from(features))
    numbers = draw(st.sampled_from([NUMBERS, st.floats(-3.0, 3.0)]))
    X = np.array(draw(st.lists(numbers, min_size=n * d, max_size=n * d))).reshape(n, d)
    z = np.array(draw(st.lists(numbers, min_size=n, max_size=n)))
    if draw(st.booleans()):
        X[:, -1] = 1.0
    if n > 1 and draw(st.booleans()):
        X[-1] = X[0] * draw(st.sampled_from([1.0, -1.0, 2.0, 1e-12])) + draw(st.sampled_from([0.0, 1e-15, 1e-9]))
    if draw(st.booleans()):
        X = X * draw(st.lists(UNITS, min_size=n, max_size=n).map(lambda units: np.array(units)[:, None]))
        return np.clip(X, -1e100, 1e100), z
    return X, z * draw(UNITS)


def reached(X: np.ndarray, z: np.ndarray, signed: bool = False) -> float:
    """The most that any of many neurons reaches: drawn ones and rows, moved uphill."""
    starts = np.concatenate([np.random.default_rng(1).standard_normal((X.shape[1], 300)), X.T], axis=1)
    best = 0.0
    for sign in (1.0,) if signed else (1.0, -1.0):
        u = _unit(starts)
        for _ in range(30):
            u = _unit(sign * (X.T @ ((X @ u > 0) * z[:, None])), u)
            best = max(best, float(np.max(sign * (z @ np.maximum(X @ u, 0.0)))))
    return best


def _unit(u: np.ndarray, instead: np.ndarray | None = None) -> np.ndarray:
    scale = np.abs(u).max(axis=0)
    u = np.divide(u, scale, out=np.zeros_like(u), where=scale > 0)
    length = np.linalg.norm(u, axis=0)
    return np.divide(u, length, out=np.zeros_like(u) if instead is None else instead.copy(), where=length > 0)


@given(rows_and_weights(features=(1, 2, 3)), st.booleans())
def test_it_ends_at_the_exact_support_and_is_never_below_it(given_rows, signed):
    X, z = given_rows
    exact = exact_support(geometry(X), z, signed=signed)
    assert exact is not None
    search = SignSearch(X, z, signed=signed)
    before = search.upper
    for _ in range(20):
        assert search.upper >= exact.value
        assert search.best.value <= (exact.value + exact.error) * (1.0 + 1e-12)
        search.narrow(30)
        assert search.upper <= before
        before = search.upper
    slack = 1e-9 * float(np.abs(z) @ np.hypot.reduce(X, axis=1))
    if search.done:
        assert search.upper <= exact.value + exact.error + slack


@given(rows_and_weights(features=(4, 6, 10)))
def test_no_neuron_is_above_it(given_rows):
    X, z = given_rows
    search = SignSearch(X, z)
    found = reached(X, z)
    for _ in range(5):
        assert search.upper >= found * (1.0 - 1e-14)
        search.narrow(40)
    best = search.best
    assert best.value <= search.upper
    length = float(np.linalg.norm(best.u))
    assert length <= 1.0 + 1e-12
    assert best.sign * float(z @ np.maximum(X @ best.u, 0.0)) == pytest.approx(best.value, rel=1e-9)


@pytest.mark.parametrize("seed", range(8))
def test_it_closes_on_few_rows_of_many_features(seed):
    rng = np.random.default_rng(seed)
    n, d = int(rng.integers(6, 15)), int(rng.integers(4, 9))
    X, z = np.column_stack([rng.standard_normal((n, d - 1)), np.ones(n)]), rng.standard_normal(n)
    search = SignSearch(X, z)
    while not search.done:
        search.narrow(500)
    assert search.upper == pytest.approx(search.best.value, rel=1e-9)
    assert search.best.value >= reached(X, z) * (1.0 - 1e-12)


def test_where_all_weights_are_of_one_sign_it_is_a_norm():
    """Σ z relu(x·u) for rows that a neuron can all be active on is at most ‖Σ z x‖, which it attains."""
    rng = np.random.default_rng(0)
    X, z = np.abs(rng.standard_normal((20, 6))), np.abs(rng.standard_normal(20))
    search = SignSearch(X, z)
    search.narrow(2000)
    assert search.best.value == pytest.approx(float(np.linalg.norm(z @ X)), rel=1e-12)


def test_a_level_is_enough():
    rng = np.random.default_rng(3)
    X, z = rng.standard_normal((40, 6)), rng.standard_normal(40)
    whole = SignSearch(X, z)
    whole.narrow(3000)
    level = 1.3 * whole.best.value
    search = SignSearch(X, z)
    while not search.done:
        search.narrow(500, level=level)
    assert search.best.value <= search.upper <= level * (1.0 + 1e-12)
    assert search.nodes < 20_000


@pytest.mark.parametrize("z", [[0.0, 0.0], [1.0, 0.0]])
def test_nothing_is_felt_of_zero_rows_and_weights(z):
    search = SignSearch(np.array([[0.0] * 4, [1.0, 2.0, 0.0, 0.0]]), np.array(z))
    search.narrow(10)
    assert (search.upper, search.best.value, search.done) == (0.0, 0.0, True)
    assert isinstance(search.best, Support)
