"""Pieces of formulas, and the parts of the pictures that they speak of."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from fractions import Fraction

import numpy as np

from landscape.figures.style import DATA, GHOST, INK, OPTIMUM, run_color, run_symbol
from landscape.formatting import begun, counted, short, subscript
from landscape.model.problem import Problem
from landscape.results.formulas import Block, pattern_name
from landscape.results.solved_scenario import SolvedScenario
from landscape.web.stage.protocol.panels import PanelLine, Part, Term

PATTERN = "#4886BB"
"""The colour of what is active in the pattern matrix."""

ALL_DIGITS = 16
"""Significant digits of a number that is written in full."""

WRITTEN = 4
"""Up to this many neurons, points or patterns a sum over them is written term by term."""

NAMED = 12
"""Up to this many points are named in the legend, and written as rows of zeros and ones."""


def lead_line(*terms: Term) -> PanelLine:
    """Return a line that begins a part of a panel."""
    return PanelLine("lead", terms)


def text_line(*terms: Term) -> PanelLine:
    """Return a line of text."""
    return PanelLine("text", terms)


def formula_line(*terms: Term) -> PanelLine:
    """Return a formula on a line of its own, or one that goes on."""
    return PanelLine("formula", terms)


def item_line(*terms: Term) -> PanelLine:
    """Return an item of a list."""
    return PanelLine("item", terms)


def words(text: str, *about: str) -> Term:
    """Return a piece of text."""
    return Term("words", text, about=about)


def letter(text: str, index: str = "", *about: str) -> Term:
    """Return a letter, with an index where one is given."""
    base = Term("name", text, about=() if index else about)
    if not index:
        return base
    return Term("lowered", parts=(base, Term("number" if index.isdigit() else "name", index)), about=about)


def sign(text: str) -> Term:
    """Return a sign: an operator or a bracket."""
    return Term("sign", text)


def row(*parts: Term | str, about: Sequence[str] = ()) -> Term:
    """Return pieces side by side; a string is a sign."""
    return Term("row", parts=tuple(sign(part) if isinstance(part, str) else part for part in parts), about=tuple(about))


def squared(base: Term | str, power: str = "2") -> Term:
    """Return a power."""
    return Term("raised", parts=(sign(base) if isinstance(base, str) else base, Term("number", power)))


def norm(vector: Term, d: int, power: str = "") -> Term:
    """Return the length of a vector (d,), |w| or ‖w‖, squared where ``power`` is given."""
    if d == 1:
        return squared(vector, power) if power else row("|", vector, "|")
    closing = squared("‖", power) if power else sign("‖")
    return row("‖", vector, closing)


def total(index: str, first: str, last: Term | str = "") -> Term:
    """Return Σ over an index, from ``first`` to ``last`` where that is given."""
    below = row(letter(index), "=", Term("number", first)) if first else letter(index)
    above = Term("name", last) if isinstance(last, str) else last
    return Term("sum", parts=(below, above) if last else (below,))


def number(value: float, *about: str) -> Term:
    """Return a measured or given number, four digits of it, with all digits on demand."""
    return Term("number", short(value), full=_full(value), about=about)


def precise(value: Fraction, *about: str) -> Term:
    """Return a number whose digits are all true: it ends in "…" where it has more of them."""
    few, many = begun(value), begun(value, ALL_DIGITS)
    return Term("number", few, full=many if many != few else "", about=about)


def directed(write: Callable[[Fraction, int], str], value: Fraction, digits: int = 4) -> Term:
    """Return a bound, rounded by ``at_least`` or ``at_most``, with all digits on demand."""
    few, many = write(value, digits), write(value, ALL_DIGITS)
    return Term("number", few, full=many if _bare(many) != _bare(few) else "")


def _full(value: float) -> str:
    few, many = short(value), short(value, ALL_DIGITS)
    return many if few != many else ""


def _bare(text: str) -> str:
    return text.rstrip("0").rstrip(".") if "." in text else text


def column(values: Sequence[Term], transposed: bool = True) -> Term:
    """Return numbers as a row in brackets, transposed."""
    listed: list[Term | str] = []
    for value in values:
        listed += [value, ","]
    inside = row("(", *listed[:-1], ")")
    return Term("raised", parts=(inside, Term("name", "T"))) if transposed else inside


def diagonal(active: np.ndarray) -> Term:
    """Return a matrix D by its diagonal, "diag(0, 1)"; a long one by its size alone."""
    if len(active) > NAMED:
        return row(
            Term("words", f"diag of {counted(int(active.sum()), 'one')} and {counted(int((~active).sum()), 'zero')}")
        )
    ones = [Term("number", str(int(on)), about=(f"point{j}",)) for j, on in enumerate(active)]
    return row(Term("words", "diag"), column(ones, transposed=False))


def points(problem: Problem) -> tuple[Part, ...]:
    """Return the data points of a legend, the first of many."""
    count = problem.n if problem.n <= NAMED else 0
    found = []
    for j in range(count):
        place = f"({short(float(problem.X[j, 0]))}, {short(float(problem.y[j]))})" if problem.on_a_line else ""
        name = f"point {j + 1} {place}".rstrip()
        found.append(Part(f"point{j}", name, "point", DATA, "square", (j,)))
    return tuple(found)


def neurons(count: int) -> tuple[Part, ...]:
    """Return the neurons of a legend."""
    return tuple(Part(f"neuron{i}", f"neuron {i + 1}", "neuron", GHOST, "circle", (i,)) for i in range(count))


def pattern(problem: Problem, active: np.ndarray, place: int) -> Part:
    """Return a pattern by what it activates; its place among those that are written, from 1."""
    on = tuple(np.flatnonzero(active).tolist())
    return Part(f"pattern{place}", pattern_name(problem, active, place), "pattern", PATTERN, "hexagon", on)


def patterns(problem: Problem, blocks: Sequence[Block]) -> tuple[Part, ...]:
    """Return the patterns of a legend, each with its matrix's name."""
    found = (pattern(problem, block.active, block.number) for block in blocks)
    return tuple(replace(part, name=f"D{subscript(place)}: {part.name}") for place, part in enumerate(found, 1))


def outcomes(solved: SolvedScenario) -> tuple[Part, ...]:
    """Return the runs and the optimum of a legend."""
    runs = (Part(run.id, run.name, "run", run_color(run.place), run_symbol(run.place)) for run in solved.runs[:NAMED])
    best = "optimum" if solved.proof.closed else "best network found"
    return (*runs, Part("optimum", best, "optimum", OPTIMUM, "star"))


WALL = Part("wall", "the edge of the slopes that neurons add up to", "wall", INK, "square")
"""Where u₁ or u₂ is 0 with a second layer of ones: beyond it there is no network."""
