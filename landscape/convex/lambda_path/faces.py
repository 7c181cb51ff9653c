"""Neurons on faces of their cones, and one equation a neuron: its length as a smooth function of λ."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

VANISHES = 1e-10
"""A row this small on a face, relative to its length, vanishes there."""

NEWTON_STEPS = 30
"""Steps after which Newton's method gives up: the caller takes a shorter step in λ."""

SETTLED = 1e-13
"""Relative error of the support at which a neuron is on its equation, to rounding."""


@dataclass(frozen=True, eq=False)
class Face:
    """The part of a cone a neuron moves on: some rows vanish, the others keep their side.

    Arguments
        sign: +1.0 or -1.0, the sign of its second layer.
        tied: (n,) bool the rows that vanish on the face, zero rows among them.
        on: (n,) bool the rows active on it.
        basis: (d, r) orthonormal; for r = 1 it points along the face.
        outputs: (n, r) J = sign · D X B, so that a neuron u = B p computes J p.
    """

    sign: float
    tied: np.ndarray
    on: np.ndarray
    basis: np.ndarray
    outputs: np.ndarray

    @property
    def rank(self) -> int:
        """Dimension r of the face."""
        return int(self.basis.shape[1])

    def shares_cone(self, other: Face) -> bool:
        """Whether one closed cone and sign holds both faces: then at most one of them is optimal at a time."""
        opposed = (self.on & ~other.on & ~other.tied) | (other.on & ~self.on & ~self.tied)
        return self.sign == other.sign and not bool(opposed.any())

    def same(self, other: Face) -> bool:
        """Whether both are the same face."""
        return self.sign == other.sign and np.array_equal(self.tied, other.tied) and np.array_equal(self.on, other.on)


def face(X: np.ndarray, sign: float, tied: np.ndarray, on: np.ndarray, u: np.ndarray) -> Face:
    """Return the face of data X (n, d) on which the tied rows vanish, and the others keep the side of ``on``.

    ``u`` (d,) is a neuron near it, which orients a face of one dimension.
    """
    size = np.linalg.norm(X, axis=1)
    held = tied & (size > 0)
    basis = np.eye(X.shape[1])
    if held.any():
        _, values, right = np.linalg.svd(X[held] / size[held, None])
        basis = right[int(np.sum(values > 1e-9)) :].T
    if basis.shape[1] <= 1:
        direction = u if basis.shape[1] == 0 else basis[:, 0] * (basis[:, 0] @ u)
        basis = (direction / np.linalg.norm(direction))[:, None]
    pre = X @ basis
    tied = np.linalg.norm(pre, axis=1) <= VANISHES * size
    on = on & ~tied
    return Face(sign, tied, on, basis, sign * np.where(on[:, None], pre, 0.0))


def face_of(X: np.ndarray, u: np.ndarray, sign: float, tolerance: float = VANISHES) -> Face:
    """Return the smallest face of data X (n, d) that holds the neuron u (d,), or nearly does."""
    pre = X @ u
    tied = np.abs(pre) <= tolerance * np.linalg.norm(X, axis=1) * float(np.linalg.norm(u))
    return face(X, sign, tied, pre > 0, u)


@dataclass(frozen=True, eq=False)
class FaceGroup:
    """Faces of the active neurons, with the products that every λ needs.

    Arguments
        faces: the K faces; ids: the number of the neuron on each.
        J: (n, R) their outputs side by side; owner: (R,) the face of each column.
        C: (R, R) JᵀJ; b: (R,) Jᵀy.
    """

    faces: tuple[Face, ...]
    ids: tuple[int, ...]
    J: np.ndarray
    owner: np.ndarray
    C: np.ndarray
    b: np.ndarray

    def lengths(self, g: np.ndarray) -> np.ndarray:
        """Return the length (K,) of each face's part of g (R,)."""
        return np.sqrt(np.bincount(self.owner, g * g, minlength=len(self.faces)))


