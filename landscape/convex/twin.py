"""The convex twin (2) of the training problem: solving it, recovering a network, and lifting networks to it."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import Enum
from math import sqrt

import numpy as np

from landscape.convex.budget import Budget, as_budget
from landscape.convex.certificate import Certificate, certificate_of, certify
from landscape.convex.dual_search import DualSearch, narrowed
from landscape.convex.logistic import strategies as logistic
from landscape.convex.solver.atoms import Atoms, distinct, from_blocks, independent, merged
from landscape.convex.solver.strategies import Strategy, by_training, over_patterns, strategies
from landscape.formatting import at_least, counted, written
from landscape.geometry.cells import most_cells
from landscape.geometry.fan import Fan
from landscape.geometry.lambda_max import without_rounding
from landscape.geometry.patterns import Patterns, enumerate_patterns
from landscape.geometry.support import Geometry, exact_support, geometry
from landscape.model.excess import is_rounding
from landscape.model.loss import dual_vector, total_loss
from landscape.model.network import Network, check_fits, objective, residual, with_best_bias
from landscape.model.output_bias import best_bias, zero_dual, zero_loss
from landscape.model.problem import LARGEST, Problem, check_problem, same_problem
from landscape.model.readable import readable

ROUNDING = 1e-12
"""A neuron outside a cone by no more, relative to row and neuron, is on its border."""

SOLVED = 1e-6
"""How far outside its cone an interior-point solver may leave a neuron."""

TRAINED = 0.3
"""Share of what is left of a budget that training may take at a time; the rest is for the proof."""

SHORT = 1e-3
"""Length of a neuron that is added, in the units of the network's weights: training finds the right one."""

SECONDS = 10.0
"""What a solution without a budget takes at most where the patterns are too many to visit."""

LISTED = 2000
"""Beyond this many cones a solution lists only the patterns in use."""

LISTED_ROWS = 150_000
"""Rows of all cones together up to which a model over all patterns is solved in seconds."""


class Status(Enum):
    """How solving (2) ended; the text is the sentence a visitor reads.

    The class is that of the ``Problem``: two layers, its output bias or none, its loss and penalty.
    """

    OPTIMAL = "Proven optimal: no network of this class does better, of any width."
    ZERO = "The regularisation is so strong that the zero network is optimal."
    INACCURATE = "Solved, but only to the accuracy that the gap states."
    BOUNDED = "The best network found. There are too many patterns to visit: the optimum lies at most the gap below it."
    UNPROVEN = "Solved, but there are too many patterns to visit for a proof."
    RESTRICTED = "Solved over some of the patterns; over all of them the optimum may lie lower."

    @property
    def sentence(self) -> str:
        """The text of the outcome."""
        return self.value


@dataclass(frozen=True, eq=False)
class ConvexSolution:
    """A solution of problem (2), min ‖Σ D_i X (u_i − v_i) − y‖² + 2λ Σ (‖u_i‖ + ‖v_i‖) over the cones of the patterns.

    With the logistic loss that of Σ D_i X (u_i − v_i) stands in place of the squared error. With an output bias b, that
    of ``network``, the fit is so much larger; where b is penalised, λ b² is added.

    Arguments
        value: the objective of (2) at U, V, in units of y²; the optimum only where ``certificate.closed``. For λ = 0
            that of the network, whose weights may be so large that the blocks, its products rounded, compute something
            else.
        U, V: (d, P) one block a pattern.
        patterns: the patterns of the blocks; where ``patterns.complete`` is False, those given, or only those in use.
        network: the recovered network, whose objective (1) is the value.
        status: how far the solution is proven.
        problem: the problem solved.
        certificate: what is proven about the network.
    """

    value: float
    U: np.ndarray
    V: np.ndarray
    patterns: Patterns
    network: Network
    status: Status
    problem: Problem
    certificate: Certificate

    __repr__ = readable

    def _said(self) -> str:
        certificate = self.certificate
        bound = certificate.lower_bound
        known = f"lower bound {at_least(bound, 6)}" if np.isfinite(bound) else "no lower bound"
        found = f"value {written(self.value, 6)}, {known}, {counted(self.network.m, 'neuron')}"
        return f"{found}. {self.status.sentence}"


