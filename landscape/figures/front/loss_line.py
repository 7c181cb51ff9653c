"""The loss of a single neuron: a curve over its one weight."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from landscape.figures.front.loss_map import run_traces
from landscape.figures.style import CASING, INK, OPTIMUM, STUCK, Figure, axis, figure, packed
from landscape.formatting import written
from landscape.loss.critical_points import ComponentKind
from landscape.scene import CriticalPiece, Path


def loss_line(
    w: np.ndarray, loss: np.ndarray, *, pieces: Sequence[CriticalPiece], paths: Sequence[Path], title: str = "w"
) -> Figure:
    """Draw the loss (K,) of one neuron over its weight (K,), its minima marked, the runs upon it.

    Arguments
        pieces: critical points and flat parts; paths: the runs (their own losses are the heights).
        title: of the axis of the weight.
    """
    data: list[dict[str, Any]] = [
        {
            "type": "scatter",
            "mode": "lines",
            "x": packed(w),
            "y": packed(loss),
            "line": {"color": "#4886BB", "width": 4},
            "hovertemplate": "w = %{x:.3g}<br>loss %{y:.4g}<extra></extra>",
            "uid": "field",
        }
    ]
    notes = []
    top = float(np.max(loss))
    for number, piece in enumerate(pieces):
        # A filled star is the best of any width, a hollow one the best of this width alone.
        starred = piece.optimal or piece.lowest
        color = OPTIMUM if piece.optimal else CASING if piece.lowest else STUCK
        flat = len(piece.x) > 1
        data.append(
            {
                "type": "scatter",
                "mode": "lines" if flat else "markers",
                "x": piece.x.tolist(),
                "y": [piece.loss] * len(piece.x),
                "line": {"color": INK if piece.lowest else color, "width": 6},
                "uid": f"piece{number}",
                "marker": {
                    "symbol": "star" if starred else "x",
                    "size": 26 if piece.lowest else 18 if starred else 13,  # a run may end on it
                    "color": color,
                    "line": {"width": 1.5, "color": INK if starred else CASING},
                },
                "hovertemplate": f"{piece.label}<br>loss {written(piece.loss)}<extra></extra>",
            }
        )
        notes.append(
            {
                "x": float(np.mean(piece.x)),
                "y": piece.loss,
                "text": f"{'best of one neuron: ' if piece.lowest else ''}loss {written(piece.loss)}",
                "showarrow": False,
                "yanchor": "bottom" if piece.kind is ComponentKind.SADDLE else "top",
                "yshift": 12 if piece.kind is ComponentKind.SADDLE else -12,
                "font": {"size": 13},
            }
        )
    for run in paths:
        data += run_traces(Path(run.id, run.run, run.name, run.x, run.objective, run.steps, run.objective))
    for side, text in ((-1, "acts left of 0"), (1, "acts right of 0")):
        notes.append(
            {
                "x": float(w[0] if side < 0 else w[-1]),
                "y": top,
                "text": text,
                "showarrow": False,
                "xanchor": "left" if side < 0 else "right",
                "yanchor": "bottom",
                "font": {"size": 13},
            }
        )
    room = 0.24 if any(piece.lowest for piece in pieces) else 0.12  # for its label under the star
    return figure(
        data,
        xaxis=axis(title, float(w[0]), float(w[-1]), zeroline=True),
        yaxis=axis("loss", -room * top, 1.12 * top),
        annotations=notes,
        margin={"l": 60},
    )
