"""What the browser says a picture shows is what Python computes: range, places of rest, walls, runs, slopes, errors."""

from __future__ import annotations

import json
import re
from collections import Counter
from typing import Any

import numpy as np
import pytest
from any_scenario import data, scenarios
from batches import batch
from hypothesis import strategies as st
from javascript import SCRIPTS, answered, page_with
from playwright.sync_api import Browser
from solved_json import scenario_as_json

from landscape.formatting import short
from landscape.loss.critical_points import critical_set
from landscape.model.network import Network, objective, predict
from landscape.model.problem import Problem
from landscape.scenario import Data, Run, Scenario, Training
from landscape.web.shared.results_cache import solved_scenario_of

NAMES = "front/drawing heard/facts heard/description view/plotly_internals play/playback"

BODY = """
  const page = {undo: false, redo: false, opens_playing: false, hidden: [], panels: null, enlarged: null};
  const { views, state } = new module.Drawing().of(c.scenario, page), model = state.drag;
  const kinds = Object.fromEntries(state.sentences.map(({ run, kind }) => [run, kind]));
  return views.map((view) => {
    const shown = { view, area: {}, traces: () => view.figure.data.filter(({ meta }) => !meta?.loss)
      .map((trace) => ({ ...trace, x: module.numbers(trace.x ?? []), y: module.numbers(trace.y ?? []) })) };
    const tracks = module.readTracks(new Map([[view.name, shown]]), state.runs)[view.name] ?? {};
    const step = Math.max(1, ...state.runs.map(({ steps }) => steps[steps.length - 1]));
    const facts = module.factsOf({ view, model, plane: model.plane, runs: state.runs, kinds, tracks, step, state });
    const text = module.described(facts);
    return { name: view.name, alt: view.alt, facts, text, said: module.spoken(text) };
  });
"""

USUAL = [
    Scenario(),
    Scenario(Data((-2.0, -1.0, 1.0, 3.0), (1.0, -1.0, 2.0, 0.5)), Training(m=1, runs=(Run(w=(0.5,)), Run(w=(-0.5,))))),
    Scenario(Data((1.0, 2.0), (1.0, 2.5)), Training(m=2, runs=(Run(w=(0.5, -0.5)),))),
    Scenario(Data((-1.0, 1.0), (-1.0, -2.0)), Training(m=2, runs=(Run(w=(0.5, -0.5)),))),
    Scenario(training=Training(m=5, runs=(), starts=6)),
    Scenario(training=Training(layer="trained", lam=0.1, runs=(Run(w=(1.0, -0.5), alpha=(1.0, 1.0)),))),
    Scenario(training=Training(runs=(), starts=0)),
    Scenario(Data((-1.0, 1.0), (0.01, 100.0))),
    Scenario(Data((-1.0, 1.0, 2.0), (1.0, 1000.0, 0.0)), Training(m=2, runs=(Run(w=(0.5, 0.5)),))),
]


@pytest.fixture(scope="module")
def told(browser: Browser) -> list[tuple[Scenario, dict[str, Any]]]:
    """Scenarios, and for each the facts and the text of every view, as the browser has them."""
    strategy = scenarios(points=data(features=st.just(1), bias=st.just(False), most=6), filmed=False, most_steps=200)
    cases = [*USUAL, *batch(strategy, 40, start=1)]
    with page_with(browser, SCRIPTS) as page:
        found = json.loads(
            answered(page, NAMES, BODY, [{"scenario": scenario_as_json(case)} for case in cases]), parse_int=float
        )
    return [(case, {view["name"]: view for view in views}) for case, views in zip(cases, found, strict=True)]


def test_the_optimum_and_its_proof_are_pythons(told):
    proven = 0
    for scenario, views in told:
        solved = solved_scenario_of(scenario)
        best = views["outputs"]["facts"]["best"]
        size = float(np.sum(solved.problem.y**2)) or 1.0
        assert best["value"] == pytest.approx(solved.proof.value, rel=1e-6, abs=1e-6 * size)
        if best["proven"]:
            proven += 1
            assert solved.proof.closed, scenario
    assert proven > 0.8 * len(told)


