"""The plots of a stage, and the switches in their headings."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from typing import Annotated, Literal

from landscape.web.stage.protocol.as_json import to_json
from landscape.web.stage.protocol.events import Choosing, Plain

FigureJson = Annotated[str, "Figure"]
"""A plotly figure as JSON, made by ``landscape.figures.style.as_json``; it is put into a message unchanged."""

ViewKind = Literal["path", "outputs", "neurons", "kinks", "directions", "track", "still"]
"""What moves in a view while runs play.

"path": the traces named run…-line; "outputs": f of one feature; "neurons": |alpha| (w, b); "kinks": f, and triangles
at −b/w; "directions": (w, b) over the longest; "track": as "path", over the steps; "still": nothing.
"""


@dataclass(frozen=True)
class Choice:
    """Buttons in a view's heading of which one is chosen.

    Arguments
        event: the kind of the event that a choice sends, with the chosen value.
        label: the accessible name; value: what is chosen; options: pairs (value, label).
    """

    event: Choosing
    label: str
    value: str
    options: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Toggle:
    """A button in a view's heading that is on or off.

    Arguments
        event: the kind of the event that it sends; label: on the button; pressed: whether it is on; hint: its tooltip.
    """

    event: Plain
    label: str
    pressed: bool
    hint: str


Tool = Choice | Toggle
"""A switch in a view's heading."""


@dataclass(frozen=True, eq=False)
class StageView:
    """One plot of the stage.

    Arguments
        name: identifies the plot from one change to the next; its camera and zoom are kept by this name.
        title: its heading and its accessible name.
        caption: one line under the heading that describes the picture.
        invitation: what can be done in it, which follows the caption; nothing where the picture is only played.
        alt: the text alternative for screen readers.
        figure: a plotly figure as JSON, made by ``landscape.figures``.
        tools: switches in its heading.
        also: names of other drawings of the same, in whose place it fills the stage where they are not drawn.
        kind: what moves in it while runs are played.
        span: for a view of outputs or kinks, the range of x that it draws.
        runs: the runs that play in it; None for all.
        key: identifies the figure: the browser does not draw the same one twice.
    """

    name: str
    title: str
    caption: str
    alt: str
    figure: FigureJson
    tools: tuple[Tool, ...] = ()
    also: tuple[str, ...] = ()
    kind: ViewKind = "path"
    span: tuple[float, float] | None = None
    runs: tuple[str, ...] | None = None
    invitation: str = ""
    key: str = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "key", hashlib.blake2b(self.figure.encode(), digest_size=8).hexdigest())

    def to_json(self) -> str:
        """Return the view as JSON, its figure untouched."""
        head = to_json({name: value for name, value in vars(self).items() if name != "figure"})
        return f'{head[:-1]},"figure":{self.figure}}}'