def solve_convex(
    problem: Problem,
    patterns: Patterns | None = None,
    *,
    near: ConvexSolution | None = None,
    budget: Budget | float | None = None,
    shown: Callable[[Callable[[], ConvexSolution]], None] | None = None,
) -> ConvexSolution:
    """Solve the convex twin (2) of a problem (Pilanci & Ergen, 2020), over all patterns or over those given.

    One feature has a closed form; with alpha = 1 problem (2) has no norm and needs U alone; λ = 0 means the least norm
    among the best fits, the limit λ → 0. Over all patterns none are listed: the neurons are added at which the support
    function of the residual exceeds λ. ``certify`` bounds every solution before it is called optimal; where the bound
    is not tight the next strategy is tried. ``near`` is a solution of a nearby problem (a point moved, another λ) to
    start from. Where visiting every pattern takes longer, for λ > 0, wide networks are trained and made exact, and a
    bound is searched for, until the gap is closed or the ``budget``, or its number of seconds, is spent (``SECONDS``
    without one). A search goes on from a solution of the same problem: its network, and the bound that is proven
    already. With a budget no model over all patterns is solved, the last resort where the others end unproven, that
    would take longer than seconds. ``shown`` is called after each time that the budget is told something, with a
    function that returns the solution so far. What is found is compared with the networks of the problem's class: two
    layers, any width, its output bias or none.

    Raises ValueError when the patterns do not belong to the samples, or are too many to visit.

    >>> from landscape import Problem, objective, solve_convex
    >>> problem = Problem(X=[[-1.0], [1.0]], y=[1.0, 2.0], lam=0.1)
    >>> solution = solve_convex(problem)
    >>> solution.status.name, round(solution.value, 6)
    ('OPTIMAL', 0.58)
    >>> round(objective(problem, solution.network), 6)
    0.58
    """
    check_problem(problem)
    allowed = as_budget(budget, Budget(seconds=SECONDS))
    if patterns is not None and patterns.D.shape[1] != problem.n:
        raise ValueError(f"patterns must have one column a sample, {problem.n}, but have {patterns.D.shape[1]}.")
    is_logistic = problem.loss == "logistic"
    if is_logistic:
        logistic.check_attained(problem)
    start = None if near is None or len(near.U) != problem.d else from_blocks(near.U, near.V)
    space = geometry(problem.X, quick=problem.lam > 0)
    if patterns is None and space.cut is None and problem.lam > 0:
        known = near.certificate if near is not None and same_problem(near.problem, problem) else None
        return _in_any_dimension(problem, space, start, allowed, known, shown)
    tries: Sequence[Strategy]
    if patterns is None:
        listing = budget is None or most_cells(problem.n, space.X.shape[1]) * problem.n <= LISTED_ROWS
        tries = (logistic.strategies if is_logistic else strategies)(problem, space, start, listing=listing)
    else:
        # An interior-point solver leaves noise in place of the zero network.
        z = zero_dual(problem)
        at_zero = exact_support(space, z) if problem.lam > 0 else None
        if at_zero is not None and problem.lam >= without_rounding(problem, z, at_zero.value):
            return solution_of(problem, space, Atoms.none(problem.d), patterns)
        given = patterns.D
        tries = [lambda: (logistic.over_patterns if is_logistic else over_patterns)(problem, given)]
    return _first_proven(problem, space, tries, patterns)


def solve_over_cells(problem: Problem, near: ConvexSolution) -> ConvexSolution:
    """Solve (2) by visiting every pattern, however long that takes, from a solution of the problem or a nearby one.

    Raises ValueError where the patterns are too many to visit.
    """
    space = geometry(problem.X)
    if space.cut is None:
        raise ValueError(f"X must have few enough patterns to visit, but has shape {problem.X.shape}.")
    listed = logistic.strategies if problem.loss == "logistic" else strategies
    return _first_proven(problem, space, listed(problem, space, from_blocks(near.U, near.V)), None)


