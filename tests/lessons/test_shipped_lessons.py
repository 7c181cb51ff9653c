"""The lessons of the package: each is drawn and played, and what it says is true, computed here once more."""

from __future__ import annotations

import json
import re
from functools import cache
from threading import Event

import numpy as np
import pytest
from scipy.optimize import minimize

from landscape.convex.optimal_set import optimal_set
from landscape.lessons import Choose, Facts, Scene, Train, filled, shipped
from landscape.lessons.answers import answer_of
from landscape.lessons.questions import Guess
from landscape.lessons.shipped import SHIPPED
from landscape.results.filmed_runs import FilmedRun, FilmedRuns
from landscape.results.solved_scenario import SolvedScenario
from landscape.web.dynamics.films import film
from landscape.web.lessons.drawing import DRAWING
from landscape.web.lessons.played_lesson import DrawnScene, played_lesson, scenes_alone

SCENES = [
    pytest.param(name, number, id=f"{name}, {scene.title}")
    for name in SHIPPED
    for number, scene in enumerate(shipped(name).scenes)
]
BY_TITLE = {(name, scene.title): scene for name in SHIPPED for scene in shipped(name).scenes}

FACT = re.compile(r"\{\{\s*([^{}]*?)\s*\}\}")
NO_RESULTS = re.compile(
    # places and aims: the kink of a network without a bias, an output that is not there, a loss that is hoped for
    r"(right|left|side) of 0|stays at 0|u₂ = 0|is 0 or positive|below 0|loss to 0|loss is 0|0 everywhere"
    # names, and formulas
    r"|[Rr]un [12]|2λ|\$[^$]*\$"
)


@cache
def drawn(scene: Scene) -> DrawnScene:
    return DRAWING[scene.page](scene.scenario)


def facts(lesson: str, title: str) -> Facts:
    return drawn(BY_TITLE[lesson, title]).facts


def value(lesson: str, title: str, name: str) -> float:
    found = facts(lesson, title)[name].value
    assert found is not None
    return found


def solved(lesson: str, title: str) -> SolvedScenario:
    found = drawn(BY_TITLE[lesson, title]).solved
    assert found is not None
    return found


def said(scene: Scene) -> list[str]:
    question, texts = scene.question, [scene.title, scene.text, scene.answer]
    if scene.task is not None:
        texts.append(scene.task.text)
    if question is not None:
        texts += [question.text, *(option.text for option in getattr(question, "options", ()))]
    return texts


def outputs(X: np.ndarray, W: np.ndarray, alpha: np.ndarray) -> np.ndarray:
    return np.maximum(X @ W, 0) @ alpha


def objective(X: np.ndarray, y: np.ndarray, lam: float, W: np.ndarray, alpha: np.ndarray) -> float:
    return float(((outputs(X, W, alpha) - y) ** 2).sum() + lam * ((W**2).sum() + (alpha**2).sum()))


def all_neurons(d: int, count: int = 20_000) -> np.ndarray:
    """Directions (d, count) of neurons all around; of one feature without a bias there are two."""
    if d == 1:
        return np.array([[1.0, -1.0]])
    angles = np.linspace(0, 2 * np.pi, count, endpoint=False) + 1e-4
    return np.stack([np.cos(angles), np.sin(angles)])


# Every lesson ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", SHIPPED)
def test_every_lesson_is_drawn_and_played_and_each_of_its_scenes_alone(name: str) -> None:
    lesson = shipped(name)  # raises where a note was taken
    played = json.loads(played_lesson(lesson, DRAWING))
    alone = scenes_alone(lesson, DRAWING)
    assert len(played["scenes"]) == len(alone) == len(lesson.scenes)
    for scene, (before, after) in zip(lesson.scenes, alone, strict=True):
        assert json.loads(before)["scenes"][0]["answer"] is None
        assert json.loads(after)["scenes"][0]["notes"] == ""
        assert "{{" not in "".join(filled(text, drawn(scene).facts) for text in [*said(scene), scene.notes])


