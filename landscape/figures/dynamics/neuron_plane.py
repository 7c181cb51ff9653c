"""The plane of one neuron's weight and bias: cones of the patterns, extremal directions, and every neuron of a run."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from landscape.figures.style import GHOST, Figure, axis, figure, packed, run_color, with_gaps
from landscape.geometry.fan import Fan
from landscape.model.network import Network
from landscape.training.alignment import Extremal

MOST_CONES = 120
"""Beyond this many cones only their borders are drawn."""

REACH = 1.15
"""Half-width of the picture; the longest neuron has length 1."""

_TINTS = ("rgba(72,134,187,.07)", "rgba(72,134,187,.17)")
"""Colours of the cones by turns."""


def neuron_plane(
    cones: Fan, network: Network, run: tuple[int, str], extremal: Sequence[Extremal], names: Sequence[str]
) -> Figure:
    """Draw the cones of d = 2 and a network's neurons (w, b), each over the length of the longest.

    Arguments
        cones: the fan of X; network: the last iterate; run: its place and its name.
        extremal: the directions that tiny neurons turn to; names: of the samples.
    """
    data: list[dict[str, Any]] = []
    if cones.cones <= MOST_CONES:
        data += [_sector(cones, s, names) for s in range(cones.sectors)]
    data.append(
        {
            "type": "scatter",
            "mode": "lines",
            "x": with_gaps([0, 3 * e[0]] for e in cones.edges),
            "uid": "borders",
            "y": with_gaps([0, 3 * e[1]] for e in cones.edges),
            "hoverinfo": "skip",
            "line": {"color": "rgba(72,134,187,.8)", "width": 1.5},
        }
    )
    data += [_direction(index, found) for index, found in enumerate(extremal)]
    data += _neurons(network, *run)
    return figure(data, xaxis=axis("weight w, longest neuron = 1", -REACH, REACH), yaxis=axis("bias b", -REACH, REACH))


def _neurons(network: Network, place: int, name: str) -> list[dict[str, Any]]:
    norm = np.hypot(*network.W)
    longest = norm.max(initial=0.0) or 1.0
    w, b = network.W / longest
    traces = []
    for sign, chosen in (("plus", network.alpha >= 0), ("minus", network.alpha < 0)):
        traces.append(
            {
                "type": "scatter",
                "mode": "markers",
                "x": packed(w[chosen]),
                "y": packed(b[chosen]),
                "marker": {
                    "symbol": "circle" if sign == "plus" else "circle-open",
                    "size": 7,
                    "color": run_color(place),
                    "opacity": 0.6,
                    "line": {"width": 1.2, "color": run_color(place)},
                },
                "hovertemplate": f"{name}, α {'≥' if sign == 'plus' else '<'} 0<br>"
                "(w, b) / longest = (%{x:.3g}, %{y:.3g})<extra></extra>",
                "meta": {"run": f"run{place}"},
                "uid": f"run{place}-{sign}",
            }
        )
    return traces


def _direction(index: int, found: Extremal) -> dict[str, Any]:
    """Return an extremal direction as a ray: solid for α > 0, dashed for α < 0, thin where neurons shrink."""
    sign = "+" if found.sign > 0 else "−"
    grows = found.pull > 0
    return {
        "type": "scatter",
        "mode": "lines+text",
        "x": [0.0, float(found.u[0])],
        "y": [0.0, float(found.u[1])],
        "line": {"color": GHOST, "width": 5 if grows else 2, "dash": "solid" if found.sign > 0 else "8px,4px"},
        "text": ["", f"<b>{sign}</b>"],
        "textposition": "top center",
        "textfont": {"size": 18},
        "uid": f"extremal{index}",
        "hovertemplate": f"small neurons with α {'>' if found.sign > 0 else '<'} 0 turn here"
        f"{' and grow' if grows else ', and shrink'}<extra></extra>",
        "cliponaxis": False,
    }


def _sector(cones: Fan, s: int, names: Sequence[str]) -> dict[str, Any]:
    start, end = 4 * cones.edges[s], 4 * cones.ends[s]
    on = np.flatnonzero(cones.active(np.array([s]))[0])
    listed = ", ".join(names[i] for i in on[:12]) + (f" and {len(on) - 12} more" if len(on) > 12 else "")
    return {
        "type": "scatter",
        "mode": "lines",
        "fill": "toself",
        "hoveron": "fills",
        "line": {"width": 0},
        "x": [0, float(start[0]), float(end[0]), 0],
        "y": [0, float(start[1]), float(end[1]), 0],
        "fillcolor": _TINTS[int(cones.cone[s]) % 2],
        "text": f"active on {listed or 'no point'}",
        "hoverinfo": "text",
        "uid": f"cone{s}",
        "meta": {"points": on.tolist()},
    }
