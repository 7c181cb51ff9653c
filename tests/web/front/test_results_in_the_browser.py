"""A scenario solved without a server is the one that Python solves: its optimum, runs, way out, sentences and state."""

from __future__ import annotations

import base64
import json
import random
import re
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from any_scenario import data, scenarios
from batches import batch
from hypothesis import strategies as st
from javascript import SCRIPTS, answered, page_with
from one_feature import network, problems
from playwright.sync_api import Browser
from solved_json import network_as_json, scenario_as_json, solved_as_json

from landscape.convex.certificate import certify
from landscape.convex.twin import solve_convex
from landscape.figures.style import run_color, run_symbol
from landscape.geometry.lambda_max import lambda_max
from landscape.loss.escape import Escape, MissingNeurons, WeightsTooLarge, escape_path
from landscape.loss.missing_neuron import missing_neuron
from landscape.model.excess import is_rounding
from landscape.model.network import Network, objective, predict
from landscape.model.problem import Problem
from landscape.results.best_of_width import best_of_one_neuron
from landscape.results.solved_scenario import CertifiedRun, SolvedScenario, _kept_steps, run_all
from landscape.scenario import Run, Scenario, Training, limits
from landscape.training.trajectory import Trajectory
from landscape.web.front import stage_state
from landscape.web.shared.results_cache import basins_shown, solved_scenario_of
from landscape.web.shared.run_sentences import sentences_of
from landscape.web.stage.protocol.as_json import to_json

Ask = Callable[..., list[Any]]
Case = tuple[Scenario, SolvedScenario, dict[str, Any]]


ONE_FEATURE = data(features=st.just(1), bias=st.just(False))


@pytest.fixture(scope="module")
def ask(browser: Browser) -> Iterator[Ask]:
    """Answer a list of cases by the same lines of JavaScript, in one round trip; ``module`` and ``c`` are in scope."""
    with page_with(browser, SCRIPTS) as page:
        yield lambda names, body, cases: read(answered(page, names, body, cases))


def read(answer: str) -> list[Any]:
    """Numbers without a fraction are floats too: 1e19 is written as a whole number in JavaScript."""
    found: list[Any] = json.loads(answer, parse_int=float)
    return found


def as_problem(problem: Problem) -> dict[str, Any]:
    return {
        "x": problem.X[:, 0].tolist(),
        "y": problem.y.tolist(),
        "lam": problem.lam,
        "layer": problem.second_layer,
    }


def label_size(problem: Problem) -> float:
    return float(problem.y @ problem.y) or 1.0


def agree(found: Any, expected: Any, scale: float = 0.0, rtol: float = 1e-9) -> None:
    np.testing.assert_allclose(np.array(found, float), np.array(expected, float), rtol=rtol, atol=1e-12 * scale)


def any_problems(seed: int, count: int) -> list[Problem]:
    """Problems with numbers of any size, beside those of ``one_feature``."""
    rng = np.random.default_rng(seed)
    found = problems(seed, 2 * count)
    for points in batch(ONE_FEATURE, count, start=seed):
        layer = ("ones", "trained")[len(found) % 2]
        lam = 0.0 if layer == "ones" else float(rng.choice([0.0, 0.1, 1.0, 1.5]))
        found.append(Scenario(points, Training(m=1, layer=layer, lam=lam)).problem())
    return found


