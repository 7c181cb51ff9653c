"""What the pictures of a page without a server show is what Python's show: planes, windows, marks and basins."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest
from any_scenario import data, scenarios
from any_solution import any_solutions, in_any_unit
from hypothesis import given, settings, strategies as st
from javascript import SCRIPTS, answered, page_with
from one_feature import network
from playwright.sync_api import Browser
from scipy.optimize import linear_sum_assignment
from solved_json import network_as_json, scenario_as_json, solved_as_json

from landscape.convex.one_feature import optimal_position
from landscape.loss.basins import simulated_basins
from landscape.loss.critical_points import Component, critical_set
from landscape.loss.gradient_flow import flow_basins
from landscape.loss.surface import (
    LossTooLarge,
    Plane,
    grid_with_kinks,
    kink_lines,
    loss_surface,
    neuron_plane,
    plane_through,
)
from landscape.model.network import Network
from landscape.model.problem import Problem
from landscape.results.solved_scenario import SolvedScenario, solve_scenario
from landscape.scenario import Data, Scenario, Training, View
from landscape.scene import basins_of, loss_scene, nearest_arrangement, nice_reach, points_on_sides, twin_scene
from landscape.scene.paths import Path
from landscape.scene.planes import slice_plane

Answer = Callable[..., list[Any]]


one_feature = data(features=st.just(1), bias=st.just(False))

STRIDE = 8
"""Every so many losses of a map are compared, and the first and the last of them."""


@pytest.fixture(scope="module")
def answer(browser: Browser) -> Iterator[Answer]:
    """Answer a list of cases by the same lines of JavaScript, in one round trip; ``module`` and ``c`` are in scope."""
    with page_with(browser, SCRIPTS) as page:
        yield lambda module, body, cases: json.loads(answered(page, module, body, cases))


def as_problem(problem: Problem) -> dict[str, Any]:
    return {
        "x": problem.X[:, 0].tolist(),
        "y": problem.y.tolist(),
        "lam": problem.lam,
        "layer": problem.second_layer,
    }


def agree(found: Any, expected: Any, scale: float = 0.0, share: float = 1e-12) -> None:
    """Equal to nine digits, or to a share of the scale, by default a millionth of a millionth."""
    np.testing.assert_allclose(np.array(found, float), np.array(expected, float), rtol=1e-9, atol=share * scale)


def lines_of(problem: Problem, plane: Plane) -> np.ndarray:
    """Python's lines of one sample: those of others are the same, but for their last digits in which some differ."""
    where = np.array([[float(problem.X.any())]])
    return kink_lines(Problem(where, [0.0], second_layer=problem.second_layer), plane)


@pytest.fixture
def every_line_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("landscape.scene.loss.kink_lines", lines_of)


def with_ones(seed: int, count: int) -> list[Problem]:
    return [Problem(p.X, p.y, second_layer="ones") for p in in_any_unit(seed, count)]


def as_component(component: Component) -> list[Any]:
    return [component.kind.name, component.sentence]


def test_critical_sets_are_pythons(answer):
    cases = [(p, m) for p in with_ones(1, 700) for m in (1, 2)]
    found = answer(
        "engine/critical_points",
        "return module.criticalSet(c.p, c.m)",
        [{"p": as_problem(p), "m": m} for p, m in cases],
    )
    for components, (p, m) in zip(found, cases, strict=True):
        expected = critical_set(p, m)
        assert [[c["kind"], c["sentence"]] for c in components] == [as_component(c) for c in expected]
        for ours, theirs in zip(components, expected, strict=True):
            agree(ours["loss"], theirs.loss, float(p.y @ p.y))
            agree(ours["vertices"], theirs.vertices)
            assert ours["directions"] == theirs.directions.tolist()


