"""A few atoms, each free on a face of its cone: Newton's method on their magnitudes and directions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from landscape.atoms import Atoms

STEPS = 60
"""Newton steps allowed between two changes of face."""


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
    steps = 0
    while held and steps < STEPS:
        steps += 1
        J = np.concatenate([atom.outputs for atom in held], axis=1)
        p = np.concatenate([atom.p for atom in held])
        places = np.cumsum([0, *(atom.rank for atom in held)])
        M = 2.0 * (J.T @ J)
        ridge = 1e-15 * np.trace(M) * np.eye(len(p))
        blocked = None
        while steps < STEPS:
            steps += 1
            length = np.sqrt(np.add.reduceat(p * p, places[:-1]))
            unit = p / np.repeat(length, np.diff(places))
            residual = y - J @ p
            slope = 2.0 * (lam * unit - J.T @ residual)
            H = M + ridge
            for k, atom in enumerate(held):
                if atom.rank > 1:
                    at = slice(places[k], places[k + 1])
                    H[at, at] += 2.0 * lam / length[k] * (np.eye(atom.rank) - np.outer(unit[at], unit[at]))
            change = -np.linalg.solve(H, slope)
            fall = float(slope @ change)
            value = float(residual @ residual) + 2.0 * lam * float(length.sum())
            if not fall < -1e-16 * value:
                break
            reach, blocked = _room(held, places, p, change)
            step = min(1.0, reach)
            lower, moved = _descend(J, y, lam, places, p, change, step, value, fall)
            if moved is None:
                blocked = None
                break
            hit, p = lower == reach, moved
            if hit:
                break
            blocked = None
        held = [replace(atom, p=p[places[k] : places[k + 1]]) for k, atom in enumerate(held)]
        if blocked is None:
            return held
        k, facet = blocked
        survivor = held[k].on_facet(facet)
        held = held[:k] + ([] if survivor is None else [survivor]) + held[k + 1 :]
    return held


def _room(held: list[Atom], places: np.ndarray, p: np.ndarray, change: np.ndarray) -> tuple[float, tuple[int, int]]:
    """Return how far p may move before an atom meets a facet (or, on a ray, zero), and which."""
    nearest, which = np.inf, (-1, -1)
    for k, atom in enumerate(held):
        at = slice(places[k], places[k + 1])
        if atom.rank == 1:
            inside, speed = p[at], change[at]
        else:
            inside, speed = atom.facets @ p[at], atom.facets @ change[at]
        falling = speed < 0
        if falling.any():
            times = np.where(falling, np.maximum(inside, 0.0) / np.where(falling, -speed, 1.0), np.inf)
            j = int(np.argmin(times))
            if times[j] < nearest:
                nearest, which = float(times[j]), (k, j)
    return nearest, which


def _descend(J, y, lam, places, p, change, step, value, fall):  # type: ignore[no-untyped-def]  # noqa: PLR0917
    """Return the first of step, step/2, ... that lowers the objective enough, and where it leads."""
    for _ in range(40):
        moved = p + step * change
        residual = J @ moved - y
        length = np.sqrt(np.add.reduceat(moved * moved, places[:-1]))
        after = float(residual @ residual) + 2.0 * lam * float(length.sum())
        if after <= value + 1e-4 * step * fall or (abs(fall) < 1e-12 * value and after <= value * (1 + 1e-15)):
            return step, moved
        step *= 0.5
    return 0.0, None
