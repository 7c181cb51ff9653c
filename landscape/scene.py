"""What a landscape picture shows of a story: the slice, its window, and everything laid over it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from landscape.fixed_layer import free_coordinates, optimal_position
from landscape.network import Network, objective
from landscape.numbers import short, subscript
from landscape.problem import Problem
from landscape.scenario import Scenario
from landscape.story import Story
from landscape.surface import Plane, Surface, grid_with_kinks, kink_lines, loss_surface, neuron_plane, plane_through
from landscape.trajectory import Outcome
from landscape.twin_surface import ConvexSurface, twin_place, twin_surface

GRID = 121
"""Points a side of a map: finer than the eye needs between exact kinks."""

_NICE = np.array([1.0, 1.5, 2.0, 2.5, 3.0, 4.0, 5.0, 6.0, 8.0, 10.0])


@dataclass(frozen=True, eq=False)
class Path:
    """A run in the plane of a picture.

    Arguments
        run: the run's place in the list of runs; name: what it is called.
        x, y: (T,) its coordinates in the plane at the steps kept; steps: (T,) those steps.
        objective: (T,) the network's own loss there, never read off the map.
    """

    run: int
    name: str
    x: np.ndarray
    y: np.ndarray
    steps: np.ndarray
    objective: np.ndarray


@dataclass(frozen=True, eq=False)
class Piece:
    """A part of the critical set in the plane: a polyline, or a point where it has one vertex.

    Arguments
        x, y: (k,) its vertices; loss: the loss all along it.
        label: what it is, in a few words; optimal: whether it is part of the global optimum.
    """

    x: np.ndarray
    y: np.ndarray
    loss: float
    label: str
    optimal: bool


@dataclass(frozen=True)
class Cell:
    """The name of an activation-pattern cell and the corner (x, y) of the picture it is written in."""

    x: float
    y: float
    name: str


def nice_reach(reach: float) -> float:
    """Return the first round number at or above a reach: 1, 1.5, 2, 2.5, 3, 4, 5, 6 or 8 times a power of ten."""
    if not reach > 0:
        return 1.0
    power = 10.0 ** np.floor(np.log10(reach))
    # A hair of tolerance keeps 3.0000000001 from jumping to 4.
    return float(_NICE[np.searchsorted(_NICE, reach / power * (1 - 1e-9))] * power)


@dataclass(frozen=True, eq=False)
class LossScene:
    """The loss over a plane of weights and what lies on it.

    Arguments
        surface: the loss on a grid that contains its kinks; for a single neuron one row of it, a curve.
        labels: names of the two coordinates.
        borders: polylines (x, y) between activation-pattern cells; cells: their names.
        paths: the runs, where they are in this plane.
        optima: x and y of globally optimal networks that lie in it.
        slice: what plane this is, in words; empty where it is the whole space of weights.
    """

    surface: Surface
    labels: tuple[str, str]
    borders: tuple[tuple[np.ndarray, np.ndarray], ...]
    cells: tuple[Cell, ...]
    paths: tuple[Path, ...]
    optima: tuple[np.ndarray, np.ndarray]
    slice: str
    pieces: tuple[Piece, ...] = ()


@dataclass(frozen=True, eq=False)
class TwinScene:
    """The convex landscape and the runs at their exact place in it.

    Arguments
        surface: the convex loss; walled: whether only u₁ ≥ 0 ≥ u₂ belongs to networks.
        paths: the runs; optimum: a minimiser; optimal_lines: whole lines of minimisers.
    """

    surface: ConvexSurface
    walled: bool
    paths: tuple[Path, ...]
    optimum: tuple[float, float]
    optimal_lines: tuple[tuple[np.ndarray, np.ndarray], ...]


def base_network(story: Story, scenario: Scenario) -> tuple[Network, str]:
    """Return the network a slice passes through, and what it is called: the selected run at the selected step."""
    if not story.chapters:
        return _widened(story.solution.network, scenario.training.m), "the optimum"
    chapter = story.chapters[scenario.shown_run]
    path = chapter.trajectory
    if scenario.view.at is None:
        return path.network(), f"{chapter.name} at its end"
    index = min(int(np.searchsorted(path.steps, scenario.view.at)), len(path.steps) - 1)
    return path.network(index), f"{chapter.name} at step {path.steps[index]}"


def slice_plane(story: Story, scenario: Scenario) -> tuple[Plane, tuple[str, str], str]:
    """Return the plane of the loss picture, the names of its coordinates, and what slice it is, in words."""
    base, called = base_network(story, scenario)
    m, trained = base.m, scenario.training.layer == "trained"
    if scenario.view.plane == "path" and story.chapters and m > 1:
        path = story.chapters[scenario.shown_run].trajectory
        start, end = path.network(0), path.network()
        goal = nearest_arrangement(story.solution.network, end)
        if np.any(end.W != start.W) or np.any(end.alpha != start.alpha):
            plane = plane_through(start, end, goal)
            name = story.chapters[scenario.shown_run].name
            return (
                plane,
                ("along the run", "towards the optimum"),
                (
                    f"A slice: the plane through the start of {name}, its end, and the nearest arrangement of the optimum."
                ),
            )
    i, j = scenario.shown_neurons
    if m == 1:
        note = f"A slice: the second layer is that of {called}." if trained else ""
        return _line(base), ("w", ""), note
    labels = (f"w{subscript(i + 1)}", f"w{subscript(j + 1)}")
    if m == 2:
        note = f"A slice: the second layer is that of {called}, α = ({_listed(base.alpha)})." if trained else ""
    else:
        note = f"A slice: neurons {i + 1} and {j + 1} move, the other {m - 2} stay as in {called}."
    return neuron_plane(base, (i, j)), labels, note


def loss_scene(story: Story, scenario: Scenario) -> LossScene:
    """Return the loss over the slice a scenario shows, with its cells, paths and optima."""
    plane, labels, note = slice_plane(story, scenario)
    problem, single = story.problem, plane.origin.m == 1
    paths = tuple(
        Path(index, chapter.name, *_coordinates(plane, chapter.trajectory).T, chapter.trajectory.steps,
             chapter.trajectory.objective)
        for index, chapter in enumerate(story.chapters)
    )  # fmt: skip
    optima = _optima_on(plane, story)
    xs, ys = _window(scenario.view.window, paths, story, optima, centred=labels[0].startswith("w"))
    lines = kink_lines(problem, plane)
    kinks1 = [-c / p for c, p, q in lines if q == 0]
    kinks2 = [-c / q for c, p, q in lines if p == 0]
    if single:
        w = grid_with_kinks(*xs, 4 * GRID, kinks1)
        surface = loss_surface(problem, w, np.zeros(1), plane=plane)
    else:
        surface = loss_surface(
            problem, grid_with_kinks(*xs, GRID, kinks1), grid_with_kinks(*ys, GRID, kinks2), plane=plane
        )
    named = not single and labels[0].startswith("w")
    return LossScene(
        surface, labels, _clipped(lines, xs, ys) if len(lines) <= 2 * 12 else (),
        _cells(problem, labels, xs, ys) if named else (), paths, optima, note,
    )  # fmt: skip


def twin_scene(story: Story, scenario: Scenario) -> TwinScene:
    """Return the convex landscape of 1-D data without bias, with every run at its exact place."""
    problem = story.problem
    paths = []
    for index, chapter in enumerate(story.chapters):
        path = chapter.trajectory
        x, y = twin_place(path.W, path.alpha)
        paths.append(Path(index, chapter.name, x, y, path.steps, path.objective))
    optimum = optimal_position(problem)
    free_plus, free_minus = free_coordinates(problem)
    marks = np.array([optimum.s_plus]), np.array([optimum.s_minus])
    (low, high), _ = _window(scenario.view.window, tuple(paths), story, marks, centred=True)
    grid = grid_with_kinks(low, high, GRID)
    walled = problem.second_layer == "ones"
    lines = []
    if free_plus:
        lines.append((np.array([0.0 if walled else low, high]), np.full(2, optimum.s_minus)))
    if free_minus:
        lines.append((np.full(2, optimum.s_plus), np.array([low, 0.0 if walled else high])))
    return TwinScene(
        twin_surface(problem, grid, grid), walled, tuple(paths), (optimum.s_plus, optimum.s_minus), tuple(lines)
    )


def nearest_arrangement(network: Network, other: Network) -> Network:
    """Return a network with its neurons permuted (and silent ones added) to lie as near another as it can."""
    from scipy.optimize import linear_sum_assignment

    wide = _widened(network, other.m)
    ours, theirs = np.vstack([wide.W, wide.alpha]), np.vstack([other.W, other.alpha])
    distance = ((ours[:, :, None] - theirs[:, None, :]) ** 2).sum(axis=0)
    mine, place = linear_sum_assignment(distance)
    order = np.empty(len(mine), dtype=int)
    order[place] = mine
    return Network(wide.W[:, order[: other.m]], wide.alpha[order[: other.m]])


def _widened(network: Network, m: int) -> Network:
    """Add silent neurons up to m: w = 0, with the fixed layer's alpha = 1 where it is all ones."""
    missing = max(0, m - network.m)
    alpha = 1.0 if np.all(network.alpha == 1.0) else 0.0
    return Network(
        np.hstack([network.W, np.zeros((len(network.W), missing))]), np.append(network.alpha, np.full(missing, alpha))
    )


