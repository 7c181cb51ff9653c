"""When a loss counts as optimal: its excess over the certified optimum, as a share."""

from __future__ import annotations

import numpy as np

from landscape.problem import Problem

TARGETS = (1e-2, 1e-4, 1e-6)
"""Shares of the optimum within which a loss is called close, closer, and there."""

LEAST_UNIT = 1e-4
"""Least unit of the excess, as a share of ‖y‖²: an optimum of 0 can be neared, but not in shares of itself."""


def excess(problem: Problem, optimum: float, loss: np.ndarray | float) -> np.ndarray:
    """Return (loss − optimum) / max(optimum, 1e-4 ‖y‖²), with the shape of ``loss``.

    Where that unit is 0, all labels being 0, only the optimum itself has a finite excess, 0.
    """
    unit = max(optimum, LEAST_UNIT * float(problem.y @ problem.y))
    above = np.asarray(loss, dtype=float) - optimum
    if unit > 0:
        return above / unit
    return np.where(above > 0, np.inf, 0.0)
