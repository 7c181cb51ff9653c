"""What the browser recomputes by itself is what Python computes: on random, degenerate and enormous problems."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest
from javascript import SCRIPTS, answered, page_with
from one_feature import network, problems
from playwright.sync_api import Browser

from landscape.convex.certificate import Certificate, certify
from landscape.convex.one_feature import convex_loss, convex_surface, free_coordinates, optimal_position, position
from landscape.convex.twin import solve_convex
from landscape.figures.loss_colours import LossScale
from landscape.figures.style import LOSS_SCALE
from landscape.formatting import counted, short, written
from landscape.geometry.lambda_max import lambda_max
from landscape.loss.surface import loss_curve, loss_surface
from landscape.model.network import Network, objective
from landscape.model.problem import LARGEST, Problem
from landscape.results.best_of_width import best_of_one_neuron
from landscape.results.step_advice import StepAdvice, step_advice
from landscape.results.verdict import Verdict, VerdictKind, unreachable_labels, verdict
from landscape.training.curvature import leaves_saddle
from landscape.training.descent import descend
from landscape.training.step_size import USUAL, suited_step, working_step
from landscape.training.trajectory import Outcome, Trajectory

Engine = Callable[..., list[Any]]


@pytest.fixture(scope="module")
def engine(browser: Browser) -> Iterator[Engine]:
    """Answer a list of cases by the same lines of JavaScript, in one round trip; ``module`` and ``c`` are in scope."""
    with page_with(browser, SCRIPTS / "engine") as page:
        yield lambda body, cases, module="engine": json.loads(answered(page, module, body, cases))


def as_problem(problem: Problem) -> dict[str, Any]:
    return {
        "x": problem.X[:, 0].tolist(),
        "y": problem.y.tolist(),
        "lam": problem.lam,
        "layer": problem.second_layer,
    }


def as_case(problem: Problem, net: Network, **more: Any) -> dict[str, Any]:
    return {"p": as_problem(problem), "W": net.W[0].tolist(), "alpha": net.alpha.tolist(), **more}


def size(problem: Problem) -> float:
    return float(problem.y @ problem.y)


def agree(found: Any, expected: Any, scale: float = 0.0) -> None:
    """Equal to nine digits, or to a millionth of a millionth of the scale."""
    np.testing.assert_allclose(np.array(found, float), np.array(expected, float), rtol=1e-9, atol=1e-12 * scale)


def test_numbers_are_written_as_in_python(engine):
    rng = np.random.default_rng(0)
    spread = rng.choice([-1, 1], 2000) * 10.0 ** rng.uniform(-20, 20, 2000)
    near = rng.uniform(0, 2e5, 2000) * 10.0 ** rng.integers(-8, 1, 2000)
    halves = (2 * rng.integers(0, 10**5, 2000) + 1) / 2.0 ** rng.integers(0, 12, 2000)  # exact ties among them
    special = [0.0, -0.0, 9.5, 0.5, 2.5, 12344.5, 12345.5, 99999.5, 9.9996e-4, 1e-3, 1e5, 5e-324, np.finfo(float).max]
    values = [*spread.tolist(), *near.tolist(), *halves.tolist(), *special]
    cases = [[value, int(digits)] for value, digits in zip(values, rng.integers(1, 10, len(values)), strict=True)]
    found = engine("return [module.written(c[0], c[1]), module.short(c[0], c[1]), module.written(c[0])]", cases)
    assert found == [[written(v, d), short(v, d), written(v)] for v, d in cases]
    assert engine("return module.written(Number(c))", ["Infinity", "-Infinity", "NaN"]) == ["∞", "−∞", "undefined"]
    assert engine('return module.counted(c, "step")', [0, 1, 2]) == [counted(k, "step") for k in (0, 1, 2)]


def test_objective_place_and_optimum_are_pythons(engine):
    rng = np.random.default_rng(1)
    cases = [(p, network(p, rng, int(rng.choice([1, 2, 7, 200])))) for p in problems(1, 600)]
    found = engine(
        "return [module.objective(c.p, c.W, c.alpha), module.place(c.W, c.alpha), module.optimum(c.p), "
        "module.lambdaMax(c.p)]",
        [as_case(p, net) for p, net in cases],
    )
    for (p, net), (value, placed, best, largest) in zip(cases, found, strict=True):
        agree(value, objective(p, net), size(p))
        agree(placed, position(net), np.abs(net.W[0] * net.alpha).sum())
        slopes = optimal_position(p)
        reach = np.abs(p.y).max() / (np.abs(p.X).max() or np.inf)
        agree([best["sPlus"], best["sMinus"]], slopes, reach)
        agree(best["value"], convex_loss(p, *slopes), size(p))
        assert tuple(best["free"]) == free_coordinates(p)
        agree(largest, lambda_max(p), np.abs(p.X[:, 0]) @ np.abs(p.y))


def test_loss_fields_are_pythons_surfaces(engine):
    rng = np.random.default_rng(2)
    cases, expected = [], []
    for p in problems(2, 300):
        m = int(rng.choice([1, 2, 2, 7, 200]))
        net, reach = network(p, rng, m), np.abs(network(p, rng, 20).W).max()
        xs, ys = np.linspace(-reach, 2 * reach, 13), np.linspace(-reach, reach, 11)
        neurons = rng.permutation(m)[:2].tolist()
        if m == 1:
            cases.append(as_case(p, net, neurons=[0], xs=xs.tolist(), ys=None))
            expected.append((p, loss_curve(p, xs, base=net)))
        else:
            cases.append(as_case(p, net, neurons=neurons, xs=xs.tolist(), ys=ys.tolist()))
            expected.append((p, loss_surface(p, xs, ys, base=net, neurons=tuple(neurons)).loss))
    found = engine("return module.lossField(c.p, c, c.neurons, c.xs, c.ys)", cases)
    for values, (p, loss) in zip(found, expected, strict=True):
        agree(values, loss.ravel(), size(p))


def test_twin_fields_are_pythons_convex_landscape(engine):
    cases, expected = [], []
    for p in problems(3, 300):
        reach = 2 * max(np.abs(optimal_position(p))) or 1.0
        us, vs = np.linspace(-reach, 2 * reach, 13), np.linspace(-reach, reach, 11)
        cases.append({"p": as_problem(p), "us": us.tolist(), "vs": vs.tolist()})
        expected.append((p, convex_surface(p, us, vs).loss))
    found = engine("return module.twinField(c.p, c.us, c.vs)", cases)
    for values, (p, loss) in zip(found, expected, strict=True):
        agree(values, loss.ravel(), size(p))


def test_a_field_may_be_written_where_the_last_one_was(engine):
    body = """
      const p = { x: [-1, 1], y: [1, 2], lam: 0, layer: "ones" }, net = { W: [0, 0], alpha: [1, 1] };
      const out = new Float64Array(c).fill(7), axis = [-1, 0, 2];
      const fields = [module.lossField(p, net, [0, 1], axis, axis, out), module.twinField(p, axis, axis, out)];
      return [fields.map((field) => field === out), fields.map((field) => field.length)];
    """
    assert engine(body, [9, 8]) == [[[True, True], [9, 9]], [[False, False], [9, 9]]]


def test_pixels_have_the_colours_of_the_contour_with_its_lowest_row_at_the_bottom(engine):
    rng = np.random.default_rng(4)
    fields = [10.0 ** rng.uniform(-9, 3, (7, 5)) * 10.0 ** rng.integers(-9, 13) for _ in range(60)]
    fields += [np.zeros((7, 5)), np.full((7, 5), 3.0), np.pad([[1e-300]], ((0, 6), (4, 0))), np.eye(7, 5)]
    body = """
      const field = Float64Array.from(c.field), { low, high, soft } = module.lossScale(field);
      const image = new ImageData(5, 7), table = module.colourTable(c.stops);
      module.paint(field, table, low, high, soft, image);
      const first = [...image.data];
      module.paint(field, table, low, high, soft, image);
      return [[low, high, soft], first, first.every((value, k) => value === image.data[k])];
    """
    found = engine(body, [{"field": field.ravel().tolist(), "stops": LOSS_SCALE} for field in fields])
    places = [place for place, _ in LOSS_SCALE]
    for field, (limits, pixels, same) in zip(fields, found, strict=True):
        scale = LossScale.of(field)
        low, high = scale.limits
        agree(limits, (low, high, scale.soft), 1.0)
        assert same
        at = (scale.place(field[::-1]) - low) / (high - low)
        image = np.array(pixels).reshape(7, 5, 4)
        for channel, start in enumerate((1, 3, 5)):
            stops = [int(colour[start : start + 2], 16) for _, colour in LOSS_SCALE]
            # Half a step of 256 between colours that differ most from one stop to the next, and rounding.
            assert np.abs(image[:, :, channel] - np.interp(at, places, stops)).max() <= 2.0
        assert (image[:, :, 3] == 255).all()


DESCEND = """
  const run = module.descend(c.p, c.W, c.alpha, c.options);
  return [run.outcome, run.steps, run.objective, run.W, run.alpha];
