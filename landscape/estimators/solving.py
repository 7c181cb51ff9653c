"""Solving a problem of any size in a bounded time: with a bound that is searched for, or one of 0 for large data."""

from __future__ import annotations

import numpy as np

from landscape.convex.budget import Budget
from landscape.convex.certificate import Certificate
from landscape.convex.logistic import strategies as logistic
from landscape.convex.solver.strategies import by_training
from landscape.convex.twin import ConvexSolution, solution_of, solve_convex
from landscape.geometry.lambda_max import lambda_max
from landscape.geometry.support import sampled_support, spanned
from landscape.model.network import objective
from landscape.model.output_bias import zero_dual
from landscape.model.problem import Problem

MOST_SAMPLES = 50_000
"""Up to so many samples of one feature and a bias are solved exactly, in some seconds."""

MOST_SQUARES = 5_000_000
"""Up to so many products of two columns, n (d + 1)², a bound is searched for: it keeps them all in memory."""


DRAWN = 30_000_000
"""Outputs of drawn neurons from which λ_max of larger data is estimated: a second's work."""


def is_searched(problem: Problem) -> bool:
    """Return whether the data are small enough that a bound other than 0 is looked for."""
    return problem.n * problem.d**2 <= MOST_SQUARES and problem.n <= MOST_SAMPLES


def largest_lam(problem: Problem) -> float:
    """Return ``lambda_max``; for large data the most that any of some neurons has, which may be less."""
    if is_searched(problem):
        return lambda_max(problem)
    count = int(np.clip(DRAWN // problem.n, 10, 1000))
    return sampled_support(problem.X, zero_dual(problem), count=count).value


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
