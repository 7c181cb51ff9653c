"""The data sets a visitor picks from: each with a title and what there is to see in it."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np

from landscape.model.literature import data_set
from landscape.model.problem import finite_array

FEWEST, MOST = 2, 5000
"""Points of a data set whose size one can choose."""


@dataclass(frozen=True, eq=False)
class Example:
    """Points with labels, and why they are worth a look.

    Arguments
        name: what code and links call it; title: what a visitor reads.
        caption: one line of what there is to see.
        X: (n, 1) or (n, 2) features, without a column for the bias; y: (n,) labels.
        bias: whether it is meant to be fitted with a bias.
        source: where it comes from.

    Raises ValueError where X or y is not such an array, or their lengths disagree.
    """

    name: str
    title: str
    caption: str
    X: np.ndarray
    y: np.ndarray
    bias: bool
    source: str

    def __post_init__(self) -> None:
        X, y = finite_array(self.X, "X", 2), finite_array(self.y, "y", 1)
        if X.shape[1] > 2:
            raise ValueError(f"X must have 1 or 2 features, but has {X.shape[1]}.")
        if len(X) != len(y):
            raise ValueError(f"y must have one label for each of the {len(X)} rows of X, but has {len(y)}.")
        object.__setattr__(self, "X", X)
        object.__setattr__(self, "y", y)


def sine(n: int = 10) -> Example:
    """Return n evenly spaced points of sin(10 x) on [−1, 1], for n = 10 those of the blog post's notebook.

    Raises ValueError for a number of points that is not from FEWEST to MOST, as the other sizes do.
    """
    x = np.linspace(-1.0, 1.0, _size(n))
    caption = "Three waves: every one needs kinks of its own, and gradient descent may leave one out."
    return Example("sine", "Sine", caption, x[:, None], np.sin(10.0 * x), True, data_set("sine").source)


def step(n: int = 10) -> Example:
    """Return n evenly spaced points on [−1, 1] with label 1 right of 0, and 0 elsewhere."""
    x = np.linspace(-1.0, 1.0, _size(n))
    caption = "A jump: without regularisation two kinks make it, and λ decides how steep it may be."
    return Example("step", "Step", caption, x[:, None], np.where(x > 0, 1.0, 0.0), True, "made here")


def spiral(n: int = 20) -> Example:
    """Return n points on two arms of a spiral, by turns, that wind 1.3 times around 0; labels ±1."""
    index = np.arange(_size(n))
    arm, t = index % 2, (index // 2 + 1) / math.ceil(n / 2)
    angle = 2.6 * np.pi * t + np.pi * arm
    X = t[:, None] * np.column_stack([np.cos(angle), np.sin(angle)])
    # Three decimals keep a link short; many points need more to stay apart.
    X = np.round(X, 3 if n <= 100 else 6)
    caption = "Two arms around each other: many lines have to meet before they are told apart."
    return Example("spiral", "Spiral", caption, X, np.where(arm == 0, 1.0, -1.0), True, "made here")


def xor() -> Example:
    """Return the four corners of a square, labelled by the product of their signs."""
    X = np.array([[1.0, 1.0], [-1.0, 1.0], [-1.0, -1.0], [1.0, -1.0]])
    caption = "No line separates the labels; four neurons, one towards each corner, do."
    return Example("xor", "XOR", caption, X, X[:, 0] * X[:, 1], False, "Minsky & Papert 1969")


def _size(n: object) -> int:
    whole = isinstance(n, int | np.integer) and not isinstance(n, bool)
    if not whole or not FEWEST <= n <= MOST:  # type: ignore[operator]
        raise ValueError(f"n must be a whole number from {FEWEST} to {MOST}, but was {n!r}.")
    return int(n)  # type: ignore[call-overload]


def _published(name: str, title: str, caption: str) -> Example:
    """Return a data set of the sources, its column of ones as a bias."""
    found = data_set(name)
    bias = found.X.shape[1] > 1
    return Example(name, title, caption, found.X[:, :1], found.y, bias, found.source)


def _one_neuron() -> Example:
    x = np.array([[-1.0], [1.0]])
    caption = "For one neuron two valleys, at loss 0.25 and 1; two neurons would reach 0."
    return Example("one-neuron", "One neuron's two points", caption, x, np.array([1.0, 0.5]), False, "the poster")


SIZED = MappingProxyType({"step": step, "sine": sine, "spiral": spiral})
"""The data sets whose number of points can be chosen, as functions of it."""

DATASETS: Mapping[str, Example] = MappingProxyType(
    {
        example.name: example
        for example in (
            _published("poster", "The poster's two points", "One point on each side of 0: a neuron for each."),
            _one_neuron(),
            _published("pair", "Two points and a bias", "One neuron turns and slides until it meets both points."),
            _published("line", "Four points of a line", "A small start aligns first and grows later."),
            _published("five", "Five points", "Gradient descent is often caught, though a few neurons are enough."),
            step(),
            sine(),
            _published("teaser", "Ten points, up and down", "A zigzag that wants a kink at nearly every point."),
            _published("orthogonal", "Two orthogonal points", "Neurons gather in two directions, one for each label."),
            _published("non-orthogonal", "Five points of one feature", "From a small start few directions win."),
            _published("cars", "Stopping distance of cars", "Measured, with noise: λ says how closely to follow."),
            xor(),
            spiral(),
        )
    }
)
"""The data sets by name, in the order they are offered, each in its usual size."""
