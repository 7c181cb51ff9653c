"""The dual of the training problem for λ > 0: what a feasible vector proves, computed without any solver.

It is max ‖y‖² − ‖y − z‖² subject to |zᵀ relu(X u)| ≤ λ for all unit u (Pilanci & Ergen, 2020): any z, scaled until it
is feasible, proves a lower bound. With an output bias of a penalty p the objective is (1ᵀz)²/p less: where it is free,
z must sum to 0. The logistic loss has a dual of its own, in the same vectors: ``logistic/dual.py``.
"""

from __future__ import annotations

from math import fsum

import numpy as np

from landscape.convex.logistic import dual as logistic
from landscape.model.exact import EPS
from landscape.model.output_bias import best_bias, labels_left, only_bias_fits
from landscape.model.problem import Problem

SUMMED = 4 * EPS
"""How far, as a share of its largest entry, the mean of a vector that should sum to 0 is from 0 at most."""


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


def as_dual(problem: Problem, z: np.ndarray) -> np.ndarray:
    """Return a vector z (n,) as a dual vector of a problem: less its mean where its sum must be 0, or is so small that
    it is nothing but rounding, which a penalty close to 0 would blow up.
    """
    if problem.loss == "logistic":
        return logistic.as_dual(problem, z)
    if not problem.has_output_bias or (problem.bias_penalty > 0 and not sums_to_zero(z)):
        return z
    for _ in range(2):  # the mean may be far larger than what is left, and its rounding too
        z = z - fsum(z.tolist()) / len(z)
    return z


def bound_of(problem: Problem, z: np.ndarray, support: float) -> float:
    """Return ``dual_value`` for a problem with or without an output bias, and z of ``as_dual``; λ > 0.

    Where z should sum to 0 it does so up to rounding. What is bounded is z less its mean, exactly, whose support is at
    most mean · Σ ‖x_i‖ larger.
    """
    if problem.loss == "logistic":
        return logistic.bound_of(problem, z, support)
    if not problem.has_output_bias:
        return dual_value(problem.y, z, problem.lam, support)
    largest = float(np.max(np.abs(z)))
    if largest == 0:
        return 0.0
    z, support = z / largest, _support_less_mean(problem, z, support) / largest
    total, left, b = _total(z), labels_left(problem), best_bias(problem, problem.y)
    along, length = _along_and_length(problem, z)
    if length == np.inf:  # it has a sum, and must have none
        return 0.0
    c = _best_multiple(along, length, problem.lam, support)
    size = float((np.abs(z) + SUMMED) @ np.abs(left)) + abs(b * total)
    rounding = (len(z) + 8) * EPS * (2.0 * size + c * length)
    return max(0.0, c * (2.0 * along - c * length - rounding))


def feasible_dual(problem: Problem, z: np.ndarray, support: float) -> np.ndarray:
    """Return the multiple c z of ``bound_of`` as a vector that is feasible with its own roundings, or zeros.

    Where it should sum to 0 it is feasible once its mean, which is rounding, is subtracted exactly.
    """
    if problem.loss == "logistic":
        return logistic.feasible_dual(problem, z, support)
    largest = float(np.max(np.abs(z)))
    if largest == 0:
        return np.zeros_like(z)
    unit = z / largest
    if problem.has_output_bias:
        support = _support_less_mean(problem, z, support)
    along, length = _along_and_length(problem, unit)
    c = _best_multiple(along, length, problem.lam, support / largest)
    scaled: np.ndarray = (c * (1.0 - 8 * EPS)) * unit
    return scaled


def wanted_support(problem: Problem, z: np.ndarray) -> float:
    """Return the support of z (n,) below which its bound rises no more: the best multiple of z is feasible then.

    It is λ for the residual of an optimum; infinite where no multiple of z proves anything.
    """
    if problem.loss == "logistic":
        return logistic.wanted_support(problem, z)
    largest = float(np.max(np.abs(z)))
    if largest == 0:
        return np.inf
    along, length = _along_and_length(problem, z / largest)
    return problem.lam * largest * length / along if along > 0 else np.inf


def _along_and_length(problem: Problem, z: np.ndarray) -> tuple[float, float]:
    """Return zᵀy, the labels being far from 0 perhaps, and ‖z‖² + (1ᵀz)²/p: c z has the bound 2 c zᵀy − c² of that."""
    if not problem.has_output_bias:
        return float(z @ problem.y), float(z @ z)
    total = _total(z)
    along = float(z @ labels_left(problem)) + best_bias(problem, problem.y) * total
    return along, float(z @ z) + _square_over(total, problem.bias_penalty)


def _best_multiple(along: float, length: float, lam: float, support: float) -> float:
    return min(max(along / length, 0.0), lam / support if support > 0 else np.inf)


def _total(z: np.ndarray) -> float:
    """Return the sum of a dual vector, 0 where it is rounding."""
    return 0.0 if sums_to_zero(z) else fsum(z.tolist())


def sums_to_zero(z: np.ndarray) -> bool:
    """Return whether the sum of a dual vector (n,) is nothing but rounding."""
    return abs(fsum(z.tolist())) <= len(z) * SUMMED * float(np.max(np.abs(z)))


def _square_over(total: float, penalty: float) -> float:
    """Return total² / p, and 0 for a sum of 0 whatever the penalty."""
    if total == 0:
        return 0.0
    return total * total / penalty if penalty > 0 else np.inf


def _support_less_mean(problem: Problem, z: np.ndarray, support: float) -> float:
    """Return a bound of the support of z less its mean, which is rounding, given one of z.

    It is 0 where every neuron has one output for all samples and z less its mean sums to 0.
    """
    if only_bias_fits(problem):
        return 0.0
    return support + SUMMED * float(np.max(np.abs(z))) * float(np.linalg.norm(problem.X, axis=1).sum())
