"""The data of the convex twin of batch normalisation: centred, and scaled to length one."""

from __future__ import annotations

from typing import Any

import numpy as np

from landscape.figures.style import DATA, GHOST, INK, OPTIMUM, Figure, axis, figure, packed, with_gaps
from landscape.formatting import short


def whitening(x: np.ndarray, u: np.ndarray, names: list[str]) -> Figure:
    """Draw the feature x (n,) above the whitened feature u (n,), each sample joined by a line."""
    size = float(np.max(np.abs(x))) or 1.0
    unit = short(size, 3)
    above = "x" if unit == "1" else f"x ÷ {unit}"
    scaled = x / size
    reach = 1.15 * max(1.0, float(np.max(np.abs(u), initial=0.0)))
    point: dict[str, Any] = {"type": "scatter", "mode": "markers+text", "text": names, "cliponaxis": False}
    data: list[dict[str, Any]] = [
        {
            "type": "scatter",
            "mode": "lines",
            "x": with_gaps(zip(scaled, u, strict=True)),
            "y": with_gaps([[1, 0]] * len(x)),
            "line": {"color": GHOST, "width": 2},
            "hoverinfo": "skip",
            "uid": "joined",
        },
        {
            **point,
            "x": packed(scaled),
            "y": [1] * len(x),
            "textposition": "top center",
            "customdata": packed(x),
            "uid": "raw",
            "marker": {"symbol": "square", "size": 12, "color": DATA, "line": {"width": 2, "color": "#FFFFFF"}},
            "hovertemplate": "x = %{customdata:.4g}<extra></extra>",
        },
        {
            **point,
            "x": packed(u),
            "y": [0] * len(x),
            "textposition": "bottom center",
            "uid": "white",
            "marker": {"symbol": "circle", "size": 12, "color": OPTIMUM, "line": {"width": 1.5, "color": INK}},
            "hovertemplate": "whitened: %{x:.4g}<extra></extra>",
        },
    ]
    return figure(
        data,
        xaxis=axis("place on the line", -reach, reach, zeroline=True),
        yaxis=axis(
            "",
            -0.45,
            1.45,
            tickvals=[0, 1],
            ticktext=["u, whitened", above],
            showgrid=False,
        ),
        margin={"l": 92},
    )
