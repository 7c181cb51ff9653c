"""Both landscapes in space: on the height scales of their maps, runs upon the surface, stars above it."""

from __future__ import annotations

import base64
import json
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings, strategies as st

from landscape.convex.one_feature import convex_loss
from landscape.figures.front.space import height_on
from landscape.model.network import Network, objective
from landscape.model.problem import Problem
from landscape.scenario import Run, Scenario
from landscape.web.front.views import views_of


def numbers(values: Any) -> np.ndarray:
    """Unpack the numbers of a trace."""
    if not isinstance(values, dict):
        return np.array(values, dtype=float)
    found = np.frombuffer(base64.b64decode(values["bdata"]), dtype=np.float32).astype(float)
    return found.reshape([int(n) for n in values["shape"].split(",")]) if "shape" in values else found


def drawn(name: str, **changes: Any) -> dict[str, Any]:
    """Return the figure of a view of the default scenario with changes, in 3-D."""
    views = {view.name: view for view in views_of(Scenario().changed(surface="surface", **changes))}
    return json.loads(views[name].figure)


def places(trace: dict[str, Any]) -> list[np.ndarray]:
    """Return where a surface is, along both axes."""
    source = trace["meta"]["loss"]
    spaced = [np.array(source[axis]).T for axis in ("across", "up")]
    return [np.interp(np.arange(ranks[-1] + 1), ranks, values) for ranks, values in spaced]


def heights(trace: dict[str, Any]) -> np.ndarray:
    """Compute the heights of a surface, point by point, from what the figure says they are computed from."""
    source = trace["meta"]["loss"]
    problem = Problem(np.array(source["x"])[:, None], source["y"], source["lam"], source["layer"])
    x, y = places(trace)
    if "neurons" not in source:
        loss = convex_loss(problem, x[None, :], y[:, None])
    else:
        first, second = source["neurons"]
        loss = np.empty((len(y), len(x)))
        for row, column in np.ndindex(loss.shape):
            w = np.array(source["W"])
            w[first], w[second] = x[column], y[row]
            loss[row, column] = objective(problem, Network(w[None, :], source["alpha"]))
    return np.log10(loss + source["soft"])


def traces(figure: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {trace["uid"]: trace for trace in figure["data"]}


grids = st.integers(2, 8)


@given(k=grids, l=grids, seed=st.integers(0, 10**6))
@settings(max_examples=60)
def test_the_height_between_the_lines_is_that_of_the_bilinear_patch(k, l, seed):  # noqa: E741
    rng = np.random.default_rng(seed)
    x, y = np.sort(rng.normal(size=k)) + np.arange(k), np.sort(rng.normal(size=l)) + np.arange(l)
    a, b, c, d = rng.normal(size=4)
    # On a function that is bilinear everywhere, interpolation is exact.
    loss = a + b * x[None, :] + c * y[:, None] + d * x[None, :] * y[:, None]
    u, v = rng.uniform(x[0], x[-1], 20), rng.uniform(y[0], y[-1], 20)
    assert height_on(x, y, loss, u, v) == pytest.approx(a + b * u + c * v + d * u * v, abs=1e-9)
    outside = height_on(x, y, loss, np.array([x[0] - 1, x[-1] + 1]), np.array([y[0], y[0]]))
    assert np.isnan(outside).all()
    assert height_on(x, y, loss, x[[0, -1]], y[[0, -1]]) == pytest.approx(loss[[0, -1], [0, -1]])


@pytest.mark.parametrize("name", ["relief", "twin-relief"])
@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"layer": "trained", "lam": 0.1, "m": 4},
        {"layer": "trained", "lam": 0.0, "m": 2},
        {"m": 7, "runs": (Run(w=(1.5, 0.5, 1.0)),)},
        {"x": (-1e-6, 2e-6), "y": (1e-6, 1e-6)},
        {"x": (-1e6, 1e6), "y": (1e5, 2e6)},
        {"x": (1.0, 2.0), "y": (2.0, 1.0)},
        {"y": (0.0, 0.0)},
        {"runs": ()},
    ],
    ids=str,
)
def test_runs_lie_on_the_surface_and_stars_above_it(name, changes):
    figure = drawn(name, **changes)
    found = traces(figure)
    scene = figure["layout"]["scene"]
    low, high = scene["zaxis"]["range"]
    surfaces = [trace for trace in figure["data"] if trace["type"] == "surface"]
    drawn_at = np.concatenate([heights(trace).ravel() for trace in surfaces])
    assert np.isfinite(drawn_at).all()
    assert low <= drawn_at.min()
    assert drawn_at.max() <= high
    runs = [trace for uid, trace in found.items() if uid.startswith("run") and uid.endswith("-line")]
    for run in runs:
        steps = numbers(run["customdata"])[:, 0]
        assert len(numbers(run["z"])) == len(steps)
        inside = np.isfinite(numbers(run["z"]))
        assert inside.any() or name == "relief"
        assert (numbers(run["z"])[inside] <= high).all()
        assert (numbers(run["z"])[inside] >= low).all()
    stars = scene["annotations"]
    if name == "twin-relief":
        assert [note["text"] for note in stars] == ["★", "★"]
    assert all(low <= note["z"] <= high for note in stars)
    assert all("hovertext" in note for note in stars)


def test_the_convex_bowl_is_grey_exactly_where_no_network_can_be():
    found = traces(drawn("twin-relief"))
    right, below = places(found["field"])
    assert right.min() == 0
    assert below.max() == 0
    assert places(found["shade-left"])[0].max() == 0
    assert places(found["shade-above"])[1].min() == 0
    free = traces(drawn("twin-relief", layer="trained", lam=0.1))
    assert not {"shade-left", "shade-above", "wall"} & free.keys()


def test_both_draws_maps_and_surfaces_in_pairs_and_one_neuron_has_no_surface():
    named = {
        choice: [view.name for view in views_of(Scenario().changed(surface=choice))]
        for choice in ("contour", "surface", "both")
    }
    assert named == {
        "contour": ["map", "outputs", "twin", "losses"],
        "surface": ["relief", "outputs", "twin-relief", "losses"],
        "both": ["map", "outputs", "twin", "relief", "twin-relief", "losses"],
    }
    one = [view.name for view in views_of(Scenario().changed(surface="surface", m=1))]
    assert one == ["curve", "outputs", "twin", "losses"]
