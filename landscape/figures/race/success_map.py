"""Success rate of gradient descent over two settings, as a heat map with its numbers written in."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from landscape.figures.style import Figure, axis, figure
from landscape.formatting import short

# Lightness rises with the success rate.
SUCCESS_SCALE = [[0.0, "#2C2A57"], [0.5, "#4886BB"], [1.0, "#F0E442"]]


def success_map(columns: Sequence[float], rows: Sequence[float], rate: np.ndarray, names: tuple[str, str]) -> Figure:
    """Draw success rates (R, C) over two settings; NaN where a cell has not been tried yet.

    Arguments
        columns (C,), rows (R,): the values of the settings; names: of the settings.
    """
    text = [["" if np.isnan(value) else f"{100 * value:.3g}" for value in row] for row in rate]
    data = [
        {
            "type": "heatmap",
            "z": [[None if np.isnan(v) else float(v) for v in row] for row in rate],
            "zmin": 0,
            "zmax": 1,
            "colorscale": SUCCESS_SCALE,
            "text": text,
            "texttemplate": "%{text}",
            "xgap": 2,
            "ygap": 2,
            "uid": "rates",
            "colorbar": {
                "title": {"text": "success", "side": "right"},
                "thickness": 11,
                "outlinewidth": 0,
                "tickformat": ".0%",
            },
            "hovertemplate": f"{names[0]} %{{x}}, {names[1]} %{{y}}<br>%{{text}} % of starts succeed<extra></extra>",
        }
    ]
    return figure(
        data,
        margin={"r": 78, "l": 76},
        xaxis=axis(
            names[0], -0.5, len(columns) - 0.5, tickvals=list(range(len(columns))), ticktext=[short(c) for c in columns]
        ),
        yaxis=axis(names[1], -0.5, len(rows) - 0.5, tickvals=list(range(len(rows))), ticktext=[short(r) for r in rows]),
    )
