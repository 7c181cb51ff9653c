"""The runs that are played."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True)
class PackedWeights:
    """The weights of a run: for each stored step a block of (d + 1) × m numbers, row by row, alpha last.

    Arguments
        d, m: features and neurons; bits: of each number, a float.
        ones: whether every alpha is 1, and the blocks are without it; data: the blocks' bytes in base 64.
    """

    d: int
    m: int
    bits: Literal[32, 64]
    ones: bool
    data: str


@dataclass(frozen=True)
class PlayedLeg:
    """A leg of an escape path: from its first step on, ``text`` is in the run's sentence."""

    first: int
    text: str


@dataclass(frozen=True, eq=False)
class PlayedRun:
    """A run as the browser plays it.

    Arguments
        id: "run0", or "escape0" for an escape path; color, symbol: of its path and its markers.
        steps: the stored steps; objective: the loss that its sentence gives at each.
        weights: at each stored step, None where only the path is played.
        legs: of an escape path.
        drawn: the places among the steps of those at which pictures have it, None for all.
        bias: the output bias at each stored step, None for a network without.
    """

    id: str
    color: str
    symbol: str
    steps: list[int]
    objective: list[float]
    weights: PackedWeights | None = None
    legs: tuple[PlayedLeg, ...] = ()
    drawn: list[int] | None = None
    bias: list[float] | None = None