def test_basins_of_gradient_flow_are_pythons(answer):
    rng = np.random.default_rng(2)
    cases = []
    for p in with_ones(2, 1000):
        reach = 10.0 ** rng.uniform(-1, 1) * max(np.abs(p.y).max(), 1e-3) / max(np.abs(p.X).max(), 1e-3)
        cases.append((p, -reach, reach * rng.choice([1.0, 1.0, 0.3])))
    found = answer(
        "engine/gradient_flow",
        "return module.flowBasins(c.p, c.low, c.high)",
        [{"p": as_problem(p), "low": low, "high": high} for p, low, high in cases],
    )
    for basins, (p, low, high) in zip(found, cases, strict=True):
        expected = flow_basins(p, low, high)
        agree(basins["share"], expected.share, 1.0)
        assert len(basins["regions"]) == len(expected.regions)
        for ours, theirs in zip(basins["regions"], expected.regions, strict=True):
            agree(ours["polygon"], theirs.polygon, high)
            agree(ours["share"], theirs.share, 1.0)
            assert ours["component"]["sentence"] == theirs.component.sentence
    assert sum(len(basins["regions"]) for basins in found) > 250


def test_simulated_basins_are_pythons(answer):
    rng = np.random.default_rng(3)
    cases = []
    for p in in_any_unit(3, 120):
        net = network(p, rng, int(rng.choice([2, 2, 3, 5])))
        reach = 2 * np.abs(net.W).max()
        x, y = (np.sort(reach * rng.uniform(-1, 1, 7)) for _ in range(2))
        step, method = 10.0 ** rng.uniform(-3, -1), str(rng.choice(["gd", "momentum", "adam"]))
        optimum = float(rng.choice([0.0, 0.1])) * float(p.y @ p.y)
        cases.append((p, net, x, y, step, method, optimum))
    found = answer(
        "engine/basins",
        """const network = (a, b) => ({ W: c.W.map((w, j) => j === 0 ? a : j === 1 ? b : w), alpha: c.alpha });
        const options = { optimum: c.optimum, schedule: [[0, c.step]], nSteps: 60, method: c.method };
        return module.simulatedBasins(c.p, c.x, c.y, network, options)""",
        [
            {"p": as_problem(p), **network_as_json(net), "x": x.tolist(), "y": y.tolist(), "step": step}
            | {"method": method, "optimum": optimum}
            for p, net, x, y, step, method, optimum in cases
        ],
    )
    for basins, (p, net, x, y, step, method, optimum) in zip(found, cases, strict=True):
        expected = simulated_basins(p, x, y, optimum=optimum, step=step, n_steps=60, method=method, base=net)
        loss, ours = expected.loss.ravel(), np.array(basins["loss"])
        # A run that swings across kinks, or that grows without bound, multiplies the rounding of its steps.
        same = np.isclose(ours, loss, rtol=1e-6, atol=1e-9 * float(p.y @ p.y))
        assert same.mean() > 0.9
        assert (np.array(basins["reached"])[same] == expected.reached.ravel()[same]).all()
        assert basins["share"] == pytest.approx(np.mean(basins["reached"]))


def test_grids_hold_their_kinks_as_in_python(answer):
    rng = np.random.default_rng(4)
    cases = []
    for _ in range(2000):
        low, high = np.sort(10.0 ** rng.uniform(-9, 9) * rng.normal(size=2))
        kinks = rng.choice([0.0, low, high, *(low + rng.uniform(-0.2, 1.2, 6) * (high - low))], int(rng.integers(8)))
        cases.append((float(low), float(high), int(rng.choice([12, 41, 121])), kinks.tolist()))
    found = answer("front/scene/surface", "return module.gridWithKinks(...c)", cases)
    for grid, case in zip(found, cases, strict=True):
        assert np.array_equal(grid, grid_with_kinks(*case))


def test_round_reaches_are_pythons(answer):
    rng = np.random.default_rng(5)
    cases = [0.0, -1.0, *(10.0 ** rng.uniform(-60, 60, 2000)).tolist()]
    cases += [float(f"{k}e{n}") for k in (1, 1.5, 2, 3, 8, 9.999999999, 10.00000001) for n in range(-60, 60)]
    found = answer("front/scene/window", "return module.niceReach(c)", cases)
    agree(found, [nice_reach(reach) for reach in cases])


