"""The search over cones against exact supports, rational arithmetic, brute force, and a check of its own proof."""

from __future__ import annotations

from fractions import Fraction
from itertools import combinations, pairwise

import numpy as np
import pytest
from fraction_support import fraction_support
from hypothesis import given, settings, strategies as st

from landscape.geometry.cone_search import Cones, ConeSearch, Difference, simplex_corners
from landscape.geometry.exact_cells import exact_patterns
from landscape.geometry.support import support

SEEDS = st.integers(0, 2**32 - 1)


def finished(X: np.ndarray, z: np.ndarray, *, signed: bool = False, most: int = 5000) -> ConeSearch:
    """A search that has come to its end, or has split as many cones as it may."""
    search = ConeSearch(X, z, signed=signed)
    search.narrow(most)
    return search


def any_rows(rng: np.random.Generator, n: int, r: int) -> np.ndarray:
    """Random or whole rows with duplicates, opposites, parallel, nearly parallel, coplanar and zero ones."""
    X = rng.standard_normal((n, r)) if rng.random() < 0.5 else rng.integers(-2, 3, (n, r)).astype(float)
    if rng.random() < 0.4:
        X[:, -1] = 1.0
    for _ in range(int(rng.integers(0, 4))):
        i, j, k = rng.integers(n, size=3)
        factor = rng.choice([-1.0, 1.0, 0.5, -3.0, 1e-8])
        near = X[i] + 10.0 ** rng.integers(-15, -8) * rng.standard_normal(r)
        plane = rng.standard_normal() * X[i] + rng.standard_normal() * X[k]
        X[j] = factor * [X[i], near, plane, 0.0 * X[i]][rng.integers(4)]
    if rng.random() < 0.3:
        X *= 10.0 ** rng.integers(-8, 9, (n, 1)).astype(float)
    return X


def any_residual(rng: np.random.Generator, n: int) -> np.ndarray:
    z = rng.standard_normal(n) if rng.random() < 0.7 else rng.choice([-1.0, 0.0, 1.0], n)
    return z * 10.0 ** rng.integers(-8, 9, n) if rng.random() < 0.2 else z


def size(X: np.ndarray, z: np.ndarray) -> float:
    return float(np.hypot.reduce(X, axis=1) @ np.abs(z))


def reached(X: np.ndarray, z: np.ndarray, starts: np.ndarray, *, signed: bool = False) -> float:
    """The best of some neurons (K, r) and of those that they ascend to."""
    best = 0.0
    for sign in (1.0,) if signed else (1.0, -1.0):
        u = starts
        for _ in range(20):
            length = np.linalg.norm(u, axis=1)
            u = u[length > 0] / length[length > 0, None]
            best = max(best, float(np.max(sign * (np.maximum(u @ X.T, 0.0) @ z), initial=0.0)))
            u = sign * ((u @ X.T > 0) * z) @ X
    return best


@given(SEEDS, st.integers(1, 9), st.integers(1, 3), st.booleans())
@settings(max_examples=60, deadline=None)
def test_up_to_three_features_the_search_ends_at_the_exact_support(seed: int, n: int, r: int, signed: bool) -> None:
    rng = np.random.default_rng(seed)
    X, z = any_rows(rng, n, r), any_residual(rng, n)
    search, exact = finished(X, z, signed=signed), support(X, z, signed=signed)
    assert search.upper >= exact.value - 1e-14 * size(X, z)
    assert search.best.value <= exact.value + exact.error + 1e-14 * size(X, z)
    if search.exhausted:
        assert search.upper <= exact.value + exact.error + 1e-10 * size(X, z)
        assert search.best.value >= exact.value - 1e-10 * size(X, z)


@pytest.mark.parametrize(("n", "r"), [(100, 3), (1, 4), (3, 4), (8, 4), (14, 4), (1, 5), (5, 5), (8, 5)])
@pytest.mark.parametrize("signed", [False, True])
def test_three_to_five_features_agree_with_the_list_of_all_cells(n: int, r: int, signed: bool) -> None:
    rng = np.random.default_rng(100 * n + r)
    X, z = rng.standard_normal((n, r)), rng.standard_normal(n)
    search, exact = finished(X, z, signed=signed), support(X, z, signed=signed)
    assert search.closed(1e-9) or search.upper <= 1e-12 * size(X, z)
    assert search.best.value == pytest.approx(exact.value, rel=1e-9, abs=1e-12)


