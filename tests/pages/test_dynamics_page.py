"""The page Dynamics: the sources' runs play as triangles over the data, and any of their steps is certified."""

import base64
import json
import re
from typing import Any

import numpy as np
import plotly.graph_objects as go
import pytest
import visit
from streamlit.testing.v1 import AppTest
from visit import payload

from landscape.figures.dynamics.triangles import TOP, kink_span, kinks_and_norms
from landscape.model.network import Network
from landscape.results.filmed_runs import MOST_BYTES, film_runs
from landscape.scenario import Data, Scenario, Training, read_query
from landscape.web.dynamics.controls import PRESETS_PANEL
from landscape.web.dynamics.films import shown_film
from landscape.web.dynamics.presets import OFFERED, START, scenario_of
from landscape.web.dynamics.sentences import sentences_of, step_crossing
from landscape.web.dynamics.stage_state import columns_of
from landscape.web.dynamics.views import CURVES, runs_of, views_of
from landscape.web.frame import panel_key

FILMED = Training(m=12, layer="trained", step=0.01, steps=60, runs=(), scales=(1e-6, 1.0))
PAIR = (-1.0, 1.0)

SCENARIOS = {
    "start": START,
    "one scale": Scenario(START.data, Training(m=5, layer="trained", steps=50, runs=(), scales=(1.0,))),
    "one point": Scenario(Data((0.5,), (1.0,), bias=True), FILMED),
    "labels zero": Scenario(Data(PAIR, (0.0, 0.0), bias=True), FILMED),
    "equal points": Scenario(Data((1.0, 1.0), (0.0, 2.0), bias=True), FILMED),
    "large": Scenario(Data((-1e6, 1e6), (1e6, -1e6), bias=True), FILMED),
    "no bias": Scenario(Data(PAIR, (1.0, 2.0)), FILMED),
    "no bias, one scale": Scenario(Data(PAIR, (1.0, 2.0)), Training(steps=50, runs=(), scales=(1.0,))),
    "a link of the front page": Scenario(),
    "two features": Scenario(Data((1.0, 1.0, -1.0, 1.0, -1.0, -1.0), (1.0, -1.0, 1.0), 2, True), FILMED),
    "regularised": Scenario(START.data, Training(m=8, layer="trained", lam=0.1, steps=80, runs=(), scales=(0.1, 1.0))),
    "too many patterns": Scenario(
        Data(tuple(np.random.default_rng(0).standard_normal(600).tolist()), tuple(range(60)), 10, True),
        Training(m=8, layer="trained", lam=0.1, step=1e-6, steps=80, runs=(), scales=(0.1,)),
    ),
    "no runs": Scenario(START.data, Training(layer="trained", runs=())),
}


@pytest.mark.parametrize("curve", [name for name, _ in CURVES])
@pytest.mark.parametrize("name", SCENARIOS)
def test_plotly_accepts_every_picture_of_any_data(name, curve):
    scenario = SCENARIOS[name]
    filmed = film_runs(scenario.data, scenario.training)
    assert filmed is not None
    for view in views_of(scenario.data, filmed, curve):
        assert "NaN" not in view.figure
        figure = go.Figure(json.loads(view.figure))
        names = [trace.uid for trace in figure.data]
        assert len(names) == len(set(names))
        assert view.title
        assert view.caption
        assert view.alt.endswith(".")
        if view.runs:
            assert set(view.runs) <= {film.id for film in filmed.runs}
    assert columns_of(scenario.data, filmed) in (2, 3)
    for at in (None, 0, 17):
        for line in sentences_of(filmed, at):
            assert line.text.endswith(".")
            assert "nan" not in line.text + line.why


