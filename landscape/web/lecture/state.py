"""What the page Lecture keeps: a lesson, and which of its scenes is being edited."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, Self

from landscape.lessons import Lesson, Scene
from landscape.lessons.records import MAX_SCENES
from landscape.lessons.texts import MAX_TITLE
from landscape.scenario.limits import Range, checked


@dataclass(frozen=True)
class LectureState:
    """A lesson, and the scene that is being edited, counted from 0.

    Raises ValueError where the lesson has no such scene.
    """

    lesson: Lesson
    scene: int = 0

    def __post_init__(self) -> None:
        allowed = Range(0, len(self.lesson.scenes) - 1, whole=True)
        object.__setattr__(self, "scene", checked(self.scene, allowed, "scene"))

    @property
    def edited(self) -> Scene:
        """The scene that is being edited."""
        return self.lesson.scenes[self.scene]

    def changed(self, **values: Any) -> Self:
        """Return the record with other values; raises ValueError for what cannot be set."""
        return replace(self, **values)

    def with_scene(self, place: int | None = None, **values: Any) -> Self:
        """Return the state in which a scene, by default the edited one, has other values.

        Raises ValueError for what it cannot have.
        """
        at = self.scene if place is None else place
        return self._with_scenes(lambda scenes: scenes.__setitem__(at, replace(scenes[at], **values)))

    def added(self, scene: Scene) -> Self:
        """Return the state with one more scene at the end, under a title of its own, which is then edited."""
        if len(self.lesson.scenes) >= MAX_SCENES:
            raise ValueError(f"A lesson has at most {MAX_SCENES} scenes.")
        taken = {each.title for each in self.lesson.scenes}
        numbered = (f"{scene.title[: MAX_TITLE - 6]} ({k})" for k in range(2, MAX_SCENES + 2))
        title = next(title for title in (scene.title, *numbered) if title not in taken)
        lesson = replace(self.lesson, scenes=(*self.lesson.scenes, replace(scene, title=title)))
        return self.changed(lesson=lesson, scene=len(lesson.scenes) - 1)

    def repeated(self) -> Self:
        """Return the state with the edited scene once more behind itself."""
        if len(self.lesson.scenes) >= MAX_SCENES:
            raise ValueError(f"A lesson has at most {MAX_SCENES} scenes.")
        return self._with_scenes(lambda scenes: scenes.insert(self.scene + 1, self.edited), self.scene + 1)

    def removed(self) -> Self:
        """Return the state without the edited scene; raises ValueError for the only one."""
        if len(self.lesson.scenes) == 1:
            raise ValueError("A lesson has at least one scene: this one cannot be removed.")
        last = len(self.lesson.scenes) - 2
        return self._with_scenes(lambda scenes: scenes.pop(self.scene), min(self.scene, last))

    def moved(self, by: int) -> Self:
        """Return the state in which the edited scene has moved to another place, which it does not leave at an end."""
        to = min(max(self.scene + by, 0), len(self.lesson.scenes) - 1)
        return self._with_scenes(lambda scenes: scenes.insert(to, scenes.pop(self.scene)), to)

    def _with_scenes(self, change: Callable[[list[Scene]], object], scene: int | None = None) -> Self:
        scenes = list(self.lesson.scenes)
        change(scenes)
        lesson = replace(self.lesson, scenes=tuple(scenes))
        return self.changed(lesson=lesson, scene=self.scene if scene is None else scene)