def test_the_optimal_network_its_proof_and_the_best_single_neuron_are_pythons(ask):
    cases = any_problems(1, 130)
    body = "const s = { data: c.data, training: c.training, view: { escape: null } }; return module.solveScenario(s);"
    asked = []
    for p in cases:
        largest = lambda_max(replace(p, lam=0.0)) or 1.0
        training = {"m": 1, "layer": p.second_layer, "lam": p.lam / largest, "steps": 1, "runs": [], "starts": 0}
        asked.append({"data": {"x": p.X[:, 0].tolist(), "y": p.y.tolist()}, "training": training})
    count: Counter[str] = Counter()
    for p, ours in zip(cases, ask("front/results/solved", body, asked), strict=True):
        solution = solve_convex(p)
        proof = certify(p, solution.network, dual=p.y - predict(p.X, solution.network))
        agree([ours["value"], ours["bound"]], [proof.value, proof.lower_bound], label_size(p))
        assert ours["closed"] == proof.closed
        if len(ours["network"]["W"]) != solution.network.m:
            # A sum that vanishes but for its rounding is a slope of 0 in one of them; neither is better.
            assert is_rounding(p, abs(objective(p, as_network(ours["network"])) - proof.value))
            count["rounding"] += 1
        else:
            agree_on_network(ours["network"], solution.network, p)
            count[f"{solution.network.m} neurons"] += 1
        narrow, best = ours["narrow"], best_of_one_neuron(p, proof)
        assert (narrow is None) == (best is None)
        if best is not None:
            count["narrow"] += 1
            agree(
                [narrow["value"], narrow["anyWidth"], narrow["bound"]],
                [best.value, best.any_width, best.bound],
                label_size(p),
            )
            expected = (best.name, best.exact, best.m, best.proven)
            assert (narrow["name"], narrow["exact"], narrow["m"], narrow["proven"]) == expected
            if np.signbit(narrow["network"]["W"][0]) == np.signbit(best.network.W[0, 0]):
                agree_on_network(narrow["network"], best.network, p)
            else:
                # The best of the two sides differ by rounding alone; neither is better.
                assert is_rounding(p, abs(objective(p, as_network(narrow["network"])) - best.value))
                count["either side"] += 1
    assert min(count["1 neurons"], count["2 neurons"], count["narrow"]) > 80, count
    assert count["rounding"] + count["either side"] <= 5, count


def as_network(network: dict[str, list[float]]) -> Network:
    return Network([network["W"]], network["alpha"])


def agree_on_network(ours: dict[str, list[float]], theirs: Network, problem: Problem) -> None:
    """Equal weights; a sum of products that cancel has fewer digits, as its terms say."""
    reach = np.abs(problem.y).max() / (np.abs(problem.X).max() or 1.0)
    agree(np.multiply(ours["W"], ours["alpha"]), theirs.W[0] * theirs.alpha, 1e3 * reach)
    with np.errstate(invalid="ignore", divide="ignore"):
        exact = np.abs(theirs.W[0] * theirs.alpha) > 1e-3 * reach
    agree(np.array(ours["W"])[exact], theirs.W[0][exact])
    agree(np.array(ours["alpha"])[exact], theirs.alpha[exact])


def test_the_missing_neuron_is_pythons(ask):
    rng = np.random.default_rng(2)
    cases = [(p, network(p, rng, int(rng.choice([1, 2, 2, 3, 12])))) for p in problems(2, 500)]
    asked = [{"p": as_problem(p), **network_as_json(net)} for p, net in cases]
    body = "return module.missingNeuron(c.p, module.certify(c.p, c.W, c.alpha));"
    found = ask("front/results/missing_neuron engine/certificate", body, asked)
    named = 0
    for (p, net), ours in zip(cases, found, strict=True):
        theirs = missing_neuron(p, net, certify(p, net))
        assert (ours is None) == (theirs is None), (as_problem(p), net)
        if ours is not None and theirs is not None:
            named += 1
            agree(ours["W"], theirs.W[0])
            agree(ours["alpha"], theirs.alpha)
    assert named > 150


def ways(seed: int, count: int) -> Iterator[tuple[Problem, Network]]:
    """Networks to be led out: wide and narrow ones, on one side of 0, with neurons at 0, equal, balanced, opposed."""
    rng = np.random.default_rng(seed)
    for k, p in enumerate(problems(seed, count)):
        net = network(p, rng, int(rng.choice([1, 2, 2, 3, 4, 12])), float(rng.choice([1.0, 1.0, 0.1, 5.0])))
        W, alpha, trained = net.W.copy(), net.alpha.copy(), p.second_layer == "trained"
        how = k % 7
        if how == 1:
            W = np.abs(W) * rng.choice([-1.0, 1.0])
        elif how == 2:
            W[:, ::2] = 0.0
        elif how == 3 and trained:
            alpha[::2] = 0.0
        elif how == 4:
            W = np.round(W)
        elif how == 5 and trained:  # two neurons of one side and opposite signs
            W, alpha = np.abs(W[:, :3]), np.abs(alpha[:3]) * np.array([1.0, -1.0, 1.0])[: len(alpha[:3])]
        elif how == 6 and trained:
            alpha = np.abs(W[0]) * np.sign(alpha)
        yield p, Network(W, alpha)


