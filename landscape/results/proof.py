"""Why no network of any width costs less than the bound: the dual vector, and what it gives for every pattern.

For any numbers z, one a point, completing the square gives, with f the outputs of a network on the points,

    ‖f − y‖² + 2 zᵀf = ‖f − (y − z)‖² + 2 zᵀy − ‖z‖² ≥ 2 zᵀy − ‖z‖².

What is added, 2 zᵀf, is at most the penalty of the network where |zᵀ max(0, X u)| ≤ λ for every neuron u of length 1;
without a penalty it is 0, or at most 0 with a second layer of ones, where the same holds of zᵀ max(0, X u). So the
right side is a lower bound of the objective (1) of every network (Pilanci & Ergen, 2020).

An output bias b adds 2 b Σ z to 2 zᵀf. Where it is free, the numbers z must add up to 0; where its penalty is λ b²,
this is at most that and (Σ z)²/λ, which is subtracted from the bound.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from fractions import Fraction

import numpy as np

from landscape.convex.certificate import Certificate
from landscape.convex.dual import sums_to_zero
from landscape.geometry.cells import most_cells
from landscape.geometry.fan import Fan
from landscape.geometry.patterns import Patterns
from landscape.geometry.support import Geometry, geometry, most_on_cones, most_on_patterns
from landscape.model.exact import EPS
from landscape.model.problem import Problem
from landscape.results.solved_scenario import SolvedScenario

LISTED = 6
"""Most patterns that a proof lists one by one."""

VISITED = 200
"""Of three features and more, at most this many cones are maximised over for the list."""

TIGHT = 1e-6
"""A pattern whose maximum is within this share of λ is tight: the optimum has its neurons there."""

DIGITS = 12
"""A number that has no more digits than these, up to its rounding, is taken for the decimal that it is written as."""


class Reason(Enum):
    """What a bound rests on."""

    SQUARES = "a sum of squares is never negative"
    PENALTY = "no neuron gains more than it costs"
    OUT_OF_REACH = "z is orthogonal to the outputs of every neuron"
    ONES = "no neuron's outputs go along with z"


@dataclass(frozen=True, eq=False)
class PatternBound:
    """What z gives for the neurons u of one pattern, ‖u‖ ≤ 1.

    Arguments
        active: (n,) bool, the points on which they are active.
        most: |zᵀ max(0, X u)|, or zᵀ max(0, X u) for a second layer of ones, is at most this.
        tight: whether it is all that is allowed, up to rounding.
    """

    active: np.ndarray
    most: Fraction
    tight: bool


@dataclass(frozen=True, eq=False)
class Proof:
    """A lower bound of the objective of every network, with the numbers that prove it.

    Arguments
        reason: what it rests on.
        bound: no network costs less; 0 where nothing else is proven.
        z: (n,) the dual vector; empty where ``reason`` needs none.
        exact: whether z and the bound are exact for the numbers of the picture as they are written; else z is rounded.
        allowed: what the maxima may be at most: λ, or 0 without a penalty.
        patterns: the patterns that are listed, the tight ones first.
        others: how many more there are; most_of_others: the maxima of these are at most this.
        counted: whether ``others`` is their number; else there are at most so many.
        searched: whether the maxima of the others are known from a search that covers all neurons, not pattern by
            pattern.
        value: the objective of the network found; closed: whether it is proven optimal.
        of_bias: (Σ z)²/λ for a penalised output bias, which the bound is less; 0 elsewhere.
    """

    reason: Reason
    bound: Fraction
    z: tuple[Fraction, ...]
    exact: bool
    allowed: Fraction
    patterns: tuple[PatternBound, ...]
    others: int
    most_of_others: Fraction
    counted: bool
    searched: bool
    value: float
    closed: bool
    of_bias: Fraction = Fraction(0)

    @property
    def gap(self) -> Fraction:
        """How far the network found is above the bound at most, 0 where rounding has it below."""
        return max(Fraction(0), Fraction(self.value) - self.bound)


def as_written(value: float) -> Fraction:
    """Return a number as it is written, 1/10 for 0.1 and not the float64 beside it; one of many digits as it is."""
    exact, decimal = Fraction(value), Fraction(f"{value:.{DIGITS}g}")
    return decimal if abs(decimal - exact) <= 2 * Fraction(EPS) * abs(exact) else exact


def proof_of(solved: SolvedScenario) -> Proof:
    """Return the proof of the bound on a scenario's optimum.

    One feature without a bias has its optimal z in closed form, exact for the data as they are written. Elsewhere z is
    that of the certificate.
    """
    problem, proof = solved.problem, solved.proof
    if problem.d == 1 and not problem.has_output_bias:
        return _of_one_feature(problem, proof)
    if proof.dual is None or (problem.lam == 0 and not proof.complete):
        return _plain(Reason.SQUARES, proof)
    z, of_bias = _with_bias(problem, tuple(Fraction(float(v)) for v in proof.dual))
    of_z = _value(z, tuple(Fraction(float(v)) for v in problem.y)) - of_bias
    bound = of_z if problem.lam > 0 else Fraction(proof.lower_bound)
    if bound <= 0 or not any(z):
        return _plain(Reason.SQUARES, proof)
    allowed = Fraction(problem.lam)
    space = geometry(problem.X, quick=not proof.complete)
    listed, others, most, counted = _by_pattern(problem, space, proof.dual, solved.solution.patterns, allowed)
    reason = Reason.PENALTY if problem.lam > 0 else Reason.OUT_OF_REACH
    searched = not proof.complete
    return Proof(
        reason, bound, z, False, allowed, listed, others, most, counted, searched, proof.value, proof.closed, of_bias
    )


def _with_bias(problem: Problem, z: tuple[Fraction, ...]) -> tuple[tuple[Fraction, ...], Fraction]:
    """Return z less its mean where its sum must be 0 and is, up to rounding; and (Σ z)²/λ where it need not be."""
    if not problem.has_output_bias:
        return z, Fraction(0)
    total = sum(z, Fraction(0))
    if sums_to_zero(np.array([float(v) for v in z])) or problem.bias_penalty == 0:
        return tuple(v - total / len(z) for v in z), Fraction(0)
    return z, total * total / Fraction(problem.bias_penalty)


def _plain(reason: Reason, proof: Certificate) -> Proof:
    zero = Fraction(0)
    return Proof(reason, zero, (), True, zero, (), 0, zero, True, False, proof.value, proof.closed)


def _value(z: tuple[Fraction, ...], y: tuple[Fraction, ...]) -> Fraction:
    """Return 2 zᵀy − ‖z‖²."""
    total = Fraction(0)
    for a, b in zip(z, y, strict=True):
        if a:
            total += a * (2 * b - a)
    return total


def _of_one_feature(problem: Problem, proof: Certificate) -> Proof:
    """Return the proof by the exact residual of the best slopes on both sides of 0."""
    x, y = [as_written(v) for v in problem.X[:, 0].tolist()], [as_written(v) for v in problem.y.tolist()]
    lam, ones = as_written(problem.lam), problem.second_layer == "ones"
    z = list(y)
    bounds = []
    for sign in (1, -1):
        side = [j for j, v in enumerate(x) if sign * v > 0]
        slope, most = _best_slope([x[j] for j in side], [y[j] for j in side], lam, sign, ones=ones)
        for j in side:
            z[j] = y[j] - slope * x[j]
        active = np.array([sign * v >= 0 for v in x])
        bounds.append(PatternBound(active, most, most == lam))
    bound = _value(tuple(z), tuple(y))
    if bound == 0:
        return _plain(Reason.SQUARES, proof)
    if not any(x):
        bounds = bounds[:1]
    reason = Reason.PENALTY if lam > 0 else Reason.ONES if ones else Reason.OUT_OF_REACH
    zero = Fraction(0)
    return Proof(reason, bound, tuple(z), True, lam, tuple(bounds), 0, zero, True, False, proof.value, proof.closed)


def _best_slope(
    x: list[Fraction], y: list[Fraction], lam: Fraction, sign: int, *, ones: bool
) -> tuple[Fraction, Fraction]:
    """Return the slope s of the best fit s x of one side of 0, and what z = y − s x gives for a neuron of length 1.

    Its sign is that of the neuron, whose outputs are ``sign`` x. With a second layer of ones s has that sign too.
    """
    if not x:
        return Fraction(0), Fraction(0)
    along, square = sum((a * b for a, b in zip(x, y, strict=True)), Fraction(0)), sum((a * a for a in x), Fraction(0))
    if ones and sign * along <= 0:
        return Fraction(0), sign * along
    if abs(along) <= lam:
        return Fraction(0), abs(along)
    return (along - (lam if along > 0 else -lam)) / square, lam


def _by_pattern(
    problem: Problem, space: Geometry, z: np.ndarray, patterns: Patterns, allowed: Fraction
) -> tuple[tuple[PatternBound, ...], int, Fraction, bool]:
    """Return the patterns to list, how many others there are, what these have at most, and whether that is counted.

    A feasible z allows no pattern more than λ, so that no maximum is given above it; without a penalty each is 0.
    """
    cut, counted = space.cut, True
    if isinstance(cut, Fan):
        most, total = most_on_cones(space, z), cut.cones
    else:
        D = cut if isinstance(cut, np.ndarray) else patterns.D
        most = most_on_patterns(space.X, z, D, VISITED)
        counted = isinstance(cut, np.ndarray) or patterns.complete
        total = len(D) if counted else max(most_cells(problem.n, space.X.shape[1]), len(D))
    if allowed == 0:
        most = np.zeros(len(most))
    order = np.argsort(-most, kind="stable")
    shown, rest = order[:LISTED], order[LISTED:]
    active = cut.active(cut.first_sector()[shown]) if isinstance(cut, Fan) else D[shown]
    tight = most[shown] >= float(allowed) * (1.0 - TIGHT)
    listed = tuple(
        PatternBound(on, min(Fraction(float(value)), allowed), bool(full))
        for on, value, full in zip(active, most[shown], tight, strict=True)
    )
    above = Fraction(float(most[rest].max())) if len(rest) else Fraction(0)
    return listed, total - len(listed), min(above, allowed) if counted else allowed, counted
