"""A lesson as the browser plays it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypedDict

from landscape.lessons.markup import Style
from landscape.lessons.records import Doing
from landscape.web.stage.protocol.state import ScenarioRecord, StageState
from landscape.web.stage.protocol.views import StageView


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
class PlayedQuestion:
    """What is asked in a scene; of what does not belong to its kind, None.

    Arguments
        kind: one of several answers, a point on a landscape, a number, or networks that every phone trains.
        text: the question; options: the answers to choose from.
        what: whether a start is placed, or where a run ends; view: where.
        low, high, unit: of a number.
        widths: of the networks; scenario: of which they are trained.
    """

    kind: Literal["choose", "place", "guess", "train"]
    text: tuple[TextPiece, ...]
    options: tuple[tuple[TextPiece, ...], ...] | None = None
    what: Literal["start", "end"] | None = None
    view: str | None = None
    low: float | None = None
    high: float | None = None
    unit: str | None = None
    widths: tuple[int, ...] | None = None
    scenario: ScenarioRecord | None = None


@dataclass(frozen=True)
class PlayedAnswer:
    """What is said and shown after the reveal; of what does not belong to the question, None.

    Arguments
        text: the answer in words; option: which is right; value: the number, and ``said`` as it is read.
        place: (x, y) where the run ends; share: from which share of the picture gradient flow reaches the optimum.
        shares: of each width, the share of starts that reach the optimum; starts: how many were trained for it.
    """

    text: tuple[TextPiece, ...]
    option: int | None = None
    value: float | None = None
    said: str | None = None
    place: tuple[float, float] | None = None
    share: float | None = None
    shares: tuple[float, ...] | None = None
    starts: int | None = None


@dataclass(frozen=True, eq=False)
class PlayedPicture:
    """What the stage shows of a scene.

    Arguments
        stage: the place of its state in ``PlayedLesson.states``; views: of its views in ``PlayedLesson.views``.
        at: the step of the playhead, None for the end; begin: the step from which its runs play.
        sentences: whether those below the pictures are shown.
    """

    stage: int
    views: tuple[int, ...]
    at: int | None
    begin: int
    sentences: bool


@dataclass(frozen=True, eq=False)
class PlayedScene:
    """A scene of a lesson as the browser plays it.

    Arguments
        title, text, spotlight, task: what is told; notes: for the lecturer alone, empty elsewhere.
        large: the view that is given more room; plays: whether it plays by itself.
        picture: what is shown, from the reveal on where there is one.
        before: what is shown before it, None where nothing is held back.
        question: what is asked before the reveal; answer: what is said after it; None where there is none, or where it
            must not be known yet.
        has_reveal: whether there is something to reveal.
    """

    title: str
    text: tuple[TextPiece, ...]
    notes: str
    spotlight: PlayedSpotlight | None
    task: PlayedTask | None
    large: str | None
    plays: bool
    picture: PlayedPicture
    before: PlayedPicture | None
    question: PlayedQuestion | None
    answer: PlayedAnswer | None
    has_reveal: bool


class PlayedLesson(TypedDict):
    """A lesson as the browser plays it; scenes that show the same share views and states."""

    name: str
    title: str
    scenes: list[PlayedScene]
    states: list[StageState]
    views: list[StageView]
