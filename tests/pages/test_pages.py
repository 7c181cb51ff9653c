"""Every page runs for every link, and every event of the stage does what its button says, once."""

from types import SimpleNamespace

import pytest
import streamlit as st
from visit import begin, notes, opened, payload

from landscape.scenario import Run, Scenario
from landscape.scenario.limits import MAX_RUNS, NUMBER
from landscape.scenario.presets import PRESETS
from landscape.web import stage
from landscape.web.notes import note, show_notes
from landscape.web.session import change, current, state_key
from landscape.web.shared.results_cache import solved_scenario_of
from landscape.web.shared.run_events import act

TWENTY = {"x": ",".join(map(str, range(-10, 10))), "y": ",".join(str(k % 3) for k in range(20))}

LINKS = {
    "nothing": {},
    "huge numbers": {"x": "-1000000,1000000", "y": "1000000,-1000000"},
    "tiny numbers": {"x": "1e-300,1e-9", "y": "1e-300,1"},
    "equal points": {"x": "1,1", "y": "1,2"},
    "all zeros": {"x": "0,0", "y": "0,0"},
    "zero features": {"x": "0,0", "y": "1,2"},
    "a single point": {"x": "1", "y": "2"},
    "twenty points": TWENTY,
    "one neuron": {"m": "1"},
    "one trained neuron": {"m": "1", "layer": "trained", "lam": "0.3"},
    "ten neurons": {"m": "10", "plane": "path"},
    "200 trained neurons": {"m": "200", "layer": "trained", "starts": "3"},
    "more penalty than is useful": {"layer": "trained", "lam": "1.2"},
    "long Adam": {"steps": "20000", "method": "adam", "starts": "3"},
    "60 starts": {"starts": "60"},
    "one random run": {"m": "3", "starts": "1", "run": "gd:0.1:1", "layer": "trained"},
    "divergence": {"run": "gd:5:1.5,-0.5"},
    "a step size changed midway": {"run": "gd:0.02;0.1@50:1.5,0.5", "at": "80"},
    "a playhead past the end": {"at": "99999", "layer": "trained"},
    "basins": {"basins": "1"},
    "simulated basins": {"m": "10", "basins": "1"},
    "a way out": {"escape": "1"},
    "a way out that is too narrow": {"m": "1", "escape": "1"},
    "map and surface": {"surface": "both", "large": "1"},
    "a narrow window": {"window": "1e-9"},
    "a wide window": {"window": "1e9"},
    "a bias": {"bias": "1", "x": "-1,0,1", "y": "1,0,2"},
    "two features": {"features": "2", "x": "-1,0,1,2", "y": "1,0"},
    "markup in every key": dict.fromkeys(("x", "y", "m", "layer", "seed", "run", "at", "hide"), "</script><b>'\"--"),
    "not numbers": {"x": "nan,inf", "y": "1e999,--", "m": "NaN", "lam": "-inf", "step": "0", "scale": "x" * 9999},
    "a hundred thousand characters": {"x": "1," * 50_000, "y": "2"},
    "hidden parts": {"hide": "controls,title,transport,sentences"},
}


@pytest.mark.parametrize("query", LINKS.values(), ids=LINKS)
def test_the_front_page_shows_every_link(query):
    page = opened(**query)
    assert not page.exception
    shown = payload(page)
    assert [view["title"] for view in shown["views"]][:1] == ["Loss landscape"]
    assert all(view["alt"] and view["caption"] for view in shown["views"])
    texts = {line["run"]: line["text"] for line in shown["state"]["sentences"]}
    assert "sentences" in query.get("hide", "") or "optimum" in texts
    assert not any("nan" in text.lower() or "inf" in text.split() for text in texts.values())


def test_what_a_link_cannot_mean_is_said_as_plain_text():
    page = opened(m="0", seed="<b>7</b>")
    refused = [text.value for text in page.text]
    assert any(text.startswith("m ") for text in refused)
    assert not any("<" in text for text in refused)


def test_data_of_another_kind_are_sent_to_their_page():
    page = opened(bias="1", x="-1,0,1", y="1,0,2")
    assert any("Convex twin" in text.value for text in page.text)
    assert page.session_state[state_key("landscape")] == Scenario()


def test_about_states_both_problems_the_theorem_and_the_sources():
    page = opened("pages/about.py")
    assert not page.exception
    assert [item.value.count("\\tag") for item in page.get("latex")] == [1, 1]
    text = " ".join(item.value for item in page.markdown)
    assert all(word in text for word in ("2\\lambda", "Pilanci", "Mercklé", "Mishkin"))


