"""The support function in exact rational arithmetic: slow, for a few rows of two or three features."""

from __future__ import annotations

from fractions import Fraction
from math import isqrt

import numpy as np

Vector = tuple[int, ...]
"""A direction: only what is computed from lengths needs fractions."""


def fraction_support(X: np.ndarray, z: np.ndarray, *, signed: bool = False) -> Fraction:
    """Return max |zᵀ relu(X u)| over unit u (or of zᵀ relu(X u) itself) for the numbers as they are, to 60 digits.

    The maximum lies at a direction in which rows vanish, or is a sum of weighted active rows, projected on the plane of
    a row or not. Every such direction is visited, in every cell that it borders on, and evaluated there.
    """
    rows, weights = [], []
    for row, weight in zip(np.asarray(X, dtype=float).tolist(), np.asarray(z, dtype=float).tolist(), strict=True):
        whole, scale = _whole(row)
        rows.append(whole)
        weights.append(Fraction(weight) / scale)
    unit = max(w.denominator for w in weights)  # all are powers of two
    whole_weights = [int(w * unit) for w in weights]
    best = Fraction(0)
    for u in _candidates(rows, whole_weights):
        value = sum(w * max(_dot(x, u), 0) for w, x in zip(whole_weights, rows, strict=True))
        value = value if signed else abs(value)
        if value > 0 and Fraction(value * value, _dot(u, u)) > best:
            best = Fraction(value * value, _dot(u, u))
    return _root(best) / unit if best else best


def _whole(row: list[float]) -> tuple[Vector, int]:
    """Return a row times a power of two in whole numbers, and the power."""
    ratios = [entry.as_integer_ratio() for entry in row]
    scale = max(denominator for _, denominator in ratios)
    return tuple(numerator * (scale // denominator) for numerator, denominator in ratios), scale


def _candidates(rows: list[Vector], weights: list[int]) -> list[Vector]:
    """Return directions among which is the best one, for rows of two or three features."""
    some = [row for row in rows if any(row)]
    found: list[Vector] = []
    for normal in some:
        across = _complement(normal)
        for cell, axis in _beside_arcs(some, normal, across):
            for step in (normal, _scaled(normal, -1), _scaled(normal, 0)):
                active = [_dot(x, cell) > 0 or (_dot(x, cell) == 0 and _dot(x, step) > 0) for x in rows]
                g = _sum([_scaled(x, w) for x, w, on in zip(rows, weights, active, strict=True) if on], len(normal))
                in_plane = _less(g, normal)
                found += [g, _scaled(g, -1), in_plane, _scaled(in_plane, -1)]
            found.append(axis)
    return found


def _beside_arcs(some: list[Vector], normal: Vector, across: list[Vector]) -> list[tuple[Vector, Vector]]:
    """Return a direction inside every arc that the rows cut out of the plane of one, and a direction at its end."""
    if len(normal) == 2:
        return [(u, u) for e in across for u in (e, _scaled(e, -1))]
    ends = [_cross(normal, x) for x in some]
    ends = [e for e in ends if any(e)]
    if not ends:  # all rows along the normal
        ends = list(across)
    ends += [_scaled(e, -1) for e in ends]
    first, second = across

    def before(p: Vector, q: Vector) -> int:
        return _dot(p, first) * _dot(q, second) - _dot(p, second) * _dot(q, first)

    inside = []
    for e in ends:
        after = [q for q in ends if before(e, q) > 0]
        if not after:
            after = [_cross(normal, e)]
        following = after[0]
        for q in after:
            if before(q, following) > 0:
                following = q
        inside.append((_sum([e, following], 3), e))
    return inside


def _complement(normal: Vector) -> list[Vector]:
    if len(normal) == 2:
        return [(-normal[1], normal[0])]
    axis = min(range(3), key=lambda k: abs(normal[k]))
    first = _cross(normal, (int(axis == 0), int(axis == 1), int(axis == 2)))
    return [first, _cross(normal, first)]


def _less(g: Vector, normal: Vector) -> Vector:
    """Return a positive multiple of a vector projected on the plane of a normal."""
    return _sum([_scaled(g, _dot(normal, normal)), _scaled(normal, -_dot(g, normal))], len(g))


def _dot(a: Vector, b: Vector) -> int:
    return sum(p * q for p, q in zip(a, b, strict=True))


def _cross(a: Vector, b: Vector) -> Vector:
    return (a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0])


def _scaled(u: Vector, factor: int) -> Vector:
    return tuple(entry * factor for entry in u)


def _sum(vectors: list[Vector], d: int) -> Vector:
    return tuple(sum(u[k] for u in vectors) for k in range(d))


def _root(square: Fraction) -> Fraction:
    """Return a square root, to 60 digits, from above."""
    scale = max(0, 400 + square.denominator.bit_length() - square.numerator.bit_length()) // 2
    return Fraction(isqrt((square.numerator << (2 * scale)) // square.denominator) + 1, 1 << scale)