def test_points_on_sides_are_pythons(answer):
    cases = in_any_unit(6, 200)
    found = answer("front/scene/window", "return module.pointsOnSides(c)", [as_problem(p) for p in cases])
    assert [tuple(names) for names in found] == [points_on_sides(p) for p in cases]


def test_assignments_are_those_of_scipy_ties_included(answer):
    rng = np.random.default_rng(7)
    cases = []
    for k in range(2000):
        columns = int(rng.integers(1, 9))
        shape = columns + int(rng.choice([0, 0, 1, 4])), columns
        cases.append((rng.integers(0, 4, shape).astype(float) if k % 2 else rng.normal(size=shape)).tolist())
    found = answer("front/scene/assignment", "return module.rowOfEachColumn(c)", cases)
    for rows, cost in zip(found, cases, strict=True):
        mine, place = linear_sum_assignment(np.array(cost))
        assert [rows[j] for j in place] == mine.tolist()


def test_the_nearest_arrangement_is_pythons(answer):
    rng = np.random.default_rng(8)
    cases = []
    for p in in_any_unit(8, 1000):
        net, other = (network(p, rng, int(m)) for m in rng.integers(1, 8, 2))
        if rng.random() < 0.3:
            other = Network(np.full_like(other.W, other.W[0, 0]), np.ones(other.m))
            net = Network(np.round(net.W), np.ones(net.m))
        cases.append((p, net, other))
    found = answer(
        "front/scene/planes",
        "return module.nearestArrangement(c.p, c.net, c.other)",
        [{"p": as_problem(p), "net": network_as_json(a), "other": network_as_json(b)} for p, a, b in cases],
    )
    for near, (p, net, other) in zip(found, cases, strict=True):
        expected = nearest_arrangement(p, net, other)
        assert list(map(float, near["W"])) == expected.W[0].tolist()
        assert list(map(float, near["alpha"])) == expected.alpha.tolist()


def test_planes_through_networks_and_their_losses_are_pythons(answer):
    rng = np.random.default_rng(9)
    cases = []
    for k, p in enumerate(in_any_unit(9, 400)):
        m = int(rng.choice([2, 3, 7, 20]))
        nets = [network(p, rng, m) for _ in range(3)]
        if k % 5 == 0:  # three networks on a line
            nets[2] = Network(nets[0].W + 2 * (nets[1].W - nets[0].W), 2 * nets[1].alpha - nets[0].alpha)
        reach = float(np.linalg.norm(nets[1].W - nets[0].W))
        cases.append((p, nets, np.linspace(-reach, 2 * reach, 7), np.linspace(-reach, reach, 5)))
    found = answer(
        "front/scene/surface",
        """const plane = module.planeThrough(...c.nets), [x, y] = [c.x, c.y].map((v) => Float64Array.from(v));
        return { plane, loss: module.lossSurface(c.p, x, y, plane).loss, lines: module.kinkLines(c.p, plane),
          at: c.nets.map((net) => module.coordinates(plane, net)), back: module.networkAt(plane, x[1], y[2]) }""",
        [
            {"p": as_problem(p), "nets": list(map(network_as_json, nets)), "x": x.tolist(), "y": y.tolist()}
            for p, nets, x, y in cases
        ],
    )
    for ours, (p, nets, x, y) in zip(found, cases, strict=True):
        plane, size = plane_through(*nets), max(float(np.abs(net.W).max()) for net in nets)
        for name in ("first", "second"):
            agree(ours["plane"][name]["W"], getattr(plane, name).W[0], 1.0)
            agree(ours["plane"][name]["alpha"], getattr(plane, name).alpha, 1.0)
        loss = loss_surface(p, x, y, plane=plane).loss
        agree(ours["loss"], loss.ravel(), float(loss.max()))
        agree(np.reshape(ours["lines"], (-1, 3)), lines_of(p, plane), size)
        agree(ours["at"], [plane.coordinates(net.W, net.alpha) for net in nets], size)
        agree(ours["back"]["W"], plane.network(x[1], y[2]).W[0], size)


