"""A described figure as one of plotly's, light, with a legend in place of the sentences that stand below a page's."""

from __future__ import annotations

import base64
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from landscape.figures.style import INK, OPTIMUM, Figure, run_color, run_symbol

if TYPE_CHECKING:
    import plotly.graph_objects as go

BASE = 14
"""Type size in pixels in which figures are drawn on the pages, and here."""

FONT = "Arial, Helvetica, Liberation Sans, DejaVu Sans, sans-serif"
GRID, ZERO, TEXT, VEIL = "rgba(0,0,0,.1)", "rgba(0,0,0,.35)", "#1A1A1A", "rgba(255,255,255,.75)"
"""Colours of grid, axes and text on white, and of the paper under a text that curves may cross."""

NARROW = 36
"""Characters of a legend beside each other, up to which it is one line at a paper's column."""

Entry = dict[str, Any]
"""A line of the legend: a trace without points."""


def graph_objects() -> Any:
    """Return plotly's module of figures; raises ImportError that says how to install it."""
    try:
        import plotly.graph_objects
    except ImportError as missing:
        raise ImportError(
            "landscape.plot draws with plotly, which is not installed: pip install 'hidden-convex-landscape[plot]'."
        ) from missing
    return plotly.graph_objects


def run_entry(place: int, name: str, *, line: bool = True) -> Entry:
    """Return the legend's line for a run: its colour, and the marker of its end."""
    marker = {"symbol": run_symbol(place), "size": 10, "color": run_color(place), "line": {"width": 1.5, "color": INK}}
    mode = "lines+markers" if line else "markers"
    return {"name": name, "mode": mode, "marker": marker, "line": {"color": run_color(place), "width": 3}}


def star_entry(name: str) -> Entry:
    """Return the legend's line for the stars that mark an optimum."""
    marker = {"symbol": "star", "size": 14, "color": OPTIMUM, "line": {"width": 1.5, "color": INK}}
    return {"name": name, "mode": "markers", "marker": marker}


def line_entry(name: str, color: str, width: float = 4, dash: str = "solid") -> Entry:
    """Return the legend's line for a curve."""
    return {"name": name, "mode": "lines", "line": {"color": color, "width": width, "dash": dash}}


def marker_entry(name: str, color: str, symbol: str, edge: str = INK) -> Entry:
    """Return the legend's line for points."""
    marker = {"symbol": symbol, "size": 10, "color": color, "line": {"width": 1.5, "color": edge}}
    return {"name": name, "mode": "markers", "marker": marker}


def notebook_figure(
    drawn: Figure, *, caption: str, legend: Sequence[Entry] = (), size: tuple[int, int] = (700, 480)
) -> go.Figure:
    """Return a described figure as plotly's, with the look of the pages on white.

    Arguments
        drawn: what ``landscape.figures`` gives; caption: what it shows, as sentences, kept in ``layout.meta``.
        legend: its lines; size: width and height in a notebook, in pixels.
    """
    layout = drawn["layout"]
    in_space = "scene" in layout
    data = [{**_unpacked(trace), "showlegend": False} for trace in drawn["data"]]
    data += [_entry(entry, in_space) for entry in legend]
    axes = {name: _axis(layout[name]) for name in layout if name.startswith(("xaxis", "yaxis"))}
    scene = {"scene": _scene(layout["scene"])} if in_space else {}
    margin = {"l": 56, "r": 14, "t": 12, "b": 50, **layout.get("margin", {})}
    room = _legend_lines(legend, size[0]) * 1.5 * BASE
    return graph_objects().Figure(
        {
            "data": data,
            "layout": {
                **layout,
                **axes,
                **scene,
                "template": None,
                "width": size[0],
                "height": size[1],
                "autosize": False,
                "font": {"family": FONT, "size": BASE, "color": TEXT},
                "paper_bgcolor": "#FFFFFF",
                "plot_bgcolor": "#FFFFFF",
                "hoverlabel": {"font": {"family": FONT, "size": BASE}},
                "showlegend": bool(legend),
                "legend": _legend(in_space),
                "margin": {**margin, "t": max(margin["t"], 12) if not legend else 12 + room},
                "annotations": [_note(note, layout) for note in layout.get("annotations", ())],
                "meta": {**layout.get("meta", {}), "caption": caption},
            },
        }
    )


