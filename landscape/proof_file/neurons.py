"""What a dual vector gives for a neuron, zᵀ relu(X u): a function of its weights u with a bend at each line of rows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from landscape.proof_file.arithmetic import Number, primitive, whole

Row = tuple[int, ...]


@dataclass(frozen=True)
class Gain:
    """The function f(u) = 2^exponent · (slope·u + Σ w relu(e·u)), which is zᵀ relu(X u).

    Rows in one direction are put together, and those against them too, as relu(−t) = relu(t) − t. So nothing is left,
    no slope and no bend, where and only where f is 0 for every u.

    Arguments
        slope: r whole numbers.
        bends: pairs of a weight w ≠ 0 and a direction e of r whole numbers without common divisor.
        exponent: of the unit.
    """

    slope: Row
    bends: tuple[tuple[int, Row], ...]
    exponent: int

    @property
    def vanishes(self) -> bool:
        """Whether it is 0 for every neuron."""
        return not self.bends and not any(self.slope)

    def negative(self) -> Gain:
        """Return −f."""
        return Gain(tuple(-s for s in self.slope), tuple((-w, e) for w, e in self.bends), self.exponent)


def directions(X: Sequence[Sequence[Number]]) -> list[tuple[Row, int, int]]:
    """Return each row x as (e, k, exponent): x = k · 2^exponent · e, e whole numbers without common divisor, k ≥ 0."""
    found = []
    for x in X:
        numbers, exponent = whole(x)
        e, k = primitive(numbers)
        found.append((e, k, exponent))
    return found


def gain(rows: Sequence[tuple[Row, int, int]], z: Sequence[int], z_exponent: int) -> Gain:
    """Return zᵀ relu(X u) for the ``directions`` of X (n, r) and whole numbers z (n,) times 2^z_exponent."""
    felt = [(e, k * weight, exponent) for (e, k, exponent), weight in zip(rows, z, strict=True) if k and weight]
    lowest = min((exponent for _, _, exponent in felt), default=0)
    r = len(rows[0][0])
    both: dict[Row, int] = {}
    slope = [0] * r
    for e, weight, exponent in felt:
        w, along = weight << (exponent - lowest), next(entry for entry in e if entry) > 0
        if not along:
            slope = [s + w * entry for s, entry in zip(slope, e, strict=True)]
        line = e if along else tuple(-entry for entry in e)
        both[line] = both.get(line, 0) + w
    return Gain(tuple(slope), tuple((w, e) for e, w in both.items() if w), lowest + z_exponent)
