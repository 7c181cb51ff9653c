"""The front page whose pictures the browser makes: what it is sent, what controls set, and when the server draws."""

import json

import pytest
from any_scenario import scenarios
from hypothesis import given, settings
from streamlit.testing.v1 import AppTest
from visit import begin, notes, opened, payload, scenario_of

from landscape.scenario import Run, Scenario
from landscape.scenario.presets import PRESETS
from landscape.web.front import drawn_by, pictures
from landscape.web.front.drawn_by import MOST_POINTS, drawn_by_browser
from landscape.web.front.events import act
from landscape.web.session import can_undo, current, state_key, undo
from landscape.web.shared import results_cache
from landscape.web.shared.run_events import CONTROLLED
from landscape.web.stage.protocol.as_json import to_json


def sent(page: AppTest) -> dict:
    """Return what the stage is sent, as it is."""
    (body,) = [part.proto.bytes for part in page.get("bidi_component") if part.proto.bytes]
    return json.loads(body)


def test_the_browser_is_sent_the_scenario_and_nothing_of_its_pictures(monkeypatch):
    def solved(*_):
        raise AssertionError("Nothing needs the solution here.")

    opened()  # the first visit of a process draws the lesson
    monkeypatch.setattr(results_cache, "_solved", solved)
    page = opened(x="-1,1.5", y="1,0.5", at="20")
    assert not page.exception
    found = sent(page)
    assert scenario_of(found["scenario"]) == page.session_state[state_key("landscape")]
    assert found.keys() == {"answers", "serial", "scenario", "page"}
    assert found["page"] == {
        "undo": False,
        "redo": False,
        "opens_playing": False,
        "hidden": [],
        "panels": {"formulas": None, "proof": None},
        "enlarged": None,
        "opened_enlarged": True,
    }
    assert len(json.dumps(found)) < 2000


@settings(max_examples=300)
@given(scenarios(most_neurons=6))
def test_the_scenario_arrives_as_it_is_to_the_last_bit(scenario):
    assert scenario_of(json.loads(to_json(scenario))) == scenario


def test_hidden_parts_and_the_view_that_fills_the_stage_are_the_addresses():
    page = opened(hide="sentences,transport,controls", enlarged="twin")
    told = sent(page)["page"]
    assert (told["hidden"], told["enlarged"], told["opened_enlarged"]) == (["sentences", "transport"], "twin", True)
    assert payload(page)["state"]["enlarged"] == "twin"
    assert len(page.get("bidi_component")) == 1
    page.query_params["enlarged"] = "map"
    page.run()
    assert sent(page)["page"]["opened_enlarged"] is False


@pytest.mark.parametrize("panel", ["formulas", "proof"])
def test_an_open_panel_is_written_by_the_server(panel):
    panels = sent(opened(**{panel: "1"}))["page"]["panels"]
    assert panels[panel]["lines"]
    assert [name for name, shown in panels.items() if shown is not None] == [panel]


def test_more_points_than_a_phone_should_draw_are_drawn_by_the_server():
    scenario = Scenario()
    points = {"x": tuple(range(MOST_POINTS)), "y": (1.0,) * MOST_POINTS, "starts": 0}
    assert drawn_by_browser(scenario.changed(**points))
    assert not drawn_by_browser(scenario.changed(x=(*points["x"], -1.0), y=(*points["y"], 1.0)))


@pytest.mark.parametrize(
    "values",
    [
        {"steps": 20_000, "starts": 7, "m": 20},
        {"starts": 60},
        {"m": 200, "layer": "trained", "starts": 20},
        {"basins": True, "m": 3},
        {"basins": True, "layer": "trained"},
        {"scales": (1e-9, 1.0), "runs": (), "layer": "trained"},
    ],
)
def test_what_would_keep_a_phone_busy_is_solved_by_the_server(values):
    assert not drawn_by_browser(Scenario().changed(**values))


@pytest.mark.parametrize("preset", PRESETS, ids=lambda preset: preset.name)
def test_the_browser_draws_every_preset(preset):
    assert drawn_by_browser(preset.scenario)


@pytest.mark.parametrize("values", [{"basins": True}, {"basins": True, "m": 1}, {"starts": 12}, {"m": 20}])
def test_what_the_sliders_reach_one_by_one_is_drawn_by_the_browser(values):
    assert drawn_by_browser(Scenario().changed(**values))


def test_a_browser_that_cannot_draw_is_sent_the_pictures_and_the_scenario_for_its_controls():
    page = opened()
    page.session_state[drawn_by._CANNOT] = True
    page.run()
    found = sent(page)
    assert [view["name"] for view in found["views"]] == ["map", "outputs", "twin", "losses"]
    assert scenario_of(found["state"]["scenario"]) == Scenario()
    assert found["state"]["runs"]


def test_both_ways_show_the_same(monkeypatch):
    query = {"m": "3", "starts": "2", "layer": "trained", "lam": "0.2", "surface": "both", "hide": "sentences"}
    ours = payload(opened(**query))
    monkeypatch.setattr(pictures, "drawn_by_browser", lambda scenario: False)
    servers = payload(opened(**query))
    servers["state"]["scenario"] = None
    assert {**ours, "serial": 0} == {**servers, "serial": 0}


# What controls set


@pytest.fixture
def held(monkeypatch):
    return begin(monkeypatch, Scenario())


SET = {
    "x": [-2, 1.5],
    "y": [0.25, 1e-7],
    "m": 3,
    "layer": "trained",
    "lam": 0.25,
    "method": "adam",
    "step": 0.1,
    "steps": 40,
    "starts": 2,
    "scale": 1e-9,
    "seed": 7,
    "window": 3.5,
    "selected": 1,
    "plane": "path",
    "neurons": [1, 0],
    "large": True,
}


def test_every_field_that_has_a_control_is_set_and_each_is_one_step_of_undo(held):
    before = [current()]
    for name, value in SET.items():
        act({"kind": "change", "values": {name: value}})
        record = next(r for r in (current().data, current().training, current().view) if hasattr(r, name))
        assert getattr(record, name) == (tuple(value) if isinstance(value, list) else value), name
        before.append(current())
    assert SET.keys() == CONTROLLED - {"runs"}
    assert notes(held) == []
    for state in reversed(before[:-1]):
        undo()
        assert current() == state
    assert not can_undo()


def test_runs_are_set_with_their_schedules_and_seconds_layers(held):
    runs = [
        {"method": "adam", "step": [[0, 0.1], [150, 0.05]], "w": [1, -2], "alpha": [0.5, 1], "pinned": True},
        {"method": "gd", "step": None, "w": [], "alpha": [], "pinned": False},
    ]
    act({"kind": "change", "values": {"runs": runs, "step": None}})
    assert current().training.runs == (Run("adam", ((0, 0.1), (150, 0.05)), (1.0, -2.0), (0.5, 1.0), True), Run("gd"))


def test_the_event_of_a_browser_that_cannot_draw_is_kept_for_the_session(held):
    assert drawn_by_browser(current())
    act({"kind": "undrawn"})
    assert not drawn_by_browser(current())
    assert current() == Scenario()


@pytest.mark.parametrize(
    "values",
    [{"m": 500}, {"lam": 0.1}, {"x": [1, 2, 3]}, {"steps": 20_000, "m": 200, "starts": 60}, {"runs": "run0"}],
)
def test_what_cannot_be_set_is_said_in_a_sentence(held, values):
    act({"kind": "change", "values": values})
    assert current() == Scenario()
    (said,) = notes(held)
    assert said.endswith(".")
