"""What makes a state optimal over all neurons, what breaks it, and the change of faces that mends it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum

import numpy as np

from landscape.convex.lambda_path.faces import VANISHES, Face, FaceGroup, PathState, face, face_of, piece
from landscape.geometry.support import Geometry, exact_support, geometry

NEGATIVE = 1e-13
"""A length below minus this share of the longest is negative."""

OUTSIDE = 1e-12
"""A neuron beyond a row by more than this, relative to both lengths, has left its cone."""

TURNS = 1e-9
"""A slope off a face above this share of λ makes a neuron leave it."""

ASKS = 1e-9
"""A support above λ by more than this share asks for a neuron."""


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


Mend = Callable[[PathState, int], tuple[list[Face], list[int]]]


@dataclass(frozen=True, eq=False)
class Broken:
    """A condition of optimality that a state breaks.

    Arguments
        change: what mends it.
        margin: the condition as a smooth function of the states of one piece, negative where broken.
        mend: the new faces and the neuron numbers on them, from a state at the event and a number for a new neuron.
        id: the neuron it happens to; None for a new one.
    """

    change: Change
    margin: Callable[[PathState], float]
    mend: Mend
    id: int | None


def broken(space: Geometry, state: PathState) -> Broken | None:
    """Return a condition that a state breaks, the cheap ones first; None where it is optimal over all neurons."""
    return _own(space, state) or _asked_for(space, state)


def _own(space: Geometry, state: PathState) -> Broken | None:
    """A neuron of negative length, beyond a row, or drawn off its face."""
    at, q = state.piece, state.q
    if not at.faces:
        return None
    k = int(np.argmin(q))
    if q[k] < -NEGATIVE * np.max(np.abs(q)):
        return _leaving(at, k)
    size = np.linalg.norm(space.X, axis=1)
    lowest, found = -OUTSIDE, (-1, -1)
    for k, item in enumerate(at.faces):
        if item.rank > 1:
            pre = (space.X @ state.direction(k)) * np.where(item.on, 1.0, -1.0)
            inside = np.divide(pre, size, out=np.ones_like(pre), where=~item.tied)
            i = int(np.argmin(inside))
            if inside[i] < lowest:
                lowest, found = float(inside[i]), (k, i)
    if found[0] >= 0:
        return _meeting(space.X, at, *found)
    for k, item in enumerate(at.faces):
        if item.rank < space.X.shape[1]:
            slope, v = _off(space.X, state, k)
            if slope > TURNS * state.lam:
                return _parting(space.X, at, k, v)
    return None


def _leaving(at: FaceGroup, k: int) -> Broken:
    def mend(state: PathState, _: int) -> tuple[list[Face], list[int]]:
        faces, ids = list(state.piece.faces), list(state.piece.ids)
        del faces[k], ids[k]
        return faces, ids

    return Broken(Change.LEAVES, lambda state: float(state.q[k]), mend, at.ids[k])


def _meeting(X: np.ndarray, at: FaceGroup, k: int, i: int) -> Broken:
    old = at.faces[k]
    side = 1.0 if old.on[i] else -1.0
    row = X[i] * side / np.linalg.norm(X[i])
    tied = old.tied | (np.arange(len(X)) == i)

    def mend(state: PathState, _: int) -> tuple[list[Face], list[int]]:
        return _replaced(state, k, face(X, old.sign, tied, old.on, state.direction(k)))

    return Broken(Change.MEETS, lambda state: float(row @ state.direction(k)), mend, at.ids[k])


def _parting(X: np.ndarray, at: FaceGroup, k: int, v: np.ndarray) -> Broken:
    old, pre = at.faces[k], X @ v
    turned = old.tied & (np.abs(pre) > VANISHES * np.linalg.norm(X, axis=1))
    on = old.on | (turned & (pre > 0))
    drawn = np.where(on, pre, 0.0)

    def mend(state: PathState, _: int) -> tuple[list[Face], list[int]]:
        return _replaced(state, k, face(X, old.sign, old.tied & ~turned, on, state.direction(k)))

    return Broken(Change.PARTS, lambda state: -old.sign * float(state.z @ drawn) / state.lam, mend, at.ids[k])


def _asked_for(space: Geometry, state: PathState) -> Broken | None:
    """A neuron that is not there, and whose support is above λ."""
    found = exact_support(space, state.z)
    assert found is not None
    if found.value <= state.lam * (1.0 + ASKS):
        return None
    new = face_of(space.X, found.u, found.sign)
    for k, old in enumerate(state.piece.faces):
        if old.shares_cone(new):  # an old one that turns off its face too slowly to be caught by its slope
            wider = face(space.X, old.sign, old.tied & new.tied, old.on | new.on, found.u)
            return _widening(state.piece, k, wider)

    def mend(state: PathState, number: int) -> tuple[list[Face], list[int]]:
        return [*state.piece.faces, new], [*state.piece.ids, number]

    def margin(state: PathState) -> float:
        return 1.0 - float(np.linalg.norm(new.outputs.T @ state.z)) / state.lam

    return Broken(Change.ENTERS, margin, mend, None)


def _widening(at: FaceGroup, k: int, wider: Face) -> Broken:
    def mend(state: PathState, _: int) -> tuple[list[Face], list[int]]:
        return _replaced(state, k, wider)

    return Broken(Change.PARTS, lambda _: 0.0, mend, at.ids[k])


def _replaced(state: PathState, k: int, new: Face) -> tuple[list[Face], list[int]]:
    faces = list(state.piece.faces)
    faces[k] = new
    return faces, list(state.piece.ids)


def _off(X: np.ndarray, state: PathState, k: int) -> tuple[float, np.ndarray]:
    """Return the steepest slope of sign · zᵀ relu(X u) off the face of neuron k, and the unit direction (d,) it has.

    Off the face the tied rows begin to act: in a direction v the slope is Σ_on z_i x_iᵀv + Σ_tied z_i relu(x_iᵀv), in
    the coordinates of the face's complement once more a support function, the linear part being two opposite rows.
    """
    item = state.piece.faces[k]
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


def mended(
    state: PathState, y: np.ndarray, change: Broken, number: int
) -> tuple[FaceGroup, np.ndarray, list[tuple[Change, int]]]:
    """Return the piece after a change, lengths to start from there, and what happened to which neuron."""
    faces, ids = change.mend(state, number)
    q = dict(zip(state.piece.ids, state.q, strict=True))
    happened = [(change.change, number if change.id is None else change.id)]
    kept: list[int] = []
    for j, item in enumerate(faces):
        twin = next((k for k in kept if faces[k].same(item)), None)
        if twin is None:
            kept.append(j)
        else:
            q[ids[twin]] += q[ids[j]]
            happened.append((Change.JOINS, ids[j]))
    ids = [ids[j] for j in kept]
    return piece(y, [faces[j] for j in kept], ids), np.array([max(q.get(i, 0.0), 0.0) for i in ids]), happened
