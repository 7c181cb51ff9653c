"""A step size that suits a problem and a start: the run neither diverges, nor swings, nor loses its neurons to it.

The loss is a sum over the points, so the largest stable step falls like 1/n, and with the squares of data and weights:
no one number suits all. Candidates are 1, 2 or 5 × 10ᵏ, and each is tried: from the one at which the curvature of the
start lets gradient descent overshoot, downwards until a run works.
"""

from __future__ import annotations

from itertools import islice
from math import sqrt

import numpy as np

from landscape.model.excess import AT_OPTIMUM
from landscape.model.loss import squared_only
from landscape.model.network import Network, check_fits
from landscape.model.output_bias import zero_loss
from landscape.model.problem import Problem
from landscape.training.descent import MAX_STEPS, descend, descend_many
from landscape.training.optimisers import Method
from landscape.training.trajectory import Outcome, Trajectory

USUAL = 0.02
"""The step of small textbook data, which is tried first."""

MUCH_LARGER = 25.0
"""A run that works with the usual step but does not come to rest gets another if one so many times as large works."""

RISE = 0.01
"""The share of its lowest value by which a loss may rise: at a kink of the loss the smallest step swings a little."""

TRIAL = 200
"""Steps for which a candidate is tried before the whole run is."""

WORK = 100_000_000
"""Most steps × runs × neurons × points of one trial: about a second."""

RUNGS = 6
"""Candidates tried at once."""

DECADES = 60
"""Decades of candidates that are tried before giving up."""

FITTING, STABLE = 10.0, 1.5
"""Steps are tried from here on down: in units of 1 / (‖X‖ ‖y‖), or of one over the curvature at the start, where 2 is
the bound of stability."""

ITERATIONS = 20
"""Of the power method; only which candidate is tried first depends on its accuracy."""

SMALLEST, LARGEST = 1e-75, 1e60
"""No step outside is tried; a scenario can have any between (limits.STEP)."""

SLOWER = 10
"""Neurons that a step has killed are alive where steps this many times as small have taken the run further."""

LONGER, AT_LEAST = 5, 2
"""So many times as far, and at least; what dies with any step may die a little later with a smaller one."""

LONGEST = 5_000
"""Most steps of that run: a step that is too large kills soon."""


def working_step(
    problem: Problem, start: Network, method: Method = "gd", n_steps: int = 500, below: float = np.inf
) -> float | None:
    """Return the largest step size 1, 2 or 5 × 10ᵏ, at most ``below``, that works from a start, or None.

    The run was tried: in ``n_steps`` steps it neither diverges, nor swings (gradient descent) or rises above its start
    (momentum and Adam, of whose steps the one that ends lowest is returned), nor loses all its neurons because of the
    size of the step. It need not have converged in so few.

    Raises ValueError as ``descend`` does.

    >>> from landscape import Network, Problem, working_step
    >>> problem = Problem(X=[[-1.0], [1.0]], y=[1.0, 2.0], second_layer="ones")
    >>> working_step(problem, Network(W=[[1.5, -0.5]], alpha=[1.0, 1.0]))
    0.5
    """
    squared_only(problem, "working_step")
    found = working_run(problem, start, method, n_steps, below)
    return None if found is None else found[0]


def working_run(
    problem: Problem,
    start: Network,
    method: Method = "gd",
    n_steps: int = 500,
    below: float = np.inf,
    made: Trajectory | None = None,
) -> tuple[float, Trajectory] | None:
    """Return the step size of ``working_step`` and the run with it, or None.

    Of the run few iterates are kept, and it ends early where a trial may not take ``n_steps`` (``affordable``).

    Arguments
        made: the run with the step size ``below``, where there is one already: it is not made again.
    """
    squared_only(problem, "working_run")
    check_fits(problem, start, "start")
    ladder = _ladder(min(below, _largest(problem, start, method)))
    if made is not None and method == "gd" and len(ladder) and ladder[0] == below:
        if works(problem, made, below, method):
            return below, made
        ladder = ladder[1:]
    if not len(ladder):
        return None
    rung = 0
    # Many at once for a few steps: most end soon. Of gradient descent the whole run is then made one by one.
    for steps, at_once in ((min(n_steps, TRIAL), RUNGS), (n_steps, 1 if method == "gd" else RUNGS)):
        while not (fine := _working(problem, start, ladder[rung : rung + at_once], method, steps)):
            rung += at_once
            if rung >= len(ladder):
                return None
        chosen, run = fine[0]
        rung += chosen if steps == n_steps else min(index for index, _ in fine)
    return float(ladder[rung]), run


def suited_step(problem: Problem, usual: Trajectory, method: Method = "gd", n_steps: int = 500) -> float:
    """Return a step size that suits a start: the usual one where it works and is not far too small.

    Arguments
        usual: the run of ``n_steps`` steps from that start with the step USUAL.
    """
    squared_only(problem, "suited_step")
    # Far too large a step kills as well with a tenth of it: a run that died is tried from far below.
    if death(problem, usual) is None and works(problem, usual, USUAL, method):
        if usual.outcome is not Outcome.OUT_OF_STEPS:
            return USUAL
        start, larger = usual.network(0), np.array([MUCH_LARGER * USUAL])
        if not _working(problem, start, larger, method, min(n_steps, TRIAL)):
            return USUAL
        return max(USUAL, working_step(problem, start, method, n_steps) or USUAL)
    found = working_run(problem, usual.network(0), method, n_steps, below=USUAL, made=usual)
    return USUAL if found is None else found[0]