"""


def runs(seed: int, count: int) -> Iterator[tuple[Problem, Network, dict[str, Any]]]:
    """Random runs: steps from a crawl to divergence, schedules, all methods, starts near 0 and dead ones among them."""
    rng = np.random.default_rng(seed)
    for k, p in enumerate(problems(seed, count)):
        m = int(rng.choice([1, 2, 2, 2, 7]))
        start = network(p, rng, m, float(rng.choice([1.0, 1.0, 1.0, 1e-3, 1e-8])))
        if k % 11 == 5:
            start = Network(-np.sign(p.X[0, 0] or 1.0) * np.abs(start.W), start.alpha)
        if k % 13 == 6:
            start = Network(np.zeros((1, m)), start.alpha)
        method = ("gd", "gd", "momentum", "adam")[k % 4]
        wanted = 0.0 if p.second_layer == "ones" else np.abs(p.y).max() / (np.abs(p.X).max() or np.inf)
        curvature = 2 * m * float(np.sum(p.X**2)) * max(float(np.max(start.alpha**2)), wanted) + 2 * p.lam
        stable = 1.0 / curvature if curvature > 0 else 1.0
        if method == "adam":
            stable = float(np.abs(start.W).max()) or 0.1
        step = stable * 10.0 ** rng.uniform(-2.5, 0.2) * (50.0 if k % 9 == 4 else 1.0)
        schedule = [[0, step], [40, step / 3], [70, step / 2]] if k % 5 == 2 else [[0, step]]
        n_steps, keep = ((110, None), (600, 30), (37, None), (0, None))[(k // 2) % 4 if k % 30 else 3]
        yield p, start, {"schedule": schedule, "nSteps": n_steps, "method": method, "keep": keep}


def python_run(p: Problem, start: Network, options: dict[str, Any]) -> Trajectory:
    return descend(
        p, start, step=options["schedule"], n_steps=options["nSteps"], method=options["method"], keep=options["keep"]
    )


def as_options(options: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in options.items() if value is not None}


def nudged(start: Network, options: dict[str, Any], by: float) -> tuple[Network, dict[str, Any]]:
    schedule = [[since, step * (1 + by)] for since, step in options["schedule"]]
    return Network(start.W * (1 + by), start.alpha), {**options, "schedule": schedule}


def as_answer(run: Trajectory) -> list[Any]:
    return [run.outcome.name.lower(), run.steps.tolist(), run.objective, run.W, run.alpha]


def same_run(found: list[Any], expected: Trajectory, scale: float, tolerance: float) -> bool:
    """Whether a run has the outcome, the stored steps, and at each the weights and the loss of another."""
    outcome, steps, losses, W, alpha = found
    if outcome != expected.outcome.name.lower() or steps != expected.steps.tolist():
        return False
    weights = np.concatenate([expected.W[:, 0], expected.alpha], axis=1)
    near = np.concatenate([np.reshape(a, expected.alpha.shape) for a in (W, alpha)], axis=1)
    far = np.abs(weights).max(axis=1, keepdims=True)
    return bool(
        np.all(np.abs(near - weights) <= tolerance * far)
        and np.all(np.abs(np.array(losses) - expected.objective) <= tolerance * (expected.objective + scale))
    )


def test_runs_take_pythons_steps_and_end_for_its_reasons(engine):
    cases = list(runs(5, 500))
    found = engine(DESCEND, [as_case(p, start, options=as_options(options)) for p, start, options in cases])
    fickle, outcomes = 0, set()
    for (p, start, options), answer in zip(cases, found, strict=True):
        expected = python_run(p, start, options)
        if same_run(answer, expected, size(p), 1e-6):
            outcomes.add(expected.outcome)
            continue
        # A bouncing run doubles a rounding error again and again: then Python itself, its start and its step sizes off
        # by a rounding or two, does not agree with itself, and there is nothing to compare with.
        again = (python_run(p, *nudged(start, options, k * 2.0**-52)) for k in (1, -1, 2, -2))
        assert not all(same_run(as_answer(other), expected, size(p), 1e-7) for other in again), (
            as_case(p, start, options=options),
            answer[:2],
            expected,
        )
        fickle += 1
    assert outcomes == {Outcome.CONVERGED, Outcome.OUT_OF_STEPS, Outcome.DIVERGED, Outcome.DEAD}
    assert fickle <= len(cases) // 50, fickle


def test_stored_steps_are_pythons_where_not_all_fit(engine):
    p, start = Problem([[1.0], [-1.0]], [1.0, 2.0], second_layer="ones"), Network([[0.5, -0.5]], [1, 1])
    asked = [(n, keep) for n in (1, 5, 23, 100, 999) for keep in (2, 3, 4, 7, 50, 101, 2000)]
    cases = [{"schedule": [[0, 1e-7]], "nSteps": n, "keep": keep} for n, keep in asked]
    found = engine(DESCEND, [as_case(p, start, options=options) for options in cases])
    for (n, keep), answer in zip(asked, found, strict=True):
        assert answer[1] == descend(p, start, step=1e-7, n_steps=n, keep=keep).steps.tolist()
    wide = Network(np.linspace(-1, 1, 200)[None], np.ones(200))
    expected = descend(p, wide, step=0.001, n_steps=20_000)
    (answer,) = engine(DESCEND, [as_case(p, wide, options={"schedule": [[0, 0.001]], "nSteps": 20_000})])
    assert expected.steps[:4].tolist() == [0, 2, 4, 6]
    assert same_run(answer, expected, size(p), 1e-6)
    assert engine("return module.storable(...c)", [[500, 2], [500, 2, 60], [20_000, 200, 60]]) == [501, 501, 166]


def test_a_run_near_a_saddle_is_not_called_converged(engine):
    p = Problem([[1.0]], [1.0])
    starts = [
        Network([[1e-3]], [-1e-3 + 1e-12]),
        *(Network([[scale, -scale, scale / 3]], [scale, scale / 2, -scale]) for scale in (1e-3, 1e-6, 1e-9, 1e-12)),
    ]
    options = {"schedule": [[0, 0.01]], "nSteps": 3000}
    found = engine(DESCEND, [as_case(p, start, options=options) for start in starts])
    for start, (outcome, steps, losses, *_) in zip(starts, found, strict=True):
        expected = descend(p, start, step=0.01, n_steps=3000)
        assert outcome == expected.outcome.name.lower()
        assert outcome != "converged" or losses[-1] < 1e-12
        assert steps[-1] == expected.steps[-1]


def test_a_run_whose_weights_no_network_holds_is_not_called_converged(engine):
    p = Problem([[1000000000.6]], [1.5])
    start = Network([[2.2356002778411652e16, 0.0, 1.7]], [8.476435937756214e49, 1.1, 1.0])
    options = {"schedule": [[0, 0.02]], "nSteps": 245, "method": "momentum"}
    expected = descend(p, start, step=0.02, n_steps=245, method="momentum")
    (answer,) = engine(DESCEND, [as_case(p, start, options=options)])
    assert same_run(answer, expected, size(p), 1e-6)
    assert np.abs(expected.W).max() <= LARGEST


def test_a_saddle_has_the_negative_curvature_that_python_finds(engine):
    rng = np.random.default_rng(6)
    cases = []
    for p in problems(6, 600):
        net = network(p, rng, int(rng.choice([1, 2, 3, 40])), float(rng.choice([1.0, 0.3, 1e-3])))
        if rng.random() < 0.5:  # shrink the second layer on one side, where saddles are
            small = 1e-3 if p.second_layer == "trained" else 1.0
            net = Network(net.W, np.where(net.W[0] > 0, small, 1.0) * net.alpha)
        cases.append((p, net))
    body = """
      const W = Float64Array.from(c.W), alpha = Float64Array.from(c.alpha);
      return module.leavesSaddle(c.p, c.sides, W, alpha, c.slopes);
    """
    sides = engine("return [module.sides(c.p), module.place(c.W, c.alpha)]", [as_case(*c) for c in cases], "problem")
    asked = [as_case(*c, sides=s, slopes=slopes) for c, (s, slopes) in zip(cases, sides, strict=True)]
    expected = [leaves_saddle(*c) for c in cases]
    assert engine(body, asked, "curvature") == expected
    assert 100 < sum(expected) < 500


def test_a_start_whose_loss_overflows_is_refused(engine):
    body = "try { module.descend(...c); } catch (error) { return [error.name, error.message]; }"
    p = {"x": [1e60], "y": [1], "lam": 0, "layer": "ones"}
    name, sentence = engine(body, [[p, [1e100], [1], {"schedule": [[0, 0.1]], "nSteps": 10}]])[0]
    assert name == "RangeError"
    assert sentence == "start must have a finite objective, but its loss overflows."


def test_the_offered_step_is_pythons(engine):
    rng = np.random.default_rng(7)
    cases = [(p, network(p, rng, int(rng.choice([1, 2, 7])))) for p in problems(7, 24)]
    methods = [("gd", "gd", "momentum", "adam")[k % 4] for k in range(len(cases))]
    found = engine(
        "return module.workingStep(c.p, c.W, c.alpha, { nSteps: 100, method: c.method })",
        [as_case(p, net, method=method) for (p, net), method in zip(cases, methods, strict=True)],
    )
    expected = [working_step(p, net, method, 100) for (p, net), method in zip(cases, methods, strict=True)]
    assert found == expected
    assert len(set(expected)) > 5


def test_a_run_whose_step_suits_it_and_the_advice_on_one_whose_step_does_not_are_pythons(engine):
    """Decisions by trial: where a loss is within rounding of a tolerance the two may differ, which is rare."""
    body = """
      const options = { nSteps: 150, method: c.method };
      const suited = module.descendSuited(c.p, c.W, c.alpha, options).schedule[0][1];
      const run = module.descend(c.p, c.W, c.alpha, { ...options, schedule: c.schedule });
      const advice = module.stepAdvice(c.p, run, { ...options, schedule: c.schedule });
      return [suited, advice && [advice.step, advice.taken, advice.converges, advice.isWhy]];
    """
    asked, expected = [], []
    for p, start, options in runs(11, 160):
        method, schedule = options["method"], tuple(map(tuple, options["schedule"]))
        usual = descend(p, start, step=USUAL, n_steps=150, method=method)
        run = descend(p, start, step=schedule, n_steps=150, method=method)
        advice = step_advice(p, run, method, schedule, 150)
        told = None if advice is None else [advice.step, advice.taken, advice.converges, advice.is_why]
        asked.append(as_case(p, start, method=method, schedule=options["schedule"]))
        expected.append([suited_step(p, usual, method, 150), told])
    different = sum(a != b for a, b in zip(engine(body, asked), expected, strict=True))
    assert different <= len(asked) // 40, different
    assert sum(advice is not None for _, advice in expected) > 15


NUMBER = re.compile(r"−?\d+(?:\.\d+)?(?:·10[⁻⁰¹²³⁴⁵⁶⁷⁸⁹]+)?")
LOWER = str.maketrans("−⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "--0123456789")


def number(text: str) -> float:
    """The number that a sentence writes."""
    return float(text.translate(LOWER).replace("·10", "e"))


VERDICT = """
  const run = { ...c.run, m: c.W.length };
  for (const name of ["W", "alpha", "objective"]) run[name] = Float64Array.from(run[name]);
  run.steps = Int32Array.from(run.steps);
  const said = module.verdict(c.p, run, { advice: c.advice });
  const told = [said.text, said.why, ...said.digits.map((pair) => pair.join(": "))].join("\\n");
  return [told, said.kind, said.points, said.loss, said.above, module.unreachableLabels(c.p)];
