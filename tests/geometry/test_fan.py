"""The fan of one or two features: sectors in order, edges that span them, sums by one sweep."""

from __future__ import annotations

import numpy as np
import pytest
from exact_oracle import odd_data, rational
from hypothesis import given, settings, strategies as st
from hypothesis.extra.numpy import arrays

from landscape.geometry.fan import fan
from landscape.model.problem import finite_array

small_integers = st.integers(1, 6).flatmap(lambda n: arrays(np.float64, (n, 2), elements=st.integers(-2, 2).map(float)))


@given(small_integers, st.integers(0, 2**32 - 1))
@settings(max_examples=100, deadline=None)
def test_every_neuron_lies_in_the_sector_the_fan_names_and_its_edges_span_it(X: np.ndarray, seed: int) -> None:
    cones = fan(X)
    u = np.random.default_rng(seed).standard_normal(2)
    sector = int(cones.sectors_of(u[:, None])[0])
    on = cones.active(np.array([sector]))[0]
    assert np.all(np.where(on, X @ u, -(X @ u)) >= -1e-12)
    a, b = np.linalg.solve(np.stack([cones.edges[sector], cones.ends[sector]], axis=1), u)
    assert a >= -1e-9
    assert b >= -1e-9
    corner = cones.edges[sector] + cones.ends[sector]
    assert np.all(np.where(on, X @ corner, -(X @ corner)) >= -1e-12)


@given(small_integers, st.integers(0, 2**32 - 1))
@settings(max_examples=100, deadline=None)
def test_one_sweep_gives_the_sum_of_every_sector(X: np.ndarray, seed: int) -> None:
    z = np.random.default_rng(seed).standard_normal(len(X))
    for rows in (X, X[:, :1]):
        cones = fan(rows)
        on = cones.active(np.arange(cones.sectors))
        assert np.allclose(cones.sums(rows, z), (on * z) @ rows, atol=1e-12)


@given(small_integers)
@settings(max_examples=100, deadline=None)
def test_sectors_are_narrow_in_order_and_opposite_half_a_turn_later(X: np.ndarray) -> None:
    cones = fan(X)
    e, f = cones.edges, cones.ends
    assert np.all(e[:, 0] * f[:, 1] - e[:, 1] * f[:, 0] > 0)
    assert np.allclose(np.roll(e, cones.sectors // 2, axis=0), -e)
    assert np.allclose(np.linalg.norm(e, axis=1), 1)


@given(st.integers(0, 2**32 - 1), st.integers(1, 7))
@settings(max_examples=150, deadline=None)
def test_rows_are_on_one_line_only_where_they_are_exactly_parallel_and_lines_are_in_order(seed: int, n: int) -> None:
    X = finite_array(odd_data(np.random.default_rng(seed), n, 2), "X", 2)
    rows, cones = rational(X), fan(X)
    upward = [[-a, -b] if b < 0 or (b == 0 and a < 0) else [a, b] for a, b in rows]
    line = cones.start % (cones.sectors // 2)
    for i in range(n):
        assert (cones.start[i] < 0) == (not any(rows[i]))
        for j in range(n):
            if any(rows[i]) and any(rows[j]):
                (a, b), (c, d) = upward[i], upward[j]
                assert (line[i] < line[j]) == (a * d > b * c)
                assert (line[i] == line[j]) == (a * d == b * c)


def test_more_features_have_no_angle() -> None:
    with pytest.raises(ValueError, match="X must have at most 2 features"):
        fan(np.ones((2, 3)))
