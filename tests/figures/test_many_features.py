"""The pictures of data that no plane shows: what they draw is what is proven, and degenerate data have pictures too."""

from __future__ import annotations

import csv
import io
import json
from math import inf, log10

import numpy as np
import plotly.graph_objects as go
import pytest

from landscape.figures.convex_twin.bound_and_value import FIRST, bound_and_value
from landscape.figures.convex_twin.labels_and_outputs import MOST_POINTS, labels_and_outputs
from landscape.figures.convex_twin.weights import MOST_NUMBERS, MOST_ROWS, weights
from landscape.lessons import pages
from landscape.results.export import duals_csv, neurons_csv
from landscape.results.search_record import SearchRecord, SearchState
from landscape.results.solved_by_stages import solve_whole
from landscape.scenario import Scenario
from landscape.web.convex_twin.page import START
from landscape.web.convex_twin.sentences import sentences_of
from landscape.web.convex_twin.stage_state import state_of
from landscape.web.convex_twin.views import data_views, not_drawn, views_of

RNG = np.random.default_rng(5)
X, Y = RNG.standard_normal((14, 6)), RNG.standard_normal(14)


def scenario(X: np.ndarray, y: np.ndarray, **changes: object) -> Scenario:
    x, features = tuple(X.ravel().tolist()), X.shape[1]
    given = {"x": x, "y": tuple(y.tolist()), "features": features, "bias": True, "lam": 0.1, "steps": 20, "starts": 2}
    return START.changed(**{**given, **changes})


def columns(**at: np.ndarray | float) -> np.ndarray:
    """X with some columns in place of its own."""
    changed = X.copy()
    for name, value in at.items():
        changed[:, int(name[1:])] = value
    return changed


SCENARIOS = {
    "six features": scenario(X, Y),
    "no bias": scenario(X, Y, bias=False),
    "equal columns": scenario(columns(c1=X[:, 0]), Y),
    "opposite columns": scenario(columns(c1=-X[:, 0]), Y),
    "a constant column": scenario(columns(c2=1.0), Y),
    "a column of zeros": scenario(columns(c3=0.0), Y),
    "all features zero": scenario(0 * X, Y),
    "all labels equal": scenario(X, np.full(14, 2.0)),
    "all labels zero": scenario(X, 0 * Y),
    "equal points": scenario(np.repeat(X[:7], 2, axis=0), Y),
    "fewer points than features": scenario(X[:3], Y[:3]),
    "one point": scenario(X[:1], Y[:1]),
    "no penalty": scenario(X, Y, lam=0.0),
    "no penalty, and many patterns": scenario(
        np.tile(X, (5, 1)) + RNG.standard_normal((70, 6)), np.tile(Y, 5), lam=0.0
    ),
    "a tiny penalty": scenario(X, Y, lam=1e-6),
    "nearly λ_max": scenario(X, Y, lam=0.999),
    "beyond λ_max": scenario(X, Y, lam=1.3),
    "one neuron": scenario(X, Y, m=1),
    "no run": scenario(X, Y, starts=0),
    "large": scenario(1e6 * X, 1e6 * Y),
    "small": scenario(1e-6 * X, 1e-6 * Y),
    "runs that diverge": scenario(X, Y, step=1e3),
    "thirty features": scenario(RNG.standard_normal((40, 30)), RNG.standard_normal(40)),
}


@pytest.mark.parametrize("name", SCENARIOS)
def test_any_data_of_many_features_have_their_pictures_and_sentences(name):
    given = SCENARIOS[name]
    solved = solve_whole(given.data, given.training, seconds=0.5)
    views = views_of(given, solved)
    names = [view.name for view in views]
    assert names == [name for name in pages.views("convex-twin", given) if name != pages.SENTENCES]
    for view in views:
        figure = go.Figure(json.loads(view.figure, parse_constant=pytest.fail))  # NaN and Infinity are no JSON
        assert len(figure.data) > 0
        assert view.alt.endswith(".")
        assert "nan" not in f"{view.title} {view.caption} {view.alt}".lower().split()
    first, *_ = sentences_of(given, solved)
    assert first.name == ("Certified." if solved.proof.closed else "Not certified.")
    if not solved.proof.closed and np.isfinite(solved.proof.lower_bound):
        assert "Lower bound: no two-layer ReLU network" in first.why
        assert "% of the loss" in first.why
    assert state_of(given, solved).lead == 0
    assert not_drawn(given).endswith(".")
    assert data_views(given.data) == ()


