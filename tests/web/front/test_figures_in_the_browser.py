"""The figures and views that the browser makes by itself are Python's: every key, text and number, in their order."""

from __future__ import annotations

import base64
import json
import math
from collections.abc import Callable, Iterator
from dataclasses import replace
from types import SimpleNamespace
from typing import Any
from unittest.mock import patch

import numpy as np
import pytest
from any_scenario import data, scenarios
from hypothesis import assume, example, given, settings, strategies as st
from javascript import SCRIPTS, page_with
from one_feature import network, problems
from playwright.sync_api import Browser
from scenes_json import basins_as_json, loss_as_json, path_as_json, twin_as_json
from solved_json import network_as_json, scenario_as_json, solved_as_json

from landscape.convex.one_feature import convex_surface, optimal_position
from landscape.figures.front.loss_curves import Curve, Level, loss_curves
from landscape.figures.front.loss_line import loss_line
from landscape.figures.front.loss_map import loss_map
from landscape.figures.front.loss_relief import loss_relief
from landscape.figures.front.outputs import network_outputs
from landscape.figures.front.space import in_space
from landscape.figures.front.twin_map import twin_map
from landscape.figures.front.twin_relief import twin_relief
from landscape.figures.loss_colours import LossScale
from landscape.figures.loss_field import MOST_POINTS, of_slopes, of_weights
from landscape.figures.style import Figure, as_json
from landscape.formatting import written
from landscape.loss.surface import Plane, grid_with_kinks, loss_surface, neuron_plane
from landscape.model.excess import rounding_of
from landscape.model.network import Network
from landscape.model.problem import Problem
from landscape.scenario import Data, Run, Scenario, Training, View
from landscape.scene import Basins, LossScene, Path, TwinScene, loss_scene, twin_scene
from landscape.scene.critical_pieces import components_on, pieces_of
from landscape.scene.window import named_cells
from landscape.web.front import views as python
from landscape.web.front.scenes import Scenes
from landscape.web.shared.results_cache import basins_shown, solved_scenario_of

Answers = Callable[..., list[Any]]

ASK = """async ([names, body, cases]) => {
  const modules = await Promise.all(names.split(" ").map((name) => import(`/${name}.js`)));
  const module = Object.assign({}, ...modules);
  const float64 = (value) => (value === null ? null : Float64Array.from(value, Number));
  const answer = new Function("module", "c", "float64", body);
  const plain = (key, value) => (ArrayBuffer.isView(value) ? { f4: [...value] } : value);
  return JSON.stringify(JSON.parse(cases).map((c) => answer(module, c, float64)), plain);
}"""

VIEWS = """
  const { scenario, solved, loss, twin, basins } = c;
  for (const scene of [loss, twin]) scene.surface.loss = float64(scene.surface.loss);
  for (const { path } of solved.runs) {
    for (const name of ["W", "alpha", "objective"]) path[name] = float64(path[name]);
  }
  return module.viewsOf(scenario, solved, { loss, twin }, basins);
"""


@pytest.fixture(scope="module")
def answers(browser: Browser) -> Iterator[Answers]:
    """Answer a list of cases by the same lines of JavaScript; ``module``, ``c`` and ``float64`` are in scope."""
    with page_with(browser, SCRIPTS) as page:
        yield lambda name, body, cases: json.loads(page.evaluate(ASK, [name, body, json.dumps(cases)]))


def unpacked(value: Any) -> Any:
    """Return a figure with its packed numbers as arrays of float32."""
    if isinstance(value, dict) and "bdata" in value:
        numbers = np.frombuffer(base64.b64decode(value["bdata"]), dtype="<f4")
        return numbers.reshape([int(size) for size in value["shape"].split(",")]) if "shape" in value else numbers
    if isinstance(value, dict):
        return {key: unpacked(entry) for key, entry in value.items()}
    return [unpacked(entry) for entry in value] if isinstance(value, (list, tuple)) else value


