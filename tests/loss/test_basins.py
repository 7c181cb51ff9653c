"""A simulated basin is what single runs do, and with small steps it is the exact one."""

import warnings

import numpy as np
import pytest

from landscape.loss.basins import simulated_basins
from landscape.loss.critical_points import critical_set
from landscape.loss.gradient_flow import basin_of
from landscape.loss.surface import plane_through
from landscape.model.network import Network
from landscape.model.problem import Problem
from landscape.training.descent import descend
from landscape.training.trajectory import Outcome

POSTER = Problem([[-1], [1]], [1, 2], second_layer="ones")


def cells(width, count):
    """Midpoints of a grid, none of them on a border between basins."""
    return -width + 2 * width * (np.arange(count) + 0.47) / count


def test_every_cell_is_the_run_from_there():
    basins = simulated_basins(POSTER, cells(4, 7), cells(3, 5), optimum=0.0, step=0.3)
    for row, b in enumerate(basins.w2):
        for column, a in enumerate(basins.w1):
            run = descend(POSTER, Network([[a, b]], [1, 1]), step=0.3, n_steps=500)
            assert basins.loss[row, column] == pytest.approx(run.objective[-1], abs=1e-12)
            assert basins.outcome[row, column] is run.outcome


def test_small_steps_end_where_the_flow_does():
    axis = cells(4, 41)
    basins = simulated_basins(POSTER, axis, axis, optimum=0.0, step=0.01, n_steps=2000)
    exact = np.array([c.loss for c in critical_set(POSTER)])[basin_of(POSTER, np.stack(np.meshgrid(axis, axis)))]
    assert np.mean(np.abs(basins.loss - exact) < 1e-6) > 0.99
    assert basins.share == pytest.approx(0.703, abs=0.01)
    assert [round(level) for level, _ in basins.levels[:3]] == [0, 1, 4]


def test_large_steps_jump_out_of_some_traps():
    axis = cells(4, 121)
    assert simulated_basins(POSTER, axis, axis, optimum=0.0, step=0.3).share == pytest.approx(0.79, abs=0.01)


def test_any_plane_of_any_problem_can_be_simulated():
    rng = np.random.default_rng(0)
    problem = Problem(rng.normal(size=(4, 2)), rng.normal(size=4), 0.05)
    plane = plane_through(*(Network(rng.normal(size=(2, 3)), rng.normal(size=3)) for _ in range(3)))
    basins = simulated_basins(problem, [-1, 0, 1], [0, 1], optimum=0.0, step=0.01, n_steps=50, plane=plane)
    run = descend(problem, plane.network(-1, 1), step=0.01, n_steps=50)
    assert basins.loss[1, 0] == pytest.approx(run.objective[-1], rel=1e-10)
    assert basins.share == 0.0
    assert "Simulated: 6 runs of gradient descent" in basins.sentence


def test_dead_starts_are_dead_cells():
    problem = Problem([[1], [2]], [1, 2], second_layer="ones")
    basins = simulated_basins(problem, [-2, -1, 1], [-1, 1], optimum=0.0, step=0.02)
    assert (basins.outcome == Outcome.DEAD).tolist() == [[True, True, False], [False, False, False]]
    assert basins.share == pytest.approx(4 / 6)


def test_too_many_starts_are_refused():
    with pytest.raises(ValueError, match="steps × starts × neurons × samples must be at most"):
        simulated_basins(POSTER, np.zeros(100), np.zeros(100), optimum=0.0, step=0.1, n_steps=10**6)


def test_losses_beyond_the_labels_by_more_than_a_number_holds_are_one_level():
    problem = Problem(X=[[1.0], [-1.0]], y=[1e-90, 2e-90], second_layer="ones")
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        basins = simulated_basins(problem, [5e99, 1e100], [1e100, -1e100], optimum=0.0, step=0.01, n_steps=1)
    assert [level for level, _ in basins.levels] == [np.inf]
    assert basins.share == 0.0
