"""When a loss counts as optimal: every tolerance on the excess of a loss over an optimum, and the unit of each.

All tolerances are shares of the labels' own size, so that a change of the labels' units (y × c, λ × c) changes no
result. Two units are in use:

- ``label_size``, ‖y‖², for the verdict on a run: whether it ended at the optimum, and which part of a loss is rounding;
- ``unit``, the optimum itself, for what is measured: the excess that races and sweeps time, and the solver's proof. It
  is at least 1e-4 ‖y‖², since an optimum of 0 can be approached, but not in shares of itself.

‖y‖² is the loss of the zero network. With an output bias that has its best one: the size of labels is what it leaves,
so that a number added to all labels, where the bias is free, changes no result either.
"""

from __future__ import annotations

from typing import overload

import numpy as np

from landscape.model.exact import EPS
from landscape.model.output_bias import one_label, zero_loss
from landscape.model.problem import Problem

AT_OPTIMUM = 1e-6
"""A loss is at the optimum when its excess is at most this share of ‖y‖²; the browser's engine has the same number."""

ROUNDING = 1e-12
"""A loss, or a difference of losses, that is at most this share of ‖y‖² is rounding."""

PROVEN = 1e-7
"""A solution is proven optimal when it exceeds its lower bound by at most this share of ``unit``."""

TARGETS = (1e-2, 1e-4, 1e-6)
"""Excesses, as shares of ``unit``, that races time: a loss is called close, closer, and at the optimum."""

LEAST_UNIT = 1e-4
"""Least ``unit`` of an excess, as a share of ‖y‖²."""


def label_size(problem: Problem) -> float:
    """Return ‖y‖², the loss of the zero network, in units of y²; 1 where that is 0: then the problem has no scale."""
    return zero_loss(problem) or 1.0


@overload
def at_optimum(problem: Problem, excess: float) -> bool:
    """For one loss."""


@overload
def at_optimum(problem: Problem, excess: np.ndarray) -> np.ndarray:
    """For an array of losses."""


def at_optimum(problem: Problem, excess: float | np.ndarray) -> bool | np.ndarray:
    """Return whether losses that exceed the optimum by ``excess``, of any shape, in units of y², are at the optimum.

    Where the optimum is unknown, a certificate's gap is a valid ``excess``: it is an upper bound on it.
    """
    return excess <= AT_OPTIMUM * label_size(problem)


def is_rounding(problem: Problem, value: float) -> bool:
    """Return whether a loss, or a difference of losses, in units of y², is 0 up to rounding."""
    return value <= rounding_of(problem)


def rounding_of(problem: Problem) -> float:
    """Return the largest loss, in units of y², that is nothing but rounding."""
    return ROUNDING * label_size(problem)


def without_rounding(problem: Problem, value: float) -> float:
    """Return a loss in units of y², set to 0 where it is rounding."""
    return 0.0 if is_rounding(problem, value) else value


def unit(problem: Problem, optimum: float) -> float:
    """Return what an excess over the optimum is a share of: the optimum, or 1e-4 ‖y‖² where that is larger."""
    return max(optimum, LEAST_UNIT * zero_loss(problem))


def excess(problem: Problem, optimum: float, loss: np.ndarray | float) -> np.ndarray:
    """Return (loss − optimum) / unit, with the shape of ``loss``.

    Where the unit is 0, all labels being 0, only the optimum itself has a finite excess, 0.
    """
    above, share = np.asarray(loss, dtype=float) - optimum, unit(problem, optimum)
    with np.errstate(over="ignore"):
        return np.asarray(above / share if share > 0 else np.where(above > 0, np.inf, 0.0))


def is_proven(problem: Problem, lower_bound: float, value: float, tolerance: float = PROVEN) -> bool:
    """Return whether a value exceeds a proven lower bound of every network's objective by at most ``tolerance``.

    Where a free output bias alone fits the labels up to their rounding, that is the least that a network can have.

    Arguments
        lower_bound: in units of y², −infinity where nothing is proven; value: a network's objective.
        tolerance: a share of ``unit``, by default that of the solver; races and sweeps take one of TARGETS.
    """
    if one_label(problem) and value <= problem.n * float(2 * EPS * np.max(np.abs(problem.y))) ** 2:
        return lower_bound > -np.inf
    return bool(excess(problem, lower_bound, value) <= tolerance)
