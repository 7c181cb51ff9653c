"""The best of a width between one neuron and enough of them: searched for in the background, "found so far"."""

from __future__ import annotations

import threading
from dataclasses import replace
from functools import lru_cache, partial

from landscape.convex.optimal_set import OptimalSet
from landscape.loss.few_neurons import STARTS, STEPS, lowest_found
from landscape.model.network import Network, objective
from landscape.model.problem import Problem
from landscape.results.best_of_width import best_unless_optimal
from landscape.results.solved_scenario import SolvedScenario
from landscape.scenario import Scenario
from landscape.web.convex_twin.all_optima import set_of
from landscape.web.follow import follow, show_end
from landscape.web.jobs import Job, Report, queue
from landscape.web.session import is_passing

A_MOMENT = 0.5
"""Seconds that a drawing waits for a search, so that a quick one needs no second drawing."""


def search(
    problem: Problem, m: int, known: tuple[Network, ...], report: Report[Network], halt: threading.Event
) -> Network:
    """Return the network of m neurons of lowest objective that is found, from those known and from random ones."""
    return lowest_found(
        problem,
        m,
        known,
        progress=lambda share: report(share, f"Looking for the best network of {m} neurons."),
        halted=halt.is_set,
    )


def may_be_too_narrow(scenario: Scenario, solved: SolvedScenario) -> bool:
    """Return whether the runs have two neurons or more and no optimum of so few is known."""
    m = scenario.training.m
    if solved.problem.has_output_bias:  # the search is for networks without
        return False
    if not 2 <= m < solved.solution.network.m or not solved.runs:
        return False
    optima = set_of(scenario, solved) if solved.proof.closed else ""
    fewest = optima.fewest if isinstance(optima, OptimalSet) else None
    return fewest is None or m < fewest


def with_best_of_width(scenario: Scenario, solved: SolvedScenario) -> SolvedScenario:
    """Return a solved scenario with the best network found so far of its runs' width, where wider ones do better.

    That of one neuron is there already. The search begins at once, in the background; while something is dragged none
    begins, for the next place of the pointer would leave it behind.
    """
    if is_passing() or not may_be_too_narrow(scenario, solved):
        return solved
    job = queue().found(_key(scenario, solved))
    if job is None or job.status.left:
        job = _begin(scenario, solved)
    job.wait(A_MOMENT)
    found: Network | None = job.status.found
    return solved if found is None else _with(solved, found)


def follow_search(scenario: Scenario, solved: SolvedScenario) -> None:
    """Show the progress of a search that is under way, and why it ended if it ended early."""
    job = queue().found(_key(scenario, solved)) if may_be_too_narrow(scenario, solved) else None
    if job is not None:
        show_end(job, "best of width", lambda: _begin(scenario, solved))
        follow(job, "best of width")


def _begin(scenario: Scenario, solved: SolvedScenario) -> Job[Network]:
    known = (solved.solution.network, *(run.trajectory.network() for run in solved.runs))
    problem, m = solved.problem, scenario.training.m
    seconds = (STARTS + len(known)) * STEPS * (5e-5 + 1e-8 * problem.n * problem.d * m)
    work = partial(search, problem, m, known)
    return queue().start(_key(scenario, solved), work, seconds=seconds, slot="best of width")


def _key(scenario: Scenario, solved: SolvedScenario) -> tuple[object, ...]:
    return "best of width", scenario.data, scenario.training, solved.proof.value


@lru_cache(maxsize=64)
def _with(solved: SolvedScenario, found: Network) -> SolvedScenario:
    value = objective(solved.problem, found)
    return replace(solved, narrow=best_unless_optimal(solved.problem, solved.proof, found, value, exact=False))
