"""Networks of one feature with one or several outputs: their curves over the data, exact at the given x."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from landscape.figures.style import DATA, GHOST, OPTIMUM, Figure, axis, figure, packed

OUTPUT_COLORS = (DATA, "#E69F00", "#009E73")
"""One colour an output, the same in every picture."""

BEYOND = 0.5
"""Largest share of the picture's height that is added for outputs beyond the data."""


@dataclass(frozen=True, eq=False)
class Line:
    """The output of one network.

    Arguments
        name: its name in the picture; run: the id of its sentence.
        x: (G,) points, all kinks among them; f: (G, c) outputs there.
        look: "optimum" (wide, on yellow), "trained" (dashed), "other" (dotted).
        color: of its line where there is one output; by default that of the output.
    """

    name: str
    run: str
    x: np.ndarray
    f: np.ndarray
    look: str = "optimum"
    color: str | None = None


_DASHES = {"optimum": "solid", "trained": "8px,5px", "other": "3px,4px"}


def output_curves(
    x: np.ndarray, Y: np.ndarray, lines: Sequence[Line], span: tuple[float, float], title: str = "output f(x), label y"
) -> Figure:
    """Draw networks over data x (n,), Y (n, c): each output in its colour, each network in its kind of line.

    The picture is as high as data and networks are between the data; beyond them a network may leave it.
    """
    data: list[dict[str, Any]] = []
    values, beyond = [np.asarray(Y).ravel()], [np.zeros(0)]
    for line in lines:
        inside = (line.x >= span[0]) & (line.x <= span[1])
        shown = line.f[inside]
        if line.look == "optimum":
            within = (line.x >= x.min()) & (line.x <= x.max())
            values.append(line.f[within].ravel())
            beyond.append(line.f[inside & ~within].ravel())
        for k in range(Y.shape[1]):
            color = line.color or (OUTPUT_COLORS[k] if Y.shape[1] > 1 or line.look != "trained" else GHOST)
            curve = {
                "type": "scatter",
                "mode": "lines",
                "x": packed(line.x[inside]),
                "y": packed(shown[:, k]),
                "meta": {"run": line.run},
            }
            if line.look == "optimum":
                data.append(
                    {**curve, "line": {"color": OPTIMUM, "width": 9}, "hoverinfo": "skip", "uid": f"{line.run}-wide{k}"}
                )
            data.append(
                {
                    **curve,
                    "line": {"color": color, "width": 3 if line.look == "optimum" else 2.5, "dash": _DASHES[line.look]},
                    "uid": f"{line.run}-curve{k}",
                    "hovertemplate": f"{line.name}<br>f(%{{x:.4g}}) = %{{y:.4g}}<extra></extra>",
                }
            )
    for k in range(Y.shape[1]):
        data.append(
            {
                "type": "scatter",
                "mode": "markers",
                "x": packed(x),
                "y": packed(Y[:, k]),
                "uid": f"data{k}",
                "cliponaxis": False,
                "marker": {
                    "symbol": "square",
                    "size": 12,
                    "color": OUTPUT_COLORS[k],
                    "line": {"width": 2, "color": "#FFFFFF"},
                },
                "hovertemplate": "x %{x:.4g}<br>y %{y:.4g}<extra></extra>",
            }
        )
    everything = np.concatenate(values)
    low, high = float(everything.min()), float(everything.max())
    most = BEYOND * (high - low)
    shown_too = np.clip(np.concatenate([*beyond, everything]), low - most, high + most)
    low, high = float(shown_too.min()), float(shown_too.max())
    room = 0.12 * (high - low) or 1.0
    return figure(data, xaxis=axis("feature x", *span), yaxis=axis(title, low - room, high + room))


