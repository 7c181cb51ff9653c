"""Rows grouped by the line through the origin they lie on."""

from __future__ import annotations

import numpy as np
from exact_oracle import odd_data, ratio, rational
from hypothesis import given, settings, strategies as st

from landscape.geometry.lines import parallel_rows, rows_by_line
from landscape.model.problem import finite_array


@given(st.integers(0, 2**32 - 1), st.integers(1, 5), st.integers(1, 5))
@settings(max_examples=100, deadline=None)
def test_multiples_of_a_row_share_its_line_and_others_do_not(seed: int, n: int, d: int) -> None:
    rng = np.random.default_rng(seed)
    base = rng.standard_normal((n, d)) * 10.0 ** rng.integers(-6, 7, d)
    factors = rng.choice([-3.0, -0.1, 0.7, 1.0, 11.0], (n, 3))
    X = np.concatenate([base, *(factors[:, k : k + 1] * base for k in range(3)), np.zeros((1, d))])
    line, length, directions = rows_by_line(X)
    expected = np.tile(np.arange(n), 4) if d > 1 else np.zeros(4 * n)
    assert line[-1] == -1
    for k in range(n):
        assert np.array_equal(line[:-1] == line[k], expected == expected[k])
    assert np.allclose(length[:-1, None] * directions[line[:-1]], X[:-1], rtol=1e-12, atol=1e-12 * np.abs(X).max())


@given(st.integers(0, 2**32 - 1), st.integers(1, 8), st.integers(1, 5))
@settings(max_examples=200, deadline=None)
def test_rows_share_a_line_exactly_where_one_is_a_multiple_of_the_other(seed: int, n: int, d: int) -> None:
    X = finite_array(odd_data(np.random.default_rng(seed), n, d), "X", 2)
    rows, found = rational(X), parallel_rows(X)
    for i in range(n):
        assert (found.line[i] < 0) == (not any(rows[i]))
        for j in range(n):
            if any(rows[i]) and any(rows[j]):
                factor = ratio(rows[i], rows[j])
                assert (found.line[i] == found.line[j]) == (factor is not None)
                if factor is not None:
                    assert np.isclose(found.length[i], float(factor) * found.length[j], rtol=1e-14, atol=0.0)
    assert np.all(found.length[found.first] > 0)
    assert found.line[found.first].tolist() == list(range(len(found.first)))


def test_rows_a_billionth_apart_are_two_lines() -> None:
    row = np.array([0.3, -0.2, 1.0])
    line, _, _ = rows_by_line(np.array([row, row + np.array([1e-9, 0.0, 0.0]), 2 * row]))
    assert line[0] == line[2] != line[1]
