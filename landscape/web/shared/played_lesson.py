"""A lesson as the browser plays it: every scene solved and drawn, its facts filled in, as one JSON document."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

from landscape.lessons import Lesson, Scene, filled
from landscape.lessons.markup import pieces_of
from landscape.lessons.pages import SENTENCES
from landscape.results.solved_scenario import SolvedScenario
from landscape.scenario import Scenario
from landscape.web.stage import StageState, StageView
from landscape.web.stage.protocol.as_json import to_json
from landscape.web.stage.protocol.lesson import PlayedScene, PlayedSpotlight, PlayedTask, TextPiece

Drawn = tuple[SolvedScenario, tuple[StageView, ...], StageState]
"""A scenario's result, and the views and the state of the page that shows it."""


def played_lesson(lesson: Lesson, draw: Mapping[str, Callable[[Scenario], Drawn]]) -> str:
    """Return a lesson as a ``PlayedLesson`` in JSON. Views and states that several scenes share are in it once.

    Arguments
        draw: for each page of the lesson, what draws a scenario of it.

    Raises ValueError, with a sentence that says where, for a text that names a fact which a scene does not have.
    """
    states: list[str] = []
    views: dict[str, int] = {}
    scenes = []
    for number, scene in enumerate(lesson.scenes, 1):
        solved, drawn, state = draw[scene.page](scene.scenario)
        alone = to_json(_alone(state, SENTENCES in scene.views))
        if alone not in states:
            states.append(alone)
        by_name = {view.name: replace(view, tools=()).to_json() for view in drawn}
        places = tuple(views.setdefault(by_name[name], len(views)) for name in scene.views if name != SENTENCES)
        try:
            scenes.append(_played(scene, solved, states.index(alone), places))
        except ValueError as refused:
            raise ValueError(f"Scene {number}: {refused}") from None
    return (
        f'{{"name": {to_json(lesson.name)}, "title": {to_json(lesson.title)}, "scenes": {to_json(scenes)}, '
        f'"states": [{", ".join(states)}], "views": [{", ".join(views)}]}}'
    )


def _alone(state: StageState, sentences: bool) -> StageState:
    """Return a state without what only a page with a server and a history can do."""
    said = tuple(replace(sentence, actions=(), explicit=False) for sentence in state.sentences)
    return replace(
        state,
        sentences=said if sentences else (),
        at=None,
        tools=None,
        transport=True,
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


def _played(scene: Scene, solved: SolvedScenario, stage: int, views: tuple[int, ...]) -> PlayedScene:
    spot, task, at = scene.spotlight, scene.task, scene.scenario.view.at
    begin = 0
    watched = None if task is None or task.doing != "watch" else _run(task.run, task.way_out)
    for run in solved.shown:
        if run.id == watched:
            begin = int(run.trajectory.steps[0])
    if at is None and task is not None and task.doing == "watch":
        at = begin
    return PlayedScene(
        title=scene.title,
        text=_pieces(scene.text, scene, solved),
        spotlight=None if spot is None else PlayedSpotlight(spot.view, _run(spot.run), spot.part),
        task=None
        if task is None
        else PlayedTask(_pieces(task.text, scene, solved), task.doing, task.view, _run(task.run, task.way_out)),
        large=scene.large,
        stage=stage,
        views=views,
        at=at,
        begin=begin,
        sentences=SENTENCES in scene.views,
        plays=scene.plays,
    )


def _run(place: int | None, way_out: bool = False) -> str | None:
    return None if place is None else f"{'escape' if way_out else 'run'}{place}"


def _pieces(text: str, scene: Scene, solved: SolvedScenario) -> tuple[TextPiece, ...]:
    # Taken apart first: a number that is filled in is no mark.
    return tuple(TextPiece(piece.style, filled(piece.text, scene.scenario, solved)) for piece in pieces_of(text))
