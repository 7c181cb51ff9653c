"""What a problem accepts, refuses with a reason, and takes as 0."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, strategies as st

from landscape.geometry.patterns import enumerate_patterns
from landscape.geometry.support import support
from landscape.model.network import Network
from landscape.model.problem import LARGEST, NEGLIGIBLE, SMALLEST, Problem

TOO_SMALL = st.floats(5e-324, SMALLEST, exclude_max=True) | st.floats(-SMALLEST, -5e-324, exclude_min=True)


@given(TOO_SMALL)
def test_data_too_small_to_be_squared_are_refused_and_never_taken_for_0(tiny: float) -> None:
    for read in (lambda X: Problem(X, [1.0, 2.0]), enumerate_patterns, lambda X: support(X, [1.0, 2.0])):
        with pytest.raises(ValueError, match="X must hold numbers that are 0 or at least 1e-100 in magnitude"):
            read([[1.0, tiny], [1.0, 0.0]])
    with pytest.raises(ValueError, match="y must hold numbers that are 0 or at least 1e-100 in magnitude"):
        Problem([[1.0]], [tiny])


@given(TOO_SMALL, st.floats(SMALLEST, LARGEST))
def test_a_label_below_the_smallest_is_0_only_where_it_is_negligible(tiny: float, other: float) -> None:
    if abs(tiny) <= NEGLIGIBLE * other:
        assert Problem([[1.0], [1.0]], [tiny, other]).y.tolist() == [0.0, other]
    else:
        with pytest.raises(ValueError, match="write 0 for it, or change units"):
            Problem([[1.0], [1.0]], [tiny, other])


@pytest.mark.parametrize("size", [SMALLEST, 1e-90, 1.0, 1e90, LARGEST])
def test_data_of_any_size_that_can_be_squared_are_kept(size: float) -> None:
    problem = Problem([[size, 0.0], [-size, size]], [size, -size])
    assert problem.X.tolist() == [[size, 0.0], [-size, size]]
    assert problem.y.tolist() == [size, -size]


def test_a_weight_that_a_descent_made_tiny_is_0() -> None:
    assert np.array_equal(Network([[1e-120, 2.0]], [1.0, -1e-300]).W, [[0.0, 2.0]])
    assert np.array_equal(Network([[1e-120, 2.0]], [1.0, -1e-300]).alpha, [1.0, 0.0])


@pytest.mark.parametrize(
    ("X", "biased", "on_a_line"),
    [
        ([[1.0], [1.0]], False, True),
        ([[2.0, 1.0], [3.0, 1.0]], True, True),
        ([[1.0, 2.0], [1.0, 3.0]], False, False),
        ([[2.0, 1.0], [3.0, 1.0 + 1e-15]], False, False),
        ([[2.0, 5.0, 1.0], [3.0, 4.0, 1.0]], True, False),
    ],
)
def test_a_bias_is_a_last_column_of_ones_beside_a_feature(X, biased: bool, on_a_line: bool) -> None:
    problem = Problem(X, [0.0, 1.0])
    assert (problem.biased, problem.on_a_line) == (biased, on_a_line)


@pytest.mark.parametrize("name", ["output_bias", "loss", "second_layer"])
@pytest.mark.parametrize("of", [np.array, lambda v: np.array([v]), lambda v: [v], lambda v: v.encode()])
def test_a_choice_is_a_text_and_no_array_of_one(name: str, of) -> None:
    value = {"output_bias": "free", "loss": "logistic", "second_layer": "trained"}[name]
    with pytest.raises(ValueError, match=rf"^{name} must be .*, but was"):
        Problem([[1.0], [2.0]], [1.0, -1.0], 0.1, **{name: of(value)})
    taken = Problem([[1.0], [2.0]], [1.0, -1.0], 0.1, **{name: np.str_(value)})
    assert type(getattr(taken, name)) is str
    assert getattr(taken, name) == value
