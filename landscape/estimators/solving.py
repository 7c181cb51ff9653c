"""Solving a problem of any size in a bounded time: with a bound that is searched for, or one of 0 for large data."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import numpy as np

from landscape.convex.budget import Budget
from landscape.convex.certificate import Certificate
from landscape.convex.logistic import strategies as logistic
from landscape.convex.solver.strategies import by_training
from landscape.convex.twin import ConvexSolution, solution_of, solve_convex
from landscape.geometry.lambda_max import lambda_max, without_rounding
from landscape.geometry.search import largest_support
from landscape.geometry.support import Geometry, geometry, sampled_support, spanned
from landscape.model.network import objective
from landscape.model.output_bias import zero_dual
from landscape.model.problem import LARGEST, Problem

MOST_SAMPLES = 50_000
"""Up to so many samples of one feature and a bias are solved exactly, in some seconds."""

MOST_SQUARES = 5_000_000
"""Up to so many products of two columns, n (d + 1)², a bound is searched for: it keeps them all in memory."""


DRAWN = 30_000_000
"""Outputs of drawn neurons from which λ_max of larger data is estimated: a second's work."""


NEAR = 1e-3
"""How closely λ_max is located where each look takes a search, as a share of it: of a share of it no more is wanted."""


def is_searched(problem: Problem) -> bool:
    """Return whether the data are small enough that a bound other than 0 is looked for."""
    return problem.n * problem.d**2 <= MOST_SQUARES and problem.n <= MOST_SAMPLES


def largest_lam(problem: Problem) -> float:
    """Return ``lambda_max``, where the cells are few or the output bias is not penalised.

    Elsewhere a λ at which the zero network's dual vector has the support λ, to ``NEAR`` of it: there may be a larger
    one, which would take many searches to find. For large data the most that any of some neurons has, which may be
    less.
    """
    if not is_searched(problem):
        count = int(np.clip(DRAWN // problem.n, 10, 1000))
        z = zero_dual(problem)
        return without_rounding(problem, z, sampled_support(problem.X, z, count=count).value)
    if problem.output_bias != "penalised":
        return lambda_max(problem)
    space = geometry(problem.X, quick=True)
    return lambda_max(problem) if space.cut is not None else _crossing(problem, space)


def _crossing(problem: Problem, space: Geometry) -> float:
    """Return a λ that is its own support, with a penalised output bias; between a free bias and none it lies."""
    from scipy.optimize import brentq

    @cache
    def support_at(lam: float) -> float:
        at_lam = replace(problem, lam=lam)
        z = zero_dual(at_lam)
        return without_rounding(at_lam, z, largest_support(space, z).value)

    end = max(support_at(0.0), support_at(LARGEST))
    if support_at(end) >= end:
        return end
    return float(brentq(lambda lam: support_at(lam) - lam, 0.0, end, xtol=NEAR**2 * end, rtol=NEAR))


def solved(problem: Problem, budget: Budget, near: ConvexSolution | None = None) -> ConvexSolution:
    """Return a solution with a finite gap, λ > 0, within about the budget's seconds and a few.

    As ``solve_convex``; where the data are large a network is trained and made exact on the faces of its cells, and all
    that is proven is that no loss is below 0.
    """
    if is_searched(problem):
        return solve_convex(problem, near=near, budget=budget)
    space = spanned(problem.X)
    training = logistic.by_training if problem.loss == "logistic" else by_training
    found = training(problem, space, np.random.default_rng(0), seconds=budget.left, halted=budget.halted)
    network = found.network(problem)
    value = objective(problem, network)
    nothing = Certificate(value, 0.0, value, False, value == 0.0, None, 0.0, None, 0.0)
    return solution_of(problem, space, network, listed=False, certificate=nothing)
