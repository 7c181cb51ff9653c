"""The λ path: every optimum of the convex twin from λ_max down, its neurons, and where each enters and leaves."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from landscape.convex.certificate import certify
from landscape.convex.lambda_path.faces import Face
from landscape.convex.lambda_path.record import Event, LambdaPath, NeuronTrack, network_of
from landscape.convex.lambda_path.walk import PathPoint, PathProblem, follow
from landscape.convex.solver.atoms import Atoms
from landscape.convex.twin import solve_convex
from landscape.geometry.support import Geometry, exact_support, geometry
from landscape.model.excess import is_proven
from landscape.model.loss import squared_only
from landscape.model.output_bias import without_output_bias
from landscape.model.problem import Problem, without_underflow

NOTHING = 1e-14
"""A λ_max below this share of the longest row times ‖y‖ is 0 up to rounding."""

VANISHED = 1e-8
"""At an event a neuron shorter than this share of the sum of lengths is 0: it leaves there, or enters."""


def lambda_path(
    problem: Problem,
    *,
    smallest: float = 1e-3,
    points: int = 100,
    progress: Callable[[float], None] | None = None,
    stop: Callable[[], bool] | None = None,
) -> LambdaPath:
    """Follow the optimum of (2) as λ falls from λ_max, exactly: ``certify`` bounds each point.

    ``proven`` says which points are proven optimal, among the networks of ``Problem``: any width, no output bias.

    The active neurons move smoothly until one leaves, or enters, or its kink meets a data point (Mishkin & Pilanci,
    2023, on the continuity of this path); each such event is located and is a point of the path too. Two events that
    cancel within half a step of the grid can be missed.

    Arguments
        problem: the data; a second layer of ones has no path.
        smallest: the last λ, as a share of λ_max; points: how many, evenly in log λ, without those at events.
        progress: called with the share done, 0 to 1; stop: called at every point, ends the path there where it is True.

    Raises ValueError where there is no regularisation to vary, an output bias, or too many patterns to visit.

    >>> from landscape import Problem, lambda_path
    >>> path = lambda_path(Problem(X=[[-1.0], [1.0]], y=[1.0, 2.0]), points=5)
    >>> path.lambda_max, path.finished, bool(path.proven.all())
    (2.0, True, True)
    """
    squared_only(problem, "lambda_path")
    without_output_bias(problem, "The λ path")
    if problem.second_layer != "trained":
        raise ValueError("second_layer must be 'trained' for a λ path: with alpha = 1 there is no regularisation.")
    if not 0.0 < smallest < 1.0:
        raise ValueError(f"smallest must be between 0 and 1, a share of λ_max, but was {smallest!r}.")
    if not isinstance(points, int | np.integer) or points < 2:
        raise ValueError(f"points must be a whole number of at least 2, but was {points!r}.")
    space = geometry(problem.X)
    if space.cut is None:
        raise ValueError(f"X must have few enough patterns to visit for a λ path, but has shape {problem.X.shape}.")
    length = float(np.max(np.linalg.norm(space.X, axis=1))) or 1.0
    height = float(np.linalg.norm(problem.y)) or 1.0
    unit = replace(space, X=space.X / length, basis=np.eye(space.X.shape[1]))
    y = problem.y / height
    at_zero = exact_support(unit, y)
    largest = 0.0 if at_zero is None or at_zero.value <= NOTHING else at_zero.value

    def solver(lam: float) -> Atoms:
        network = solve_convex(Problem(without_underflow(unit.X), without_underflow(y), lam)).network
        sign = np.where(network.alpha < 0, -1.0, 1.0)
        return Atoms(network.W * np.abs(network.alpha), sign).nonzero()

    found: list[PathPoint] = []
    finished = True
    shares = np.geomspace(1.0, smallest, points)
    for point in follow(PathProblem(unit, y, solver), largest, largest * shares[1:]) if largest > 0 else ():
        found.append(point)
        if progress is not None:
            progress(float(np.log(point.state.lam / largest) / np.log(smallest)))
        if stop is not None and stop():
            finished = bool(point.state.lam <= largest * smallest)
            break
    if largest == 0:
        return _zero_path(problem, shares)
    return _record(problem, space, found, (length, height), finished)


def _record(
    problem: Problem, space: Geometry, found: list[PathPoint], units: tuple[float, float], finished: bool
) -> LambdaPath:
    """Return the points found as a record in the units of the problem, each with its certificate."""
    T, d, (length, height) = len(found), problem.d, units
    first: dict[int, int] = {}
    vectors: dict[int, list[np.ndarray]] = {}
    faces: dict[int, list[Face]] = {}
    for t, point in enumerate(found):
        state, scale = point.state, height / length
        total = float(np.abs(state.q).sum())
        for k, i in enumerate(state.group.ids):
            u = space.basis @ state.direction(k) * (state.lam * state.q[k] * scale)
            vanished = state.q[k] <= VANISHED * total
            vectors.setdefault(i, []).append(np.zeros(d) if vanished else u)
            faces.setdefault(i, []).append(state.group.faces[k])
            if i not in first:  # it enters at the point before, with length 0
                first[i] = t - 1
                vectors[i].insert(0, np.zeros(d))
                faces[i].insert(0, state.group.faces[k])
    number = {i: k for k, i in enumerate(sorted(first, key=lambda i: (first[i], i)))}
    tracks = tuple(
        NeuronTrack(faces[i][0].sign, first[i], np.stack(vectors[i], axis=1), np.array([face.on for face in faces[i]]))
        for i in number
    )
    lam = np.array([point.state.lam for point in found]) * (length * height)
    events = tuple(
        Event(float(lam[t]), float(lam[t] / lam[0]), change, number[i], t, point.located)
        for t, point in enumerate(found)
        for change, i in point.changes
        if i in number
    )
    curves, count, proven = np.zeros((4, T)), np.zeros(T, dtype=int), np.zeros(T, dtype=bool)
    for t in range(T):
        active = [track for track in tracks if track.first <= t <= track.last]
        blocks = np.array([track.vectors[:, t - track.first] for track in active]).reshape(-1, d).T
        held = np.any(blocks != 0, axis=0)
        network = network_of(blocks[:, held], np.array([track.sign for track in active])[held])
        certificate = certify(replace(problem, lam=lam[t]), network, found[t].state.z * height, space=space)
        count[t], norm = held.sum(), np.linalg.norm(blocks, axis=0).sum()
        curves[:, t] = certificate.value - 2.0 * lam[t] * norm, norm, certificate.value, certificate.gap
        proven[t] = is_proven(problem, certificate.lower_bound, certificate.value)
    error, norms, value, gap = curves
    return LambdaPath(
        problem, float(lam[0]), lam, lam / lam[0], count, error, norms, value, gap, proven, tracks, events, finished
    )


def _zero_path(problem: Problem, shares: np.ndarray) -> LambdaPath:
    """Return the path of data on which λ_max = 0: the zero network is optimal throughout."""
    nothing = np.zeros(len(shares))
    certificate = certify(replace(problem, lam=0.0), network_of(np.zeros((problem.d, 0)), np.zeros(0)))
    error = nothing + certificate.value
    proven = np.full(len(shares), is_proven(problem, certificate.lower_bound, certificate.value))
    gap = nothing + certificate.gap
    return LambdaPath(
        problem, 0.0, nothing, shares, nothing.astype(int), error, nothing, error, gap, proven, (), (), True
    )