@pytest.mark.parametrize("path", ["convex_twin", "dynamics", "race", "beyond"])
def test_every_control_says_what_it_is_for(path):
    page = opened(f"pages/{path}.py")
    kinds = ("slider", "select_slider", "selectbox", "toggle", "segmented_control")
    controls = [control for kind in kinds for control in page.sidebar.get(kind)]
    assert len(controls) > 3
    assert not [control.label for control in controls if not control.proto.help]


@pytest.fixture
def held(monkeypatch):
    return begin(monkeypatch, Scenario())


def test_a_drag_moves_data_and_starts(held):
    moved = {"index": 1, "w": [2.0, -0.25], "alpha": [1, 1]}
    act({"kind": "edit", "x": [-2, 1], "y": [1, 3], "runs": [moved], "final": True})
    assert current() == Scenario().changed(
        x=(-2.0, 1.0), y=(1.0, 3.0), runs=(Scenario().training.runs[0], Run(w=(2.0, -0.25)))
    )


def test_what_is_dragged_too_far_stays_within_the_range(held):
    act({"kind": "edit", "x": [-1e300, 1], "y": [1, 3], "runs": []})
    assert current().data.x == (NUMBER.low, 1.0)


def test_a_click_moves_the_selected_run_there_and_with_add_starts_another(held):
    act({"kind": "click", "view": "map", "x": -2.0, "y": 3.0})
    assert [run.w for run in current().training.runs] == [(-2.0, 3.0), (3.0, -0.5)]
    act({"kind": "click", "view": "map", "x": 1.0, "y": 1.0, "add": True})
    assert [run.w for run in current().training.runs] == [(-2.0, 3.0), (3.0, -0.5), (1.0, 1.0)]
    assert current().shown_run == 2


@pytest.mark.parametrize("view", ["outputs", "losses"])
def test_a_click_where_a_place_is_no_network_changes_nothing(held, view):
    act({"kind": "click", "view": view, "x": 227.8, "y": 2e-7})
    assert current() == Scenario()


def test_a_click_leaves_pinned_runs_where_they_are(held):
    act({"kind": "pin", "run": "run0"})
    act({"kind": "click", "view": "map", "x": 0.5, "y": 0.5})
    assert [run.w for run in current().training.runs] == [(2.45, 2.25), (0.5, 0.5)]
    act({"kind": "pin", "run": "run1"})
    act({"kind": "click", "view": "map", "x": 0.25, "y": 0.5})
    assert [run.w for run in current().training.runs] == [(2.45, 2.25), (0.5, 0.5), (0.25, 0.5)]
    act({"kind": "pin", "run": "run0"})
    assert [run.pinned for run in current().training.runs] == [False, True, False]


def test_a_picture_holds_so_many_runs_and_says_so(held):
    for k in range(MAX_RUNS + 3):
        act({"kind": "click", "view": "map", "x": 0.1 * k, "y": 1.0, "add": True})
    assert len(current().training.runs) == MAX_RUNS
    assert any("remove one" in sentence for sentence in notes(held))


@pytest.mark.parametrize(
    ("m", "layer", "place"),
    [
        (2, "ones", (2.0, -1.5)),
        (3, "ones", (2.0, -1.5)),
        (1, "ones", (0.5, 0.0)),
        (1, "ones", (0.0, -0.5)),
        (2, "trained", (-2.0, 1.5)),
        (5, "trained", (2.0, 1.0)),
        (1, "trained", (-3.0, 0.0)),
    ],
)
def test_a_click_on_the_convex_landscape_starts_a_network_with_those_slopes(held, m, layer, place):
    change(m=m, layer=layer)
    act({"kind": "click", "view": "twin", "x": place[0], "y": place[1]})
    run, start = current().starts()[0]
    slopes = [sum(a * w for w, a in zip(start.W[0], start.alpha, strict=True) if w * side > 0) for side in (1, -1)]
    assert slopes == pytest.approx(place, rel=2e-5)  # weights have six digits: two of them make a slope
    assert not notes(held)
    assert run.w


def test_where_no_network_is_a_click_says_so(held):
    act({"kind": "click", "view": "twin", "x": -1.0, "y": -1.0})
    assert current() == Scenario()
    assert "No network is there" in notes(held)[0]


