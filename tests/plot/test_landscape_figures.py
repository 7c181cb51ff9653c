"""The landscapes of a notebook show the objective, written out here anew, and their stars a closed form."""

from __future__ import annotations

import itertools
import re

import numpy as np
import pytest
from hypothesis import assume, given, settings, strategies as st
from one_feature import problems
from tiny_data import DEGENERATE, random_features

from landscape import Budget, Network, Plane, Problem, descend, objective, optimal_position, plot, solve_convex
from landscape.formatting import written
from landscape.loss.surface import LossTooLarge
from landscape.model.network import with_best_bias

pytest.importorskip("plotly")

SINGLE = 1e-6
"""Pictures hold their numbers as float32; twice its rounding, for the places, of losses that vary with them."""


def cost(problem: Problem, W: np.ndarray, alpha: np.ndarray) -> float:
    """Problem (1), written out."""
    f = np.array([sum(a * max(0.0, float(x @ w)) for w, a in zip(W.T, alpha, strict=True)) for x in problem.X])
    return float(((f - problem.y) ** 2).sum() + problem.lam * ((W**2).sum() + (alpha**2).sum()))


def field_of(figure):
    return next(trace for trace in figure.data if trace.uid == "field")


def shown_loss(trace) -> np.ndarray:
    return np.asarray(trace.customdata, dtype=float)


