"""The solvers of the convex twin over all patterns, in the order they are tried; ``certify`` checks each solution."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from math import sqrt

import numpy as np

from landscape.convex.one_feature import optimal_position
from landscape.convex.solver.atoms import Atoms, basic, from_blocks
from landscape.convex.solver.by_training import solve_by_training
from landscape.convex.solver.cell_columns import over_corners, solve_by_cells
from landscape.convex.solver.cvxpy_model import solve_by_facets, solve_by_rays
from landscape.convex.solver.fan_columns import solve_by_columns
from landscape.convex.solver.interior_point import solve_directly
from landscape.convex.solver.without_penalty import MOST_AT_RANDOM, fits
from landscape.convex.unregularised import out_of_reach, unreachable
from landscape.geometry.fan import Fan
from landscape.geometry.patterns import enumerate_patterns
from landscape.geometry.sphere import Peaks, Sphere, peaks
from landscape.geometry.support import Geometry, peaks_of_cells
from landscape.model.loss import squared_only
from landscape.model.network import Network
from landscape.model.output_bias import best_bias, centred, centred_labels, share_of_mean, zero_loss
from landscape.model.problem import Problem, without_underflow

FEW = 300
"""Up to this many samples the interior-point solver is the fastest where λ is small, and λ = 0 gives the least norm."""

CORNERS = 10_000
"""Up to this many corners of cells the atoms begin as the best ones there alone."""

TINY = 1e-5
"""Where λ is below this share of the longest row times ‖y‖, the optimum has a neuron for nearly every point."""

ROUNDING = 1e-15
"""A neuron whose outputs are below this share of the labels is rounding, as at λ = λ_max."""

Strategy = Callable[[], Atoms | Network | None]
"""A solver that is ready to run; it returns None where it fails."""

Scaled = Callable[[np.ndarray, np.ndarray, float], Atoms | None]
"""A solver of (2) for data X, labels y and λ in units where the rows of X are at most 1 long and ‖y‖ = 1.