def test_places_of_rest_are_pythons_critical_set(told):
    kinds: Counter[str] = Counter()
    for scenario, views in told:
        view = views.get("map") or views.get("curve")
        if view is None or view["facts"]["places"] is None or scenario.training.m > 2:
            continue
        problem = scenario.problem()
        (left, right), (bottom, top) = view["facts"]["window"]
        expected = {}
        for component in critical_set(problem, scenario.training.m):
            vertices = [np.append(v, 0.0)[:2] for v in component.vertices]
            ways = [np.append(w, 0.0)[:2] for w in component.directions]
            reach = [[v[k] for v in vertices] + [np.sign(w[k]) * np.inf for w in ways if w[k]] for k in (0, 1)]
            seen = min(reach[0]) <= right and max(reach[0]) >= left
            if scenario.training.m == 2:
                seen = seen and min(reach[1]) <= top and max(reach[1]) >= bottom
            if seen:
                expected[tuple(np.round(np.ravel(vertices), 9)), len(ways)] = component
        found = view["facts"]["places"]
        assert len(found) == len(expected), scenario
        for place, component in zip(found, expected.values(), strict=True):
            kinds[place["kind"]] += 1
            same = {"optimum": "GLOBAL", "lowest": "GLOBAL", "saddle": "SADDLE"}.get(place["kind"])
            assert component.kind.name == same or component.kind.name in {"SPURIOUS", "DEAD"}, scenario
            size = float(problem.y @ problem.y) or 1.0
            assert place["loss"] == pytest.approx(component.loss, rel=1e-9, abs=1e-9 * size)
            np.testing.assert_allclose(
                place["vertices"], [np.append(v, 0.0)[:2] for v in component.vertices], rtol=1e-9, atol=1e-300
            )
    assert min(kinds[kind] for kind in ("optimum", "lowest", "stuck", "saddle")) > 0, kinds


def test_runs_are_where_python_has_them(told):
    for scenario, views in told:
        solved = solved_scenario_of(scenario)
        for fact in views["losses"]["facts"]["curves"]:
            run = next(r for r in solved.shown if r.id == fact["id"])
            losses, size = run.trajectory.objective, float(solved.problem.y @ solved.problem.y) or 1.0
            assert fact["name"] == run.name
            if run.verdict.kind.name != "DIVERGED":
                assert fact["from"] == pytest.approx(losses[0], rel=1e-6, abs=1e-6 * size)
                assert fact["kind"] in {run.verdict.kind.name, "escape"}


def test_errors_of_outputs_are_those_of_the_networks(told):
    compared = 0
    for scenario, views in told:
        solved, facts = solved_scenario_of(scenario), views["outputs"]["facts"]
        problem, calm = solved.problem, {"OPTIMUM", "STUCK", "BEST_OF_WIDTH"}
        sizes = np.abs(problem.y)
        largest = float(sizes.max())
        least = np.where(sizes > 0, 0.01 * sizes, 1e-4 * largest)
        for fit in facts["fits"]:
            run = next(r for r in solved.shown if r.id == fit["id"])
            if run.verdict.kind.name not in calm:
                continue
            outputs = predict(problem.X, run.trajectory.network())
            off = np.abs(outputs - problem.y)
            missed = sorted(off[off > 1.01 * least + 1e-6 * largest], reverse=True)
            said = [abs(one["f"] - one["y"]) for one in fit["missed"]]
            compared += len(said)
            assert len(said) >= len(missed), scenario
            np.testing.assert_allclose(said[: len(missed)], missed, atol=1e-4 * (largest + float(off.max())))
            if f"{fit['name']} has slopes" in views["outputs"]["text"] and not said:
                assert np.all(off <= 1.01 * least + 1e-6 * largest), scenario
    assert compared > 20


def test_the_lines_of_loss_curves_are_called_what_they_are(told):
    """A bound that no network is known to reach is no optimum."""
    for scenario, views in told:
        alt, text = views["losses"]["alt"], views["losses"]["text"]
        lines = alt.partition("Lines: ")[2].rstrip(".").split(", ") if "Lines: " in alt else []
        assert views["losses"]["facts"]["lines"] == lines, scenario
        assert ("The line is the" in text) == (len(lines) == 1)
        assert ("The lines are the" in text) == (len(lines) > 1)
        for line in lines:
            assert re.sub(r"[−\d.·⁻⁰¹²³⁴⁵⁶⁷⁸⁹]+$", "", line) in text, scenario


def test_the_texts_are_short_and_speak_no_signs(told):
    for scenario, views in told:
        for view in views.values():
            text, said = view["text"], view["said"]
            assert 2 <= len(re.findall(r"\.(?= [A-Z0-9]|$)", text)) <= 7, (scenario, text)
            assert not re.search(r"[₀-₉⁰-⁹⁻λα‖★−=·]|undefined|NaN|null", said), (scenario, said)
            for number in re.findall(r"\d+\.\d+", text):
                assert len(number.replace(".", "").lstrip("0")) <= 3, (scenario, number, text)


