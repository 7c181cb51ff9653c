"""The non-convex loss over two weights, or over another plane of them, as a map and as a surface in space."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from landscape.figures.front.loss_line import loss_line
from landscape.figures.front.loss_map import loss_map
from landscape.figures.front.loss_relief import loss_relief
from landscape.figures.style import OPTIMUM, STUCK
from landscape.formatting import capital, counted, listed, short, written
from landscape.loss.surface import Plane
from landscape.model.excess import rounding_of, without_rounding
from landscape.model.loss import squared_only
from landscape.model.network import Network, check_fits, objective, widen, with_best_bias
from landscape.model.problem import Problem
from landscape.plot.figure import Entry, line_entry, notebook_figure, run_entry, star_entry
from landscape.plot.runs import Runs, named_runs, solution_of, solved_of, widened
from landscape.plot.slices import PlaneName, aim_of, slice_of
from landscape.results.claims import called
from landscape.results.solved_scenario import SolvedScenario
from landscape.scene import LossScene, loss_on, nice_reach

if TYPE_CHECKING:
    import plotly.graph_objects as go

    from landscape.convex.twin import ConvexSolution
    from landscape.training.trajectory import Trajectory

OFF_PLANE = 1e-6
"""A run leaves a plane where it is off it by more than this share of its weights."""


def landscape(
    problem: Problem,
    network: Network | None = None,
    runs: Runs = None,
    *,
    neurons: tuple[int, int] = (0, 1),
    plane: PlaneName | Plane | None = None,
    reach: float | None = None,
    solution: ConvexSolution | None = None,
) -> go.Figure:
    """Draw the loss, problem (1), over the weights of two neurons, or over another plane, with runs upon it.

    Of one neuron it is a curve. Stars mark the best network where it lies in the plane, and are called the global
    optimum where that is proven. Flat parts on which runs are stuck are drawn where they have a closed form.

    Arguments
        problem: an output bias that it has is at its best at every point.
        network: through which the plane passes; by default the end of the first run, or the best network known.
        runs: trajectories and networks to draw, one, several, or several by name; without any the network is marked.
        neurons: the two whose weights are the axes, counted from 0, for one feature without a bias.
        plane: "run", "principal", "optimum", or a ``Plane``; of more features than one one of these is needed.
        reach: half the width of the window, in units of the weights; by default it shows optimum and runs.
        solution: of the problem, where it is known already; by default ``solve_convex`` finds it.

    Raises ValueError for what cannot be drawn, and says what can; ImportError without plotly.

    >>> from landscape import Network, Problem, plot
    >>> problem = Problem(X=[[-1.0], [1.0]], y=[1.0, 2.0], second_layer="ones")
    >>> figure = plot.landscape(problem, Network(W=[[1.5, 0.5]], alpha=[1.0, 1.0]))
    >>> figure.layout.xaxis.title.text
    'w₁, weight of neuron 1'
    """
    solved, scene = _scene(problem, network, runs, neurons, plane, reach, solution)
    if len(scene.surface.w2) == 1:
        drawn = loss_line(
            scene.surface.w1, scene.surface.loss[0], pieces=scene.pieces, paths=scene.paths, title=scene.titles[0]
        )
        low, high = drawn["layout"]["yaxis"]["range"]
        drawn["layout"]["yaxis"]["range"] = [low, high + 0.1 * (high - low)]
        legend = [run_entry(path.run, path.name, line=len(path.steps) > 1) for path in scene.paths]
        return notebook_figure(drawn, caption=_caption(solved, scene), legend=legend)
    drawn = loss_map(
        scene.surface,
        labels=scene.labels,
        borders=scene.borders,
        cells=(),
        pieces=scene.pieces,
        paths=scene.paths,
        optima=scene.optima,
        star_name=_star_name(solved),
        rounding=rounding_of(problem),
        titles=scene.titles,
        from_lowest=True,
    )
    drawn["layout"]["margin"] = {"r": 84}
    return notebook_figure(drawn, caption=_caption(solved, scene), legend=_legend(solved, scene), size=(640, 520))


def surface(
    problem: Problem,
    network: Network | None = None,
    runs: Runs = None,
    *,
    neurons: tuple[int, int] = (0, 1),
    plane: PlaneName | Plane | None = None,
    reach: float | None = None,
    solution: ConvexSolution | None = None,
) -> go.Figure:
    """Draw the loss over the weights of two neurons, or over another plane, as a surface in space.

    Its height is the logarithm of the loss. The arguments and errors are those of ``landscape``.

    >>> from landscape import Problem, plot
    >>> figure = plot.surface(Problem(X=[[-1.0], [1.0]], y=[1.0, 2.0], second_layer="ones"))
    >>> figure.data[0].type
    'surface'
    """
    solved, scene = _scene(problem, network, runs, neurons, plane, reach, solution)
    if len(scene.surface.w2) == 1:
        raise ValueError("network must have two neurons or more for a surface; plot.landscape draws the loss of one.")
    drawn = loss_relief(
        scene.surface,
        labels=scene.labels,
        paths=scene.paths,
        optima=scene.optima,
        optimum=solved.proof.value,
        star_name=_star_name(solved),
        rounding=rounding_of(problem),
        from_lowest=True,
    )
    legend = [run_entry(path.run, path.name, line=len(path.steps) > 1, in_space=True) for path in scene.paths]
    if len(scene.optima[0]):
        legend.append(star_entry(_star_name(solved)))
    return notebook_figure(drawn, caption=_caption(solved, scene), legend=legend, size=(640, 520))


def _scene(
    problem: Problem,
    network: Network | None,
    runs: Runs,
    neurons: tuple[int, int],
    plane: PlaneName | Plane | None,
    reach: float | None,
    solution: ConvexSolution | None,
) -> tuple[SolvedScenario, LossScene]:
    squared_only(problem, "plot.landscape")
    if reach is not None and not reach > 0:
        raise ValueError(f"reach must be above 0, but was {reach:g}.")
    named, ends = named_runs(problem, runs), ""
    if network is not None:
        check_fits(problem, network)
        if named:
            ends = f" The network has loss {written(without_rounding(problem, objective(problem, network)))}."
        else:
            named = named_runs(problem, network, "network")
    found, note = solution_of(problem, solution), ""
    if plane in ("run", "optimum"):
        # All that such a plane passes through lies in one space: that of the widest of them.
        widths = [path.W.shape[-1] for _, path in named] + ([] if network is None else [network.m])
        m = max(found.network.m, *widths, 0)
        note = _widening(named, network, m)
        named = [(name, widened(problem, path, m)) for name, path in named]
        network = network and widen(network, m - network.m, problem)
    solved = solved_of(problem, named, found)
    cut = slice_of(solved, network, neurons, plane)
    cut = replace(cut, note=f"{cut.note}{note}{ends}")
    scene = loss_on(solved, cut, reach, [aim_of(solved, cut)] if plane in ("run", "optimum") else ())
    if reach is None and len(cut.moving) == 1:
        # Its points are all in the picture, with room for their names.
        points = [abs(float(piece.x[0])) for piece in scene.pieces if len(piece.x) == 1]
        wide = nice_reach(1.3 * max(points, default=0.0))
        if wide > scene.surface.w1[-1]:
            scene = loss_on(solved, cut, wide)
    return solved, scene


def _widening(named: Sequence[tuple[str, Trajectory]], network: Network | None, m: int) -> str:
    """Say which runs, or the network where there are none, have fewer than m neurons and are given more."""
    names = [name for name, path in named if path.W.shape[-1] < m]
    names = names or (["the network"] if network is not None and network.m < m else [])
    if not names:
        return ""
    are, each = ("is", "it") if len(names) == 1 else ("are", "each")
    return f" {capital(listed(names))} {are} given neurons at 0, which change no output, until {each} has {m}."


def _off_plane(solved: SolvedScenario, plane: Plane) -> list[str]:
    """Return the names of the runs that are drawn where the plane comes nearest to them, for they leave it."""
    names = []
    for run in solved.shown:
        W, alpha = run.trajectory.W, run.trajectory.alpha
        if plane.distance(W, alpha).max() > OFF_PLANE * max(np.abs(W).max(), np.abs(alpha).max()):
            names.append(run.name)
    return names


def _own_bias(solved: SolvedScenario, id: str) -> str:
    """Say of a run whose last output bias is not the best that its loss is with its own."""
    if not solved.problem.has_output_bias:
        return ""
    run = next(run for run in solved.shown if run.id == id)
    network, own = run.trajectory.network(), float(run.trajectory.objective[-1])
    best = objective(solved.problem, with_best_bias(solved.problem, network))
    return " with its own output bias" if written(own) != written(best) else ""


def _star_name(solved: SolvedScenario) -> str:
    return "global optimum" if solved.proof.closed else "best network found"


def _legend(solved: SolvedScenario, scene: LossScene) -> list[Entry]:
    legend = [run_entry(path.run, path.name, line=len(path.steps) > 1) for path in scene.paths]
    if len(scene.optima[0]):
        legend.append(star_entry(_star_name(solved)))
    kept = [piece for piece in scene.pieces if piece.optimal or len(piece.x) > 1]
    if any(piece.optimal and len(piece.x) > 1 for piece in kept):
        legend.append(line_entry("optimal", OPTIMUM, 5))
    if any(not piece.optimal for piece in kept):
        legend.append(line_entry("stuck", STUCK, 5, "5px,3px"))
    return legend


def _caption(solved: SolvedScenario, scene: LossScene) -> str:
    value = written(without_rounding(solved.problem, solved.proof.value))
    problem, plane = solved.problem, scene.surface.plane
    where = scene.slice or "All weights of the network are in this plane."
    off = _off_plane(solved, plane)
    if off:
        are, its = ("is", "its loss") if len(off) == 1 else ("are", "their losses")
        where += f" {capital(listed(off))} {are} projected onto the plane: the colours beneath are not {its}."
    if any(len(path.steps) > 1 for path in scene.paths):
        where += " Runs go from the pale mark to the dark one."
    proven = ", proven to be that of the global optimum" if solved.proof.closed else ""
    ends = "".join(
        f" {capital(path.name)} {'ends at' if len(path.steps) > 1 else 'has'} loss "
        f"{written(without_rounding(problem, float(path.objective[-1])))}{_own_bias(solved, path.id)}."
        for path in scene.paths
    )
    stars = " Stars mark it." if len(scene.optima[0]) else "" if scene.pieces else " It is not in this plane."
    stars += " Across a dashed line a neuron becomes active on other samples." if scene.borders else ""
    best = called(solved.proof).capitalize()
    weights = "squared weights and output bias" if problem.output_bias == "penalised" else "squared weights"
    penalty = f", plus {short(problem.lam)} times the sum of the {weights}" if problem.lam else ""
    what = f"The loss, the sum of {counted(problem.n, 'squared error')}{penalty}"
    shown = f"{what}, over the plane shown, on a logarithmic scale of colour. {where}"
    shown += " The output bias is at its best at every point of the map." if problem.has_output_bias else ""
    return f"{shown} {best} has loss {value}{proven}.{stars}{ends}"
