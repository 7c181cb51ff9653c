"""Whoever stops a film stops the run that is being made, not only the ones after it."""

from dataclasses import replace

import numpy as np
import pytest
from app_server import wait_until

from landscape.model.network import Network
from landscape.model.problem import Problem
from landscape.results.filmed_runs import film_runs
from landscape.scenario import Data, Scenario, Training
from landscape.training.convergence import WINDOW
from landscape.training.descent import descend, descend_many
from landscape.training.keyframes import descend_keyframes
from landscape.training.trajectory import Outcome
from landscape.web.dynamics.films import shown_film
from landscape.web.dynamics.progress import why_ended

X = (-0.7, -0.3, 0.7, 0.8)
LINE = Problem(np.column_stack([X, np.ones(4)]), [0.7 + 0.6 * x for x in X])
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


DATA = Data(X, tuple(0.7 + 0.6 * x for x in X), bias=True)
LONG = Training(m=8, layer="trained", step=1e-6, steps=60_000, runs=(), scales=(0.1, 1.0))


def test_a_halted_film_is_cut_short_and_keeps_no_more_frames_than_asked():
    halt = Halt(2)
    run = descend_keyframes(LINE, START, step=1e-3, n_steps=5000, frames=20, halted=halt)
    assert run.steps[-1] <= WINDOW
    assert len(run.steps) <= 20
    assert halt.asked <= 4


@pytest.mark.parametrize("at", [1, 2, 3, 10])
def test_a_halted_film_is_none_and_begins_nothing_more(at):
    halt, reports = Halt(at), []
    assert film_runs(DATA, LONG, report=lambda share, text: reports.append(text), halted=halt) is None
    assert len(reports) == min(at - 1, 1)
    # Once more for the film’s second half, and before each piece that would have come next.
    assert halt.asked <= at + 4


def test_stopping_ends_the_film_that_is_being_made_and_says_so():
    pending = shown_film(Scenario(DATA, LONG)).pending
    assert pending is not None
    wait_until(lambda: pending.job.status.text.startswith("Scale"))
    pending.job.stop()
    assert pending.job.wait(30)
    assert pending.job.status.result is None
    assert "Scale 1:" not in pending.job.status.text
    again = shown_film(Scenario(DATA, LONG))
    assert again.pending is not None
    assert again.pending.job is pending.job
    sentence = why_ended(again, again.pending)
    assert sentence == f"The film of 60,000 steps was stopped: its first {again.filmed.steps:,} are shown."


def test_a_film_that_failed_says_why():
    shown = shown_film(Scenario(DATA, LONG))
    assert shown.pending is not None
    shown.pending.job.stop()
    error = "The computation failed; the cause is in the server's log."
    failed = replace(shown.pending, status=replace(shown.pending.status, done=True, error=error))
    assert why_ended(shown, failed) == f"{error} Shown: the first {shown.filmed.steps:,} steps."
