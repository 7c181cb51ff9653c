"""Every function draws every preset and every data set, with a caption, a legend of its own names, and numbers."""

from __future__ import annotations

import json

import numpy as np
import pytest

from landscape import PRESETS, Budget, Network, Problem, descend, lambda_max, lambda_path, plot, solve_convex
from landscape.model.datasets import DATASETS
from landscape.model.network import predict
from landscape.plot.runs import _solved

go = pytest.importorskip("plotly.graph_objects")

RNG = np.random.default_rng(0)


def check(figure) -> None:
    assert isinstance(figure, go.Figure)
    text = figure.to_json()
    json.loads(text, parse_constant=pytest.fail)
    assert plot.caption(figure).endswith(".")
    assert "  " not in plot.caption(figure)
    uids = [trace.uid for trace in figure.data if trace.uid]
    assert len(set(uids)) == len(uids)
    names = [trace.name for trace in figure.data if trace.showlegend]
    assert len(set(names)) == len(names)
    assert figure.layout.paper_bgcolor == figure.layout.plot_bgcolor == "#FFFFFF"
    assert figure.layout.font.size == 14


def draw_all(problem: Problem, run) -> set[str]:
    """Draw what can be drawn of a problem with a run on it; each function draws, or refuses in a sentence."""
    solution = solve_convex(problem, budget=Budget(seconds=1.0))
    given = {"solution": solution}
    drawn, refusals = set(), []
    makers = {
        "landscape": lambda: plot.landscape(problem, runs=run, plane=None if problem.d == 1 else "optimum", **given),
        "surface": lambda: plot.surface(problem, runs=run, plane="run", **given),
        "twin": lambda: plot.twin(problem, run, **given),
        "twin_surface": lambda: plot.twin_surface(problem, run, **given),
        "cones": lambda: plot.cones(problem, run, **given),
        "patterns": lambda: plot.patterns(problem, **given),
        "weights": lambda: plot.weights(problem, **given),
        "fit": lambda: plot.fit(problem, run, **given),
        "losses": lambda: plot.losses(problem, run, **given),
        "along": lambda: plot.along(problem, "patterns", run),
        "dynamics": lambda: plot.dynamics(problem, run),
        "width": lambda: plot.width(problem, run, **given),
        "lambda_path": lambda: plot.lambda_path(lambda_path(problem, points=8, smallest=0.05)),
        "neuron_lengths": lambda: plot.neuron_lengths(lambda_path(problem, points=8, smallest=0.05)),
    }
    assert {*makers, "caption", "save"} == set(plot.__all__)
    for name, make in makers.items():
        try:
            figure = make()
        except ValueError as refused:
            refusals.append(str(refused))
            continue
        check(figure)
        drawn.add(name)
    assert all(sentence.endswith(".") for sentence in refusals)
    return drawn


ALWAYS = {"landscape", "patterns", "weights", "fit", "losses", "along", "width"}


@pytest.mark.parametrize("preset", PRESETS, ids=lambda preset: preset.name)
def test_every_preset_is_drawn(preset) -> None:
    scenario = preset.scenario
    problem = scenario.problem()
    starts = scenario.starts()
    network = starts[0][1] if starts else Network([[1.0, -1.0]], [1.0, 1.0])
    run = descend(problem, network, step=0.02, n_steps=200)
    drawn = draw_all(problem, run)
    assert ALWAYS | {"twin", "twin_surface", "dynamics"} <= drawn
    assert ("lambda_path" in drawn) == (problem.second_layer == "trained")


@pytest.mark.parametrize("name", sorted(DATASETS))
def test_every_data_set_is_drawn(name: str) -> None:
    data = DATASETS[name]
    plain = Problem(data.design, data.y)
    problem = Problem(data.design, data.y, lam=0.1 * lambda_max(plain))
    scale = np.sqrt(np.abs(data.y).max() / np.abs(data.design).max())
    network = Network(scale * RNG.standard_normal((problem.d, 3)), scale * RNG.standard_normal(3))
    run = descend(problem, network, step=1e-6, n_steps=50)
    drawn = draw_all(problem, run)
    assert ALWAYS | {"lambda_path", "neuron_lengths"} <= drawn
    assert ("twin" in drawn) == (problem.d == 1)
    assert ("cones" in drawn) == (problem.d == 2)
    assert ("dynamics" in drawn) == problem.on_a_line


def test_labels_of_zero_and_a_zero_network_are_drawn() -> None:
    problem = Problem(X=[[1.0, 1.0], [2.0, 1.0], [0.0, 0.0]], y=[0.0, 0.0, 0.0], lam=0.1)
    nothing = Network(np.zeros((2, 1)), np.zeros(1))
    for figure in (
        plot.fit(problem, nothing),
        plot.cones(problem, nothing),
        plot.patterns(problem),
        plot.weights(problem),
        plot.width(problem, nothing),
        plot.losses(problem, nothing),
        plot.lambda_path(lambda_path(problem)),
        plot.neuron_lengths(lambda_path(problem)),
    ):
        check(figure)


def test_a_problem_is_solved_once_for_all_its_figures() -> None:
    problem = Problem(X=[[-1.0], [1.0]], y=[1.0, 2.5], lam=0.1)
    before = _solved.cache_info().misses
    plot.twin(problem)
    plot.fit(problem)
    plot.landscape(problem)
    assert _solved.cache_info().misses == before + 1


def test_scores_of_classes_are_judged_by_their_side_and_not_by_their_size() -> None:
    rng = np.random.default_rng(0)
    X = rng.normal(size=(30, 4))
    problem = Problem(X, np.sign(X[:, 0] * X[:, 1]), lam=0.5, loss="logistic", output_bias="free")
    best = solve_convex(problem).network
    figure = plot.fit(problem, mine=best)
    check(figure)
    right = int(np.sum((predict(problem.X, best) > 0) == (problem.y > 0)))
    assert f"of 30: {right} by the optimum and {right} by mine." in plot.caption(figure)
    assert figure.layout.yaxis.title.text == "score f(x)"
    line = next(trace for trace in figure.data if trace.uid == "equal")
    assert list(line.y) == [0.0, 0.0]
    for draw in (plot.landscape, plot.surface, plot.twin, plot.width):
        with pytest.raises(ValueError, match=r"^plot\.\w+( without networks)? is for the squared loss"):
            draw(problem)


def test_a_figure_of_a_logistic_or_biased_problem_says_what_is_not_covered() -> None:
    problem = Problem(X=[[-1.0], [1.0]], y=[1.0, 2.0], lam=0.1, output_bias="free")
    with pytest.raises(ValueError, match="The convex landscape is for networks without an output bias"):
        plot.twin(problem)
    for figure in (
        plot.landscape(problem),
        plot.surface(problem),
        plot.fit(problem),
        plot.weights(problem),
        plot.patterns(problem),
        plot.width(problem, widths=[1]),
    ):
        check(figure)
