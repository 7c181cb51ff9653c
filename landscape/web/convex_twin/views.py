"""The four views of the page Convex twin, each cached as JSON."""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from landscape.figures.convex_twin.cones import cone_plane
from landscape.figures.convex_twin.decision import decision_map
from landscape.figures.convex_twin.fit import fit_curves
from landscape.figures.convex_twin.pattern_matrix import pattern_matrix
from landscape.figures.front.loss_curves import Curve, Level, loss_curves
from landscape.figures.style import as_json
from landscape.formatting import counted, subscript, written
from landscape.geometry.fan import fan
from landscape.geometry.patterns import Patterns
from landscape.model.excess import without_rounding
from landscape.model.network import Network
from landscape.results.claims import called
from landscape.results.solved_scenario import CertifiedRun, SolvedScenario
from landscape.scenario import Data, Scenario
from landscape.web.convex_twin.many_features import gap_view, many_feature_views
from landscape.web.convex_twin.sentences import is_dragged
from landscape.web.shared.results_cache import solved_scenario_of
from landscape.web.stage.played_run import played_run
from landscape.web.stage.protocol.runs import PlayedRun
from landscape.web.stage.protocol.views import StageView

MOST_PACKED = 150_000
"""Most weights of one run that are sent for playing it."""

MOST_DRAWN = 2
"""Most features of data that are drawn, with what a network computes from them."""


def not_drawn(scenario: Scenario) -> str | None:
    """Return, as a sentence, which pictures there are not of data of so many features; None for one or two."""
    features = scenario.data.features
    if features <= MOST_DRAWN:
        return None
    return (
        f"Data of {features} features fit no plane: what only two dimensions show is left out, the fit as a curve or "
        "map, the cones, and data that can be dragged."
    )


def views_of(scenario: Scenario, solved: SolvedScenario | None = None) -> tuple[StageView, ...]:
    """Return the views of a scenario, in reading order; ``solved`` where it is not whole yet."""
    return _views(scenario, solved_scenario_of(scenario) if solved is None else solved)


@lru_cache(maxsize=64)
def _views(scenario: Scenario, solved: SolvedScenario) -> tuple[StageView, ...]:
    losses = _losses_view(solved)
    if scenario.data.features > MOST_DRAWN:
        fit, *neurons = many_feature_views(scenario, solved)
        return (gap_view(solved), fit, losses, *neurons)
    if solved.search is not None:
        losses_and_gap = (gap_view(solved), losses)
        return (*_fit_views(scenario, solved), *losses_and_gap, *_pattern_views(scenario, solved))
    fits, patterns = _fit_views(scenario, solved), _pattern_views(scenario, solved)
    # The first row has what was fitted and, where it can be drawn, the plane of the convex problem.
    if len(fits) == 1 and patterns:
        return (*fits, patterns[0], losses, *patterns[1:])
    return (*fits, losses, *patterns)


@lru_cache(maxsize=64)
def runs_of(solved: SolvedScenario) -> tuple[PlayedRun, ...]:
    """Return what the browser needs to play the runs; of three features and more no picture moves with the weights."""
    return tuple(_played(run, weights=solved.problem.d - solved.problem.biased <= MOST_DRAWN) for run in solved.shown)


@lru_cache(maxsize=16)
def data_views(data: Data) -> tuple[StageView, ...]:
    """Return the view of the data alone, where they fit a plane, for the page before anything is solved."""
    y, alt = np.array(data.y), f"{counted(data.n, 'point')}; the solution is being computed."
    nothing = Network(np.zeros((data.d, 1)), np.zeros(1))
    if data.features == 1:
        span = _span(data)
        drawn = fit_curves(np.array(data.x), y, [], nothing, span)
        return (
            StageView("outputs", "Data and fit", "Squares: the data.", alt, as_json(drawn), kind="outputs", span=span),
        )
    if data.features > MOST_DRAWN:
        return ()
    features = np.array(data.x).reshape(data.n, data.features)
    caption = "The data: squares have labels above 0, circles below."
    drawn = decision_map(features, y, nothing, "", data.bias)
    return (StageView("optimum", "The data", caption, alt, as_json(drawn), kind="still"),)


def _span(data: Data) -> tuple[float, float]:
    low, high = min(data.x), max(data.x)
    room = 0.15 * (high - low) or 1.0
    return low - room, high + room