def _line(base: Network) -> Plane:
    """Return the line of a single neuron's weight, as a plane whose second coordinate does nothing."""
    still = Network(np.zeros_like(base.W), np.zeros_like(base.alpha))
    return Plane(Network(np.zeros_like(base.W), base.alpha), Network(np.ones_like(base.W), still.alpha), still)


def _coordinates(plane: Plane, path) -> np.ndarray:
    return plane.coordinates(path.W, path.alpha)


def _optima_on(plane: Plane, story: Story) -> tuple[np.ndarray, np.ndarray]:
    """Return the arrangements of the optimal network that lie in the plane."""
    base = plane.origin
    if story.solution.network.m > base.m:
        return np.empty(0), np.empty(0)
    found = []
    for a, b in ((1.0, -1.0), (-1.0, 1.0), (1.0, 1.0), (-1.0, -1.0)):
        near = nearest_arrangement(story.solution.network, plane.network(a, b))
        x, y = plane.coordinates(near.W, near.alpha)
        value = objective(story.problem, plane.network(float(x), float(y)))
        # In the plane means: the plane's own network there is as good as the optimum, to rounding.
        if value <= story.proof.lower_bound + 1e-9 * max(1.0, float(story.problem.y @ story.problem.y)):
            found.append((float(x), float(y)))
    unique = np.array(sorted(set(found))).reshape(-1, 2)
    return unique[:, 0], unique[:, 1]