def test_the_title_and_the_alternative_text_say_the_gap_of_the_picture():
    given = SCENARIOS["thirty features"]
    solved = solve_whole(given.data, given.training, seconds=0.5)
    view = views_of(given, solved)[0]
    share = f"{100 * solved.proof.gap / solved.proof.value:.2g}"
    assert view.title == f"Bound and value: gap {share} %"
    assert f"the gap is {share} % of the loss, after " in view.alt
    assert view.alt.endswith(SearchState.TIME_OVER.sentence)
    drawn = json.loads(view.figure)
    value = next(trace for trace in drawn["data"] if trace["uid"] == "value")
    bound = next(trace for trace in drawn["data"] if trace["uid"] == "bound")
    assert value["y"][-1] == pytest.approx(solved.proof.value)
    assert bound["y"][-1] == pytest.approx(solved.proof.lower_bound)
    assert value["line"]["dash"] != bound["line"]["dash"], "the lines differ in more than their colour"


def test_the_dual_variables_that_are_handed_out_give_the_bound_of_the_picture():
    given = SCENARIOS["thirty features"]
    solved = solve_whole(given.data, given.training, seconds=0.5)
    rows = list(csv.DictReader(io.StringIO(duals_csv(solved))))
    z, y = (np.array([float(row[name]) for row in rows]) for name in ("dual", "y"))
    assert not solved.proof.closed
    assert y @ y - (y - z) @ (y - z) == pytest.approx(solved.proof.lower_bound)
    assert len(list(csv.DictReader(io.StringIO(neurons_csv(solved))))) == solved.solution.network.m


def texts(figure: dict) -> str:
    return " ".join(note["text"] for note in figure["layout"]["annotations"])


def test_the_picture_of_a_search_holds_its_moments_and_the_last_gap():
    figure = bound_and_value((0.0, 1.0, 8.0), (5.0, 4.5, 4.0), (-100.0, 2.0, 3.9), closed=False, gap="2.5 %")
    go.Figure(figure)
    bound, value = figure["data"][:2]
    assert value["fill"] == "tonexty"
    assert value["x"][:3] == [FIRST, 1.0, 8.0]
    low, high = figure["layout"]["yaxis"]["range"]
    assert low < 3.9
    assert high > 4.0
    assert (4.0 - 3.9) / (high - low) > 0.05, "the last gap can be seen"
    assert figure["layout"]["xaxis"]["range"][1] > log10(8)
    assert bound["y"][-1] == 3.9
    for said in ("best network 4.000", "proven bound 3.900", "gap 2.5 %"):
        assert said in texts(figure)


def test_the_picture_of_a_closed_search_says_so_and_no_gap():
    figure = bound_and_value((0.0, 0.4), (5.0, 4.0), (1.0, 4.0), closed=True, gap="0 %")
    assert texts(figure) == "<b>closed: proven optimal, 4.000</b>"
    assert figure["data"][-1]["marker"]["symbol"] == "star"


def test_without_a_bound_the_picture_says_so():
    figure = bound_and_value((0.0,), (5.0,), (-inf,), closed=False, gap="unknown")
    go.Figure(figure)
    assert "no bound is proven here" in texts(figure)
    assert [trace["uid"] for trace in figure["data"]] == ["value", "value end"]


@pytest.mark.parametrize("d", [3, MOST_NUMBERS, MOST_NUMBERS + 1])
def test_weights_are_numbers_or_signs_and_the_strongest_rows_alone(d):
    u = np.random.default_rng(d).standard_normal((d, 20))
    figure = weights(u, np.sign(u[0]), [f"x{k}" for k in range(d)])
    go.Figure(figure)
    (heat,) = figure["data"]
    assert np.array_equal(heat["z"], u[:, :MOST_ROWS].T)
    assert len(heat["y"]) == MOST_ROWS
    for row, said in zip(heat["z"], heat["text"], strict=True):
        for value, text in zip(row, said, strict=True):
            if d <= MOST_NUMBERS:
                assert float(text.replace("−", "-")) == pytest.approx(value, rel=0.06)
            else:
                assert text in ("", "+" if value > 0 else "−")


def test_many_points_are_thinned_and_keep_both_ends():
    y = np.linspace(-1.0, 1.0, 3 * MOST_POINTS)
    figure = labels_and_outputs(y, y**3, [("Run 1", 0, y)])
    go.Figure(figure)
    assert figure["layout"]["xaxis"]["range"][0] < -1 < 1 < figure["layout"]["xaxis"]["range"][1]


def test_a_record_keeps_few_moments_of_many_and_never_gets_worse():
    record = SearchRecord((0.0,), (5.0,), (0.0,))
    for k in range(1, 2000):
        record = record.then(k / 20, 5.0 - k / 1000, k / 1000)
    assert len(record.seconds) < 400
    assert record.seconds[-1] == pytest.approx(1999 / 20)
    assert record.then(200.0, 9.0, -1.0).values[-1] == record.values[-1]
    assert record.then(200.0, 9.0, -1.0).bounds[-1] == record.bounds[-1]
    with pytest.raises(ValueError, match="one number for each"):
        SearchRecord((), (), ())
