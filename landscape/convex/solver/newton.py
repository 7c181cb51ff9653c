"""A few atoms, each free on a face of its cone: Newton's method on their magnitudes and directions."""

from __future__ import annotations

from bisect import bisect
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import accumulate
from math import hypot, sqrt

import numpy as np

from landscape.convex.solver.atoms import Atoms
from landscape.model.output_bias import centred

EVENTS = 1000
"""Changes of face after which the present atoms are returned as they are."""

STEPS = 40
"""Newton steps allowed between two changes of face."""

VANISHED = 1e-12
"""An atom this short beside the longest is zero: its curvature 2λ/‖u‖ would only hide the others'."""

SHORTEST = 1e-12
"""A step cut down to this share of its length that still does not lower the objective ends the search."""

SLOPE = 1e-12
"""A slope below this share of λ is zero."""

DENSE = 5000
"""Up to this many entries the facets of all atoms are one matrix: one product then takes less time than many."""

HALF_LINE = np.ones((1, 1))
"""The facet of a ray: its coordinate is not negative."""


@dataclass(slots=True, eq=False)
class FaceAtom:
    """One vector u = B p of the convex twin, moving on a face of a cone on which relu(X u) is linear.

    Arguments
        basis: (d, r) orthonormal B of the face's span.
        outputs: (n, r) sign · D X B, so that the atom computes outputs @ p.
        facets: (f, r) inward normals G of the face within its span, G p ≥ 0; for a ray p ≥ 0 itself.
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
        u: np.ndarray = self.basis @ self.p
        return u

    @property
    def length(self) -> float:
        """‖u‖."""
        return sqrt(self.p @ self.p)

    def at(self, p: np.ndarray) -> FaceAtom:
        """Return the atom with other coordinates on the same face."""
        return FaceAtom(self.basis, self.outputs, self.facets, p, self.sign, self.place, self.beyond)

    def on_facet(self, facet: int, target: np.ndarray) -> FaceAtom | None:
        """Return the atom, which has met one of its facets, moved along it to the point of it nearest to a target (r,).

        None where that leaves only zero.
        """
        if self.rank == 1:
            return None
        place = self.beyond[facet] if self.beyond else self.place
        if self.rank == 2:
            a, b = self.facets[facet]
            length = hypot(a, b)
            along = np.array([-b / length, a / length])
            if along @ self.p < 0:
                along = -along
            reach = along @ target
            if not reach > 0:
                return None
            ray = along[:, None]
            return FaceAtom(self.basis @ ray, self.outputs @ ray, HALF_LINE, np.array([reach]), self.sign, place)
        normal = self.facets[facet] / np.linalg.norm(self.facets[facet])
        inside = np.linalg.svd(normal[None, :])[2][1:].T
        facets = self.facets @ inside
        length = np.linalg.norm(facets, axis=1)
        facets = facets[length > 1e-12] / length[length > 1e-12, None]
        return FaceAtom(self.basis @ inside, self.outputs @ inside, facets, inside.T @ target, self.sign, place)


def as_atoms(held: Sequence[FaceAtom], d: int) -> Atoms:
    """Return held atoms as plain vectors with signs."""
    if not held:
        return Atoms.none(d)
    return Atoms(np.stack([atom.vector for atom in held], axis=1), np.array([atom.sign for atom in held]))


def newton(
    held: list[FaceAtom], y: np.ndarray, lam: float, halted: Callable[[], bool] = lambda: False, share: float = 0.0
) -> list[FaceAtom]:
    """Minimise ‖Σ outputs_k p_k − y‖² + 2λ Σ ‖p_k‖ over the faces of the atoms held, λ > 0.

    With an output bias, which takes a ``share`` of the mean, the outputs are ``centred``; the labels already are.

    A step that would leave faces ends on their facets, where the atoms stay (or leave, at zero): each such event
    lowers the number of free coordinates, and between events Newton's method converges quadratically. ``halted`` is
    asked before each step: where it is True, the atoms are returned as they are.
    """
    for _ in range(EVENTS):
        lengths = [atom.length for atom in held]
        least = VANISHED * max(lengths, default=0.0)
        held = [atom for atom, length in zip(held, lengths, strict=True) if length > least]
        if not held:  # all have left, or are so short that their length underflows
            break
        held, met = _settle(held, y, lam, halted, share)
        if not met:
            break
    return held


def _settle(
    held: list[FaceAtom], y: np.ndarray, lam: float, halted: Callable[[], bool], share: float
) -> tuple[list[FaceAtom], bool]:
    """Take Newton steps on the present faces until the slope vanishes or atoms meet facets; return whether any did."""
    if halted():
        return held, False
    J = centred(np.concatenate([atom.outputs for atom in held], axis=1), share)
    p = np.concatenate([atom.p for atom in held])
    ranks = [atom.rank for atom in held]
    owner = np.repeat(np.arange(len(held)), ranks)
    spans = [slice(end - rank, end) for end, rank in zip(accumulate(ranks), ranks, strict=True)]
    facets = Facets.of(held, spans)
    curved = 2.0 * lam * (np.array(ranks) > 1)  # along a ray the norm is linear
    own = owner[:, None] == owner[None, :] if curved.any() else None
    M = 2.0 * (J.T @ J)
    M.flat[:: len(M) + 1] += 1e-15 * M.trace()

    def state(p: np.ndarray) -> tuple[np.ndarray, np.ndarray, float]:
        residual, length = y - J @ p, np.sqrt(np.bincount(owner, p * p))
        return residual, length, float(residual @ residual) + 2.0 * lam * float(length.sum())

    residual, length, value = state(p)
    steepest, settled = np.inf, False
    for _ in range(STEPS):
        unit = p / length[owner]
        slope = 2.0 * (lam * unit - J.T @ residual)
        steep = float(np.abs(slope).max())
        if steep <= SLOPE * lam or (settled and steep > 0.5 * steepest) or (steepest < np.inf and halted()):
            break
        steepest = steep
        H = M
        if own is not None:
            bend = (curved / length)[owner]
            H = M - own * ((bend * unit)[:, None] * unit)
            H.flat[:: len(H) + 1] += bend
        change = newton_step(H, slope)
        fall = float(slope @ change)
        settled = -fall <= 1e-14 * value  # below the rounding of the objective: from here the slope decides
        times = facets.times(p, change)
        first_meeting = float(times.min())
        if first_meeting < 1.0 and not settled:
            # All the facets on the way at once, where that lowers the objective as a step should.
            there, inside = on_facets(held, spans, p, change, facets.met(times, 1.0), 1.0)
            if inside and _objective(there, y, lam, share) <= value + 1e-4 * fall:
                return there, True
        allowed = 1e-14 * value if settled else 1e-4 * fall
        step, before = min(1.0, first_meeting), value
        shortest = SHORTEST * step
        while True:
            q = p + step * change
            residual, length, value = state(q)
            if value <= before + step * allowed:
                break
            step *= 0.5
            if step <= shortest:
                return at_coordinates(held, p, spans), False
        if step == first_meeting:
            return on_facets(held, spans, p, change, facets.met(times, first_meeting), first_meeting)[0], True
        p = q
    return at_coordinates(held, p, spans), False


@dataclass(slots=True, eq=False)
class Facets:
    """The facets of several atoms in sequence: one matrix where it is small, and where those of each atom end."""

    held: list[FaceAtom]
    spans: list[slice]
    ends: list[int]
    matrix: np.ndarray | None

    @classmethod
    def of(cls, held: list[FaceAtom], spans: list[slice]) -> Facets:
        """Return those of atoms whose coordinates are at these spans of all."""
        ends = list(accumulate(len(atom.facets) for atom in held))
        matrix = None
        if ends[-1] * spans[-1].stop <= DENSE:
            matrix = np.zeros((ends[-1], spans[-1].stop))
            for atom, end, span in zip(held, ends, spans, strict=True):
                matrix[end - len(atom.facets) : end, span] = atom.facets
        return cls(held, spans, ends, matrix)

    def along(self, q: np.ndarray) -> np.ndarray:
        """Return G q for the facets of every atom."""
        if self.matrix is not None:
            product: np.ndarray = self.matrix @ q
            return product
        return np.concatenate([atom.facets @ q[span] for atom, span in zip(self.held, self.spans, strict=True)])

    def times(self, p: np.ndarray, change: np.ndarray) -> np.ndarray:
        """Return when, moving from p by ``change`` in the time 1, each facet is met; infinity where it is not."""
        speed = self.along(change)
        falling = speed < 0
        return np.where(falling, np.maximum(self.along(p), 0.0) / np.where(falling, -speed, 1.0), np.inf)

    def met(self, times: np.ndarray, until: float) -> dict[int, tuple[int, float]]:
        """Return the facet that each atom meets first, and when, for the atoms that meet one by a time."""
        found: dict[int, tuple[int, float]] = {}
        rows = np.flatnonzero(times <= until).tolist()
        for row in sorted(rows, key=times.__getitem__):
            k = bisect(self.ends, row)
            found.setdefault(k, (row - self.ends[k] + len(self.held[k].facets), float(times[row])))
        return found


def at_coordinates(held: list[FaceAtom], p: np.ndarray, spans: list[slice]) -> list[FaceAtom]:
    """Return the atoms at coordinates p (K,), of which each has a span."""
    return [atom.at(p[span]) for atom, span in zip(held, spans, strict=True)]


def on_facets(
    held: list[FaceAtom],
    spans: list[slice],
    p: np.ndarray,
    change: np.ndarray,
    met: dict[int, tuple[int, float]],
    step: float,
) -> tuple[list[FaceAtom], bool]:
    """Return the atoms after a step, those that met a facet on it, and whether all of these lie within their faces."""
    there: list[FaceAtom] = []
    inside = True
    for k, atom in enumerate(at_coordinates(held, p + step * change, spans)):
        if k not in met:
            there.append(atom)
            continue
        facet, time = met[k]
        projected = atom.at(p[spans[k]] + time * change[spans[k]]).on_facet(facet, atom.p)
        if projected is not None:
            there.append(projected)
            inside = inside and (projected.rank == 1 or bool(np.all(projected.facets @ projected.p >= 0)))
    return there, inside


def misfit(held: Sequence[FaceAtom], y: np.ndarray, share: float = 0.0) -> np.ndarray:
    """Return the residual (n,), y less the outputs of the atoms, these ``centred``."""
    if share:
        outputs = np.zeros(len(y))
        for atom in held:
            outputs += atom.outputs @ atom.p
        return np.asarray(y - centred(outputs, share))
    residual = y.copy()
    for atom in held:
        residual -= atom.outputs @ atom.p
    return residual


def _objective(held: list[FaceAtom], y: np.ndarray, lam: float, share: float) -> float:
    residual = misfit(held, y, share)
    return float(residual @ residual) + 2.0 * lam * sum(atom.length for atom in held)


def newton_step(H: np.ndarray, slope: np.ndarray) -> np.ndarray:
    """Return −H⁻¹ slope, or the shortest such step where outputs of atoms are linearly dependent, or nearly so."""
    try:
        step = -np.linalg.solve(H, slope)
    except np.linalg.LinAlgError:
        step = slope
    return step if slope @ step <= 0 else -np.linalg.lstsq(H, slope, rcond=None)[0]