def _played(run: CertifiedRun, *, weights: bool) -> PlayedRun:
    count, d, m = run.trajectory.W.shape
    packed = weights and count * (d + 1) * m <= MOST_PACKED
    return played_run(run.id, run.place, run.trajectory, bits=32 if packed else None)


def _fit_views(scenario: Scenario, solved: SolvedScenario) -> list[StageView]:
    data, problem = scenario.data, solved.problem
    best, name_of_best = solved.solution.network, called(solved.proof)
    if data.features == 1:
        span = _span(data)
        networks = [(c.name, c.trajectory.network()) for c in solved.runs]
        drawn = fit_curves(problem.X[:, 0], problem.y, networks, best, span, name_of_best.removeprefix("the "))
        thin = " Thin lines: what the runs learned." if networks else ""
        caption = f"Squares: the data. Yellow: {name_of_best}, with kinks at ★.{thin}"
        alt = (
            f"{counted(data.n, 'point')}, {name_of_best} with {counted(best.m, 'neuron')}, "
            f"{counted(len(networks), 'run')}."
        )
        return [
            StageView(
                "outputs",
                "Data and fit",
                caption,
                alt,
                as_json(drawn),
                kind="outputs",
                span=span,
                invitation="Drag a square; click adds one, double-click deletes." if is_dragged(data) else "",
            )
        ]
    features = np.array(data.x).reshape(data.n, data.features)
    what = "What the proven optimum computes" if solved.proof.closed else f"What {name_of_best} computes"
    views = [_decision(features, problem.y, best, data.bias, "optimum", name_of_best.capitalize(), what)]
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
        labels = ("weight |α| w", "bias |α| b") if data.bias else ("first weight |α| w₁", "second weight |α| w₂")
        networks = [(c.name, c.trajectory.network()) for c in solved.runs]
        cut = fan(problem.X)
        drawn = cone_plane(cut, labels, solution.network, networks, names)
        count = len(solution.patterns.D) if solution.patterns.complete else cut.cones
        own = called(solved.proof)
        others = ", ▲▼ of the runs" if networks else ""
        caption = (
            f"A wedge is a pattern: neurons there are active on the same points ({count} in all). Yellow: in use by "
            f"{own}, ★ its neurons{others} (dashed, ▼: α < 0)."
        )
        views.append(
            StageView(
                "cones",
                "Where neurons lie: patterns",
                caption,
                f"{count} cones; {called(solved.proof)} has {counted(solution.network.m, 'neuron')}.",
                as_json(drawn),
                kind="neurons",
            )
        )
    if data.features == 1:
        used, listed = _used(solution.patterns, problem.X, solution.network)
        total = f"all {len(listed)}" if solution.patterns.complete else "only those in use"
        caption = (
            f"Each row is a pattern ({total}): coloured where its neurons are active. ★ gold: "
            f"{called(solved.proof)} has a neuron of it, {int(used.sum())} in all."
        )
        views.append(
            StageView(
                "patterns",
                "All patterns, and which are needed" if solution.patterns.complete else "Patterns in use",
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
    """Return the losses of the runs less the optimum; where it is not proven, less its bound, else as they are."""
    proof = solved.proof
    if proof.closed:
        level, of = proof.value, "optimum"
        title = "How far above the optimum"
        caption = "Loss of each run less the proven optimum, at each step; 0, the optimum, is at the foot."
    elif np.isfinite(proof.lower_bound):
        level, of = proof.lower_bound, "lower bound"
        title = "How far above the lower bound"
        caption = (
            "Loss of each run less a lower bound of the optimum, at each step; no run may reach it (0, at the foot)."
        )
    else:
        level, of = 0.0, ""
        title, caption = "Loss curves", "Loss of each run at each step. No lower bound of the optimum is known."
    curves = [Curve(c.id, c.place, c.name, c.trajectory.steps, c.trajectory.objective - level) for c in solved.shown]
    said = f"loss − {of}" if of else "loss"
    best = solved.narrow
    own = None if best is None else Level(best.value - level, f"{best.name}, {written(best.value)}")
    drawn = loss_curves(curves, Level(0.0, of) if of else None, quantity=said, narrow=own)
    above = [without_rounding(solved.problem, float(c.objective[-1])) for c in curves]
    ends = "; ".join(f"{c.name} ends at {written(end)}" for c, end in zip(curves, above, strict=True)) or "No run"
    alt = f"{ends}." if own is None else f"{ends}. The {own.text}."
    return StageView("losses", title, caption, alt, as_json(drawn))
