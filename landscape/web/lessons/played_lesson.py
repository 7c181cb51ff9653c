"""A lesson as the browser plays it: every scene solved and drawn, its facts filled in, as one JSON document."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal

from landscape.lessons import Choose, Facts, Guess, Lesson, Place, Question, Scene, filled
from landscape.lessons.answers import answer_of, of_width
from landscape.lessons.facts import named
from landscape.lessons.markup import pieces_of
from landscape.lessons.pages import SENTENCES
from landscape.lessons.questions import PLACED_IN
from landscape.results.solved_scenario import SolvedScenario
from landscape.scenario import Scenario
from landscape.web.lessons.held_back import without
from landscape.web.stage import StageState, StageView
from landscape.web.stage.protocol.as_json import to_json
from landscape.web.stage.protocol.drags import LocalDrag
from landscape.web.stage.protocol.lesson import (
    PlayedAnswer,
    PlayedPicture,
    PlayedQuestion,
    PlayedScene,
    PlayedSpotlight,
    PlayedTask,
    TextPiece,
)


@dataclass(frozen=True, eq=False)
class DrawnScene:
    """What a page shows of a scenario, the same for every visitor.

    Arguments
        facts: of its result; views, state: of its stage; solved: the result, None of a page that plays films.
    """

    facts: Facts
    views: tuple[StageView, ...]
    state: StageState
    solved: SolvedScenario | None = None


Drawing = Mapping[str, Callable[[Any], DrawnScene]]
"""For each page of a lesson, what draws a state of it: a scenario, or of the page Beyond a tab's query."""


def played_lesson(lesson: Lesson, drawing: Drawing) -> str:
    """Return a lesson as a ``PlayedLesson`` in JSON. Views and states that several scenes share are in it once.

    Raises ValueError, with a sentence that says where, for a text that names a fact which a scene does not have, and
    for a question without one right answer.
    """
    document = _Document(lesson)
    for number, scene in enumerate(lesson.scenes, 1):
        try:
            document.add(scene, drawing[scene.page](scene.scenario))
        except ValueError as refused:
            raise ValueError(f"Scene {number}: {refused}") from None
    return document.to_json()


def scenes_alone(lesson: Lesson, drawing: Drawing) -> list[tuple[str, str]]:
    """Return each scene as a lesson of its own in JSON: as it may be seen before its reveal, and after it.

    They are for those who follow a lecture: without its notes, and the first without what is held back and without the
    answer. Raises ValueError as ``played_lesson`` does.
    """
    found = []
    for number, scene in enumerate(lesson.scenes, 1):
        try:
            drawn = drawing[scene.page](scene.scenario)
            before, after = _Document(lesson), _Document(lesson)
            before.add(scene, drawn, "before")
            after.add(scene, drawn, "after")
        except ValueError as refused:
            raise ValueError(f"Scene {number}: {refused}") from None
        found.append((before.to_json(), after.to_json()))
    return found


Form = Literal["before", "after", "both"]


class _Document:
    """A ``PlayedLesson`` that is put together scene by scene."""

    def __init__(self, lesson: Lesson) -> None:
        self._lesson = lesson
        self._scenes: list[PlayedScene] = []
        self._states: dict[str, int] = {}
        self._views: dict[str, int] = {}

    def add(self, scene: Scene, drawn: DrawnScene, form: Form = "both") -> None:
        """Add a scene as it is before its reveal, as it is after it, or as both, with the lecturer's notes."""
        if form == "before":
            picture, before = self._held_back(scene, drawn), None
        else:
            picture = self._picture(scene, drawn.views, drawn.state, scene.at)
            before = self._held_back(scene, drawn) if scene.holds_back and form == "both" else None
        self._scenes.append(
            PlayedScene(
                title=scene.title,
                text=_pieces(scene.text, drawn.facts),
                notes=filled(scene.notes, drawn.facts) if form == "both" else "",
                spotlight=_spotlight(scene),
                task=_task(scene, drawn.facts),
                large=scene.large,
                plays=scene.plays,
                picture=picture,
                before=before,
                question=None if scene.question is None else _question(scene.question, scene, drawn.facts),
                answer=_answer(scene, drawn) if scene.has_reveal and form != "before" else None,
                has_reveal=scene.has_reveal,
            )
        )

    def to_json(self) -> str:
        """Return the document."""
        name, title, scenes = map(to_json, (self._lesson.name, self._lesson.title, self._scenes))
        return (
            f'{{"name": {name}, "title": {title}, "scenes": {scenes}, '
            f'"states": [{", ".join(self._states)}], "views": [{", ".join(self._views)}]}}'
        )

    def _held_back(self, scene: Scene, drawn: DrawnScene) -> PlayedPicture:
        """Return what is shown before the reveal; where the future is held back, no step but the first is known."""
        views, state = without(scene.holds_back, drawn.views, drawn.state)
        return self._picture(scene, views, state, 0 if "future" in scene.holds_back else scene.at)

    def _picture(self, scene: Scene, views: tuple[StageView, ...], state: StageState, at: int | None) -> PlayedPicture:
        alone = to_json(_alone(state, SENTENCES in scene.views))
        dragged = isinstance(state.drag, LocalDrag)
        by_name = {
            view.name: replace(view, tools=(), invitation=view.invitation if dragged else "").to_json()
            for view in views
        }
        begin = _begin(scene, state)
        for name in scene.views:
            if name != SENTENCES and name not in by_name:
                raise ValueError(f"this state of the page {scene.page} has no view called {name}.")
        if at is None and scene.task is not None and scene.task.doing == "watch":
            at = begin
        return PlayedPicture(
            stage=self._states.setdefault(alone, len(self._states)),
            views=tuple(
                self._views.setdefault(by_name[name], len(self._views)) for name in scene.views if name != SENTENCES
            ),
            at=at,
            begin=begin,
            sentences=SENTENCES in scene.views and bool(state.sentences),
        )


