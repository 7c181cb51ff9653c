"""Networks trained from many starts at once, by a quasi-Newton method that also converges at the kinks of a ReLU."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

import numpy as np

from landscape.extensions.shared.checks import readonly, whole_number
from landscape.model.readable import readable

N = TypeVar("N")
Progress = Callable[[int, int], None]
"""Called with the number of steps taken and of all steps."""
Stop = Callable[[], bool]
"""Called between steps; True ends the training where it is."""
ValueAndGradient = Callable[[np.ndarray], tuple[np.ndarray, np.ndarray]]
"""Objectives (B,) and gradients (B, p) at packed weights (B, p)."""

Arrays = tuple[np.ndarray, np.ndarray, np.ndarray]

MOST_STARTS = 2000
"""Most starts of one call."""

STEPS = 600
MEMORY = 12
TRIALS = 20
"""Steps of the quasi-Newton method, pairs it remembers, and step sizes it tries on a line."""

TINY = 1e-100
"""Gradients and curvatures below it are zero: their inverse would overflow."""

STILL = 1e-11
PATIENCE = 15
"""A start has converged when its objective fell by less than this share in each of so many steps."""


@dataclass(frozen=True, eq=False)
class TrainedNetworks(Generic[N]):
    """The result of gradient training.

    Arguments
        values: (B,) objective reached from each start, in their order.
        network: the best network found.
        complete: False when the training was stopped before its starts had converged.
    """

    values: np.ndarray
    network: N
    complete: bool

    __repr__ = readable


def train_starts(
    value_and_gradient: ValueAndGradient,
    starts: np.ndarray,
    network: Callable[[np.ndarray], N],
    objective: Callable[[N], float],
    *,
    progress: Progress | None = None,
    stop: Stop | None = None,
) -> TrainedNetworks[N]:
    """Train from packed starts (B, p); ``objective`` gives the value of each trained network."""
    ended, complete = quasi_newton(value_and_gradient, starts, progress=progress, stop=stop)
    networks = [network(theta) for theta in ended]
    values = np.array([objective(found) for found in networks])
    return TrainedNetworks(readonly(values), networks[int(np.argmin(values))], complete)


def count_of(starts: object) -> int:
    """Return the number of starts, or raise ValueError."""
    return whole_number(starts, "starts", 1, MOST_STARTS)


def quasi_newton(
    value_and_gradient: ValueAndGradient,
    theta: np.ndarray,
    *,
    steps: int = STEPS,
    progress: Progress | None = None,
    stop: Stop | None = None,
) -> tuple[np.ndarray, bool]:
    """Return the end point of L-BFGS from each row of theta (B, p), and False if ``stop`` ended it before it converged.

    The step size satisfies the weak Wolfe conditions, found by doubling and halving: with it quasi-Newton methods also
    descend on functions with kinks (Lewis & Overton, 2013). An objective never rises.
    """
    theta = np.array(theta, dtype=np.float64)
    F, g = value_and_gradient(theta)
    going, stalled = np.arange(len(theta)), np.zeros(len(theta), dtype=int)
    x, pairs = theta.copy(), _Pairs.none()
    for step in range(steps):
        if stop is not None and stop():
            theta[going] = x
            return theta, False
        if progress is not None:
            progress(step, steps)
        direction = -pairs.apply(g)
        downhill = np.einsum("bp,bp->b", direction, g)
        bad = ~(downhill < 0)
        direction[bad], downhill[bad] = -g[bad], -np.einsum("bp,bp->b", g[bad], g[bad])
        x_new, F_new, g_new = _line_search(value_and_gradient, (x, F, g), direction, downhill, first=step == 0)
        stalled = np.where(F - F_new <= STILL * np.abs(F), stalled + 1, 0)
        pairs = pairs.extended(x_new - x, g_new - g)
        x, F, g = x_new, F_new, g_new
        left = (stalled < PATIENCE) & (np.max(np.abs(g), axis=1) > TINY)
        if not left.all():
            theta[going[~left]] = x[~left]
            x, F, g, going, stalled, pairs = x[left], F[left], g[left], going[left], stalled[left], pairs.only(left)
            if not len(x):
                break
    theta[going] = x
    if progress is not None:
        progress(steps, steps)
    return theta, True


def _line_search(
    value_and_gradient: ValueAndGradient,
    point: Arrays,
    direction: np.ndarray,
    downhill: np.ndarray,
    *,
    first: bool,
) -> Arrays:
    """Return the next points, objectives and gradients; a start for which no step size is found stays where it is."""
    x, F, g = point
    length = np.linalg.norm(direction, axis=1)
    t = np.minimum(1.0, 1.0 / np.maximum(length, 1e-300)) if first else np.ones(len(x))
    low, high = np.zeros(len(x)), np.full(len(x), np.inf)
    best = x.copy(), F.copy(), g.copy()
    open_ = np.arange(len(x))
    for _ in range(TRIALS):
        trial = x[open_] + t[open_, None] * direction[open_]
        with np.errstate(over="ignore", invalid="ignore"):
            F_trial, g_trial = value_and_gradient(trial)
        fell = F_trial <= F[open_] + 1e-4 * t[open_] * downhill[open_]
        flat = np.einsum("bp,bp->b", g_trial, direction[open_]) >= 0.9 * downhill[open_]
        better = np.flatnonzero(fell & (F_trial <= best[1][open_]))
        for kept, new in zip(best, (trial, F_trial, g_trial), strict=True):
            kept[open_[better]] = new[better]
        low[open_] = np.where(fell, t[open_], low[open_])
        high[open_] = np.where(fell, high[open_], t[open_])
        open_ = open_[~(fell & flat)]
        if not len(open_):
            break
        t[open_] = np.where(np.isinf(high[open_]), 2.0 * t[open_], (low[open_] + high[open_]) / 2.0)
    return best


@dataclass(frozen=True, eq=False)
class _Pairs:
    """The last changes of weights and of gradients, (B, p) each, of every start, and 1 / their inner product (B,)."""

    changes: tuple[np.ndarray, ...]
    gradient_changes: tuple[np.ndarray, ...]
    inverse_curvature: tuple[np.ndarray, ...]

    @classmethod
    def none(cls) -> _Pairs:
        return cls((), (), ())

    def extended(self, change: np.ndarray, gradient_change: np.ndarray) -> _Pairs:
        curvature = np.einsum("bp,bp->b", change, gradient_change)
        floor = np.maximum(1e-14 * np.linalg.norm(change, axis=1) * np.linalg.norm(gradient_change, axis=1), TINY)
        inverse = np.where(curvature > floor, 1.0 / np.where(curvature > floor, curvature, 1.0), 0.0)
        kept = slice(1 - MEMORY, None) if len(self.changes) >= MEMORY else slice(None)
        return _Pairs(
            (*self.changes[kept], change),
            (*self.gradient_changes[kept], gradient_change),
            (*self.inverse_curvature[kept], inverse),
        )

    def only(self, rows: np.ndarray) -> _Pairs:
        return _Pairs(
            *(tuple(a[rows] for a in field) for field in (self.changes, self.gradient_changes, self.inverse_curvature))
        )

    def apply(self, g: np.ndarray) -> np.ndarray:
        """Return the inverse Hessian's estimate times g, by the two loops; pairs without curvature do nothing."""
        r, shares = g.copy(), []
        triples = list(zip(self.changes, self.gradient_changes, self.inverse_curvature, strict=True))
        for change, gradient_change, inverse in reversed(triples):
            share = inverse * np.einsum("bp,bp->b", change, r)
            shares.append(share)
            r -= share[:, None] * gradient_change
        if triples:
            _, gradient_change, inverse = triples[-1]
            square = np.einsum("bp,bp->b", gradient_change, gradient_change)
            usable = inverse > 0
            r *= np.where(usable, 1.0 / np.where(usable, inverse * square, 1.0), 1.0)[:, None]
        for (change, gradient_change, inverse), share in zip(triples, reversed(shares), strict=True):
            r += (share - inverse * np.einsum("bp,bp->b", gradient_change, r))[:, None] * change
        return r
