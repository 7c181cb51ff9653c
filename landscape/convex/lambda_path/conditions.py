"""Optimality over all neurons: the condition that a state violates, and the change of faces that restores it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum

import numpy as np

from landscape.convex.lambda_path.faces import VANISHES, Face, FaceGroup, PathState, face, face_group, face_of
from landscape.geometry.support import Geometry, exact_support, geometry

NEGATIVE = 1e-13
"""A length below minus this share of the longest is negative."""

OUTSIDE = 1e-12
"""A neuron beyond a row by more than this, relative to both lengths, has left its cone."""

TURNS = 1e-9
"""A slope off a face above this share of λ makes a neuron leave it."""

EXCEEDS = 1e-9
"""A support above λ by more than this share belongs to a neuron that is missing."""


class Change(Enum):
    """What happens to a neuron at an event, as λ falls; the text is the sentence a visitor reads."""

    ENTERS = "A neuron enters: its support has reached λ."
    LEAVES = "A neuron leaves: its length has fallen to 0."
    MEETS = "A neuron's kink meets a data point, and stays there."
    PARTS = "A neuron's kink parts from a data point."
    JOINS = "Two neurons have become one."

    @property
    def sentence(self) -> str:
        """The text of the change."""
        return self.value


NextFaces = Callable[[PathState, int], tuple[list[Face], list[int]]]
"""The faces after a change and the neuron numbers on them, from a state and a number for a new neuron."""


@dataclass(frozen=True, eq=False)
class Violation:
    """A condition of optimality that a state violates.

    Arguments
        change: what restores it.
        margin: the condition as a smooth function of the states of one group, negative where it is violated.
        next_faces: the faces after the change, from a state at the event.
        id: the neuron it happens to; None for a new one.
    """

    change: Change
    margin: Callable[[PathState], float]
    next_faces: NextFaces
    id: int | None


def violation(space: Geometry, state: PathState) -> Violation | None:
    """Return a condition that a state violates, the cheapest first; None where it is optimal over all neurons."""
    return _of_neurons(space, state) or _of_missing_neuron(space, state)


def _of_neurons(space: Geometry, state: PathState) -> Violation | None:
    """Return the violation of an active neuron: negative length, outside its cone, or a rising slope off its face."""
    group, q = state.group, state.q
    if not group.faces:
        return None
    k = int(np.argmin(q))
    if q[k] < -NEGATIVE * np.max(np.abs(q)):
        return _leaving(group, k)
    size = np.linalg.norm(space.X, axis=1)
    lowest, found = -OUTSIDE, (-1, -1)
    for k, item in enumerate(group.faces):
        if item.rank > 1:
            pre = (space.X @ state.direction(k)) * np.where(item.on, 1.0, -1.0)
            inside = np.divide(pre, size, out=np.ones_like(pre), where=~item.tied)
            i = int(np.argmin(inside))
            if inside[i] < lowest:
                lowest, found = float(inside[i]), (k, i)
    if found[0] >= 0:
        return _meeting(space.X, group, *found)
    for k, item in enumerate(group.faces):
        if item.rank < space.X.shape[1]:
            slope, v = _slope_off_face(space.X, state, k)
            if slope > TURNS * state.lam:
                return _parting(space.X, group, k, v)
    return None


def _leaving(group: FaceGroup, k: int) -> Violation:
    def next_faces(state: PathState, _: int) -> tuple[list[Face], list[int]]:
        faces, ids = list(state.group.faces), list(state.group.ids)
        del faces[k], ids[k]
        return faces, ids

    return Violation(Change.LEAVES, lambda state: float(state.q[k]), next_faces, group.ids[k])


def _meeting(X: np.ndarray, group: FaceGroup, k: int, i: int) -> Violation:
    old = group.faces[k]
    side = 1.0 if old.on[i] else -1.0
    row = X[i] * side / np.linalg.norm(X[i])
    tied = old.tied | (np.arange(len(X)) == i)

    def next_faces(state: PathState, _: int) -> tuple[list[Face], list[int]]:
        return _replaced(state, k, face(X, old.sign, tied, old.on, state.direction(k)))

    return Violation(Change.MEETS, lambda state: float(row @ state.direction(k)), next_faces, group.ids[k])


def _parting(X: np.ndarray, group: FaceGroup, k: int, v: np.ndarray) -> Violation:
    old, pre = group.faces[k], X @ v
    turned = old.tied & (np.abs(pre) > VANISHES * np.linalg.norm(X, axis=1))
    on = old.on | (turned & (pre > 0))
    outputs = np.where(on, pre, 0.0)

    def next_faces(state: PathState, _: int) -> tuple[list[Face], list[int]]:
        return _replaced(state, k, face(X, old.sign, old.tied & ~turned, on, state.direction(k)))

    return Violation(
        Change.PARTS, lambda state: -old.sign * float(state.z @ outputs) / state.lam, next_faces, group.ids[k]
    )


def _of_missing_neuron(space: Geometry, state: PathState) -> Violation | None:
    """Return the violation by a neuron that the state lacks, and whose support is above λ."""
    found = exact_support(space, state.z)
    assert found is not None
    if found.value <= state.lam * (1.0 + EXCEEDS):
        return None
    new = face_of(space.X, found.u, found.sign)
    for k, old in enumerate(state.group.faces):
        if old.shares_cone(new):  # an old neuron that leaves its face at a slope too small to be found above
            wider = face(space.X, old.sign, old.tied & new.tied, old.on | new.on, found.u)
            return _widening(state.group, k, wider)

    def next_faces(state: PathState, number: int) -> tuple[list[Face], list[int]]:
        return [*state.group.faces, new], [*state.group.ids, number]

    def margin(state: PathState) -> float:
        return 1.0 - float(np.linalg.norm(new.outputs.T @ state.z)) / state.lam

    return Violation(Change.ENTERS, margin, next_faces, None)


def _widening(group: FaceGroup, k: int, wider: Face) -> Violation:
    def next_faces(state: PathState, _: int) -> tuple[list[Face], list[int]]:
        return _replaced(state, k, wider)

    return Violation(Change.PARTS, lambda _: 0.0, next_faces, group.ids[k])


def _replaced(state: PathState, k: int, new: Face) -> tuple[list[Face], list[int]]:
    faces = list(state.group.faces)
    faces[k] = new
    return faces, list(state.group.ids)


def _slope_off_face(X: np.ndarray, state: PathState, k: int) -> tuple[float, np.ndarray]:
    """Return the steepest slope of sign · zᵀ relu(X u) off the face of neuron k, and the unit direction (d,) it has.

    Off the face the tied rows become active: in a direction v the slope is Σ_on z_i x_iᵀv + Σ_tied z_i relu(x_iᵀv), in
    the coordinates of the face's complement once more a support function, the linear part being two opposite rows.
    """
    item = state.group.faces[k]
    z = item.sign * state.z
    tied = item.tied & np.any(X != 0, axis=1)
    if not tied.any():
        return 0.0, np.zeros(X.shape[1])
    outer = np.linalg.svd(X[tied])[2][: X.shape[1] - item.rank].T
    linear = outer.T @ (X.T @ (z * item.on))
    rows, weights = X[tied] @ outer, z[tied]
    if outer.shape[1] == 1:
        up = float(linear[0] + weights @ np.maximum(rows[:, 0], 0.0))
        down = float(-linear[0] + weights @ np.maximum(-rows[:, 0], 0.0))
        return (up, outer[:, 0]) if up >= down else (down, -outer[:, 0])
    around = geometry(np.concatenate([rows, linear[None, :], -linear[None, :]]))
    found = exact_support(around, np.concatenate([weights, [1.0, -1.0]]), signed=True)
    return (0.0, outer[:, 0]) if found is None else (found.value, outer @ found.u)


def after_change(
    state: PathState, y: np.ndarray, violated: Violation, number: int
) -> tuple[FaceGroup, np.ndarray, list[tuple[Change, int]]]:
    """Return the faces after the change that restores a condition, lengths to start from, and the changes made.

    ``number`` is that of the neuron that may enter.
    """
    faces, ids = violated.next_faces(state, number)
    q = dict(zip(state.group.ids, state.q, strict=True))
    happened = [(violated.change, number if violated.id is None else violated.id)]
    kept: list[int] = []
    for j, item in enumerate(faces):
        equal = next((k for k in kept if faces[k].same(item)), None)
        if equal is None:
            kept.append(j)
        else:
            q[ids[equal]] += q[ids[j]]
            happened.append((Change.JOINS, ids[j]))
    ids = [ids[j] for j in kept]
    return face_group(y, [faces[j] for j in kept], ids), np.array([max(q.get(i, 0.0), 0.0) for i in ids]), happened
