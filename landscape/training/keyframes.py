"""A long run in bounded memory: its keyframes are dense where patterns change, the loss falls and weights move."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from landscape.model.loss import squared_only
from landscape.model.network import Network
from landscape.model.problem import Problem
from landscape.training.along_a_run import pattern_codes
from landscape.training.descent import MAX_STORED, StepSize, descend
from landscape.training.optimisers import Method
from landscape.training.trajectory import Trajectory

DEEPEST = 1e-12
"""Share of the first loss below which a decrease of the loss is no longer an event."""


def descend_keyframes(
    problem: Problem,
    start: Network,
    *,
    step: StepSize,
    n_steps: int,
    method: Method = "gd",
    frames: int | None = None,
    halted: Callable[[], bool] | None = None,
) -> Trajectory:
    """Train as ``descend`` does and keep every iterate, or, where they are too many, its keyframes.

    Runs twice when it must choose: once to find where neurons change pattern, the loss falls and weights move, and
    once to keep the iterates there. They are iterates of the run itself, the same bit for bit.

    Arguments
        frames: most iterates kept, by default as many as fit MAX_STORED weights.
        halted: as in ``descend``; once True it must stay so: what is returned then is cut short.

    Raises ValueError as ``descend`` does, and when frames is below 2.
    """
    squared_only(problem, "descend_keyframes")
    most = max(MAX_STORED // ((problem.d + 1) * start.m), 2)
    frames = most if frames is None else frames
    if frames < 2:
        raise ValueError(f"frames must be at least 2, but was {frames!r}.")
    rough = max(most, frames)
    run = descend(
        problem, start, step=step, n_steps=n_steps, method=method, keep=min(rough, n_steps + 1), halted=halted
    )
    if len(run.steps) <= frames and len(run.steps) == run.steps[-1] + 1:
        return run
    return descend(
        problem,
        start,
        step=step,
        n_steps=n_steps,
        method=method,
        keep=[*keyframe_steps(problem, run, frames).tolist()],
        halted=halted,
    )


def keyframe_steps(problem: Problem, run: Trajectory, frames: int) -> np.ndarray:
    """Return at most ``frames`` step numbers between the ends of a run, spread evenly over its events.

    Four kinds of events count alike, each as a share of its total: changes of pattern, the fall of the loss (half by
    its value, half by its logarithm), the distance the weights move, and the number of steps, so that no stretch is
    left out. Between two stored iterates events are taken as evenly spread, but no step is chosen twice (de Boor's
    equidistribution).
    """
    squared_only(problem, "keyframe_steps")
    gaps = np.diff(run.steps).astype(float)
    if not len(gaps):
        return run.steps.copy()
    codes = pattern_codes(problem, run)
    changes = (codes[1:] != codes[:-1]).any(axis=2).sum(axis=1)
    loss = np.abs(np.diff(run.objective))
    floor = max(DEEPEST * float(run.objective[0]), 1e-300)
    decades = np.abs(np.diff(np.log10(np.maximum(run.objective, floor))))
    squared = (np.diff(run.W, axis=0) ** 2).sum(axis=(1, 2)) + (np.diff(run.alpha, axis=0) ** 2).sum(axis=1)
    distance = np.sqrt(squared + np.diff(run.bias) ** 2)
    kinds = ((changes, 2), (loss, 1), (decades, 1), (distance, 2), (gaps, 2))
    events = sum(weight * kind / kind.sum() for kind, weight in kinds if kind.sum() > 0)
    # The number of frames between two iterates is c × events, at most one a step; c is found by bisection.
    low, high = 0.0, frames * float((gaps / np.maximum(events, 1e-300)).max())
    for _ in range(200):
        c = (low + high) / 2
        low, high = (low, c) if np.minimum(gaps, c * events).sum() > frames - 1 else (c, high)
    reached = np.concatenate([[0.0], np.cumsum(np.minimum(gaps, low * events))])
    levels = np.linspace(0.0, reached[-1], min(frames, int(gaps.sum()) + 1))
    return np.unique(np.rint(np.interp(levels, reached, run.steps)).astype(int))
