"""The convex twin (2) of the training problem: solve it, read its solution as a network, and back."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum

import numpy as np

from landscape.atoms import Atoms, basic, independent, merged
from landscape.certificate import Certificate, certify
from landscape.columns import solve_by_columns
from landscape.fan import Fan, fan
from landscape.fixed_layer import optimal_position
from landscape.interpolate import fit_by_edges, fit_in_turn, least_norm
from landscape.network import Network, check_fits
from landscape.patterns import Patterns, enumerate_patterns
from landscape.problem import Problem
from landscape.reach import fit_with_ones, out_of_reach
from landscape.support import lambda_max
from landscape.twin_direct import solve_directly
from landscape.twin_model import solve_by_facets, solve_by_rays

NEGLIGIBLE = 1e-4
"""Blocks below this share of the largest are what an interior-point solver leaves of zero."""

PROVEN = 1e-7
"""Largest gap, relative to the value (or to 1e-4 of ‖y‖² where the value is smaller), that counts as optimal."""


FEW = 300
"""Up to this many samples the interior-point solver is the fastest where λ is small, and λ = 0 asks for least norm."""

LISTED = 2000
"""Beyond this many cones a solution lists only the patterns in use."""


class Status(Enum):
    """What solving (2) came to; the text is the sentence a visitor reads."""

    OPTIMAL = "Proven optimal: no ReLU network of any width does better."
    ZERO = "The regularisation is so strong that the zero network is optimal."
    INACCURATE = "Solved, but only to the accuracy that the gap states."
    RESTRICTED = "Solved over some of the patterns; over all of them the optimum may lie lower."

    @property
    def sentence(self) -> str:
        """The text of the outcome."""
        return self.value


@dataclass(frozen=True, eq=False)
class ConvexSolution:
    """A solution of problem (2), min ‖Σ D_i X (u_i − v_i) − y‖² + 2λ Σ (‖u_i‖ + ‖v_i‖) over the cones of the patterns.

    Arguments
        value: the objective of (2) at U, V, in units of y².
        U, V: (d, P) one block a pattern.
        patterns: the patterns of the blocks; where ``patterns.complete`` is False, those given, or only those in use.
        network: the recovered network, whose objective (1) is the value.
        status: how far the solution is proven.
        problem: the problem solved.
        certificate: the judge's word on the network.
    """

    value: float
    U: np.ndarray
    V: np.ndarray
    patterns: Patterns
    network: Network
    status: Status
    problem: Problem
    certificate: Certificate


def solve_convex(problem: Problem, patterns: Patterns | None = None) -> ConvexSolution:
    """Solve the convex twin (2) of a problem (Pilanci & Ergen, 2020), over all patterns or over those given.

    One feature has a closed form; with alpha = 1 problem (2) has no norm and needs U alone; λ = 0 asks for the least
    norm among the best fits, the limit λ → 0. Every answer is put to ``certify`` before it is called optimal.

    Raises ValueError when the patterns do not belong to the samples, or are too many to list.
    """
    if patterns is not None and patterns.D.shape[1] != problem.n:
        raise ValueError(f"patterns must have one column a sample, {problem.n}, but have {patterns.D.shape[1]}.")
    if problem.lam > 0 and problem.lam >= lambda_max(problem):
        return _solution(problem, Atoms.none(problem.d), patterns)
    attempts = _attempts(problem) if patterns is None else [lambda: _over_patterns(problem, patterns.D)]
    best: ConvexSolution | None = None
    for attempt in attempts:
        atoms = attempt()
        if atoms is None:
            continue
        found = _solution(problem, atoms, patterns)
        if best is None or found.value < best.value:
            best = found
        if best.status is Status.OPTIMAL:
            break
    return _solution(problem, Atoms.none(problem.d), patterns) if best is None else best


def _attempts(problem: Problem) -> list[Callable[[], Atoms | None]]:
    """Return the ways to solve a problem over all its patterns, the fastest first."""
    if problem.d == 1:
        return [lambda: _one_feature(problem)]
    if problem.d > 2:
        return [lambda: _over_patterns(problem, enumerate_patterns(problem.X).D)]
    cones = fan(problem.X)
    if problem.second_layer == "ones":
        return [lambda: _edges_with_ones(problem, cones)]
    if problem.lam == 0:
        return [
            lambda: _scaled(problem, lambda X, y, _: least_norm(X, y, cones) if len(y) <= FEW else None),
            lambda: _scaled(problem, lambda X, y, _: fit_in_turn(X, y, cones)),
            lambda: _scaled(problem, lambda X, y, _: fit_by_edges(X, y, cones)),
        ]
    by_columns: list[Callable[[], Atoms | None]] = [
        lambda: _scaled(problem, lambda X, y, lam: solve_by_columns(X, y, lam, cones)),
        lambda: _scaled(problem, lambda X, y, lam: _sharpened(X, y, lam, cones, solve_directly(X, y, lam, cones))),
    ]
    many_neurons = problem.lam < 0.02 * lambda_max(problem) and problem.n <= FEW
    return [
        *(by_columns[::-1] if many_neurons else by_columns),
        lambda: _scaled(
            problem, lambda X, y, lam: _sharpened(X, y, lam, cones, _from_blocks(*solve_by_rays(X, y, lam, cones)))
        ),
    ]


def _one_feature(problem: Problem) -> Atoms:
    slopes = np.array(optimal_position(problem))
    sign = np.where(slopes * [1.0, -1.0] < 0, -1.0, 1.0)
    return Atoms((slopes * sign)[None, :], sign).nonzero()


def _edges_with_ones(problem: Problem, cones: Fan) -> Atoms:
    magnitudes, _ = fit_with_ones(problem.X, problem.y, cones)
    return Atoms(cones.edges.T * magnitudes, np.ones(cones.sectors)).nonzero()


def _sharpened(X: np.ndarray, y: np.ndarray, lam: float, cones: Fan, rough: Atoms | None) -> Atoms | None:
    """Let column generation start from a vertex next to the answer of an interior-point solver."""
    if rough is None:
        return None
    vertex = basic(X, rough.outputs(X).sum(axis=1), rough) if rough.count > 1 else None
    return solve_by_columns(X, y, lam, cones, start=rough if vertex is None else vertex[0])


def _over_patterns(problem: Problem, D: np.ndarray) -> Atoms | None:
    ones = problem.second_layer == "ones"
    return _scaled(problem, lambda X, y, lam: _from_blocks(*solve_by_facets(X, y, lam, D, ones=ones)))


def _from_blocks(U: np.ndarray, V: np.ndarray) -> Atoms | None:
    """Return the blocks that matter as atoms, or None where the solver returned no numbers."""
    blocks = np.concatenate([U, V], axis=1)
    if not np.all(np.isfinite(blocks)):
        return None
    return Atoms(blocks, np.repeat([1.0, -1.0], [U.shape[1], V.shape[1]])).above(NEGLIGIBLE)


def _scaled(problem: Problem, solve: Callable[[np.ndarray, np.ndarray, float], Atoms | None]) -> Atoms | None:
    """Solve with rows of X at most 1 long and ‖y‖ = 1, and scale the atoms back: features of size 1e±6 are welcome."""
    y = problem.y
    if problem.lam == 0 and problem.second_layer == "trained":
        y = y - out_of_reach(problem.X, y)
    length, height = float(np.max(np.linalg.norm(problem.X, axis=1))), float(np.linalg.norm(y))
    if length == 0 or height == 0:
        return Atoms.none(problem.d)
    atoms = solve(problem.X / length, y / height, problem.lam / length / height)
    return None if atoms is None else Atoms(atoms.vectors * (height / length), atoms.sign)


def _solution(problem: Problem, atoms: Atoms, patterns: Patterns | None) -> ConvexSolution:
    """Return atoms as a solution, with the judge's word on it."""
    atoms = independent(problem, merged(atoms))
    network = atoms.network(problem)
    certificate = certify(problem, network)
    if patterns is None:
        patterns, U, V = _blocks(problem, atoms)
    else:
        U, V = lift(network, problem, patterns)
    value = convex_objective(problem, U, V, patterns)
    if certificate.gap <= PROVEN * max(value, 1e-4 * float(problem.y @ problem.y)):
        status = Status.ZERO if atoms.count == 0 and problem.lam > 0 else Status.OPTIMAL
    else:
        status = Status.INACCURATE if patterns.complete else Status.RESTRICTED
    return ConvexSolution(value, U, V, patterns, network, status, problem, certificate)


