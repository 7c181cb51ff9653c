"""Atoms moved to the facets they are close to: there most atoms of an optimum lie, and training only comes near."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from landscape.convex.solver.atoms import Atoms, over_directions
from landscape.model.output_bias import centred

NEARNESS = (0.3, 0.1, 0.03, 0.01, 0.003, 0.001, 3e-4, 1e-4, 1e-5)
"""How close to a row, as a sine, an atom is moved to its facet, the most facets first."""

DEARER = 0.01
"""What moving an atom may cost, as a share of its norm's: its neighbours, once they are chosen anew, make up for it."""

DEPENDENT = 1e-10
"""Rows whose normals span a direction by less add no facet."""


def snapped(X: np.ndarray, u: np.ndarray, nearness: float) -> np.ndarray:
    """Return u (d,) projected on the planes of the rows of X (n, d) it is closest to, d − 1 of them at most."""
    size = np.linalg.norm(X, axis=1)
    reach = size * float(np.linalg.norm(u))
    sine = np.divide(np.abs(X @ u), reach, out=np.full(len(X), np.inf), where=reach > 0)
    close = np.flatnonzero(sine <= nearness)
    close = close[np.argsort(sine[close], kind="stable")][: len(u) - 1]
    if not len(close):
        return u
    _, values, right = np.linalg.svd(X[close] / size[close, None], full_matrices=False)
    normals = right[values > DEPENDENT]
    there = u - normals.T @ (normals @ u)
    again: np.ndarray = there - normals.T @ (normals @ there)  # what the first projection left by rounding
    return again


def all_snapped(
    X: np.ndarray,
    y: np.ndarray,
    lam: float,
    atoms: Atoms,
    halted: Callable[[], bool] = lambda: False,
    share: float = 0.0,
) -> Atoms:
    """Return each atom on as many facets as it is close to and that cost no more than ``DEARER``, the shortest first.

    Its length is the best one there, all others as they are. Where ``halted`` is True the rest stay where they are.
    """
    vectors, norms, outputs = atoms.vectors.copy(), atoms.norms, centred(atoms.outputs(X), share)
    residual = y - outputs.sum(axis=1)
    for k in np.argsort(norms, kind="stable"):
        if halted():
            break
        without = residual + outputs[:, k]
        before = float(residual @ residual) + 2.0 * lam * norms[k] * (1.0 + DEARER)
        for nearness in NEARNESS:
            there = snapped(X, atoms.vectors[:, k], nearness)
            size = float(np.linalg.norm(there))
            if size == 0:
                continue
            output = centred(atoms.sign[k] * np.maximum(X @ (there / size), 0.0), share)
            square = float(output @ output)
            length = (float(output @ without) - lam) / square if square > 0 else 0.0
            left = without - max(length, 0.0) * output
            if length > 0 and float(left @ left) + 2.0 * lam * length <= before:
                vectors[:, k], residual = there * (length / size), left
                break
    return Atoms(vectors, atoms.sign)


def best_lengths(X: np.ndarray, y: np.ndarray, lam: float, atoms: Atoms, share: float = 0.0) -> Atoms | None:
    """Return the atoms along these directions, of any sign, that solve (2) there; None where that does not converge."""
    atoms = atoms.nonzero()
    if not atoms.count:
        return atoms
    directions = atoms.vectors / atoms.norms
    magnitudes = over_directions(centred(np.maximum(X @ directions, 0.0), share), y, lam)
    if magnitudes is None:
        return None
    sign, kept = magnitudes.nonzero()
    return Atoms(directions[:, kept] * magnitudes[sign, kept], np.where(sign == 0, 1.0, -1.0))