With an output bias the labels are ``centred``, and ‖y‖² is the loss of the zero network.
"""


def strategies(problem: Problem, space: Geometry, near: Atoms | None = None, *, listing: bool = True) -> list[Strategy]:
    """Return functions that each try to solve (2), to be tried in turn; ``near`` are atoms of a nearby problem.

    For λ > 0 the geometry has cells; without them, see ``by_training``. Where column generation over cells fails, a
    model over all patterns is the last for λ > 0, if ``listing`` them is allowed.
    """
    squared_only(problem, "strategies")
    if problem.lam == 0 and problem.has_output_bias:
        return strategies(_less_bias(problem), space, near)
    share = share_of_mean(problem.n, problem.bias_penalty)
    if problem.d == 1 or (problem.lam > 0 and space.X.shape[1] == 1):
        return [lambda: _one_feature(problem, space)]
    if problem.lam == 0:
        at_zero: list[Strategy] = [lambda: over_patterns(problem, enumerate_patterns(problem.X).D)]
        hard = problem.second_layer == "ones" and not isinstance(space.cut, Fan)
        hard = hard or (space.cut is None and problem.n > MOST_AT_RANDOM)
        return [*fits(problem, space), *(at_zero if hard else [])]

    def scaled(solve: Scaled) -> Strategy:
        return lambda: _scaled(problem, space, solve)

    assert space.cut is not None
    length, height = _units(problem, space)
    start = None if near is None else Atoms(space.basis.T @ near.vectors * (length / height), near.sign)
    cut = space.cut
    if not isinstance(cut, Fan):

        def by_cells(X: np.ndarray, y: np.ndarray, lam: float) -> Atoms | None:
            first = start
            if first is None and isinstance(cut, Sphere) and len(cut.edges) <= CORNERS:
                first = over_corners(X, y, lam, cut.edges, share)
            return solve_by_cells(X, y, lam, _peaks_of(X, cut), start=first, share=share)

        listed = [lambda: over_patterns(problem, enumerate_patterns(problem.X).D)] if listing else []
        return [scaled(by_cells), *listed]

    def by_rays(X: np.ndarray, y: np.ndarray, lam: float) -> Atoms | None:
        return from_blocks(*solve_by_rays(X, y, lam, cut, share=share))

    by_columns = [
        scaled(lambda X, y, lam: solve_by_columns(X, y, lam, cut, start=start, share=share)),
        scaled(lambda X, y, lam: _sharpened(X, y, lam, cut, solve_directly(X, y, lam, cut, share=share), share)),
    ]
    direct_first = start is None and problem.n <= FEW and problem.lam < TINY * length * height
    return [
        *(by_columns[::-1] if direct_first else by_columns),
        scaled(lambda X, y, lam: _sharpened(X, y, lam, cut, by_rays(X, y, lam), share)),
    ]


def over_patterns(problem: Problem, D: np.ndarray) -> Atoms | None:
    """Solve (2) over given patterns D (P, n) by the reference model."""
    squared_only(problem, "over_patterns")
    ones, share = problem.second_layer == "ones", share_of_mean(problem.n, problem.bias_penalty)
    whole = Geometry.without_cells(problem.X)
    return _scaled(
        problem, whole, lambda X, y, lam: from_blocks(*solve_by_facets(X, y, lam, D, ones=ones, share=share))
    )


def by_training(
    problem: Problem,
    space: Geometry,
    rng: np.random.Generator,
    *,
    seconds: float,
    halted: Callable[[], bool],
    start: Atoms | None = None,
) -> Atoms:
    """Look for atoms of low objective where the patterns are too many to visit, λ > 0, from ``start`` on."""
    squared_only(problem, "by_training")
    length, height = _units(problem, space)
    share = share_of_mean(problem.n, problem.bias_penalty)
    first = None if start is None else Atoms(space.basis.T @ start.vectors * (length / height), start.sign)

    def solve(X: np.ndarray, y: np.ndarray, lam: float) -> Atoms:
        return solve_by_training(X, y, lam, seconds=seconds, halted=halted, rng=rng, start=first, share=share)

    found = _scaled(problem, space, solve)
    return Atoms.none(problem.d) if found is None else found


def _less_bias(problem: Problem) -> Problem:
    """Return a problem with λ = 0 without its output bias, which has been subtracted from the labels.

    With that bias the rest of the network fits all that can be fitted.
    """
    left = unreachable(problem)
    bias = best_bias(problem, problem.y) if left is None else left.bias
    return replace(problem, y=without_underflow(problem.y - bias), output_bias="none")


def _one_feature(problem: Problem, space: Geometry) -> Atoms:
    line = replace(problem, X=without_underflow(space.X))
    slopes = np.array(optimal_position(line))
    if problem.lam > 0:
        length, height = _units(problem, space)
        slopes[np.abs(slopes) <= ROUNDING * height / length] = 0.0
    sign = np.where(slopes * [1.0, -1.0] < 0, -1.0, 1.0)
    return Atoms(space.basis @ (slopes * sign)[None, :], sign).nonzero()


def _peaks_of(X: np.ndarray, cut: Sphere | np.ndarray) -> Callable[[np.ndarray, float], Peaks]:
    if isinstance(cut, Sphere):
        return lambda z, level: peaks(cut, X, z, level=level)
    return lambda z, level: peaks_of_cells(X, z, cut, level=level)


def _sharpened(X: np.ndarray, y: np.ndarray, lam: float, cut: Fan, rough: Atoms | None, share: float) -> Atoms | None:
    """Let column generation start from a vertex next to the solution of an interior-point solver."""
    if rough is None:
        return None
    vertex = basic(X, centred(rough.outputs(X).sum(axis=1), share), rough, share) if rough.count > 1 else None
    return solve_by_columns(X, y, lam, cut, start=rough if vertex is None else vertex[0], share=share)


def _units(problem: Problem, space: Geometry) -> tuple[float, float]:
    """Return the longest row and the size of the labels, 1 where these are 0."""
    longest, height = sqrt((space.X**2).sum(axis=1).max()), sqrt(zero_loss(problem))
    return longest or 1.0, height or 1.0


def _scaled(problem: Problem, space: Geometry, solve: Scaled) -> Atoms | None:
    """Solve with rows of X at most 1 long and ‖y‖ = 1, and scale the atoms back: features may be of size 1e±6."""
    y = centred_labels(problem)
    length, height = _units(problem, space)
    if problem.lam == 0 and problem.second_layer == "trained":
        beyond = out_of_reach(problem.X, y)
        y = y if beyond is None else y - beyond
        height = float(np.linalg.norm(y)) or 1.0
    if not space.X.any() or not y.any():
        return Atoms.none(problem.d)
    atoms = solve(space.X / length, y / height, problem.lam / length / height)
    if atoms is None:
        return None
    kept = atoms.take(atoms.norms > ROUNDING) if problem.lam > 0 else atoms
    return Atoms(space.basis @ kept.vectors * (height / length), kept.sign)
