"""Newton's method for the logistic loss: a few atoms, each free on a face of its cone, and the output bias."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import accumulate
from math import isinf

import numpy as np

from landscape.convex.solver.newton import (
    EVENTS,
    SHORTEST,
    SLOPE,
    VANISHED,
    FaceAtom,
    Facets,
    at_coordinates,
    newton_step,
    on_facets,
)
from landscape.model.loss import logistic_loss, sigmoid

STEPS = 60
"""Newton steps allowed between two changes of face: far from an optimum the curvature changes from step to step."""

ROUNDING = 1e-14
"""A fall below this share of the objective is rounding."""


@dataclass(frozen=True, eq=False)
class Held:
    """Atoms and an output bias, 0 where there is none."""

    atoms: list[FaceAtom]
    bias: float = 0.0

    def outputs(self, n: int) -> np.ndarray:
        """Return f (n,)."""
        f = np.full(n, self.bias)
        for atom in self.atoms:
            f += atom.outputs @ atom.p
        return f


@dataclass(frozen=True, eq=False)
class Target:
    """What is minimised: Σ log(1 + exp(−y_i f_i)) + 2λ Σ ‖u‖ + p b².

    Arguments
        y: (n,) classes; lam: λ > 0; penalty: p of the output bias, infinite where there is none.
    """

    y: np.ndarray
    lam: float
    penalty: float

    @property
    def biased(self) -> bool:
        """Whether there is an output bias."""
        return not isinf(self.penalty)

    def value(self, f: np.ndarray, norm: float, bias: float) -> float:
        """Return the objective of outputs f (n,), the bias b included, and atoms of a norm Σ ‖u‖."""
        loss = float(logistic_loss(self.y * f).sum()) + 2.0 * self.lam * norm
        return loss + self.penalty * bias * bias if self.biased else loss

    def of(self, held: Held) -> float:
        """Return the objective of what is held."""
        norm = sum(atom.length for atom in held.atoms)
        return self.value(held.outputs(len(self.y)), norm, held.bias)

    def dual(self, f: np.ndarray) -> np.ndarray:
        """Return z = −½ ∂loss/∂f (n,)."""
        return np.asarray(0.5 * self.y * sigmoid(-self.y * f))


def newton(held: Held, target: Target, halted: Callable[[], bool] = lambda: False) -> Held:
    """Minimise over the faces of the atoms held and the bias, λ > 0, as ``solver.newton`` does for the squared loss.

    A step that would leave faces ends on their facets, where the atoms stay (or leave, at zero). ``halted`` is asked
    before each step: where it is True, what is held is returned as it is.
    """
    for _ in range(EVENTS):
        lengths = [atom.length for atom in held.atoms]
        least = VANISHED * max(lengths, default=0.0)
        held = Held([atom for atom, length in zip(held.atoms, lengths, strict=True) if length > least], held.bias)
        if not held.atoms and not target.biased:
            break
        held, met = _settle(held, target, halted)
        if not met:
            break
    return held


def _settle(held: Held, target: Target, halted: Callable[[], bool]) -> tuple[Held, bool]:
    """Take Newton steps on the present faces until the slope vanishes or atoms meet facets; return whether any did."""
    if halted():
        return held, False
    atoms, y, lam = held.atoms, target.y, target.lam
    ranks = [atom.rank for atom in atoms]
    K = sum(ranks)  # coordinates of atoms; the bias is one more
    owner = np.repeat(np.arange(len(atoms)), ranks)
    spans = [slice(end - rank, end) for end, rank in zip(accumulate(ranks), ranks, strict=True)]
    columns = [atom.outputs for atom in atoms] + ([np.ones((len(y), 1))] if target.biased else [])
    J = np.concatenate(columns, axis=1)
    p = np.concatenate([*(atom.p for atom in atoms), *([[held.bias]] if target.biased else [])])
    facets = Facets.of(atoms, spans) if atoms else None
    curved = 2.0 * lam * (np.array(ranks, dtype=float) > 1)  # along a ray the norm is linear
    own = owner[:, None] == owner[None, :] if curved.any() else None

    def state(p: np.ndarray) -> tuple[np.ndarray, np.ndarray, float]:
        f, length = J @ p, np.sqrt(np.bincount(owner, p[:K] * p[:K], minlength=len(atoms)))
        return f, length, target.value(f, float(length.sum()), float(p[K]) if target.biased else 0.0)

    def at(p: np.ndarray) -> Held:
        return Held(at_coordinates(atoms, p, spans), float(p[K]) if target.biased else 0.0)

    f, length, value = state(p)
    steepest, settled = np.inf, False
    for _ in range(STEPS):
        unit = p[:K] / length[owner]
        wrong, right = sigmoid(-y * f), sigmoid(y * f)
        slope = -(J.T @ (y * wrong))
        slope[:K] += 2.0 * lam * unit
        H = (J.T * (wrong * right)) @ J
        H.flat[:: len(H) + 1] += 1e-15 * H.trace()
        if target.biased:
            slope[K] += 2.0 * target.penalty * p[K]
            H[K, K] += 2.0 * target.penalty
        steep = float(np.abs(slope).max())
        if steep <= SLOPE * lam or (settled and steep > 0.5 * steepest) or (steepest < np.inf and halted()):
            break
        steepest = steep
        if own is not None:
            bend = (curved / length)[owner]
            H[:K, :K] -= own * ((bend * unit)[:, None] * unit)
            H.flat[: K * (len(H) + 1) : len(H) + 1] += bend
        change = newton_step(H, slope)
        fall = float(slope @ change)
        settled = -fall <= ROUNDING * value  # below the rounding of the objective: from here the slope decides
        times = np.full(1, np.inf) if facets is None else facets.times(p[:K], change[:K])
        first_meeting = float(times.min())
        if facets is not None and first_meeting < 1.0 and not settled:
            # All the facets on the way at once, where that lowers the objective as a step should.
            there, inside = on_facets(atoms, spans, p[:K], change[:K], facets.met(times, 1.0), 1.0)
            moved = Held(there, float(p[K] + change[K]) if target.biased else 0.0)
            if inside and target.of(moved) <= value + 1e-4 * fall:
                return moved, True
        allowed = ROUNDING * value if settled else 1e-4 * fall
        step, before = min(1.0, first_meeting), value
        shortest = SHORTEST * step
        while True:
            q = p + step * change
            f, length, value = state(q)
            if value <= before + step * allowed:
                break
            step *= 0.5
            if step <= shortest:
                return at(p), False
        if facets is not None and step == first_meeting:
            there, _ = on_facets(atoms, spans, p[:K], change[:K], facets.met(times, first_meeting), first_meeting)
            return Held(there, float(q[K]) if target.biased else 0.0), True
        p = q
    return at(p), False