def _blocks(problem: Problem, atoms: Atoms) -> tuple[Patterns, np.ndarray, np.ndarray]:
    """Return the patterns, all of them where they are few, and the atoms as blocks of their cones."""
    if problem.d > 2:
        patterns = enumerate_patterns(problem.X)
        return patterns, *lift(atoms.network(problem), problem, patterns)
    cones = fan(problem.X)
    sectors = [cones.sector_of(u) for u in atoms.vectors.T]
    home = cones.cone[sectors] if sectors else np.zeros(0, dtype=int)
    listed = np.arange(cones.cones)
    if cones.cones > LISTED:
        listed = np.unique(np.append(home, 0))
        home = np.searchsorted(listed, home)
    patterns = Patterns(cones.active(cones.first_sector()[listed]), complete=len(listed) == cones.cones)
    blocks = np.zeros((2, len(listed), problem.d))
    np.add.at(blocks, ((atoms.sign < 0).astype(int), home), atoms.vectors.T)
    return patterns, blocks[0].T, blocks[1].T


def convex_objective(problem: Problem, U: np.ndarray, V: np.ndarray, patterns: Patterns) -> float:
    """Return problem (2) at blocks U, V (d, P): squared error plus 2λ Σ (‖u_i‖ + ‖v_i‖), in units of y²."""
    used = np.flatnonzero(np.any(U != 0, axis=0) | np.any(V != 0, axis=0))
    gated = patterns.D[used].T * (problem.X @ (U - V)[:, used])
    residual = gated.sum(axis=1) - problem.y
    norms = np.linalg.norm(U[:, used], axis=0).sum() + np.linalg.norm(V[:, used], axis=0).sum()
    return float(residual @ residual + 2.0 * problem.lam * norms)