@given(SEEDS, st.integers(1, 6), st.integers(2, 3), st.booleans())
@settings(max_examples=40, deadline=None)
def test_the_bound_holds_in_exact_arithmetic_however_little_was_searched(
    seed: int, n: int, r: int, signed: bool
) -> None:
    rng = np.random.default_rng(seed)
    X, z = any_rows(rng, n, r), any_residual(rng, n)
    exact, search = fraction_support(X, z, signed=signed), ConeSearch(X, z, signed=signed)
    for cones in (1, 5, 50, 500):
        assert Fraction(search.upper) >= exact
        assert Fraction(search.best.value) + Fraction(search.best.error) >= exact
        search.narrow(cones)


def squared_support(X: np.ndarray, z: np.ndarray, *, signed: bool) -> Fraction:
    """The square of the support of whole numbers, exactly: zᵀ relu(X u) at every Xᵀ D z projected on a face."""
    rows, weights = X.astype(int).tolist(), z.astype(int).tolist()

    def dot(a: list[Fraction] | list[int], b: list[Fraction] | list[int]) -> Fraction:
        return Fraction(sum(p * q for p, q in zip(a, b, strict=True)))

    def less(g: list[Fraction], axis: list[Fraction]) -> list[Fraction]:
        share = dot(g, axis) / dot(axis, axis)
        return [p - share * q for p, q in zip(g, axis, strict=True)]

    faces: list[list[list[Fraction]]] = []
    for count in range(X.shape[1]):
        for chosen in combinations(rows, count):
            axes: list[list[Fraction]] = []  # orthogonal, as Gram and Schmidt make them
            for row in chosen:
                axis = [Fraction(entry) for entry in row]
                for other in axes:
                    axis = less(axis, other)
                if any(axis):
                    axes.append(axis)
            if len(axes) == count:
                faces.append(axes)
    slopes = {tuple((X.T @ (D * z)).astype(int).tolist()) for D in exact_patterns(X)}
    best = Fraction(0)
    for slope in slopes:
        for axes in faces:
            g = [Fraction(entry) for entry in slope]
            for axis in axes:
                g = less(g, axis)
            for u in (g, [-entry for entry in g]):
                value = sum(
                    (w * max(dot(row, u), Fraction(0)) for w, row in zip(weights, rows, strict=True)), Fraction()
                )
                if any(u) and (not signed or value > 0):
                    best = max(best, value * value / dot(u, u))
    return best


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize(("n", "r"), [(5, 4), (6, 4), (5, 5)])
def test_four_and_five_features_agree_with_rational_arithmetic(n: int, r: int, seed: int) -> None:
    rng = np.random.default_rng(seed)
    X, z = rng.integers(-2, 3, (n, r)).astype(float), rng.integers(-2, 3, n).astype(float)
    signed = bool(seed % 2)
    square, search = squared_support(X, z, signed=signed), finished(X, z, signed=signed)
    assert Fraction(search.upper) ** 2 >= square
    assert search.best.value**2 == pytest.approx(float(square), rel=1e-12, abs=1e-20)
    assert search.upper <= float(square) ** 0.5 + 1e-10 * size(X, z)


@given(SEEDS, st.integers(1, 20), st.integers(1, 7), st.booleans(), st.integers(0, 60))
@settings(max_examples=80, deadline=None)
def test_no_neuron_exceeds_the_bound_however_little_was_searched(
    seed: int, n: int, r: int, signed: bool, cones: int
) -> None:
    rng = np.random.default_rng(seed)
    X, z = any_rows(rng, n, r), any_residual(rng, n)
    search = ConeSearch(X, z, signed=signed)
    search.narrow(cones)
    starts = np.concatenate([rng.standard_normal((2000, r)), X, -X, search.best.u[None]])
    assert reached(X, z, starts, signed=signed) <= search.upper + 1e-16 * size(X, z)


