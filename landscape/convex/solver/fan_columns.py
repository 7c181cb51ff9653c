"""Column generation for two features: the convex twin over a few neurons, and the support function adds the next."""

from __future__ import annotations

import numpy as np

from landscape.convex.solver.atoms import Atoms, over_directions
from landscape.convex.solver.newton import HALF_LINE, FaceAtom, as_atoms, misfit, newton
from landscape.geometry.fan import Fan
from landscape.model.output_bias import centred

AT_ONCE = 12
"""Most neurons added in a round: all of them are local maxima of the support function."""

ROUNDS = 200
"""Rounds after which column generation gives up: the next solver is tried."""

TURNS = 1e-6
"""A neuron leaves its edge where zᵀ relu(X u) rises beside it with a slope above this share of λ."""

NARROW = 1e-8
"""In sectors narrower than this, in radians, no neuron is better than those on the edges, to full precision."""

RAYS = 300
"""Up to this many samples the atoms begin as the best ones on the edges alone."""

PLANE = np.eye(2)
"""The basis of an atom inside a sector."""

SIGNS = np.array([[1.0], [-1.0]])
"""The signs of the second layer, a row each."""

ON_EDGE = 1e-5
"""A warm start this close to an edge, as a share of its coordinates, is on it."""


def solve_by_columns(
    X: np.ndarray,
    y: np.ndarray,
    lam: float,
    cones: Fan,
    *,
    start: Atoms | None = None,
    tol: float = 1e-10,
    share: float = 0.0,
) -> Atoms:
    """Return the atoms of an optimum of (2), d = 2 and λ > 0, without listing the patterns.

    The present atoms are optimised to full precision; then the neurons are added at which |zᵀ relu(X u)|, z the
    residual, peaks above λ. When there are none, |zᵀ relu(X u)| ≤ λ(1 + tol) for every u, and the atoms are optimal.
    Each atom is free on a face and not frozen in a direction, so that a handful of rounds is enough. ``start`` are
    atoms of a nearby problem to start from. An output bias takes a ``share`` of the mean: residuals are those of
    ``centred`` outputs and labels, y has been centred, and z is the residual centred once more.
    """
    first = over_edges(X, y, lam, cones, share) if start is None else _joined(_placed(X, cones, start), cones)
    held = newton(first, y, lam, share=share)
    best = np.inf
    for _ in range(ROUNDS):
        residual = misfit(held, y, share)
        value = float(residual @ residual) + 2.0 * lam * sum(atom.length for atom in held)
        found = peaks_on_fan(X, centred(residual, share), lam * (1.0 + tol), cones)
        if not found or not value < best:
            break
        best = value
        for place, inside, sign, u in found:
            output = centred(sign * np.maximum(X @ u, 0.0), share)
            square = float(output @ output)
            if square == 0:  # in a cell narrower than rounding a peak may compute nothing
                continue
            amount = (float(residual @ output) - lam) / square / len(found)
            held.append(_inside(X, cones, place, sign, amount * u) if inside else _ray(X, cones, place, sign, amount))
        held = newton(_joined(held, cones), y, lam, share=share)
    return as_atoms(held, X.shape[1])


def over_edges(X: np.ndarray, y: np.ndarray, lam: float, cones: Fan, share: float = 0.0) -> list[FaceAtom]:
    """Return the best atoms on the edges alone, those that may leave their edge moved into the sector beside it.

    They may where the next edge holds an atom too, or zᵀ relu(X u) rises into the sector. None are returned where
    there are too many edges.
    """
    if len(y) > RAYS:
        return []
    S, at_edges = cones.sectors, centred(np.maximum(X @ cones.edges.T, 0.0), share)
    magnitudes = over_directions(at_edges, y, lam)
    if magnitudes is None:
        return []
    g = cones.sums(X, centred(y - at_edges @ (magnitudes[0] - magnitudes[1]), share))
    turn_in, turn_out = cones.turns_in(g), cones.turns_out(g)
    held = []
    for sign, a in zip((1.0, -1.0), magnitudes, strict=True):
        left = dict.fromkeys(a.nonzero()[0].tolist())
        while left:
            edge, _ = left.popitem()
            u, following = a[edge] * cones.edges[edge], (edge + 1) % S
            if following in left:
                del left[following]
                held.append(_inside(X, cones, edge, sign, u + a[following] * cones.edges[following]))
            elif sign * turn_in[edge] > TURNS * lam:
                held.append(_inside(X, cones, edge, sign, u))
            elif sign * turn_out[edge - 1] > TURNS * lam:
                held.append(_inside(X, cones, (edge - 1) % S, sign, u))
            else:
                held.append(_ray(X, cones, edge, sign, float(a[edge])))
    return _joined(held, cones)


