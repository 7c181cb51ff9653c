"""What can be dragged."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from landscape.figures.style import LOSS_SCALE
from landscape.model.problem import SecondLayer
from landscape.training.optimisers import Method


@dataclass(frozen=True, eq=False)
class DraggedRun:
    """A run whose start can be dragged.

    Arguments
        id, index: its name and place; explicit: whether it has a start of its own, which alone can be dragged.
        method: the optimiser; schedule: pairs (from step, step size), the first from step 0; suited: whether it is one
            that suits the data, and changes with them.
        W0, alpha0: (m,) the start; loss: its objective.
    """

    id: str
    index: int
    explicit: bool
    method: Method
    schedule: tuple[tuple[int, float], ...]
    suited: bool
    W0: list[float]
    alpha0: list[float]
    loss: float


@dataclass(frozen=True, eq=False)
class DraggedPlane:
    """The plane of the loss picture.

    Arguments
        neurons: the one or two neurons whose weights are the coordinates.
        W, alpha: (m,) the network that holds the other weights.
        follows: the run whose end is that network, or None where it stays as it is.
    """

    neurons: tuple[int, ...]
    W: list[float]
    alpha: list[float]
    follows: str | None


@dataclass(frozen=True, eq=False)
class LocalDrag:
    """Data, starts and slopes can be dragged, and the browser recomputes every picture by itself.

    Arguments
        x, y: (n,) one feature and the labels; lam: λ as a fraction of λ_max; layer: what is trained.
        m: neurons; steps: the most that a run takes; runs: the runs and their starts; selected: the run whose slopes
            can be dragged.
        plane: of the loss picture, None where its coordinates are not single weights.
        stops: the colour map of the loss, pairs (place, colour).
    """

    x: tuple[float, ...]
    y: tuple[float, ...]
    lam: float
    layer: SecondLayer
    m: int
    steps: int
    runs: tuple[DraggedRun, ...]
    selected: int
    plane: DraggedPlane | None
    stops: tuple[tuple[float, str], ...] = LOSS_SCALE
    kind: Literal["local"] = "local"


@dataclass(frozen=True, eq=False)
class DataDrag:
    """Data points of one feature can be dragged; Python recomputes the pictures.

    Arguments
        x, y: (n,) the feature and the labels; bias: whether neurons have one.
    """

    x: tuple[float, ...]
    y: tuple[float, ...]
    bias: bool
    kind: Literal["data"] = "data"


@dataclass(frozen=True)
class DraggedPoint:
    """A point that can be dragged.

    Arguments
        id: its name in a ``Move``; index: its place in a ``Delete``; view: the name of its view.
        label: its accessible name; x, y: where it is; axes: those along which it can be dragged.
        symbol, color: its marker while it is held; removable: whether it can be deleted.
        said: its position as text, for one that represents something else than (x, y).
    """

    id: str
    index: int
    view: str
    label: str
    x: float
    y: float
    axes: Literal["xy", "x", "y"]
    symbol: str
    color: str
    removable: bool
    said: str | None = None


@dataclass(frozen=True)
class PointDrag:
    """Points in views of their own choice can be dragged; Python recomputes the pictures."""

    points: tuple[DraggedPoint, ...]
    kind: Literal["points"] = "points"


DragModel = LocalDrag | DataDrag | PointDrag
"""What can be dragged."""
