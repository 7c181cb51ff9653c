"""Every colour, marker and number format of the pictures."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np

Figure = dict[str, Any]
"""A plotly figure: ``{"data": [...], "layout": {...}}``."""

# Okabe & Ito (2008): distinguishable with any colour vision. Vermillion and yellow are kept for what is
# stuck and what is optimal, so no run has them.
RUN_COLORS = ("#E69F00", "#CC79A7", "#56B4E9", "#009E73", "#0072B2", "#999999")
RUN_SYMBOLS = ("circle", "diamond", "square", "triangle-up", "hexagon", "triangle-down", "cross")
STUCK = "#D55E00"
STUCK_INK = "#9C4300"
OPTIMUM = "#F0E442"
DATA = "#0072B2"
GHOST = "#8C8C96"
INK = "#1B1B33"
CASING = "#FFFFFF"
"""Colours of what is stuck (marks, text), of the optimum, data, missing neurons, outlines, and casings."""

# Light is high, dark is low: lightness rises evenly along the map, so it is monotone in grey too.
LOSS_SCALE: tuple[tuple[float, str], ...] = (
    (0.0, "#2C2A57"),
    (0.12, "#3A3C7D"),
    (0.24, "#3E53A0"),
    (0.36, "#3E6DB2"),
    (0.48, "#4886BB"),
    (0.60, "#599FC4"),
    (0.72, "#72B8CD"),
    (0.82, "#95CFD8"),
    (0.91, "#C0E5E8"),
    (1.0, "#EAFCFD"),
)


LABEL_ROOM = 24
"""Pixels above a plot for the label of its yellow line."""


BAR_BELOW = {"l": 46, "r": 30, "b": 84}
"""Margins of a plot whose colour bar lies below it, with the name of what it shows at its end."""


def run_color(index: int) -> str:
    """Return the colour of the run with this place in the list, the same in every picture."""
    return RUN_COLORS[index % len(RUN_COLORS)]


def run_symbol(index: int) -> str:
    """Return the marker of the run with this place in the list; it differs where colours repeat."""
    return RUN_SYMBOLS[index % len(RUN_SYMBOLS)]


def packed(values: Sequence[float] | np.ndarray) -> dict[str, str]:
    """Return an array the way plotly.js reads fastest: its float32 bytes in base 64."""
    # A float32 ends at 3e38; what lies beyond 1e30 lies outside of every picture.
    array = np.clip(np.asarray(values, dtype=np.float64), -1e30, 1e30).astype(np.float32)
    spec = {"dtype": "f4", "bdata": base64.b64encode(np.ascontiguousarray(array).tobytes()).decode()}
    if array.ndim > 1:
        spec["shape"] = ", ".join(map(str, array.shape))
    return spec


def with_gaps(pieces: Iterable[Sequence[float] | np.ndarray]) -> list[float | None]:
    """Join several polylines into one coordinate list with a gap after each."""
    joined: list[float | None] = []
    for piece in pieces:
        joined.extend(float(value) for value in piece)
        joined.append(None)
    return joined


def axis(title: str, low: float | None = None, high: float | None = None, **more: Any) -> dict[str, Any]:
    """Return an axis with a title and, where given, a fixed range."""
    # The margins hold every label: a browser need not measure whether each fits.
    fits = {"ticklabeloverflow": "allow"}
    result: dict[str, Any] = {"title": {"text": title, "standoff": 6}, "zeroline": False, **fits, **more}
    if low is not None and high is not None:
        result["range"] = [low, high]
        if more.get("type") == "log" and "tickvals" not in more and high - low >= 1:
            result["dtick"] = 1  # plotly writes a 2 and a 5 between powers of ten too small for a back row
    return result


def line_label(text: str, narrow: str = "") -> dict[str, Any]:
    """Return the label of the yellow line as an annotation above the plot, where it covers no curve.

    ``narrow`` is the label of the dashed line, the best of a width, in a line of its own.
    """
    dashed = f'<br><span style="color:{GHOST}">┅┅</span> {narrow}' if narrow else ""
    return {
        "x": 0.0,
        "xref": "paper",
        "xanchor": "left",
        "y": 1.0,
        "yref": "paper",
        "yanchor": "bottom",
        "text": f'<span style="color:{OPTIMUM};text-shadow:0 0 1px {INK}">▬▬</span> {text}{dashed}',
        "align": "left",
        "showarrow": False,
        "font": {"size": 14},
    }


def filled_axis(title: str, low: float, high: float) -> dict[str, Any]:
    """Return an axis of a field that is drawn from ``low`` to ``high``: nobody can move or zoom to the blank beyond."""
    return axis(title, low, high, minallowed=low, maxallowed=high)


def figure(data: Sequence[Mapping[str, Any]], **layout: Any) -> Figure:
    """Return a figure without a legend: names are in the sentences below the pictures."""
    return {"data": list(data), "layout": {"showlegend": False, "hovermode": "closest", **layout}}


def path(x: np.ndarray, y: np.ndarray, index: int, run: str, *, hover: str, custom: np.ndarray) -> list[dict[str, Any]]:
    """Return a path: a white casing, the coloured line over it, its start and its end.

    The casing keeps the line visible on any colour of the loss; the start is hollow, the end is filled. The escape
    path of a run has the run's colour, dashed.
    """
    color, symbol, way_out = run_color(index), run_symbol(index), run.startswith("escape")
    line = {"type": "scatter", "mode": "lines"}
    # It has the places of the line over it, which ``view/plot.js`` fills in.
    casing = {"meta": {"run": run, "under": f"{run}-line"}, "line": {"color": CASING, "width": 6}}
    stroke = {"color": color, "width": 3, "dash": "8px,5px" if way_out else "solid"}
    ends = {
        "type": "scatter",
        "mode": "markers",
        "x": packed(x[[0, -1]]),
        "y": packed(y[[0, -1]]),
        "meta": {"run": run},
        "customdata": packed(custom[[0, -1]]),
        "hovertemplate": hover,
        "cliponaxis": False,
        "uid": f"{run}-ends",
        "marker": {
            "symbol": symbol,
            "size": [0 if way_out else 10, 13],
            "color": [CASING, color],
            "line": {"width": 2, "color": [color, INK]},
        },
    }
    return [
        {**line, **casing, "hoverinfo": "skip", "uid": f"{run}-casing"},
        {
            **line,
            "x": packed(x),
            "y": packed(y),
            "meta": {"run": run},
            "line": stroke,
            "hovertemplate": hover,
            "customdata": packed(custom),
            "uid": f"{run}-line",
        },
        ends,
    ]


def star(x: Sequence[float] | np.ndarray, y: Sequence[float] | np.ndarray, text: str, size: int = 17) -> dict[str, Any]:
    """Return the stars that mark a global optimum."""
    return {
        "type": "scatter",
        "mode": "markers",
        "x": list(map(float, x)),
        "y": list(map(float, y)),
        "marker": {"symbol": "star", "size": size, "color": OPTIMUM, "line": {"width": 1.5, "color": INK}},
        "hovertemplate": text + "<extra></extra>",
        "cliponaxis": False,
        "uid": "optimum",
        "meta": {"run": "optimum"},
    }


def star_note(x: float, y: float, text: str) -> dict[str, Any]:
    """Return what a star says, as a note that ``view/notes.js`` puts on the side where it covers nothing."""
    return {
        "x": x,
        "y": y,
        "name": "around",
        "text": text,
        "showarrow": False,
        "font": {"size": 14, "color": INK},
        "bgcolor": "rgba(240,228,66,.92)",
        "borderpad": 2,
        "xanchor": "center",
        "yanchor": "top",
        "xshift": 0,
        "yshift": -13,
    }


def hollow_star(x: float, y: float, text: str, size: int = 18) -> dict[str, Any]:
    """Return the hollow star that marks the best of a width, where wider networks do better."""
    mark = star([x], [y], text, size)
    return {**mark, "marker": {**mark["marker"], "color": CASING}, "uid": "narrow", "meta": {"run": "narrow"}}


def as_json(drawn: Figure) -> str:
    """Return a figure as JSON; NaN, which JSON cannot hold, becomes a gap."""
    return json.dumps(drawn, allow_nan=False, separators=(",", ":"))
