"""A few atoms, each free on a face of its cone: Newton's method on their magnitudes and directions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from landscape.solver.atoms import Atoms

EVENTS = 1000
"""Changes of face after which the present atoms are returned as they are."""

STEPS = 40
"""Newton steps allowed between two changes of face."""

VANISHED = 1e-12
"""An atom this short beside the longest is zero: its curvature 2λ/‖u‖ would only hide the others'."""

TOUCHING = 1e-12
"""A facet within this share of a Newton step is met at once."""

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
        lengths = [float(np.linalg.norm(atom.p)) for atom in held]
        held = [atom for atom, length in zip(held, lengths, strict=True) if length > VANISHED * max(lengths)]
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
    ranks = np.array([len(atom.p) for atom in held])
    ends = np.cumsum(ranks)
    begins = ends - ranks
    owner = np.repeat(np.arange(len(held)), ranks)
    wide = [(k, slice(begins[k], ends[k]), np.eye(ranks[k])) for k in np.flatnonzero(ranks > 1)]
    rays = np.flatnonzero(ranks == 1)
    M = 2.0 * (J.T @ J)
    M.flat[:: len(M) + 1] += 1e-15 * np.trace(M)
    event, steepest, settled = None, np.inf, False
    for _ in range(STEPS):
        length = np.sqrt(np.bincount(owner, p * p))
        unit = p / length[owner]
        residual = y - J @ p
        slope = 2.0 * (lam * unit - J.T @ residual)
        steep = float(np.abs(slope).max())
        if steep <= SLOPE * lam or (settled and steep > 0.5 * steepest):
            break
        steepest = steep
        H = M.copy()
        for k, at, identity in wide:
            u = unit[at]
            H[at, at] += (2.0 * lam / length[k]) * (identity - u[:, None] * u)
        change = -_solved(H, slope)
        fall = float(slope @ change)
        value = float(residual @ residual) + 2.0 * lam * float(length.sum())
        settled = -fall <= 1e-14 * value  # below what the objective can tell: the slope decides from here
        room, facet = _nearest(p[begins[rays]], change[begins[rays]])
        met = (int(rays[facet]), 0) if room < np.inf else None
        for k, at, _ in wide:
            time, facet = _nearest(held[k].facets @ p[at], held[k].facets @ change[at])
            if time < room:
                room, met = time, (int(k), facet)
        if room <= TOUCHING:
            event = met
            break
        allowed = 1e-14 * value if settled else 1e-4 * fall
        step = _shortened(min(1.0, room), p, change, owner, residual, J @ change, lam, value, allowed)
        if step == 0.0:
            break
        p = p + step * change
        if step == room:
            event = met
            break
    return [
        Atom(atom.basis, atom.outputs, atom.facets, p[begin:end], atom.sign, atom.place, atom.beyond)
        for atom, begin, end in zip(held, begins, ends, strict=True)
    ], event


def _solved(H: np.ndarray, slope: np.ndarray) -> np.ndarray:
    """Return H⁻¹ slope, or the shortest such step where atoms compute exactly the same."""
    try:
        return np.linalg.solve(H, slope)
    except np.linalg.LinAlgError:
        return np.linalg.lstsq(H, slope, rcond=None)[0]


def _nearest(inside: np.ndarray, speed: np.ndarray) -> tuple[float, int]:
    """Return when the first of some quantities, not negative, falls to zero, and which; infinity where none does."""
    falling = speed < 0
    if not falling.any():
        return np.inf, -1
    times = np.where(falling, np.maximum(inside, 0.0), np.inf) / np.where(falling, -speed, 1.0)
    first = int(times.argmin())
    return float(times[first]), first


def _shortened(
    step: float,
    p: np.ndarray,
    change: np.ndarray,
    owner: np.ndarray,
    residual: np.ndarray,
    computed: np.ndarray,
    lam: float,
    value: float,
    allowed: float,
) -> float:
    """Return the first of step, step/2, ... that changes the objective by at most step · allowed, 0 if none does."""
    while step > TOUCHING:
        norm = float(np.sqrt(np.bincount(owner, (p + step * change) ** 2)).sum())
        misfit = residual - step * computed
        if float(misfit @ misfit) + 2.0 * lam * norm <= value + step * allowed:
            return step
        step *= 0.5
    return 0.0