def packed_in(found: Any) -> np.ndarray:
    """Return the numbers of a packed array of the browser, row by row where it has rows."""
    rows = [row["f4"] for row in found] if isinstance(found, list) else found["f4"]
    return np.array(rows, dtype=float)  # None, which stands for NaN in JSON, becomes NaN


def same(found: Any, expected: Any, where: str = "", scale: float = 0.0) -> None:
    """Equal in every key, text and place; numbers to nine digits of the largest beside them, packed ones to float32."""
    if isinstance(expected, np.ndarray):
        got, want = packed_in(found), expected.astype(float)
        assert got.shape == want.shape, where
        largest = float(np.nanmax(np.abs(want), initial=0.0))
        close = np.abs(got - want) <= 3e-7 * np.abs(want) + 1e-9 * largest
        assert (close | (np.isnan(got) & np.isnan(want))).all(), (where, got, want)
    elif isinstance(expected, dict):
        assert isinstance(found, dict), where
        assert found.keys() == expected.keys(), where
        for key, value in expected.items():
            same(found[key], value, f"{where}.{key}")
    elif isinstance(expected, list):
        assert isinstance(found, list), where
        assert len(found) == len(expected), where
        numbers = [abs(value) for value in expected if isinstance(value, (int, float)) and math.isfinite(value)]
        largest = max(numbers, default=0.0)
        for place, (one, other) in enumerate(zip(found, expected, strict=True)):
            same(one, other, f"{where}[{place}]", largest)
    elif isinstance(expected, (int, float)) and not isinstance(expected, bool):
        assert isinstance(found, (int, float)), where
        assert not isinstance(found, bool), where
        assert abs(found - expected) <= 1e-9 * max(scale, abs(expected)), (where, found, expected)
    else:
        assert found == expected, where


def drawn(figure: Figure) -> Any:
    """Return a figure as it arrives in the browser."""
    return unpacked(json.loads(as_json(figure)))


def asked(scenario: Scenario) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """Return what the browser is given of a scenario, and Python's views of it with every stored step of the runs."""
    solved = solved_scenario_of(scenario)
    loss, twin, basins = loss_scene(solved, scenario), twin_scene(solved, scenario), basins_shown(scenario)
    scenes = Scenes(loss, twin, {run.id: np.arange(len(run.trajectory.steps)) for run in solved.shown})
    with patch.object(python, "scenes_of", lambda *_: scenes):
        views = python.views_of.__wrapped__(scenario)
    case = {
        "scenario": scenario_as_json(scenario),
        "solved": solved_as_json(solved),
        "loss": loss_as_json(loss),
        "twin": twin_as_json(twin),
        "basins": basins_as_json(basins),
    }
    return case, [unpacked(json.loads(view.to_json())) for view in views]


def check(answers: Answers, scenario: Scenario) -> None:
    """Hold the browser's views of a scenario to Python's."""
    case, expected = asked(scenario)
    (found,) = answers("front/views", VIEWS, [case])
    assert len({view.pop("key") for view in found}) == len(found)
    for view in expected:
        del view["key"]
    same(found, expected)


TRAINED = Training(layer="trained", m=3)
MIXED = Training(m=2, runs=(Run(w=(1.0, 0.5)), Run(w=(-1.0, -2.0))), starts=3, steps=200)
"""Runs that reach the optimum and runs that are stuck."""

MANY = Data(tuple(np.linspace(-1, 1, MOST_POINTS + 1).tolist()), tuple(np.linspace(-1, 2, MOST_POINTS + 1).tolist()))
"""Data of which the losses are in the figure."""


