"""How a number is written for people: four significant digits, "3·10⁻⁹" and not "3e-09"."""

from __future__ import annotations

import math
from collections.abc import Sequence
from decimal import ROUND_CEILING, ROUND_DOWN, ROUND_FLOOR, Context, Decimal, Inexact
from fractions import Fraction

_RAISED = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")
_LOWERED = str.maketrans("-0123456789", "₋₀₁₂₃₄₅₆₇₈₉")


def written(value: float, digits: int = 4) -> str:
    """Return a measured number as text, "1.000", "0.4528", "3·10⁻⁹", "−2.500", and "0" only when it is 0.

    From 10⁻³ to 10⁵ it keeps ``digits`` significant digits, trailing zeros included, and never rounds
    within the whole part; outside it is a power of ten without trailing zeros. Infinity is "∞".
    """
    return _text(float(value), digits, padded=True)


def short(value: float, digits: int = 4) -> str:
    """Return a number as a label, without trailing zeros: "1.5", "−0.5", "2", "3·10⁻⁹"."""
    return _text(float(value), digits, padded=False)


def at_least(value: Fraction | float, digits: int = 4) -> str:
    """Return the largest number of so many digits that is at or below a value, as text: of a lower bound."""
    return _text(_directed(value, digits, ROUND_FLOOR)[0], digits, padded=True)


def at_most(value: Fraction | float, digits: int = 4) -> str:
    """Return the smallest number of so many digits that is at or above a value, as text: of an upper bound."""
    return _text(_directed(value, digits, ROUND_CEILING)[0], digits, padded=True)


def begun(value: Fraction | float, digits: int = 4) -> str:
    """Return a number as a label where it has few digits, else its first digits and "…": "0.2", "0.1428…"."""
    first, whole = _directed(value, digits, ROUND_DOWN)
    if whole:
        return _text(first, digits, padded=False)
    number, dot, power = _text(first, digits, padded=True).partition("·")
    return f"{number}…{dot}{power}"


def _directed(value: Fraction | float, digits: int, rounding: str) -> tuple[Decimal, bool]:
    """Return a finite number rounded in one direction, and whether that left it as it was."""
    exact = Fraction(value)
    context = Context(prec=digits, rounding=rounding, Emax=10**6, Emin=-(10**6))
    found = context.divide(Decimal(exact.numerator), Decimal(exact.denominator))
    return found, not context.flags[Inexact]


def subscript(index: int) -> str:
    """Return a whole number in subscript, as in "x₁₂"."""
    return str(index).translate(_LOWERED)


def counted(count: int, noun: str) -> str:
    """Return a count with its noun, "1 neuron" or "3 neurons"."""
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"


def capital(text: str) -> str:
    """Return a text with a capital at its beginning."""
    return text[:1].upper() + text[1:]


def listed(words: Sequence[str], conjunction: str = "and") -> str:
    """Return words as a list in a sentence, "1", "1 and 4" or "1, 4 and 7"; raises ValueError where there are none."""
    if not words:
        raise ValueError("words must not be empty.")
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} {conjunction} {words[-1]}"


def _text(value: float | Decimal, digits: int, padded: bool) -> str:
    if value == 0.0:
        return "0"
    if math.isnan(value):
        return "undefined"
    sign = "−" if value < 0 else ""
    if math.isinf(value):
        return sign + "∞"
    size = abs(value)
    # Python rounds correctly here, and the exponent is that of the rounded number: 0.99999 is 1.000.
    mantissa, _, exponent = f"{size:.{digits - 1}e}".partition("e")
    power = int(exponent)
    if -3 <= power < 5:
        text = f"{size:.{max(0, digits - 1 - power)}f}"
        return sign + (text if padded else _bare(text))
    return f"{sign}{_bare(mantissa)}·10{str(power).translate(_RAISED)}"


def _bare(text: str) -> str:
    return text.rstrip("0").rstrip(".") if "." in text else text
