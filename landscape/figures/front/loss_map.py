"""The loss over a plane of weights, as a map: cells, critical sets, paths and optima laid over it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from landscape.figures.loss_colours import LossScale
from landscape.figures.loss_field import Source, loss_numbers
from landscape.figures.style import (
    BAR_BELOW,
    CASING,
    INK,
    OPTIMUM,
    STUCK,
    STUCK_INK,
    Figure,
    figure,
    filled_axis,
    packed,
    path,
    star,
    star_note,
    with_gaps,
)
from landscape.formatting import written
from landscape.loss.critical_points import ComponentKind
from landscape.loss.surface import Surface
from landscape.scene import Basins, CellLabel, CriticalPiece, Path


def run_traces(run: Path) -> list[dict[str, Any]]:
    """Return a run's path as traces, its true losses in the hover text."""
    hover = f"{run.name}<br>step %{{customdata[0]:,.0f}}<br>loss %{{customdata[1]:.4g}}<extra></extra>"
    custom = np.column_stack([run.steps, run.objective])
    return path(run.x, run.y, run.run, run.id, hover=hover, custom=custom)


def field(
    x: np.ndarray,
    y: np.ndarray,
    loss: np.ndarray,
    scale: LossScale,
    hover: str,
    *,
    source: Source | None = None,
    bar_below: bool = False,
) -> dict[str, Any]:
    """Return a loss (L, K) over x (K,) and y (L,) as filled contours whose hover text shows the true loss.

    Arguments
        source: what the browser computes it from, None to send it; bar_below: whether the colour bar lies below.
    """
    coloring = scale.coloring("loss", below=True) if bar_below else scale.coloring()
    low, high = coloring["low"], coloring["high"]
    return {
        "type": "contour",
        **loss_numbers(x, y, loss, scale, source),
        "colorscale": coloring["colorscale"],
        "colorbar": coloring["colorbar"],
        "zmin": low,
        "zmax": high,
        "zauto": False,
        "uid": "field",
        "contours": {"coloring": "heatmap", "start": low, "end": high, "size": (high - low) / 16},
        "line": {"width": 0.7, "color": "rgba(255,255,255,.45)"},
        "hovertemplate": hover,
    }


def loss_map(
    surface: Surface,
    *,
    labels: tuple[str, str],
    borders: Sequence[tuple[np.ndarray, np.ndarray]],
    cells: Sequence[CellLabel],
    pieces: Sequence[CriticalPiece],
    paths: Sequence[Path],
    optima: tuple[np.ndarray, np.ndarray],
    basins: Basins | None = None,
    star_name: str = "global optimum",
    rounding: float = 0.0,
    titles: tuple[str, str] | None = None,
    star_notes: Sequence[str] = (),
    bar_below: bool = False,
    source: Source | None = None,
    from_lowest: bool = False,
) -> Figure:
    """Draw the loss over two weights.

    Arguments
        surface: the loss on a grid that contains its kinks.
        labels: names of the two coordinates; titles: what the axes say, where it is more than these names.
        borders: polylines between activation-pattern cells; cells: their names.
        pieces: critical sets; paths: the runs; optima: x and y of the global optima that are points.
        basins: the starts that do not reach the optimum; star_name: what ``optima`` are called.
        rounding: a loss up to which it is 0.
        star_notes: what is written beside each optimum; bar_below: whether the colour bar lies below the plot.
        source: what the browser computes the loss from, None to send it.
        from_lowest: whether the darkest colour is that of the least loss shown, and not of 0.
    """
    scale = LossScale.of(surface.loss, rounding, from_lowest=from_lowest)
    first, second = labels
    across, up = titles or labels
    data: list[dict[str, Any]] = [
        field(
            surface.w1,
            surface.w2,
            surface.loss,
            scale,
            f"{first} = %{{x:.3g}}<br>{second} = %{{y:.3g}}<br>loss %{{customdata:.4g}}<extra></extra>",
            source=source,
            bar_below=bar_below,
        )
    ]
    if basins is not None:
        data += _basin_traces(basins)
    if borders:
        data.append(
            {
                "type": "scatter",
                "mode": "lines",
                "x": with_gaps(x for x, _ in borders),
                "y": with_gaps(y for _, y in borders),
                "line": {"color": CASING, "width": 2, "dash": "dash"},
                "hoverinfo": "skip",
                "uid": "borders",
            }
        )
    # Saddles bound the basins: without these, crosses would be marks that nothing speaks of.
    data += _piece_traces([piece for piece in pieces if basins or piece.optimal or len(piece.x) > 1])
    for run in paths:
        data += run_traces(run)
    x, y = optima
    if len(x):
        data.append(star(x, y, star_name))
    notes = [
        {
            "x": cell.x,
            "y": cell.y,
            "text": cell.name,
            "showarrow": False,
            "font": {"size": 12.5, "color": "#FFFFFF"},
            "bgcolor": "rgba(27,27,51,.66)",
            "borderpad": 3,
            "xanchor": "left" if cell.x < float(np.mean(surface.w1)) else "right",
            "yanchor": "bottom" if cell.y < float(np.mean(surface.w2)) else "top",
        }
        for cell in cells
    ]
    notes += [_loss_note(piece, surface) for piece in pieces if not piece.optimal and len(piece.x) > 1]
    notes += [star_note(float(a), float(b), text) for a, b, text in zip(x, y, star_notes, strict=False)]
    return figure(
        data,
        xaxis=filled_axis(across, float(surface.w1[0]), float(surface.w1[-1])),
        yaxis=filled_axis(up, float(surface.w2[0]), float(surface.w2[-1])),
        annotations=notes,
        margin=BAR_BELOW if bar_below else {"r": 74},
    )