@pytest.mark.parametrize(("name", "number"), SCENES)
def test_one_answer_is_right_and_what_is_asked_is_held_back_and_then_explained(name: str, number: int) -> None:
    scene = shipped(name).scenes[number]
    question, here = scene.question, drawn(scene)
    if question is None:
        return
    assert scene.holds_back
    assert scene.answer
    if isinstance(question, Choose):
        fact = here.facts[question.fact]
        assert sum(option.is_right(fact.text, fact.value) for option in question.options) == 1
        assert f"{{{{{question.fact}}}}}" not in scene.text + question.text
    elif isinstance(question, Guess):
        assert answer_of(question, scene.scenario, here.facts, here.solved).value is not None
        assert f"{{{{{question.fact}}}}}" not in scene.text + question.text


@pytest.mark.parametrize(("name", "number"), SCENES)
def test_no_number_that_is_a_result_is_typed_into_a_text(name: str, number: int) -> None:
    for text in said(shipped(name).scenes[number]):
        assert not re.search(r"\d", NO_RESULTS.sub("", FACT.sub("", text))), text


@pytest.mark.parametrize(("name", "number"), SCENES)
def test_texts_fit_a_projector_and_the_lecturer_has_notes(name: str, number: int) -> None:
    scene = shipped(name).scenes[number]
    found = drawn(scene).facts
    assert len(scene.title) <= 35
    assert len(filled(re.sub(r"\$[^$]*\$", "the formula", scene.text), found)) <= 220
    assert len(filled(scene.answer, found)) <= 220
    assert 1 <= len(scene.views) <= 3
    sentences = re.findall(r"[.?!](?=\s|$)", scene.notes)
    assert len(sentences) >= 2
    if name != "show-me":
        assert re.search(r"\bminutes?\b", scene.notes)


# Why training gets stuck -------------------------------------------------------------------------------------------

STUCK = "why-stuck"


def descended(x: np.ndarray, y: np.ndarray, w: np.ndarray, step: float, steps: int) -> tuple[np.ndarray, np.ndarray]:
    """Descend from starts w (count, m) of added neurons; return where they end, and their losses (count,)."""
    for _ in range(steps):
        acts = w[:, :, None] * x > 0
        residual = (np.maximum(w[:, :, None] * x, 0)).sum(1) - y
        w = w - step * 2 * (acts * residual[:, None, :] * x).sum(2)
    return w, ((np.maximum(w[:, :, None] * x, 0).sum(1) - y) ** 2).sum(1)


X2, Y2 = np.array([-1.0, 1.0]), np.array([1.0, 2.0])


def test_run_1_is_caught_at_loss_1_with_both_weights_positive() -> None:
    found = facts(STUCK, "Where does run 1 end?")
    w, loss = descended(X2, Y2, np.array([[2.45, 2.25]]), 0.01, 5000)
    assert loss[0] == pytest.approx(1.0)
    assert (w > 0).all()
    assert (found["run1.end.kind"].text, found["run1.end.loss"].text, found["optimum.loss"].text) == (
        "stuck",
        "1.000",
        "0",
    )
    assert (solved(STUCK, "Where does run 1 end?").runs[0].trajectory.W > 0).all()
    assert value(STUCK, "Caught at the wall", "run1.end.u2") == 0


def test_the_share_of_starts_that_succeed_is_that_of_two_thousand_simulated() -> None:
    starts = np.random.default_rng(1).uniform(-4, 4, (2000, 2))
    _, loss = descended(X2, Y2, starts, 0.01, 5000)
    reached = loss < 1e-6
    assert 100 * reached.mean() == pytest.approx(value(STUCK, "How many starts succeed?", "basins.share"), abs=3)
    # Where would you start: every mixed start gets there, and of the others some do; those caught differ by little.
    mixed = starts.prod(1) < 0
    assert reached[mixed].all()
    assert 0 < reached[~mixed].mean() < 1
    assert np.abs(np.diff(starts[~reached], axis=1)).max() < 2 + 0.05
    scenario = BY_TITLE[STUCK, "How many starts succeed?"].scenario
    assert scenario.view.window == 4
    assert scenario.view.basins


