"""What happens along runs: the neurons at some of their steps, the loss, and what else is measured of them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Literal, get_args

import numpy as np

from landscape.figures.dynamics.step_curves import Track, step_curves
from landscape.figures.dynamics.triangles import kink_span, output_range, triangle_plot
from landscape.figures.front.loss_curves import Curve, Level, loss_curves
from landscape.figures.style import DATA, GHOST, OPTIMUM, Figure, run_color
from landscape.formatting import counted, written
from landscape.model.excess import without_rounding
from landscape.model.network import predict
from landscape.model.problem import Problem, check_problem
from landscape.plot.figure import Entry, line_entry, marker_entry, notebook_figure, run_entry
from landscape.plot.runs import Shown, named_runs, solved_of
from landscape.training.along_a_run import distance_moved, pattern_history
from landscape.training.trajectory import Trajectory

if TYPE_CHECKING:
    import plotly.graph_objects as go

    from landscape.convex.twin import ConvexSolution

Quantity = Literal["patterns", "changed", "moved"]
QUANTITIES: tuple[str, ...] = get_args(Quantity)

PANELS = 3
"""Steps at which neurons are drawn without others being asked for."""

MOST_PANELS = 6


def losses(problem: Problem, *runs: Shown, solution: ConvexSolution | None = None, **named: Shown) -> go.Figure:
    """Draw the loss of runs against their step, with the proven optimum, or a lower bound of it, as a line.

    Arguments
        runs: trajectories; by keyword under a name of your own.
        solution: of the problem, where it is known already.

    Raises ValueError without runs, and for runs of another problem; ImportError without plotly.

    >>> from landscape import Network, Problem, descend, plot
    >>> problem = Problem(X=[[-1.0], [1.0]], y=[1.0, 2.0], lam=0.1)
    >>> run = descend(problem, Network(W=[[1.0, -1.0]], alpha=[1.0, 1.0]), step=0.02, n_steps=200)
    >>> figure = plot.losses(problem, mine=run)
    >>> [trace.name for trace in figure.data if trace.showlegend]
    ['mine', 'proven optimum 0.5800']
    """
    paths = _some(problem, runs, named)
    solved = solved_of(problem, paths, solution)
    curves = [Curve(run.id, run.place, run.name, run.trajectory.steps, run.trajectory.objective) for run in solved.runs]
    proof, narrow = solved.proof, solved.narrow
    level = None
    if np.isfinite(proof.lower_bound):
        bound = without_rounding(problem, proof.lower_bound)
        level = Level(bound, f"{'proven optimum' if proof.closed else 'lower bound'} {written(bound)}")
    own = None if narrow is None else Level(narrow.value, f"{narrow.name} {written(narrow.value)}")
    drawn = loss_curves(curves, level, narrow=own)
    drawn["layout"] = {**drawn["layout"], "annotations": [], "margin": {"l": 62, "r": 14}}
    legend = [run_entry(curve.place, curve.name) for curve in curves]
    legend += [line_entry(own.text, GHOST, 3, "6px,4px")] if own else []
    legend += [line_entry(level.text, OPTIMUM, 5)] if level else []
    ends = "; ".join(f"{c.name} ends at {written(without_rounding(problem, float(c.objective[-1])))}" for c in curves)
    said = "" if level is None else f" The line is the {level.text}."
    return notebook_figure(
        drawn, caption=f"The loss after each step, on a logarithmic axis: {ends}.{said}", legend=legend
    )


def along(problem: Problem, quantity: Quantity, *runs: Shown, **named: Shown) -> go.Figure:
    """Draw what is measured along runs against their step.

    Arguments
        quantity: "patterns" (different activation patterns of the neurons), "changed" (the percentage of the neurons
            whose pattern is not that of the start) or "moved" (the Euclidean distance of all weights from the start).
        runs: trajectories; by keyword under a name of your own.

    Raises ValueError for another quantity, without runs, and for runs of another problem; ImportError without plotly.

    >>> from landscape import Network, Problem, descend, plot
    >>> problem = Problem(X=[[-1.0], [1.0]], y=[1.0, 2.0], lam=0.1)
    >>> run = descend(problem, Network(W=[[1.0, -1.0]], alpha=[1.0, 1.0]), step=0.02, n_steps=200)
    >>> plot.along(problem, "patterns", run).layout.yaxis.title.text
    'patterns'
    """
    if quantity not in QUANTITIES:
        raise ValueError(f"quantity must be one of {', '.join(QUANTITIES)}, but was {quantity!r}.")
    paths = _some(problem, runs, named)
    tracks = [
        Track(f"run{place}", place, name, path.steps, _measured(problem, quantity, path))
        for place, (name, path) in enumerate(paths)
    ]
    title, unit, what = {
        "patterns": ("patterns", "distinct patterns", "The number of different activation patterns of the neurons"),
        "changed": ("% of the neurons", "% with a new pattern", "The share of the neurons whose pattern has changed"),
        "moved": ("distance", "distance from the start", "The distance of all weights from their start"),
    }[quantity]
    ends = "; ".join(f"{track.name} ends at {written(float(track.values[-1]))}" for track in tracks)
    drawn = step_curves(tracks, title, unit)
    return notebook_figure(
        drawn, caption=f"{what}, step by step: {ends}.", legend=[run_entry(t.place, t.name) for t in tracks]
    )


def dynamics(problem: Problem, run: Trajectory, *, steps: Sequence[int] | None = None) -> go.Figure:
    """Draw every neuron of a run as a triangle at its kink, over the data and the output, at some of its steps.

    A triangle points to the side on which its neuron is active, is hollow where α < 0, and is as high as the neuron's
    weights are long beside the longest.

    Arguments
        problem: of one feature, with or without a bias.
        run: a trajectory on it; steps: at which it is drawn, the nearest stored ones; by default at the start, where
            half of the way in the loss is done, and at the end.

    Raises ValueError for more features, and says what can be drawn; ImportError without plotly.

    >>> from landscape import Network, Problem, descend, plot
    >>> problem = Problem(X=[[-0.5, 1.0], [1.0, 1.0]], y=[1.0, -2.0])
    >>> run = descend(problem, Network(W=[[1.0, -1.0], [0.1, 0.2]], alpha=[1.0, 1.0]), step=0.02, n_steps=200)
    >>> figure = plot.dynamics(problem, run, steps=[0, 200])
    >>> [note.text for note in figure.layout.annotations]
    ['step 0', 'step 200']
    """
    check_problem(problem)
    if not problem.on_a_line:
        raise ValueError(
            f"The kinks of neurons are places on a line for one feature, but X has {problem.d} columns: plot.along and "
            "plot.losses draw runs on any data."
        )
    ((_, path),) = named_runs(problem, run, "run")
    places = _places(path, steps)
    x, y = problem.X[:, 0], problem.y
    networks = [path.network(place) for place in places]
    span = kink_span(x)
    outputs = output_range(y, [predict(problem.X, network) for network in networks])
    panels = [triangle_plot((x, y), network, (0, ""), (), (span, outputs)) for network in networks]
    drawn = _beside(panels, [f"step {int(path.steps[place]):,}" for place in places])
    legend: list[Entry] = [
        marker_entry("data", DATA, "square", "#FFFFFF"),
        line_entry("output f", run_color(0), 3),
        marker_entry("neuron, α ≥ 0", run_color(0), "triangle-right", run_color(0)),
        marker_entry("neuron, α < 0", run_color(0), "triangle-right-open", run_color(0)),
    ]
    said = (
        f"{counted(path.W.shape[-1], 'neuron')} at {counted(len(places), 'step')} of a run: each triangle stands where "
        "its neuron bends, points to the side where it is active, and is as high as its weights are long beside the "
        "longest."
    )
    return notebook_figure(drawn, caption=said, legend=legend, size=(max(420, 300 * len(panels)), 420))


def _some(problem: Problem, runs: tuple[Shown, ...], named: dict[str, Shown]) -> list[tuple[str, Trajectory]]:
    paths = [*named_runs(problem, runs), *named_runs(problem, named)]
    if not paths:
        raise ValueError("runs must hold at least one Trajectory, as landscape.descend returns, but hold none.")
    return paths


def _measured(problem: Problem, quantity: Quantity, path: Trajectory) -> np.ndarray:
    if quantity == "moved":
        return distance_moved(path)
    history = pattern_history(problem, path)
    return history.distinct.astype(float) if quantity == "patterns" else 100.0 * history.changed


def _places(path: Trajectory, steps: Sequence[int] | None) -> list[int]:
    """Return the places among the stored steps that are drawn, increasing."""
    if steps is None:
        first, last = float(path.objective[0]), float(path.objective[-1])
        middle = int(np.argmin(np.abs(path.objective - (first + last) / 2)))
        return sorted({0, middle, len(path.steps) - 1})
    if not 0 < len(steps) <= MOST_PANELS:
        raise ValueError(f"steps must be from 1 to {MOST_PANELS} steps, but were {len(steps)}.")
    return sorted({int(np.argmin(np.abs(path.steps - step))) for step in steps})


def _beside(panels: Sequence[Figure], titles: Sequence[str]) -> Figure:
    """Return figures of the same axes beside each other as one, each with its title above."""
    data: list[dict[str, Any]] = []
    layout: dict[str, Any] = {"annotations": []}
    gap, count = 0.035, len(panels)
    side = (1 - gap * (count - 1)) / count
    for k, (panel, title) in enumerate(zip(panels, titles, strict=True)):
        number = "" if k == 0 else str(k + 1)
        left = k * (side + gap)
        data += [
            {**trace, "uid": f"{trace['uid']}-{k}", "xaxis": f"x{number}", "yaxis": f"y{number}"}
            for trace in panel["data"]
        ]
        layout[f"xaxis{number}"] = {**panel["layout"]["xaxis"], "domain": [left, left + side], "anchor": f"y{number}"}
        vertical = {**panel["layout"]["yaxis"], "anchor": f"x{number}"}
        if k:
            del vertical["title"]
            vertical["showticklabels"] = False
        layout[f"yaxis{number}"] = vertical
        place = {"x": left + 0.02, "y": 0.985, "xref": "paper", "yref": "paper", "xanchor": "left", "yanchor": "top"}
        layout["annotations"].append({**place, "text": title, "showarrow": False})
    return {"data": data, "layout": layout}
