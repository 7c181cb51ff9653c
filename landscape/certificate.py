"""The judge: how far a network can be from the best one of any width. It knows no solver and trusts no candidate."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from landscape.fan import Fan, fan
from landscape.network import Network, check_fits, objective, predict
from landscape.problem import Problem, finite_array
from landscape.reach import FEW_EDGES, edge_outputs, fit_with_ones, out_of_reach
from landscape.support import Support, sampled_support, support_on_fan


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


def certify(problem: Problem, network: Network, dual: np.ndarray | None = None) -> Certificate:
    """Bound from below what any ReLU network reaches on this problem, and compare a network with it.

    For λ > 0 the dual of (1) is max ‖y‖² − ‖y − z‖² subject to |zᵀ relu(X u)| ≤ λ for all unit u (Pilanci & Ergen,
    2020): any z, scaled until it is feasible, proves a bound. The network's own residual is tried, and ``dual`` (n,),
    of any size, where given. For λ = 0 feasibility means zᵀ relu(X u) = 0 (≤ 0 for a second layer of ones), and
    the best z is known: the part of the labels out of reach.

    Raises ValueError when the network does not fit the problem, or dual is not n finite numbers.
    """
    check_fits(problem, network)
    value = objective(problem, network)
    residual = problem.y - predict(problem.X, network)
    candidates = [residual]
    if dual is not None:
        dual = finite_array(dual, "dual", 1)
        if len(dual) != problem.n:
            raise ValueError(f"dual must have one entry for each of the {problem.n} samples, but has {len(dual)}.")
        candidates.append(dual)

    cones = fan(problem.X) if problem.d <= 2 else None
    asked = _support(problem, residual, cones)
    complete = True
    if problem.second_layer == "ones":
        complete = cones is not None
        bound = _bound_with_ones(problem, candidates, cones) if cones is not None else 0.0
    elif problem.lam == 0:
        z = out_of_reach(problem.X, problem.y)
        bound = float(z @ z)
    else:
        complete = cones is not None
        supports = [asked, *(_support(problem, z, cones) for z in candidates[1:])]
        bound = max(_scaled_bound(problem, z, at) for z, at in zip(candidates, supports, strict=True))
    bound = min(bound, value)
    lower = bound if complete else -np.inf
    nothing = asked.value - problem.lam <= _rounding(problem, residual) or value - bound <= 1e-9 * (
        problem.y @ problem.y
    )
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


def _support(problem: Problem, z: np.ndarray, cones: Fan | None) -> Support:
    signed = problem.second_layer == "ones"
    if cones is not None:
        return support_on_fan(problem.X, z, cones, signed=signed)
    return sampled_support(problem.X, z, signed=signed)


def _scaled_bound(problem: Problem, z: np.ndarray, at: Support) -> float:
    """Return the dual value of the best feasible multiple c z: c (2 zᵀy − c ‖z‖²)."""
    length = float(z @ z)
    if length == 0:
        return 0.0
    reach = at.value + _rounding(problem, z)
    largest = problem.lam / reach if reach > 0 else np.inf
    c = float(np.clip(z @ problem.y / length, 0.0, largest))
    return c * (2.0 * float(z @ problem.y) - c * length)


def _rounding(problem: Problem, z: np.ndarray) -> float:
    """Bound the rounding error of support(z): a few units in the last place of Σ ‖x_i‖ |z_i|."""
    return 4 * np.finfo(float).eps * float(np.linalg.norm(problem.X, axis=1) @ np.abs(z))


def _bound_with_ones(problem: Problem, candidates: list[np.ndarray], cones: Fan) -> float:
    """Return the best dual value 2 zᵀy − ‖z‖² over candidates moved until zᵀ relu(X u) ≤ 0 for every u.

    Only the edges need a look: relu(X u) is linear between them. Where a candidate is positive, a multiple of the
    vector of ones is taken from it, which every edge feels.
    """
    X, y = problem.X, problem.y
    candidates = [fit_with_ones(X, y, cones)[1], *candidates]
    if cones.sectors <= FEW_EDGES:
        A, size = edge_outputs(X, cones)
        A = A[:, size > 0]
        asks, feels = [z @ A for z in candidates], A.sum(axis=0)
    else:
        values = [np.einsum("sd,sd->s", cones.sums(X, z), cones.edges) for z in (np.ones(len(y)), *candidates)]
        felt = values[0] > 0
        feels, *asks = (value[felt] for value in values)
    best = 0.0
    for z, ask in zip(candidates, asks, strict=True):
        feasible = z - max(0.0, float(np.max(ask / feels, initial=0.0)))
        length = float(feasible @ feasible)
        c = max(0.0, float(feasible @ y) / length) if length > 0 else 0.0
        best = max(best, c * (2.0 * float(feasible @ y) - c * length))
    return best
