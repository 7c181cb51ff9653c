"""What the extensions share: how exact an answer is, cones between two edges, and programs solved by a named solver."""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from enum import Enum
from typing import Any

import numpy as np

from landscape.geometry.fan import fan
from landscape.model.problem import LARGEST, finite_array

CLOSE = 1e-5
"""Largest relative distance between value and bound that is called exact."""


class Exactness(Enum):
    """How far a value is known to be the optimum; the text is the sentence a visitor reads."""

    EXACT = "Exact: value and lower bound agree, so no network of this kind does better, whatever its width."
    INACCURATE = "Solved over everything, but only to the accuracy that value and lower bound leave."
    BOUND = "A lower bound: no network of this kind does better, and none may reach it."
    SAMPLED = "Over sampled or generated groups: the network exists, and others may do better."
    FIXED_PATTERNS = "Optimal while the generator keeps its activation patterns; other patterns may do better."

    @property
    def sentence(self) -> str:
        """The text of the word."""
        return self.value


def judged(value: float, lower_bound: float, unit: float) -> Exactness:
    """Return EXACT where a bound proves a value, relative to the value or to 1e-3 of ``unit``, else INACCURATE."""
    return Exactness.EXACT if value - lower_bound <= CLOSE * max(value, 1e-3 * unit) else Exactness.INACCURATE


def whole(value: object, name: str, least: int, most: int) -> int:
    """Return a whole number in its limits, or raise ValueError naming it."""
    if isinstance(value, bool) or not isinstance(value, int | np.integer) or not least <= value <= most:
        raise ValueError(f"{name} must be a whole number from {least:,} to {most:,}, but was {value!r}.")
    return int(value)


def positive(value: object, name: str) -> float:
    """Return a finite float above 0, or raise ValueError naming it."""
    try:
        number = float(value)  # type: ignore[arg-type]
    except (TypeError, ValueError, OverflowError):
        raise ValueError(f"{name} must be a number, but was {value!r:.60}.") from None
    if not 0.0 < number <= LARGEST:
        raise ValueError(f"{name} must be a finite number above 0, but was {number:g}.")
    return number


def samples(X: object, Y: object, label: str, ndim: int) -> tuple[np.ndarray, np.ndarray]:
    """Return data and labels as read-only arrays with one label a row, or raise ValueError."""
    data, labels = finite_array(X, "X", 2), finite_array(Y, label, ndim)
    if len(data) != len(labels):
        raise ValueError(f"{label} must have one label for each of the {len(data)} rows of X, but has {len(labels)}.")
    return data, labels


def readonly(values: object) -> np.ndarray:
    """Return a read-only float64 array, of any shape, empty allowed."""
    array = np.array(values, dtype=np.float64)
    array.setflags(write=False)
    return array


def units(X: np.ndarray, Y: np.ndarray) -> tuple[float, float]:
    """Return the longest row of X and the norm of Y, 1 where they vanish: the units in which programs are solved."""
    length, height = float(np.max(np.linalg.norm(X, axis=1))), float(np.linalg.norm(Y))
    return length or 1.0, height or 1.0


@dataclass(frozen=True, eq=False)
class Sectors:
    """The cones of one or two features, each as the vectors a·here + b·there with a, b ≥ 0.

    Two edges stay right where rows of X coincide or nearly do. Sectors on which no sample is active are left out.

    Arguments
        here, there: (d, S) unit edges; ``there`` is zero for d = 1.
        at_here, at_there: (n, S) what a neuron on the edge puts out, relu(X e).
        active: (n, S) bool, the activation pattern; a zero row, which puts out nothing, is not active.
        cones: number of activation patterns, which is less where a wide cone was cut into several sectors.
    """

    here: np.ndarray
    there: np.ndarray
    at_here: np.ndarray
    at_there: np.ndarray
    active: np.ndarray
    cones: int

    @property
    def count(self) -> int:
        """Number S of sectors."""
        return self.here.shape[1]

    def vector(self, s: int, q: np.ndarray) -> np.ndarray:
        """Return the neuron (d,) with coordinates q = (a, b) in a sector."""
        return self.here[:, s] * q[0] + self.there[:, s] * q[1]

    def vectors(self, home: np.ndarray, q: np.ndarray) -> np.ndarray:
        """Return neurons (d, m) with coordinates q (2, m) in sectors (m,)."""
        return self.here[:, home] * q[0] + self.there[:, home] * q[1]


