"""Data of one feature with a bias: what every setting that draws f(x) shares."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from landscape.web.beyond.setting import point
from landscape.web.beyond.state import SettingState, with_number
from landscape.web.stage.protocol.drags import DraggedPoint

FINE = 241
"""Points of an even grid for curves that are not piecewise linear."""


def with_bias(x: Sequence[float] | np.ndarray) -> np.ndarray:
    """Return x (n,) with a column of ones."""
    return np.column_stack([np.asarray(x, dtype=float), np.ones(len(x))])


def span_of(x: Sequence[float]) -> tuple[float, float]:
    """Return the range of x that is drawn: the data with room on both sides."""
    low, high = min(x), max(x)
    room = 0.15 * (high - low) or 1.0
    return low - room, high + room


def kinked_grid(W: np.ndarray, span: tuple[float, float]) -> np.ndarray:
    """Return the ends of a range and every kink −b/w of neurons W (2, m) inside it, in order."""
    w, b = W
    kinks = -b[w != 0] / w[w != 0]
    return np.unique([span[0], *kinks[(kinks > span[0]) & (kinks < span[1])], span[1]])


def fine_grid(W: np.ndarray, span: tuple[float, float]) -> np.ndarray:
    """Return an even grid with every kink of neurons W (2, m) on it, for functions that bend elsewhere too."""
    return np.union1d(kinked_grid(W, span), np.linspace(*span, FINE))


@dataclass(frozen=True)
class LineState(SettingState):
    """Data of one feature with a bias, one label a point."""

    @property
    def X(self) -> np.ndarray:
        """Data (n, 2), with the bias."""
        return with_bias(self.x)

    @property
    def labels(self) -> np.ndarray:
        """Labels (n,)."""
        return np.array(self.y)


EXTRA = (
    (0.6, 0.3),
    (-0.55, 0.2),
    (0.05, 0.4),
    (0.8, -0.4),
    (-0.05, -0.3),
    (0.45, 0.8),
    (-0.7, 0.6),
    (0.15, 0.1),
    (0.9, 0.2),
    (-0.35, -0.6),
    (0.7, 0.5),
    (-0.8, 0.3),
    (0.22, -0.2),
    (-0.12, 0.5),
    (0.52, -0.1),
    (-0.45, 0.1),
    (0.97, 0.4),
    (-0.62, -0.2),
    (0.38, 0.2),
    (-0.28, 0.35),
    (0.75, 0.0),
    (-0.85, -0.4),
    (0.1, 0.6),
    (0.65, -0.5),
)
"""Points that are added to data on a line, in their order: as many as there are, less those there from the start."""


def more_on_line(state: SettingState) -> SettingState:
    """Return the state with one more point."""
    x, y = EXTRA[max(state.n - 4, 0) % len(EXTRA)]
    return replace(state, x=(*state.x, x), y=(*state.y, y))


def line_points(state: SettingState) -> list[DraggedPoint]:
    """Return the data points as what can be dragged in the view of the outputs."""
    return [
        point(f"data{i}", i, "outputs", f"Data point {i + 1}", x, y)
        for i, (x, y) in enumerate(zip(state.x, state.y, strict=True))
    ]


def move_on_line(state: SettingState, name: str, x: float, y: float) -> SettingState:
    """Return the state after a data point was dragged."""
    i = int(name.removeprefix("data"))
    return with_number(with_number(state, "x", i, x), "y", i, y)