@given(
    scenario=scenarios(
        filmed=False, points=data(features=st.just(1), bias=st.just(False)), most_neurons=20, most_steps=80
    )
)
@example(scenario=Scenario())
@example(scenario=Scenario(view=View(surface="both", basins=True)))
@example(scenario=Scenario(training=MIXED, view=View(surface="both", basins=True, escape=1, selected=1)))
@example(scenario=Scenario(training=replace(TRAINED, lam=0.2), view=View(surface="both", neurons=(2, 0))))
@example(scenario=Scenario(training=TRAINED, view=View(surface="both", plane="path", basins=True)))
@example(scenario=Scenario(training=Training(m=1, runs=(Run(w=(1.0,)), Run(w=(-1.0,))))))
@example(scenario=Scenario(training=Training(m=1, layer="trained", lam=0.1, starts=2)))
@example(scenario=Scenario(training=Training(starts=0, runs=()), view=View(surface="both")))
@example(scenario=Scenario(Data((0.0, 0.0), (0.0, 0.0)), view=View(surface="both", basins=True)))
@example(scenario=Scenario(Data((1.0, 2.0), (1.0, 1.0)), view=View(surface="both", basins=True)))
@example(scenario=Scenario(Data((-1.0, -2.0), (0.0, 0.0)), view=View(surface="both")))
@example(scenario=Scenario(Data((1e6, -1e6), (1e6, 1e6)), view=View(surface="surface")))
@example(scenario=Scenario(Data((1e12, -1e12), (1e-12, 1e12)), view=View(surface="both")))
@example(scenario=Scenario(MANY, view=View(surface="both")))
@settings(max_examples=25)
def test_the_views_of_any_scenario_are_pythons(answers: Answers, scenario: Scenario) -> None:
    # A fifth of the grid of a map is as good, and is sent at once.
    with patch("landscape.scene.loss.GRID", 25), patch("landscape.scene.twin.GRID", 25):
        try:
            check(answers, scenario)
        except ValueError:
            assume(False)


def walk(rng: np.random.Generator, place: int, reach: float) -> Path:
    """A random run in a picture of this reach, at few or many steps; now and then it leaves it, or is enormous."""
    count = int(rng.choice([1, 2, 5, 30]))
    x, y = reach * rng.choice([0.3, 2.0, 1e6]) * rng.normal(size=(2, count))
    steps = np.cumsum(np.r_[0, rng.integers(1, 9, count - 1)])
    losses = 10.0 ** rng.uniform(-15, 5, count) * (rng.random(count) > 0.1)
    name = f"escape{place}" if rng.random() < 0.2 else f"run{place}"
    return Path(name, place, f"Run {place + 1}", x, y, steps, losses)


def walks(rng: np.random.Generator, reach: float) -> list[Path]:
    return [walk(rng, place, reach) for place in range(int(rng.choice([0, 1, 2, 8])))]


def reach_of(problem: Problem) -> float:
    """How far a window goes from 0: to where labels and points together lead."""
    return 2 * float(np.abs(problem.y).max()) / (float(np.abs(problem.X).max()) or 1.0) or 1.0


def planes(
    seed: int, count: int, width: int
) -> Iterator[tuple[np.random.Generator, Problem, LossScene, dict[str, Any]]]:
    """Losses of one neuron or of two over a small grid with all that may lie on it, and what is said of it."""
    rng = np.random.default_rng(seed)
    for problem in problems(seed, count):
        far = reach_of(problem)
        best = float(rng.choice([0.0, 0.5])) * float(problem.y @ problem.y)
        proof = SimpleNamespace(lower_bound=best, value=best, closed=bool(rng.integers(2)))
        solved: Any = SimpleNamespace(problem=problem, proof=proof)
        own = width if rng.integers(2) else width + 1
        net = network(problem, rng, own)
        zero = Network(0 * net.W, 0 * net.alpha)
        moved = np.eye(own)
        plane = neuron_plane(net, (0, 1)) if width == 2 else Plane(net, Network(moved[:1], 0 * net.alpha), zero)
        moving = tuple(range(width)) if rng.integers(4) else ()
        xs, ys = (-far, far), (-0.7 * far, 1.3 * far)
        first = grid_with_kinks(*xs, 9, [0.3 * far])
        second = grid_with_kinks(*ys, 7) if width == 2 else np.zeros(1)
        optima = far * rng.normal(size=(2, int(rng.integers(3))))
        scene = LossScene(
            surface=loss_surface(problem, first, second, plane=plane),
            labels=("w₁", "w₂"),
            titles=("w₁, weight of neuron 1", "w₂, weight of neuron 2"),
            borders=tuple((far * rng.normal(size=2), far * rng.normal(size=2)) for _ in range(int(rng.integers(3)))),
            cells=named_cells(xs, ys) if rng.integers(2) else (),
            paths=tuple(walks(rng, far)),
            optima=(optima[0], optima[1]),
            pieces=pieces_of(components_on(solved, plane, moving), xs, ys),
            slice="",
            mirrored=False,
            moving=moving,
        )
        rounding = rounding_of(problem) if rng.integers(4) else float(scene.surface.loss.max())
        called = str(rng.choice(["global optimum", "best network found"]))
        yield rng, problem, scene, {"starName": called, "rounding": rounding}