def sectors(X: np.ndarray) -> Sectors:
    """Return the sectors of data X (n, d), d ≤ 2."""
    cones = fan(X)
    ends = np.zeros_like(cones.edges) if X.shape[1] == 1 else cones.ends
    active = cones.active(np.arange(cones.sectors)).T & np.any(X != 0, axis=1)[:, None]
    seen = np.flatnonzero(np.any(active, axis=0))
    active = active[:, seen]
    here, there = cones.edges[seen].T, ends[seen].T
    return Sectors(
        here, there, np.maximum(active * (X @ here), 0.0), np.maximum(active * (X @ there), 0.0), active, cones.cones
    )


def solve_program(program: Any) -> bool:
    """Solve a CVXPY program by CLARABEL, by SCS where that fails; whether there are numbers.

    The solvers are named: CVXPY's own choice depends on what else is installed.
    """
    import cvxpy as cp

    attempts: tuple[tuple[str, dict[str, float]], ...] = (
        (cp.CLARABEL, {"tol_gap_abs": 1e-10, "tol_gap_rel": 1e-10, "tol_feas": 1e-10}),
        (cp.SCS, {"eps_abs": 1e-8, "eps_rel": 1e-8, "max_iters": 20_000}),
    )
    for solver, options in attempts:
        with warnings.catch_warnings():  # an inaccurate answer is judged by its own bound
            warnings.simplefilter("ignore", UserWarning)
            try:
                program.solve(solver=solver, **options)
            except cp.SolverError:
                continue
        if program.value is not None and np.isfinite(program.value):
            return True
    return False


def independent_magnitudes(outputs: np.ndarray, norms: np.ndarray) -> np.ndarray:
    """Return magnitudes (K,) ≥ 0, at most n of them positive, with the predictions of all ones and no larger norm.

    While the outputs (n, K) of the units kept are linearly dependent, moving their magnitudes along a null vector
    changes no prediction; in one direction the norm Σ magnitude·norm does not grow, and the first to reach 0 leaves
    (Mishkin & Pilanci, 2023).
    """
    size = np.linalg.norm(outputs, axis=0)
    magnitude = (size > 0).astype(float)
    while True:
        kept = np.flatnonzero(magnitude)
        if len(kept) < 2:
            return magnitude
        _, values, right = np.linalg.svd(outputs[:, kept] / size[kept])
        if len(values) == len(kept) and values[-1] > 1e-11 * values[0]:
            return magnitude
        change = right[-1] / size[kept]
        cost = float(change @ norms[kept])
        if cost > 0 or (cost == 0 and np.min(change) >= 0):
            change = -change
        if np.min(change) >= 0:
            return magnitude
        reach = np.full(len(kept), np.inf)
        reach[change < 0] = magnitude[kept][change < 0] / -change[change < 0]
        leaving, step = int(np.argmin(reach)), float(np.min(reach))
        moved = np.maximum(magnitude[kept] + step * change, 0.0)
        moved[leaving] = 0.0
        magnitude[kept] = np.where(moved > 1e-13 * np.max(magnitude), moved, 0.0)


def dual_value(Y: np.ndarray, Z: np.ndarray, lam: float, asked: float) -> float:
    """Return ‖Y‖² − ‖Y − cZ‖² for the best feasible multiple of a residual Z whose support is ``asked``."""
    square, along = float(np.sum(Z**2)), float(np.sum(Z * Y))
    if square == 0.0:
        return 0.0
    scale = min(max(along / square, 0.0), lam / asked if asked > 0 else np.inf)
    return scale * (2.0 * along - scale * square)
