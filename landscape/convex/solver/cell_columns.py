"""Column generation in three features and more: atoms on the faces of cells instead of sectors."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from landscape.convex.solver.atoms import TIED, Atoms, in_one_cell, over_directions
from landscape.convex.solver.newton import HALF_LINE, FaceAtom, as_atoms, misfit, newton
from landscape.geometry.sphere import Peaks
from landscape.model.output_bias import centred

AT_ONCE = 8
"""Most neurons added in a round."""

APART = 0.3
"""Neurons added in one round are at least this far apart, in radians: one for each local maximum."""

ROUNDS = 200
"""Rounds after which column generation gives up: the next solver is tried."""


def solve_by_cells(
    X: np.ndarray,
    y: np.ndarray,
    lam: float,
    peaks_of: Callable[[np.ndarray, float], Peaks],
    *,
    start: Atoms | None = None,
    tol: float = 1e-10,
    halted: Callable[[], bool] = lambda: False,
    share: float = 0.0,
) -> Atoms:
    """Return the atoms of an optimum of (2), λ > 0, given ``peaks_of(residual, level)``: the local maxima of
    |zᵀ relu(X u)| above a level.

    As ``solve_by_columns``, for data X (n, r) of full rank r; an atom's face is where the rows that vanish there do.
    Where ``halted`` is True the present atoms are returned.
    """
    held = [] if start is None else newton(joined_in_cells(X, on_faces(X, start)), y, lam, halted, share)
    best = np.inf
    for _ in range(ROUNDS):
        residual = misfit(held, y, share)
        value = float(residual @ residual) + 2.0 * lam * sum(atom.length for atom in held)
        if not value < best:
            break
        best = value
        found = separated(peaks_of(centred(residual, share), lam * (1.0 + tol)))
        if not len(found.value):
            break
        added = first_lengths(X, lam, found, share)
        if not added.count:
            break
        held = newton(joined_in_cells(X, held + on_faces(X, added)), y, lam, halted, share)
    return as_atoms(held, X.shape[1])


def first_lengths(X: np.ndarray, lam: float, found: Peaks, share: float) -> Atoms:
    """Return neurons above λ as atoms of the length that were best for each alone, over their number.

    In a cell narrower than rounding one may compute nothing: it is left out.
    """
    outputs = centred(np.maximum(X @ found.u, 0.0), share)
    square = np.einsum("nk,nk->k", outputs, outputs)
    seen = square > 0
    amount = (found.value[seen] - lam) / square[seen] / max(len(found.value), 1)
    return Atoms(found.u[:, seen] * amount, found.sign[seen])


def over_corners(X: np.ndarray, y: np.ndarray, lam: float, corners: np.ndarray, share: float = 0.0) -> Atoms | None:
    """Return the best atoms on the corners of cells (E, r) alone, those of (2) being next to them."""
    magnitudes = over_directions(centred(np.maximum(X @ corners.T, 0.0), share), y, lam)
    if magnitudes is None:
        return None
    sign, corner = magnitudes.nonzero()
    return Atoms(corners[corner].T * magnitudes[sign, corner], np.where(sign == 0, 1.0, -1.0))


def separated(found: Peaks) -> Peaks:
    """Return the highest peaks, none close to a higher one of its sign."""
    chosen: list[int] = []
    for k in range(min(len(found.value), 200)):
        near = found.u[:, chosen].T @ found.u[:, k] * (found.sign[chosen] == found.sign[k])
        if not np.any(near > np.cos(APART)):
            chosen.append(k)
            if len(chosen) == AT_ONCE:
                break
    return Peaks(found.u[:, chosen], found.value[chosen], found.sign[chosen])


def on_faces(X: np.ndarray, atoms: Atoms) -> list[FaceAtom]:
    """Return vectors as atoms on the smallest face of a cell that holds them."""
    return [_on_face(X, u, float(sign), _tied(X, u)) for u, sign in zip(atoms.vectors.T, atoms.sign, strict=True)]


def _tied(X: np.ndarray, u: np.ndarray) -> np.ndarray:
    """Return which rows (n,) vanish at u."""
    tied: np.ndarray = np.abs(X @ u) <= TIED * np.linalg.norm(X, axis=1) * float(np.linalg.norm(u))
    return tied


def _on_face(X: np.ndarray, u: np.ndarray, sign: float, tied: np.ndarray, side: np.ndarray | None = None) -> FaceAtom:
    """Return u as an atom on the face where the tied rows vanish; the other rows keep their side, that of u itself."""
    pre, size = X @ u if side is None else side, np.linalg.norm(X, axis=1)
    held = tied & (size > 0)
    basis = np.eye(len(u))
    if held.any():
        _, values, right = np.linalg.svd(X[held] / size[held, None])
        basis = right[int(np.sum(values > 1e-10)) :].T
    if basis.shape[1] <= 1:
        basis = u[:, None] / np.linalg.norm(u)
    free = ~tied & (size > 0)
    facets = np.where(pre[free] > 0, 1.0, -1.0)[:, None] * (X[free] @ basis)
    facets = facets / np.linalg.norm(facets, axis=1, keepdims=True) if basis.shape[1] > 1 else HALF_LINE
    outputs = sign * ((pre > 0) & free)[:, None] * (X @ basis)
    return FaceAtom(basis, outputs, facets, basis.T @ u, sign, -1)


def joined_in_cells(X: np.ndarray, held: list[FaceAtom]) -> list[FaceAtom]:
    """Return the atoms with one at most for each closed cell and sign: adding two of one cell lowers the norm.

    The sum lies on the face where the rows vanish that vanish at both, however short one of them is.
    """
    if len(held) < 2:
        return held
    vectors = np.stack([atom.vector for atom in held], axis=1)
    together, tied = in_one_cell(X, vectors, np.array([atom.sign for atom in held]))
    pre = X @ vectors
    kept: list[FaceAtom] = []
    free = np.ones(len(held), dtype=bool)
    for k, atom in enumerate(held):
        if not free[k]:
            continue
        others = np.flatnonzero(together[k] & free & (np.arange(len(held)) > k))
        if len(others):
            j = int(others[0])
            free[j] = False
            side = np.where(tied[:, k], pre[:, j], pre[:, k])  # not of the sum, where a short vector is lost
            kept.append(_on_face(X, vectors[:, k] + vectors[:, j], atom.sign, tied[:, k] & tied[:, j], side))
        else:
            kept.append(atom)
    return joined_in_cells(X, kept) if len(kept) < len(held) else kept
