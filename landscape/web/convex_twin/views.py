"""The four views of the page Convex twin, each cached as JSON."""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from landscape.figures.convex_twin.cones import cone_plane
from landscape.figures.convex_twin.decision import decision_map
from landscape.figures.convex_twin.fit import fit_curves
from landscape.figures.convex_twin.pattern_matrix import pattern_matrix
from landscape.figures.front.loss_curves import Curve, loss_curves
from landscape.figures.style import as_json
from landscape.formatting import counted, subscript, written
from landscape.geometry.fan import fan
from landscape.geometry.patterns import Patterns
from landscape.model.network import Network
from landscape.results.solved_scenario import CertifiedRun, SolvedScenario
from landscape.scenario import Data, Scenario
from landscape.web.shared.results_cache import solved_scenario_of
from landscape.web.stage.protocol import PlayedRun, StageView, played_run

MOST_PACKED = 150_000
"""Most weights of one run that are sent for playing it."""


def views_of(scenario: Scenario, solved: SolvedScenario | None = None) -> tuple[StageView, ...]:
    """Return the views of a scenario, in reading order; ``solved`` where it is not whole yet."""
    return _views(scenario, solved_scenario_of(scenario) if solved is None else solved)


@lru_cache(maxsize=64)
def _views(scenario: Scenario, solved: SolvedScenario) -> tuple[StageView, ...]:
    return (*_fit_views(scenario, solved), *_pattern_views(scenario, solved), _losses_view(solved))


@lru_cache(maxsize=64)
def runs_of(solved: SolvedScenario) -> tuple[PlayedRun, ...]:
    """Return what the browser needs to play the runs."""
    return tuple(_played(run) for run in solved.shown)


@lru_cache(maxsize=16)
def data_views(data: Data) -> tuple[StageView, ...]:
    """Return the view of the data alone, for the page before anything is solved."""
    y, alt = np.array(data.y), f"{counted(data.n, 'point')}; the solution is being computed."
    nothing = Network(np.zeros((data.d, 1)), np.zeros(1))
    if data.features == 1:
        span = _span(data)
        drawn = fit_curves(np.array(data.x), y, [], nothing, span)
        return (StageView("outputs", "Data and fit", "The data.", alt, as_json(drawn), kind="outputs", span=span),)
    features = np.array(data.x).reshape(data.n, data.features)
    caption = "The data: squares have labels above 0, circles below."
    drawn = decision_map(features, y, nothing, "", data.bias)
    return (StageView("optimum", "The data", caption, alt, as_json(drawn), kind="still"),)


def _span(data: Data) -> tuple[float, float]:
    low, high = min(data.x), max(data.x)
    room = 0.15 * (high - low) or 1.0
    return low - room, high + room


def _played(run: CertifiedRun) -> PlayedRun:
    count, d, m = run.trajectory.W.shape
    return played_run(run.id, run.place, run.trajectory, bits=32 if count * (d + 1) * m <= MOST_PACKED else None)


def _fit_views(scenario: Scenario, solved: SolvedScenario) -> list[StageView]:
    data, problem = scenario.data, solved.problem
    best = solved.solution.network
    if data.features == 1:
        span = _span(data)
        networks = [(c.name, c.trajectory.network()) for c in solved.runs]
        drawn = fit_curves(problem.X[:, 0], problem.y, networks, best, span)
        caption = "Wide, yellow: the optimum, ★ its kinks. Drag a point; click to add one, double-click to delete."
        alt = f"{counted(data.n, 'point')}, {counted(best.m, 'optimal neuron')}, {counted(len(networks), 'run')}."
        return [StageView("outputs", "Data and fit", caption, alt, as_json(drawn), kind="outputs", span=span)]
    features = np.array(data.x).reshape(data.n, data.features)
    closed = solved.proof.closed
    title = "The optimum" if closed else "The best network known"
    what = "What the proven optimum computes" if closed else "What it computes, not proven optimal"
    views = [_decision(features, problem.y, best, data.bias, "optimum", title, what)]
    if solved.runs:
        run = solved.runs[scenario.shown_run]
        network, name = run.trajectory.network(), run.name
        views.append(_decision(features, problem.y, network, data.bias, "trained", name, f"What {name} computes"))
    return views


def _decision(
    features: np.ndarray, y: np.ndarray, network: Network, bias: bool, view: str, title: str, what: str
) -> StageView:
    drawn = decision_map(features, y, network, "", bias)
    caption = f"{what}: its value by colour, a line where a neuron bends; squares have labels above 0, circles below."
    alt = f"{counted(len(y), 'point')} of two features and the output of {counted(network.m, 'neuron')}."
    return StageView(view, title, caption, alt, as_json(drawn), kind="still")


def _pattern_views(scenario: Scenario, solved: SolvedScenario) -> list[StageView]:
    data, problem, solution = scenario.data, solved.problem, solved.solution
    names = [f"x{subscript(i + 1)}" for i in range(data.n)]
    views = []
    if problem.d == 2:
        labels = ("w", "b") if data.bias else ("w₁", "w₂")
        networks = [(c.name, c.trajectory.network()) for c in solved.runs]
        drawn = cone_plane(fan(problem.X), labels, solution.network, networks, names)
        count = len(solution.patterns.D) if solution.patterns.complete else fan(problem.X).cones
        caption = f"{counted(count, 'cone')} of weights, one a pattern. ★ optimal neurons (dashed: α < 0), ▲▼ runs’."
        views.append(
            StageView(
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
            StageView(
                "patterns",
                "Pattern matrix",
                caption,
                f"{int(used.sum())} of {len(listed)} patterns carry a neuron.",
                as_json(pattern_matrix(listed, used, names)),
                kind="still",
            )
        )
    return views


def _used(patterns: Patterns, X: np.ndarray, network: Network) -> tuple[np.ndarray, np.ndarray]:
    """Return which patterns a neuron of the network has, and the patterns themselves."""
    D = np.asarray(patterns.D)
    active = X @ network.W
    used = np.zeros(len(D), dtype=bool)
    for column, alpha in zip(active.T, network.alpha, strict=True):
        if alpha == 0:
            continue
        # A neuron on a border belongs to the cones on both sides: the first that agrees with its clearly active and
        # inactive samples.
        sure = np.abs(column) > 1e-9 * np.max(np.abs(column))
        fits = np.flatnonzero((D[:, sure] == (column[sure] > 0)).all(axis=1))
        used[fits[:1]] = True
    return used, D


def _losses_view(solved: SolvedScenario) -> StageView:
    optimum = solved.proof.value
    curves = [Curve(c.id, c.place, c.name, c.trajectory.steps, c.trajectory.objective - optimum) for c in solved.shown]
    drawn = loss_curves(curves, 0.0)
    ends = "; ".join(f"{c.name} ends at {written(float(c.objective[-1]))}" for c in curves) or "No run"
    return StageView(
        "losses",
        "Loss above the optimum",
        "How far each run is above the proven optimum (0 at the foot), after each step.",
        f"{ends}.",
        as_json(drawn),
    )
