"""Cones that prove a bound of zᵀ relu(X u), as a proof file lists them: cut where the bound is highest, until it holds.

What is cut, and what a cone has at its rays, is computed by the checker's own ``Cone``, in whole numbers. Only where to
cut, and the vector p of a cone, are chosen in float64; p is then made long enough.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

import numpy as np

from landscape.geometry.cone_search import projected
from landscape.model.exact import EPS
from landscape.proof_file.arithmetic import dot, is_at_most, whole
from landscape.proof_file.cones import GAMMA_BITS, Cone, first_cones
from landscape.proof_file.neurons import Gain, Row
from landscape.results.export.leaves import Leaves

AT_ONCE = 32
"""Cones that are cut at a time."""

MOST_RAY_BITS = 512
"""A new ray of more binary digits than this is replaced by one of few, near it."""

FEW_BITS = 24
"""Binary digits of the multiples that such a ray is made of."""

LEAST_SHARE = 2.0**-40
"""A new ray of few digits is at least at this share of the way between its ends."""

LEAST_BEND = 1e-300
"""What a row that changes sign between two rays counts for at least in the choice of an edge."""

FINE, COARSE = 13, 4
"""Digits to which the vectors of cones are written: those that matter, and those that have room."""

Entry = list[Any]


@dataclass(eq=False, slots=True)
class _Node:
    """A cone of the cover.

    Arguments
        cone: it is; inward: (r,) a vector with inward·u ≥ 1 for every unit vector u of the cone.
        at_rays: what the cone has at its rays, as whole numbers.
        p, length: (r,) its vector in units of the cover, and its length.
        entry: how it is cut, where it is; parts: into what.
    """

    cone: Cone
    inward: np.ndarray
    p: np.ndarray
    at_rays: list[int] = field(default_factory=list)
    length: float = 0.0
    entry: Entry = field(default_factory=list)
    parts: tuple[_Node, ...] = ()


class ConeCover:
    """A cover by cones that is refined until no gain exceeds a number, or there are enough of them.

    Arguments
        gains: f, or f and −f.
        rows: (n, r) directions of rows at which edges are cut.
    """

    def __init__(self, gains: Sequence[Gain], rows: Sequence[Row]) -> None:
        self._places = {row: i for i, row in reversed(list(enumerate(rows)))}
        some = gains[0]
        size = dot([abs(w) for w, _ in some.bends], [max(map(abs, e)) for _, e in some.bends])
        self._size = 1 << (size + max(map(abs, some.slope))).bit_length()
        self._exponent = some.exponent + self._size.bit_length() - 1
        r = len(some.slope)
        inward = _inward(r)
        self._roots = [
            _Node(cone, inward[j], np.zeros(r)) for gain in gains for j, cone in enumerate(first_cones(gain))
        ]
        self._open = Leaves[_Node]()
        self._keep(self._roots)

    @property
    def leaves(self) -> int:
        """How many cones cover all neurons."""
        return len(self._open)

    @property
    def most(self) -> float:
        """What the cones now prove, up to rounding."""
        return float(np.ldexp(self._open.highest[0], self._exponent))

    def refine(self, level: float, leaves: int) -> None:
        """Cut cones, those with the highest bound first, until it is at most a level, or there are so many leaves."""
        while self.most > level and self.leaves < leaves:
            taken = [self._open.pop() for _ in range(min(AT_ONCE, self.leaves))]
            parts = [part for node in taken for part in self._cut(node)]
            self._keep(parts)
            if len(parts) == len(taken):
                return  # no bend is left in any of them

    def entries(self) -> tuple[list[Entry], float]:
        """Return the list of the cones as the file has it, and the number that none of them exceeds."""
        fine = [self._written(node, FINE) for node in self._open]
        most = max(float(np.linalg.norm(p)) for p in fine) * (1.0 + 8 * EPS)
        for node, p in zip(self._open, fine, strict=True):
            coarse = self._written(node, COARSE)
            node.entry = coarse if np.linalg.norm(coarse) <= most * (1.0 - 4 * EPS) else p
        listed, stack = [], list(reversed(self._roots))
        while stack:
            node = stack.pop()
            listed.append(node.entry)
            stack.extend(reversed(node.parts))
        return listed, most

    def _keep(self, nodes: list[_Node]) -> None:
        """Bound cones and keep them as leaves."""
        for node in nodes:
            node.at_rays = node.cone.most()
        lengths = [node.cone.lengths() for node in nodes]
        rays = np.array(
            [
                [[x / length for x in ray] for ray, length in zip(node.cone.rays, sizes, strict=True)]
                for node, sizes in zip(nodes, lengths, strict=True)
            ]
        )
        unit = self._size << GAMMA_BITS
        c = np.array(
            [
                [value / (unit * length) for value, length in zip(node.at_rays, sizes, strict=True)]
                for node, sizes in zip(nodes, lengths, strict=True)
            ]
        )
        r = rays.shape[-1]
        p = projected(rays, c, 64 * EPS * r * r)
        p[np.all(c <= 0, axis=1)] = 0.0
        lacking = np.maximum(np.max(c - np.einsum("kjd,kd->kj", rays, p), axis=1), 0.0)
        for node, found, lack in zip(nodes, p, lacking, strict=True):
            node.p = found + lack * node.inward
            node.length = float(np.linalg.norm(node.p))
            self._open.push(node.length, node)

    def _cut(self, node: _Node) -> list[_Node]:
        """Return the parts of a cone, or the cone itself where no bend is left."""
        cone = node.cone
        if not cone.bends:
            return [node]
        lengths = cone.lengths()
        at = np.array([[t / length for t, length in zip(bend[2], lengths, strict=True)] for bend in cone.bends])
        weight = np.array([abs(w) / self._size for w, _, _ in cone.bends])
        sides = np.array([[(t > 0) - (t < 0) for t in bend[2]] for bend in cone.bends])
        first, second = np.triu_indices(at.shape[1], 1)
        changes = sides[:, first] * sides[:, second] < 0
        bent = weight[:, None] * np.minimum(np.abs(at[:, first]), np.abs(at[:, second]))
        bent = np.where(changes, np.maximum(bent, LEAST_BEND), 0.0)
        edge = int(np.argmax(bent.sum(axis=0)))
        a, b = int(first[edge]), int(second[edge])
        apart = np.where(changes[:, edge], at[:, a] - at[:, b], 1.0)
        share = np.clip(at[:, a] / np.where(apart == 0, 1.0, apart), LEAST_SHARE, 1.0 - LEAST_SHARE)
        order = np.argsort(share)
        below = np.cumsum(bent[order, edge])
        chosen = int(order[np.searchsorted(below, 0.5 * below[-1])])
        row = cone.bends[chosen][1]
        parts = cone.cut_at(a, b, row)
        node.entry = [[a, b], self._place(row)]
        if parts is None or max(abs(x).bit_length() for x in parts[0].rays[b]) > MOST_RAY_BITS:
            multiples = _few_bits(float(share[chosen]), lengths[a], lengths[b])
            parts, node.entry = cone.cut(a, b, *multiples), [[a, b], list(multiples)]
        node.parts = tuple(_Node(part, node.inward, node.p) for part in parts)
        return list(node.parts)

    def _place(self, row: Row) -> int:
        place = self._places.get(row)
        return self._places[tuple(-x for x in row)] if place is None else place

    def _written(self, node: _Node, digits: int) -> list[float]:
        """Return the vector of a cone in few digits, made so long that it exceeds what the cone has at every ray."""
        values, exponent = node.at_rays, self._exponent - self._size.bit_length() + 1 - GAMMA_BITS
        missing = 0.0
        while True:
            p = node.p + missing * node.inward
            scaled = np.ldexp(p, self._exponent)
            found = [float(f"{x:.{digits}g}") for x in scaled.tolist()]
            numbers, of_p = whole(found)
            if all(is_at_most(c, exponent, dot(numbers, v), of_p) for c, v in zip(values, node.cone.rays, strict=True)):
                return found
            missing = max(4.0 * missing, node.length * 10.0**-digits, 1e-17)


def _inward(r: int) -> np.ndarray:
    """Return for each of the ``first_cones`` a vector w (r + 1, r) with w·u ≥ 1 for all its unit vectors u.

    It is so at rays v of length 1, and u = Σ θ_k v_k with θ ≥ 0 and Σ θ_k ≥ 1.
    """
    inward = np.ones((r + 1, r))
    for j in range(r):
        inward[j, j] = -(r - 1) - np.sqrt(r)
    return inward * 1.001


def _few_bits(share: float, length_a: int, length_b: int) -> tuple[int, int]:
    """Return whole numbers s, t with s v_a + t v_b about at a share of the way between the rays in length 1."""
    ratio = Fraction(share) * length_a / (Fraction(1.0 - share) * length_b)
    few = ratio.limit_denominator(1 << FEW_BITS) if ratio > 1 else 1 / (1 / ratio).limit_denominator(1 << FEW_BITS)
    return few.denominator, few.numerator
