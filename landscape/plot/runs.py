"""What a figure is asked to show beside a problem: runs and networks under their names, and the optimum."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from functools import lru_cache

import numpy as np

from landscape.convex.twin import ConvexSolution, solve_convex
from landscape.formatting import listed, written
from landscape.geometry.support import geometry
from landscape.model.network import Network, check_fits, objective, way_to_network, widen
from landscape.model.problem import Problem, check_problem, same_problem
from landscape.results.solved_scenario import MadeRun, SolvedScenario, certified_runs
from landscape.training.trajectory import Outcome, Trajectories, Trajectory

Shown = Trajectory | Trajectories | Network
"""What is drawn as a run: many runs are drawn one by one, a network is a run of no steps."""

Runs = Shown | Sequence[Shown | Sequence[Network]] | Mapping[str, Shown | Sequence[Network]] | None
"""Runs as a function takes them: one, several, or several under names of the caller's.

Among several a sequence of networks is one run, through the weights that were kept on the way.
"""

OFF = 1e-6
"""A run is of another problem where its last loss differs from that of its last network by this share."""


def named_runs(problem: Problem, runs: Runs, argument: str = "runs") -> list[tuple[str, Trajectory]]:
    """Return runs with their names: those given, else "Run 1", and "Network 1" for a network, numbered if several.

    Raises ValueError, naming the argument, for what is no run or network, and for one of another problem.
    """
    if runs is None:
        return []
    if isinstance(runs, Mapping):
        named = [(str(name), path) for name, shown in runs.items() for path in _paths(problem, shown, argument)]
    else:
        several = [runs] if isinstance(runs, Shown) else list(_iterable(runs, argument))
        paths = [(isinstance(shown, Network), path) for shown in several for path in _paths(problem, shown, argument)]
        counts = {kind: sum(k == kind for k, _ in paths) for kind in (True, False)}
        seen = {True: 0, False: 0}
        named = []
        for kind, path in paths:
            seen[kind] += 1
            word = "Network" if kind else "Run"
            named.append((word if counts[kind] == 1 else f"{word} {seen[kind]}", path))
    for name, path in named:
        _check_is_of(problem, name, path, argument)
    return named


def solution_of(problem: Problem, solution: ConvexSolution | None = None) -> ConvexSolution:
    """Return the solution given, or that which ``solve_convex`` finds; it is kept for the next figure of the problem.

    Raises ValueError where the solution given is of another problem.
    """
    check_problem(problem)
    if solution is None:
        return _solved(problem)
    if not isinstance(solution, ConvexSolution):
        raise ValueError(
            f"solution must be a landscape.ConvexSolution, but was a {type(solution).__name__}: solve_convex finds one."
        )
    if not same_problem(problem, solution.problem):
        raise ValueError("solution must be of the problem that is drawn, but is of another.")
    return solution


@lru_cache(maxsize=8)
def _solved(problem: Problem) -> ConvexSolution:
    return solve_convex(problem)


def solved_of(
    problem: Problem, named: Sequence[tuple[str, Trajectory]], solution: ConvexSolution | None = None
) -> SolvedScenario:
    """Return a problem's optimum with runs on it, each certified where it ended."""
    found = solution_of(problem, solution)
    single = bool(named) and all(path.W.shape[-1] == 1 for _, path in named)
    made = [MadeRun("gd", path, (), False, None) for _, path in named]
    space = geometry(problem.X, quick=problem.lam > 0)
    solved = certified_runs(found, made, space, single=single)
    runs = tuple(replace(run, name=name) for run, (name, _) in zip(solved.runs, named, strict=True))
    return replace(solved, runs=runs)


def _iterable(runs: object, argument: str) -> Iterable[Shown]:
    if not isinstance(runs, Iterable):
        raise ValueError(
            f"{argument} must be a Trajectory, a Network, or several of them, but was a {type(runs).__name__}: "
            f"{way_to_network(runs)}."
        )
    return runs


def widened(problem: Problem, path: Trajectory, m: int) -> Trajectory:
    """Return a run with neurons at 0 added until there are m, which changes no output and no loss."""
    more = m - path.W.shape[-1]
    if more <= 0:
        return path
    wide = [widen(path.network(index), more, problem) for index in range(len(path.W))]
    return replace(path, W=np.array([network.W for network in wide]), alpha=np.array([net.alpha for net in wide]))


def _through(problem: Problem, networks: Sequence[Network]) -> Trajectory:
    """Return the run through some networks of one width."""
    for network in networks:
        check_fits(problem, network)
    widths = sorted({network.m for network in networks})
    if len(widths) > 1:
        raise ValueError(
            f"the networks of one run must have one width, but have {listed([str(m) for m in widths])} neurons."
        )
    return Trajectory(
        np.array([network.W for network in networks]),
        np.array([network.alpha for network in networks]),
        np.array([objective(problem, network) for network in networks]),
        Outcome.OUT_OF_STEPS,
        np.arange(len(networks)),
        np.array([network.bias for network in networks]),
    )


def _paths(problem: Problem, shown: object, argument: str) -> list[Trajectory]:
    if isinstance(shown, Trajectories):
        return [shown.run(index) for index in range(len(shown))]
    if isinstance(shown, Trajectory):
        return [shown]
    if isinstance(shown, Network):
        return [_through(problem, [shown])]
    if isinstance(shown, Sequence) and shown and all(isinstance(network, Network) for network in shown):
        return [_through(problem, shown)]
    raise ValueError(
        f"{argument} must hold Trajectory or Network records, or lists of the networks of a run, but holds a "
        f"{type(shown).__name__}: {way_to_network(shown)}."
    )


def _check_is_of(problem: Problem, name: str, path: Trajectory, argument: str) -> None:
    network = path.network()
    check_fits(problem, network)
    said, found = float(path.objective[-1]), objective(problem, network)
    if not np.isclose(said, found, rtol=OFF, atol=OFF * max(float(problem.y @ problem.y), 1e-300)):
        raise ValueError(
            f"{argument} must be of the problem that is drawn, but {name} ends at loss {written(said)} where this "
            f"problem gives its network {written(found)}."
        )
