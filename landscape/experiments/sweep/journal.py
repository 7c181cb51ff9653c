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
from landscape.model.written_numbers import as_written

FORMAT = 1
"""Version of the file format, written in its first line."""


class Journal:
    """The record of a sweep, which a later run of the same sweep continues.

    The first line holds the sweep, every other a finished or failed cell. A line is written, flushed and synced before
    the cell counts as finished; a line torn by a kill or a full disk is cut off when the journal is opened again.
    A sweep with more values of its settings, more seeds or widths say, extends the journal: a further line holds it,
    and only its new cells are run. One process writes at a time.

    Arguments
        path: the file; created where it is missing.
        sweep: what is swept.

    Raises ValueError where the file belongs to another sweep, is no journal, has a damaged line, or is being written by
    another process, and OSError where it cannot be read or written.
    """

    def __init__(self, path: Path, sweep: Sweep) -> None:
        self.path = Path(path)
        self.results: dict[Key, Result] = {}
        self.failures: dict[Key, str] = {}
        self._file = self.path.open("ab+")
        try:
            _lock(self._file.fileno(), self.path)
            self._end = 0
            held = self._read(sweep)
            self._file.truncate(self._end)
            if held is None:
                self._write({"format": FORMAT, "sweep": sweep.document()})
            elif held != _plain(sweep.document()):
                self._write({"sweep": sweep.document()})
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

    def _read(self, sweep: Sweep) -> dict[str, Any] | None:
        """Take over every cell that is held, and return the sweep that was, None of an empty file."""
        wanted, held = _plain(sweep.document()), None
        axes = [{data.name for data in sweep.data}, *(set(getattr(sweep, name)) for name in _AXES)]
        for number, record in self._records():
            if number == 1 and record.get("format") != FORMAT:
                raise ValueError(f"{self.path} must be the journal of a sweep, but its first line is none.")
            if number == 1 or "sweep" in record:
                held = record.get("sweep")
                self._compare(held, wanted)
                continue
            try:
                key = _key(record, axes)
                if "failed" in record:
                    self.failures[key] = str(record["failed"])
                    continue
                result = Result(**record["result"])
                runs = result.converged + result.out_of_steps + result.diverged + result.dead
                if runs != sweep.starts:
                    raise ValueError(f"it has {runs} runs instead of {sweep.starts}.")
            except (KeyError, TypeError, ValueError, OverflowError) as error:
                raise ValueError(self._damaged(number, error)) from None
            self.results[key] = result
            self.failures.pop(key, None)
        return held

    def _compare(self, held: object, wanted: dict[str, Any]) -> None:
        """Raise ValueError unless the sweep of this journal has the same settings, and no values but those wanted."""
        if not isinstance(held, dict):
            raise ValueError(f"{self.path} must be the journal of a sweep, but its first line is none.")
        changed = [name for name in wanted if name not in _GROWING and held.get(name) != wanted[name]]
        if changed:
            raise ValueError(
                f"{self.path} must be the journal of this sweep, but differs in {', '.join(changed)}: "
                "use the settings it was begun with, or another place."
            )
        for name in _GROWING:
            values = held.get(name)
            missing = [v for v in values if v not in wanted[name]] if isinstance(values, list) else [None]
            if missing:
                first = missing[0]["name"] if isinstance(missing[0], dict) and "name" in missing[0] else missing[0]
                raise ValueError(
                    f"{self.path} must be the journal of this sweep or of a part of it, but differs in {name}: it has "
                    f"{as_written(str(first))}. Name all values it was begun with, and more if you like, or use "
                    "another place."
                )

    def _damaged(self, number: int, error: Exception) -> str:
        reason = f"lacks {error}" if isinstance(error, KeyError) else as_written(str(error).rstrip("."), 120)
        return (
            f"{self.path} must be the journal of a sweep, but line {number} is damaged ({reason}): delete this line, "
            "and the same command runs its cell again."
        )

    def _records(self) -> Iterator[tuple[int, dict[str, Any]]]:
        """Yield every whole line with its number, and leave ``_end`` behind the last."""
        self._file.seek(0)
        for number, line in enumerate(self._file, start=1):
            if not line.endswith(b"\n"):
                if number == 1 and not line.startswith(_BEGINNING) and not _BEGINNING.startswith(line):
                    raise ValueError(f"{self.path} must be the journal of a sweep, but its first line is none.")
                return
            try:
                record = json.loads(line)
                if not isinstance(record, dict):
                    raise ValueError("it is no record")
            except (ValueError, RecursionError) as error:
                if number == 1:
                    raise ValueError(
                        f"{self.path} must be the journal of a sweep, but its first line is none: use another place, "
                        "or move the file away."
                    ) from None
                raise ValueError(self._damaged(number, error)) from None
            yield number, record
            self._end += len(line)


_AXES = ("m", "scale", "lam", "step", "method", "seeds")
_GROWING = ("data", *_AXES)
"""Settings of a sweep that may get more values."""

_BEGINNING = b'{"format": '


def _plain(document: dict[str, Any]) -> dict[str, Any]:
    """Return a document as it comes back from a file."""
    back: dict[str, Any] = json.loads(json.dumps(document))
    return back


def _key(record: dict[str, Any], axes: list[set[Any]]) -> Key:
    """Return which cell of the sweep a line is about; raise ValueError where there is no such cell."""
    cell = record["cell"]
    known = isinstance(cell, list) and len(cell) == len(axes)
    if not known or not all(type(v) in (str, int, float) and v in axis for v, axis in zip(cell, axes, strict=True)):
        raise ValueError("it is about a cell that the sweep does not have")
    return tuple(cell)


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
