"""A tree of signs of rows that proves a bound of zᵀ relu(X u), as a proof file lists it, for data of many features.

The relaxation and the choice of rows are those of ``SignSearch``. Here every node is bounded with the multipliers
that the file has, rounded as they are there.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from landscape.geometry.sign_search import LEAST_SQUARE, ROOT_STEPS, STEPS, Nodes, Side
from landscape.geometry.support import projection_multipliers
from landscape.model.exact import EPS
from landscape.proof_file.signs import PARTS, Rows
from landscape.results.export.leaves import Leaves

AT_ONCE = 64
"""Nodes that are branched at a time."""

SLACK = 1e-12
"""By so much of all that is added up a bound is claimed above what float64 finds."""

MOST_NU = 1000 * PARTS
"""Largest ν."""

HALVINGS = 100
"""Steps towards the best μ of a leaf."""

CELL_DIGITS, CELL_SLACK = 14, 1e-13
"""Digits of the multipliers of a leaf with all signs known, and what they round off in all, as a share of their sum."""


@dataclass(eq=False, slots=True)
class _Node:
    """A node of the tree.

    Arguments
        side: which sign of f; solved: its relaxation, of one node.
        bound: of that sign's gain, in units of the cover.
        multipliers: (n, 2) whole numbers of PARTS as the file has them, the second of a row only for its q.
        cell: (n,) the multipliers of a leaf with all signs known, in units of the cover; None for another.
        row, parts: which row gets a sign, where one does, and what the node then consists of.
    """

    side: int
    solved: Nodes
    bound: float
    multipliers: np.ndarray
    cell: np.ndarray | None = None
    row: int = -1
    parts: tuple[_Node, ...] = ()


class SignCover:
    """A tree that is refined until no gain exceeds a number, or there are enough leaves.

    Arguments
        felt: the rows of f; signs: of f itself, 1, and of −f, −1.
    """

    def __init__(self, felt: Rows, signs: Sequence[int]) -> None:
        largest = [max(map(abs, e)) for e in felt.rows]  # of whole numbers of any size
        rows = np.array([[x / size for x in e] for e, size in zip(felt.rows, largest, strict=True)])
        length = np.linalg.norm(rows, axis=1)
        sizes = [w * size for w, size in zip(felt.weights, largest, strict=True)]
        total = sum(map(abs, sizes)).bit_length()
        unit, weights = rows / length[:, None], length * [size / (1 << total) for size in sizes]
        self._exponent, self._lengths = felt.exponent + total, length * [float(size) for size in largest]
        self._places = felt.places
        n, r = unit.shape
        squares = np.einsum("ni,nj->nij", unit, unit).reshape(n, r * r)
        self._sides = [Side(unit, squares, sign * weights) for sign in signs]
        self._slack = (SLACK + 64 * (n + r) * EPS) * float(np.abs(weights).sum())
        self._open = Leaves[_Node]()
        self._roots = [self._bounded(k, side.root(), ROOT_STEPS)[0] for k, side in enumerate(self._sides)]
        self._keep(self._roots)

    @property
    def leaves(self) -> int:
        """How many nodes have no parts."""
        return len(self._open)

    @property
    def most(self) -> float:
        """What the leaves now prove."""
        return float(np.ldexp(self._open.highest[0], self._exponent))

    def refine(self, level: float, leaves: int) -> None:
        """Branch nodes, the highest first, until their bound is at most a level, or there are so many leaves."""
        while self.most > level and self.leaves < leaves:
            k = self._open.highest[1].side
            taken: list[_Node] = []
            while len(self._open) and len(taken) < AT_ONCE:
                node = self._open.highest[1]
                if node.side != k or node.cell is not None:
                    break
                taken.append(self._open.pop())
            if not taken:
                return  # the highest bound is that of one cell, and exact
            self._keep(self._branched(k, taken))

    def entries(self) -> tuple[list[Any], float]:
        """Return the list of the nodes as the file has it, and the number that none of the leaves exceeds."""
        listed: list[Any] = []
        stack = list(reversed(self._roots))
        while stack:
            node = stack.pop()
            if node.parts:
                listed.append(self._places[node.row])
            elif node.cell is not None:
                m = np.ldexp(node.cell / self._lengths, self._exponent)
                listed.append([[float(f"{x:.{CELL_DIGITS}g}") for x in m.tolist()]])
            else:
                two = (node.solved.sign[0] == 0) & (self._sides[node.side].w < 0)
                given = [m[: 1 + both] for m, both in zip(node.multipliers.tolist(), two.tolist(), strict=True)]
                listed.append([float(np.ldexp(self._mu(node), self._exponent)), [m for ms in given for m in ms]])
            stack.extend(reversed(node.parts))
        return listed, self.most

    def _keep(self, nodes: Sequence[_Node]) -> None:
        for node in nodes:
            self._open.push(node.bound, node)

    def _branched(self, k: int, nodes: Sequence[_Node]) -> list[_Node]:
        """Return the parts of nodes of one side."""
        names = Nodes.__slots__
        together = Nodes(*(np.concatenate([getattr(node.solved, name) for node in nodes]) for name in names))
        halves = self._sides[k].halves(together)
        parts = self._bounded(k, halves, STEPS)
        for place, node in enumerate(nodes):
            first, second = parts[2 * place], parts[2 * place + 1]
            node.row = int(np.flatnonzero(first.solved.sign[0] != node.solved.sign[0])[0])
            node.parts = (first, second)
        return parts

    def _bounded(self, k: int, nodes: Nodes, steps: Iterable[float]) -> list[_Node]:
        """Return nodes of one side with their multipliers and bounds."""
        side = self._sides[k]
        _, solved, _ = side.bound(nodes, steps)
        multipliers = self._multipliers(side, solved)
        linear, square, constant = self._shares(side, solved.sign, multipliers)
        bounds, _, _, _ = side.maximum(linear, square, constant)
        found = []
        for i, bound in enumerate(bounds.tolist()):
            node = _Node(k, solved.take(np.array([i])), bound + self._slack, multipliers[i])
            if node.solved.sign.all():
                node.cell, node.bound = self._cell(side, node.solved.sign[0])
            found.append(node)
        return found

    @staticmethod
    def _multipliers(side: Side, nodes: Nodes) -> np.ndarray:
        """Return the multipliers (B, n, 2) of relaxations, as whole numbers of PARTS."""
        t, T, nu = (np.asarray(part, dtype=float) for part in (nodes.t, nodes.T, nodes.nu))
        c = np.clip(np.rint(PARTS * np.sqrt(np.maximum(T, LEAST_SQUARE))), 1, PARTS)
        _, p, q = side.chosen(t, T)
        p, q = np.floor(PARTS * p), np.floor(PARTS * q)
        nu = np.minimum(np.rint(PARTS * nu / side.size), MOST_NU)
        known, below = nodes.sign != 0, side.w < 0
        first = np.where(known, nu, np.where(below, p, c))
        return np.stack([first, np.where(known | ~below, 0, q)], axis=-1).astype(int)

    @staticmethod
    def _shares(side: Side, sign: np.ndarray, multipliers: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Return the coefficients of t and t² (B, n), and constants (B,), that multipliers give."""
        first, second = np.moveaxis(multipliers / PARTS, -1, 0)
        w, size = side.w, side.size
        above, below, nu = (w > 0) & (sign == 0), (w < 0) & (sign == 0), first * size
        c = np.where(above, np.maximum(first, 1.0 / PARTS), 1.0)
        linear = np.where(
            above, w / 2.0, np.where(below, w * (first + second / 2.0), sign * nu + np.maximum(sign, 0) * w)
        )
        square = np.where(above, w / (4.0 * c), np.where(below, w * second / 2.0, -nu))
        return linear, square, np.where(above, w * c / 4.0, 0.0).sum(axis=1)

    def _cell(self, side: Side, sign: np.ndarray) -> tuple[np.ndarray, float]:
        """Return multipliers m (n,) ≥ 0 that make ‖g + Σ ± m x‖ small, and that length."""
        cone = sign[:, None] * side.unit
        g = np.where(sign > 0, side.w, 0.0) @ side.unit
        m = projection_multipliers(cone, g)
        return m, float(np.linalg.norm(g + cone.T @ m)) + self._slack + CELL_SLACK * float(m.sum())

    def _mu(self, node: _Node) -> float:
        """Return the μ that makes the bound of a leaf least: there ‖(μ − Q)⁻¹ b‖ = 2, or μ is the least allowed."""
        side, solved = self._sides[node.side], node.solved
        linear, square, _ = self._shares(side, solved.sign, node.multipliers[None])
        r = side.unit.shape[1]
        values, vectors = np.linalg.eigh((square[0] @ side.squares).reshape(r, r))
        half = vectors.T @ (linear[0] @ side.unit) / 2.0
        least = max(float(values[-1]), 0.0) + self._slack / 16.0
        low, high = least, least + float(np.linalg.norm(half))
        for _ in range(HALVINGS):
            middle = (low + high) / 2.0
            low, high = (middle, high) if np.linalg.norm(half / (middle - values)) > 1.0 else (low, middle)
        return float(high)
