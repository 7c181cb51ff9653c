"""How far a network can be from the best one of any width: a lower bound by duality, which trusts no solver."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol, runtime_checkable

import numpy as np

from landscape.convex.budget import Budget, as_budget
from landscape.convex.dual import as_dual, bound_of, feasible_dual
from landscape.convex.dual_search import DualSearch, narrowed
from landscape.convex.unregularised import bound_with_ones, unreachable
from landscape.formatting import at_least, at_most, written
from landscape.geometry.search import support_search
from landscape.geometry.support import Geometry, Support, exact_support, geometry, sampled_support
from landscape.model.excess import PROVEN, is_proven, unit
from landscape.model.loss import dual_vector
from landscape.model.network import Network, check_fits, objective, residual as exact_residual, with_best_bias
from landscape.model.output_bias import is_attained, zero_loss
from landscape.model.problem import Problem, finite_array, same_problem
from landscape.model.readable import readable

NO_GAP = 1e-9
"""A gap below this share of the zero network's loss is rounding: no neuron is missing."""

NODES = 2000
"""Nodes of the search that a certificate without a budget takes: some tenths of a second."""

NEARLY = 0.1
"""A gap below this share of ``excess.unit`` may be that of an optimum whose residual is lost in rounding."""


@dataclass(frozen=True, eq=False)
class Certificate:
    """What is proven about a network, among those of its ``Problem``: two layers, any width, that output bias.

    Arguments
        value: its objective F.
        lower_bound: no such network has a lower one; finite for every λ > 0, -inf where nothing is proven.
        gap: value − lower_bound, at least the distance to the global optimum.
        complete: whether every activation pattern was visited. A bound that a search has proven elsewhere rests on a
            bound of the support over all of them, which a longer search may lower.
        closed: whether the network is proven optimal, its gap being at most ``PROVEN`` of ``excess.unit``. It is the
            same in any units: of the labels (y × c, λ × c) and of the features (X × c, λ × c, weights / √c). Never so
            where no network attains the infimum: with the logistic loss without penalty, or with a free output bias
            where all labels are of one class.
        missing: (d,) the unit neuron whose output correlates most with its residual z, |zᵀ relu(X u)|, or None
            where no neuron would lower the objective. An output bias is first set to its best.
        missing_sign: the sign its second layer would have; 0.0 where nothing is missing.
        missing_pattern: (n,) bool the samples it would be active on, or None.
        estimate: lower_bound where complete. Elsewhere no bound, but the figure that the same formula gives over the
            neurons that were looked at: it can lie above the optimum, and above ``value`` where they were too few.
        dual: (n,) the dual vector z that proves 2 zᵀy − ‖z‖² ≥ ``lower_bound``; for λ > 0 feasible as it stands, its
            roundings included, for a trained layer without penalty up to rounding. With a penalised output bias it
            proves as much less (1ᵀz)²/λ; with a free one it sums to 0 up to rounding, and less its mean, exactly, it
            is feasible. None where nothing is proven by one: without a proof, and for a second layer of ones.
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

    __repr__ = readable

    def _said(self) -> str:
        loss = f"loss {written(self.value, 6)}"
        if not np.isfinite(self.lower_bound):
            return f"nothing is proven. {loss.capitalize()}"
        said = "proven optimal" if self.closed else "not proven optimal"
        if self.gap == 0 and not self.closed:
            said = "at the infimum up to rounding, which no network attains"
        bound = f"no network of this class is below {at_least(self.lower_bound, 6)}"
        gap = at_most(self.gap, 2) if self.gap > 0 else "0"
        return f"{said}. {loss.capitalize()}; {bound}; gap {gap}"


@runtime_checkable
class Solved(Protocol):
    """A problem with the certificate of its best network, as ``ConvexSolution`` is."""

    @property
    def problem(self) -> Problem:
        """What was solved."""

    @property
    def certificate(self) -> Certificate:
        """What is proven of its best network."""


def certify(
    problem: Problem,
    network: Network,
    dual: np.ndarray | None = None,
    *,
    space: Geometry | None = None,
    budget: Budget | float | None = None,
    known: Certificate | Solved | None = None,
) -> Certificate:
    """Bound from below what any two-layer ReLU network reaches on this problem, and compare a network with it.

    Any means any width, and the form of ``Problem``: f(x) = relu(xᵀ W) alpha + b, with its output bias and penalty.

    For λ > 0 the dual of (1) is max ‖y‖² − ‖y − z‖² subject to |zᵀ relu(X u)| ≤ λ for all unit u (Pilanci & Ergen,
    2020): any z, scaled until it is feasible, proves a bound. The network's own residual is one candidate, ``dual``
    (n,), of any size, another where given. For λ = 0 feasibility means zᵀ relu(X u) = 0 (≤ 0 for a second layer of
    ones), and the best z is known: the part of the labels that no network fits. With an output bias z is first turned
    into one of the sum that this asks for (``as_dual``).

    Where visiting every activation pattern takes longer, the supports that this takes are bounded from above, at once
    by a relaxation and then by branch and bound (``DualSearch``), which raises the bound until the gap is closed or the
    budget is spent: so a bound is proven for λ > 0 in any dimension. For λ = 0 and a second layer of ones nothing but a
    loss of 0 is proven there.

    Arguments
        space: the geometry of X, where the caller has it already.
        budget: of the search, or seconds; without one it is short, and gives the same on any machine.
        known: the solution of this problem, or a certificate of another network on it: its bound, which may have taken
            a long search, holds for this network too and is not proven again.

    Raises ValueError when the network does not fit the problem, dual is not n finite numbers, or known is a solution of
    another problem.

    >>> from landscape import Network, Problem, certify
    >>> problem = Problem(X=[[-1.0], [1.0]], y=[1.0, 2.0], second_layer="ones")
    >>> caught = certify(problem, Network(W=[[1.5, 0.5]], alpha=[1.0, 1.0]))
    >>> caught.value, caught.lower_bound, caught.missing.tolist()
    (1.0, 0.0, [-1.0])
    """
    check_fits(problem, network)
    _check_dual(dual)
    allowed = as_budget(budget, Budget(nodes=NODES))
    residual = exact_residual(problem, network)
    value = objective(problem, network, residual)
    if problem.has_output_bias:
        residual = exact_residual(problem, with_best_bias(problem, network))
    residual = dual_vector(problem, residual)
    candidates = [as_dual(problem, residual)]
    proven = None if known is None else proven_before(problem, known)
    if dual is None and proven is not None:
        dual = proven.dual
    if dual is not None:
        dual = finite_array(dual, "dual", 1)
        if len(dual) != problem.n:
            raise ValueError(f"dual must have one entry for each of the {problem.n} samples, but has {len(dual)}.")
        candidates.append(as_dual(problem, dual))

    space = geometry(problem.X, quick=problem.lam > 0) if space is None else space
    if space.cut is None and problem.lam > 0:
        if proven is not None:
            return _beside(problem, value, space, candidates[0], proven)
        search = DualSearch(problem, space, *candidates, relaxed=allowed.nodes > 0)
        narrowed(search, value, allowed)
        return certificate_of(search, value)
    strongest = _support(problem, space, candidates[0])
    complete = space.cut is not None
    witness: np.ndarray | None = None
    if problem.second_layer == "ones":
        least = bound_with_ones(problem.X, problem.y, candidates)
        complete, bound = least is not None, least or 0.0
    elif problem.lam == 0 and problem.loss == "logistic":
        complete, bound = False, 0.0
    elif problem.lam == 0:
        left = unreachable(problem)
        complete, bound, witness = (False, 0.0, None) if left is None else (True, left.least, left.z)
    else:
        supports = [strongest, *(_support(problem, space, z) for z in candidates[1:])]
        largest = [support.value + (support.error if complete else 0.0) for support in supports]
        bounds = [bound_of(problem, z, most) for z, most in zip(candidates, largest, strict=True)]
        best = int(np.argmax(bounds))
        bound, witness = bounds[best], feasible_dual(problem, candidates[best], largest[best])
        if complete and PROVEN * unit(problem, bound) < value - bound <= NEARLY * unit(problem, bound):
            z = as_dual(problem, _tightened(problem, network, residual))
            found = _support(problem, space, z)
            tighter = bound_of(problem, z, found.value + found.error)
            if tighter > bound:
                bound, witness = tighter, feasible_dual(problem, z, found.value + found.error)
    if proven is not None and complete and proven.lower_bound > bound:
        bound, witness = proven.lower_bound, proven.dual
    if complete:
        bound = min(bound, value)
    # Without a bound from the dual one is left, 0: it is said where it closes the gap.
    # No logistic loss is below it.
    positive = problem.loss == "logistic" or is_proven(problem, 0.0, value)
    lower = bound if complete else 0.0 if positive else -np.inf
    none_missing = value - lower <= NO_GAP * zero_loss(problem)
    none_missing = none_missing or strongest.value - problem.lam <= (strongest.error if complete else 0.0)
    return Certificate(
        value=value,
        lower_bound=lower,
        gap=value - lower,
        complete=complete,
        closed=is_attained(problem) and is_proven(problem, lower, value),
        missing=None if none_missing else strongest.u,
        missing_sign=0.0 if none_missing else strongest.sign,
        missing_pattern=None if none_missing else problem.X @ strongest.u > 0,
        estimate=bound,
        dual=witness if complete else None,
    )


def proven_before(problem: Problem, known: Certificate | Solved) -> Certificate:
    """Return the certificate of a solution of this very problem, or the one that is given."""
    if isinstance(known, Certificate):
        return known
    if not isinstance(known, Solved):
        raise ValueError(
            f"known must be what solve_convex returns for this problem, or its certificate, but was a "
            f"{type(known).__name__}."
        )
    if not same_problem(problem, known.problem):
        raise ValueError("known must be the solution of this problem, but is that of another.")
    return known.certificate


def _check_dual(dual: object) -> None:
    """Raise ValueError where a certificate, or what has one, is passed for its dual vector."""
    found = getattr(dual, "certificate", dual)
    if isinstance(found, Certificate):
        raise ValueError(
            f"dual must be n numbers, but was a {type(dual).__name__}: pass it as known=, or its dual vector alone."
        )


def _beside(problem: Problem, value: float, space: Geometry, residual: np.ndarray, known: Certificate) -> Certificate:
    """Certify a network's objective by a bound that is known; its residual (n,) tells what it is missing."""
    search = support_search(space, residual)
    own = bound_of(problem, residual, search.upper)
    if own > known.lower_bound:
        witness = feasible_dual(problem, residual, search.upper)
        return _certificate(problem, space, value, residual, own, witness, search.best)
    return _certificate(problem, space, value, residual, known.lower_bound, known.dual, search.best)