def test_losses_too_large_for_a_number_are_refused_as_in_python(answer):
    cases = []
    for exponent in np.linspace(80, 99, 60):
        for layer, x, alpha in (("ones", 1e60, 1.0), ("trained", 1.0, 1e60)):
            p = Problem([[-x], [x]], [1.0, 2.0], second_layer=layer)
            cases.append((p, Network([[1.0, -1.0]], [alpha, alpha]), 10.0**exponent))
    found = answer(
        "front/scene/surface",
        """const reach = Float64Array.of(-c.reach, c.reach), plane = module.neuronPlane(c.net, [0, 1]);
        try { return module.lossSurface(c.p, reach, reach, plane).loss } catch (error) {
          return error instanceof module.LossTooLarge ? error.message : String(error);
        }""",
        [{"p": as_problem(p), "net": network_as_json(net), "reach": reach} for p, net, reach in cases],
    )
    for ours, (p, net, reach) in zip(found, cases, strict=True):
        grid = np.array([-reach, reach])
        if isinstance(ours, str):
            with pytest.raises(LossTooLarge) as refused:
                loss_surface(p, grid, grid, plane=neuron_plane(net))
            assert ours == str(refused.value)
        else:
            loss = loss_surface(p, grid, grid, plane=neuron_plane(net)).loss
            agree(ours, loss.ravel(), float(loss.max()))
    assert 0 < sum(isinstance(ours, str) for ours in found) < len(found)


SHOW = f"""
  const thin = (values, width, stride = {STRIDE}) => {{
    const found = [];
    for (let row = 0; row * width < values.length; row += stride) {{
      for (let k = 0; k < width; k += stride) found.push(values[row * width + k]);
    }}
    return found;
  }};
"""


def loss_scene_of(answer: Answer, cases: list[tuple[SolvedScenario, Scenario]]) -> list[Any]:
    return answer(
        "front/scene/loss",
        SHOW
        + """
        const scene = module.lossScene(c.solved, c.scenario), { surface } = scene;
        return { ...scene, surface: { ...surface, loss: thin(surface.loss, surface.w1.length) } };
        """,
        [{"solved": solved_as_json(solved), "scenario": scenario_as_json(scenario)} for solved, scenario in cases],
    )


def twin_scene_of(answer: Answer, cases: list[tuple[SolvedScenario, Scenario]]) -> list[Any]:
    return answer(
        "front/scene/twin",
        SHOW
        + """
        const scene = module.twinScene(c.solved, c.scenario), { surface } = scene;
        return { ...scene, surface: { ...surface, loss: thin(surface.loss, surface.sPlus.length) } };
        """,
        [{"solved": solved_as_json(solved), "scenario": scenario_as_json(scenario)} for solved, scenario in cases],
    )