def test_the_default_picture_is_told_as_it_is(told):
    views = told[0][1]
    text = views["map"]["text"]
    problem: Problem = Scenario().problem()
    twin = views["twin"]["text"]
    assert (
        "The proven optimum, loss 0, is at (2, −1) and at (−1, 2), the same network with its neurons swapped." in text
    )
    assert "stuck on the segment from (2, 0) to (0, 2), at loss 1;" in text
    assert "along w₁ = 0 and w₂ = 0." in text
    start = Network(np.array([Scenario().training.runs[0].w]), np.ones(2))
    assert f"Run 1 goes from (2.45, 2.25), loss {short(objective(problem, start), 3)}, and ends at" in text
    assert ": stuck, with the wall w₂ = 0 between it and the nearest optimum." in text
    assert "It is one bowl, with no other valley: a stuck run is held by its neurons" in twin
    assert "u₁ = 2, u₂ = −1, with loss 0." in twin
    assert "it is 1 too low at x = −1; it fits 1 of 2 points" in views["outputs"]["text"]
    assert "w 1 equals 0 and w 2 equals 0" in views["map"]["said"]


def test_walls_are_told_by_their_own_axis_and_none_is_kept_quiet(browser):
    """Each picture's walls and slanted lines, and what is said of them."""
    empty = {
        "kind": "weights",
        "drawn": "map",
        "labels": ["w₁", "w₂"],
        "window": [[-1, 1], [4, 6]],
        "low": 0,
        "high": 1,
    }
    empty |= {"slice": "", "places": None, "stars": [], "walled": False, "best": None, "runs": [], "selected": None}
    across, up = [[{"label": label, "at": at} for at in (-0.5, 0, 0.5, 0.75, 5)] for label in ("w₁", "w₂")]
    cases = [
        {**empty, "walls": walls, "slanted": slanted}
        for walls, slanted in ((across[:1], 0), (up, 0), (across, 0), (up[:1], 0), ([], 3), ([], 1), (across[:2], 2))
    ]
    with page_with(browser, SCRIPTS) as page:
        found = json.loads(answered(page, "heard/description", "return module.described(c);", cases))
    assert [
        re.findall(r"(Walls?|A wall), where a neuron changes its side of the data, (.*?)\. There", t) for t in found
    ] == [
        [("A wall", "is along w₁ = −0.5")],
        [("A wall", "is along w₂ = 5")],
        [("Walls", "are along w₁ = −0.5, w₁ = 0, w₁ = 0.5 and 1 more line")],
        [],
        [("Walls", "are along 3 slanted lines")],
        [("A wall", "is along 1 slanted line")],
        [("Walls", "are along w₁ = −0.5, w₁ = 0 and 2 slanted lines")],
    ]


def test_more_places_than_can_be_named_are_counted(browser):
    best = {"value": 0, "slopes": [1, 1], "free": [False, False], "proven": True}
    facts = {
        "kind": "weights",
        "drawn": "map",
        "labels": ["w₁", "w₂"],
        "window": [[-9, 9], [-9, 9]],
        "low": 0,
        "high": 1,
    }
    facts |= {"slice": "", "walls": [], "slanted": 0, "walled": False, "best": best, "runs": [], "selected": None}
    stuck = [{"kind": "stuck", "loss": 1, "vertices": [[k, 0]], "directions": []} for k in range(5)]
    cases = [
        {**facts, "places": None, "stars": [[k, k] for k in range(5)]},
        {**facts, "places": stuck[:4], "stars": []},
        {**facts, "places": [{**one, "kind": "lowest"} for one in stuck], "stars": []},
    ]
    with page_with(browser, SCRIPTS) as page:
        stars, places, lowest = json.loads(answered(page, "heard/description", "return module.described(c);", cases))
    assert "is at (0, 0) and at (1, 1) and at (2, 2), and in 2 more places." in stars
    assert "at (2, 0), at loss 1, and in 1 more place." in places
    assert "at (2, 0), and in 2 more places, with loss 1;" in lowest


def test_a_curve_that_stands_still_is_told_from_where(browser):
    steps = list(range(101))
    cases = [
        {"steps": steps, "objective": [100 * 0.5 ** min(k, 10) for k in steps]},
        {"steps": steps, "objective": [1.0] * 101},
        {"steps": steps, "objective": [100 * 0.9**k for k in steps]},
        {"steps": steps, "objective": [10.0 if k < 40 else 1.0 for k in steps]},
    ]
    with page_with(browser, SCRIPTS) as page:
        found = json.loads(answered(page, "heard/facts", "return module.restsOf(c);", cases))
    assert [[(rest["from"], rest["to"]) for rest in one] for one in found] == [
        [(10, 100)],
        [(0, 100)],
        [],
        [(0, 39), (40, 100)],
    ]
