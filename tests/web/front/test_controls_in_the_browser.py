"""The controls that a browser draws say what they are for, and set in Python what they set in the browser."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import pairwise
from random import Random
from typing import Any

import pytest
from any_scenario import data, scenarios, within
from batches import batch
from hypothesis import strategies as st
from javascript import SCRIPTS, answered, page_with
from playwright.sync_api import Browser
from solved_json import scenario_as_json
from visit import begin, notes

from landscape.scenario import Run, Scenario, Training, limits, query_string, read_query
from landscape.scenario.limits import Range
from landscape.scenario.presets import PRESETS
from landscape.web.session import current
from landscape.web.shared.run_events import act
from landscape.web.stage.protocol.as_json import to_json

Ask = Callable[[str, list[Any]], list[Any]]
Case = dict[str, Any]

MODULES = " ".join(f"front/scenario/{name}" for name in ("scenario", "session", "link"))

CONTROLS = """
  const scenario = module.recorded(c.scenario), sent = [];
  const controls = module.controlsOf(scenario, c.schedules, {
    change: (values) => sent.push({ kind: "change", values }), lookAt: (value) => sent.push({ kind: "at", value }),
  }).flatMap((group) => group.controls.map((control) => ({ heading: group.heading, ...control })));
"""


@pytest.fixture(scope="module")
def ask(browser: Browser) -> Iterator[Ask]:
    """Answer a list of cases by the same lines of JavaScript, in one round trip; ``module`` and ``c`` are in scope."""
    names = f"front/controls fields/controls {MODULES}"
    with page_with(browser, SCRIPTS) as page:
        # JavaScript writes 2⁵³ and more as whole numbers of the shortest float.
        yield lambda body, cases: json.loads(answered(page, names, body, cases), parse_int=float)


def as_sent(scenario: Scenario) -> Any:
    """Return a scenario as the server sends it."""
    return json.loads(to_json(scenario))


def any_scenarios(count: int, start: int) -> list[Scenario]:
    """Any scenarios of one feature, their playhead and selection anywhere; a way out goes on after the last step."""
    rng = Random(start)
    points = data(features=st.just(1), bias=st.just(False), most=25)
    found = []
    for scenario in batch(scenarios(filmed=False, points=points), count, start=start):
        steps, last = scenario.training.steps, len(scenario.training.runs) + scenario.training.starts - 1
        farthest = steps if scenario.view.escape is None else 2 * steps
        at = rng.choice((None, 0, 1, steps // 2, farthest))
        found.append(replace(scenario, view=replace(scenario.view, at=at, selected=rng.randint(0, max(0, last)))))
    return found


def made_with(scenario: Scenario, rng: Random) -> list[list[tuple[int, float]]]:
    """Step sizes with which the runs of a scenario may have been made: their own, or some that suit the data."""
    return [list(run.step or ((0, rng.choice((0.02, 0.005, 3e-7, 0.123456789))),)) for run, _ in scenario.starts()]


@pytest.fixture(scope="module")
def cases() -> list[tuple[Scenario, Case]]:
    """Scenarios, and what the browser knows of them."""
    rng = Random(0)
    slices = Training(m=3, layer="trained", starts=7, runs=())
    costly = Training(m=200, layer="trained", starts=20, steps=1000, runs=())
    shown = [Scenario(training=training) for training in (Training(), slices, costly)]
    shown += [*(preset.scenario for preset in PRESETS), *any_scenarios(160, 1)]
    return [(scenario, {"scenario": as_sent(scenario), "schedules": made_with(scenario, rng)}) for scenario in shown]


@pytest.fixture(scope="module")
def controls(ask: Ask, cases: list[tuple[Scenario, Case]]) -> list[list[dict[str, Any]]]:
    """All controls of every scenario, and where the sliders of numbers can stand: neighbouring stops, all or many."""
    body = """
      return controls.map((control) => {
        if (control.kind !== "number") return control;
        const { count, at, nearest } = module.stopsOf(control), gap = Math.ceil(count / 2000);
        const many = Array.from({ length: Math.min(count, 2000) }, (_, k) => Math.min(k * gap, count - 2));
        const ranks = many.filter((rank) => rank >= 0);
        return { ...control, stops: ranks.map((rank) => [at(rank), at(rank + 1)]), all: gap === 1,
          ends: [at(0), at(count - 1)], near: at(nearest(control.value)) };
      });
    """
    return ask(CONTROLS + body, [case for _, case in cases])


def test_every_control_says_what_it_is_for_and_has_a_key_of_its_own(controls):
    for some in controls:
        assert all(control["label"] and control["help"].endswith((".", ")")) for control in some)
        keys = Counter(control["key"] for control in some)
        assert max(keys.values()) == 1
        assert {control["heading"] for control in some} == {"Data", "Network", "Descent", "View"}
    assert {control["kind"] for some in controls for control in some} == {"number", "choice", "switch"}


def test_a_control_holds_its_value(controls, cases):
    for some, (scenario, _) in zip(controls, cases, strict=True):
        for control in some:
            if control["kind"] == "number":
                assert allowed(control).holds(control["value"]), (control, scenario)
            elif control["kind"] == "choice":
                assert control["value"] in dict(control["options"])
            else:
                assert isinstance(control["value"], bool)


def allowed(control: dict[str, Any]) -> Range:
    """Return the range of a number's control."""
    given = control["allowed"]
    return Range(given["low"], given["high"], given["whole"], given["least"])


