"""One quantity of each run against its steps: a faint line for the whole run, a strong one up to the playhead."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from landscape.figures.style import (
    INK,
    LABEL_ROOM,
    OPTIMUM,
    Figure,
    axis,
    figure,
    line_label,
    packed,
    run_color,
    run_symbol,
)
from landscape.formatting import written

FLOOR = 1e-12
"""Values below this are drawn at the lower end of a logarithmic axis."""


@dataclass(frozen=True, eq=False)
class Track:
    """A quantity of one run at each stored step.

    Arguments
        id: "run0" or "run1"; place: the run's place in the list; name: its name in the picture.
        steps: (T,) the stored steps; values: (T,) the quantity there.
    """

    id: str
    place: int
    name: str
    steps: np.ndarray
    values: np.ndarray


@dataclass(frozen=True, eq=False)
class Level:
    """A proven value: a horizontal line and its label; or, with steps (L,), a line through values (L,) there."""

    text: str
    values: np.ndarray
    steps: np.ndarray | None = None


def step_curves(
    tracks: Sequence[Track], title: str, unit: str, *, log: bool = False, level: Level | None = None
) -> Figure:
    """Draw tracks against their steps.

    Arguments
        title: of the vertical axis; unit: the name of the quantity in the hover text; log: a logarithmic axis.
        level: a line that tracks are compared with.
    """
    longest = max((int(t.steps[-1]) for t in tracks), default=1)
    data: list[dict[str, Any]] = []
    notes = []
    everything = [np.maximum(t.values, FLOOR) if log else t.values for t in tracks]
    if level is not None:
        steps = np.array([0, longest]) if level.steps is None else level.steps
        values = np.broadcast_to(np.maximum(level.values, FLOOR) if log else level.values, steps.shape)
        if level.steps is not None or not log or values[0] > FLOOR:
            everything.append(values)
        data.append(
            {
                "type": "scatter",
                "mode": "lines" if level.steps is None else "lines+markers",
                "x": packed(steps),
                "y": packed(values),
                "line": {"color": OPTIMUM, "width": 4},
                "uid": "optimum",
                "meta": {"run": "optimum"},
                "marker": {"symbol": "star", "size": 12, "color": OPTIMUM, "line": {"width": 1, "color": INK}},
                "hovertemplate": f"{level.text}<br>%{{y:.4g}}<extra></extra>",
            }
        )
        if level.steps is None and (not log or values[0] > FLOOR):
            notes.append(line_label(f"{level.text} {written(float(level.values[0]))}"))
    for track in tracks:
        data += _track(track, unit, log)
    low, high = float(min(map(np.min, everything), default=0.0)), float(max(map(np.max, everything), default=1.0))
    if log:
        vertical = _log_axis(title, low, high)
    else:
        low = min(low, 0.0)
        vertical = axis(title, low, high + 0.06 * (high - low) if high > low else low + 1.0)
    return figure(
        data,
        xaxis=axis("step", 0, longest * 1.02 or 1, rangemode="tozero"),
        yaxis=vertical,
        annotations=notes,
        margin={"l": 58, "r": 14, **({"t": LABEL_ROOM} if notes else {})},
    )


def _track(track: Track, unit: str, log: bool) -> list[dict[str, Any]]:
    color = run_color(track.place)
    shown = np.maximum(track.values, FLOOR) if log else track.values
    line = {"type": "scatter", "mode": "lines", "x": packed(track.steps), "y": packed(shown)}
    hover = f"{track.name}<br>step %{{x:,.0f}}<br>{unit} %{{customdata:.4g}}<extra></extra>"
    return [
        {**line, "line": {"color": color, "width": 3}, "opacity": 0.3, "hoverinfo": "skip", "uid": f"{track.id}-faint"},
        {
            **line,
            "line": {"color": color, "width": 3},
            "customdata": packed(track.values),
            "hovertemplate": hover,
            "meta": {"run": track.id},
            "uid": f"{track.id}-line",
        },
        {
            "type": "scatter",
            "mode": "markers",
            "x": [int(track.steps[-1])],
            "y": [float(shown[-1])],
            "marker": {
                "color": color,
                "symbol": run_symbol(track.place),
                "size": 12,
                "line": {"width": 2, "color": INK},
            },
            "meta": {"run": track.id},
            "hoverinfo": "skip",
            "cliponaxis": False,
            "uid": f"{track.id}-ends",
        },
    ]


def _log_axis(title: str, low: float, high: float) -> dict[str, Any]:
    bottom, top = np.log10(max(low, FLOOR)), np.log10(max(high, 10 * max(low, FLOOR)))
    if low > 10 * FLOOR and high < 10 * low:
        # A loss that is nearly constant is drawn in the middle of a decade.
        bottom, top = (np.log10(low) + np.log10(high) - 1) / 2, (np.log10(low) + np.log10(high) + 1) / 2
    margin = 0.06 * (top - bottom)
    exponents = range(int(np.floor(bottom)), int(np.ceil(top)) + 1)
    every = max(1, -(-len(exponents) // 6))
    # Less than two decades may hold a single power of ten, which shows no scale.
    digits = (1, 2, 5) if top - bottom < 2 else (1,)
    ticks = [(digit, e) for e in exponents if e % every == 0 for digit in digits]
    values = [digit * 10.0**e for digit, e in ticks]
    return axis(
        title,
        float(bottom - margin),
        float(top + margin),
        type="log",
        tickvals=values,
        ticktext=["0" if value <= FLOOR else _written(*tick) for value, tick in zip(values, ticks, strict=True)],
    )


def _written(digit: int, exponent: int) -> str:
    if -2 <= exponent <= 3:
        return f"{digit * 10.0**exponent:g}"
    return f"{'' if digit == 1 else f'{digit}·'}10<sup>{exponent}</sup>".replace("-", "−")
