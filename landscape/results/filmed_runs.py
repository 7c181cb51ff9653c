"""Runs whose iterates are kept for playback: one draw of weights at two scales on the same data, neuron by neuron."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np

from landscape.convex.budget import Budget
from landscape.convex.certificate import Certificate, certify
from landscape.convex.twin import solve_convex
from landscape.formatting import short
from landscape.geometry.support import geometry
from landscape.model.excess import is_proven
from landscape.model.initialisation import start_named
from landscape.model.network import Network, predict
from landscape.model.problem import Problem
from landscape.results.solved_by_stages import QUICK, solving_seconds
from landscape.scenario import Data, Scenario, Training
from landscape.training.alignment import Extremal, extremal_directions, optimum_over_current_patterns
from landscape.training.along_a_run import PatternHistory, distance_moved, pattern_history
from landscape.training.descent import StepSize, descend
from landscape.training.keyframes import descend_keyframes
from landscape.training.optimisers import Method
from landscape.training.step_size import USUAL, death, suited_step, working_step
from landscape.training.trajectory import Outcome, Trajectory

MOST_FRAMES, FEWEST_FRAMES = 150, 40
"""Most and fewest iterates kept of one run; between them, as many as MOST_BYTES hold."""

MOST_FITTED = 300
"""Most points of one or two columns whose best fit without regularisation is computed beside the runs."""

MOST_BYTES = 1_000_000
"""Bytes of the weights of one run, four each, that are sent to the browser."""

TRIAL = 100
"""Steps after which a step size is rejected if the loss has more than doubled."""

MOST_CUTS = 7
"""How often a step size that is too large is made smaller: divided by ten, the last time by as much as it takes."""

SUITED_STEPS = 1000
"""Steps for which a size that suits the data is tried."""

SEARCHED = 5.0
"""Seconds that are spent on the best network and a bound for it where the patterns are too many to visit."""

MOST_SOLVED = 16
"""Iterates at which the convex program over the current patterns is solved."""

Report = Callable[[float, str], None]


class RunSettings(NamedTuple):
    """The settings of a run: its name, optimiser, step size for the objective (None: one that suits it), and start."""

    name: str
    method: Method
    step: StepSize | None
    start: Network


@dataclass(frozen=True, eq=False)
class FilmedRun:
    """One run to be played.

    Arguments
        id: "run0" or "run1"; place: which it is, counted from 0; name: its name on the page.
        method: the optimiser; sizes: its step size for the objective, or pairs (from, step size).
        refused: the larger step sizes that were rejected: the run diverged, its loss soon doubled or ended above its
            start, or the step threw every neuron off the data.
        suited: whether the step size was chosen to suit the data.
        trajectory: the kept iterates; patterns, moved: how its patterns change, and how far its weights have moved.
    """

    id: str
    place: int
    name: str
    method: Method
    sizes: StepSize
    refused: tuple[float, ...]
    trajectory: Trajectory
    patterns: PatternHistory
    moved: np.ndarray
    suited: bool = False

    @property
    def step(self) -> float:
        """The step size, the first where it changes during the run."""
        return _first(self.sizes)

    def iterate(self, problem: Problem, step: int | None) -> tuple[int, Network]:
        """Return the step and the network of the iterate at a step, the last one for None.

        Gradient descent has no memory: it continues from the kept iterate before. Others give the nearest kept one.
        """
        kept = self.trajectory.steps
        if step is None or step >= kept[-1]:
            return int(kept[-1]), self.trajectory.network()
        if self.method != "gd" or np.ndim(self.sizes) > 0:
            nearest = int(np.argmin(np.abs(kept - step)))
            return int(kept[nearest]), self.trajectory.network(nearest)
        before = int(np.searchsorted(kept, step, side="right")) - 1
        ahead = descend(
            problem,
            self.trajectory.network(before),
            step=self.sizes,
            n_steps=int(step - kept[before]),
            method="gd",
            keep=2,
        )
        return step, ahead.network()


@dataclass(frozen=True, eq=False)
class PatternOptimum:
    """The convex optimum over the patterns that a run's neurons have at some of its steps.

    Arguments
        steps: (L,) those steps; values: (L,) the optimum there, in units of the objective.
    """

    steps: np.ndarray
    values: np.ndarray


@dataclass(frozen=True, eq=False)
class FilmedRuns:
    """Runs to be played together.

    Arguments
        problem: the training problem.
        dual: (n,) the residual of the best network found; None where there are too many patterns for a proof.
        optimum: the certificate of that network, None where there is none.
        runs: the runs; extremal: the directions that small neurons turn to, for d ≤ 2.
        pattern_optimum: the optimum over the current patterns of the first run, where requested.
        steps: the number of steps set; fewer were taken where a run stopped by itself.
    """

    problem: Problem
    dual: np.ndarray | None
    optimum: Certificate | None
    runs: tuple[FilmedRun, ...]
    extremal: tuple[Extremal, ...]
    pattern_optimum: PatternOptimum | None
    steps: int

    def certificates(self, step: int | None) -> tuple[tuple[int, Certificate], ...]:
        """Return for each run its step at or near ``step`` (None: the last), and the certificate of that iterate."""
        iterates = (run.iterate(self.problem, step) for run in self.runs)
        space = geometry(self.problem.X, quick=self.problem.lam > 0)
        at_once = Budget(nodes=0) if self.optimum is None else None  # the beginning of a film waits for no proof
        return tuple(
            (at, certify(self.problem, network, self.dual, space=space, known=self.optimum, budget=at_once))
            for at, network in iterates
        )

    def is_proven(self, certificates: Collection[Certificate]) -> bool:
        """Return whether the bound of these certificates is proven to be the optimum: a network known reaches it."""
        bound = max((proof.lower_bound for proof in certificates), default=-np.inf)
        values = [proof.value for proof in (*certificates, self.optimum) if proof is not None]
        return is_proven(self.problem, bound, min(values, default=np.inf))


def film_runs(
    data: Data,
    training: Training,
    *,
    pattern_optimum: bool = False,
    quick: bool = False,
    report: Report = lambda share, text: None,
    halted: Callable[[], bool] = lambda: False,
) -> FilmedRuns | None:
    """Make every run of a scenario, at most two, or return None when halted.

    A step size that throws a start off the data is divided by ten until it does not: one setting serves all scales.

    Arguments
        pattern_optimum: whether the convex program over the current patterns of the first run is solved along it.
        quick: whether the proven optimum is left out where it takes long, as for the beginning of a film.
        report: called with the share done and what comes next.
        halted: called between two pieces of work and all along a run; once True it must stay so.
    """
    scenario = Scenario(data, training)
    expected = solving_seconds(data.n, data.d)
    quick = quick and expected > QUICK
    problem = scenario.problem()
    every = _settings(scenario)
    runs = []
    for place, settings in enumerate(every):
        if halted():
            return None
        report(place / (len(every) + pattern_optimum), f"{settings.name}: {training.steps:,} steps.")
        runs.append(_filmed(problem, place, settings, training.steps, halted))
    along = None
    if pattern_optimum and runs and not halted():
        report(len(every) / (len(every) + 1), "The convex program over the current patterns.")
        along = _pattern_optimum(problem, runs[0].trajectory, halted)
    if halted():
        return None
    dual, optimum = None, None
    affordable = problem.lam > 0 or (problem.d <= 2 and problem.n <= MOST_FITTED)
    if affordable and not quick:
        solution = solve_convex(problem, budget=Budget(seconds=SEARCHED, halted=halted))
        dual, optimum = problem.y - predict(problem.X, solution.network), solution.certificate
    extremal = extremal_directions(problem) if problem.d <= 2 else ()
    return None if halted() else FilmedRuns(problem, dual, optimum, tuple(runs), extremal, along, training.steps)


def first_steps(training: Training, n: int, seconds: float) -> Training:
    """Return the same training with as many steps as take about ``seconds``, at least 2 and at most its own."""
    all_steps = estimated_seconds(training, n)
    if all_steps <= seconds:
        return training
    return replace(training, steps=min(training.steps, max(2, int(training.steps * seconds / all_steps))))


def estimated_seconds(training: Training, n: int) -> float:
    """Return about how long filming takes on one core: 30 µs a step, 8 ns a neuron and point, everything twice."""
    runs = len(training.scales) or min(2, len(training.runs) + training.starts)
    return 2 * runs * training.steps * (3e-5 + 8e-9 * training.m * n)


def _settings(scenario: Scenario) -> list[RunSettings]:
    training = scenario.training
    if not training.scales:
        return [
            RunSettings(f"Run {number}", run.method, run.step, start)
            for number, (run, start) in enumerate(scenario.starts()[:2], start=1)
        ]
    d = scenario.data.d
    found: list[RunSettings] = []
    for scale in training.scales:
        drawn = start_named(training.init)(d, training.m, scale, np.random.default_rng(training.seed))
        start = drawn if training.layer == "trained" else Network(drawn.W, np.ones(training.m))
        name = f"Scale {short(scale).removeprefix('1·')}"
        found.append(RunSettings(name, training.method, training.step, start))
    return found


def _filmed(problem: Problem, place: int, settings: RunSettings, n_steps: int, halted: Callable[[], bool]) -> FilmedRun:
    name, method, chosen, start = settings
    step = _suited(problem, start, method, n_steps) if chosen is None else chosen
    frames = int(np.clip(MOST_BYTES // (4 * (problem.d + 1) * start.m), FEWEST_FRAMES, MOST_FRAMES))
    refused: list[float] = []
    while True:
        last_try = len(refused) == MOST_CUTS
        if last_try or not _soon_doubles(problem, start, step, method, n_steps):
            run = descend_keyframes(
                problem, start, step=step, n_steps=n_steps, method=method, frames=frames, halted=halted
            )
            if last_try or not _thrown_off(problem, run, _first(step), method):
                break
        refused.append(_first(step))
        # Far too large a step is found by search: a tenth each time would take too long.
        found = (
            working_step(problem, start, method, min(n_steps, TRIAL), below=_first(step))
            if len(refused) == MOST_CUTS
            else None
        )
        step = _tenth(step) if found is None else found
    return FilmedRun(
        f"run{place}",
        place,
        name,
        method,
        step,
        tuple(refused),
        run,
        pattern_history(problem, run),
        distance_moved(run),
        chosen is None,
    )


def _soon_doubles(problem: Problem, start: Network, step: StepSize, method: Method, n_steps: int) -> bool:
    """Return whether a step size soon raises the loss to more than twice its start."""
    run = descend(problem, start, step=step, n_steps=min(n_steps, TRIAL), method=method)
    return run.outcome is Outcome.DIVERGED or bool(run.objective.max() > 2.0 * run.objective[0] > 0.0)


def _thrown_off(problem: Problem, run: Trajectory, step: float, method: Method) -> bool:
    """Return whether a run diverged, ended above its start, or lost all its neurons where a smaller step keeps some."""
    if run.outcome is Outcome.DIVERGED or run.objective[-1] > run.objective[0] > 0.0:
        return True
    if death(problem, run) is None:
        return False
    smaller = working_step(problem, run.network(0), method, TRIAL, below=step)
    return smaller is not None and smaller < step / 2


def _suited(problem: Problem, start: Network, method: Method, n_steps: int) -> float:
    tried = min(n_steps, SUITED_STEPS)
    usual = descend(problem, start, step=USUAL, n_steps=tried, method=method, keep=2 * TRIAL)
    return suited_step(problem, usual, method, tried)


def _first(step: StepSize) -> float:
    return float(step) if np.ndim(step) == 0 else float(np.asarray(step)[0, 1])  # type: ignore[arg-type]


def _tenth(step: StepSize) -> StepSize:
    # Through its digits, so that 0.1 becomes 0.01 and not 0.010000000000000002.
    def tenth(size: float) -> float:
        return float(f"{size / 10:.12g}")

    if np.ndim(step) == 0:
        return tenth(float(step))  # type: ignore[arg-type]
    return tuple((int(since), tenth(float(size))) for since, size in np.asarray(step))


def _pattern_optimum(problem: Problem, run: Trajectory, halted: Callable[[], bool]) -> PatternOptimum:
    chosen = np.unique(np.linspace(0, len(run.steps) - 1, MOST_SOLVED).round().astype(int))
    values = []
    for frame in chosen:
        if halted():
            break
        values.append(optimum_over_current_patterns(problem, run.network(int(frame))))
    return PatternOptimum(run.steps[chosen[: len(values)]], np.array(values))
