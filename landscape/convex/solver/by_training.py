"""Problem (2) for data of any size: wide networks are trained, made exact on the faces of cells, and widened again."""

from __future__ import annotations

import time
from collections.abc import Callable
from itertools import count as counted

import numpy as np

from landscape.convex.solver.atoms import TIED, Atoms, joined
from landscape.convex.solver.cell_columns import first_lengths, solve_by_cells
from landscape.convex.solver.climbing import ENTRIES, climbed, drawn, summits
from landscape.convex.solver.snapping import all_snapped, best_lengths
from landscape.geometry.sphere import Peaks
from landscape.model.output_bias import centred

NARROWEST = 40
"""Neurons of the first network, or twice the features where that is more."""

WIDER = 3
"""Neurons of a later network, for each that is in use."""

TRAINED = 500
"""Most iterations of L-BFGS in a round."""

DRAWN = 300
"""Neurons drawn in a round from which others are looked for."""

OFTEN = 3
"""How many times as many are drawn after each quiet round."""

QUIET = 3
"""Rounds that lower the objective by less than ``PROGRESS`` of it, one after the other, until the search ends."""

PROGRESS = 1e-4
"""A round that lowers the objective by a smaller share is quiet; Newton's method and more draws follow it."""

SHAKEN = 1e-3
"""How much training changes each weight at first, as a share of it: from a kink L-BFGS would not move."""

FIRST = 0.1
"""Σ ‖u‖ of a network to begin with, in units of the labels' size over the longest row."""

APART = 0.1
"""Neurons added to a network to be trained are at least this far apart, in radians."""

ABOVE = 1e-3
"""They correlate with the residual by more than λ by at least this share: the others gain too little."""

NEGLIGIBLE = 1e-6
"""A trained neuron this short beside the longest is none."""

OPTIMAL = 1e-9
"""Share of λ by which a neuron must exceed it to be added to an exact solution."""

COORDINATES = 1500
"""Most free coordinates of atoms of which Newton's method solves the equations."""

OVERHEAD_TRAINED, OVERHEAD_NEWTON = 2e5, 4e6
"""What an iteration of L-BFGS and a step of Newton's method take beside their products, in multiplications."""

NEARLY = 0.1
"""Share by which neurons may stay below λ, after a quiet round, whose local maximum is looked at: it may exceed λ."""

LOOKED_AT = 40
"""Neurons above λ, the largest, whose exact local maxima are found before the best are added to exact atoms."""

AFFORDED = 20
"""Steps of Newton's method that training must have paid for before they are made; it gets as much time as training."""

FINISHING = 300
"""Steps of Newton's method after a quiet round, whatever they cost."""


