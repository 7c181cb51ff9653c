"""The dual of the training problem with the logistic loss, λ > 0: what a feasible vector proves, without any solver.

It is max Σ H(p_i) subject to |zᵀ relu(X u)| ≤ λ for all unit u, where z_i = y_i p_i / 2, p_i ∈ [0, 1], and H is the
binary entropy, −ℓ* of the loss ℓ. For log(1 + exp(−y f)) ≥ H(p) − y p f (Fenchel), and Σ y_i p_i f_i is at most
2 Σ |α_j| |zᵀ relu(X w_j)| ≤ λ Σ (‖w_j‖² + α_j²). With an output bias of a penalty p the objective is (1ᵀz)²/p less:
where it is free, z must sum to 0. Subtracting its mean could leave [0, 1], so the heavier class is made lighter.

What is proven is proven of a vector of float64 as it stands: its rounding is in the bound of its support, and H of it
is accurate to a few roundings.
"""

from __future__ import annotations

from math import fsum

import numpy as np

from landscape.model.exact import EPS
from landscape.model.loss import entropy
from landscape.model.output_bias import only_bias_fits
from landscape.model.problem import Problem

UNIT = 8 * EPS
"""By so much less than the largest multiple a vector is scaled: its roundings are within."""

LOGARITHMS = 32 * EPS
"""Relative rounding of an entropy and of a sum of them, generously: no summand has another sign."""

SUMMED = 8 * EPS
"""A sum of a dual vector that is this share of the sum of its magnitudes, or less, is nothing but rounding."""

FAINT = 1e-290
"""Entries below are 0: their multiples are not to vanish half."""

LEAST = 1e-250
"""Below this share of the rows' lengths λ is so small that what FAINT entries add is not: nothing is proven."""

BISECTIONS = 60
"""Halvings of the interval that holds the best multiple."""


def as_dual(problem: Problem, z: np.ndarray) -> np.ndarray:
    """Return a vector z (n,) as a dual vector: without entries of the wrong sign, and of the sum 0 where it must be.

    Its sum must be 0 where the output bias is free; where it is penalised, a sum that is rounding is made 0.
    """
    size = np.maximum(problem.y * z, 0.0)
    size[size < FAINT] = 0.0
    if problem.has_output_bias and (problem.bias_penalty == 0 or _sums_to_zero(problem.y * size)):
        above, below = problem.y > 0, problem.y < 0
        up, down = fsum(size[above].tolist()), fsum(size[below].tolist())
        if min(up, down) == 0:
            return np.zeros_like(z)
        heavier, share = (above, down / up) if up > down else (below, up / down)
        size = np.where(heavier, size * share, size)
        size[size < FAINT] = 0.0
    return np.asarray(problem.y * size)


def bound_of(problem: Problem, z: np.ndarray, support: float) -> float:
    """Return the largest proven lower bound among the multiples of z (n,), a vector of ``as_dual``, rounded down.

    It is one where ``support`` is at least that of z.
    """
    scaled = feasible_dual(problem, z, support)
    p = 2.0 * np.abs(scaled)
    if not p.any():
        return 0.0
    proven = fsum(entropy(p).tolist()) * (1.0 - LOGARITHMS)
    if problem.has_output_bias:
        if _must_be_balanced(problem, z):
            proven *= 1.0 - _imbalance(scaled)  # H is concave and 0 at 0: a class scaled by 1 − δ keeps so much of it
        else:
            total = fsum(scaled.tolist())
            proven -= total * total / problem.bias_penalty * (1.0 + 8 * EPS)
    return max(0.0, proven)


def feasible_dual(problem: Problem, z: np.ndarray, support: float) -> np.ndarray:
    """Return the multiple of z (n,) of ``bound_of``: feasible as it stands, or zeros.

    Where it must sum to 0 it is feasible once the heavier class is made lighter by what is rounding.
    """
    largest = 2.0 * float(np.max(np.abs(z)))
    rows = np.linalg.norm(problem.X, axis=1)
    if largest == 0 or problem.lam < LEAST * float(rows.sum()):
        return np.zeros_like(z)
    moved = EPS
    if problem.has_output_bias and _must_be_balanced(problem, z):
        moved += _imbalance(z) + 4 * EPS
    most = support + 1.01 * float(moved * (np.abs(z) @ rows))
    if only_bias_fits(problem):
        most = 0.0  # every neuron has one output for all samples, and z, once balanced, sums to 0
    with np.errstate(over="ignore"):
        c_most = min(1.0 / largest, problem.lam / most if most > 0 else np.inf) * (1.0 - UNIT)
    scaled = _best_multiple(problem, z, c_most) * z
    return np.where(np.abs(scaled) < FAINT, 0.0, scaled)


def wanted_support(problem: Problem, z: np.ndarray) -> float:
    """Return the support of z (n,) below which its bound rises no more; infinite where no multiple proves anything."""
    largest = 2.0 * float(np.max(np.abs(z)))
    return problem.lam / _best_multiple(problem, z, 1.0 / largest) if largest > 0 else np.inf


def _best_multiple(problem: Problem, z: np.ndarray, most: float) -> float:
    """Return the multiple c ≤ most of z that is best for Σ H(2 c |z_i|) − c² (1ᵀz)²/p, which is concave in c.

    Nothing that is proven rests on its being the best.
    """
    if not 0 < most < np.inf:
        return 0.0
    p = 2.0 * np.abs(z[z != 0])
    penalised = problem.has_output_bias and not _must_be_balanced(problem, z)
    total = fsum(z.tolist()) if penalised else 0.0

    def rises(c: float) -> bool:
        with np.errstate(divide="ignore"):
            slope = float(p @ (np.log1p(-np.minimum(c * p, 1.0)) - np.log(c * p)))
        return slope > 2.0 * c * total * total / problem.bias_penalty if penalised else slope > 0

    if rises(most):
        return most
    low, high = 0.5 * most, most
    while low > 0 and not rises(low):
        low, high = 0.5 * low, low
    for _ in range(BISECTIONS):
        middle = 0.5 * (low + high)
        low, high = (middle, high) if rises(middle) else (low, middle)
    return low


def _must_be_balanced(problem: Problem, z: np.ndarray) -> bool:
    return problem.bias_penalty == 0 or _sums_to_zero(z)


def _sums_to_zero(z: np.ndarray) -> bool:
    return abs(fsum(z.tolist())) <= SUMMED * fsum(np.abs(z).tolist())


def _imbalance(z: np.ndarray) -> float:
    """Return a bound of the share by which the heavier class of z outweighs the other."""
    above, below = fsum(z[z > 0].tolist()), -fsum(z[z < 0].tolist())
    heavier = max(above, below)
    return min(1.0, abs(above - below) / heavier + 4 * EPS) if heavier > 0 else 0.0
