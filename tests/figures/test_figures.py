"""Every picture is a figure plotly accepts, and shows the numbers of its records."""

import base64
import json

import numpy as np
import plotly.graph_objects as go
import pytest

from landscape.figures.front.loss_curves import FLOOR, Curve, Level, loss_curves
from landscape.figures.loss_colours import LossScale
from landscape.figures.style import RUN_COLORS, packed
from landscape.model.excess import rounding_of
from landscape.model.problem import Problem
from landscape.scenario import Data, Scenario, Training, View
from landscape.web.front.views import views_of
from landscape.web.shared.results_cache import solved_scenario_of
from landscape.web.shared.run_sentences import sentences_of

SCENARIOS = [
    Scenario(),
    Scenario(view=View(surface="both")),
    Scenario(training=Training(m=1)),
    Scenario(training=Training(m=30, starts=8, steps=60)),
    Scenario(training=Training(layer="trained", lam=0.2)),
    Scenario(training=Training(layer="trained", m=3), view=View(plane="path", surface="surface")),
    Scenario(Data((0.0, 0.0), (0.0, 0.0))),
    Scenario(Data((1e6, -1e6), (1e6, 1e6))),
    Scenario(Data((1.0, 1.0), (1.0, 2.0)), Training(runs=())),
]


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_plotly_accepts_every_picture_of_a_scenario(scenario):
    for view in views_of(scenario):
        text = view.figure
        figure = go.Figure(json.loads(text, parse_constant=pytest.fail))  # NaN and Infinity are no JSON
        assert len(figure.data) > 0
        assert view.title
        assert view.caption
        assert view.alt.endswith(".")


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_traces_of_a_picture_have_names_of_their_own(scenario):
    for view in views_of(scenario):
        names = [trace["uid"] for trace in json.loads(view.figure)["data"]]
        assert len(names) == len(set(names))


def test_a_run_has_one_colour_in_every_picture_and_in_its_sentence():
    scenario = Scenario()
    colors = {sentence.run: sentence.color for sentence in sentences_of(scenario, solved_scenario_of(scenario))}
    for view in views_of(scenario):
        for trace in json.loads(view.figure)["data"]:
            if str(trace["uid"]).endswith("-line") and trace["meta"]["run"].startswith("run"):
                assert trace["line"]["color"] == colors[trace["meta"]["run"]]
    assert len(set(RUN_COLORS)) == len(RUN_COLORS)


def test_packed_arrays_are_their_own_bytes():
    spec = packed(np.array([[1.5, 2.0], [3.0, 4.0], [5.0, 6.0]]))
    assert spec["shape"] == "3, 2"
    assert np.frombuffer(base64.b64decode(spec["bdata"]), "f4").tolist() == [1.5, 2.0, 3.0, 4.0, 5.0, 6.0]


def test_a_loss_of_zero_has_a_place_at_the_foot_of_the_colour_map():
    scale = LossScale.of(np.array([[0.0, 1.0], [10.0, 100.0]]))
    low, high = scale.limits
    assert float(scale.place(0.0)) == low
    assert float(scale.place(100.0)) == high
    assert np.all(np.diff(scale.place(np.geomspace(1e-6, 100, 50))) > 0)


def test_a_flat_loss_of_zero_can_still_be_coloured():
    low, high = LossScale.of(np.zeros((2, 2))).limits
    assert low < high


def test_a_loss_that_is_rounding_is_zero_on_the_colour_bar():
    problem = Problem([[-1.0], [1.0]], [1.0, 2.0])
    noise = 1e-17 * np.random.default_rng(0).random((5, 5))
    bar = LossScale.of(noise, rounding_of(problem)).colorbar("loss")
    assert bar["ticktext"] == ["0"]
    assert len(LossScale.of(noise).colorbar("loss")["ticktext"]) > 1
    small = LossScale.of(1e-17 * noise / noise.max(), rounding_of(Problem(problem.X, 1e-9 * problem.y)))
    assert small.top == 1e-17, "labels of this size make it a loss"


def test_the_proven_optimum_is_a_line_at_its_own_height_or_at_the_foot():
    steps = np.arange(3)
    for optimum, height, label in ((0.25, 0.25, "proven optimum 0.2500"), (0.0, FLOOR, "proven optimum 0")):
        level = Level(optimum, label)
        figure = loss_curves([Curve("run0", 0, "Run 1", steps, np.array([2.0, 1.0, 0.5]))], level)
        line = next(trace for trace in figure["data"] if trace["uid"] == "optimum")
        assert line["y"] == [height, height]
        assert figure["layout"]["annotations"][0]["text"].endswith(label)
