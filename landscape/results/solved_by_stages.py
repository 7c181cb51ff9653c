"""A scenario that takes long, solved by stages: the best network known first, what is proven about it, the optimum."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from math import inf, isfinite

from landscape.convex.best_neuron import best_neuron_seconds
from landscape.convex.budget import Budget
from landscape.convex.certificate import certify
from landscape.convex.sampled import best_over_samples
from landscape.convex.twin import ConvexSolution, Status, solve_convex, solve_over_cells
from landscape.formatting import short, written
from landscape.geometry.cells import most_cells
from landscape.geometry.support import MOST_ROWS, Geometry, all_visited, geometry
from landscape.results.search_record import SearchRecord, SearchState
from landscape.results.solved_scenario import (
    MadeRun,
    SolvedScenario,
    run_all,
    solve_scenario,
    with_escape,
    with_runs,
    with_solution,
)
from landscape.scenario import Data, Scenario, Training

QUICK = 1.5
"""Solving that is expected to take no more seconds has one stage."""

LONGEST = 300.0
"""Visiting every pattern is not begun where it is expected to take more seconds."""

SEARCHED = 30.0
"""Seconds of a search where the patterns are too many to visit, unless the gap is closed before."""

PROLONGED = 60.0
"""Seconds that a search is given more."""

ROUGH = 2.0
"""Seconds for the first network."""

NO_OPTIMUM = "The optimum of so many points and features takes too long to prove, so there is nothing to compare with."

MOST_LISTED = 20_000
"""Most patterns of four features and more over which the program is solved where there is no penalty."""

VISITED = 6.0
"""A search that its first round does not close visits every pattern where that is expected to take no more seconds."""

FIRST_ROUND, LATER_ROUNDS = 4.0, 3.0
"""Seconds of a search's first round, and how many times as long each later one is: a round begins with training, which
takes a third of it and tells nothing."""

PROGRESS = 0.999
"""A search goes on as long as a round brings the gap below so much of what it was, even where the round ends early."""

OFTEN, SELDOM = 0.5, 0.05
"""Seconds between two results that are reported, and the share of the time gone by that lies between later ones."""

Paths = Sequence[MadeRun]
Report = Callable[[float, str, SolvedScenario | None], None]


def solving_seconds(n: int, d: int, *, penalised: bool = True) -> float:
    """Return about how long one core takes to solve (2) for n samples of d features, a bias counted.

    Measured on Gaussian features, λ of .05 λ_max: one and two features 30 µs a sample, three .7 s for 100 samples and
    43 s for 400, more by the number of patterns and samples (four: 5 s for 20). Where the patterns are too many to
    visit in VISITED a search takes up to SEARCHED. Data decide, so half and twice as long is common. Without a penalty
    there is no search, and more patterns take longer, beyond a number of them without end.
    """
    visiting = _visiting_seconds(n, d)
    if not penalised or all_visited(n, d, quick=True):
        return visiting
    # A search of three features that no noise disturbs closes within seconds; of more that is rare.
    return ROUGH + (FIRST_ROUND + visiting if visiting <= VISITED else SEARCHED / 2 if d == 3 else SEARCHED)


def _visiting_seconds(n: int, d: int) -> float:
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
    return solving_seconds(data.n, data.d, penalised=training.lam > 0) + own


def scenario_seconds(data: Data, training: Training) -> float:
    """Return about how long one core takes to solve a scenario: its optima and its runs."""
    return optima_seconds(data, training) + descent_seconds(data, training)


def solve_by_stages(
    data: Data,
    training: Training,
    escape: int | None,
    report: Report,
    halted: Callable[[], bool],
    *,
    earlier: SolvedScenario | None = None,
    seconds: float = SEARCHED,
) -> SolvedScenario:
    """Solve a scenario, reporting after each stage the best that is known; halted, return that.

    1. A network found by training, and the runs, with a bound where there is a penalty. 2. Where every pattern can be
    visited, what is proven about that network and the runs. 3. The optimum; where there are too many patterns to visit,
    a search with a penalty, whose value and bound are reported as they come together, and without one the second stage
    is the result.

    Arguments
        escape: the run whose path to the optimum is added, counted from 0.
        report: called with the share done, what comes next as a sentence, and the result so far.
        halted: called between two pieces of work, in a search all along; once True it must stay so.
        earlier: a result of this scenario from which the search goes on.
        seconds: of the search at most.
    """
    scenario = Scenario(data, training)
    if earlier is None and optima_seconds(data, training) <= QUICK:
        report(0.0, "Solving, and training the runs.", None)
        return solve_scenario(data, training, escape)
    if earlier is not None and earlier.search is not None:
        report(0.15, "Searching.", earlier)
        return _Watched(earlier, escape, report, halted, seconds).searched()
    report(0.0, "Looking at the data.", None)
    problem = scenario.problem()
    report(0.05, "Looking for a good network.", None)
    rough = best_over_samples(problem, seconds=ROUGH, halted=halted)
    report(0.1, "Training the runs.", None)
    paths = run_all(scenario, problem)
    space = geometry(problem.X, quick=problem.lam > 0)
    if problem.lam > 0 and space.cut is None:
        best = with_runs(scenario, rough, paths, space)
        best = replace(best, search=SearchRecord((0.0,), (best.proof.value,), (best.proof.lower_bound,)))
        report(0.15, "Searching.", best)
        return _Watched(best, escape, report, halted, seconds).searched()
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


def solve_whole(data: Data, training: Training, escape: int | None = None, *, seconds: float = 10.0) -> SolvedScenario:
    """Solve a scenario for who waits for it, a search taking no more than so many seconds."""
    return solve_by_stages(data, training, escape, lambda share, text, best: None, lambda: False, seconds=seconds)


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
    if optima_seconds(scenario.data, scenario.training) > LONGEST:
        raise ValueError("It would take too long.")
    solution = solve_convex(best.problem, near=best.solution)
    if solution.value > best.solution.value:
        return best
    return with_runs(scenario, solution, paths, geometry(best.problem.X), escape)


@dataclass(eq=False)
class _Watched:
    """A search that is watched: its value and bound are recorded, and the result so far is reported.

    Arguments
        best: the result so far, with its record.
        escape, report, halted, seconds: as ``solve_by_stages`` has them.
    """

    best: SolvedScenario
    escape: int | None
    report: Report
    halted: Callable[[], bool]
    seconds: float

    def __post_init__(self) -> None:
        self._begun = time.monotonic()
        self._before = self._record.seconds[-1]
        self._next = OFTEN

    @property
    def _record(self) -> SearchRecord:
        assert self.best.search is not None
        return self.best.search

    @property
    def _elapsed(self) -> float:
        return time.monotonic() - self._begun

    def searched(self) -> SolvedScenario:
        """Return the result with the network and the bound that the search ends with."""
        length = FIRST_ROUND
        solution, state = self.best.solution, self._state(closed=self.best.proof.closed)
        while state is SearchState.GOING_ON:
            begun, length, gap = self._elapsed, min(length, self.seconds - self._elapsed), self.best.proof.gap
            budget = Budget(seconds=length, halted=self._over, told=self._told)
            found = solve_convex(self.best.problem, near=self.best.solution, budget=budget, shown=self._shown)
            solution = self._better(found)
            # A round that ends before its time has nothing left for its network; with a better one there may be more.
            ended = self._elapsed - begun < length and not solution.certificate.gap < PROGRESS * gap
            state = self._state(closed=solution.certificate.closed, ended=ended)
            if length == FIRST_ROUND and state in (SearchState.GOING_ON, SearchState.NOTHING_LEFT):
                solution = self._visited(solution)
                state = self._state(closed=solution.certificate.closed, ended=ended)
            self._keep(solution, state)
            length *= LATER_ROUNDS
        self._keep(solution, state)
        return with_escape(self.best, self.escape, geometry(self.best.problem.X, quick=True))

    def _visited(self, solution: ConvexSolution) -> ConvexSolution:
        """Return the optimum over every pattern where these are few enough, else the solution as it is."""
        problem = solution.problem
        if not all_visited(problem.n, problem.d) or _visiting_seconds(problem.n, problem.d) > VISITED:
            return solution
        self.report(self._share, "Visiting every pattern.", self.best)
        try:
            return self._better(solve_over_cells(problem, solution))
        except (ValueError, MemoryError):  # too many after all: the search goes on
            return solution

    def _state(self, *, closed: bool, ended: bool = False) -> SearchState:
        if closed:
            return SearchState.CLOSED
        if self.halted():
            return SearchState.STOPPED
        if self._elapsed >= self.seconds:
            return SearchState.TIME_OVER
        return SearchState.NOTHING_LEFT if ended else SearchState.GOING_ON

    def _better(self, found: ConvexSolution) -> ConvexSolution:
        """Return what was found, or the network of before with the bound of what was found, where that is better."""
        before, proven = self.best.solution, found.certificate
        if proven.value <= before.certificate.value:
            return found
        known = replace(
            before.certificate,
            lower_bound=min(proven.lower_bound, before.certificate.value),
            dual=proven.dual,
        )
        certificate = certify(before.problem, before.network, known=known)
        status = Status.OPTIMAL if certificate.closed else before.status
        return replace(before, certificate=certificate, status=status)

    def _keep(self, solution: ConvexSolution, state: SearchState) -> None:
        proven = solution.certificate
        record = self._record.then(self._before + self._elapsed, proven.value, proven.lower_bound, state)
        self.best = replace(with_solution(self.best, solution), search=record)

    def _over(self) -> bool:
        self.report(self._share, self._sentence, None)
        return self.halted()

    def _told(self, value: float, bound: float) -> None:
        self.best = replace(self.best, search=self._record.then(self._before + self._elapsed, value, bound))

    def _shown(self, so_far: Callable[[], ConvexSolution]) -> None:
        if self._elapsed < self._next:
            return
        self._next = self._elapsed + max(OFTEN, SELDOM * self._elapsed)
        self._keep(self._better(so_far()), SearchState.GOING_ON)
        self.report(self._share, self._sentence, self.best)

    @property
    def _share(self) -> float:
        return 0.15 + 0.85 * min(self._elapsed / self.seconds, 1.0)

    @property
    def _sentence(self) -> str:
        record = self._record
        if not isfinite(record.gap):
            return "Searching."
        gap = short(100 * record.gap / record.values[-1], 2) if record.gap > 0 else "0"
        return f"Searching: loss {written(record.values[-1])}, bound {written(record.bounds[-1])}, gap {gap} %."