@given(SEEDS, st.integers(1, 12), st.integers(1, 6), st.booleans())
@settings(max_examples=60, deadline=None)
def test_the_bound_never_rises_and_the_neuron_is_one(seed: int, n: int, r: int, signed: bool) -> None:
    rng = np.random.default_rng(seed)
    X, z = any_rows(rng, n, r), any_residual(rng, n)
    search, seen = ConeSearch(X, z, signed=signed), []
    for cones in (0, 1, 2, 7, 30, 100):
        search.narrow(cones)
        seen.append((search.upper, search.best))
    assert all(later <= earlier for (earlier, _), (later, _) in pairwise(seen))
    assert all(later.value >= earlier.value for (_, earlier), (_, later) in pairwise(seen))
    for upper, best in seen:
        assert best.value + best.error >= upper
        assert best.value == 0 or np.linalg.norm(best.u) == pytest.approx(1.0, abs=1e-14)
        assert abs(best.sign * (z @ np.maximum(X @ best.u, 0.0)) - best.value) <= 1e-13 * size(X, z)
        assert best.sign == 1.0 or not signed


@pytest.mark.parametrize(("n", "r", "signed"), [(1000, 3, False), (50, 4, True), (50, 5, False), (20, 5, True)])
def test_many_rows_close_to_a_ten_millionth(n: int, r: int, signed: bool) -> None:
    rng = np.random.default_rng(n)
    X, z = np.c_[rng.standard_normal((n, r - 1)), np.ones(n)], rng.standard_normal(n)
    search = finished(X, z, signed=signed, most=20_000)
    assert search.closed(1e-7)
    assert reached(X, z, rng.standard_normal((2000, r)), signed=signed) <= search.upper


@pytest.mark.parametrize("r", [1, 2, 3, 4, 5])
def test_supports_that_are_known_in_closed_form(r: int) -> None:
    axes, z = np.eye(r), np.arange(1.0, r + 1.0)
    for X, weights, signed, value in (
        (axes, z, False, np.linalg.norm(z)),  # Σ z_k relu(u_k)
        (axes, -z, False, np.linalg.norm(z)),
        (np.concatenate([axes, -axes]), np.concatenate([z, -z]), True, np.linalg.norm(z)),  # zᵀu
        (np.concatenate([axes, -axes]), np.concatenate([z, z]), True, np.linalg.norm(z)),  # Σ z_k |u_k|
        (np.concatenate([axes, 3.0 * axes]), np.concatenate([3.0 * z, -z]), False, 0.0),
        (axes[:1], np.array([-2.0]), False, 2.0),
    ):
        search = finished(X, weights, signed=signed)
        assert search.exhausted
        assert search.best.value == pytest.approx(value, abs=1e-12)
        assert value <= search.upper <= value + 1e-11 * size(X, weights)


@pytest.mark.parametrize("r", [1, 2, 3, 4])
def test_a_signed_support_that_no_neuron_raises_above_zero_is_zero(r: int) -> None:
    X, z = np.concatenate([np.eye(r), np.ones((1, r))]), -np.ones(r + 1)
    search = finished(X, z, signed=True)
    assert search.best.value == 0
    assert search.exhausted
    assert 0 <= search.upper <= 1e-11 * size(X, z)


@pytest.mark.parametrize("signed", [False, True])
def test_a_residual_of_zero_or_rows_of_zeros_have_support_zero(signed: bool) -> None:
    for X, z in ((np.ones((3, 4)), np.zeros(3)), (np.zeros((3, 4)), np.ones(3)), (np.zeros((0, 4)), np.zeros(0))):
        search = finished(X, z, signed=signed)
        assert (search.best.value, search.best.error, search.upper) == (0.0, 0.0, 0.0)
        assert search.exhausted
        assert search.closed(0.0)


def test_a_long_weight_on_a_row_of_zeros_hides_no_other() -> None:
    search = finished(np.array([[0.0, 0.0, 0.0], [0.0, 1e-9, 0.0]]), np.array([1e90, 1e-90]))
    assert search.best.value == pytest.approx(1e-99)
    assert search.closed(1e-9)