def _basin_traces(basins: Basins) -> list[dict[str, Any]]:
    """Return hatched areas of starts that do not reach the optimum: hatching, because colour is the loss."""
    hatch = {"shape": "/", "fgcolor": "#FFFFFF", "bgcolor": "rgba(156,67,0,.38)", "size": 9, "solidity": 0.18}
    traces: list[dict[str, Any]] = [
        {
            "type": "scatter",
            "mode": "lines",
            "x": x.tolist(),
            "y": y.tolist(),
            "uid": f"basin{number}",
            "name": text,
            "fill": "toself",
            "fillpattern": hatch,
            "line": {"color": STUCK_INK, "width": 2},
            "hoverinfo": "skip",
        }
        for number, (x, y, text) in enumerate(basins.polygons)
    ]
    if basins.caught is not None:
        x, y = np.meshgrid(basins.x, basins.y)
        traces.append(
            {
                "type": "scatter",
                "mode": "markers",
                "x": packed(x[basins.caught]),
                "y": packed(y[basins.caught]),
                "marker": {"symbol": "x-thin", "size": 5, "line": {"color": STUCK_INK, "width": 2}},
                "opacity": 0.75,
                "hovertemplate": "a start here does not reach the optimum<extra></extra>",
                "uid": "caught",
            }
        )
    return traces


def _piece_traces(pieces: Sequence[CriticalPiece]) -> list[dict[str, Any]]:
    """Return critical pieces: yellow where optimal, red where a run can end above the optimum, crosses for points.

    Segments of one colour are one trace, and so are the points: a browser needs more time for a trace than for a point.
    """
    traces: list[dict[str, Any]] = []
    for number, piece in enumerate(piece for piece in pieces if piece.area):
        color, fill = (OPTIMUM, "rgba(240,228,66,.28)") if piece.optimal else (STUCK, "rgba(213,94,0,.30)")
        area = _labelled([piece], f"area{number}")
        traces.append(
            {**area, "mode": "lines", "fill": "toself", "fillcolor": fill, "line": {"color": color, "width": 2}}
        )
    points = [piece for piece in pieces if len(piece.x) == 1 and not piece.optimal]  # stars mark the optimal ones
    if points:
        marker = {"symbol": "x", "size": 7, "color": STUCK, "line": {"width": 1, "color": CASING}}
        traces.append({**_labelled(points, "points"), "mode": "markers", "marker": marker})
    segments = [piece for piece in pieces if not piece.area and len(piece.x) > 1]
    if segments:
        casing = {"color": INK, "width": 8}
        traces.append({**_labelled(segments, "edges"), "mode": "lines", "line": casing, "hoverinfo": "skip"})
    # Stripes, as of a barrier: runs are drawn in one piece, and some in much the same colour.
    for name, line in (("stuck", {"color": STUCK, "dash": "5px,3px"}), ("optimal", {"color": OPTIMUM})):
        alike = [piece for piece in segments if piece.optimal == (name == "optimal")]
        if alike:
            traces.append({**_labelled(alike, name), "mode": "lines", "line": {**line, "width": 5}})
    return traces


def _labelled(pieces: Sequence[CriticalPiece], uid: str) -> dict[str, Any]:
    """Return what traces of critical pieces share: their corners, a gap after each piece, and their hover text."""
    labels = [f"{piece.label}<br>loss {written(piece.loss)}" for piece in pieces for _ in (*piece.x, None)]
    x, y = with_gaps(piece.x for piece in pieces), with_gaps(piece.y for piece in pieces)
    return {"type": "scatter", "x": x, "y": y, "text": labels, "hovertemplate": "%{text}<extra></extra>", "uid": uid}


def _loss_note(piece: CriticalPiece, surface: Surface) -> dict[str, Any]:
    """Return the loss of a non-optimal segment or area as a label beside the middle of its visible part."""
    x = np.clip(piece.x, surface.w1[0], surface.w1[-1])
    y = np.clip(piece.y, surface.w2[0], surface.w2[-1])
    corner = len(x) - 1 if piece.area else len(x)
    middle_x, middle_y = float(np.mean(x[:corner])), float(np.mean(y[:corner]))
    right, up = middle_x >= 0, middle_y >= 0
    return {
        "x": middle_x,
        "y": middle_y,
        "showarrow": False,
        "text": f"{_loss_prefix(piece)} {written(piece.loss)}",
        "font": {"size": 13, "color": "#FFFFFF"},
        "bgcolor": STUCK_INK,
        "borderpad": 2,
        "xanchor": "center" if piece.area else "left" if right else "right",
        "xshift": 0 if piece.area else 7 if right else -7,
        "yanchor": "middle" if piece.area else "bottom" if up else "top",
        "yshift": 0 if piece.area else 7 if up else -7,
    }


def _loss_prefix(piece: CriticalPiece) -> str:
    return "nothing moves:<br>loss" if piece.kind is ComponentKind.DEAD else "stuck at<br>loss"
