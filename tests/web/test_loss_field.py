"""The losses that a figure leaves to the browser are Python's surfaces: of any problem, network, plane and scenario."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest
from any_scenario import data, scenarios
from hypothesis import assume, example, given, settings, strategies as st
from javascript import SCRIPTS, page_with
from one_feature import network, problems
from playwright.sync_api import Browser

from landscape.convex.one_feature import convex_surface, optimal_position
from landscape.figures.front.loss_map import field
from landscape.figures.front.space import surface_trace
from landscape.figures.loss_colours import LossScale
from landscape.figures.loss_field import MOST_POINTS, of_slopes, of_weights
from landscape.figures.style import as_json, figure
from landscape.loss.surface import grid_with_kinks, loss_surface, neuron_plane
from landscape.model.excess import rounding_of
from landscape.model.network import Network
from landscape.model.problem import Problem
from landscape.scenario import Data, Scenario, Training, View
from landscape.scene import loss_scene, twin_scene
from landscape.web.front.views import views_of
from landscape.web.shared.results_cache import solved_scenario_of

Filled = Callable[[list[str]], list[list[dict[str, Any]]]]

ASK = """async (cases) => {
  const { withLoss } = await import("/engine/loss_trace.js");
  const plain = (key, value) => ArrayBuffer.isView(value) ? [...value] : value;
  return JSON.stringify(cases.map((figure) => JSON.parse(figure).data.map(withLoss)), plain);
}"""


@pytest.fixture(scope="module")
def filled(browser: Browser) -> Iterator[Filled]:
    """Return the traces of figures as the browser draws them, in one round trip."""
    with page_with(browser, SCRIPTS) as page:
        yield lambda figures: json.loads(page.evaluate(ASK, figures))


def reach(problem: Problem) -> float:
    """How far a window goes from 0: to where labels and points together lead."""
    return 2 * float(np.abs(problem.y).max()) / (float(np.abs(problem.X).max()) or 1.0) or 1.0


def same_field(trace: dict[str, Any], loss: np.ndarray, scale: LossScale) -> None:
    """The losses are equal to a millionth, and their places on the colour map to a millionth of its length."""
    low, high = scale.limits
    found = np.array(trace["customdata"], dtype=float)  # JSON writes a loss of 1e20 without a point
    np.testing.assert_allclose(found, loss, rtol=1e-6, atol=1e-11 * scale.top)
    np.testing.assert_allclose(trace["z"], scale.place(loss), rtol=0, atol=1e-6 * (high - low))


def test_thousands_of_landscapes_are_filled_in_as_python_computes_them(filled):
    rng = np.random.default_rng(0)
    drawn, expected = [], []
    for problem in problems(40, 2000):
        far, m = reach(problem), int(rng.choice([2, 2, 3, 12]))
        net = network(problem, rng, m)
        first, second = rng.permutation(m)[:2].tolist()
        plane = neuron_plane(net, (first, second))
        x, y = grid_with_kinks(-far, 1.5 * far, 14), grid_with_kinks(-0.7 * far, far, 11)
        loss = loss_surface(problem, x, y, plane=plane).loss
        scale = LossScale.of(loss)
        source = of_weights(problem, plane.origin, (first, second))
        draw = surface_trace if len(drawn) % 5 == 0 else field
        drawn.append(as_json(figure([draw(x, y, loss, scale, "", source=source)])))
        expected.append((x, y, loss, scale))
    for (trace,), (x, y, loss, scale) in zip(filled(drawn), expected, strict=True):
        np.testing.assert_allclose(trace["x"], x, rtol=1e-15)
        np.testing.assert_allclose(trace["y"], y, rtol=1e-15)
        same_field(trace, loss, scale)


def test_thousands_of_convex_landscapes_are_filled_in_as_python_computes_them(filled):
    drawn, expected = [], []
    for problem in problems(41, 2000):
        far = 2 * max(np.abs(optimal_position(problem))) or reach(problem)
        x, y = grid_with_kinks(-far, 1.5 * far, 14), grid_with_kinks(-0.7 * far, far, 11)
        loss = convex_surface(problem, x, y).loss
        scale = LossScale.of(loss)
        drawn.append(as_json(figure([field(x, y, loss, scale, "", source=of_slopes(problem))])))
        expected.append((loss, scale))
    for (trace,), (loss, scale) in zip(filled(drawn), expected, strict=True):
        same_field(trace, loss, scale)


@given(
    scenario=scenarios(
        filmed=False, points=data(features=st.just(1), bias=st.just(False), most=4), most_neurons=6, most_steps=100
    )
)
@example(scenario=Scenario(view=View(surface="both")))
@example(scenario=Scenario(training=Training(layer="trained", lam=0.2, m=3), view=View(surface="both", neurons=(2, 0))))
@example(scenario=Scenario(Data((0.0, 0.0), (0.0, 0.0))))
@example(scenario=Scenario(Data((1e6, -1e6), (1e6, 1e6))))
@settings(max_examples=40)
def test_the_front_page_shows_pythons_losses_whatever_the_scenario(filled, scenario):
    try:
        solved = solved_scenario_of(scenario)
        views = {view.name: view for view in views_of(scenario)}
    except ValueError:
        assume(False)
    assume("curve" not in views)
    loss, twin = loss_scene(solved, scenario).surface, twin_scene(solved, scenario).surface
    grids = dict.fromkeys(("map", "relief"), (loss.w1, loss.w2, loss.loss))
    grids |= dict.fromkeys(("twin", "twin-relief"), (twin.s_plus, twin.s_minus, twin.loss))
    names = [name for name in grids if name in views]
    for name, traces in zip(names, filled([views[name].figure for name in names]), strict=True):
        across, up, losses = grids[name]
        fields = [trace for trace in traces if "loss" in trace.get("meta", {})]
        assert fields or scenario.view.plane == "path"
        for trace in fields:
            # A part of a surface in space has a part of the grid.
            x, y = np.array(trace["x"]), np.array(trace["y"])
            assert np.isin(x, across).all()
            assert np.isin(y, up).all()
            part = losses[np.ix_(np.searchsorted(up, y), np.searchsorted(across, x))]
            same_field(trace, part, LossScale.of(losses, rounding_of(solved.problem)))


def test_a_figure_sends_the_losses_that_the_browser_does_not_compute(filled):
    plain = Scenario(training=Training(layer="trained", m=3), view=View(plane="path"))
    traces = {trace["uid"]: trace for trace in json.loads(views_of(plain)[0].figure)["data"]}
    assert {"z", "customdata"} <= traces["field"].keys()
    many = np.linspace(-1, 1, MOST_POINTS + 1)
    wide = Problem(many[:, None], many)
    two = Problem(np.eye(2), np.ones(2))
    assert of_weights(wide, Network(np.zeros((1, 2)), np.ones(2)), (0, 1)) is None
    assert of_weights(Problem([[1.0]], [1.0]), Network(np.zeros((1, 2)), np.ones(2)), ()) is None
    assert of_slopes(wide) is None
    assert of_slopes(two) is None
    x = np.array([0.0, 1.0])
    sent = field(x, x, np.ones((2, 2)), LossScale.of(np.ones((2, 2))), "")
    ((same,),) = filled([as_json(figure([sent]))])
    assert same == sent | {"colorscale": [list(stop) for stop in sent["colorscale"]]}
