"""A loss over a plane in space: the surface, the runs upon it, and the stars above it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from landscape.figures.loss_colours import LossScale
from landscape.figures.loss_field import Source, loss_numbers
from landscape.figures.style import CASING, INK, OPTIMUM, Figure, figure, packed, run_color
from landscape.formatting import short
from landscape.scene import Path

LIFT = 0.012
"""How far above the surface a run is drawn, as a share of the height of the picture."""

CAMERA = {"eye": {"x": 1.35, "y": -1.55, "z": 1.0}, "center": {"x": 0.0, "y": 0.0, "z": -0.16}}
"""Where the camera stands at first; the browser has one for all surfaces of a stage (``view/camera.js``)."""


def surface_trace(
    x: np.ndarray, y: np.ndarray, loss: np.ndarray, scale: LossScale, hover: str, source: Source | None = None
) -> dict[str, Any]:
    """Return a loss (L, K) over x (K,) and y (L,) as a surface whose height and colour are the colours of the map.

    ``source``: what the browser computes it from, None to send it.
    """
    coloring = scale.coloring()
    return {
        **_bare_surface(x, y, loss, scale, source),
        "colorscale": coloring["colorscale"],
        "uid": "field",
        "hovertemplate": hover,
    }


def shaded_trace(
    x: np.ndarray, y: np.ndarray, loss: np.ndarray, scale: LossScale, uid: str, source: Source | None = None
) -> dict[str, Any]:
    """Return a part of a surface in grey, as where no network can be."""
    grey = [[0.0, "#5C5C66"], [1.0, "#A4A4AE"]]
    return {
        **_bare_surface(x, y, loss, scale, source),
        "colorscale": grey,
        "opacity": 0.8,
        "uid": uid,
        "hoverinfo": "skip",
    }


def _bare_surface(
    x: np.ndarray, y: np.ndarray, loss: np.ndarray, scale: LossScale, source: Source | None
) -> dict[str, Any]:
    low, high = scale.limits
    return {
        "type": "surface",
        **loss_numbers(x, y, loss, scale, source),
        "cmin": low,
        "cmax": high,
        "showscale": False,
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
    }


def height_on(x: np.ndarray, y: np.ndarray, loss: np.ndarray, at_x: np.ndarray, at_y: np.ndarray) -> np.ndarray:
    """Return the loss (L, K) over x (K,) and y (L,) at points (T,), between the grid's lines as the surface is drawn.

    NaN outside of the grid.
    """
    inside = (at_x >= x[0]) & (at_x <= x[-1]) & (at_y >= y[0]) & (at_y <= y[-1])
    found = np.full(len(at_x), np.nan)
    u, v = at_x[inside], at_y[inside]
    k = np.clip(np.searchsorted(x, u, side="right") - 1, 0, len(x) - 2)
    l = np.clip(np.searchsorted(y, v, side="right") - 1, 0, len(y) - 2)  # noqa: E741
    s, t = (u - x[k]) / (x[k + 1] - x[k]), (v - y[l]) / (y[l + 1] - y[l])
    below = (1 - s) * loss[l, k] + s * loss[l, k + 1]
    above = (1 - s) * loss[l + 1, k] + s * loss[l + 1, k + 1]
    found[inside] = (1 - t) * below + t * above
    return found


def path_traces(run: Path, z: np.ndarray) -> list[dict[str, Any]]:
    """Return a run at heights (T,), its true losses in the hover text; NaN is a gap.

    Where it leaves the picture there is a gap, so that the k-th point of the line stays the k-th stored step.
    """
    x, y = np.where(np.isnan(z), np.nan, run.x), np.where(np.isnan(z), np.nan, run.y)
    steps_and_loss = np.column_stack([run.steps, run.objective])
    shared = {
        "type": "scatter3d",
        "meta": {"run": run.id},
        "hovertemplate": f"{run.name}<br>step %{{customdata[0]:,.0f}}<br>loss %{{customdata[1]:.4g}}<extra></extra>",
    }
    line = {
        **shared,
        "mode": "lines",
        "x": packed(x),
        "y": packed(y),
        "z": packed(z),
        "uid": f"{run.id}-line",
        "customdata": packed(steps_and_loss),
        "line": {"color": run_color(run.run), "width": 7},
    }
    ends = [0, -1]
    marks = {
        **shared,
        "mode": "markers",
        "x": packed(x[ends]),
        "y": packed(y[ends]),
        "z": packed(z[ends]),
        "customdata": packed(steps_and_loss[ends]),
        "uid": f"{run.id}-ends",
        "marker": {"size": [5, 7], "color": [CASING, run_color(run.run)], "line": {"color": INK, "width": 2}},
    }
    return [line, marks]


def star_notes(x: Sequence[float], y: Sequence[float], z: float, text: str) -> list[dict[str, Any]]:
    """Return the stars of global optima: notes of the scene, which no surface hides."""
    shared = {"showarrow": False, "hovertext": text, "captureevents": True}
    return [
        {
            **shared,
            "x": float(u),
            "y": float(v),
            "z": z,
            "text": "★",
            "font": {"size": size, "color": color},
        }
        for u, v in zip(x, y, strict=True)
        for size, color in ((30, INK), (21, OPTIMUM))
    ]


def in_space(
    data: Sequence[dict[str, Any]],
    scale: LossScale,
    axes: tuple[tuple[str, float, float], tuple[str, float, float]],
    notes: Sequence[dict[str, Any]] = (),
) -> Figure:
    """Return the figure of traces in space.

    Arguments
        axes: title, lowest and highest value of the two axes of the plane; notes: of the scene.
    """
    bar = scale.colorbar("loss")
    low, high = scale.limits
    (first, *first_range), (second, *second_range) = axes
    return figure(
        data,
        scene={
            "xaxis": {"title": {"text": first}, "range": first_range, "nticks": 6},
            "yaxis": {"title": {"text": second}, "range": second_range, "nticks": 6},
            "zaxis": {
                "title": {"text": "loss, log scale"},
                "range": [low - 0.02 * (high - low), high + 0.06 * (high - low)],
                "tickvals": bar["tickvals"],
                "ticktext": [short(_loss(scale, tick)) for tick in bar["tickvals"]],
            },
            "aspectmode": "manual",
            "aspectratio": {"x": 1.15, "y": 1.15, "z": 0.72},
            "camera": CAMERA,
            "annotations": list(notes),
        },
        margin={"l": 0, "r": 0, "t": 0, "b": 0},
    )


def _loss(scale: LossScale, position: float) -> float:
    loss = 10.0**position - scale.soft
    return 0.0 if loss < scale.soft * 1e-6 else loss
