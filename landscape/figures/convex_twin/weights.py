"""The neurons of a network of many features: a row a neuron, the strongest first, a column a feature."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from landscape.figures.convex_twin.decision import OUTPUT_SCALE
from landscape.figures.style import Figure, axis, figure
from landscape.formatting import short

MOST_ROWS = 12
"""Neurons that are drawn, the strongest."""

MOST_NUMBERS = 10
"""Up to so many columns each cell has its number; of more columns the signs of large weights."""

LARGE = 0.2
"""A weight is large from this share of the largest on."""


def weights(u: np.ndarray, signs: np.ndarray, features: Sequence[str]) -> Figure:
    """Draw neurons |α| w as a heat map.

    Arguments
        u: (d, m) |α_j| w_j, the neurons in the order of their rows; signs: (m,) of α.
        features: the d names of the columns.
    """
    shown = u[:, :MOST_ROWS].T
    size = float(np.max(np.abs(shown), initial=0.0)) or 1.0
    rows, d = shown.shape
    if d <= MOST_NUMBERS:
        text = [[short(float(v), 2) for v in row] for row in shown]
    else:
        text = [["" if abs(v) < LARGE * size else "+" if v > 0 else "−" for v in row] for row in shown]
    data = [
        {
            "type": "heatmap",
            "z": np.where(np.isfinite(shown), shown, 0.0).tolist(),
            "x": list(range(d)),
            "y": list(range(1, rows + 1)),
            "zmin": -size,
            "zmax": size,
            "colorscale": OUTPUT_SCALE,
            "showscale": False,
            "xgap": 1.5,
            "ygap": 1.5,
            "uid": "weights",
            "text": text,
            "texttemplate": "%{text}",
            "textfont": {"size": 13 if d <= MOST_NUMBERS else 15},
            "customdata": [list(features) for _ in range(rows)],
            "hovertemplate": "neuron %{y}<br>%{customdata}<br>|α| w %{z:.4g}<extra></extra>",
        }
    ]
    every = max(1, -(-d // 16))
    ticks = list(range(0, d, every))
    names = [f"{j + 1} ({'α > 0' if signs[j] > 0 else 'α < 0' if signs[j] < 0 else 'α = 0'})" for j in range(rows)]
    return figure(
        data,
        xaxis=axis("feature", -0.5, d - 0.5, tickvals=ticks, ticktext=[features[k] for k in ticks]),
        yaxis=axis("neuron", rows + 0.5, 0.5, tickvals=list(range(1, rows + 1)), ticktext=names),
        margin={"l": 92},
    )
