"""The part of a plane that a picture shows, and its cells: round ranges, borders cut to them, names in the corners."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass

import numpy as np

from landscape.formatting import subscript
from landscape.loss.surface import LossTooLarge, Plane, loss_surface
from landscape.model.excess import ROUNDING, label_size
from landscape.model.problem import Problem
from landscape.results.solved_scenario import SolvedScenario
from landscape.results.verdict import VerdictKind
from landscape.scenario.limits import WINDOW
from landscape.scene.paths import Path
from landscape.training.trajectory import Outcome

Ends = tuple[float, float]
"""The range of a coordinate."""

_NICE = np.array([1.0, 1.5, 2.0, 2.5, 3.0, 4.0, 5.0, 6.0, 8.0, 10.0])
"""Half-widths of a window, up to a power of ten."""

NARROWEST = 1e-9
"""Least half-width of a window as a share of the distance of its middle from 0: narrower, its places would be one."""


_MOST_DECADES = 160
"""How often a window is narrowed before its losses are given up."""

_FAR = 10.0
"""A run that has died is followed up to this many times the largest coordinate of starts and optima."""


@dataclass(frozen=True)
class CellLabel:
    """What the neurons do in an activation-pattern cell, and the corner (x, y) of the picture it is written in."""

    x: float
    y: float
    name: str


def nice_reach(reach: float) -> float:
    """Return the first round number at or above a reach: 1, 1.5, 2, 2.5, 3, 4, 5, 6 or 8 times a power of ten."""
    if not reach > 0:
        return 1.0
    power = 10.0 ** np.floor(np.log10(reach))
    # With the tolerance 3.0000000001 counts as 3, not 4.
    return float(_NICE[np.searchsorted(_NICE, reach / power * (1 - 1e-9))] * power)


def window(
    chosen: float | None,
    paths: Sequence[Path],
    solved: SolvedScenario,
    marks: tuple[np.ndarray, np.ndarray],
    centred: bool,
) -> tuple[tuple[float, float], tuple[float, float]]:
    """Return the ranges of both coordinates: the chosen half-width, or one that shows optima and runs.

    A run that diverged counts with its start alone, and one that its step threw off the data with what lies near: the
    end would shrink everything else to a dot.
    """
    xs, ys = list(marks[0]), list(marks[1])
    near = _FAR * max(map(abs, [*xs, *ys, *(v for path in paths for v in (path.x[0], path.y[0]))]), default=1.0)
    for path, run in zip(paths, solved.shown, strict=True):
        kept = path.objective <= 1.5 * path.objective[0] + ROUNDING * label_size(solved.problem)
        if run.verdict.kind is VerdictKind.DEAD:
            kept &= (np.abs(path.x) <= near) & (np.abs(path.y) <= near)
        whole = run.trajectory.outcome is not Outcome.DIVERGED
        xs += path.x[kept].tolist() if whole else [path.x[0]]
        ys += path.y[kept].tolist() if whole else [path.y[0]]
    # Slopes are products of weights: two that a network holds may give one that lies beyond every picture.
    xs, ys = (np.clip(values, -WINDOW.high, WINDOW.high).tolist() for values in (xs, ys))
    if centred:
        reach = chosen or nice_reach(1.2 * max(map(abs, [*xs, *ys]), default=1.0))
        return (-reach, reach), (-reach, reach)
    middle = (min(xs) + max(xs)) / 2, (min(ys) + max(ys)) / 2
    reach = chosen or nice_reach(0.65 * max(max(xs) - min(xs), max(ys) - min(ys)))
    reach = max(reach, NARROWEST * max(map(abs, middle)))
    return (middle[0] - reach, middle[0] + reach), (middle[1] - reach, middle[1] + reach)


def where_losses_are_numbers(problem: Problem, plane: Plane, xs: Ends, ys: Ends) -> tuple[Ends, Ends]:
    """Return a window narrowed around its middle, tenth by tenth, until its corners have losses; as it is if none do.

    A neuron that a run threw off the data may have an outer weight of 1e90: beyond its kink no number holds its loss.
    """
    (x, y), (reach_x, reach_y) = ((xs[0] + xs[1]) / 2, (ys[0] + ys[1]) / 2), ((xs[1] - xs[0]) / 2, (ys[1] - ys[0]) / 2)
    corners = xs, ys
    for decade in range(1, _MOST_DECADES):
        with suppress(LossTooLarge):
            loss_surface(problem, np.array(corners[0]), np.array(corners[1]), plane=plane)
            return corners
        share = 10.0**-decade
        corners = (x - share * reach_x, x + share * reach_x), (y - share * reach_y, y + share * reach_y)
    return xs, ys


def clipped(
    lines: np.ndarray, xs: tuple[float, float], ys: tuple[float, float]
) -> tuple[tuple[np.ndarray, np.ndarray], ...]:
    """Cut the lines c + p a + q b = 0 to the window."""
    pieces = []
    for c, p, q in lines:
        ends = [(x, -(c + p * x) / q) for x in xs if q != 0] + [(-(c + q * y) / p, y) for y in ys if p != 0]
        slack = 1e-9 * (xs[1] - xs[0])
        inside = sorted(
            {
                (float(x), float(y))
                for x, y in ends
                if xs[0] - slack <= x <= xs[1] + slack and ys[0] - slack <= y <= ys[1] + slack
            }
        )
        if len(inside) >= 2:
            x, y = np.array([inside[0], inside[-1]]).T
            pieces.append((x, y))
    return tuple(pieces)


def named_cells(xs: tuple[float, float], ys: tuple[float, float]) -> tuple[CellLabel, ...]:
    """Name the four quadrants by the sides of 0 on which the two neurons act, whatever the data."""
    return tuple(
        CellLabel(xs[i > 0], ys[j > 0], "one on each side" if i != j else f"both act {'right' if i > 0 else 'left'}")
        for i in (-1, 1)
        for j in (-1, 1)
    )


def points_on_sides(problem: Problem) -> tuple[str, str]:
    """Return the names of the points that a neuron with w < 0, and one with w > 0, is active on."""
    x = problem.X[:, 0]
    return points_named(np.flatnonzero(x < 0)), points_named(np.flatnonzero(x > 0))


def points_named(indices: np.ndarray) -> str:
    """Return points by name, "x₁, x₃", or how many they are where a list would be too long, or "none"."""
    if len(indices) == 0:
        return "none"
    if len(indices) > 3:
        return f"{len(indices)} points"
    return ", ".join(f"x{subscript(int(i) + 1)}" for i in indices)