def works(problem: Problem, run: Trajectory, step: float, method: Method) -> bool:
    """Return whether a run with a step size has neither diverged, nor swung, nor lost all its neurons to the step."""
    squared_only(problem, "works")
    if run.outcome is Outcome.DIVERGED:
        return False
    F = run.objective
    before = np.minimum.accumulate(F) if method == "gd" else F[0]
    slack = AT_OPTIMUM * (zero_loss(problem) or float(F[0]))
    return bool(((1 + RISE) * before + slack >= F).all()) and not _killed(problem, run, step, method)


def death(problem: Problem, run: Trajectory) -> int | None:
    """Return the first stored step at which no neuron is active on any point and none is later; None where none.

    A run that starts so has not died.
    """
    squared_only(problem, "death")
    alive = (problem.X @ run.W > 0).any(axis=(1, 2))
    if not alive[0] or alive[-1]:
        return None
    return int(run.steps[int(np.flatnonzero(alive)[-1]) + 1])


def _killed(problem: Problem, run: Trajectory, step: float, method: Method) -> bool:
    """Return whether a run with a step size lost all its neurons, and keeps some where smaller steps take it as far."""
    died = death(problem, run)
    if died is None:
        return False
    start = run.network(0)
    return outlives(problem, start, step / SLOWER, SLOWER * died, method)


def outlives(problem: Problem, start: Network, step: float, died: int, method: Method) -> bool:
    """Return whether a run with a step size keeps a neuron active, long after a number of steps or until it rests."""
    squared_only(problem, "outlives")
    n_steps = min(LONGER * died, LONGEST, affordable(problem, start.m))
    run = descend(problem, start, step=step, n_steps=n_steps, method=method, keep=2)
    alive = bool((problem.X @ run.network().W > 0).any())
    return alive and (n_steps >= AT_LEAST * died or run.outcome is Outcome.CONVERGED)


def affordable(problem: Problem, m: int, runs: int = 1) -> int:
    """Return the steps that a trial of networks of m neurons may take."""
    return min(MAX_STEPS, max(1, WORK // (runs * m * problem.n)))


def _working(
    problem: Problem, start: Network, sizes: np.ndarray, method: Method, n_steps: int
) -> list[tuple[int, Trajectory]]:
    """Return which of some step sizes work for a start, by their index, with their runs: of gradient descent the
    largest, else all, that which ends lowest first.
    """
    W, alpha = (np.repeat(a[None], len(sizes), axis=0) for a in (start.W, start.alpha))
    n_steps = min(n_steps, affordable(problem, start.m, len(sizes)))
    keep = min(n_steps, 2 * TRIAL) + 1
    bias = np.full(len(sizes), start.bias)
    runs = descend_many(problem, W, alpha, step=sizes, n_steps=n_steps, method=method, keep=keep, bias=bias)
    made = ((k, runs.run(k)) for k in range(len(sizes)))
    fine = ((k, run) for k, run in made if works(problem, run, float(sizes[k]), method))
    return list(islice(fine, 1)) if method == "gd" else sorted(fine, key=lambda found: float(found[1].objective[-1]))


def _ladder(top: float) -> np.ndarray:
    """Return 1, 2 and 5 × 10ᵏ from the largest at most ``top`` down."""
    power = int(np.floor(np.log10(top)))
    sizes = [float(f"{digit}e{k}") for k in range(power, power - DECADES, -1) for digit in (5, 2, 1)]
    return np.array([size for size in sizes if SMALLEST <= size <= top * (1 + 1e-9)])


def _largest(problem: Problem, start: Network, method: Method) -> float:
    """Return a step above which none is tried, by the curvature at the start or at weights that fit the labels."""
    size, height = float(np.linalg.norm(problem.X)) or 1.0, sqrt(zero_loss(problem)) or 1.0
    ones = problem.second_layer == "ones"
    if method == "adam":
        top = height / size if ones else np.sqrt(height / size)
    else:
        steepest = _curvature(problem, start)
        fitting = FITTING / size / (size if ones else height)
        top = min(fitting, STABLE / steepest) if steepest > 0 else fitting
    return float(np.clip(top, SMALLEST, LARGEST))


def _curvature(problem: Problem, start: Network) -> float:
    """Return about the largest eigenvalue of the Gauss–Newton matrix 2 JᵀJ + 2λ I, by the power method.

    The prediction changes by 1 with an output bias.
    """
    X, alpha = problem.X, start.alpha
    pre = X @ start.W
    gate, hidden = pre > 0, np.maximum(pre, 0.0)
    outer = gate * alpha
    fixed = problem.second_layer == "ones"
    residual, largest = np.ones(problem.n) / np.sqrt(problem.n), 0.0
    with np.errstate(over="ignore", invalid="ignore"):
        for _ in range(ITERATIONS):
            back = X @ (X.T @ (outer * residual[:, None]))
            of_bias = float(residual.sum()) if problem.has_output_bias else 0.0
            residual = (outer * back).sum(axis=1) + (0.0 if fixed else hidden @ (hidden.T @ residual)) + of_bias
            largest = float(np.linalg.norm(residual))
            if not 0 < largest < np.inf:
                break
            residual = residual / largest
    return 2.0 * (largest + problem.lam) if np.isfinite(largest) else 1.0 / SMALLEST
