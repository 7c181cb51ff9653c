"""A step size that suits the data: what it promises is what happens when it is used."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest

from landscape.geometry.lambda_max import lambda_max
from landscape.model.datasets import with_bias
from landscape.model.initialisation import balanced
from landscape.model.network import Network
from landscape.model.problem import Problem
from landscape.training.descent import descend
from landscape.training.step_size import LARGEST, SMALLEST, USUAL, death, suited_step, working_step
from landscape.training.trajectory import Outcome

METHODS = ("gd", "momentum", "adam")


def drawn(seed: int) -> tuple[Problem, Network]:
    """Random data of every size and kind, and a start of any scale."""
    rng = np.random.default_rng([17, seed])
    n, d = int(rng.choice([1, 2, 5, 30, 120])), int(rng.choice([1, 2, 3]))
    X = rng.normal(size=(n, d)) * 10.0 ** rng.integers(-6, 7)
    y = rng.normal(size=n) * 10.0 ** rng.integers(-6, 7)
    if seed % 5 == 0:
        X = np.round(X)
    if seed % 7 == 0:
        X, y = np.repeat(X[:1], n, axis=0), y * (seed % 2)
    problem = Problem(X, y, second_layer="ones" if seed % 3 == 0 else "trained")
    if seed % 3 == 1:
        problem = Problem(X, y, float(rng.choice([0.02, 0.5, 2.0])) * lambda_max(problem))
    start = balanced(d, int(rng.choice([1, 2, 9])), float(10.0 ** rng.integers(-6, 3)), rng)
    return problem, start if seed % 3 else Network(start.W, np.ones(start.m))


@pytest.mark.parametrize("method", METHODS)
def test_a_run_with_a_step_that_suits_it_does_not_diverge_and_ends_no_higher_than_it_began(method):
    for seed in range(60):
        problem, start = drawn(seed)
        usual = descend(problem, start, step=USUAL, n_steps=120, method=method)
        step = suited_step(problem, usual, method, 120)
        assert SMALLEST <= step <= LARGEST
        run = descend(problem, start, step=step, n_steps=120, method=method)
        assert run.outcome is not Outcome.DIVERGED, seed
        slack = 0.01 * run.objective[0] + 1e-6 * (problem.y @ problem.y)
        assert run.objective[-1] <= run.objective[0] + slack, seed


def test_gradient_descent_with_a_step_that_suits_it_never_rises_by_more_than_a_hundredth():
    for seed in range(60):
        problem, start = drawn(seed)
        usual = descend(problem, start, step=USUAL, n_steps=120)
        run = descend(problem, start, step=suited_step(problem, usual, "gd", 120), n_steps=120)
        lowest = np.minimum.accumulate(run.objective)
        assert (run.objective <= 1.01 * lowest + 1e-6 * (problem.y @ problem.y or run.objective[0])).all(), seed


def test_the_step_falls_like_one_over_the_number_of_points():
    found = []
    for n in (10, 100, 1000):
        x = np.linspace(-1, 1, n)
        problem = Problem(with_bias(x), np.sin(6 * x))
        start = balanced(2, 8, 0.5, np.random.default_rng(0))
        step = working_step(problem, start, "gd", 200)
        assert step is not None
        found.append(step)
    for few, many in pairwise(found):
        assert 4 <= few / many <= 25


def test_thirty_five_hundred_and_forty_points_of_two_features_are_trained():
    """Sizes at which 0.02 throws every neuron off the data, or diverges in a few steps."""
    rng = np.random.default_rng(3)
    x = rng.uniform(-1, 1, (500, 1))
    cases = (with_bias(x[:30, 0]), np.sin(5 * x[:30, 0])), (with_bias(x[:, 0]), np.sin(5 * x[:, 0]))
    for X, y in (*cases, (3 * rng.normal(size=(40, 2)), rng.normal(size=40))):
        problem = Problem(X, y)
        problem = Problem(X, y, 0.01 * lambda_max(problem))
        start = balanced(2, 10, 1.0, rng)
        usual = descend(problem, start, step=USUAL, n_steps=1000)
        run = descend(problem, start, step=suited_step(problem, usual, "gd", 1000), n_steps=1000)
        assert death(problem, run) is None
        assert run.objective[-1] < 0.5 * run.objective[0]


def test_the_usual_step_stays_where_it_works():
    problem = Problem([[-1.0], [1.0]], [1.0, 2.0], second_layer="ones")
    for w in ([1.5, 0.5], [3.0, -0.5], [-1.0, -2.0]):
        usual = descend(problem, Network([w], np.ones(2)), step=USUAL, n_steps=500)
        assert suited_step(problem, usual, "gd", 500) == USUAL


@pytest.mark.parametrize("size", [1e-5, 1e-3, 1e3, 1e6])
def test_other_units_of_the_data_get_a_step_that_arrives(size):
    problem = Problem(size * np.array([[-1.0], [1.0]]), size * np.array([1.0, 2.0]), second_layer="ones")
    usual = descend(problem, Network([[3.0, -0.5]], np.ones(2)), step=USUAL, n_steps=500)
    step = suited_step(problem, usual, "gd", 500)
    run = descend(problem, usual.network(0), step=step, n_steps=500)
    assert run.outcome is Outcome.CONVERGED
    assert run.objective[-1] < 1e-6 * (problem.y @ problem.y)


def test_what_is_outside_of_a_pattern_dies_with_the_smallest_steps_too_and_is_not_called_killed():
    """One neuron above a negative label shrinks to 0, whatever the step: no smaller one is wanted for it."""
    problem = Problem([[1.0]], [-1.0], second_layer="ones")
    usual = descend(problem, Network([[1.0]], np.ones(1)), step=USUAL, n_steps=500)
    assert usual.outcome is Outcome.DEAD
    assert suited_step(problem, usual, "gd", 500) == USUAL
