"""The outputs of the networks: the data, f(x) of every run and of the optimum, and each neuron's share."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from landscape.figures.style import DATA, GHOST, OPTIMUM, Figure, axis, figure, packed, run_color, with_gaps
from landscape.model.network import Network, predict

SLOPES_ROOM = 72
"""Pixels above the plot, in which ``view/slopes.js`` writes how the slopes of f come about."""

SHARES_DRAWN = 12
"""Up to this many neurons each has a line of its own; more lines would hide their sum."""


def network_outputs(
    x: np.ndarray,
    y: np.ndarray,
    networks: Sequence[tuple[str, Network]],
    optimum: Network,
    *,
    span: tuple[float, float],
    ghosts: Sequence[tuple[str, Network]] = (),
    optimum_name: str = "optimum",
) -> Figure:
    """Draw networks of one feature without bias over the data.

    Arguments
        x, y: (n,) features and labels.
        networks: name and network of every run.
        optimum: the network recovered from the convex program; optimum_name: what it is called.
        span: the range of x to draw.
        ghosts: for a run, by its id, the neuron missing from it.
    """
    # Piecewise linear with its only kink at 0: three points draw it exactly.
    grid = np.array([span[0], 0.0, span[1]]) if span[0] < 0 < span[1] else np.array(span)
    data: list[dict[str, Any]] = [
        _curve(grid, predict(grid[:, None], optimum), optimum_name, "optimum", color=OPTIMUM, width=8)
    ]
    values = [*y.tolist(), *data[0]["y"]]
    # A run that diverged leaves the picture instead of shrinking the rest of it to a line.
    far = 10 * max(map(abs, values), default=1.0) or 1.0
    for index, (name, network) in enumerate(networks):
        color, run = run_color(index), f"run{index}"
        if network.m <= SHARES_DRAWN:
            shares = np.maximum(grid[:, None] @ network.W, 0.0) * network.alpha
            data.append(
                {
                    "type": "scatter",
                    "mode": "lines",
                    "x": with_gaps([grid] * network.m),
                    "y": with_gaps(shares.T),
                    "line": {"color": color, "width": 2, "dash": "dot"},
                    "meta": {"run": run},
                    "uid": f"{run}-shares",
                    "hovertemplate": f"{name}: one neuron's share<extra></extra>",
                }
            )
        curve = predict(grid[:, None], network)
        values += curve.tolist() if np.max(np.abs(curve)) <= far else []
        data.append(_curve(grid, curve, name, run, color=color, width=3))
    for run, ghost in ghosts:
        share = predict(grid[:, None], ghost)
        values += share.tolist() if np.max(np.abs(share)) <= far else []
        data.append(
            {
                "type": "scatter",
                "mode": "lines",
                "x": grid.tolist(),
                "y": share.tolist(),
                "meta": {"run": run},
                "line": {"color": GHOST, "width": 3, "dash": "4px,6px"},
                "uid": f"{run}-ghost",
                "hovertemplate": "the neuron that is missing<extra></extra>",
            }
        )
    data.append(
        {
            "type": "scatter",
            "mode": "markers",
            "x": packed(x),
            "y": packed(y),
            "name": "data",
            "uid": "data",
            "marker": {"symbol": "square", "size": 13, "color": DATA, "line": {"width": 2, "color": "#FFFFFF"}},
            "hovertemplate": "data point<br>x %{x:.4g}<br>y %{y:.4g}<extra></extra>",
            "cliponaxis": False,
        }
    )
    low, high = min(*values, 0.0), max(*values, 0.0)
    room = 0.12 * (high - low) or 1.0
    return figure(
        data,
        xaxis=axis("x", *span, zeroline=True),
        yaxis=axis("f(x)", low - room, high + room, zeroline=True),
        margin={"l": 46, "t": SLOPES_ROOM},
    )


def _curve(grid: np.ndarray, values: np.ndarray, name: str, run: str, *, color: str, width: int) -> dict[str, Any]:
    return {
        "type": "scatter",
        "mode": "lines",
        "x": grid.tolist(),
        "y": values.tolist(),
        "name": name,
        "line": {"color": color, "width": width},
        "meta": {"run": run},
        "uid": f"{run}-line",
        "hovertemplate": f"{name}<br>f(%{{x:.4g}}) = %{{y:.4g}}<extra></extra>",
    }