def _placed(X: np.ndarray, cones: Fan, atoms: Atoms) -> list[FaceAtom]:
    """Return vectors as atoms on the faces they lie on, or nearly so."""
    placed = []
    for u, sign, sector in zip(atoms.vectors.T, atoms.sign, cones.sectors_of(atoms.vectors).tolist(), strict=True):
        following = (sector + 1) % cones.sectors
        e, f = cones.edges[sector], cones.edges[following]
        a, b = u[0] * f[1] - u[1] * f[0], e[0] * u[1] - e[1] * u[0]
        length = float(np.linalg.norm(u))
        if min(a, b) <= ON_EDGE * max(a, b):
            placed.append(_ray(X, cones, sector if a > b else following, sign, length))
        else:
            placed.append(_inside(X, cones, sector, sign, u))
    return placed


def _inside(X: np.ndarray, cones: Fan, sector: int, sign: float, u: np.ndarray) -> FaceAtom:
    """Return an atom free in a sector: p = u, between its two edges."""
    following = (sector + 1) % cones.sectors
    (a, b), (c, d) = cones.edges[sector], cones.edges[following]
    outputs = X * (sign * cones.active_in(sector))[:, None]
    return FaceAtom(PLANE, outputs, np.array([[-b, a], [d, -c]]), u, sign, sector, (sector, following))


def _ray(X: np.ndarray, cones: Fan, edge: int, sign: float, length: float) -> FaceAtom:
    """Return an atom on an edge, where the rows of that line compute exactly zero."""
    u = cones.edges[edge]
    outputs = sign * cones.active_on_edge(edge) * np.maximum(X @ u, 0.0)
    return FaceAtom(u[:, None], outputs[:, None], HALF_LINE, np.array([length]), sign, edge)


def _joined(held: list[FaceAtom], cones: Fan) -> list[FaceAtom]:
    """Return the atoms with one at most for each closed sector and sign: adding two of them lowers the norm."""
    inner: dict[tuple[int, float], FaceAtom] = {}
    rays: dict[tuple[int, float], FaceAtom] = {}
    for atom in held:
        kind, key = (inner if atom.rank == 2 else rays), (atom.place, atom.sign)
        kind[key] = atom.at(kind[key].p + atom.p) if key in kind else atom
    for (edge, sign), ray in list(rays.items()):
        for sector in (edge, (edge - 1) % cones.sectors):
            if (sector, sign) in inner:
                into = inner[sector, sign]
                inner[sector, sign] = into.at(into.p + ray.vector)
                del rays[edge, sign]
                break
    return [*inner.values(), *rays.values()]


def peaks_on_fan(X: np.ndarray, z: np.ndarray, level: float, cones: Fan) -> list[tuple[int, bool, float, np.ndarray]]:
    """Return the local maxima of |zᵀ relu(X u)| above a level: (edge or sector, whether inside, sign, unit neuron)."""
    edges, g = cones.edges, cones.sums(X, z)
    at_edge = np.einsum("sd,sd->s", g, edges)
    length = np.sqrt(np.einsum("sd,sd->s", g, g))
    turn_in, turn_out = SIGNS * cones.turns_in(g), SIGNS * cones.turns_out(g)  # (2, S), for either sign
    before = np.concatenate([turn_out[:, -1:], turn_out[:, :-1]], axis=1)
    inside, narrow = (turn_in > 0) & (turn_out > 0), cones.sines <= NARROW
    peak = ((turn_in <= 0) & (before <= 0)) | (inside & narrow)
    found = []
    for row, s in zip(*(peak & (SIGNS * at_edge > level)).nonzero(), strict=True):
        found.append((abs(float(at_edge[s])), int(s), False, float(SIGNS[row, 0])))
    for row, s in zip(*(inside & ~narrow & (length > level)).nonzero(), strict=True):
        found.append((float(length[s]), int(s), True, float(SIGNS[row, 0])))
    found.sort(reverse=True)
    return [
        (s, interior, sign, sign * g[s] / length[s] if interior else edges[s])
        for _, s, interior, sign in found[:AT_ONCE]
    ]