def check_loss_scene(ours: dict[str, Any], solved: SolvedScenario, scenario: Scenario) -> None:
    theirs, labels = loss_scene(solved, scenario), float(solved.problem.y @ solved.problem.y)
    surface, found = theirs.surface, ours["surface"]
    w1, w2 = np.array(found["w1"]), np.array(found["w2"])
    reach = float(max(np.abs(surface.w1).max(), np.abs(surface.w2).max()))
    # Where start, end and optimum are nearly on a line, rounding turns the plane; whether a weight of the plane depends
    # on one coordinate alone, and has a kink in the grid, is then for rounding to say.
    share = 1e-12 if theirs.moving else 1e-6
    if theirs.moving:
        agree(w1, surface.w1, reach)
        agree(w2, surface.w2, reach)
    agree(w1[[0, -1]], surface.w1[[0, -1]], reach, share)
    agree(w2[[0, -1]], surface.w2[[0, -1]], reach, share)
    assert (len(w1), len(w2)) == (len(surface.w1), len(surface.w2))
    assert (np.diff(w1) >= 0).all()
    assert (np.diff(w2) >= 0).all()
    loss = loss_surface(solved.problem, w1[::STRIDE], w2[::STRIDE], plane=surface.plane).loss
    agree(found["loss"], loss.ravel(), max(labels, float(loss.max())), share)
    for name in ("labels", "titles", "moving"):
        assert tuple(ours[name]) == getattr(theirs, name), name
    assert (ours["slice"], ours["mirrored"]) == (theirs.slice, theirs.mirrored)
    if theirs.moving:
        assert len(ours["borders"]) == len(theirs.borders)
    for some, others in ((ours["borders"], theirs.borders), (theirs.borders, ours["borders"])):
        for border in some:
            assert any(np.allclose(border, other, rtol=1e-9, atol=share * reach) for other in others)
    assert [cell["name"] for cell in ours["cells"]] == [cell.name for cell in theirs.cells]
    agree([[cell["x"], cell["y"]] for cell in ours["cells"]], [[cell.x, cell.y] for cell in theirs.cells], reach)
    check_paths(ours["paths"], theirs.paths, reach, share)
    # Of a start of 1e50 rounding leaves nothing as small as the optimum: it says whether that lies in the plane.
    rounding = float(np.abs(surface.plane.origin.W).max()) * np.finfo(float).eps
    unresolved = not theirs.moving and 0 < steepest(solved.problem) < rounding
    if not unresolved:
        assert np.shape(ours["optima"]) == np.shape(theirs.optima)
    if theirs.moving:
        agree(ours["optima"], np.array(theirs.optima), reach)
    for place in () if unresolved else np.transpose(ours["optima"]):
        far = max(reach, float(np.abs(place).max()))
        assert np.abs(np.array(theirs.optima).T - place).max(axis=1).min() <= max(share, 1e-9) * far
    assert len(ours["pieces"]) == len(theirs.pieces)
    for piece, expected in zip(ours["pieces"], theirs.pieces, strict=True):
        assert (piece["label"], piece["kind"]) == (expected.label, expected.kind.name)
        for name in ("optimal", "area", "lowest"):
            assert piece[name] == getattr(expected, name), name
        agree(piece["loss"], expected.loss, labels)
        agree([piece["x"], piece["y"]], [expected.x, expected.y], reach)


def check_paths(ours: list[dict[str, Any]], theirs: tuple[Path, ...], reach: float, share: float = 1e-12) -> None:
    assert [(path["id"], path["run"], path["name"]) for path in ours] == [(p.id, p.run, p.name) for p in theirs]
    for path, expected in zip(ours, theirs, strict=True):
        assert path["steps"] == expected.steps.tolist()
        assert list(map(float, path["objective"])) == expected.objective.tolist()
        far = max(reach, float(np.abs(expected.x).max()), float(np.abs(expected.y).max()))
        agree(path["x"], expected.x, far, share)
        agree(path["y"], expected.y, far, share)


def check_twin_scene(ours: dict[str, Any], solved: SolvedScenario, scenario: Scenario) -> None:
    theirs, labels = twin_scene(solved, scenario), float(solved.problem.y @ solved.problem.y)
    s_plus, loss = theirs.surface.s_plus, theirs.surface.loss[::STRIDE, ::STRIDE]
    reach = float(np.abs(s_plus).max())
    agree(ours["surface"]["sPlus"], s_plus, reach)
    agree(ours["surface"]["sMinus"], theirs.surface.s_minus, reach)
    agree(ours["surface"]["loss"], loss.ravel(), max(labels, float(loss.max())))
    assert ours["walled"] == theirs.walled
    check_paths(ours["paths"], theirs.paths, reach)
    agree(ours["optimum"], theirs.optimum, max(reach, steepest(solved.problem)))  # at λ_max it is what rounding leaves
    assert len(ours["optimalLines"]) == len(theirs.optimal_lines)
    for line, expected in zip(ours["optimalLines"], theirs.optimal_lines, strict=True):
        agree(line, expected, reach)
    assert (ours["narrow"] is None) == (theirs.narrow is None)
    if theirs.narrow is not None:
        agree(ours["narrow"], theirs.narrow, reach)


@pytest.mark.usefixtures("every_line_once")
def test_loss_scenes_of_any_runs_are_pythons(answer):
    cases = any_solutions(10, 350)
    for ours, case in zip(loss_scene_of(answer, cases), cases, strict=True):
        check_loss_scene(ours, *case)


