"""The long work of the page Convex twin: the λ path, and gradient descent at every width."""

from __future__ import annotations

import threading
from dataclasses import dataclass

import numpy as np

from landscape.convex.lambda_path import lambda_path
from landscape.convex.lambda_path.record import LambdaPath
from landscape.experiments.sweep.executors import Here
from landscape.experiments.sweep.run import Failed, Finished, run
from landscape.model.excess import excess
from landscape.model.problem import Problem
from landscape.scenario import Data, Scenario
from landscape.web.jobs import Report
from landscape.web.shared.own_sweep import own_sweep

STARTS = 30
"""Starts of each width."""

MOST_WIDTHS = 24
"""Most widths tried."""

MOST_STEPS = 6000
"""Most steps of a run."""


@dataclass(frozen=True)
class WidthResult:
    """How gradient descent ends at width ``m``: excess over the optimum, relative to it, and share of successes."""

    m: int
    best: float
    median: float
    success_rate: float


def along_lambda(data: Data, report: Report[LambdaPath], halt: threading.Event) -> LambdaPath:
    """Return the λ path of data with a trained second layer; when stopped, as far as it came."""
    return lambda_path(
        Problem(data.X, np.array(data.y)),
        progress=lambda share: report(share, "Following the optimum."),
        stop=halt.is_set,
    )


def train_widths(
    scenario: Scenario,
    widths: tuple[int, ...],
    steps: int,
    report: Report[tuple[WidthResult, ...] | None],
    halt: threading.Event,
) -> tuple[WidthResult, ...] | None:
    """Return how gradient descent ends at each width; when stopped, at those that are done, or None."""
    training = scenario.training
    sweep = own_sweep(scenario, widths, (training.scale,), training.method, STARTS, steps)
    problem = scenario.problem()
    found: tuple[WidthResult, ...] = ()
    failed = ""
    events = run(sweep, Here(), window=1)
    for event in events:
        if isinstance(event, Finished):
            ended = event.result
            best, median = excess(problem, ended.optimum, np.array([ended.best, ended.median])).tolist()
            found = (*found, WidthResult(event.cell.m, best, median, ended.success_rate))
            report(len(found) / len(widths), f"Width {event.cell.m} of {widths[-1]}.", partial=found)
        elif isinstance(event, Failed):
            failed = event.reason
        if halt.is_set():
            events.close()
            break
    if failed and not found:
        raise ValueError(f"No width could be trained: {failed}")
    return found or None
