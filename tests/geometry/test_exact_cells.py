"""The cells of data as exact binary numbers, against linear programs and Cover's number."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings, strategies as st
from test_cells import patterns_by_programs

from landscape.geometry.cells import most_cells
from landscape.geometry.exact_cells import exact_patterns


@given(st.integers(0, 2**32 - 1), st.integers(1, 6), st.integers(1, 4))
@settings(max_examples=80, deadline=None)
def test_every_pattern_of_integer_rows_is_found_and_no_other(seed: int, n: int, d: int) -> None:
    X = np.random.default_rng(seed).integers(-1, 2, (n, d)).astype(float)
    found = [tuple(row) for row in exact_patterns(X).tolist()]
    assert len(set(found)) == len(found)
    assert set(found) == patterns_by_programs(X)


@pytest.mark.parametrize(("n", "d"), [(1, 3), (6, 3), (20, 3), (10, 4), (8, 5), (3, 10)])
def test_general_position_has_covers_number_of_cells_at_any_scale(n: int, d: int) -> None:
    rng = np.random.default_rng(n)
    X = rng.standard_normal((n, d)) * 10.0 ** (90 - 180 * np.arange(d) / d) * 10.0 ** rng.integers(-9, 10, (n, 1))
    assert len(exact_patterns(X)) == most_cells(n, min(n, d))


@given(st.integers(0, 2**32 - 1), st.integers(2, 3))
@settings(max_examples=40, deadline=None)
def test_rows_that_differ_in_the_last_digit_cut_as_others_do(seed: int, d: int) -> None:
    rng = np.random.default_rng(seed)
    X = rng.standard_normal((3, d))
    twins = X.copy()
    twins[:, 0] = np.nextafter(X[:, 0], np.inf)
    both = exact_patterns(np.concatenate([X, twins]))
    assert len(both) == most_cells(6, d)
    assert (both[:, :3] != both[:, 3:]).any(axis=0).all()
    assert len(exact_patterns(np.concatenate([X, -2.0 * X]))) == most_cells(3, d)
