"""The optimum for every λ: its neurons, error and norm, and where each neuron vanishes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from landscape.convex.lambda_path.record import LambdaPath
from landscape.figures.convex_twin import lambda_path as figures
from landscape.figures.style import RUN_COLORS, STUCK, Figure
from landscape.formatting import counted, short
from landscape.plot.figure import Entry, line_entry, notebook_figure, star_entry

if TYPE_CHECKING:
    import plotly.graph_objects as go


def lambda_path(path: LambdaPath, *, at: float | None = None) -> go.Figure:
    """Draw number of neurons, squared error and norm of the optimum against λ/λ_max.

    Arguments
        at: a λ that is marked, as a share of λ_max.

    Raises ValueError for what is no path; ImportError without plotly.

    >>> import landscape
    >>> path = landscape.lambda_path(landscape.Problem(X=[[-1.0], [1.0]], y=[1.0, 2.0]), points=5)
    >>> figure = landscape.plot.lambda_path(path)
    >>> [trace.name for trace in figure.data if trace.showlegend]
    ['squared error', 'norm Σ‖u‖', 'neurons (right axis)']
    """
    _check(path)
    drawn = _marked(figures.path_curves(path, _shown(at)), at)
    drawn["layout"]["annotations"] = []
    strokes = {"error": "solid", "norm": "dash", "count": "dot"}
    for trace in drawn["data"]:
        trace["line"] = {**trace["line"], "dash": strokes[trace["uid"]]}
    legend = [
        line_entry("squared error", RUN_COLORS[3], 3),
        line_entry("norm Σ‖u‖", RUN_COLORS[1], 3, "dash"),
        line_entry("neurons (right axis)", RUN_COLORS[4], 3, "dot"),
        *_mark(at),
    ]
    said = f"Squared error and norm, each as a share of its largest, and number of neurons of {_best(path)} against λ."
    return notebook_figure(drawn, caption=f"{said} {_proven(path)}", legend=legend)


def neuron_lengths(path: LambdaPath, *, at: float | None = None) -> go.Figure:
    """Draw each neuron's length ‖u‖ against λ/λ_max: stars mark where one vanishes as λ grows.

    Arguments
        at: a λ that is marked, as a share of λ_max.

    Raises ValueError for what is no path; ImportError without plotly.

    >>> import landscape
    >>> path = landscape.lambda_path(landscape.Problem(X=[[-1.0], [1.0]], y=[1.0, 2.0]), points=5)
    >>> landscape.plot.neuron_lengths(path).layout.yaxis.title.text
    'length ‖u‖'
    """
    _check(path)
    drawn = _marked(figures.neuron_lengths(path, _shown(at)), at)
    signs = {track.sign for track in path.tracks}
    legend = [line_entry("α > 0", "#555555", 3)] if 1.0 in signs else []
    legend += [line_entry("α < 0", "#555555", 3, "7px,4px")] if -1.0 in signs else []
    legend += [star_entry("vanishes here")] if path.tracks else []
    said = f"The length ‖u‖ of each of {counted(len(path.tracks), 'neuron')} of {_best(path)} against λ."
    return notebook_figure(drawn, caption=f"{said} {_proven(path)}", legend=[*legend, *_mark(at)])


def _check(path: object) -> None:
    if not isinstance(path, LambdaPath):
        raise ValueError(f"path must be a LambdaPath, as landscape.lambda_path gives, but was a {type(path).__name__}.")


def _shown(at: float | None) -> float:
    if at is not None and not 0.0 < at <= 1.0:
        raise ValueError(f"at must be above 0 and at most 1, a share of λ_max, but was {at:g}.")
    return 1.0 if at is None else at


def _marked(drawn: Figure, at: float | None) -> Figure:
    if at is None:
        drawn["layout"]["shapes"] = []
    return drawn


def _mark(at: float | None) -> list[Entry]:
    return [] if at is None else [line_entry(f"λ = {short(at)} λ_max", STUCK, 2, "dot")]


def _best(path: LambdaPath) -> str:
    return "the optimum" if path.proven.all() else "the best network found"


def _proven(path: LambdaPath) -> str:
    count, end = counted(len(path), "value"), "" if path.finished else " It was stopped before its end."
    proven = "every one proven optimal" if path.proven.all() else f"{int(path.proven.sum())} of them proven optimal"
    return f"{count} of λ, {proven}.{end}"
