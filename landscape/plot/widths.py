"""How wide a network has to be: the loss of trained networks of each width beside the optimum."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from landscape.convex.optimal_set import optimal_set
from landscape.convex.twin import ConvexSolution
from landscape.figures.convex_twin.width import width_losses
from landscape.figures.style import GHOST, OPTIMUM, RUN_COLORS
from landscape.formatting import counted, written
from landscape.model.excess import without_rounding
from landscape.model.initialisation import start_named
from landscape.model.loss import squared_only
from landscape.model.problem import Problem
from landscape.plot.figure import Entry, line_entry, marker_entry, notebook_figure
from landscape.plot.runs import Runs, named_runs, solution_of
from landscape.results.claims import called
from landscape.training.descent import descend_many
from landscape.training.optimisers import Method
from landscape.training.step_size import working_step

if TYPE_CHECKING:
    import plotly.graph_objects as go

MOST_WIDTHS = 12
"""Widths that are trained without others being asked for, at most n + 1."""


def width(
    problem: Problem,
    networks: Runs = None,
    *,
    widths: Sequence[int] | None = None,
    starts: int = 10,
    n_steps: int = 2000,
    method: Method = "adam",
    init: str = "pytorch",
    seed: int = 0,
    solution: ConvexSolution | None = None,
) -> go.Figure:
    """Draw the loss of networks against their number of neurons, beside the optimum or the bound proven for it.

    Where the set of all optima is known, m* marks the fewest neurons of an optimal network; elsewhere "m found" those
    of the best network known.

    Arguments
        networks: networks and trajectories of any widths, as you trained them; without any they are trained here.
        widths: numbers of neurons to train; starts: for each; n_steps: of each; method, init, seed: as in a scenario.
        solution: of the problem, where it is known already.

    Raises ValueError for networks of another problem, and numbers that are not above 0; ImportError without plotly.

    >>> from landscape import Network, Problem, plot
    >>> problem = Problem(X=[[-1.0], [1.0]], y=[1.0, 2.0], lam=0.1)
    >>> figure = plot.width(problem, [Network([[1.0]], [1.0]), Network([[1.0, -1.0]], [1.0, 1.0])])
    >>> [(trace.uid, list(trace.x)) for trace in figure.data if trace.uid == "best"]
    [('best', [1, 2])]
    """
    found = solution_of(problem, solution)
    proof = found.certificate
    if networks is None:
        squared_only(problem, "plot.width without networks")
        ended = _trained(problem, widths, starts, n_steps, method, init, seed)
        made = f"{counted(starts, 'run')} of {n_steps:,} steps for each width"
    else:
        ended = {}
        for _, path in named_runs(problem, networks, "networks"):
            ended.setdefault(int(path.W.shape[-1]), []).append(float(path.objective[-1]))
        made = counted(sum(map(len, ended.values())), "network")
    if not ended:
        raise ValueError("networks must hold at least one network whose loss is a number, but hold none.")
    marks = _marks(found)
    bound = without_rounding(problem, proof.lower_bound) if np.isfinite(proof.lower_bound) else -np.inf
    what = "proven optimum" if proof.closed else "lower bound"
    drawn = width_losses(ended, bound, marks, hover=what)
    legend: list[Entry] = [
        {**line_entry("best", RUN_COLORS[4], 3), "mode": "lines+markers", "marker": {"symbol": "square", "size": 9}},
        {**marker_entry("each", GHOST, "circle-open"), "marker": {"symbol": "circle-open", "color": GHOST, "size": 8}},
    ]
    if np.isfinite(bound):
        legend.append(line_entry(f"{what} {written(bound)}", OPTIMUM, 5))
    value = written(without_rounding(problem, proof.value))
    said = (
        f"The loss of networks against their number of neurons, {made}; {called(proof)} has loss {value} with "
        f"{counted(found.network.m, 'neuron')}."
    )
    return notebook_figure(drawn, caption=said, legend=legend)


def _trained(
    problem: Problem,
    widths: Sequence[int] | None,
    starts: int,
    n_steps: int,
    method: Method,
    init: str,
    seed: int,
) -> dict[int, list[float]]:
    wanted = range(1, min(problem.n + 1, MOST_WIDTHS) + 1) if widths is None else widths
    numbers = {"widths": wanted, "starts": [starts], "n_steps": [n_steps]}
    for name, values in numbers.items():
        if not len(values) or any(not isinstance(v, int | np.integer) or v < 1 for v in values):
            raise ValueError(f"{name} must be whole numbers above 0, but {name} was {list(values)}.")
    draw = start_named(init)
    ended: dict[int, list[float]] = {}
    for m in map(int, wanted):
        rng = np.random.default_rng([seed, m])
        drawn = [draw(problem.d, m, 1.0, rng) for _ in range(starts)]
        W = np.stack([network.W for network in drawn])
        fixed = problem.second_layer == "ones"
        alpha = np.ones((starts, m)) if fixed else np.stack([network.alpha for network in drawn])
        first = type(drawn[0])(W[0], alpha[0])
        step = working_step(problem, first, method, min(n_steps, 500)) or 1e-3
        runs = descend_many(problem, W, alpha, step=step, n_steps=n_steps, method=method, keep=2)
        losses = [loss for loss in runs.objective[:, -1].tolist() if np.isfinite(loss)]
        if losses:
            ended[m] = losses
    return ended


def _marks(found: ConvexSolution) -> dict[str, int]:
    try:
        fewest = optimal_set(found).fewest
    except ValueError:  # there is no such set, or it is too large
        fewest = None
    return {"m found": found.network.m} if fewest is None else {"m*": fewest}
