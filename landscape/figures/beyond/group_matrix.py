"""Three layers: the group of each sub-network in use, as the samples on which each of its gates is active."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from landscape.figures.style import Figure, axis, figure


def group_matrix(gates: np.ndarray, rows: Sequence[str], second: np.ndarray, names: Sequence[str]) -> Figure:
    """Draw gates (R, n) of zeros and ones, a row a gate; ``second`` (R,) is True for second-layer gates."""
    z = np.where(gates, np.where(second[:, None], 2, 1), 0)
    data = [
        {
            "type": "heatmap",
            "z": z.tolist(),
            "zmin": 0,
            "zmax": 2,
            "showscale": False,
            "xgap": 1.5,
            "ygap": 1.5,
            "uid": "gates",
            "colorscale": [[0, "rgba(128,128,140,.16)"], [0.5, "#4886BB"], [1, "#E69F00"]],
            "hovertemplate": "%{y}, point %{x}<extra></extra>",
        }
    ]
    n = gates.shape[1]
    return figure(
        data,
        xaxis=axis("data point", -0.5, n - 0.5, tickvals=list(range(n)), ticktext=list(names)),
        yaxis=axis(
            "", len(rows) - 0.5, -0.5, tickvals=list(range(len(rows))), ticktext=list(rows), tickfont={"size": 14}
        ),
        margin={"l": 92},
    )
