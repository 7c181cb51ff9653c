"""Networks by width: the best of many runs, the share that reaches the convex optimum, and each one's own loss."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import isfinite, log10
from typing import Any

from landscape.figures.style import GHOST, INK, OPTIMUM, RUN_COLORS, STUCK, Figure, axis, figure

FLOOR = 1e-9
"""Least relative excess drawn: smaller ones are drawn there."""


def width_excess(
    widths: Sequence[int], best: Sequence[float], median: Sequence[float], marks: Mapping[str, int]
) -> Figure:
    """Draw how far above the optimum, as a share of it, the best and the median run of each width end.

    Arguments
        widths: the m tried; best, median: relative excess, drawn from FLOOR up; marks: widths marked by a line, by
            name.
    """
    low, high = 0.5, max([*widths, *marks.values()]) + 0.5
    data = [
        _line(widths, median, "median run", RUN_COLORS[0], "circle"),
        _line(widths, best, "best run", RUN_COLORS[4], "square"),
    ]
    top = max([1e-2, *best, *median])
    return figure(
        data,
        xaxis=axis("neurons m", low, high, dtick=_every(high)),
        annotations=_notes(marks),
        shapes=_lines(marks),
        yaxis=axis(
            "relative excess",
            -9.3,
            log10(top) + 0.4,
            type="log",
            tickvals=[FLOOR, 1e-6, 1e-4, 1e-2, 1],
            ticktext=["0", "10⁻⁶", "10⁻⁴", "1 %", "100 %"],
        ),
        margin={"l": 62},
    )


def width_success(widths: Sequence[int], share: Sequence[float], marks: Mapping[str, int]) -> Figure:
    """Draw the share of starts of each width that reach the optimum."""
    high = max([*widths, *marks.values()]) + 0.5
    data = [
        {
            "type": "bar",
            "x": list(widths),
            "y": [100 * s for s in share],
            "marker": {"color": "#4886BB"},
            "uid": "share",
            "hovertemplate": "m = %{x}: %{y:.3g} % of starts<extra></extra>",
        }
    ]
    return figure(
        data,
        xaxis=axis("neurons m", 0.5, high, dtick=_every(high)),
        yaxis=axis("% of starts that reach it", 0, 105),
        annotations=_notes(marks),
        shapes=_lines(marks),
    )


LEAST = 1e-12
"""Least share of the largest loss that a logarithmic axis has."""


def width_losses(
    ended: Mapping[int, Sequence[float]], level: float, marks: Mapping[str, int], *, hover: str = "optimum"
) -> Figure:
    """Draw the loss of each network against its number of neurons, a line through the best of each width.

    Arguments
        ended: for each width the losses of its networks, finite ones; level: of a horizontal line, the optimum or a
            bound of it, −infinity for none; hover: what it is called.
        marks: widths marked by a line, by name.
    """
    widths = sorted(ended)
    best = [min(ended[m]) for m in widths]
    low, high = 0.5, max([*widths, *marks.values()]) + 0.5
    top = max(max(losses) for losses in ended.values())
    foot = max(min([*best, *([level] if isfinite(level) else [])]), LEAST * max(top, 1e-300))
    each = [(m, loss) for m in widths for loss in ended[m]]
    data: list[dict[str, Any]] = []
    if isfinite(level):
        data.append(
            {
                "type": "scatter",
                "mode": "lines",
                "x": [low, high],
                "y": [max(level, foot)] * 2,
                "line": {"color": OPTIMUM, "width": 5},
                "uid": "optimum",
                "hovertemplate": f"{hover} {level:.6g}<extra></extra>",
            }
        )
    data += [
        {
            "type": "scatter",
            "mode": "markers",
            "x": [m for m, _ in each],
            "y": [max(loss, foot) for _, loss in each],
            "customdata": [loss for _, loss in each],
            "marker": {"symbol": "circle-open", "size": 7, "color": GHOST, "line": {"width": 1.2}},
            "uid": "each",
            "hovertemplate": "m = %{x}: loss %{customdata:.6g}<extra></extra>",
        },
        {
            "type": "scatter",
            "mode": "lines+markers",
            "x": widths,
            "y": [max(loss, foot) for loss in best],
            "customdata": best,
            "line": {"color": RUN_COLORS[4], "width": 3},
            "marker": {"symbol": "square", "size": 9},
            "uid": "best",
            "hovertemplate": "m = %{x}, the best: loss %{customdata:.6g}<extra></extra>",
        },
    ]
    bottom, height = log10(foot), log10(max(top, foot))
    room = 0.06 * (height - bottom) or 0.1
    return figure(
        data,
        xaxis=axis("neurons m", low, high, dtick=_every(high)),
        yaxis={**axis("loss, log scale", type="log"), "range": [bottom - room, height + room]},
        annotations=_notes(marks),
        shapes=_lines(marks),
        margin={"l": 62},
    )


def _line(x: Sequence[int], y: Sequence[float], name: str, color: str, symbol: str) -> dict[str, Any]:
    return {
        "type": "scatter",
        "mode": "lines+markers",
        "x": list(x),
        "y": [max(v, FLOOR) for v in y],
        "uid": name,
        "line": {"color": color, "width": 3},
        "marker": {"symbol": symbol, "size": 9},
        "name": name,
        "hovertemplate": f"m = %{{x}}, {name}: %{{y:.3g}} of the optimum above it<extra></extra>",
    }


def _lines(marks: Mapping[str, int]) -> list[dict[str, Any]]:
    return [
        {
            "type": "line",
            "x0": m,
            "x1": m,
            "yref": "paper",
            "y0": 0,
            "y1": 1,
            "line": {"color": STUCK, "width": 2, "dash": "dot"},
        }
        for m in marks.values()
    ]


def _notes(marks: Mapping[str, int]) -> list[dict[str, Any]]:
    return [
        {
            "x": m,
            "yref": "paper",
            "y": 1,
            "text": name,
            "showarrow": False,
            "yanchor": "top",
            "xanchor": "left",
            "xshift": 4,
            "font": {"size": 13, "color": INK},
            "bgcolor": OPTIMUM,
        }
        for name, m in marks.items()
    ]


def _every(high: float) -> int:
    return max(1, round(high / 12))