def face_group(y: np.ndarray, faces: Sequence[Face], ids: Sequence[int]) -> FaceGroup:
    """Return faces with their neurons' numbers and the products that labels y (n,) give."""
    J = np.concatenate([np.zeros((len(y), 0)), *(item.outputs for item in faces)], axis=1)
    owner = np.repeat(np.arange(len(faces)), [item.rank for item in faces])
    return FaceGroup(tuple(faces), tuple(ids), J, owner, J.T @ J, J.T @ y)


@dataclass(frozen=True, eq=False)
class PathState:
    """An optimum of the program over the faces of a group; lengths may be negative where it is continued too far.

    Arguments
        group: the faces; lam: λ.
        q: (K,) length of each neuron over λ.
        g: (R,) Jᵀz; its part of each face is λ times the neuron's direction there.
        z: (n,) the residual y − f.
    """

    group: FaceGroup
    lam: float
    q: np.ndarray
    g: np.ndarray
    z: np.ndarray

    def direction(self, k: int) -> np.ndarray:
        """Return the unit neuron (d,) on face k."""
        u = self.group.faces[k].basis @ self.g[self.group.owner == k]
        unit: np.ndarray = u / np.linalg.norm(u)
        return unit

    def vectors(self) -> np.ndarray:
        """Return the neurons u (d, K) of the convex twin."""
        d = self.group.faces[0].basis.shape[0] if self.group.faces else 0
        columns = [self.direction(k) * self.q[k] * self.lam for k in range(len(self.q))]
        return np.stack(columns, axis=1) if columns else np.zeros((d, 0))


def settle(group: FaceGroup, y: np.ndarray, lam: float, q: np.ndarray) -> PathState | None:
    """Solve the optimality conditions on the faces of a group at λ, from lengths q nearby; None where that fails.

    A neuron of direction û on a face and length λ q is optimal where Jᵀz = λ û (the slope of (2)). Then
    z = (I + Σ q_k J_k J_kᵀ)⁻¹ y, and ‖J_kᵀ z‖ = λ is one equation a neuron, smooth through q_k = 0: these are the
    stationary points of yᵀ(I + Σ q_k J_k J_kᵀ)⁻¹ y + λ² Σ q_k, which is convex. Newton's method runs on
    1/‖J_kᵀ z‖ = 1/λ, which is linear in q for a single neuron.
    """
    if not group.faces:
        return PathState(group, lam, q, np.zeros(0), y)
    identity = np.eye(len(group.b))
    starts = np.searchsorted(group.owner, np.arange(len(group.faces)))
    worst = np.inf
    for _ in range(NEWTON_STEPS):
        if not np.all(np.isfinite(q)):
            return None
        try:
            solved = np.linalg.solve(
                identity + group.C * q[group.owner], np.concatenate([group.b[:, None], group.C], axis=1)
            )
        except np.linalg.LinAlgError:
            return None
        g, S = solved[:, 0], solved[:, 1:]
        length = group.lengths(g)
        if not np.all(length > 0):
            return None
        error = float(np.max(np.abs(length / lam - 1.0)))
        if error <= SETTLED or (error <= 1e-10 and error >= 0.5 * worst):
            rays = np.array([item.rank == 1 for item in group.faces])
            if np.any(rays & (g[starts] <= 0)) or not _convex(group, q):
                return None
            return PathState(group, lam, q, g, y - group.J @ (q[group.owner] * g))
        worst = error
        along = S * g[:, None] * g
        K = np.add.reduceat(np.add.reduceat(along, starts, axis=0), starts, axis=1)
        try:
            q = q + np.linalg.solve(K / length[:, None] ** 3, 1.0 / lam - 1.0 / length)
        except np.linalg.LinAlgError:
            return None
    return None


def _convex(group: FaceGroup, q: np.ndarray) -> bool:
    """Whether I + Σ q_k J_k J_kᵀ is positive definite: where some lengths are negative, it need not be."""
    if np.all(q >= 0):
        return True
    values, vectors = np.linalg.eigh(group.C)
    root = vectors * np.sqrt(np.maximum(values, 0.0))
    return bool(np.linalg.eigvalsh(root.T @ (root * q[group.owner][:, None]))[0] > -1.0)
