"""Labels against a network's outputs, for data that no plane shows: on a line the output is the label, or is 0."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from landscape.figures.style import DATA, GHOST, OPTIMUM, Figure, axis, figure, packed, run_color, run_symbol

MANY = 300
"""Beyond so many points they are drawn smaller."""

MOST_POINTS = 2000
"""Points that are drawn, evenly spaced among more."""


def labels_and_outputs(
    y: np.ndarray, best: np.ndarray, runs: Sequence[tuple[str, int, np.ndarray]], *, classes: bool = False
) -> Figure:
    """Draw what networks give each point against its label.

    Arguments
        y: (n,) labels; best: (n,) the outputs of the best network.
        runs: a run's name, its place in the list, and its (n,) outputs each: hollow, above those of the best network.
        classes: whether labels are classes, and outputs scores: the line is then where a score tells neither class.
    """
    kept = np.unique(np.linspace(0, len(y) - 1, min(len(y), MOST_POINTS)).astype(int))
    if classes:
        across, up = _ends(y), _ends(best, np.zeros(1))
    else:
        across = up = _ends(y, best)
    size = 11 if len(y) <= MANY else 6
    data: list[dict[str, Any]] = [
        {
            "type": "scatter",
            "mode": "lines",
            "x": across,
            "y": [0.0, 0.0] if classes else up,
            "uid": "equal",
            "line": {"color": GHOST, "width": 3, "dash": "dash"},
            "hoverinfo": "skip",
        }
    ]
    own = {"symbol": "square", "size": size - 3, "color": OPTIMUM, "line": {"width": 1, "color": DATA}}
    data.append(_points("best", y[kept], best[kept], own, "best network"))
    for name, place, outputs in runs:
        marker = {"symbol": f"{run_symbol(place)}-open", "size": size, "line": {"width": 2}}
        color = run_color(place)
        data.append(_points(f"outputs{place}", y[kept], outputs[kept], {**marker, "color": color}, name))
    titles = ("class y", "score f(x)") if classes else ("label y", "output f(x)")
    return figure(data, xaxis=axis(titles[0], *across), yaxis=axis(titles[1], *up))


def _ends(*values: np.ndarray) -> list[float]:
    """The least and the largest of some numbers, with room beyond them."""
    low, high = min(map(np.min, values)), max(map(np.max, values))
    room = 0.06 * (high - low) or 0.5 * abs(high) or 1.0
    return [float(low - room), float(high + room)]


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
