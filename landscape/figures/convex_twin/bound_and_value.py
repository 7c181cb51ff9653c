"""How a search closes in on an optimum: the best value falls, the proven bound rises, and the gap lies between them."""

from __future__ import annotations

from collections.abc import Sequence
from math import isfinite, log10
from typing import Any

from landscape.figures.style import DATA, INK, OPTIMUM, Figure, axis, figure
from landscape.formatting import short, written

BOUND = "#9C4300"
"""Colour of the bound: dark, and apart from the value's blue for any colour vision."""

FIRST = 0.1
"""Least time in seconds on the logarithmic axis; what is known at the beginning is drawn there."""

ROOM = 4.0
"""The picture reaches so many times the last gap beyond value and bound, at most to the first ones."""

TICKS = (0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 60, 120, 300, 600)
"""Times in seconds that may be written at the axis."""


def bound_and_value(
    seconds: Sequence[float], values: Sequence[float], bounds: Sequence[float], *, closed: bool, gap: str
) -> Figure:
    """Draw the value and the bound of a search against its time.

    Arguments
        seconds: of each moment, not falling; values: the best objective known then; bounds: what no network is below,
            −infinity where nothing is proven.
        closed: whether the last value is proven optimal.
        gap: the last gap as text, "2.1 %".
    """
    times = [max(float(t), FIRST) for t in seconds]
    end = max(times[-1], 2 * FIRST)
    times, values, bounds = [*times, end], [*values, values[-1]], [*bounds, bounds[-1]]
    value, bound = values[-1], bounds[-1]
    known = isfinite(bound)
    low, high = _range(values, [b for b in bounds if isfinite(b)], closed=closed)
    data: list[dict[str, Any]] = []
    if known:
        shown = [max(b, low - 9 * (high - low)) if isfinite(b) else None for b in bounds]
        data.append(_line("bound", times, shown, BOUND, "dash", "proven: no network is below %{y:.6g}"))
    data.append(
        {
            **_line("value", times, values, DATA, "solid", "best network: loss %{y:.6g}"),
            **({"fill": "tonexty", "fillcolor": "rgba(0,114,178,.16)"} if known else {}),
        }
    )
    right = log10(end)
    notes = [_note(right, value, f"best network {written(value)}", DATA, "bottom", 6)]
    if closed:
        star = {"symbol": "star", "size": 20, "color": OPTIMUM, "line": {"width": 1.5, "color": INK}}
        data.append(_mark("closed", end, value, star, f"closed: proven optimal, {written(value)}"))
        notes = [_note(right, value, f"closed: proven optimal, {written(value)}", DATA, "bottom", 12)]
    else:
        data.append(_mark("value end", end, value, _dot(DATA, "circle"), f"best network: loss {written(value)}"))
        if known:
            data.append(_mark("bound end", end, bound, _dot(BOUND, "triangle-up"), f"bound {written(bound)}"))
            notes += [
                _note(right, bound, f"proven bound {written(bound)}", BOUND, "top", -6),
                _note(right, (value + bound) / 2, f"gap {gap}", INK, "middle", 0),
            ]
        else:
            notes.append({**_note(right, value, "no bound is proven here", INK, "top", -6)})
    first = log10(FIRST)
    ticks = [t for t in TICKS if t <= end * 1.001]
    drawn = ticks if len(ticks) <= 6 else ticks[:: 1 + (len(ticks) - 1) // 6]
    return figure(
        data,
        xaxis=axis(
            "seconds of searching, log scale",
            first,
            right + 0.03 * (right - first),
            type="log",
            tickvals=drawn,
            ticktext=[short(t) for t in drawn],
        ),
        yaxis=axis("loss", low, high),
        annotations=notes,
        margin={"l": 62, "r": 18},
    )


def _range(values: Sequence[float], bounds: Sequence[float], *, closed: bool) -> tuple[float, float]:
    """Return the range of losses: the last gap can be seen in it, however far below the first bound was."""
    value, bound = values[-1], bounds[-1] if bounds else values[-1]
    gap = max(value - bound, 0.0)
    low, high = min([*bounds, value]), max(values)
    if not closed and gap > 0:
        low, high = max(low, bound - ROOM * gap), min(high, value + ROOM * gap)
    size = (high - low) or abs(value) or 1.0
    return low - 0.16 * size, high + 0.16 * size


def _line(uid: str, x: Sequence[float], y: Sequence[float | None], color: str, dash: str, hover: str) -> dict[str, Any]:
    return {
        "type": "scatter",
        "mode": "lines",
        "x": list(x),
        "y": list(y),
        "uid": uid,
        "name": uid,
        "line": {"color": color, "width": 4, "dash": dash, "shape": "hv"},
        "hovertemplate": f"after %{{x:.3g}} s, {hover}<extra></extra>",
    }


def _dot(color: str, symbol: str) -> dict[str, Any]:
    return {"symbol": symbol, "size": 13, "color": color, "line": {"width": 1.5, "color": INK}}


def _mark(uid: str, x: float, y: float, marker: dict[str, Any], hover: str) -> dict[str, Any]:
    return {
        "type": "scatter",
        "mode": "markers",
        "x": [x],
        "y": [y],
        "uid": uid,
        "marker": marker,
        "hovertemplate": f"{hover}<extra></extra>",
        "cliponaxis": False,
    }


def _note(x: float, y: float, text: str, color: str, anchor: str, shift: int) -> dict[str, Any]:
    return {
        "x": x,
        "y": y,
        "xanchor": "right",
        "yanchor": anchor,
        "xshift": -10,
        "yshift": shift,
        "text": f"<b>{text}</b>",
        "showarrow": False,
        "font": {"size": 15, "color": color},
        "bgcolor": "rgba(255,255,255,.82)",
        "borderpad": 2,
    }
