"""A pasted or uploaded table as features and labels, or one sentence that names the line and column of its first error.

Everything that was assumed is said in the table's notes, and can be chosen otherwise by a ``Layout``.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np

from landscape.formatting import capital, counted, short
from landscape.model.csv_layout import INFERRED, Layout, View, view_of
from landscape.model.csv_sheet import Sheet, read_sheet
from landscape.model.problem import finite_array
from landscape.model.written_numbers import Decimal, Marks, as_written, is_number, marks_of, parsed

LARGEST = 1e15
SMALLEST = 1e-15
"""Largest magnitude of a number, and smallest of one that is not 0."""


@dataclass(frozen=True, eq=False)
class Table:
    """Points read from a table.

    Arguments
        X: (n, features); y: (n,) labels.
        names: the heading of each column that was read, harmless plain text, that of the label last.
        notes: how many points were read from which columns, what was left out, and what was assumed: a sentence each.
        layout: how it was read, without None.

    Raises ValueError where X or y is not such an array.
    """

    X: np.ndarray
    y: np.ndarray
    names: tuple[str, ...]
    notes: tuple[str, ...] = ()
    layout: Layout = INFERRED

    def __post_init__(self) -> None:
        object.__setattr__(self, "X", finite_array(self.X, "X", 2))
        object.__setattr__(self, "y", finite_array(self.y, "y", 1))


def read_table(data: bytes | str, layout: Layout = INFERRED) -> Table:
    """Read a table of features, at most ``MAX_FEATURES``, and a label as its layout says, or as it is found to be.

    The label is the last column, or the one that is called y, label or target. A column that numbers the rows, columns
    of text before the label, and rows with a missing cell are left out. A first line of words is the heading. Numbers
    have a decimal point or comma, and may have groups of thousands or per cent signs; see ``read_sheet`` for the form
    of the file. Every number lies within ±10¹⁵, and one below 10⁻¹⁵ in size is read as 0.

    Raises ValueError, in one plain sentence that names line and column, for anything else.
    """
    return as_table(read_sheet(data), layout)


def as_table(sheet: Sheet, layout: Layout = INFERRED) -> Table:
    """Return the points of a sheet; see ``read_table``."""
    view = view_of(sheet, layout)
    features, label, left_out = view.choose(layout)
    columns = (*features, label)
    kept, missing = view.complete_rows(columns)
    numbers = _Numbers(view, columns, kept, layout.decimal)
    values = np.array([[numbers.value(row, column) for column in columns] for row in kept])
    tiny = (values != 0) & (np.abs(values) < SMALLEST)
    values[tiny] = 0.0
    usual = [*(["x"] if len(features) == 1 else [f"x{k}" for k in range(1, len(features) + 1)]), "y"]
    names = tuple(plain(view.names[c]) or u for c, u in zip(columns, usual, strict=True)) if view.names else (*usual,)
    notes = [
        *view.sheet.notes,
        f"{counted(len(kept), 'point')} {'was' if len(kept) == 1 else 'were'} read: {view.read(features, label)}.",
        *left_out,
        *([_rows_left_out([view.lines[row] for row in missing])] if missing else []),
        view.first_line,
        *numbers.notes,
        *([f"{counted(int(tiny.sum()), 'number')} below 10⁻¹⁵ in size read as 0."] if tiny.any() else []),
    ]
    found = Layout(view.names is not None, label, features, numbers.marks.decimal)
    return Table(values[:, :-1], values[:, -1], names, tuple(notes), found)


def plain(text: str, longest: int = 40) -> str:
    """Return a text shortened, and harmless in any place: only letters, digits, spaces and ``.,:;+-@%−()`` stay.

    Any other character becomes "·".
    """
    text = re.sub(r"[^\w .,:;+\-@%−()]|_", "·", text[: longest + 1])
    return text if len(text) <= longest else text[: longest - 1] + "…"


class _Numbers:
    """Reads the cells of some columns as numbers, all written in one way."""

    def __init__(self, view: View, columns: tuple[int, ...], kept: list[int], decimal: Decimal | None) -> None:
        self.view = view
        self.percent = {c for c in columns if all(self._cell(row, c).endswith("%") for row in kept)}
        cells = {c: [self._bare(row, c) for row in kept] for c in columns}
        self.marks = marks_of(cells.values(), view.sheet.separator, decimal)
        self.notes = [*self._mark_notes([cell for c in columns for cell in cells[c]])]
        self.notes += [
            f"{capital(view.titled(c))} is in per cent: “{as_written(self._cell(kept[0], c))}” is "
            f"{short((parsed(cells[c][0], self.marks) or 0.0) / 100)}."
            for c in sorted(self.percent)
        ]

    def value(self, row: int, column: int) -> float:
        """Return the number of a cell, or raise ValueError naming line, column and the cell as it is."""
        cell = self._bare(row, column)
        shown = as_written(self._cell(row, column))
        where = f"line {self.view.lines[row]}, column {column + 1}"
        value = parsed(cell, self.marks)
        if value is None and is_number(cell):
            raise ValueError(
                f"All numbers must be written in one way, but {where} holds “{shown}” among numbers "
                f"{_described(self.marks)}."
            )
        if value is None:
            raise ValueError(f"Every cell must hold a number, but {where} holds “{shown}”.")
        if not -LARGEST <= value <= LARGEST:
            raise ValueError(f"Every number must be from −10¹⁵ to 10¹⁵, but {where} holds “{shown}”.")
        return value / 100 if column in self.percent else value

    def _cell(self, row: int, column: int) -> str:
        return self.view.rows[row][column] or ""

    def _bare(self, row: int, column: int) -> str:
        cell = self._cell(row, column)
        return cell.removesuffix("%").rstrip(" \xa0\u202f") if column in self.percent else cell

    def _mark_notes(self, cells: list[str]) -> list[str]:
        """Say how numbers with a comma or with groups were read, with one of them as the example."""
        for cell in cells:
            value, usual = parsed(cell, self.marks), parsed(cell)
            if value is not None and value != usual and self.marks.sentence:
                return [f"{capital(self.marks.sentence)}: “{as_written(cell)}” is {_exactly(value)}."]
        sheet, used = self.view.sheet, self.view.used
        pointed = [cell for cell in cells if "." in cell]
        if sheet.separator != "," and pointed and all(parsed(cell, Marks(",", ".")) is not None for cell in pointed):
            return [f"Points are decimal signs: “{as_written(pointed[0])}” is {_exactly(parsed(pointed[0]) or 0.0)}."]
        if sheet.separator == "," and all(cell.lstrip("+-−").isdecimal() for cell in cells):
            line = as_written(",".join(sheet.rows[-1][: used[-1] + 1]))
            return [f"Commas separate the cells, and are no decimal signs: “{line}” is {len(used)} cells."]
        return []


def _described(marks: Marks) -> str:
    groups = f" and groups between {marks.between}" if marks.grouping else ""
    return f"with a decimal {'point' if marks.decimal == '.' else 'comma'}{groups}"


def _exactly(value: float) -> str:
    return f"{value:.15g}".replace("-", "−")


def _rows_left_out(lines: list[int]) -> str:
    """Return the sentence that rows were left out, naming up to five of them."""
    if len(lines) == 1:
        return f"Line {lines[0]} was left out, because a cell has no value."
    first = ", ".join(map(str, lines[:5] if len(lines) > 5 else lines[:-1]))
    which = f"lines {first}, …" if len(lines) > 5 else f"lines {first} and {lines[-1]}"
    return f"{len(lines)} rows were left out, because a cell has no value: {which}."
