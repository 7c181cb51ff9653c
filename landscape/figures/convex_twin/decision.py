"""Data of two features and a network's output over their plane, with the line on which each neuron has its kink."""

from __future__ import annotations

from typing import Any

import numpy as np

from landscape.figures.style import INK, Figure, axis, figure, packed, with_gaps
from landscape.model.network import Network, predict

GRID = 81
"""Points a side at which the output is evaluated."""

# Blue for low, orange for high, white between them: distinguishable with any colour vision.
OUTPUT_SCALE = [[0.0, "#0072B2"], [0.5, "#F7F7F7"], [1.0, "#E69F00"]]


def decision_map(features: np.ndarray, y: np.ndarray, network: Network, name: str, bias: bool) -> Figure:
    """Draw f over the plane of two features, the data coloured by label, and the line of each neuron's kink.

    Arguments
        features: (n, 2) points; y: (n,) labels; network: reads them, and a column of ones where there is a bias.
    """
    low, high = features.min(axis=0), features.max(axis=0)
    middle, reach = (low + high) / 2, 0.65 * max(float(np.max(high - low)), 1e-12)
    x1, x2 = (np.linspace(center - reach, center + reach, GRID) for center in middle)
    points = np.column_stack([a.ravel() for a in np.meshgrid(x1, x2)])
    output = predict(np.column_stack([points, np.ones(len(points))]) if bias else points, network).reshape(GRID, GRID)
    size = float(max(np.max(np.abs(y)), 1e-12))
    data: list[dict[str, Any]] = [
        {
            "type": "contour",
            "x": packed(x1),
            "y": packed(x2),
            "z": packed(output),
            "zmin": -size,
            "zmax": size,
            "zauto": False,
            "colorscale": OUTPUT_SCALE,
            "contours": {"coloring": "heatmap", "start": -size, "end": size, "size": size / 5},
            "line": {"width": 0.6, "color": "rgba(0,0,0,.25)"},
            "uid": "field",
            "colorbar": {"title": {"text": "f(x)", "side": "right"}, "thickness": 11, "outlinewidth": 0},
            "hovertemplate": "x₁ %{x:.3g}<br>x₂ %{y:.3g}<br>f %{z:.4g}<extra></extra>",
        }
    ]
    lines = [_line(w, middle, reach, bias) for w, a in zip(network.W.T, network.alpha, strict=True) if a != 0]
    drawn = [line for line in lines if line is not None]
    if drawn:
        data.append(
            {
                "type": "scatter",
                "mode": "lines",
                "x": with_gaps(x for x, _ in drawn),
                "y": with_gaps(y for _, y in drawn),
                "line": {"color": INK, "width": 2},
                "hovertemplate": "a neuron bends here<extra></extra>",
                "uid": "neurons",
            }
        )
    data.append(
        {
            "type": "scatter",
            "mode": "markers",
            "x": packed(features[:, 0]),
            "y": packed(features[:, 1]),
            "uid": "data",
            "customdata": packed(y),
            "hovertemplate": "(%{x:.4g}, %{y:.4g})<br>label %{customdata:.4g}<extra></extra>",
            "marker": {
                "symbol": ["square" if label > 0 else "circle" for label in y],
                "size": 12 if len(y) <= 100 else 7,
                "color": packed(y),
                "cmin": -size,
                "cmax": size,
                "colorscale": OUTPUT_SCALE,
                "line": {"width": 2, "color": INK},
            },
        }
    )
    window = [(center - reach, center + reach) for center in middle]
    return figure(
        data, xaxis=axis("x₁", *window[0]), yaxis=axis("x₂", *window[1]), margin={"r": 74}, title={"text": name}
    )


def _line(w: np.ndarray, middle: np.ndarray, reach: float, bias: bool) -> tuple[np.ndarray, np.ndarray] | None:
    """Return the part of w₁ x₁ + w₂ x₂ + b = 0 inside the window, or None."""
    normal, offset = w[:2], float(w[2]) if bias else 0.0
    length = float(np.hypot(*normal))
    if length == 0:
        return None
    foot = middle - normal * (normal @ middle + offset) / length**2
    along = np.array([-normal[1], normal[0]]) / length
    if np.max(np.abs(foot - middle)) > 1.5 * reach:
        return None
    t = np.linspace(-3 * reach, 3 * reach, 241)
    points = foot[:, None] + along[:, None] * t
    inside = np.all(np.abs(points - middle[:, None]) <= reach, axis=0)
    if not inside.any():
        return None
    return points[0, inside][[0, -1]], points[1, inside][[0, -1]]