def some_basins(rng: np.random.Generator, scene: LossScene) -> Basins | None:
    if rng.integers(2):
        return None
    far = float(scene.surface.w1[-1])
    polygons = tuple(
        (far * rng.normal(size=k), far * rng.normal(size=k), f"{k} %") for k in rng.integers(3, 6, rng.integers(3))
    )
    x, y = np.linspace(-far, far, 5), np.linspace(-far, far, 4)
    return Basins(polygons, x, y, rng.integers(2, size=(4, 5)) == 1 if rng.integers(2) else None, "")


DRAW = "c.scene.surface.loss = float64(c.scene.surface.loss); return module.{}(c.scene, c);"


def hold(answers: Answers, name: str, body: str, cases: list[Any], expected: list[Any]) -> None:
    """Hold what the browser answers to all cases to what Python has."""
    assert len(cases) == len(expected)
    for number, (one, other) in enumerate(zip(answers(name, body, cases), expected, strict=True)):
        same(one, other, f"case {number}: ")


def test_hundreds_of_maps_are_pythons(answers: Answers) -> None:
    cases, expected = [], []
    for rng, problem, scene, said in planes(70, 300, 2):
        source = of_weights(problem, scene.surface.plane.origin, scene.moving)
        basins, notes = some_basins(rng, scene), ["best: loss 1", "same network"][: rng.integers(3)]
        figure = loss_map(
            scene.surface,
            labels=scene.labels,
            titles=scene.titles,
            borders=scene.borders,
            cells=scene.cells,
            pieces=scene.pieces,
            paths=scene.paths,
            optima=scene.optima,
            basins=basins,
            star_name=said["starName"],
            rounding=said["rounding"],
            star_notes=notes,
            bar_below=True,
            source=source,
        )
        more = {"basins": basins_as_json(basins), "starNotes": notes, "source": source}
        cases.append({"scene": loss_as_json(scene), **said, **more})
        expected.append(drawn(figure))
    hold(answers, "front/figures/loss_map", DRAW.format("lossMap"), cases, expected)


def test_hundreds_of_reliefs_are_pythons(answers: Answers) -> None:
    cases, expected = [], []
    for rng, problem, scene, said in planes(71, 300, 2):
        source = of_weights(problem, scene.surface.plane.origin, scene.moving)
        optimum = float(rng.choice([-1e-20, 0.0, 1.0])) * float(scene.surface.loss.max())
        figure = loss_relief(
            scene.surface,
            labels=scene.labels,
            paths=scene.paths,
            optima=scene.optima,
            optimum=optimum,
            star_name=said["starName"],
            rounding=said["rounding"],
            source=source,
        )
        cases.append({"scene": loss_as_json(scene), **said, "optimum": optimum, "source": source})
        expected.append(drawn(figure))
    hold(answers, "front/figures/loss_relief", DRAW.format("lossRelief"), cases, expected)


