"""Where the neurons lie: the cones of the activation patterns, the patterns themselves, and the weights."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from landscape.convex.twin import ConvexSolution
from landscape.figures.convex_twin.cones import cone_plane
from landscape.figures.convex_twin.pattern_matrix import MOST_ROWS, pattern_matrix
from landscape.figures.convex_twin.weights import weights as weight_matrix
from landscape.figures.style import OPTIMUM
from landscape.formatting import counted, subscript
from landscape.geometry.fan import fan
from landscape.model.network import Network
from landscape.model.problem import Problem, check_problem
from landscape.plot.figure import Entry, line_entry, marker_entry, notebook_figure, run_entry
from landscape.plot.runs import Runs, named_runs, solution_of
from landscape.results.claims import called

if TYPE_CHECKING:
    import plotly.graph_objects as go


def cones(problem: Problem, networks: Runs = None, *, solution: ConvexSolution | None = None) -> go.Figure:
    """Draw the plane of one neuron's two weights, cut into the cones of the patterns, with the best network's neurons.

    A neuron stands at |α| w. The cones that hold a neuron of the best network are yellow.

    Arguments
        problem: of two columns: one feature and a bias, or two features.
        networks: whose neurons are drawn too: networks and the ends of trajectories, one, several, or several by name.
        solution: of the problem, where it is known already.

    Raises ValueError for another number of columns, and says what can be drawn; ImportError without plotly.

    >>> from landscape import Problem, plot
    >>> figure = plot.cones(Problem(X=[[-0.5, 1.0], [1.0, 1.0]], y=[1.0, -2.0], lam=0.1))
    >>> sum(trace.uid.startswith("cone") for trace in figure.data if trace.uid)
    4
    """
    check_problem(problem)
    if problem.d != 2:
        raise ValueError(
            f"The cones of the patterns lie in a plane for two columns of X, but there are {problem.d}: "
            f"{'plot.twin, ' if problem.d == 1 else ''}plot.patterns and plot.weights draw the optimum of any data."
        )
    found = solution_of(problem, solution)
    proof, cut = found.certificate, fan(problem.X)
    labels = ("weight |α| w", "bias |α| b") if problem.biased else ("first weight |α| w₁", "second weight |α| w₂")
    named = named_runs(problem, networks, "networks")
    others = [(name, path.network()) for name, path in named]
    drawn = cone_plane(cut, labels, found.network, others, sample_names(problem))
    best = called(proof).removeprefix("the ")
    legend = [_arrow(f"{best}, α > 0", "solid")] if (found.network.alpha > 0).any() else []
    legend += [_arrow(f"{best}, α < 0", "8px,4px")] if (found.network.alpha < 0).any() else []
    for place, (name, _) in enumerate(others):
        entry = run_entry(place, f"{name} (▲ α ≥ 0, ▼ α < 0)", line=False)
        legend.append({**entry, "marker": {**entry["marker"], "symbol": "triangle-up"}})
    said = (
        f"The plane of a neuron’s weights, cut into the {cut.cones} cones of the activation patterns; "
        f"{called(proof)} has {counted(found.network.m, 'neuron')}, each in a yellow cone."
    )
    return notebook_figure(drawn, caption=said, legend=legend, size=(640, 560))


def patterns(problem: Problem, *, solution: ConvexSolution | None = None) -> go.Figure:
    """Draw the activation patterns as rows, coloured where their neurons are active, those in use gold and starred.

    Of many patterns the first alone are drawn, those in use before others; where they are too many to visit, only those
    in use are known.

    Raises ValueError where the solution is of another problem; ImportError without plotly.

    >>> from landscape import Problem, plot
    >>> plot.patterns(Problem(X=[[-0.5, 1.0], [1.0, 1.0]], y=[1.0, -2.0], lam=0.1)).data[0].type
    'heatmap'
    """
    found = solution_of(problem, solution)
    used = (found.U != 0).any(axis=0) | (found.V != 0).any(axis=0)
    drawn = pattern_matrix(found.patterns.D, used, sample_names(problem))
    rows = min(len(used), MOST_ROWS)
    shown = "" if rows == len(used) else f" {rows} of them are drawn."
    total = f"All {len(used)}" if found.patterns.complete else f"Of the patterns, {len(used)}"
    said = (
        f"{total} activation patterns, a row each, coloured where their neurons are active.{shown} Gold and ★: "
        f"{int(used.sum())} carry a neuron of {called(found.certificate)}."
    )
    legend = [marker_entry("active", "#4886BB", "square"), marker_entry("active, in use (★)", "#E6C800", "square")]
    return notebook_figure(drawn, caption=said, legend=legend, size=(640, 100 + max(15 * rows, 150)), rows=True)


def weights(problem: Problem, network: Network | None = None, *, solution: ConvexSolution | None = None) -> go.Figure:
    """Draw the neurons of a network as rows, the strongest first, their weights |α| w as colours.

    Arguments
        network: of the problem; by default the best one known.

    Raises ValueError where the network does not fit the problem; ImportError without plotly.

    >>> from landscape import Network, Problem, plot
    >>> problem = Problem(X=[[-0.5, 1.0], [1.0, 1.0]], y=[1.0, -2.0], lam=0.1)
    >>> plot.weights(problem, Network(W=[[2.0], [1.0]], alpha=[-3.0])).data[0].z
    ([6.0, 3.0],)
    """
    name = "the network"
    if network is None:
        found = solution_of(problem, solution)
        network, name = found.network, called(found.certificate)
    else:
        ((_, path),) = named_runs(problem, network, "network")
        network = path.network()
    strength = np.linalg.norm(network.W, axis=0) * np.abs(network.alpha)
    order = np.argsort(-strength, kind="stable")[: max(int(np.count_nonzero(strength)), 1)]
    features = [f"x{subscript(k + 1)}" for k in range(problem.d)]
    if problem.biased:
        features[-1] = "bias"
    drawn = weight_matrix(network.W[:, order] * np.abs(network.alpha[order]), np.sign(network.alpha[order]), features)
    rows = len(drawn["data"][0]["z"])
    which = "" if rows == len(order) else f" The {rows} strongest of {len(order)}."
    said = f"The weights |α| w of {name}, a row a neuron, the strongest first; orange above 0, blue below.{which}"
    return notebook_figure(drawn, caption=said, size=(640, 90 + 30 * max(rows, 2)), rows=True)


def sample_names(problem: Problem) -> list[str]:
    """Return the names of the samples, x₁, x₂, …"""
    return [f"x{subscript(i + 1)}" for i in range(problem.n)]


def _arrow(name: str, dash: str) -> Entry:
    entry = line_entry(name, OPTIMUM, 5, dash)
    marker = marker_entry("", OPTIMUM, "star")["marker"]
    return {**entry, "mode": "lines+markers", "marker": {**marker, "size": 13}}
