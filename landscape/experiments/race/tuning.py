"""The step size of a method: the best of a list for the steps it will take, each tried from the starts themselves."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from time import thread_time

import numpy as np

from landscape.model.loss import squared_only
from landscape.model.problem import Problem
from landscape.training.descent import MAX_STEPS, MAX_WORK, descend_many
from landscape.training.optimisers import Method

CANDIDATES = tuple(digit * 10.0**power for power in (1, 0, -1, -2, -3, -4, -5, -6) for digit in (5, 2, 1))
"""Step sizes tried, in the method's own unit."""

ROUNDS = ((300, len(CANDIDATES)), (3000, 8))
"""Steps of each round, and how many of the best of the one before are tried in it."""

LARGER, SMALLER = 1, 5
"""Candidates beside the best that are tried for the whole length: with more steps a smaller size is often better."""

COMPARED = 400
"""Iterates at which a run is compared with its goal."""


@dataclass(frozen=True)
class Tuning:
    """How a step size was found.

    Arguments
        step: the step size.
        seconds: the CPU time it took, which the race does not count.
        horizon: steps of the last round, those that are raced unless that would be too much work.
        tried: the step sizes tried, with the loss after the last round of each, the median over the starts.
    """

    step: float
    seconds: float
    horizon: int
    tried: tuple[tuple[float, float], ...]


def tune(
    problem: Problem,
    W: np.ndarray,
    alpha: np.ndarray,
    method: Method,
    *,
    horizon: int,
    goal: float = -np.inf,
    halted: Callable[[], bool] | None = None,
) -> Tuning:
    """Return the step size that is best after ``horizon`` steps, among CANDIDATES times the method's unit.

    Best is the one whose loss is first at the goal, or lowest at the end where none gets there. The unit follows the
    size of data and labels: 1 / (‖X‖ ‖y‖), one over the curvature at weights that fit them, for gradients, and the size
    of such weights, √(‖y‖ / ‖X‖), for Adam. All candidates run at once for 300 steps, the best eight for 3,000, and
    the best of these with its neighbours for the whole horizon: what is best after few steps is often too large for
    many.

    Arguments
        W (B, d, m), alpha (B, m): the starts; of several the median counts.
        goal: a loss, in units of y²; halted: as in ``descend``.
    """
    squared_only(problem, "tune")
    begun = thread_time()
    size, height = float(np.linalg.norm(problem.X)) or 1.0, float(np.linalg.norm(problem.y)) or 1.0
    ones = problem.second_layer == "ones"
    weights = height / size if ones else np.sqrt(height / size)
    unit = weights if method == "adam" else (1 / size**2 if ones else 1 / (size * height))
    every = np.array([float(f"{factor * unit:.1e}") for factor in CANDIDATES])
    scores: dict[float, tuple[float, float]] = {}
    length = 0

    def tried(steps: np.ndarray, n_steps: int) -> None:
        nonlocal length
        length = max(1, min(n_steps, horizon, MAX_STEPS, MAX_WORK // (len(steps) * W[..., 0, :].size * problem.n)))
        runs = descend_many(
            problem,
            np.tile(W, (len(steps), 1, 1)),
            np.tile(alpha, (len(steps), 1)),
            step=np.repeat(steps, len(W)),
            n_steps=length,
            method=method,
            keep=min(length, COMPARED) + 1,
            halted=halted,
        )
        there = runs.objective <= goal
        first = np.where(there.any(axis=1), runs.steps[np.arange(len(runs)), there.argmax(axis=1)], np.inf)
        for step, arrived, loss in zip(
            steps.tolist(), first.reshape(len(steps), -1), runs.objective[:, -1].reshape(len(steps), -1), strict=True
        ):
            scores[step] = float(np.median(arrived)), float(np.median(loss))

    steps = every
    for n_steps, kept in ROUNDS:
        steps = np.array(sorted(steps.tolist(), key=lambda step: scores.get(step, (0.0, 0.0)))[:kept])
        tried(steps, n_steps)
    best = min(steps.tolist(), key=scores.__getitem__)
    if horizon > ROUNDS[-1][0]:
        place = int(np.flatnonzero(every == best)[0])
        steps = every[max(0, place - LARGER) : place + SMALLER + 1]
        tried(steps, horizon)
        best = min(steps.tolist(), key=scores.__getitem__)
    losses = tuple((step, loss) for step, (_, loss) in scores.items())
    return Tuning(best, thread_time() - begun, length, losses)
