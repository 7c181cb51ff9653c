"""The dual of the training problem for λ > 0: what a feasible vector proves, computed without any solver.

It is max ‖y‖² − ‖y − z‖² subject to |zᵀ relu(X u)| ≤ λ for all unit u (Pilanci & Ergen, 2020): any z, scaled until it
is feasible, proves a lower bound.
"""

from __future__ import annotations

import numpy as np

from landscape.model.exact import EPS


def dual_value(y: np.ndarray, z: np.ndarray, lam: float, support: float) -> float:
    """Return ‖y‖² − ‖y − c z‖² = c (2 zᵀy − c ‖z‖²), rounded down, at the best feasible multiple c z of a dual vector.

    c z is feasible where c · support ≤ λ: a lower bound of (1) where ``support`` is at least the support of z. Labels
    and dual vector may have any shape, the same for both. The rounding of the two sums is subtracted.
    """
    largest = float(np.max(np.abs(z)))
    if largest == 0:
        return 0.0
    z, support = z / largest, support / largest  # z has no units of its own: its square could vanish
    length = float(np.vdot(z, z))
    along = float(np.vdot(z, y))
    c = _best_multiple(along, length, lam, support)
    rounding = (np.size(z) + 4) * EPS * (2.0 * float(np.vdot(np.abs(z), np.abs(y))) + c * length)
    return max(0.0, c * (2.0 * along - c * length - rounding))


def feasible_dual(y: np.ndarray, z: np.ndarray, lam: float, support: float) -> np.ndarray:
    """Return the multiple c z of ``dual_value`` as a vector that is feasible with its own roundings, or zeros."""
    largest = float(np.max(np.abs(z)))
    if largest == 0:
        return np.zeros_like(z)
    unit = z / largest
    c = _best_multiple(float(np.vdot(unit, y)), float(np.vdot(unit, unit)), lam, support / largest)
    scaled: np.ndarray = (c * (1.0 - 8 * EPS)) * unit
    return scaled


def _best_multiple(along: float, length: float, lam: float, support: float) -> float:
    return min(max(along / length, 0.0), lam / support if support > 0 else np.inf)
