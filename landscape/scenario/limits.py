"""What a visitor may set: the range of every number, the options of every choice, and the caps on work."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from numbers import Real
from typing import Any

from landscape.formatting import short

LAYERS = ("ones", "trained")
PLANES = ("neurons", "path")
SURFACES = ("contour", "surface", "both")
INITS = ("balanced", "uniform", "normal", "pytorch")
OUTPUT_BIASES = ("none", "free", "penalised")


@dataclass(frozen=True)
class Range:
    """The numbers from ``low`` to ``high``, both included; whole numbers only if ``whole``.

    With ``least`` the magnitude of a number is at least that, or 0.
    """

    low: float
    high: float
    whole: bool = False
    least: float = 0.0

    @property
    def rule(self) -> str:
        """The range as text, "a whole number from 1 to 200"."""
        kind = "a whole number" if self.whole else "a number"
        size = f", and 0 or at least {short(self.least)} in size" if self.least else ""
        return f"{kind} from {self._end(self.low)} to {self._end(self.high)}{size}"

    def holds(self, value: float) -> bool:
        """Return whether a value lies in the range; NaN lies in none."""
        sized = value == 0 or abs(value) >= self.least
        return self.low <= value <= self.high and sized and (not self.whole or value == int(value))

    def clamp(self, value: float) -> Any:
        """Return the number of the range that is nearest to a value, 0 for one whose magnitude is below the least."""
        return self.exact(min(max(value, self.low), self.high) if abs(value) >= self.least else 0.0)

    def exact(self, value: float) -> Any:
        """Return a value that lies in the range as a float, or as an int where ``whole``; −0 becomes 0."""
        return int(value) if self.whole else float(value) + 0.0

    def _end(self, value: float) -> str:
        return f"{int(value)}".replace("-", "−") if self.whole else short(value)


NUMBER = Range(-1e15, 1e15, least=1e-15)
"""A coordinate or a label, from femto to peta: time stamps, populations and sums of money are read as they are.

Up to here all whole numbers are exact in a float64. Below the least magnitude a coordinate is as good as 0 to a
network, or in the wrong unit; and a slope that fits would be beyond what can be set.
"""

WEIGHT = Range(-1e50, 1e50)
"""A weight of a start, so wide that every neuron which fits data of that range can be one.

A neuron through two labels has a slope of their difference over that of their coordinates: at most 10¹⁵/10⁻¹⁵ without
a bias; with one, coordinates of 10⁻¹⁵ that differ in their last bit, by 2·10⁻³¹, ask for 10⁴⁶. The loss of two layers
of such weights, below (10¹⁵ · 10⁵⁰ · 10⁵⁰ · neurons · features)² n < 10²⁵⁰, does not overflow.
"""

FEATURES = Range(1, 30, whole=True)
NEURONS = Range(1, 200, whole=True)
LAMBDA = Range(0.0, 1.5)
"""Regularisation as a fraction of λ_max; from 1 on the zero network is optimal."""

STEP = Range(1e-75, 1e60)
"""Gradient descent is stable below 1 / curvature: for data that can be set and a second layer of ones 10⁻³⁴ to 10³⁰.

The search for a step goes 24 decades below the one it is given, and descent takes less than 10⁻¹⁰⁰ for 0.
"""

STEPS = Range(1, 20_000, whole=True)
STARTS = Range(0, 60, whole=True)
SCALE = Range(1e-9, 1e2)
SEED = Range(0, 2**31 - 1, whole=True)
WINDOW = Range(1e-60, 1e60)
"""It holds any weight that can be set, and shows the surroundings of the smallest that fits: 10⁻¹⁵/10¹⁵."""

NEURON_INDEX = Range(0, NEURONS.high - 1, whole=True)

FILM_NEURONS = Range(1, 1000, whole=True)
FILM_STEPS = Range(1, 100_000, whole=True)
"""A filmed run may be wider and longer: it is computed in the background, and few of its iterates are kept."""

AT = Range(0, FILM_STEPS.high, whole=True)
"""A step of a run: that of the playhead, or one from which a schedule has another step size."""

MAX_POINTS = 5000
MAX_RUNS = 12
MAX_FILMS = 2
"""Most points, explicit runs, and filmed runs."""

MAX_CHANGES = 20
"""Most pieces of a run's step schedule."""

