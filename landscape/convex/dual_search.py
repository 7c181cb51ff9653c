"""A lower bound of the optimum that rises with time, in any dimension: the search for a dual vector and its support."""

from __future__ import annotations

import time

import numpy as np

from landscape.convex.budget import Budget
from landscape.convex.dual import as_dual, bound_of, feasible_dual, wanted_support
from landscape.convex.relaxation import is_small, relaxed_dual
from landscape.geometry.search import BY_CONES, Search, support_search
from landscape.geometry.support import Geometry, Support
from landscape.model.excess import is_proven
from landscape.model.problem import Problem

TOUCHED = 1e-8
"""A support above λ by no more than this share of it is low enough: the bound loses as little."""

LACKING = 1e-7
"""A neuron that has more than λ by this share of it is missing."""

NEARER = 0.75
"""By so much of what is left of the way to the residual the next dual vector is nearer to it."""

LATE = 0.95
"""Beyond this share of the way to the residual the next dual vector is the residual itself."""

SLICE = 0.1
"""Seconds between two looks at what has been reached."""

NODES = 64
"""Nodes that are bounded at least in a slice."""


class DualSearch:
    """The search for a proof that no network is better than one of a residual z, for λ > 0 and a trained second layer.

    The bound of a dual vector takes its support from above. That of the residual itself would close the gap, but is
    hard to bound: λ is reached at every neuron. The relaxation's dual vector is easy to bound and leaves a gap. So the
    search begins between the two, and moves towards the residual whenever the support has come down to λ.

    Attributes
        problem, space: as given; residual: (n,) of the network that it follows, as a dual vector.
        lower: proven: no network is below it.
        witness: (n,) the dual vector that proves it, feasible as it stands.
        missing: the best neuron found for the network's residual: where it has more than λ, adding it lowers the
            objective.
    """

    def __init__(
        self, problem: Problem, space: Geometry, residual: np.ndarray, *others: np.ndarray, relaxed: bool = True
    ) -> None:
        """Bound the supports of the residual, of others, all (n,), and where ``relaxed`` of a relaxation's vector.

        Of the residual and the others, that is moved towards whose bound would be the best if no neuron had more than
        the best found.
        """
        self.problem, self.space = problem, space
        self.lower, self.witness = 0.0, np.zeros(problem.n)
        self.nodes = 0
        residual = as_dual(problem, residual)
        self.residual, self._target, self._share, self._ended = residual, residual, 1.0, False
        self._search = self._begun(residual)
        self._missing = self._search.best
        hoped = self._hoped(residual, self._search)
        for other in others:
            z = as_dual(problem, other)
            search = self._begun(z)
            if self._hoped(z, search) > hoped:
                self._target, self._search, hoped = z, search, self._hoped(z, search)
        by_signs = space.X.shape[1] > BY_CONES  # cones bound the residual itself as easily
        relaxed = relaxed and by_signs and problem.loss == "squared"  # for the logistic loss it gained nothing
        begin = relaxed_dual(problem) if relaxed and is_small(problem) else None
        self._relaxed = None if begin is None else as_dual(problem, begin)
        if self._relaxed is not None:
            self._begun(self._relaxed)
            self._share = 0.5
            self._search = self._begun(self._dual)

    @property
    def missing(self) -> Support:
        """The best neuron found for the network's residual."""
        return self._missing

    @property
    def lacks(self) -> bool:
        """Whether the neuron ``missing`` would lower the objective by more than rounding."""
        return self._missing.value > self.problem.lam * (1.0 + LACKING)

    @property
    def done(self) -> bool:
        """Whether all that can be proven here is, or there is no memory to go on."""
        return self._share == 1.0 and self._ended

    @property
    def _dual(self) -> np.ndarray:
        if self._relaxed is None:
            return self._target
        return as_dual(self.problem, (1.0 - self._share) * self._relaxed + self._share * self._target)

    def keep(self, lower: float, witness: np.ndarray) -> None:
        """Take over a bound that is proven already, and the feasible dual vector (n,) that proves it."""
        if lower > self.lower:
            self.lower, self.witness = lower, witness

    def follow(self, residual: np.ndarray) -> None:
        """Go on with the residual (n,) of a better network."""
        self.residual = self._target = as_dual(self.problem, residual)
        self._missing = self._begun(self._target).best
        if self._share == 1.0:
            self._search, self._ended = self._begun(self._target), False

    def narrow(self, nodes: int) -> None:
        """Bound about so many more nodes."""
        ends = self.nodes + nodes
        while self.nodes < ends and not self.done:
            last = self._share == 1.0
            level = wanted_support(self.problem, self._dual) if last else self.problem.lam * (1.0 + TOUCHED)
            before = self._search.nodes
            self._search.narrow(min(nodes, NODES), level=level)
            self.nodes += self._search.nodes - before
            self._take(self._dual, self._search)
            self._try(self._search.best)
            # A search that leaves every node as it is has nothing to lower the bound by.
            self._ended = self._search.done or self._search.upper <= level or self._search.nodes == before
            if self._share < 1.0 and self._ended:
                self._share += NEARER * (1.0 - self._share)
                self._share = 1.0 if self._share > LATE else self._share
                self._search, self._ended = self._begun(self._dual), False

    def _begun(self, z: np.ndarray) -> Search:
        search = support_search(self.space, z)
        self.nodes += search.nodes
        self._take(z, search)
        return search

    def _hoped(self, z: np.ndarray, search: Search) -> float:
        return bound_of(self.problem, z, search.best.value)

    def _take(self, z: np.ndarray, search: Search) -> None:
        """Keep what a dual vector proves, where it is more."""
        bound = bound_of(self.problem, z, search.upper)
        if bound > self.lower:
            self.keep(bound, feasible_dual(self.problem, z, search.upper))

    def _try(self, found: Support) -> None:
        """Keep a neuron that another dual vector has brought up, where it is better for the residual."""
        u = found.u
        reached = float(self.residual @ np.maximum(self.space.X @ u, 0.0))
        if abs(reached) > self._missing.value:
            self._missing = Support(abs(reached), u, float(np.sign(reached)))


def narrowed(search: DualSearch, value: float, budget: Budget, *, stop_at_missing: bool = False) -> None:
    """Go on with a search until the gap to a network's value is closed, nothing is left, or the budget is spent.

    Or, where that is asked for, until a neuron is found that the network lacks.
    """
    told, share, problem = search.lower, NODES, search.problem
    budget.told(value, told)
    while not (search.done or is_proven(problem, search.lower, value)):
        if search.nodes >= budget.nodes or budget.left <= 0 or (stop_at_missing and search.lacks):
            break
        begun = time.monotonic()
        search.narrow(int(min(share, budget.nodes - search.nodes)) or 1)
        took = time.monotonic() - begun
        if np.isinf(budget.nodes):  # a number of nodes is spent in the same way on any machine
            share = int(np.clip(share * SLICE / max(took, 1e-3), NODES, 100 * NODES))
        if search.lower > told:
            told = search.lower
            budget.told(value, told)
