"""The loss over a plane of weights, as a map: cells, critical sets, paths and optima laid over it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from landscape.figures.loss_field import LossScale
from landscape.figures.style import (
    CASING,
    INK,
    OPTIMUM,
    STUCK,
    Figure,
    axis,
    figure,
    packed,
    path,
    star,
    with_gaps,
)  # fmt: skip
from landscape.numbers import written
from landscape.scene import Cell, Path, Piece
from landscape.surface import Surface


def run_traces(run: Path) -> list[dict[str, Any]]:
    """Return a run's path as traces, its true losses in the hover text."""
    hover = f"{run.name}<br>step %{{customdata[0]:,.0f}}<br>loss %{{customdata[1]:.4g}}<extra></extra>"
    custom = np.column_stack([run.steps, run.objective])
    return path(run.x, run.y, run.run, f"run{run.run}", hover, custom)


def field(x: np.ndarray, y: np.ndarray, loss: np.ndarray, scale: LossScale, hover: str) -> dict[str, Any]:
    """Return a loss (L, K) over x (K,) and y (L,) as filled contours whose hover text shows the true loss."""
    coloring = scale.coloring()
    low, high = coloring["low"], coloring["high"]
    return {
        "type": "contour", "x": packed(x), "y": packed(y), "z": packed(scale.place(loss)),
        "customdata": packed(loss), "colorscale": coloring["colorscale"], "colorbar": coloring["colorbar"],
        "zmin": low, "zmax": high, "zauto": False, "uid": "field",
        "contours": {"coloring": "heatmap", "start": low, "end": high, "size": (high - low) / 16},
        "line": {"width": 0.7, "color": "rgba(255,255,255,.45)"}, "hovertemplate": hover,
    }  # fmt: skip


def loss_map(
    surface: Surface,
    *,
    labels: tuple[str, str],
    borders: Sequence[tuple[np.ndarray, np.ndarray]],
    cells: Sequence[Cell],
    pieces: Sequence[Piece],
    paths: Sequence[Path],
    optima: tuple[Sequence[float], Sequence[float]],
) -> Figure:
    """Draw the loss over two weights.

    Arguments
        surface: the loss on a grid that contains its kinks.
        labels: names of the two axes.
        borders: polylines between activation-pattern cells; cells: their names.
        pieces: critical sets; paths: the runs; optima: x and y of the global optima that are points.
    """
    scale = LossScale.of(surface.loss)
    first, second = labels
    data: list[dict[str, Any]] = [
        field(
            surface.w1,
            surface.w2,
            surface.loss,
            scale,
            f"{first} = %{{x:.3g}}<br>{second} = %{{y:.3g}}<br>loss %{{customdata:.4g}}<extra></extra>",
        )
    ]
    if borders:
        data.append({
            "type": "scatter", "mode": "lines", "x": with_gaps(x for x, _ in borders), "y": with_gaps(y for _, y in borders),
            "line": {"color": CASING, "width": 2, "dash": "dash"}, "hoverinfo": "skip", "uid": "borders",
        })  # fmt: skip
    for number, piece in enumerate(pieces):
        color = OPTIMUM if piece.optimal else STUCK
        hover = f"{piece.label}<br>loss {written(piece.loss)}<extra></extra>"
        mode = "lines" if len(piece.x) > 1 else "markers"
        shared = {"type": "scatter", "x": piece.x.tolist(), "y": piece.y.tolist(), "hovertemplate": hover}
        if mode == "lines":
            data.append(
                {
                    **shared,
                    "mode": mode,
                    "line": {"color": INK, "width": 7},
                    "hoverinfo": "skip",
                    "uid": f"edge{number}",
                }
            )
            data[-1].pop("hovertemplate")
        data.append({
            **shared, "mode": mode, "line": {"color": color, "width": 4}, "uid": f"piece{number}",
            "marker": {"symbol": "x", "size": 11, "color": color, "line": {"width": 1.5, "color": CASING}},
        })  # fmt: skip
    for run in paths:
        data += run_traces(run)
    x, y = optima
    if len(x):
        data.append(star(x, y, "global optimum"))
    notes = [
        {
            "x": cell.x, "y": cell.y, "text": cell.name, "showarrow": False, "font": {"size": 12.5, "color": "#FFFFFF"},
            "bgcolor": "rgba(27,27,51,.66)", "borderpad": 3,
            "xanchor": "left" if cell.x < float(np.mean(surface.w1)) else "right",
            "yanchor": "bottom" if cell.y < float(np.mean(surface.w2)) else "top",
        }
        for cell in cells
    ]  # fmt: skip
    notes += [_loss_note(piece) for piece in pieces if not piece.optimal and len(piece.x) > 1]
    return figure(
        data,
        xaxis=axis(first, float(surface.w1[0]), float(surface.w1[-1])),
        yaxis=axis(second, float(surface.w2[0]), float(surface.w2[-1])),
        annotations=notes,
        margin={"r": 74},
    )


def _loss_note(piece: Piece) -> dict[str, Any]:
    """Write a flat critical segment's loss beside its middle."""
    return {
        "x": float(np.mean(piece.x[:2])), "y": float(np.mean(piece.y[:2])), "text": f"loss {written(piece.loss)}",
        "showarrow": False, "font": {"size": 13, "color": "#FFFFFF"}, "bgcolor": STUCK, "borderpad": 2,
        "xanchor": "left", "yanchor": "bottom", "xshift": 6, "yshift": 6,
    }  # fmt: skip
