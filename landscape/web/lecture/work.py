"""The long work of the page Lecture: every scene of a lesson, solved and drawn."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from dataclasses import dataclass, replace

from landscape.lessons import Lesson
from landscape.lessons.pages import Shown
from landscape.web.jobs import Report
from landscape.web.lessons.drawing import DRAWING
from landscape.web.lessons.played_lesson import DrawnScene, played_lesson, scenes_alone


@dataclass(frozen=True)
class Prepared:
    """A lesson as browsers get it, or why there is none.

    Arguments
        played: for who gives it, as JSON; scenes: each for those who follow, before and after its reveal, as JSON.
        facts: of each scene the names that its texts may use, and what they read as.
        refused: why it cannot be given, a sentence that says which scene; empty where it can. The scenes are then
            their pictures alone, as far as these could be drawn.
    """

    played: str
    scenes: tuple[tuple[str, str], ...]
    facts: tuple[tuple[tuple[str, str], ...], ...] = ()
    refused: str = ""

    def picture(self, place: int) -> str:
        """Return what the stage shows of a scene after its reveal, as the members of a JSON object."""
        alone = json.loads(self.scenes[place][1])
        picture = alone["scenes"][0]["picture"]
        state = {**alone["states"][picture["stage"]], "at": picture["at"]}
        views = [alone["views"][view] for view in picture["views"]]
        return f'"state": {json.dumps(state)}, "views": {json.dumps(views)}'


def prepare(lesson: Lesson, report: Report[Prepared | None], halt: threading.Event) -> Prepared | None:
    """Solve and draw every scene of a lesson; None when it is stopped."""
    drawn: dict[tuple[str, Shown], DrawnScene] = {}
    for number, scene in enumerate(lesson.scenes):
        report(number / len(lesson.scenes), f"Drawing scene {number + 1} of {len(lesson.scenes)}.")
        if halt.is_set():
            return None
        key = (scene.page, scene.scenario)
        if key not in drawn:
            try:
                drawn[key] = DRAWING[scene.page](scene.scenario)
            except ValueError as refused:
                return Prepared("", (), refused=f"Scene {number + 1}: {refused}")

    def known(page: str) -> Callable[[Shown], DrawnScene]:
        return lambda scenario: drawn[page, scenario]

    drawing = {page: known(page) for page in DRAWING}
    facts = tuple(
        tuple((name, fact.text) for name, fact in drawn[scene.page, scene.scenario].facts.items())
        for scene in lesson.scenes
    )
    try:
        return Prepared(played_lesson(lesson, drawing), tuple(scenes_alone(lesson, drawing)), facts)
    except ValueError as refused:
        return Prepared("", tuple(scenes_alone(_pictures(lesson), drawing)), facts, str(refused))


def _pictures(lesson: Lesson) -> Lesson:
    """Return a lesson without words, so that nothing in them can be refused."""
    return replace(
        lesson,
        scenes=tuple(replace(scene, text="", notes="", answer="", question=None, task=None) for scene in lesson.scenes),
    )
