"""The convex program of three layers over a list of groups, and the support function that its dual constrains."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from landscape.convex.pruning import independent_magnitudes
from landscape.extensions.shared.cones import Sectors
from landscape.extensions.shared.programs import solve_program
from landscape.extensions.three_layer.groups import Groups
from landscape.model.readable import readable

NEGLIGIBLE = 1e-6
"""Groups below this share of the largest are zero up to the accuracy of an interior-point solver."""

BORDER = 1e-4
"""Inputs of the second layer below this share of the largest are taken to lie on the border of its pattern."""


@dataclass(frozen=True, eq=False)
class SubNetworks:
    """Sub-networks in use: first layer w (K, d, m1), second sign (K, m1), third out (K,)."""

    w: np.ndarray
    sign: np.ndarray
    out: np.ndarray

    __repr__ = readable


@dataclass(frozen=True, eq=False)
class GroupSolution:
    """The program over groups, solved.

    Arguments
        value: its value; used: the sub-networks in use; prediction: (n,) their output.
        edges: (2, K, d, m1) the edges of the sector of each of their hidden neurons.
    """

    value: float
    used: SubNetworks
    prediction: np.ndarray
    edges: np.ndarray

    __repr__ = readable


def solve_groups(cut: Sectors, groups: Groups, y: np.ndarray, lam: float) -> GroupSolution:
    """Solve the program over groups for ‖y‖ = 1.

    min ‖Σ_g o D₂ Σ_j s_j D₁j X z_gj − y‖² + 2λ Σ_g (Σ_j ‖z_gj‖²)^½ over both o = ±1, each z_gj = a·here + b·there in
    its sector, and (2 D₂ − I) Σ_j s_j D₁j X z_gj ≥ 0 on the mixed samples.
    """
    import cvxpy as cp
    import scipy.sparse as sp

    (G, width), n = groups.sector.shape, len(y)
    P, Q = (at[:, groups.sector] * groups.sign for at in (cut.at_here, cut.at_there))  # (n, G, m1)
    here, there = cut.here[:, groups.sector], cut.there[:, groups.sector]  # (d, G, m1)
    open_ = groups.gate.T[:, :, None]
    rows = np.nonzero(groups.mixed.T)
    side = np.where(groups.gate.T[rows], 1.0, -1.0)
    terms: list[Any] = []
    norms, constraints, variables = [], [], []
    for out in (1.0, -1.0):
        a, b = (cp.Variable((G, width), nonneg=True) for _ in range(2))
        flat_a, flat_b = cp.vec(a, order="C"), cp.vec(b, order="C")
        terms.append(out * ((open_ * P).reshape(n, -1) @ flat_a + (open_ * Q).reshape(n, -1) @ flat_b))
        parts = [cp.multiply(e, a) + cp.multiply(f, b) for e, f in zip(here, there, strict=True)]
        norms.append(cp.sum(cp.norm(cp.hstack(parts), axis=1)))
        if len(rows[0]):
            column = (rows[1][:, None] * width + np.arange(width)).ravel()
            line = np.repeat(np.arange(len(side)), width)
            at_a, at_b = (
                sp.csr_array(((side[:, None] * at[rows]).ravel(), (line, column)), shape=(len(side), G * width))
                for at in (P, Q)
            )
            constraints.append(at_a @ flat_a + at_b @ flat_b >= 0)
        variables.append((out, a, b))
    goal: Any = cp.sum_squares((sum(terms) - y) / np.sqrt(lam)) + 2.0 * sum(norms)  # over λ: the residual is sharper
    empty = SubNetworks(np.zeros((1, cut.here.shape[0], width)), np.ones((1, width)), np.ones(1))
    nothing = GroupSolution(float(y @ y), empty, np.zeros(n), np.zeros((2, 1, cut.here.shape[0], width)))
    if not solve_program(cp.Problem(cp.Minimize(goal), constraints)):
        return nothing
    found = []
    for out, a, b in variables:
        q = np.maximum(np.stack([np.asarray(a.value), np.asarray(b.value)], axis=2), 0.0)
        w = (here * q[..., 0] + there * q[..., 1]).transpose(1, 0, 2)
        found.append((w, groups.sign, np.full(G, out), out * ((open_ * (P * q[..., 0] + Q * q[..., 1])).sum(axis=2)).T))
    w, sign, sense, outputs = (np.concatenate([part[k] for part in found]) for k in range(4))
    norm = np.linalg.norm(w, axis=(1, 2))
    kept = norm > NEGLIGIBLE * np.max(norm)
    share = np.zeros(len(norm))
    share[kept] = independent_magnitudes(outputs[kept].T, norm[kept])
    prediction = share @ outputs
    value = float(np.sum((prediction - y) ** 2) + 2.0 * lam * share @ norm)
    used = share > 0
    if not np.any(used):
        return nothing
    edges = np.stack([here, there]).swapaxes(1, 2)  # of every group, for either output sign
    return GroupSolution(
        value,
        SubNetworks(w[used] * share[used, None, None], sign[used], sense[used]),
        prediction,
        np.concatenate([edges, edges], axis=1)[:, used],
    )


def settled(
    X: np.ndarray, y: np.ndarray, lam: float, found: GroupSolution, steps: int = 20
) -> tuple[SubNetworks, np.ndarray]:
    """Return sub-networks that Newton's method has settled, each on the face of its group's cone, and y − f (n,).

    An interior-point solver leaves more in the residual than in the value, which the dual bound feels where samples are
    nearly parallel. Whether Newton's method has left a cone is for the caller to see, from the objective.
    """
    used = found.used
    maps, faces, place = [], [], []
    for k, w in enumerate(used.w):
        hidden = X @ w
        second = np.maximum(hidden, 0.0) @ used.sign[k]
        gate = np.where(second > 0, used.out[k], 0.0)
        inputs = ((hidden > 0)[:, None, :] * X[:, :, None] * used.sign[k]).reshape(len(X), -1)
        bound = np.abs(second) <= BORDER * np.max(np.abs(second))
        basis, q = _face(w, found.edges[:, k], inputs[bound])
        maps.append(gate[:, None] * inputs @ basis)
        faces.append(basis)
        place.append(q)
    A, cut = np.hstack(maps), np.cumsum([len(q) for q in place])[:-1]
    q = np.concatenate(place)

    def goal(q: np.ndarray) -> float:
        norms = (np.linalg.norm(basis @ own) for basis, own in zip(faces, np.split(q, cut), strict=True))
        return float(np.sum((A @ q - y) ** 2) + 2.0 * lam * sum(norms))

    for _ in range(steps):
        gradient, hessian = 2.0 * A.T @ (A @ q - y), 2.0 * A.T @ A
        start = 0
        for basis, own in zip(faces, np.split(q, cut), strict=True):
            at = slice(start, start := start + len(own))
            w = basis @ own
            size = np.linalg.norm(w)
            if size == 0:
                continue
            turned = basis.T @ w / size
            gradient[at] += 2.0 * lam * turned
            hessian[at, at] += 2.0 * lam * (basis.T @ basis - np.outer(turned, turned)) / size
        change = np.linalg.lstsq(hessian, gradient, rcond=None)[0]
        shorter = (q - change / 2.0**k for k in range(30))
        q = next((onward for onward in shorter if goal(onward) < goal(q)), q)
    parts = np.split(q, cut)
    w = np.stack([(basis @ own).reshape(used.w.shape[1:]) for basis, own in zip(faces, parts, strict=True)])
    return SubNetworks(w, used.sign, used.out), np.asarray(y - A @ q)


def _face(w: np.ndarray, edges: np.ndarray, bound: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return a basis (d·m1, r) of the face of its cone in which a sub-network w (d, m1) lies, and its coordinates (r,).

    Arguments
        edges: (2, d, m1) of its neurons' sectors; bound: (b, d·m1) the second layer's inputs that are 0 there.
    """
    columns = []
    for j in range(w.shape[1]):
        pair = edges[:, :, j].T
        shares = np.linalg.lstsq(pair, w[:, j], rcond=None)[0]
        for edge in np.flatnonzero(shares > NEGLIGIBLE * np.max(np.abs(shares))):
            column = np.zeros_like(w)
            column[:, j] = pair[:, edge]
            columns.append(column.ravel())
    basis = np.array(columns).reshape(len(columns), w.size).T
    if len(bound) and columns:
        inputs = bound @ basis
        _, sizes, right = np.linalg.svd(inputs)
        rank = int(np.sum(sizes > NEGLIGIBLE * np.max(np.abs(bound))))
        basis = basis @ right[rank:].T
    return basis, np.linalg.lstsq(basis, w.ravel(), rcond=None)[0]


