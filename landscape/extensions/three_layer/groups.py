"""Groups of three layers: the cones of the hidden neurons, their signs, and the second layer's activation pattern."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations_with_replacement, product
from math import comb

import numpy as np

from landscape.extensions.shared.cones import Sectors
from landscape.model.readable import readable


@dataclass(frozen=True, eq=False)
class Groups:
    """G groups of sub-networks of m₁ hidden neurons, for either output sign.

    Arguments
        sector: (G, m1) the sector of each hidden neuron.
        sign: (G, m1) its second-layer weight, +1.0 or -1.0.
        gate: (G, n) bool, the samples on which the second layer is active.
        mixed: (G, n) bool, the samples on which hidden neurons of both signs are active: only there is gate not
            determined.
    """

    sector: np.ndarray
    sign: np.ndarray
    gate: np.ndarray
    mixed: np.ndarray

    __repr__ = readable

    @property
    def count(self) -> int:
        """Number G of groups."""
        return len(self.sector)

    def take(self, keep: np.ndarray) -> Groups:
        """Return the groups at an index or mask."""
        return Groups(self.sector[keep], self.sign[keep], self.gate[keep], self.mixed[keep])

    def distinct(self) -> Groups:
        """Return the groups without repetitions."""
        _, first = np.unique(np.concatenate([self.sector, self.sign, self.gate], axis=1), axis=0, return_index=True)
        return self.take(np.sort(first))


def concatenated(parts: Sequence[Groups]) -> Groups:
    """Return lists of groups as one."""
    return Groups(
        np.concatenate([g.sector for g in parts]),
        np.concatenate([g.sign for g in parts]),
        np.concatenate([g.gate for g in parts]),
        np.concatenate([g.mixed for g in parts]),
    )


def all_groups(cut: Sectors, width: int, most: int) -> Groups | None:
    """Return every group that no other contains, or None where there are more than ``most``.

    Where only + neurons are active the second layer's input is ≥ 0 and closing the gate would force it to 0; where only
    − neurons are active it is ≤ 0 and opening the gate would: only on mixed samples is the gate free. Without +, h = 0.
    """
    if comb(2 * cut.count + width - 1, width) > 4 * most:
        return None
    found = []
    count = 0
    for chosen in combinations_with_replacement(product(range(cut.count), (1.0, -1.0)), width):
        sector, sign = np.array([s for s, _ in chosen]), np.array([o for _, o in chosen])
        plus, mixed = _roles(cut, sector[None], sign[None])
        if not np.any(plus):
            continue
        free = np.flatnonzero(mixed[0])
        count += 2 ** len(free)
        if count > 2 * most:
            return None
        gates = np.repeat(plus, 2 ** len(free), axis=0)
        gates[:, free] = np.array(list(product((False, True), repeat=len(free))), dtype=bool)
        gates = gates[gates.any(axis=1)]
        G = len(gates)
        found.append(
            Groups(
                np.repeat(sector[None], G, axis=0), np.repeat(sign[None], G, axis=0), gates, np.repeat(mixed, G, axis=0)
            )
        )
    groups = concatenated(found) if found else _none(cut, width)
    return groups if groups.count <= most else None


def groups_of(cut: Sectors, sector: np.ndarray, sign: np.ndarray, q: np.ndarray) -> tuple[Groups, np.ndarray]:
    """Return the groups of sub-networks with coordinates q (G, m1, 2) ≥ 0, and their relu(Σ s relu(X w)) (G, n)."""
    order = np.lexsort((sign, sector), axis=1)
    sector, sign = np.take_along_axis(sector, order, axis=1), np.take_along_axis(sign, order, axis=1)
    q = np.take_along_axis(q, order[:, :, None], axis=1)
    plus, mixed = _roles(cut, sector, sign)
    h = np.einsum("gm,ngm->gn", sign, cut.at_here[:, sector] * q[..., 0] + cut.at_there[:, sector] * q[..., 1])
    return Groups(sector, sign, np.where(mixed, h > 0, plus), mixed), np.maximum(h, 0.0)


def _roles(cut: Sectors, sector: np.ndarray, sign: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return on which samples (G, n) a + neuron is active, and on which neurons of both signs are."""
    active = cut.active[:, sector].transpose(1, 2, 0)  # (G, m1, n)
    plus, minus = (np.any(active & (sign == o)[:, :, None], axis=1) for o in (1.0, -1.0))
    return plus, plus & minus


def _none(cut: Sectors, width: int) -> Groups:
    n = cut.active.shape[0]
    return Groups(np.zeros((0, width), dtype=int), np.zeros((0, width)), np.zeros((0, n), bool), np.zeros((0, n), bool))


def generated_groups(
    cut: Sectors, width: int, z: np.ndarray, *, tries: int, keep: int, rng: np.random.Generator
) -> Groups:
    """Return the groups of the ``keep`` out of many random sub-networks most correlated with a residual z (n,)."""
    sector = rng.integers(cut.count, size=(tries, width))
    sign = rng.choice([1.0, -1.0], size=(tries, width))
    q = rng.exponential(size=(tries, width, 2)) * (rng.random((tries, width, 2)) < 0.7)
    w = cut.here[:, sector] * q[..., 0] + cut.there[:, sector] * q[..., 1]
    groups, outputs = groups_of(cut, sector, sign, q)
    correlation = np.abs(outputs @ z) / np.maximum(np.linalg.norm(w, axis=(0, 2)), 1e-300)
    best = np.argsort(-correlation)[:keep]
    return groups.take(best[correlation[best] > 0]).distinct()
