"""Cones that cover all neurons, and what zᵀ relu(X u) is at most on each: the proof for data of few features.

A cone {Σ θ_k v_k : θ ≥ 0} has as many rays v_k as there are features. On it, at u = Σ θ_k v_k,

- w relu(e·u) ≤ Σ θ_k w relu(e·v_k) for a weight w > 0, as relu is convex;
- w relu(e·u) ≤ Σ θ_k w γ e·v_k for a weight w < 0 and any γ in [0, 1], as relu(t) ≥ γ t;
- where no ray has e·v_k of the other sign, w relu(e·u) is w e·u, or 0.

With c_k their sums at the rays, f(u) ≤ Σ θ_k c_k. If a vector p has p·v_k ≥ c_k at every ray, then f(u) ≤ p·u ≤ ‖p‖ for
every u of length 1 in the cone.

The cones of the r + 1 vectors e_1, …, e_r and −(1, …, 1), each without one of them, cover everything: add to any u as
many times (1, …, 1) as makes its least entry 0. A cone is cut in two at a point of the edge between two of its rays,
by which it loses nothing: the parts have the point in place of one end or the other.
"""

from __future__ import annotations

from math import gcd, isqrt

from landscape.proof_file.arithmetic import dot
from landscape.proof_file.neurons import Gain, Row

GAMMA_BITS = 32
"""γ is a multiple of 2^-GAMMA_BITS."""

RATIO_BITS, WEIGHT_BITS = 64, 20
"""Values at the rays are divided by the rays' lengths to so many binary digits, for the choice of γ; and c likewise."""

LEAST_WEIGHT = 10
"""A ray with the highest c counts so much more for γ than one where c is 0 or below."""


class Cone:
    """A cone, with what the gain f is on it.

    Attributes
        rays: r vectors of r whole numbers.
        slope: of all bends that every ray is on one side of, and of f itself.
        bends: for each other one its weight w, its direction e, and e·v_k at the rays.
    """

    __slots__ = ("bends", "rays", "slope")

    def __init__(self, rays: tuple[Row, ...], slope: Row, bends: list[tuple[int, Row, Row]]) -> None:
        self.rays = rays
        total, left = list(slope), []
        for bend in bends:
            w, e, at = bend
            if min(at) >= 0:
                total = [s + w * entry for s, entry in zip(total, e, strict=True)]
            elif max(at) > 0:
                left.append(bend)
        self.slope, self.bends = tuple(total), left

    def cut(self, a: int, b: int, of_a: int, of_b: int) -> tuple[Cone, Cone]:
        """Return the parts of the cone when the edge from its ray a to its ray b is cut at of_a v_a + of_b v_b.

        The first has the new ray in place of ray b, the second in place of ray a. Both multiples are above 0.
        """
        new = [of_a * x + of_b * y for x, y in zip(self.rays[a], self.rays[b], strict=True)]
        divisor = gcd(*new) or 1
        ray = tuple(entry // divisor for entry in new)
        values = [(of_a * at[a] + of_b * at[b]) // divisor for _, _, at in self.bends]
        return self._with(b, ray, values), self._with(a, ray, values)

    def cut_at(self, a: int, b: int, row: Row) -> tuple[Cone, Cone] | None:
        """Return the parts when that edge is cut where row·u = 0; None where the row does not change sign on it."""
        at_a, at_b = dot(row, self.rays[a]), dot(row, self.rays[b])
        if not (at_a < 0 < at_b or at_b < 0 < at_a):
            return None
        divisor = gcd(at_a, at_b)
        return self.cut(a, b, abs(at_b) // divisor, abs(at_a) // divisor)

    def _with(self, place: int, ray: Row, values: list[int]) -> Cone:
        rays = (*self.rays[:place], ray, *self.rays[place + 1 :])
        bends = [
            (w, e, (*at[:place], value, *at[place + 1 :])) for (w, e, at), value in zip(self.bends, values, strict=True)
        ]
        return Cone(rays, self.slope, bends)

    def most(self) -> list[int]:
        """Return the c_k of the rays, in the gain's unit times 2^-GAMMA_BITS.

        Any γ would do. A first one leaves the same gap at the two rays, taken in length 1, at which a bend is furthest
        on either side. The bound is high at rays where c is: a second γ leaves less gap there.
        """
        lengths = self.lengths()
        base = [dot(self.slope, ray) << GAMMA_BITS for ray in self.rays]
        below = []
        for w, _, at in self.bends:
            if w > 0:
                base = [c + (w * max(t, 0) << GAMMA_BITS) for c, t in zip(base, at, strict=True)]
            else:
                below.append((w, at, [(t << RATIO_BITS) // length for t, length in zip(at, lengths, strict=True)]))
        total = base
        for w, at, unit in below:
            gamma = (max(unit) << GAMMA_BITS) // (max(unit) - min(unit))
            total = [c + w * gamma * t for c, t in zip(total, at, strict=True)]
        high = [c // length for c, length in zip(total, lengths, strict=True)]
        largest = max(map(abs, high), default=0)
        weights = [((LEAST_WEIGHT * max(c, 0) + largest) << WEIGHT_BITS) // (largest + 1) for c in high]
        for w, at, unit in below:
            parts = [(weight * t) ** 2 for weight, t in zip(weights, unit, strict=True)]
            ahead = sum(part for part, t in zip(parts, unit, strict=True) if t > 0)
            gamma = (ahead << GAMMA_BITS) // (sum(parts) or 1)
            base = [c + w * gamma * t for c, t in zip(base, at, strict=True)]
        return base

    def lengths(self) -> list[int]:
        """Return the lengths of the rays, rounded down, at least 1."""
        return [max(isqrt(dot(ray, ray)), 1) for ray in self.rays]


def first_cones(gain: Gain) -> list[Cone]:
    """Return the cones of a simplex around 0, which cover all neurons."""
    r = len(gain.slope)
    corners = [tuple(int(j == k) for k in range(r)) for j in range(r)] + [(-1,) * r]
    cones = []
    for left_out in range(r + 1):
        rays = tuple(corner for j, corner in enumerate(corners) if j != left_out)
        bends = [(w, e, tuple(dot(e, ray) for ray in rays)) for w, e in gain.bends]
        cones.append(Cone(rays, gain.slope, bends))
    return cones
