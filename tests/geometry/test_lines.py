"""Rows grouped by the line through the origin they lie on."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings, strategies as st

from landscape.geometry.lines import rows_by_line


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


def test_rows_a_billionth_apart_are_two_lines() -> None:
    row = np.array([0.3, -0.2, 1.0])
    line, _, _ = rows_by_line(np.array([row, row + np.array([1e-9, 0.0, 0.0]), 2 * row]))
    assert line[0] == line[2] != line[1]