MAX_NUMBERS = MAX_POINTS * int(FEATURES.high + 1)
"""Most data numbers, x and y together."""

MAX_WEIGHTS = int(NEURONS.high * (FEATURES.high + 1))
SELECTED = Range(0, STARTS.high + MAX_RUNS - 1, whole=True)

LINK_NUMBERS = 60
"""Most data numbers (x and y together) that a link carries."""

LINK_LENGTH = 8192
"""Longest link in characters, percent-encoded; browsers, proxies and chats cut longer ones."""

NEURON_STEPS = 5_000_000
"""Most steps × runs × neurons: they are stored, so this bounds the memory of one picture to about 100 MB."""

WORK = 500_000_000
"""Most steps × runs × neurons × numbers in X: multiplications of one picture, about a second."""


FILM_WORK = 1_000_000_000
"""Most steps × neurons × points of a filmed run: the most that one run may take (descent.MAX_WORK)."""


def within_budget(steps: int, starts: int, runs: int, m: int, size: int) -> tuple[int, int]:
    """Return the steps and random starts that keep within both caps, lowering steps first and starts only then.

    ``size`` is the number of entries of X, a bias column included.
    """

    def affordable(starts: int) -> int:
        per_step = (starts + runs) * m
        return min(NEURON_STEPS // per_step, WORK // (per_step * size)) if per_step else steps

    while starts and affordable(starts) < 1:
        starts -= 1
    return min(steps, affordable(starts)), starts


def filmed_steps(steps: int, m: int, n: int) -> int:
    """Return the steps that a film of ``m`` neurons on ``n`` points may have, at most ``steps``."""
    return min(steps, FILM_WORK // (m * n))


def checked(value: object, allowed: Range, name: str) -> Any:
    """Return a number of the range, or raise ValueError naming the argument, its rule and the value."""
    number = as_number(value)
    if number is None or not allowed.holds(number):
        raise ValueError(f"{name} must be {allowed.rule}, but was {quoted(value)}.")
    return allowed.exact(number)


def checked_tuple(values: object, allowed: Range, name: str) -> tuple[float, ...]:
    """Return numbers of the range as a tuple, or raise ValueError naming the first that is none."""
    if isinstance(values, str) or not hasattr(values, "__iter__"):
        raise ValueError(f"{name} must be a sequence of numbers, but was {quoted(values)}.")
    return tuple(checked(value, allowed, name) for value in values)


def checked_choice(value: object, options: Sequence[str], name: str) -> None:
    """Raise ValueError unless a value is one of the options."""
    if not isinstance(value, str) or value not in options:
        raise ValueError(f"{name} must be one of {', '.join(options)}, but was {quoted(value)}.")


def checked_flag(value: object, name: str) -> None:
    """Raise ValueError unless a value is True or False."""
    if not isinstance(value, bool):
        raise ValueError(f"{name} must be True or False, but was {quoted(value)}.")


def as_number(value: object) -> float | None:
    """Return a real number as a float, too large ones as infinity; None for all else, text and truth values too."""
    if isinstance(value, bool) or not isinstance(value, Real):
        return None
    try:
        return float(value)
    except OverflowError:
        return float("inf") if value > 0 else float("-inf")  # type: ignore[operator]


def quoted(value: object) -> str:
    """Return a value as short plain text that is harmless in any place: of punctuation only that of numbers stays."""
    text = value if isinstance(value, str) else _shown(value)
    text = re.sub(r"[^\w .,:;+\-@~%−]|_", "·", text[:41])
    text = text if len(text) <= 40 else text[:39] + "…"
    return f"“{text}”" if isinstance(value, str) else text


def _shown(value: object) -> str:
    if isinstance(value, (list, tuple)):
        return f"a list of {len(value)}"
    if isinstance(value, dict):
        return f"a record of {len(value)}"
    try:
        return str(value)
    except Exception:  # an int of more than 4300 digits, or an object whose text fails
        return f"a {type(value).__name__} that cannot be shown"