def test_hundreds_of_curves_of_one_neuron_are_pythons(answers: Answers) -> None:
    cases, expected = [], []
    for _, _, scene, _ in planes(72, 300, 1):
        surface, (title, _) = scene.surface, scene.titles
        figure = loss_line(surface.w1, surface.loss[0], pieces=scene.pieces, paths=scene.paths, title=title)
        cases.append({"scene": loss_as_json(scene)})
        expected.append(drawn(figure))
    hold(answers, "front/figures/loss_line", DRAW.format("lossLine"), cases, expected)


@pytest.mark.parametrize("space", [False, True])
def test_hundreds_of_convex_landscapes_are_pythons(answers: Answers, space: bool) -> None:
    rng = np.random.default_rng(73)
    cases, expected = [], []
    for problem in problems(73, 300):
        far = reach_of(problem)
        grid = grid_with_kinks(-far, far, 9)
        u1, u2 = optimal_position(problem)
        ends = np.array([0.0, far])
        scene = TwinScene(
            surface=convex_surface(problem, grid, grid),
            walled=problem.second_layer == "ones",
            paths=tuple(walks(rng, far)),
            optimum=(u1, u2) if rng.integers(4) else (3 * far, u2),
            optimal_lines=((ends, np.full(2, u2)), (np.full(2, u1), -ends))[: rng.integers(3)],
            narrow=(far * rng.random(), 0.0) if rng.integers(2) else None,
        )
        proven, rounding = bool(rng.integers(2)), rounding_of(problem)
        source = of_slopes(problem) if rng.integers(2) else None
        shared: dict[str, Any] = {
            "walled": scene.walled,
            "paths": scene.paths,
            "optimum": scene.optimum,
            "optimal_lines": scene.optimal_lines,
            "proven": proven,
            "rounding": rounding,
            "source": source,
        }
        narrow = None if scene.narrow is None else "best of one neuron"
        if space:
            figure = twin_relief(scene.surface, labels=("u₁", "u₂"), **shared)
        else:
            own = None if scene.narrow is None or narrow is None else (scene.narrow, narrow)
            figure = twin_map(scene.surface, star_text="best: loss 2", narrow=own, **shared)
        said = {"labels": ["u₁", "u₂"], "starText": "best: loss 2", "narrow": narrow}
        cases.append({"scene": twin_as_json(scene), "proven": proven, "rounding": rounding, "source": source, **said})
        expected.append(drawn(figure))
    name, draw = ("twin_relief", "twinRelief") if space else ("twin_map", "twinMap")
    hold(answers, f"front/figures/{name}", DRAW.format(draw), cases, expected)


def test_a_thousand_outputs_are_pythons(answers: Answers) -> None:
    rng = np.random.default_rng(74)
    cases, expected = [], []
    for problem in problems(74, 1000):
        widths = rng.choice([1, 2, 5, 12, 13, 20], int(rng.choice([0, 1, 3, 8])))
        nets = [network(problem, rng, int(m), float(rng.choice([0.0, 1.0, 1e5]))) for m in widths]
        best, ghost = network(problem, rng, int(rng.integers(1, 3))), network(problem, rng, 1)
        reach = 1.3 * float(np.abs(problem.X).max()) or 1.0
        names = [f"Run {place + 1}" for place in range(len(nets))]
        ghosts = [("run0", ghost)] if nets and rng.integers(2) else []
        called = str(rng.choice(["optimum", "best network found"]))
        x, y = problem.X[:, 0], problem.y
        pairs = list(zip(names, nets, strict=True))
        figure = network_outputs(x, y, pairs, best, span=(-reach, reach), ghosts=ghosts, optimum_name=called)
        cases.append(
            {
                "points": {"x": x.tolist(), "y": y.tolist()},
                "networks": [{"name": name, "network": network_as_json(net)} for name, net in pairs],
                "optimum": network_as_json(best),
                "optimumName": called,
                "span": [-reach, reach],
                "ghosts": [{"run": run, "neuron": network_as_json(neuron)} for run, neuron in ghosts],
            }
        )
        expected.append(drawn(figure))
    hold(answers, "front/figures/outputs", "return module.networkOutputs(c.points, c);", cases, expected)