def solve_by_training(
    X: np.ndarray,
    y: np.ndarray,
    lam: float,
    *,
    seconds: float,
    halted: Callable[[], bool],
    rng: np.random.Generator,
    start: Atoms | None = None,
    share: float = 0.0,
) -> Atoms:
    """Return atoms of low objective (2), λ > 0, for data X (n, d) with rows at most 1 long and ‖y‖ = 1.

    Each round trains the atoms held together with the neurons that correlate most with their residual (problem (1), by
    L-BFGS), moves what was trained to the facets close by, and chooses the best lengths along the directions of before
    and after: no round raises the objective. Wide networks have few bad local optima, and most atoms of an optimum lie
    on corners of cells (Pilanci & Ergen, 2020, for the convex problem these are the columns of). Column generation on
    faces then makes the atoms exact. The search ends where ``QUIET`` rounds, drawing more and more neurons, find no
    progress: a value, and no proof. What is found depends on ``rng`` alone unless the time binds.

    Arguments
        seconds: after which the best atoms so far are returned; halted: the same, as soon as it is True.
        start: atoms of a nearby problem, or of a worse solution of this one.
        share: of the mean of all outputs, which an output bias takes; that of the labels it has taken.
    """
    end = time.monotonic() + seconds

    def over() -> bool:
        return halted() or time.monotonic() >= end

    d = X.shape[1]
    best = Atoms.none(d) if start is None else start.nonzero()
    value, quiet = _objective(X, y, lam, best, share), 0
    credit, yield_of_newton = 0.0, np.inf
    narrowest = max(NARROWEST, 2 * d)
    for turn in counted():
        if over() or quiet == QUIET:
            break
        width = max(2, min(max(narrowest, WIDER * best.count), ENTRIES // len(X)))
        added = _added(X, y, lam, best, width - best.count, rng, quiet if turn else QUIET, over, share)
        trained, effort = train(X, y, lam, added, halted=over, rng=rng, share=share)
        found = _chosen(X, y, lam, best, trained, over, share)
        reached = _objective(X, y, lam, found, share)
        credit += effort
        step = newton_effort(X, found)
        if step is not None and (quiet or credit >= AFFORDED * step):
            # Whichever lowers the objective more for its effort goes on; the other is tried again after a while.
            if quiet or yield_of_newton * effort >= value - reached:
                allowed = Allowance(over, max(int(credit / step), FINISHING if quiet else AFFORDED))
                found = _exact(X, y, lam, found, quiet, rng, allowed, share)
                exact = _objective(X, y, lam, found, share)
                yield_of_newton, credit = (reached - exact) / (allowed.used * step), 0.0
                reached = exact
            else:
                yield_of_newton *= 2.0
        quiet = quiet + 1 if turn and not reached < value * (1.0 - PROGRESS) else 0
        if reached < value:
            best, value = found, reached
    return joined(X, best) if value < float(y @ y) else Atoms.none(d)


class Allowance:
    """A condition to stop that holds after so many questions, or once another one does."""

    def __init__(self, over: Callable[[], bool], steps: int) -> None:
        self.over, self.left, self.used = over, steps, 1

    def __call__(self) -> bool:
        """Count a question, and return whether it is time to stop."""
        self.left -= 1
        self.used += 1
        return self.spent()

    def spent(self) -> bool:
        """Return whether it is time to stop."""
        return self.left < 0 or self.over()


def train(
    X: np.ndarray,
    y: np.ndarray,
    lam: float,
    atoms: Atoms,
    *,
    halted: Callable[[], bool],
    rng: np.random.Generator,
    share: float = 0.0,
) -> tuple[Atoms, float]:
    """Train a network that begins at atoms by L-BFGS on (1); return its atoms, and the multiplications that took.

    Each weight is changed by about ``SHAKEN`` of it first. The objective is not smooth where a neuron is zero at a
    sample: there the method stops short of an optimum.
    """
    from scipy.optimize import minimize

    (d, m), n = atoms.vectors.shape, len(X)
    if not m or halted():
        return atoms, 0.0

    def objective(p: np.ndarray) -> tuple[float, np.ndarray]:
        W, alpha = p[: d * m].reshape(d, m), p[d * m :]
        pre = X @ W
        outputs = np.maximum(pre, 0.0)
        residual = centred(outputs @ alpha, share) - y
        pull = centred(residual, share)
        to_W = X.T @ ((pre > 0) * (pull[:, None] * alpha))
        slope = np.concatenate([to_W.ravel(), outputs.T @ pull]) + lam * p
        return float(residual @ residual + lam * (p @ p)), 2.0 * slope

    def stop(_: np.ndarray) -> None:
        if halted():
            raise StopIteration

    root = np.sqrt(atoms.norms)
    p = np.concatenate([(atoms.vectors / root).ravel(), atoms.sign * root])
    p = p * (1.0 + SHAKEN * rng.standard_normal(len(p)))
    options = {"maxiter": TRAINED, "maxfun": 2 * TRAINED, "ftol": 1e-10, "gtol": 1e-12}
    done = minimize(objective, p, jac=True, method="L-BFGS-B", callback=stop, options=options)
    W, alpha = done.x[: d * m].reshape(d, m), done.x[d * m :]
    found = Atoms(W * np.abs(alpha), np.where(alpha < 0, -1.0, 1.0))
    effort = float(done.nfev) * (4.0 * n * d * m + OVERHEAD_TRAINED)
    return found.above(NEGLIGIBLE), effort


def _objective(X: np.ndarray, y: np.ndarray, lam: float, atoms: Atoms, share: float) -> float:
    residual = y - centred(atoms.outputs(X).sum(axis=1), share)
    return float(residual @ residual + 2.0 * lam * atoms.norms.sum())


def _added(
    X: np.ndarray,
    y: np.ndarray,
    lam: float,
    held: Atoms,
    room: int,
    rng: np.random.Generator,
    quiet: int,
    halted: Callable[[], bool],
    share: float,
) -> Atoms:
    """Return the atoms held and up to ``room`` more that lower the objective, or, after a quiet round, drawn ones."""
    residual = centred(y - centred(held.outputs(X).sum(axis=1), share), share)
    more = Atoms.none(X.shape[1])
    if room > 0 and quiet < QUIET:
        found = climbed(
            X,
            residual,
            held,
            lam * (1.0 + ABOVE),
            count=DRAWN,
            apart=APART,
            most=room,
            rng=rng,
            halted=halted,
        )
        more = first_lengths(X, lam, found, share)
    if quiet and room > more.count:
        u = drawn(X, room - more.count, rng)
        sign = np.where(residual @ np.maximum(X @ u, 0.0) < 0, -1.0, 1.0)
        others = Atoms(u * (FIRST / room), sign)
        more = together(more, others)
    return together(held, more).nonzero()


def together(first: Atoms, second: Atoms) -> Atoms:
    """Return the atoms of both."""
    return Atoms(np.concatenate([first.vectors, second.vectors], axis=1), np.append(first.sign, second.sign))


def _chosen(
    X: np.ndarray, y: np.ndarray, lam: float, before: Atoms, trained: Atoms, halted: Callable[[], bool], share: float
) -> Atoms:
    """Return the best of: trained atoms as they are, on facets, and with the best lengths, those of before included."""
    options = [before, trained]
    if not halted():
        there = all_snapped(X, y, lam, trained, halted, share)
        fewer = None if halted() else best_lengths(X, y, lam, together(before, there), share)
        options += [there] if fewer is None else [there, joined(X, fewer)]
    return min(reversed(options), key=lambda atoms: _objective(X, y, lam, atoms, share))


def newton_effort(X: np.ndarray, atoms: Atoms) -> float | None:
    """Return the multiplications of a Newton step on the faces of atoms, or None where they are too many."""
    n, d = X.shape
    if not atoms.count:
        return None
    size = np.linalg.norm(X, axis=1)[:, None] * atoms.norms
    vanish = (np.abs(X @ atoms.vectors) <= TIED * size).sum(axis=0)
    coordinates = sum(max(d - int(many), 1) for many in vanish)
    if coordinates > COORDINATES or n * coordinates > ENTRIES:
        return None
    return float(coordinates**2 * (coordinates + n)) + OVERHEAD_NEWTON


def _exact(
    X: np.ndarray,
    y: np.ndarray,
    lam: float,
    atoms: Atoms,
    quiet: int,
    rng: np.random.Generator,
    allowed: Allowance,
    share: float,
) -> Atoms:
    """Return the atoms after column generation on the faces of cells, neurons being looked for by ascent."""

    def peaks_of(residual: np.ndarray, level: float) -> Peaks:
        found = climbed(
            X,
            residual,
            atoms,
            level * (1.0 - NEARLY if quiet else 1.0),
            count=DRAWN * OFTEN**quiet,
            apart=APART,
            most=LOOKED_AT * OFTEN**quiet,
            rng=rng,
            halted=allowed.spent,
        )
        return summits(X, residual, found, level, allowed.spent)

    return solve_by_cells(X, y, lam, peaks_of, start=atoms, tol=OPTIMAL, halted=allowed, share=share)
