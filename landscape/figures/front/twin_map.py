"""The convex landscape: the loss over the pattern coordinates, its feasible cone, and the runs in these coordinates."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from landscape.convex.one_feature import ConvexSurface
from landscape.figures.front.loss_map import field, run_traces
from landscape.figures.loss_colours import LossScale
from landscape.figures.style import INK, OPTIMUM, Figure, figure, filled_axis, hollow_star, star
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
    narrow: tuple[tuple[float, float], str] | None = None,
) -> Figure:
    """Draw the convex loss over the slopes s₊ (for x > 0) and s₋ (for x < 0), which the picture calls u₁ and u₂.

    Arguments
        surface: the convex loss on a grid.
        walled: whether only u₁ ≥ 0 ≥ u₂ belongs to networks (second layer fixed to 1).
        paths: the runs at their exact coordinates; optimum: a minimiser; optimal_lines: whole lines of minimisers.
        proven: whether they are proven to be; else they are called the best found.
        rounding: a loss up to which it is 0.
        narrow: the best of the runs' own width, where wider networks do better, and what it is called.
    """
    best = "convex optimum" if proven else "best point found"
    scale = LossScale.of(surface.loss, rounding)
    data: list[dict[str, Any]] = [
        field(
            surface.s_plus,
            surface.s_minus,
            surface.loss,
            scale,
            "u₁ = %{x:.3g}<br>u₂ = %{y:.3g}<br>loss %{customdata:.4g}<extra></extra>",
        )
    ]
    left, right = float(surface.s_plus[0]), float(surface.s_plus[-1])
    bottom, top = float(surface.s_minus[0]), float(surface.s_minus[-1])
    notes = []
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
        notes = [
            {
                "x": (left + right) / 2,
                "y": top,
                "text": "no network can be here",
                "showarrow": False,
                "yanchor": "top",
                "yshift": -6,
                "font": {"size": 13, "color": "#FFFFFF"},
            }
        ]
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
    return figure(
        data,
        xaxis=filled_axis("u₁, slope for x > 0", left, right),
        yaxis=filled_axis("u₂, slope for x < 0", bottom, top),
        annotations=notes,
        margin={"r": 74},
    )
