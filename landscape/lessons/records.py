"""A lesson: scenes in a sequence, each a picture, a sentence about it, and one thing to do or to predict.

The records say what is told; numbers in a text are names of facts of the scene's result (``landscape.lessons.facts``).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from landscape.lessons import pages
from landscape.lessons.questions import RUN, Choose, Guess, Place, Question, Train, unanswerable
from landscape.lessons.texts import MAX_NOTES, MAX_TEXT, MAX_TITLE, checked_text
from landscape.scenario import Scenario
from landscape.scenario.limits import checked, checked_choice, checked_flag, quoted

Doing = Literal["watch", "reach", "move", "point"]
DOINGS = ("watch", "reach", "move", "point")

HELD_BACK = ("optimum", "stuck", "verdicts", "curves", "future")
"""What a scene can hold back until it is revealed: the best network and its loss; where descent rests above it, and the
basins of these places; the sentences; the loss curves; everything after the first step of the runs."""

MAX_SCENES = 100
MAX_NAME = 60
"""Most scenes of a lesson, and longest name of one."""


@dataclass(frozen=True)
class Spotlight:
    """What a scene speaks of: a view, or in it a run or a named part.

    Arguments
        view: the view's name, or "sentences" for those below the pictures.
        run: the run, or its sentence, counted from 0 (a file counts from 1), or None.
        part: the named part (``landscape.lessons.pages``), or None.

    Raises ValueError when a value is none of these.
    """

    view: str
    run: int | None = None
    part: str | None = None

    def __post_init__(self) -> None:
        checked_choice(self.view, pages.ALL_VIEWS, "view")
        if self.run is not None:
            object.__setattr__(self, "run", checked(self.run, RUN, "run"))
        if self.part is not None:
            checked_choice(self.part, pages.PARTS.get(self.view, ()), f"part of {self.view}")


@dataclass(frozen=True)
class Task:
    """The one thing to do in a scene, and what completes it.

    Arguments
        text: the sentence, Markdown.
        doing: "watch": a run, or the way out of one, has been played to its end; "reach": a run that was dragged ends
            at the optimum; "move": something was dragged; "point": a place of a view was pointed at, or something was
            dragged. None: nothing is looked for.
        view: the view in which it is done, or None; for "point" there must be one.
        run: the run, counted from 0 (a file counts from 1), or None for any.
        way_out: whether the way out of the run is meant.

    Raises ValueError when a value is none of these.
    """

    text: str
    doing: Doing | None = None
    view: str | None = None
    run: int | None = None
    way_out: bool = False

    def __post_init__(self) -> None:
        checked_text(self.text, MAX_TEXT, "text")
        if self.doing is not None:
            checked_choice(self.doing, DOINGS, "doing")
        if self.view is not None:
            checked_choice(self.view, pages.ALL_VIEWS, "view")
        if self.run is not None:
            object.__setattr__(self, "run", checked(self.run, RUN, "run"))
        checked_flag(self.way_out, "way_out")
        if self.doing == "point" and self.view is None:
            raise ValueError("view must name the view to point at.")
        if self.way_out and (self.run is None or self.doing != "watch"):
            raise ValueError("way_out must be of a run that is watched.")


@dataclass(frozen=True)
class Scene:
    """One scene of a lesson.

    Arguments
        page: the page that it is on (``landscape.lessons.pages``).
        scenario: the state of that page, as a link has it, the step of the playhead included; of a tab of the page
            Beyond, which has other values than a scenario, its query.
        title: its heading; text: a sentence or two, Markdown with formulas and facts, {{run1.end.loss}}, or none.
        notes: for the lecturer alone.
        views: the views that are shown, from left to right; large: the one of them that is given more room, or None.
        spotlight: what it speaks of, or None; task: the thing to do, or None.
        plays: whether its runs play by themselves when it opens, or when it is revealed.
        holds_back: what is shown from the reveal on only, names of HELD_BACK.
        question: what is asked before the reveal, or None.
        answer: what is said after it, as ``text``; empty where the picture says enough.

    A scene whose task is to watch a run begins at the first step of that run, unless its scenario says a step.

    Raises ValueError when a value is out of range, or where the page cannot show it.
    """

    page: str
    scenario: pages.Shown
    title: str
    text: str
    notes: str = ""
    views: tuple[str, ...] = ()
    large: str | None = None
    spotlight: Spotlight | None = None
    task: Task | None = None
    plays: bool = False
    holds_back: tuple[str, ...] = ()
    question: Question | None = None
    answer: str = ""

    def __post_init__(self) -> None:
        checked_choice(self.page, pages.PAGES, "page")
        if not isinstance(self.scenario, (Scenario, pages.TabQuery)):
            raise ValueError(f"scenario must be a Scenario, but was a {type(self.scenario).__name__}.")
        if (reason := pages.unfit(self.page, self.scenario)) is not None:
            raise ValueError(f"scenario must be one that the page {self.page} can show: {reason}")
        checked_text(self.title, MAX_TITLE, "title")
        checked_text(self.text, MAX_TEXT, "text", empty=True)
        checked_text(self.notes, MAX_NOTES, "notes", empty=True)
        checked_text(self.answer, MAX_TEXT, "answer", empty=True)
        checked_flag(self.plays, "plays")
        self._check_views()
        self._check_runs()
        self._check_question()

    @property
    def at(self) -> int | None:
        """The step of the playhead, None for the end."""
        return self.scenario.view.at if isinstance(self.scenario, Scenario) else None

    @property
    def has_reveal(self) -> bool:
        """Whether there is something to reveal: what is held back, or the answer to a question."""
        return bool(self.holds_back or self.question is not None or self.answer)

    def _check_views(self) -> None:
        there = pages.views(self.page, self.scenario)
        shown = tuple(self.views) if isinstance(self.views, (tuple, list)) else (self.views,)
        for name in shown:
            checked_choice(name, there, "views")
        if len(set(shown)) < len(shown) or not set(shown) - {pages.SENTENCES}:
            raise ValueError(f"views must be one or more different ones of {', '.join(there)}.")
        object.__setattr__(self, "views", shown)
        if self.large is not None:
            checked_choice(self.large, tuple(name for name in shown if name != pages.SENTENCES), "large")
        for spoken_of in (self.spotlight, self.task):
            if spoken_of is not None and spoken_of.view is not None:
                checked_choice(spoken_of.view, shown, f"view of the {type(spoken_of).__name__.lower()}")

    def _check_runs(self) -> None:
        count = pages.count_runs(self.page, self.scenario)
        for spoken_of in (self.spotlight, self.task):
            if spoken_of is not None and spoken_of.run is not None and spoken_of.run >= count:
                raise ValueError(f"run must be one of the {count} of the scenario, but was {spoken_of.run + 1}.")
        escape = self.scenario.view.escape if isinstance(self.scenario, Scenario) else None
        if self.task is not None and self.task.way_out and escape != self.task.run:
            raise ValueError("scenario must show the way out that is to be watched: its link needs escape.")

    def _check_question(self) -> None:
        held = tuple(self.holds_back) if isinstance(self.holds_back, (tuple, list)) else (self.holds_back,)
        for name in held:
            checked_choice(name, HELD_BACK, "holds_back")
        object.__setattr__(self, "holds_back", tuple(name for name in HELD_BACK if name in held))
        question = self.question
        if question is None:
            return
        if not isinstance(question, (Choose, Place, Guess, Train)):
            raise ValueError(f"question must be a question, but was a {type(question).__name__}.")
        reason = unanswerable(question, self.page, self.views, pages.count_runs(self.page, self.scenario))
        if reason is not None:
            raise ValueError(f"question: {reason}")


@dataclass(frozen=True)
class Lesson:
    """Scenes in a sequence.

    Arguments
        name: its identifier, letters, digits and hyphens.
        title: what it is called.
        scenes: at least one.

    Raises ValueError when a value is none of these.
    """

    name: str
    title: str
    scenes: tuple[Scene, ...]

    def __post_init__(self) -> None:
        if not isinstance(self.name, str) or not re.fullmatch(rf"[a-z0-9][a-z0-9-]{{0,{MAX_NAME - 1}}}", self.name):
            raise ValueError(
                f"name must be 1 to {MAX_NAME} small letters, digits and hyphens, but was {quoted(self.name)}."
            )
        checked_text(self.title, MAX_TITLE, "title")
        scenes = self.scenes
        if not isinstance(scenes, (tuple, list)) or not all(isinstance(scene, Scene) for scene in scenes):
            raise ValueError(f"scenes must be a sequence of Scene, but was {quoted(scenes)}.")
        if not 1 <= len(scenes) <= MAX_SCENES:
            raise ValueError(f"scenes must be 1 to {MAX_SCENES}, but were {len(scenes)}.")
        object.__setattr__(self, "scenes", tuple(scenes))
