"""The loss over a plane of weights, as a surface in space with the runs upon it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from landscape.figures.loss_colours import LossScale
from landscape.figures.style import CASING, INK, OPTIMUM, Figure, figure, packed, run_color
from landscape.formatting import short
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
) -> Figure:
    """Draw the loss as a surface whose height is the colour scale of the map.

    Arguments
        surface: the loss on a grid that contains its kinks; labels: names of the two weights.
        paths: the runs at their own loss; optima: x and y of the global optima that are points; optimum: their loss.
        star_name: what they are called; rounding: a loss up to which it is 0.
    """
    scale = LossScale.of(surface.loss, rounding)
    coloring = scale.coloring()
    low, high = coloring["low"], coloring["high"]
    lift = 0.012 * (high - low)
    first, second = labels
    data: list[dict[str, Any]] = [
        {
            "type": "surface",
            "x": packed(surface.w1),
            "y": packed(surface.w2),
            "z": packed(scale.place(surface.loss)),
            "customdata": packed(surface.loss),
            "surfacecolor": packed(scale.place(surface.loss)),
            "cmin": low,
            "cmax": high,
            "colorscale": coloring["colorscale"],
            "showscale": False,
            "uid": "field",
            "lighting": {"ambient": 0.72, "diffuse": 0.55, "specular": 0.08, "roughness": 0.9},
            "contours": {
                "z": {
                    "show": True,
                    "start": low,
                    "end": high,
                    "size": (high - low) / 16,
                    "color": "rgba(255,255,255,.35)",
                    "width": 1,
                }
            },
            "hovertemplate": f"{first} = %{{x:.3g}}<br>{second} = %{{y:.3g}}"
            "<br>loss %{customdata:.4g}<extra></extra>",
        }
    ]
    inside_x, inside_y = (surface.w1[0], surface.w1[-1]), (surface.w2[0], surface.w2[-1])
    for run in paths:
        keep = (run.x >= inside_x[0]) & (run.x <= inside_x[1]) & (run.y >= inside_y[0]) & (run.y <= inside_y[1])
        # Outside the window a gap, so that the k-th point of the line stays the k-th stored step.
        x, y = np.where(keep, run.x, np.nan), np.where(keep, run.y, np.nan)
        z = np.where(keep, scale.place(np.maximum(run.objective, 0.0)) + lift, np.nan)
        steps_and_loss = np.column_stack([run.steps, run.objective])
        shared = {
            "type": "scatter3d",
            "meta": {"run": run.id},
            "hovertemplate": f"{run.name}<br>step %{{customdata[0]:,.0f}}"
            "<br>loss %{customdata[1]:.4g}<extra></extra>",
        }
        data.append(
            {
                **shared,
                "mode": "lines",
                "x": packed(x),
                "y": packed(y),
                "z": packed(z),
                "uid": f"{run.id}-line",
                "customdata": packed(steps_and_loss),
                "line": {"color": run_color(run.run), "width": 7},
            }
        )
        ends = [0, -1]
        data.append(
            {
                **shared,
                "mode": "markers",
                "x": packed(x[ends]),
                "y": packed(y[ends]),
                "z": packed(z[ends]),
                "customdata": packed(steps_and_loss[ends]),
                "uid": f"{run.id}-ends",
                "marker": {"size": [5, 7], "color": [CASING, run_color(run.run)], "line": {"color": INK, "width": 2}},
            }
        )
    if len(optima[0]):
        height = float(scale.place(max(optimum, 0.0))) + lift
        data.append(
            {
                "type": "scatter3d",
                "mode": "markers",
                "uid": "optimum",
                "meta": {"run": "optimum"},
                "x": optima[0].tolist(),
                "y": optima[1].tolist(),
                "z": [height] * len(optima[0]),
                "hovertemplate": f"{star_name}<extra></extra>",
                "marker": {"size": 9, "symbol": "diamond", "color": OPTIMUM, "line": {"color": INK, "width": 2}},
            }
        )
    bar = scale.colorbar("loss")
    return figure(
        data,
        scene={
            "xaxis": {"title": {"text": first}, "range": list(map(float, inside_x))},
            "yaxis": {"title": {"text": second}, "range": list(map(float, inside_y))},
            "zaxis": {
                "title": {"text": "loss, log scale"},
                "tickvals": bar["tickvals"],
                "ticktext": [short(_loss(scale, t)) for t in bar["tickvals"]],
            },
            "aspectratio": {"x": 1.15, "y": 1.15, "z": 0.7},
            "camera": {"eye": {"x": 1.25, "y": -1.35, "z": 1.05}, "center": {"x": 0, "y": 0, "z": -0.18}},
        },
        margin={"l": 0, "r": 0, "t": 0, "b": 0},
    )


def _loss(scale: LossScale, position: float) -> float:
    loss = 10.0**position - scale.soft
    return 0.0 if loss < scale.soft * 1e-6 else loss
