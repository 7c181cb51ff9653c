"""Dual vectors of problems without a penalty, which must give exactly 0 for any neuron: made so in whole numbers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from math import gcd, lcm

import numpy as np

from landscape.convex.unregularised import fit_with_corners, out_of_reach
from landscape.geometry.corners import corners
from landscape.model.loss import squared_only
from landscape.model.problem import Problem
from landscape.proof_file.neurons import Row, directions

GRAIN = 80
"""Entries of a dual vector are multiples of about 2^-GRAIN of the largest label."""

MOST_LINES = 1000
"""Up to so many lines with rows on both sides their two sides are weighed against each other."""

MARGIN = 1e-12
"""By so much of its largest entry a dual vector is below what rounding could bring above 0."""

AT_ONCE = 5_000_000
"""Outputs of neurons that are computed at a time."""


@dataclass
class _RowsOfSide:
    """The rows κ e of a line on one side of 0: their places, and κ > 0."""

    rows: list[int] = field(default_factory=list)
    sizes: list[Fraction] = field(default_factory=list)

    def pivot(self) -> int:
        """Return which of them is the largest: the others are rounded, and it takes up what that changes."""
        return max(range(len(self.sizes)), key=self.sizes.__getitem__)


_Line = tuple[_RowsOfSide, _RowsOfSide]
"""The rows of a line along its direction, and those against it."""


def orthogonal_to_neurons(problem: Problem) -> list[int] | None:
    """Return a multiple of a vector next to ``out_of_reach``, n whole numbers z with zᵀ relu(X u) = 0 for every u.

    That function of u is Σ (a + b) relu(e·u) − (Σ b e)·u over the lines of rows, for a = Σ z_i κ_i over the rows κ_i e
    along the direction e of a line and b the same for those against it. So a = b = 0 on a line with rows on one side,
    a = −b on others, and Σ b e = 0 over these. All but one row of each side are rounded to multiples of what divides
    that row, so that every entry is a whole number times one power of two. With an output bias 1ᵀz = 0 as well: as much
    of the same vector for labels of 1 is taken away as makes it so.
    """
    squared_only(problem, "orthogonal_to_neurons")
    if problem.has_output_bias:
        z, ones = (_orthogonal(problem.X, y) for y in (problem.y, np.ones(problem.n)))
        if z is None or ones is None:  # what is orthogonal to neurons that reach 1 sums to 0
            return z
        total, of_ones = sum(z), sum(ones)
        z = [of_ones * a - total * b for a, b in zip(z, ones, strict=True)]
        divisor = gcd(*z) or 1
        return [entry // divisor for entry in z]
    return _orthogonal(problem.X, problem.y)


def _orthogonal(X: np.ndarray, y: np.ndarray) -> list[int] | None:
    near = out_of_reach(X, y)
    if near is None or not np.any(near):
        return None
    lines: dict[Row, _Line] = {}
    for i, (e, k, exponent) in enumerate(directions(X.tolist())):
        if k:
            is_along = next(entry for entry in e if entry) > 0
            line = lines.setdefault(e if is_along else tuple(-entry for entry in e), (_RowsOfSide(), _RowsOfSide()))
            side = line[0 if is_along else 1]
            side.rows.append(i)
            side.sizes.append(k * Fraction(2) ** exponent)
    grain = Fraction(2) ** (int(np.frexp(np.abs(y).max())[1]) - GRAIN)
    z = [Fraction(float(value)) for value in near]
    both = [(e, line) for e, line in lines.items() if line[0].rows and line[1].rows]
    for (_, (along, against)), weight in zip(both, _weights(both, z), strict=True):
        _settle(along, z, weight, grain)
        _settle(against, z, -weight, grain)
    for along, against in lines.values():
        if not (along.rows and against.rows):
            _settle(along if along.rows else against, z, Fraction(0), grain)
    unit = lcm(*(entry.denominator for entry in z))
    return [int(entry * unit) for entry in z] if any(z) else None


def _settle(side: _RowsOfSide, z: list[Fraction], total: Fraction, grain: Fraction) -> None:
    """Change z on the rows of a side, by little, so that Σ z_i κ_i over them is ``total``."""
    pivot = side.pivot()
    step = _odd(side.sizes[pivot]) * grain / 2 ** _odd(side.sizes[pivot]).bit_length()
    for place, (i, size) in enumerate(zip(side.rows, side.sizes, strict=True)):
        if place != pivot:
            z[i] = round(z[i] / step) * step
            total -= z[i] * size
    z[side.rows[pivot]] = total / side.sizes[pivot]


def _weights(lines: list[tuple[Row, _Line]], z: list[Fraction]) -> list[Fraction]:
    """Return for lines with rows on both sides numbers a near Σ z_i κ_i along them with Σ a e = 0.

    Each is a multiple of what divides the largest rows of its line.
    """
    if len(lines) > MOST_LINES:
        return [Fraction(0)] * len(lines)
    factors = [lcm(*(_odd(side.sizes[side.pivot()]) for side in line)) for _, line in lines]
    weights = [Fraction(0)] * len(lines)
    for k, relation in _relations([[f * entry for entry in e] for (e, _), f in zip(lines, factors, strict=True)]):
        along = lines[k][1][0]
        wanted = sum((z[i] * size for i, size in zip(along.rows, along.sizes, strict=True)), Fraction(0))
        times = _in_few_bits(wanted / (factors[k] * relation[k]))
        for j, c in relation.items():
            weights[j] += times * c * factors[j]
    return weights


def _in_few_bits(value: Fraction) -> Fraction:
    """Return a number next to another one, a whole number of about GRAIN binary digits times a power of two."""
    power = value.numerator.bit_length() - value.denominator.bit_length() - GRAIN
    return round(value / Fraction(2) ** power) * Fraction(2) ** power


def _relations(rows: Sequence[Sequence[int]]) -> list[tuple[int, dict[int, int]]]:
    """Return all linear relations Σ c_j row_j = 0 as a basis: each with the place of a row that is in no other one."""
    if not rows:
        return []
    columns = [[Fraction(row[k]) for row in rows] for k in range(len(rows[0]))]
    pivots: list[int] = []
    for j in range(len(rows)):
        rank = len(pivots)
        found = next((k for k in range(rank, len(columns)) if columns[k][j]), None)
        if found is None:
            continue
        columns[rank], columns[found] = columns[found], columns[rank]
        leading = columns[rank][j]
        columns[rank] = [entry / leading for entry in columns[rank]]
        for k in range(len(columns)):
            if k != rank and columns[k][j]:
                factor = columns[k][j]
                columns[k] = [x - factor * y for x, y in zip(columns[k], columns[rank], strict=True)]
        pivots.append(j)
    relations = []
    for j in sorted(set(range(len(rows))) - set(pivots)):
        unit = lcm(*(columns[k][j].denominator for k in range(len(pivots))))
        relation = {p: int(-columns[k][j] * unit) for k, p in enumerate(pivots) if columns[k][j]}
        relations.append((j, {**relation, j: unit}))
    return relations


def _odd(size: Fraction) -> int:
    """Return the odd part of a whole number times a power of two."""
    return size.numerator // (size.numerator & -size.numerator)


def no_gain_by_shift(problem: Problem, residual: np.ndarray) -> list[float] | None:
    """Return a vector (n,) near a residual with zᵀ relu(X u) ≤ 0 for all u, up to what is to be checked; None for none.

    It is enough that this holds where the cells of the data have their edges and corners; there, what is too much of
    it is taken from all entries, for 1ᵀ relu(X u) > 0 wherever a sample is active.
    """
    squared_only(problem, "no_gain_by_shift")
    A = _outputs(problem)
    if A is None:
        return None
    best, proven = None, 0.0
    for z in (residual, fit_with_corners(A, problem.y)[1]):
        of_ones = A.sum(axis=0)
        active = of_ones > 0
        shift = float(np.max((z @ A)[active] / of_ones[active], initial=0.0))
        shifted = z - (shift + MARGIN * float(np.abs(z).max()))
        along, square = float(shifted @ problem.y), float(shifted @ shifted)
        if along > 0 and along**2 / square > proven:
            best, proven = [float(entry) for entry in shifted], along**2 / square
    return best


def _outputs(problem: Problem) -> np.ndarray | None:
    """Return relu(X u) (n, K) for neurons u of which every other is a combination in its cell; None for too many."""
    n, d = problem.n, problem.d
    if d > 2:
        cells = corners(problem.X)
        return None if cells is None else cells.outputs
    if 4 * n * n > AT_ONCE:
        return None
    rows = np.array([e for e, k, _ in directions(problem.X.tolist()) if k], dtype=np.float64).reshape(-1, d)
    across = rows[:, ::-1] * [1.0, -1.0] if d == 2 else rows[:0]
    neurons = np.unique(np.concatenate([across, -across, rows, -rows]), axis=0)
    neurons /= np.linalg.norm(neurons, axis=1, keepdims=True)
    return np.asarray(np.maximum(problem.X @ neurons.T, 0.0))
