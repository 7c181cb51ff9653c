"""Cells of three features and more, against brute force and Cover's number."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from hypothesis import example, given, settings, strategies as st
from scipy.optimize import linprog

from landscape.geometry.cells import circles, complement, most_cells, row_space
from landscape.geometry.exact_cells import exact_patterns


def patterns_by_programs(X: np.ndarray) -> set[tuple[bool, ...]]:
    """The patterns of the open cells of X: of all choices of sides, those for which some u is on each side by 1.

    A cell is a cone, so that 1 is as good as any other margin. Rows of zeros have no side and count as on.
    """
    some = np.any(X != 0, axis=1)
    found = set()
    for on in product((False, True), repeat=int(some.sum())):
        sides = np.where(on, 1.0, -1.0)[:, None] * X[some]
        answer = linprog(np.zeros(X.shape[1]), A_ub=-sides, b_ub=-np.ones(len(sides)), bounds=(None, None))
        assert answer.status in (0, 2)
        if answer.status == 0:
            pattern = np.ones(len(X), dtype=bool)
            pattern[some] = on
            found.add(tuple(pattern.tolist()))
    return found


@given(st.integers(0, 2**32 - 1), st.integers(1, 6), st.integers(1, 4), st.booleans())
@example(17180637, 6, 4, False)  # one cell is met by 9 of 100,000 random directions
@example(17180637, 6, 4, True)
@settings(max_examples=80, deadline=None)
def test_every_pattern_of_integer_rows_is_found_and_no_other(seed: int, n: int, d: int, bias: bool) -> None:
    rng = np.random.default_rng(seed)
    X = rng.integers(-1, 2, (n, d)).astype(float)
    if bias:
        X[:, -1] = 1.0
    found = [tuple(row) for row in exact_patterns(X).tolist()]
    assert len(set(found)) == len(found)
    assert set(found) == patterns_by_programs(X)


@pytest.mark.parametrize(("n", "d"), [(1, 3), (2, 3), (6, 3), (25, 3), (7, 4), (8, 5), (3, 10)])
def test_general_position_has_covers_number_of_cells_at_any_column_scale(n: int, d: int) -> None:
    X = np.random.default_rng(n).standard_normal((n, d)) * 10.0 ** (6 - 12 * np.arange(d) / d)
    assert len(exact_patterns(X)) == most_cells(n, min(n, d))


def test_points_on_a_grid_have_the_patterns_of_their_coincidences() -> None:
    """Where three points are on a line as the numbers that they are: tenths are not, and have narrow cells besides."""
    x, y = np.meshgrid(np.arange(4) / 10, np.arange(4) / 10)
    X = np.c_[x.ravel(), y.ravel(), np.ones(16)]
    whole = np.rint(X * [10.0, 10.0, 1.0])
    halves = whole * [0.5, 0.5, 1.0]
    assert len(exact_patterns(whole)) == len(exact_patterns(halves)) < len(exact_patterns(X)) < most_cells(16, 3)
    on = {tuple(row) for row in exact_patterns(X).tolist()}
    assert {tuple(row) for row in exact_patterns(whole).tolist()} <= on


def test_duplicates_and_near_duplicates_in_space_are_told_apart() -> None:
    rng = np.random.default_rng(3)
    X = np.c_[rng.standard_normal((5, 2)), np.ones(5)]
    assert len(exact_patterns(np.r_[X, X[:2], -X[:1]])) == most_cells(5, 3)
    near = X[:1] + np.array([[1e-9, 0.0, 0.0]])
    assert len(exact_patterns(np.r_[X, near])) == most_cells(6, 3)


@given(st.integers(0, 2**32 - 1), st.integers(2, 6))
def test_the_complement_of_a_vector_is_an_orthonormal_basis_of_its_plane(seed: int, d: int) -> None:
    normal = np.random.default_rng(seed).standard_normal(d)
    normal /= np.linalg.norm(normal)
    basis = complement(normal)
    assert np.allclose(basis.T @ basis, np.eye(d - 1), atol=1e-14)
    assert np.allclose(normal @ basis, 0, atol=1e-14)


def test_the_row_space_has_the_rank_of_the_rows() -> None:
    X = np.random.default_rng(0).standard_normal((5, 2)) @ np.random.default_rng(1).standard_normal((2, 4))
    assert row_space(X).shape == (4, 2)
    assert np.allclose(X @ row_space(X) @ row_space(X).T, X)
    assert row_space(np.zeros((2, 3))).shape == (3, 0)


def test_rows_of_one_line_share_a_circle_on_which_they_vanish() -> None:
    X = np.array([[1.0, 2.0, 2.0], [-2.0, -4.0, -4.0], [0.0, 1.0, 0.0], [0.0, 0.0, 0.0]])
    around = circles(X)
    assert sorted(np.abs(circle.side).sum() for circle in around) == [1, 2]
    for circle in around:
        assert np.all(circle.projected[circle.side != 0] == 0)
        assert np.allclose(np.abs(X @ circle.basis)[circle.side != 0], 0, atol=1e-15)
