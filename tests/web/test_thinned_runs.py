"""Runs that are sent at some of their steps are at every step where the lines between these are."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Iterator
from typing import Any, Literal

import numpy as np
import pytest
from javascript import SCRIPTS, page_with
from playwright.sync_api import Browser

from landscape.scenario import Scenario
from landscape.training.trajectory import Outcome, Trajectory
from landscape.web.front.scenes import scenes_of
from landscape.web.front.views import views_of
from landscape.web.shared.results_cache import solved_scenario_of
from landscape.web.stage.played_run import played_run
from landscape.web.stage.protocol.as_json import to_json

Answers = Callable[[str, Any], Any]

ASK = """async ([body, given]) => {
  const { networkAt, locate } = await import("/view/networks.js");
  const { readTracks } = await import("/play/playback.js");
  const plain = (key, value) => ArrayBuffer.isView(value) ? [...value] : value;
  return JSON.stringify(new Function("networkAt", "locate", "readTracks", "given", body)(
    networkAt, locate, readTracks, JSON.parse(given)), plain);
}"""


@pytest.fixture(scope="module")
def answers(browser: Browser) -> Iterator[Answers]:
    """Return what lines of JavaScript answer to something given."""
    with page_with(browser, SCRIPTS) as page:
        yield lambda body, given: json.loads(page.evaluate(ASK, [body, given]))


def run(m: int, ones: bool, seed: int = 0) -> Trajectory:
    """A run of random weights at steps that are ever further apart."""
    rng = np.random.default_rng(seed)
    steps = np.cumsum(np.r_[0, rng.integers(1, 9, 29)])
    alpha = np.ones((30, m)) if ones else rng.normal(size=(30, m))
    return Trajectory(rng.normal(size=(30, 1, m)), alpha, 10.0 ** rng.uniform(-9, 3, 30), Outcome.CONVERGED, steps)


@pytest.mark.parametrize("ones", [True, False])
@pytest.mark.parametrize(("bits", "tolerance"), [(64, 0.0), (32, 1e-6)])
def test_the_network_at_each_step_is_the_runs_whatever_its_pictures_have(
    answers: Answers, bits: Literal[32, 64], tolerance: float, ones: bool
) -> None:
    path, drawn = run(5, ones), np.array([0, 1, 4, 11, 12, 29])
    played = played_run("run0", 0, path, bits=bits, drawn=drawn)
    body = "return given.steps.map((step) => networkAt(given, locate(given.steps, step)))"
    found = answers(body, to_json(played))
    for t, network in enumerate(found):
        np.testing.assert_allclose(network["W"], path.W[t, 0], rtol=tolerance)
        np.testing.assert_allclose(network["alpha"], path.alpha[t], rtol=tolerance)


def test_weights_of_a_second_layer_of_ones_are_sent_without_it() -> None:
    first, other = (played_run("run0", 0, run(3, ones), bits=64).weights for ones in (True, False))
    assert first is not None
    assert other is not None
    assert (first.ones, other.ones) == (True, False)
    assert 2 * len(first.data) == pytest.approx(len(other.data), abs=8)


def test_tracks_have_a_place_for_every_step_on_the_lines_that_are_drawn(answers: Answers) -> None:
    path, drawn = run(1, True), np.array([0, 2, 3, 17, 29])
    played = json.loads(to_json(played_run("run0", 0, path, drawn=drawn)))
    x, y = path.W[:, 0, 0], path.objective
    body = """
      const plot = ([trace, type]) => ({ traces: () => [trace], view: { figure: { layout: { yaxis: { type } } } } });
      return readTracks(new Map(Object.entries(given.plots).map(([name, of]) => [name, plot(of)])), [given.run]);
    """
    line = {"meta": {"run": "run0"}, "uid": "run0-line"}
    some, whole = ({**line, "x": x[p].tolist(), "y": y[p].tolist()} for p in (drawn, np.arange(30)))
    plots = {"map": [some, "linear"], "losses": [some, "log"], "whole": [whole, "linear"]}
    found = answers(body, json.dumps({"plots": plots, "run": played}))
    at = path.steps[drawn]
    for name in ("map", "losses"):
        np.testing.assert_allclose(found[name]["run0"]["x"], np.interp(path.steps, at, x[drawn]), rtol=1e-12)
    np.testing.assert_allclose(found["map"]["run0"]["y"], np.interp(path.steps, at, y[drawn]), rtol=1e-12)
    np.testing.assert_allclose(
        np.log(found["losses"]["run0"]["y"]), np.interp(path.steps, at, np.log(y[drawn])), atol=1e-12
    )
    assert found["whole"]["run0"] == {"x": x.tolist(), "y": y.tolist()}


def test_a_run_that_is_drawn_at_every_step_says_no_places() -> None:
    assert played_run("run0", 0, run(1, True), drawn=np.arange(30)).drawn is None
    assert played_run("run0", 0, run(1, True), drawn=np.array([0, 29])).drawn == [0, 29]


@pytest.mark.parametrize(("m", "whole"), [(2, False), (12, False), (13, True)])
def test_the_browser_knows_both_slopes_of_every_run_at_every_step(m: int, whole: bool) -> None:
    scenario = Scenario().changed(m=m, runs=(), starts=2, steps=300)
    scenes = scenes_of(solved_scenario_of(scenario), scenario)
    for path, every in zip(scenes.drawn_of_twin(), scenes.twin.paths, strict=True):
        assert (len(path.steps) == len(every.steps)) == whole
    (twin,) = (view for view in views_of(scenario) if view.name == "twin")
    drawn = [trace for trace in json.loads(twin.figure)["data"] if str(trace["uid"]).endswith("-line")]
    for trace, path in zip(drawn, scenes.drawn_of_twin(), strict=True):
        x = np.frombuffer(base64.b64decode(trace["x"]["bdata"]), dtype="<f4")
        np.testing.assert_allclose(x, path.x, rtol=1e-6)
