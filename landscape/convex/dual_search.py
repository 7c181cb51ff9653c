"""A lower bound of the optimum that rises with time, in any dimension: the search for a dual vector and its support."""

from __future__ import annotations

import time

import numpy as np

from landscape.convex.budget import Budget
from landscape.convex.dual import dual_value, feasible_dual
from landscape.convex.relaxation import is_small, relaxed_dual
from landscape.geometry.search import BY_CONES, Search, support_search
from landscape.geometry.support import Geometry, Support
from landscape.model.excess import is_proven
from landscape.model.problem import Problem

TOUCHED = 1e-8
"""A support above λ by no more than this share of it is low enough: the bound loses as little."""

LACKING = 1e-7
"""A neuron that has more than λ by this share of it is missing."""

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
        problem: as given.
        lower: proven: no network is below it.
        witness: (n,) the dual vector that proves it, feasible as it stands.
        missing: the best neuron found for the residual: where it has more than λ, adding it lowers the objective.
    """

    def __init__(self, problem: Problem, space: Geometry, residual: np.ndarray, *others: np.ndarray) -> None:
        """Bound the supports of the residual, of other dual vectors, all (n,), and of a small relaxation's."""
        self.problem, self._space = problem, space
        self.lower, self.witness = 0.0, np.zeros(problem.n)
        self.nodes = 0
        self._residual, self._share = residual, 1.0
        self._search = self._begun(residual)
        self._of_residual = self._search.best
        for z in others:
            self._take(z, self._begun(z))
        by_signs = space.X.shape[1] > BY_CONES  # cones bound the residual itself as easily
        self._relaxed = relaxed_dual(problem) if by_signs and is_small(problem) else None
        if self._relaxed is not None:
            self._take(self._relaxed, self._begun(self._relaxed))
            self._share = 0.5
            self._search = self._begun(self._dual)

    @property
    def missing(self) -> Support:
        """The best neuron found for the residual."""
        return self._of_residual

    @property
    def lacks(self) -> bool:
        """Whether the neuron ``missing`` would lower the objective by more than rounding."""
        return self._of_residual.value > self.problem.lam * (1.0 + LACKING)

    @property
    def done(self) -> bool:
        """Whether all that can be proven here is, or there is no memory to go on."""
        # Below λ the support is low enough: no cone or sign that is left then would be looked at.
        low = self._search.upper <= self.problem.lam * (1.0 + TOUCHED)
        return self._share == 1.0 and (self._search.done or low)

    @property
    def _dual(self) -> np.ndarray:
        if self._relaxed is None:
            return self._residual
        dual: np.ndarray = (1.0 - self._share) * self._relaxed + self._share * self._residual
        return dual

    def follow(self, residual: np.ndarray) -> None:
        """Go on with the residual (n,) of a better network."""
        self._residual = residual
        self._of_residual = self._begun(residual).best
        if self._share == 1.0:
            self._search = self._begun(residual)

    def narrow(self, nodes: int) -> None:
        """Bound about so many more nodes."""
        level = self.problem.lam * (1.0 + TOUCHED)
        ends = self.nodes + nodes
        while self.nodes < ends and not self.done:
            before = self._search.nodes
            self._search.narrow(min(nodes, NODES), level=level)
            self.nodes += self._search.nodes - before
            self._take(self._dual, self._search)
            self._try(self._search.best)
            if self._share < 1.0 and (self._search.done or self._search.upper <= level):
                self._share = (1.0 + self._share) / 2.0
                self._share = 1.0 if self._share > LATE else self._share
                self._search = self._begun(self._dual)

    def _begun(self, z: np.ndarray) -> Search:
        search = support_search(self._space, z)
        self.nodes += search.nodes
        self._take(z, search)
        return search

    def _take(self, z: np.ndarray, search: Search) -> None:
        """Keep what a dual vector proves, where it is more."""
        bound = dual_value(self.problem.y, z, self.problem.lam, search.upper)
        if bound > self.lower:
            self.lower = bound
            self.witness = feasible_dual(self.problem.y, z, self.problem.lam, search.upper)

    def _try(self, found: Support) -> None:
        """Keep a neuron that another dual vector has brought up, where it is better for the residual."""
        u = found.u
        reached = float(self._residual @ np.maximum(self._space.X @ u, 0.0))
        if abs(reached) > self._of_residual.value:
            self._of_residual = Support(abs(reached), u, float(np.sign(reached)))


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
