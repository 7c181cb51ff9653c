"""When a loss counts as optimal: its excess over the certified optimum, as a share."""

from __future__ import annotations

import numpy as np

from landscape.model.problem import Problem

TARGETS = (1e-2, 1e-4, 1e-6)
"""Shares of the optimum within which a loss is called close, closer, and there."""

LEAST_UNIT = 1e-4
"""Least unit of the excess, as a share of ‖y‖²: an optimum of 0 can be neared, but not in shares of itself."""


def unit(problem: Problem, optimum: float) -> float:
    """Return what an excess over the optimum is a share of: the optimum, or 1e-4 ‖y‖² where that is larger."""
    return max(optimum, LEAST_UNIT * float(problem.y @ problem.y))


def excess(problem: Problem, optimum: float, loss: np.ndarray | float) -> np.ndarray:
    """Return (loss − optimum) / unit, with the shape of ``loss``.

    Where the unit is 0, all labels being 0, only the optimum itself has a finite excess, 0.
    """
    above, share = np.asarray(loss, dtype=float) - optimum, unit(problem, optimum)
    return above / share if share > 0 else np.where(above > 0, np.inf, 0.0)
