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

LETTER, SYMBOL = 0.56 * BASE, 48
"""Pixels that a letter of the legend takes, and the symbol before a name."""

LINE = 1.42 * BASE
"""Pixels of a line of the legend."""

AWAY = 1.14
"""In space the camera stands so many times as far as on the pages, for the titles of the axes to be seen whole."""

IN_SPACE = ("circle", "diamond", "square", "cross", "x")
"""The markers that a scene has, by turns for runs."""

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


def space_symbol(place: int) -> str:
    """Return the marker of the run with this place in the list in a scene, which has fewer."""
    return IN_SPACE[place % len(IN_SPACE)]


def run_entry(place: int, name: str, *, line: bool = True, in_space: bool = False) -> Entry:
    """Return the legend's line for a run: its colour, and the marker of its end."""
    symbol = space_symbol(place) if in_space else run_symbol(place)
    marker = {"symbol": symbol, "size": 10, "color": run_color(place), "line": {"width": 1.5, "color": INK}}
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
    drawn: Figure,
    *,
    caption: str,
    legend: Sequence[Entry] = (),
    size: tuple[int, int] = (700, 480),
    rows: bool = False,
) -> go.Figure:
    """Return a described figure as plotly's, with the look of the pages on white.

    Arguments
        drawn: what ``landscape.figures`` gives; caption: what it shows, as sentences, kept in ``layout.meta``.
        legend: its lines; size: width and height in a notebook, in pixels.
        rows: whether it is as high as its rows need, however wide it is.
    """
    layout = drawn["layout"]
    in_space = "scene" in layout
    data = [{**_drawn(trace), "showlegend": False} for trace in drawn["data"]]
    data += [_entry(entry, in_space) for entry in legend]
    axes = {name: _axis(layout[name]) for name in layout if name.startswith(("xaxis", "yaxis"))}
    scene = {"scene": _scene(layout["scene"])} if in_space else {}
    margin = {"l": 56, "r": 14, "b": 50, **layout.get("margin", {}), "t": 14}
    names = [entry["name"] for entry in legend]
    room = legend_lines(names, size[0] - margin["l"] - margin["r"]) * LINE
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
                "margin": {**margin, "t": margin["t"] + room},
                "annotations": [_note(note, layout) for note in layout.get("annotations", ())],
                "meta": {**layout.get("meta", {}), "caption": caption, "rows": rows},
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


def _drawn(trace: Mapping[str, Any]) -> dict[str, Any]:
    """Return a trace with its numbers as arrays, its colour bar named in the size of other titles."""
    drawn: dict[str, Any] = _unpacked(dict(trace))
    uid = str(trace.get("uid", ""))
    if trace["type"] == "scatter3d" and uid.startswith("run") and uid.endswith("-ends"):
        place = int(uid.removeprefix("run").removesuffix("-ends"))
        drawn["marker"] = {**drawn["marker"], "symbol": space_symbol(place)}
    bar = drawn.get("colorbar")
    if bar and "title" in bar:
        drawn["colorbar"] = {**bar, "title": {**bar["title"], "font": {"size": BASE + 1}}}
    return drawn


def _unpacked(value: Any) -> Any:
    """Return the arrays within a value that ``packed`` wrote for a browser as arrays."""
    if isinstance(value, dict) and "bdata" in value:
        numbers = np.frombuffer(base64.b64decode(value["bdata"]), value["dtype"])
        return numbers.reshape([int(length) for length in value["shape"].split(",")]) if "shape" in value else numbers
    if isinstance(value, dict):
        return {name: _unpacked(part) for name, part in value.items()}
    return value


def _entry(entry: Entry, in_space: bool) -> dict[str, Any]:
    nowhere = {"x": [None], "y": [None], **({"z": [None]} if in_space else {})}
    marker = entry.get("marker")
    drawn = entry
    if in_space and marker is not None and marker["symbol"] == "star":  # a scene has none: its stars are letters
        drawn = {**entry, "name": f"★ {entry['name']}", "marker": {"size": 0, "opacity": 0.0}}
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


def legend_lines(names: Sequence[str], width: float) -> int:
    """Return how many lines a legend takes in a width in pixels: one, or columns as wide as the longest name."""
    if not names:
        return 0
    lengths = [len(name) * LETTER + SYMBOL for name in names]
    if sum(lengths) <= width:
        return 1
    return -(-len(names) // max(1, int(width // max(lengths))))


def _axis(given: Mapping[str, Any]) -> dict[str, Any]:
    title = {"title": {**given["title"], "font": {"size": BASE + 1}}} if "title" in given else {}
    lines = {"gridcolor": GRID, "zerolinecolor": ZERO, "linecolor": ZERO, "tickcolor": ZERO, "automargin": True}
    return {**lines, "showline": True, "mirror": True, **given, **title}


def _scene(scene: Mapping[str, Any]) -> dict[str, Any]:
    wall = {"backgroundcolor": "#FFFFFF", "gridcolor": GRID, "zerolinecolor": ZERO, "color": TEXT}
    sides = {
        name: {
            **wall,
            **scene[name],
            "title": {**scene[name]["title"], "font": {"size": BASE}},
            "tickfont": {"size": BASE - 2},
        }
        for name in ("xaxis", "yaxis", "zaxis")
    }
    camera = scene["camera"]
    eye = {side: AWAY * distance for side, distance in camera["eye"].items()}
    return {**scene, **sides, "camera": {**camera, "eye": eye}, "domain": {"x": [0.03, 1.0], "y": [0.0, 1.0]}}


def _note(note: Mapping[str, Any], layout: Mapping[str, Any]) -> dict[str, Any]:
    """Return an annotation: plain text gets paper under it, for a line that crosses it must not make it unreadable."""
    font = note.get("font", {})
    paper = {} if font.get("color") else {"bgcolor": VEIL}
    side = _side(note, layout)
    return {**paper, **side, **note, "font": {**font, "size": max(font.get("size", 13), 12.5)}}


def _side(note: Mapping[str, Any], layout: Mapping[str, Any]) -> dict[str, str]:
    """Return the side on which a text stands that could be cut off at an end of the axis."""
    low, high = layout.get("xaxis", {}).get("range", (0.0, 0.0))
    if "xref" in note or "xanchor" in note or not low < high or not isinstance(note.get("x"), float):
        return {}
    share = (note["x"] - low) / (high - low)
    return {"xanchor": "right"} if share > 0.72 else {"xanchor": "left"} if share < 0.28 else {}
