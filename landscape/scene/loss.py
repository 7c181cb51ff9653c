"""The contents of the loss picture of a solved scenario: the slice, its cells, runs, optima and critical set."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from landscape.loss.surface import Surface, grid_with_kinks, kink_lines, loss_surface
from landscape.results.solved_scenario import SolvedScenario
from landscape.scenario import Scenario
from landscape.scene.critical_pieces import CriticalPiece, components_on, pieces_of
from landscape.scene.paths import Path, path_on
from landscape.scene.planes import Slice, optima_on, slice_plane
from landscape.scene.window import CellLabel, clipped, named_cells, where_losses_are_numbers, window

GRID = 121
"""Points a side of a map; kinks are added exactly."""

MOST_BORDERS = 24
"""Most borders between cells: where there are more, which would cover the map, none are drawn."""


@dataclass(frozen=True, eq=False)
class LossScene:
    """The loss over a plane of weights and what lies on it.

    Arguments
        surface: the loss on a grid that contains its kinks; for a single neuron one row of it, a curve.
        labels: names of the two coordinates; titles: the same, and what they are where they are weights.
        mirrored: whether swapping the coordinates leaves the network as it is.
        borders: polylines (x, y) between activation-pattern cells; cells: their names.
        paths: the runs, where they are in this plane.
        optima: x and y of the globally optimal networks in it that are points.
        pieces: the critical set, where it has a closed form.
        slice: the sentence that describes the plane; empty where it is the whole space of weights.
        moving: the neurons whose weights are the coordinates; empty for a plane of another kind.
    """

    surface: Surface
    labels: tuple[str, str]
    titles: tuple[str, str]
    borders: tuple[tuple[np.ndarray, np.ndarray], ...]
    cells: tuple[CellLabel, ...]
    paths: tuple[Path, ...]
    optima: tuple[np.ndarray, np.ndarray]
    pieces: tuple[CriticalPiece, ...]
    slice: str
    mirrored: bool
    moving: tuple[int, ...]


def loss_scene(solved: SolvedScenario, scenario: Scenario) -> LossScene:
    """Return the loss over the slice a scenario shows, with its cells, paths and optima."""
    return loss_on(solved, slice_plane(solved, scenario), scenario.view.window)


def loss_on(
    solved: SolvedScenario, cut: Slice, reach: float | None = None, seen: Sequence[tuple[float, float]] = ()
) -> LossScene:
    """Return the loss over a slice, with its cells, paths and optima.

    Arguments
        reach: half the width of the window, None for one that shows optima and runs.
        seen: places that it shows too, with a star where the best network known is.
    """
    plane, labels = cut.plane, cut.labels
    problem, single = solved.problem, plane.origin.m == 1 and bool(cut.moving)
    paths = tuple(path_on(run, plane) for run in solved.shown)
    critical = components_on(solved, plane, cut.moving)
    marks = [place for named in critical if (place := named.optimum) is not None]
    marks += [] if cut.moving and critical else optima_on(plane, solved, seen)
    optima = np.array(sorted(set(marks))).reshape(-1, 2).T
    seen_x, seen_y = np.hstack([optima, np.array(seen).reshape(-1, 2).T])
    if not solved.runs:
        here = np.reshape(plane.coordinates(cut.base.W, cut.base.alpha), 2)
        seen_x, seen_y = np.append(seen_x, here[0]), np.append(seen_y, here[1])
    xs, ys = window(reach, paths, solved, (seen_x, seen_y), centred=bool(cut.moving))
    xs, ys = where_losses_are_numbers(problem, plane, xs, ys)
    lines = kink_lines(problem, plane)
    kinks1 = [-c / p for c, p, q in lines if q == 0]
    kinks2 = [-c / q for c, p, q in lines if p == 0]
    if single:
        surface = loss_surface(problem, grid_with_kinks(*xs, 4 * GRID, kinks1), np.zeros(1), plane=plane)
    else:
        first, second = grid_with_kinks(*xs, GRID, kinks1), grid_with_kinks(*ys, GRID, kinks2)
        surface = loss_surface(problem, first, second, plane=plane)
    return LossScene(
        surface=surface,
        labels=labels,
        titles=_titles(cut),
        borders=clipped(lines, xs, ys) if len(lines) <= MOST_BORDERS else (),
        cells=named_cells(xs, ys) if cut.moving and not single else (),
        paths=paths,
        optima=(optima[0], optima[1]),
        pieces=pieces_of(critical, xs, ys),
        slice=cut.note,
        mirrored=len(cut.moving) == 2 and len(set(plane.origin.alpha[list(cut.moving)])) == 1,
        moving=cut.moving,
    )


def _titles(cut: Slice) -> tuple[str, str]:
    if not cut.moving:
        return cut.labels
    if cut.plane.origin.m == 1:
        return "w, weight of the neuron", ""
    first, second = (f"{name}, weight of neuron {j + 1}" for name, j in zip(cut.labels, cut.moving, strict=True))
    return first, second