@given(SEEDS, st.integers(1, 5), st.integers(-300, 300), st.integers(-300, 300))
@settings(max_examples=40, deadline=None)
def test_the_search_follows_the_units_exactly(seed: int, r: int, of_X: int, of_z: int) -> None:
    rng = np.random.default_rng(seed)
    X, z = rng.standard_normal((6, r)), rng.standard_normal(6)
    here, there = finished(X, z, most=20), finished(np.ldexp(X, of_X), np.ldexp(z, of_z), most=20)
    assert there.upper == np.ldexp(here.upper, of_X + of_z)
    assert there.best.value == np.ldexp(here.best.value, of_X + of_z)


def test_values_beyond_the_largest_number_are_infinite_and_below_the_smallest_not_lost() -> None:
    X, z = np.eye(3), np.ones(3)
    assert finished(X * 1e200, z * 1e200).upper == np.inf
    tiny = finished(X * 1e-200, z * 1e-200)
    assert tiny.upper > 0
    assert not tiny.closed(1e-7)


@pytest.mark.parametrize("far", [1e-15, 1e-13, 1e-11, 1e-9, 1e-6])
def test_rows_that_are_nearly_parallel_lose_nothing(far: float) -> None:
    rng = np.random.default_rng(0)
    rows = rng.standard_normal((3, 4))
    X = np.concatenate([rows, rows + far * rng.standard_normal((3, 4)), -rows + far * rng.standard_normal((3, 4))])
    z = rng.standard_normal(9)
    search = finished(X, z)
    assert search.closed(1e-9)
    assert reached(X, z, np.concatenate([X, rng.standard_normal((2000, 4))])) <= search.upper


def test_parallel_rows_cost_no_more_than_one() -> None:
    rng = np.random.default_rng(3)
    X, z = rng.standard_normal((12, 4)), rng.standard_normal(12)
    factors = np.array([1.0, -1.0, 2.0, -0.5])
    many = np.concatenate([factor * X for factor in factors])
    noise = rng.standard_normal(12)
    weights = np.concatenate([z, noise, -noise / 2.0, -2.0 * noise])  # those against the rows cancel
    one, all_ = finished(X, z - noise), finished(many, weights)
    assert all_.closed(1e-8)
    assert all_.best.value == pytest.approx(one.best.value, rel=1e-9)
    assert len(all_.leaves()) <= 2 * len(one.leaves())


def test_a_level_that_the_support_is_under_is_proven_sooner() -> None:
    rng = np.random.default_rng(4)
    X, z = rng.standard_normal((40, 4)), rng.standard_normal(40)
    value = finished(X, z).best.value
    under, over = ConeSearch(X, z), ConeSearch(X, z)
    under.narrow(10_000, level=1.2 * value)
    over.narrow(10_000, level=0.5 * value)
    assert under.upper <= 1.2 * value
    assert len(under.leaves()) < len(over.leaves())
    under.narrow(10_000)
    assert under.closed(1e-9)


def test_no_more_cones_are_split_than_asked_for() -> None:
    rng = np.random.default_rng(5)
    search = ConeSearch(rng.standard_normal((30, 4)), rng.standard_normal(30))
    before = len(search.leaves())
    search.narrow(17)
    assert before < len(search.leaves()) <= before + 17


def joined(first: Cones, second: Cones) -> np.ndarray:
    """The rays (r, r) of the cone that two were made of by a split, the new ray checked to be on an edge of it."""
    left, right = first.rays[0], second.rays[0]
    a, b = np.flatnonzero((left != right).any(axis=1))
    i, j = (a, b) if (left[a] == right[b]).all() else (b, a)  # the new ray is in place i of the first, j of the second
    middle = left[i]
    assert (right[j] == middle).all()
    rays = left.copy()
    rays[i] = right[i]
    ends = rays[[i, j]].T
    shares = np.linalg.lstsq(ends, middle, rcond=None)[0]
    assert shares.min() > 0
    assert np.linalg.norm(ends @ shares - middle) <= 1e-14
    return rays