def test_a_slider_stands_at_increasing_numbers_that_can_be_set_up_to_both_ends(controls):
    numbers = [control for some in controls for control in some if control["kind"] == "number"]
    assert len(numbers) > 3000
    for control in numbers:
        low, high = control["ends"]
        assert low <= control["value"] <= high
        slider, range_ = control["slider"], allowed(control)
        ends = (
            [10.0 ** slider["decades"][0], 5 * 10.0 ** slider["decades"][1]]
            if "decades" in slider
            else [slider["low"], slider["high"]]
        )
        assert low <= max(ends[0], range_.low)
        assert high >= min(ends[1], range_.high)
        assert all(range_.holds(stop) for pair in control["stops"] for stop in pair), control
        assert all(one < other for one, other in control["stops"]), control
        assert [pair[0] for pair in control["stops"][:1]] in ([low], [])
        if "decades" in slider:
            assert control["near"] == control["value"]
        elif control["all"] and control["stops"]:
            stops = [low, *(other for _, other in control["stops"])]
            gap = max(other - one for one, other in pairwise(stops))
            assert abs(control["near"] - control["value"]) <= gap
            assert stops[-1] == high


def some_value(rng: Random, control: dict[str, Any], known: dict[Range, list[float]]) -> Any:
    """Return a value that a control can be set to: by its slider, or typed; ``known`` has numbers of some ranges."""
    if control["kind"] == "choice":
        return rng.choice(control["options"])[0]
    if control["kind"] == "switch":
        return rng.random() < 0.5
    range_, stops = allowed(control), [stop for pair in control["stops"] for stop in pair]
    typed = known.get(range_, [range_.low, range_.high, rng.uniform(0, 30), 10 ** rng.uniform(-60, 60)])
    return range_.clamp(
        rng.choice((control["value"], rng.choice(typed), *map(rng.choice, [stops] * 2 if stops else [])))
    )


def test_what_a_control_sends_changes_pythons_scenario_as_it_changes_the_browsers(ask, cases, controls, monkeypatch):
    rng, asked = Random(5), []
    known = {range_: batch(within(range_, 0.5), 300, start=6) for range_ in (limits.NUMBER, limits.WEIGHT)}
    for some, (_, case) in zip(controls, cases, strict=True):
        values = [(place, some_value(rng, control, known)) for place, control in enumerate(some)]
        asked.append({**case, "values": rng.sample(values, min(len(values), 25))})
    body = """
      return c.values.map(([place, value]) => {
        sent.length = 0;
        controls[place].set(value);
        const session = new module.Session({}, [], scenario);
        for (const { kind, values, value } of sent) kind === "at" ? session.lookAt(value) : session.change(values);
        return { events: sent.map((event) => JSON.stringify(event)), scenario: session.current, notes: session.notes };
      });
    """
    seen: Counter[str] = Counter()
    for answers, (scenario, _) in zip(ask(CONTROLS + body, asked), cases, strict=True):
        for answer in answers:
            held = begin(monkeypatch, scenario)
            (event,) = map(json.loads, answer["events"])
            act(event)
            assert scenario_as_json(current()) == answer["scenario"], (scenario, event)
            assert notes(held) == answer["notes"], (scenario, event)
            seen.update({event["kind"]: 1, "refused": bool(answer["notes"]), "changed": current() != scenario})
    assert seen["change"] > 3000
    assert seen["at"] > 30
    assert seen["changed"] > 2000
    assert seen["refused"] > 0


