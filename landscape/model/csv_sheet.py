"""A pasted or uploaded table as lines of cells, before it is asked what they mean.

The standard ``csv`` module splits a line that has quotes; around it, this file decodes the bytes, finds the separator,
and stops early in a file that is too long, naming the line.
"""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import chain, islice

from landscape.model.written_numbers import as_written, is_number

MAX_BYTES = 5_000_000
"""Largest table, in bytes or characters."""

MAX_ROWS = 5000
"""Most rows of numbers."""

MAX_LINES = 10 * MAX_ROWS
"""Most lines, the blank ones and comments included."""

MAX_LINE = 4000
"""Longest line in characters; a cell in quotes may go on in the next lines, and counts with them."""

MAX_COLUMNS = 100
"""Most columns, those included that are left out."""

SEPARATORS = {";": "semicolons", "\t": "tabs", ",": "commas", "|": "vertical bars", " ": "spaces"}
"""Characters that may separate two cells, with their names; the first of those that fit best is taken."""

SAMPLE = 20
"""Rows from which the separator is inferred."""

MISSING = frozenset(
    ["", "?", "-", "–", "—", "--", ".", "..", "na", "n/a", "#n/a", "<na>", "nan", "null", "none", "nil", "missing"]
)
"""What stands in a cell without a value, in small letters."""

SEPARATOR_HINT = re.compile(r'\s*"?sep=([^\w"\n])"?\s*', re.IGNORECASE)
_FOREIGN = {
    b"PK\x03\x04": "a workbook or an archive: save it as CSV first",
    b"\xd0\xcf\x11\xe0": "a workbook: save it as CSV first",
    b"\x1f\x8b": "an archive: unpack it first",
    b"%PDF": "a PDF: copy its numbers instead",
    b"PAR1": "a Parquet file: save it as CSV first",
}


@dataclass(frozen=True)
class Sheet:
    """The cells of a table as text.

    Arguments
        rows: the cells of each line that is neither blank nor a comment; lines may differ in length.
        lines: the number of each of these lines in the file, from 1.
        separator: what stands between two cells.
        notes: what was assumed while reading, a sentence each.
    """

    rows: tuple[tuple[str, ...], ...]
    lines: tuple[int, ...]
    separator: str
    notes: tuple[str, ...] = ()

    @property
    def separators(self) -> str:
        """What separates the cells, as a word."""
        return SEPARATORS.get(self.separator, f"“{as_written(self.separator)}”")


def read_sheet(data: bytes | str) -> Sheet:
    """Split a table into cells.

    Cells are separated by commas, semicolons, tabs, vertical bars or spaces, whichever gives the most numbers, or as a
    first line ``sep=;`` says. They may be quoted. Lines that are blank or begin with # are skipped. Bytes are UTF-8,
    UTF-16 or Windows-1252.

    Raises ValueError, in one plain sentence, where this is not a table as text, or a too large one.
    """
    text, notes = decoded(data)
    hint = next((SEPARATOR_HINT.fullmatch(line) for _, line in _content(text)), None)
    begin = 1 if hint else 0
    separator = hint[1] if hint else _separator(text)
    rows: list[tuple[str, ...]] = []
    lines = []
    # A heading, and one row more than there may be.
    for number, cells in islice(_records(text, separator), begin, begin + MAX_ROWS + 2):
        if len(cells) > MAX_COLUMNS and any(cells[MAX_COLUMNS:]):
            raise ValueError(f"A line must hold at most {MAX_COLUMNS} cells, but line {number} holds {len(cells)}.")
        rows.append(tuple(cells[:MAX_COLUMNS]))
        lines.append(number)
    if not rows:
        raise ValueError("The table must hold at least one row of numbers, but is empty.")
    return Sheet(tuple(rows), tuple(lines), separator, tuple(notes))


def with_decimal_commas(sheet: Sheet) -> Sheet:
    """Return a sheet of cells between commas read with decimal commas: every two cells are one number.

    A sheet with other separators, or whose cells have commas in quotes, stays as it is. Raises ValueError where a line
    has an odd number of cells: it could be split in more than one way.
    """
    if sheet.separator != "," or any("," in cell for row in sheet.rows for cell in row):
        return sheet
    rows = []
    for number, row in zip(sheet.lines, sheet.rows, strict=True):
        if not all(cell.lstrip("+-−").isdecimal() for cell in row):
            rows.append(row)  # a heading, or what is refused later
        elif len(row) % 2:
            raise ValueError(
                f"A decimal comma must differ from what separates the cells, but line {number}, "
                f"“{as_written(','.join(row))}”, can be split in several ways: write semicolons between the cells."
            )
        else:
            rows.append(tuple(f"{a},{b}" for a, b in zip(row[::2], row[1::2], strict=True)))
    return replace(sheet, rows=tuple(rows))


def is_missing(cell: str) -> bool:
    """Return whether a cell has no value: it is empty, or says so."""
    return cell.casefold() in MISSING


