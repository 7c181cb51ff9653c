"""Activation patterns against brute force and Cover's count, on random and degenerate data."""

from __future__ import annotations

from math import comb

import numpy as np
import pytest
from hypothesis import given, settings, strategies as st
from hypothesis.extra.numpy import arrays

from landscape.geometry.patterns import Patterns, enumerate_patterns, sample_patterns

small_integers = st.integers(1, 6).flatmap(lambda n: arrays(np.float64, (n, 2), elements=st.integers(-2, 2).map(float)))


def brute_force(X: np.ndarray) -> set[tuple[bool, ...]]:
    """Every pattern of integer rows in the plane: look between all directions at which a row of size ≤ 2 vanishes."""
    borders = [np.arctan2(a, b) for a in range(-2, 3) for b in range(-2, 3) if (a, b) != (0, 0)]
    angles = np.unique(np.round(borders, 12))
    between = np.append((angles[1:] + angles[:-1]) / 2, (angles[0] + angles[-1]) / 2 + np.pi)
    U = np.stack([np.cos(between), np.sin(between)])
    return {tuple(row) for row in (X @ U >= 0).T}


@given(small_integers)
@settings(max_examples=200, deadline=None)
def test_patterns_of_integer_rows_are_those_of_brute_force(X: np.ndarray) -> None:
    found = enumerate_patterns(X)
    assert found.complete
    assert len({tuple(row) for row in found.D}) == len(found.D)
    assert {tuple(row) for row in found.D} == brute_force(X)


@pytest.mark.parametrize(("n", "d"), [(1, 1), (7, 1), (1, 2), (2, 2), (9, 2), (40, 2)])
def test_general_position_has_covers_number_of_patterns(n: int, d: int) -> None:
    X = np.random.default_rng(n).standard_normal((n, d))
    assert len(enumerate_patterns(X)) == 2 * sum(comb(n - 1, k) for k in range(min(n, d)))


def test_one_feature_with_a_bias_has_two_patterns_a_point_at_any_scale_and_spacing() -> None:
    for x in ([0, 1e-9, 1, 2], [1e6, 1e6 + 1e-3, -1e6, 0], [1e-6, 2e-6, -3e-6, 1e-15]):
        assert len(enumerate_patterns(np.c_[x, np.ones(4)])) == 8


def test_duplicates_parallel_and_opposite_rows_share_a_line_and_zero_rows_have_none() -> None:
    row = np.array([1.0, 3.0]) / 8  # multiples are exact
    X = np.array([row, 3 * row, -7 * row, [0.0, 0.0], [1.0, 0.0]])
    found = enumerate_patterns(X)
    assert len(found) == 4
    assert np.array_equal(found.D[:, 0], found.D[:, 1])
    assert np.array_equal(found.D[:, 0], ~found.D[:, 2])
    assert found.D[:, 3].all()


@pytest.mark.parametrize("far", [1.0, 1e6, 1e15, 1e40])
def test_rows_that_differ_have_cells_of_their_own_however_far_another_row_is(far: float) -> None:
    """Beside a long row the others are short, and nearly parallel once columns are scaled: they are not one row."""
    X = np.array([[-far, -far, 1.0], [0.0, 0.1, 1.0], [0.1, 0.0, 1.0]])
    assert len(enumerate_patterns(X)) == 8
    assert len(enumerate_patterns(np.c_[X, [1.0, -2.0, 3.0]])) == 8


def test_collinear_rows_have_two_patterns_and_zero_rows_alone_have_one() -> None:
    assert len(enumerate_patterns(np.outer([1.0, -2.0, 3.0], [0.75, 1.0]))) == 2
    assert enumerate_patterns(np.zeros((3, 2))).D.tolist() == [[True] * 3]
    assert enumerate_patterns(np.zeros((3, 1))).D.tolist() == [[True] * 3]


def test_sampled_patterns_are_patterns_and_say_that_they_are_a_sample() -> None:
    X = np.random.default_rng(0).standard_normal((6, 2))
    sample = sample_patterns(X, 500, np.random.default_rng(1))
    every = {tuple(row) for row in enumerate_patterns(X).D}
    assert not sample.complete
    assert {tuple(row) for row in sample.D} <= every
    again = sample_patterns(X, 500, np.random.default_rng(1))
    assert np.array_equal(sample.D, again.D)


def test_what_is_no_list_of_patterns_is_refused_by_name() -> None:
    with pytest.raises(ValueError, match="D must be"):
        Patterns(np.ones((2, 2)), complete=True)
    with pytest.raises(ValueError, match="count must be"):
        sample_patterns(np.ones((2, 2)), 0, np.random.default_rng(0))
    with pytest.raises(ValueError, match="X must hold finite"):
        enumerate_patterns(np.array([[np.nan, 1.0]]))
    with pytest.raises(ValueError, match="sample_patterns"):
        enumerate_patterns(np.c_[np.arange(30_000.0), np.ones(30_000)])