def test_what_a_record_refuses_is_refused_with_a_sentence_and_changes_nothing(ask, monkeypatch):
    pieces = tuple((10 * k, 0.01 + k / 1000) for k in range(limits.MAX_CHANGES))
    many = Scenario(training=Training(runs=(Run(w=(1, 2), step=pieces),))).changed(at=300)
    costly = Scenario(training=Training(m=200, starts=20, steps=1000, runs=()))
    refused = [
        (many, "Step size", 0.5, "step must be 1 to 20 pairs (from, step size), but was 21 pieces."),
        (costly, "Steps", 20_000, "steps × runs × neurons must be at most 5·10⁶, and that × numbers in the data at "),
        (
            costly,
            "Random starts",
            60,
            "steps × runs × neurons must be at most 5·10⁶, and that × numbers in the data at ",
        ),
    ]
    body = """
      controls.find(({ label }) => label === c.label).set(c.value);
      const session = new module.Session({}, [], scenario);
      session.change(sent[0].values);
      return { event: JSON.stringify(sent[0]), isKept: session.current === scenario, notes: session.notes };
    """
    asked = [
        {"scenario": as_sent(scenario), "schedules": [list(pieces)], "label": label, "value": value}
        for scenario, label, value, _ in refused
    ]
    for answer, (scenario, *_, sentence) in zip(ask(CONTROLS + body, asked), refused, strict=True):
        held = begin(monkeypatch, scenario)
        act(json.loads(answer["event"]))
        assert current() == scenario
        assert answer["isKept"]
        assert [note.startswith(sentence) for note in answer["notes"]] == [True]
        assert notes(held) == answer["notes"]


# One control


def set_in(ask: Ask, scenario: Scenario, key: str, value: Any, schedules: list[Any] | None = None) -> Any:
    """Return the scenario that the browser makes of one by setting a control, by its records' fields."""
    body = """
      controls.find(({ key }) => key === c.key).set(c.value);
      return module.changed(scenario, sent[0].values);
    """
    case = {"scenario": as_sent(scenario), "schedules": schedules or [], "key": key, "value": value}
    (found,) = ask(CONTROLS + body, [case])
    return found


def shown_in(ask: Ask, scenario: Scenario, schedules: list[Any] | None = None) -> dict[str, Any]:
    """Return the values of all controls by their keys."""
    body = "return Object.fromEntries(controls.map(({ key, value }) => [key, value]))"
    (found,) = ask(CONTROLS + body, [{"scenario": as_sent(scenario), "schedules": schedules or []}])
    return found


def test_a_step_size_set_in_the_middle_takes_over_from_there_and_each_run_keeps_what_was_before(ask):
    runs = (Run(w=(2.45, 2.25)), Run("adam", ((0, 0.1), (60, 0.3), (200, 0.02)), (3.0, -0.5), pinned=True))
    scenario = Scenario(training=Training(runs=runs, starts=1)).changed(at=100)
    made = [[(0, 0.005)], [(0, 0.1), (60, 0.3), (200, 0.02)], [(0, 0.02)]]
    found = set_in(ask, scenario, "step", 0.5, made)
    expected = (((0, 0.005), (100, 0.5)), ((0, 0.1), (60, 0.3), (100, 0.5)))
    kept = tuple(replace(run, step=step) for run, step in zip(runs, expected, strict=True))
    assert found == scenario_as_json(scenario.changed(runs=kept))


def test_a_step_size_set_at_the_start_or_the_end_is_that_of_the_whole_of_every_run(ask):
    runs = (Run(w=(2.45, 2.25)), Run(step=((0, 0.1), (60, 0.3)), w=(3.0, -0.5)))
    for at in (None, 0):
        scenario = Scenario(training=Training(runs=runs, starts=2)).changed(at=at)
        for key, value, step in (
            ("step", 0.5, 0.5),
            ("suited", True, None),
            ("suited", False, 0.1 if at == 0 else 0.3),
        ):
            found = set_in(ask, scenario.changed(selected=1), key, value, [[(0, 0.005)], [(0, 0.1), (60, 0.3)]])
            whole = tuple(replace(run, step=None if step is None else ((0, step),)) for run in runs)
            assert found == scenario_as_json(scenario.changed(selected=1, step=step, runs=whole)), (at, key, value)


