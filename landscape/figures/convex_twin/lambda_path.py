"""The optimum as λ grows: its neurons, its error, its norm, and each neuron's length until it vanishes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from landscape.convex.lambda_path.record import LambdaPath
from landscape.figures.style import INK, OPTIMUM, RUN_COLORS, STUCK, Figure, axis, figure, packed
from landscape.formatting import short

_TICKS = (1e-4, 1e-3, 1e-2, 1e-1, 1.0)


def path_curves(path: LambdaPath, at: float) -> Figure:
    """Draw number of neurons, squared error and norm against λ/λ_max; ``at`` is the fraction chosen."""
    error = path.squared_error / max(float(np.max(path.squared_error)), 1e-300)
    norm = path.norm / max(float(np.max(path.norm)), 1e-300)
    most = max(int(np.max(path.neurons)), 1)
    data: list[dict[str, Any]] = [
        _curve(path.fraction, error, "error", RUN_COLORS[3], "squared error", path.squared_error),
        _curve(path.fraction, norm, "norm", RUN_COLORS[1], "norm Σ‖u‖", path.norm),
        {
            "type": "scatter",
            "mode": "lines",
            "x": packed(path.fraction),
            "y": packed(path.neurons),
            "yaxis": "y2",
            "line": {"color": RUN_COLORS[4], "width": 3, "shape": "vh"},
            "uid": "count",
            "hovertemplate": "λ/λ_max = %{x:.3g}<br>%{y} neurons<extra></extra>",
        },
    ]
    names = [("squared error", error, RUN_COLORS[3]), ("norm Σ‖u‖", norm, RUN_COLORS[1])]
    notes = [_name(path.fraction, values, text, color) for text, values, color in names]
    low = float(path.fraction[-1])
    return figure(
        data,
        xaxis=_fractions(low),
        yaxis=axis("share of the largest", -0.03, 1.08),
        shapes=[_lambda_line(at, low)],
        yaxis2={
            "title": {"text": "neurons"},
            "overlaying": "y",
            "side": "right",
            "range": [0, most + 0.5],
            "dtick": max(1, most // 6),
            "showgrid": False,
            "zeroline": False,
            "color": RUN_COLORS[4],
        },
        annotations=notes,
        margin={"r": 58},
    )


def neuron_lengths(path: LambdaPath, at: float) -> Figure:
    """Draw each neuron's length ‖u‖ against λ/λ_max: where it enters and where it vanishes."""
    data: list[dict[str, Any]] = []
    for number, track in enumerate(path.tracks):
        here = path.fraction[track.first : track.last + 1]
        color, sign = RUN_COLORS[number % len(RUN_COLORS)], ">" if track.sign > 0 else "<"
        data.append(
            {
                "type": "scatter",
                "mode": "lines",
                "x": packed(here),
                "y": packed(track.norms),
                "uid": f"neuron{number}",
                "line": {"color": color, "width": 3, "dash": "solid" if track.sign > 0 else "7px,4px"},
                "hovertemplate": f"neuron {number + 1}, α {sign} 0<br>‖u‖ = %{{y:.4g}}<extra></extra>",
            }
        )
    born = [event for event in path.events if path.tracks[event.neuron].first == event.point]
    data.append(
        {
            "type": "scatter",
            "mode": "markers",
            "x": [event.fraction for event in born],
            "y": [0.0] * len(born),
            "uid": "events",
            "marker": {"symbol": "star", "size": 13, "color": OPTIMUM, "line": {"width": 1.5, "color": INK}},
            "customdata": [short(event.fraction, 7) for event in born],
            "hovertemplate": "dies here as λ grows<br>λ/λ_max = %{customdata}<extra></extra>",
            "cliponaxis": False,
        }
    )
    low = float(path.fraction[-1])
    top = max((float(np.max(track.norms)) for track in path.tracks), default=1.0)
    return figure(
        data, xaxis=_fractions(low), yaxis=axis("length ‖u‖", -0.03 * top, 1.08 * top), shapes=[_lambda_line(at, low)]
    )


def _curve(
    x: np.ndarray, y: np.ndarray, uid: str, color: str, name: str, true: Sequence[float] | np.ndarray
) -> dict[str, Any]:
    return {
        "type": "scatter",
        "mode": "lines",
        "x": packed(x),
        "y": packed(y),
        "customdata": packed(true),
        "uid": uid,
        "line": {"color": color, "width": 3},
        "hovertemplate": f"λ/λ_max = %{{x:.3g}}<br>{name} %{{customdata:.4g}}<extra></extra>",
    }


def _name(x: np.ndarray, y: np.ndarray, text: str, color: str) -> dict[str, Any]:
    k = len(x) // 3
    return {
        "x": float(np.log10(x[k])),
        "y": float(y[k]),
        "text": text,
        "showarrow": False,
        "yshift": 12,
        "font": {"size": 13, "color": color},
    }


def _fractions(low: float) -> dict[str, Any]:
    return axis(
        "λ / λ_max, log scale",
        float(np.log10(low)),
        0.03,
        type="log",
        tickvals=[t for t in _TICKS if t >= low * 0.999],
        ticktext=[short(t) for t in _TICKS if t >= low * 0.999],
    )


def _lambda_line(at: float, low: float) -> dict[str, Any]:
    """Return the line at the λ that the slider is set to."""
    x = max(at, low)
    return {
        "type": "line",
        "x0": x,
        "x1": x,
        "yref": "paper",
        "y0": 0,
        "y1": 1,
        "line": {"color": STUCK, "width": 2, "dash": "dot"},
    }