def test_a_run_is_removed_and_the_last_too(held):
    act({"kind": "remove", "run": "run0"})
    assert [run.w for run in current().training.runs] == [(3.0, -0.5)]
    act({"kind": "remove", "run": "run0"})
    assert current().training.runs == ()
    assert solved_scenario_of(current()).runs == ()
    act({"kind": "click", "view": "map", "x": 1.0, "y": -1.0})
    assert [run.w for run in current().training.runs] == [(1.0, -1.0)]


def test_optimisers_are_compared_from_one_start_once(held):
    act({"kind": "compare", "run": "run0"})
    runs = current().training.runs
    assert {(run.method, run.w) for run in runs} >= {(method, (2.45, 2.25)) for method in ("gd", "momentum", "adam")}
    act({"kind": "compare", "run": "run0"})
    assert current().training.runs == runs


def test_the_way_out_is_shown_ends_at_the_optimum_and_is_hidden_again(held):
    act({"kind": "escape", "run": "run0"})
    solved = solved_scenario_of(current())
    assert solved.escape is not None
    assert solved.escape.trajectory.objective[-1] <= solved.proof.lower_bound + 1e-9
    act({"kind": "escape", "run": "run0"})
    assert current().view.escape is None


def test_neurons_added_at_zero_let_a_narrow_run_out_without_a_change_of_loss(held):
    change(m=1, runs=(Run(w=(1.5,)),))
    before = solved_scenario_of(current()).runs[0].trajectory.objective[-1]
    act({"kind": "escape", "run": "run0"})
    lacking = solved_scenario_of(current()).missing_neurons
    assert lacking > 0
    act({"kind": "widen", "run": "escape0", "count": lacking})
    solved = solved_scenario_of(current())
    assert current().training.m == 1 + lacking
    assert solved.runs[0].trajectory.objective[0] == pytest.approx(before, rel=1e-9)
    assert solved.escape is not None


def test_the_missing_neuron_leads_to_the_optimum(held):
    act({"kind": "add-missing", "run": "run0"})
    solved = solved_scenario_of(current())
    assert current().training.m == 3
    assert solved.runs[0].trajectory.objective[-1] <= 1e-9


def test_a_preset_sets_everything_but_the_type_size(held):
    change(large=True, m=9, seed=5)
    for preset in PRESETS:
        act({"kind": "preset", "name": preset.name})
        assert current() == preset.scenario.changed(large=True)
    act({"kind": "undo"})
    assert current() == PRESETS[-2].scenario.changed(large=True)
    act({"kind": "redo"})
    change(m=4)
    act({"kind": "reset"})
    assert current() == PRESETS[-1].scenario.changed(large=True)


def test_the_playhead_the_selection_and_the_drawing_are_set(held):
    act({"kind": "at", "value": 120})
    assert current().view.at == 120
    act({"kind": "at", "value": 10_000})
    assert current().view.at == current().training.steps
    act({"kind": "at", "value": None})
    act({"kind": "select", "run": "run1"})
    act({"kind": "surface", "value": "both"})
    act({"kind": "basins"})
    assert current() == Scenario().changed(selected=1, surface="both", basins=True)


def test_what_was_said_stays_where_the_browser_reports_the_playhead_as_where_a_links_step_is_beyond_the_end(held):
    note(["said"])
    show_notes()
    assert notes(held) == []
    act({"kind": "at", "value": None})
    assert notes(held) == ["said"]


