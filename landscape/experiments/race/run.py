"""The race itself, as a stream of events that can be drawn while it runs, and stopped."""

from __future__ import annotations

from collections.abc import Callable, Generator, Sequence
from dataclasses import dataclass
from enum import Enum
from itertools import islice
from time import thread_time
from typing import cast

import numpy as np

from landscape.convex.certificate import Certificate
from landscape.convex.twin import solve_convex
from landscape.experiments.race.entrants import Measurement, MethodRun, first_order, lbfgs, restarted
from landscape.experiments.race.tuning import Tuning, tune
from landscape.model.excess import TARGETS, is_proven, unit
from landscape.model.loss import squared_only
from landscape.model.network import Network, check_fits
from landscape.model.output_bias import without_output_bias
from landscape.model.problem import Problem
from landscape.training.optimisers import METHODS, Method

CONVEX = "convex"
"""The name of the convex program among the entrants."""

ENTRANTS = (*METHODS, "lbfgs")
"""The methods that can race against the convex program."""

EVERY, GROWTH = 0.002, 1.1
"""A measurement is yielded this many seconds, or this factor of the time, after the last: evenly on a log axis."""

SAMPLED = 500
"""Steps by which the time of one is measured."""

DIVERGED = 1e30
"""A loss this many times the larger of its start and ‖y‖² has diverged."""


class Finish(Enum):
    """How a run of the race ended; the value is the sentence that a visitor reads."""

    ARRIVED = "Reached the convex twin’s value, to the last target."
    SETTLED = "Came to rest above it."
    STUCK = "Stopped above it: no step along its direction leads down."
    OUT_OF_TIME = "Out of time."
    DIVERGED = "Diverged."


@dataclass(frozen=True, eq=False)
class ConvexSolved:
    """The convex program has been solved, first of all: the other methods are compared with its optimum.

    Arguments
        optimum: problem (1) at the recovered network; certificate: its bound, and whether that proves it.
        seconds: time of solving, recovering and certifying.
    """

    optimum: float
    certificate: Certificate
    seconds: float


@dataclass(frozen=True, eq=False)
class StepTuned:
    """The step size of a method has been chosen; ``tuning`` is None where it needs none."""

    name: str
    tuning: Tuning | None


@dataclass(frozen=True, eq=False)
class Measured:
    """A measurement of a method while it runs."""

    name: str
    measurement: Measurement


@dataclass(frozen=True, eq=False)
class RunEnded:
    """A method has ended.

    Arguments
        name: of the method; finish: how it ended; measurement: its last one.
        times: seconds to within each target of the optimum, None where it did not reach it.
    """

    name: str
    finish: Finish
    measurement: Measurement
    times: tuple[float | None, ...]


Event = ConvexSolved | StepTuned | Measured | RunEnded


def race(
    problem: Problem,
    start: Network,
    *,
    methods: Sequence[str] = ENTRANTS,
    budget: float = 5.0,
    targets: Sequence[float] = TARGETS,
    restart: Callable[[int], Network] | None = None,
    halted: Callable[[], bool] | None = None,
) -> Generator[Event, None, None]:
    """Solve the convex program, then run each method from ``start``, one after the other; yield each event.

    A method's time is CPU time; it includes neither tuning nor imports nor the time between two events. A step size is
    tuned for as many steps as the budget has time for, from ``start``. Closing the generator stops the race.

    Arguments
        methods: among "gd", "momentum", "adam" and "lbfgs", in the order they run.
        budget: CPU seconds each method may take.
        targets: falling excesses over the optimum (``landscape.model.excess``) that are timed; a run stops at the last.
        restart: the start of a number from 1; a run that comes to rest above the last target then begins anew there,
            within its budget. None: every method has the one start.
        halted: called while a step size is tuned; True cuts that short.

    Raises ValueError for an output bias, unknown methods, a start that does not fit, or a budget or targets that are
    not positive.
    """
    squared_only(problem, "race")
    without_output_bias(problem, "The race")
    check_fits(problem, start)
    unknown = [name for name in methods if name not in ENTRANTS]
    if unknown:
        raise ValueError(f"methods must be among {', '.join(ENTRANTS)}, but hold {unknown[0]!r}.")
    if not 0 < budget < np.inf:
        raise ValueError(f"budget must be a positive number of seconds, but was {budget!r}.")
    if not len(targets) or not all(a > b for a, b in zip([*targets], [*targets[1:], 0.0], strict=True)):
        raise ValueError(f"targets must fall and be positive, but were {tuple(targets)}.")
    return _race(problem, start, methods, budget, tuple(targets), restart, halted)


