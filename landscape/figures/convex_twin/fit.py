"""Data of one feature and the outputs of networks: curves that are exact at every kink."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from landscape.figures.style import DATA, INK, OPTIMUM, Figure, axis, figure, packed, run_color
from landscape.model.network import Network, predict


def fit_curves(
    x: np.ndarray,
    y: np.ndarray,
    networks: Sequence[tuple[str, Network]],
    optimum: Network,
    span: tuple[float, float],
    optimum_name: str = "optimum",
) -> Figure:
    """Draw networks of one feature, with or without a bias, over the data.

    Arguments
        x, y: (n,) features and labels; networks: name and network of every run; optimum: the recovered one.
        span: the range of x to draw; optimum_name: what the recovered network is called.
    """
    data = [_curve(optimum, optimum_name, "optimum", OPTIMUM, 8, span)]
    kinks = kinks_of(optimum, span)
    if len(kinks):
        data.append(
            {
                "type": "scatter",
                "mode": "markers",
                "x": packed(kinks),
                "y": packed(_outputs(optimum, kinks)),
                "marker": {"symbol": "star", "size": 14, "color": OPTIMUM, "line": {"width": 1.5, "color": INK}},
                "hovertemplate": f"kink of the {optimum_name}<br>x = %{{x:.4g}}<extra></extra>",
                "meta": {"run": "optimum"},
                "uid": "kinks",
            }
        )
    values = [np.asarray(y), _outputs(optimum, np.array([*span, *kinks]))]
    for index, (name, network) in enumerate(networks):
        data.append(_curve(network, name, f"run{index}", run_color(index), 3, span))
        values.append(np.clip(_outputs(network, np.array(span)), np.min(y) - np.ptp(y), np.max(y) + np.ptp(y)))
    data.append(
        {
            "type": "scatter",
            "mode": "markers",
            "x": packed(x),
            "y": packed(y),
            "uid": "data",
            "marker": {
                "symbol": "square",
                "size": 11 if len(x) <= 60 else 6,
                "color": DATA,
                "line": {"width": 1.5, "color": "#FFFFFF"},
            },
            "hovertemplate": "x %{x:.4g}<br>y %{y:.4g}<extra></extra>",
            "cliponaxis": False,
        }
    )
    everything = np.concatenate(values)
    low, high = float(everything.min()), float(everything.max())
    room = 0.1 * (high - low) or 1.0
    return figure(data, xaxis=axis("feature x", *span), yaxis=axis("output f(x), label y", low - room, high + room))


def kinks_of(network: Network, span: tuple[float, float]) -> np.ndarray:
    """Return the kinks of a network of one feature inside a range, increasing: −b/w, or 0 without a bias."""
    w = network.W[0]
    b = network.W[1] if len(network.W) > 1 else np.zeros_like(w)
    alive = (w != 0) & (network.alpha != 0)
    kinks = np.unique(-b[alive] / w[alive])
    return kinks[(kinks > span[0]) & (kinks < span[1])]


def _outputs(network: Network, x: np.ndarray) -> np.ndarray:
    X = x[:, None] if len(network.W) == 1 else np.column_stack([x, np.ones_like(x)])
    return predict(X, network)


def _curve(network: Network, name: str, run: str, color: str, width: int, span: tuple[float, float]) -> dict[str, Any]:
    grid = np.concatenate([[span[0]], kinks_of(network, span), [span[1]]])
    return {
        "type": "scatter",
        "mode": "lines",
        "x": packed(grid),
        "y": packed(_outputs(network, grid)),
        "line": {"color": color, "width": width},
        "meta": {"run": run},
        "uid": f"{run}-line",
        "hovertemplate": f"{name}<br>f(%{{x:.4g}}) = %{{y:.4g}}<extra></extra>",
    }
