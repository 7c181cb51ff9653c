"""Corners of cells against rational arithmetic."""

from __future__ import annotations

from fractions import Fraction
from itertools import combinations

import numpy as np
from exact_oracle import odd_data, rational
from hypothesis import assume, given, settings, strategies as st

from landscape.geometry.corners import corners, spanning_columns
from landscape.model.problem import finite_array


def determinant(M: list[list[Fraction]]) -> Fraction:
    if not M:
        return Fraction(1)
    minors = ([row[:j] + row[j + 1 :] for row in M[1:]] for j in range(len(M)))
    return sum(((-1) ** j * M[0][j] * determinant(minor) for j, minor in enumerate(minors)), Fraction(0))


@given(st.integers(0, 2**32 - 1), st.integers(1, 6), st.integers(1, 4))
@settings(max_examples=150, deadline=None)
def test_outputs_are_those_of_the_neurons_that_vanish_on_all_but_one_dimension(seed: int, n: int, d: int) -> None:
    X = finite_array(odd_data(np.random.default_rng(seed), n, d), "X", 2)
    used = spanning_columns(X)
    assume(used is not None)
    assert used is not None
    rows = [[row[k] for k in used] for row in rational(X)]
    found = corners(X)
    assert found is not None
    expected = set()
    for chosen in combinations(range(n), max(len(used) - 1, 0)):
        pre = [determinant([*(rows[i] for i in chosen), row]) for row in rows] if used else []
        for sign in (1, -1):
            outputs = [max(sign * v, Fraction(0)) for v in pre]
            if any(outputs):
                expected.add(tuple(v / max(outputs) for v in outputs))
    got = [column / column.max() for column in found.outputs.T]
    assert all(np.any(column > 0) for column in found.outputs.T)
    for column in got:
        assert any(
            all((v == 0) == (w == 0) and abs(Fraction(float(w)) - v) <= v * Fraction(1, 10**14) for v, w in pairs)
            for pairs in ([*zip(e, column, strict=True)] for e in expected)
        )
    for e in expected:
        close = [np.allclose(column, [float(v) for v in e], rtol=1e-14, atol=0.0) for column in got]
        assert any(close)


def test_more_than_three_dimensions_or_too_many_corners_are_declined() -> None:
    rng = np.random.default_rng(0)
    assert spanning_columns(rng.standard_normal((5, 4))) is None
    assert corners(rng.standard_normal((5, 4))) is None
    assert corners(rng.standard_normal((200, 3))) is None
    assert corners(rng.standard_normal((500, 2))) is None
    assert corners(np.zeros((3, 2))) is not None
