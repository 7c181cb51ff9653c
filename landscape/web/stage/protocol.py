"""The messages between Python and the browser, as typed records.

Python sends a ``StageUpdate``: the views and the state that they share. The browser sends events, dicts with a
``kind``. Records are written as JSON by ``to_json``, a key for each field. The JavaScript refers to the same records:
``js/protocol.d.ts`` is written from this file (``python tests/helpers/protocol_types.py``), and a test fails where the
two differ.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field
from typing import Annotated, Any, Literal, TypedDict

from landscape.figures.style import LOSS_SCALE
from landscape.lessons.markup import Style
from landscape.lessons.records import Doing
from landscape.model.problem import SecondLayer
from landscape.training.optimisers import Method

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
    key: str = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "key", hashlib.blake2b(self.figure.encode(), digest_size=8).hexdigest())

    def to_json(self) -> str:
        """Return the view as JSON, its figure untouched."""
        head = to_json({name: value for name, value in vars(self).items() if name != "figure"})
        return f'{head[:-1]}, "figure": {self.figure}}}'


@dataclass(frozen=True)
class Action:
    """A button beside a sentence.

    Arguments
        label: on the button; event: what it sends; of a ``Certify`` the browser fills in the step.
        main: whether it is the first choice; hint: its tooltip.
        expanded: of a button that opens a panel, whether that is open.
    """

    label: str
    event: OfRun | Widen | SetStep | Certify | Happened
    main: bool = False
    hint: str | None = None
    expanded: bool | None = None


@dataclass(frozen=True)
class Sentence:
    """One line under the plots: the outcome of a run, or a proven statement.

    Arguments
        run: whose sentence it is: "run0", "escape0", "optimum" …; name: printed in bold before the text.
        text: what happened, one plain sentence; why: the reason, or what exactly is meant.
        digits: the numbers behind it, shown when they are asked for: pairs of a name and a number as text.
        kind: of its statement, a class of the style sheet.
        color, symbol: the marker beside it.
        actions: the buttons beside it.
        explicit: whether its run was set by the visitor, and so can be pinned and removed; pinned: whether a click
            leaves its start unchanged; selected: whether it is the run that a click moves.
    """

    run: str
    name: str
    text: str
    kind: str
    color: str
    symbol: str
    why: str = ""
    digits: tuple[tuple[str, str], ...] = ()
    actions: tuple[Action, ...] = ()
    explicit: bool = False
    pinned: bool = False
    selected: bool = False


@dataclass(frozen=True)
class PackedWeights:
    """The weights of a run: for each stored step a block of (d + 1) × m numbers, row by row, alpha last.

    Arguments
        d, m: features and neurons; bits: of each number, a float; data: the blocks' bytes in base 64.
    """

    d: int
    m: int
    bits: Literal[32, 64]
    data: str


@dataclass(frozen=True)
class PlayedLeg:
    """A leg of an escape path: from its first step on, ``text`` is in the run's sentence."""

    first: int
    text: str


@dataclass(frozen=True, eq=False)
class PlayedRun:
    """A run as the browser plays it.

    Arguments
        id: "run0", or "escape0" for an escape path; color, symbol: of its path and its markers.
        steps: the stored steps; objective: the loss that its sentence gives at each.
        weights: at each stored step, None where only the path is played.
        legs: of an escape path.
    """

    id: str
    color: str
    symbol: str
    steps: list[int]
    objective: list[float]
    weights: PackedWeights | None = None
    legs: tuple[PlayedLeg, ...] = ()


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


@dataclass(frozen=True)
class Tools:
    """The buttons beside the playback.

    Arguments
        undo, redo: whether there is something to undo, to redo; runs: whether runs can be added here.
    """

    undo: bool
    redo: bool
    runs: bool = True


PartKind = Literal["point", "neuron", "pattern", "run", "optimum", "wall"]
"""What a term speaks of: a data point, a neuron's weights, a pattern, a run, the optimum, the edge of the slopes."""


@dataclass(frozen=True)
class Part:
    """A part of the pictures that terms speak of.

    Arguments
        id: by which terms name it; of a run and of the optimum the name that its pictures have.
        name: for a visitor; kind: what it is, by which the browser knows where to mark it.
        color, symbol: its marker, as in the pictures.
        points: the points that it is, or that a pattern is active on; of a neuron its place among the neurons.
    """

    id: str
    name: str
    kind: PartKind
    color: str
    symbol: str
    points: tuple[int, ...] = ()


TermKind = Literal["words", "number", "name", "sign", "row", "raised", "lowered", "sum"]
"""A piece of text, a number, a letter, a sign, pieces side by side, a power, an index, and Σ with what runs."""


@dataclass(frozen=True)
class Term:
    """A piece of a line of text and formulas; what a formula is made of is never broken across two lines.

    Arguments
        kind: what it is; text: what is written, of a piece without parts.
        parts: its pieces: of a power base and exponent, of an index base and index, of a sum what is below and above Σ.
        full: of a number of which the first digits are written, all of them.
        about: the ids of the parts of the pictures that it speaks of.
    """

    kind: TermKind
    text: str = ""
    parts: tuple[Term, ...] = ()
    full: str = ""
    about: tuple[str, ...] = ()


