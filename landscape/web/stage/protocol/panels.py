"""The formulas and the proof, in terms that mark the parts of the pictures they speak of."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

PartKind = Literal["point", "neuron", "pattern", "run", "optimum", "wall"]
"""What a term speaks of: a data point, a neuron's weights, a pattern, a run, the optimum, the edge of the slopes."""


@dataclass(frozen=True)
class Part:
    """A part of the pictures that terms speak of.

    Arguments
        id: by which terms name it; of a run and of the optimum the name that its pictures have.
        name: for a visitor; kind: what it is, by which the browser knows where to mark it.
        color, symbol: its marker, as in the pictures.
        points: the points that it is, or that a pattern is active on; of a neuron its place among the neurons.
    """

    id: str
    name: str
    kind: PartKind
    color: str
    symbol: str
    points: tuple[int, ...] = ()


TermKind = Literal["words", "number", "name", "sign", "row", "raised", "lowered", "sum"]
"""A piece of text, a number, a letter, a sign, pieces side by side, a power, an index, and Σ with what runs."""


@dataclass(frozen=True)
class Term:
    """A piece of a line of text and formulas; what a formula is made of is never broken across two lines.

    Arguments
        kind: what it is; text: what is written, of a piece without parts.
        parts: its pieces: of a power base and exponent, of an index base and index, of a sum what is below and above Σ.
        full: of a number of which the first digits are written, all of them.
        about: the ids of the parts of the pictures that it speaks of.
    """

    kind: TermKind
    text: str = ""
    parts: tuple[Term, ...] = ()
    full: str = ""
    about: tuple[str, ...] = ()


@dataclass(frozen=True)
class PanelLine:
    """A line of a panel: a sentence, the head of a formula, one that goes on, or an item of a list."""

    kind: Literal["lead", "text", "formula", "item"]
    terms: tuple[Term, ...]


@dataclass(frozen=True)
class Panel:
    """What is opened below the sentences: the formulas, or the proof.

    Arguments
        title: its heading; lines: its text and formulas; parts: what the terms speak of, in the order of the legend.
    """

    title: str
    lines: tuple[PanelLine, ...]
    parts: tuple[Part, ...]


@dataclass(frozen=True)
class Panels:
    """The panels of a stage that has them, None for one that is closed."""

    formulas: Panel | None = None
    proof: Panel | None = None
