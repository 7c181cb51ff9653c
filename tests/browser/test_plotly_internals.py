"""What the stage reads of plotly.js beyond its documentation, held to what can be seen of a plot from outside."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from playwright.sync_api import Browser, Route

from landscape.figures.style import packed, path
from landscape.web.assets import plotly_source

MODULE = Path(__file__).resolve().parents[2] / "landscape" / "web" / "stage" / "js" / "view" / "plotly_internals.js"
ADDRESS = "http://plotly.test/"
PAGE = '<!doctype html><div id="plot" style="width:640px;height:400px"></div><script src="plotly.min.js"></script>'

DRAW = """async ([figure, body]) => {
  const internals = await import("/plotly_internals.js");
  const area = document.getElementById("plot");
  await Plotly.react(area, figure.data, figure.layout);
  const plain = (key, value) => ArrayBuffer.isView(value) ? [...value] : value;
  const answer = await new Function("internals", "area", `return (async () => { ${body} })()`)(internals, area);
  return JSON.stringify(answer, plain);
}"""

Drawn = Callable[[dict[str, Any], str], Any]


@pytest.fixture
def drawn(browser: Browser) -> Iterator[Drawn]:
    """Draw a figure in a plot of 640 × 400 and answer lines of JavaScript; ``internals`` and ``area`` are in scope."""
    context = browser.new_context()
    files = {"plotly.min.js": plotly_source(), "plotly_internals.js": MODULE}

    def serve(route: Route) -> None:
        name = route.request.url.removeprefix(ADDRESS)
        if name in files:
            route.fulfill(path=files[name], content_type="text/javascript")
        else:
            route.fulfill(body=PAGE, content_type="text/html")

    context.route(f"{ADDRESS}**", serve)
    page = context.new_page()
    page.goto(ADDRESS)
    yield lambda figure, body: json.loads(page.evaluate(DRAW, [figure, body]))
    context.close()


def points(**axes: Any) -> dict[str, Any]:
    """A figure of one trace on axes with fixed ranges."""
    return {"data": [{"x": [0.0, 1.0], "y": [1.0, 2.0]}], "layout": axes}


FRAME = """
  const axes = internals.axesOf(area), whole = area.getBoundingClientRect();
  const frame = area.querySelector(".nsewdrag").getBoundingClientRect();
  const { width, height } = frame;
  const around = { left: frame.left - whole.left, top: frame.top - whole.top, width, height };
  const read = ({ start, length, range, toPixel, toValue }, values) =>
    ({ start, length, range, pixels: values.map(toPixel), values: values.map(toPixel).map(toValue) });
"""


def test_axes_give_the_pixels_of_the_frame_and_back(drawn: Drawn) -> None:
    """Else whatever is drawn over a plot, each handle, and each click is in the wrong place."""
    figure = points(xaxis={"range": [-2, 3]}, yaxis={"range": [0, 8]})
    body = f"{FRAME} return [around, read(axes.x, [-2, 0, 3]), read(axes.y, [0, 2, 8])];"
    frame, x, y = drawn(figure, body)
    assert (x["range"], y["range"]) == ([-2, 3], [0, 8])
    assert (x["start"], x["length"]) == pytest.approx((frame["left"], frame["width"]), abs=0.6)
    assert (y["start"], y["length"]) == pytest.approx((frame["top"], frame["height"]), abs=0.6)
    shares = np.array([0.0, 0.4, 1.0])
    np.testing.assert_allclose(x["pixels"], x["start"] + shares * x["length"], atol=1e-6)
    np.testing.assert_allclose(y["pixels"], y["start"] + (1 - np.array([0.0, 0.25, 1.0])) * y["length"], atol=1e-6)
    np.testing.assert_allclose(x["values"], [-2, 0, 3], atol=1e-9)
    np.testing.assert_allclose(y["values"], [0, 2, 8], atol=1e-9)


def test_axes_follow_a_zoom(drawn: Drawn) -> None:
    """Else a preview of a zoomed picture is drawn as if it were not zoomed."""
    body = 'await Plotly.relayout(area, { "xaxis.range": [0, 1] }); return internals.axesOf(area).x.range;'
    assert drawn(points(xaxis={"range": [-2, 3]}), body) == [0, 1]


def test_a_logarithmic_axis_has_a_floor_for_zero(drawn: Drawn) -> None:
    """Else a loss curve that reaches 0 ends before its end while it is played."""
    figure = points(yaxis={"type": "log", "range": [-14, 2]})
    y = drawn(figure, f"{FRAME} return read(axes.y, [100, 1e-6, 0]);")
    decades = np.array([2.0, -6.0, -12.0])
    np.testing.assert_allclose(y["pixels"], y["start"] + (2 - decades) / 16 * y["length"], atol=1e-6)


def test_a_plot_in_space_has_no_axes_but_a_camera(drawn: Drawn) -> None:
    """Else a turned surface turns back at the next change of a number."""
    trace = {"type": "scatter3d", "x": [0, 1], "y": [0, 1], "z": [0, 1]}
    eye = {"x": 0.5, "y": -1.5, "z": 1.25}
    body = f"""
      await Plotly.relayout(area, {{ "scene.camera.eye": {json.dumps(eye)} }});
      return [internals.axesOf(area), internals.cameraOf(area).eye];
    """
    axes, found = drawn({"data": [trace], "layout": {}}, body)
    assert axes is None
    assert found == pytest.approx(eye)


def test_drawn_traces_are_unpacked_and_know_their_runs(drawn: Drawn) -> None:
    """Else nothing moves in playback, and hovering marks no run."""
    x, y = np.array([0.0, 0.5, 2.0]), np.array([1.0, 4.0, 9.0])
    # The casing has its places from the line, which the stage gives it.
    line = path(x, y, 0, "run0", hover="", custom=y)[1:]
    figure = {"data": line, "layout": {}}
    assert line[0]["x"] == packed(x)
    body = """
      const line = internals.drawnTraces(area).find(({ uid }) => uid === "run0-line");
      const runs = internals.traceElements(area).map(({ node, run }) => [node.matches(".trace"), run]);
      return [line.meta.run, line.x, line.y, runs];
    """
    assert drawn(figure, body) == ["run0", x.tolist(), y.tolist(), [[True, "run0"]] * 2]


def test_before_it_is_drawn_a_plot_has_nothing(drawn: Drawn) -> None:
    body = """
      const blank = document.createElement("div");
      return [internals.axesOf(blank), internals.drawnTraces(blank), internals.traceElements(blank),
        internals.cameraOf(blank) ?? null];
    """
    assert drawn(points(), body) == [None, [], [], None]
