"""Atoms: the non-zero blocks of the convex twin, each a vector with a sign, and what may be done to them freely."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from landscape.network import Network
from landscape.problem import Problem

MANY = 500
"""Beyond this many atoms none are compared or pruned: only fits that are independent already have so many."""

SAME_DIRECTION = 1e-6
"""Neighbouring cones share an edge: atoms closer than this, in radians, are one neuron."""


@dataclass(frozen=True, eq=False)
class Atoms:
    """Vectors u_k (d, K) with signs (K,): f(X) = Σ sign_k relu(X u_k), of norm Σ ‖u_k‖."""

    vectors: np.ndarray
    sign: np.ndarray

    @classmethod
    def none(cls, d: int) -> Atoms:
        """The zero function of d features."""
        return cls(np.zeros((d, 0)), np.zeros(0))

    @property
    def count(self) -> int:
        """Number K of atoms."""
        return len(self.sign)

    @property
    def norms(self) -> np.ndarray:
        """Length (K,) of every vector."""
        return np.linalg.norm(self.vectors, axis=0)

    def take(self, keep: np.ndarray) -> Atoms:
        """Return the atoms at an index or mask."""
        return Atoms(self.vectors[:, keep], self.sign[keep])

    def nonzero(self) -> Atoms:
        """Return the atoms that are not zero."""
        return self.take(self.norms > 0)

    def above(self, share: float) -> Atoms:
        """Return the atoms longer than a share of the longest."""
        return self.take(self.norms > share * np.max(self.norms, initial=0.0))

    def outputs(self, X: np.ndarray) -> np.ndarray:
        """Return sign_k relu(X u_k), of shape (n, K)."""
        return np.maximum(X @ self.vectors, 0.0) * self.sign

    def network(self, problem: Problem) -> Network:
        """Return the atoms as neurons (u/√‖u‖, ±√‖u‖), or w = u where alpha = 1; none as one neuron of w = 0."""
        ones = problem.second_layer == "ones"
        if self.count == 0:
            return Network(np.zeros((problem.d, 1)), np.full(1, float(ones)))
        if ones:
            return Network(self.vectors, np.ones(self.count))
        root = np.sqrt(self.norms)
        return Network(self.vectors / root, self.sign * root)


def merged(atoms: Atoms) -> Atoms:
    """Return the atoms with those of equal direction and sign added up."""
    if not 1 < atoms.count <= MANY:
        return atoms
    unit = atoms.vectors / atoms.norms
    close = (unit.T @ unit > 1.0 - SAME_DIRECTION) & (atoms.sign[:, None] == atoms.sign[None, :])
    first = np.arange(atoms.count)
    for k in range(atoms.count):
        for j in np.flatnonzero(close[k, :k]):
            if first[j] == j and np.linalg.norm(unit[:, k] - unit[:, j]) <= SAME_DIRECTION:
                first[k] = j
                break
    if np.all(first == np.arange(atoms.count)):
        return atoms
    total = np.zeros_like(atoms.vectors)
    np.add.at(total.T, first, atoms.vectors.T)
    return Atoms(total, atoms.sign).take(np.unique(first))


def independent(problem: Problem, atoms: Atoms) -> Atoms:
    """Return atoms with linearly independent outputs, the same predictions, and a norm that is not larger.

    While Σ c_k f_k = 0 has a solution, moving the magnitudes along it changes no prediction; in one of the two
    directions the norm does not grow, and the first atom to reach zero leaves.
    """
    while 1 < atoms.count <= MANY:
        outputs = atoms.outputs(problem.X)
        size = np.linalg.norm(outputs, axis=0)
        if np.any(size == 0):
            atoms = atoms.take(size > 0)
            continue
        _, values, right = np.linalg.svd(outputs / size)
        if len(values) == atoms.count and values[-1] > 1e-11 * values[0]:
            return atoms
        change = right[-1] / size
        cost = change @ atoms.norms if problem.second_layer == "trained" else 0.0
        if cost > 0 or (cost == 0 and np.max(change) <= 0):
            change = -change
        if np.min(change) >= 0:
            change = -change
        magnitude = 1.0 - change / np.min(change)
        magnitude[np.argmin(change)] = 0.0
        atoms = Atoms(atoms.vectors * np.maximum(magnitude, 0.0), atoms.sign).take(magnitude > 1e-13)
    return atoms
