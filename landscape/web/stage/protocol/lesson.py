"""A lesson as the browser plays it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypedDict

from landscape.lessons.markup import Style
from landscape.lessons.records import Doing
from landscape.web.stage.protocol.state import StageState
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
