"""What networks compute, over the data."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from landscape.figures.convex_twin.decision import decision_map
from landscape.figures.convex_twin.fit import fit_curves
from landscape.figures.convex_twin.labels_and_outputs import labels_and_outputs
from landscape.figures.style import DATA, GHOST, INK, OPTIMUM, Figure
from landscape.formatting import counted, listed, written
from landscape.model.network import Network, predict
from landscape.model.problem import Problem
from landscape.plot.figure import Entry, line_entry, marker_entry, notebook_figure, run_entry
from landscape.plot.runs import Shown, named_runs, solution_of
from landscape.results.claims import called

if TYPE_CHECKING:
    import plotly.graph_objects as go

    from landscape.convex.twin import ConvexSolution

ROOM = 0.15
"""Margin on either side of the data, as a share of their width."""


def fit(problem: Problem, *networks: Shown, solution: ConvexSolution | None = None, **named: Shown) -> go.Figure:
    """Draw what networks compute over the data: curves, a map of two features, else outputs against labels.

    The best network is drawn beside those given; a map shows one network, the one given or else the best.

    Arguments
        networks: networks, and trajectories whose ends are drawn; by keyword under a name of your own.
        solution: of the problem, where it is known already.

    Raises ValueError where a network does not fit the problem, or two are given for a map; ImportError without plotly.

    >>> from landscape import Network, Problem, plot
    >>> problem = Problem(X=[[-1.0], [1.0]], y=[1.0, 2.0], lam=0.1)
    >>> figure = plot.fit(problem, mine=Network(W=[[1.0]], alpha=[2.0]))
    >>> [trace.name for trace in figure.data if trace.showlegend]
    ['data', 'optimum', 'mine']
    """
    found = solution_of(problem, solution)
    best, name = found.network, called(found.certificate)
    paths = [*named_runs(problem, networks, "networks"), *named_runs(problem, named, "networks")]
    shown = [(label, path.network()) for label, path in paths]
    if problem.on_a_line:
        return _curves(problem, best, name, shown)
    features = problem.d - problem.biased
    if features == 2:
        if len(shown) > 1:
            raise ValueError(
                f"networks must be one for data of two features, whose picture is a map, but were {len(shown)}: draw "
                "one figure each."
            )
        label, network = shown[0] if shown else (name.removeprefix("the "), best)
        return _map(problem, network, label)
    outputs = [(label, place, predict(problem.X, network)) for place, (label, network) in enumerate(shown)]
    classes, own = problem.loss == "logistic", predict(problem.X, best)
    drawn = labels_and_outputs(problem.y, own, outputs, classes=classes)
    legend: list[Entry] = [marker_entry(name.removeprefix("the "), OPTIMUM, "square", DATA)]
    for place, (label, _) in enumerate(shown):
        entry = run_entry(place, label, line=False)
        legend.append({**entry, "marker": {**entry["marker"], "symbol": f"{entry['marker']['symbol']}-open"}})
    legend.append(line_entry("score 0" if classes else "output = label", GHOST, 3, "dash"))
    return notebook_figure(
        drawn,
        caption=_against_labels(problem, [(name, own), *((label, f) for label, _, f in outputs)]),
        legend=legend,
        size=(560, 520),
    )


def _against_labels(problem: Problem, outputs: Sequence[tuple[str, np.ndarray]]) -> str:
    """Say what labels against outputs show, and how good those (n,) of each network are, by its name."""
    each, y = counted(problem.n, "sample"), problem.y
    if problem.loss == "logistic":
        right = listed([f"{int(np.sum(f * y > 0))} by {name}" for name, f in outputs])
        return (
            f"The scores that networks give {each}, by class; on the line a score tells neither. "
            f"On the side of the class, of {problem.n}: {right}."
        )
    off = listed([f"{written(float(np.sqrt(np.mean((f - y) ** 2))))} for {name}" for name, f in outputs])
    return (
        f"What networks give each of {each}, against its label; on the line they are equal. "
        f"Root mean square of what outputs are off their labels: {off}."
    )


def _curves(problem: Problem, best: Network, name: str, shown: list[tuple[str, Network]]) -> go.Figure:
    x = problem.X[:, 0]
    room = ROOM * float(np.ptp(x)) or 1.0
    span = float(x.min()) - room, float(x.max()) + room
    drawn = fit_curves(x, problem.y, shown, best, span, name.removeprefix("the "))
    drawn = _told_apart(drawn)
    legend = [marker_entry("data", DATA, "square", "#FFFFFF"), _best_entry(name.removeprefix("the "))]
    legend += [
        line_entry(label, _color(drawn, place), 3, DASHES[place % len(DASHES)])
        for place, (label, _) in enumerate(shown)
    ]
    said = (
        f"The data and what {name} computes, a function with {counted(best.m, 'neuron')}, its kinks at ★"
        f"{''.join(f'; {label}' for label, _ in shown)}."
    )
    return notebook_figure(drawn, caption=said, legend=legend)


DASHES = ("solid", "dash", "dot", "dashdot", "longdash", "longdashdot")
"""Strokes by turns of the curves of networks, which colour alone would tell apart."""


def _told_apart(drawn: Figure) -> Figure:
    for trace in drawn["data"]:
        uid = trace["uid"]
        if uid.startswith("run") and uid.endswith("-line"):
            place = int(uid.removeprefix("run").removesuffix("-line"))
            trace["line"] = {**trace["line"], "dash": DASHES[place % len(DASHES)]}
    return drawn


def _color(drawn: Figure, place: int) -> str:
    return str(next(trace["line"]["color"] for trace in drawn["data"] if trace["uid"] == f"run{place}-line"))


def _best_entry(name: str) -> Entry:
    marker = {"symbol": "star", "size": 12, "color": OPTIMUM, "line": {"width": 1.5, "color": INK}}
    return {**line_entry(name, OPTIMUM, 7), "mode": "lines+markers", "marker": marker}


def _map(problem: Problem, network: Network, name: str) -> go.Figure:
    drawn = decision_map(problem.X[:, :2], problem.y, network, "", problem.biased)
    drawn["layout"].pop("title")
    drawn["layout"]["margin"] = {"r": 84}
    positive, negative = problem.y > 0, problem.y <= 0
    legend = [marker_entry("label above 0", "#FFFFFF", "square")] if positive.any() else []
    legend += [marker_entry("label 0 or below", "#FFFFFF", "circle")] if negative.any() else []
    if any(trace["uid"] == "neurons" for trace in drawn["data"]):
        legend.append(line_entry("a neuron bends", INK, 2))
    said = (
        f"What {name} computes over the plane of the two features, by colour; {counted(problem.n, 'sample')}, squares "
        "with labels above 0 and circles with others, filled by their label; a line where a neuron bends. Outputs "
        f"beyond ±{written(float(np.max(np.abs(problem.y))))}, the largest label, have the last colour."
    )
    return notebook_figure(drawn, caption=said, legend=legend, size=(600, 520))