def test_the_step_size_is_that_of_the_selected_run_at_the_playhead(ask):
    scenario, made = Scenario(), [[(0, 0.02)], [(0, 0.1), (100, 0.3)]]
    steps = {
        (selected, at): shown_in(ask, scenario.changed(selected=selected, at=at), made)["step"]
        for selected in (0, 1)
        for at in (None, 0, 99, 100, 101)
    }
    assert {place: steps[0, place] for place in (None, 0, 100)} == {None: 0.02, 0: 0.02, 100: 0.02}
    assert {place: steps[1, place] for place in (None, 0, 99, 100, 101)} == {
        None: 0.3,
        0: 0.1,
        99: 0.1,
        100: 0.3,
        101: 0.3,
    }
    assert shown_in(ask, Scenario(training=Training(step=0.5, runs=())))["step"] == 0.5
    assert shown_in(ask, Scenario(training=Training(runs=())))["step"] == 0.02


@pytest.mark.parametrize(
    ("shown", "place", "neuron", "then"),
    [
        ((0, 1), 0, 2, [1, 0]),
        ((0, 1), 1, 1, [1, 0]),
        ((0, 1), 0, 4, [3, 1]),
        ((0, 1), 1, 4, [0, 3]),
        ((2, 0), 0, 1, [0, 2]),
    ],
)
def test_the_two_neurons_of_a_slice_are_exchanged_where_one_is_set_to_the_other(ask, shown, place, neuron, then):
    scenario = Scenario(training=Training(m=4, layer="trained")).changed(neurons=shown)
    assert set_in(ask, scenario, f"neuron {place}", neuron)["view"]["neurons"] == then


def test_an_optimiser_is_that_of_every_run_and_of_the_random_starts(ask):
    found = set_in(ask, Scenario(), "method", "adam")["training"]
    assert [found["method"], *(run["method"] for run in found["runs"])] == ["adam"] * 3


def test_a_value_outside_of_a_control_widens_it(ask):
    link = {"x": "-1,12345", "y": "1,2", "steps": "20000", "m": "200", "starts": "0", "run": "gd:0.00314159:9,-9"}
    scenario, said = read_query(link)
    assert said == ()
    shown = shown_in(ask, scenario, [[(0, 0.00314159)]])
    assert [shown[key] for key in ("x1", "steps", "m", "step", "run0 w0")] == [12345, 20000, 200, 0.00314159, 9]
    body = """
      const control = controls.find(({ key }) => key === c.key), { count, at, nearest } = module.stopsOf(control);
      return [at(0), at(nearest(control.value)), at(count - 1)];
    """
    case = {"scenario": as_sent(scenario), "schedules": [[(0, 0.00314159)]]}
    keys = ("x1", "steps", "m", "step", "run0 w0", "run0 w1")
    assert ask(CONTROLS + body, [{**case, "key": key} for key in keys]) == [
        [-15000, 12250, 15000],
        [10, 20000, 20000],
        [1, 200, 200],
        [1e-5, 0.00314159, 5],
        [-4, 9, 9],
        [-9, -9, 4],
    ]


# What Python sends


def test_a_scenario_arrives_as_python_has_it_to_the_last_bit(ask):
    points = data(features=st.just(1), bias=st.just(False), most=60)
    tiny = Training(
        layer="trained",
        lam=5e-324,
        scale=1e-9,
        runs=(
            Run(w=(1e-300, -1e-300), alpha=(1e50, -2.2250738585072014e-308), pinned=True),
            Run("adam", ((0, 1e-75), (7, 1e60)), (0.1 + 0.2, -1e50), (5e-324,)),
        ),
    )
    everything = scenarios(filmed=False, points=points)
    found = [Scenario(training=tiny).changed(window=1e-60), *batch(everything, 500, start=7), *any_scenarios(100, 8)]
    body = "const s = module.recorded(JSON.parse(c)); return [s, module.queryString(s)]"
    arrived = ask(body, [to_json(scenario) for scenario in found])
    for (records, query), scenario in zip(arrived, found, strict=True):
        assert records == scenario_as_json(scenario)
        assert query == query_string(scenario)
    assert sum(len(run.step or ()) > 1 for scenario in found for run in scenario.training.runs) > 100
    assert {run.pinned for scenario in found for run in scenario.training.runs} == {True, False}
