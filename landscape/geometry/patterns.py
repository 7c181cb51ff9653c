"""Activation patterns: the samples on which a neuron is active; all patterns of the data, or a random sample."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from landscape.formatting import counted
from landscape.geometry.cells import most_cells, row_space
from landscape.geometry.exact_cells import exact_patterns
from landscape.geometry.fan import fan
from landscape.model.problem import data_array
from landscape.model.readable import readable

LARGEST_LIST = 200_000_000
"""Most entries (patterns × samples) a list of patterns may have, a byte each."""


@dataclass(frozen=True, eq=False)
class Patterns:
    """Activation patterns ``D_i = 1[X u ≥ 0]``, one a row.

    Arguments
        D: (P, n) bool, rows distinct.
        complete: whether these are the patterns of all full-dimensional cones of X.

    Raises ValueError unless D is a non-empty two-dimensional array of booleans.
    """

    D: np.ndarray
    complete: bool

    __repr__ = readable

    def _said(self) -> str:
        listed = "all of the data" if self.complete else "some of the data's"
        return f"{counted(len(self), 'activation pattern')} of {counted(self.D.shape[1], 'sample')}, {listed}"

    def __post_init__(self) -> None:
        D = np.array(self.D)
        if D.dtype != np.bool_ or D.ndim != 2 or D.size == 0:
            raise ValueError(f"D must be a non-empty (P, n) array of booleans, but is {D.dtype} of shape {D.shape}.")
        D.setflags(write=False)
        object.__setattr__(self, "D", D)

    def __len__(self) -> int:
        return len(self.D)


def enumerate_patterns(X: np.ndarray) -> Patterns:
    """Return the activation pattern of every full-dimensional cone of the data X (n, d), exactly, however narrow it is.

    In general position there are 2 Σ_{k<rank} C(n−1, k) of them (Cover, 1965): 2 for d = 1, 2n for one feature with a
    bias, n² − n + 2 for d = 3. Raises ValueError where they are too many to list.

    >>> from landscape import enumerate_patterns
    >>> found = enumerate_patterns([[-0.9, 1.0], [-0.2, 1.0], [0.3, 1.0], [1.0, 1.0]])
    >>> found.D.shape, found.complete
    ((8, 4), True)
    """
    X = data_array(X, "X", 2)
    if X.shape[1] <= 2:
        cones = fan(X)
        _affordable(cones.cones, len(X))
        return Patterns(cones.active(cones.first_sector()), complete=True)
    _affordable(most_cells(len(X), row_space(X).shape[1]), len(X))
    return Patterns(exact_patterns(X), complete=True)


def sample_patterns(X: np.ndarray, count: int, rng: np.random.Generator) -> Patterns:
    """Return the distinct patterns (at most ``count``) of ``count`` Gaussian neurons on the data X (n, d).

    A program over sampled patterns can lie above the true optimum: ``complete`` is False.
    Raises ValueError when count is below 1 or the list would be too long.
    """
    X = data_array(X, "X", 2)
    if not isinstance(count, int | np.integer) or isinstance(count, bool) or count < 1:
        raise ValueError(f"count must be a whole number of at least 1, but was {count!r}.")
    _affordable(int(count), len(X))
    scale = np.max(np.abs(X), axis=0)
    gates = rng.standard_normal((X.shape[1], int(count)))
    D = (X / np.where(scale > 0, scale, 1.0)) @ gates >= 0
    return Patterns(np.unique(D.T, axis=0), complete=False)


def _affordable(patterns: int, n: int) -> None:
    if patterns * n > LARGEST_LIST:
        raise ValueError(
            f"X must have few enough patterns to list, {LARGEST_LIST:,} entries in all, but has {patterns:,} patterns "
            f"of {n:,} samples; use sample_patterns."
        )