def places(trace) -> list[tuple[int, int]]:
    rows, columns = shown_loss(trace).shape
    return list(itertools.product(range(0, rows, max(1, rows // 5)), range(0, columns, max(1, columns // 5))))


def close(shown: float, true: float, scale: float) -> bool:
    return abs(shown - true) <= SINGLE * max(abs(true), scale)


@given(st.integers(0, 2**32 - 1), st.integers(0, 11))
@settings(max_examples=25, deadline=None)
def test_a_landscape_of_two_weights_shows_the_objective(seed: int, which: int) -> None:
    rng, problem = np.random.default_rng(seed), problems(seed, 12)[which]
    m = int(rng.integers(2, 5))
    alpha = np.ones(m) if problem.second_layer == "ones" else rng.standard_normal(m)
    base = Network(rng.standard_normal((1, m)), alpha)
    i, j = rng.choice(m, 2, replace=False).tolist()
    try:
        figure = plot.landscape(problem, base, neurons=(i, j))
    except LossTooLarge:
        assume(False)
    trace = field_of(figure)
    loss, top = shown_loss(trace), float(shown_loss(trace).max())
    assert np.isfinite(np.asarray(trace.z, dtype=float)).all()
    for l, k in places(trace):  # noqa: E741
        W = base.W.copy()
        W[0, i], W[0, j] = float(trace.x[k]), float(trace.y[l])
        assert close(loss[l, k], cost(problem, W, alpha), top)


@given(st.integers(0, 2**32 - 1))
@settings(max_examples=15, deadline=None)
def test_a_landscape_over_any_plane_shows_the_objective_of_its_networks(seed: int) -> None:
    rng = np.random.default_rng(seed)
    d, m = int(rng.integers(1, 5)), int(rng.integers(1, 4))
    X = random_features(rng, int(rng.integers(2, 7)), d)
    problem = Problem(X, rng.standard_normal(len(X)), lam=float(rng.choice([0.0, 0.1, 10.0])))
    base, first, second = (Network(rng.standard_normal((d, m)), rng.standard_normal(m)) for _ in range(3))
    found = solve_convex(problem)
    figure = plot.landscape(problem, base, plane=Plane(base, first, second), solution=found)
    trace = field_of(figure)
    loss, top = shown_loss(trace), float(shown_loss(trace).max())
    for l, k in places(trace):  # noqa: E741
        a, b = float(trace.x[k]), float(trace.y[l])
        W, alpha = base.W + a * first.W + b * second.W, base.alpha + a * first.alpha + b * second.alpha
        assert close(loss[l, k], cost(problem, W, alpha), top)


@pytest.mark.parametrize("plane", ["run", "principal", "optimum"])
def test_a_plane_by_name_passes_through_the_networks_that_it_names(plane: str) -> None:
    rng = np.random.default_rng(3)
    problem = Problem(np.c_[rng.standard_normal((8, 2)), np.ones(8)], rng.standard_normal(8), lam=0.3)
    run = descend(problem, Network(rng.standard_normal((3, 4)), rng.standard_normal(4)), step=0.005, n_steps=3000)
    figure = plot.landscape(problem, runs={"mine": run}, plane=plane)
    line = next(trace for trace in figure.data if trace.uid == "run0-line")
    trace = field_of(figure)
    loss, x, y = shown_loss(trace), np.asarray(trace.x, float), np.asarray(trace.y, float)
    assert x[0] < line.x[-1] < x[-1]
    assert y[0] < line.y[-1] < y[-1]
    # The end of the run lies in all three: the surface has its loss there, up to the grid.
    k, l = np.searchsorted(x, line.x[-1]), np.searchsorted(y, line.y[-1])  # noqa: E741
    around = loss[l - 1 : l + 1, k - 1 : k + 1]
    assert around.min() * 0.98 <= run.objective[-1] <= around.max() * 1.02
    assert np.allclose(np.asarray(line.customdata, float)[:, 1], run.objective, rtol=SINGLE)
    assert f"mine {'at its end, ' if plane == 'optimum' else ''}" in plot.caption(figure)


@given(st.integers(0, 2**32 - 1), st.integers(0, 11))
@settings(max_examples=25, deadline=None)
def test_the_convex_landscape_is_the_loss_of_its_slopes(seed: int, which: int) -> None:
    problem = problems(seed, 12)[which]
    figure = plot.twin(problem)
    trace = field_of(figure)
    loss, top = shown_loss(trace), float(shown_loss(trace).max())
    for l, k in places(trace):  # noqa: E741
        u, v = float(trace.x[k]), float(trace.y[l])
        f = [x * (u if x > 0 else v) for x in problem.X[:, 0]]
        true = sum((a - b) ** 2 for a, b in zip(f, problem.y, strict=True)) + 2 * problem.lam * (abs(u) + abs(v))
        assert close(loss[l, k], true, top)
    star = next(trace for trace in figure.data if trace.uid == "optimum")
    best = optimal_position(problem)
    assert (star.x[0], star.y[0]) == (best.s_plus, best.s_minus)


def test_the_star_of_two_points_is_the_closed_form() -> None:
    problem = Problem(X=[[-1.0], [1.0]], y=[1.0, 2.0], lam=0.1)
    star = next(trace for trace in plot.twin(problem).data if trace.uid == "optimum")
    assert np.allclose([star.x[0], star.y[0]], [2.0 - 0.1, -(1.0 - 0.1)])


def test_both_arrangements_of_the_optimum_are_starred() -> None:
    problem = Problem(X=[[-1.0], [1.0]], y=[1.0, 2.0], second_layer="ones")
    star = next(trace for trace in plot.landscape(problem).data if trace.uid == "optimum")
    assert sorted(zip(star.x, star.y, strict=True)) == [(-1.0, 2.0), (2.0, -1.0)]


def test_the_height_of_a_surface_is_its_colour_and_its_hover_text_the_loss() -> None:
    problem = Problem(X=[[-1.0], [1.0]], y=[1.0, 2.0], lam=0.1)
    flat = Network([[1.0, -2.0]], [0.5, 1.5])
    surface, map_ = field_of(plot.surface(problem, flat)), field_of(plot.landscape(problem, flat))
    assert surface.type == "surface"
    assert np.array_equal(surface.z, map_.z)
    for l, k in places(surface):  # noqa: E741
        W = np.array([[surface.x[k], surface.y[l]]], dtype=float)
        assert close(float(surface.customdata[l][k]), cost(problem, W, flat.alpha), 1.0)


def test_the_darkest_colour_is_the_least_loss_and_the_ticks_are_losses() -> None:
    problem = Problem(X=[[-1.0], [1.0]], y=[1.0, 2.0], lam=0.1)
    trace = field_of(plot.landscape(problem, Network([[1.0, -2.0]], [0.5, 1.5])))
    z, loss = np.asarray(trace.z, float), shown_loss(trace)
    assert np.isclose(trace.zmin, z.min(), atol=1e-5)
    assert np.isclose(trace.zmax, z.max(), atol=1e-5)
    at = np.interp(trace.colorbar.tickvals, np.sort(z.ravel()), np.sort(loss.ravel()))
    assert np.allclose(at, [float(text) for text in trace.colorbar.ticktext], rtol=2e-3)
    assert len(trace.colorbar.tickvals) >= 2


@pytest.mark.parametrize("name", sorted(DEGENERATE))
def test_degenerate_data_are_drawn(name: str) -> None:
    X = DEGENERATE[name]
    problem = Problem(X, np.linspace(-1.0, 2.0, len(X)), lam=0.1)
    plane = "neurons" if problem.d == 1 else "optimum"
    network = Network(np.ones((problem.d, 2)), np.array([1.0, -1.0]))
    figure = plot.landscape(problem, network, plane=plane)
    assert np.isfinite(np.asarray(field_of(figure).z, dtype=float)).all()


def test_without_a_proof_nothing_is_called_the_optimum() -> None:
    rng = np.random.default_rng(1)
    problem = Problem(rng.standard_normal((12, 8)), rng.standard_normal(12), lam=0.2)
    found = solve_convex(problem, budget=0.05)
    assert not found.certificate.closed
    network = Network(rng.standard_normal((8, 3)), rng.standard_normal(3))
    figures = [
        plot.landscape(problem, network, plane="optimum", solution=found),
        plot.fit(problem, network, solution=found),
        plot.weights(problem, solution=found),
        plot.patterns(problem, solution=found),
        plot.losses(problem, descend(problem, network, step=0.001, n_steps=50), solution=found),
        plot.width(problem, [network], solution=found),
    ]
    for figure in figures:
        said = figure.to_json() + plot.caption(figure)
        for word in ("global optimum", "the optimum", "proven optimum", '"optimum"', "convex optimum"):
            assert word not in said.replace('"uid":"optimum"', "").replace('"run":"optimum"', "")
        assert "best network found" in plot.caption(figure) or "lower bound" in plot.caption(figure)


TWO = Problem(X=[[-1.0], [1.0]], y=[1.0, 2.0], lam=0.1)
WIDE = Problem(X=[[1.0, 2.0, 3.0], [0.0, 1.0, -1.0]], y=[1.0, 2.0], lam=0.1)


@pytest.mark.parametrize(
    ("draw", "said"),
    [
        (
            lambda: plot.landscape(WIDE),
            r"X has 3 columns: give plane=\"run\" .*, \"principal\" .*, \"optimum\" .*Plane",
        ),
        (lambda: plot.surface(WIDE), r"X has 3 columns: give plane="),
        (lambda: plot.surface(TWO, Network([[1.0]], [1.0])), "plot.landscape draws the loss of one"),
        (lambda: plot.twin(WIDE), "X has 3 columns: plot.patterns, plot.weights and plot.fit draw its optimum"),
        (lambda: plot.twin_surface(Problem(X=[[1.0, 1.0]], y=[1.0])), "X has 2 columns: plot.cones, plot.patterns"),
        (
            lambda: plot.landscape(TWO, plane="best"),
            "plane must be one of neurons, run, principal, optimum, or a Plane",
        ),
        (lambda: plot.landscape(TWO, plane="run"), "runs must hold a run that moves"),
        (lambda: plot.landscape(TWO, plane="principal"), "runs must hold a run that moves"),
        (lambda: plot.landscape(TWO, reach=-1.0), "reach must be above 0, but was -1"),
        (lambda: plot.landscape(TWO, reach=float("nan")), "reach must be above 0, but was nan"),
        (lambda: plot.twin(TWO, reach=0.0), "reach must be above 0, but was 0"),
        (lambda: plot.landscape(TWO, neurons=(0, 5)), "neurons must be two different numbers from 0 to"),
        (
            lambda: plot.landscape(TWO, runs=[3.0]),
            "runs must hold Trajectory or Network records, or lists of the networks of a run, but holds a float",
        ),
        (lambda: plot.landscape(TWO, runs=3.0), "runs must be a Trajectory, a Network, or several of them"),
        (lambda: plot.landscape(TWO, Network([[1.0], [2.0]], [1.0])), "W"),
        (lambda: plot.landscape(TWO, solution=solve_convex(WIDE)), "solution must be of the problem that is drawn"),
    ],
)
def test_what_cannot_be_drawn_is_refused_in_a_sentence_that_says_what_can(draw, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        draw()


def test_a_run_of_another_problem_is_refused() -> None:
    other = Problem(X=[[-1.0], [1.0]], y=[1.0, 3.0], lam=0.1)
    run = descend(other, Network([[1.0, -1.0]], [1.0, 1.0]), step=0.02, n_steps=20)
    with pytest.raises(ValueError, match="runs must be of the problem that is drawn, but Run ends at loss"):
        plot.landscape(TWO, runs=run)


def star_of(figure) -> np.ndarray:
    return np.array(
        [[x, y] for trace in figure.data if trace.uid == "optimum" for x, y in zip(trace.x, trace.y, strict=True)]
    )


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("plane", ["optimum", "run"])
@pytest.mark.parametrize("budget", [None, Budget(nodes=0)])
def test_the_best_network_is_in_the_plane_that_is_drawn_towards_it_however_wide(seed, plane, budget) -> None:
    """Of a narrower network and a run of other widths too, proven optimal or only the best that was found."""
    rng = np.random.default_rng(seed)
    bias = ("none", "free", "penalised")[seed % 3]
    problem = Problem(np.c_[rng.normal(size=(12, 3)), np.ones(12)], rng.normal(size=12), lam=0.05, output_bias=bias)
    best = solve_convex(problem, budget=budget)
    assert best.network.m > 3
    kept = [with_best_bias(problem, Network(rng.normal(size=(4, 3)), rng.normal(size=3))) for _ in range(4)]
    network = with_best_bias(problem, Network(rng.normal(size=(4, 2)), rng.normal(size=2)))
    figure = plot.landscape(problem, network, runs={"training": kept}, plane=plane, solution=best)
    said, stars, shown = plot.caption(figure), star_of(figure), field_of(figure)
    assert len(stars) >= 1
    assert "Training is given neurons at 0, which change no output, until it has" in said
    assert ("Training is projected onto the plane" in said) == (plane == "optimum" or len(kept) > 2)
    assert "not in this plane" not in said
    assert "Runs go from the pale mark to the dark one." in said
    assert f"The network has loss {written(objective(problem, network))}." in said
    at = np.unravel_index(np.argmin(shown_loss(shown)), shown_loss(shown).shape)
    assert shown_loss(shown)[at] >= best.certificate.lower_bound * (1 - SINGLE)
    x, y = (np.asarray(axis, dtype=float) for axis in (shown.x, shown.y))
    near = shown_loss(shown)[np.argmin(abs(y - stars[0, 1])), np.argmin(abs(x - stars[0, 0]))]
    assert near < objective(problem, network)
    losses = next(trace for trace in figure.data if trace.uid.startswith("run0") and trace.mode != "markers").customdata
    assert losses is None or len(losses) == len(kept)


def test_a_run_through_kept_networks_is_one_path_and_networks_alone_are_marks() -> None:
    kept = [Network([[w, -w]], [1.0, 1.0]) for w in (2.0, 1.0, 0.5)]
    one = plot.landscape(TWO, runs={"training": kept})
    assert "Training ends at loss" in plot.caption(one)
    assert plot.caption(one).count(" ends at ") == 1
    assert plot.caption(plot.landscape(TWO, runs=[kept])) == re.sub("[Tt]raining", "Run", plot.caption(one))
    assert plot.caption(plot.landscape(TWO, runs=kept)).count(" has loss") == 1 + len(kept)
    with pytest.raises(ValueError, match="the networks of one run must have one width, but have 1 and 2 neurons"):
        plot.landscape(TWO, runs=[[kept[0], Network([[1.0]], [1.0])]])
    with pytest.raises(ValueError, match="or lists of the networks of a run, but holds a list"):
        plot.landscape(TWO, runs=[[kept[0], 3.0]])


def test_a_plane_without_the_best_network_says_so() -> None:
    rng = np.random.default_rng(0)
    problem = Problem(np.c_[rng.normal(size=(8, 2)), np.ones(8)], rng.normal(size=8), lam=0.05)
    directions = [Network(rng.normal(size=(3, 2)), rng.normal(size=2)) for _ in range(3)]
    figure = plot.landscape(problem, directions[0], plane=Plane(*directions))
    assert len(star_of(figure)) == 0
    assert "It is not in this plane." in plot.caption(figure)


def test_a_network_whose_bias_is_not_the_best_has_its_own_loss_and_the_map_that_of_the_best() -> None:
    x = np.linspace(-1, 1, 6)
    problem, W = Problem(x[:, None], np.abs(x) + 5, 0.05, output_bias="free"), [[1.0, -1.0]]
    own, best = Network(W, [1.0, 1.0], 0.0), with_best_bias(problem, Network(W, [1.0, 1.0]))
    assert f"loss {objective(problem, own):.1f} with its own output bias." in plot.caption(plot.landscape(problem, own))
    assert "with its own output bias" not in plot.caption(plot.landscape(problem, best))
