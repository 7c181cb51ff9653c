"""Checks of the extensions: of their arguments, and of how exact their values are."""

from __future__ import annotations

from enum import Enum

import numpy as np

from landscape.model.problem import LARGEST, NEGLIGIBLE, data_array

CLOSE = 1e-5
"""Largest relative distance between value and bound that is called exact."""


class Exactness(Enum):
    """How far a value is known to be the optimum; the text is the sentence a visitor reads."""

    EXACT = "Exact: value and lower bound agree to 5 digits; no network of this kind of any width is below the bound."
    INACCURATE = "Solved over everything, but only to the accuracy that value and lower bound leave."
    BOUND = "A lower bound: no network of this kind is below it, and none may reach it."
    SAMPLED = "Over sampled or generated groups: the network exists, and others may do better."
    FIXED_PATTERNS = "Optimal while the generator keeps its activation patterns; other patterns may do better."

    @property
    def sentence(self) -> str:
        """The sentence that a visitor reads."""
        return self.value


def exactness_of(value: float, lower_bound: float, unit: float) -> Exactness:
    """Return EXACT where a bound proves a value, relative to the value or to 1e-3 of ``unit``, else INACCURATE."""
    return Exactness.EXACT if value - lower_bound <= CLOSE * max(value, 1e-3 * unit) else Exactness.INACCURATE


def whole_number(value: object, name: str, least: int, most: int) -> int:
    """Return a whole number from ``least`` to ``most`` as an int, or raise ValueError naming it."""
    if isinstance(value, bool) or not isinstance(value, int | np.integer) or not least <= value <= most:
        raise ValueError(f"{name} must be a whole number from {least:,} to {most:,}, but was {value!r}.")
    return int(value)


def positive(value: object, name: str) -> float:
    """Return a finite float above 0, or raise ValueError naming it."""
    try:
        number = float(value)  # type: ignore[arg-type]
    except (TypeError, ValueError, OverflowError):
        raise ValueError(f"{name} must be a number, but was {value!r:.60}.") from None
    if not 0.0 < number <= LARGEST:
        raise ValueError(f"{name} must be a finite number above 0, but was {number:g}.")
    return number


def samples(X: object, Y: object, label: str, ndim: int) -> tuple[np.ndarray, np.ndarray]:
    """Return data X (n, d) and labels Y, of ``ndim`` axes and named ``label``, as read-only arrays of one length.

    Raises ValueError naming the one that is no such array.
    """
    data, labels = data_array(X, "X", 2), data_array(Y, label, ndim, NEGLIGIBLE)
    if len(data) != len(labels):
        raise ValueError(f"{label} must have one label for each of the {len(data)} rows of X, but has {len(labels)}.")
    return data, labels


def readonly(values: object) -> np.ndarray:
    """Return a read-only float64 array, of any shape, empty allowed."""
    array = np.array(values, dtype=np.float64)
    array.setflags(write=False)
    return array


def units(X: np.ndarray, Y: np.ndarray) -> tuple[float, float]:
    """Return the longest row of X and the norm of Y, 1 where they vanish: the units in which programs are solved."""
    length, height = float(np.max(np.linalg.norm(X, axis=1))), float(np.linalg.norm(Y))
    return length or 1.0, height or 1.0
