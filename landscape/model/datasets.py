"""Named data sets, from the sources' figures and others: each with a title and a caption."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np

from landscape.model.problem import finite_array

FEWEST, MOST = 2, 5000
"""Least and greatest number of points of a data set whose size can be chosen."""


@dataclass(frozen=True, eq=False, kw_only=True)
class Dataset:
    """Points with labels, under a name.

    Arguments
        name: its identifier in code, commands and links; title: its name on the page.
        caption: one line that describes it.
        X: (n, features) one point a row, without a column for the bias; y: (n,) labels.
        bias: whether it is meant to be fitted with a bias.
        source: where it comes from.

    Raises ValueError where X or y is not a finite array, or their lengths disagree.
    """

    name: str
    title: str = ""
    caption: str = ""
    X: np.ndarray
    y: np.ndarray
    bias: bool = False
    source: str = ""

    def __post_init__(self) -> None:
        X, y = finite_array(self.X, "X", 2), finite_array(self.y, "y", 1)
        if len(X) != len(y):
            raise ValueError(f"y must have one label for each of the {len(X)} rows of X, but has {len(y)}.")
        object.__setattr__(self, "X", X)
        object.__setattr__(self, "y", y)

    @property
    def design(self) -> np.ndarray:
        """The design matrix (n, d) of a ``Problem``: X, with a column of ones last where there is a bias."""
        return with_bias(self.X) if self.bias else self.X


def with_bias(X: np.ndarray) -> np.ndarray:
    """Return samples X (n, features), or (n,) of one feature, with a column of ones last."""
    return np.column_stack([X, np.ones(len(X))])


def standardised(values: Iterable[float]) -> np.ndarray:
    """Return values (n,) shifted to mean 0 and scaled to standard deviation 1."""
    v = np.array(list(values), dtype=float)
    return np.asarray((v - v.mean()) / v.std())


def sine(n: int = 10) -> Dataset:
    """Return n evenly spaced points of sin(10 x) on [−1, 1], for n = 10 those of the blog post's notebook.

    Raises ValueError for a number of points that is not from FEWEST to MOST, as the other sizes do.
    """
    x = np.linspace(-1.0, 1.0, _size(n))
    return Dataset(
        name="sine",
        title="Sine",
        caption="Three waves: every one needs kinks of its own, and gradient descent may leave one out.",
        X=x[:, None],
        y=np.sin(10.0 * x),
        bias=True,
        source="the blog post's notebook: ten points of sin(10 x)",
    )


def step(n: int = 10) -> Dataset:
    """Return n evenly spaced points on [−1, 1] with label 1 right of 0, and 0 elsewhere."""
    x = np.linspace(-1.0, 1.0, _size(n))
    return Dataset(
        name="step",
        title="Step",
        caption="A jump: without regularisation two kinks make it, and λ decides how steep it may be.",
        X=x[:, None],
        y=np.where(x > 0, 1.0, 0.0),
        bias=True,
        source="made here",
    )


def spiral(n: int = 20) -> Dataset:
    """Return n points on two arms of a spiral, by turns, that wind 1.3 times around 0; labels ±1."""
    index = np.arange(_size(n))
    arm, t = index % 2, (index // 2 + 1) / math.ceil(n / 2)
    angle = 2.6 * np.pi * t + np.pi * arm
    X = t[:, None] * np.column_stack([np.cos(angle), np.sin(angle)])
    return Dataset(
        name="spiral",
        title="Spiral",
        caption="Two arms around each other: many lines have to meet before they are told apart.",
        # Three decimals keep a link short; many points need more to stay apart.
        X=np.round(X, 3 if n <= 100 else 6),
        y=np.where(arm == 0, 1.0, -1.0),
        bias=True,
        source="made here",
    )


def xor() -> Dataset:
    """Return the four corners of a square, labelled by the product of their signs."""
    X = np.array([[1.0, 1.0], [-1.0, 1.0], [-1.0, -1.0], [1.0, -1.0]])
    return Dataset(
        name="xor",
        title="XOR",
        caption="No line separates the labels; four neurons, one towards each corner, do.",
        X=X,
        y=X[:, 0] * X[:, 1],
        source="Minsky & Papert 1969",
    )


def _size(n: object) -> int:
    if isinstance(n, bool) or not isinstance(n, int | np.integer) or not FEWEST <= n <= MOST:
        raise ValueError(f"n must be a whole number from {FEWEST} to {MOST}, but was {n!r}.")
    return int(n)


def _poster() -> Dataset:
    return Dataset(
        name="poster",
        title="The poster's two points",
        caption="One point on each side of 0: a neuron for each.",
        X=_column(-1.0, 1.0),
        y=np.array([1.0, 2.0]),
        source="the poster's two points, no bias",
    )


def _one_neuron() -> Dataset:
    return Dataset(
        name="one-neuron",
        title="One neuron's two points",
        caption="For one neuron two valleys, at loss 0.25 and 1; two neurons would reach 0.",
        X=_column(-1.0, 1.0),
        y=np.array([1.0, 0.5]),
        source="the poster",
    )


def _pair() -> Dataset:
    return Dataset(
        name="pair",
        title="Two points and a bias",
        caption="One neuron turns and slides until it meets both points.",
        X=_column(-0.2, 1.0),
        y=np.array([0.5, 1.0]),
        bias=True,
        source="the blog post's two points with a bias",
    )


def _line() -> Dataset:
    x = np.array([-0.7, -0.3, 0.7, 0.8])
    return Dataset(
        name="line",
        title="Four points of a line",
        caption="A small start aligns first and grows later.",
        X=x[:, None],
        y=0.7 + 0.6 * x,
        bias=True,
        source="four points of one line, of the poster's two initialisations",
    )


def _five() -> Dataset:
    return Dataset(
        name="five",
        title="Five points",
        caption="Gradient descent is often caught, though a few neurons are enough.",
        X=np.sort(np.random.default_rng(0).uniform(-1.0, 1.0, 5))[:, None],
        y=np.array([0.8, -0.3, 0.6, 0.1, -0.7]),
        bias=True,
        source="five points with spurious minima",
    )


def _teaser() -> Dataset:
    return Dataset(
        name="teaser",
        title="Ten points, up and down",
        caption="A zigzag that wants a kink at nearly every point.",
        X=np.linspace(-0.5, 0.5, 10)[:, None],
        y=np.array([0.585, 0.274, 0.612, 0.317, 0.629, 0.288, 0.592, 0.294, 0.604, 0.326]),
        bias=True,
        source="the blog post's first figure",
    )


def _orthogonal() -> Dataset:
    return Dataset(
        name="orthogonal",
        title="Two orthogonal points",
        caption="Neurons gather in two directions, one for each label.",
        X=_column(-0.5, 2.0),
        y=np.array([-1.0, 1.0]),
        bias=True,
        source="Boursier et al. 2022, two orthogonal samples",
    )


def _non_orthogonal() -> Dataset:
    return Dataset(
        name="non-orthogonal",
        title="Five points of one feature",
        caption="From a small start few directions win.",
        X=_column(-1.5, -1.0, 0.0, 0.25, 2.0),
        y=np.array([0.7, -0.3, -0.3, 0.4, 0.2]),
        bias=True,
        source="Boursier et al. 2022, five samples of one feature",
    )


def _cars() -> Dataset:
    speed = [4, 4, 7, 7, 8, 9, 10, 10, 10, 11, 11, 12, 12, 12, 12, 13, 13, 13, 13, 14, 14, 14, 14, 15, 15, 15, 16, 16]
    speed += [17, 17, 17, 18, 18, 18, 18, 19, 19, 19, 20, 20, 20, 20, 20, 22, 23, 24, 24, 24, 24, 25]
    stop = [2, 10, 4, 22, 16, 10, 18, 26, 34, 17, 28, 14, 20, 24, 28, 26, 34, 34, 46, 26, 36, 60, 80, 20, 26, 54, 32]
    stop += [40, 32, 40, 50, 42, 56, 76, 84, 36, 46, 68, 32, 48, 52, 56, 64, 66, 54, 70, 92, 93, 120, 85]
    return Dataset(
        name="cars",
        title="Stopping distance of cars",
        caption="Measured, with noise: λ says how closely to follow.",
        X=standardised(speed)[:, None],
        y=standardised(stop),
        bias=True,
        source="stopping distance of fifty cars (Ezekiel 1930)",
    )


def _column(*x: float) -> np.ndarray:
    return np.array(x)[:, None]


SIZED = MappingProxyType({"step": step, "sine": sine, "spiral": spiral})
"""The data sets whose number of points can be chosen, as functions of it."""

DATASETS: Mapping[str, Dataset] = MappingProxyType(
    {
        data.name: data
        for data in (
            _poster(),
            _one_neuron(),
            _pair(),
            _line(),
            _five(),
            step(),
            sine(),
            _teaser(),
            _orthogonal(),
            _non_orthogonal(),
            _cars(),
            xor(),
            spiral(),
        )
    }
)
"""The data sets by name, in the order they are offered, each in its usual size."""


def dataset(name: str) -> Dataset:
    """Return the data set of a name; raises ValueError, naming those there are, for any other."""
    if name not in DATASETS:
        raise ValueError(f"data must be one of {', '.join(DATASETS)}, but was {name!r}.")
    return DATASETS[name]
