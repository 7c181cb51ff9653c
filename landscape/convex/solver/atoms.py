"""Atoms: the non-zero blocks of the convex twin, vectors with signs, and the operations that keep their predictions."""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt

import numpy as np

from landscape.convex.pruning import independent_magnitudes
from landscape.model.network import Network, with_best_bias
from landscape.model.output_bias import centred, share_of_mean, zero_loss
from landscape.model.problem import Problem

MANY = 500
"""Beyond this many atoms none are compared or pruned: only fits that are independent already have so many."""

UNFAITHFUL = 1e-10
"""Pruned atoms whose predictions differ by more than this share of the size of the labels are rejected, unless there
were more than n."""

ROW = 1e-3
"""Size, in units of √λ, of the row that stands for the norm; its square is the error of the norm."""

TIED = 1e-12
"""A row this close to vanishing at u, relative to its length, vanishes: u lies on that facet."""

NEGLIGIBLE = 1e-4
"""Blocks below this share of the largest are 0 up to the accuracy of an interior-point solver."""

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
        norms: np.ndarray = np.hypot.reduce(self.vectors, axis=0)  # no square of 1e-170 vanishes
        return norms

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
        outputs: np.ndarray = np.maximum(X @ self.vectors, 0.0) * self.sign
        return outputs

    def network(self, problem: Problem) -> Network:
        """Return the atoms as neurons (u/√‖u‖, ±√‖u‖), or w = u where alpha = 1; none as one neuron of w = 0.

        An output bias is the best for them.
        """
        return with_best_bias(problem, self._neurons(problem))

    def _neurons(self, problem: Problem) -> Network:
        ones = problem.second_layer == "ones"
        if self.count == 0:
            return Network(np.zeros((problem.d, 1)), np.full(1, float(ones)))
        if ones:
            return Network(self.vectors, np.ones(self.count))
        root = np.sqrt(self.norms)
        if problem.lam == 0:  # nothing asks for balance, and by a power of two no digit changes
            root = np.exp2(np.rint(np.log2(root)))
        return Network(self.vectors / root, self.sign * root)


def from_blocks(U: np.ndarray, V: np.ndarray, negligible: float = NEGLIGIBLE) -> Atoms | None:
    """Return the blocks above a share of the largest as atoms, or None where the solver returned no numbers."""
    blocks = np.concatenate([U, V], axis=1)
    if not np.all(np.isfinite(blocks)):
        return None
    return Atoms(blocks, np.repeat([1.0, -1.0], [U.shape[1], V.shape[1]])).above(negligible)


def merged(atoms: Atoms) -> Atoms:
    """Return the atoms with those of equal direction and sign added up."""
    if not 1 < atoms.count <= MANY:
        return atoms
    unit = atoms.vectors / atoms.norms
    close = (unit.T @ unit > 1.0 - SAME_DIRECTION) & (atoms.sign[:, None] == atoms.sign[None, :])
    if close.sum() == atoms.count:  # no two of them
        return atoms
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


