"""Data sets of the sources' figures, and a real one: what dynamics, races and sweeps are shown on."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from landscape.model.problem import finite_array


@dataclass(frozen=True, eq=False)
class DataSet:
    """Samples and labels under a name.

    Arguments
        name: what commands and files call it.
        X: (n, d) one sample a row; a bias is a column of ones.
        y: (n,) labels.
        source: where it comes from.

    Raises ValueError where X or y is not a finite array, or their lengths disagree.
    """

    name: str
    X: np.ndarray
    y: np.ndarray
    source: str

    def __post_init__(self) -> None:
        X, y = finite_array(self.X, "X", 2), finite_array(self.y, "y", 1)
        if len(X) != len(y):
            raise ValueError(f"y must have one label for each of the {len(X)} rows of X, but has {len(y)}.")
        object.__setattr__(self, "X", X)
        object.__setattr__(self, "y", y)


def with_bias(x: object) -> np.ndarray:
    """Return samples (n, 2) of one feature x (n,) and a column of ones."""
    x = finite_array(x, "x", 1)
    return np.column_stack([x, np.ones(len(x))])


def standardised(values: object) -> np.ndarray:
    """Return values (n,) shifted to mean 0 and scaled to standard deviation 1."""
    v = np.asarray(values, dtype=float)
    return (v - v.mean()) / v.std()


def _line() -> DataSet:
    x = np.array([-0.7, -0.3, 0.7, 0.8])
    return DataSet("line", with_bias(x), 0.7 + 0.6 * x, "four points of one line, of the poster's two initialisations")


def _sine() -> DataSet:
    x = np.linspace(-1.0, 1.0, 10)
    return DataSet("sine", with_bias(x), np.sin(10.0 * x), "the blog post's notebook: ten points of sin(10 x)")


def _five() -> DataSet:
    x = np.sort(np.random.default_rng(0).uniform(-1.0, 1.0, 5))
    return DataSet("five", with_bias(x), np.array([0.8, -0.3, 0.6, 0.1, -0.7]), "five points with spurious minima")


def _teaser() -> DataSet:
    y = [0.585, 0.274, 0.612, 0.317, 0.629, 0.288, 0.592, 0.294, 0.604, 0.326]
    return DataSet("teaser", with_bias(np.linspace(-0.5, 0.5, 10)), np.array(y), "the blog post's first figure")


def _cars() -> DataSet:
    speed = [4, 4, 7, 7, 8, 9, 10, 10, 10, 11, 11, 12, 12, 12, 12, 13, 13, 13, 13, 14, 14, 14, 14, 15, 15, 15, 16, 16]
    speed += [17, 17, 17, 18, 18, 18, 18, 19, 19, 19, 20, 20, 20, 20, 20, 22, 23, 24, 24, 24, 24, 25]
    stop = [2, 10, 4, 22, 16, 10, 18, 26, 34, 17, 28, 14, 20, 24, 28, 26, 34, 34, 46, 26, 36, 60, 80, 20, 26, 54, 32]
    stop += [40, 32, 40, 50, 42, 56, 76, 84, 36, 46, 68, 32, 48, 52, 56, 64, 66, 54, 70, 92, 93, 120, 85]
    return DataSet(
        "cars", with_bias(standardised(speed)), standardised(stop), "stopping distance of fifty cars (Ezekiel 1930)"
    )


DATA: dict[str, DataSet] = {
    data.name: data
    for data in (
        DataSet("poster", np.array([[-1.0], [1.0]]), np.array([1.0, 2.0]), "the poster's two points, no bias"),
        DataSet("pair", with_bias([-0.2, 1.0]), np.array([0.5, 1.0]), "the blog post's two points with a bias"),
        _line(),
        DataSet(
            "orthogonal",
            np.array([[-0.5, 1.0], [2.0, 1.0]]),
            np.array([-1.0, 1.0]),
            "Boursier et al. 2022, two orthogonal samples",
        ),
        DataSet(
            "non-orthogonal",
            with_bias([-1.5, -1.0, 0.0, 0.25, 2.0]),
            np.array([0.7, -0.3, -0.3, 0.4, 0.2]),
            "Boursier et al. 2022, five samples of one feature",
        ),
        _five(),
        _sine(),
        _teaser(),
        _cars(),
    )
}
"""The data sets by name."""


def data_set(name: str) -> DataSet:
    """Return the data set of a name; raises ValueError, naming those there are, for any other."""
    if name not in DATA:
        raise ValueError(f"data must be one of {', '.join(DATA)}, but was {name!r}.")
    return DATA[name]
