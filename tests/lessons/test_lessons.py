"""Lessons are records that a JSON file carries exactly; a damaged file is refused, and the refusal says where."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from any_lesson import lessons
from hypothesis import example, given, strategies as st

from landscape.lessons import (
    SHIPPED,
    Lesson,
    Scene,
    lesson_json,
    read_lesson,
    shipped,
)
from landscape.lessons.json_file import MAX_LENGTH, MOST_NOTES, VERSION
from landscape.lessons.pages import ALL_VIEWS, PARTS, SENTENCES
from landscape.lessons.records import MAX_SCENES
from landscape.lessons.texts import MAX_NOTES, MAX_TEXT, MAX_TITLE
from landscape.scenario import Scenario, View
from landscape.scenario.limits import LINK_LENGTH

SHOW_ME = shipped("show-me")


@given(lessons())
@example(SHOW_ME)
def test_a_lesson_is_read_from_its_json_exactly(lesson: Lesson) -> None:
    read, notes = read_lesson(lesson_json(lesson))
    assert read == lesson
    assert notes == ()


def test_a_scenario_too_large_for_a_link_is_carried_too() -> None:
    many = tuple(float(k) for k in range(1, 101))
    scene = Scene("landscape", Scenario().changed(x=many, y=many), "Many", "Many points.", views=("twin",))
    lesson = Lesson("many", "Many points", (scene,))
    written = json.loads(lesson_json(lesson))
    assert isinstance(written["scenes"][0]["scenario"], dict)
    assert read_lesson(lesson_json(lesson)) == (lesson, ())


def test_a_scenario_is_the_query_of_a_link_as_it_is_copied() -> None:
    document = saved()
    document["scenes"][0]["scenario"] = "https://example.org/app/?x=-1,1&y=1,3&m=2&at=7"
    scenario = read_lesson(json.dumps(document))[0].scenes[0].scenario
    assert scenario == Scenario().changed(y=(1.0, 3.0), at=7)


def saved() -> dict[str, Any]:
    return json.loads(lesson_json(SHOW_ME))


def test_a_file_of_before_stays_readable_when_keys_are_added() -> None:
    document = saved()
    document["author"] = "A. Lecturer"
    document["scenes"][1]["audience"] = {"text": "Beginners"}
    lesson, notes = read_lesson(json.dumps(document))
    assert lesson == SHOW_ME
    assert notes == (
        "The lesson: “author” is not known here, and ignored.",
        "Scene 2: “audience” is not known here, and ignored.",
    )


def test_a_value_that_had_to_be_changed_is_noted_with_its_scene() -> None:
    document = saved()
    document["scenes"][0]["scenario"] = "at=0&seed=-3"
    lesson, notes = read_lesson(json.dumps(document))
    assert lesson.scenes[0].scenario.training.seed == 0
    assert len(notes) == 1
    assert notes[0].startswith("Scene 1, scenario: seed = ")


def test_notes_beyond_the_first_are_counted() -> None:
    document = {**saved(), **{f"key {k}": k for k in range(MOST_NOTES + 5)}}
    _, notes = read_lesson(json.dumps(document))
    assert len(notes) == MOST_NOTES + 1
    assert notes[-1] == "5 more notes of this kind were taken."


Damage = Callable[[dict[str, Any]], object]

DAMAGES: dict[str, tuple[Damage, str]] = {
    "no scenes": (lambda d: d.pop("scenes"), "The lesson: scenes must be a list"),
    "empty scenes": (lambda d: d.update(scenes=[]), "The lesson: scenes must be 1 to"),
    "too many scenes": (
        lambda d: d.update(scenes=d["scenes"][:1] * (MAX_SCENES + 1)),
        "The lesson: scenes must be 1 to",
    ),
    "no version": (lambda d: d.pop("version"), "The lesson: version must be"),
    "odd version": (lambda d: d.update(version="one"), "The lesson: version must be"),
    "later version": (lambda d: d.update(version=VERSION + 1), "saved by a newer version of this app"),
    "no title": (lambda d: d.pop("title"), "The lesson has no title"),
    "a name with a path": (lambda d: d.update(name="../up"), "The lesson: name must be"),
    "a scene that is none": (lambda d: d["scenes"].__setitem__(2, "x"), "Scene 3 must be a JSON object"),
    "no text": (lambda d: d["scenes"][1].pop("text"), "Scene 2 has no text"),
    "long text": (lambda d: d["scenes"][1].update(text="x" * (MAX_TEXT + 1)), "Scene 2: text must have at most"),
    "long title": (lambda d: d["scenes"][1].update(title="x" * (MAX_TITLE + 1)), "Scene 2: title must have at most"),
    "long notes": (lambda d: d["scenes"][1].update(notes="x" * (MAX_NOTES + 1)), "Scene 2: notes must have at most"),
    "half a letter": (lambda d: d["scenes"][1].update(text="\ud800"), "Scene 2: text must be text that UTF-8"),
    "text that is none": (lambda d: d["scenes"][1].update(text=["x"]), "Scene 2: text must be text"),
    "another page": (lambda d: d["scenes"][0].update(page="moon"), "Scene 1: page must be one of"),
    "a page that is a list": (lambda d: d["scenes"][0].update(page=[]), "Scene 1: page must be one of"),
    "a view of none": (lambda d: d["scenes"][0].update(views=["mop"]), "Scene 1: views must be one of"),
    "views of one": (lambda d: d["scenes"][0].update(scenario="m=1"), "Scene 1: views must be one of"),
    "views twice": (
        lambda d: d["scenes"][0].update(views=["map", "map"]),
        "Scene 1: views must be one or more different",
    ),
    "no picture": (lambda d: d["scenes"][0].update(views=[SENTENCES]), "Scene 1: views must be one or more different"),
    "no views": (lambda d: d["scenes"][0].update(views=[]), "Scene 1: views must be one or more different"),
    "large elsewhere": (lambda d: d["scenes"][0].update(large="twin"), "Scene 1: large must be one of"),
    "scenario of a number": (lambda d: d["scenes"][0].update(scenario=3), "Scene 1, scenario must be a link's query"),
    "two features": (
        lambda d: d["scenes"][0].update(scenario="x=1,2,3,4&y=1,2&features=2"),
        "Scene 1: scenario must be one that the page landscape can show",
    ),
    "a long link": (
        lambda d: d["scenes"][0].update(scenario="x" * (LINK_LENGTH + 1)),
        "Scene 1, scenario must be a link's query of at most",
    ),
    "a link of many fields": (
        lambda d: d["scenes"][0].update(scenario="&".join("a=1" for _ in range(1500))),
        "Scene 1, scenario must be a link's query, but",
    ),
    "a light of none": (lambda d: d["scenes"][3]["spotlight"].update(view="moon"), "Scene 4, spotlight: view must be"),
    "a light that is none": (lambda d: d["scenes"][3].update(spotlight="wall"), "Scene 4, spotlight must be a JSON"),
    "a light elsewhere": (
        lambda d: d["scenes"][3]["spotlight"].update(view="losses", part=None),
        "Scene 4: view of the spotlight must be one of",
    ),
    "a part of none": (lambda d: d["scenes"][3]["spotlight"].update(part="roof"), "Scene 4, spotlight: part of twin"),
    "run 0": (lambda d: d["scenes"][0]["task"].update(run=0), "Scene 1, task: run must be a whole number from 1"),
    "run true": (lambda d: d["scenes"][0]["task"].update(run=True), "Scene 1, task: run must be a whole number from 1"),
    "run 3 of 2": (lambda d: d["scenes"][0]["task"].update(run=3), "Scene 1: run must be one of the 2"),
    "a task of none": (lambda d: d["scenes"][0]["task"].update(doing="dance"), "Scene 1, task: doing must be one of"),
    "no task": (lambda d: d["scenes"][0]["task"].pop("text"), "Scene 1, task has no text"),
    "pointing nowhere": (
        lambda d: d["scenes"][0].update(task={"text": "x", "doing": "point"}),
        "Scene 1, task: view must name",
    ),
    "no way out": (
        lambda d: d["scenes"][0]["task"].update(way_out=True),
        "Scene 1: scenario must show the way out",
    ),
    "a way out of nobody": (
        lambda d: d["scenes"][4]["task"].pop("run"),
        "Scene 5, task: way_out must be of a run",
    ),
    "plays of text": (lambda d: d["scenes"][0].update(plays="yes"), "Scene 1: plays must be True or False"),
}


@pytest.mark.parametrize("name", DAMAGES)
def test_damage_is_refused_in_a_sentence_that_says_where(name: str) -> None:
    damage, said = DAMAGES[name]
    document = saved()
    damage(document)
    with pytest.raises(ValueError, match=re.escape(said)) as refused:
        read_lesson(json.dumps(document))
    assert str(refused.value).endswith(".")


@pytest.mark.parametrize(
    "text", ["", "[]", "3", "null", '"x"', "{", "[" * 100_000, "\x00", '{"version": NaN}', '{"version": 1e999}']
)
def test_what_is_no_lesson_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="The lesson"):
        read_lesson(text)


def test_bytes_are_read_and_those_of_no_text_refused() -> None:
    assert read_lesson(lesson_json(SHOW_ME).encode()) == (SHOW_ME, ())
    with pytest.raises(ValueError, match="The lesson must be a JSON document"):
        read_lesson(b"\xff\xfe\x00")


def test_a_file_too_long_to_be_a_lesson_is_not_read() -> None:
    with pytest.raises(ValueError, match="at most"):
        read_lesson(" " * (MAX_LENGTH + 1))


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=3),
    max_leaves=6,
)


@given(st.data())
def test_any_value_in_any_place_gives_a_lesson_or_a_sentence(data: st.DataObject) -> None:
    document = saved()
    target: Any = document
    while True:
        keys = list(target) if isinstance(target, dict) else list(range(len(target)))
        key = data.draw(st.sampled_from(keys))
        if isinstance(target[key], (dict, list)) and target[key] and data.draw(st.booleans()):
            target = target[key]
            continue
        target[key] = data.draw(JSON)
        break
    try:
        lesson, notes = read_lesson(json.dumps(document))
    except ValueError as refused:
        said = [str(refused)]
    else:
        said = list(notes)
        assert read_lesson(lesson_json(lesson)) == (lesson, ())
    assert all(re.match(r"(The lesson|Scene \d+)", sentence) and sentence.endswith(".") for sentence in said)


@given(st.text(max_size=300) | st.binary(max_size=300))
def test_no_file_is_answered_by_anything_but_a_sentence(text: str | bytes) -> None:
    with pytest.raises(ValueError, match=r"^The lesson.*\.$"):
        read_lesson(text)


@pytest.mark.parametrize("name", SHIPPED)
def test_a_shipped_lesson_is_called_as_its_file(name: str) -> None:
    assert shipped(name).name == name


def test_another_name_is_refused() -> None:
    with pytest.raises(ValueError, match=r"name must be one of show-me, why-stuck, .* but was 'x'"):
        shipped("x")


def test_every_named_part_is_of_a_view_that_there_is() -> None:
    assert set(PARTS) <= set(ALL_VIEWS)


@pytest.mark.parametrize("scene", SHOW_ME.scenes, ids=lambda scene: scene.title)
def test_show_me_is_about_the_scenario_that_the_page_opens_with(scene: Scene) -> None:
    assert replace(scene.scenario, view=View()) == Scenario()
