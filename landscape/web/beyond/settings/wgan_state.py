"""The data of the Wasserstein game: real samples, first generated ones, and the weight decay of the discriminator."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import ClassVar

import numpy as np

from landscape.extensions import wgan
from landscape.extensions.wgan.game import Discriminator
from landscape.scenario.limits import Range
from landscape.web.beyond.state import SettingState

KINDS = ("linear", "quadratic", "relu")


@dataclass(frozen=True)
class WganState(SettingState):
    """Real samples x and the first generated ones y, of ``dims`` features; ``beta`` is a fraction of β_max."""

    starts: int = 3
    dims: int = 2
    discriminator: Discriminator = "quadratic"
    beta: float = 0.4

    limits: ClassVar[Mapping[str, Range]] = {
        "dims": Range(1, 2, whole=True),
        "beta": Range(0.01, 1.5),
        "starts": Range(1, 10, whole=True),
    }
    choices: ClassVar[Mapping[str, Sequence[str]]] = {"discriminator": KINDS}

    @property
    def per_x(self) -> int:
        """Features a sample."""
        return self.dims

    @property
    def per_y(self) -> int:
        """Features a generated sample."""
        return self.dims

    @property
    def sizes(self) -> Range:
        """How many samples are taken."""
        return Range(2, 8, whole=True)

    @property
    def X(self) -> np.ndarray:
        """Real samples (n, d)."""
        return np.array(self.x).reshape(self.n, self.dims)

    @property
    def G(self) -> np.ndarray:
        """First generated samples (n, d)."""
        return np.array(self.y).reshape(self.n, self.dims)


EXAMPLE = (
    ((1.2, 0.9), (-0.4, -0.5)),
    ((-0.8, 0.7), (0.3, -0.6)),
    ((1.6, 0.5), (-0.1, -0.9)),
    ((-1.1, 0.4), (0.6, -0.3)),
    ((1.4, 1.2), (-0.6, -0.1)),
    ((-0.7, 1.0), (0.1, -0.2)),
    ((0.4, 1.3), (0.2, -1.0)),
    ((0.9, 0.3), (-0.7, -0.8)),
)
"""Real samples in two clouds, and the starts of generated ones."""


def example(n: int, dims: int = 2) -> WganState:
    """Return the example with n samples of one or two features."""
    real, made = ([v for pair in EXAMPLE[:n] for v in pair[part][:dims]] for part in (0, 1))
    return WganState(tuple(real), tuple(made), dims=dims)


def more(state: WganState) -> WganState:
    """Return the state with one more real and one more generated sample."""
    real, made = EXAMPLE[state.n % len(EXAMPLE)]
    return replace(state, x=(*state.x, *real[: state.dims]), y=(*state.y, *made[: state.dims]))


def dims_changed(state: WganState, dims: int) -> WganState:
    """Return the state with another number of features: the first stays, the second comes from the example."""
    if dims == state.dims:
        return state
    both = []
    for part, points in enumerate((state.X, state.G)):
        second = np.array([EXAMPLE[i % len(EXAMPLE)][part][1] for i in range(state.n)])
        both.append(points[:, :1] if dims == 1 else np.column_stack([points[:, 0], second]))
    x, y = (tuple(float(v) for v in points.ravel()) for points in both)
    return replace(state, dims=dims, x=x, y=y)


@lru_cache(maxsize=64)
def beta_max(x: tuple[float, ...], dims: int, discriminator: Discriminator) -> float:
    """Return the β from which on all generated samples may be 0."""
    X = np.array(x).reshape(-1, dims)
    return wgan.distance(X, np.zeros_like(X), discriminator)


def decay_of(state: WganState) -> float:
    """Return the discriminator's weight decay β itself."""
    return state.beta * beta_max(state.x, state.dims, state.discriminator) or 1e-6