def led_out(problem: Problem, net: Network, optimum: Network) -> Escape | int:
    """The way out, or how many neurons are missing for it; 0 where its weights are too large."""
    try:
        return escape_path(problem, net, optimum)
    except MissingNeurons as narrow:
        return narrow.missing
    except WeightsTooLarge:
        return 0


def agree_on_path(ours: dict[str, Any], theirs: Trajectory, scale: float, tolerance: float = 1e-9) -> None:
    """Equal steps, weights and losses, and of a way out equal legs."""
    assert ours["outcome"] == theirs.outcome.name.lower()
    assert ours["legs"] == [vars(leg) for leg in getattr(theirs, "legs", ())]
    assert same_path(ours, theirs, scale, tolerance)


def same_path(ours: dict[str, Any], theirs: Trajectory, scale: float, tolerance: float) -> bool:
    """Whether a run has the outcome, the stored steps, and at each the weights and the loss of another."""
    if ours["outcome"] != theirs.outcome.name.lower() or ours["steps"] != theirs.steps.tolist():
        return False
    weights = np.concatenate([theirs.W[:, 0], theirs.alpha], axis=1)
    near = np.concatenate([np.reshape(ours[name], theirs.alpha.shape) for name in ("W", "alpha")], axis=1)
    far = np.abs(weights).max(axis=1, keepdims=True)
    off = np.abs(np.array(ours["objective"]) - theirs.objective)
    return bool(
        np.all(np.abs(near - weights) <= tolerance * far) and np.all(off <= tolerance * (theirs.objective + scale))
    )


def test_the_way_out_of_any_network_is_pythons(ask):
    cases = [(p, net, solve_convex(p).network) for p, net in ways(3, 190)]
    asked = [{"p": as_problem(p), "n": network_as_json(n), "o": network_as_json(o)} for p, n, o in cases]
    # A weight of 1e70 that is led out: rounding alone raises the loss.
    p = Problem([[-1.0], [1.0]], [1.0, 2.0])
    cases.append((p, Network([[1e70, 1.0]], [1e70, 1.0]), solve_convex(p).network))
    asked.append({"p": as_problem(p), "n": network_as_json(cases[-1][1]), "o": network_as_json(cases[-1][2])})
    legs: Counter[str] = Counter()
    found = ask("front/results/escape", "return module.escapePath(c.p, c.n, c.o);", asked)
    for (p, net, optimum), ours in zip(cases, found, strict=True):
        theirs = led_out(p, net, optimum)
        if isinstance(theirs, int):
            assert ours == {"path": None, "missing": theirs}
            legs["missing" if theirs else "refused"] += 1
            continue
        legs.update(leg.name for leg in theirs.legs)
        agree_on_path({**ours["path"], "steps": ours["path"]["steps"]}, theirs, label_size(p))
    assert min(legs[name] for name in ("Balance", "Retire", "Merge", "Prune", "Descend", "missing", "refused")) > 0, (
        legs
    )


def test_the_stored_steps_of_a_run_are_pythons(ask):
    asked = [1, 2, 599, 600, 601, 602, 999, 1000, *range(607, 20_000, 97), 20_000]
    assert ask("front/results/solved", "return module.keptSteps(c);", asked) == [_kept_steps(n) for n in asked]