def _alone(state: StageState, sentences: bool) -> StageState:
    """Return a state without what only a page with a server and a history can do."""
    # An invitation to try something is for a page with controls.
    told = (sentence for sentence in state.sentences if sentence.run != "next")
    said = tuple(replace(sentence, actions=(), explicit=False) for sentence in told)
    return replace(
        state,
        sentences=said if sentences else (),
        drag=state.drag if isinstance(state.drag, LocalDrag) else None,
        at=None,
        tools=None,
        panels=None,
        lead=None,
        opens_playing=False,
        enlarged=None,
        note=None,
        large=False,
        columns=None,
        reports_playhead=False,
        reports_drawn=False,
    )


def _begin(scene: Scene, state: StageState) -> int:
    """Return the first step of the run that is watched."""
    task = scene.task
    watched = None if task is None or task.doing != "watch" else _run(task.run, task.way_out)
    return next((run.steps[0] for run in state.runs if run.id == watched), 0)


def _spotlight(scene: Scene) -> PlayedSpotlight | None:
    spot = scene.spotlight
    return None if spot is None else PlayedSpotlight(spot.view, _run(spot.run), spot.part)


def _task(scene: Scene, facts: Facts) -> PlayedTask | None:
    task = scene.task
    if task is None:
        return None
    return PlayedTask(_pieces(task.text, facts), task.doing, task.view, _run(task.run, task.way_out))


def _question(question: Question, scene: Scene, facts: Facts) -> PlayedQuestion:
    text = _pieces(question.text, facts)
    if isinstance(question, Choose):
        return PlayedQuestion("choose", text, options=tuple(_pieces(o.text, facts) for o in question.options))
    if isinstance(question, Guess):
        return PlayedQuestion("guess", text, low=question.low, high=question.high, unit=question.unit)
    if isinstance(question, Place):
        view = next(name for name in scene.views if name in PLACED_IN)
        return PlayedQuestion("place", text, what=question.what, view=view)
    assert isinstance(scene.scenario, Scenario)  # networks are trained on the page Landscape alone
    trained = scene.scenario.changed(**of_width(question.widths[0]), starts=1)
    return PlayedQuestion("train", text, widths=question.widths, scenario=trained)


def _answer(scene: Scene, drawn: DrawnScene) -> PlayedAnswer:
    text, question = _pieces(scene.answer, drawn.facts), scene.question
    if question is None:
        return PlayedAnswer(text)
    right = answer_of(question, scene.scenario, drawn.facts, drawn.solved)
    said = named(question.fact, drawn.facts).text if isinstance(question, Guess) else None
    return PlayedAnswer(text, right.option, right.value, said, right.place, right.share, right.shares, right.starts)


def _run(place: int | None, way_out: bool = False) -> str | None:
    return None if place is None else f"{'escape' if way_out else 'run'}{place}"


def _pieces(text: str, facts: Facts) -> tuple[TextPiece, ...]:
    # Taken apart first: a number that is filled in is no mark.
    return tuple(TextPiece(piece.style, filled(piece.text, facts)) for piece in pieces_of(text))
