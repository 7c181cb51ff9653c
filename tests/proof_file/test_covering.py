"""What the cones and the signs of a proof show: never less than the support, exact where it is, whatever the data."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from fraction_support import fraction_support
from hypothesis import given, settings, strategies as st
from tiny_data import DEGENERATE, random_features

from landscape.proof_file.arithmetic import decimal, whole
from landscape.proof_file.cones import GAMMA_BITS, Cone, first_cones
from landscape.proof_file.covering import check_cones
from landscape.proof_file.neurons import directions, gain
from landscape.proof_file.signs import check_signs, felt_rows, is_positive_definite
from landscape.proof_file.work import UnprovenError, Work
from landscape.results.export.cone_cover import ConeCover
from landscape.results.export.sign_cover import SignCover


def data(seed: int) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    names = list(DEGENERATE)
    X = (
        DEGENERATE[names[seed]]
        if seed < len(names)
        else random_features(rng, int(rng.integers(1, 8)), rng.integers(2, 4))
    )
    z = rng.integers(-2, 3, len(X)).astype(float) if rng.random() < 0.3 else rng.standard_normal(len(X))
    return X, z * 10.0 ** rng.integers(-3, 4)


def support(X: np.ndarray, z: np.ndarray) -> Fraction:
    """The support in exact arithmetic."""
    if X.shape[1] > 1:
        return fraction_support(X, z)
    rows = [(Fraction(w), Fraction(x)) for w, x in zip(z, X[:, 0], strict=True)]
    return max(abs(sum((w * max(side * x, Fraction(0)) for w, x in rows), Fraction(0))) for side in (1, -1))


@pytest.mark.parametrize("seed", range(40))
def test_cones_show_the_support_and_nothing_below_it(seed: int) -> None:
    X, z = data(seed)
    rows, (numbers, exponent) = directions(X.tolist()), whole(z.tolist())
    f = gain(rows, numbers, exponent)
    if f.vanishes:
        return
    cover = ConeCover((f, f.negative()), [e for e, _, _ in rows])
    cover.refine(0.0, 400)
    entries, most = cover.entries()
    e = [row[0] for row in rows]
    assert check_cones((f, f.negative()), e, entries, most, Work()) == cover.leaves
    exact = support(X, z)
    assert Fraction(most) >= exact
    if X.shape[1] <= 2:
        assert float(most) <= float(exact) * (1 + 1e-9) + 1e-12 * float(np.abs(z) @ np.linalg.norm(X, axis=1))
    with pytest.raises(UnprovenError, match="longer than"):
        check_cones((f, f.negative()), e, entries, most * (1 - 1e-6), Work())


@pytest.mark.parametrize("seed", range(40))
def test_signs_show_the_support_and_nothing_below_it(seed: int) -> None:
    X, z = data(seed)
    rows, (numbers, exponent) = directions(X.tolist()), whole(z.tolist())
    felt = felt_rows(rows, numbers, exponent)
    if not felt.rows:
        return
    cover = SignCover(felt, (1, -1))
    cover.refine(0.0, 300)
    entries, most = cover.entries()
    assert check_signs(felt, (1, -1), entries, most, Work()) == cover.leaves
    exact = support(X, z)
    assert Fraction(most) >= exact
    assert float(most) <= float(exact) * (1 + 1e-6) + 1e-9 * float(np.abs(z) @ np.linalg.norm(X, axis=1)) or len(X) > 6
    with pytest.raises(UnprovenError):
        check_signs(felt, (1, -1), entries, most * (1 - 1e-4), Work())


@settings(max_examples=100, deadline=None)
@given(st.integers(0, 2**32 - 1))
def test_a_cone_has_at_least_what_neurons_in_it_gain(seed: int) -> None:
    rng = np.random.default_rng(seed)
    r = int(rng.integers(1, 5))
    X, z = rng.integers(-5, 6, (6, r)), rng.integers(-4, 5, 6)
    f = gain(directions(X.tolist()), z.tolist(), 0)
    cones: list[Cone] = first_cones(f)
    cone = cones[rng.integers(len(cones))]
    for _ in range(4 if r > 1 else 0):
        a, b = rng.choice(r, 2, replace=False).tolist()
        cone = cone.cut(a, b, int(rng.integers(1, 9)), int(rng.integers(1, 9)))[rng.integers(2)]
    c = cone.most()
    for _ in range(20):
        theta = rng.integers(0, 5, r).tolist()
        u = [sum(t * ray[k] for t, ray in zip(theta, cone.rays, strict=True)) for k in range(r)]
        gained = sum(
            int(w) * max(sum(int(x) * v for x, v in zip(row, u, strict=True)), 0) for w, row in zip(z, X, strict=True)
        )
        above = sum(t * value for t, value in zip(theta, c, strict=True))
        assert Fraction(gained) <= Fraction(above) * Fraction(2) ** (f.exponent - GAMMA_BITS)


@settings(max_examples=100, deadline=None)
@given(st.integers(0, 2**32 - 1))
def test_first_cones_cover_everything_and_so_do_the_parts_of_a_cone(seed: int) -> None:
    rng = np.random.default_rng(seed)
    r = int(rng.integers(2, 5))
    f = gain(directions([[1] + [0] * (r - 1)]), [1], 0)
    u = rng.integers(-4, 5, r)

    def holds(cone: Cone) -> bool:
        theta = np.linalg.solve(np.array(cone.rays, dtype=float).T, u.astype(float))
        return bool(theta.min() >= -1e-9)

    holding = [cone for cone in first_cones(f) if holds(cone)]
    assert holding
    for _ in range(5):
        a, b = rng.choice(r, 2, replace=False).tolist()
        parts = holding[0].cut(a, b, int(rng.integers(1, 9)), int(rng.integers(1, 9)))
        holding = [part for part in parts if holds(part)]
        assert holding


@settings(max_examples=200, deadline=None)
@given(st.lists(st.lists(st.integers(-3, 3), min_size=4, max_size=4), min_size=1, max_size=6), st.integers(-2, 3))
def test_a_matrix_is_positive_definite_where_its_eigenvalues_are(vectors: list[list[int]], shift: int) -> None:
    A = np.array(vectors).T @ np.array(vectors) + shift * np.eye(4, dtype=int)
    least = float(np.linalg.eigvalsh(A)[0])
    triangle = [A[k, : k + 1].tolist() for k in range(4)]
    if abs(least) > 1e-9:
        assert is_positive_definite(triangle) == (least > 0)
    else:
        assert not is_positive_definite(triangle)


@settings(max_examples=300)
@given(st.fractions(max_denominator=10**6), st.integers(1, 15))
def test_decimals_are_on_the_safe_side(value: Fraction, digits: int) -> None:
    below, above = Fraction(decimal(value, digits)), Fraction(decimal(value, digits, up=True))
    assert below <= value <= above
    assert above - below <= abs(value) * Fraction(10) ** (1 - digits)


@given(st.lists(st.floats(-1e100, 1e100), min_size=1))
def test_numbers_are_whole_numbers_times_a_power_of_two(values: list[float]) -> None:
    numbers, exponent = whole(values)
    assert [Fraction(k) * Fraction(2) ** exponent for k in numbers] == [Fraction(v) for v in values]
