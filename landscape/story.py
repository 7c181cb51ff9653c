"""What a scenario tells: its problem, the convex optimum, and every run with its certified verdict."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from landscape.certificate import Certificate, certify
from landscape.convex import ConvexSolution, solve_convex
from landscape.descent import descend, descend_many, working_step
from landscape.network import predict
from landscape.problem import Problem
from landscape.scenario import Data, Scenario, Training
from landscape.trajectory import Outcome, Trajectory
from landscape.verdict import Verdict, verdict


@dataclass(frozen=True, eq=False)
class Chapter:
    """One run: its path, the proof of how far from optimal it ended, and the sentence that says so.

    Arguments
        name: "Run 1", "Run 2", ... in the order of the scenario.
        method: the optimiser.
        trajectory, certificate, verdict: what it did, what is proven of its end, what a visitor reads.
    """

    name: str
    method: str
    trajectory: Trajectory
    certificate: Certificate
    verdict: Verdict


@dataclass(frozen=True, eq=False)
class Story:
    """A problem, its solution, and the runs on it.

    Arguments
        problem: what is minimised.
        solution: its convex twin's optimum and the network recovered from it.
        proof: the certificate of that network; its ``lower_bound`` is the proven optimum.
        chapters: the runs.
    """

    problem: Problem
    solution: ConvexSolution
    proof: Certificate
    chapters: tuple[Chapter, ...]


def tell(data: Data, training: Training) -> Story:
    """Solve the convex problem of a scenario, run every descent, and certify where each one ended.

    Every certificate is handed the convex solution's residual as a candidate dual; the judge checks it itself.
    """
    scenario = Scenario(data, training)
    problem = scenario.problem()
    solution = solve_convex(problem)
    dual = problem.y - predict(problem.X, solution.network)
    proof = certify(problem, solution.network, dual=dual)
    chapters = []
    for number, (method, path) in enumerate(_runs(scenario, problem), start=1):
        certificate = certify(problem, path.network(), dual=dual)
        works = None
        if path.outcome is Outcome.DIVERGED:
            works = working_step(problem, path.network(0), method=method, n_steps=training.steps)
        said = verdict(problem, path, certificate, optimum=proof.value, working_step=works)
        chapters.append(Chapter(f"Run {number}", method, path, certificate, said))
    return Story(problem, solution, proof, tuple(chapters))


def _runs(scenario: Scenario, problem: Problem) -> list[tuple[str, Trajectory]]:
    """Run the explicit runs one by one, for each may have its own method and steps, and the random ones at once."""
    training = scenario.training
    starts = scenario.starts()
    explicit, drawn = starts[: len(training.runs)], starts[len(training.runs) :]
    found = [
        (run.method, descend(problem, start, step=run.step, n_steps=training.steps, method=run.method))
        for run, start in explicit
    ]
    if drawn:
        many = descend_many(
            problem,
            np.stack([start.W for _, start in drawn]),
            np.stack([start.alpha for _, start in drawn]),
            step=training.step,
            n_steps=training.steps,
            method=training.method,
        )
        found += [(training.method, many.run(index)) for index in range(len(drawn))]
    return found
