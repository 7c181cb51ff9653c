"""The solvers of the convex twin with the logistic loss, in the order they are tried; ``certify`` checks each."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import numpy as np

from landscape.convex.logistic.columns import peaks_over, solve_by_columns
from landscape.convex.logistic.cvxpy_model import solve_by_facets
from landscape.convex.logistic.newton import Target
from landscape.convex.logistic.training import solve_by_training
from landscape.convex.solver.atoms import Atoms, from_blocks
from landscape.geometry.patterns import enumerate_patterns
from landscape.geometry.support import Geometry
from landscape.model.output_bias import one_class
from landscape.model.problem import Problem

ROUNDING = 1e-15
"""A neuron whose outputs are below this share of a margin of 1 is rounding, as at λ = λ_max."""

Scaled = Callable[[np.ndarray, Target], Atoms | None]
"""A solver of (2) in units where the rows of X are at most 1 long."""


def check_attained(problem: Problem) -> None:
    """Raise ValueError where no network attains the infimum of the logistic loss, or it is not known whether one does.

    Without regularisation the loss of labels that networks separate falls towards 0 as the weights grow; so it does
    with a free output bias where all labels are of one class.
    """
    if problem.lam == 0:
        raise ValueError(
            "lam must be positive when loss is 'logistic', but was 0: where a network separates the classes, the loss "
            "falls towards 0 as its weights grow, and no network attains that."
        )
    if one_class(problem):
        raise ValueError(
            "y must hold both classes when loss is 'logistic' and output_bias is 'free', but holds only "
            f"{problem.y[0]:g}: the loss falls towards 0 as the bias grows, and no network attains that."
        )


def strategies(
    problem: Problem, space: Geometry, near: Atoms | None = None, *, listing: bool = True
) -> list[Callable[[], Atoms | None]]:
    """Return functions that each try to solve (2), to be tried in turn; ``near`` are atoms of a nearby problem.

    A model over all patterns is the last, if ``listing`` them is allowed.
    """
    cut = space.cut
    assert cut is not None
    starts = [near, None] if near is not None else [None]

    def by_columns(start: Atoms | None) -> Atoms | None:
        first = None if start is None else Atoms(space.basis.T @ start.vectors * _longest(space), start.sign)
        return _scaled(problem, space, lambda X, target: solve_by_columns(X, target, peaks_over(X, cut), start=first))

    listed = [lambda: over_patterns(problem, enumerate_patterns(problem.X).D)] if listing else []
    return [*(partial(by_columns, start) for start in starts), *listed]


def over_patterns(problem: Problem, D: np.ndarray) -> Atoms | None:
    """Solve (2) over given patterns D (P, n) by the reference model."""
    whole = Geometry.without_cells(problem.X)
    return _scaled(problem, whole, lambda X, target: from_blocks(*solve_by_facets(X, target, D)))


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
    first = None if start is None else Atoms(space.basis.T @ start.vectors * _longest(space), start.sign)

    def solve(X: np.ndarray, target: Target) -> Atoms:
        return solve_by_training(X, target, seconds=seconds, halted=halted, rng=rng, start=first)

    found = _scaled(problem, space, solve)
    return Atoms.none(problem.d) if found is None else found


def _longest(space: Geometry) -> float:
    """Return the length of the longest row, 1 where it is 0."""
    return float(np.sqrt((space.X**2).sum(axis=1).max())) or 1.0


def _scaled(problem: Problem, space: Geometry, solve: Scaled) -> Atoms | None:
    """Solve with rows of X at most 1 long, and scale the atoms back."""
    if not space.X.any():
        return Atoms.none(problem.d)
    length = _longest(space)
    penalty = problem.bias_penalty
    atoms = solve(space.X / length, Target(problem.y, problem.lam / length, penalty))
    if atoms is None:
        return None
    kept = atoms.take(atoms.norms > ROUNDING)
    return Atoms(space.basis @ kept.vectors / length, kept.sign)