"""


ADVICE = (None, StepAdvice(0.02, 1.0, 500, True, True), StepAdvice(2e-13, 3.5, 77, False, False))


def as_advice(advice: StepAdvice | None) -> dict[str, Any] | None:
    if advice is None:
        return None
    return {**{name: getattr(advice, name) for name in ("step", "loss", "taken", "converges")}, "isWhy": advice.is_why}


def stories(seed: int, count: int) -> Iterator[tuple[Problem, Trajectory, dict[str, Any]]]:
    """Random runs, with what the page knows when it tells of them: the optimum, and perhaps a step that works."""
    for k, (p, start, options) in enumerate(runs(seed, count)):
        best = float(convex_loss(p, *(np.array(s) for s in optimal_position(p))))
        yield p, python_run(p, start, options), {"optimum": best, "advice": ADVICE[k % 3]}


def judged(p: Problem, run: Trajectory) -> Certificate:
    """The certificate of a run's end, given the convex optimum's residual as on the page."""
    slopes = np.where(p.X[:, 0] > 0, *optimal_position(p))
    return certify(p, run.network(), dual=p.y - p.X[:, 0] * slopes)


def steepest(run: Trajectory) -> float:
    """The largest weight of a run's end, squared: what the parts of a gradient grow with."""
    return float(max(np.max(np.abs(run.W[-1])), np.max(np.abs(run.alpha[-1])))) ** 2