def caption(figure: go.Figure) -> str:
    """Return what a figure of this package shows, as sentences for the caption of a paper or a text alternative.

    Raises ValueError for another figure.

    >>> from landscape import Problem, plot
    >>> print(plot.caption(plot.twin(Problem(X=[[-1.0], [1.0]], y=[1.0, 2.0], second_layer="ones"))))
    The convex landscape: the loss over the slopes of f, u₁ right of 0 and u₂ left of it; no network is in the grey \
part. The global optimum, proven, has loss 0 at u₁ = 2.000, u₂ = −1.000.
    """
    said = figure.layout.meta
    if not isinstance(said, Mapping) or "caption" not in said:
        raise ValueError("figure must be one that a function of landscape.plot returned: another has no caption.")
    return str(said["caption"])


def _unpacked(value: Any) -> Any:
    """Return a trace with the arrays that ``packed`` wrote for a browser as arrays."""
    if isinstance(value, dict) and "bdata" in value:
        numbers = np.frombuffer(base64.b64decode(value["bdata"]), value["dtype"])
        return numbers.reshape([int(length) for length in value["shape"].split(",")]) if "shape" in value else numbers
    if isinstance(value, dict):
        return {name: _unpacked(part) for name, part in value.items()}
    return value


def _entry(entry: Entry, in_space: bool) -> dict[str, Any]:
    nowhere = {"x": [None], "y": [None], **({"z": [None]} if in_space else {})}
    marker = entry.get("marker")
    if in_space and marker is not None and marker["symbol"] not in ("circle", "square", "diamond", "cross", "x"):
        marker = {**marker, "symbol": "diamond"}  # a scene has no stars nor triangles
    drawn = {**entry, "marker": marker} if marker is not None else entry
    return {"type": "scatter3d" if in_space else "scatter", **nowhere, **drawn, "hoverinfo": "skip", "showlegend": True}


def _legend(in_space: bool) -> dict[str, Any]:
    return {
        "orientation": "h",
        "x": 0.0,
        "xanchor": "left",
        "y": 1.0 if in_space else 1.01,
        "yanchor": "bottom",
        "bgcolor": "rgba(0,0,0,0)",
        "itemclick": False,
        "itemdoubleclick": False,
    }


def _legend_lines(legend: Sequence[Entry], width: int) -> int:
    letters = 0.55 * BASE
    length = sum(len(entry["name"]) * letters + 52 for entry in legend)
    return 0 if not legend else max(1, int(np.ceil(length / (width - 90))))


def _axis(given: Mapping[str, Any]) -> dict[str, Any]:
    title = {"title": {**given["title"], "font": {"size": BASE + 1}}} if "title" in given else {}
    lines = {"gridcolor": GRID, "zerolinecolor": ZERO, "linecolor": ZERO, "tickcolor": ZERO, "automargin": True}
    return {**lines, "showline": True, "mirror": True, **given, **title}


def _scene(scene: Mapping[str, Any]) -> dict[str, Any]:
    wall = {"backgroundcolor": "#FFFFFF", "gridcolor": GRID, "zerolinecolor": ZERO, "color": TEXT}
    sides = {name: {**wall, **scene[name], "tickfont": {"size": BASE - 2}} for name in ("xaxis", "yaxis", "zaxis")}
    return {**scene, **sides}


def _note(note: Mapping[str, Any], layout: Mapping[str, Any]) -> dict[str, Any]:
    """Return an annotation: plain text gets paper under it, for a line that crosses it must not make it unreadable."""
    font = note.get("font", {})
    paper = {} if font.get("color") else {"bgcolor": VEIL}
    return {**paper, **note, "font": {**font, "size": max(font.get("size", 13), 12.5)}}
