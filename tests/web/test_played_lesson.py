"""A lesson as the browser gets it: every scene drawn, what scenes share once, and nothing that needs a server."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any, get_args

import pytest
from test_protocol import conforms

from landscape.lessons import Lesson, Scene, Task, shipped
from landscape.lessons.pages import PARTS, SENTENCES, unfit, views
from landscape.lessons.records import DOINGS, Doing
from landscape.scenario import Run, Scenario, View
from landscape.web import assets
from landscape.web.front.show_me import draw, show_me
from landscape.web.front.views import views_of
from landscape.web.lessons.played_lesson import played_lesson
from landscape.web.stage.protocol.lesson import PlayedLesson

SHOW_ME = shipped("show-me")


@pytest.fixture(scope="module")
def played() -> dict[str, Any]:
    return json.loads(show_me())


def test_a_played_lesson_has_the_keys_and_types_of_the_records(played: dict[str, Any]) -> None:
    assert conforms(played, PlayedLesson)


def test_every_scene_shows_its_views_and_says_its_sentence_with_every_fact_filled_in(played: dict[str, Any]) -> None:
    assert len(played["scenes"]) == len(SHOW_ME.scenes) == 5
    for scene, shown in zip(SHOW_ME.scenes, played["scenes"], strict=True):
        assert [played["views"][view]["name"] for view in shown["picture"]["views"]] == [
            v for v in scene.views if v != SENTENCES
        ]
        said = "".join(piece["text"] for piece in [*shown["text"], *shown["task"]["text"]])
        assert "{" not in said
        assert shown["title"] == scene.title


def test_a_part_that_is_spoken_of_is_in_its_picture(played: dict[str, Any]) -> None:
    for shown in played["scenes"]:
        spot = shown["spotlight"]
        if spot["part"] is None:
            continue
        (view,) = [
            played["views"][place]
            for place in shown["picture"]["views"]
            if played["views"][place]["name"] == spot["view"]
        ]
        uid = {"wall": "wall", "data": "data", "star": "optimum"}[spot["part"]]
        assert uid in [trace.get("uid") for trace in view["figure"]["data"]]


def test_what_scenes_share_is_sent_once_and_the_whole_is_small(played: dict[str, Any]) -> None:
    assert len({json.dumps(view) for view in played["views"]}) == len(played["views"])
    assert len({json.dumps(state) for state in played["states"]}) == len(played["states"])
    asked = sum(len(scene["picture"]["views"]) for scene in played["scenes"])
    assert len(played["views"]) < asked
    assert len(show_me()) < 1_500_000


def test_nothing_in_it_asks_a_server_for_anything(played: dict[str, Any]) -> None:
    assert all(view["tools"] == [] for view in played["views"])
    for state in played["states"]:
        assert state["tools"] is None
        assert not state["reports_playhead"]
        assert not state["reports_drawn"]
        assert all(sentence["actions"] == [] for sentence in state["sentences"])


def test_a_way_out_is_played_from_where_its_run_was_caught(played: dict[str, Any]) -> None:
    last = played["scenes"][-1]
    runs = {run["id"]: run for run in played["states"][last["picture"]["stage"]]["runs"]}
    assert last["picture"]["at"] == last["picture"]["begin"] == runs["run0"]["steps"][-1] == runs["escape0"]["steps"][0]
    assert all(scene["picture"]["begin"] == 0 for scene in played["scenes"][:-1])


@pytest.mark.parametrize(
    "scenario",
    [
        Scenario(),
        Scenario(view=View(surface="both")),
        Scenario(view=View(surface="surface")),
        Scenario().changed(m=1, runs=(Run(w=(2.0,)),)),
        Scenario().changed(m=5, layer="trained", lam=0.1),
    ],
)
def test_the_views_that_a_lesson_may_name_are_those_of_the_page(scenario: Scenario) -> None:
    assert {*(view.name for view in views_of(scenario)), SENTENCES} == set(views("landscape", scenario))
    assert unfit("landscape", scenario) is None


def test_sentences_are_shown_where_a_scene_asks_for_them() -> None:
    scene = replace(SHOW_ME.scenes[1], views=(*SHOW_ME.scenes[1].views, SENTENCES))
    found = json.loads(played_lesson(Lesson("said", "Said", (scene,)), {"landscape": draw}))
    assert found["scenes"][0]["picture"]["sentences"]
    assert [sentence["run"] for sentence in found["states"][0]["sentences"]] == ["run0", "run1", "optimum"]


def test_a_text_with_a_fact_that_its_scene_lacks_is_refused_where_it_stands() -> None:
    bad = Scene("landscape", Scenario(), "Bad", "x = {{x7}}", views=("twin",))
    with pytest.raises(ValueError, match="Scene 2: no fact of this scene is called 'x7'"):
        played_lesson(Lesson("bad", "Bad", (SHOW_ME.scenes[0], bad)), {"landscape": draw})


def test_a_number_that_is_filled_in_is_no_mark() -> None:
    scene = Scene("landscape", Scenario(), "T", "*{{n}}* and {{m}} * {{n}}", views=("twin",), task=Task("`{{m}}`"))
    shown = json.loads(played_lesson(Lesson("t", "T", (scene,)), {"landscape": draw}))["scenes"][0]
    assert [piece["style"] for piece in shown["text"]] == ["emphasis", "plain"]
    assert shown["task"]["text"] == [{"style": "code", "text": "2"}]


def test_the_lesson_is_a_file_that_a_browser_may_keep_for_ever(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(assets, "STATIC", tmp_path)
    assets.lesson_url.cache_clear()
    try:
        first, other = assets.lesson_url("a", "{}"), assets.lesson_url("a", "[]")
    finally:
        assets.lesson_url.cache_clear()
    assert first != other
    assert (tmp_path / first.removeprefix("app/static/")).read_text() == "{}"


def test_python_and_the_browser_know_the_same_doings_and_parts() -> None:
    js = Path(assets.STAGE_SOURCES, "lesson")
    tasks, spotlight = (js / "tasks.js").read_text(), (js / "spotlight.js").read_text()
    assert get_args(Doing) == DOINGS
    assert all(f'case "{doing}"' in tasks for doing in DOINGS)
    assert all(f"{part}:" in spotlight or f'"{part}"' in spotlight for parts in PARTS.values() for part in parts)
