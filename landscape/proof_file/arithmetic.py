"""Exact numbers: whole numbers times a power of two, their products, and decimals rounded to the safe side."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from math import gcd

Number = int | float
"""A number as JSON has it: a whole number, or the float64 nearest to the decimal that is written."""


def whole(values: Sequence[Number]) -> tuple[list[int], int]:
    """Return whole numbers k and one exponent e with values = k · 2^e, exactly; no e is larger."""
    ratios = [value.as_integer_ratio() for value in values]
    shift = max((below.bit_length() - 1 for _, below in ratios), default=0)
    numbers = [above << (shift - below.bit_length() + 1) for above, below in ratios]
    together = 0
    for number in numbers:
        together |= number
    even = (together & -together).bit_length() - 1 if together else 0
    return [number >> even for number in numbers], even - shift


def dot(a: Sequence[int], b: Sequence[int]) -> int:
    """Return Σ a_k b_k."""
    return sum(x * y for x, y in zip(a, b, strict=True))


def primitive(vector: Sequence[int]) -> tuple[tuple[int, ...], int]:
    """Return a vector of whole numbers divided by their greatest common divisor, and that divisor; 0 for zeros."""
    divisor = gcd(*vector)
    return (tuple(entry // divisor for entry in vector) if divisor > 1 else tuple(vector)), divisor


def times_power(number: int, exponent: int) -> Fraction:
    """Return number · 2^exponent."""
    return Fraction(number << exponent) if exponent >= 0 else Fraction(number, 1 << -exponent)


def is_at_most(a: int, of_a: int, b: int, of_b: int) -> bool:
    """Return whether a · 2^of_a ≤ b · 2^of_b."""
    return a << max(of_a - of_b, 0) <= b << max(of_b - of_a, 0)


def decimal(value: Fraction, digits: int, *, up: bool = False) -> str:
    """Return a number with so many significant digits, rounded down, or up."""
    if value == 0:
        return "0"
    if value < 0:
        return "-" + decimal(-value, digits, up=not up)
    power = len(str(value.numerator)) - len(str(value.denominator))
    power -= value < Fraction(10) ** power
    scaled = value / Fraction(10) ** (power - digits + 1)
    mantissa = -(-scaled.numerator // scaled.denominator) if up else scaled.numerator // scaled.denominator
    if mantissa == 10**digits:
        mantissa, power = 10 ** (digits - 1), power + 1
    text = str(mantissa)
    if not -5 <= power < digits:
        fraction = text[1:].rstrip("0")
        return f"{text[0]}{'.' if fraction else ''}{fraction}e{power:+d}"
    if power < 0:
        return "0." + "0" * (-power - 1) + text.rstrip("0")
    fraction = text[power + 1 :].rstrip("0")
    return text[: power + 1] + ("." + fraction if fraction else "")
