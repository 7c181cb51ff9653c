"""A linear map by its singular values: the image of the unit circle, and the gap by depth."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from landscape.figures.style import DATA, GHOST, INK, OPTIMUM, RUN_COLORS, Figure, axis, figure, packed, with_gaps

STANDARD, PARALLEL = RUN_COLORS[0], RUN_COLORS[3]
"""The standard network orange, the parallel one green, in every picture."""


def ellipse(X: np.ndarray, Y: np.ndarray, target: np.ndarray) -> Figure:
    """Draw labels Y (n, 2), their least-squares places X·target, the unit circle's image and its half axes."""
    angle = np.linspace(0, 2 * np.pi, 181)
    circle = np.column_stack([np.cos(angle), np.sin(angle)])
    image, fitted = circle @ target, X @ target
    _, S, Vt = np.linalg.svd(target)
    half = S[:, None] * Vt
    data: list[dict[str, Any]] = [
        {
            "type": "scatter",
            "mode": "lines",
            "x": packed(circle[:, 0]),
            "y": packed(circle[:, 1]),
            "uid": "circle",
            "line": {"color": GHOST, "width": 2, "dash": "3px,4px"},
            "hovertemplate": "unit circle<extra></extra>",
        },
        {
            "type": "scatter",
            "mode": "lines",
            "x": packed(image[:, 0]),
            "y": packed(image[:, 1]),
            "uid": "ellipse",
            "line": {"color": OPTIMUM, "width": 6},
            "hovertemplate": "its image under the linear map<extra></extra>",
        },
        {
            "type": "scatter",
            "mode": "lines",
            "x": with_gaps([0, v[0]] for v in half),
            "y": with_gaps([0, v[1]] for v in half),
            "uid": "axes",
            "line": {"color": "#4886BB", "width": 4},
            "hovertemplate": "half axis: a singular value<extra></extra>",
        },
        {
            "type": "scatter",
            "mode": "lines",
            "x": with_gaps(zip(Y[:, 0], fitted[:, 0], strict=True)),
            "y": with_gaps(zip(Y[:, 1], fitted[:, 1], strict=True)),
            "uid": "residuals",
            "line": {"color": GHOST, "width": 2},
            "hoverinfo": "skip",
        },
        {
            "type": "scatter",
            "mode": "markers",
            "x": packed(Y[:, 0]),
            "y": packed(Y[:, 1]),
            "uid": "data",
            "marker": {"symbol": "square", "size": 12, "color": DATA, "line": {"width": 2, "color": "#FFFFFF"}},
            "hovertemplate": "label (%{x:.4g}, %{y:.4g})<extra></extra>",
        },
    ]
    reach = 1.12 * max(1.0, float(np.max(np.abs(np.concatenate([image, Y])))))
    return figure(
        data,
        xaxis=axis("first output", -reach, reach),
        yaxis=axis("second output", -reach, reach, scaleanchor="x"),
    )


def spectrum_bars(spectrum: np.ndarray) -> Figure:
    """Draw singular values as bars; their tops can be dragged."""
    data = [
        {
            "type": "bar",
            "x": list(range(1, len(spectrum) + 1)),
            "y": [float(s) for s in spectrum],
            "uid": "spectrum",
            "width": 0.5,
            "marker": {"color": "#4886BB"},
            "hovertemplate": "σ%{x} = %{y:.4g}<extra></extra>",
        }
    ]
    top = 1.25 * float(np.max(spectrum, initial=0.0)) or 1.0
    names = [f"σ{'₁₂₃₄₅₆₇₈₉'[k]}" for k in range(len(spectrum))]
    return figure(
        data,
        xaxis=axis("", 0.4, len(spectrum) + 0.6, tickvals=list(range(1, len(spectrum) + 1)), ticktext=names),
        yaxis=axis("singular value of X†Y", 0.0, top),
    )


def gap_curve(
    x: Sequence[float], gaps: Sequence[float], now: tuple[float, float], title: str, *, whole: bool
) -> Figure:
    """Draw the standard network's gap, in percent of its dual, against depth or ratio; the current one is marked."""
    percent = [100.0 * gap for gap in gaps]
    data: list[dict[str, Any]] = [
        {
            "type": "scatter",
            "mode": "lines+markers" if whole else "lines",
            "x": list(x),
            "y": percent,
            "uid": "standard",
            "line": {"color": STANDARD, "width": 3},
            "marker": {"size": 9},
            "hovertemplate": "standard: %{y:.3g} %<extra></extra>",
        },
        {
            "type": "scatter",
            "mode": "lines",
            "x": [x[0], x[-1]],
            "y": [0, 0],
            "uid": "parallel",
            "line": {"color": PARALLEL, "width": 4},
            "hovertemplate": "parallel: 0 %<extra></extra>",
        },
        {
            "type": "scatter",
            "mode": "markers",
            "x": [now[0]],
            "y": [100.0 * now[1]],
            "uid": "now",
            "marker": {"symbol": "circle", "size": 15, "color": STANDARD, "line": {"width": 2, "color": INK}},
            "hovertemplate": "here: %{y:.4g} %<extra></extra>",
        },
    ]
    room = 0.06 * (x[-1] - x[0])
    return figure(
        data,
        xaxis=axis(title, x[0] - room, x[-1] + room, dtick=1 if whole else None),
        yaxis=axis("gap, % of the dual", -0.06 * max([*percent, 1.0]), 1.12 * max([*percent, 1.0])),
    )