def in_one_cell(X: np.ndarray, vectors: np.ndarray, sign: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return which pairs (K, K) of vectors (d, K) have one sign (K,) and lie in one closed cell.

    And which rows (n, K) vanish at each: a row that does is on neither side.
    """
    pre = X @ vectors
    tied = np.abs(pre) <= TIED * np.linalg.norm(X, axis=1)[:, None] * np.linalg.norm(vectors, axis=0)
    above, below = ((pre > 0) & ~tied).astype(float), ((pre < 0) & ~tied).astype(float)
    apart = above.T @ below
    return (apart + apart.T == 0) & (sign[:, None] == sign[None, :]), tied


def joined(X: np.ndarray, atoms: Atoms) -> Atoms:
    """Return the atoms with those added up that have one sign and lie in one closed cell: the norm falls.

    There relu(X u) is linear, so that the predictions stay as they are.
    """
    while atoms.count > 1:
        together, _ = in_one_cell(X, atoms.vectors, atoms.sign)
        np.fill_diagonal(together, False)
        if not together.any():
            break
        vectors, free = atoms.vectors.copy(), np.ones(atoms.count, dtype=bool)
        kept = free.copy()
        for k in np.flatnonzero(together.any(axis=0)):
            others = np.flatnonzero(together[k] & free)
            if free[k] and len(others):
                vectors[:, k] += vectors[:, others[0]]
                free[k] = free[others[0]] = kept[others[0]] = False
        atoms = Atoms(vectors, atoms.sign).take(kept)
    return atoms


def distinct(problem: Problem, atoms: Atoms) -> Atoms:
    """Return the atoms merged, except where that changes predictions for λ = 0.

    The cells of rows far from 0 are narrower than what counts as one direction.
    """
    fewer = merged(atoms)
    return atoms if problem.lam == 0 and _moved(problem, atoms, fewer) else fewer


def _moved(problem: Problem, atoms: Atoms, others: Atoms) -> bool:
    """Return whether other atoms have other predictions, up to what the output bias makes up for."""
    moved = _centred_outputs(problem, others).sum(axis=1) - _centred_outputs(problem, atoms).sum(axis=1)
    return float(np.max(np.abs(moved))) > UNFAITHFUL * sqrt(zero_loss(problem))


def _centred_outputs(problem: Problem, atoms: Atoms) -> np.ndarray:
    return centred(atoms.outputs(problem.X), share_of_mean(problem.n, problem.bias_penalty))


def basic(X: np.ndarray, y: np.ndarray, atoms: Atoms, share: float = 0.0) -> tuple[Atoms, float] | None:
    """Return independent atoms among these that fit y as well as all do, and the residual norm; None where it fails.

    Where the dual constraints of all atoms are tight at one dual vector, any combination of them with the same
    predictions has the same norm: non-negative least squares picks a vertex of the optimal set from the middle an
    interior-point solver ends in. An output bias takes a ``share`` of the mean of the outputs.
    """
    from scipy.optimize import nnls

    unit = Atoms(atoms.vectors / atoms.norms, atoms.sign)
    try:
        magnitudes, left = nnls(centred(unit.outputs(X), share), y, maxiter=30 * atoms.count)
    except RuntimeError:
        return None
    return Atoms(unit.vectors * magnitudes, unit.sign).nonzero(), float(left)


def over_directions(outputs: np.ndarray, y: np.ndarray, lam: float) -> np.ndarray | None:
    """Return the magnitudes (2, E), of sign + and −, that solve (2) with neurons along E given directions alone.

    ``outputs`` (n, E) are those of the unit neurons. A neuron's norm is then its magnitude a ≥ 0, and (2) all but a
    non-negative least squares problem: 2λ Σ a is what the row ε Σ a = −λ/ε adds to the squares, up to ε² (Σ a)². A
    compiled solver solves it quickly, and its neurons lie next to those of the optimum. None where it does not
    converge.
    """
    from scipy.optimize import nnls

    n, E = outputs.shape
    rows, labels, small = np.empty((n + 1, 2 * E)), np.empty(n + 1), ROW * sqrt(lam)
    if small == 0:  # a λ so small that, in the units of the solver, it is none
        return None
    rows[:-1, :E], rows[:-1, E:], rows[-1] = outputs, -outputs, small
    labels[:-1], labels[-1] = y, -lam / small
    try:
        magnitudes: np.ndarray = nnls(rows, labels)[0]
    except RuntimeError:
        return None
    return magnitudes.reshape(2, E)


def independent(problem: Problem, atoms: Atoms) -> Atoms:
    """Return atoms with linearly independent outputs, the same predictions, and a norm that is not larger.

    With an output bias both are taken as it leaves them (``centred``).
    """
    if not 1 < atoms.count <= MANY:
        return atoms
    outputs = _centred_outputs(problem, atoms)
    magnitudes = independent_magnitudes(outputs, atoms.norms)
    if np.all(magnitudes == 1.0):
        return atoms
    pruned = Atoms(atoms.vectors * magnitudes, atoms.sign).take(magnitudes > 0)
    return atoms if problem.n >= atoms.count and _moved(problem, atoms, pruned) else pruned
