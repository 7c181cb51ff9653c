"""More digits than a float64 has: whole numbers times a power of two, which are exact, and pairs of float64."""

from __future__ import annotations

from fractions import Fraction
from math import gcd

import numpy as np

Pair = tuple[np.ndarray, np.ndarray]
"""Numbers as unevaluated sums of two float64: 106 binary digits."""

EPS = float(np.finfo(np.float64).eps)
"""Relative rounding of one operation on float64."""

SPLIT = 2.0**27 + 1.0
"""Splits a float64 into two halves whose products are exact (Veltkamp, 1968)."""


def as_integers(values: np.ndarray) -> tuple[np.ndarray, int]:
    """Return whole numbers k (the shape of ``values``, Python integers) and one exponent e: values = k · 2^e, exactly.

    The numbers are as small as they can be with a common exponent.

    >>> numbers, exponent = as_integers(np.array([0.75, -2.0]))
    >>> numbers.tolist(), exponent
    ([3, -8], -2)
    """
    values = np.asarray(values, dtype=np.float64)
    mantissa, exponent = np.frexp(values)
    whole = np.ldexp(mantissa, 53).astype(np.int64)
    zeros = np.frexp((whole & -whole).astype(np.float64))[1] - 1  # at the end of the binary number
    some = whole != 0
    zeros = np.where(some, zeros, 0)
    lowest = np.where(some, exponent - 53 + zeros, 0)
    common = int(np.min(lowest[some], initial=2**20)) if some.any() else 0
    shift = np.where(some, lowest - common, 0)
    numbers = np.empty(values.size, dtype=object)
    odd = (whole >> zeros).ravel().tolist()
    numbers[:] = [k << s for k, s in zip(odd, shift.ravel().tolist(), strict=True)]
    return numbers.reshape(values.shape), common


def reduced(numbers: tuple[int, ...]) -> tuple[int, ...]:
    """Return whole numbers divided by their greatest common divisor; zeros stay."""
    divisor = gcd(*numbers)
    return tuple(number // divisor for number in numbers) if divisor > 1 else numbers


def as_float(number: int | Fraction, exponent: int = 0) -> float:
    """Return the float64 nearest to number · 2^exponent, infinite where it is too large for one."""
    exact = Fraction(number) * Fraction(2) ** exponent
    try:
        return float(exact)
    except OverflowError:
        return float("inf") if exact > 0 else float("-inf")


def as_floats(numbers: np.ndarray, exponent: int) -> np.ndarray:
    """Return the float64 (the same shape) nearest to each of several numbers times 2^exponent."""
    flat = [as_float(number, exponent) for number in numbers.ravel().tolist()]
    return np.array(flat, dtype=np.float64).reshape(numbers.shape)


def product(a: np.ndarray, b: np.ndarray) -> Pair:
    """Return a b as its rounded value and its rounding error, exactly (Dekker, 1971)."""
    p = a * b
    a_high, b_high = SPLIT * a, SPLIT * b
    a_high, b_high = a_high - (a_high - a), b_high - (b_high - b)
    a_low, b_low = a - a_high, b - b_high
    return p, ((a_high * b_high - p) + a_high * b_low + a_low * b_high) + a_low * b_low


def added(p: Pair, q: Pair) -> Pair:
    """Return the sum of two pairs, to twice the digits of a float64 (Knuth, 1969)."""
    total = p[0] + q[0]
    other = total - p[0]
    error = (p[0] - (total - other)) + (q[0] - other) + (p[1] + q[1])
    high = total + error
    return high, error - (high - total)


def matrix_product(A: np.ndarray, B: np.ndarray) -> Pair:
    """Return A B for A (n, d) and B (d, m) in pairs, (n, m) each."""
    total = np.zeros((len(A), B.shape[1])), np.zeros((len(A), B.shape[1]))
    for column, row in zip(A.T, B, strict=True):
        total = added(total, product(column[:, None], row[None, :]))
    return total
