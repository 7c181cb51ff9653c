"""When a run has converged: decided by the change of its weights and loss over many steps."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from landscape.model.output_bias import best_bias, zero_loss
from landscape.model.problem import Problem
from landscape.training.optimisers import Arrays

WINDOW = 25
"""Steps between two checks of a run."""

QUIET_CHECKS = 2
"""Checks in a row that must find a run quiet, within all tolerances below, before it has converged."""

WEIGHT_TOLERANCE = 1e-8
"""A quiet run has a remaining distance below this, relative to its weights or to those that fit its labels."""

TURN_TOLERANCE = 1e-3
"""A neuron that turned by more than this between two checks, in radians, may still enter another cone."""

LOSS_TOLERANCE, LOSS_FLOOR = 1e-9, 1e-15
"""A quiet run's loss changed by less than this share of itself, or than this share of the loss of the zero network,
since the last check."""


@dataclass(frozen=True, eq=False)
class ConvergenceMonitor:
    """The state of B runs at their last check; every array ends in the axis of the runs still going.

    A run's remaining distance is its motion since the last check, continued as a geometric series. A motion that grows
    has no finite remaining distance: a start near 0, which leaves a saddle slowly, is never quiet.

    Arguments
        size: (B,) the size of weights that fit the labels; unit: (B,) the loss of the zero network, or the first one
            where that is 0.
        weights: arrays (..., B) and loss: (B,) at the last check, an output bias as ``watched``; moved: (B,) largest
            change of a weight up to it.
        quiet: (B,) checks in a row that found the run quiet; frozen: (B,) whether no weight changes at all.
        turning: (B,) whether a neuron still turns.
    """

    size: np.ndarray
    unit: np.ndarray
    weights: Arrays
    loss: np.ndarray
    moved: np.ndarray
    quiet: np.ndarray
    frozen: np.ndarray
    turning: np.ndarray

    @classmethod
    def begin(cls, problem: Problem, weights: Arrays, loss: np.ndarray) -> ConvergenceMonitor:
        """Return the monitor at step 0 of runs with ``weights`` (arrays (..., B)) and ``loss`` (B,)."""
        labels, size = float(np.sqrt(zero_loss(problem))), _fitting_size(problem)
        none = np.zeros(len(loss), dtype=int)
        return cls(
            size=np.full(len(loss), size) if size else _largest(weights[:2]),
            unit=np.full(len(loss), labels**2) if labels else loss,
            weights=weights,
            loss=loss,
            moved=np.full(len(loss), np.inf),
            quiet=none,
            frozen=none > 0,
            turning=none > 0,
        )

    def check(self, weights: Arrays, before: Arrays, loss: np.ndarray) -> ConvergenceMonitor:
        """Return the monitor after a check of ``weights``, which one step earlier were ``before``."""
        moved, last = _distance(weights, self.weights), _distance(weights, before)
        own = _largest(weights[:2])  # an output bias may have far to go
        scale = WEIGHT_TOLERANCE * np.maximum(own, self.size)
        ratio = np.where(np.isfinite(self.moved) & (self.moved > 0), moved / np.where(self.moved > 0, self.moved, 1), 1)
        left = np.where(ratio < 1, moved * ratio / np.where(ratio < 1, 1 - ratio, 1), np.inf)
        rounding = moved <= 8 * np.finfo(float).eps * own
        change = np.abs(loss - self.loss)
        calm = change <= np.maximum(LOSS_TOLERANCE * loss, LOSS_FLOOR * self.unit)
        still = ((left <= scale) | rounding) & (last <= scale) & calm
        return ConvergenceMonitor(
            self.size,
            self.unit,
            weights,
            loss,
            moved,
            np.where(still, self.quiet + 1, 0),
            (moved == 0) & (last == 0),
            _turn(weights, self.weights) > TURN_TOLERANCE,
        )

    @property
    def settled(self) -> np.ndarray:
        """Which runs (B,) have been quiet for QUIET_CHECKS checks."""
        return self.quiet >= QUIET_CHECKS

    def only(self, going: np.ndarray) -> ConvergenceMonitor:
        """Return the monitor of a subset of the runs."""
        weights = tuple(a[..., going] for a in self.weights)
        rest = (self.loss, self.moved, self.quiet, self.frozen, self.turning)
        return ConvergenceMonitor(self.size[going], self.unit[going], weights, *(a[going] for a in rest))


def watched(problem: Problem, weights: Arrays) -> Arrays:
    """Return weights V, A as they are, and output biases b (B,), if there are any, in units of the weights.

    What is left of b counts once that of the zero network, which may be far larger, is subtracted.
    """
    if len(weights) < 3:
        return weights
    V, A, b = weights
    height = float(np.sqrt(zero_loss(problem) / problem.n)) or 1.0
    return V, A, (b - best_bias(problem, problem.y)) * ((_fitting_size(problem) or 1.0) / height)


def _fitting_size(problem: Problem) -> float:
    """Return the size of weights that fit the labels, 0 where nothing is to be fitted."""
    reach = float(np.sqrt(zero_loss(problem))) / max(float(np.linalg.norm(problem.X)), 1e-300)
    return reach if problem.second_layer == "ones" else float(np.sqrt(reach))


def _largest(weights: Arrays) -> np.ndarray:
    largest: np.ndarray = np.max([np.abs(a).max(axis=tuple(range(a.ndim - 1))) for a in weights], axis=0)
    return largest


def _turn(weights: Arrays, others: Arrays) -> np.ndarray:
    """Return the largest turn (B,) of a neuron (w, alpha), approximately the angle where it is small."""
    (V, A), (V0, A0) = weights[:2], others[:2]
    size, size0 = (np.maximum(np.sqrt((v**2).sum(axis=0) + a**2), 1e-300) for v, a in ((V, A), (V0, A0)))
    return _largest((V / size - V0 / size0, A / size - A0 / size0))


def _distance(weights: Arrays, others: Arrays) -> np.ndarray:
    return _largest(tuple(a - b for a, b in zip(weights, others, strict=True)))
