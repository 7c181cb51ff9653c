"""A few atoms, each free on a face of its cone: Newton's method on their magnitudes and directions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from landscape.atoms import Atoms

EVENTS = 1000
"""Changes of face after which the present atoms are returned as they are."""

STEPS = 40
"""Newton steps allowed between two changes of face."""

SLOPE = 1e-12
"""A slope below this share of λ is zero."""


@dataclass(frozen=True, eq=False)
class Atom:
    """One vector u = B p of the convex twin, moving on a face of a cone on which relu(X u) is linear.

    Arguments
        basis: (d, r) orthonormal B of the face's span.
        outputs: (n, r) sign · D X B, so that the atom computes outputs @ p.
        facets: (f, r) inward normals G of the face within its span, G p ≥ 0; none for a ray, where p > 0.
        p: (r,) coordinates.
        sign: +1.0 or -1.0.
        place: the number of its cone; for a ray of a fan, of the edge.
        beyond: the place of the ray on each facet, where the rays are numbered.
    """

    basis: np.ndarray
    outputs: np.ndarray
    facets: np.ndarray
    p: np.ndarray
    sign: float
    place: int
    beyond: tuple[int, ...] = ()

    @property
    def rank(self) -> int:
        """Number r of free coordinates."""
        return len(self.p)

    @property
    def vector(self) -> np.ndarray:
        """The atom u (d,)."""
        return self.basis @ self.p

    def stays(self) -> bool:
        """Whether u lies on its face, and not beyond."""
        inside = self.p if self.rank == 1 else self.facets @ self.p
        return bool(np.all(inside >= 0))

    def on_facet(self, facet: int) -> Atom | None:
        """Return the atom held on one of its facets, or None where that leaves only zero."""
        if self.rank == 1:
            return None
        normal = self.facets[facet] / np.linalg.norm(self.facets[facet])
        inside = np.linalg.svd(normal[None, :])[2][1:].T
        p = inside.T @ self.p
        if self.rank == 2:
            if p[0] < 0:
                inside, p = -inside, -p
            if p[0] <= 0:
                return None
        facets = self.facets @ inside
        length = np.linalg.norm(facets, axis=1)
        facets = facets[length > 1e-12] / length[length > 1e-12, None]
        if self.rank == 2:
            facets = facets[:0]
        return Atom(
            basis=self.basis @ inside,
            outputs=self.outputs @ inside,
            facets=facets,
            p=p,
            sign=self.sign,
            place=self.beyond[facet] if self.beyond else self.place,
        )


def as_atoms(held: Sequence[Atom], d: int) -> Atoms:
    """Return held atoms as plain vectors with signs."""
    if not held:
        return Atoms.none(d)
    return Atoms(np.stack([atom.vector for atom in held], axis=1), np.array([atom.sign for atom in held]))


def newton(held: list[Atom], y: np.ndarray, lam: float) -> list[Atom]:
    """Minimise ‖Σ outputs_k p_k − y‖² + 2λ Σ ‖p_k‖ over the faces of the atoms held, λ > 0.

    A step that would leave a face stops on its facet, where the atom stays (or leaves, at zero): each such event
    lowers the number of free coordinates, and between events Newton's method converges quadratically.
    """
    for _ in range(EVENTS):
        if not held:
            break
        held, event = _settle(held, y, lam)
        if event is None:
            break
        k, facet = event
        survivor = held[k].on_facet(facet)
        held = [*held[:k], *([] if survivor is None else [survivor]), *held[k + 1 :]]
    return held


def _settle(held: list[Atom], y: np.ndarray, lam: float) -> tuple[list[Atom], tuple[int, int] | None]:
    """Take Newton steps on the present faces until the slope vanishes or an atom meets a facet; say which."""
    J = np.concatenate([atom.outputs for atom in held], axis=1)
    p = np.concatenate([atom.p for atom in held])
    ends = np.cumsum([atom.rank for atom in held])
    begins = ends - [atom.rank for atom in held]
    owner = np.repeat(np.arange(len(held)), ends - begins)
    wide = [(k, slice(begins[k], ends[k])) for k, atom in enumerate(held) if atom.rank > 1]
    M = 2.0 * (J.T @ J)
    M[np.diag_indices_from(M)] += 1e-15 * np.trace(M)
    event, steepest, settled = None, np.inf, False
    for _ in range(STEPS):
        length = np.sqrt(np.bincount(owner, p * p))
        unit = p / length[owner]
        residual = y - J @ p
        slope = 2.0 * (lam * unit - J.T @ residual)
        steep = float(np.max(np.abs(slope)))
        if steep <= SLOPE * lam or (settled and steep > 0.5 * steepest):
            break
        steepest = steep
        H = M.copy()
        for k, at in wide:
            H[at, at] += 2.0 * lam / length[k] * (np.eye(len(p[at])) - np.outer(unit[at], unit[at]))
        change = -np.linalg.solve(H, slope)
        fall = float(slope @ change)
        value = float(residual @ residual) + 2.0 * lam * float(length.sum())
        settled = -fall <= 1e-14 * value  # below what the objective can tell: the slope decides from here
        room, facet = _room(held, begins, ends, p, change)
        step = min(1.0, room)
        while not settled and step > 1e-12:
            after = np.sqrt(np.bincount(owner, (p + step * change) ** 2)).sum()
            misfit = residual - step * (J @ change)
            if float(misfit @ misfit) + 2.0 * lam * float(after) <= value + 1e-4 * step * fall:
                break
            step *= 0.5
        if step <= 1e-12 < room:
            break
        p = p + step * change
        if step == room:
            event = facet
            break
    return [replace(atom, p=p[begins[k] : ends[k]]) for k, atom in enumerate(held)], event


def _room(
    held: list[Atom], begins: np.ndarray, ends: np.ndarray, p: np.ndarray, change: np.ndarray
) -> tuple[float, tuple[int, int]]:
    """Return how far p may move along a change before an atom meets a facet (or, on a ray, zero), and which."""
    nearest, which = np.inf, (-1, -1)
    for k, atom in enumerate(held):
        at = slice(begins[k], ends[k])
        inside, speed = (p[at], change[at]) if atom.rank == 1 else (atom.facets @ p[at], atom.facets @ change[at])
        for j in np.flatnonzero(speed < 0):
            time = max(float(inside[j]), 0.0) / -float(speed[j])
            if time < nearest:
                nearest, which = time, (k, int(j))
    return nearest, which
