"""The race itself, as a stream of events that can be drawn while it runs, and stopped."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from dataclasses import dataclass
from enum import Enum
from time import perf_counter
from typing import cast

import numpy as np

from landscape.convex.certificate import Certificate
from landscape.convex.twin import solve_convex
from landscape.experiments.race.entrants import Look, Run, first_order, lbfgs
from landscape.experiments.race.tuning import Tuning, tune
from landscape.model.excess import TARGETS, is_proven, unit
from landscape.model.network import Network, check_fits
from landscape.model.problem import Problem
from landscape.training.optimisers import METHODS, Method

CONVEX = "convex"
ENTRANTS = (*METHODS, "lbfgs")
"""Who can race against the convex program."""

EVERY, GROWTH = 0.002, 1.1
"""A look is passed on this many seconds, or this factor of the time, after the last: evenly on a logarithmic axis."""

BLOW_UP = 1e30
"""A loss this many times the larger of its start and ‖y‖² has diverged."""


class Finish(Enum):
    """How a run of the race ended; the value is what a visitor reads."""

    ARRIVED = "Reached the optimum, to the last target."
    SETTLED = "Came to rest above the optimum."
    STUCK = "Stopped above the optimum: no step along its direction leads down."
    OUT_OF_TIME = "Out of time."
    DIVERGED = "Diverged."


@dataclass(frozen=True, eq=False)
class Solved:
    """The convex program has been solved, first of all: its optimum is what the others are held to.

    Arguments
        optimum: problem (1) at the recovered network; certificate: the judge's word on it.
        proven: whether the optimum is proven to the last target.
        seconds: time of solving, recovering and certifying.
    """

    optimum: float
    certificate: Certificate
    proven: bool
    seconds: float


@dataclass(frozen=True, eq=False)
class Tuned:
    """A method has its step size; ``tuning`` is None where it needs none."""

    name: str
    tuning: Tuning | None


@dataclass(frozen=True, eq=False)
class Running:
    """Where a method stands."""

    name: str
    look: Look


@dataclass(frozen=True, eq=False)
class Ended:
    """A method is done.

    Arguments
        name: whose run; finish: how it ended; look: where.
        times: seconds to within each target of the optimum, None where it did not get there.
    """

    name: str
    finish: Finish
    look: Look
    times: tuple[float | None, ...]


Event = Solved | Tuned | Running | Ended


def race(
    problem: Problem,
    start: Network,
    *,
    methods: Sequence[str] = ENTRANTS,
    budget: float = 5.0,
    targets: Sequence[float] = TARGETS,
) -> Generator[Event, None, None]:
    """Solve the convex program, then run each method from ``start``, one after the other; yield what happens.

    Tuning is not on a method's clock, nor are imports, nor the time between two events: a slow watcher slows nobody.
    Closing the generator stops the race.

    Arguments
        methods: among "gd", "momentum", "adam" and "lbfgs", in the order they run.
        budget: seconds each method may take.
        targets: falling excesses over the optimum (``landscape.model.excess``) that are timed; a run stops at the last.

    Raises ValueError for unknown methods, a start that does not fit, or a budget or targets that are not positive.
    """
    check_fits(problem, start)
    unknown = [name for name in methods if name not in ENTRANTS]
    if unknown:
        raise ValueError(f"methods must be among {', '.join(ENTRANTS)}, but hold {unknown[0]!r}.")
    if not 0 < budget < np.inf:
        raise ValueError(f"budget must be a positive number of seconds, but was {budget!r}.")
    if not len(targets) or not all(a > b for a, b in zip([*targets], [*targets[1:], 0.0], strict=True)):
        raise ValueError(f"targets must fall and be positive, but were {tuple(targets)}.")
    return _race(problem, start, methods, budget, tuple(targets))


def _race(
    problem: Problem, start: Network, methods: Sequence[str], budget: float, targets: tuple[float, ...]
) -> Generator[Event, None, None]:
    _warm_up()
    begun = perf_counter()
    solution = solve_convex(problem)
    seconds = perf_counter() - begun
    word = solution.certificate
    optimum = word.value
    proven = [is_proven(problem, word.lower_bound, optimum, target) for target in targets]
    yield Solved(optimum, word, proven[-1], seconds)
    yield Ended(
        CONVEX,
        Finish.ARRIVED if proven[-1] else Finish.SETTLED,
        Look(seconds, 1, optimum),
        tuple(seconds if held else None for held in proven),
    )
    for name in methods:
        tuning = None if name == "lbfgs" else tune(problem, start, cast(Method, name))
        yield Tuned(name, tuning)
        run = lbfgs(problem, start) if tuning is None else first_order(problem, start, name, tuning.step)
        with np.errstate(over="ignore", invalid="ignore"):
            yield from _watched(problem, name, run, optimum=optimum, budget=budget, targets=targets)


def _watched(
    problem: Problem, name: str, run: Run, *, optimum: float, budget: float, targets: tuple[float, ...]
) -> Generator[Event, None, None]:
    """Pass on the looks of a run worth drawing, and time its targets."""
    levels = [optimum + target * unit(problem, optimum) for target in targets]
    times: list[float] = []
    told, first, look = -1.0, 0.0, None
    finish = Finish.STUCK if name == "lbfgs" else Finish.SETTLED
    for look in run:
        if look.step == 0:
            first = look.loss
        if not look.loss <= BLOW_UP * max(first, float(problem.y @ problem.y)):
            finish = Finish.DIVERGED
            break
        while len(times) < len(targets) and look.loss <= levels[len(times)]:
            times.append(look.seconds)
        if len(times) == len(targets):
            finish = Finish.ARRIVED
            break
        if look.seconds > budget:
            finish = Finish.OUT_OF_TIME
            break
        if look.seconds >= told:
            yield Running(name, look)
            told = max(look.seconds + EVERY, GROWTH * look.seconds)
    assert look is not None
    run.close()
    yield Ended(name, finish, look, (*times, *[None] * (len(targets) - len(times))))


def _warm_up() -> None:
    """Import and start what the solvers need, on a problem of no interest."""
    import scipy.optimize  # noqa: F401

    solve_convex(Problem(np.array([[1.0, 1.0], [-1.0, 1.0]]), np.array([1.0, -1.0]), 0.1))
