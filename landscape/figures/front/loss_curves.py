"""Loss against step, with the optimum or a lower bound of it as a line."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from landscape.figures.style import (
    GHOST,
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
from landscape.formatting import short
from landscape.scene.drawn_steps import FLOOR, MOST_RISE


@dataclass(frozen=True, eq=False)
class Curve:
    """One run's losses.

    Arguments
        id: "run0", "escape0", ...; place: the run's place in the list; name: its name in the picture.
        steps: (T,) the stored steps; objective: (T,) the loss there.
    """

    id: str
    place: int
    name: str
    steps: np.ndarray
    objective: np.ndarray


@dataclass(frozen=True)
class Level:
    """A value that the curves are compared with, and what it is; at or below the floor it is drawn at the lower end."""

    value: float
    text: str


def loss_curves(
    curves: Sequence[Curve], level: Level | None, quantity: str = "loss", narrow: Level | None = None
) -> Figure:
    """Draw the loss of every run against its step, on a logarithmic axis.

    Arguments
        curves: the runs.
        level: the line, None where nothing is known; quantity: what the curves hold, for the axis and hover text.
        narrow: a second line, dashed: the best of the runs' own width, where wider networks do better.
    """
    data: list[dict[str, Any]] = []
    longest = max((int(curve.steps[-1]) for curve in curves), default=1)
    for curve in curves:
        name, steps, objective, color = curve.name, curve.steps, curve.objective, run_color(curve.place)
        data.append(
            {
                "type": "scatter",
                "mode": "lines",
                "x": packed(steps),
                "y": packed(np.maximum(objective, FLOOR)),
                "customdata": packed(objective),
                "meta": {"run": curve.id},
                "line": {"color": color, "width": 3, "dash": "8px,5px" if curve.id.startswith("escape") else "solid"},
                "hovertemplate": f"{name}<br>step %{{x:,.0f}}<br>{quantity} %{{customdata:.4g}}<extra></extra>",
                "uid": f"{curve.id}-line",
            }
        )
        data.append(
            {
                "type": "scatter",
                "mode": "markers",
                "x": [int(steps[-1])],
                "y": [max(float(objective[-1]), FLOOR)],
                "marker": {
                    "color": color,
                    "symbol": run_symbol(curve.place),
                    "size": 12,
                    "line": {"width": 2, "color": INK},
                },
                "meta": {"run": curve.id},
                "hoverinfo": "skip",
                "cliponaxis": False,
                "uid": f"{curve.id}-ends",
            }
        )
    losses = [curve.objective for curve in curves]
    if narrow is not None:
        losses.append(np.array([max(narrow.value, FLOOR)]))
        data.insert(0, _line_of(narrow, longest, "narrow", {"color": GHOST, "width": 3, "dash": "6px,4px"}))
    if level is not None:
        losses.append(np.array([max(level.value, FLOOR)]))
        data.insert(0, {**_line_of(level, longest, "optimum", {"color": OPTIMUM, "width": 5}), "opacity": 0.9})
    # A run that diverges leaves the picture: a range up to its end would flatten every other curve.
    starts = max((float(curve.objective[0]) for curve in curves), default=1.0)
    highest = min(max(map(np.max, losses), default=1.0), MOST_RISE * max(starts, FLOOR))
    if not curves:
        highest = 1.0
    foot = max(min(map(np.min, losses), default=1.0), FLOOR)
    low, high = np.log10(foot), np.log10(max(highest, foot * 10))
    margin = 0.06 * (high - low)
    ticks = _ticks(low, high)
    return figure(
        data,
        xaxis=axis("step", 0, longest * 1.02, rangemode="tozero"),
        yaxis=axis(
            "loss, log scale" if quantity == "loss" else quantity,  # the longer one has no room for its scale
            float(low - margin),
            float(high + margin),
            type="log",
            tickvals=ticks,
            ticktext=["0" if tick <= FLOOR else _written_tick(tick) for tick in ticks],
        ),
        annotations=[] if level is None else [line_label(level.text, "" if narrow is None else narrow.text)],
        margin={"l": 62, "r": 14, "t": LABEL_ROOM if narrow is None or level is None else 2 * LABEL_ROOM - 6},
    )


def _line_of(level: Level, longest: int, name: str, stroke: dict[str, Any]) -> dict[str, Any]:
    height = max(level.value, FLOOR)
    return {
        "type": "scatter",
        "mode": "lines",
        "x": [0, longest],
        "y": [height, height],
        "line": stroke,
        "meta": {"run": name},
        "uid": name,
        "hovertemplate": f"{level.text}<extra></extra>",
    }


def _ticks(low: float, high: float) -> list[float]:
    """Return at most seven powers of ten between two exponents, or 1, 2, 5 × 10ᵏ where there would be too few."""
    exponents = range(int(np.floor(low)), int(np.ceil(high)) + 1)
    if high - low < 2:
        return [digit * 10.0**e for e in exponents for digit in (1, 2, 5)]
    every = max(1, -(-len(exponents) // 6))
    return [10.0**e for e in exponents if e % every == 0]


def _written_tick(tick: float) -> str:
    exponent = int(np.floor(np.log10(tick * (1 + 1e-9))))
    if -3 < exponent <= 3:
        return short(tick)
    digit = round(tick / 10.0**exponent)
    power = f"10<sup>{exponent}</sup>".replace("-", "−")
    return power if digit == 1 else f"{digit}·{power}"