def output_space(Y: np.ndarray, fitted: np.ndarray, lines: Sequence[Line], x: np.ndarray) -> Figure:
    """Draw networks as curves x ↦ f(x) through the space of outputs, with data Y (n, c), c = 2 or 3, and f at it."""
    c = Y.shape[1]
    kind = "scatter" if c == 2 else "scatter3d"
    axes = ("x", "y", "z")[:c]
    data: list[dict[str, Any]] = []
    for line in lines:
        at = {name: packed(line.f[:, k]) for k, name in enumerate(axes)}
        optimal = line.look == "optimum"
        data.append(
            {
                "type": kind,
                "mode": "lines",
                **at,
                "customdata": packed(line.x),
                "meta": {"run": line.run},
                "uid": f"{line.run}-curve",
                "line": {
                    "color": OPTIMUM if optimal else GHOST,
                    "width": 8 if optimal else 3,
                    "dash": "solid" if optimal or c > 2 else _DASHES[line.look],
                },
                "hovertemplate": f"{line.name}<br>x = %{{customdata:.4g}}<extra></extra>",
            }
        )
    gaps = np.full((len(Y), c), np.nan)
    residual = np.stack([Y, fitted, gaps], axis=1).reshape(-1, c)
    data.append(
        {
            "type": kind,
            "mode": "lines",
            **{name: _gapped(residual[:, k]) for k, name in enumerate(axes)},
            "uid": "residuals",
            "line": {"color": GHOST, "width": 2 if c == 2 else 3},
            "hoverinfo": "skip",
        }
    )
    data.append(
        {
            "type": kind,
            "mode": "markers",
            **{name: packed(Y[:, k]) for k, name in enumerate(axes)},
            "uid": "data",
            "customdata": packed(x),
            "marker": {
                "symbol": "square",
                "size": 12 if c == 2 else 5,
                "color": DATA,
                "line": {"width": 2 if c == 2 else 0, "color": "#FFFFFF"},
            },
            "hovertemplate": "data point at x = %{customdata:.4g}<extra></extra>",
        }
    )
    every = np.concatenate([Y, *(line.f for line in lines if line.look == "optimum")])
    low, high = every.min(axis=0), every.max(axis=0)
    room = 0.1 * np.max(high - low) or 1.0
    ranges = [(float(a - room), float(b + room)) for a, b in zip(low, high, strict=True)]
    if c == 2:
        return figure(data, xaxis=axis("first output", *ranges[0]), yaxis=axis("second output", *ranges[1]))
    names = ("first output", "second output", "third output")
    scene = {
        f"{name}axis": {"title": {"text": title}, "range": list(limits)}
        for name, title, limits in zip(axes, names, ranges, strict=True)
    }
    # Centred below the middle: the titles of the lower axes need the space, the top is empty.
    camera = {"eye": {"x": 1.75, "y": -1.75, "z": 1.05}, "center": {"x": 0, "y": 0, "z": -0.2}}
    return figure(data, scene={**scene, "aspectmode": "cube", "camera": camera}, margin={"l": 0, "r": 0, "b": 0})


def neuron_shares(x: np.ndarray, shares: np.ndarray, names: Sequence[str], span: tuple[float, float]) -> Figure:
    """Draw the share of each unit in the output, (G, K) at x (G,), each with its number where it is largest."""
    data: list[dict[str, Any]] = [
        {
            "type": "scatter",
            "mode": "lines",
            "x": packed(x),
            "y": packed(shares[:, k]),
            "uid": f"share{k}",
            "line": {"color": ("#E69F00", "#CC79A7", "#56B4E9", "#009E73", "#0072B2", "#999999")[k % 6], "width": 3},
            "hovertemplate": f"{name}<br>%{{y:.4g}} at x = %{{x:.4g}}<extra></extra>",
        }
        for k, name in enumerate(names)
    ]
    # Inside the picture, which a curve often leaves where it is largest.
    most = [int(np.argmax(np.abs(shares[:, k]))) for k in range(len(names))]
    middle = (span[0] + span[1]) / 2
    data.append(
        {
            "type": "scatter",
            "mode": "text",
            "x": [float(x[at]) for at in most],
            "y": [float(shares[at, k]) for k, at in enumerate(most)],
            "text": [f"<b>{k + 1}</b>" for k in range(len(names))],
            "textposition": [
                f"{'top' if shares[at, k] > 0 else 'bottom'} {'right' if x[at] < middle else 'left'}"
                for k, at in enumerate(most)
            ],
            "textfont": {"size": 15},
            "hoverinfo": "skip",
            "uid": "numbers",
        }
    )
    low, high = float(np.min(shares, initial=0.0)), float(np.max(shares, initial=0.0))
    room = 0.12 * (high - low) or 1.0
    return figure(
        data,
        xaxis=axis("feature x", *span),
        yaxis=axis("part of the output f(x)", low - room, high + room, zeroline=True),
    )


def _gapped(values: np.ndarray) -> list[float | None]:
    return [None if np.isnan(value) else float(value) for value in values]
