"""What the columns of a table are: its heading, features and label, and those that are neither.

A ``Layout`` says it where somebody chose; the rest is inferred, and every inference has its sentence.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from functools import cached_property

from landscape.formatting import capital, counted, listed
from landscape.model.csv_sheet import MAX_ROWS, Sheet, is_missing, with_decimal_commas
from landscape.model.written_numbers import Decimal, as_written, parsed

MAX_FEATURES = 30
"""Most columns of features."""

LABEL_NAMES = frozenset(["y", "label", "labels", "target", "response", "output"])
"""Headings, in small letters, that make a column the label; without one it is the last."""

IDENTIFIERS = frozenset(["id", "index", "idx", "key", "sampleid", "rowid", "unnamed"])
"""Headings, without signs and in small letters, of columns that name the rows by different whole numbers."""

COUNTERS = IDENTIFIERS | {
    *["#", "i", "k", "n", "nr", "no", "num", "number", "line", "row", "rownum", "rownumber", "rowname", "rownames"],
    *["case", "item", "obs", "observation", "point", "record", "sample", "lfdnr", "nummer", "zeile"],
}
"""Headings of columns that are left out where they count the rows."""


@dataclass(frozen=True)
class Layout:
    """How a sheet is to be read; what is None is inferred.

    Arguments
        heading: whether the first line is the heading.
        label: the column of the label; features: those of the features, from 0.
        decimal: the decimal sign.
    """

    heading: bool | None = None
    label: int | None = None
    features: tuple[int, ...] | None = None
    decimal: Decimal | None = None


INFERRED = Layout()
"""Nothing is chosen."""


@dataclass(frozen=True)
class View:
    """A sheet with its heading taken off, and its rows made equally long.

    Arguments
        sheet: what was read; names: the heading of every column, None without one.
        rows: the cells under the heading, None where a line ends before; lines: their numbers in the file.
        first: the line of the heading or of the first point.
    """

    sheet: Sheet
    names: tuple[str, ...] | None
    rows: tuple[tuple[str | None, ...], ...]
    lines: tuple[int, ...]
    first: int

    @property
    def width(self) -> int:
        """How many columns there are."""
        return len(self.rows[0])

    @property
    def used(self) -> tuple[int, ...]:
        """The columns that hold anything: a separator at the end of every line makes one that does not."""
        return tuple(c for c in range(self.width) if self.name(c) or any(row[c] for row in self.rows))

    @property
    def first_line(self) -> str:
        """A sentence on what the first line was taken for."""
        if self.names is not None:
            return f"Line {self.first} is the heading."
        between = {"\t": " ", " ": " "}.get(self.sheet.separator, f"{self.sheet.separator} ")
        cells = as_written(between.join(_trimmed(self.sheet.rows[0])))
        return f"There is no heading: line {self.first}, “{cells}”, is read as data."

    def name(self, column: int) -> str:
        """Return the heading of a column, "" without one."""
        return self.names[column] if self.names else ""

    def titled(self, column: int) -> str:
        """Return what a column is called in a sentence: “x”, or column 2."""
        return f"“{as_written(self.name(column))}”" if self.name(column) else f"column {column + 1}"

    def read(self, features: tuple[int, ...], label: int) -> str:
        """Return which columns are read as what."""
        which = _listed([self.titled(column) for column in features])
        return f"{counted(len(features), 'feature')}, {which}; label {self.titled(label)}"

    def column(self, column: int) -> list[str]:
        """Return the cells of a column that hold something."""
        return [cell for row in self.rows if (cell := row[column]) and not is_missing(cell)]

    @cached_property
    def words(self) -> frozenset[int]:
        """The columns that hold words alone, no number and nothing like one."""
        columns = {c: self.column(c) for c in range(self.width)}
        return frozenset(c for c, cells in columns.items() if cells and not any(map(_is_numeric, cells)))

    def counts(self, column: int) -> bool:
        """Return whether a column is the number of the row, beginning with 0 or 1."""
        values = [parsed(row[column] or "") for row in self.rows]
        return any(values == [float(i + first) for i in range(len(values))] for first in (0, 1))

    def index(self, column: int) -> str:
        """Return what makes a column an index and no feature, "" if nothing does.

        In a heading, its name must be that of an index; pandas and R leave it empty. Without a heading it must count
        the rows, be the first of at least three columns, and have at least three rows; and no cell may look like the
        whole part of a decimal fraction, as in "0,5,1", "1,5,2", "2,5,1".
        """
        if self.names is None:
            long = column == 0 and len(self.used) >= 3 and len(self.rows) >= 3 and self.counts(column)
            return "numbers the rows" if long and not self._may_be_cut() else ""
        name = re.sub(r"[\W\d_]", "", self.name(column).casefold()) or self.name(column)
        if not name and (column == 0 or self.counts(column)):
            return "numbers the rows" if self.counts(column) else "has no heading, like an index,"
        if name in COUNTERS and self.counts(column):
            return "numbers the rows"
        cells = [row[column] or "" for row in self.rows]
        named = name in IDENTIFIERS and len(set(cells)) == len(cells) and all(cell.isdecimal() for cell in cells)
        return "identifies the rows" if named else ""

    def _may_be_cut(self) -> bool:
        """Return whether commas may be decimal signs that were taken for separators: 0.5, 1.5, 2.5 and whole labels."""
        whole = all((cell or "").lstrip("+-−").isdecimal() for row in self.rows for cell in row)
        return self.sheet.separator == "," and whole and len({row[1] for row in self.rows}) == 1

    def choose(self, layout: Layout) -> tuple[tuple[int, ...], int, list[str]]:
        """Return the columns of features, that of the label, and a sentence for each that was left out."""
        if layout.label is not None and layout.features is not None:
            chosen = self._checked(layout.features, layout.label)
            rest = [self.titled(c) for c in self.used if c != layout.label and c not in layout.features]
            verb = "was" if len(rest) == 1 else "were"
            return (*chosen, [f"{capital(_listed(rest))} {verb} left out."] if rest else [])
        left = list(self.used)
        sentences = []
        for column in self.used:
            if layout.label == column or column in (layout.features or ()):
                continue
            why = self._reason(column, last=column == self.used[-1])
            if why and len({*left} - self.words - {column}) >= 2:
                left.remove(column)
                sentences.append(f"{capital(self.titled(column))} {why} and was left out.")
        label = layout.label if layout.label is not None else self._label(left)
        features = tuple(c for c in left if c != label) if layout.features is None else layout.features
        if not features or len(features) > MAX_FEATURES:
            cells = counted(len(left), "cell") if len(left) > 1 else "one cell"
            more = f": {len(features)} features" if features else ""
            beside = f" beside {counted(self.width - len(left), 'column')} left out" if sentences else ""
            raise ValueError(
                f"A row must hold 1 to {MAX_FEATURES} features and a label, but line {self.lines[0]} holds "
                f"{cells}{more}{beside}."
            )
        if len(features) > 1 and layout.features is None and self.counts(features[0]):
            sentences.append(f"{capital(self.titled(features[0]))} counts the rows, and is read as a feature.")
        return (*self._checked(features, label), sentences)

    def _reason(self, column: int, last: bool) -> str:
        """Return why a column is left out, "" where it is read."""
        if not self.column(column):
            return "is empty"
        words = "holds no numbers" if column in self.words and not last else ""
        return self.index(column) or words

    def _label(self, columns: list[int]) -> int:
        named = [column for column in columns if self.name(column).casefold() in LABEL_NAMES]
        return named[0] if len(named) == 1 else columns[-1] if columns else 0

    def _checked(self, features: tuple[int, ...], label: int) -> tuple[tuple[int, ...], int]:
        columns = (*features, label)
        if not all(0 <= column < self.width for column in columns):
            raise ValueError(f"Features and label must be columns from 1 to {self.width}.")
        if not 1 <= len(features) <= MAX_FEATURES or len(set(columns)) < len(columns):
            raise ValueError(f"1 to {MAX_FEATURES} columns must be the features, and another one the label.")
        return tuple(features), label

    def complete_rows(self, columns: tuple[int, ...]) -> tuple[list[int], list[int]]:
        """Return the rows that have a cell in all of these columns, and those in which one is missing."""
        kept: list[int] = []
        missing: list[int] = []
        for index, row in enumerate(self.rows):
            if None in [row[column] for column in columns]:
                length = sum(cell is not None for cell in row)
                raise ValueError(_unequal(self.width, self.lines[index], length, self.sheet))
            (missing if any(is_missing(row[column] or "") for column in columns) else kept).append(index)
        if not kept:
            first = self.rows[missing[0]]
            bad = next(column for column in columns if is_missing(first[column] or ""))
            holds = f"holds “{as_written(cell)}”" if (cell := first[bad]) else "is empty"
            raise ValueError(
                f"At least one row must hold a number in every cell, but line {self.lines[missing[0]]}, "
                f"column {bad + 1} {holds}."
            )
        return kept, missing


def view_of(sheet: Sheet, layout: Layout = INFERRED) -> View:
    """Return a sheet's rows under its heading, all of the same length.

    Raises ValueError where there is no row, or one is longer than the others.
    """
    if layout.decimal == ",":
        sheet = with_decimal_commas(sheet)
    titled = _has_heading(sheet) if layout.heading is None else layout.heading
    rows, lines = sheet.rows[titled:], sheet.lines[titled:]
    if not rows:
        raise ValueError("The table must hold at least one row of numbers, but holds a heading only.")
    if len(rows) > MAX_ROWS:
        raise ValueError(f"The table must hold at most {MAX_ROWS} rows, but goes on in line {lines[MAX_ROWS]}.")
    lengths = Counter(map(len, rows))
    width = max(lengths, key=lambda length: (lengths[length], length == len(rows[0])))
    names = sheet.rows[0] if titled else None
    if names is not None:
        names = tuple(_trimmed(names))
        if len(names) == width - 1 and all(len(row) == width and row[-1] for row in rows):
            names = ("", *names)  # R writes no heading over its row names
        width = max(width, len(names))
        names = (*names, *[""] * (width - len(names)))
    for line, row in zip(lines, rows, strict=True):
        if len(_trimmed(row)) > width:
            raise ValueError(_unequal(width, line, len(row), sheet))
    cells = tuple((*row[:width], *[None] * (width - len(row))) for row in rows)
    return View(sheet, names, cells, lines, sheet.lines[0])


def _unequal(width: int, line: int, length: int, sheet: Sheet) -> str:
    return (
        f"Every row must have as many cells as the others, {width}, but line {line} has "
        f"{counted(length, 'cell')}, separated by {sheet.separators}."
    )


def _trimmed(row: tuple[str, ...]) -> tuple[str, ...]:
    """Return the cells of a line without the empty ones at its end."""
    length = len(row)
    while length and not row[length - 1]:
        length -= 1
    return row[:length]


def _has_heading(sheet: Sheet) -> bool:
    """Return whether the first line is a heading: words over numbers, and nothing that could be a damaged number."""
    first, below = sheet.rows[0], sheet.rows[1:]
    if not first[0] and _is_range(first[1:]) and below and not _is_range(below[0][1:]):
        return True  # pandas numbers columns that have no name, and leaves the heading of the index empty
    if not any(first) or any(_is_numeric(cell) or (cell and is_missing(cell)) for cell in first):
        return False
    # Words in every line are a column of names, not headings: one must stand over a number.
    return not below or any(
        cell and any(_is_numeric(row[c]) for row in below if c < len(row)) for c, cell in enumerate(first)
    )


def _is_range(cells: tuple[str, ...]) -> bool:
    return len(cells) > 1 and list(cells) == [str(i) for i in range(len(cells))]


def _is_numeric(cell: str) -> bool:
    """Return whether a cell is a number, or was meant as one: “12.13 €”, “1.2.3”, a date."""
    return bool(re.match(r"\W*\d", cell))


def _listed(names: list[str]) -> str:
    """Return up to four names as a list, with the count of all where there are more."""
    if len(names) > 4:
        return f"{', '.join(names[:4])}, … ({len(names)} columns)"
    return listed(names)
