"""What a scene holds back is not in what is sent before its reveal, on any page and of any scenario."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from typing import Any

import pytest
from any_lesson import scenes
from hypothesis import given, settings, strategies as st

from landscape.formatting import written
from landscape.lessons import Lesson, Place, Scene, TabQuery
from landscape.lessons.pages import SENTENCES, TABS, views
from landscape.lessons.records import HELD_BACK
from landscape.scenario import Scenario, Training, View
from landscape.web.convex_twin.page import START as TWIN
from landscape.web.front.show_me import draw
from landscape.web.lessons.drawing import DRAWING
from landscape.web.lessons.held_back import without
from landscape.web.lessons.played_lesson import played_lesson, scenes_alone
from landscape.web.race.page import START as RACE

PAGES = ("landscape", "convex-twin")

FILMED = Scenario(TWIN.data, Training(m=6, layer="trained", lam=0.0, steps=60, runs=(), scales=(1e-3, 1.0)))


def scene(page: str = "landscape", scenario: Scenario | None = None, **values: Any) -> Scene:
    scenario = Scenario() if scenario is None else scenario
    shown = values.pop("views", views(page, scenario))
    return Scene(page, scenario, "Title", "Text.", views=shown, **values)


def forms(of: Scene) -> tuple[dict[str, Any], dict[str, Any]]:
    """The scene before and after its reveal, as a phone gets it."""
    ((before, after),) = scenes_alone(Lesson("a", "A", (of,)), DRAWING)
    return json.loads(before), json.loads(after)


def traces(form: dict[str, Any]) -> set[str]:
    return {f"{view['name']} {trace.get('uid')}" for view in form["views"] for trace in view["figure"]["data"]}


@pytest.mark.parametrize(
    ("held", "gone", "left"),
    [
        ("optimum", r"optimum(-line)?|narrow", r"stuck|run0-line|field"),
        ("stuck", r"stuck|edges|points|basin\d", r"optimum|run0-line|field"),
        ("future", r"run\d-ends|run\d-shares|escape\d-\w+|basin\d|stuck", r"optimum|field|run0-line"),
    ],
)
def test_traces_of_what_is_held_back_are_left_out(held: str, gone: str, left: str) -> None:
    scenario = Scenario(view=View(basins=True, escape=0))
    before, after = forms(scene(scenario=scenario, holds_back=(held,)))
    hidden, whole = traces(before), traces(after)
    assert not [name for name in hidden if re.fullmatch(gone, name.split()[1])]
    assert [name for name in whole if re.fullmatch(gone, name.split()[1])]
    for name in left.split("|"):
        assert any(found.split()[1] == name for found in hidden), name


def test_curves_are_held_back_in_their_view_alone() -> None:
    before, _ = forms(scene(holds_back=("curves",)))
    by_name = {view["name"]: view["figure"]["data"] for view in before["views"]}
    assert "run0-ends" in [trace["uid"] for trace in by_name["map"]]
    assert [len(trace["x"]) for trace in by_name["losses"] if trace["uid"].startswith("run")] == [1, 1]


def without_windows(form: dict[str, Any]) -> dict[str, Any]:
    """The windows of pictures are the same before and after the reveal: they hold all that there will be to see."""
    for view in form["views"]:
        view.pop("key")
        for axis in ("xaxis", "yaxis"):
            view["figure"]["layout"][axis].pop("range")
    return form


@pytest.mark.parametrize("method", ["gd", "adam"])
def test_no_run_that_goes_another_way_changes_what_is_sent(method: str) -> None:
    """With another optimiser and step the same starts end elsewhere: nothing that is sent before may know of it."""
    base = Scenario(view=View(window=4.0))
    other = base.changed(runs=tuple(replace(run, method=method, step=((0, 0.11),)) for run in base.training.runs))
    held = ("optimum", "stuck", "verdicts", "curves", "future")
    for question in (None, Place("Where?"), Place("Where will it end?", "end", 0)):
        first, second = (
            forms(scene(scenario=scenario, views=("map", "twin", "outputs"), holds_back=held, question=question))
            for scenario in (base, other)
        )
        assert without_windows(first[0]) == without_windows(second[0])
        assert without_windows(first[1]) != without_windows(second[1])


def test_a_film_that_is_held_back_has_its_first_step_alone() -> None:
    before, after = forms(scene("dynamics", FILMED, holds_back=("future", "verdicts")))
    (state,) = before["states"]
    assert [run["steps"] for run in state["runs"]] == [[0], [0]]
    assert len(after["states"][0]["runs"][0]["steps"]) > 10
    whole = {run["id"]: run["weights"]["data"] for run in after["states"][0]["runs"]}
    for run in state["runs"]:
        assert whole[run["id"]].startswith(run["weights"]["data"].rstrip("=")[:-1])
        assert len(run["weights"]["data"]) < len(whole[run["id"]]) / 10


def test_cones_and_patterns_do_not_tell_which_the_optimum_has() -> None:
    before, after = forms(scene("convex-twin", TWIN, holds_back=("optimum",)))
    fills, marks = {}, {}
    for name, form in (("before", before), ("after", after)):
        by_view = {view["name"]: view["figure"]["data"] for view in form["views"]}
        fills[name] = {trace["fillcolor"] for trace in by_view["cones"] if trace["uid"].startswith("cone")}
        marks[name] = {value for row in by_view["patterns"][0]["z"] for value in row}
    assert len(fills["before"]) == 1 < len(fills["after"])
    assert marks == {"before": {0, 1}, "after": {0, 1, 2}}


@settings(max_examples=30, deadline=None)
@given(scenes(pages=PAGES, most_neurons=6, most_steps=60), st.sets(st.sampled_from(HELD_BACK), min_size=1))
def test_in_any_scene_neither_words_nor_runs_tell_what_is_held_back(drawn: Scene, held: set[str]) -> None:
    found = DRAWING[drawn.page](drawn.scenario)
    shown, state = without(tuple(held), found.views, found.state)
    assert [view.name for view in shown] == [view.name for view in found.views]
    assert state.drag is None
    best = written(found.facts["optimum.loss"].value or 0.0)
    for view in shown:
        assert "ends at" not in view.alt
        if "optimum" in held:
            figure = json.loads(view.figure)
            said = [note["text"] for note in figure["layout"].get("annotations", [])]
            assert not [text for text in said if "best" in text or f"optimum {best}" in text]
    if held & {"verdicts", "optimum", "future"}:
        assert state.sentences == ()
    if "future" in held:
        assert all(len(run.steps) == len(run.objective) == 1 for run in state.runs)
        assert all(run.id.startswith("run") for run in state.runs)
        for view in shown:
            for trace in json.loads(view.figure)["data"]:
                if str(trace.get("uid")).startswith("run"):
                    assert len(trace.get("x", ())) <= 1


def test_phones_are_told_neither_notes_nor_answers_before_the_reveal() -> None:
    asked = scene(
        notes="Only for me.", question=Place("Where will it end?", "end", 0), answer="There.", holds_back=("future",)
    )
    before, after = forms(asked)
    assert before["scenes"][0]["answer"] is None
    assert before["scenes"][0]["notes"] == after["scenes"][0]["notes"] == ""
    assert before["scenes"][0]["before"] is after["scenes"][0]["before"] is None
    assert after["scenes"][0]["answer"]["place"] is not None
    lecturer = json.loads(played_lesson(Lesson("a", "A", (asked,)), DRAWING))
    assert lecturer["scenes"][0]["notes"] == "Only for me."
    assert lecturer["scenes"][0]["before"] is not None


def test_a_scene_that_holds_nothing_back_is_the_same_before_and_after() -> None:
    ((before, after),) = scenes_alone(Lesson("a", "A", (scene(),)), DRAWING)
    assert before == after


def test_the_sentences_are_shown_again_after_the_reveal() -> None:
    before, after = forms(scene(holds_back=("verdicts",)))
    assert SENTENCES in views("landscape", Scenario())
    assert before["states"][0]["sentences"] == []
    assert [line["run"] for line in after["states"][0]["sentences"]] == ["run0", "run1", "optimum"]
    assert len(draw(Scenario()).state.sentences) == 3


@pytest.mark.parametrize("tab", TABS)
def test_a_tab_of_beyond_is_a_scene(tab: str) -> None:
    of = Scene("beyond", TabQuery(f"tab={tab}"), "Title", "Text.", views=TABS[tab], holds_back=("future",))
    before, after = forms(of)
    assert [view["name"] for view in after["views"]] == list(TABS[tab])
    for view in before["views"]:
        for trace in view["figure"]["data"]:
            assert not str(trace.get("uid")).startswith("run") or len(trace.get("x", ())) <= 1


def test_the_race_is_a_scene_and_the_recorded_one_is_not_run() -> None:
    before, after = forms(Scene("race", RACE, "Title", "Text.", views=("race",), holds_back=("future",)))
    assert len(after["states"][0]["runs"]) >= 3
    assert before["states"][0]["runs"] == []
    assert before["views"][0]["figure"]["data"] == []


def test_a_view_that_a_state_does_not_have_is_refused_where_it_stands() -> None:
    wrong = Scene("beyond", TabQuery("tab=vector&outputs=9"), "Title", "Text.", views=("values",))
    with pytest.raises(ValueError, match="Scene 1: outputs must be"):
        scenes_alone(Lesson("a", "A", (wrong,)), DRAWING)
