"""Training filmed for the eye: one draw of weights at two scales on the same data, and what every neuron does."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from landscape.convex.certificate import Certificate, certify
from landscape.convex.twin import solve_convex
from landscape.formatting import short
from landscape.geometry.support import geometry
from landscape.model.initialisation import start_named
from landscape.model.network import Network, predict
from landscape.model.problem import Problem
from landscape.scenario import Data, Scenario, Training
from landscape.training.alignment import Extremal, extremal_directions, optimum_over_current_patterns
from landscape.training.along_a_run import PatternHistory, distance_moved, pattern_history
from landscape.training.descent import StepSize, descend
from landscape.training.keyframes import film
from landscape.training.optimisers import Method
from landscape.training.trajectory import Outcome, Trajectory

MOST_FRAMES, FEWEST_FRAMES = 150, 40
MOST_BYTES = 1_000_000
"""Weights of one run as they are sent, four bytes each."""

TRIAL = 100
"""Steps after which a step size has shown whether it throws a start off."""

MOST_CUTS = 7
"""How often a step size that is too large is divided by ten."""

LOOKS = 16
"""Iterates at which the convex program over the current patterns is solved."""

Report = Callable[[float, str], None]
Take = tuple[str, Method, StepSize, Network]


@dataclass(frozen=True, eq=False)
class Film:
    """One run of a reel.

    Arguments
        id: "run0" or "run1"; place: which it is, counted from 0; name: what a visitor calls it.
        method: the optimiser; sizes: its step size for the objective, or pairs (from, step size).
        refused: the larger step sizes that threw this start off.
        run: the kept iterates; patterns, moved: how its patterns change and how far its weights have gone.
    """

    id: str
    place: int
    name: str
    method: Method
    sizes: StepSize
    refused: tuple[float, ...]
    run: Trajectory
    patterns: PatternHistory
    moved: np.ndarray

    @property
    def step(self) -> float:
        """The step size, the first where it changes on the way."""
        return _first(self.sizes)

    def iterate(self, problem: Problem, step: int | None) -> tuple[int, Network]:
        """Return the iterate at a step, of the end for None, and which step it is.

        Gradient descent has no memory: it is run on from the kept iterate before. The others give the nearest kept one.
        """
        kept = self.run.steps
        if step is None or step >= kept[-1]:
            return int(kept[-1]), self.run.network()
        if self.method != "gd" or np.ndim(self.sizes) > 0:
            nearest = int(np.argmin(np.abs(kept - step)))
            return int(kept[nearest]), self.run.network(nearest)
        before = int(np.searchsorted(kept, step, side="right")) - 1
        ahead = descend(
            problem, self.run.network(before), step=self.sizes, n_steps=int(step - kept[before]), method="gd", keep=2
        )
        return step, ahead.network()


@dataclass(frozen=True, eq=False)
class Looks:
    """The convex optimum over the patterns that a run's neurons have now, where it was solved.

    Arguments
        steps: (L,) the steps looked at; values: (L,) the optimum there, in units of the objective.
    """

    steps: np.ndarray
    values: np.ndarray


@dataclass(frozen=True, eq=False)
class Reel:
    """Runs to be played together.

    Arguments
        problem: what is trained.
        dual: (n,) the residual of a proven optimum; None where the judge needs none, or cannot visit every pattern.
        films: the runs; extremal: where tiny neurons turn to, for one feature.
        looks: the optimum over the current patterns of the first run, where asked for.
        steps: the steps asked for: fewer were taken where a run stopped by itself.
    """

    problem: Problem
    dual: np.ndarray | None
    films: tuple[Film, ...]
    extremal: tuple[Extremal, ...]
    looks: Looks | None
    steps: int

    def certificates(self, step: int | None) -> tuple[tuple[int, Certificate], ...]:
        """Return for each run the step of the iterate judged, at or near a step or at the end, and the judge's word."""
        iterates = (f.iterate(self.problem, step) for f in self.films)
        return tuple((at, certify(self.problem, network, self.dual)) for at, network in iterates)


