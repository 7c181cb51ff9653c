"""What is dragged: values that the eye can set, back exactly, and handles that never hide each other."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest
from javascript import SCRIPTS, page_with
from playwright.sync_api import Browser

Answers = Callable[[str, str, list[Any]], list[Any]]

ASK = """async ([file, body, cases]) => {
  const module = await import(`/${file}`);
  const axis = (range, start, length) => ({
    start, length, range,
    toPixel: (value) => start + (value - range[0]) * length / (range[1] - range[0]),
    toValue: (pixel) => range[0] + (pixel - start) * (range[1] - range[0]) / length,
  });
  const answer = new Function("module", "axis", "c", body);
  return JSON.parse(cases).map((c) => answer(module, axis, c));
}"""


@pytest.fixture(scope="module")
def answers(browser: Browser) -> Iterator[Answers]:
    """Answer a list of cases by the same lines of JavaScript with a module of the stage, in one round trip."""
    with page_with(browser, SCRIPTS) as page:
        yield lambda file, body, cases: page.evaluate(ASK, [file, body, json.dumps(cases)])


def pictures(count: int) -> list[dict[str, float]]:
    """Axes of any range and length in pixels, a value on each, and a way of the pointer in pixels."""
    rng = np.random.default_rng(0)
    found = []
    for _ in range(count):
        middle = float(rng.choice([0.0, 1.0, 2015.0, -1e6]))
        half, length = float(10.0 ** rng.uniform(-3, 6)), float(rng.integers(80, 1200))
        value = middle + half * float(rng.uniform(-1, 1))
        way = float(rng.choice([-1, 1]) * rng.uniform(1, length))
        found.append({"low": middle - half, "high": middle + half, "length": length, "value": value, "way": way})
    return found


DRAG = """
const x = axis([c.low, c.high], 40, c.length);
const at = x.toPixel(c.value);
const there = module.draggedTo(at + c.way, c.value, x);
return { there, pointer: x.toValue(at + c.way), back: module.draggedTo(at, c.value, x), grain: module.pixelGrain(x) };
"""


def test_a_dragged_value_is_within_two_pixels_of_the_pointer_and_has_no_digit_that_nobody_sees(answers):
    cases = pictures(500)
    for case, found in zip(cases, answers("drag/snapping.js", DRAG, cases), strict=True):
        pixel = (case["high"] - case["low"]) / case["length"]
        assert pixel / math.sqrt(10) * (1 - 1e-9) <= found["grain"] <= pixel * math.sqrt(10) * (1 + 1e-9)
        assert abs(found["there"] - found["pointer"]) <= 2 * pixel
        multiple = found["there"] / found["grain"]
        assert multiple == pytest.approx(round(multiple), abs=1e-9 * max(1.0, abs(multiple)))
        assert float(f"{found['there']:.15g}") == found["there"]


def test_what_is_dragged_exactly_back_has_its_value_of_before(answers):
    cases = pictures(200)
    for case, found in zip(cases, answers("drag/snapping.js", DRAG, cases), strict=True):
        assert found["back"] == case["value"]


def test_values_of_the_front_page_snap_to_hundredths(answers):
    snapped = answers("drag/snapping.js", "return module.snapped(c, 0.01)", [-0.129041, 1.00061, -0.004, 0.125, 7.0])
    assert snapped == [-0.13, 1.0, 0.0, 0.13, 7.0]
    assert math.copysign(1.0, snapped[2]) == 1.0


def test_arrow_keys_there_and_back_end_where_they_began(answers):
    body = """
    const x = axis([-3, 3], 0, 400);
    let offset = 0;
    const seen = c.presses.map((press) => module.steppedTo(c.from, offset += press * c.step, c.step, x));
    return seen;
    """
    cases = [
        {"from": start, "step": step, "presses": [1, 1, 1, -1, -1, -1, -1, 1]}
        for start in (-0.129041, 1.00061, 0.0, 1 / 3)
        for step in (0.12, 0.012, 0.06)
    ]
    for case, seen in zip(cases, answers("drag/snapping.js", body, cases), strict=True):
        assert seen[5] == seen[7] == case["from"]
        for place, sum_ in zip(seen[:5], (1, 2, 3, 2, 1), strict=True):
            assert place == pytest.approx(case["from"] + sum_ * case["step"], abs=0.0051)
            assert place == round(place, 3)


SLOPES = """
const x = axis([-1.3, 1.3], 40, 400), y = axis([3, -1], 20, 260);
const between = (a, b) => Math.hypot(x.toPixel(a[0]) - x.toPixel(b[0]), y.toPixel(a[1]) - y.toPixel(b[1]));
const run = { id: "run0", index: 0, explicit: true, W0: c.W, alpha0: c.W.map(() => 1) };
const draft = { x: c.x, y: c.y, runs: [run], m: c.W.length, selected: 0 };
const networks = { run0: { W: c.W, alpha: c.W.map(() => 1) } };
let changed = null;
const handles = module.slopeHandles(draft, networks, [-1.3, 1.3], (change) => { changed = change; },
  { between, reach: 28, held: null });
const points = c.x.map((value, i) => [value, c.y[i]]);
const rest = handles.map(({ x, y }) => [x, y]);
const clear = rest.map((place, j) => {
  const others = [...points, ...rest.slice(0, j)];
  return Math.min(...others.map((other) => between(place, other)));
});
handles[0].move(handles[0].x, handles[0].y, { x: 0.01, y: 0.01 });
const back = changed.runs[0].W0;
handles[0].move(handles[0].x, handles[0].y + 0.3, { x: 0.01, y: 0.01 });
const held = module.slopeHandles(draft, networks, [-1.3, 1.3], () => {}, { between, reach: 28, held: handles[0] });
return { clear, back, moved: changed.runs[0].W0, stays: held[0].x === handles[0].x };
"""


def test_a_slope_is_taken_beside_the_points_also_where_its_run_is_optimal(answers):
    cases = [{"x": [-1, 1], "y": [1, 2], "W": [2, -1]}, {"x": [-1, 1], "y": [1, 2], "W": [1.3, 1.3]}]
    rng = np.random.default_rng(0)
    for _ in range(50):
        w = rng.uniform(0.2, 2, 2) * [1, -1]
        cases.append({"x": [-1.04, 1.04], "y": np.abs(1.04 * w)[::-1].tolist(), "W": w.tolist()})
    for case, found in zip(cases, answers("drag/draggables.js", SLOPES, cases), strict=True):
        assert min(found["clear"]) >= 28
        assert found["back"] == [float(f"{w:.6g}") if j else w for j, w in enumerate(case["W"])]
        assert float(f"{found['moved'][0]:.4g}") == found["moved"][0]
        assert found["stays"]
