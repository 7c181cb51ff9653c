"""Solving a problem of any size in a bounded time: with a bound that is searched for, or one of 0 for large data."""

from __future__ import annotations

import time
from functools import cache, partial
from math import inf

import numpy as np

from landscape.convex.budget import Budget
from landscape.convex.certificate import Certificate
from landscape.convex.logistic import strategies as logistic
from landscape.convex.solver.atoms import Atoms
from landscape.convex.solver.by_training import NARROWEST
from landscape.convex.solver.climbing import ENTRIES
from landscape.convex.solver.strategies import by_training
from landscape.convex.twin import TRAINED, ConvexSolution, solution_of, solve_convex
from landscape.geometry.lambda_max import lambda_max, without_rounding, zero_support
from landscape.geometry.support import Geometry, geometry, sampled_support, spanned
from landscape.model.network import Network, objective
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

STEPS = 1000
"""Steps of training that no clock ends: a wide network to where it stays, a wider one, and exact steps of some."""

FEWER = 300
"""The same for a network that is scored by cross-validation: more change no score that matters."""

WORK = 1e10
"""Multiplications that these steps take at most, as long as they are no fewer than ``FEWEST``: some seconds."""

FEWEST = 50
"""Steps of training of the largest data."""


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

    support_at = cache(partial(zero_support, problem, space))
    end = max(support_at(0.0), support_at(LARGEST))
    if support_at(end) >= end:
        return end
    return float(brentq(lambda lam: support_at(lam) - lam, 0.0, end, xtol=NEAR**2 * end, rtol=NEAR))


def trained(problem: Problem, steps: int, near: Network | None = None) -> Network:
    """Return a good network, λ > 0, after so much work as depends on the data alone, and never on a clock.

    It is the optimum where the cells are few. Elsewhere it is trained for so many steps, fewer for large data, from
    ``near`` on where that is given.
    """
    space = _space(problem)
    if space.cut is not None:
        return solve_convex(problem).network
    return _by_training(problem, space, steps, near)


def solved(problem: Problem, budget: Budget) -> tuple[ConvexSolution, bool]:
    """Return a solution with a finite gap, λ > 0, within about the budget's seconds and a few; and if these ended it.

    As ``solve_convex``, but however few the seconds are a network is trained; where the data are large it is made exact
    on the faces of its cells, and all that is proven is that no loss is below 0.
    """
    space = _space(problem)
    if space.cut is not None:
        return solve_convex(problem, budget=budget), False
    network = _by_training(problem, space, STEPS)
    if is_searched(problem):
        found, late = _unproven(problem, space, network), True
        if budget.nodes:
            found, late = _searched(problem, found, budget.left, budget.nodes)
        if late:  # training is given a share of the seconds: without nodes they are all for training
            found, late = _searched(problem, found, budget.left / TRAINED, 0)
        return found, late or budget.left <= 0.0
    training = logistic.by_training if problem.loss == "logistic" else by_training
    atoms = training(
        problem, space, np.random.default_rng(0), seconds=budget.left, halted=budget.halted, start=_atoms_of(network)
    )
    return _unproven(problem, space, atoms.network(problem)), budget.left <= 0.0


def _searched(problem: Problem, near: ConvexSolution, seconds: float, nodes: float) -> tuple[ConvexSolution, bool]:
    """Return a solution no worse than one that is near, and whether its training was ended by its share of the time."""
    watch = _Watch(TRAINED * seconds)
    budget = Budget(seconds=seconds, nodes=nodes, halted=watch.asked, told=watch.told)
    return solve_convex(problem, near=near, budget=budget), watch.late


class _Watch:
    """What sees whether training, which comes before anything is told, is still going on after so many seconds."""

    def __init__(self, seconds: float) -> None:
        self.end, self.late, self.heard = time.monotonic() + seconds, False, False

    def asked(self) -> bool:
        """Look at the clock, and let whoever asks go on."""
        self.late = self.late or (not self.heard and time.monotonic() >= self.end)
        return False

    def told(self, value: float, lower_bound: float) -> None:
        """Hear of a first bound: training is over."""
        self.heard = True


def _space(problem: Problem) -> Geometry:
    return geometry(problem.X, quick=True) if is_searched(problem) else spanned(problem.X)


def _by_training(problem: Problem, space: Geometry, steps: int, near: Network | None = None) -> Network:
    """Return a network that is trained until it has been asked so often whether to stop, which it is at every step."""
    width = max(2, min(max(NARROWEST, 2 * problem.d), ENTRIES // problem.n))
    left = max(FEWEST, min(steps, int(WORK / (4.0 * problem.n * problem.d * width))))

    def spent() -> bool:
        nonlocal left
        left -= 1
        return left < 0

    training = logistic.by_training if problem.loss == "logistic" else by_training
    start = None if near is None else _atoms_of(near)
    found = training(problem, space, np.random.default_rng(0), seconds=inf, halted=spent, start=start)
    return found.network(problem)


def _atoms_of(network: Network) -> Atoms:
    return Atoms(network.W * np.abs(network.alpha), np.where(network.alpha < 0, -1.0, 1.0)).nonzero()


def _unproven(problem: Problem, space: Geometry, network: Network) -> ConvexSolution:
    """Return a network as a solution of which nothing is proven but that no loss is below 0."""
    value = objective(problem, network)
    nothing = Certificate(value, 0.0, value, False, value == 0.0, None, 0.0, None, 0.0)
    return solution_of(problem, space, network, listed=False, certificate=nothing)