def strongest_group(X: np.ndarray, cut: Sectors, groups: Groups, z: np.ndarray, enough: float = 0.0) -> float:
    """Return max |zᵀ relu(Σ_j s_j relu(X w_j))| over Σ ‖w_j‖² ≤ 1 and all groups, or ``enough`` if it is less.

    On a group it is the length of a projection on a polyhedral cone, found by non-negative least squares; groups whose
    relaxation without the second layer's cone, neuron by neuron, is at most ``enough`` are skipped.
    """
    from scipy.optimize import nnls

    d, width = X.shape[1], groups.sector.shape[1]
    correlation = np.einsum(
        "gn,nd,ngm,gm->gmd", groups.gate * z, X, cut.active[:, groups.sector].astype(float), groups.sign
    )
    best = enough
    for out in (1.0, -1.0):
        c = out * correlation
        relaxed = np.sqrt(np.sum(_sector_support(cut, groups.sector, c) ** 2, axis=1))
        for g in np.argsort(-relaxed):
            if relaxed[g] <= best:
                break
            normals = _normals(X, cut, groups, g)
            best = max(best, float(nnls(normals.T, -c[g].reshape(width * d))[1]))
    return best


def _sector_support(cut: Sectors, sector: np.ndarray, c: np.ndarray) -> np.ndarray:
    """Return max cᵀw over unit w in each neuron's sector, at least 0; c and the result are (G, m1, d) and (G, m1)."""
    here, there = cut.here.T[sector], cut.there.T[sector]
    edges: np.ndarray = np.maximum(np.einsum("gmd,gmd->gm", here, c), np.einsum("gmd,gmd->gm", there, c))
    at_edges: np.ndarray = np.maximum(edges, 0.0)
    if c.shape[2] == 1:
        return at_edges
    inside = (_cross(here, c) > 0) & (_cross(c, there) > 0)
    return np.asarray(np.where(inside, np.linalg.norm(c, axis=2), at_edges))


def _normals(X: np.ndarray, cut: Sectors, groups: Groups, g: int) -> np.ndarray:
    """Return the unit normals (k, m1·d) of a group's cone: its neurons' sectors, and the second layer's signs."""
    d, width = X.shape[1], groups.sector.shape[1]
    normals: list[np.ndarray] = []
    for j, s in enumerate(groups.sector[g]):
        here, there = cut.here[:, s], cut.there[:, s]
        # The third is implied, but for a sector without width, of samples parallel up to rounding, which is a ray.
        sides = [here] if d == 1 else [np.array([-here[1], here[0]]), np.array([there[1], -there[0]]), here + there]
        for side in sides:
            block = np.zeros((width, d))
            block[j] = side
            normals.append(block.ravel())
    for i in np.flatnonzero(groups.mixed[g]):
        weight = groups.sign[g] * cut.active[i, groups.sector[g]] * (1.0 if groups.gate[g, i] else -1.0)
        normal = np.outer(weight, X[i]).ravel()
        normals.append(normal / np.linalg.norm(normal))
    return np.array(normals)


def _cross(p: np.ndarray, q: np.ndarray) -> np.ndarray:
    product: np.ndarray = p[..., 0] * q[..., 1] - p[..., 1] * q[..., 0]
    return product
