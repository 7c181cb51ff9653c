"""Neurons that correlate with a residual, found by local ascent from drawn ones: for data whose cells are too many."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from landscape.convex.solver.atoms import Atoms
from landscape.convex.solver.snapping import snapped
from landscape.geometry.sphere import Peaks

STEPS = 12
"""Steps of the ascent; what is still below its maximum then is nearly there, and is trained further as it is."""

LONGER, SHORTER = 1.5, 0.4
"""Factors of the step of a neuron after one that rose and one that did not."""

BESIDE = 0.3
"""How far from the neurons held others begin, as a share of their length: across several facets."""

CROSSINGS = 30
"""Cells that are visited, one after the other, on the way to an exact local maximum."""

TIGHT = 1e-9
"""Sine of the angle to a row below which such a maximum lies on the row's facet."""

ROUNDING = 1e-13
"""A maximum that is larger by no more than this share is the same one."""

CONSIDERED = 2000
"""Most neurons among which those far apart are chosen."""

ENTRIES = 3_000_000
"""Most entries of the matrix of their outputs: fewer neurons are drawn where there are many samples."""


def drawn(X: np.ndarray, count: int, rng: np.random.Generator) -> np.ndarray:
    """Return unit neurons (d, count) in Gaussian directions, as if all features of X (n, d) were of one size."""
    scale = np.abs(X).max(axis=0)
    return unit(rng.standard_normal((X.shape[1], count)) / np.where(scale > 0, scale, 1.0)[:, None])


def unit(u: np.ndarray) -> np.ndarray:
    """Return the columns of u (d, K) with length 1, but zero where they are."""
    size = np.linalg.norm(u, axis=0)
    columns: np.ndarray = u / np.where(size > 0, size, 1.0)
    return columns


def climbed(
    X: np.ndarray,
    z: np.ndarray,
    near: Atoms,
    level: float,
    *,
    count: int,
    apart: float,
    most: int,
    rng: np.random.Generator,
    halted: Callable[[], bool],
) -> Peaks:
    """Return neurons with |zᵀ relu(X u)| above a level, the largest first: local maxima, and never all of them.

    The ascent begins at drawn neurons, at rows of X, at the neurons held, and beside those. It moves towards
    Xᵀ D z, the direction in which the neuron's own pattern D correlates most, and shortens its step where that falls.

    Arguments
        near: the neurons held; count: of drawn ones; rng: draws them.
        apart: least angle between two neurons of one sign; most: how many are returned.
        halted: where it is True, none are.
    """
    held = unit(near.vectors)
    rows = X[rng.choice(len(X), min(len(X), count // 4), replace=False)].T
    side = unit(held + BESIDE * drawn(X, near.count, rng))
    starts = np.concatenate([side, unit(rows), drawn(X, count, rng)], axis=1)
    starts = starts[:, : max(1, ENTRIES // len(X))]
    found = [_ascent(X, sign * z, starts, halted) for sign in (1.0, -1.0)]
    u = np.concatenate([u for u, _ in found], axis=1)
    value = np.concatenate([value for _, value in found])
    sign = np.repeat([1.0, -1.0], starts.shape[1])
    order = np.argsort(-value, kind="stable")
    order = order[value[order] > level][:CONSIDERED]
    chosen: list[int] = []
    for k in order:
        if halted() or len(chosen) == most:
            break
        if not chosen or not np.any((u[:, chosen].T @ u[:, k] > np.cos(apart)) & (sign[chosen] == sign[k])):
            chosen.append(int(k))
    if halted():
        chosen = []
    return Peaks(u[:, chosen], value[chosen], sign[chosen])


def summits(X: np.ndarray, z: np.ndarray, found: Peaks, level: float, halted: Callable[[], bool]) -> Peaks:
    """Return the exact local maxima above a level that the neurons found lead to, the largest first."""
    u, value = found.u.copy(), np.zeros(len(found.value))
    for k in range(len(value)):
        if halted():
            break
        u[:, k], value[k] = _summit(X, found.sign[k] * z, u[:, k])
    order = np.argsort(-value, kind="stable")
    order = order[value[order] > level]
    return Peaks(u[:, order], value[order], found.sign[order])


def _summit(X: np.ndarray, z: np.ndarray, u: np.ndarray) -> tuple[np.ndarray, float]:
    """Return a local maximum of zᵀ relu(X u) over the unit neurons, from u (d,) on, and its value.

    Within a closed cell the maximum is g = Xᵀ D z projected on the cone {u : C u ≥ 0}, g + Cᵀ μ with μ ≥ 0. Beyond a
    facet it meets, the slope along the facet's normal x_i is larger by z_i x_i where the row becomes active: it rises
    there where μ_i exceeds −z_i, and 0. Such facets are crossed as long as that helps.
    """
    from scipy.optimize import nnls

    best, value = u, 0.0
    active = X @ u > 0
    for _ in range(CROSSINGS):
        g, cone = X.T @ (active * z), np.where(active, 1.0, -1.0)[:, None] * X
        try:
            multipliers = nnls(cone.T, -g)[0]
        except RuntimeError:
            break
        there = g + cone.T @ multipliers
        size = float(np.linalg.norm(there))
        if not size > value * (1.0 + ROUNDING):
            break
        there = snapped(X, there / size, TIGHT)
        reached = float(z @ np.maximum(X @ there, 0.0)) / max(float(np.linalg.norm(there)), ROUNDING)
        if not reached > value:
            break
        best, value = there / np.linalg.norm(there), reached
        crossed = multipliers > np.maximum(-z, 0.0)
        if not crossed.any():
            break
        active ^= crossed
    return best, value


def _ascent(X: np.ndarray, z: np.ndarray, u: np.ndarray, halted: Callable[[], bool]) -> tuple[np.ndarray, np.ndarray]:
    """Return unit neurons (d, K) of larger zᵀ relu(X u), and these values (K,)."""
    pre = X @ u
    value, step = z @ np.maximum(pre, 0.0), np.ones(u.shape[1])
    for _ in range(STEPS):
        if halted():
            break
        towards = unit(X.T @ ((pre > 0) * z[:, None]))
        tried = unit(u + step * (towards - u))
        pre_tried = X @ tried
        reached = z @ np.maximum(pre_tried, 0.0)
        rose = reached > value
        u, pre, value = np.where(rose, tried, u), np.where(rose, pre_tried, pre), np.where(rose, reached, value)
        step = np.where(rose, np.minimum(1.0, LONGER * step), SHORTER * step)
    return u, value