def test_twin_scenes_of_any_runs_are_pythons(answer):
    cases = [(solved, scenario) for solved, scenario in any_solutions(11, 350) if not cancels(solved.problem)]
    for ours, case in zip(twin_scene_of(answer, cases), cases, strict=True):
        check_twin_scene(ours, *case)


def cancels(problem: Problem) -> bool:
    """Whether a slope of the optimum is what rounding leaves of labels that cancel: then so is the window around it."""
    slopes, size = np.abs(optimal_position(problem)), steepest(problem)
    return bool(((slopes > 0) & (slopes < 1e-12 * size)).any())


def steepest(problem: Problem) -> float:
    """The largest slope from the origin through a data point."""
    x = np.abs(problem.X[problem.X != 0])
    return float(np.abs(problem.y).max() / x.min(initial=np.inf))


@pytest.mark.usefixtures("every_line_once")
def test_scenes_of_any_scenario_are_pythons(answer):
    cases: list[tuple[SolvedScenario, Scenario]] = []

    @settings(max_examples=25)
    @given(drawn=scenarios(filmed=False, points=one_feature, most_neurons=12, most_steps=60))
    def draw(drawn: Scenario) -> None:
        scenario = drawn.changed(starts=min(2, drawn.training.starts))
        cases.append((solve_scenario(scenario.data, scenario.training, scenario.view.escape), scenario))

    draw()
    cases = [(solved, scenario) for solved, scenario in cases if not cancels(solved.problem)]
    for ours, case in zip(loss_scene_of(answer, cases), cases, strict=True):
        check_loss_scene(ours, *case)
    for ours, case in zip(twin_scene_of(answer, cases), cases, strict=True):
        check_twin_scene(ours, *case)


def test_basins_are_pythons(answer):
    rng = np.random.default_rng(12)
    cases = []
    for solved, drawn in any_solutions(12, 36):
        cases.append((solved, drawn.changed(steps=int(rng.choice([5, 40])), basins=bool(rng.random() < 0.9))))
    x = tuple(np.linspace(1.0, 2.0, 60).tolist())
    long = Scenario(Data(x, x), Training(m=20, layer="trained", steps=20_000, starts=1, runs=()), View(basins=True))
    cases.append((solve_scenario(long.data, long.training), long))
    found = answer(
        "front/scene/basins front/scene/loss",
        "return module.basinsOf(c.solved, c.scenario, module.lossScene(c.solved, c.scenario))",
        [{"solved": solved_as_json(solved), "scenario": scenario_as_json(scenario)} for solved, scenario in cases],
    )
    for ours, (solved, scenario) in zip(found, cases, strict=True):
        if not scenario.view.basins or scenario.training.m == 1:
            assert ours is None
            continue
        theirs = basins_of(solved, scenario)
        agree(ours["x"], theirs.x, float(np.abs(theirs.x).max()), 1e-6)
        agree(ours["y"], theirs.y, float(np.abs(theirs.y).max()), 1e-6)
        assert ours["sentence"] == theirs.sentence
        assert (ours["caught"] is None) == (theirs.caught is None)
        if theirs.caught is not None:
            assert ours["caught"] == theirs.caught.ravel().tolist()
        assert [text for _, _, text in ours["polygons"]] == [text for _, _, text in theirs.polygons]
        for (x, y, _), (expected_x, expected_y, _) in zip(ours["polygons"], theirs.polygons, strict=True):
            agree([x, y], [expected_x, expected_y], float(np.abs(theirs.x).max()))


def test_the_plane_of_a_picture_gives_its_networks(answer):
    cases = any_solutions(13, 200)
    found = answer(
        "front/scene/planes",
        "return module.planeOf(c.solved, c.scenario).network(0.5, -2)",
        [{"solved": solved_as_json(solved), "scenario": scenario_as_json(scenario)} for solved, scenario in cases],
    )
    for ours, (solved, scenario) in zip(found, cases, strict=True):
        net = slice_plane(solved, scenario).plane.network(0.5, -2.0)
        agree(ours["W"], net.W[0], float(np.abs(net.W).max()), 1e-6)
        agree(ours["alpha"], net.alpha, float(np.abs(net.alpha).max()), 1e-6)
