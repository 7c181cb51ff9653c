"""The race: distance from the convex value against CPU time, and each method's share of a suite solved."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import isfinite, isnan, log10
from typing import Any

from landscape.figures.style import INK, OPTIMUM, RUN_COLORS, Figure, axis, figure
from landscape.training.optimisers import NAMES

FLOOR = 1e-7
"""Excesses below this, which is below the last target, are drawn at the lower end of the axis."""

_SECONDS = {
    "tickvals": [10.0**power for power in range(-6, 3)],
    "ticktext": ["1 µs", "10 µs", "0.1 ms", "1 ms", "10 ms", "0.1 s", "1 s", "10 s", "100 s"],
}
"""Ticks of the logarithmic axis of time."""

BEYOND = 1e30
"""Excesses above this are drawn there."""

LOOKS = {
    "convex": (OPTIMUM, "star", "convex twin"),
    "gd": (RUN_COLORS[0], "circle", NAMES["gd"]),
    "momentum": (RUN_COLORS[1], "diamond", NAMES["momentum"]),
    "adam": (RUN_COLORS[2], "square", NAMES["adam"]),
    "lbfgs": (RUN_COLORS[3], "triangle-up", "L-BFGS"),
}
"""Colour, marker and name of every entrant."""


def run_id(name: str) -> str:
    """Return the name under which an entrant is marked and played in the browser."""
    return f"run{list(LOOKS).index(name)}"


def race_track(series: Mapping[str, Sequence[tuple[float, float]]], targets: Sequence[float]) -> Figure:
    """Draw relative excess over the convex value against seconds, both logarithmic, with the targets as lines.

    Arguments
        series: for each entrant its (seconds, excess) so far; targets: excesses that are timed.
    """
    times = [t for points in series.values() for t, _ in points if t > 0]
    low, high = min(times, default=1e-4), max(times, default=1.0)
    data: list[dict[str, Any]] = []
    for name, points in series.items():
        color, symbol, called = LOOKS[name]
        x = [max(t, low) for t, _ in points]
        # A loss that has overflowed lies outside of the picture, as one of 10³⁰ does.
        y = [BEYOND if isnan(e) else min(max(e, FLOOR), BEYOND) for _, e in points]
        data.append(
            {
                "type": "scatter",
                "mode": "lines" if len(x) > 1 else "markers",
                "x": x,
                "y": y,
                "meta": {"run": run_id(name)},
                "cliponaxis": len(x) > 1,
                "line": {"color": color, "width": 3},
                "uid": f"{run_id(name)}-line",
                "marker": {"color": color, "symbol": symbol, "size": 20, "line": {"width": 1.5, "color": INK}},
                "hovertemplate": f"{called}<br>%{{x:.3g}} s<br>%{{y:.3g}} above the convex value<extra></extra>",
            }
        )
        if len(x) > 1:
            data.append(
                {
                    "type": "scatter",
                    "mode": "markers",
                    "x": x[-1:],
                    "y": y[-1:],
                    "meta": {"run": run_id(name)},
                    "uid": f"{run_id(name)}-end",
                    "marker": {"color": color, "symbol": symbol, "size": 13, "line": {"width": 1.5, "color": INK}},
                    "hoverinfo": "skip",
                }
            )
    lines = [
        {
            "type": "line",
            "xref": "paper",
            "x0": 0,
            "x1": 1,
            "y0": t,
            "y1": t,
            "line": {"color": "#8C8C96", "width": 1, "dash": "dot"},
        }
        for t in targets
    ]
    nobody = {
        "x": 0.5,
        "y": 0.5,
        "xref": "paper",
        "yref": "paper",
        "text": "The track is empty: nobody has run yet.",
        "showarrow": False,
        "font": {"size": 16},
    }
    top = max([1.0, *(e for points in series.values() for _, e in points[:1] if isfinite(e))])
    return figure(
        data,
        shapes=lines,
        xaxis=axis(
            "CPU time of the method (log scale)",
            log10(low) - 0.15,
            log10(high) + 0.25,
            type="log",
            **_SECONDS,
        ),
        yaxis=axis(
            "above the convex twin",
            -7.4,
            min(log10(top), 4.0) + 0.3,
            type="log",
            tickvals=[1e-7, 1e-6, 1e-4, 1e-2, 1, 100],
            ticktext=["0", "10⁻⁶", "10⁻⁴", "1 %", "100 %", "100 ×"],
        ),
        annotations=[] if series else [nobody],
        margin={"l": 66},
    )


def performance(profile: Mapping[str, Sequence[float]], ratios: Sequence[float]) -> Figure:
    """Draw the share of problems solved within each multiple of the fastest entrant's time (Dolan & Moré, 2002)."""
    data = [
        {
            "type": "scatter",
            "mode": "lines",
            "x": list(ratios),
            "y": [100 * share for share in shares],
            "uid": name,
            "line": {"color": LOOKS[name][0], "width": 5 if name == "convex" else 3, "shape": "hv"},
            "meta": {"run": run_id(name)},
            "hovertemplate": f"{LOOKS[name][2]}<br>%{{y:.3g}} % within %{{x:.3g}} × the fastest<extra></extra>",
        }
        for name, shares in profile.items()
    ]
    return figure(
        data,
        xaxis=axis("time, as a multiple of the fastest’s (log scale)", 0, log10(ratios[-1]), type="log"),
        yaxis=axis("% of the problems solved", -2, 104),
        margin={"l": 62},
    )
