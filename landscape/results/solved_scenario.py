"""A scenario, solved: its problem, the convex optimum, and every run with its certificate and verdict."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from landscape.convex.certificate import Certificate, certify
from landscape.convex.twin import ConvexSolution, solve_convex
from landscape.geometry.support import Geometry, geometry
from landscape.loss.escape import MissingNeurons, WeightsTooLarge, escape_path
from landscape.model.excess import is_proven
from landscape.model.network import Network, predict
from landscape.model.problem import Problem
from landscape.results.best_of_width import BestOfWidth, best_of_one_neuron
from landscape.results.search_record import SearchRecord
from landscape.results.step_advice import Schedule, StepAdvice, step_advice
from landscape.results.verdict import Verdict, verdict
from landscape.scenario import Data, Scenario, Training
from landscape.training.descent import descend_many
from landscape.training.optimisers import Method
from landscape.training.step_size import USUAL, suited_step
from landscape.training.trajectory import Trajectory


@dataclass(frozen=True, eq=False)
class MadeRun:
    """One run before it is certified.

    Arguments
        method: the optimiser; path: its iterates.
        schedule: pairs (from step, step size) with which it was made; suited: whether that was chosen to suit the data.
        advice: a smaller step that mends it, where its own is why it failed.
    """

    method: Method
    path: Trajectory
    schedule: Schedule
    suited: bool
    advice: StepAdvice | None


@dataclass(frozen=True, eq=False)
class CertifiedRun:
    """One run: its trajectory, the proven bound on how far above the optimum it ended, and a sentence that states it.

    Arguments
        id: "run0", "run1", ... in the order of the scenario; "escape0" for the escape path of a run.
        place: which run it is, counted from 0: its colour and marker.
        name: its name on the page; method: the optimiser.
        trajectory, certificate, verdict: its iterates, the certificate of the last, and its verdict for a visitor.
        schedule: pairs (from step, step size) with which it was made; suited: whether that was chosen to suit the data.
        advice: a smaller step that mends it, where its own is why it failed.
    """

    id: str
    place: int
    name: str
    method: Method | Literal["escape"]
    trajectory: Trajectory
    certificate: Certificate
    verdict: Verdict
    schedule: Schedule = ()
    suited: bool = False
    advice: StepAdvice | None = None


@dataclass(frozen=True, eq=False)
class SolvedScenario:
    """A problem, its solution, and the runs on it.

    Arguments
        problem: the training problem.
        solution: its convex twin's optimum and the network recovered from it.
        proof: the certificate of that network; its ``lower_bound`` is the proven optimum.
        runs: the runs.
        escape: the path from the end of one to the global optimum, where requested, the network is wide enough, and
            float64 resolves its weights.
        missing_neurons: how many more neurons that path would need.
        narrow: for runs of one neuron, the best that one neuron can do, where wider networks do better.
        search: how value and bound came together where that took a search; None where it took none.
    """

    problem: Problem
    solution: ConvexSolution
    proof: Certificate
    runs: tuple[CertifiedRun, ...]
    escape: CertifiedRun | None = None
    missing_neurons: int = 0
    narrow: BestOfWidth | None = None
    search: SearchRecord | None = None

    @property
    def shown(self) -> tuple[CertifiedRun, ...]:
        """All paths that are drawn: the runs, and the escape path."""
        return self.runs if self.escape is None else (*self.runs, self.escape)


MOST_STEPS_DRAWN = 600
"""Most iterates of a run that are drawn; longer runs keep their first steps and then ever fewer."""


def solve_scenario(data: Data, training: Training, escape: int | None = None) -> SolvedScenario:
    """Solve the convex problem of a scenario, run every descent, and certify where each one ended.

    The convex solution's residual is the candidate dual of every certificate; ``certify`` checks it itself.

    Arguments
        escape: the run whose path to the global optimum is added, counted from 0.
    """
    scenario = Scenario(data, training)
    problem = scenario.problem()
    space = geometry(problem.X, quick=problem.lam > 0)
    return with_runs(scenario, solve_convex(problem), run_all(scenario, problem), space, escape)


def with_runs(
    scenario: Scenario,
    solution: ConvexSolution,
    paths: Sequence[MadeRun],
    space: Geometry,
    escape: int | None = None,
) -> SolvedScenario:
    """Certify where each run ended, against a solution of the convex problem.

    Arguments
        paths: of ``run_all``.
        space: the geometry of X; without cells the runs are held against the bound proven for the solution.
        escape: the run whose path to the global optimum is added, counted from 0. With an output bias there is none.
    """
    single = scenario.training.m == 1
    solved = certified_runs(solution, paths, space, single=single)
    return with_escape(solved, escape, space)


def certified_runs(
    solution: ConvexSolution, paths: Sequence[MadeRun], space: Geometry, *, single: bool
) -> SolvedScenario:
    """Return a solution with runs on its problem, each held to it where it ended.

    Arguments
        paths: the runs; space: the geometry of X; single: whether they have one neuron, whose best is then looked for.
    """
    problem = solution.problem
    dual = problem.y - predict(problem.X, solution.network)
    proof = solution.certificate
    if space.cut is not None or problem.lam == 0:
        proof = certify(problem, solution.network, dual=dual, space=space, known=proof)
    ends = [made.path.network() for made in paths]
    # With an output bias the best neuron is not known.
    narrow = best_of_one_neuron(problem, proof, ends) if single and not problem.has_output_bias else None
    runs = []
    for place, made in enumerate(paths):
        certificate = certify(problem, made.path.network(), dual=dual, space=space, known=proof)
        sentence = verdict(problem, made.path, certificate, optimum=proof.value, advice=made.advice, narrow=narrow)
        runs.append(
            CertifiedRun(
                f"run{place}",
                place,
                f"Run {place + 1}",
                made.method,
                made.path,
                certificate,
                sentence,
                made.schedule,
                made.suited,
                made.advice,
            )
        )
    return SolvedScenario(problem, solution, proof, tuple(runs), narrow=narrow)


def with_solution(solved: SolvedScenario, solution: ConvexSolution) -> SolvedScenario:
    """Return a result with another solution of its problem, better or with a higher bound, and the runs held to it.

    What each run is missing depends on the run alone, and is not looked for again; the path from one to the optimum
    stays that to the network of before.
    """
    problem, proof = solved.problem, solution.certificate
    ends = [run.trajectory.network() for run in solved.runs]
    single = bool(ends) and ends[0].m == 1 and not problem.has_output_bias
    narrow = best_of_one_neuron(problem, proof, ends) if single else None
    runs = tuple(_held_to(run, problem, proof, narrow) for run in solved.runs)
    escape = None if solved.escape is None else _held_to(solved.escape, problem, proof, None)
    return replace(solved, solution=solution, proof=proof, runs=runs, escape=escape, narrow=narrow)


def _held_to(run: CertifiedRun, problem: Problem, proof: Certificate, narrow: BestOfWidth | None) -> CertifiedRun:
    """Return a run with the bound of another certificate, where that is higher."""
    own = run.certificate
    if proof.lower_bound > own.lower_bound:
        lower = min(proof.lower_bound, own.value)
        closed = is_proven(problem, lower, own.value)
        own = replace(
            own,
            lower_bound=lower,
            gap=own.value - lower,
            closed=closed,
            estimate=max(own.estimate, lower),
            dual=proof.dual,
            missing=None if closed else own.missing,
            missing_sign=0.0 if closed else own.missing_sign,
            missing_pattern=None if closed else own.missing_pattern,
        )
    sentence = verdict(problem, run.trajectory, own, optimum=proof.value, advice=run.advice, narrow=narrow)
    return replace(run, certificate=own, verdict=sentence)


def with_escape(solved: SolvedScenario, escape: int | None, space: Geometry) -> SolvedScenario:
    """Add the path from a run's end on which the loss never rises; its steps continue those of the run.

    Arguments
        escape: which run it is, counted from 0; None, or a run that is not there, for none.
        space: the geometry of X.
    """
    if escape is None or escape >= len(solved.runs) or solved.problem.has_output_bias:
        return solved
    run = solved.runs[escape]
    try:
        path = escape_path(solved.problem, run.trajectory.network(), solved.solution.network)
    except MissingNeurons as narrow:
        return replace(solved, missing_neurons=narrow.missing)
    except WeightsTooLarge:
        return solved
    path = replace(path, steps=path.steps + run.trajectory.steps[-1])
    certificate = certify(
        solved.problem,
        path.network(),
        dual=solved.problem.y - predict(solved.problem.X, path.network()),
        space=space,
        known=solved.proof,
    )
    sentence = verdict(solved.problem, path, certificate, optimum=solved.proof.value)
    name = f"Way out of {run.name}"
    return replace(
        solved, escape=CertifiedRun(f"escape{run.place}", run.place, name, "escape", path, certificate, sentence)
    )


def _kept_steps(n_steps: int) -> list[int]:
    """Return the steps to store: all of a short run, ever fewer of a long one."""
    if n_steps <= MOST_STEPS_DRAWN:
        return list(range(n_steps + 1))
    first = MOST_STEPS_DRAWN // 3
    later = np.geomspace(first, n_steps, MOST_STEPS_DRAWN - first)
    return [int(step) for step in np.unique(np.concatenate([np.arange(first), np.rint(later).astype(int)]))]


def run_all(scenario: Scenario, problem: Problem) -> list[MadeRun]:
    """Run every start of a scenario, in their order, with its own step size or one that suits it."""
    steps, starts = scenario.training.steps, scenario.starts()
    made = _together(problem, [(run.method, run.step or ((0, USUAL),), start) for run, start in starts], steps)
    again: dict[int, Schedule] = {}
    for place, (run, _) in enumerate(starts):
        if run.step is None:
            suited = suited_step(problem, made[place], run.method, steps)
            if suited != USUAL:
                again[place] = ((0, suited),)
    better = _together(
        problem, [(starts[place][0].method, step, starts[place][1]) for place, step in again.items()], steps
    )
    for place, path in zip(again, better, strict=True):
        made[place] = path
    found = []
    for place, (run, _) in enumerate(starts):
        schedule = again.get(place) or run.step or ((0, USUAL),)
        advice = step_advice(problem, made[place], run.method, schedule, steps)
        found.append(MadeRun(run.method, made[place], schedule, run.step is None, advice))
    return found


def _together(problem: Problem, wanted: list[tuple[Method, Schedule, Network]], n_steps: int) -> list[Trajectory]:
    """Run starts, those that share a method and have a constant step size in one call, which is faster."""
    together: dict[object, list[int]] = {}
    for place, (method, schedule, _) in enumerate(wanted):
        together.setdefault(method if len(schedule) == 1 else place, []).append(place)
    found: dict[int, Trajectory] = {}
    for places in together.values():
        methods, schedules, networks = zip(*(wanted[place] for place in places), strict=True)
        paths = descend_many(
            problem,
            np.stack([network.W for network in networks]),
            np.stack([network.alpha for network in networks]),
            step=[schedule[0][1] for schedule in schedules] if len(schedules[0]) == 1 else schedules[0],
            n_steps=n_steps,
            method=methods[0],
            keep=_kept_steps(n_steps),
            bias=np.array([network.bias for network in networks]),
        )
        found |= {place: paths.run(index) for index, place in enumerate(places)}
    return [found[place] for place in range(len(wanted))]
