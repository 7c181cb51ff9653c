"""Problem (2) with the logistic loss for data of any size: networks are trained, made exact on faces, and widened."""

from __future__ import annotations

import time
from collections.abc import Callable
from itertools import count as counted

import numpy as np

from landscape.convex.logistic.columns import first_lengths, solve_by_columns
from landscape.convex.logistic.newton import Target
from landscape.convex.solver.atoms import Atoms, joined
from landscape.convex.solver.by_training import (
    ABOVE,
    APART,
    DRAWN,
    FINISHING,
    FIRST,
    LOOKED_AT,
    NARROWEST,
    NEARLY,
    NEGLIGIBLE,
    OFTEN,
    OPTIMAL,
    PROGRESS,
    QUIET,
    SHAKEN,
    TRAINED,
    WIDER,
    Allowance,
    newton_effort,
    together,
)
from landscape.convex.solver.climbing import ENTRIES, climbed, drawn, summits
from landscape.geometry.sphere import Peaks
from landscape.model.loss import sigmoid
from landscape.model.output_bias import best_logistic_bias

ROUNDS = 40
"""Rounds of training and column generation at most."""

SHORT = (1e-4, 1e-3, 1e-2)
"""Neurons shorter than such a share of the longest are left out where that lowers the objective."""


def solve_by_training(
    X: np.ndarray,
    target: Target,
    *,
    seconds: float,
    halted: Callable[[], bool],
    rng: np.random.Generator,
    start: Atoms | None = None,
) -> Atoms:
    """Return atoms of low objective (2), λ > 0, for data X (n, d) with rows at most 1 long.

    Each round trains the atoms held together with the neurons that correlate most with their dual vector (problem (1),
    by L-BFGS), and makes them exact by column generation on the faces of cells. No round raises the objective. The
    search ends where ``QUIET`` rounds, drawing more and more neurons, find no progress: a value, and no proof. What is
    found depends on ``rng`` alone unless the time binds.

    Arguments
        seconds: after which the best atoms so far are returned; halted: the same, as soon as it is True.
        start: atoms of a nearby problem, or of a worse solution of this one.
    """
    end = time.monotonic() + seconds

    def over() -> bool:
        return halted() or time.monotonic() >= end

    d = X.shape[1]
    zero = Atoms.none(d)
    best = zero if start is None else start.nonzero()
    value, quiet = value_of(X, target, best), 0
    for turn in counted():
        if over() or quiet == QUIET or turn == ROUNDS:
            break
        width = max(2, min(max(NARROWEST, 2 * d, WIDER * best.count), ENTRIES // len(X)))
        added = _added(X, target, best, width - best.count, rng, quiet if turn else QUIET, over)
        options = [best, train(X, target, added, halted=over, rng=rng)]
        options.append(joined(X, options[1]))
        options += [options[-1].above(share) for share in SHORT]  # whose norm costs more than they fit
        found = min(reversed(options), key=lambda atoms: value_of(X, target, atoms))
        if newton_effort(X, found) is not None:
            exact = _exact(X, target, found, quiet, rng, Allowance(over, FINISHING))
            found = min(exact, found, key=lambda atoms: value_of(X, target, atoms))  # halted on its way it may be worse
        reached = value_of(X, target, found)
        quiet = quiet + 1 if turn and not reached < value * (1.0 - PROGRESS) else 0
        if reached < value:
            best, value = found, reached
    return joined(X, best) if value < value_of(X, target, zero) else zero


def value_of(X: np.ndarray, target: Target, atoms: Atoms) -> float:
    """Return the objective (2) of atoms with their best output bias."""
    f, bias = _outputs(X, target, atoms)
    return target.value(f, float(atoms.norms.sum()), bias)


def _outputs(X: np.ndarray, target: Target, atoms: Atoms) -> tuple[np.ndarray, float]:
    f = atoms.outputs(X).sum(axis=1)
    bias = best_logistic_bias(target.y, f, target.penalty) if target.biased else 0.0
    return f + bias, bias


def train(
    X: np.ndarray,
    target: Target,
    atoms: Atoms,
    *,
    halted: Callable[[], bool],
    rng: np.random.Generator,
) -> Atoms:
    """Train a network that begins at atoms by L-BFGS on (1); return its atoms.

    Each weight is changed by about ``SHAKEN`` of it first. The objective is not smooth where a neuron is zero at a
    sample: there the method stops short of an optimum.
    """
    from scipy.optimize import minimize

    (d, m), y, lam = atoms.vectors.shape, target.y, target.lam
    if not m or halted():
        return atoms

    def objective(p: np.ndarray) -> tuple[float, np.ndarray]:
        W, alpha, bias = p[: d * m].reshape(d, m), p[d * m : d * m + m], p[-1] if target.biased else 0.0
        pre = X @ W
        hidden = np.maximum(pre, 0.0)
        f = hidden @ alpha + bias
        pull = -y * sigmoid(-y * f)
        weights = p[: d * m + m]
        slope = np.empty_like(p)
        slope[: d * m] = (X.T @ ((pre > 0) * (pull[:, None] * alpha))).ravel()
        slope[d * m : d * m + m] = hidden.T @ pull
        slope[: d * m + m] += 2.0 * lam * weights
        if target.biased:
            slope[-1] = pull.sum() + 2.0 * target.penalty * bias
        return target.value(f, 0.5 * float(weights @ weights), float(bias)), slope

    def stop(_: np.ndarray) -> None:
        if halted():
            raise StopIteration

    root = np.sqrt(atoms.norms)
    p = np.concatenate([(atoms.vectors / root).ravel(), atoms.sign * root])
    p = p * (1.0 + SHAKEN * rng.standard_normal(len(p)))
    if target.biased:
        p = np.append(p, _outputs(X, target, atoms)[1])
    options = {"maxiter": TRAINED, "maxfun": 2 * TRAINED, "ftol": 1e-10, "gtol": 1e-12}
    done = minimize(objective, p, jac=True, method="L-BFGS-B", callback=stop, options=options)
    W, alpha = done.x[: d * m].reshape(d, m), done.x[d * m : d * m + m]
    return Atoms(W * np.abs(alpha), np.where(alpha < 0, -1.0, 1.0)).above(NEGLIGIBLE)


def _added(
    X: np.ndarray,
    target: Target,
    held: Atoms,
    room: int,
    rng: np.random.Generator,
    quiet: int,
    halted: Callable[[], bool],
) -> Atoms:
    """Return the atoms held and up to ``room`` more that lower the objective, or, after a quiet round, drawn ones."""
    z = target.dual(_outputs(X, target, held)[0])
    more = Atoms.none(X.shape[1])
    if room > 0 and quiet < QUIET:
        level = target.lam * (1.0 + ABOVE)
        found = climbed(X, z, held, level, count=DRAWN, apart=APART, most=room, rng=rng, halted=halted)
        more = first_lengths(X, z, target.lam, found)
    if quiet and room > more.count:
        u = drawn(X, room - more.count, rng)
        sign = np.where(z @ np.maximum(X @ u, 0.0) < 0, -1.0, 1.0)
        more = together(more, Atoms(u * (FIRST / room), sign))
    return together(held, more).nonzero()


def _exact(
    X: np.ndarray, target: Target, atoms: Atoms, quiet: int, rng: np.random.Generator, allowed: Allowance
) -> Atoms:
    """Return the atoms after column generation on the faces of cells, neurons being looked for by ascent."""

    def peaks_of(z: np.ndarray, level: float) -> Peaks:
        found = climbed(
            X,
            z,
            atoms,
            level * (1.0 - NEARLY if quiet else 1.0),
            count=DRAWN * OFTEN**quiet,
            apart=APART,
            most=LOOKED_AT * OFTEN**quiet,
            rng=rng,
            halted=allowed.spent,
        )
        return summits(X, z, found, level, allowed.spent)

    return solve_by_columns(X, target, peaks_of, start=atoms, tol=OPTIMAL, halted=allowed)
