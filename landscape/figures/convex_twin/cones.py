"""The plane of one neuron's weights, cut into the cones of the activation patterns, and the neurons in each."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from landscape.figures.style import INK, OPTIMUM, Figure, axis, figure, packed, run_color, with_gaps
from landscape.geometry.fan import Fan
from landscape.model.network import Network

MOST_CONES = 120
"""Beyond this many cones only their borders are drawn."""

_TINTS = ("rgba(72,134,187,.10)", "rgba(72,134,187,.22)")
_OWNED = "rgba(240,228,66,.45)"
"""Colours of the cones by turns, and of those that hold an optimal neuron."""


MOST_REACH = 1e3
"""Neurons of runs this many times as long as the longest of the optimum do not widen the picture."""

FAR = 1e9
"""Nor do those longer than this where the optimum has none."""


def cone_plane(
    cones: Fan, labels: tuple[str, str], optimum: Network, networks: Sequence[tuple[str, Network]], names: Sequence[str]
) -> Figure:
    """Draw the cones of d = 2, the optimum's blocks as arrows and the runs' neurons as triangles.

    Every neuron is drawn at |alpha| w, its vector in the convex problem. Triangles that point up and solid arrows have
    a positive second layer (u), triangles that point down and dashed arrows a negative one (v).

    Arguments
        cones: the fan of X; labels: names of the two weights; names: of the samples.
        optimum: the recovered network; networks: name and network of every run.
    """
    vectors = np.abs(optimum.alpha) * optimum.W
    with np.errstate(over="ignore"):
        others = [(name, np.abs(net.alpha) * net.W, net.alpha) for name, net in networks]
    lengths = [np.hypot(*vectors), *(np.hypot(*v) for _, v, _ in others)]
    # The neurons of a run that diverged lie outside of the picture instead of shrinking it to a dot.
    longest = float(np.max(lengths[0], initial=0.0))
    far = MOST_REACH * longest if longest > 0 else FAR
    every = np.concatenate(lengths)
    near = every[(every > 0) & (every <= far)]
    reach = max(1.25 * float(np.quantile(near, 0.95)) if len(near) else 1.0, 1.25 * longest)
    data: list[dict[str, Any]] = []
    owned = set(cones.cone[cones.sectors_of(vectors[:, vectors.any(axis=0)])].tolist())
    if cones.cones <= MOST_CONES:
        data += [_sector(cones, s, reach, owned, names) for s in range(cones.sectors)]
    data.append(
        {
            "type": "scatter",
            "mode": "lines",
            "x": with_gaps([0, 3 * reach * e[0]] for e in cones.edges),
            "y": with_gaps([0, 3 * reach * e[1]] for e in cones.edges),
            "line": {"color": "rgba(72,134,187,.8)", "width": 1.5},
            "hoverinfo": "skip",
            "uid": "borders",
        }
    )
    for index, (name, v, alpha) in enumerate(others):
        data.append(
            {
                "type": "scatter",
                "mode": "markers",
                "x": packed(v[0]),
                "y": packed(v[1]),
                "meta": {"run": f"run{index}"},
                "marker": {
                    "symbol": ["triangle-up" if a >= 0 else "triangle-down" for a in alpha],
                    "size": 11,
                    "color": run_color(index),
                    "line": {"width": 1, "color": INK},
                },
                "hovertemplate": f"{name}<br>|α| w = (%{{x:.3g}}, %{{y:.3g}})<extra></extra>",
                "uid": f"run{index}-neurons",
            }
        )
    for sign, dash in ((1, "solid"), (-1, "8px,4px")):
        chosen = vectors[:, np.sign(optimum.alpha) == sign].T
        data.append(
            {
                "type": "scatter",
                "mode": "lines",
                "x": with_gaps([0, v[0]] for v in chosen),
                "y": with_gaps([0, v[1]] for v in chosen),
                "line": {"color": OPTIMUM, "width": 5, "dash": dash},
                "hoverinfo": "skip",
                "uid": f"arrows{sign}",
                "meta": {"run": "optimum"},
            }
        )
        data.append(
            {
                "type": "scatter",
                "mode": "markers",
                "x": packed([v[0] for v in chosen]),
                "y": packed([v[1] for v in chosen]),
                "marker": {"symbol": "star", "size": 15, "color": OPTIMUM, "line": {"width": 1.5, "color": INK}},
                "hovertemplate": f"{'u' if sign > 0 else 'v'} = (%{{x:.4g}}, %{{y:.4g}})<extra></extra>",
                "uid": f"tips{sign}",
                "meta": {"run": "optimum"},
            }
        )
    return figure(data, xaxis=axis(labels[0], -reach, reach), yaxis=axis(labels[1], -reach, reach))


def _sector(cones: Fan, s: int, reach: float, owned: set[int], names: Sequence[str]) -> dict[str, Any]:
    """Return a sector as a filled triangle far beyond the window; hovering it names the points it is active on."""
    start, end = 4 * reach * cones.edges[s], 4 * reach * cones.ends[s]
    cone = int(cones.cone[s])
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
        "fillcolor": _OWNED if cone in owned else _TINTS[cone % 2],
        "text": f"active on {listed or 'no point'}",
        "hoverinfo": "text",
        "uid": f"cone{s}",
        "meta": {"points": on.tolist()},
    }
