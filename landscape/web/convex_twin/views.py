"""The four views of the page Convex twin, each remembered as finished JSON."""

from __future__ import annotations

import base64
from functools import lru_cache

import numpy as np

from landscape.figures.convex_twin.cones import cone_plane
from landscape.figures.convex_twin.decision import decision_map
from landscape.figures.convex_twin.fit import fit_curves
from landscape.figures.convex_twin.pattern_matrix import pattern_matrix
from landscape.figures.front.loss_curves import Curve, loss_curves
from landscape.figures.style import as_json, run_color, run_symbol
from landscape.formatting import counted, subscript, written
from landscape.geometry.fan import fan
from landscape.geometry.patterns import Patterns
from landscape.results.solved_scenario import Chapter, Story
from landscape.scenario import Scenario
from landscape.web.shared.results_cache import story_of
from landscape.web.stage import View

MOST_PACKED = 150_000
"""Most weights of one run that are sent for playing it."""


@lru_cache(maxsize=64)
def views_of(scenario: Scenario) -> tuple[View, ...]:
    """Return the views of a scenario, in reading order."""
    story = story_of(scenario)
    return (*_fit_views(scenario, story), *_pattern_views(scenario, story), _losses_view(story))


@lru_cache(maxsize=64)
def runs_of(scenario: Scenario) -> tuple[dict, ...]:
    """Return what the browser needs to play the runs."""
    return tuple(_played(chapter) for chapter in story_of(scenario).shown)


def _played(chapter: Chapter) -> dict:
    path = chapter.trajectory
    count, d, m = path.W.shape
    run = {
        "id": chapter.id,
        "name": chapter.name,
        "color": run_color(chapter.place),
        "symbol": run_symbol(chapter.place),
        "m": m,
        "steps": path.steps.tolist(),
        "objective": path.objective.tolist(),
    }
    if count * (d + 1) * m <= MOST_PACKED:
        block = np.concatenate([path.W, path.alpha[:, None, :]], axis=1).astype(np.float32)
        run["weights"] = {"d": d, "m": m, "data": base64.b64encode(block.tobytes()).decode()}
    legs = getattr(path, "legs", ())
    if legs:
        run["legs"] = [{"from": int(path.steps[leg.first]), "text": f"{leg.name}: {leg.reason}"} for leg in legs]
    return run


def _fit_views(scenario: Scenario, story: Story) -> list[View]:
    data, problem = scenario.data, story.problem
    best = story.solution.network
    if data.features == 1:
        low, high = min(data.x), max(data.x)
        room = 0.15 * (high - low) or 1.0
        span = (low - room, high + room)
        networks = [(c.name, c.trajectory.network()) for c in story.chapters]
        drawn = fit_curves(problem.X[:, 0], problem.y, networks, best, span)
        caption = "Wide, yellow: the optimum, ★ its kinks. Drag a point; click to add one, double-click to delete."
        alt = f"{counted(data.n, 'point')}, {counted(best.m, 'optimal neuron')}, {counted(len(networks), 'run')}."
        return [View("outputs", "Data and fit", caption, alt, as_json(drawn), kind="outputs", span=span)]
    features = np.array(data.x).reshape(data.n, data.features)
    views = [
        _decision(features, problem.y, best, data.bias, "optimum", "The optimum", "What the proven optimum computes")
    ]
    if story.chapters:
        chapter = story.chapters[scenario.shown_run]
        network, name = chapter.trajectory.network(), chapter.name
        views.append(_decision(features, problem.y, network, data.bias, "trained", name, f"What {name} computes"))
    return views


def _decision(features: np.ndarray, y: np.ndarray, network, bias: bool, view: str, title: str, what: str) -> View:
    drawn = decision_map(features, y, network, "", bias)
    caption = f"{what}: its value by colour, a line where a neuron bends; squares have labels above 0, circles below."
    alt = f"{counted(len(y), 'point')} of two features and the output of {counted(network.m, 'neuron')}."
    return View(view, title, caption, alt, as_json(drawn), kind="still")


def _pattern_views(scenario: Scenario, story: Story) -> list[View]:
    data, problem, solution = scenario.data, story.problem, story.solution
    names = [f"x{subscript(i + 1)}" for i in range(data.n)]
    views = []
    if problem.d == 2:
        labels = ("w", "b") if data.bias else ("w₁", "w₂")
        networks = [(c.name, c.trajectory.network()) for c in story.chapters]
        drawn = cone_plane(fan(problem.X), labels, solution.network, networks, names)
        count = len(solution.patterns.D) if solution.patterns.complete else fan(problem.X).cones
        caption = f"{counted(count, 'cone')} of weights, one a pattern. ★ optimal neurons (dashed: α < 0), ▲▼ runs’."
        views.append(
            View(
                "cones",
                "Patterns and cones",
                caption,
                f"{count} cones; {counted(solution.network.m, 'optimal neuron')}.",
                as_json(drawn),
                kind="neurons",
            )
        )
    if data.features == 1:
        used, listed = _used(solution.patterns, problem.X, solution.network)
        total = f"all {len(listed)}" if solution.patterns.complete else "only those in use"
        caption = f"A row a pattern ({total}); blue: active; ★ gold: carries an optimal neuron."
        views.append(
            View(
                "patterns",
                "Pattern matrix",
                caption,
                f"{int(used.sum())} of {len(listed)} patterns carry a neuron.",
                as_json(pattern_matrix(listed, used, names)),
                kind="still",
            )
        )
    return views


def _used(patterns: Patterns, X: np.ndarray, network) -> tuple[np.ndarray, np.ndarray]:
    """Return which patterns carry a neuron of the network, and the patterns themselves."""
    D = np.asarray(patterns.D)
    active = X @ network.W
    used = np.zeros(len(D), dtype=bool)
    for column, alpha in zip(active.T, network.alpha, strict=True):
        if alpha == 0:
            continue
        # A neuron on a border belongs to the cones on both sides: the first that agrees where it is clearly on or off.
        sure = np.abs(column) > 1e-9 * np.max(np.abs(column))
        fits = np.flatnonzero((D[:, sure] == (column[sure] > 0)).all(axis=1))
        used[fits[:1]] = True
    return used, D


def _losses_view(story: Story) -> View:
    optimum = story.proof.value
    curves = [Curve(c.id, c.place, c.name, c.trajectory.steps, c.trajectory.objective - optimum) for c in story.shown]
    drawn = loss_curves(curves, 0.0)
    ends = "; ".join(f"{c.name} ends at {written(float(c.objective[-1]))}" for c in curves) or "No run"
    return View(
        "losses",
        "Loss above the optimum",
        "How far each run is above the proven optimum (0 at the foot), after each step.",
        f"{ends}.",
        as_json(drawn),
    )