NAN, INF = float("nan"), float("inf")
GARBAGE = [
    {"kind": "change"},
    {"kind": "change", "values": None},
    {"kind": "change", "values": ["x"]},
    {"kind": "change", "values": [["m", 3]]},
    {"kind": "change", "values": {"features": 2, "x": [1, 2, 3, 4]}},
    {"kind": "change", "values": {"scales": [1e-9], "runs": [], "starts": 0}},
    {"kind": "change", "values": {"self": 3}},
    {"kind": "change", "values": {"runs": [7]}},
    {"kind": "change", "values": {"runs": [["gd"]]}},
    {"kind": "change", "values": {"runs": [{"tag": "data"}]}},
    {"kind": "change", "values": {"runs": [{"w": {"0": 1}, "then": 1}]}},
    {"kind": "change", "values": {"x": [NAN, 1]}},
    {"kind": "change", "values": {"x": [[1], [2]]}},
    {"kind": "change", "values": {"m": 2.5}},
    {"kind": "change", "values": {"m": True}},
    {"kind": "change", "values": {"m": 10**400}},
    {"kind": "change", "values": {"step": {"0": 1}}},
    {"kind": "change", "values": {"layer": ["ones"]}},
    {"kind": "change", "values": {"neurons": [0, 0]}},
    {"kind": "change", "values": {"large": 1}},
    {},
    {"kind": None},
    {"kind": ["edit"]},
    {"kind": "__class__"},
    {"kind": "edit"},
    {"kind": "edit", "x": None, "y": 3, "runs": None},
    {"kind": "edit", "x": [NAN, 1], "y": [1, 2], "runs": []},
    {"kind": "edit", "x": [INF, 1], "y": [1, 2], "runs": []},
    {"kind": "edit", "x": ["1", 1], "y": [1, 2], "runs": []},
    {"kind": "edit", "x": [1, 2, 3], "y": [1], "runs": []},
    {"kind": "edit", "x": [], "y": [], "runs": []},
    {"kind": "edit", "x": [1] * 9999, "y": [1] * 9999, "runs": []},
    {"kind": "edit", "x": [-1, 1], "y": [1, 2], "runs": [{"index": -1, "w": [9, 9], "alpha": []}]},
    {"kind": "edit", "x": [-1, 1], "y": [1, 2], "runs": [{"index": 77, "w": [9, 9], "alpha": []}]},
    {"kind": "edit", "x": [-1, 1], "y": [1, 2], "runs": "run0"},
    {"kind": "click"},
    {"kind": "click", "view": "map", "x": NAN, "y": 1},
    {"kind": "click", "view": "map", "x": "a", "y": 1},
    {"kind": "click", "view": "twin", "x": INF, "y": -INF},
    {"kind": "click", "view": "map", "x": None, "y": None},
    {"kind": "pin"},
    {"kind": "pin", "run": "run-1"},
    {"kind": "pin", "run": "run99"},
    {"kind": "pin", "run": {}},
    {"kind": "remove", "run": "run-1"},
    {"kind": "remove", "run": "runrun"},
    {"kind": "select", "run": "run1e9"},
    {"kind": "select", "run": "9" * 5000},
    {"kind": "at", "value": -1},
    {"kind": "at", "value": INF},
    {"kind": "at", "value": NAN},
    {"kind": "at", "value": "12"},
    {"kind": "escape", "run": None},
    {"kind": "widen", "run": "run0", "count": 10**9},
    {"kind": "widen", "run": "run0", "count": -1},
    {"kind": "widen", "run": "run0", "count": NAN},
    {"kind": "widen", "run": "run0"},
    {"kind": "widen", "run": "run99", "count": 1},
    {"kind": "add-missing", "run": "run1"},
    {"kind": "add-missing", "run": "run-1"},
    {"kind": "compare", "run": "run99"},
    {"kind": "compare"},
    {"kind": "preset", "name": "<script>"},
    {"kind": "preset", "name": ["poster"]},
    {"kind": "surface"},
    {"kind": "surface", "value": "<b>"},
    {"kind": "surface", "value": ["both"]},
    {"kind": "undo"},
    {"kind": "redo"},
]


@pytest.mark.parametrize("event", GARBAGE, ids=lambda event: str(event)[:60])
def test_an_event_that_makes_no_sense_changes_nothing(held, event):
    act(event)
    assert current() == Scenario()


def test_an_event_delivered_twice_acts_once(held):
    acted = []
    for number in ("1-1", "1-1", "1-2", "1-1"):
        held["landscape"] = SimpleNamespace(event={"kind": "basins", "number": number})
        stage._deliver("landscape", acted.append)
    assert [event["number"] for event in acted] == ["1-1", "1-2"]


@pytest.mark.parametrize("event", [None, "basins", [], {"number": 3}, 7])
def test_what_is_no_event_is_not_delivered(monkeypatch, event):
    monkeypatch.setattr(st, "session_state", {"landscape": SimpleNamespace(event=event)})
    delivered: list[object] = []
    stage._deliver("landscape", delivered.append)
    assert not delivered


PAGES = ("front.py", *(f"pages/{name}.py" for name in ("convex_twin", "dynamics", "race", "beyond", "lecture")))


@pytest.mark.parametrize(("last", "path"), [(last, path) for last in PAGES[1:] for path in PAGES if path != last])
def test_what_the_browser_still_sends_of_the_last_page_changes_nothing(last, path):
    page = opened(last)
    sent = page._tree.get_widget_states()
    assert sent.widgets
    page.switch_page(path).run()
    before = _states(page)
    page._run(sent)
    assert not page.exception
    assert _states(page) == before


def _states(page):
    return {key: kept for key, kept in page.session_state._state.filtered_state.items() if str(key).endswith(" state")}