def as_run(run: Trajectory) -> dict[str, Any]:
    return {
        "W": run.W.ravel().tolist(),
        "alpha": run.alpha.ravel().tolist(),
        "objective": run.objective.tolist(),
        "steps": run.steps.tolist(),
        "outcome": run.outcome.name.lower(),
    }


def told(said: Verdict) -> str:
    """All three depths of a verdict as one text."""
    return "\n".join([said.text, said.why, *map(": ".join, said.digits)])


def test_sentences_are_pythons(engine):
    runs_told = list(stories(8, 400))
    cases = [
        as_case(p, run.network(), run=as_run(run), advice=as_advice(known["advice"])) for p, run, known in runs_told
    ]
    rounded, kinds = 0, set()
    for (p, run, known), (text, kind, points, loss, above, causes) in zip(
        runs_told, engine(VERDICT, cases), strict=True
    ):
        noise = 1e-12 * ((size(p) or 1.0) + loss)
        assert loss == run.objective[-1]
        assert math.isclose(above, loss - known["optimum"], rel_tol=1e-9, abs_tol=1e-9 * size(p) + noise)
        assert tuple(causes) == unreachable_labels(p)
        certificate = judged(p, run)
        narrow = best_of_one_neuron(p, solve_convex(p).certificate) if len(run.network().alpha) == 1 else None
        said = verdict(p, run, certificate, narrow=narrow, **known)
        assert (kind, tuple(points)) == (said.kind.value, said.points), (text, said.text, as_problem(p))
        kinds.add(kind)
        ours, theirs = text.split("\n"), told(said).split("\n")
        if ours != theirs:
            # Only a number that is nothing but rounding may differ, or a loss within the gap that one of them calls 0,
            # or one that lies halfway between two texts.
            if said.kind is VerdictKind.OPTIMUM and loss <= said.above * (1 + 1e-9):
                noise = max(noise, 2 * said.above)
            in_sentence = () if narrow is None else (narrow.value, loss - narrow.value, narrow.any_width)
            halfway = [
                {written(value * (1 - 1e-12), digits), written(value * (1 + 1e-12), digits)}
                for value in (loss, above, certificate.lower_bound, *in_sentence)
                for digits in (4, 8)
            ]
            assert [NUMBER.sub("#", line) for line in ours] == [NUMBER.sub("#", line) for line in theirs]
            for line, other in zip(ours, theirs, strict=True):
                # A gradient that vanishes is a difference of numbers of this size.
                fine = 1e-12 * (size(p) + 1) * (1 + steepest(run)) if line.startswith("gradient") else noise
                for one, two in zip(NUMBER.findall(line), NUMBER.findall(other), strict=True):
                    tiny = abs(number(one) - number(two)) <= fine
                    assert one == two or tiny or {one, two} in halfway, (line, other, as_problem(p))
            rounded += 1
    assert kinds == {"optimum", "best of its width", "stuck", "dead", "diverged", "out of steps"}
    assert rounded <= len(runs_told) // 4, rounded


