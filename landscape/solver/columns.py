"""Column generation: the convex twin over the few neurons in use, asking the support function for the next ones."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from landscape.geometry.fan import Fan
from landscape.solver.active_set import Atom, as_atoms, newton
from landscape.solver.atoms import Atoms

AT_ONCE = 12
"""Most neurons added in a round: all of them are local maxima of the support function."""

ROUNDS = 200
"""Rounds after which column generation gives up: the next solver is tried."""

NARROW = 1e-8
"""Sectors narrower than this, in radians, are no better inside than at their edges, to full precision."""

ON_EDGE = 1e-5
"""A warm start this close to an edge, as a share of its coordinates, is on it."""


def solve_by_columns(
    X: np.ndarray, y: np.ndarray, lam: float, cones: Fan, *, start: Atoms | None = None, tol: float = 1e-10
) -> Atoms:
    """Return the atoms of an optimum of (2), d = 2 and λ > 0, without listing the patterns.

    The atoms held are optimised to full precision; the residual then names the neurons that it asks for more than λ.
    When there are none, |zᵀ relu(X u)| ≤ λ(1 + tol) for every u, and the atoms are optimal. A face, not a frozen
    direction, is held, so that a handful of rounds is enough. ``start`` warms it up: atoms of a nearby problem.
    """
    held = [] if start is None else newton(_joined(X, cones, _placed(X, cones, start)), y, lam)
    best = np.inf
    for _ in range(ROUNDS):
        residual = y - sum((atom.outputs @ atom.p for atom in held), np.zeros(len(y)))
        value = float(residual @ residual) + 2.0 * lam * sum(float(np.linalg.norm(atom.p)) for atom in held)
        wanted = wanted_neurons(X, residual, lam * (1.0 + tol), cones)
        if not wanted or not value < best:
            break
        best = value
        for place, inside, sign, u in wanted:
            computed = sign * np.maximum(X @ u, 0.0)
            amount = (float(residual @ computed) - lam) / float(computed @ computed) / len(wanted)
            held.append(_inside(X, cones, place, sign, amount * u) if inside else _ray(X, cones, place, sign, amount))
        held = newton(_joined(X, cones, held), y, lam)
    return as_atoms(held, X.shape[1])


def _placed(X: np.ndarray, cones: Fan, atoms: Atoms) -> list[Atom]:
    """Return vectors as atoms on the faces they lie on, or nearly so."""
    placed = []
    for u, sign in zip(atoms.vectors.T, atoms.sign, strict=True):
        sector = cones.sector_of(u)
        following = (sector + 1) % cones.sectors
        e, f = cones.edges[sector], cones.edges[following]
        a, b = u[0] * f[1] - u[1] * f[0], e[0] * u[1] - e[1] * u[0]
        length = float(np.linalg.norm(u))
        if min(a, b) <= ON_EDGE * max(a, b):
            placed.append(_ray(X, cones, sector if a > b else following, sign, length))
        else:
            placed.append(_inside(X, cones, sector, sign, u))
    return placed


def _inside(X: np.ndarray, cones: Fan, sector: int, sign: float, u: np.ndarray) -> Atom:
    """Return an atom free in a sector: p = u, between its two edges."""
    following = (sector + 1) % cones.sectors
    first, last = cones.edges[sector], cones.edges[following]
    facets = np.array([[-first[1], first[0]], [last[1], -last[0]]])
    outputs = sign * X * cones.active(np.array([sector]))[0][:, None]
    return Atom(np.eye(2), outputs, facets, u, sign, sector, (sector, following))


def _ray(X: np.ndarray, cones: Fan, edge: int, sign: float, length: float) -> Atom:
    """Return an atom on an edge, where the rows of that line compute exactly zero."""
    u = cones.edges[edge]
    on = cones.active(np.array([edge, edge - 1])).all(axis=0)
    outputs = sign * np.where(on, np.maximum(X @ u, 0.0), 0.0)
    return Atom(u[:, None], outputs[:, None], np.zeros((0, 1)), np.array([length]), sign, edge)


def _joined(X: np.ndarray, cones: Fan, held: list[Atom]) -> list[Atom]:
    """Return the atoms with one at most for each closed sector and sign: adding two of them lowers the norm."""
    inner: dict[tuple[int, float], Atom] = {}
    rays: dict[tuple[int, float], Atom] = {}
    for atom in held:
        kind, key = (inner if atom.rank == 2 else rays), (atom.place, atom.sign)
        kind[key] = replace(atom, p=kind[key].p + atom.p) if key in kind else atom
    for (edge, sign), ray in list(rays.items()):
        for sector in (edge, (edge - 1) % cones.sectors):
            if (sector, sign) in inner:
                into = inner[sector, sign]
                inner[sector, sign] = replace(into, p=into.p + ray.vector)
                del rays[edge, sign]
                break
    return [*inner.values(), *rays.values()]


def wanted_neurons(X: np.ndarray, z: np.ndarray, level: float, cones: Fan) -> list[tuple[int, bool, float, np.ndarray]]:
    """Return the local maxima of |zᵀ relu(X u)| above a level: (edge or sector, whether inside, sign, unit neuron)."""
    edges, ends, g = cones.edges, cones.ends, cones.sums(X, z)
    at_edge = np.einsum("sd,sd->s", g, edges)
    length = np.sqrt(np.einsum("sd,sd->s", g, g))
    turn_in = edges[:, 0] * g[:, 1] - edges[:, 1] * g[:, 0]
    turn_out = g[:, 0] * ends[:, 1] - g[:, 1] * ends[:, 0]
    before = np.roll(turn_out, 1)
    narrow = edges[:, 0] * ends[:, 1] - edges[:, 1] * ends[:, 0] <= NARROW  # none is near a half turn
    found = []
    for sign in (1.0, -1.0):
        inside = (sign * turn_in > 0) & (sign * turn_out > 0)
        peak = ((sign * turn_in <= 0) & (sign * before <= 0)) | (inside & narrow)
        found += [
            (float(sign * at_edge[s]), int(s), False, sign) for s in np.flatnonzero(peak & (sign * at_edge > level))
        ]
        found += [(float(length[s]), int(s), True, sign) for s in np.flatnonzero(inside & ~narrow & (length > level))]
    found.sort(reverse=True)
    return [
        (s, interior, sign, sign * g[s] / length[s] if interior else edges[s])
        for _, s, interior, sign in found[:AT_ONCE]
    ]