def test_with_a_negative_label_no_added_neurons_reach_0_and_every_start_reaches_the_best() -> None:
    right, left = np.meshgrid(np.linspace(0, 3, 301), np.linspace(-3, 0, 301))
    best = ((right + 1) ** 2 + (-left - 1) ** 2).min()
    assert value(STUCK, "A negative label", "optimum.loss") == pytest.approx(best)
    assert value(STUCK, "A negative label", "basins.share") == 100
    _, loss = descended(X2, np.array([1.0, -1.0]), np.random.default_rng(2).uniform(-4, 4, (500, 2)), 0.01, 8000)
    assert loss == pytest.approx(np.ones(500), abs=1e-3)


def test_more_neurons_are_caught_less_often_and_only_where_all_are_on_one_side() -> None:
    scene = BY_TITLE[STUCK, "Do more neurons help?"]
    assert isinstance(scene.question, Train)
    shares = answer_of(scene.question, scene.scenario, drawn(scene).facts, drawn(scene).solved).shares
    assert shares is not None
    assert shares[0] < shares[1] < shares[2]
    for m in scene.question.widths:
        starts = np.random.default_rng(m).normal(0, 2, (500, m))
        _, loss = descended(X2, Y2, starts, 0.01, 5000)
        caught = starts[loss > 1e-6]
        assert (np.abs(np.sign(caught).sum(1)) == m).all()


def test_the_same_again_a_pattern_is_missing_that_the_optimum_has() -> None:
    found = solved(STUCK, "The same again?")
    problem, (run,) = found.problem, found.runs
    W, alpha = run.trajectory.W, run.trajectory.alpha
    assert facts(STUCK, "The same again?")["run1.end.kind"].text == "stuck"
    assert W.shape[2] == found.solution.network.m
    assert ((W * problem.X[0][:, None]).sum(1) < 0).all()  # at every step, at the point furthest to the left
    assert (problem.X[0] @ found.solution.network.W > 0).any()
    ends = objective(problem.X, problem.y, problem.lam, W[-1], alpha[-1])
    best = objective(problem.X, problem.y, problem.lam, found.solution.network.W, found.solution.network.alpha)
    assert ends - best == pytest.approx(value(STUCK, "The same again?", "run1.above"), abs=1e-6)
    # Nowhere near is it lower.
    rng = np.random.default_rng(3)
    for _ in range(300):
        near = [end[-1] + 1e-3 * rng.standard_normal(end[-1].shape) for end in (W, alpha)]
        assert objective(problem.X, problem.y, problem.lam, *near) > ends - 1e-9


# The convex problem behind it --------------------------------------------------------------------------------------

TWIN = "convex-problem"
PRICES = ("How many neurons?", "A higher price", "Higher still")


def test_the_patterns_are_those_of_neurons_all_around_and_twice_as_many_as_points() -> None:
    X = solved(TWIN, "Patterns").problem.X
    patterns = {tuple(column) for column in (X @ all_neurons(2) > 0).T.tolist()}
    assert len(patterns) == 2 * len(X) == value(TWIN, "Patterns", "patterns.count")


@pytest.mark.parametrize("title", PRICES)
def test_the_best_network_has_the_loss_of_a_lasso_over_all_neurons_and_no_neuron_to_spare(title: str) -> None:
    found = solved(TWIN, title)
    X, y, lam = found.problem.X, found.problem.y, found.problem.lam
    A = np.maximum(X @ all_neurons(2, 800), 0)
    A = np.hstack([A, -A])

    def lasso(c: np.ndarray) -> tuple[float, np.ndarray]:
        r = A @ c - y
        return float(r @ r + 2 * lam * c.sum()), 2 * A.T @ r + 2 * lam

    best = minimize(lasso, np.full(A.shape[1], 1e-3), jac=True, bounds=[(0, None)] * A.shape[1], method="L-BFGS-B",
                    options={"maxiter": 20_000, "maxfun": 40_000, "ftol": 1e-14, "gtol": 1e-10}).fun  # fmt: skip
    loss = value(TWIN, title, "optimum.loss")
    assert loss - 1e-6 <= best <= loss * 1.01
    assert optimal_set(found.solution).fewest == value(TWIN, title, "optimum.neurons")
    # One neuron fewer: the best of many starts stays above.
    fewer, rng = int(value(TWIN, title, "optimum.neurons")) - 1, np.random.default_rng(0)

    def narrow(v: np.ndarray) -> float:
        return objective(X, y, lam, v[: 2 * fewer].reshape(2, fewer), v[2 * fewer :])

    if fewer:
        reached = min(minimize(narrow, rng.standard_normal(3 * fewer), method="L-BFGS-B").fun for _ in range(25))
        assert reached > loss + 1e-5
    else:
        assert float(y @ y) > loss + 1e-5


