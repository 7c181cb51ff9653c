"""The keys of links and files for the fields of the records: a field's own name, unless it is listed here."""

from __future__ import annotations

from dataclasses import fields

from landscape.scenario.records import Data, Run, Training, View

_RENAMED = {"runs": "run", "selected": "sel", "output_bias": "output-bias"}
"""Fields whose key differs from their name."""

_INDICES = ("neurons", "selected", "escape")
"""Fields that hold indices: records count from 0, links and files from 1."""


LATER = ("output-bias",)
"""Keys that files have only where they differ from the default, as links have all: files from before open as they did.
"""


def settable(record: type | Data | Run | Training | View) -> tuple[str, ...]:
    """Return the names of the fields that a record's constructor takes, in their order."""
    return tuple(field.name for field in fields(record) if field.init)


def carried(record: Data | Training | View) -> dict[str, object]:
    """Return every field of a record by its key, indices counted from 1."""
    return {
        _RENAMED.get(name, name): _from_one(value) if name in _INDICES else value
        for name, value in ((name, getattr(record, name)) for name in settable(record))
    }


def _from_one(indices: int | tuple[int, ...] | None) -> int | tuple[int, ...] | None:
    if isinstance(indices, tuple):
        return tuple(index + 1 for index in indices)
    return None if indices is None else indices + 1


KEYS = tuple(key for kind in (Data, Training, View) for key in carried(kind()))
"""Every key, in the order in which a file holds them."""