def test_triangles_stand_where_neurons_bend_as_high_as_they_are_long():
    network = Network([[2.0, -1.0, 0.0], [1.0, 3.0, 1.0]], [1.0, -1.0, 1.0])
    kink, height = kinks_and_norms(network)
    np.testing.assert_allclose(kink, [-0.5, 3.0, np.nan])
    np.testing.assert_allclose(height, np.array([5.0, 10.0, 1.0]) ** 0.5 / 10**0.5)
    scenario = Scenario(START.data, Training(m=40, layer="trained", steps=50, runs=(), scales=(1.0,)))
    filmed = film_runs(scenario.data, scenario.training)
    assert filmed is not None
    view = views_of(scenario.data, filmed, "patterns")[0]
    figure = json.loads(view.figure)
    low, high = figure["layout"]["meta"]["outputs"]
    (W, b), alpha = filmed.runs[0].trajectory.W[-1], filmed.runs[0].trajectory.alpha[-1]
    longest = np.hypot(W, b).max()
    for uid, chosen in (("run0-plus", alpha >= 0), ("run0-minus", alpha < 0)):
        trace = next(t for t in figure["data"] if t["uid"] == uid)
        x, y = (np.frombuffer(base64.b64decode(trace[axis]["bdata"]), dtype=np.float32) for axis in "xy")
        inside = chosen & (-b / W > view.span[0]) & (-b / W < view.span[1])
        np.testing.assert_allclose(x, (-b / W)[inside], rtol=1e-5)
        np.testing.assert_allclose((y - low) / (high - low) * TOP, (np.hypot(W, b) / longest)[inside], rtol=1e-4)
        sides = ["right" if w > 0 else "left" for w in W[inside]]
        assert [symbol.split("-")[1] for symbol in trace["marker"]["symbol"]] == sides


def test_the_picture_is_wide_enough_for_the_kinks_that_small_neurons_turn_to():
    x = np.array(START.data.x)
    low, high = kink_span(x, [-2.25])
    assert low < -2.25
    assert high > 0.8
    assert kink_span(x, [-1e9]) == kink_span(x)


def test_the_browser_gets_every_weight_of_every_kept_step():
    filmed = film_runs(START.data, START.training)
    assert filmed is not None
    for run, film in zip(runs_of(filmed), filmed.runs, strict=True):
        assert run.weights is not None
        assert (run.weights.d, run.weights.m, run.weights.bits) == (2, 1000, 32)
        packed = base64.b64decode(run.weights.data)
        assert len(packed) <= MOST_BYTES
        blocks = np.frombuffer(packed, dtype=np.float32).reshape(len(run.steps), 3, 1000)
        np.testing.assert_allclose(blocks[:, :2], film.trajectory.W, rtol=1e-6)
        np.testing.assert_allclose(blocks[:, 2], film.trajectory.alpha, rtol=1e-6)
        np.testing.assert_allclose(run.objective, film.trajectory.objective / 4, rtol=1e-6)


# The sources' runs, as the page plays them


def filmed_of(name: str, **changed: Any):
    scenario = scenario_of(name).changed(**changed)
    filmed = film_runs(scenario.data, scenario.training, pattern_optimum=scenario.data.features > 1)
    assert filmed is not None
    return filmed


def test_the_page_opens_with_the_plateau_and_the_fall_beside_a_large_start():
    assert scenario_of("small") == START
    small, large, _, proof = sentences_of(shown_film(START).filmed, None)
    assert (small.name, large.name) == ("Small start, scale 10⁻⁹.", "Large start, scale 1.")
    (until, half) = re.search(
        r"The loss stands at 0\.7489 until about step (\d+), has halved by step (\d+) and ends at", small.text
    ).groups()
    assert 85 <= int(until) <= 108
    assert 111 <= int(half) <= 117
    assert "Step 0.01 throws it off the data: 0.001 is used." in large.why
    assert float(re.search(r"([\d.]+)\s% of its neurons", large.why)[1]) <= 5
    assert proof.text.startswith("The proven optimum is 0: Scale 10⁻⁹ has reached it, Scale 1 is 0.00")


def test_two_points_with_adam_follow_the_printed_losses():
    for step, printed in ((0, 0.4862), (42, 0.4111), (399, 0.1075)):
        found = filmed_of("adam", steps=max(step, 1)).runs[0].trajectory.objective[-1 if step else 0] / 2
        assert found == pytest.approx(printed, abs=1e-4)


