"""The judge: how far a network can be from the best one of any width. It knows no solver and trusts no candidate."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from landscape.convex.unregularised import (
    FEW_EDGES,
    corner_outputs,
    edge_outputs,
    fit_with_corners,
    fit_with_ones,
    out_of_reach,
)
from landscape.geometry.fan import Fan
from landscape.geometry.sphere import Sphere
from landscape.geometry.support import Geometry, Support, exact_support, geometry, sampled_support
from landscape.model.network import Network, check_fits, objective, predict
from landscape.model.problem import Problem, finite_array

EPS = float(np.finfo(np.float64).eps)

MOST_CORNERS = 20_000
"""Up to this many corners of three features a fixed second layer is judged exactly."""


@dataclass(frozen=True, eq=False)
class Certificate:
    """What is proven about a network.

    Arguments
        value: its objective F.
        lower_bound: no network of any width has a lower one; -inf where nothing is proven.
        gap: value − lower_bound, at least the distance to the global optimum.
        complete: whether every activation pattern was visited, so that the bound is proven.
        missing: (d,) the unit neuron its residual asks for most, or None where none would help.
        missing_sign: the sign its second layer would have; 0.0 where nothing is missing.
        missing_pattern: (n,) bool the samples it would be active on, or None.
        estimate: the bound over the patterns visited: lower_bound itself where complete.
    """

    value: float
    lower_bound: float
    gap: float
    complete: bool
    missing: np.ndarray | None
    missing_sign: float
    missing_pattern: np.ndarray | None
    estimate: float


def certify(
    problem: Problem, network: Network, dual: np.ndarray | None = None, *, space: Geometry | None = None
) -> Certificate:
    """Bound from below what any ReLU network reaches on this problem, and compare a network with it.

    For λ > 0 the dual of (1) is max ‖y‖² − ‖y − z‖² subject to |zᵀ relu(X u)| ≤ λ for all unit u (Pilanci & Ergen,
    2020): any z, scaled until it is feasible, proves a bound. The network's own residual is tried, and ``dual`` (n,),
    of any size, where given. For λ = 0 feasibility means zᵀ relu(X u) = 0 (≤ 0 for a second layer of ones), and
    the best z is known: the part of the labels out of reach.

    ``space`` is the geometry of X, where the caller has it already.

    Raises ValueError when the network does not fit the problem, or dual is not n finite numbers.

    >>> from landscape import Network, Problem, certify
    >>> problem = Problem(X=[[-1.0], [1.0]], y=[1.0, 2.0], second_layer="ones")
    >>> caught = certify(problem, Network(W=[[1.5, 0.5]], alpha=[1.0, 1.0]))
    >>> caught.value, caught.lower_bound, caught.missing.tolist()
    (1.0, 0.0, [-1.0])
    """
    check_fits(problem, network)
    residual = problem.y - predict(problem.X, network)
    value = objective(problem, network, residual)
    candidates = [residual]
    if dual is not None:
        dual = finite_array(dual, "dual", 1)
        if len(dual) != problem.n:
            raise ValueError(f"dual must have one entry for each of the {problem.n} samples, but has {len(dual)}.")
        candidates.append(dual)

    space = geometry(problem.X) if space is None else space
    asked = _support(problem, space, residual)
    complete = space.cut is not None
    if problem.second_layer == "ones":
        bound = _bound_with_ones(problem, space, candidates)
        complete = bound is not None
        bound = 0.0 if bound is None else bound
    elif problem.lam == 0:
        complete = True
        z = out_of_reach(problem.X, problem.y)
        bound = float(z @ z)
    else:
        supports = [asked, *(_support(problem, space, z) for z in candidates[1:])]
        bound = max(_scaled_bound(problem, z, at) for z, at in zip(candidates, supports, strict=True))
    bound = min(bound, value)
    lower = bound if complete else -np.inf
    nothing = value - bound <= 1e-9 * (problem.y @ problem.y)
    nothing = nothing or asked.value - problem.lam <= _rounding(problem, residual)
    return Certificate(
        value=value,
        lower_bound=lower,
        gap=value - lower,
        complete=complete,
        missing=None if nothing else asked.u,
        missing_sign=0.0 if nothing else asked.sign,
        missing_pattern=None if nothing else problem.X @ asked.u > 0,
        estimate=bound,
    )


def _support(problem: Problem, space: Geometry, z: np.ndarray) -> Support:
    signed = problem.second_layer == "ones"
    found = exact_support(space, z, signed=signed)
    return sampled_support(problem.X, z, signed=signed) if found is None else found


def _scaled_bound(problem: Problem, z: np.ndarray, at: Support) -> float:
    """Return the dual value of the best feasible multiple c z: c (2 zᵀy − c ‖z‖²)."""
    length = float(z @ z)
    if length == 0:
        return 0.0
    reach = at.value + _rounding(problem, z)
    largest = problem.lam / reach if reach > 0 else np.inf
    along = float(z @ problem.y)
    c = min(max(along / length, 0.0), largest)
    return c * (2.0 * along - c * length)


def _rounding(problem: Problem, z: np.ndarray) -> float:
    """Bound the rounding error of support(z): a few units in the last place of Σ ‖x_i‖ |z_i|."""
    return 4 * EPS * float(np.sqrt((problem.X**2).sum(axis=1)) @ np.abs(z))


def _bound_with_ones(problem: Problem, space: Geometry, candidates: list[np.ndarray]) -> float | None:
    """Return the best dual value 2 zᵀy − ‖z‖² over candidates moved until zᵀ relu(X u) ≤ 0 for every u, if it is known.

    Only the edges of the cones need a look: relu(X u) is linear between them. Where a candidate is positive, a multiple
    of the vector of ones is taken from it, which every edge feels. Rounding counts against the candidate: of a residual
    that is nothing but rounding, a large multiple would otherwise "prove" anything.
    """
    X, y = space.X, problem.y
    if isinstance(space.cut, Fan) and space.cut.sectors > FEW_EDGES:
        candidates = [fit_with_ones(X, y, space.cut)[1], *candidates]
        weights = [np.ones(len(y)), *candidates, *map(np.abs, candidates)]
        values = [np.einsum("sd,sd->s", space.cut.sums(X, z), space.cut.edges) for z in weights]
        felt = values[0] > 0
        feels, *rest = (value[felt] for value in values)
        asks, sizes = rest[: len(candidates)], rest[len(candidates) :]
    else:
        A = _corner_outputs(space)
        if A is None:
            return None
        candidates = [fit_with_corners(A, y)[1], *candidates]
        feels = A.sum(axis=0)
        asks, sizes = [z @ A for z in candidates], [np.abs(z) @ A for z in candidates]
    best, rounding = 0.0, 2 * (len(y) + 4) * EPS
    for z, ask, size in zip(candidates, asks, sizes, strict=True):
        feasible = z - max(0.0, float(np.max((ask + rounding * size) / feels, initial=0.0)))
        length = float(feasible @ feasible)
        c = max(0.0, float(feasible @ y) / length) if length > 0 else 0.0
        best = max(best, c * (2.0 * float(feasible @ y) - c * length))
    return best


def _corner_outputs(space: Geometry) -> np.ndarray | None:
    """Return the outputs (n, E) of the edges of all cones, scaled to length 1; None where they are not known."""
    if isinstance(space.cut, Fan):
        A, _ = edge_outputs(space.X, space.cut)
    elif isinstance(space.cut, Sphere) and len(space.cut.edges) <= MOST_CORNERS:
        A = corner_outputs(space.X, space.cut.edges.T)
    else:
        return None
    size = np.linalg.norm(A, axis=0)
    return A[:, size > 0] / size[size > 0]
