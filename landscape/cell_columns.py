"""Column generation in three features and more: the same few atoms, on the faces of cells instead of sectors."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from landscape.active_set import Atom, as_atoms, newton
from landscape.atoms import Atoms
from landscape.sphere import Peaks

AT_ONCE = 16
"""Most neurons added in a round."""

APART = 0.05
"""Neurons added in one round are at least this far apart, in radians: one for each hill."""

ROUNDS = 200
"""Rounds after which column generation gives up: the next solver is tried."""

TIED = 1e-9
"""A row this close to vanishing at u, relative to its length, vanishes: u lies on that facet."""


def solve_by_cells(
    X: np.ndarray,
    y: np.ndarray,
    lam: float,
    asked: Callable[[np.ndarray, float], Peaks],
    *,
    start: Atoms | None = None,
    tol: float = 1e-10,
) -> Atoms:
    """Return the atoms of an optimum of (2), λ > 0, given ``asked(residual, level)``: its peaks above a level.

    As ``solve_by_columns``, for data X (n, r) of full rank r; an atom's face is where the rows that vanish there do.
    """
    held = [] if start is None else newton(_joined(X, _placed(X, start)), y, lam)
    best = np.inf
    for _ in range(ROUNDS):
        residual = y - sum((atom.outputs @ atom.p for atom in held), np.zeros(len(y)))
        value = float(residual @ residual) + 2.0 * lam * sum(float(np.linalg.norm(atom.p)) for atom in held)
        if not value < best:
            break
        best = value
        wanted = _apart(asked(residual, lam * (1.0 + tol)))
        if not len(wanted.value):
            break
        computed = np.maximum(X @ wanted.u, 0.0)
        amount = (wanted.value - lam) / np.einsum("nk,nk->k", computed, computed) / len(wanted.value)
        added = Atoms(wanted.u * amount, wanted.sign)
        held = newton(_joined(X, held + _placed(X, added)), y, lam)
    return as_atoms(held, X.shape[1])


def _apart(found: Peaks) -> Peaks:
    """Return the highest peaks, none close to a higher one of its sign."""
    chosen: list[int] = []
    for k in range(min(len(found.value), 200)):
        near = found.u[:, chosen].T @ found.u[:, k] * (found.sign[chosen] == found.sign[k])
        if not np.any(near > np.cos(APART)):
            chosen.append(k)
            if len(chosen) == AT_ONCE:
                break
    return Peaks(found.u[:, chosen], found.value[chosen], found.sign[chosen])


def _placed(X: np.ndarray, atoms: Atoms) -> list[Atom]:
    """Return vectors as atoms on the smallest face of a cell that holds them."""
    size = np.linalg.norm(X, axis=1)
    placed = []
    for u, sign in zip(atoms.vectors.T, atoms.sign, strict=True):
        pre = X @ u
        length = float(np.linalg.norm(u))
        tied = np.abs(pre) <= TIED * size * length
        basis = np.eye(len(u))
        if np.any(tied & (size > 0)):
            _, values, right = np.linalg.svd(X[tied & (size > 0)] / size[tied & (size > 0), None])
            rank = int(np.sum(values > 1e-7))
            basis = right[rank:].T
        if basis.shape[1] <= 1:
            basis = u[:, None] / length
        free = ~tied & (size > 0)
        inward = np.where(pre > 0, 1.0, -1.0)[free, None] * (X[free] @ basis)
        facets = inward / np.linalg.norm(inward, axis=1, keepdims=True) if basis.shape[1] > 1 else inward[:0]
        outputs = sign * np.where((pre > 0) & free, 1.0, 0.0)[:, None] * (X @ basis)
        placed.append(Atom(basis, outputs, facets, basis.T @ u, sign, -1))
    return placed


def _joined(X: np.ndarray, held: list[Atom]) -> list[Atom]:
    """Return the atoms with one at most for each closed cell and sign: adding two of one cell lowers the norm."""
    if len(held) < 2:
        return held
    vectors = np.stack([atom.vector for atom in held], axis=1)
    pre = X @ vectors / np.linalg.norm(vectors, axis=0)
    size = np.linalg.norm(X, axis=1)[:, None]
    above, below = (pre > TIED * size).astype(float), (pre < -TIED * size).astype(float)
    sign = np.array([atom.sign for atom in held])
    together = (above.T @ below + below.T @ above == 0) & (sign[:, None] == sign[None, :])
    kept: list[Atom] = []
    free = np.ones(len(held), dtype=bool)
    for k, atom in enumerate(held):
        if not free[k]:
            continue
        others = np.flatnonzero(together[k] & free & (np.arange(len(held)) > k))
        if len(others):
            j = int(others[0])
            free[j] = False
            whole = Atoms((vectors[:, k] + vectors[:, j])[:, None], sign[k : k + 1])
            kept += _placed(X, whole)
        else:
            kept.append(atom)
    return _joined(X, kept) if len(kept) < len(held) else kept
