"""Success rates over the two settings that vary most, read from a table that a sweep has written."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

import numpy as np

from landscape.formatting import counted
from landscape.model.csv_sheet import SEPARATOR_HINT, decoded
from landscape.model.written_numbers import Marks, as_written, parsed

AXES = {"m": "neurons m", "scale": "initial scale", "lam": "λ / λ_max", "step": "step size"}
"""Columns of settings over which rates are shown, with their names."""

MOST_RATES = 100_000
"""Most pairs of two settings whose rates are kept."""

_LEAST = {"m": 1.0, "scale": 0.0, "lam": 0.0, "step": 0.0, "success_rate": 0.0}


@dataclass(frozen=True, eq=False)
class Rates:
    """Success rates (R, C) over two settings; NaN where not tried."""

    columns: tuple[float, ...]
    rows: tuple[float, ...]
    rate: np.ndarray
    names: tuple[str, str]

    def __post_init__(self) -> None:
        rate = self.rate.copy()
        rate.setflags(write=False)
        object.__setattr__(self, "rate", rate)


def read_rates(data: bytes | str) -> Rates:
    """Return the mean success rates of a sweep's table over the two settings that vary most.

    Memory is bounded by the size of the text: where the two settings have far more pairs than the table has rows, it is
    not that of a sweep, which is a product of settings.

    Raises ValueError, with a sentence for the visitor, where the table is not that of a sweep.
    """
    text, _ = decoded(data)
    values: dict[str, set[float]] = {name: set() for name in AXES}
    total = 0
    for _, settings in _rows(text):
        total += 1
        for name, value in (settings or {}).items():
            values[name].add(value)
    if not total:
        raise ValueError("The file must be a table of a sweep, but has no row below its heading.")
    first, second = sorted(AXES, key=lambda name: -len(values[name]))[:2]
    columns, rows = (tuple(sorted(values[name])) for name in (first, second))
    pairs = len(columns) * len(rows)
    if pairs > min(MOST_RATES, 4 * total + 100):
        raise ValueError(
            f"The file must be a table of a sweep, every {AXES[first]} with every {AXES[second]}, but has "
            f"{len(columns)} and {len(rows)} different ones in {counted(total, 'row')}."
        )
    place = {name: {v: i for i, v in enumerate(axis)} for name, axis in ((first, columns), (second, rows))}
    added, count = np.zeros((len(rows), len(columns))), np.zeros((len(rows), len(columns)))
    for rate, settings in _rows(text):
        if settings is not None:
            at = place[second][settings[second]], place[first][settings[first]]
            added[at] += rate
            count[at] += 1
    with np.errstate(invalid="ignore"):
        return Rates(columns, rows, added / count, (AXES[first], AXES[second]))


def _rows(text: str) -> Iterator[tuple[float, dict[str, float] | None]]:
    """Yield the success rate of every row, and its settings, None for a cell that has not finished."""
    # A spreadsheet may have saved the table anew, with its own separator and decimal sign, and may say which.
    first = text.partition("\n")[0]
    hint = SEPARATOR_HINT.fullmatch(first)
    separator = hint[1] if hint else max(",;\t", key=first.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
    try:
        heading = [name.strip() for name in next(islice(reader, 1 if hint else 0, None), [])]
        if not {*AXES, "success_rate"} <= {*heading}:
            raise ValueError("The file must be a table of a sweep, with columns m, scale, lam, step and success_rate.")
        place = {name: heading.index(name) for name in _LEAST}
        for row in reader:
            if not any(row):
                continue
            if len(row) <= max(place.values()):
                raise ValueError(
                    f"Every row of the table must be whole, but line {reader.line_num} ends after "
                    f"{counted(len(row), 'cell')}."
                )
            if not row[place["success_rate"]].strip():
                yield 0.0, None
                continue
            found = {name: _number(name, row[column], reader.line_num) for name, column in place.items()}
            yield found.pop("success_rate"), found
    except csv.Error:
        raise ValueError(
            f"The file must be a table of a sweep, but line {reader.line_num} cannot be split into cells."
        ) from None


def _number(name: str, cell: str, line: int) -> float:
    """Return the number of a cell, or raise ValueError naming line, column and the cell as it is."""
    value = parsed(cell.strip())
    value = parsed(cell.strip(), Marks(",")) if value is None else value
    most = 1.0 if name == "success_rate" else 1e300
    whole = name != "m" or value is None or value % 1 == 0
    if value is None or not _LEAST[name] <= value <= most or not whole:
        kind = {"m": "whole numbers from 1", "success_rate": "numbers from 0 to 1"}.get(name, "numbers from 0")
        raise ValueError(f"The column {name} must hold {kind}, but line {line} holds “{as_written(cell)}”.")
    return value
