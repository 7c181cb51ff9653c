"""How far a network can be from the best one of any width: a lower bound by duality, computed without any solver."""

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
from landscape.model.excess import PROVEN, is_proven, unit
from landscape.model.network import Network, check_fits, objective, predict
from landscape.model.problem import Problem, finite_array

EPS = float(np.finfo(np.float64).eps)
"""Relative rounding of one operation."""

MOST_CORNERS = 20_000
"""Up to this many corners of three features the bound for a fixed second layer is exact."""

NO_GAP = 1e-9
"""A gap below this share of ‖y‖² is rounding: no neuron is missing."""


NEARLY = 0.1
"""A gap below this share of ``excess.unit`` may be that of an optimum whose residual is lost in rounding."""


@dataclass(frozen=True, eq=False)
class Certificate:
    """What is proven about a network.

    Arguments
        value: its objective F.
        lower_bound: no network of any width has a lower one; -inf where nothing is proven.
        gap: value − lower_bound, at least the distance to the global optimum.
        complete: whether every activation pattern was visited, so that the bound is proven.
        closed: whether the network is proven optimal, its gap being at most ``PROVEN`` of ``excess.unit``. It is the
            same in any units: of the labels (y × c, λ × c) and of the features (X × c, λ × c, weights / √c).
        missing: (d,) the unit neuron whose output correlates most with its residual z, |zᵀ relu(X u)|, or None
            where no neuron would lower the objective.
        missing_sign: the sign its second layer would have; 0.0 where nothing is missing.
        missing_pattern: (n,) bool the samples it would be active on, or None.
        estimate: lower_bound where complete. Elsewhere no bound, but the figure that the same formula gives over some
            sampled neurons: it can lie above the optimum, and above ``value`` itself where they were too few.
    """

    value: float
    lower_bound: float
    gap: float
    complete: bool
    closed: bool
    missing: np.ndarray | None
    missing_sign: float
    missing_pattern: np.ndarray | None
    estimate: float