def certificate_of(search: DualSearch, value: float) -> Certificate:
    """Return what a search has proven about the network that it follows, given its objective."""
    return _certificate(
        search.problem, search.space, value, search.residual, search.lower, search.witness, search.missing
    )


def _certificate(
    problem: Problem,
    space: Geometry,
    value: float,
    residual: np.ndarray,
    lower: float,
    witness: np.ndarray | None,
    strongest: Support,
) -> Certificate:
    lower = min(lower, value)
    closed = is_attained(problem) and is_proven(problem, lower, value)
    is_missing = not closed and strongest.value > problem.lam
    u = space.basis @ strongest.u
    return Certificate(
        value=value,
        lower_bound=lower,
        gap=value - lower,
        complete=False,
        closed=closed,
        missing=u if is_missing else None,
        missing_sign=strongest.sign if is_missing else 0.0,
        missing_pattern=problem.X @ u > 0 if is_missing else None,
        estimate=max(lower, bound_of(problem, residual, strongest.value)),
        dual=witness,
    )


def _tightened(problem: Problem, network: Network, residual: np.ndarray) -> np.ndarray:
    """Return the residual (n,) changed as little as makes zᵀ relu(X u) = ±λ at every neuron u of the network.

    At an optimum it is so, and with an output bias b of a penalty p it sums to p b. Where λ is tiny the residual is
    too, and is lost in the rounding of large outputs that cancel; their directions are not.
    """
    weights = network.W * np.abs(network.alpha)
    length = np.hypot.reduce(weights, axis=0)
    held = length > 0
    tight = np.sign(network.alpha[held]) * np.maximum(problem.X @ (weights[:, held] / length[held]), 0.0)
    size = np.linalg.norm(tight, axis=0)
    tight, wanted = tight[:, size > 0] / size[size > 0], problem.lam / size[size > 0]
    if problem.has_output_bias:
        root = np.sqrt(problem.n)
        tight = np.column_stack([tight, np.full(problem.n, 1.0 / root)])
        wanted = np.append(wanted, problem.bias_penalty * with_best_bias(problem, network).bias / root)
    tightened: np.ndarray = residual + np.linalg.lstsq(tight.T, wanted - tight.T @ residual, rcond=None)[0]
    return tightened


def _support(problem: Problem, space: Geometry, z: np.ndarray) -> Support:
    signed = problem.second_layer == "ones"
    found = exact_support(space, z, signed=signed)
    return sampled_support(problem.X, z, signed=signed) if found is None else found
