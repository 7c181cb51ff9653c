"""What the browser tells Python."""

from __future__ import annotations

from typing import Annotated, Any, Literal, TypedDict

Choosing = Literal["surface", "curve"]
Plain = Literal["basins", "formulas", "proof", "undo", "redo", "reset", "drawn", "reconnected", "undrawn"]
ChangingRun = Literal["pin", "remove", "select", "escape", "add-missing", "compare"]


class Happened(TypedDict):
    """A button without further keys was pressed.

    "drawn": the stage has drawn for the first time; "reconnected": the page has lost its server and found one again,
    which asks for nothing but a run of the page; "undrawn": the browser could not draw the scenario by itself.
    """

    kind: Plain


class Change(TypedDict):
    """Fields of the scenario were set with a control: ``values`` by their names, as its records have them."""

    kind: Literal["change"]
    values: Annotated[dict[str, Any], "Record<string, unknown>"]


class Chosen(TypedDict):
    """Another value of a ``Choice`` was chosen."""

    kind: Choosing
    value: str


class OfRun(TypedDict):
    """Something is to be done with a run."""

    kind: ChangingRun
    run: str


class Widen(TypedDict):
    """A run is to go on with ``count`` more neurons, at 0."""

    kind: Literal["widen"]
    run: str
    count: int


class Certify(TypedDict):
    """The networks at a step are to be certified, None for the end."""

    kind: Literal["certify"]
    at: int | None


class SetStep(TypedDict):
    """A run is to have the step size that its sentence advises."""

    kind: Literal["step"]
    run: str
    value: float


class At(TypedDict):
    """The playhead has come to rest at a step, None for the end."""

    kind: Literal["at"]
    value: int | None


class Click(TypedDict):
    """A place (x, y) of a view was clicked; add: a run is to be added there."""

    kind: Literal["click"]
    view: str
    x: float
    y: float
    add: bool


class MovedRun(TypedDict):
    """A start that was dragged: w and alpha (m,) of the run at ``index``."""

    index: int
    w: list[float]
    alpha: list[float]


class Edit(TypedDict):
    """Data or starts are being dragged, or were let go where ``final``."""

    kind: Literal["edit"]
    x: list[float]
    y: list[float]
    runs: list[MovedRun]
    final: bool


class Move(TypedDict):
    """A ``DraggedPoint``, named by its id, is being dragged, or was let go where ``final``."""

    kind: Literal["move"]
    point: str
    x: float
    y: float
    final: bool


class Delete(TypedDict):
    """The data point at ``index`` is to be deleted."""

    kind: Literal["delete"]
    index: int


StageEvent = Happened | Change | Chosen | OfRun | Widen | SetStep | Certify | At | Click | Edit | Move | Delete
"""An event of the browser; the stage adds a ``number``, by which an event that comes twice is recognised."""

EventKind = Literal[
    Plain, Choosing, ChangingRun, "change", "widen", "step", "certify", "at", "click", "edit", "move", "delete"
]
"""The kinds of events."""