def level(rng: np.random.Generator, text: str) -> Level | None:
    value = float(10.0 ** rng.uniform(-14, 6)) * float(rng.choice([0.0, 1.0, 1.0]))
    return Level(value, f"{text} {written(value)}") if rng.integers(4) else None


def test_a_thousand_loss_curves_are_pythons(answers: Answers) -> None:
    rng = np.random.default_rng(75)
    cases, expected = [], []
    for number in range(1000):
        paths = walks(rng, 1.0)
        if number % 3 == 0:  # losses of one size, powers of ten among them
            size = 10.0 ** float(rng.integers(-14, 14))
            paths = [replace(path, objective=size * rng.integers(1, 40, len(path.steps))) for path in paths]
        line, own = level(rng, "proven optimum"), level(rng, "best of one neuron")
        curves = [Curve(path.id, path.run, path.name, path.steps, path.objective) for path in paths]
        levels = [None if value is None else vars(value) for value in (line, own)]
        cases.append([list(map(path_as_json, paths)), *levels])
        expected.append(drawn(loss_curves(curves, line, narrow=own)))
    hold(answers, "front/figures/loss_curves", "return module.lossCurves(...c);", cases, expected)


def test_thousands_of_scales_have_pythons_ticks(answers: Answers) -> None:
    rng = np.random.default_rng(76)
    tops = [
        *(float(f"{digit}e{power}") for power in range(-40, 41) for digit in (1, 2, 3.1622776601683795, 5)),
        *(10.0 ** rng.uniform(-60, 60, 2000)).tolist(),
        *(rng.integers(0, 10**4, 500) / 2.0 ** rng.integers(0, 9, 500)).tolist(),
        *(0.0, 5e-324, 1e-300, 1e299),
    ]
    roundings = [float(top * rng.choice([0.0, 1e-12, 1.0, 2.0])) for top in tops]
    expected = []
    for top, rounding in zip(tops, roundings, strict=True):
        scale = LossScale.of(np.array([0.0, top / 2, top]), rounding)
        axis = in_space([], scale, (("", 0.0, 1.0), ("", 0.0, 1.0)))["layout"]["scene"]["zaxis"]
        bars = [scale.colorbar("loss", below=True), scale.colorbar("loss")]
        expected.append([scale.soft, scale.top, *scale.limits, bars, axis])
    body = """
      const { lossScale, colorbar, inSpace } = module, scale = lossScale(float64([0, c[0] / 2, c[0]]), c[1]);
      const { soft, top, low, high } = scale, bars = [colorbar(scale, "loss", true), colorbar(scale, "loss")];
      const { zaxis: axis } = inSpace([], scale, [["", [0, 1]], ["", [0, 1]]], []).layout.scene;
      return [soft, top, low, high, bars, axis];
    """
    cases = list(map(list, zip(tops, roundings, strict=True)))
    hold(answers, "engine/paint front/figures/loss_colours front/figures/space", body, cases, expected)


def test_a_key_differs_where_anything_in_a_figure_does(answers: Answers) -> None:
    body = """
      const figure = { x: c.x, packed: Float32Array.from(c.x), y: [1, null], text: c.text, more: { deep: c.deep } };
      return [module.keyOf(figure), module.keyOf(figure)];
    """
    rng = np.random.default_rng(77)
    plain = {"x": [0.0, 1.0], "text": "a", "deep": True}
    cases: list[dict[str, Any]] = [plain, {**plain, "text": "b"}, {**plain, "deep": False}, {**plain, "deep": None}]
    cases += [{**plain, "x": [0.0, float(value)]} for value in 1 + 1e-15 * rng.permutation(4000)[:2000]]
    found = answers("front/figures/key", body, cases)
    assert all(one == again for one, again in found)
    numbers = {tuple(case["x"]) for case in cases}
    assert len({one for one, _ in found}) == len(numbers) + 3
