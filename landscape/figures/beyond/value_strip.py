"""Values of one problem obtained by several methods, a row each, on a common axis."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from landscape.figures.style import DATA, INK, OPTIMUM, Figure, axis, figure, packed
from landscape.formatting import written

SAME = 1e-6
"""Values this close, relative to the largest, agree: the coordinates sent to the browser hold no finer difference."""

GOLDEN = 0.6180339887498949
"""Multiples of it, without their whole part, spread dots of equal value evenly over a row."""


@dataclass(frozen=True, eq=False)
class Row:
    """The values of one method.

    Arguments
        name: of the method; values: those it reached, a dot each; the least is written beside the row.
        symbol, color: of its dots; note: written after its name, such as "best".
    """

    name: str
    values: Sequence[float]
    symbol: str = "circle"
    color: str = DATA
    note: str = ""


def value_strip(rows: Sequence[Row], unit: str, reference: float | None = None) -> Figure:
    """Draw the rows from top to bottom, names on the left, numbers on the right.

    Arguments
        unit: the title of the common axis; reference: the value of a line through all rows.
    """
    finite = [np.asarray(row.values, dtype=float)[np.isfinite(row.values)] for row in rows]
    everything = np.concatenate([*finite, np.array([] if reference is None else [reference])])
    low, high = (float(everything.min()), float(everything.max())) if len(everything) else (0.0, 1.0)
    room = 0.07 * (high - low)
    if high - low <= SAME * max(abs(high), 1e-12):
        room = 0.1 * abs(high) or 1.0
    data: list[dict[str, Any]] = []
    if reference is not None:
        data.append(
            {
                "type": "scatter",
                "mode": "lines",
                "x": [reference] * 2,
                "y": [-0.6, len(rows) - 0.4],
                "uid": "reference",
                "line": {"color": OPTIMUM, "width": 6},
                "opacity": 0.7,
                "hoverinfo": "skip",
            }
        )
    for place, (row, values) in enumerate(zip(rows, finite, strict=True)):
        many = len(values) > 1
        spread = 0.6 * ((np.arange(len(values)) * GOLDEN) % 1.0 - 0.5) if many else np.zeros(len(values))
        data.append(
            {
                "type": "scatter",
                "mode": "markers",
                "x": packed(values),
                "y": packed(place + spread),
                "uid": row.name,
                "marker": {
                    "symbol": row.symbol,
                    "size": 9 if many else 15,
                    "color": row.color,
                    "opacity": 0.8 if many else 1.0,
                    "line": {"width": 1 if many else 1.5, "color": INK},
                },
                "customdata": packed(values),
                "cliponaxis": False,
                "hovertemplate": f"{row.name}<br>%{{x:.7g}}<extra></extra>",
            }
        )
    numbers = [
        {
            "x": 1.0,
            "xref": "paper",
            "xanchor": "left",
            "xshift": 8,
            "y": place,
            "yref": "y",
            "yanchor": "middle",
            "showarrow": False,
            "text": _number(values),
            "font": {"size": 14},
        }
        for place, values in enumerate(finite)
    ]
    names = [f"{row.name}, {row.note}" if row.note else row.name for row in rows]
    return figure(
        data,
        xaxis=axis(unit, low - room, high + room),
        yaxis=axis("", len(rows) - 0.4, -0.6, tickvals=list(range(len(rows))), ticktext=names, showgrid=False),
        annotations=numbers,
        margin={"l": 118, "r": 72},
    )


def _number(values: np.ndarray) -> str:
    return f"<b>{written(float(values.min()))}</b>" if len(values) else "<i>to come</i>"
