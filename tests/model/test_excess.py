"""One answer to "is it at the optimum?", whatever units the labels have."""

import numpy as np
import pytest

from landscape.model.excess import (
    AT_OPTIMUM,
    LEAST_UNIT,
    ROUNDING,
    TARGETS,
    at_optimum,
    excess,
    is_proven,
    is_rounding,
    label_size,
    unit,
    without_rounding,
)
from landscape.model.problem import Problem

SCALES = [1e-8, 1e-4, 1.0, 1e4, 1e8]


def problem(scale: float) -> Problem:
    return Problem([[-1.0], [1.0]], np.array([3.0, 4.0]) * scale)


@pytest.mark.parametrize("scale", SCALES)
@pytest.mark.parametrize("share", [0.0, 0.9, 1.1])
def test_no_answer_depends_on_the_units_of_the_labels(scale, share):
    squared = 25.0 * scale**2
    assert at_optimum(problem(scale), share * AT_OPTIMUM * squared) == (share < 1)
    assert is_rounding(problem(scale), share * ROUNDING * squared) == (share < 1)
    for optimum in (0.0, 1e-3 * squared, squared):
        above = share * TARGETS[1] * max(optimum, LEAST_UNIT * squared)
        assert is_proven(problem(scale), optimum, optimum + above, TARGETS[1]) == (share < 1)
        assert excess(problem(scale), optimum, optimum + above) == pytest.approx(share * TARGETS[1], rel=1e-9)


def test_many_losses_are_judged_at_once():
    assert at_optimum(problem(1.0), np.array([[0.0, 1e-4], [-1.0, np.inf]])).tolist() == [[True, False], [True, False]]


def test_labels_of_0_set_no_unit_and_only_the_optimum_has_a_finite_excess():
    nothing = problem(0.0)
    assert label_size(nothing) == 1.0
    assert unit(nothing, 0.0) == 0.0
    assert excess(nothing, 0.0, [0.0, 1e-30]).tolist() == [0.0, np.inf]
    assert is_proven(nothing, 0.0, 0.0)
    assert not is_proven(nothing, 0.0, 1e-30)
    assert at_optimum(nothing, 1e-7)
    assert not at_optimum(nothing, 1e-5)


def test_nothing_is_proven_without_a_lower_bound():
    assert not is_proven(problem(1.0), -np.inf, 0.0, TARGETS[0])


def test_a_loss_is_written_as_it_is_unless_it_is_rounding():
    assert without_rounding(problem(1.0), 1e-10) == 1e-10
    assert without_rounding(problem(1.0), 1e-11) == 0.0
    assert without_rounding(problem(1.0), -1e-11) == 0.0
