"""How far a network can be from the best one of any width: a lower bound by duality, computed without any solver."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from landscape.convex.unregularised import bound_with_ones, least_loss, out_of_reach
from landscape.geometry.support import Geometry, Support, exact_support, geometry, sampled_support
from landscape.model.exact import EPS
from landscape.model.excess import PROVEN, is_proven, unit
from landscape.model.network import Network, check_fits, objective, residual as exact_residual
from landscape.model.problem import Problem, finite_array

NO_GAP = 1e-9
"""A gap below this share of ‖y‖² is rounding: no neuron is missing."""


NEARLY = 0.1
"""A gap below this share of ``excess.unit`` may be that of an optimum whose residual is lost in rounding."""


@dataclass(frozen=True, eq=False)
class Certificate:
    """What is proven about a network, among the networks of ``Problem``: two layers, any width, no output bias.

    Arguments
        value: its objective F.
        lower_bound: no such network has a lower one; -inf where nothing is proven.
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
        dual: (n,) the dual vector z that proves ``lower_bound`` = 2 zᵀy − ‖z‖²; for λ > 0 feasible as it stands, its
            roundings included, for a trained layer without penalty up to rounding. None where nothing is proven by
            one: without a proof, and for a second layer of ones.
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
    dual: np.ndarray | None = None


def certify(
    problem: Problem, network: Network, dual: np.ndarray | None = None, *, space: Geometry | None = None
) -> Certificate:
    """Bound from below what any two-layer ReLU network reaches on this problem, and compare a network with it.

    Any means any width, and the form of ``Problem``: f(x) = relu(xᵀ W) alpha, without output bias, with its penalty.

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
    residual = exact_residual(problem, network)
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
    witness: np.ndarray | None = None
    if problem.second_layer == "ones":
        proven = bound_with_ones(problem.X, problem.y, candidates)
        complete, bound = proven is not None, proven or 0.0
    elif problem.lam == 0:
        z = out_of_reach(problem.X, problem.y)
        complete, bound = z is not None, 0.0 if z is None else least_loss(problem.y, z, problem.d)
        witness = z
    else:
        supports = [strongest, *(_support(problem, space, z) for z in candidates[1:])]
        largest = [support.value + (support.error if complete else 0.0) for support in supports]
        bounds = [dual_value(problem.y, z, problem.lam, most) for z, most in zip(candidates, largest, strict=True)]
        best = int(np.argmax(bounds))
        bound, witness = bounds[best], feasible_dual(problem.y, candidates[best], problem.lam, largest[best])
        if complete and PROVEN * unit(problem, bound) < value - bound <= NEARLY * unit(problem, bound):
            z = _tightened(problem, network, residual)
            found = _support(problem, space, z)
            tighter = dual_value(problem.y, z, problem.lam, found.value + found.error)
            if tighter > bound:
                bound, witness = tighter, feasible_dual(problem.y, z, problem.lam, found.value + found.error)
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
        dual=witness if complete else None,
    )


def _tightened(problem: Problem, network: Network, residual: np.ndarray) -> np.ndarray:
    """Return the residual (n,) changed as little as makes zᵀ relu(X u) = ±λ at every neuron u of the network.

    At an optimum it is so. Where λ is tiny the residual is too, and is lost in the rounding of large outputs that
    cancel; their directions are not.
    """
    weights = network.W * np.abs(network.alpha)
    length = np.hypot.reduce(weights, axis=0)
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
    """Return ‖y‖² − ‖y − c z‖² = c (2 zᵀy − c ‖z‖²), rounded down, at the best feasible multiple c z of a dual vector.

    c z is feasible where c · support ≤ λ: a lower bound of (1) where ``support`` is at least the support of z. Labels
    and dual vector may have any shape, the same for both. The rounding of the two sums is subtracted.
    """
    largest = float(np.max(np.abs(z)))
    if largest == 0:
        return 0.0
    z, support = z / largest, support / largest  # z has no units of its own: its square could vanish
    length = float(np.vdot(z, z))
    along = float(np.vdot(z, y))
    c = _best_multiple(along, length, lam, support)
    rounding = (np.size(z) + 4) * EPS * (2.0 * float(np.vdot(np.abs(z), np.abs(y))) + c * length)
    return max(0.0, c * (2.0 * along - c * length - rounding))


def feasible_dual(y: np.ndarray, z: np.ndarray, lam: float, support: float) -> np.ndarray:
    """Return the multiple c z of ``dual_value`` as a vector that is feasible with its own roundings, or zeros."""
    largest = float(np.max(np.abs(z)))
    if largest == 0:
        return np.zeros_like(z)
    unit = z / largest
    c = _best_multiple(float(np.vdot(unit, y)), float(np.vdot(unit, unit)), lam, support / largest)
    scaled: np.ndarray = (c * (1.0 - 8 * EPS)) * unit
    return scaled


def _best_multiple(along: float, length: float, lam: float, support: float) -> float:
    return min(max(along / length, 0.0), lam / support if support > 0 else np.inf)
