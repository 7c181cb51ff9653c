"""The loss around runs in any number of weights: planes through networks, or along the directions a run moved most."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from landscape.loss.surface import Plane, Surface, loss_surface, plane_through
from landscape.model.network import Network
from landscape.results.claims import called
from landscape.results.solved_scenario import CertifiedRun, SolvedScenario
from landscape.scene.paths import Path, path_on
from landscape.scene.planes import nearest_arrangement
from landscape.training.trajectory import Outcome

GRID = 71
"""Points a side: each is a network, evaluated by itself."""


@dataclass(frozen=True, eq=False)
class SliceScene:
    """The loss over a plane in the space of all weights.

    Arguments
        surface: the loss; labels: names of the coordinates.
        paths: the runs, projected onto the plane, with their true losses.
        optimum: coordinates of the optimum's arrangement in or nearest to the plane; exact: whether it lies in it.
        note: the sentence that describes the plane.
    """

    surface: Surface
    labels: tuple[str, str]
    paths: tuple[Path, ...]
    optimum: tuple[float, float]
    exact: bool
    note: str


def slice_through_runs(solved: SolvedScenario, first: int, second: int) -> SliceScene | None:
    """Return the plane through the ends of two runs and the optimum arranged nearest to the first, or None.

    None where the two ends, or one of them and the optimum, are the same network.
    """
    one, two = (solved.runs[index] for index in (first, second))
    (start, first_end), (other, second_end) = _end(one), _end(two)
    goal = nearest_arrangement(solved.problem, solved.solution.network, start)
    try:
        plane = plane_through(start, other, goal)
    except ValueError:
        return None
    best = called(solved.proof)
    note = f"A slice: the plane through {first_end}, {second_end} and the nearest arrangement of {best}."
    return _scene(solved, plane, (f"towards {two.name}", f"towards {best}"), goal, note)


def _end(run: CertifiedRun) -> tuple[Network, str]:
    """Return the end of a run and what it is called; of one that diverged the start: nothing is seen from its end."""
    if run.trajectory.outcome is Outcome.DIVERGED:
        return run.trajectory.network(0), f"the start of {run.name}, which diverged"
    return run.trajectory.network(), f"the end of {run.name}"


def slice_along_run(solved: SolvedScenario, index: int) -> SliceScene | None:
    """Return the plane of the two directions in which a run moved most, through its end, or None if it never moved.

    The directions are the first two principal components of its stored steps; the note gives the variance they explain.
    """
    found = principal_plane(solved, index)
    if found is None:
        return None
    plane, note = found
    goal = nearest_arrangement(solved.problem, solved.solution.network, plane.origin)
    return _scene(solved, plane, ("1st principal direction", "2nd principal direction"), goal, note)


def principal_plane(solved: SolvedScenario, index: int) -> tuple[Plane, str] | None:
    """Return the plane of the two directions in which a run moved most, and the sentence that describes it.

    None if it never moved. The directions have length 1, and the plane passes through the end of the run.
    """
    run = solved.runs[index]
    path = run.trajectory
    flat = np.concatenate([path.W.reshape(len(path.W), -1), path.alpha], axis=1)
    if path.outcome is Outcome.DIVERGED:
        # Only its beginning: what follows is a straight line out of every picture.
        flat = flat[: 1 + int(np.argmax(path.objective > 2 * max(float(path.objective[0]), 1e-300)))]
    offsets = flat - flat[-1]
    _, sizes, directions = np.linalg.svd(offsets, full_matrices=False)
    if sizes[0] == 0:
        return None
    if len(directions) < 2:
        directions = np.vstack([directions, np.zeros_like(directions[0])])
        directions[1, int(np.argmin(np.abs(directions[0])))] = 1.0
        sizes = np.append(sizes, 0.0)
    explained = float((sizes[:2] ** 2).sum() / (sizes**2).sum())
    d, m = path.W.shape[1:]
    first, second = (Network(v[: d * m].reshape(d, m), v[d * m :]) for v in directions[:2])
    end = path.network(len(flat) - 1)
    plane = Plane(end, first, second)
    note = (
        f"A slice: the two directions in which {run.name} moved most; they explain {100 * explained:.3g} % "
        "of its way. Other runs are projected onto it."
    )
    return plane, note


def _scene(solved: SolvedScenario, plane: Plane, labels: tuple[str, str], goal: Network, note: str) -> SliceScene:
    paths = tuple(path_on(run, plane) for run in solved.shown)
    target = plane.coordinates(goal.W, goal.alpha)
    back = plane.network(float(target[0]), float(target[1]))
    size = 1e-9 * (1.0 + float(np.abs(goal.W).max()))
    exact = bool(np.allclose(back.W, goal.W, atol=size) and np.allclose(back.alpha, goal.alpha, atol=size))
    needed = solved.solution.network.m
    if needed > goal.m:
        # Narrower networks cannot be the optimum: the neurons of it that lie nearest only set the direction of the
        # plane.
        exact = False
        best = called(solved.proof).capitalize()
        note += f" {best} has {needed} neurons, more than the {goal.m} here: its nearest {goal.m} are aimed at."
    xs, ys = _ranges(paths, solved, target)
    surface = loss_surface(solved.problem, np.linspace(*xs, GRID), np.linspace(*ys, GRID), plane=plane)
    return SliceScene(surface, labels, paths, (float(target[0]), float(target[1])), exact, note)


def _ranges(paths: tuple[Path, ...], solved: SolvedScenario, target: np.ndarray) -> tuple[tuple[float, float], ...]:
    """Return ranges that show the ends of the runs, the optimum, and as much of the paths to them as fits."""
    ranges = []
    for axis, goal in zip(("x", "y"), target, strict=True):
        ends = [float(getattr(path, axis)[-1]) for path in paths if _bounded(solved, path)]
        values = [*ends, float(goal)]
        width = max(max(values) - min(values), 0.5)
        middle = (max(values) + min(values)) / 2
        ranges.append((middle - 0.9 * width, middle + 0.9 * width))
    return tuple(ranges)


def _bounded(solved: SolvedScenario, path: Path) -> bool:
    # A run that diverged ends far outside of everything else.
    return bool(path.objective[-1] <= 10 * max(float(solved.problem.y @ solved.problem.y), 1e-300))
