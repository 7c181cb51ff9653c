"""Labels against a network's outputs, for data that no plane shows: on the line the output is the label."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from landscape.figures.style import DATA, GHOST, OPTIMUM, Figure, axis, figure, packed, run_color, run_symbol

MANY = 300
"""Beyond so many points they are drawn smaller."""

MOST_POINTS = 2000
"""Points that are drawn, evenly spaced among more."""


def labels_and_outputs(y: np.ndarray, best: np.ndarray, runs: Sequence[tuple[str, int, np.ndarray]]) -> Figure:
    """Draw what networks give each point against its label.

    Arguments
        y: (n,) labels; best: (n,) the outputs of the best network.
        runs: pairs of a run's name, its place in the list, and its (n,) outputs, drawn beneath.
    """
    kept = np.unique(np.linspace(0, len(y) - 1, min(len(y), MOST_POINTS)).astype(int))
    spread = [y, best]
    low, high = min(map(np.min, spread)), max(map(np.max, spread))
    room = 0.06 * (high - low) or 0.5 * abs(high) or 1.0
    ends = [float(low - room), float(high + room)]
    size = 11 if len(y) <= MANY else 6
    data: list[dict[str, Any]] = [
        {
            "type": "scatter",
            "mode": "lines",
            "x": ends,
            "y": ends,
            "uid": "equal",
            "line": {"color": GHOST, "width": 3, "dash": "dash"},
            "hoverinfo": "skip",
        }
    ]
    for name, place, outputs in runs:
        marker = {"symbol": f"{run_symbol(place)}-open", "size": size - 2, "line": {"width": 1.5}}
        color = run_color(place)
        data.append(_points(f"outputs{place}", y[kept], outputs[kept], {**marker, "color": color}, name))
    own = {"symbol": "square", "size": size, "color": OPTIMUM, "line": {"width": 1.5, "color": DATA}}
    data.append(_points("best", y[kept], best[kept], own, "best network"))
    return figure(data, xaxis=axis("label y", *ends), yaxis=axis("output f(x)", *ends))


def _points(uid: str, x: np.ndarray, y: np.ndarray, marker: dict[str, Any], name: str) -> dict[str, Any]:
    return {
        "type": "scatter",
        "mode": "markers",
        "x": packed(x),
        "y": packed(y),
        "uid": uid,
        "name": name,
        "marker": marker,
        "hovertemplate": f"{name}<br>label %{{x:.4g}}<br>output %{{y:.4g}}<extra></extra>",
    }