def test_the_higher_the_price_the_fewer_neurons_and_from_a_certain_one_on_none() -> None:
    neurons = [value(TWIN, title, "optimum.neurons") for title in PRICES]
    prices = [value(TWIN, title, "lam") for title in PRICES]
    assert neurons == sorted(neurons, reverse=True)
    assert len(set(neurons)) == len(PRICES)
    assert prices == sorted(prices)
    # The thresholds of the options are as many neurons as there were before.
    question = BY_TITLE[TWIN, "A higher price"].question
    assert isinstance(question, Choose)
    assert [(o.low, o.high) for o in question.options] == [
        (neurons[0] + 1, None),
        (neurons[0], neurons[0] + 1),
        (None, neurons[0]),
    ]
    network = solved(TWIN, "Cones").solution.network
    assert np.abs(network.alpha).max() < 1e-6  # λ above λ_max


def test_the_bound_is_a_feasible_point_of_the_dual_checked_neuron_by_neuron() -> None:
    found = solved(TWIN, "The proof")
    X, y, lam, network = found.problem.X, found.problem.y, found.problem.lam, found.solution.network
    z = y - outputs(X, network.W, network.alpha)
    worst = np.abs(z @ np.maximum(X @ all_neurons(2, 200_000), 0)).max()
    assert worst <= lam * (1 + 1e-6)
    bound = float(y @ y - (y - z) @ (y - z))
    assert bound == pytest.approx(value(TWIN, "The proof", "optimum.loss"), abs=1e-5)
    assert objective(X, y, lam, network.W, network.alpha) == pytest.approx(bound, abs=1e-5)
    assert value(TWIN, "The proof", "optimum.bound") <= value(TWIN, "The proof", "optimum.loss") + 1e-12


def test_a_trained_neuron_has_weights_of_the_same_size_in_both_layers() -> None:
    run = solved(TWIN, "What a slope costs").runs[0].trajectory
    apart = np.abs(np.abs(run.W[:, 0]) - np.abs(run.alpha)).max(axis=1)
    assert apart[0] > 1
    assert apart[-1] < 1e-3
    assert value(TWIN, "What a slope costs", "run1.end.imbalance") == apart[-1]
    assert value(TWIN, "What a slope costs", "run1.start.a1") == run.alpha[0, 0]


def test_without_a_price_the_network_passes_through_all_points() -> None:
    found = solved(TWIN, "No price at all")
    network = found.solution.network
    assert found.problem.lam == 0
    assert outputs(found.problem.X, network.W, network.alpha) == pytest.approx(found.problem.y, abs=1e-6)


# How neurons move --------------------------------------------------------------------------------------------------

MOVE = "how-neurons-move"


@cache
def filmed(title: str) -> FilmedRuns:
    scenario = BY_TITLE[MOVE, title].scenario
    found = film(scenario.data, scenario.training, lambda *said, **more: None, Event())
    assert found is not None
    return found


def replayed(title: str, run: FilmedRun, steps: int) -> tuple[np.ndarray, np.ndarray]:
    """Descend from a run's start, written out here; return the weights after so many steps."""
    problem, step = filmed(title).problem, BY_TITLE[MOVE, title].scenario.training.step
    assert step is not None
    W, alpha = run.trajectory.W[0].astype(float), run.trajectory.alpha[0].astype(float)
    for _ in range(steps):
        H = np.maximum(problem.X @ W, 0)
        r = H @ alpha - problem.y
        slope = problem.X.T @ ((problem.X @ W > 0) * r[:, None] * alpha)
        W, alpha = W - 2 * step * slope, alpha - 2 * step * H.T @ r
    return W, alpha


