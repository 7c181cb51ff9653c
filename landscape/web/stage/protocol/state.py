"""All that a stage shows, and the message that brings it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any, TypedDict

from landscape.web.stage.protocol.drags import DragModel
from landscape.web.stage.protocol.panels import Panels
from landscape.web.stage.protocol.runs import PlayedRun
from landscape.web.stage.protocol.sentences import Sentence
from landscape.web.stage.protocol.views import StageView

ScenarioRecord = Annotated[Any, "Scenario"]
"""A ``landscape.scenario.Scenario``, its records as they are."""


@dataclass(frozen=True)
class Tools:
    """The buttons beside the playback.

    Arguments
        undo, redo: whether there is something to undo, to redo; runs: whether runs can be added here.
    """

    undo: bool
    redo: bool
    runs: bool = True


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
        scenario: that of the page, where the browser draws its controls.
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
    scenario: ScenarioRecord | None = None


@dataclass(frozen=True, eq=False)
class PageState:
    """What a browser that solves and draws a scenario itself is told of its page.

    Arguments
        undo, redo: whether there is something to undo, to redo.
        opens_playing: whether the runs play once, from step 0 to the end, when this is the first that a document shows.
        hidden: the parts that the address leaves out: "transport", "sentences".
        panels: the formulas and the proof, None on a page without them.
        enlarged: the name of the view that the address lets fill the stage; opened_enlarged: whether the page was
            opened with it.
    """

    undo: bool
    redo: bool
    opens_playing: bool
    hidden: tuple[str, ...]
    panels: Panels | None
    enlarged: str | None
    opened_enlarged: bool


class StageUpdate(TypedDict):
    """A message to the browser.

    ``serial`` counts the states of a stage; ``answers`` is the number of the last event that was delivered. An offline
    page has neither.
    """

    answers: str | None
    serial: int
    state: StageState
    views: list[StageView]


class ScenarioUpdate(TypedDict):
    """The same message where the browser solves and draws the scenario: its views and state are made there."""

    answers: str | None
    serial: int
    scenario: ScenarioRecord
    page: PageState