def decoded(data: bytes | str) -> tuple[str, list[str]]:
    """Return the text of some bytes, and a note where its encoding had to be guessed.

    Raises ValueError, in one plain sentence, where they are not a table as text, or a too large one.
    """
    if not isinstance(data, bytes | str):
        raise ValueError(f"data must be bytes or text, but was a {type(data).__name__}.")
    if len(data) > MAX_BYTES:
        raise ValueError(f"The table must be at most {MAX_BYTES // 10**6} MB, but is {len(data) / 1e6:.1f} MB.")
    notes = []
    if isinstance(data, str):
        text = data
    elif foreign := next((what for start, what in _FOREIGN.items() if data.startswith(start)), None):
        raise ValueError(f"The file must be a table as text, but is {foreign}.")
    elif data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        text = data.decode("utf-16", errors="replace")
    elif len(data) > 1 and 0 in data[:2]:
        text = data.decode("utf-16-be" if data[0] == 0 else "utf-16-le", errors="replace")
    else:
        try:
            text = data.decode("utf-8")
        except UnicodeDecodeError:
            # Latin-1 as browsers mean it: with the signs of Windows, “€” and “–”, where it has control characters.
            text = "".join(map(_western, data)) if _has_gaps(data) else data.decode("cp1252")
            notes.append("The file is not UTF-8; it is read as Latin-1.")
    text = text.removeprefix("\ufeff")
    if "\0" in text:
        raise ValueError("The file must be a table as text, but holds bytes that no text has.")
    return text, notes


def _has_gaps(data: bytes) -> bool:
    return any(byte in data for byte in b"\x81\x8d\x8f\x90\x9d")


def _western(byte: int) -> str:
    return bytes([byte]).decode("cp1252", errors="replace")


def _lines(text: str) -> Iterator[tuple[int, str]]:
    """Yield the lines with their numbers, without splitting the text at once."""
    for number, line in enumerate(io.StringIO(text, newline=None), start=1):
        if len(line) > MAX_LINE:
            raise ValueError(f"A line must have at most {MAX_LINE} characters, but line {number} has {len(line)}.")
        if number > MAX_LINES:
            raise ValueError(f"The table must have at most {MAX_LINES} lines, blank ones included, but goes on.")
        yield number, line


def _content(text: str) -> Iterator[tuple[int, str]]:
    """Yield the lines that are neither blank nor comments."""
    return ((number, line) for number, line in _lines(text) if _has_content(line))


def _has_content(line: str) -> bool:
    # A spreadsheet writes an empty row as separators alone.
    return bool(re.search(r"[^\s;,|]", line)) and not line.lstrip().startswith("#")


def _records(text: str, separator: str) -> Iterator[tuple[int, list[str]]]:
    """Yield the cells of each line that has any, with its number; a quoted cell may go on in the next lines."""
    lines = _lines(text)
    for number, line in lines:
        if _has_content(line):
            yield number, _cells(number, line, separator, (more for _, more in lines))


def _cells(number: int, line: str, separator: str, more: Iterable[str] = ()) -> list[str]:
    """Split a line into cells, taking more lines while a quote is open."""
    line = line.strip(" \n\xa0")  # a tab at an end is an empty cell
    if separator == " ":
        line = line.replace("\t", " ")
    if '"' not in line:
        cells = [cell.strip() for cell in line.split(separator)]
        return [cell for cell in cells if cell] if separator == " " else cells
    lines = _at_most(MAX_LINE, chain([line + "\n"], more))
    # Without "strict", a quote inside a cell or blanks behind a quoted one would be kept as they are.
    reader = csv.reader(lines, delimiter=separator, skipinitialspace=True, strict=True)
    try:
        return [" ".join(cell.split("\n")).strip() for cell in next(reader)]
    except csv.Error:
        raise ValueError(
            f"A quote must enclose a whole cell, but one in line {number} does not: “{as_written(line)}”."
        ) from None


def _at_most(characters: int, lines: Iterable[str]) -> Iterator[str]:
    """Yield lines until they have so many characters together."""
    for line in lines:
        characters -= len(line)
        if characters < 0:
            return
        yield line


def _separator(text: str) -> str:
    """Return the separator with which the most rows are all numbers, or have the most of them."""
    scores = {separator: _score(text, separator) for separator in SEPARATORS}
    best = max(scores, key=scores.__getitem__)
    # “1,500 200” has a comma and a space, “1 500,200” too: spaces group digits only where they do not separate cells.
    spaced = _score(text, ",", spaces=True)
    if spaced > scores[best]:
        return ","
    if any(scores[best][:2]):
        return best
    lines = [re.sub(r'"[^"]*"', "", line).strip() for _, line in islice(_content(text), SAMPLE)]
    return next((s for s in SEPARATORS if lines and (s in lines[-1] or s in lines[0])), ",")


def _score(text: str, separator: str, spaces: bool = False) -> tuple[int, float, bool]:
    """Return how many sampled rows are all numbers, the share of numbers in the others, and whether row 1 is split.

    A row counts where it has as many cells as most; between commas, ``spaces`` says whether a space may group digits.
    """
    rows: list[list[str]] = []
    try:
        for _, cells in islice(_records(text, separator), SAMPLE + 1):
            rows.append(cells)
    except ValueError:
        pass  # what follows cannot be split in this way
    lengths = Counter(len(cells) for cells in rows if len(cells) > 1)
    usual = max(lengths, key=lengths.__getitem__, default=0)
    whole, part = 0, 0.0
    for cells in rows:
        values = [
            is_missing(cell) or (is_number(cell) and not (separator == "," and " " in cell and not spaces))
            for cell in cells
        ]
        if len(cells) == usual and all(values) and not all(map(is_missing, cells)):
            whole += 1
        elif len(cells) == usual > 0:
            part += sum(values) / len(cells)
    return whole, round(part, 9), bool(rows) and len(rows[0]) > 1
