"""Every neuron of one feature as a triangle at its kink, over the data and the output of the network."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from landscape.figures.style import DATA, GHOST, Figure, axis, figure, packed, run_color
from landscape.model.network import Network, predict

TOP = 1.08
"""Height of the picture in units of the longest neuron; a neuron of norm 0 is drawn at its lower edge."""

ROOM = 0.45
"""Margin on either side of the data, as a share of their width: kinks move into it."""


def kink_span(x: np.ndarray, pulled: Sequence[float] = ()) -> tuple[float, float]:
    """Return the range of x to draw: the data, a margin, and the kinks that small neurons turn to if they are not far.

    Arguments
        x: (n,) features; pulled: kinks to include where they lie within one and a half widths of the data.
    """
    low, high = float(np.min(x)), float(np.max(x))
    width = high - low or max(abs(low), 1.0)
    near = [k for k in pulled if low - 1.5 * width <= k <= high + 1.5 * width]
    left, right = min([low - ROOM * width, *near]), max([high + ROOM * width, *near])
    margin = 0.06 * (right - left)
    return left - margin * (left < low - ROOM * width), right + margin * (right > high + ROOM * width)


def kinks_and_norms(network: Network) -> tuple[np.ndarray, np.ndarray]:
    """Return the kink of each neuron (m,), NaN where it has none, and its norm (m,) over that of the longest."""
    w = network.W[0]
    b = network.W[1] if len(network.W) > 1 else np.zeros_like(w)
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        kink = np.where(w != 0, -b / w, np.nan)
    norm = np.hypot(w, b)
    longest = norm.max(initial=0.0)
    return np.where(np.isfinite(kink), kink, np.nan), norm / longest if longest > 0 else norm


def triangle_plot(
    points: tuple[np.ndarray, np.ndarray],
    network: Network,
    run: tuple[int, str],
    pulled: Sequence[float],
    ranges: tuple[tuple[float, float], tuple[float, float]],
) -> Figure:
    """Draw a network's neurons over the data: kink, norm, the side on which each is active, and the sign of alpha.

    Arguments
        points: (n,) features and labels; network: the last iterate; run: its place and its name.
        pulled: kinks that small neurons turn to; ranges: of x and of f(x).
    """
    x, y = points
    (place, name), (span, outputs) = run, ranges
    low, high = outputs
    color = run_color(place)
    data: list[dict[str, Any]] = [
        {
            "type": "scatter",
            "mode": "lines",
            "x": [k, k],
            "y": list(outputs),
            "uid": f"pulled{index}",
            "line": {"color": GHOST, "width": 2, "dash": "4px,4px"},
            "hovertemplate": f"small neurons turn until they bend at {k:.4g}<extra></extra>",
        }
        for index, k in enumerate(pulled)
        if span[0] < k < span[1]
    ]
    kink, height = kinks_and_norms(network)
    shown = np.isfinite(kink) & (kink > span[0]) & (kink < span[1])
    right = network.W[0] > 0
    for sign, chosen in (("plus", shown & (network.alpha >= 0)), ("minus", shown & (network.alpha < 0))):
        opened = "" if sign == "plus" else "-open"
        data.append(
            {
                "type": "scatter",
                "mode": "markers",
                "x": packed(kink[chosen]),
                "y": packed(low + (high - low) / TOP * height[chosen]),
                "customdata": packed(height[chosen]),
                "marker": {
                    "symbol": [f"triangle-{'right' if r else 'left'}{opened}" for r in right[chosen]],
                    "size": 10,
                    "color": color,
                    "opacity": 0.6,
                    "line": {"width": 1.2, "color": color},
                },
                "hovertemplate": "bends at %{x:.4g}<br>%{customdata:.2g} of the longest, α "
                f"{'≥' if sign == 'plus' else '<'} 0<extra></extra>",
                "meta": {"run": f"run{place}"},
                "uid": f"run{place}-{sign}",
            }
        )
    grid = np.unique(np.concatenate([span, kink[shown]]))
    values = predict(grid[:, None] if len(network.W) == 1 else np.column_stack([grid, np.ones_like(grid)]), network)
    line = {"type": "scatter", "mode": "lines", "x": packed(grid), "y": packed(values), "meta": {"run": f"run{place}"}}
    data += [
        {**line, "line": {"color": "#FFFFFF", "width": 6}, "hoverinfo": "skip", "uid": f"run{place}-casing"},
        {
            **line,
            "line": {"color": color, "width": 3},
            "uid": f"run{place}-output",
            "hovertemplate": f"{name}<br>f(%{{x:.4g}}) = %{{y:.4g}}<extra></extra>",
        },
        {
            "type": "scatter",
            "mode": "markers",
            "x": x.tolist(),
            "y": y.tolist(),
            "uid": "data",
            "cliponaxis": False,
            "marker": {
                "symbol": "square",
                "size": 11 if len(x) <= 60 else 6,
                "color": DATA,
                "line": {"width": 1.5, "color": "#FFFFFF"},
            },
            "hovertemplate": "x %{x:.4g}<br>y %{y:.4g}<extra></extra>",
        },
    ]
    return figure(
        data,
        xaxis=axis("feature x", *span),
        yaxis=axis("output f(x), label y", low, high),
        meta={"outputs": [low, high]},
    )


def output_range(y: np.ndarray, ends: Sequence[np.ndarray]) -> tuple[float, float]:
    """Return the range of f(x) to draw: the labels, and the outputs at the data unless they are far off."""
    low, high = float(np.min(y)), float(np.max(y))
    height = high - low or max(abs(low), 1.0)
    for values in ends:
        low = min(low, max(float(np.min(values)), float(np.min(y)) - height))
        high = max(high, min(float(np.max(values)), float(np.max(y)) + height))
    return low - 0.35 * (high - low or height), high + 0.35 * (high - low or height)