def shoot(
    data: Data,
    training: Training,
    *,
    looks: bool = False,
    report: Report = lambda share, text: None,
    halted: Callable[[], bool] = lambda: False,
) -> Reel | None:
    """Film every run of a scenario, at most two, or return None when halted on the way.

    A step size that throws a start off is divided by ten until it does not: no scale needs another setting.

    Arguments
        looks: whether the convex program over the current patterns of the first run is solved along it.
        report: told the share done and what comes next.
        halted: asked between two pieces of work and all along a run; once True it must stay so.
    """
    scenario = Scenario(data, training)
    problem = scenario.problem()
    takes = _takes(scenario)
    films = []
    for place, take in enumerate(takes):
        if halted():
            return None
        report(place / (len(takes) + looks), f"{take[0]}: {training.steps:,} steps.")
        films.append(_filmed(problem, place, take, training.steps, halted))
    seen = None
    if looks and films and not halted():
        report(len(takes) / (len(takes) + 1), "The convex program over the current patterns.")
        seen = _look(problem, films[0].run, halted)
    if halted():
        return None
    dual = None
    # Where the judge cannot visit every pattern nothing is proven, and a solver that lists them takes minutes or fails.
    if problem.lam > 0 and geometry(problem.X).cut is not None:
        dual = problem.y - predict(problem.X, solve_convex(problem).network)
    extremal = extremal_directions(problem) if problem.d <= 2 else ()
    return None if halted() else Reel(problem, dual, tuple(films), extremal, seen, training.steps)


def first_steps(training: Training, n: int, seconds: float) -> Training:
    """Return the same training with as many steps as take about so many seconds, at least 20 and at most its own."""
    whole = estimated_seconds(training, n)
    if whole <= seconds:
        return training
    return replace(training, steps=min(training.steps, max(20, int(training.steps * seconds / whole))))


def estimated_seconds(training: Training, n: int) -> float:
    """Return about how long filming takes on one core: 30 µs a step, 8 ns a neuron and point, everything twice."""
    runs = len(training.scales) or min(2, len(training.runs) + training.starts)
    return 2 * runs * training.steps * (3e-5 + 8e-9 * training.m * n)


def _takes(scenario: Scenario) -> list[Take]:
    training = scenario.training
    if not training.scales:
        return [
            (f"Run {number}", run.method, run.step, start)
            for number, (run, start) in enumerate(scenario.starts()[:2], start=1)
        ]
    d = scenario.data.d
    takes: list[Take] = []
    for scale in training.scales:
        drawn = start_named(training.init)(d, training.m, scale, np.random.default_rng(training.seed))
        start = drawn if training.layer == "trained" else Network(drawn.W, np.ones(training.m))
        takes.append((f"Scale {short(scale).removeprefix('1·')}", training.method, training.step, start))
    return takes


def _filmed(problem: Problem, place: int, take: Take, n_steps: int, halted: Callable[[], bool]) -> Film:
    name, method, step, start = take
    frames = int(np.clip(MOST_BYTES // (4 * (problem.d + 1) * start.m), FEWEST_FRAMES, MOST_FRAMES))
    refused: list[float] = []
    while True:
        last_try = len(refused) == MOST_CUTS
        if last_try or not _throws_off(problem, start, step, method, n_steps):
            run = film(problem, start, step=step, n_steps=n_steps, method=method, frames=frames, halted=halted)
            if last_try or run.outcome is not Outcome.DIVERGED:
                break
        refused.append(_first(step))
        step = _tenth(step)
    return Film(
        f"run{place}",
        place,
        name,
        method,
        step,
        tuple(refused),
        run,
        pattern_history(problem, run),
        distance_moved(run),
    )


def _throws_off(problem: Problem, start: Network, step: StepSize, method: Method, n_steps: int) -> bool:
    """Return whether a step size soon raises the loss to more than twice its start."""
    run = descend(problem, start, step=step, n_steps=min(n_steps, TRIAL), method=method)
    return run.outcome is Outcome.DIVERGED or bool(run.objective.max() > 2.0 * run.objective[0] > 0.0)


def _first(step: StepSize) -> float:
    return float(step) if np.ndim(step) == 0 else float(np.asarray(step)[0, 1])  # type: ignore[arg-type]


def _tenth(step: StepSize) -> StepSize:
    # Through its digits, so that 0.1 becomes 0.01 and not 0.010000000000000002.
    def tenth(size: float) -> float:
        return float(f"{size / 10:.12g}")

    if np.ndim(step) == 0:
        return tenth(float(step))  # type: ignore[arg-type]
    return tuple((int(since), tenth(float(size))) for since, size in np.asarray(step))


def _look(problem: Problem, run: Trajectory, halted: Callable[[], bool]) -> Looks:
    chosen = np.unique(np.linspace(0, len(run.steps) - 1, LOOKS).round().astype(int))
    values = []
    for frame in chosen:
        if halted():
            break
        values.append(optimum_over_current_patterns(problem, run.network(int(frame))))
    return Looks(run.steps[chosen[: len(values)]], np.array(values))
