"""One cell of a sweep: its starts are trained and those that reach the certified optimum counted."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from functools import lru_cache
from math import isfinite
from time import perf_counter
from typing import Any

import numpy as np

from landscape.convex.twin import solve_convex
from landscape.experiments.race.tuning import tune
from landscape.experiments.sweep.settings import Cell
from landscape.geometry.lambda_max import lambda_max
from landscape.model.excess import excess
from landscape.model.initialisation import start_named
from landscape.model.problem import Problem, SecondLayer
from landscape.training.descent import MAX_STORED, MAX_WORK, descend_many
from landscape.training.trajectory import Outcome

COMPARISONS = 400
"""Times at which a run is compared with the optimum: the step of a success is known to n_steps / 400."""

TUNED = 4
"""Starts of a cell without a step size for which one is tuned."""


@dataclass(frozen=True)
class Result:
    """The result of a cell; everything but ``seconds`` is the same, bit for bit, on any executor.

    Arguments
        lam: λ itself, in units of y².
        optimum: objective of the network recovered from the convex twin; lower_bound: the proven lower bound, None
            where there is none; proven: whether it closes the gap (``Certificate.closed``).
        successes: runs that ended within the tolerance of the optimum; success_rate: their share.
        best, median, worst: last objectives of the runs.
        steps_to_success: median over the successes of the first comparison at which they were; None without any.
        converged, out_of_steps, diverged, dead: runs by their outcome.
        seconds: time taken by the training of all starts, measured.

    Raises ValueError where these contradict each other, or are no such numbers.
    """

    lam: float
    optimum: float
    lower_bound: float | None
    proven: bool
    successes: int
    success_rate: float
    best: float
    median: float
    worst: float
    steps_to_success: float | None
    converged: int
    out_of_steps: int
    diverged: int
    dead: int
    seconds: float

    def __post_init__(self) -> None:
        counts = (self.successes, self.converged, self.out_of_steps, self.diverged, self.dead)
        if not all(type(count) is int and count >= 0 for count in counts):
            raise ValueError("successes and outcomes must be whole numbers from 0.")
        runs = sum(counts[1:])
        if not 0 < runs >= self.successes or self.success_rate != self.successes / runs:
            raise ValueError(f"success_rate must be successes / runs, but is {self.success_rate!r}.")
        optional = [value for value in (self.lower_bound, self.steps_to_success) if value is not None]
        numbers = (self.lam, self.optimum, self.best, self.median, self.worst, self.seconds, *optional)
        if not all(type(value) in (int, float) and isfinite(value) for value in numbers):
            raise ValueError("lam, objectives, steps and seconds must be finite numbers.")
        if not self.best <= self.median <= self.worst:
            raise ValueError("best, median and worst must be in this order.")
        if min(self.lam, self.best, self.seconds, self.steps_to_success or 0.0) < 0:
            raise ValueError("lam, objectives, steps and seconds must be at least 0.")
        if type(self.proven) is not bool or (self.steps_to_success is None) != (self.successes == 0):
            raise ValueError("proven must be true or false, and steps_to_success given where there is a success.")

    @property
    def numbers(self) -> dict[str, Any]:
        """Everything that does not depend on the machine's speed."""
        return {name: value for name, value in asdict(self).items() if name != "seconds"}


@lru_cache(maxsize=256)
def _optimum(
    rows: bytes, n: int, y: bytes, fraction: float, second_layer: SecondLayer
) -> tuple[Problem, float, float | None, bool]:
    X, labels = np.frombuffer(rows).reshape(n, -1), np.frombuffer(y)
    lam = fraction * lambda_max(Problem(X, labels)) if fraction > 0 else 0.0
    problem = Problem(X, labels, lam, second_layer)
    solution = solve_convex(problem)
    certificate = solution.certificate
    lower = certificate.lower_bound if isfinite(certificate.lower_bound) else None
    return problem, certificate.value, lower, certificate.closed


def run_cell(cell: Cell) -> Result:
    """Train every start of a cell and count the successes; the starts are drawn one by one from the cell's seed.

    Raises ValueError where the problem cannot be solved or a start does not fit it.
    """
    problem, optimum, lower, proven = _optimum(
        cell.data.design.tobytes(), len(cell.data.y), cell.data.y.tobytes(), cell.lam, cell.second_layer
    )
    rng = np.random.default_rng(cell.seed)
    draw = start_named(cell.start)
    W, alpha = np.empty((cell.starts, problem.d, cell.m)), np.empty((cell.starts, cell.m))
    for b in range(cell.starts):
        network = draw(problem.d, cell.m, cell.scale, rng)
        W[b], alpha[b] = network.W, network.alpha
    if cell.second_layer == "ones":
        alpha[:] = 1.0
    weights = (problem.d + 1) * cell.m
    at_once = max(1, min(MAX_WORK // (cell.n_steps * cell.m * problem.n), MAX_STORED // (weights * COMPARISONS)))
    kept = max(2, min(COMPARISONS, MAX_STORED // (weights * min(at_once, cell.starts)), cell.n_steps) + 1)
    ends, first = [], []
    outcomes: list[Outcome] = []
    step = cell.step
    if step is None:
        some = slice(0, max(1, min(TUNED, MAX_WORK // (cell.n_steps * cell.m * problem.n))))
        step = tune(problem, W[some], alpha[some], cell.method, horizon=cell.n_steps).step
    began = perf_counter()
    for b in range(0, cell.starts, at_once):
        runs = descend_many(
            problem,
            W[b : b + at_once],
            alpha[b : b + at_once],
            step=step,
            n_steps=cell.n_steps,
            method=cell.method,
            keep=kept,
        )
        there = excess(problem, optimum, runs.objective) <= cell.tolerance
        ends.append(runs.objective[:, -1])
        outcomes += runs.outcome
        hit = runs.steps[np.arange(len(runs)), there.argmax(axis=1)]
        first.append(np.where(there[:, -1], hit, -1))
    seconds = perf_counter() - began
    final, steps = np.concatenate(ends), np.concatenate(first)
    reached = steps[steps >= 0]
    return Result(
        lam=problem.lam,
        optimum=optimum,
        lower_bound=lower,
        proven=proven,
        successes=len(reached),
        success_rate=len(reached) / cell.starts,
        best=float(final.min()),
        median=float(np.median(final)),
        worst=float(final.max()),
        steps_to_success=float(np.median(reached)) if len(reached) else None,
        converged=outcomes.count(Outcome.CONVERGED),
        out_of_steps=outcomes.count(Outcome.OUT_OF_STEPS),
        diverged=outcomes.count(Outcome.DIVERGED),
        dead=outcomes.count(Outcome.DEAD),
        seconds=seconds,
    )
