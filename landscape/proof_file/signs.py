"""Signs of rows, and what zᵀ relu(X u) is at most where they are known: the proof for data of many features.

For u of length at most 1, a row e with ‖e‖ ≤ ℓ and t = e·u has t² ≤ ℓ |t| and |t| ≤ ℓ. So with w its weight

- w relu(t) ≤ w (t + (t²/c + c)/2)/2 for w > 0 and any c > 0;
- w relu(t) ≤ w (p t + q (t + t²/ℓ)/2) for w < 0 and any p, q ≥ 0 with p + q ≤ 1;
- w relu(t) = w t where t ≥ 0 is known, and 0 where t ≤ 0 is; there 0 ≤ ν (±t − t²/ℓ) for any ν ≥ 0.

Their sum is b·u + uᵀQu + constant. If the matrix [[μ − Q, −b/2], [−bᵀ/2, τ]] is positive definite and μ ≥ 0, then

    b·u + uᵀQu  ≤  μ ‖u‖² + τ  ≤  μ + τ,

and so f(u) ≤ most for τ = most − constant − μ. Where all signs are known, f is g·u with g the sum of w e over the rows
with t ≥ 0, and f(u) ≤ ‖g + Σ ± m e‖ for any m ≥ 0, as ±t ≥ 0. Every u has some sign of each row: the nodes of a tree,
at each of which one row gets either sign, cover everything.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import isqrt
from typing import Any

from landscape.proof_file.arithmetic import Number, dot, is_at_most, whole
from landscape.proof_file.document import number, numbers
from landscape.proof_file.neurons import Row
from landscape.proof_file.work import UnprovenError, Work

PARTS = 10_000
"""c, p, q and ν are given as whole numbers of so many parts: c of ℓ, p and q of 1, and ν of |w|."""

MOST_PRODUCTS = 5_000_000
"""Most products of two entries of a row that are kept for all rows."""

KEPT_BITS = 96
"""Binary digits that Q, b and the constant are rounded to, upwards: fewer make the matrix quicker to check."""


@dataclass(frozen=True)
class Rows:
    """What is the same at every node.

    Arguments
        weights, rows: of f(u) = 2^exponent Σ w relu(e·u), a weight w ≠ 0 and a row e ≠ 0 of r whole numbers each.
        places: of each row among all rows of X.
    """

    weights: list[int]
    rows: list[Row]
    places: list[int]
    exponent: int


def felt_rows(rows: Sequence[tuple[Row, int, int]], z: Sequence[int], z_exponent: int) -> Rows:
    """Return zᵀ relu(X u) row by row, for the ``directions`` of X (n, r) and whole numbers z (n,) times 2^exponent."""
    felt = [i for i, ((_, k, _), weight) in enumerate(zip(rows, z, strict=True)) if k and weight]
    lowest = min((rows[i][2] for i in felt), default=0)
    weights = [rows[i][1] * z[i] << (rows[i][2] - lowest) for i in felt]
    return Rows(weights, [rows[i][0] for i in felt], felt, lowest + z_exponent)


def check_signs(felt: Rows, signs: Sequence[int], entries: object, most: Number, work: Work) -> int:
    """Check that neither f nor, where ``signs`` has −1 too, −f exceeds a number, and return how many nodes show it.

    Arguments
        entries: the tree of each sign, one after the other, each node before its parts. A whole number i gives row i of
            X either sign, + first; [μ, [...]] is a leaf with c, or p and q, or ν of each row in turn, and [[...]] one
            with m of each row, where all signs are known.
        most: the number.

    Raises UnprovenError, and UnreadableError for what is no such list.
    """
    if not isinstance(entries, list):
        raise UnprovenError("The tree of signs is not a list.")
    n, r = len(felt.rows), len(felt.rows[0])
    if n * r * r > MOST_PRODUCTS:
        raise UnprovenError(f"Signs of {n:,} rows of {r} features are not checked: they are too many.")
    node = _Node(felt)
    at = {place: j for j, place in enumerate(felt.places)}
    stack = [(sign, (0,) * n) for sign in reversed(signs)]
    leaves = 0
    for place, entry in enumerate(entries, 1):
        if not stack:
            raise UnprovenError(f"The list of nodes goes on after its end, at entry {place}.")
        sign, known = stack.pop()
        work.spend(n)
        if type(entry) is int:
            j = at.get(entry)
            if j is None or known[j]:
                raise UnprovenError(f"Node {place} gives a sign to a row that has one, or needs none.")
            stack += [(sign, (*known[:j], side, *known[j + 1 :])) for side in (-1, 1)]
            continue
        if not isinstance(entry, list) or not 1 <= len(entry) <= 2:
            raise UnprovenError(f"Node {place} is neither a row nor the numbers of a leaf.")
        weights = [sign * w for w in felt.weights]
        if len(entry) == 1:
            work.spend(n * r)
            shown = node.within_cell(weights, known, numbers(entry[0], f"node {place}", n, data=False), most)
        else:
            work.spend(n * r * r + r**3 * 8, node.bits)
            shown = node.by_multipliers(weights, known, *_leaf(entry, place), most)
        if not shown:
            raise UnprovenError(f"The numbers of node {place} do not show that no neuron exceeds what is claimed.")
        leaves += 1
    if stack:
        raise UnprovenError(
            f"The signs do not cover all neurons: {len(stack)} nodes are missing at the end of the list."
        )
    return leaves


def _leaf(entry: list[Any], place: int) -> tuple[Number, list[int]]:
    mu, multipliers = number(entry[0], f"node {place}", data=False), entry[1]
    if not isinstance(multipliers, list) or not all(type(m) is int and 0 <= m <= PARTS**2 for m in multipliers):
        raise UnprovenError(f"The multipliers of node {place} must be whole numbers from 0 to {PARTS**2}.")
    return mu, multipliers


class _Node:
    """The checks of a leaf.

    Attributes
        bits: binary digits of the numbers that Q is made of.
    """

    def __init__(self, felt: Rows) -> None:
        self._felt = felt
        self._lengths = [isqrt(dot(e, e) - 1) + 1 for e in felt.rows]
        self._squares = [[x * y for a, x in enumerate(e) for y in e[: a + 1]] for e in felt.rows]
        longest = max(self._lengths).bit_length()
        size = sum(abs(w) * length for w, length in zip(felt.weights, self._lengths, strict=True))
        self._fine = longest + KEPT_BITS
        self._unit = size.bit_length() - KEPT_BITS
        self.bits = 2 * longest + self._fine

    def within_cell(
        self, weights: Sequence[int], known: Sequence[int], multipliers: Sequence[Number], most: Number
    ) -> bool:
        """Return whether ‖g + Σ ± m e‖ ≤ most, all signs being known."""
        if not all(known) or min(multipliers) < 0:
            return False
        m, of_m = whole(multipliers)
        of_w = self._felt.exponent
        exponent = min(of_m, of_w)
        total = [0] * len(self._felt.rows[0])
        for w, side, k, e in zip(weights, known, m, self._felt.rows, strict=True):
            factor = (max(side, 0) * w << of_w - exponent) + (side * k << of_m - exponent)
            total = [s + factor * x for s, x in zip(total, e, strict=True)]
        (limit,), of_limit = whole([most])
        return limit >= 0 and is_at_most(dot(total, total), 2 * exponent, limit * limit, 2 * of_limit)

    def by_multipliers(
        self, weights: Sequence[int], known: Sequence[int], mu: Number, multipliers: Sequence[int], most: Number
    ) -> bool:
        """Return whether the matrix of the multipliers of a leaf is positive definite.

        Its unit is 2^_unit of the weights' own. Rounding lowers no entry of Q and none of b by more than a unit: r
        units in μ make good for the first, and 2 r in the constant for the second.
        """
        r = len(self._felt.rows[0])
        linear, square, constant = [0] * r, [0] * (r * (r + 1) // 2), 0
        left = iter(multipliers)
        try:
            for w, side, length, e, squares in zip(
                weights, known, self._lengths, self._felt.rows, self._squares, strict=True
            ):
                of_t, of_square, (above, below) = 0, 0, (0, 1)
                if side == 0 and w > 0:
                    c = next(left)
                    of_t, above, below = PARTS * w, w * PARTS, 4 * c * length
                    constant += w * c * length
                elif side == 0:
                    p, q = next(left), next(left)
                    if p + q > PARTS:
                        return False
                    of_t, above, below = w * (2 * p + q), w * q, 2 * PARTS * length
                else:
                    nu = abs(w) * next(left)
                    of_t, above, below = side * 2 * nu + (2 * PARTS * w if side > 0 else 0), -nu, PARTS * length
                of_square = -((-above << self._fine) // below)
                linear = [s + of_t * x for s, x in zip(linear, e, strict=True)]
                square = [s + of_square * x for s, x in zip(square, squares, strict=True)]
        except (StopIteration, ZeroDivisionError):
            return False
        if next(left, None) is not None:
            return False
        half = [_scaled(b, self._unit, 4 * PARTS) for b in linear]
        constant = _scaled(constant, self._unit, 4 * PARTS) + 1 + 2 * r
        of_mu, limit = (self._in_units(value) for value in (mu, most))
        if of_mu < 0:
            return False
        matrix = [
            [-_scaled(square[a * (a + 1) // 2 + b], self._unit + self._fine) for b in range(a + 1)] for a in range(r)
        ]
        for a in range(r):
            matrix[a][a] += of_mu - r
        matrix.append([*(-b for b in half), limit - constant - of_mu])
        return is_positive_definite(matrix)

    def _in_units(self, value: Number) -> int:
        """Return a number in units, rounded down."""
        (k,), exponent = whole([value])
        return _scaled(k, self._unit + self._felt.exponent - exponent)


def _scaled(value: int, exponent: int, divisor: int = 1) -> int:
    """Return value / (divisor 2^exponent), rounded down."""
    return (value << max(-exponent, 0)) // (divisor << max(exponent, 0))


def is_positive_definite(triangle: list[list[int]]) -> bool:
    """Return whether a symmetric matrix of whole numbers, its lower triangle by rows, is positive definite.

    It is where all its leading minors are above 0 (Sylvester). They are the pivots of an elimination without fractions
    (Bareiss, 1968).
    """
    rows, before = [list(row) for row in triangle], 1
    for k in range(len(rows)):
        pivot = rows[k][k]
        if pivot <= 0:
            return False
        for i in range(k + 1, len(rows)):
            factor = rows[i][k]
            for j in range(k + 1, i + 1):
                rows[i][j] = (pivot * rows[i][j] - factor * rows[j][k]) // before
        before = pivot
    return True
