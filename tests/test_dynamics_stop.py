"""Whoever stops a film stops the run that is being made, not only the ones after it."""

import numpy as np
import pytest

from landscape.descent import descend, descend_many
from landscape.network import Network
from landscape.problem import Problem
from landscape.settling import WINDOW
from landscape.trajectory import Outcome

LINE = np.array([-0.7, -0.3, 0.7, 0.8])
LINE = Problem(np.column_stack([LINE, np.ones(4)]), 0.7 + 0.6 * LINE)
START = Network([[0.3, -0.2], [0.1, 0.4]], [0.5, -0.5])


class Halt:
    """Says yes from its ``at``-th question on, and counts them."""

    def __init__(self, at: int) -> None:
        self.at, self.asked = at, 0

    def __call__(self) -> bool:
        self.asked += 1
        return self.asked >= self.at


@pytest.mark.parametrize("method", ["gd", "momentum", "adam"])
@pytest.mark.parametrize("keep", [None, 2, 7])
def test_a_halted_run_ends_where_it_is_and_is_the_beginning_of_the_whole_one(method, keep):
    halt = Halt(2)
    run = descend(LINE, START, step=1e-3, n_steps=5000, method=method, keep=keep, halted=halt)
    assert halt.asked == 2
    assert run.steps[-1] == WINDOW
    assert run.outcome is Outcome.OUT_OF_STEPS
    whole = descend(LINE, START, step=1e-3, n_steps=WINDOW, method=method)
    assert np.array_equal(run.W[-1], whole.W[-1])
    assert run.objective[-1] == whole.objective[-1]


def test_many_starts_are_halted_together():
    W, alpha = (np.stack([a, 2 * a, 3 * a]) for a in (START.W, START.alpha))
    runs = descend_many(LINE, W, alpha, step=1e-3, n_steps=5000, halted=Halt(3))
    assert runs.steps[:, -1].tolist() == [2 * WINDOW] * 3


def test_a_run_that_nobody_halts_is_the_same_as_one_that_is_not_asked():
    asked = descend(LINE, START, step=1e-3, n_steps=200, halted=lambda: False)
    alone = descend(LINE, START, step=1e-3, n_steps=200)
    assert np.array_equal(asked.W, alone.W)
    assert asked.outcome is alone.outcome
