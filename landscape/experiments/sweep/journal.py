"""A sweep's finished cells on disk, one line each, safe against a kill at any moment."""

from __future__ import annotations

import contextlib
import json
import os
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from types import TracebackType
from typing import Any

from landscape.experiments.sweep.cell import Result
from landscape.experiments.sweep.settings import Cell, Key, Sweep

FORMAT = 1
"""Version of the file format, written in its first line."""


class Journal:
    """The record of a sweep, which a later run of the same sweep continues.

    The first line holds the sweep, every other a finished or failed cell. A line is written, flushed and synced before
    the cell counts as finished; a line torn by a kill or a full disk is cut off when the journal is opened again.
    One process writes at a time.

    Arguments
        path: the file; created where it is missing.
        sweep: what is swept.

    Raises ValueError where the file belongs to another sweep, is no journal, or is being written by another process,
    and OSError where it cannot be read or written.
    """

    def __init__(self, path: Path, sweep: Sweep) -> None:
        self.path = Path(path)
        self.results: dict[Key, Result] = {}
        self.failures: dict[Key, str] = {}
        self._file = self.path.open("ab+")
        try:
            _lock(self._file.fileno(), self.path)
            self._end = 0
            self._read(sweep)
            self._file.truncate(self._end)
            if self._end == 0:
                self._write({"format": FORMAT, "sweep": sweep.document()})
        except BaseException:
            self._file.close()
            raise

    def __enter__(self) -> Journal:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the file, which lets another process write it."""
        with contextlib.suppress(OSError):  # what could not be written was reported when it was
            self._file.close()

    def finished(self, cell: Cell, result: Result) -> None:
        """Write a finished cell; on return it is synced to disk."""
        self._write({"cell": list(cell.key), "result": asdict(result)})
        self.results[cell.key] = result
        self.failures.pop(cell.key, None)

    def failed(self, cell: Cell, reason: str) -> None:
        """Write that a cell failed; it is tried again when the sweep continues."""
        self._write({"cell": list(cell.key), "failed": reason})
        self.failures[cell.key] = reason

    def _write(self, record: dict[str, Any]) -> None:
        line = json.dumps(record, allow_nan=False, ensure_ascii=False).encode() + b"\n"
        try:
            self._file.write(line)
            self._file.flush()
            os.fsync(self._file.fileno())
        except OSError:
            with contextlib.suppress(OSError):  # a torn line is cut off at the next opening as well
                os.ftruncate(self._file.fileno(), self._end)
            raise
        self._end += len(line)

    def _read(self, sweep: Sweep) -> None:
        for number, record in enumerate(self._records(), start=1):
            if number == 1:
                if record.get("format") != FORMAT or "sweep" not in record:
                    raise ValueError(f"{self.path} must be the journal of a sweep, but its first line is none.")
                if record["sweep"] != json.loads(json.dumps(sweep.document())):
                    changed = [k for k, v in sweep.document().items() if record["sweep"].get(k) != v]
                    raise ValueError(
                        f"{self.path} must be the journal of this sweep, but differs in {', '.join(changed)}: "
                        "use the settings it was begun with, or another place."
                    )
                continue
            key = tuple(record["cell"])
            if "failed" in record:
                self.failures[key] = record["failed"]
            else:
                self.results[key] = Result(**record["result"])
                self.failures.pop(key, None)

    def _records(self) -> Iterator[dict[str, Any]]:
        """Yield every whole line, and leave ``_end`` behind the last."""
        self._file.seek(0)
        for number, line in enumerate(self._file, start=1):
            if not line.endswith(b"\n"):
                return
            try:
                record = json.loads(line)
            except ValueError:
                raise ValueError(f"{self.path} must be the journal of a sweep, but line {number} is not.") from None
            if not isinstance(record, dict):
                raise ValueError(f"{self.path} must be the journal of a sweep, but line {number} is not.")
            yield record
            self._end += len(line)


def _lock(handle: int, path: Path) -> None:
    """Hold the file for this process alone, until it ends, however it ends."""
    try:
        import fcntl
    except ImportError:  # Windows: nothing holds the file there
        return
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        raise ValueError(f"{path} must be free, but another sweep is writing it.") from None
