"""The contents of the picture of the convex landscape of a solved scenario."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from landscape.convex.one_feature import (
    ConvexSurface,
    convex_surface,
    free_coordinates,
    optimal_position,
    position,
    slopes,
)
from landscape.loss.surface import grid_with_kinks
from landscape.results.solved_scenario import SolvedScenario
from landscape.scenario import Scenario
from landscape.scene.paths import Path
from landscape.scene.window import window

GRID = 121
"""Points a side of a map; kinks are added exactly."""


@dataclass(frozen=True, eq=False)
class TwinScene:
    """The convex landscape and the runs at their exact place in it.

    Arguments
        surface: the convex loss; walled: whether only u₁ ≥ 0 ≥ u₂ belongs to networks.
        paths: the runs; optimum: a minimiser; optimal_lines: whole lines of minimisers.
        narrow: the place of the best network of the runs' own width, where wider ones do better.
    """

    surface: ConvexSurface
    walled: bool
    paths: tuple[Path, ...]
    optimum: tuple[float, float]
    optimal_lines: tuple[tuple[np.ndarray, np.ndarray], ...]
    narrow: tuple[float, float] | None = None


def twin_scene(solved: SolvedScenario, scenario: Scenario) -> TwinScene:
    """Return the convex landscape of 1-D data without bias, with every run at its exact place."""
    return twin_of(solved, scenario.view.window)


def twin_of(solved: SolvedScenario, reach: float | None = None) -> TwinScene:
    """Return the convex landscape of 1-D data without bias, with every run at its exact place.

    Arguments
        reach: half the width of the window, None for one that shows the optimum and the runs.
    """
    problem = solved.problem
    paths = []
    for run in solved.shown:
        path = run.trajectory
        x, y = slopes(path.W, path.alpha)
        paths.append(Path(run.id, run.place, run.name, x, y, path.steps, path.objective))
    optimum = optimal_position(problem)
    free_plus, free_minus = free_coordinates(problem)
    marks = np.array([optimum.s_plus]), np.array([optimum.s_minus])
    (low, high), _ = window(reach, tuple(paths), solved, marks, centred=True)
    grid = grid_with_kinks(low, high, GRID)
    walled = problem.second_layer == "ones"
    lines = []
    if free_plus:
        lines.append((np.array([0.0 if walled else low, high]), np.full(2, optimum.s_minus)))
    if free_minus:
        lines.append((np.full(2, optimum.s_plus), np.array([low, 0.0 if walled else high])))
    return TwinScene(
        convex_surface(problem, grid, grid),
        walled,
        tuple(paths),
        (optimum.s_plus, optimum.s_minus),
        tuple(lines),
        None if solved.narrow is None else position(solved.narrow.network),
    )