def certify(
    problem: Problem, network: Network, dual: np.ndarray | None = None, *, space: Geometry | None = None
) -> Certificate:
    """Bound from below what any ReLU network reaches on this problem, and compare a network with it.

    For λ > 0 the dual of (1) is max ‖y‖² − ‖y − z‖² subject to |zᵀ relu(X u)| ≤ λ for all unit u (Pilanci & Ergen,
    2020): any z, scaled until it is feasible, proves a bound. The network's own residual is one candidate, ``dual``
    (n,), of any size, another where given. For λ = 0 feasibility means zᵀ relu(X u) = 0 (≤ 0 for a second layer of
    ones), and the best z is known: the part of the labels that no network fits.

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
    strongest = _support(problem, space, residual)
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
        supports = [strongest, *(_support(problem, space, z) for z in candidates[1:])]
        bound = max(
            dual_value(problem.y, z, problem.lam, support.value + (support.error if complete else 0.0))
            for z, support in zip(candidates, supports, strict=True)
        )
        if complete and PROVEN * unit(problem, bound) < value - bound <= NEARLY * unit(problem, bound):
            z = _tightened(problem, network, residual)
            found = _support(problem, space, z)
            bound = max(bound, dual_value(problem.y, z, problem.lam, found.value + found.error))
    if complete:
        bound = min(bound, value)
    # Without a bound from the dual one is left, 0: it is said where it closes the gap.
    lower = bound if complete else 0.0 if is_proven(problem, 0.0, value) else -np.inf
    none_missing = value - lower <= NO_GAP * (problem.y @ problem.y)
    none_missing = none_missing or strongest.value - problem.lam <= (strongest.error if complete else 0.0)
    return Certificate(
        value=value,
        lower_bound=lower,
        gap=value - lower,
        complete=complete,
        closed=is_proven(problem, lower, value),
        missing=None if none_missing else strongest.u,
        missing_sign=0.0 if none_missing else strongest.sign,
        missing_pattern=None if none_missing else problem.X @ strongest.u > 0,
        estimate=bound,
    )


def _tightened(problem: Problem, network: Network, residual: np.ndarray) -> np.ndarray:
    """Return the residual (n,) changed as little as makes zᵀ relu(X u) = ±λ at every neuron u of the network.

    At an optimum it is so. Where λ is tiny the residual is too, and is lost in the rounding of large outputs that
    cancel; their directions are not.
    """
    weights = network.W * np.abs(network.alpha)
    length = np.linalg.norm(weights, axis=0)
    held = length > 0
    tight = np.sign(network.alpha[held]) * np.maximum(problem.X @ (weights[:, held] / length[held]), 0.0)
    size = np.linalg.norm(tight, axis=0)
    tight, wanted = tight[:, size > 0] / size[size > 0], problem.lam / size[size > 0]
    tightened: np.ndarray = residual + np.linalg.lstsq(tight.T, wanted - tight.T @ residual, rcond=None)[0]
    return tightened


def _support(problem: Problem, space: Geometry, z: np.ndarray) -> Support:
    signed = problem.second_layer == "ones"
    found = exact_support(space, z, signed=signed)
    return sampled_support(problem.X, z, signed=signed) if found is None else found


def dual_value(y: np.ndarray, z: np.ndarray, lam: float, support: float) -> float:
    """Return ‖y‖² − ‖y − c z‖² = c (2 zᵀy − c ‖z‖²) at the best feasible multiple c z of a dual vector, c ≥ 0.

    c z is feasible where c · support ≤ λ: a lower bound of (1) where ``support`` is at least the support of z. Labels
    and dual vector may have any shape, the same for both. The rounding of the two sums is subtracted.
    """
    largest = float(np.max(np.abs(z)))
    if largest == 0:
        return 0.0
    z, support = z / largest, support / largest  # z has no units of its own: its square could vanish
    length = float(np.vdot(z, z))
    along = float(np.vdot(z, y))
    c = min(max(along / length, 0.0), lam / support if support > 0 else np.inf)
    rounding = (z.size + 4) * EPS * (2.0 * float(np.abs(z * y).sum()) + c * length)
    return max(0.0, c * (2.0 * along - c * length - rounding))


def _bound_with_ones(problem: Problem, space: Geometry, candidates: list[np.ndarray]) -> float | None:
    """Return the best dual value over candidates moved until zᵀ relu(X u) ≤ 0 for every u; None where it is not known.

    It is enough that zᵀ relu(X e) ≤ 0 at every edge e of the cones, relu(X u) being linear between them. Where a
    candidate is positive, a multiple of the vector 1 of ones is subtracted from it: 1ᵀ relu(X e) > 0 wherever an edge
    is active on a sample. Rounding is subtracted too: a large multiple of a residual that is nothing but rounding would
    otherwise "prove" any bound.
    """
    X, y = space.X, problem.y
    if isinstance(space.cut, Fan) and space.cut.sectors > FEW_EDGES:
        candidates = [fit_with_ones(X, y, space.cut)[1], *candidates]
        weights = [np.ones(len(y)), *candidates, *map(np.abs, candidates)]
        at_edges = [np.einsum("sd,sd->s", space.cut.sums(X, w), space.cut.edges) for w in weights]  # wᵀ relu(X e)
        active = at_edges[0] > 0
        of_ones, *others = (values[active] for values in at_edges)
        of_candidates, sizes = others[: len(candidates)], others[len(candidates) :]
    else:
        A = _corner_outputs(space)
        if A is None:
            return None
        candidates = [fit_with_corners(A, y)[1], *candidates]
        of_ones = A.sum(axis=0)
        of_candidates, sizes = [z @ A for z in candidates], [np.abs(z) @ A for z in candidates]
    best, rounding = 0.0, 2 * (len(y) + 4) * EPS
    for z, values, size in zip(candidates, of_candidates, sizes, strict=True):
        feasible = z - max(0.0, float(np.max((values + rounding * size) / of_ones, initial=0.0)))
        best = max(best, dual_value(y, feasible, problem.lam, 0.0))
    return best


def _corner_outputs(space: Geometry) -> np.ndarray | None:
    """Return the outputs (n, E) of the edges of all cones, scaled to length 1; None where there are too many cones."""
    if isinstance(space.cut, Fan):
        A, _ = edge_outputs(space.X, space.cut)
    elif isinstance(space.cut, Sphere) and len(space.cut.edges) <= MOST_CORNERS:
        A = corner_outputs(space.X, space.cut.edges.T)
    else:
        return None
    size = np.linalg.norm(A, axis=0)
    scaled: np.ndarray = A[:, size > 0] / size[size > 0]
    return scaled