@dataclass(frozen=True)
class PanelLine:
    """A line of a panel: a sentence, the head of a formula, one that goes on, or an item of a list."""

    kind: Literal["lead", "text", "formula", "item"]
    terms: tuple[Term, ...]


@dataclass(frozen=True)
class Panel:
    """What is opened below the sentences: the formulas, or the proof.

    Arguments
        title: its heading; lines: its text and formulas; parts: what the terms speak of, in the order of the legend.
    """

    title: str
    lines: tuple[PanelLine, ...]
    parts: tuple[Part, ...]


@dataclass(frozen=True)
class Panels:
    """The panels of a stage that has them, None for one that is closed."""

    formulas: Panel | None = None
    proof: Panel | None = None


@dataclass(frozen=True, eq=False)
class StageState:
    """All that a stage shows besides its views; without arguments, nothing.

    Arguments
        sentences: below the plots; runs: those played in them; drag: what can be dragged.
        sides: the names of the points at x < 0 and at x > 0, for the step text of runs with few neurons.
        at: the step of the playhead, None for the end.
        tools: the buttons beside the playback; transport: whether the bar with both is shown.
        large: type for a projector; columns: of the views on a wide screen, None for as many as fit.
        panels: the formulas and the proof, None on a stage without them.
        lead: how many views stand above the sentences, on a phone only the first; None for all.
        paced: whether playback takes equal time for each stored step, instead of for each step.
        clocked: whether the runs' steps are microseconds and their objective a relative excess, as of a race.
        enlarged: the name of the view that fills the stage, None where all are shown.
        note: a sentence above the views.
        opens_playing: whether the runs play once, from step 0 to the end, when this is the first that a document shows.
        reports_playhead: whether the step at which the playhead rests is sent in an ``At`` event and written into the
            address; reports_drawn: whether a "drawn" event is sent, once.
    """

    sentences: tuple[Sentence, ...] = ()
    runs: tuple[PlayedRun, ...] = ()
    drag: DragModel | None = None
    sides: tuple[str, str] | None = None
    at: int | None = None
    tools: Tools | None = None
    transport: bool = True
    large: bool = False
    columns: int | None = None
    panels: Panels | None = None
    lead: int | None = None
    paced: bool = False
    clocked: bool = False
    enlarged: str | None = None
    note: str | None = None
    opens_playing: bool = False
    reports_playhead: bool = False
    reports_drawn: bool = False


class StageUpdate(TypedDict):
    """A message to the browser.

    ``serial`` counts the states of a stage; ``answers`` is the number of the last event that was delivered. An offline
    page has neither.
    """

    answers: str | None
    serial: int
    state: StageState
    views: list[StageView]


@dataclass(frozen=True)
class TextPiece:
    """A stretch of a lesson's text; of a formula the TeX."""

    style: Style
    text: str


@dataclass(frozen=True)
class PlayedSpotlight:
    """What a scene speaks of: a view or "sentences", and in it a run or a named part."""

    view: str
    run: str | None
    part: str | None


@dataclass(frozen=True)
class PlayedTask:
    """The thing to do in a scene.

    Arguments
        text: the sentence; doing: what completes it; view: where it is done.
        run: "run0", or "escape0" for a way out, None for any.
    """

    text: tuple[TextPiece, ...]
    doing: Doing | None
    view: str | None
    run: str | None


@dataclass(frozen=True, eq=False)
class PlayedScene:
    """A scene of a lesson as the browser plays it.

    Arguments
        title, text, spotlight, task: what is told; large: the view that is given more room.
        stage: the place of its state in ``PlayedLesson.states``; views: of its views in ``PlayedLesson.views``.
        at: the step of the playhead, None for the end; begin: the step from which its runs play.
        sentences: whether those below the pictures are shown; plays: whether it plays by itself.
    """

    title: str
    text: tuple[TextPiece, ...]
    spotlight: PlayedSpotlight | None
    task: PlayedTask | None
    large: str | None
    stage: int
    views: tuple[int, ...]
    at: int | None
    begin: int
    sentences: bool
    plays: bool


class PlayedLesson(TypedDict):
    """A lesson as the browser plays it; scenes that show the same share views and states."""

    name: str
    title: str
    scenes: list[PlayedScene]
    states: list[StageState]
    views: list[StageView]


Choosing = Literal["surface", "curve"]
Plain = Literal["basins", "formulas", "proof", "undo", "redo", "reset", "drawn", "reconnected"]
ChangingRun = Literal["pin", "remove", "select", "escape", "add-missing", "compare"]


class Happened(TypedDict):
    """A button without further keys was pressed.

    "drawn": the stage has drawn for the first time; "reconnected": the page has lost its server and found one again,
    which asks for nothing but a run of the page.
    """

    kind: Plain


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


StageEvent = Happened | Chosen | OfRun | Widen | SetStep | Certify | At | Click | Edit | Move | Delete
"""An event of the browser; the stage adds a ``number``, by which an event that comes twice is recognised."""

EventKind = Literal[Plain, Choosing, ChangingRun, "widen", "step", "certify", "at", "click", "edit", "move", "delete"]
"""The kinds of events."""


def to_json(record: Any) -> str:
    """Return a record, or any structure of records, as JSON: an object for each record, a key for each field."""
    return json.dumps(record, default=vars)
