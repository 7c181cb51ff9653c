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
from landscape.model.network import predict
from landscape.model.problem import Problem
from landscape.results.verdict import Verdict, verdict
from landscape.scenario import Data, Scenario, Training
from landscape.training.descent import descend_many, working_step
from landscape.training.optimisers import Method
from landscape.training.trajectory import Outcome, Trajectory


@dataclass(frozen=True, eq=False)
class CertifiedRun:
    """One run: its trajectory, the proven bound on how far above the optimum it ended, and a sentence that states it.

    Arguments
        id: "run0", "run1", ... in the order of the scenario; "escape0" for the escape path of a run.
        place: which run it is, counted from 0: its colour and marker.
        name: its name on the page; method: the optimiser.
        trajectory, certificate, verdict: its iterates, the certificate of the last, and its verdict for a visitor.
    """

    id: str
    place: int
    name: str
    method: Method | Literal["escape"]
    trajectory: Trajectory
    certificate: Certificate
    verdict: Verdict


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
    """

    problem: Problem
    solution: ConvexSolution
    proof: Certificate
    runs: tuple[CertifiedRun, ...]
    escape: CertifiedRun | None = None
    missing_neurons: int = 0

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
    return with_runs(scenario, solve_convex(problem), run_all(scenario, problem), geometry(problem.X), escape)


def with_runs(
    scenario: Scenario,
    solution: ConvexSolution,
    paths: Sequence[tuple[Method, Trajectory]],
    space: Geometry,
    escape: int | None = None,
) -> SolvedScenario:
    """Certify where each run ended, against a solution of the convex problem.

    Arguments
        paths: of ``run_all``.
        space: the geometry of X; one without cells gives certificates over samples, which prove nothing.
        escape: the run whose path to the global optimum is added, counted from 0.
    """
    training, problem = scenario.training, solution.problem
    dual = problem.y - predict(problem.X, solution.network)
    proof = certify(problem, solution.network, dual=dual, space=space)
    runs = []
    for number, (method, path) in enumerate(paths, start=1):
        certificate = certify(problem, path.network(), dual=dual, space=space)
        works = None
        if path.outcome is Outcome.DIVERGED:
            works = working_step(problem, path.network(0), method=method, n_steps=training.steps)
        sentence = verdict(problem, path, certificate, optimum=proof.value, working_step=works)
        runs.append(CertifiedRun(f"run{number - 1}", number - 1, f"Run {number}", method, path, certificate, sentence))
    solved = SolvedScenario(problem, solution, proof, tuple(runs))
    return solved if escape is None or escape >= len(runs) else _with_escape(solved, runs[escape], space)


def _with_escape(solved: SolvedScenario, run: CertifiedRun, space: Geometry) -> SolvedScenario:
    """Add the path from a run's end on which the loss never rises; its steps continue those of the run."""
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


def run_all(scenario: Scenario, problem: Problem) -> list[tuple[Method, Trajectory]]:
    """Run every start of a scenario, in their order: those of one method and constant step in one call, for speed."""
    training, starts = scenario.training, scenario.starts()
    together: dict[object, list[int]] = {}
    for place, (run, _) in enumerate(starts):
        together.setdefault(run.method if len(run.step) == 1 else place, []).append(place)
    found: list[tuple[Method, Trajectory] | None] = [None] * len(starts)
    for places in together.values():
        runs, networks = zip(*(starts[place] for place in places), strict=True)
        sizes = [run.step[0][1] for run in runs]
        paths = descend_many(
            problem,
            np.stack([network.W for network in networks]),
            np.stack([network.alpha for network in networks]),
            step=sizes if len(runs[0].step) == 1 else runs[0].step,
            n_steps=training.steps,
            method=runs[0].method,
            keep=_kept_steps(training.steps),
        )
        for index, place in enumerate(places):
            found[place] = (runs[index].method, paths.run(index))
    return [run for run in found if run is not None]