def test_the_best_single_neuron_is_pythons(engine):
    cases = problems(12, 400)
    known = [solve_convex(p).certificate for p in cases]
    asked = [
        {"p": as_problem(p), "known": {"optimum": c.value, "bound": c.lower_bound, "proven": c.closed}}
        for p, c in zip(cases, known, strict=True)
    ]
    found = engine("return module.bestOfOneNeuron(c.p, c.known)", asked)
    narrow = 0
    for p, certificate, ours in zip(cases, known, found, strict=True):
        theirs = best_of_one_neuron(p, certificate)
        assert (ours is None) == (theirs is None)
        if ours is not None and theirs is not None:
            narrow += 1
            agree(ours["value"], theirs.value, size(p))
            slopes = (ours["slope"], 0.0) if ours["side"] > 0 else (0.0, ours["slope"])
            agree(slopes, position(theirs.network), abs(ours["slope"]))
    assert narrow > 80


def test_losses_that_swing_are_told_as_in_python(engine):
    rng = np.random.default_rng(9)
    p, net, cases, expected = (
        Problem([[-1.0], [1.0]], [1.0, 2.0], second_layer="ones"),
        Network([[1, 2]], [1, 1]),
        [],
        [],
    )
    for length in rng.integers(1, 30, 100):
        objectives = rng.choice([0.5, 1.0, 2.0], size=length, p=[0.1, 0.7, 0.2])
        W, alpha = np.tile(net.W, (length, 1, 1)), np.ones((length, 2))
        run = Trajectory(W, alpha, objectives, Outcome.OUT_OF_STEPS, np.arange(length))
        cases.append(as_case(p, net, run=as_run(run), advice=None))
        expected.append(verdict(p, run, judged(p, run), optimum=0.0).why)
    assert [text.split("\n")[1] for text, *_ in engine(VERDICT, cases)] == expected
    assert 20 < sum("swings" in text for text in expected) < 80


def test_the_front_page_is_told_without_the_server(engine):
    body = """
      const p = { x: [-1, 1], y: [1, 2], lam: 0, layer: "ones" };
      const run = module.descend(p, c, [1, 1], { schedule: [[0, 0.02]], nSteps: 500 });
      const { text, why } = module.verdict(p, run);
      return [text, why];
    """
    stuck, free = engine(body, [[1.5, 0.5], [3.0, -0.5]])
    assert stuck == [
        "Stuck at loss 1.000, and the best is 0.",
        "Both neurons act right of 0; none acts on the point at x = −1, so no weight moves f there.",
    ]
    assert free == ["Reached the best: loss 0.", ""]