def smaller(scenario: Scenario, place: int) -> Scenario:
    """A scenario that is solved in little time, with the way out of some run."""
    rng = random.Random(place)
    training = scenario.training
    runs = tuple(
        replace(run, step=run.step or ((0, rng.choice([0.005, 0.02, 0.1])),)) if rng.random() < 0.8 else run
        for run in training.runs[:3]
    )
    step = training.step or (0.02 if rng.random() < 0.8 else None)
    m, steps = min(training.m, rng.choice([1, 2, 2, 3, 4, 20])), min(training.steps, rng.choice([30, 90]))
    small = scenario.changed(runs=runs, step=step, m=m, steps=steps, starts=min(training.starts, 1))
    last = len(small.training.runs) + small.training.starts
    neurons = small.view.neurons if max(small.view.neurons) < max(2, m) else (0, 1)
    escape = rng.randrange(last) if last and rng.random() < 0.8 else None
    return small.changed(escape=escape, neurons=neurons, basins=small.view.basins and place % 10 == 0)


POSTER = Scenario()
WRITTEN_OUT = [
    POSTER.changed(escape=0),
    POSTER.changed(escape=1),
    POSTER.changed(basins=True),
    POSTER.changed(m=1),
    POSTER.changed(m=1, escape=0, layer="trained"),
    POSTER.changed(steps=1000, starts=3, surface="both", large=True, at=7),
    POSTER.changed(m=4, layer="trained", lam=0.1, starts=3, plane="path", escape=2),
    POSTER.changed(m=20, layer="trained", starts=2, escape=3),
    POSTER.changed(runs=(), m=1),
    POSTER.changed(runs=(), basins=True, x=(1.0, 1.0, 0.0), y=(1.0, -1.0, 2.0)),
    POSTER.changed(y=(1e12, 2e12), x=(-1e12, 1e12), escape=0),
    POSTER.changed(y=(0.0, 0.0), escape=0),
    POSTER.changed(x=(1.0, 2.0), y=(1.0, 3.0), runs=(Run(step=((0, 0.02),), w=(-1.0, -2.0)),), escape=0),
]
"""Scenarios of each kind, beside those that are drawn."""


@pytest.fixture(scope="module")
def solved_here_and_there(ask: Ask) -> list[Case]:
    """Scenarios, solved by Python and by the browser."""
    drawn = batch(scenarios(points=ONE_FEATURE, filmed=False, most_steps=100), 45, start=4)
    return both(ask, [*WRITTEN_OUT, *(smaller(scenario, place) for place, scenario in enumerate(drawn))])


def both(ask: Ask, cases: list[Scenario]) -> list[Case]:
    known = [solved_scenario_of(scenario) for scenario in cases]
    basins = [basins_shown(scenario) for scenario in cases]
    asked = [
        {"s": scenario_as_json(scenario), "basins": None if shown is None else {"sentence": shown.sentence}}
        for scenario, shown in zip(cases, basins, strict=True)
    ]
    body = """
      const solved = module.solveScenario(c.s), page = { undo: true, redo: false, opens_playing: true };
      return { solved, state: module.stateOf(c.s, solved, module.lossScene(solved, c.s), c.basins, page) };
    """
    found = ask("front/results/solved front/results/stage_state front/scene/loss", body, asked)
    return list(zip(cases, known, found, strict=True))


def nudged_runs(scenario: Scenario, by: float) -> list[Trajectory]:
    """The runs of a scenario from starts that are off by a rounding or two, with step sizes that are too."""
    starts = [
        (
            replace(run, step=run.step and tuple((t, limits.STEP.clamp(size * (1 + by))) for t, size in run.step)),
            moved(net, by),
        )
        for run, net in scenario.starts()
    ]
    wanted: Any = SimpleNamespace(training=scenario.training, starts=lambda: starts)
    return [made.path for made in run_all(wanted, scenario.problem())]


def moved(net: Network, by: float) -> Network:
    return Network(net.W * (1 + by), net.alpha)


def as_answer(path: Trajectory) -> dict[str, Any]:
    return {
        "outcome": path.outcome.name.lower(),
        "steps": path.steps.tolist(),
        "objective": path.objective,
        "W": path.W,
        "alpha": path.alpha,
    }