@given(SEEDS, st.integers(1, 12), st.integers(1, 5), st.booleans())
@settings(max_examples=25, deadline=None)
def test_the_leaves_cover_the_sphere_and_their_bounds_can_be_checked(seed: int, n: int, r: int, signed: bool) -> None:
    """Nothing of the search is used: only its cones, and the two inequalities that its docstring gives."""
    rng = np.random.default_rng(seed)
    X, z = any_rows(rng, n, r), any_residual(rng, n)
    search = finished(X, z, signed=signed, most=200)
    leaves = search.leaves()
    assert leaves.bound.max() >= search.upper
    stack: list[Cones] = []
    for k in range(len(leaves)):
        stack.append(leaves.taken(np.array([k])))
        while len(stack) > 1 and stack[-1].splits[0] == stack[-2].splits[0] > 0:
            second, first = stack.pop(), stack.pop()
            assert first.sign[0] == second.sign[0]
            whole = joined(first, second)
            stack.append(Cones(whole[None], first.sign, first.p, first.bound, first.splits - 1, first.linear))
    corners = simplex_corners(r)
    roots = [(float(cone.sign[0]), cone.rays[0].tolist()) for cone in stack]
    for sign in (1.0,) if signed else (1.0, -1.0):
        for left_out in range(r + 1):
            assert (sign, np.delete(corners, left_out, axis=0).tolist()) in roots
    counted = X.any(axis=1) & (z != 0)
    f = Difference.of(X[counted], z[counted])
    for rays, sign, p, bound in zip(leaves.rays, leaves.sign, leaves.p, leaves.bound, strict=True):
        convex, concave, slope = (f.plus, f.minus, f.slope) if sign > 0 else (f.minus, f.plus, -f.slope)
        at = rays @ concave.T
        high, low = np.maximum(at, 0.0).max(axis=0), np.maximum(-at, 0.0).max(axis=0)
        gamma = high / np.where(high > 0, high + low, 1.0)
        exact = rays @ slope + np.maximum(rays @ convex.T, 0.0).sum(axis=1)
        first = exact - at @ gamma
        weighted = (np.maximum(first, 0.0) + 0.1 * np.abs(first).max())[:, None] * at
        whole = (weighted**2).sum(axis=0)
        gamma = np.where(whole > 0, (np.maximum(weighted, 0.0) ** 2).sum(axis=0) / np.where(whole > 0, whole, 1), gamma)
        c = exact - at @ gamma
        theta = rng.exponential(size=(50, r))
        u = theta @ rays
        assert np.all(sign * (np.maximum(u @ X.T, 0.0) @ z) <= theta @ c + 1e-12 * size(X, z) * theta.sum(axis=1))
        lacking = max(float(np.max(c - rays @ p)), 0.0)
        assert np.linalg.norm(p) + r * lacking <= bound * (1.0 + 1e-12)


@given(SEEDS, st.integers(1, 10), st.integers(1, 4))
@settings(max_examples=60, deadline=None)
def test_rows_put_together_are_the_same_function(seed: int, n: int, r: int) -> None:
    rng = np.random.default_rng(seed)
    X, z = any_rows(rng, n, r), any_residual(rng, n)
    counted = X.any(axis=1)
    f, u = Difference.of(X[counted], z[counted]), rng.standard_normal((20, r))
    u /= np.linalg.norm(u, axis=1, keepdims=True)
    assert np.allclose(f(u), np.maximum(u @ X.T, 0.0) @ z, rtol=0.0, atol=1e-14 * size(X, z))
    assert np.allclose(f.negative()(u), -f(u), rtol=0.0, atol=1e-14 * size(X, z))


@pytest.mark.parametrize("r", [1, 2, 3, 5, 20])
def test_the_corners_of_the_simplex_are_unit_vectors_as_far_apart_as_can_be(r: int) -> None:
    corners = simplex_corners(r)
    assert np.allclose(corners @ corners.T, np.where(np.eye(r + 1) > 0, 1.0, -1.0 / r), atol=1e-14)
