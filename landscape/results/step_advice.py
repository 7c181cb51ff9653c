"""Whether a run failed because of its step size, and a smaller one with which it was seen not to."""

from __future__ import annotations

from bisect import bisect
from dataclasses import dataclass

import numpy as np

from landscape.model.problem import Problem
from landscape.training.descent import descend
from landscape.training.optimisers import Method
from landscape.training.step_size import death, outlives, working_run
from landscape.training.trajectory import Outcome, Trajectory

Schedule = tuple[tuple[int, float], ...]
"""Pairs (from step, step size), the first from step 0."""

LAST = 20
"""The last losses of a run, by which it is seen to swing."""


@dataclass(frozen=True)
class StepAdvice:
    """A smaller step size, tried from the same start: with it the run neither diverges, nor swings, nor dies of it.

    Arguments
        step: the step size; loss, taken: the loss at the end of that run and its number of steps.
        converges: whether it came to rest.
        is_why: whether the step is shown to be why the run failed. A run that lost its neurons keeps some in smaller
            steps that take it as far; one that diverged or swings does not with them.
    """

    step: float
    loss: float
    taken: int
    converges: bool
    is_why: bool


def step_advice(
    problem: Problem, run: Trajectory, method: Method, schedule: Schedule, n_steps: int
) -> StepAdvice | None:
    """Return a step that mends a run which diverged, lost all its neurons or swings; None for others, or without one.

    Arguments
        method, schedule, n_steps: with which the run was made.
    """
    died = death(problem, run)
    if run.outcome is not Outcome.DIVERGED and died is None and swing(run) is None:
        return None
    start, in_force = run.network(0), schedule[bisect([since for since, _ in schedule], int(run.steps[-1])) - 1][1]
    made = run if len(schedule) == 1 else None
    found = working_run(problem, start, method, n_steps, below=in_force, made=made)
    if found is None or found[0] >= in_force:
        return None
    step, tried = found
    if tried.outcome is Outcome.OUT_OF_STEPS and tried.steps[-1] < n_steps:  # a trial may not take as many
        tried = descend(problem, start, step=step, n_steps=n_steps, method=method, keep=2)
    if died is not None and run.outcome is not Outcome.DIVERGED:
        if not (problem.X @ tried.network().W > 0).any():
            return None
        is_why = _lives_as_long(problem, run, method, schedule, step, died)
    else:
        is_why = True
        if run.outcome is not Outcome.DIVERGED and not tried.objective[-1] <= run.objective[-LAST:].max():
            return None
    converges = tried.outcome is Outcome.CONVERGED
    return StepAdvice(step, float(tried.objective[-1]), int(tried.steps[-1]), converges, is_why)


def swing(run: Trajectory) -> tuple[float, float] | None:
    """Return between which losses the last iterates of a run go up and down, or None where they do not."""
    last = run.objective[-LAST:]
    change = np.diff(last)
    if run.outcome is not Outcome.OUT_OF_STEPS:
        return None
    if min(np.count_nonzero(change > 0), np.count_nonzero(change < 0)) < 3:
        return None
    return float(last.min()), float(last.max())


def _lives_as_long(
    problem: Problem, run: Trajectory, method: Method, schedule: Schedule, step: float, died: int
) -> bool:
    """Return whether a smaller step, taken until steps of a run add up to where it died, leaves a neuron active."""
    begins = [since for since, _ in schedule]
    ends = [*(min(since, died) for since in begins[1:]), died]
    covered = sum(size * max(0, end - since) for (since, size), end in zip(schedule, ends, strict=True))
    return outlives(problem, run.network(0), step, int(min(np.ceil(covered / step), 1e9)), method)