def _first_proven(
    problem: Problem, space: Geometry, tries: Sequence[Strategy], patterns: Patterns | None
) -> ConvexSolution:
    """Return the first solution that is proven optimal, or the best where none is."""
    best: ConvexSolution | None = None
    for attempt in tries:
        with np.errstate(all="ignore"):  # what a solver loses to overflow, its certificate shows
            attained = attempt()
        if attained is None or not _representable(problem, attained):
            continue
        found = solution_of(problem, space, attained, patterns)
        if best is None or found.value < best.value:
            best = found
        if best.certificate.closed:
            break
    if best is None or not best.value <= zero_loss(problem):
        return solution_of(problem, space, Atoms.none(problem.d), patterns)
    return best


def _in_any_dimension(
    problem: Problem,
    space: Geometry,
    start: Atoms | None,
    budget: Budget,
    known: Certificate | None = None,
    shown: Callable[[Callable[[], ConvexSolution]], None] | None = None,
) -> ConvexSolution:
    """Return the best network found where the patterns are too many to visit, and the bound proven meanwhile.

    What the search for the bound finds missing is added, as long as that lowers the objective. ``known`` is the
    certificate of another network on this problem, whose bound need not be proven again.
    """
    rng = np.random.default_rng(0)
    training = logistic.by_training if problem.loss == "logistic" else by_training

    def trained(seconds: float, start: Atoms | None) -> Network:
        found = training(problem, space, rng, seconds=seconds, halted=budget.halted, start=start)
        return _lean(problem, found).network(problem)

    def so_far() -> ConvexSolution:
        certificate = certificate_of(search, value)
        return solution_of(problem, space, network, listed=False, certificate=certificate)

    def told(value: float, lower_bound: float) -> None:
        budget.told(value, lower_bound)
        if shown is not None:
            shown(so_far)

    network = trained(TRAINED * budget.left, start)
    z = residual(problem, network)
    value = objective(problem, network, z)
    search = DualSearch(problem, space, dual_vector(problem, z), relaxed=budget.nodes > 0)
    if known is not None and known.dual is not None:
        search.keep(known.lower_bound, known.dual)
    heard = budget.telling(told)
    narrowed(search, value, heard, stop_at_missing=True)
    while search.lacks and budget.left > 0 and search.nodes < budget.nodes:
        u = space.basis @ search.missing.u
        wider = _atoms_of(network)
        wider = Atoms(np.column_stack([wider.vectors, SHORT * u]), np.append(wider.sign, search.missing.sign))
        better = trained(TRAINED * budget.left, wider)
        left = residual(problem, better)
        if not objective(problem, better, left) < value * (1.0 - ROUNDING):
            break
        network, z = better, left
        value = objective(problem, network, z)
        search.follow(dual_vector(problem, z))
        narrowed(search, value, heard, stop_at_missing=True)
    narrowed(search, value, heard)
    return so_far()


def _atoms_of(network: Network) -> Atoms:
    return Atoms(network.W * np.abs(network.alpha), np.where(network.alpha < 0, -1.0, 1.0)).nonzero()


def _representable(problem: Problem, found: Atoms | Network) -> bool:
    """Return whether the weights of atoms are numbers that a network may have."""
    if isinstance(found, Network) or found.count == 0:
        return True
    longest = float(np.max(found.norms))
    return longest <= LARGEST if problem.second_layer == "ones" else sqrt(longest) <= LARGEST / 2