def recover(solution: ConvexSolution) -> Network:
    """Return a network of at most n + 1 neurons whose objective (1) is the value of a solution of (2).

    Each u_i gives the neuron (u_i/√‖u_i‖, √‖u_i‖), each v_i gives (v_i/√‖v_i‖, −√‖v_i‖); with alpha = 1, w = u_i.
    Negligible blocks are dropped, equal directions of equal sign merged, and linearly dependent neurons pruned along
    their null vector, which raises neither error nor norm (Mishkin & Pilanci, 2023). No block left: one neuron, w = 0.
    """
    atoms = _from_blocks(solution.U, solution.V)
    assert atoms is not None
    return independent(solution.problem, merged(atoms)).network(solution.problem)


def lift(network: Network, problem: Problem, patterns: Patterns) -> tuple[np.ndarray, np.ndarray]:
    """Return blocks U, V (d, P) with the network's predictions and an objective (2) at most its objective (1).

    |α_j| w_j is added to the block of a cone whose closure holds w_j. Raises ValueError when the network does not fit
    the problem, or a neuron lies in no cone of the patterns.
    """
    check_fits(problem, network)
    blocks = np.zeros((2, problem.d, len(patterns)))
    weights = network.W * np.abs(network.alpha)
    length = np.linalg.norm(problem.X, axis=1)
    for j in range(network.m):
        w = weights[:, j]
        size = np.linalg.norm(w)
        if size == 0:
            continue
        pre = problem.X @ w
        tied = np.abs(pre) <= 1e-12 * length * size
        fits = np.flatnonzero(np.all(((pre > 0) == patterns.D) | tied, axis=1))
        if not len(fits):
            raise ValueError(f"patterns must hold a cone of every neuron, but hold none of neuron {j} of W.")
        blocks[int(network.alpha[j] < 0), :, fits[0]] += w
    return blocks[0], blocks[1]
