"""Generated samples and the data at the steps of a run: in the plane, or on a line with the step as height."""

from __future__ import annotations

from typing import Any

import numpy as np

from landscape.figures.style import (
    CASING,
    DATA,
    INK,
    OPTIMUM,
    STUCK,
    Figure,
    axis,
    figure,
    packed,
    run_color,
    run_symbol,
)


def point_clouds(X: np.ndarray, tracks: np.ndarray, steps: np.ndarray, *, solved: bool) -> Figure:
    """Draw real samples X (n, d) and generated ones along tracks (T, n, d), at steps (T,), for d = 1 or 2.

    ``solved`` marks the ends with stars: they are the solution of the game; else they are the ends of training.
    """
    flat = X.shape[1] == 1
    time = (steps - steps[0]) / max(float(steps[-1] - steps[0]), 1.0)
    data: list[dict[str, Any]] = []
    n = tracks.shape[1]
    for j in range(n):
        x = tracks[:, j, 0]
        y = time if flat else tracks[:, j, 1]
        run, color = f"run{j}", run_color(j)
        line = {
            "type": "scatter",
            "mode": "lines",
            "x": packed(x),
            "y": packed(y),
            "meta": {"run": run},
            "hoverinfo": "skip",
        }
        data += [
            {**line, "line": {"color": CASING, "width": 4.5}, "uid": f"{run}-casing"},
            {**line, "line": {"color": color, "width": 2}, "uid": f"{run}-line"},
            {
                "type": "scatter",
                "mode": "markers",
                "x": packed(x[[0]]),
                "y": packed(y[[0]]),
                "uid": f"{run}-start",
                "meta": {"run": run},
                "marker": {"symbol": run_symbol(j), "size": 10, "color": CASING, "line": {"width": 2, "color": color}},
                "hovertemplate": "start of a generated sample<extra></extra>",
                "cliponaxis": False,
            },
        ]
    ends = (
        {"symbol": "star", "size": 16, "color": OPTIMUM}
        if solved
        else {"symbol": [run_symbol(j) for j in range(n)], "size": 12, "color": [run_color(j) for j in range(n)]}
    )
    data.append(
        {
            "type": "scatter",
            "mode": "markers",
            "x": packed(tracks[-1, :, 0]),
            "y": packed(time[-1:].repeat(n) if flat else tracks[-1, :, 1]),
            "uid": "ends",
            "marker": {**ends, "line": {"width": 1.5, "color": INK}},
            "cliponaxis": False,
            "hovertemplate": "generated sample<br>(%{x:.4g}, %{y:.4g})<extra></extra>",
        }
    )
    data.append(
        {
            "type": "scatter",
            "mode": "markers",
            "x": packed(X[:, 0]),
            "y": packed(np.full(len(X), 1.18) if flat else X[:, 1]),
            "uid": "data",
            "marker": {"symbol": "square", "size": 12, "color": DATA, "line": {"width": 2, "color": "#FFFFFF"}},
            "cliponaxis": False,
            "hovertemplate": "real sample<br>(%{x:.4g}, %{y:.4g})<extra></extra>",
        }
    )
    every = np.concatenate([X, *(tracks[[0, -1]] if solved else tracks)])
    low, high = every.min(axis=0), every.max(axis=0)
    room = 0.14 * np.maximum(high - low, 0.3 * np.max(high - low)) + 1e-9
    low, high = low - room, high + room
    if flat:
        ticks = {"tickvals": [0, 1, 1.18], "ticktext": ["start", "end", "real"]}
        return figure(
            data,
            xaxis=axis("feature x", float(low[0]), float(high[0])),
            yaxis=axis("", -0.08, 1.3, **ticks, showgrid=False),
        )
    return figure(
        data,
        xaxis=axis("first feature x₁", float(low[0]), float(high[0])),
        yaxis=axis("second feature x₂", float(low[1]), float(high[1])),
        margin={"b": 54},
    )


def oscillation(steps: np.ndarray, values: np.ndarray, distances: np.ndarray, beta: float, value: float) -> Figure:
    """Draw ‖G‖² and the distance of the clouds against the step of descent–ascent, each with a line at its optimum."""
    end = [0, int(steps[-1])]
    data: list[dict[str, Any]] = [
        {
            "type": "scatter",
            "mode": "lines",
            "x": end,
            "y": [value, value],
            "uid": "value",
            "line": {"color": OPTIMUM, "width": 6},
            "hovertemplate": "‖G‖² of the solution<extra></extra>",
        },
        {
            "type": "scatter",
            "mode": "lines",
            "x": end,
            "y": [beta, beta],
            "uid": "beta",
            "line": {"color": STUCK, "width": 2, "dash": "6px,5px"},
            "hovertemplate": "β: most that may be told apart<extra></extra>",
        },
        {
            "type": "scatter",
            "mode": "lines",
            "x": packed(steps),
            "y": packed(values),
            "uid": "values",
            "line": {"color": "#0072B2", "width": 3},
            "hovertemplate": "‖G‖² = %{y:.4g} at step %{x}<extra></extra>",
        },
        {
            "type": "scatter",
            "mode": "lines",
            "x": packed(steps),
            "y": packed(distances),
            "uid": "distances",
            "line": {"color": STUCK, "width": 3},
            "hovertemplate": "told apart: %{y:.4g} at step %{x}<extra></extra>",
        },
    ]
    top = 1.15 * max(float(np.max(values)), float(np.max(distances)), value, beta, 1e-9)
    # At either end, so that the labels of two close lines do not overlap.
    notes = [
        {
            "x": x,
            "xref": "paper",
            "xanchor": anchor,
            "y": y,
            "yanchor": "bottom",
            "text": text,
            "showarrow": False,
            "font": {"size": 14},
        }
        for y, text, x, anchor in ((value, "★ ‖G‖² of the solution", 0.99, "right"), (beta, "β", 0.01, "left"))
    ]
    return figure(data, xaxis=axis("step", 0, end[1]), yaxis=axis("", 0, top), annotations=notes, margin={"r": 24})
