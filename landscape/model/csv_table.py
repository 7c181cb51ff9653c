"""A pasted or uploaded table as features and labels, or one sentence that names the line and column of its first error.

The standard ``csv`` module splits a line, because it parses quotes; NumPy's readers would neither name the line and
column of an error, nor stop early in a file that is too long.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

import numpy as np

from landscape.formatting import counted
from landscape.model.problem import finite_array

MAX_BYTES = 5_000_000
"""Largest table, in bytes or characters."""

MAX_ROWS = 5000
"""Most rows of numbers."""

MAX_LINES = 10 * MAX_ROWS
"""Most lines, the blank ones and comments included."""

MAX_LINE = 4000
"""Longest line in characters."""

MAX_FEATURES = 2
"""Most columns before that of the label."""

LARGEST = 1e15
SMALLEST = 1e-15
"""Largest magnitude of a number, and smallest of one that is not 0."""

SEPARATORS = {";": "semicolons", "\t": "tabs", ",": "commas", " ": "spaces"}
"""Characters that may separate two cells, with their names; the first of those that fit best is taken."""

SAMPLE = 20
"""Lines from which the separator is inferred."""

_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\d*[.,]\d+)([eE][+-]?\d+)?", re.ASCII)


@dataclass(frozen=True, eq=False)
class Table:
    """Points read from a table.

    Arguments
        X: (n, 1) or (n, 2) features; y: (n,) labels.
        names: the heading of each column, harmless plain text, that of the label last.
        notes: what was assumed while reading, a sentence each.

    Raises ValueError where X or y is not such an array.
    """

    X: np.ndarray
    y: np.ndarray
    names: tuple[str, ...]
    notes: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        object.__setattr__(self, "X", finite_array(self.X, "X", 2))
        object.__setattr__(self, "y", finite_array(self.y, "y", 1))


def read_table(data: bytes | str) -> Table:
    """Read a table whose last column is the label, and the one or two before it the features.

    Cells are separated by commas, semicolons, tabs or spaces, and may be quoted; between other separators than commas,
    or quoted, a number may have a decimal comma. A first line without numbers is the heading; lines that are blank or
    begin with # are skipped. Bytes are UTF-8, UTF-16 or Latin-1. Every number lies within ±10¹⁵, and one below 10⁻¹⁵
    in size is read as 0.

    Raises ValueError, in one plain sentence that names line and column, for anything else.
    """
    text, notes = _decoded(data)
    lines = _content(text)
    sample = list(islice(_content(text), SAMPLE + 1))
    if not sample:
        raise ValueError("The table must hold at least one row of numbers, but is empty.")
    separator = _separator([line for _, line in sample])
    first, names = _cells(*sample[0], separator), None
    if not any(_is_number(cell) for cell in first) and any(first):
        names = first
        next(lines)
        notes.append(f"Line {sample[0][0]} is the heading.")
    reader = _Numbers(separator, len(first), sample[0][0])
    rows: list[list[float]] = []
    for number, line in lines:
        if len(rows) == MAX_ROWS:
            raise ValueError(f"The table must hold at most {MAX_ROWS} rows, but goes on in line {number}.")
        rows.append(reader.row(number, _cells(number, line, separator)))
    if not rows:
        raise ValueError("The table must hold at least one row of numbers, but holds a heading only.")
    if reader.mark == ",":
        notes.append("Commas are read as decimal commas.")
    values = np.array(rows)
    tiny = (values != 0) & (np.abs(values) < SMALLEST)
    if tiny.any():
        values[tiny] = 0.0
        notes.append(f"{counted(int(tiny.sum()), 'number')} below 10⁻¹⁵ in size read as 0.")
    usual = [*(["x"] if reader.columns == 2 else ["x1", "x2"]), "y"]
    given = [plain(name) for name in names] if names else usual
    return Table(values[:, :-1], values[:, -1], tuple(g or u for g, u in zip(given, usual, strict=True)), tuple(notes))


def plain(text: str, longest: int = 40) -> str:
    """Return a text shortened, and harmless in any place: only letters, digits, spaces and ``.,:;+-@%−()`` stay.

    Any other character becomes "·".
    """
    text = re.sub(r"[^\w .,:;+\-@%−()]|_", "·", text[: longest + 1])
    return text if len(text) <= longest else text[: longest - 1] + "…"


def _decoded(data: bytes | str) -> tuple[str, list[str]]:
    """Return the text of some bytes, and a note where its encoding had to be guessed."""
    if not isinstance(data, bytes | str):
        raise ValueError(f"data must be bytes or text, but was a {type(data).__name__}.")
    if len(data) > MAX_BYTES:
        raise ValueError(f"The table must be at most {MAX_BYTES // 10**6} MB, but is {len(data) / 1e6:.1f} MB.")
    notes = []
    if isinstance(data, str):
        text = data
    elif data[:4] == b"PK\x03\x04":
        raise ValueError("The file must be a table as text, but is a workbook or an archive: save it as CSV first.")
    elif data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        text = data.decode("utf-16", errors="replace")
    elif len(data) > 1 and 0 in data[:2]:
        text = data.decode("utf-16-be" if data[0] == 0 else "utf-16-le", errors="replace")
    else:
        try:
            text = data.decode("utf-8")
        except UnicodeDecodeError:
            text = data.decode("latin-1")
            notes.append("The file is not UTF-8; it is read as Latin-1.")
    text = text.removeprefix("\ufeff")
    if "\0" in text:
        raise ValueError("The file must be a table as text, but holds bytes that no text has.")
    return text, notes


def _content(text: str) -> Iterator[tuple[int, str]]:
    """Yield the lines that are neither blank nor comments, with their numbers, without splitting the text at once."""
    for number, line in enumerate(io.StringIO(text, newline=None), start=1):
        if len(line) > MAX_LINE:
            raise ValueError(f"A line must have at most {MAX_LINE} characters, but line {number} has {len(line)}.")
        if number > MAX_LINES:
            raise ValueError(f"The table must have at most {MAX_LINES} lines, blank ones included, but goes on.")
        # A spreadsheet writes an empty row as separators alone; otherwise a tab at an end is an empty cell.
        if line.strip(" \t\n\xa0;,") and not line.lstrip().startswith("#"):
            yield number, line.strip(" \n\xa0")


def _cells(number: int, line: str, separator: str) -> list[str]:
    """Split a line into cells; a quoted cell may hold separators, but ends in its line."""
    reader = csv.reader([line], delimiter=separator, skipinitialspace=True, strict=True)
    try:
        return [cell.strip() for cell in next(reader)]
    except csv.Error:
        raise ValueError(
            f"A quote must enclose a whole cell, but one in line {number} does not: {_named(line)}."
        ) from None


def _separator(lines: list[str]) -> str:
    """Return the separator with which the most lines are all numbers, or the first that occurs where none is."""
    scores = {separator: sum(_all_numbers(line, separator) for line in lines) for separator in SEPARATORS}
    best = max(scores, key=lambda separator: (scores[separator], separator in lines[0]))
    if scores[best]:
        return best
    bare = [re.sub(r'"[^"]*"', "", line) for line in lines]
    return next((separator for separator in SEPARATORS if separator in bare[-1] or separator in bare[0]), ",")


def _all_numbers(line: str, separator: str) -> bool:
    try:
        cells = _cells(0, line, separator)
    except ValueError:
        return False
    return len(cells) > 1 and all(_is_number(cell) for cell in cells)


def _is_number(cell: str) -> bool:
    """Whether a cell is a number; a comma that is left in it, quoted or beside another separator, is a decimal one."""
    return bool(_NUMBER.fullmatch(cell.replace("−", "-")))


class _Numbers:
    """Reads rows of cells as numbers, checking that all lines agree in columns and decimal mark."""

    def __init__(self, separator: str, columns: int, line: int) -> None:
        if columns == 1:
            raise ValueError(f"A row must hold 1 or 2 features and a label, but line {line} holds one cell.")
        if columns > MAX_FEATURES + 1:
            raise ValueError(
                f"A row must hold 1 or 2 features and a label, but line {line} holds {columns} cells: "
                f"{columns - 1} features."
            )
        self.separator, self.columns, self.line = separator, columns, line
        self.mark = ""

    def row(self, line: int, cells: list[str]) -> list[float]:
        """Return the numbers of a line, or raise ValueError naming line, column and the cell."""
        if len(cells) != self.columns:
            raise ValueError(
                f"Every row must have as many cells as line {self.line}, {self.columns}, but line {line} has "
                f"{counted(len(cells), 'cell')}, separated by {SEPARATORS[self.separator]}."
            )
        return [self._number(cell, f"line {line}, column {column}") for column, cell in enumerate(cells, start=1)]

    def _number(self, cell: str, where: str) -> float:
        if not cell:
            raise ValueError(f"Every cell must hold a number, but {where} is empty.")
        if len(cell) > 400 or not _is_number(cell):
            raise ValueError(f"Every cell must hold a number, but {where} holds {_named(cell)}.")
        mark = "," if "," in cell else "." if "." in cell else ""
        if mark and self.mark and mark != self.mark:
            raise ValueError(
                f"Numbers must have either a decimal point or a decimal comma, but {where} holds {_named(cell)} "
                f"after numbers with a decimal {'point' if self.mark == '.' else 'comma'}."
            )
        self.mark = self.mark or mark
        value = float(cell.replace("−", "-").replace(",", "."))
        if not -LARGEST <= value <= LARGEST:
            raise ValueError(f"Every number must be from −10¹⁵ to 10¹⁵, but {where} holds {_named(cell)}.")
        return value


def _named(text: str) -> str:
    return f"“{plain(text)}”"
