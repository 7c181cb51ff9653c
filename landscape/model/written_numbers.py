"""Numbers as people write them: decimal point or comma, grouped thousands, Fortran's exponents, a typographic minus."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Literal

Decimal = Literal[".", ","]

_SPACES = re.compile(r"[\xa0\u2007\u2009\u202f]")
"""Spaces that do not break, which stand between groups of digits."""

_SHOWN = {",": "commas", ".": "points", " ": "spaces", "'": "apostrophes"}

MAX_DIGITS = 400
"""Longest text that is a number."""


@dataclass(frozen=True)
class Marks:
    """How numbers are written: the decimal sign, and the sign between groups of three digits, "" without groups.

    In groups by commas all but the last may have two digits, as in India: 12,34,567.
    """

    decimal: Decimal = "."
    grouping: str = ""

    @property
    def between(self) -> str:
        """What stands between groups, as a word; "" without groups."""
        return _SHOWN.get(self.grouping, "")

    @property
    def sentence(self) -> str:
        """What is said of these marks where they are not the usual ones, without its full stop; "" otherwise."""
        parts = ["commas are decimal signs"] if self.decimal == "," else []
        parts += [f"{self.between} group the thousands"] if self.grouping else []
        return " and ".join(parts)


USUAL = Marks()
"""A decimal point, and no groups."""

EVERY = tuple(Marks(d, g) for g in ("", ",", ".", " ", "'") for d in (".", ",") if d != g)
"""All ways to write numbers, the simplest first."""


@cache
def _pattern(decimal: Decimal, grouping: str) -> re.Pattern[str]:
    point, group = re.escape(decimal), re.escape(grouping)
    # "1." is a number; "1," is not: it is a cell and the comma behind it.
    whole = r"\d+\.?\d*" if decimal == "." else rf"\d+(?:{point}\d+)?"
    forms = [whole, rf"{point}\d+"]
    if grouping:
        forms.append(rf"[1-9]\d{{0,2}}(?:{group}\d{{3}})+(?:{point}\d*)?")
    if grouping == ",":
        forms.append(rf"[1-9]\d?(?:,\d{{2}})+,\d{{3}}(?:{point}\d*)?")
    return re.compile(rf"[+-]?(?:{'|'.join(forms)})(?:[eEdD][+-]?\d+)?", re.ASCII)


def parsed(text: str, marks: Marks = USUAL) -> float | None:
    """Return the number that a text is under these marks, infinity where it is too large; None where it is none."""
    text = _usual(text)
    if len(text) > MAX_DIGITS or not _pattern(marks.decimal, marks.grouping).fullmatch(text):
        return None
    if marks.grouping:
        text = text.replace(marks.grouping, "")
    return float(text.replace(marks.decimal, ".").replace("d", "e").replace("D", "e"))


def is_number(text: str) -> bool:
    """Return whether a text is a number under some marks."""
    return any(parsed(text, marks) is not None for marks in EVERY)


def marks_of(columns: Iterable[Sequence[str]], separator: str, decimal: Decimal | None = None) -> Marks:
    """Return the one way to write numbers in which the most cells of a table are numbers, the simplest of several.

    A comma before three digits, “2,190”, can be either sign; if no other cell decides, it groups thousands between
    cells that commas separate (there a decimal comma is unlikely), and where whole numbers without comma stand in the
    same column (a decimal fraction would be written with as many zeros). Otherwise it is a decimal comma.

    Arguments
        columns: the cells, a sequence for each column; separator: what stands between two cells.
        decimal: the decimal sign, where it is known.
    """
    columns = [list(column) for column in columns]
    cells = {cell for column in columns for cell in column}
    if decimal != "," and all(parsed(cell) is not None for cell in cells):
        return USUAL
    allowed = [marks for marks in EVERY if decimal in (None, marks.decimal)]
    scores = {marks: sum(parsed(cell, marks) is not None for cell in cells) for marks in allowed}
    most = max(scores.values(), default=0)
    best = [marks for marks in allowed if scores[marks] == most]
    by_comma, grouped = Marks(","), Marks(".", ",")
    if best[0] == by_comma and grouped in best and (separator == "," or any(map(_some_grouped, columns))):
        return grouped
    return best[0]


def _some_grouped(column: Sequence[str]) -> bool:
    return any("," in cell for cell in column) and any(_usual(cell).isdecimal() for cell in column)


def typed_number(text: str, *, whole: bool = False) -> float | None:
    """Return the number that somebody typed into a field; None where it is none.

    A comma is a decimal comma, unless the number has a point as well; then the last of the two is the decimal sign. In
    a field of whole numbers, where no fraction is meant, signs before three digits group the thousands.
    """
    text = re.sub("^[–—]", "-", _usual(text.strip()))
    comma, point = text.rfind(","), text.rfind(".")
    decimals: tuple[Decimal, Decimal] = (",", ".") if comma > point else (".", ",")
    orders = [Marks(decimal, group) for decimal in decimals for group in ("", " ", "'", ",", ".") if group != decimal]
    if whole:
        orders.sort(key=lambda marks: marks.decimal in text or marks.grouping not in text)
    values = (parsed(text, marks) for marks in orders)
    return next((value for value in values if value is not None), None)


def as_written(text: str, longest: int = 40) -> str:
    """Return a text as it is, shortened, for a sentence shown as plain text; what cannot be seen becomes "·"."""
    kept = text if len(text) <= longest else text[: longest - 1] + "…"
    return "".join(
        " " if c == "\xa0" else c if unicodedata.category(c)[0] not in "CZ" or c == " " else "·" for c in kept
    )


def _usual(text: str) -> str:
    """Return a number's text with the minus, space and apostrophe that keyboards have."""
    return text if text.isascii() else _SPACES.sub(" ", text).replace("−", "-").replace("’", "'")
