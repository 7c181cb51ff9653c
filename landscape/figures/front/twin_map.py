"""The convex landscape: the loss over the pattern coordinates, its feasible cone, and the runs in these coordinates."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from landscape.convex.one_feature import ConvexSurface
from landscape.figures.front.loss_map import field, run_traces
from landscape.figures.loss_colours import LossScale
from landscape.figures.loss_field import Source
from landscape.figures.style import (
    BAR_BELOW,
    INK,
    OPTIMUM,
    Figure,
    figure,
    filled_axis,
    hollow_star,
    star,
    star_note,
)
from landscape.scene import Path


def twin_map(
    surface: ConvexSurface,
    *,
    walled: bool,
    paths: Sequence[Path],
    optimum: tuple[float, float],
    optimal_lines: Sequence[tuple[np.ndarray, np.ndarray]] = (),
    proven: bool = True,
    rounding: float = 0.0,
    star_text: str = "",
    narrow: tuple[tuple[float, float], str] | None = None,
    source: Source | None = None,
    from_lowest: bool = False,
) -> Figure:
    """Draw the convex loss over f's slopes s₊ right of 0 and s₋ left of 0, which the picture calls u₁ and u₂.

    Arguments
        surface: the convex loss on a grid.
        walled: whether only u₁ ≥ 0 ≥ u₂ belongs to networks (second layer fixed to 1).
        paths: the runs at their exact coordinates; optimum: a minimiser; optimal_lines: whole lines of minimisers.
        proven: whether they are proven to be; else they are called the best found.
        rounding: a loss up to which it is 0; star_text: what is written beside the minimiser.
        narrow: the best of the runs' own width, where wider networks do better, and what it is called.
        source: what the browser computes the loss from, None to send it.
        from_lowest: whether the darkest colour is that of the least loss shown, and not of 0.
    """
    best = "convex optimum" if proven else "best point found"
    scale = LossScale.of(surface.loss, rounding, from_lowest=from_lowest)
    data: list[dict[str, Any]] = [
        field(
            surface.s_plus,
            surface.s_minus,
            surface.loss,
            scale,
            "u₁ = %{x:.3g}<br>u₂ = %{y:.3g}<br>loss %{customdata:.4g}<extra></extra>",
            source=source,
            bar_below=True,
        )
    ]
    left, right = float(surface.s_plus[0]), float(surface.s_plus[-1])
    bottom, top = float(surface.s_minus[0]), float(surface.s_minus[-1])
    notes: list[dict[str, Any]] = []
    if walled:
        data.append(
            {
                "type": "scatter",
                "mode": "lines",
                "fill": "toself",
                "fillcolor": "rgba(110,110,120,.72)",
                "uid": "shade",
                "x": [left, 0, 0, right, right, left, left],
                "y": [bottom, bottom, 0, 0, top, top, bottom],
                "line": {"width": 0},
                "hoverinfo": "skip",
            }
        )
        data.append(
            {
                "type": "scatter",
                "mode": "lines",
                "x": [0, 0, right],
                "y": [bottom, 0, 0],
                "uid": "wall",
                "line": {"color": INK, "width": 5},
                "hoverinfo": "skip",
            }
        )
        notes = _words_on_walls(left, top, right, bottom)
    along = "optimal" if proven else "as good as the best found"
    for x, y in optimal_lines:
        data.append(
            {
                "type": "scatter",
                "mode": "lines",
                "x": x.tolist(),
                "y": y.tolist(),
                "uid": f"optima{len(data)}",
                "line": {"color": OPTIMUM, "width": 5},
                "hovertemplate": f"{along} all along this line<extra></extra>",
            }
        )
    for run in paths:
        data += run_traces(run)
    if narrow is not None:
        (plus, minus), name = narrow
        data.append(hollow_star(plus, minus, f"{name}<br>u₁ = %{{x:.4g}}<br>u₂ = %{{y:.4g}}"))
    data.append(star([optimum[0]], [optimum[1]], f"{best}<br>u₁ = %{{x:.4g}}<br>u₂ = %{{y:.4g}}"))
    if star_text:
        notes.append(star_note(*optimum, star_text))
    return figure(
        data,
        xaxis=filled_axis("u₁, slope of f right of 0", left, right),
        yaxis=filled_axis("u₂, slope of f left of 0", bottom, top),
        annotations=notes,
        margin=BAR_BELOW,
    )


def _words_on_walls(left: float, top: float, right: float, bottom: float) -> list[dict[str, Any]]:
    """Return what the grey says, and each wall along it.

    With a second layer of ones u₁ is the sum of the weights above 0 and u₂ that of those below: on a wall there are
    none of one sign, beyond it no weights at all.
    """
    plain = {"showarrow": False, "font": {"size": 12.5, "color": "#FFFFFF"}, "bgcolor": "rgba(27,27,51,.66)"}
    return [
        {**plain, "x": left, "y": top, "xanchor": "left", "yanchor": "top", "align": "left", "xshift": 4, "yshift": -4,
         "name": "fixed", "text": "Grey: no neurons<br>add up to these slopes"},
        {**plain, "x": right, "y": 0.0, "xanchor": "right", "yanchor": "bottom", "align": "right", "xshift": -4,
         "yshift": 5, "name": "wall", "text": "wall: no neuron acts left,<br>so no weight moves u₂"},
        {**plain, "x": 0.0, "y": bottom, "xanchor": "right", "yanchor": "bottom", "align": "right", "xshift": -7,
         "yshift": 5, "name": "wall", "text": "wall: no neuron<br>acts right,<br>so no weight<br>moves u₁"},
    ]  # fmt: skip
