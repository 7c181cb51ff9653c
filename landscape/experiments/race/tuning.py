"""The step size of a method in the race: the best of a list, each tried from the start of the race."""

from __future__ import annotations

from dataclasses import dataclass
from time import perf_counter

import numpy as np

from landscape.model.network import Network
from landscape.model.problem import Problem
from landscape.training.descent import MAX_WORK, descend_many
from landscape.training.optimisers import Method

CANDIDATES = tuple(digit * 10.0**power for power in (1, 0, -1, -2, -3, -4) for digit in (5, 2, 1))
"""Step sizes tried, in the method's own unit."""

ROUNDS = ((300, len(CANDIDATES)), (3000, 4))
"""Steps of each round, and how many of the best of the one before are tried in it."""


@dataclass(frozen=True)
class Tuning:
    """How a step size was found.

    Arguments
        step: the step size.
        seconds: the time it took, which the race does not count.
        tried: the step sizes tried, with the loss after the last round of each.
    """

    step: float
    seconds: float
    tried: tuple[tuple[float, float], ...]


def tune(problem: Problem, start: Network, method: Method) -> Tuning:
    """Return the step size after which the loss is lowest, among CANDIDATES times the method's unit.

    The unit follows the size of data and labels: 1 / (‖X‖ ‖y‖), one over the curvature at weights that fit them, for
    gradients, and the size of such weights, √(‖y‖ / ‖X‖), for Adam. All candidates run at once for 300 steps, the best
    four for 3,000, from the start of the race.
    """
    begun = perf_counter()
    size, height = float(np.linalg.norm(problem.X)) or 1.0, float(np.linalg.norm(problem.y)) or 1.0
    ones = problem.second_layer == "ones"
    weights = height / size if ones else np.sqrt(height / size)
    unit = weights if method == "adam" else (1 / size**2 if ones else 1 / (size * height))
    steps = np.array([float(f"{factor * unit:.1e}") for factor in CANDIDATES])
    losses: dict[float, float] = {}
    for n_steps, kept in ROUNDS:
        steps = np.array(sorted(steps, key=lambda step: losses.get(step, 0.0))[:kept])
        W, alpha = (np.repeat(a[None], len(steps), axis=0) for a in (start.W, start.alpha))
        affordable = max(1, min(n_steps, MAX_WORK // (len(steps) * start.m * problem.n)))
        runs = descend_many(problem, W, alpha, step=steps, n_steps=affordable, method=method, keep=2)
        losses.update(zip(steps.tolist(), runs.objective[:, -1].tolist(), strict=True))
    best = min(steps.tolist(), key=losses.__getitem__)
    return Tuning(best, perf_counter() - begun, tuple(losses.items()))