def fickle(scenario: Scenario, solved: SolvedScenario) -> set[int]:
    """The runs of which Python does not agree with itself when their starts are off by a rounding."""
    found: set[int] = set()
    for k in (1, -1, 2, -2):
        for run, other in zip(solved.runs, nudged_runs(scenario, k * 2.0**-52), strict=True):
            if not same_path(as_answer(other), run.trajectory, label_size(solved.problem), 1e-7):
                found.add(run.place)
    return found


def steady(cases: list[Case]) -> Iterator[Case]:
    """The scenarios of which every run is the one that Python makes; of the others Python is not sure either.

    A run that bounces doubles a rounding error again and again: there is nothing to compare with then. Nor is there
    where a decision by trial, which step is advised, or a threshold, is one between losses that differ by rounding.
    """
    left_out = 0
    for scenario, known, found in cases:
        scale, ours = label_size(known.problem), found["solved"]
        pairs = list(zip(known.runs, ours["runs"], strict=True))
        different = {run.place for run, other in pairs if not same_path(other["path"], run.trajectory, scale, 1e-6)}
        if different:
            assert different <= fickle(scenario, known), (scenario, different)
        if (
            different
            or any(advised(run) != advised_here(other) for run, other in pairs)
            or legs_of(known) != legs_here(ours)
        ):
            left_out += 1
            continue
        yield scenario, known, found
    assert left_out <= max(1, len(cases) // 10), left_out


def advised(run: CertifiedRun) -> tuple[float, bool] | None:
    return None if run.advice is None else (run.advice.step, run.advice.is_why)


def advised_here(run: dict[str, Any]) -> tuple[float, bool] | None:
    return None if run["advice"] is None else (run["advice"]["step"], run["advice"]["isWhy"])


def legs_of(solved: SolvedScenario) -> list[str]:
    return [] if solved.escape is None else [leg.name for leg in getattr(solved.escape.trajectory, "legs", ())]


def legs_here(solved: dict[str, Any]) -> list[str]:
    return [] if solved["escape"] is None else [leg["name"] for leg in solved["escape"]["path"]["legs"]]


NUMBER = re.compile(r"−?\d+(?:\.\d+)?(?:·10[⁻⁰¹²³⁴⁵⁶⁷⁸⁹]+)?")
LOWER = str.maketrans("−⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "--0123456789")


def number(text: str) -> float:
    """The number that a sentence writes."""
    return float(text.translate(LOWER).replace("·10", "e"))


def same_text(ours: str, theirs: str, noise: float) -> bool:
    """Whether two texts differ in nothing but numbers that are rounding, or that lie half way between two texts."""
    if ours == theirs:
        return True
    if NUMBER.sub("#", ours) != NUMBER.sub("#", theirs):
        return False
    pairs = zip(map(number, NUMBER.findall(ours)), map(number, NUMBER.findall(theirs)), strict=True)
    return all(abs(one - two) <= max(noise, 1.01e-3 * abs(two)) for one, two in pairs)


def is_lost(problem: Problem) -> bool:
    """Whether λ is so tiny that the residual of the optimum, and a bound that it proves, are mostly rounding."""
    return 0 < problem.lam < 1e-10 * lambda_max(replace(problem, lam=0.0))


def noise_of(problem: Problem, path: Trajectory | None, name: str = "") -> float:
    """What rounding may change in a loss of a path, or in its gradient."""
    size = label_size(problem)
    if is_lost(problem):
        return np.inf
    if path is None:
        return 1e-12 * size
    W, alpha = np.abs(path.W[-1]), np.abs(path.alpha[-1])
    if name != "gradient norm":
        return 1e-12 * (size + float(path.objective[-1]))
    x, largest = np.abs(problem.X[:, 0]), max(1.0, float(W.max()), float(alpha.max()))
    return 1e-13 * largest * float(x @ (np.abs(problem.y) + x * float(W[0] @ alpha)))


def agree_on_digits(ours: list[list[str]], theirs: Any, problem: Problem, path: Trajectory | None) -> bool:
    """Assert that digits are the same but for rounding; return whether they are the same to the letter."""
    assert [name for name, _ in ours] == [name for name, _ in theirs]
    for (name, text), (_, other) in zip(ours, theirs, strict=True):
        # A distance that is nothing but the rounding of two losses is rounded up to one digit.
        noise = 2 * noise_of(problem, path, name)
        assert same_text(text, other, noise), (name, text, other, as_problem(problem))
    return [list(pair) for pair in theirs] == ours


def test_runs_their_verdicts_and_their_ways_out_are_pythons(solved_here_and_there):
    kinds: Counter[str] = Counter()
    exact = 0
    for scenario, known, found in steady(solved_here_and_there):
        problem, ours, theirs = known.problem, found["solved"], solved_as_json(known)
        scale = label_size(problem)
        agree(ours["problem"]["lam"], problem.lam, float(np.abs(problem.X[:, 0]) @ np.abs(problem.y)))
        agree(ours["value"], theirs["value"], scale)
        if not is_lost(problem):
            agree(ours["bound"], theirs["bound"], scale)
        for name in ("closed", "missingNeurons"):
            assert ours[name] == theirs[name], (scenario, name)
        assert ours["missing"].keys() == theirs["missing"].keys()
        for name, neuron in ours["missing"].items():
            agree_on_missing(neuron, theirs["missing"][name], problem)
        for one, two, run in zip(ours["runs"], theirs["runs"], known.runs, strict=True):
            for name in ("id", "place", "name", "method", "schedule", "suited"):
                assert one[name] == two[name], (scenario, name)
            agree_on_verdict(one["verdict"], run, problem)
            exact += one["verdict"] == two["verdict"]
            kinds[run.verdict.kind.name] += 1
        assert (ours["escape"] is None) == (known.escape is None), scenario
        if known.escape is not None:
            path = known.escape.trajectory
            kinds.update(leg.name for leg in getattr(path, "legs", ()))
            agree_on_path(ours["escape"]["path"], path, scale, 1e-6)
            agree_on_digits(ours["escape"]["verdict"]["digits"], known.escape.verdict.digits, problem, path)
            assert (ours["escape"]["id"], ours["escape"]["name"]) == (known.escape.id, known.escape.name)
    for kind in ("OPTIMUM", "BEST_OF_WIDTH", "STUCK", "DEAD", "DIVERGED", "MOVING", "Retire", "Merge", "Descend"):
        assert kinds[kind] > 0, kinds
    assert exact > 0.8 * sum(kinds[kind] for kind in kinds if kind.isupper()), (exact, kinds)


def agree_on_missing(ours: dict[str, Any], theirs: dict[str, Any], problem: Problem) -> None:
    """The same neuron; one that a run at the optimum lacks is rounding, and balanced the root of it."""
    reach = (np.abs(problem.y).max() or 1.0) / (np.abs(problem.X).max() or 1.0)
    size = reach if problem.second_layer == "ones" else np.sqrt(reach)
    for name in ("W", "alpha"):
        np.testing.assert_allclose(ours[name], theirs[name], rtol=1e-6, atol=1e-7 * size)


def agree_on_verdict(ours: dict[str, Any], run: CertifiedRun, problem: Problem) -> None:
    said, noise = run.verdict, noise_of(problem, run.trajectory)
    assert ours["kind"] == said.kind.name, (ours, said)
    assert same_text(ours["text"], said.text, noise), (ours, said)
    advised = said.why.partition("With a step of")[0]  # how it goes on is that of a trial of few digits
    assert same_text(ours["why"].partition("With a step of")[0], advised, noise), (ours, said)
    agree_on_digits(ours["digits"], said.digits, problem, run.trajectory)


def test_the_sentences_are_pythons(solved_here_and_there):
    same = told = 0
    for scenario, known, found in steady(solved_here_and_there):
        expected = [json.loads(to_json(line)) for line in sentences_of(scenario, known, starred=True)]
        paths = {run.id: run.trajectory for run in known.shown}
        for ours, theirs in zip(found["state"]["sentences"], expected, strict=True):
            told, same = told + 1, same + (ours == theirs)
            path = paths.get(theirs["run"])
            for name in theirs.keys() - {"text", "why", "digits"}:
                assert ours[name] == theirs[name], (scenario, theirs["run"], name)
            for name in ("text", "why"):
                one, two = (line[name].partition("With a step of")[0] for line in (ours, theirs))
                assert same_text(one, two, noise_of(known.problem, path)), (one, two)
            agree_on_digits(ours["digits"], theirs["digits"], known.problem, path)
    assert same > 0.8 * told, (same, told)


def test_the_state_of_the_stage_is_pythons(solved_here_and_there):
    for scenario, known, found in steady(solved_here_and_there):
        shown = scenario.changed(formulas=False, proof=False)
        expected = json.loads(to_json(stage_state.state_of(shown, known, undo=True, opens_playing=True)))
        ours = found["state"]
        assert ours.keys() == expected.keys()
        for name in expected.keys() - {"sentences", "runs", "drag"}:
            assert ours[name] == expected[name], (scenario, name)
        for one, two, run in zip(ours["runs"], expected["runs"], known.shown, strict=True):
            agree_on_played(one, two, run, label_size(known.problem))
        agree_on_drag(ours["drag"], expected["drag"], known)


def agree_on_played(ours: dict[str, Any], theirs: dict[str, Any], run: CertifiedRun, scale: float) -> None:
    assert (ours["color"], ours["symbol"]) == (run_color(run.place), run_symbol(run.place))
    for name in ("id", "steps", "legs"):
        assert ours[name] == theirs[name]
    assert ours["drawn"] is None
    agree(ours["objective"], theirs["objective"], scale, 1e-6)
    assert (ours["weights"] is None) == (theirs["weights"] is None)
    if theirs["weights"] is not None:
        blocks, path = unpacked(theirs["weights"]), run.trajectory
        assert (ours["weights"]["d"], ours["weights"]["m"]) == (1, path.alpha.shape[1])
        far = np.abs(blocks).max(axis=1, keepdims=True)
        assert np.all(np.abs(np.reshape(ours["weights"]["values"], blocks.shape) - blocks) <= 1e-6 * far)


def unpacked(weights: dict[str, Any]) -> np.ndarray:
    """The blocks (T+1, 2 m) of a run that Python packed."""
    values = np.frombuffer(base64.b64decode(weights["data"]), f"<f{weights['bits'] // 8}").astype(float)
    blocks = values.reshape(-1, weights["m"] * (1 if weights["ones"] else 2))
    return np.hstack([blocks, np.ones_like(blocks)]) if weights["ones"] else blocks


def agree_on_drag(ours: dict[str, Any], theirs: dict[str, Any], known: SolvedScenario) -> None:
    ends = [run.trajectory.network() for run in known.runs] or [known.solution.network]
    largest = max(float(max(np.abs(net.W).max(), np.abs(net.alpha).max())) for net in ends)
    for name in theirs.keys() - {"runs", "plane"}:
        assert ours[name] == theirs[name], name
    for one, two in zip(ours["runs"], theirs["runs"], strict=True):
        for name in two.keys() - {"W0", "alpha0", "loss"}:
            assert one[name] == two[name], name
        agree(one["W0"] + one["alpha0"], two["W0"] + two["alpha0"])
        agree(one["loss"], two["loss"], label_size(known.problem))
    assert (ours["plane"] is None) == (theirs["plane"] is None)
    if theirs["plane"] is not None:
        for name in ("neurons", "follows"):
            assert ours["plane"][name] == theirs["plane"][name]
        weights = np.array(theirs["plane"]["W"] + theirs["plane"]["alpha"])
        off = np.abs(np.array(ours["plane"]["W"] + ours["plane"]["alpha"]) - weights)
        assert np.all(off <= 1e-6 * max(largest, float(np.abs(weights).max())))