def mean_loss(title: str, W: np.ndarray, alpha: np.ndarray) -> float:
    problem = filmed(title).problem
    return objective(problem.X, problem.y, 0.0, W, alpha) / problem.n


def patterns(title: str, W: np.ndarray) -> list[tuple[bool, ...]]:
    return [tuple(column) for column in (filmed(title).problem.X @ W > 0).T.tolist()]


@pytest.mark.parametrize("title", [scene.title for scene in shipped(MOVE).scenes])
def test_the_facts_of_films_are_those_of_descent_written_out(title: str) -> None:
    scenario = BY_TITLE[MOVE, title].scenario
    for run in filmed(title).runs:
        name, moments = f"run{run.place + 1}", ("start", "now", "end")
        start = patterns(title, run.trajectory.W[0])
        for moment in moments:
            step = int(value(MOVE, title, f"{name}.{moment}.step"))
            W, alpha = replayed(title, run, step)
            assert mean_loss(title, W, alpha) == pytest.approx(
                value(MOVE, title, f"{name}.{moment}.loss"), rel=1e-2, abs=1e-6
            )
            assert len(set(patterns(title, W))) == value(MOVE, title, f"{name}.{moment}.patterns")
        changed = np.mean([a != b for a, b in zip(start, patterns(title, W), strict=True)])
        assert value(MOVE, title, f"{name}.changed") == pytest.approx(100 * changed)
        assert value(MOVE, title, f"{name}.end.step") >= (scenario.view.at or 0)


def test_a_tiny_start_rests_while_a_large_one_falls() -> None:
    title = "Small and large starts"
    assert value(MOVE, title, "run1.now.loss") == pytest.approx(value(MOVE, title, "run1.start.loss"), rel=1e-3)
    assert value(MOVE, title, "run2.now.loss") < value(MOVE, title, "run2.start.loss") / 10
    small, large = filmed(title).runs
    assert large.trajectory.W[0] == pytest.approx(1e9 * small.trajectory.W[0], rel=1e-5)


def test_tiny_neurons_turn_before_they_grow_and_those_that_grow_share_a_direction() -> None:
    title = "First they turn"
    run = filmed(title).runs[0]
    W, _ = replayed(title, run, int(value(MOVE, title, "run1.now.step")))
    assert value(MOVE, title, "run1.now.loss") > 0.99 * value(MOVE, title, "run1.start.loss")
    assert value(MOVE, title, "run1.now.patterns") < value(MOVE, title, "run1.start.patterns")
    assert np.linalg.norm(W, axis=0).max() < 0.1
    W, _ = replayed(title, run, int(value(MOVE, title, "run1.end.step")))
    size = np.linalg.norm(W, axis=0)
    grown = W[:, size > 1e-3 * size.max()] / size[size > 1e-3 * size.max()]
    assert (grown.T @ grown).min() > 0.999
    # One pattern of the end is active at all points, the other at none.
    assert {sum(pattern) for pattern in patterns(title, W)} == {0, filmed(title).problem.n}


def test_of_two_points_at_a_right_angle_one_is_fitted_on_the_plateau_and_the_other_later() -> None:
    title = "One after another"
    problem, run = filmed(title).problem, filmed(title).runs[0]
    assert problem.X[0] @ problem.X[1] == 0
    first = outputs(problem.X, *replayed(title, run, int(value(MOVE, title, "run1.now.step"))))
    assert first[1] == pytest.approx(problem.y[1], abs=0.01)
    assert first[0] == pytest.approx(0, abs=0.01)
    last = outputs(problem.X, *replayed(title, run, int(value(MOVE, title, "run1.end.step"))))
    assert last == pytest.approx(problem.y, abs=0.01)


def test_a_large_start_changes_fewer_patterns_and_moves_less() -> None:
    title = "The large start"
    for name in ("changed", "moved"):
        assert value(MOVE, title, f"run2.{name}") < value(MOVE, title, f"run1.{name}")
    assert value(MOVE, title, "run2.end.patterns") > value(MOVE, title, "run1.end.patterns")
    assert max(value(MOVE, title, f"run{k}.end.loss") for k in (1, 2)) < 1e-3
