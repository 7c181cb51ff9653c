"""A run has settled when what is left of its way, continued as a geometric series, is negligible."""

import numpy as np
import pytest

from landscape.model.problem import Problem
from landscape.training.convergence import QUIET_CHECKS, WINDOW, ConvergenceMonitor

PROBLEM = Problem([[1.0], [2.0]], [1.0, 2.0], second_layer="ones")


def steps_until_settled(weight, loss, most=400):
    """Look at a scalar run w(t), loss(t) every WINDOW steps; return at which step it was called settled."""
    alpha = np.zeros((1, 1))
    monitor = ConvergenceMonitor.begin(PROBLEM, (np.full((1, 1, 1), weight(0)), alpha), np.array([loss(0)]))
    for t in range(WINDOW, most * WINDOW, WINDOW):
        now, before = (np.full((1, 1, 1), weight(s)) for s in (t, t - 1))
        monitor = monitor.check((now, alpha), (before, alpha), np.array([loss(t)]))
        if monitor.settled[0]:
            return t
    return None


@pytest.mark.parametrize("rate", [0.5, 0.9, 0.99, 0.999])
def test_geometric_convergence_is_seen_once_the_rest_is_negligible(rate):
    t = steps_until_settled(lambda t: 1 + rate**t, lambda t: rate ** (2 * t), most=2000)
    assert t is not None
    assert rate ** (t - WINDOW * QUIET_CHECKS) < 1e-7


@pytest.mark.parametrize("start", [1e-3, 1e-9, 1e-15])
def test_geometric_growth_from_nothing_is_never_settled(start):
    assert steps_until_settled(lambda t: start * 1.01**t, lambda t: 5.0, most=20) is None


def test_motion_that_slows_like_a_power_is_never_settled():
    assert steps_until_settled(lambda t: 1 / (1 + t) ** 0.5, lambda t: 1.0, most=200) is None


def test_a_bounce_of_period_two_is_never_settled():
    assert steps_until_settled(lambda t: 1 + 0.1 * (-1) ** t, lambda t: 1.0) is None
    assert steps_until_settled(lambda t: 1 + 0.1 * (t % WINDOW == WINDOW - 1), lambda t: 1.0) is None


def test_standing_still_is_settled():
    assert steps_until_settled(lambda t: 1.0, lambda t: 3.0) == WINDOW * QUIET_CHECKS


@pytest.mark.parametrize("size", [1.0, 1e-12])
def test_a_turning_neuron_is_seen_however_small(size):
    def at(angle):
        return np.array([[[np.cos(angle)]], [[np.sin(angle)]]]) * size, np.full((1, 1), size)

    monitor = ConvergenceMonitor.begin(Problem([[1.0, 1.0]], [1.0]), at(0.0), np.ones(1))
    assert monitor.check(at(0.1), at(0.09), np.ones(1)).turning.tolist() == [True]
    assert monitor.check(at(1e-5), at(1e-5), np.ones(1)).turning.tolist() == [False]
