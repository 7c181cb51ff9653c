"""Where the starts of a picture end: exactly where a closed form is known, else by simulation."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from landscape.formatting import short, written
from landscape.loss.basins import simulated_basins
from landscape.loss.gradient_flow import flow_basins
from landscape.results.claims import called
from landscape.results.solved_scenario import SolvedScenario
from landscape.scenario import Scenario
from landscape.scene.loss import loss_scene
from landscape.scene.planes import slice_plane
from landscape.training.descent import MAX_WORK
from landscape.training.optimisers import NAMES, Method
from landscape.training.step_size import USUAL

STARTS = 41
"""Starts a side of a simulated basin: 1,681 runs, at most about a second."""

WORK = 40_000_000
"""Most steps × starts × neurons of a simulated basin; beyond it fewer steps or starts are taken.

Of more than 25 points fewer still: times the points it is at most what descent takes.
"""


@dataclass(frozen=True, eq=False)
class Basins:
    """Where the starts of a map end.

    Arguments
        polygons: outlines (x, y) of exact regions that do not reach the optimum, with their share of the window.
        x, y, caught: starts (K,), (L,) and whether each (L, K) of them misses the optimum, where simulated instead.
        sentence: what share reaches the optimum, and whether that is exact or simulated.
    """

    polygons: tuple[tuple[np.ndarray, np.ndarray, str], ...]
    x: np.ndarray
    y: np.ndarray
    caught: np.ndarray | None
    sentence: str


def basins_of(solved: SolvedScenario, scenario: Scenario) -> Basins:
    """Return the basins over the window of a scenario's map."""
    scene, cut, training = loss_scene(solved, scenario), slice_plane(solved, scenario), scenario.training
    w1, w2 = scene.surface.w1, scene.surface.w2
    # Of the plane of both weights alone: another plane through networks of two neurons has other basins.
    exact = training.m == 2 and training.layer == "ones" and len(cut.moving) == 2
    method, schedule = _method_of_selected(solved, scenario)
    work = min(WORK, MAX_WORK // solved.problem.n)
    side = min(STARTS, max(9, int(np.sqrt(work / (training.steps * training.m)))))
    steps = min(training.steps, max(1, work // (side * side * training.m)))
    # Cell middles, so that no start lies on the window's edge or exactly on a kink.
    x, y = ((np.arange(side) + 0.5) / side * (w[-1] - w[0]) + w[0] for w in (w1, w2))
    simulated = simulated_basins(
        solved.problem, x, y, optimum=solved.proof.value, step=schedule, n_steps=steps, method=method, plane=cut.plane
    )
    name = NAMES[method]
    best = called(solved.proof)
    tried = (
        f"{name} with step {short(schedule[0][1])} reaches {'it' if exact else best} from {_percent(simulated.share)} "
        f"(simulated, {side} × {side} starts, {steps} steps)"
    )
    if exact:
        flow = flow_basins(solved.problem, float(w1[0]), float(w1[-1]))
        polygons = tuple(
            (
                *np.vstack([region.polygon, region.polygon[:1]]).T,
                f"{_percent(region.share)} end at {written(region.component.loss)}",
            )
            for region in flow.regions
        )
        sentence = f"From {_percent(flow.share)} of this window gradient flow reaches the optimum (exact); {tried}."
        return Basins(polygons, x, y, None, sentence)
    return Basins((), x, y, ~simulated.reached, f"In this window {tried}.")


def _method_of_selected(solved: SolvedScenario, scenario: Scenario) -> tuple[Method, tuple[tuple[int, float], ...]]:
    """Return the optimiser and the steps of the selected run, as it was made."""
    if solved.runs:
        run = scenario.starts()[scenario.shown_run][0]
        return run.method, solved.runs[scenario.shown_run].schedule
    return scenario.training.method, scenario.training.schedule or ((0, USUAL),)


def _percent(share: float) -> str:
    return f"{100 * share:.4g} %"