def _window(
    chosen: float | None, paths: Sequence[Path], story: Story, marks: tuple[np.ndarray, np.ndarray], centred: bool
) -> tuple[tuple[float, float], tuple[float, float]]:
    """Return the ranges of both coordinates: the chosen half-width, or one that shows optima and runs.

    A run that diverged counts with its start alone: its end would shrink everything else to a dot.
    """
    xs, ys = list(marks[0]), list(marks[1])
    for path, chapter in zip(paths, story.chapters, strict=True):
        kept = path.objective <= 1.5 * path.objective[0] + 1e-12
        whole = chapter.trajectory.outcome is not Outcome.DIVERGED
        xs += path.x[kept].tolist() if whole else [path.x[0]]
        ys += path.y[kept].tolist() if whole else [path.y[0]]
    if centred:
        reach = chosen or nice_reach(1.2 * max(map(abs, [*xs, *ys]), default=1.0))
        return (-reach, reach), (-reach, reach)
    middle = (min(xs) + max(xs)) / 2, (min(ys) + max(ys)) / 2
    reach = chosen or nice_reach(0.65 * max(max(xs) - min(xs), max(ys) - min(ys)))
    return (middle[0] - reach, middle[0] + reach), (middle[1] - reach, middle[1] + reach)


def _clipped(
    lines: np.ndarray, xs: tuple[float, float], ys: tuple[float, float]
) -> tuple[tuple[np.ndarray, np.ndarray], ...]:
    """Cut the lines c + p a + q b = 0 to the window."""
    pieces = []
    for c, p, q in lines:
        ends = [(x, -(c + p * x) / q) for x in xs if q != 0] + [(-(c + q * y) / p, y) for y in ys if p != 0]
        slack = 1e-9 * (xs[1] - xs[0])
        inside = sorted({
            (float(x), float(y)) for x, y in ends
            if xs[0] - slack <= x <= xs[1] + slack and ys[0] - slack <= y <= ys[1] + slack
        })  # fmt: skip
        if len(inside) >= 2:
            x, y = np.array([inside[0], inside[-1]]).T
            pieces.append((x, y))
    return tuple(pieces)


def _cells(
    problem: Problem, labels: tuple[str, str], xs: tuple[float, float], ys: tuple[float, float]
) -> tuple[Cell, ...]:
    """Name the four quadrants by the points each neuron is active on."""
    on = dict(zip((-1, 1), points_on_sides(problem), strict=True))
    return tuple(
        Cell(xs[i > 0], ys[j > 0], f"{labels[0]} on {on[i]}, {labels[1]} on {on[j]}") for i in (-1, 1) for j in (-1, 1)
    )


def points_on_sides(problem: Problem) -> tuple[str, str]:
    """Return the names of the points that a neuron with w < 0, and one with w > 0, is active on."""
    x = problem.X[:, 0]
    return points_named(np.flatnonzero(x < 0)), points_named(np.flatnonzero(x > 0))


def points_named(indices: np.ndarray) -> str:
    """Return points by name, "x₁, x₃", or how many they are where a list would be too long, or "none"."""
    if len(indices) == 0:
        return "none"
    if len(indices) > 3:
        return f"{len(indices)} points"
    return ", ".join(f"x{subscript(int(i) + 1)}" for i in indices)


def _listed(values: np.ndarray) -> str:
    return ", ".join(short(float(value)) for value in values)
