"""A sweep's results as a table, in CSV and Parquet: a row a cell, all its settings and numbers."""

from __future__ import annotations

import csv
import os
from collections.abc import Mapping
from dataclasses import asdict, fields
from pathlib import Path
from typing import Any

from landscape.experiments.sweep.cell import Result
from landscape.experiments.sweep.settings import Key, Sweep

RESULT_COLUMNS = {"lam": "lam_value"}
"""Columns named otherwise than the result's field: ``lam`` is the setting, a fraction of λ_max."""


def rows(
    sweep: Sweep, results: Mapping[Key, Result], failures: Mapping[Key, str] | None = None
) -> list[dict[str, Any]]:
    """Return a row for every cell of the sweep, in its order; numbers are None where a cell has not finished."""
    failures = failures or {}
    names = [field.name for field in fields(Result)]
    table = []
    for cell in sweep.cells():
        result = results.get(cell.key)
        numbers = dict.fromkeys(names) if result is None else asdict(result)
        outcome = {RESULT_COLUMNS.get(name, name): value for name, value in numbers.items()}
        table.append({**cell.settings, **outcome, "failed": None if result else failures.get(cell.key)})
    return table


def write_csv(path: Path, table: list[dict[str, Any]]) -> None:
    """Write a table as CSV; numbers keep every digit, and nothing of an older file is lost unless all was written."""

    def write(temporary: Path) -> None:
        with open(temporary, "w", newline="", encoding="utf-8") as file:
            writer = csv.DictWriter(file, list(table[0]))
            writer.writeheader()
            writer.writerows(table)
            file.flush()
            os.fsync(file.fileno())

    _replace(path, write)


def write_parquet(path: Path, table: list[dict[str, Any]]) -> bool:
    """Write a table as Parquet, and return whether that was possible: it needs pyarrow, which the app brings."""
    try:
        import pyarrow as pa
        import pyarrow.parquet as pq
    except ImportError:
        return False
    columns = {name: [row[name] for row in table] for name in table[0]}
    _replace(path, lambda temporary: pq.write_table(pa.table(columns), temporary))
    return True


def _replace(path: Path, write: Any) -> None:
    temporary = path.with_name(path.name + ".part")
    try:
        write(temporary)
        os.replace(temporary, path)
    finally:
        temporary.unlink(missing_ok=True)