def _race(
    problem: Problem,
    start: Network,
    methods: Sequence[str],
    budget: float,
    targets: tuple[float, ...],
    restart: Callable[[int], Network] | None,
    halted: Callable[[], bool] | None,
) -> Generator[Event, None, None]:
    _warm_up()
    begun = thread_time()
    solution = solve_convex(problem)
    seconds = thread_time() - begun
    certificate = solution.certificate
    optimum = certificate.value
    within = [is_proven(problem, certificate.lower_bound, optimum, target) for target in targets]
    yield ConvexSolved(optimum, certificate, seconds)
    yield RunEnded(
        CONVEX,
        Finish.ARRIVED if within[-1] else Finish.SETTLED,
        Measurement(seconds, 1, optimum),
        tuple(seconds if held else None for held in within),
    )
    for name in methods:
        tuning = None
        if name != "lbfgs":
            goal, steps = optimum + targets[-1] * unit(problem, optimum), steps_within(problem, start, name, budget)
            W, alpha, method = start.W[None], start.alpha[None], cast(Method, name)
            tuning = tune(problem, W, alpha, method, horizon=steps, goal=goal, halted=halted)
        yield StepTuned(name, tuning)

        def begin(number: int, name: str = name, tuning: Tuning | None = tuning) -> MethodRun:
            here = start if number == 0 or restart is None else restart(number)
            return lbfgs(problem, here) if tuning is None else first_order(problem, here, name, tuning.step)

        run = begin(0) if restart is None else restarted(begin)
        with np.errstate(over="ignore", invalid="ignore"):
            yield from _timed(problem, name, run, optimum=optimum, budget=budget, targets=targets)


def steps_within(problem: Problem, start: Network, method: str, budget: float) -> int:
    """Return about how many steps of a first-order method take ``budget`` CPU seconds, by taking some."""
    with np.errstate(over="ignore", invalid="ignore"):
        measured = list(islice(first_order(problem, start, method, 1e-30), SAMPLED))
    return max(1, int(budget * max(1, measured[-1].step) / max(measured[-1].seconds, 1e-9)))


def _timed(
    problem: Problem, name: str, run: MethodRun, *, optimum: float, budget: float, targets: tuple[float, ...]
) -> Generator[Event, None, None]:
    """Yield the measurements of a run that are far enough apart to be drawn, and when it reached its targets."""
    levels = [optimum + target * unit(problem, optimum) for target in targets]
    times: list[float] = []
    due, first, measurement = -1.0, 0.0, None
    finish = Finish.STUCK if name == "lbfgs" else Finish.SETTLED
    for measurement in run:
        if measurement.step == 0:
            first = measurement.loss
        if not measurement.loss <= DIVERGED * max(first, float(problem.y @ problem.y)):
            finish = Finish.DIVERGED
            break
        while len(times) < len(targets) and measurement.loss <= levels[len(times)]:
            times.append(measurement.seconds)
        if len(times) == len(targets):
            finish = Finish.ARRIVED
            break
        if measurement.seconds > budget:
            finish = Finish.OUT_OF_TIME
            break
        if measurement.seconds >= due:
            yield Measured(name, measurement)
            due = max(measurement.seconds + EVERY, GROWTH * measurement.seconds)
    assert measurement is not None
    run.close()
    yield RunEnded(name, finish, measurement, (*times, *[None] * (len(targets) - len(times))))


def _warm_up() -> None:
    """Import and start what the solvers need, by solving a small problem that is not measured."""
    import scipy.optimize  # noqa: F401

    solve_convex(Problem(np.array([[1.0, 1.0], [-1.0, 1.0]]), np.array([1.0, -1.0]), 0.1))
