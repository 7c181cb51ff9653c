"""The loss over a plane of weights, as a surface in space with the runs upon it."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from landscape.figures.front.space import LIFT, height_on, in_space, path_traces, star_notes, surface_trace
from landscape.figures.loss_colours import LossScale
from landscape.figures.loss_field import Source
from landscape.figures.style import Figure
from landscape.loss.surface import Surface
from landscape.scene import Path


def loss_relief(
    surface: Surface,
    *,
    labels: tuple[str, str],
    paths: Sequence[Path],
    optima: tuple[np.ndarray, np.ndarray],
    optimum: float,
    star_name: str = "global optimum",
    rounding: float = 0.0,
    source: Source | None = None,
    from_lowest: bool = False,
) -> Figure:
    """Draw the loss as a surface whose height is the colour scale of the map.

    Arguments
        surface: the loss on a grid that contains its kinks; labels: names of the two weights.
        paths: the runs, drawn on the surface where they are in its plane, their own losses in the hover text.
        optima: x and y of the global optima that are points; optimum: their loss.
        star_name: what they are called; rounding: a loss up to which it is 0.
        source: what the browser computes the loss from, None to send it.
        from_lowest: whether the darkest colour is that of the least loss shown, and not of 0.
    """
    scale = LossScale.of(surface.loss, rounding, from_lowest=from_lowest)
    low, high = scale.limits
    lift = LIFT * (high - low)
    first, second = labels
    w1, w2, loss = surface.w1, surface.w2, surface.loss
    hover = f"{first} = %{{x:.3g}}<br>{second} = %{{y:.3g}}<br>loss %{{customdata:.4g}}<extra></extra>"
    data = [surface_trace(w1, w2, loss, scale, hover, source)]
    for run in paths:
        data += path_traces(run, scale.place(height_on(w1, w2, loss, run.x, run.y)) + lift)
    height = float(scale.place(max(optimum, 0.0))) + lift
    notes = star_notes(optima[0].tolist(), optima[1].tolist(), height, star_name)
    axes = (first, float(w1[0]), float(w1[-1])), (second, float(w2[0]), float(w2[-1]))
    return in_space(data, scale, axes, notes)
