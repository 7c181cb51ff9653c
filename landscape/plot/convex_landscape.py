"""The convex landscape of one feature: the loss over the slopes of f, as a map and as a surface in space."""

from __future__ import annotations

from typing import TYPE_CHECKING

from landscape.figures.front.twin_map import twin_map
from landscape.figures.front.twin_relief import twin_relief
from landscape.figures.style import OPTIMUM
from landscape.formatting import written
from landscape.model.excess import rounding_of, without_rounding
from landscape.model.loss import squared_only
from landscape.model.output_bias import without_output_bias
from landscape.model.problem import Problem
from landscape.plot.figure import Entry, line_entry, notebook_figure, run_entry, star_entry
from landscape.plot.runs import Runs, named_runs, solved_of
from landscape.results.solved_scenario import SolvedScenario
from landscape.scene import TwinScene, twin_of

if TYPE_CHECKING:
    import plotly.graph_objects as go

    from landscape.convex.twin import ConvexSolution


def twin(
    problem: Problem, runs: Runs = None, *, reach: float | None = None, solution: ConvexSolution | None = None
) -> go.Figure:
    """Draw the convex landscape of one feature without a bias: the loss (2) over f's slopes right and left of 0.

    Networks of any width have their exact place in it.

    Arguments
        problem: of one feature, without bias and output bias.
        runs: trajectories and networks to draw, one, several, or several by name.
        reach: half the width of the window, in units of the slopes; by default it shows optimum and runs.
        solution: of the problem, where it is known already.

    Raises ValueError for more features, and says what can be drawn; ImportError without plotly.

    >>> from landscape import Problem, plot
    >>> figure = plot.twin(Problem(X=[[-1.0], [1.0]], y=[1.0, 2.0]))
    >>> star = figure.data[-2]
    >>> star.marker.symbol, star.x[0], star.y[0]
    ('star', 2.0, -1.0)
    """
    solved, scene = _scene(problem, runs, reach, solution)
    drawn = twin_map(
        scene.surface,
        walled=scene.walled,
        paths=scene.paths,
        optimum=scene.optimum,
        optimal_lines=scene.optimal_lines,
        proven=solved.proof.closed,
        rounding=rounding_of(problem),
        from_lowest=True,
    )
    field = drawn["data"][0]
    field["colorbar"] = {**field["colorbar"], **_BESIDE}
    drawn["layout"]["margin"] = {"r": 84}
    return notebook_figure(drawn, caption=_caption(solved, scene), legend=_legend(solved, scene), size=(640, 520))


def twin_surface(
    problem: Problem, runs: Runs = None, *, reach: float | None = None, solution: ConvexSolution | None = None
) -> go.Figure:
    """Draw the convex landscape of one feature as a surface in space; arguments and errors are those of ``twin``.

    >>> from landscape import Problem, plot
    >>> plot.twin_surface(Problem(X=[[-1.0], [1.0]], y=[1.0, 2.0])).data[0].type
    'surface'
    """
    solved, scene = _scene(problem, runs, reach, solution)
    drawn = twin_relief(
        scene.surface,
        labels=("u₁", "u₂"),
        walled=scene.walled,
        paths=scene.paths,
        optimum=scene.optimum,
        optimal_lines=scene.optimal_lines,
        proven=solved.proof.closed,
        rounding=rounding_of(problem),
        from_lowest=True,
    )
    legend = _legend(solved, scene, in_space=True)
    return notebook_figure(drawn, caption=_caption(solved, scene), legend=legend, size=(640, 520))


_BESIDE = {"orientation": "v", "thickness": 11, "xpad": 4, "yref": "paper", "y": 0.5, "yanchor": "middle"}
"""The place of a colour bar at the right of its plot, where the page has it below."""


def _scene(
    problem: Problem, runs: Runs, reach: float | None, solution: ConvexSolution | None
) -> tuple[SolvedScenario, TwinScene]:
    squared_only(problem, "plot.twin")
    if problem.d != 1:
        raise ValueError(
            f"The convex landscape has two axes for one feature without a bias, but X has {problem.d} columns: "
            f"{'plot.cones, ' if problem.d == 2 else ''}plot.patterns, plot.weights and plot.fit draw its optimum."
        )
    without_output_bias(problem, "The convex landscape")
    if reach is not None and not reach > 0:
        raise ValueError(f"reach must be above 0, but was {reach:g}.")
    solved = solved_of(problem, named_runs(problem, runs), solution)
    return solved, twin_of(solved, reach)


def _legend(solved: SolvedScenario, scene: TwinScene, *, in_space: bool = False) -> list[Entry]:
    legend = [run_entry(path.run, path.name, line=len(path.steps) > 1, in_space=in_space) for path in scene.paths]
    if scene.optimal_lines:
        legend.append(line_entry("optimal" if solved.proof.closed else "as good as the best found", OPTIMUM, 5))
    legend.append(star_entry("convex optimum" if solved.proof.closed else "best point found"))
    return legend


def _caption(solved: SolvedScenario, scene: TwinScene) -> str:
    value = written(without_rounding(solved.problem, solved.proof.value))
    best = "The global optimum, proven," if solved.proof.closed else "The best network found"
    grey = "; no network is in the grey part" if scene.walled else ""
    u1, u2 = map(written, scene.optimum)
    return (
        "The convex landscape: the loss over the slopes of f, u₁ right of 0 and u₂ left of it"
        f"{grey}. {best} has loss {value} at u₁ = {u1}, u₂ = {u2}."
    )
