"""The activation patterns as a matrix: a row a pattern, a column a point, the patterns in use marked."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from landscape.figures.style import Figure, axis, figure

MOST_ROWS = 60
"""Of more patterns only those in use, and the first others, are drawn."""


def pattern_matrix(D: np.ndarray, used: np.ndarray, names: Sequence[str]) -> Figure:
    """Draw patterns D (P, n) of zeros and ones; ``used`` (P,) is True where the optimum has a neuron of the pattern."""
    order = np.argsort(~used, kind="stable")[:MOST_ROWS]
    rows = D[np.sort(order)] if len(D) <= MOST_ROWS else D[order]
    marks = used[np.sort(order)] if len(D) <= MOST_ROWS else used[order]
    # 0 inactive, 1 active, 2 active in a pattern in use.
    z = rows.astype(int) + (rows & marks[:, None])
    labels = ["★" if mark else "" for mark in marks]
    data = [
        {
            "type": "heatmap",
            "z": z.tolist(),
            "zmin": 0,
            "zmax": 2,
            "showscale": False,
            "xgap": 1.5,
            "ygap": 1.5,
            "uid": "patterns",
            "colorscale": [[0, "rgba(128,128,140,.16)"], [0.5, "#4886BB"], [1, "#E6C800"]],
            "hovertemplate": "pattern %{y}, point %{x}<extra></extra>",
        }
    ]
    n = D.shape[1]
    every = max(1, -(-n // 12))
    ticks = list(range(0, n, every))
    return figure(
        data,
        xaxis=axis("data point", -0.5, n - 0.5, tickvals=ticks, ticktext=[names[i] for i in ticks]),
        yaxis=axis("activation pattern", len(rows) - 0.5, -0.5, tickvals=list(range(len(rows))), ticktext=labels),
        margin={"l": 44},
    )