def solution_of(
    problem: Problem,
    space: Geometry,
    found: Atoms | Network,
    patterns: Patterns | None = None,
    *,
    listed: bool = True,
    certificate: Certificate | None = None,
) -> ConvexSolution:
    """Return atoms, or a network that is not to be touched, as a solution with its certificate.

    The certificate is over the cells of ``space``, or over samples where it has none. ``patterns`` are those that the
    solver was given, or None where it was free to use any; then those in use alone are listed unless ``listed``, for
    few patterns of many features take long to list.
    """
    if isinstance(found, Network):
        network, atoms = with_best_bias(problem, found), _atoms_of(found)
    else:
        atoms = _lean(problem, found)
        network = atoms.network(problem)
    certificate = certify(problem, network, space=space) if certificate is None else certificate
    given = patterns is not None
    if patterns is None:
        patterns, U, V = _blocks(problem, space, atoms, listed=listed)
    else:
        U, V = _lifted(network, problem, patterns, SOLVED)
    value = convex_objective(problem, U, V, patterns) if problem.lam > 0 else certificate.value
    if certificate.closed:
        status = Status.ZERO if atoms.count == 0 and problem.lam > 0 else Status.OPTIMAL
    elif given:
        status = Status.INACCURATE if patterns.complete and certificate.complete else Status.RESTRICTED
    else:
        bounded = np.isfinite(certificate.lower_bound)
        status = Status.INACCURATE if certificate.complete else Status.BOUNDED if bounded else Status.UNPROVEN
    return ConvexSolution(value, U, V, patterns, network, status, problem, certificate)


def _lean(problem: Problem, atoms: Atoms) -> Atoms:
    """Return atoms merged and pruned as far as that costs nothing, or none where the zero network is better.

    Where features are far smaller than a bias, neurons that differ much are close in direction.
    """
    lean = independent(problem, merged(atoms))
    options = [lean] if lean is atoms else [lean, independent(problem, atoms), atoms]
    options = [option for option in options if _representable(problem, option)]  # a sum of weights may not be
    values = [objective(problem, option.network(problem)) for option in options]
    if not options or (problem.lam > 0 and not min(values) <= zero_loss(problem)):
        return Atoms.none(problem.d)
    fits = (o for o, v in zip(options, values, strict=True) if is_rounding(problem, v - min(values)))
    return next(fits, options[0])


def _blocks(
    problem: Problem, space: Geometry, atoms: Atoms, *, listed: bool
) -> tuple[Patterns, np.ndarray, np.ndarray]:
    """Return the patterns, all of them where they are few, and the atoms as blocks of their cones."""
    if isinstance(space.cut, Fan):
        cones = space.cut
        block = cones.cone[cones.sectors_of(space.basis.T @ atoms.vectors)]
        shown = np.arange(cones.cones)
        if cones.cones > LISTED:
            shown = np.unique(np.append(block, 0))
            block = np.searchsorted(shown, block)
        patterns = Patterns(cones.active(cones.first_sector()[shown]), complete=len(shown) == cones.cones)
    else:
        if listed and most_cells(problem.n, space.X.shape[1]) <= LISTED:
            patterns = enumerate_patterns(problem.X)
            with contextlib.suppress(ValueError):  # a cone too narrow to be listed holds a neuron
                return patterns, *lift(atoms.network(problem), problem, patterns)
        length = np.linalg.norm(problem.X, axis=1)[:, None]
        D = (problem.X @ atoms.vectors > 1e-12 * length * atoms.norms) | (length == 0)
        D = D.T if atoms.count else np.ones((1, problem.n), dtype=bool)
        used, block = np.unique(D, axis=0, return_inverse=True)
        patterns, block = Patterns(used, complete=False), block[: atoms.count]
    blocks = np.zeros((2, len(patterns), problem.d))
    np.add.at(blocks, ((atoms.sign < 0).astype(int), block), atoms.vectors.T)
    return patterns, blocks[0].T, blocks[1].T


def convex_objective(problem: Problem, U: np.ndarray, V: np.ndarray, patterns: Patterns) -> float:
    """Return problem (2) at blocks U, V (d, P): squared error plus 2λ Σ (‖u_i‖ + ‖v_i‖), in units of y².

    With the logistic loss that in place of the squared error. An output bias is the best for them; a penalised one, b,
    adds λ b².
    """
    check_problem(problem)
    used = ((U != 0) | (V != 0)).any(axis=0).nonzero()[0]
    U, V = U[:, used], V[:, used]
    misfit = problem.y - (patterns.D[used].T * (problem.X @ (U - V))).sum(axis=1)
    norms = 2.0 * (np.hypot.reduce(U, axis=0).sum() + np.hypot.reduce(V, axis=0).sum())
    if problem.has_output_bias:
        bias = best_bias(problem, misfit)
        misfit, norms = misfit - bias, norms + (bias**2 if problem.output_bias == "penalised" else 0.0)
    return total_loss(problem, misfit) + float(problem.lam * norms)


