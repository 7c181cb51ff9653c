"""A lesson as a JSON document, written and read.

    {"version": 1, "name": "show-me", "title": "Show me", "scenes": [
      {"page": "landscape", "scenario": "x=-1,1&y=1,2&m=2&at=0", "title": "Stuck", "text": "… {{run1.end.loss}} …",
       "notes": "…", "views": ["map", "outputs"], "large": "map",
       "spotlight": {"view": "map", "run": 1, "part": "end"},
       "task": {"text": "…", "doing": "watch", "view": "map", "run": 1, "way_out": false},
       "plays": false, "holds_back": ["optimum", "verdicts", "future"],
       "question": {"kind": "choose", "text": "…", "fact": "run1.end.kind",
                    "options": [{"text": "…", "equals": "optimum"}, {"text": "…", "equals": "stuck"}]},
       "answer": "…"}]}

Other questions are {"kind": "place", "text": "…", "what": "start"}, or "what": "end" with a "run"; {"kind": "guess",
"text": "…", "fact": "…", "low": 0, "high": 100, "unit": "%"}; and {"kind": "train", "text": "…", "widths": [2, 4, 8]}.

A scenario is the query of a link, as it is copied from the address of its page, or the object of a saved scenario
where a link is too short for it. Runs count from 1, as in a link. What is not needed may be left out.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import MISSING, dataclass, field, fields
from typing import Any, TypeVar
from urllib.parse import parse_qs

from landscape.lessons.pages import TRAINS_SECOND_LAYER, TabQuery
from landscape.lessons.questions import KINDS, Choose, Guess, Option, Place, Question, Train
from landscape.lessons.records import Lesson, Scene, Spotlight, Task
from landscape.model.problem import SecondLayer
from landscape.scenario import Scenario, query_string, read_json, read_query
from landscape.scenario.limits import LINK_LENGTH, Range, checked, quoted

VERSION = 1
"""Of the format: raised where a reader of before would misunderstand a file, not where keys are added."""

MAX_LENGTH = 20_000_000
"""Longest document read, in characters."""

MOST_NOTES = 20
"""Notes that are given one by one."""

_COUNTED = Range(1, 1_000_000, whole=True)
"""Versions and runs, which are counted from 1."""

R = TypeVar("R")

_PARTS = (Spotlight, Task, Option, Choose, Place, Guess, Train)
"""The records of which a scene consists."""


def lesson_json(lesson: Lesson) -> str:
    """Return the document from which exactly this lesson is read."""
    scenes = [_written(scene) for scene in lesson.scenes]
    document = {"version": VERSION, "name": lesson.name, "title": lesson.title, "scenes": scenes}
    return json.dumps(document, indent=1, ensure_ascii=False)


def read_lesson(text: str | bytes) -> tuple[Lesson, tuple[str, ...]]:
    """Return the lesson of a JSON document, and a note for every key that is unknown and every value that was changed.

    Raises ValueError, with a sentence that says where, if the text is no such document, of a later version, or longer
    than MAX_LENGTH.
    """
    if len(text) > MAX_LENGTH:
        raise ValueError(f"The lesson must hold at most {MAX_LENGTH} characters, but holds {len(text)}.")
    try:
        document = json.loads(text)
    except (ValueError, RecursionError):
        raise ValueError("The lesson must be a JSON document, but cannot be read as one.") from None
    reader = _Reader()
    lesson = reader.lesson(document)
    return lesson, tuple(reader.said())


@dataclass
class _Reader:
    """Reads the parts of a document, each where ``where`` says, and takes notes."""

    notes: list[str] = field(default_factory=list)

    def lesson(self, document: object) -> Lesson:
        values = self.record(document, ("version", *_names(Lesson)), "The lesson")
        try:
            version = checked(values.pop("version", None), _COUNTED, "version")
        except ValueError as refused:
            raise ValueError(f"The lesson: {refused}") from None
        if version > VERSION:
            raise ValueError(
                f"The lesson was saved by a newer version of this app: its format is {version}, and {VERSION} is "
                "the last one read here."
            )
        scenes = values.get("scenes")
        if not isinstance(scenes, list):
            raise ValueError(f"The lesson: scenes must be a list, but was {quoted(scenes)}.")
        values["scenes"] = tuple(self.scene(scene, f"Scene {number}") for number, scene in enumerate(scenes, 1))
        return _made(Lesson, values, "The lesson")

    def scene(self, document: object, where: str) -> Scene:
        values = self.record(document, _names(Scene), where)
        if "scenario" in values:
            layer: SecondLayer = "trained" if values.get("page") in TRAINS_SECOND_LAYER else "ones"
            place = f"{where}, scenario"
            if values.get("page") == "beyond":
                values["scenario"] = _made(TabQuery, {"query": values["scenario"]}, place)
            else:
                values["scenario"] = self.scenario(values["scenario"], place, layer)
        for name in ("views", "holds_back"):
            if isinstance(values.get(name), list):
                values[name] = tuple(values[name])
        if values.get("spotlight") is not None:
            values["spotlight"] = self.part(values["spotlight"], Spotlight, f"{where}, spotlight")
        if values.get("task") is not None:
            values["task"] = self.part(values["task"], Task, f"{where}, task")
        if values.get("question") is not None:
            values["question"] = self.question(values["question"], f"{where}, question")
        return _made(Scene, values, where)

    def question(self, document: object, where: str) -> Question:
        if not isinstance(document, Mapping):
            raise ValueError(f"{where} must be a JSON object, but was {quoted(document)}.")
        given = dict(document)
        kind = given.pop("kind", None)
        if not isinstance(kind, str) or kind not in KINDS:
            raise ValueError(f"{where}: kind must be one of {', '.join(KINDS)}, but was {quoted(kind)}.")
        options = given.get("options")
        if kind == "choose" and isinstance(options, list):
            given["options"] = tuple(
                self.part(option, Option, f"{where}, option {number}") for number, option in enumerate(options, 1)
            )
        if isinstance(given.get("widths"), list):
            given["widths"] = tuple(given["widths"])
        record: Callable[..., Question] = KINDS[kind]
        return _made(record, self.values(given, KINDS[kind], where), where)

    def part(self, document: object, kind: type[R], where: str) -> R:
        return _made(kind, self.values(document, kind, where), where)

    def values(self, document: object, kind: type, where: str) -> dict[str, Any]:
        """Return the values of a record; a file counts runs from 1."""
        values = self.record(document, _names(kind), where)
        if (run := values.get("run")) is not None:
            try:
                values["run"] = checked(run, _COUNTED, "run") - 1
            except ValueError as refused:
                raise ValueError(f"{where}: {refused}") from None
        return values

    def scenario(self, document: object, where: str, layer: SecondLayer) -> Scenario:
        if isinstance(document, str):
            if len(document) > LINK_LENGTH:
                raise ValueError(
                    f"{where} must be a link's query of at most {LINK_LENGTH} characters, but has {len(document)}."
                )
            query = document.rpartition("?")[2]
            try:
                found, notes = read_query(parse_qs(query, keep_blank_values=True, max_num_fields=1000), layer=layer)
            except ValueError:
                raise ValueError(f"{where} must be a link's query, but cannot be read as one.") from None
        elif isinstance(document, dict):
            found, notes = read_json(json.dumps(document))
        else:
            raise ValueError(f"{where} must be a link's query or a saved scenario, but was {quoted(document)}.")
        self.notes += [f"{where}: {note}" for note in notes]
        return found

    def record(self, document: object, known: tuple[str, ...], where: str) -> dict[str, Any]:
        """Return the values of an object under the keys that are known here."""
        if not isinstance(document, Mapping):
            raise ValueError(f"{where} must be a JSON object, but was {quoted(document)}.")
        self.notes += [
            f"{where}: {quoted(key)} is not known here, and ignored." for key in document if key not in known
        ]
        return {key: document[key] for key in known if key in document}

    def said(self) -> list[str]:
        rest = len(self.notes) - MOST_NOTES
        return self.notes if rest <= 0 else [*self.notes[:MOST_NOTES], f"{rest} more notes of this kind were taken."]


def _names(kind: type) -> tuple[str, ...]:
    return tuple(found.name for found in fields(kind))


def _made(kind: Callable[..., R], values: Mapping[str, Any], where: str) -> R:
    """Return a record of these values; a refusal says where."""
    for needed in fields(kind):  # type: ignore[arg-type]
        if needed.default is MISSING and needed.name not in values:
            raise ValueError(f"{where} has no {needed.name}.")
    try:
        return kind(**values)
    except ValueError as refused:
        raise ValueError(f"{where}: {refused}") from None


def _written(record: Scene | Spotlight | Task | Option | Question) -> dict[str, Any]:
    """Return the values of a record that differ from its defaults, as JSON has them."""
    found: dict[str, Any] = {}
    for name, kind in KINDS.items():
        if isinstance(record, kind):
            found["kind"] = name
    for part in fields(record):
        value = getattr(record, part.name)
        if value == part.default and part.name != "what":
            continue
        if isinstance(value, Scenario):
            value = query_string(value) if value.fits_a_link else json.loads(value.to_json())
        elif isinstance(value, TabQuery):
            value = value.query
        elif isinstance(value, _PARTS):
            value = _written(value)
        elif part.name == "options":
            value = [_written(option) for option in value]
        elif part.name == "run":
            value = value + 1
        found[part.name] = value
    return found