def test_patterns_merge_and_their_optimum_stays_below_the_loss():
    filmed = filmed_of("patterns")
    (film,) = filmed.runs
    counts = dict(zip(film.trajectory.steps.tolist(), film.patterns.distinct.tolist(), strict=True))
    assert counts[0] == 20
    assert 3 <= counts[300] <= 8
    assert filmed.pattern_optimum is not None
    assert np.all(
        filmed.pattern_optimum.values
        <= np.interp(filmed.pattern_optimum.steps, film.trajectory.steps, film.trajectory.objective) * (1 + 1e-6)
    )
    loss = json.loads(views_of(scenario_of("patterns").data, filmed, "patterns")[0].figure)
    assert "optimum" in {trace["uid"] for trace in loss["data"]}


@pytest.mark.parametrize("found", OFFERED, ids=lambda p: p.name)
def test_every_preset_is_a_scenario_that_a_link_or_a_file_carries(found):
    scenario = scenario_of(found.name)
    problem, start = found.setup(np.random.default_rng(0))
    assert scenario.training.m == start.m
    assert scenario.training.steps == found.n_steps
    assert scenario.training.step == pytest.approx(found.step_for(problem), rel=1e-9)
    assert scenario.data.X.shape == problem.X.shape
    assert Scenario.from_json(scenario.to_json()) == scenario
    if found.name != "patterns":
        np.testing.assert_array_equal(scenario.problem().X, problem.X)
        assert read_query(scenario.to_query()) == (scenario, ())


def test_a_crossing_lies_between_the_steps_that_enclose_it():
    (film,) = filmed_of("large", steps=100).runs
    F = film.trajectory.objective
    assert step_crossing(film, F[0]) == 0
    assert step_crossing(film, -1.0) is None
    for level in (F[0] / 2, F[0] / 10, F[-1]):
        step = step_crossing(film, level)
        assert np.interp(step + 1, film.trajectory.steps, F) <= level
        assert np.interp(step - 1, film.trajectory.steps, F) >= level


# The page itself


def opened(**query: str) -> AppTest:
    page = visit.opened("pages/dynamics.py", **query)
    assert not page.exception
    return page


def test_the_page_writes_what_it_shows_into_its_address_and_opens_from_it():
    assert not opened().query_params  # a bare address opens the page's start, and stays bare
    page = opened(x="-1,1", y="1,2", m="7", layer="trained", run="none", scales="0.5,2", steps="40")
    assert page.query_params["scales"] == "0.5,2"
    assert page.query_params["steps"] == "40"
    again = opened(**page.query_params)
    assert {**payload(again), "serial": 0} == {**payload(page), "serial": 0}


def test_a_preset_sets_everything_and_takes_the_data_with_it():
    page = opened(x="-1,1", y="1,2", bias="1", m="7", layer="trained", run="none", scales="0.5", steps="40")
    assert [view["name"] for view in payload(page)["views"]] == [
        "kinks0",
        "plane0",
        "losses",
        "patterns",
        "changed",
        "moved",
    ]
    page.session_state[panel_key(PRESETS_PANEL)] = True
    page.run()
    page.button(key="film preset adam").click().run()
    assert not page.exception
    assert payload(page)["state"]["runs"][0]["weights"]["m"] == 1
    assert page.query_params["run"] == "adam:0.001:0.3,-0.15;1"


@pytest.mark.parametrize("name", [found.name for found in OFFERED if scenario_of(found.name).fits_a_link])
def test_every_preset_opens_from_its_link(name):
    query = scenario_of(name).to_query()
    page = opened(**{key: value[-1] if isinstance(value, list) else value for key, value in query.items()})
    assert len(payload(page)["views"]) == 6


def test_only_the_data_of_random_patterns_are_too_many_for_a_link():
    assert [found.name for found in OFFERED if not scenario_of(found.name).fits_a_link] == ["patterns"]
