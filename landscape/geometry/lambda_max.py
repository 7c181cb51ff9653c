"""The regularisation from which on the zero network is optimal."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from functools import partial
from math import sqrt

import numpy as np

from landscape.geometry.search import largest_support
from landscape.geometry.support import Geometry, geometry
from landscape.model.exact import EPS
from landscape.model.output_bias import one_label, zero_dual
from landscape.model.problem import LARGEST, Problem, check_problem

Between = Callable[[tuple[float, float], tuple[float, float]], bool]
"""Says of two points (λ, support) whether the support is at most λ between them."""

CROSSED = 1e-13
"""The share of itself to which the λ is located that is its own support."""

ROUNDED = 16
"""Roundings of a sample's part of a support, generously counted; those of a sum of n are n more at most."""

CENTRED = 4 * EPS
"""A support that is this share of Σ |z_i| ‖x_i‖, or less, is rounding where a mean has been taken from z."""

GIVEN = EPS / 4
"""The same where z is as it was given."""


def lambda_max(problem: Problem) -> float:
    """Return the λ from which on the zero network is optimal for problem (1): support(y), without an output bias.

    Optimal among the networks of the problem's class. With an output bias that of the zero network is at its best: a
    free one leaves support(y − ȳ), and where it is penalised λ is on both sides of support(y − 1 Σ y_i / (n + λ)) = λ.
    Where X has too many cells to visit it is the most that any neuron found has (``largest_support``, whose ``error``
    says by how much it may be short): from below, so that beyond five features networks other than zero may be optimal
    at this λ and beyond.

    It is 0 where that is rounding: with a free output bias where every network has the same output for all samples, as
    of equal rows of X, or where the labels are what that bias alone fits.

    With the logistic loss it is support(y) / 4, with a free output bias support(y − ȳ) / 4: the dual vector of the zero
    network, as there.

    >>> from landscape import Problem, lambda_max
    >>> lambda_max(Problem(X=[[-1.0], [1.0]], y=[1.0, 2.0]))
    2.0
    >>> lambda_max(Problem(X=[[-1.0], [1.0]], y=[1.0, 2.0], output_bias="free"))
    0.5
    >>> lambda_max(Problem(X=[[-1.0], [1.0]], y=[1, -1], loss="logistic"))
    0.25
    """
    check_problem(problem)
    space = geometry(problem.X, quick=True)

    support_at = partial(zero_support, problem, space)
    if problem.output_bias != "penalised":
        return support_at(problem.lam)
    # With λ → ∞ the bias vanishes: between that and a free one the support is at most the larger of both.
    between = _larger_stays_below if problem.loss == "logistic" else partial(_chord_stays_below, n=problem.n)
    return _last_crossing(support_at, between, max(support_at(0.0), support_at(LARGEST)))


def _last_crossing(support_at: Callable[[float], float], stays_below: Between, above: float) -> float:
    """Return the least λ such that no λ' from there to ``above`` is below support_at(λ'), rounded up.

    The support is convex in what the bias makes of the residual: for the squared loss a multiple of 1/(n + λ), for the
    logistic one a sigmoid that is monotone in λ. So between two λ it is below a chord, which ``stays_below`` looks at.
    Where the chord may reach λ, the right half is looked at first.
    """
    at_above = support_at(above)
    open_ends = [(0.0, support_at(0.0))]
    while open_ends:
        begin, at_begin = open_ends[-1]
        narrow = above - begin <= CROSSED * above
        if at_begin > begin and narrow:
            return above
        if at_begin > begin or not (narrow or stays_below((begin, at_begin), (above, at_above))):
            middle = (begin + above) / 2.0
            open_ends.append((middle, support_at(middle)))
        else:
            above, at_above = open_ends.pop()
    return above


def _larger_stays_below(begin: tuple[float, float], end: tuple[float, float]) -> bool:
    """Return whether a convex function of a monotone one of λ is at most λ between two points (λ, at most λ)."""
    return max(begin[1], end[1]) <= begin[0]


def _chord_stays_below(begin: tuple[float, float], end: tuple[float, float], n: int) -> bool:
    """Return whether α + β/(n + λ) through two points (λ, at most λ) is at most λ between them."""
    (a, at_a), (b, at_b) = begin, end
    slope = (at_a - at_b) / (b - a) * (n + a) * (n + b)
    if slope >= 0.0:  # convex in λ
        return True
    nearest = min(max(sqrt(-slope) - n, a), b)
    return at_b + slope * (b - nearest) / (n + nearest) / (n + b) <= nearest


def zero_support(problem: Problem, space: Geometry, lam: float) -> float:
    """Return the support of the zero network's dual vector at a λ, as far as it is found; 0 where it is rounding."""
    at_lam = replace(problem, lam=lam)
    z = zero_dual(at_lam)
    return without_rounding(at_lam, z, largest_support(space, z).value)


def without_rounding(problem: Problem, z: np.ndarray, found: float) -> float:
    """Return the support that was found of the zero network's dual vector z (n,), 0 where it is 0 but for rounding."""
    if one_label(problem):
        return 0.0
    size = float(np.abs(z) @ np.linalg.norm(problem.X, axis=1))
    if found <= (CENTRED if problem.has_output_bias else GIVEN) * size:
        return 0.0
    return 0.0 if found <= (ROUNDED + problem.n) * EPS * size and _vanishes(problem) else found


def _vanishes(problem: Problem) -> bool:
    """Return whether the support of the zero network's dual vector is 0 in exact arithmetic, as far as that is known.

    Of rows along one line, which are multiples c_i of one of them, Σ z_i relu(c_i t) is linear in t exactly where
    Σ z_i |c_i| = 0: relu(t) has a crease, and no other line has one there. What is left is the linear Σ z_i x_i·u.
    """
    if problem.loss == "logistic" and problem.bias_penalty == problem.lam > 0:
        return False  # its bias is no rational number
    y = [Fraction(label) for label in problem.y.tolist()]
    if problem.has_output_bias:
        total, weight = sum(y), problem.n + Fraction(problem.bias_penalty if problem.loss == "squared" else 0.0)
        y = [weight * label - total for label in y]
    lines: dict[tuple[Fraction, ...], Fraction] = {}
    sums = [Fraction(0)] * problem.d
    for row, z in zip(problem.X.tolist(), y, strict=True):
        first = Fraction(next((entry for entry in row if entry), 0.0))
        if first:
            line = tuple(Fraction(entry) / first for entry in row)
            lines[line] = lines.get(line, Fraction(0)) + z * abs(first)
            sums = [s + z * Fraction(entry) for s, entry in zip(sums, row, strict=True)]
    return not any(lines.values()) and not any(sums)
