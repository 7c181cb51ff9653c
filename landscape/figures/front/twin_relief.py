"""The convex landscape as a surface in space: one bowl, grey where no network can be, with the runs upon it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from landscape.convex.one_feature import ConvexSurface
from landscape.figures.front.space import (
    LIFT,
    height_on,
    in_space,
    path_traces,
    shaded_trace,
    star_notes,
    surface_trace,
)
from landscape.figures.loss_colours import LossScale
from landscape.figures.loss_field import Source
from landscape.figures.style import INK, OPTIMUM, Figure, packed
from landscape.scene import Path


def twin_relief(
    surface: ConvexSurface,
    *,
    labels: tuple[str, str],
    walled: bool,
    paths: Sequence[Path],
    optimum: tuple[float, float],
    optimal_lines: Sequence[tuple[np.ndarray, np.ndarray]] = (),
    proven: bool = True,
    rounding: float = 0.0,
    source: Source | None = None,
    from_lowest: bool = False,
) -> Figure:
    """Draw the convex loss as a surface whose height is the colour scale of its map.

    Arguments
        surface: the convex loss on a grid that contains 0; labels: names of the two slopes.
        walled: whether only u₁ ≥ 0 ≥ u₂ belongs to networks (second layer fixed to 1).
        paths: the runs, drawn on the surface; optimum: a minimiser; optimal_lines: whole lines of minimisers.
        proven: whether they are proven to be; else they are called the best found.
        rounding: a loss up to which it is 0; source: what the browser computes the loss from, None to send it.
        from_lowest: whether the darkest colour is that of the least loss shown, and not of 0.
    """
    scale = LossScale.of(surface.loss, rounding, from_lowest=from_lowest)
    low, high = scale.limits
    lift = LIFT * (high - low)
    # The wall lies under the runs that are caught on it.
    under = lift / 3
    x, y, loss = surface.s_plus, surface.s_minus, surface.loss
    hover = "u₁ = %{x:.3g}<br>u₂ = %{y:.3g}<br>loss %{customdata:.4g}<extra></extra>"

    def on(at_x: np.ndarray, at_y: np.ndarray) -> np.ndarray:
        return np.asarray(scale.place(height_on(x, y, loss, at_x, at_y)))

    data: list[dict[str, Any]] = []
    if walled:
        # Each part has its border, a line of the grid: between them no gap is left.
        left, right, below, above = x <= 0, x >= 0, y <= 0, y >= 0
        data.append(surface_trace(x[right], y[below], loss[np.ix_(below, right)], scale, hover, source))
        data.append(shaded_trace(x[left], y, loss[:, left], scale, "shade-left", source))
        data.append(shaded_trace(x[right], y[above], loss[np.ix_(above, right)], scale, "shade-above", source))
        down, right = y[below], x[right]
        wall_x, wall_y = np.r_[np.zeros(len(down)), right], np.r_[down, np.zeros(len(right))]
        data.append(_line(wall_x, wall_y, on(wall_x, wall_y) + under, INK, 6, "wall"))
    else:
        data.append(surface_trace(x, y, loss, scale, hover, source))
    for number, (line_x, line_y) in enumerate(optimal_lines):
        far_x, far_y = _between(line_x), _between(line_y)
        data.append(_line(far_x, far_y, on(far_x, far_y) + under, OPTIMUM, 8, f"optima{number}"))
    for run in paths:
        data += path_traces(run, on(run.x, run.y) + 1.5 * lift)
    height = float(on(np.array([optimum[0]]), np.array([optimum[1]]))[0]) + lift
    best = "convex optimum" if proven else "best point found"
    notes = star_notes([optimum[0]], [optimum[1]], height, best) if np.isfinite(height) else []
    first, second = labels
    axes = (first, float(x[0]), float(x[-1])), (second, float(y[0]), float(y[-1]))
    return in_space(data, scale, axes, notes)


def _between(ends: np.ndarray) -> np.ndarray:
    return np.linspace(float(ends[0]), float(ends[-1]), 60)


def _line(x: np.ndarray, y: np.ndarray, z: np.ndarray, color: str, width: int, uid: str) -> dict[str, Any]:
    return {
        "type": "scatter3d",
        "mode": "lines",
        "x": packed(x),
        "y": packed(y),
        "z": packed(z),
        "line": {"color": color, "width": width},
        "hoverinfo": "skip",
        "uid": uid,
    }
