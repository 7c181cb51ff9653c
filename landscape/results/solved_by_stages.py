"""A scenario that takes long, solved by stages: the best network known first, what is proven about it, the optimum."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from math import inf

from landscape.convex.best_neuron import best_neuron_seconds
from landscape.convex.certificate import certify
from landscape.convex.sampled import best_over_samples
from landscape.convex.twin import solve_convex
from landscape.geometry.cells import most_cells
from landscape.geometry.support import MOST_ROWS, Geometry, geometry
from landscape.results.solved_scenario import MadeRun, SolvedScenario, run_all, solve_scenario, with_runs
from landscape.scenario import Data, Scenario, Training

QUICK = 1.5
"""Solving that is expected to take no more seconds has one stage."""

LONGEST = 300.0
"""Solving that is expected to take more seconds is not begun."""

NO_OPTIMUM = "The optimum of so many points and features takes too long to prove, so there is nothing to compare with."

MOST_LISTED = 20_000
"""Most patterns of four features and more over which the program is solved."""

Paths = Sequence[MadeRun]
Report = Callable[[float, str, SolvedScenario | None], None]


def solving_seconds(n: int, d: int) -> float:
    """Return about how long one core takes to solve (2) exactly for n samples of d features, a bias counted.

    Measured on Gaussian features, λ of .05 λ_max: one and two features 30 µs a sample, three .7 s for 100 samples and
    43 s for 400, more by the number of patterns and samples (four: 5 s for 20). Data decide, so half and twice as long
    is common.
    """
    if d <= 2:
        return 3e-5 * n
    if d == 3:
        return inf if n > MOST_ROWS else 0.7 * (n / 100) ** 2.9
    cells = most_cells(n, d)
    return inf if cells > MOST_LISTED else 1.1e-4 * cells * n


def descent_seconds(data: Data, training: Training) -> float:
    """Return about how long one core takes for the runs, 40 µs a step and 2 ns a multiplication, everything twice."""
    runs = len(training.runs) + training.starts
    together = 1 + sum(len(run.step or ()) > 1 for run in training.runs) + len({run.method for run in training.runs})
    work = runs * training.m * data.n * data.d
    return 2 * training.steps * (min(together, runs) * 4e-5 + 2e-9 * work)


def optima_seconds(data: Data, training: Training) -> float:
    """Return about how long one core takes for what runs are compared with: the optimum, and the best of one neuron."""
    own = best_neuron_seconds(data.n, min(data.n, data.d)) if training.m == 1 else 0.0
    return solving_seconds(data.n, data.d) + own


def scenario_seconds(data: Data, training: Training) -> float:
    """Return about how long one core takes to solve a scenario: its optima and its runs."""
    return optima_seconds(data, training) + descent_seconds(data, training)


def solve_by_stages(
    data: Data, training: Training, escape: int | None, report: Report, halted: Callable[[], bool]
) -> SolvedScenario:
    """Solve a scenario, reporting after each stage the best that is known; halted, return that.

    1. A network found over samples, and the runs: values, nothing proven. 2. Over all cells, where they are few enough
    to visit: what is proven about that network and the runs, a bound and a gap. 3. The optimum, unless it is expected
    to take longer than LONGEST, or to need more memory than there is: then the second stage is the result.

    Arguments
        escape: the run whose path to the optimum is added, counted from 0.
        report: called with the share done, what comes next as a sentence, and the result so far.
        halted: called between two pieces of work; once True it must stay so.
    """
    scenario = Scenario(data, training)
    if optima_seconds(data, training) <= QUICK:
        report(0.0, "Solving, and training the runs.", None)
        return solve_scenario(data, training, escape)
    report(0.0, "Looking at the data.", None)
    problem = scenario.problem()
    report(0.05, "Looking for a good network.", None)
    rough = best_over_samples(problem, halted=halted)
    paths = run_all(scenario, problem)
    best = with_runs(scenario, rough, paths, Geometry.without_cells(problem.X), escape)
    stages = ((0.2, "Bounding the optimum from below.", _bounded), (0.4, "Solving exactly.", _solved))
    for share, sentence, stage in stages:
        if halted():
            return best
        report(share, sentence, best)
        try:
            best = stage(scenario, best, paths, escape)
        except (ValueError, MemoryError):  # too many patterns to visit here: what is known stands
            return best
    return best


def _bounded(scenario: Scenario, best: SolvedScenario, paths: Paths, escape: int | None) -> SolvedScenario:
    """Return the best network with what is proven about it and the runs; raises ValueError for too many cells."""
    space = geometry(best.problem.X)
    if space.cut is None:
        raise ValueError("There are too many cells to visit.")
    rough = best.solution
    return with_runs(
        scenario, replace(rough, certificate=certify(best.problem, rough.network, space=space)), paths, space, escape
    )


def _solved(scenario: Scenario, best: SolvedScenario, paths: Paths, escape: int | None) -> SolvedScenario:
    """Return the optimum with the runs, or the best network where that is better; raises ValueError if too long."""
    if solving_seconds(scenario.data.n, scenario.data.d) > LONGEST:
        raise ValueError("It would take too long.")
    solution = solve_convex(best.problem, near=best.solution)
    if solution.value > best.solution.value:
        return best
    return with_runs(scenario, solution, paths, geometry(best.problem.X), escape)
