"""Problems (1) and (2) with the numbers of a picture: the patterns in use, their blocks, and the values of both."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from landscape.convex.one_feature import optimal_position, position
from landscape.formatting import listed, short
from landscape.geometry.cells import most_cells, row_space
from landscape.geometry.fan import fan
from landscape.model.network import Network, predict
from landscape.model.problem import Problem
from landscape.results.solved_scenario import CertifiedRun, SolvedScenario
from landscape.training.trajectory import Outcome


@dataclass(frozen=True, eq=False)
class Block:
    """A pattern with its blocks u and v (d,) in a solution of (2).

    Arguments
        number: from 1, among those that are listed, or among all.
        active: (n,) bool, the diagonal of its matrix D.
    """

    number: int
    active: np.ndarray
    u: np.ndarray
    v: np.ndarray


@dataclass(frozen=True, eq=False)
class PlacedRun:
    """A run in both problems.

    Arguments
        id, name: of the run; network: its last one, or None where it diverged.
        loss: (1) there; twin: (2) at the blocks that its neurons add up to.
    """

    id: str
    name: str
    network: Network | None
    loss: float
    twin: float


@dataclass(frozen=True, eq=False)
class Formulas:
    """Both problems of a picture.

    Arguments
        problem: the data, λ and which layers are trained; m: neurons of the runs.
        blocks: with one feature both patterns, the right of 0 first; elsewhere the patterns that the solution uses.
        total: how many patterns there are; counted: whether that is their number; else there are at most so many.
        twin: (2) at these blocks; loss: (1) at the network recovered from them, ``network``; closed: whether that is
            proven optimal.
        runs: the runs.
    """

    problem: Problem
    m: int
    blocks: tuple[Block, ...]
    total: int
    counted: bool
    twin: float
    loss: float
    network: Network
    closed: bool
    runs: tuple[PlacedRun, ...]


def formulas_of(solved: SolvedScenario, m: int) -> Formulas:
    """Return both problems of a solved scenario, m the width of its runs."""
    problem, solution = solved.problem, solved.solution
    if problem.d == 1:
        blocks, total, counted = _two_sides(problem), len(_sides(problem)), True
    else:
        patterns = solution.patterns
        used = np.flatnonzero((solution.U != 0).any(axis=0) | (solution.V != 0).any(axis=0))
        blocks = tuple(
            Block(place + 1, patterns.D[i], solution.U[:, i], solution.V[:, i]) for place, i in enumerate(used)
        )
        counted = patterns.complete or problem.d == 2
        known = len(patterns) if patterns.complete or problem.d != 2 else fan(problem.X).cones
        total = known if counted else max(most_cells(problem.n, row_space(problem.X).shape[1]), len(patterns))
    runs = tuple(_placed(problem, run) for run in solved.runs)
    return Formulas(
        problem,
        m,
        blocks,
        total,
        counted,
        solution.value,
        solved.proof.value,
        solution.network,
        solved.proof.closed,
        runs,
    )


def _sides(problem: Problem) -> tuple[int, ...]:
    return (1, -1) if problem.X.any() else (1,)


def _two_sides(problem: Problem) -> tuple[Block, ...]:
    """Return the patterns of one feature with the slopes of the optimum: u and v of the side's own sign."""
    x = problem.X[:, 0]
    found = []
    for number, (sign, slope) in enumerate(zip((1, -1), optimal_position(problem), strict=True), 1):
        along = sign * slope >= 0
        u, v = np.array([slope if along else 0.0]), np.array([0.0 if along else -slope])
        found.append(Block(number, sign * x >= 0, u, v))
    return tuple(found[: len(_sides(problem))])


def _placed(problem: Problem, run: CertifiedRun) -> PlacedRun:
    loss = float(run.trajectory.objective[-1])
    if run.trajectory.outcome is Outcome.DIVERGED:
        return PlacedRun(run.id, run.name, None, loss, loss)
    network = run.trajectory.network()
    return PlacedRun(run.id, run.name, network, loss, twin_value(problem, network))


def twin_value(problem: Problem, network: Network) -> float:
    """Return (2) at the blocks of a network: the neurons of one pattern and sign, |α| w, added up to one vector.

    With one feature it is the least of (2) at the network's slopes u₁ − v₁ and u₂ − v₂, as in the picture. It is at
    most the network's objective (1), by the triangle inequality. An output bias is the network's own.
    """
    with np.errstate(over="ignore", invalid="ignore"):
        residual = problem.y - predict(problem.X, network)
        loss = float(residual @ residual)
        if problem.lam == 0:
            return loss
        if problem.output_bias == "penalised":
            loss += problem.lam * network.bias**2
        if problem.d == 1:
            # u and v of one side lie on one half-line: what they have in common costs and changes nothing.
            return loss + 2.0 * problem.lam * float(np.abs(position(network)).sum())
        kinds = np.vstack([problem.X @ network.W > 0, network.alpha[None, :] < 0])
        _, group = np.unique(kinds, axis=1, return_inverse=True)
        blocks = np.zeros((problem.d, int(group.max()) + 1))
        np.add.at(blocks.T, group.ravel(), (network.W * np.abs(network.alpha)).T)
        return loss + 2.0 * problem.lam * float(np.hypot.reduce(blocks, axis=0).sum())


def pattern_name(problem: Problem, active: np.ndarray, number: int) -> str:
    """Return a pattern by what it activates: "right of 0", "x ≥ 0.3", "points 1, 4 and 7", "every point"."""
    on = np.flatnonzero(active)
    if problem.d == 1 and problem.X.any():
        return "right of 0" if number == 1 else "left of 0"
    if len(on) == 0:
        return "no point"
    if len(on) == problem.n:
        return "every point"
    x = problem.X[:, 0]
    if problem.on_a_line:
        inside, outside = x[active], x[~active]
        if inside.min() > outside.max():
            return f"x ≥ {_between(float(outside.max()), float(inside.min()))}"
        if inside.max() < outside.min():
            return f"x ≤ {_between(float(outside.min()), float(inside.max()))}"
    if len(on) <= 4:
        return ("point " if len(on) == 1 else "points ") + listed([str(j + 1) for j in on])
    return f"{len(on)} of {problem.n} points"


def _between(outside: float, inside: float) -> str:
    """Return the shortest number, of four digits or more, that lies beyond ``outside`` and not beyond ``inside``."""
    for digits in range(4, 18):
        shown = float(f"{inside:.{digits}g}")
        if outside < shown <= inside or inside <= shown < outside:
            return short(shown, digits)
    return short(inside, 17)
