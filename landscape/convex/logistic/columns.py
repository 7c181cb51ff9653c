"""Column generation for the logistic loss: a few neurons, to which the support of their dual vector adds the next."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from landscape.convex.logistic.newton import Held, Target, newton
from landscape.convex.solver.atoms import Atoms
from landscape.convex.solver.cell_columns import ROUNDS, joined_in_cells, on_faces, separated
from landscape.convex.solver.fan_columns import peaks_on_fan
from landscape.convex.solver.newton import as_atoms
from landscape.geometry.fan import Fan
from landscape.geometry.sphere import Peaks, Sphere, peaks
from landscape.geometry.support import peaks_of_cells

TOLERANCE = 1e-10
"""Share of λ by which the support may exceed it at the end."""

TRUSTED = 1.0
"""New neurons change no output by more: within it the curvature of the loss changes by a factor of e at most."""

PeaksOf = Callable[[np.ndarray, float], Peaks]
"""The local maxima of |zᵀ relu(X u)| above a level, for a dual vector z."""


def solve_by_columns(
    X: np.ndarray,
    target: Target,
    peaks_of: PeaksOf,
    *,
    start: Atoms | None = None,
    tol: float = TOLERANCE,
    halted: Callable[[], bool] = lambda: False,
) -> Atoms:
    """Return the atoms of an optimum of (2), λ > 0, for data X (n, r) of full rank r with rows at most 1 long.

    The present atoms are optimised to full precision; then neurons are added at which |zᵀ relu(X u)| peaks above λ,
    z = −½ ∂loss/∂f. When there are none, |zᵀ relu(X u)| ≤ λ(1 + tol) for every u, and the atoms are optimal. Where
    ``halted`` is True the present atoms are returned.
    """
    first = [] if start is None else joined_in_cells(X, on_faces(X, start))
    held, best = newton(Held(first), target, halted), np.inf
    for _ in range(ROUNDS):
        value = target.of(held)
        if not value < best:
            break
        best = value
        z = target.dual(held.outputs(len(X)))
        added = first_lengths(X, z, target.lam, separated(peaks_of(z, target.lam * (1.0 + tol))))
        if not added.count:
            break
        held = newton(Held(joined_in_cells(X, held.atoms + on_faces(X, added)), held.bias), target, halted)
    return as_atoms(held.atoms, X.shape[1])


def first_lengths(X: np.ndarray, z: np.ndarray, lam: float, found: Peaks) -> Atoms:
    """Return neurons above λ as atoms of the length of a Newton step for each alone, over their number.

    The curvature of the loss is p (1 − p), p = 2 |z|. In a cell narrower than rounding a neuron may compute nothing:
    it is left out.
    """
    outputs = np.maximum(X @ found.u, 0.0)
    p = 2.0 * np.abs(z)
    curved = (p * (1.0 - p)) @ outputs**2
    seen = outputs.any(axis=0)
    with np.errstate(divide="ignore", over="ignore"):
        newton_step = 2.0 * (found.value[seen] - lam) / curved[seen]
    amount = np.minimum(newton_step, TRUSTED / outputs[:, seen].max(axis=0, initial=0.0)) / max(len(found.value), 1)
    return Atoms(found.u[:, seen] * amount, found.sign[seen])


def peaks_over(X: np.ndarray, cut: Fan | Sphere | np.ndarray) -> PeaksOf:
    """Return the local maxima over all cells of rows X (n, r), cut as ``geometry.support`` cuts them."""
    if isinstance(cut, Sphere):
        return lambda z, level: peaks(cut, X, z, level=level)
    if isinstance(cut, Fan):
        return lambda z, level: _on_fan(X, z, level, cut)
    return lambda z, level: peaks_of_cells(X, z, cut, level=level)


def _on_fan(X: np.ndarray, z: np.ndarray, level: float, cut: Fan) -> Peaks:
    if X.shape[1] == 1:
        u, sign = np.array([[1.0, -1.0]]), np.ones(2)
    else:
        found = peaks_on_fan(X, z, level, cut)
        u = np.array([u for *_, u in found]).reshape(-1, 2).T
        sign = np.array([sign for _, _, sign, _ in found])
    value = z @ np.maximum(X @ u, 0.0)
    if X.shape[1] == 1:
        sign = np.where(value < 0, -1.0, 1.0)
    value = sign * value
    order = np.argsort(-value, kind="stable")
    order = order[value[order] > level]
    return Peaks(u[:, order], value[order], sign[order])