def recover(solution: ConvexSolution) -> Network:
    """Return a network of at most n + 1 neurons whose objective (1) is the value of a solution of (2).

    Each u_i gives the neuron (u_i/√‖u_i‖, √‖u_i‖), each v_i gives (v_i/√‖v_i‖, −√‖v_i‖); with alpha = 1, w = u_i.
    Negligible blocks are dropped, equal directions of equal sign merged, and linearly dependent neurons pruned along
    their null vector, which raises neither error nor norm (Mishkin & Pilanci, 2023). No block left: one neuron, w = 0.

    >>> from landscape import Problem, objective, recover, solve_convex
    >>> problem = Problem(X=[[-1.0], [1.0]], y=[1.0, 2.0], lam=0.1)
    >>> network = recover(solve_convex(problem))
    >>> network.m, round(objective(problem, network), 6)
    (2, 0.58)
    """
    problem = solution.problem
    few = from_blocks(solution.U, solution.V)
    assert few is not None
    lean = independent(problem, distinct(problem, few)).network(problem)
    # An interior-point solver leaves every block slightly non-zero; an exact fit may need a block just as small.
    if is_rounding(problem, objective(problem, lean) - solution.value):
        return lean
    every = from_blocks(solution.U, solution.V, ROUNDING)
    assert every is not None
    whole = independent(problem, distinct(problem, every)).network(problem)
    return min(lean, whole, solution.network, key=lambda network: objective(problem, network))


def lift(network: Network, problem: Problem, patterns: Patterns) -> tuple[np.ndarray, np.ndarray]:
    """Return blocks U, V (d, P) with the network's predictions and an objective (2) at most its objective (1).

    |α_j| w_j is added to the block of a cone whose closure holds w_j. Raises ValueError when the network does not fit
    the problem, or a neuron lies in no cone of the patterns.

    >>> from landscape import Network, Problem, convex_objective, enumerate_patterns, lift
    >>> problem = Problem(X=[[-1.0], [1.0]], y=[1.0, 2.0], lam=0.1)
    >>> patterns = enumerate_patterns(problem.X)
    >>> U, V = lift(Network(W=[[2.0, -1.0]], alpha=[1.0, 1.0]), problem, patterns)
    >>> round(convex_objective(problem, U, V, patterns), 6)  # the network itself costs 0.7: its neurons are unbalanced
    0.6
    """
    return _lifted(network, problem, patterns, ROUNDING)


def _lifted(network: Network, problem: Problem, patterns: Patterns, tolerance: float) -> tuple[np.ndarray, np.ndarray]:
    """Lift neurons that may be outside their cone by a tolerance, relative to row and neuron: a solver's accuracy."""
    check_fits(problem, network)
    blocks = np.zeros((2, problem.d, len(patterns)))
    length = np.linalg.norm(problem.X, axis=1)
    for j, (w, alpha) in enumerate(zip((network.W * np.abs(network.alpha)).T, network.alpha, strict=True)):
        size = float(np.hypot.reduce(w))
        if size == 0:
            continue
        pre = np.divide(problem.X @ w, length * size, out=np.zeros(problem.n), where=length > 0)
        outside = np.max(np.where((pre > 0) == patterns.D, 0.0, np.abs(pre)), axis=1)
        block = int(np.argmin(outside))
        if outside[block] > tolerance:
            raise ValueError(f"patterns must hold a cone of every neuron, but hold none of neuron {j} of W.")
        blocks[int(alpha < 0), :, block] += w
    return blocks[0], blocks[1]
